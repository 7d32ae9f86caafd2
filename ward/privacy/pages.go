package privacy

import (
	"context"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"sonha/engine/jobs"
	"sonha/engine/page"
	"sonha/engine/page/ui"
	"sonha/engine/paper"
	"sonha/engine/sheet"
	"sonha/engine/words"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ward/periods"
)

// Pages are the pages of this feature.
type Pages struct {
	store  *Store
	jobs   *jobs.Runner
	spoken *words.Words // what is printed is Vietnamese
}

// NewPages makes the pages.
func NewPages(s *Store, j *jobs.Runner, w *words.Catalog) *Pages {
	return &Pages{store: s, jobs: j, spoken: w.In(words.Default)}
}

// Routes lists the routes.
func (p *Pages) Routes() []page.Route {
	return []page.Route{
		{Pattern: "GET /processing", Need: access.SeeProcessing, Handle: p.register},
		{Pattern: "GET /processing/destroyed", Need: access.SeeProcessing, Handle: p.destroyed},
		{Pattern: "GET /processing/register.xlsx", Need: access.SeeProcessing, Handle: p.workbook},
		{Pattern: "GET /processing/register.pdf", Need: access.SeeProcessing, Handle: p.print},
	}
}

const home = "/processing"

// registerView is the register on a screen, whole or with the tables that hold one class of data.
type registerView struct {
	ui.Frame

	asOf  string
	class Class // "" for all
	chips []ui.Chip
	uses  []useView
}

// useView is one use with its tables.
type useView struct {
	id, title, why, basis string
	rows                  []rowView
}

// rowView is one table.
type rowView struct {
	name, keep string
	holds      []ui.Fact // class, and the columns of it in words
	plain      string    // how many columns are of no person
	columns    string    // their names
}

func (p *Pages) register(w http.ResponseWriter, r *page.Request) error {
	reg, err := p.store.Register(r.Context(), r.Actor)
	if err != nil {
		return err
	}
	v := &registerView{Frame: r.Frame(r.Words.T("privacy.title"), ui.Link{Label: r.Words.T("nav.processing")}), asOf: r.AsOf()}
	if class := Class(r.Text("class")); slices.Contains(Classes(), class) {
		v.class = class
	}
	v.chips = append(v.chips, ui.Chip{Label: r.Words.T("privacy.all"), Href: home, On: v.class == "", OneOf: true})
	for _, c := range Classes() {
		v.chips = append(v.chips, ui.Chip{
			Label: r.Words.T("privacy.class." + string(c)), Href: home + "?class=" + string(c), Count: civil.IntIn(r.Words.Lang(), reg.Count(c)), On: v.class == c, OneOf: true,
		})
	}
	for _, u := range Uses() {
		if x := useOf(r.Words, reg, u, v.class); len(x.rows) > 0 {
			v.uses = append(v.uses, x)
		}
	}
	return r.HTML(w, registerPage(v))
}

func useOf(t *words.Words, reg *Register, u Use, class Class) useView {
	x := useView{
		id: string(u), title: t.T("privacy.use." + string(u)), why: t.T("privacy.why." + string(u)), basis: t.T("privacy.basis." + u.Basis()),
	}
	for _, e := range reg.In(u) {
		if class != "" && len(e.Of(class)) == 0 {
			continue
		}
		row := rowView{name: t.T("privacy.table." + e.Name), keep: e.Keep.Text(t)}
		for _, c := range Classes() {
			list := e.Of(c)
			switch {
			case len(list) == 0:
			case c == Plain:
				row.plain = t.N("privacy.plain", len(list))
				row.columns = names(list)
			default:
				row.holds = append(row.holds, ui.Fact{Key: t.T("privacy.class." + string(c)), Text: inWords(t, list)})
			}
		}
		x.rows = append(x.rows, row)
	}
	return x
}

func names(list []Column) string {
	var out []string
	for _, c := range list {
		out = append(out, c.Name)
	}
	return strings.Join(out, ", ")
}

// label says in words what a column holds. Those of who acted, of the account and of the household say the same everywhere.
func label(t *words.Words, column string) string {
	switch {
	case column == "actor", column == "by", strings.HasSuffix(column, "_by"):
		return t.T("privacy.column.by")
	case strings.HasSuffix(column, "account"), column == "account_id":
		return t.T("privacy.column.account")
	case strings.HasSuffix(column, "household"):
		return t.T("privacy.column.household")
	case column == "hash": // a word that the catalog keeps for itself
		return t.T("privacy.column.recovery_hash")
	}
	return t.T("privacy.column." + column)
}

// inWords lists columns in words, each word once.
func inWords(t *words.Words, list []Column) string {
	var out []string
	for _, c := range list {
		if text := label(t, c.Name); !slices.Contains(out, text) {
			out = append(out, text)
		}
	}
	return strings.Join(out, ", ")
}

// goneView is the record of destruction on a screen.
type goneView struct {
	ui.Frame

	asOf    string
	rows    []goneRow
	periods []ui.Fact
}

type goneRow struct{ month, kind, records, before, last string }

