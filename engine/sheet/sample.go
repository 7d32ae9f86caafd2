package sheet

import "sonha/ground/civil"

// sample gathers the first text of a workbook to find out whether it was typed
// for a font such as .VnTime or VNI-Times. Such text is stored as Unicode letters
// that mean something else, so nothing but the words themselves gives it away.
type sample struct {
	text []byte
	done bool
}

// enoughText is some hundred words; a title alone may be proper and the rest not.
const enoughText = 16 << 10

func (s *sample) add(row Row) error {
	if s.done {
		return nil
	}
	for _, c := range row.Cells {
		if c.Kind == Text && !c.Down {
			s.text = append(append(s.text, c.Text...), '\n')
		}
	}
	if len(s.text) < enoughText {
		return nil
	}
	return s.check()
}

// check judges what there is; after a refusal the file is not read on.
func (s *sample) check() error {
	if s.done {
		return nil
	}
	s.done = len(s.text) >= enoughText
	if name, yes := civil.LegacyBytes(s.text); yes {
		return &Error{Kind: LegacyText, Encoding: name}
	}
	return nil
}
