package inspections

import (
	"errors"
	"maps"
	"net/http"
	"slices"
	"strconv"

	"sonha/engine/db"
	"sonha/engine/files"
	"sonha/engine/page"
	"sonha/engine/page/ui"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/criteria"
	"sonha/ward/criteria/show"
)

// spot is one item on the phone: what the house said, what is found, what to do about it. After a refused
// form it holds what was typed.
type spot struct {
	Inspection
	set     *criteria.Set
	at      int
	item    *criteria.Item
	content *criteria.Content
	finding criteria.Value
	short   Shortcoming
	due     string // as typed
	photos  []Photo
	errors  map[string]string
	next    int
	base    criteria.Value // the finding that the form was opened with
	today   civil.Day
	known   criteria.Evidence // what the records say
}

// offline lets the form be kept on the phone, and leads on to the next item.
func (s *spot) offline(f *ui.Frame) ui.Offline {
	o := ui.Offline{Title: f.Words.F("inspections.offline_item", "House", s.House.Address(), "Item", s.item.Label.In(f.Words.Lang())), Next: home(s.ID)}
	if s.next >= 0 {
		to, _ := s.set.Item(s.next)
		o.Next = home(s.ID) + "/items/" + to.Code
	}
	return o
}

func (p *Pages) spot(r *page.Request, i Inspection, code string) (spot, error) {
	set := i.Set
	s := spot{Inspection: i, set: set, at: set.Index(code), photos: i.PhotosOf(code)}
	if s.item, s.content = set.Item(s.at); s.item == nil {
		return s, fault.NotFound("fault.not_found")
	}
	s.finding, s.next = i.Found.At(s.at), i.Next(set, s.at)
	s.base = s.finding
	if s.next == s.at {
		s.next = -1
	}
	if known := i.Shortcoming(code); known != nil {
		s.short = *known
	} else {
		s.short = Prefill(s.item, i.On)
	}
	s.due = string(s.short.Due)
	known, err := p.records.Evidence(r.Context(), r.Actor, i.House.ID, code)
	s.known = known[code]
	return s, err
}

func (p *Pages) item(w http.ResponseWriter, r *page.Request) error {
	i, err := p.load(r)
	if err != nil {
		return err
	}
	s, err := p.spot(r, i, r.PathValue("code"))
	if err != nil {
		return err
	}
	if _, closed := r.Refused(i.Closed()); closed {
		return r.Done(w, home(i.ID), "")
	}
	return r.HTML(w, itemPage(s.phone(r), s))
}

func (s *spot) phone(r *page.Request) ui.Frame {
	s.today = r.Today()
	f := r.Frame(s.item.Code + ", " + s.House.Address())
	f.Plate, f.Place = s.House.Number, s.House.Street
	f.Back = ui.Link{Href: home(s.ID), Label: r.Words.T("inspections.back_sheet")}
	f.Aside = ui.Link{Href: home(s.ID), Label: r.Words.F("inspections.all_items", "N", s.set.Len())}
	return f
}

// versus is the self-rating beside the finding.
func (s *spot) versus(f *ui.Frame) ui.Versus {
	lang, self := f.Words.Lang(), s.Self.At(s.at)
	v := ui.Versus{Name: "finding", Self: show.Value(self), HasSelf: self != criteria.Unanswered, SelfText: self.Name().In(lang)}
	if !v.HasSelf {
		v.SelfText = f.Words.T("inspections.no_self")
	}
	for _, x := range []criteria.Value{criteria.Pass, criteria.Partly, criteria.Fail, criteria.NA} {
		if x != criteria.NA || s.item.AllowsNA() {
			v.Options = append(v.Options, ui.Option{Value: string(x.Letter()), Label: x.Name().In(lang), State: show.Value(x), HasState: true, Checked: s.finding == x})
		}
	}
	return v
}

func chipOptions(item *criteria.Item, what []string, lang string) []ui.Option {
	list := make([]ui.Option, len(item.Chips))
	for n, chip := range item.Chips {
		list[n] = ui.Option{Value: strconv.Itoa(n), Label: chip.In(lang), Checked: slices.Contains(what, chip.VI)}
	}
	return list
}

func ownerOptions(f *ui.Frame) []ui.Option {
	var list []ui.Option
	for _, o := range Owners() {
		list = append(list, ui.Option{Value: string(o), Label: f.Words.T("inspections.owner." + string(o))})
	}
	return list
}

