package awards

import (
	"net/http"
	"slices"
	"strconv"
	"sync"

	"sonha/engine/db"
	"sonha/engine/jobs"
	"sonha/engine/page"
	"sonha/engine/page/ui"
	"sonha/engine/paper"
	"sonha/engine/words"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/areas"
	"sonha/ward/reads"
)

// Pages are the pages of this feature.
type Pages struct {
	store  *Store
	areas  *areas.Store
	jobs   *jobs.Runner
	spoken *words.Words // what is printed is in Vietnamese, whatever language its printer reads
	fonts  func() (*paper.Fonts, error)
}

// NewPages makes the pages. Fonts are read when the first sheet is printed.
func NewPages(s *Store, a *areas.Store, j *jobs.Runner, w *words.Catalog) *Pages {
	return &Pages{store: s, areas: a, jobs: j, spoken: w.In("vi"), fonts: sync.OnceValues(paper.LoadFonts)}
}

// Routes lists the routes.
func (p *Pages) Routes() []page.Route {
	return slices.Concat(jobs.ListRoutes("/commendations/export", access.Commend, reads.CommendationFile, p.export), []page.Route{
		{Pattern: "GET /commendations", Need: access.Commend, Handle: p.list},
		{Pattern: "GET /commendations/new", Need: access.Commend, Handle: p.newForm},
		{Pattern: "POST /commendations", Need: access.Commend, Handle: p.propose},
		{Pattern: "GET /commendations/submission.docx", Need: access.DecideAwards, Handle: p.submission},
		{Pattern: "GET /commendations/submission.pdf", Need: access.DecideAwards, Handle: p.submission},
		{Pattern: "GET /commendations/published", Need: access.ReadNotices, Handle: p.published},
		{Pattern: "GET /commendations/kinds", Need: access.SetAwards, Handle: p.kinds},
		{Pattern: "POST /commendations/kinds", Need: access.SetAwards, Handle: p.setKind},
		{Pattern: "GET /commendations/{id}", Need: access.Commend, Handle: p.show},
		{Pattern: "POST /commendations/{id}/vote", Need: access.Commend, Handle: p.vote},
		{Pattern: "POST /commendations/{id}/publish", Need: access.DecideAwards, Handle: p.publish},
		{Pattern: "POST /commendations/{id}/remark", Need: access.ReadNotices, Handle: p.remark},
		{Pattern: "POST /commendations/{id}/answer", Need: access.DecideAwards, Handle: p.answer},
		{Pattern: "POST /commendations/{id}/decide", Need: access.DecideAwards, Handle: p.decide, Fresh: true},
		{Pattern: "POST /commendations/{id}/decline", Need: access.DecideAwards, Handle: p.decline},
		{Pattern: "POST /commendations/{id}/drop", Need: access.Commend, Handle: p.drop},
		{Pattern: "POST /commendations/{id}/revoke", Need: access.DecideAwards, Handle: p.revoke, Fresh: true},
		{Pattern: "POST /commendations/{id}/confirm", Need: access.DecideAwards, Handle: p.confirm, Fresh: true},
		{Pattern: "GET /commendations/{id}/certificate.pdf", Need: access.DecideAwards, Handle: p.certificate},
		{Pattern: "GET /awards", Need: access.Public, Handle: p.public},
		{Pattern: "GET /awards/{token}", Need: access.Public, Handle: p.check},
	})
}

func home(id string) string { return "/commendations/" + id }

// checkPath is where the code of a certificate leads: it names the ward, because whoever opens it has none.
func checkPath(ward int, token string) string { return "/awards/" + db.WardToken(ward, token) }

// nameOf is who is commended as people say it: "Số nhà 36A Hàng Bạc", "Trưởng số nhà 36A Hàng Bạc", "Tổ dân phố 5".
func nameOf(t *words.Words, s Subject, name string) string {
	if s == Group {
		return name
	}
	return t.F("awards.named."+string(s), "Name", name)
}

