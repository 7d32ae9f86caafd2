package notices

import (
	"bytes"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"

	"sonha/engine/db"
	"sonha/engine/files"
	"sonha/engine/jobs"
	"sonha/engine/page"
	"sonha/engine/page/ui"
	"sonha/engine/paper"
	"sonha/engine/words"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/areas"
)

// Pages are the pages of this feature.
type Pages struct {
	store  *Store
	areas  *areas.Store
	files  *files.Store
	jobs   *jobs.Runner
	fonts  func() (*paper.Fonts, error)
	sans   func() (*paper.Sans, error)
	spoken *words.Words // of announcements themselves: Vietnamese, whoever writes them
}

// NewPages makes the pages. Fonts are read when the first sheet is printed.
func NewPages(s *Store, a *areas.Store, f *files.Store, j *jobs.Runner, c *words.Catalog) *Pages {
	return &Pages{store: s, areas: a, files: f, jobs: j, fonts: sync.OnceValues(paper.LoadFonts), sans: sync.OnceValues(paper.LoadSans), spoken: c.In("vi")}
}

// Routes lists the routes.
func (p *Pages) Routes() []page.Route {
	const room = files.MaxPhotoBytes + 64<<10
	return slices.Concat(jobs.ListRoutes("/notices/export", access.Announce, "", p.export), []page.Route{
		{Pattern: "GET /notices", Need: access.ReadNotices, Handle: p.list},
		{Pattern: "GET /notices/new", Need: access.Announce, Handle: p.blank},
		{Pattern: "POST /notices", Need: access.Announce, Handle: p.create},
		{Pattern: "POST /notices/seasons", Need: access.Announce, Handle: p.season},
		{Pattern: "GET /notices/{id}", Need: access.ReadNotices, Handle: p.show},
		{Pattern: "GET /notices/{id}/file", Need: access.ReadNotices, Handle: p.file},
		{Pattern: "POST /notices/{id}/known", Need: access.ReadNotices, Handle: p.known},
		{Pattern: "POST /notices/{id}/told", Need: access.ReadNotices, Handle: p.told},
		{Pattern: "GET /notices/{id}/edit", Need: access.Announce, Handle: p.edit},
		{Pattern: "POST /notices/{id}/edit", Need: access.Announce, Handle: p.save},
		{Pattern: "POST /notices/{id}/file", Need: access.Announce, Handle: p.attach, Body: room, Time: 2 * time.Minute},
		{Pattern: "POST /notices/{id}/drop", Need: access.Announce, Handle: p.drop},
		{Pattern: "GET /notices/{id}/send", Need: access.Announce, Handle: p.preview},
		{Pattern: "POST /notices/{id}/send", Need: access.Announce, Handle: p.send},
		{Pattern: "POST /notices/{id}/recall", Need: access.Announce, Handle: p.recall},
		{Pattern: "GET /notices/{id}/reach", Need: access.Announce, Handle: p.reach},
		{Pattern: "GET /notices/{id}/reach.pdf", Need: access.Announce, Handle: p.reachPDF},
		{Pattern: "GET /notices/{id}/correct", Need: access.Announce, Handle: p.correction},
		{Pattern: "POST /notices/{id}/correct", Need: access.Announce, Handle: p.correct},
		{Pattern: "GET /notices/{id}/withdraw", Need: access.Announce, Handle: p.withdrawal},
		{Pattern: "POST /notices/{id}/withdraw", Need: access.Announce, Handle: p.withdraw},
		{Pattern: "GET /notices/{id}/poster.pdf", Need: access.ReadNotices, Handle: p.poster},
		{Pattern: "GET /notices/{id}/share", Need: access.ReadNotices, Handle: p.share},
		{Pattern: "GET /notices/{id}/share.png", Need: access.ReadNotices, Handle: p.picture},
		{Pattern: "GET /news", Need: access.Public, Handle: p.news},
		{Pattern: "GET /n/{token}", Need: access.Public, Handle: p.newsItem},
		{Pattern: "GET /n/{token}/file", Need: access.Public, Handle: p.newsFile},
	})
}

// home is the address of an announcement.
func home(id string) string { return "/notices/" + id }

