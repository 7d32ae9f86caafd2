package notices

import (
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"sonha/engine/db"
	"sonha/engine/files"
	"sonha/engine/page"
	"sonha/engine/page/ui"
	"sonha/engine/words"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
)

// form is the page on which an announcement is written, with what was typed.
type form struct {
	Write

	action   string
	back     ui.Link
	houses   string // addresses as typed
	choices  Choices
	whole    string // the writer's whole reach in words
	fixed    string // of a correction: whom it reaches
	errors   map[string]string
	save     string
	wrong    *Notice
	mayCover bool // the writer reaches the whole ward and may speak to everybody
}

func (f *form) summary() []ui.FieldError {
	return ui.FieldErrors(f.errors, "title", "body", "reason", "to", "area", "groups", "streets", "beats", "houses", "expires", "why", "day", "file", "")
}

func options(places []Place, chosen []string) []ui.Option {
	list := make([]ui.Option, len(places))
	for i, x := range places {
		list[i] = ui.Option{Value: x.ID, Label: x.Name, Checked: slices.Contains(chosen, x.ID)}
	}
	return list
}

// areaOptions are the areas that the writer may choose, each only where there is a choice.
func (f *form) areaOptions(w func(string) string) []ui.Option {
	list := []ui.Option{{Value: string(Whole), Label: f.whole}}
	add := func(a Area, there bool) {
		if there {
			list = append(list, ui.Option{Value: string(a), Label: w("notices.area." + string(a))})
		}
	}
	add(Groups, len(f.choices.Groups) > 1)
	add(Beats, len(f.choices.Beats) > 1)
	add(Streets, len(f.choices.Streets) > 1)
	add(Houses, f.choices.Rows)
	for i := range list {
		list[i].Checked = list[i].Value == string(f.Area)
	}
	return list
}

// read takes what was typed. Houses are looked up by their addresses.
func (p *Pages) read(r *page.Request) (Write, string, error) {
	d := Write{
		Text: Text{
			Title: r.Text("title"), Body: civil.NFCLines(r.PostFormValue("body")), Urgent: r.Text("urgent") == "1", Reason: r.Text("reason"), Public: r.Text("public") == "1",
		},
		Audience: Audience{
			Heads: slices.Contains(r.PostForm["to"], "heads"), Households: slices.Contains(r.PostForm["to"], "households"),
			Officers: slices.Contains(r.PostForm["to"], "officers"), Leads: slices.Contains(r.PostForm["to"], "leads"), Area: Area(r.Text("area")),
		},
	}
	if text := r.Text("expires"); text != "" {
		day, err := civil.ParseDay(text)
		if err != nil {
			day = "?"
		}
		d.Expires = day
	}
	d.Version, _ = r.Number("version", 0, 1<<30)
	houses := civil.NFCLines(r.PostFormValue("houses"))
	switch d.Area {
	case Groups, Streets, Beats:
		d.Refs = r.PostForm[string(d.Area)]
	case Houses:
		ids, unknown, err := p.store.FindHouses(r.Context(), r.Actor, houses)
		switch {
		case err != nil:
			return d, houses, err
		case len(unknown) > 0:
			return d, houses, fault.Invalid("houses", "notices.unknown_houses", "Houses", strings.Join(unknown[:min(5, len(unknown))], ", "))
		case len(ids) > HousesMost:
			return d, houses, fault.Invalid("houses", "notices.too_many_houses", "Most", HousesMost)
		}
		d.Refs = ids
	}
	return d, houses, nil
}

func (p *Pages) form(r *page.Request, d Write, houses string) (*form, error) {
	choices, err := p.store.Choices(r.Context(), r.Actor)
	if err != nil {
		return nil, err
	}
	f := &form{Write: d, houses: houses, choices: choices, action: "/notices", save: r.Words.T("notices.go_on")}
	f.whole = r.Words.T("notices.whole." + string(r.Actor.Role()))
	f.mayCover = r.Actor.Role() == access.Command || r.Actor.Role() == access.Committee
	f.back = ui.Link{Href: "/notices", Label: r.Words.T("notices.name")}
	return f, nil
}