// row is a commendation in a list.
type row struct {
	Award
	name, achievement, state, next string
	posted                         string // what everybody reads of it while it is published
	late                           bool
}

// posted says until when everybody may remark, and when that is over, that the decision is still to come.
func posted(r *page.Request, kind, achievement string, until civil.Day) string {
	key := "awards.published_item"
	if until < r.Today() {
		key = "awards.published_over"
	}
	return r.Words.F(key, "Kind", kind, "Achievement", achievement, "Until", until)
}

func (p *Pages) row(r *page.Request, a *Award) row {
	t := r.Words
	x := row{Award: *a, name: nameOf(t, a.Subject, a.Name), achievement: t.T("awards.achievement." + a.Achievement), state: t.T("awards.state." + string(a.State))}
	x.posted = posted(r, x.Kind.Name, x.achievement, x.Until)
	switch a.State {
	case Draft:
		x.next = t.T("awards.next.vote")
	case Voted:
		x.next = t.T("awards.next.publish")
	case Published:
		x.next = t.F("awards.next.until", "Day", a.Until)
		if r.Today() >= a.Until {
			x.next, x.late = t.F("awards.next.decide", "Authority", a.Kind.Authority), true
		}
	case Decided:
		if x.next = a.Decision; a.Revoke.Account != "" {
			x.next, x.late = t.T("awards.next.confirm"), true
		}
	case Revoked:
		x.next = a.Revoke.Decision
	}
	return x
}

// shelf is the page of the commendations.
type shelf struct {
	rows          []row
	years, states []ui.Chip
	year          int
	decides       bool
}

func (p *Pages) list(w http.ResponseWriter, r *page.Request) error {
	f := Filter{State: State(r.Text("state"))}
	f.Year, _ = strconv.Atoi(r.Text("year"))
	list, err := p.store.List(r.Context(), r.Actor, f)
	if err != nil {
		return err
	}
	t := r.Words
	x := shelf{year: f.Year, decides: r.Actor.May(access.DecideAwards)}
	for i := range list {
		x.rows = append(x.rows, p.row(r, &list[i]))
	}
	to := func(f Filter) string {
		q := ""
		if f.Year != 0 {
			q += "&year=" + strconv.Itoa(f.Year)
		}
		if f.State != "" {
			q += "&state=" + string(f.State)
		}
		if q == "" {
			return "/commendations"
		}
		return "/commendations?" + q[1:]
	}
	for _, s := range []State{Draft, Voted, Published, Decided, Revoked} {
		g := f
		if g.State = s; f.State == s {
			g.State = ""
		}
		x.states = append(x.states, ui.Chip{Label: t.T("awards.state." + string(s)), Href: to(g), On: f.State == s})
	}
	for y := r.Today().Year(); y > r.Today().Year()-3; y-- {
		g := f
		if g.Year = y; f.Year == y {
			g.Year = 0
		}
		x.years = append(x.years, ui.Chip{Label: strconv.Itoa(y), Href: to(g), On: f.Year == y})
	}
	if x.year == 0 {
		x.year = r.Today().Year()
	}
	return r.HTML(w, listPage(r.Frame(t.T("awards.name"), ui.Link{Label: t.T("awards.name")}), x))
}

// proposal is the form of a new proposal.
type proposal struct {
	Choices
	n      New
	errors map[string]string
}

func (p *Pages) proposal(r *page.Request) (*proposal, ui.Frame, error) {
	c, err := p.store.Choices(r.Context(), r.Actor)
	if err != nil {
		return nil, ui.Frame{}, err
	}
	x := &proposal{Choices: c, n: New{Subject: House, Address: r.Text("house"), Achievement: "all", Kind: "certificate"}}
	if !c.Houses {
		x.n.Subject = Group
	}
	t := r.Words
	return x, r.Frame(t.F("awards.new_page", "Year", strconv.Itoa(c.Year)), ui.Link{Href: "/commendations", Label: t.T("awards.name")}, ui.Link{Label: t.T("awards.new")}), nil
}

