package proposals

import (
	"net/http"
	"os"
	"slices"
	"strconv"
	"time"

	"sonha/engine/files"
	"sonha/engine/jobs"
	"sonha/engine/page"
	"sonha/engine/page/ui"
	"sonha/engine/words"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ward/reads"
)

// Pages are the pages of this feature.
type Pages struct {
	store *Store
	files *files.Store
	jobs  *jobs.Runner
}

// NewPages makes the pages; photos are kept in f, and exports are made in the runner.
func NewPages(s *Store, f *files.Store, j *jobs.Runner) *Pages {
	return &Pages{store: s, files: f, jobs: j}
}

// A form may bring several photos of up to files.MaxPhotoBytes over a slow network.
const (
	uploadBody = 64 << 20
	uploadTime = 5 * time.Minute
)

// Routes lists the routes.
func (p *Pages) Routes() []page.Route {
	see, propose, answer := access.SeeProposals, access.Propose, access.AnswerProposals
	return slices.Concat(jobs.ListRoutes("/proposals/export", answer, reads.ProposalsFile, p.export), []page.Route{
		{Pattern: "GET /proposals", Need: see, Handle: p.list, Shows: reads.List},
		{Pattern: "POST /proposals/receive", Need: answer, Handle: p.receive},
		{Pattern: "GET /proposals/new", Need: propose, Handle: p.form},
		{Pattern: "POST /proposals", Need: propose, Handle: p.sketch, Body: uploadBody, Time: uploadTime},
		{Pattern: "GET /proposals/{id}/urgent", Need: propose, Handle: p.urgent, Shows: reads.Proposal},
		{Pattern: "GET /proposals/{id}/similar", Need: propose, Handle: p.similar, Shows: reads.Proposal},
		{Pattern: "POST /proposals/{id}/send", Need: propose, Handle: p.send},
		{Pattern: "POST /proposals/{id}/join", Need: propose, Handle: p.join},
		{Pattern: "POST /proposals/{id}/discard", Need: propose, Handle: p.discard},
		{Pattern: "GET /proposals/{id}", Need: see, Handle: p.show, Shows: reads.Proposal},
		{Pattern: "POST /proposals/{id}/verdict", Need: propose, Handle: p.verdict},
		{Pattern: "POST /proposals/{id}/work", Need: answer, Handle: p.work},
		{Pattern: "POST /proposals/{id}/measure", Need: answer, Handle: p.mend},
		{Pattern: "POST /proposals/{id}/ticket", Need: see, Handle: p.ticket},
		{Pattern: "GET /proposal-photos/{id}", Need: see, Handle: p.photo, Shows: reads.ProposalPhoto},
		{Pattern: "GET /proposal-photos/{id}/thumb", Need: see, Handle: p.thumb, Shows: reads.ProposalPhoto},
	})
}

const home = "/proposals"

func at(id string) string { return home + "/" + id }

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

// listView is the list: a table for those who answer, short lines for those who propose.
type listView struct {
	ui.Frame
	Page

	filter  Filter
	chips   []ui.Chip
	answers bool
	raises  bool
	shared  []Shared
	who     access.Actor
	error   string
}

func (p *Pages) listView(r *page.Request) (*listView, error) {
	f := ParseFilter(r.URL.Query())
	list, err := p.store.List(r.Context(), r.Actor, f)
	if err != nil {
		return nil, err
	}
	v := &listView{Page: list, filter: f, who: r.Actor, answers: r.Actor.May(access.AnswerProposals), raises: r.Actor.May(access.Propose)}
	if v.raises {
		if v.shared, err = p.store.Shared(r.Context(), r.Actor); err != nil {
			return nil, err
		}
	}
	v.Frame = r.Frame(r.Words.T("proposals.name"), ui.Link{Label: r.Words.T("proposals.name")})
	v.chips = v.makeChips()
	return v, nil
}

func (p *Pages) list(w http.ResponseWriter, r *page.Request) error {
	v, err := p.listView(r)
	if err != nil {
		return err
	}
	if v.answers {
		return r.HTML(w, deskPage(v))
	}
	return r.HTML(w, minePage(v))
}

// makeChips are the ways to look at the list; each excludes the others.
func (v *listView) makeChips() []ui.Chip {
	w, count := v.Words, func(n int) string { return civil.IntIn(v.Words.Lang(), n) }
	var list []ui.Chip
	add := func(key, n string, f Filter) {
		f.Category, f.Unit, f.Street, f.Group = v.filter.Category, v.filter.Unit, v.filter.Street, v.filter.Group
		on := f.State == v.filter.State && f.Overdue == v.filter.Overdue && f.Climbed == v.filter.Climbed
		list = append(list, ui.Chip{Label: w.T(key), Count: n, Href: f.Address(home), On: on, OneOf: true})
	}
	add("proposals.chip.current", count(v.Counts.Open+v.Counts.Answered), Filter{})
	if v.answers {
		add("proposals.chip.mine", count(v.Counts.Mine), Filter{State: mineOnly})
		add("proposals.chip.new", count(v.Counts.New), Filter{State: string(New)})
		add("proposals.chip.overdue", count(v.Counts.Overdue), Filter{Overdue: true})
		add("proposals.chip.climbed", count(v.Counts.Climbed), Filter{Climbed: true})
		add("proposals.chip.answered", count(v.Counts.Answered), Filter{State: string(Answered)})
	}
	add("proposals.chip.closed", "", Filter{State: string(Closed)})
	return list
}