func (p *Pages) blank(w http.ResponseWriter, r *page.Request) error {
	d := Write{Audience: Audience{Heads: true, Households: true, Area: Whole}}
	houses := r.Text("houses")
	if houses != "" {
		d.Area = Houses
	}
	f, err := p.form(r, d, strings.ReplaceAll(houses, ";", "\n"))
	if err != nil {
		return err
	}
	return r.HTML(w, writePage(frame(r, r.Words.T("notices.new")), f))
}

func (p *Pages) create(w http.ResponseWriter, r *page.Request) error {
	d, houses, err := p.read(r)
	id := ""
	if err == nil {
		id, err = p.store.Create(r.Context(), r.Actor, d)
	}
	if texts, refused := r.Refused(err); refused {
		f, err := p.form(r, d, houses)
		if err != nil {
			return err
		}
		f.errors = texts
		return r.Again(w, writePage(frame(r, r.Words.T("notices.new")), f))
	}
	if err != nil {
		return err
	}
	return r.Done(w, home(id)+"/send", "notices.done_draft")
}

// editForm is the form of a draft.
func (p *Pages) editForm(r *page.Request, n *Notice, d Write, houses string) (*form, error) {
	f, err := p.form(r, d, houses)
	if err != nil {
		return nil, err
	}
	f.action = home(n.ID) + "/edit"
	f.back = ui.Link{Href: home(n.ID) + "/send", Label: r.Words.T("notices.preview")}
	if n.Corrects != "" {
		f.fixed = r.Words.T("notices.same_houses")
	}
	return f, nil
}

func (p *Pages) edit(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	n, err := p.store.Kept(r.Context(), r.Actor, id)
	if err != nil {
		return err
	}
	if n.State != Draft {
		return r.Done(w, home(id), "")
	}
	houses := ""
	if n.Area == Houses {
		if houses, err = p.store.Addresses(r.Context(), r.Actor, n.Refs); err != nil {
			return err
		}
	}
	f, err := p.editForm(r, &n, Write{Text: n.Text, Audience: n.Audience, Version: n.Version}, houses)
	if err != nil {
		return err
	}
	return r.HTML(w, writePage(frame(r, r.Words.T("notices.edit")), f))
}

func (p *Pages) save(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	n, err := p.store.Kept(r.Context(), r.Actor, id)
	if err != nil {
		return err
	}
	d, houses, err := p.read(r)
	if n.Corrects != "" {
		d.Audience, err = n.Audience, nil
	}
	if err == nil {
		err = p.store.Edit(r.Context(), r.Actor, id, d)
	}
	if texts, refused := r.Refused(err); refused {
		f, err := p.editForm(r, &n, d, houses)
		if err != nil {
			return err
		}
		f.errors = texts
		return r.Again(w, writePage(frame(r, r.Words.T("notices.edit")), f))
	}
	if err != nil {
		return err
	}
	return r.Done(w, home(id)+"/send", "notices.done_saved")
}

// sending is the page before an announcement goes out: as readers will see it, whom it reaches, and when.
type sending struct {
	reading

	reach   string   // "96 số nhà, 1.214 hộ"
	to      string   // "Trưởng số nhà, các hộ"
	places  []string // names of the areas; none for the whole reach
	whole   string
	quiet   string // that it waits for the morning
	later   bool
	day     string
	time    string
	errors  map[string]string
	nobody  bool
	version int
}

func (s *sending) summary() []ui.FieldError { return (&form{errors: s.errors}).summary() }

func (p *Pages) preview(w http.ResponseWriter, r *page.Request) error {
	return p.previewIt(w, r, nil)
}