func (p *Pages) newForm(w http.ResponseWriter, r *page.Request) error {
	x, f, err := p.proposal(r)
	if err != nil {
		return err
	}
	return r.HTML(w, newPage(f, x))
}

func (p *Pages) propose(w http.ResponseWriter, r *page.Request) error {
	n := New{
		Subject: Subject(r.Text("subject")), Address: r.Text("house"), Group: r.Text("group"), Achievement: r.Text("achievement"), Kind: r.Text("kind"),
		Reason: r.FormValue("reason"), Consent: r.Text("consent") != "",
	}
	id, err := p.store.Propose(r.Context(), r.Actor, n)
	if texts, refused := r.Refused(err); refused {
		x, f, err := p.proposal(r)
		if err != nil {
			return err
		}
		x.n, x.errors = n, texts
		return r.Again(w, newPage(f, x))
	}
	if err != nil {
		return err
	}
	return r.Done(w, home(id), "awards.done_proposed")
}

func (x *proposal) subjects(t *words.Words) []ui.Option {
	var list []ui.Option
	for _, s := range []Subject{House, Head, Group} {
		if s != Group && !x.Houses {
			continue
		}
		list = append(list, ui.Option{Value: string(s), Label: t.T("awards.subject." + string(s)), Checked: x.n.Subject == s})
	}
	return list
}

func (x *proposal) groups() []ui.Option {
	var list []ui.Option
	for _, g := range x.Groups {
		list = append(list, ui.Option{Value: g.ID, Label: g.Name})
	}
	return list
}

func achievementOptions(t *words.Words) []ui.Option {
	var list []ui.Option
	for _, a := range Achievements() {
		list = append(list, ui.Option{Value: a, Label: t.T("awards.achievement." + a)})
	}
	return list
}

func (x *proposal) kinds() []ui.Option {
	var list []ui.Option
	for _, k := range x.Kinds {
		if k.Active {
			list = append(list, ui.Option{Value: k.Code, Label: k.Name, Note: k.Authority, Checked: x.n.Kind == k.Code})
		}
	}
	return list
}

// ledger is the page on which the administrator keeps the kinds.
type ledger struct {
	kinds  []Kind
	typed  Kind
	errors map[string]string
}

func (p *Pages) ledger(r *page.Request) (*ledger, ui.Frame, error) {
	list, err := p.store.Kinds(r.Context(), r.Actor)
	if err != nil {
		return nil, ui.Frame{}, err
	}
	x := &ledger{kinds: list, typed: Kind{Decides: access.Committee, Active: true}}
	for _, k := range list {
		if k.Code == r.Text("code") {
			x.typed = k
		}
	}
	t := r.Words
	return x, r.Frame(t.T("awards.kinds_page"), ui.Link{Label: t.T("awards.kinds_page")}), nil
}

func (p *Pages) kinds(w http.ResponseWriter, r *page.Request) error {
	x, f, err := p.ledger(r)
	if err != nil {
		return err
	}
	return r.HTML(w, kindsPage(f, x))
}

func (p *Pages) setKind(w http.ResponseWriter, r *page.Request) error {
	k := Kind{Code: r.Text("code"), Name: r.Text("name"), Authority: r.Text("authority"), Decides: access.Role(r.Text("decides")), Basis: r.Text("basis"),
		Active: r.Text("active") != ""}
	err := p.store.SetKind(r.Context(), r.Actor, k)
	if texts, refused := r.Refused(err); refused {
		x, f, err := p.ledger(r)
		if err != nil {
			return err
		}
		x.typed, x.errors = k, texts
		return r.Again(w, kindsPage(f, x))
	}
	if err != nil {
		return err
	}
	return r.Done(w, "/commendations/kinds", "awards.done_kind")
}

func (x *ledger) deciders(t *words.Words) []ui.Option {
	var list []ui.Option
	for _, role := range []access.Role{access.Committee, access.Command} {
		list = append(list, ui.Option{Value: string(role), Label: t.T("role." + string(role)), Checked: x.typed.Decides == role})
	}
	return list
}

