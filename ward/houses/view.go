package houses

import (
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"sonha/engine/page"
	"sonha/engine/page/ui"
	"sonha/engine/words"
	"sonha/ground/civil"
)

// importList is the page with all imports and the form.
type importList struct {
	ui.Frame

	Imports []importLine
	Kinds   ui.Choice
	File    ui.Field
	Errors  []ui.FieldError
	Example [][]string // the columns, then rows of an invented file
}

// importLine is a row of the list.
type importLine struct {
	Import

	Kind, When, State string
	Counts            [4]string // new, changed, unchanged, refused
	Undo              string    // where to take it back; empty when it cannot be
}

func newImportList(f ui.Frame, all []Import, kinds []Kind, kind string, texts map[string]string, now time.Time) *importList {
	w := f.Words
	v := &importList{Frame: f}
	v.Kinds = ui.Choice{Name: "kind", Legend: w.T("houses.import_what"), Error: texts["kind"]}
	for _, k := range kinds {
		v.Kinds.Options = append(v.Kinds.Options, ui.Option{
			Value: k.Name(), Label: w.T("houses.import_kind." + k.Name()), Note: w.T("houses.import_looks." + k.Name()), Checked: k.Name() == kind,
		})
	}
	v.File = ui.Field{
		Kind: ui.FileField, Name: "file", Label: w.T("houses.import_file"), Hint: w.T("houses.import_file_hint"), Error: texts["file"],
		Required: true, Accept: ".xlsx,.csv,.geojson,.json",
	}
	for _, name := range []string{"kind", "file"} {
		if texts[name] != "" {
			v.Errors = append(v.Errors, ui.FieldError{Name: name, Text: texts[name]})
		}
	}
	for _, i := range all {
		line := importLine{
			Import: i, Kind: w.T("houses.import_kind." + i.Kind), When: whenBy(w, i.CreatedAt, i.CreatedBy), State: stateText(w, &i),
			Counts: [4]string{count(w, i.New), count(w, i.Changed), count(w, i.Unchanged), count(w, i.Refused)},
		}
		if i.Undoable(now) {
			line.Undo = "/imports/" + i.ID + "/undo"
		}
		v.Imports = append(v.Imports, line)
	}
	v.Example = example(w)
	return v
}

func count(w *words.Words, n int) string { return civil.IntIn(w.Lang(), n) }

func when(w *words.Words, t time.Time) string {
	return civil.Moment(t, w.Lang())
}

func whenBy(w *words.Words, t time.Time, who string) string {
	return when(w, t) + " · " + who
}

func stateText(w *words.Words, i *Import) string {
	switch i.State {
	case Previewed:
		return w.F("houses.import_state.preview", "Day", civil.DayOf(i.CreatedAt).AddDays(previewDays))
	case Applied:
		return w.T("houses.import_state.applied")
	case Undone:
		return w.F("houses.import_state.undone", "Day", civil.DayOf(i.UndoneAt))
	default:
		return ""
	}
}

// importView is the page of one import: the preview, and later what came of it.
type importView struct {
	ui.Frame

	Import     Import
	Now        time.Time
	Skipped    []string
	ErrorsFile string // empty when the file is no longer kept
	Counts     Counts
	Tallies    []ui.Tally
	Chips      []ui.Chip
	Show       View
	Heading    string
	Columns    []string
	Rows       []Shown
	Sheets     bool // some row names a sheet
	Page       ui.Page
}

// pageRows is how many rows of a preview stand on a page.
const pageRows = 50

var tallyKinds = map[View]ui.Kind{ViewNew: ui.Success, ViewChanged: ui.Warning, ViewRefused: ui.Failure}