func (p *Pages) previewIt(w http.ResponseWriter, r *page.Request, errs map[string]string) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	n, reach, err := p.store.Preview(r.Context(), r.Actor, id)
	if fault.Is(err, fault.Closed) {
		return r.Done(w, home(id)+"/reach", "")
	}
	if err != nil {
		return err
	}
	v := sending{reading: p.reading(r, n), errors: errs, nobody: reach.Houses == 0, version: n.Version}
	v.links, v.state, v.ask, v.when = nil, "", false, ""
	v.reach, v.to, v.whole = reachText(r, reach), rolesText(r.Words, &n.Audience), r.Words.T("notices.whole."+string(r.Actor.Role()))
	if v.places, err = p.store.AreaNames(r.Context(), r.Actor, &n); err != nil {
		return err
	}
	if n.Corrects != "" {
		v.places, v.whole = nil, r.Words.T("notices.same_houses")
	}
	now := r.Moment()
	if at := SendTime(now, now, n.Urgent); at.After(now) {
		v.quiet = r.Words.F("notices.quiet", "When", civil.Moment(at, r.Words.Lang()))
	}
	v.later, v.day, v.time = r.Text("when") == "later", r.Text("day"), r.Text("time")
	if v.day == "" {
		v.day, v.time = string(r.Today().AddDays(1)), "08:00"
	}
	f := frame(r, r.Words.T("notices.preview"))
	if errs != nil {
		return r.Again(w, sendPage(f, v))
	}
	return r.HTML(w, sendPage(f, v))
}

func reachText(r *page.Request, x Reach) string {
	w := r.Words
	list := []string{w.N("notices.n_houses", x.Houses)}
	for _, part := range []struct {
		n   int
		key string
	}{{x.Households, "notices.n_households"}, {x.Officers, "notices.n_officers"}, {x.Leads, "notices.n_leads"}} {
		if part.n > 0 {
			list = append(list, w.N(part.key, part.n))
		}
	}
	return strings.Join(list, ", ")
}

func rolesText(w *words.Words, a *Audience) string {
	var list []string
	for _, x := range []struct {
		is  bool
		key string
	}{{a.Heads, "heads"}, {a.Households, "households"}, {a.Officers, "officers"}, {a.Leads, "leads"}} {
		if x.is {
			list = append(list, w.T("notices.role."+x.key))
		}
	}
	return strings.Join(list, ", ")
}

func (p *Pages) send(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	version, _ := r.Number("version", 0, 1<<30)
	var at time.Time
	if r.Text("when") == "later" {
		day, dayErr := civil.ParseDay(r.Text("day"))
		clock, timeErr := time.Parse("15:04", r.Text("time"))
		switch {
		case dayErr != nil:
			err = fault.Invalid("day", "fault.bad_day")
		case timeErr != nil:
			err = fault.Invalid("time", "notices.bad_time")
		}
		at = day.Time().Add(time.Duration(clock.Hour())*time.Hour + time.Duration(clock.Minute())*time.Minute)
	}
	var sent time.Time
	if err == nil {
		sent, err = p.store.Send(r.Context(), r.Actor, id, at, version)
	}
	if texts, refused := r.Refused(err); refused && !fault.Is(err, fault.Closed) {
		return p.previewIt(w, r, texts)
	}
	if err != nil {
		return err
	}
	if sent.After(r.Moment()) {
		return r.Done(w, home(id)+"/reach", "notices.done_ahead")
	}
	return r.Done(w, home(id)+"/reach", "notices.done_sent")
}

func (p *Pages) recall(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	if err := p.store.Recall(r.Context(), r.Actor, id); err != nil {
		return err
	}
	return r.Done(w, home(id)+"/send", "notices.done_recalled")
}

func (p *Pages) drop(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	old, err := p.store.Drop(r.Context(), r.Actor, id)
	if err != nil {
		return err
	}
	if err := p.remove(old); err != nil {
		return err
	}
	return r.Done(w, "/notices", "notices.done_dropped")
}

func (p *Pages) remove(f File) error {
	switch f.Kind {
	case Photo:
		return p.files.Delete(f.Name)
	case PDF:
		return p.files.DeleteUpload(f.Name)
	case NoFile:
	}
	return nil
}

// mostPDF is the largest PDF that may be attached: what a phone still fetches on a slow line.
const mostPDF = 5 << 20

