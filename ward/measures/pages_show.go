package measures

import (
	"errors"
	"maps"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"sonha/engine/db"
	"sonha/engine/files"
	"sonha/engine/page"
	"sonha/engine/page/ui"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
)

// showView is a measure as a page, with the forms of what its reader may do. After a refused form it holds what was typed.
type showView struct {
	ui.Frame
	Measure

	today                  civil.Day
	works, verifies, moves bool
	opens                  bool // the page of the house is for the reader
	names                  bool // who worked with it is named, not only the role
	typed                  Work
	percent, on, due       string // as typed
	errors                 map[string]string
}

func (p *Pages) showView(r *page.Request, m Measure) *showView {
	v := &showView{Measure: m, today: r.Today(), opens: r.Actor.May(access.SeeHouses) && m.House.ID != ""}
	v.works = m.State.Running() && m.Works(r.Actor)
	v.moves = m.State.Running() && m.Moves(r.Actor)
	v.verifies = m.Verifies(r.Actor)
	v.names = r.Actor.Role() != access.Head && r.Actor.Role() != access.Committee
	v.percent, v.on = strconv.Itoa(min(m.Percent, mostPercent)), string(v.today)
	v.typed.Next.Owner = m.Owner
	v.Frame = r.Frame(r.Words.F("measures.page_of", "Place", placeText(r.Words, &m)), ui.Link{Href: home, Label: r.Words.T("measures.name")}, ui.Link{Label: placeText(r.Words,
		&m)})
	return v
}

func (p *Pages) load(r *page.Request) (Measure, error) {
	id, err := r.PathID("id")
	if err != nil {
		return Measure{}, err
	}
	return p.store.Get(r.Context(), r.Actor, id)
}

func (p *Pages) show(w http.ResponseWriter, r *page.Request) error {
	m, err := p.load(r)
	if err != nil {
		return err
	}
	v := p.showView(r, m)
	if r.Part() == "panel" {
		return r.HTML(w, panel(v))
	}
	return r.HTML(w, showPage(v))
}

// work takes one act with its photos. Photos that can be kept are kept even when something else is refused, because a browser
// cannot offer a chosen file again.
func (p *Pages) work(w http.ResponseWriter, r *page.Request) error {
	if err := r.Parse(); err != nil {
		return err
	}
	m, err := p.load(r)
	if err != nil {
		return err
	}
	problems, err := p.takePhotos(r, &m)
	if err != nil {
		return err
	}
	version, _ := strconv.Atoi(r.Text("version"))
	percent, err := strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(r.Text("percent")), "%"))
	if err != nil {
		percent = -1
	}
	typed := Work{
		Act: Act(r.Text("act")), On: r.Day("on"), Percent: percent, Note: r.FormValue("note"), Version: version,
		Next: New{Content: r.Text("content"), Owner: Owner(r.Text("owner")), OwnerName: r.Text("owner_name"), Due: r.Day("due")},
	}
	if typed.Act == Move {
		typed.On = r.Day("due")
	}
	done := Measure{}
	if len(problems) == 0 {
		done, err = p.store.Do(r.Context(), r.Actor, m.ID, typed)
		texts, refused := r.Refused(err)
		if err != nil && !refused {
			return err
		}
		maps.Copy(problems, texts)
	}
	if len(problems) > 0 {
		m, err := p.store.Get(r.Context(), r.Actor, m.ID)
		if err != nil {
			return err
		}
		v := p.showView(r, m)
		v.typed, v.errors, v.percent, v.on, v.due = typed, problems, r.Text("percent"), r.Text("on"), r.Text("due")
		return r.Again(w, showPage(v))
	}
	if done.Next != "" {
		return r.Done(w, at(done.Next), "measures.done.fail")
	}
	return r.Done(w, at(m.ID), "measures.done."+string(typed.Act))
}

