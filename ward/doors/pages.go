package doors

import (
	"bytes"
	"net/http"
	"strconv"
	"sync"
	"time"

	"sonha/engine/db"
	"sonha/engine/page"
	"sonha/engine/page/ui"
	"sonha/engine/paper"
	"sonha/engine/words"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/accounts"
	"sonha/ward/areas"
	"sonha/ward/meetings"
	"sonha/ward/notices"
)

// Pages are the pages of this feature.
type Pages struct {
	store    *Store
	areas    *areas.Store
	notices  *notices.Store
	meetings *meetings.Store
	fonts    func() (*paper.Sans, error)
	spoken   *words.Words // of the plates themselves: Vietnamese, whoever prints them
	pace     pace
}

// NewPages makes the pages. Fonts are read when the first plate is printed.
func NewPages(s *Store, a *areas.Store, n *notices.Store, m *meetings.Store, c *words.Catalog) *Pages {
	return &Pages{store: s, areas: a, notices: n, meetings: m, fonts: sync.OnceValues(paper.LoadSans), spoken: c.In("vi")}
}

// Routes lists the routes.
func (p *Pages) Routes() []page.Route {
	return []page.Route{
		{Pattern: "GET /d/{token}", Need: access.Public, Handle: p.door},
		{Pattern: "GET /doors", Need: access.Plates, Handle: p.choose},
		{Pattern: "POST /doors/plates.pdf", Need: access.Plates, Handle: p.plates, Time: time.Minute},
		{Pattern: "GET /houses/{id}/door", Need: access.Plates, Handle: p.house},
		{Pattern: "POST /houses/{id}/door", Need: access.Plates, Handle: p.renew},
	}
}

// doorView is the page behind a plate.
type doorView struct {
	Seen

	safe  string
	calls []ui.Call
	news  []ui.Link
	ward  areas.Ward
	in    string // where to sign in to propose something
	meet  string // the next meeting of the house or its group; empty when there is none
}

// door is what everybody sees who scans a plate. It is the same for every reader without an account, so that it may be
// kept for a minute.
func (p *Pages) door(w http.ResponseWriter, r *page.Request) error {
	if wait := p.pace.take(accounts.Address(r.Request), r.Moment()); wait > 0 {
		return fault.Slow("doors.slow", wait)
	}
	id, token, err := parse(r.PathValue("token"))
	if err != nil {
		return err
	}
	wards, err := p.areas.Wards(r.Context())
	if err != nil {
		return err
	}
	v := doorView{in: "/sign-in?next=/proposals/new"}
	for _, x := range wards {
		if x.ID == id {
			v.ward = x
		}
	}
	if v.ward.ID == 0 {
		return fault.NotFound("doors.unknown")
	}
	if v.Seen, err = p.store.Scan(r.Context(), access.Actor{}, id, token); err != nil {
		return err
	}
	phones, err := p.areas.PublicPhones(r.Context(), access.Actor{}, id)
	if err != nil {
		return err
	}
	v.calls = calls(r.Words, &phones, v.BeatID)
	if err := p.latest(r, &v); err != nil {
		return err
	}
	if err := p.gathers(r, &v); err != nil {
		return err
	}
	if r.Actor.Known() {
		if v.in = "/today"; r.Actor.May(access.SeeProposals) {
			v.in = "/proposals"
		}
	} else {
		w.Header().Set("Cache-Control", "public, max-age=60")
	}
	f := r.Frame(v.Number + " " + v.Street)
	f.NoShell, f.Crumbs, f.Demo = true, nil, v.ward.Invented
	if v.Ended {
		f.Title = r.Words.T("doors.ended_title")
		return r.HTML(w, endedPage(f, v))
	}
	if v.SafeYear > 0 {
		v.safe = r.Words.F("doors.safe_year", "Year", strconv.Itoa(v.SafeYear))
	}
	return r.HTML(w, doorPage(f, v))
}

// calls lists whom to telephone: first what is urgent, then the offices whose numbers the ward has entered.
func calls(w *words.Words, phones *areas.Phones, beat string) []ui.Call {
	var list []ui.Call
	for _, n := range [...]string{"113", "114", "115"} {
		list = append(list, ui.Call{Who: w.T("doors.call." + n), Number: n, Tel: n})
	}
	for _, x := range []struct {
		key   string
		phone civil.Phone
	}{{"doors.call.beat", phones.Beats[beat]}, {"doors.call.duty", phones.Duty}, {"doors.call.committee", phones.Committee}} {
		if x.phone != "" {
			list = append(list, ui.Call{Who: w.T(x.key), Number: x.phone.Display(), Tel: x.phone.Local()})
		}
	}
	return list
}

// newsShown is how many of the ward's announcements stand at a door.
const newsShown = 3

func (p *Pages) latest(r *page.Request, v *doorView) error {
	list, err := p.notices.Public(r.Context(), access.Actor{}, v.ward.ID)
	if err != nil {
		return err
	}
	for _, n := range list {
		if n.State == notices.Sent && n.Corrected == "" && len(v.news) < newsShown {
			v.news = append(v.news, ui.Link{Href: notices.PublicPath(v.ward.ID, n.ID), Label: n.Title})
		}
	}
	return nil
}

