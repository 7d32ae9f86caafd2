package periodic

import (
	"context"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"sonha/engine/jobs"
	"sonha/engine/page"
	"sonha/engine/page/ui"
	"sonha/engine/words"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/reports"
)

// Pages are the pages of this feature.
type Pages struct {
	store *Store
	jobs  *jobs.Runner
}

// NewPages makes the pages; files are written in the runner.
func NewPages(s *Store, j *jobs.Runner) *Pages { return &Pages{store: s, jobs: j} }

// Routes lists the routes.
func (p *Pages) Routes() []page.Route {
	routes := []page.Route{
		{Pattern: "GET /reports/periodic", Need: access.Review, Handle: p.list},
		{Pattern: "GET /reports/periodic/new", Need: access.Review, Handle: p.newForm},
		{Pattern: "POST /reports/periodic", Need: access.Review, Handle: p.begin},
		{Pattern: "GET /reports/periodic/{id}", Need: access.Review, Handle: p.show},
		{Pattern: "POST /reports/periodic/{id}/arrange", Need: access.Review, Handle: p.arrange},
		{Pattern: "POST /reports/periodic/{id}/pull", Need: access.Review, Handle: p.pull},
		{Pattern: "POST /reports/periodic/{id}/sign", Need: access.Review, Handle: p.sign, Fresh: true},
		{Pattern: "POST /reports/periodic/{id}/drop", Need: access.Review, Handle: p.drop},
	}
	for _, f := range Formats() {
		routes = append(routes, page.Route{Pattern: "GET /reports/periodic/{id}/report." + string(f), Need: access.Review, Handle: p.file(f)})
	}
	return routes
}

const root = "/reports/periodic"

func home(id string) string { return root + "/" + id }

// periodText is a period as people say it: "Quý III/2026".
func periodText(t *words.Words, p Period) string {
	key := "periodic.period." + string(p.Kind)
	if p.Kind == Half {
		key += strconv.Itoa(p.N)
	}
	return t.F(key, "N", p.N, "Roman", civil.Roman(max(p.N, 1)), "Year", strconv.Itoa(p.Year))
}

func scopeText(t *words.Words, group string) string {
	if group == "" {
		return t.T("periodic.whole_ward")
	}
	return group
}

// shelf is the list of reports.
type shelf struct {
	rows  []Report
	years []ui.Chip
}

func (p *Pages) crumbs(r *page.Request, more ...ui.Link) []ui.Link {
	return append([]ui.Link{{Href: "/reports", Label: r.Words.T("nav.reports")}}, more...)
}

func (p *Pages) list(w http.ResponseWriter, r *page.Request) error {
	year, _ := strconv.Atoi(r.Text("year"))
	list, err := p.store.List(r.Context(), r.Actor, year)
	if err != nil {
		return err
	}
	x := &shelf{rows: list}
	for y := r.Today().Year(); y > r.Today().Year()-4; y-- {
		href := root + "?year=" + strconv.Itoa(y)
		if y == year {
			href = root
		}
		x.years = append(x.years, ui.Chip{Label: strconv.Itoa(y), Href: href, On: y == year})
	}
	title := r.Words.T("periodic.name")
	return r.HTML(w, listPage(r.Frame(title, p.crumbs(r, ui.Link{Label: title})...), x))
}

// beginning is the form that begins a report.
type beginning struct {
	scopes, periods, bases []ui.Option
	values, errors         map[string]string
}

func (p *Pages) beginning(r *page.Request) (*beginning, ui.Frame, error) {
	groups, ward, err := p.store.Choices(r.Context(), r.Actor)
	if err != nil {
		return nil, ui.Frame{}, err
	}
	t := r.Words
	x := &beginning{values: map[string]string{"group": atWard, "basis": string(Decree)}}
	if ward {
		x.scopes = append(x.scopes, ui.Option{Value: atWard, Label: t.T("periodic.whole_ward")})
	} else if len(groups) > 0 {
		x.values["group"] = groups[0].ID
	}
	for _, g := range groups {
		x.scopes = append(x.scopes, ui.Option{Value: g.ID, Label: g.Name})
	}
	offer := func(group bool) {
		for _, one := range within(r.Today(), group) {
			label := periodText(t, one)
			if _, to := one.Days(Decree); to >= r.Today() {
				label = t.F("periodic.running", "Period", label)
			}
			x.periods = append(x.periods, ui.Option{Value: one.Code(), Label: label})
		}
	}
	if ward {
		offer(false)
	}
	if len(groups) > 0 {
		offer(true)
	}
	for _, b := range []Basis{Decree, Calendar} {
		x.bases = append(x.bases, ui.Option{Value: string(b), Label: t.T("periodic.basis." + string(b)), Note: t.T("periodic.basis_note." + string(b)), Checked: b == Decree})
	}
	title := t.T("periodic.new")
	return x, r.Frame(title, p.crumbs(r, ui.Link{Href: root, Label: t.T("periodic.name")}, ui.Link{Label: title})...), nil
}