// fields are the further filters of the desk.
func (v *listView) fields() []ui.Field {
	w := v.Words
	choose := func(name, value, key string, list []ui.Option) ui.Field {
		return ui.Field{Kind: ui.SelectField, Name: name, ID: "by-" + name, Label: w.T(key), Value: value, Options: list, Blank: w.T("proposals.any"), Auto: true}
	}
	named := func(list []Choice) []ui.Option {
		out := make([]ui.Option, len(list))
		for i, c := range list {
			out[i] = ui.Option{Value: c.ID, Label: c.Name}
		}
		return out
	}
	fields := []ui.Field{
		choose("category", v.filter.Category, "proposals.column.category", categoryOptions(w)),
		choose("unit", v.filter.Unit, "proposals.column.unit", unitOptions(w)),
		choose("street", v.filter.Street, "proposals.column.street", named(v.Streets)),
	}
	if len(v.Groups) > 1 {
		fields = append(fields, choose("group", v.filter.Group, "proposals.column.group", named(v.Groups)))
	}
	return fields
}

// nowAddress is the list of the group into which the one of the filter was merged.
func (v *listView) nowAddress() string {
	f := v.filter
	f.Group, f.After = v.Former.Now, ""
	return f.Address("/proposals")
}

// kept are the parts of the filter that the form of the further filters carries along.
func (v *listView) kept() []ui.FieldValue {
	var list []ui.FieldValue
	for name, on := range map[string]bool{"overdue": v.filter.Overdue, "climbed": v.filter.Climbed} {
		if on {
			list = append(list, ui.FieldValue{Name: name, Value: "1"})
		}
	}
	if v.filter.State != "" {
		list = append(list, ui.FieldValue{Name: "state", Value: v.filter.State})
	}
	return list
}

// narrow reports whether one of the further filters is in force.
func (v *listView) narrow() bool {
	f := v.filter
	return f.Category != "" || f.Unit != "" || f.Street != "" || f.Group != ""
}

func (v *listView) more() string {
	if v.Next == "" {
		return ""
	}
	f := v.filter
	f.After = v.Next
	return f.Address(home)
}

func (v *listView) file(ending string) string {
	f := v.filter
	f.After = ""
	return f.Address(home + "/export." + ending)
}

// receivable reports whether something on the page can be received in bulk.
func (v *listView) receivable() bool {
	for i := range v.Rows {
		if v.Rows[i].State == New && v.Rows[i].Handles(v.who) {
			return true
		}
	}
	return false
}

// dueText says by when, in words: how many working days are left, or how many it is late and who has been told.
func dueText(w *words.Words, p *Proposal, today civil.Day) (text string, late bool) {
	switch {
	case !p.State.Open():
		return "", false
	case p.Due < today:
		text = w.N("proposals.overdue", max(1, -p.Left))
		if p.Level > atUnit {
			text += ", " + w.T("proposals.told."+strconv.Itoa(p.Level))
		}
		return text, true
	case p.Due == today:
		return w.T("proposals.due_today"), false
	}
	return w.F("proposals.due_in", "Day", p.Due, "N", p.Left), false
}

// dueShort is dueText for a column that is headed by "due" already.
func dueShort(w *words.Words, p *Proposal, today civil.Day) (text string, late bool) {
	if p.State.Open() && p.Due > today {
		return w.F("proposals.due_short", "Day", p.Due.Short(), "N", p.Left), false
	}
	return dueText(w, p, today)
}

// stateText is the state with what the sender said.
func stateText(w *words.Words, p *Proposal) string {
	switch {
	case p.State == Closed && p.Satisfied != "":
		return w.T("proposals.satisfied." + p.Satisfied)
	case p.Waits:
		return w.T("proposals.waits")
	}
	return w.T("proposals.state." + string(p.State))
}

func categoryText(w *words.Words, c Category) string {
	if c.Code == "" {
		return ""
	}
	return w.T("proposals.category." + c.Code)
}

func categoryOptions(w *words.Words) []ui.Option {
	var list []ui.Option
	for _, c := range categories {
		list = append(list, ui.Option{Value: c.Code, Label: categoryText(w, c)})
	}
	return list
}

func unitOptions(w *words.Words) []ui.Option {
	var list []ui.Option
	for _, u := range Units() {
		list = append(list, ui.Option{Value: string(u), Label: w.T("proposals.unit." + string(u))})
	}
	return list
}

func (p *Pages) receive(w http.ResponseWriter, r *page.Request) error {
	if err := r.Parse(); err != nil {
		return err
	}
	_, err := p.store.ReceiveAll(r.Context(), r.Actor, r.Form["id"])
	if texts, refused := r.Refused(err); refused {
		v, err := p.listView(r)
		if err != nil {
			return err
		}
		v.error = texts[""]
		return r.Again(w, deskPage(v))
	}
	if err != nil {
		return err
	}
	return r.Done(w, page.Next(r.Text("next"), home), "proposals.done_received")
}

func (p *Pages) photo(w http.ResponseWriter, r *page.Request) error {
	return p.serve(w, r, p.files.Open)
}

func (p *Pages) thumb(w http.ResponseWriter, r *page.Request) error {
	return p.serve(w, r, p.files.OpenThumb)
}

// serve streams a photo to who sees its proposal.
func (p *Pages) serve(w http.ResponseWriter, r *page.Request, open func(string) (*os.File, error)) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	x, err := p.store.Photo(r.Context(), r.Actor, id)
	if err != nil {
		return err
	}
	return files.Serve(w, r.Request, open, x.Name, x.SHA256)
}