// gathers finds the next meeting of the house or of its group.
func (p *Pages) gathers(r *page.Request, v *doorView) error {
	if v.Ended {
		return nil
	}
	n, err := p.meetings.AtDoor(r.Context(), access.Actor{}, v.ward.ID, v.House)
	if err != nil || n.ID == "" {
		return err
	}
	lang := r.Words.Lang()
	v.meet = r.Words.F("doors.meeting", "Title", n.Title, "When", n.Clock+", "+n.Day.WeekdayIn(lang)+" "+n.Day.DisplayIn(lang), "Place", n.Place)
	return nil
}

// choosing is the page on which plates are chosen for printing.
type choosing struct {
	filter       Filter
	size         paper.PlateSize
	all, missing int
	streets      []ui.Option
	groups       []ui.Option
	beats        []ui.Option
	problem      string
}

func (p *Pages) filter(r *page.Request) (Filter, paper.PlateSize) {
	f := Filter{Missing: r.Text("missing") == "1"}
	for _, x := range []struct {
		to   *string
		name string
	}{{&f.Street, "street"}, {&f.Group, "group"}, {&f.Beat, "beat"}, {&f.House, "house"}} {
		if id := r.Text(x.name); db.ValidID(id) {
			*x.to = id
		}
	}
	size := paper.MediumPlate
	for _, x := range paper.PlateSizes() {
		if string(x) == r.Text("size") {
			size = x
		}
	}
	return f, size
}

func (p *Pages) choose(w http.ResponseWriter, r *page.Request) error { return p.chooseAgain(w, r, "") }

func (p *Pages) chooseAgain(w http.ResponseWriter, r *page.Request, problem string) error {
	v := choosing{problem: problem}
	v.filter, v.size = p.filter(r)
	v.filter.House = ""
	var err error
	if v.all, v.missing, err = p.store.Count(r.Context(), r.Actor, v.filter); err != nil {
		return err
	}
	c, err := p.notices.Choices(r.Context(), r.Actor)
	if err != nil {
		return err
	}
	for _, x := range []struct {
		to     *[]ui.Option
		places []notices.Place
	}{{&v.streets, c.Streets}, {&v.groups, c.Groups}, {&v.beats, c.Beats}} {
		for _, place := range x.places {
			*x.to = append(*x.to, ui.Option{Value: place.ID, Label: place.Name})
		}
	}
	f := r.Frame(r.Words.T("doors.name"))
	f.Crumbs = append(f.Crumbs, ui.Link{Label: f.Title})
	if problem != "" {
		return r.Again(w, choosePage(f, v))
	}
	return r.HTML(w, choosePage(f, v))
}

// plates answers with the sheets.
func (p *Pages) plates(w http.ResponseWriter, r *page.Request) error {
	f, size := p.filter(r)
	list, err := p.store.Print(r.Context(), r.Actor, f)
	if texts, refused := r.Refused(err); refused {
		return p.chooseAgain(w, r, texts[""])
	}
	if err != nil {
		return err
	}
	fonts, err := p.fonts()
	if err != nil {
		return err
	}
	sheet := paper.Plates{Size: size, Lines: []string{p.spoken.T("doors.plate_line_1"), p.spoken.T("doors.plate_line_2")}, At: r.Moment()}
	if r.Identity.Invented {
		sheet.Mark = p.spoken.T("doors.invented")
	}
	for _, d := range list {
		sheet.List = append(sheet.List, paper.DoorPlate{Number: d.Number, Street: d.Street, URL: r.Base() + Path(r.Actor.Ward(), d.Token)})
	}
	var body bytes.Buffer
	if err := sheet.WritePDF(&body, fonts); err != nil {
		return err
	}
	r.Attach(w, "application/pdf", "bien-so-nha.pdf")
	w.Header().Set("Content-Length", strconv.Itoa(body.Len()))
	_, _ = body.WriteTo(w)
	return nil
}

// houseView is the page on which the plate of one house is printed or renewed.
type houseView struct {
	Door

	path    string
	made    string
	printed string
}

func (p *Pages) house(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	d, err := p.store.Get(r.Context(), r.Actor, id)
	if err != nil {
		return err
	}
	v := houseView{Door: d}
	if d.Token != "" {
		v.path = Path(r.Actor.Ward(), d.Token)
		v.made = r.Words.F("doors.made", "Day", civil.DayOf(d.MadeAt))
	}
	if !d.PrintedAt.IsZero() {
		v.printed = r.Words.F("doors.printed", "Day", civil.DayOf(d.PrintedAt))
	}
	address := d.Number + " " + d.Street
	f := r.Frame(r.Words.F("doors.of", "House", address), ui.Link{Href: "/houses/" + id, Label: address}, ui.Link{Label: r.Words.T("doors.plate")})
	return r.HTML(w, housePage(f, v))
}

func (p *Pages) renew(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	if err := p.store.Renew(r.Context(), r.Actor, id); err != nil {
		return err
	}
	return r.Done(w, "/houses/"+id+"/door", "doors.done_renewed")
}