func (p *Pages) newForm(w http.ResponseWriter, r *page.Request) error {
	x, f, err := p.beginning(r)
	if err != nil {
		return err
	}
	return r.HTML(w, newPage(f, x))
}

func (p *Pages) begin(w http.ResponseWriter, r *page.Request) error {
	ask := Ask{Basis: Basis(r.Text("basis")), Group: r.Text("group")}
	if ask.Group == atWard {
		ask.Group = ""
	}
	var ok bool
	var id string
	var err error
	if ask.Period, ok = ParsePeriod(r.Text("period")); ok {
		id, err = p.store.Begin(r.Context(), r.Actor, ask)
	} else {
		err = fault.Invalid("period", "periodic.choose_period")
	}
	if texts, refused := r.Refused(err); refused {
		x, f, err := p.beginning(r)
		if err != nil {
			return err
		}
		x.errors = texts
		for _, name := range []string{"group", "period", "basis"} {
			x.values[name] = r.Text(name)
		}
		for i := range x.bases {
			x.bases[i].Checked = x.bases[i].Value == x.values["basis"]
		}
		return r.Again(w, newPage(f, x))
	}
	if err != nil {
		return err
	}
	return r.Done(w, home(id), "periodic.done_begun")
}

// composer is the page of one report: what it says, as it prints, and the forms of its writer.
type composer struct {
	Shown

	sheet    reports.Preview
	files    []ui.Action
	sections []ui.Option
	parts    []ui.Field
	sources  []source
	seen     string // the version that the forms were made from
	over     bool   // the period is over, so that the report can be signed
	errors   map[string]string
}

// source is a line of the list of sources.
type source struct {
	no               int
	label, text, how string
	rows             string
}

// opens says which pages of rows the actor may open, and finds there what was counted: the lists of proposals and measures show the
// committee only what is for it to do.
func opens(who access.Actor) func(href string) bool {
	needs := map[string]access.Need{
		"/houses": access.SeeHouses, "/streets": access.SeeHouses, "/indicators": access.SeeFigures, "/proposals": access.SeeProposals, "/measures": access.SeeMeasures,
		"/reviews": access.Review,
	}
	return func(href string) bool {
		path, _, _ := strings.Cut(strings.TrimPrefix(href, "/"), "/")
		path, _, _ = strings.Cut("/"+path, "?")
		need, known := needs[path]
		part := who.Role() == access.Committee && (path == "/proposals" || path == "/measures")
		return known && !part && who.May(need)
	}
}

