package measures

import (
	"net/http"
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

// NewPages makes the pages; photos are kept in f.
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
	see := access.SeeMeasures
	return slices.Concat(jobs.ListRoutes("/measures/export", see, reads.MeasuresFile, p.export), []page.Route{
		{Pattern: "GET /measures", Need: see, Handle: p.list, Shows: reads.List},
		{Pattern: "GET /measures/new", Need: see, Handle: p.form},
		{Pattern: "POST /measures", Need: see, Handle: p.give},
		{Pattern: "GET /measures/{id}", Need: see, Handle: p.show, Shows: reads.Measure},
		{Pattern: "POST /measures/{id}/work", Need: see, Handle: p.work, Body: uploadBody, Time: uploadTime},
		{Pattern: "GET /measure-photos/{id}", Need: see, Handle: p.photo, Shows: reads.MeasurePhoto},
		{Pattern: "GET /measure-photos/{id}/thumb", Need: see, Handle: p.thumb, Shows: reads.MeasurePhoto},
	})
}

// home is the list, at the page of a measure.
const home = "/measures"

func at(id string) string { return home + "/" + id }

// listView is the list: a table on a desk, cards on the phone.
type listView struct {
	ui.Frame
	Page

	filter Filter
	chips  []ui.Chip
	gives  bool
	desk   bool
}

func (p *Pages) list(w http.ResponseWriter, r *page.Request) error {
	f := ParseFilter(r.URL.Query())
	list, err := p.store.List(r.Context(), r.Actor, f)
	if err != nil {
		return err
	}
	v := &listView{Page: list, filter: f, desk: r.Actor.Role() != access.Head}
	v.gives = v.desk
	v.Frame = r.Frame(r.Words.T("measures.name"), ui.Link{Label: r.Words.T("measures.name")})
	v.chips = v.makeChips()
	return r.HTML(w, listPage(v))
}

// counted reports whether the list is what a figure of a period or a line of Hôm nay counts, which none of the usual ways to look at it is.
func (v *listView) counted() bool {
	return v.filter.Turn != "" || v.filter.Item != "" || v.filter.Noted != Noted{} || v.filter.State == UnderWay || v.filter.Opened != Span{} || v.filter.Closed != Span{}
}

// countedText says what a figure counts whose rows these are.
func (v *listView) countedText() string {
	w := v.Words
	switch {
	case v.filter.Turn != "":
		return w.T("measures.turn." + string(v.filter.Turn))
	case v.filter.Noted != Noted{}:
		text := w.F("measures.noted."+v.filter.Noted.As, "Year", strconv.Itoa(v.filter.Noted.Year))
		if v.filter.Item != "" {
			text += " · " + v.filter.Item
		}
		return text
	case v.filter.Item != "":
		return w.F("measures.chip.item", "Item", v.filter.Item)
	case v.filter.Opened != Span{}:
		return w.F("measures.chip.opened", "From", v.filter.Opened.From, "To", v.filter.Opened.To)
	case v.filter.Closed != Span{}:
		return w.F("measures.chip.closed", "From", v.filter.Closed.From, "To", v.filter.Closed.To)
	}
	return w.T("measures.chip.running")
}

// makeChips are the ways to look at the list; each excludes the others.
func (v *listView) makeChips() []ui.Chip {
	w, count := v.Words, func(n int) string { return civil.IntIn(v.Words.Lang(), n) }
	var list []ui.Chip
	if v.counted() {
		list = append(list, ui.Chip{Label: v.countedText(), Href: v.filter.first().Address(home), On: true, OneOf: true})
	}
	add := func(key, n string, f Filter) {
		f.Source, f.Owner, f.Group = v.filter.Source, v.filter.Owner, v.filter.Group
		on := f.State == v.filter.State && f.Overdue == v.filter.Overdue && f.Climbed == v.filter.Climbed && !v.counted()
		list = append(list, ui.Chip{Label: w.T("measures.chip." + key), Count: n, Href: f.Address(home), On: on, OneOf: true})
	}
	add("current", count(v.Counts.Running+v.Counts.Reported), Filter{})
	add("overdue", count(v.Counts.Overdue), Filter{Overdue: true})
	add("reported", count(v.Counts.Reported), Filter{State: string(Reported)})
	if v.desk {
		add("climbed", count(v.Counts.Climbed), Filter{Climbed: true})
	}
	add("verified", count(v.Counts.Verified), Filter{State: string(Verified)})
	if v.desk {
		add("ineffective", "", Filter{State: string(Ineffective)})
	}
	return list
}