// counted fills in the counts and, when there is a comparison, the rows that the address asks for: what
// needs a decision first.
func (v *importView) counted(c Counts, would Comparison, r *page.Request) {
	w := v.Words
	v.Counts = c
	open := map[View]bool{}
	for _, view := range Views() {
		open[view] = would != nil && c.Of(view) > 0 && (v.Import.State == Previewed || view == ViewRefused || view == ViewDuplicates || view == ViewWarnings)
	}
	for _, view := range []View{ViewRefused, ViewChanged, ViewNew, ViewWarnings, ViewUnchanged, ViewDuplicates} {
		if open[view] && (v.Show == "" || View(r.Text("show")) == view) {
			v.Show = view
		}
	}
	for _, view := range Views() {
		t := ui.Tally{Label: w.T("houses.import_count." + string(view)), Count: count(w, c.Of(view)), Kind: tallyKinds[view]}
		if c.Of(view) == 0 {
			t.Kind = ui.Info
		}
		if open[view] {
			t.Href = v.at(view, 1) + "#rows"
			v.Chips = append(v.Chips, ui.Chip{Label: w.T("houses.import_view." + string(view)), Count: count(w, c.Of(view)), Href: t.Href, On: v.Show == view, OneOf: true})
		}
		v.Tallies = append(v.Tallies, t)
	}
	if v.Show == "" {
		return
	}
	total := c.Of(v.Show)
	number, err := strconv.Atoi(r.Text("page"))
	if err != nil || number < 1 || number > (total-1)/pageRows+1 {
		number = 1
	}
	from := (number - 1) * pageRows
	v.Heading, v.Columns = w.T("houses.import_view."+string(v.Show)), would.Columns()
	v.Rows = would.Show(w, v.Show, from, pageRows)
	for _, row := range v.Rows {
		v.Sheets = v.Sheets || row.Sheet != ""
	}
	v.Page = ui.Page{From: from + 1, To: from + len(v.Rows), Total: count(w, total)}
	if number > 1 {
		v.Page.Prev = v.at(v.Show, number-1) + "#rows"
	}
	if from+pageRows < total {
		v.Page.Next = v.at(v.Show, number+1) + "#rows"
	}
}

// at is the address of a view.
func (v *importView) at(view View, number int) string {
	q := url.Values{"show": {string(view)}}
	if number > 1 {
		q.Set("page", strconv.Itoa(number))
	}
	return "/imports/" + v.Import.ID + "?" + q.Encode()
}

// takes is the number of records that taking the file in would write.
func (v *importView) takes() int { return v.Counts.New + v.Counts.Changed }

// status says how far the import is, in one sentence.
func (v *importView) status() (ui.Kind, string) {
	w, i := v.Words, &v.Import
	switch {
	case i.State == Applied:
		return ui.Success, w.F("houses.import_applied", "When", whenBy(w, i.AppliedAt, i.CreatedBy))
	case i.State == Undone:
		return ui.Info, w.F("houses.import_undone", "When", whenBy(w, i.UndoneAt, i.UndoneBy))
	case v.takes() == 0:
		return ui.Info, w.T("houses.import_nothing")
	default:
		return ui.Warning, w.F("houses.import_waiting", "Day", civil.DayOf(i.CreatedAt).AddDays(previewDays))
	}
}

// where is the place of a row in the file: "TDP 1-10, dòng 124".
func (s *Shown) where(w *words.Words) string {
	if s.Sheet == "" {
		return count(w, s.Row)
	}
	return s.Sheet + ", " + count(w, s.Row)
}

// undoView asks before an import is taken back.
type undoView struct {
	ui.Frame

	Import Import
	Until  civil.Day
	Why    string // why it was refused
}

func (p *Pages) undoPage(r *page.Request, i Import, why string) templ.Component {
	title := r.Words.T("houses.undo_title")
	crumbs := append(p.crumbs(r, i.File), ui.Link{Label: title})
	crumbs[1].Href = "/imports/" + i.ID
	return undoPage(&undoView{Frame: r.Frame(title, crumbs...), Import: i, Until: i.UndoUntil(), Why: why})
}

// tallied are the headings of importLine.Counts.
var tallied = [4]string{"houses.import_count.new", "houses.import_count.changed", "houses.import_count.unchanged", "houses.import_count.refused"}

var rowClass = map[View]string{ViewNew: "new", ViewChanged: "changed", ViewRefused: "refused"}

// place is the heading over the places of rows.
func (v *importView) place() string {
	if v.Sheets {
		return v.Words.T("houses.import_place")
	}
	return v.Words.T("houses.import_row")
}

// addressed reports whether rows of the view have an address; those that were refused may have none.
func (v *importView) addressed() bool {
	return v.Show != ViewRefused && v.Show != ViewDuplicates || slices.ContainsFunc(v.Rows, func(s Shown) bool { return s.Address != "" })
}

// figures reports whether a column holds figures.
func (v *importView) figures(column int) bool { return v.Columns[column] == "houses.fact.households" }