// takePhotos keeps the photos of a form and gives, by field, the reasons for those that it cannot take.
func (p *Pages) takePhotos(r *page.Request, m *Measure) (map[string]string, error) {
	problems := map[string]string{}
	if r.MultipartForm == nil {
		return problems, nil
	}
	defer func() { _ = r.MultipartForm.RemoveAll() }()
	chosen := files.Chosen(r.MultipartForm, "photos")
	if len(chosen) == 0 || m.State.Over() || !m.Works(r.Actor) && !m.Verifies(r.Actor) {
		return problems, nil // whoever may do nothing here makes the server unpack no picture; Do says why
	}
	kept, refused, err := p.files.Take(chosen)
	if err != nil {
		return nil, err
	}
	for _, x := range refused {
		problems["photos"] += r.Words.F("measures.photo."+string(x.Why), "Name", x.Name) + " "
	}
	unneeded, err := p.store.AddPhotos(r.Context(), r.Actor, m.ID, kept)
	if err != nil && !db.Unknown(err) {
		unneeded = kept
	}
	if e := p.files.Discard(unneeded); e != nil {
		return nil, errors.Join(err, e)
	}
	if texts, no := r.Refused(err); no {
		for name, text := range texts {
			problems[name] += text
		}
		return problems, nil
	}
	return problems, err
}

func (p *Pages) photo(w http.ResponseWriter, r *page.Request) error {
	return p.serve(w, r, p.files.Open)
}

func (p *Pages) thumb(w http.ResponseWriter, r *page.Request) error {
	return p.serve(w, r, p.files.OpenThumb)
}

// serve streams a photo to who sees its measure.
func (p *Pages) serve(w http.ResponseWriter, r *page.Request, open func(string) (*os.File, error)) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	x, err := p.store.Photo(r.Context(), r.Actor, id)
	if err != nil {
		return err
	}
	r.Named(w)
	return files.Serve(w, r.Request, open, x.Name, x.SHA256)
}

// facts are what stands fast about the measure.
func (v *showView) facts() []ui.Fact {
	w, lang := v.Words, v.Words.Lang()
	place := ui.Fact{Key: w.T("measures.column.place"), Text: placeText(w, &v.Measure)}
	if v.opens {
		place.Href = "/houses/" + v.House.ID
	}
	from := ui.Fact{Key: w.T("measures.column.source"), Text: w.T("measures.source." + string(v.From.Source))}
	if v.opens || v.House.ID == "" {
		from.Href = v.From.Href
	}
	list := []ui.Fact{place, from}
	if v.Item != "" {
		list = append(list, ui.Fact{Key: w.T("measures.column.item"), Text: v.Item})
	}
	list = append(list, ui.Fact{Key: w.T("measures.column.owner"), Text: ownerText(w, &v.Measure)})
	if v.Due != "" {
		due := ui.Fact{Key: w.T("measures.column.due"), Text: v.Due.DisplayIn(lang)}
		if v.FirstDue != v.Due {
			due.Sub = w.F("measures.first_due", "Day", v.FirstDue)
		}
		list = append(list, due)
	}
	return append(list, ui.Fact{Key: w.T("measures.column.opened"), Text: civil.DayOf(v.Opened).DisplayIn(lang)})
}

// events are the steps, the newest first.
func (v *showView) events() []ui.Event {
	w := v.Words
	out := make([]ui.Event, len(v.Steps))
	for i := range v.Steps {
		x := &v.Steps[i]
		e := ui.Event{Time: x.At.In(civil.Hanoi).Format(time.RFC3339), When: civil.Moment(x.At, w.Lang()), Note: x.Note}
		if e.Who = x.Role; w.Has("role." + x.Role) {
			e.Who = w.T("role." + x.Role)
		}
		if v.names && x.Role != "system" && x.Actor != "" && x.Actor != e.Who {
			e.Who += ", " + x.Actor
		}
		e.What = w.F("measures.step."+x.Kind, "Day", x.On, "N", x.Percent)
		e.Late = strings.HasPrefix(x.Kind, "climbed") || x.Kind == string(Return)
		out[i] = e
	}
	return out
}

// waits says whose word a reported measure waits for.
func (v *showView) waits() string {
	if v.State != Reported || v.verifies {
		return ""
	}
	var list []string
	for _, role := range v.keys() {
		list = append(list, civil.LowerFirst(v.Words.T("role."+string(role))))
	}
	return v.Words.F("measures.waits_for", "Who", strings.Join(list, v.Words.T("measures.or")))
}