// fields are the further filters.
func (v *listView) fields() []ui.Field {
	w := v.Words
	choose := func(name, value string, list []ui.Option) ui.Field {
		return ui.Field{Kind: ui.SelectField, Name: name, ID: "by-" + name, Label: w.T("measures.column." + name), Value: value, Options: list, Blank: w.T("measures.any"),
			Auto: true}
	}
	var sources, owners, groups []ui.Option
	for _, s := range Sources() {
		sources = append(sources, ui.Option{Value: string(s), Label: w.T("measures.source." + string(s))})
	}
	for _, o := range Owners() {
		owners = append(owners, ui.Option{Value: string(o), Label: w.T("measures.owner." + string(o))})
	}
	for _, g := range v.Groups {
		groups = append(groups, ui.Option{Value: g.ID, Label: g.Name})
	}
	list := []ui.Field{choose("source", v.filter.Source, sources), choose("owner", v.filter.Owner, owners)}
	if len(groups) > 1 {
		list = append(list, choose("group", v.filter.Group, groups))
	}
	return list
}

// nowAddress is the list of the group into which the one of the filter was merged.
func (v *listView) nowAddress() string {
	f := v.filter
	f.Group, f.After = v.Former.Now, ""
	return f.Address("/measures")
}

// kept are the parts of the filter that the form of the further filters carries along.
func (v *listView) kept() []ui.FieldValue {
	var list []ui.FieldValue
	for _, x := range v.filter.first().params() {
		if x[1] != "" && !slices.Contains([]string{"source", "owner", "group"}, x[0]) {
			list = append(list, ui.FieldValue{Name: x[0], Value: x[1]})
		}
	}
	return list
}

// narrow reports whether one of the further filters is in force.
func (v *listView) narrow() bool {
	return v.filter.Source != "" || v.filter.Owner != "" || v.filter.Group != ""
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

func (v *listView) clear() ui.Action {
	if !v.filter.Narrowed() {
		return ui.Action{}
	}
	return ui.Action{Label: v.Words.T("measures.clear"), Href: home}
}

// placeText is where a measure is.
func placeText(w *words.Words, m *Measure) string {
	switch m.Place() {
	case AtHouse:
		return m.House.Address()
	case AtGroup:
		return m.GroupName
	}
	return w.T("measures.ward_place")
}

// ownerText is who carries a measure out: an office elsewhere by its name where it is known.
func ownerText(w *words.Words, m *Measure) string {
	if m.OwnerName != "" {
		return m.OwnerName
	}
	return w.T("measures.owner." + string(m.Owner))
}

// dueText says by when, in words: how many working days are left, or how many it is late and who has been told.
func dueText(w *words.Words, m *Measure, today civil.Day) (text string, late bool) {
	switch {
	case !m.State.Running() || m.Due == "":
		return "", false
	case m.Due < today:
		text = w.N("measures.overdue", max(1, -m.Left))
		if m.Level > atOwner {
			text += ", " + w.T("measures.told."+strconv.Itoa(m.Level))
		}
		return text, true
	case m.Due == today:
		return w.T("measures.due_today"), false
	}
	return w.F("measures.due_in", "Day", m.Due, "N", m.Left), false
}

// stateText is the state, with how much is done while it is under way.
func stateText(w *words.Words, m *Measure) string {
	text := w.T("measures.state." + string(m.State))
	if m.State == Doing && m.Percent > 0 {
		text += ", " + strconv.Itoa(m.Percent) + "\u00a0%"
	}
	return text
}

// Standing is how a measure stands in one line, for the page of what it came from: its state, and by when it is due.
func Standing(w *words.Words, m *Measure, today civil.Day) (text string, late bool) {
	text = stateText(w, m)
	if due, late := dueText(w, m, today); due != "" {
		return text + ", " + due, late
	}
	return text, false
}