func (p *Pages) load(r *page.Request) (*composer, ui.Frame, error) {
	id, err := r.PathID("id")
	if err != nil {
		return nil, ui.Frame{}, err
	}
	s, err := p.store.Get(r.Context(), r.Actor, id)
	if err != nil {
		return nil, ui.Frame{}, err
	}
	t := r.Words
	x := &composer{Shown: s, seen: strconv.Itoa(s.Version), over: s.Ends() < r.Today()}
	may := opens(r.Actor)
	x.sheet = reports.Preview{Document: s.Record.Document(View{Screen: true, Opens: may, Draft: s.State == Draft, Hash: s.Hash})}
	for _, f := range Formats() {
		x.files = append(x.files, ui.Action{Label: t.T("reports.take." + string(f)), Href: home(id) + "/report." + string(f), Icon: ui.IconDownload,
			Primary: f == reports.DOCX && !x.Edits})
	}
	for _, one := range Sections(s.Group != "") {
		x.sections = append(x.sections, ui.Option{Value: string(one), Label: t.T("periodic.section." + string(one)), Checked: !slices.Contains(s.Omitted, one)})
	}
	for _, part := range Parts() {
		x.parts = append(x.parts, ui.Field{
			Kind: ui.TextArea, Name: string(part), Label: t.T("periodic.part." + string(part)), Value: s.Remarks[part], Rows: 3, MaxRunes: mostRemark, Optional: true,
		})
	}
	for i := range s.Record.Figures {
		f := &s.Record.Figures[i]
		if !s.Record.Has(f.Section) {
			continue
		}
		line := source{no: f.No, label: f.Label, text: f.Text, how: f.How}
		if f.Rows != "" && may(f.Rows) {
			line.rows = f.Rows
		}
		x.sources = append(x.sources, line)
	}
	for i := range s.Record.Tables {
		if table := &s.Record.Tables[i]; s.Record.Has(table.Section) {
			x.sources = append(x.sources, source{no: table.No, label: table.Title, how: table.How})
		}
	}
	slices.SortFunc(x.sources, func(a, b source) int { return a.no - b.no })
	title := t.F("periodic.page", "Period", civil.LowerFirst(periodText(t, s.Period)), "Scope", scopeText(t, s.GroupName))
	return x, r.Frame(title, p.crumbs(r, ui.Link{Href: root, Label: t.T("periodic.name")}, ui.Link{Label: s.Code()})...), nil
}

func (p *Pages) show(w http.ResponseWriter, r *page.Request) error {
	x, f, err := p.load(r)
	if err != nil {
		return err
	}
	return r.HTML(w, showPage(f, x))
}

// finish answers a form of the report's page; what was typed stays where the form is refused.
func (p *Pages) finish(w http.ResponseWriter, r *page.Request, err error, done string) error {
	texts, refused := r.Refused(err)
	if err != nil && !refused {
		return err
	}
	if !refused {
		return r.Done(w, home(r.PathValue("id")), done)
	}
	x, f, err := p.load(r)
	if err != nil {
		return err
	}
	x.errors = texts
	if r.Form.Has("arranged") {
		x.seen = r.Text("version")
		for i := range x.parts {
			x.parts[i].Value, x.parts[i].Error = r.FormValue(x.parts[i].Name), texts[x.parts[i].Name]
		}
		for i := range x.sections {
			x.sections[i].Checked = slices.Contains(r.Form["section"], x.sections[i].Value)
		}
	}
	return r.Again(w, showPage(f, x))
}

func (p *Pages) arrange(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	if err := r.Parse(); err != nil {
		return err
	}
	var omitted []Section
	for _, s := range Sections(false) {
		if !slices.Contains(r.Form["section"], string(s)) {
			omitted = append(omitted, s)
		}
	}
	remarks := map[Part]string{}
	for _, part := range Parts() {
		remarks[part] = r.FormValue(string(part))
	}
	return p.finish(w, r, p.store.Arrange(r.Context(), r.Actor, id, r.Version(), omitted, remarks), "periodic.done_arranged")
}

func (p *Pages) pull(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	return p.finish(w, r, p.store.Pull(r.Context(), r.Actor, id), "periodic.done_pulled")
}

func (p *Pages) sign(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	return p.finish(w, r, p.store.Sign(r.Context(), r.Actor, id, r.Version()), "periodic.done_signed")
}

func (p *Pages) drop(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	err = p.store.Drop(r.Context(), r.Actor, id)
	if err == nil {
		return r.Done(w, root, "periodic.done_dropped")
	}
	return p.finish(w, r, err, "")
}

// file gives the report in one format.
func (p *Pages) file(f reports.Format) page.Handler {
	return func(w http.ResponseWriter, r *page.Request) error {
		id, err := r.PathID("id")
		if err != nil {
			return err
		}
		x, err := p.store.Get(r.Context(), r.Actor, id)
		if err != nil {
			return err
		}
		who := r.Actor
		return jobs.GiveFile(w, r, p.jobs, "periodic.doing", access.Review, jobs.File{Name: x.Record.FileName(f), Type: f.ContentType()},
			func(ctx context.Context, _ *jobs.Progress, out io.Writer) error {
				body, err := p.store.File(ctx, who, &x, f)
				if err != nil {
					return err
				}
				_, err = out.Write(body)
				return err
			})
	}
}