func (p *Pages) destroyed(w http.ResponseWriter, r *page.Request) error {
	list, err := p.store.Destroyed(r.Context(), r.Actor)
	if err != nil {
		return err
	}
	t := r.Words
	v := &goneView{Frame: r.Frame(t.T("privacy.destroyed"), ui.Link{Href: home, Label: t.T("nav.processing")}, ui.Link{Label: t.T("privacy.destroyed")}), asOf: r.AsOf()}
	for i := range list {
		v.rows = append(v.rows, goneLine(t, &list[i]))
	}
	for _, x := range periods.All() {
		v.periods = append(v.periods, ui.Fact{Key: t.T("periods.what." + x.Key), Text: x.Line(t)})
	}
	return r.HTML(w, destroyedPage(v))
}

func goneLine(t *words.Words, g *Gone) goneRow {
	return goneRow{
		month: monthText(g.Month), kind: t.T("periods.what." + g.Kind), records: civil.IntIn(t.Lang(), g.Records), before: g.Before.DisplayIn(t.Lang()),
		last: civil.Moment(g.Last, t.Lang()),
	}
}

// monthText is "11/2026".
func monthText(d civil.Day) string { return d.Time().Format("01/2006") }

// workbook is the register, a row for each column, with the record of destruction on a sheet of its own.
func (p *Pages) workbook(w http.ResponseWriter, r *page.Request) error {
	t := r.Words
	f := jobs.File{Name: t.T("privacy.file") + ".xlsx", Type: sheet.TypeXLSX}
	return jobs.GiveFile(w, r, p.jobs, "privacy.title", access.SeeProcessing, f, func(ctx context.Context, _ *jobs.Progress, out io.Writer) error {
		gone, err := p.store.Destroyed(ctx, r.Actor)
		if err != nil {
			return err
		}
		reg, err := p.store.Register(ctx, r.Actor)
		if err != nil {
			return err
		}
		if err := WriteXLSX(out, t, reg, gone, r.Moment()); err != nil {
			return err
		}
		return p.store.Take(ctx, r.Actor, "xlsx")
	})
}

// WriteXLSX writes the register and the record of destruction as a workbook.
func WriteXLSX(out io.Writer, t *words.Words, reg *Register, gone []Gone, asOf time.Time) error {
	x, err := sheet.NewXLSX(out)
	if err != nil {
		return err
	}
	note := t.F("privacy.as_of", "Time", civil.Clock(asOf), "Day", civil.DayOf(asOf))
	table := sheet.Table{Name: t.T("nav.processing"), Title: t.T("privacy.title"), Note: note, Fixed: 2}
	for _, c := range []struct {
		key   string
		width float64
	}{{"use", 26}, {"table", 30}, {"column", 22}, {"says", 26}, {"class", 22}, {"keep", 36}, {"why", 60}, {"basis", 50}} {
		table.Columns = append(table.Columns, sheet.Column{Title: t.T("privacy.head." + c.key), Width: c.width})
	}
	if err := x.Begin(table); err != nil {
		return err
	}
	for i := range reg.Entries {
		e := &reg.Entries[i]
		for _, c := range e.Columns {
			says := ""
			if c.Class != Plain {
				says = label(t, c.Name)
			}
			if err := x.Row(t.T("privacy.use."+string(e.Use)), t.T("privacy.table."+e.Name), e.Name+"."+c.Name, says, t.T("privacy.class."+string(c.Class)), e.Keep.Text(t),
				t.T("privacy.why."+string(e.Use)), t.T("privacy.basis."+e.Use.Basis())); err != nil {
				return err
			}
		}
	}
	table = sheet.Table{Name: t.T("privacy.destroyed_sheet"), Title: t.T("privacy.destroyed"), Note: note}
	for _, key := range []string{"month", "kind", "records", "before", "last"} {
		table.Columns = append(table.Columns, sheet.Column{Title: t.T("privacy.head." + key), Width: 24})
	}
	if err := x.Begin(table); err != nil {
		return err
	}
	for i := range gone {
		g := &gone[i]
		if err := x.Row(monthText(g.Month), t.T("periods.what."+g.Kind), g.Records, g.Before, g.Last); err != nil {
			return err
		}
	}
	return x.Close()
}

// print is the register on paper: a table for each use.
func (p *Pages) print(w http.ResponseWriter, r *page.Request) error {
	reg, err := p.store.Register(r.Context(), r.Actor)
	if err != nil {
		return err
	}
	gone, err := p.store.Destroyed(r.Context(), r.Actor)
	if err != nil {
		return err
	}
	fonts, err := paper.LoadFonts()
	if err != nil {
		return err
	}
	d := Document(p.spoken, reg, gone, r.WardName(), r.Moment())
	if r.Identity.Invented {
		d.Foot.Mark = p.spoken.T("privacy.paper.invented")
	}
	if err := p.store.Take(r.Context(), r.Actor, "pdf"); err != nil {
		return err
	}
	r.Attach(w, paper.TypePDF, p.spoken.T("privacy.file")+".pdf")
	return d.WritePDF(w, fonts)
}