// open reports whether the form of an act came back with something wrong.
func (v *showView) open(a Act) bool { return len(v.errors) > 0 && v.typed.Act == a }

// note is what was typed for an act.
func (v *showView) note(a Act) string {
	if v.typed.Act == a {
		return v.typed.Note
	}
	return ""
}

// problem is what is wrong with a field of the form of an act.
func (v *showView) problem(a Act, field string) string {
	if v.typed.Act == a {
		return v.errors[field]
	}
	return ""
}

func ownerOptions(f *ui.Frame, p Place) []ui.Option {
	var list []ui.Option
	for _, o := range owners(p) {
		list = append(list, ui.Option{Value: string(o), Label: f.Words.T("measures.owner." + string(o))})
	}
	return list
}

// summary lists what is wrong, for the forms of the page; only one of them came back.
func (v *showView) summary() []ui.FieldError {
	var list []ui.FieldError
	for _, name := range []string{"", "on", "percent", "note", "content", "owner", "owner_name", "due", "photos"} {
		if text := v.errors[name]; text != "" {
			list = append(list, ui.FieldError{Name: string(v.typed.Act) + "-" + name, Text: text})
		}
	}
	return list
}

// giveView is the form of a measure that is entered by hand.
type giveView struct {
	ui.Frame
	Given

	typed  New
	place  string // as chosen: a group's id, or "ward"
	due    string
	errors map[string]string
}

const atWholeWard = "ward"

func (p *Pages) form(w http.ResponseWriter, r *page.Request) error {
	v, err := p.giveView(r)
	if err != nil {
		return err
	}
	return r.HTML(w, givePage(v))
}

func (p *Pages) giveView(r *page.Request) (*giveView, error) {
	house := r.Text("house")
	g, err := p.store.Giving(r.Context(), r.Actor, house)
	if err != nil {
		return nil, err
	}
	v := &giveView{Given: g, due: string(g.Usual)}
	v.typed.Owner = ByHouse
	if house == "" {
		v.typed.Owner = ByGroup
	}
	if len(g.Groups) == 0 && house == "" {
		v.place, v.typed.Owner = atWholeWard, ByWard
	}
	v.Frame = r.Frame(r.Words.T("measures.new_page"), ui.Link{Href: home, Label: r.Words.T("measures.name")}, ui.Link{Label: r.Words.T("measures.new_page")})
	return v, nil
}

// choosing is how wide the new measure reaches, as far as the form knows it.
func (v *giveView) choosing() Place {
	switch {
	case v.House.ID != "":
		return AtHouse
	case len(v.Groups) > 0:
		return AtGroup
	}
	return AtWard
}

func (v *giveView) places() []ui.Option {
	var list []ui.Option
	for _, g := range v.Groups {
		list = append(list, ui.Option{Value: g.ID, Label: g.Name})
	}
	if v.Ward {
		list = append(list, ui.Option{Value: atWholeWard, Label: v.Words.T("measures.ward_place")})
	}
	return list
}

func (v *giveView) summary() []ui.FieldError {
	return ui.FieldErrors(v.errors, "", "place", "content", "owner", "owner_name", "due")
}

func (p *Pages) give(w http.ResponseWriter, r *page.Request) error {
	if err := r.Parse(); err != nil {
		return err
	}
	n := New{House: r.Text("house"), Content: r.Text("content"), Owner: Owner(r.Text("owner")), OwnerName: r.Text("owner_name"), Due: r.Day("due")}
	place := r.Text("place")
	if place != atWholeWard && n.House == "" {
		n.Group = place
	}
	var id string
	var err error
	if n.House == "" && place == "" {
		err = fault.Invalid("place", "measures.choose_place")
	} else {
		id, err = p.store.Give(r.Context(), r.Actor, n)
	}
	if texts, refused := r.Refused(err); refused {
		v, err := p.giveView(r)
		if err != nil {
			return err
		}
		v.typed, v.place, v.due, v.errors = n, place, r.Text("due"), texts
		return r.Again(w, givePage(v))
	}
	if err != nil {
		return err
	}
	return r.Done(w, at(id), "measures.done.given")
}
