package editions

import (
	"cmp"
	"context"
	"slices"

	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/civil/personal"
	"sonha/ground/fault"
	"sonha/ward/criteria"
)

// AddItem puts a new item behind the others of a content of a draft and gives its code: the next number that the content never had in any
// version.
func (s *Store) AddItem(ctx context.Context, who access.Actor, number int, content string, f Form) (string, error) {
	var code string
	err := s.change(ctx, who, number, func(e *Edition) (string, error) {
		at := slices.IndexFunc(e.Set.Contents, func(c criteria.Content) bool { return c.Code == content })
		if at < 0 {
			return "", fault.NotFound("fault.not_found")
		}
		c := &e.Set.Contents[at]
		if len(c.Items) >= criteria.MostItems {
			return "", fault.InvalidFields(fields([]criteria.Problem{{Where: content, Reason: criteria.TooManyItems}}, ""))
		}
		code = e.Set.NextCode(content, e.Earlier...)
		c.Items = append(c.Items, criteria.Item{Code: code})
		if wrong := f.put(e.Set, &c.Items[len(c.Items)-1], true); len(wrong) > 0 {
			return "", fault.InvalidFields(wrong)
		}
		return "thêm " + code, e.fits("household_vi", criteria.AskedCount, criteria.NobodyAsked)
	})
	return code, err
}

// Retire takes an item out of a draft, with the reason that the version keeps. An item that came with the draft just leaves: nobody was
// ever asked about it.
func (s *Store) Retire(ctx context.Context, who access.Actor, number int, code, reason string) error {
	return s.change(ctx, who, number, func(e *Edition) (string, error) {
		c := contentOf(e.Set, code)
		if c == nil {
			return "", fault.NotFound("fault.not_found")
		}
		reason = civil.NFCLines(reason)
		if !e.fresh(code) {
			if err := fault.InvalidFields(personal.Text("reason", reason, "editions.say_retire", mostText)); err != nil {
				return "", err
			}
		}
		c.Items = slices.DeleteFunc(c.Items, func(i criteria.Item) bool { return i.Code == code })
		if e.fresh(code) {
			return "bỏ " + code + ", chưa công bố", e.fits("")
		}
		if item, _ := find(e.Base, code); item == nil {
			return "bỏ lại " + code, e.fits("reason")
		}
		e.Set.Retired = append(e.Set.Retired, criteria.Retired{Code: code, Reason: reason})
		return "bỏ " + code + ": " + reason, e.fits("reason")
	})
}

// Keep takes an item back that the draft, or an earlier version, retired: as it was asked last, under its code and in its place.
func (s *Store) Keep(ctx context.Context, who access.Actor, number int, code string) error {
	return s.change(ctx, who, number, func(e *Edition) (string, error) {
		item, content := e.last(code)
		if now, _ := find(e.Set, code); item == nil || now != nil {
			return "", fault.NotFound("fault.not_found")
		}
		c := e.Set.Content(content.Code)
		c.Items = append(c.Items, *item)
		slices.SortFunc(c.Items, byNumber)
		e.Set.Retired = slices.DeleteFunc(e.Set.Retired, func(x criteria.Retired) bool { return x.Code == code })
		return "giữ lại " + code, e.fits("")
	})
}

// fits refuses the draft as it would be now where it cannot follow the earlier versions. Problems of the kinds that are named, or of all
// when none is, are said at a field of the form; the others at its head.
func (e *Edition) fits(field string, at ...criteria.ProblemKind) error {
	problems := e.Set.Misfits(e.Earlier...)
	wrong := fields(problems, "")
	for i := range wrong {
		if len(at) == 0 || slices.Contains(at, problems[i].Reason) {
			wrong[i].Name = field
		}
	}
	return fault.InvalidFields(wrong)
}

func byNumber(a, b criteria.Item) int {
	_, x := criteria.SplitCode(a.Code)
	_, y := criteria.SplitCode(b.Code)
	return cmp.Compare(x, y)
}

// contentOf gives the content that has an item among those that make the class, nil when none has it: modules stay as they are.
func contentOf(set *criteria.Set, code string) *criteria.Content {
	for i := range set.Contents {
		if slices.ContainsFunc(set.Contents[i].Items, func(x criteria.Item) bool { return x.Code == code }) {
			return &set.Contents[i]
		}
	}
	return nil
}

// former lists what the version before, and of a draft all earlier versions, asked in a content and this one does not.
func (e *Edition) former(content string) []*criteria.Item {
	if e.Base == nil {
		return nil
	}
	var list []*criteria.Item
	for _, set := range slices.Backward(append(slices.Clone(e.Earlier), e.Base)) {
		c := set.Content(content)
		if c == nil {
			continue
		}
		for i := range c.Items {
			x := &c.Items[i]
			now, _ := find(e.Set, x.Code)
			if now == nil && !slices.ContainsFunc(list, func(y *criteria.Item) bool { return y.Code == x.Code }) {
				list = append(list, x)
			}
		}
	}
	return list
}

// mark says how the version has an item beside the one from which it was copied: "new", "retired" where that one had it, "former" where
// only an earlier one did, nothing where both have it.
func (e *Edition) mark(code string) string {
	if e.Base == nil {
		return ""
	}
	was, _ := find(e.Base, code)
	now, _ := find(e.Set, code)
	switch {
	case now == nil && was == nil:
		return "former"
	case now == nil:
		return "retired"
	case was == nil:
		return "new"
	}
	return ""
}