// when writes a moment as people read it: the clock today, the day too on other days.
func when(r *page.Request, t time.Time) string {
	if civil.DayOf(t) == r.Today() {
		return civil.Clock(t)
	}
	return civil.Moment(t, r.Words.Lang())
}

func frame(r *page.Request, title string) ui.Frame {
	return r.Frame(title, ui.Link{Href: "/notices", Label: r.Words.T("notices.name")}, ui.Link{Label: title})
}

// line is an announcement in a list.
type line struct {
	href, title, when, state string
	unread, urgent           bool
}

// listView is the page with all announcements of its reader.
type listView struct {
	w        *words.Words
	sent     []line
	own      []line
	unread   int
	announce bool
	seasons  []seasonView
}

// seasonView is a seasonal draft that stands ready.
type seasonView struct{ key, title, day string }

func (p *Pages) list(w http.ResponseWriter, r *page.Request) error {
	sent, own, err := p.store.List(r.Context(), r.Actor)
	if err != nil {
		return err
	}
	v := listView{w: r.Words, announce: r.Actor.May(access.Announce)}
	for i := range sent {
		n := &sent[i]
		if v.announce && slices.ContainsFunc(own, func(o Notice) bool { return o.ID == n.ID }) {
			continue
		}
		x := line{href: home(n.ID), title: n.Title, when: n.Sender + " · " + when(r, n.SendAt), urgent: n.Urgent && n.State == Sent, state: stateText(r.Words, n, r.Moment())}
		x.unread = n.ReadAt.IsZero() && n.To(r.Actor.Role()) && n.State == Sent && !n.Over(r.Today())
		if x.unread {
			v.unread++
		}
		v.sent = append(v.sent, x)
	}
	for i := range own {
		n := &own[i]
		x := line{href: home(n.ID) + "/reach", title: n.Title, urgent: n.Urgent, when: when(r, n.SendAt), state: stateText(r.Words, n, r.Moment())}
		if n.State == Draft {
			x.href, x.when = home(n.ID)+"/send", when(r, n.CreatedAt)
		}
		v.own = append(v.own, x)
	}
	offers, err := p.store.Offered(r.Context(), r.Actor)
	if err != nil {
		return err
	}
	for _, s := range offers {
		v.seasons = append(v.seasons, seasonView{s.Key, r.Words.T("notices.season." + s.Name + ".name"), s.Day.DisplayIn(r.Words.Lang())})
	}
	f := r.Frame(r.Words.T("notices.name"))
	f.Crumbs = append(f.Crumbs, ui.Link{Label: f.Title})
	return r.HTML(w, listPage(f, v))
}

// stateText says in a word or two how an announcement stands, "" when there is nothing to say.
func stateText(w *words.Words, n *Notice, now time.Time) string {
	switch {
	case n.State == Draft:
		return w.T("notices.state.draft")
	case n.State == Withdrawn:
		return w.T("notices.state.withdrawn")
	case n.Corrected != "":
		return w.T("notices.state.corrected")
	case n.SendAt.After(now):
		return w.T("notices.state.ahead")
	case n.Over(civil.DayOf(now)):
		return w.T("notices.state.over")
	case n.Corrects != "":
		return w.T("notices.state.correction")
	}
	return ""
}

// reading is what the page of one announcement shows.
type reading struct {
	Notice
	w         *words.Words
	when      string
	state     string
	file      string // address of the attachment
	corrected string // address of the correction
	wrong     string // address of what this one puts right
	hidden    bool   // withdrawn: the text is no longer shown
	ask       bool   // the reader is asked for "Đã đọc"
	knownAt   string
	doors     []AtDoor
	errors    map[string]string
	links     []ui.Link
	public    bool // shown to everybody: no links into the program
}

