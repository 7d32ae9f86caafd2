package roster

import (
	"unicode"

	"sonha/ground/civil"
)

func isLetter(r rune) bool { return unicode.IsLetter(r) || unicode.Is(unicode.M, r) }

// settle compares the data rows with each other, in the order of the file:
// accepted, duplicate, conflict.
func (p *parser) settle() {
	r := p.roster
	r.DataRows = len(p.pending)
	p.unifyStreets()
	accepted := make(map[string]int, len(p.pending))
	for i := range p.pending {
		c := &p.pending[i]
		if c.problem != nil {
			r.Refused = append(r.Refused, *c.problem)
			continue
		}
		key := c.row.Street.Key + "\x00" + c.row.Number.Key
		if at, ok := accepted[key]; ok {
			p.repeat(&r.Rows[at], &c.row)
			continue
		}
		accepted[key] = len(r.Rows)
		r.Rows = append(r.Rows, c.row)
		if c.badHead {
			r.Warnings = append(r.Warnings, Problem{Sheet: c.row.Sheet, Row: c.row.Row, Code: BadHead})
		}
		if c.badPhone {
			r.Warnings = append(r.Warnings, Problem{Sheet: c.row.Sheet, Row: c.row.Row, Code: BadPhone})
		}
	}
	p.pending = nil
}

// repeat judges a second row for one house. Two rows for two floors are a
// conflict even with equal counts: to pass one over would lose its households.
func (p *parser) repeat(earlier, row *Row) {
	units := earlier.Number.Unit != row.Number.Unit && earlier.Number.Unit != "" && row.Number.Unit != ""
	if earlier.Households == row.Households && !units {
		p.roster.Duplicates++
		p.roster.Repeats = append(p.roster.Repeats, Problem{
			Sheet: row.Sheet, Row: row.Row, Code: Duplicate, Value: row.Number.Text, Address: row.Address(), Other: Place{earlier.Sheet, earlier.Row},
		})
		return
	}
	p.roster.Refused = append(p.roster.Refused, Problem{
		Sheet: row.Sheet, Row: row.Row, Code: Conflict, Value: row.Number.Text, Address: row.Address(),
		Other: Place{earlier.Sheet, earlier.Row}, Counts: [2]int{row.Households, earlier.Households},
	})
}

// unifyStreets gives streets written without any mark ("Hang Bac") the name of
// the one marked street in the file that they can be.
func (p *parser) unifyStreets() {
	marked := map[string]civil.Street{} // by fold; zero Street if there are two
	for i := range p.pending {
		s := p.pending[i].row.Street
		if s.Key == "" || s.Key == s.Fold {
			continue
		}
		if other, ok := marked[s.Fold]; ok && other.Key != s.Key {
			marked[s.Fold] = civil.Street{}
		} else {
			marked[s.Fold] = s
		}
	}
	for i := range p.pending {
		s := &p.pending[i].row.Street
		if s.Key != s.Fold {
			continue
		}
		if full := marked[s.Fold]; full.Key != "" {
			full.Alley = s.Alley
			*s = full
		}
	}
}