// attach puts one picture or PDF to a draft, or takes it away.
func (p *Pages) attach(w http.ResponseWriter, r *page.Request) error {
	if err := r.Parse(); err != nil {
		return err
	}
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	if _, err := p.store.Kept(r.Context(), r.Actor, id); err != nil {
		return err
	}
	f, err := p.received(r)
	var old File
	if err == nil {
		old, err = p.store.Attach(r.Context(), r.Actor, id, f)
		if err != nil && !db.Unknown(err) {
			_ = p.remove(f) // what came has no announcement to belong to
		}
	}
	if texts, refused := r.Refused(err); refused && !fault.Is(err, fault.Closed) {
		return p.previewIt(w, r, texts)
	}
	if err != nil {
		return err
	}
	if err := p.remove(old); err != nil {
		return err
	}
	return r.Done(w, home(id)+"/send", "notices.done_file")
}

// received keeps the file that was sent; the zero File when it is to be taken away.
func (p *Pages) received(r *page.Request) (File, error) {
	if r.Text("do") == "remove" {
		return File{}, nil
	}
	body, head, err := r.FormFile("file")
	if err != nil || head.Size == 0 {
		return File{}, fault.Invalid("file", "notices.no_file")
	}
	defer func() { _ = body.Close() }()
	var start [5]byte
	_, _ = body.ReadAt(start[:], 0)
	if string(start[:]) == "%PDF-" {
		u, err := p.files.SaveUpload(body, files.Limits{Bytes: mostPDF})
		if files.KindOf(err) == files.TooLarge {
			return File{}, fault.Invalid("file", "notices.file_large", "MB", mostPDF>>20)
		}
		return File{Kind: PDF, Name: u.Name, As: fileName(head.Filename)}, err
	}
	photo, err := p.files.SavePhoto(body, files.Limits{})
	switch files.KindOf(err) {
	case "":
		return File{Kind: Photo, Name: photo.Name}, err
	case files.TooLarge:
		return File{}, fault.Invalid("file", "notices.file_large", "MB", files.MaxPhotoBytes>>20)
	case files.TooDetailed:
		return File{}, fault.Invalid("file", "notices.file_detailed")
	case files.HEIC:
		return File{}, fault.Invalid("file", "notices.file_heic")
	default:
		return File{}, fault.Invalid("file", "notices.file_kind")
	}
}

// fileName is the name under which a PDF is given out again.
func fileName(name string) string {
	name = civil.NFC(filepath.Base(strings.ReplaceAll(name, `\`, "/")))
	if r := []rune(strings.TrimSuffix(strings.TrimSuffix(name, ".pdf"), ".PDF")); len(r) > 0 {
		return string(r[:min(len(r), 80)]) + ".pdf"
	}
	return "thong-bao.pdf"
}

// season takes or sets aside a seasonal draft.
func (p *Pages) season(w http.ResponseWriter, r *page.Request) error {
	offers, err := p.store.Offered(r.Context(), r.Actor)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(offers, func(s Season) bool { return s.Key == r.Text("season") })
	switch {
	case r.Actor.Role() != access.Command:
		return fault.NotFound("fault.not_found")
	case at < 0: // taken or set aside meanwhile, or its day has passed
		return r.Done(w, "/notices", "notices.done_season_gone")
	}
	s := offers[at]
	t := p.seasonText(s)
	if r.Text("do") == "skip" {
		if err := p.store.SkipSeason(r.Context(), r.Actor, s, t); err != nil {
			return err
		}
		return r.Done(w, "/notices", "notices.done_skipped")
	}
	id, err := p.store.TakeSeason(r.Context(), r.Actor, s, t)
	if err != nil {
		return err
	}
	return r.Done(w, home(id)+"/send", "notices.done_draft")
}

// seasonText is the text that stands ready for a season.
func (p *Pages) seasonText(s Season) Text {
	key := "notices.season." + s.Name
	pairs := []any{"Year", s.Day.Year(), "Day", s.Day.Display(), "Lunar", civil.Lunar(s.Day).Display(), "Before", s.Day.AddDays(-1).Display()}
	return Text{Title: p.spoken.F(key+".title", pairs...), Body: p.spoken.F(key+".body", pairs...), Public: true}
}