func (s *spot) summary() []ui.FieldError {
	return ui.FieldErrors(s.errors, "", "finding", "note", "photos", "measure", "owner", "due")
}

// find takes the finding of one item with its photos. Photos that can be kept are kept even when something
// else is refused, because a browser cannot offer a chosen file again.
func (p *Pages) find(w http.ResponseWriter, r *page.Request) error {
	if err := r.Parse(); err != nil {
		return err
	}
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	code := r.PathValue("code")
	set, err := p.store.SetOf(r.Context(), r.Actor, id)
	if err != nil {
		return err
	}
	item, _ := set.Item(set.Index(code))
	if item == nil {
		return fault.NotFound("fault.not_found")
	}
	problems, err := p.takePhotos(r, id, code)
	if err != nil {
		return err
	}
	typed := readShortcoming(r, item, "")
	v, ok := criteria.ParseValue(r.Text("finding"))
	if !ok {
		v = criteria.Unanswered
	}
	f := Finding{Item: code, Value: v, Short: typed}
	f.Base, f.HasBase = criteria.ParseValue(r.Text("base"))
	i, err := p.store.Find(r.Context(), r.Actor, id, f)
	if d, differs := errors.AsType[*DiffersError](err); differs {
		return r.TwoVersions(w, p.versions(r, item, v, d.Stored.Found.At(set.Index(code))))
	}
	texts, refused := r.Refused(err)
	if err != nil && !refused {
		return err
	}
	maps.Copy(problems, texts)
	if len(problems) > 0 {
		return p.itemAgain(w, r, id, code, v, &typed, problems, err == nil)
	}
	if next := i.Next(set, set.Index(code)); next >= 0 {
		to, _ := set.Item(next)
		return r.Done(w, home(id)+"/items/"+to.Code, "")
	}
	return r.Done(w, home(id), "inspections.done_all")
}

func (p *Pages) itemAgain(w http.ResponseWriter, r *page.Request, id, code string, v criteria.Value, typed *Shortcoming, problems map[string]string, saved bool) error {
	i, err := p.store.Get(r.Context(), r.Actor, id)
	if err != nil {
		return err
	}
	s, err := p.spot(r, i, code)
	if err != nil {
		return err
	}
	s.errors = problems
	if !saved {
		s.finding, s.short, s.due = v, *typed, r.Text("due")
	}
	return r.Again(w, itemPage(s.phone(r), s))
}

// takePhotos keeps the photos of a form and gives, by field, the reasons for those that it cannot take.
func (p *Pages) takePhotos(r *page.Request, id, code string) (map[string]string, error) {
	problems := map[string]string{}
	if r.MultipartForm == nil {
		return problems, nil
	}
	defer func() { _ = r.MultipartForm.RemoveAll() }()
	chosen := files.Chosen(r.MultipartForm, "photos")
	if len(chosen) == 0 {
		return problems, nil
	}
	// Nobody outside the reach of the house makes the server unpack a picture.
	if i, err := p.store.Get(r.Context(), r.Actor, id); err != nil {
		return nil, err
	} else if texts, refused := r.Refused(i.Closed()); refused {
		return texts, nil
	}
	kept, refused, err := p.files.Take(chosen)
	if err != nil {
		return nil, err
	}
	for _, x := range refused {
		problems["photos"] += r.Words.F("inspections.photo."+string(x.Why), "Name", x.Name) + " "
	}
	unneeded, err := p.store.AddPhotos(r.Context(), r.Actor, id, code, kept)
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

// versions are the finding of the form and the one that another inspector has entered meanwhile.
func (p *Pages) versions(r *page.Request, item *criteria.Item, mine, theirs criteria.Value) page.Versions {
	lang := r.Words.Lang()
	return page.Versions{
		Lines: []page.Line{{
			Name: "finding", Label: item.Code + " · " + item.Label.In(lang),
			Mine:   page.Version{Value: string(mine.Letter()), Text: mine.Name().In(lang)},
			Theirs: page.Version{Value: string(theirs.Letter()), Text: theirs.Name().In(lang)},
		}},
		Base: []ui.FieldValue{{Name: "base", Value: string(theirs.Letter())}},
	}
}