// notice is the page of what is published, with a form for a remark on each.
type notice struct {
	rows   []row
	id     string // whose remark was refused
	typed  string
	errors map[string]string
}

func (p *Pages) notice(r *page.Request) (*notice, ui.Frame, error) {
	list, err := p.store.Open(r.Context(), r.Actor)
	if err != nil {
		return nil, ui.Frame{}, err
	}
	x := &notice{}
	for i := range list {
		x.rows = append(x.rows, p.row(r, &list[i]))
	}
	return x, r.Frame(r.Words.T("awards.published_page"), ui.Link{Label: r.Words.T("awards.published_page")}), nil
}

func (p *Pages) published(w http.ResponseWriter, r *page.Request) error {
	x, f, err := p.notice(r)
	if err != nil {
		return err
	}
	return r.HTML(w, publishedPage(f, x))
}

func (p *Pages) remark(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	err = p.store.Remark(r.Context(), r.Actor, id, r.FormValue("remark"))
	if texts, refused := r.Refused(err); refused {
		x, f, err := p.notice(r)
		if err != nil {
			return err
		}
		x.id, x.typed, x.errors = id, r.FormValue("remark"), texts
		return r.Again(w, publishedPage(f, x))
	}
	if err != nil {
		return err
	}
	return r.Done(w, "/commendations/published", "awards.done_remark")
}

// showcase is the page of a ward's commendations for everybody.
type showcase struct {
	wards []areas.Ward
	ward  *areas.Ward
	open  []shownRow
	done  []shownRow
}

type shownRow struct {
	Shown
	name, achievement, href, posted string
}

func (p *Pages) shownRow(t *words.Words, x *Shown) shownRow {
	return shownRow{Shown: *x, name: nameOf(t, x.Subject, x.Name), achievement: t.T("awards.achievement." + x.Achievement), href: checkPath(x.Ward, x.Token)}
}

func (p *Pages) public(w http.ResponseWriter, r *page.Request) error {
	wards, err := p.areas.Wards(r.Context())
	if err != nil {
		return err
	}
	x := showcase{wards: wards}
	code := r.URL.Query().Get("ward")
	for i := range wards {
		if wards[i].Code == code || len(wards) == 1 && code == "" {
			x.ward = &wards[i]
		}
	}
	f := r.Frame(r.Words.T("awards.public_page"))
	f.NoShell, f.Crumbs = true, nil
	if x.ward != nil {
		list, err := p.store.Public(r.Context(), access.Actor{}, x.ward.ID)
		if err != nil {
			return err
		}
		for i := range list {
			line := p.shownRow(r.Words, &list[i])
			if list[i].State == Published {
				line.posted = posted(r, line.Kind.Name, line.achievement, line.Until)
				x.open = append(x.open, line)
			} else {
				x.done = append(x.done, line)
			}
		}
		f.Demo = x.ward.Invented
	}
	return r.HTML(w, publicPage(f, x))
}

// check says of a certificate whether it is genuine. What was never given out is said in so many words, with the page's status of a
// thing that is not there.
func (p *Pages) check(w http.ResponseWriter, r *page.Request) error {
	ward, token, ok := db.ParseWardToken(r.PathValue("token"), db.IDBytes)
	if !ok {
		return fault.NotFound("awards.not_genuine")
	}
	wards, err := p.areas.Wards(r.Context())
	if err != nil {
		return err
	}
	for _, x := range wards {
		if x.ID != ward {
			continue
		}
		shown, err := p.store.Certified(r.Context(), access.Actor{}, ward, token)
		if err != nil {
			return err
		}
		f := r.Frame(r.Words.T("awards.check_page"))
		f.NoShell, f.Crumbs, f.Demo = true, nil, x.Invented
		return r.HTML(w, checkPage(f, p.shownRow(r.Words, &shown), x.Name))
	}
	return fault.NotFound("awards.not_genuine")
}