func (p *Pages) reading(r *page.Request, n Notice) reading {
	v := reading{Notice: n, w: r.Words, when: when(r, n.SendAt), state: stateText(r.Words, &n, r.Moment())}
	v.hidden = n.State == Withdrawn && !Mine(r.Actor, &n)
	if n.File.Kind != NoFile && !v.hidden {
		v.file = home(n.ID) + "/file"
	}
	if n.Corrected != "" {
		v.corrected = home(n.Corrected)
	}
	if n.Corrects != "" {
		v.wrong = home(n.Corrects)
	}
	v.ask = n.State == Sent && n.KnownAt.IsZero() && n.To(r.Actor.Role())
	if !n.KnownAt.IsZero() {
		v.knownAt = when(r, n.KnownAt)
	}
	if !v.hidden {
		v.links = append(v.links,
			ui.Link{Href: home(n.ID) + "/poster.pdf", Label: r.Words.T("notices.print")},
			ui.Link{Href: home(n.ID) + "/share", Label: r.Words.T("notices.share")})
	}
	return v
}

func (p *Pages) show(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	n, err := p.store.Open(r.Context(), r.Actor, id)
	if err != nil {
		return err
	}
	if n.State == Draft {
		return r.Done(w, home(id)+"/send", "")
	}
	return p.showIt(w, r, n, nil)
}

func (p *Pages) showIt(w http.ResponseWriter, r *page.Request, n Notice, errs map[string]string) error {
	v := p.reading(r, n)
	v.errors = errs
	var err error
	if n.State == Sent {
		if v.doors, err = p.store.Doors(r.Context(), r.Actor, n.ID); err != nil {
			return err
		}
	}
	if Mine(r.Actor, &n) || r.Actor.May(access.Announce) {
		v.links = append(v.links, ui.Link{Href: home(n.ID) + "/reach", Label: r.Words.T("notices.to_reach")})
	}
	if errs != nil {
		return r.Again(w, readPage(frame(r, n.Title), v))
	}
	return r.HTML(w, readPage(frame(r, n.Title), v))
}

func (p *Pages) known(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	if err := p.store.Know(r.Context(), r.Actor, id); err != nil {
		return err
	}
	return r.Done(w, home(id), "notices.done_known")
}

// told takes the households that a head has told, or a whole house from the walk.
func (p *Pages) told(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	whole := r.Text("all") == "1"
	err = p.store.Tell(r.Context(), r.Actor, id, r.Text("house"), r.PostForm["household"], whole)
	if texts, refused := r.Refused(err); refused && !whole {
		n, err := p.store.Get(r.Context(), r.Actor, id)
		if err != nil {
			return err
		}
		return p.showIt(w, r, n, texts)
	}
	if err != nil {
		return err
	}
	if whole {
		to := home(id) + "/reach"
		if street := r.Text("street"); db.ValidID(street) {
			to += "?street=" + street
		}
		return r.Done(w, to, "notices.done_told_house")
	}
	return r.Done(w, home(id), "notices.done_told")
}

func (p *Pages) file(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	n, err := p.store.Get(r.Context(), r.Actor, id)
	if err != nil {
		return err
	}
	if n.State == Withdrawn && !Mine(r.Actor, &n) {
		return fault.NotFound("fault.not_found")
	}
	return p.serve(w, r, n.File, "private, no-cache")
}

// serve gives an attachment: a picture to look at, a PDF to keep.
func (p *Pages) serve(w http.ResponseWriter, r *page.Request, f File, caching string) error {
	open := p.files.Open
	switch f.Kind {
	case NoFile:
		return fault.NotFound("fault.not_found")
	case PDF:
		open = p.files.OpenUpload
	}
	body, err := open(f.Name)
	if files.KindOf(err) == files.NotFound {
		return &fault.Error{Kind: fault.Missing, Key: "fault.not_found", Err: err}
	}
	if err != nil {
		return err
	}
	defer func() { _ = body.Close() }()
	if f.Kind == PDF {
		r.Attach(w, "application/pdf", f.As)
	} else {
		w.Header().Set("Content-Type", "image/jpeg")
	}
	w.Header().Set("Cache-Control", caching)
	http.ServeContent(w, r.Request, "", time.Time{}, body)
	return nil
}

// paper answers with a document, whole before the first byte leaves.
func paperOf(w http.ResponseWriter, r *page.Request, name string, write func(*bytes.Buffer) error) error {
	var body bytes.Buffer
	if err := write(&body); err != nil {
		return err
	}
	r.Attach(w, "application/pdf", name)
	w.Header().Set("Content-Length", strconv.Itoa(body.Len()))
	_, _ = body.WriteTo(w)
	return nil
}
