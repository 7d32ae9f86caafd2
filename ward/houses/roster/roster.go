// Package roster reads lists of house numbers as wards keep them in Excel: with
// titles above the header, headings in any spelling and over two lines, merged
// cells, totals between the groups, "36 A", "Số 36 (gác 2)", "13 hộ", telephone
// numbers without their zero, and rows that cannot be used. It knows nothing of
// what the program already holds; that comparison is made by its caller.
//
// A data row is a row under the header with a number, a street or a count in it
// that is no totals row. Each data row is accepted, passed over as a duplicate,
// or refused with a reason; none is lost.
//
// Gói roster đọc danh sách số nhà do phường lập trên Excel. Mỗi dòng số liệu
// được nhận, được bỏ qua vì trùng, hoặc bị trả lại kèm lý do; không dòng nào mất.
package roster

import (
	"slices"

	"sonha/engine/sheet"
	"sonha/ground/civil"
)

// MaxHouseholds is the most households that a house number can have.
const MaxHouseholds = 500

// Row is one accepted row.
type Row struct {
	Sheet      string // empty for CSV
	Row        int    // as Excel shows it
	Group      civil.GroupName
	Beat       civil.GroupName
	Street     civil.Street
	Number     civil.HouseNumber
	Households int
	Head       string // the house head's name as written
	Phone      civil.Phone
	Note       string
	FormerWard string
	Kind       string // of house, as written
	Storeys    int    // 0 if not given
	Rented     int    // households that rent; 0 if not given
}

// Address is the house as people say it.
func (r *Row) Address() string { return r.Number.Text + " " + r.Street.Name }

// Roster is what came of a file.
type Roster struct {
	Rows       []Row     // accepted, in the order of the file
	DataRows   int       // accepted, duplicate and refused
	Duplicates int       // same street, number and count as an earlier row
	Repeats    []Problem // the duplicates, row by row
	Refused    []Problem
	Warnings   []Problem
	Skipped    []string       // sheets without a roster's header
	Headers    map[string]int // by sheet: the row of its first header, for the error column
}

// Summary is what `sonha import roster --json` prints of a file.
type Summary struct {
	Rows       int       `json:"rows"`
	Houses     int       `json:"houses"`
	Households int       `json:"households"`
	Groups     int       `json:"groups"`
	Streets    int       `json:"streets"`
	Duplicates int       `json:"duplicates"`
	Refused    []Problem `json:"refused"`
	Warnings   []Problem `json:"warnings"`
}

// Summary counts houses, households, groups and streets over the accepted rows.
func (r *Roster) Summary() Summary {
	s := Summary{Rows: r.DataRows, Houses: len(r.Rows), Duplicates: r.Duplicates, Refused: r.Refused, Warnings: r.Warnings}
	if s.Refused == nil {
		s.Refused = []Problem{}
	}
	if s.Warnings == nil {
		s.Warnings = []Problem{}
	}
	groups, streets := map[string]bool{}, map[string]bool{}
	for i := range r.Rows {
		row := &r.Rows[i]
		s.Households += row.Households
		streets[row.Street.Key] = true
		if row.Group.Key != "" {
			groups[row.Group.Key] = true
		}
	}
	s.Groups, s.Streets = len(groups), len(streets)
	return s
}

// Notes gives the refusals and warnings by sheet and row, for sheet.Annotate.
func (r *Roster) Notes() []sheet.Notes {
	notes := sheet.NoteBook{Headers: r.Headers}
	for _, p := range slices.Concat(r.Refused, r.Warnings) {
		notes.Add(p.Sheet, p.Row, p.Text())
	}
	return notes.All
}
