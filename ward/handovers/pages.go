package handovers

import (
	"net/http"
	"time"

	"sonha/engine/page"
	"sonha/engine/page/ui"
	"sonha/engine/qr"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ward/accounts"
	"sonha/ward/reads"
)

// Pages are the pages of this feature.
type Pages struct {
	store *Store
	entry *accounts.Pages
}

// NewPages makes the pages; entry keeps the session of who comes in by a link.
func NewPages(s *Store, entry *accounts.Pages) *Pages {
	return &Pages{store: s, entry: entry}
}

// Routes lists the routes.
func (p *Pages) Routes() []page.Route {
	return []page.Route{
		{Pattern: "GET /houses/{id}/handover", Need: access.HandOver, Handle: p.desk, Shows: reads.Handover},
		{Pattern: "POST /houses/{id}/handover", Need: access.HandOver, Handle: p.start, Fresh: true},
		{Pattern: "POST /houses/{id}/handover/stop", Need: access.HandOver, Handle: p.stop},
		{Pattern: "GET /handover/{token}", Need: access.Public, Handle: p.show},
		{Pattern: "POST /handover/{token}", Need: access.Public, Handle: p.take},
	}
}

func home(house string) string { return "/houses/" + house + "/handover" }

// deskView is the page of the one who goes.
type deskView struct {
	ui.Frame

	desk    Desk
	left    []ui.Fact
	past    []ui.Fact
	waiting string
	holders ui.Choice
	duties  ui.Choice
	errors  map[string]string
	lead    bool
	// link is told this once, as an address and as a code for another telephone.
	link string
	size int
	path string
}

func (p *Pages) view(r *page.Request) (*deskView, error) {
	id, err := r.PathID("id")
	if err != nil {
		return nil, err
	}
	d, err := p.store.Desk(r.Context(), r.Actor, id)
	if err != nil {
		return nil, err
	}
	t := r.Words
	v := &deskView{desk: d, lead: r.Actor.Role() != access.Head}
	v.Frame = r.Frame(t.F("handovers.page", "House", d.House.Address), ui.Link{Href: "/houses/" + id, Label: d.House.Address}, ui.Link{Label: t.T("handovers.name")})
	v.left = facts(r, d.Left, true)
	for i := range d.Waiting {
		x := &d.Waiting[i]
		v.waiting = t.F("handovers.waiting", "When", when(r, x.Opened), "Until", civil.Clock(x.Until))
	}
	for i := range d.Past {
		x := &d.Past[i]
		v.past = append(v.past, ui.Fact{
			Key: civil.DayOf(x.Ended).DisplayIn(t.Lang()), Time: string(civil.DayOf(x.Ended)),
			Text: t.F("handovers.past_line", "From", x.From.Name, "To", x.ToName), Sub: t.T("handovers.duty." + string(x.Duty)),
		})
	}
	from, duty := r.Text("from"), Duty(r.Text("duty"))
	v.holders = ui.Choice{Name: "from", Legend: t.T("handovers.which_from")}
	for _, x := range d.Holders {
		v.holders.Options = append(v.holders.Options, ui.Option{Value: x.Account, Label: x.Name, Checked: from == x.Account || len(d.Holders) == 1})
	}
	v.duties = ui.Choice{Name: "duty", Legend: t.T("handovers.which_duty"), Inline: true}
	for _, x := range []Duty{Head, Deputy} {
		v.duties.Options = append(v.duties.Options, ui.Option{Value: string(x), Label: t.T("handovers.duty." + string(x)), Checked: duty == x})
	}
	return v, nil
}

// when writes a moment as people read it: the clock today, the day too on other days.
func when(r *page.Request, t time.Time) string {
	if civil.DayOf(t) == r.Today() {
		return civil.Clock(t)
	}
	return civil.Moment(t, r.Words.Lang())
}

// facts are what is open, each with its day; with links for who has the house.
func facts(r *page.Request, list []Left, links bool) []ui.Fact {
	var out []ui.Fact
	for _, x := range list {
		f := ui.Fact{Key: r.Words.T("handovers.no_day"), Text: r.Words.N("handovers.left."+x.Key, x.N)}
		if x.Due != "" {
			f.Key, f.Time = r.Words.F("handovers.due", "Day", x.Due), string(x.Due)
		}
		if links {
			f.Href = x.Href
		}
		out = append(out, f)
	}
	return out
}

func (p *Pages) desk(w http.ResponseWriter, r *page.Request) error {
	v, err := p.view(r)
	if err != nil {
		return err
	}
	return r.HTML(w, deskPage(v))
}

// start opens the hand-over and shows its link, this once.
func (p *Pages) start(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	link, err := p.store.Start(r.Context(), r.Actor, id, r.Text("from"), Duty(r.Text("duty")))
	texts, refused := r.Refused(err)
	if err != nil && !refused {
		return err
	}
	v, err := p.view(r)
	if err != nil {
		return err
	}
	if refused {
		v.errors = texts
		v.holders.Error, v.duties.Error = texts["from"], texts["duty"]
		return r.Again(w, deskPage(v))
	}
	v.link = "/handover/" + link
	if v.size, v.path, err = qr.Path(r.Base() + v.link); err != nil {
		return err
	}
	r.Secret(w)
	return r.HTML(w, deskPage(v))
}

func (p *Pages) stop(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	if err := p.store.Stop(r.Context(), r.Actor, id); err != nil {
		return err
	}
	return r.Done(w, home(id), "handovers.done_stopped")
}

// takeView is the page of the one who comes.
type takeView struct {
	ui.Frame

	Handover

	token  string
	left   []ui.Fact
	own    string // name of the account that is signed in and may take the house with it
	errors map[string]string
	name   string
	phone  string
	seen   bool
	shared bool
	done   string
}

// successor reports whether the account that is signed in may take the house: it is not the one that goes.
func successor(r *page.Request, h *Handover) bool {
	return r.Actor.Account() != "" && r.Actor.Account() != h.From.Account && !h.ByLead || r.Actor.Account() != "" && h.ByLead && r.Actor.Role() != access.GroupLead &&
		r.Actor.Account() != h.From.Account
}

func (p *Pages) takeView(w http.ResponseWriter, r *page.Request) (*takeView, error) {
	token := r.PathValue("token")
	h, list, err := p.store.By(r.Context(), token)
	if err != nil {
		return nil, err
	}
	r.Secret(w)
	v := &takeView{Handover: h, token: token, left: facts(r, list, false), name: r.Text("name"), phone: r.Text("phone"), seen: r.FormValue("seen") != "",
		shared: r.FormValue("shared") != ""}
	v.Frame = r.Frame(r.Words.F("handovers.take_page", "House", h.House.Address))
	v.NoShell, v.SignIn = true, ui.Link{}
	if successor(r, &h) && r.FormValue("as") != "new" {
		v.own = r.Actor.Name()
	}
	if h.State == "done" {
		v.done = r.Words.F("handovers.is_done", "House", h.House.Address, "When", when(r, h.Ended))
	}
	return v, nil
}

func (p *Pages) show(w http.ResponseWriter, r *page.Request) error {
	v, err := p.takeView(w, r)
	if err != nil {
		return err
	}
	return r.HTML(w, takePage(v))
}

func (p *Pages) take(w http.ResponseWriter, r *page.Request) error {
	v, err := p.takeView(w, r)
	if err != nil {
		return err
	}
	if v.done != "" { // pressed twice, or by two
		return r.HTML(w, takePage(v))
	}
	n := accounts.Successor{Name: v.name, Attempt: p.entry.Attempt(r)}
	if v.own != "" {
		n = accounts.Successor{Account: r.Actor.Account()}
	} else if again := civil.NFC(r.PostFormValue("again")); again != n.Attempt.Secret {
		v.errors = map[string]string{"again": r.Words.T("accounts.not_same")}
		return r.Again(w, takePage(v))
	}
	started, err := p.store.Take(r.Context(), v.token, n, v.seen)
	if texts, refused := r.Refused(err); refused {
		v.errors = texts
		return r.Again(w, takePage(v))
	}
	if err != nil {
		return err
	}
	if v.own != "" {
		return r.Done(w, "/account/role?next=/today", "handovers.done_taken")
	}
	return p.entry.Enter(w, r, started, "handovers.done_taken")
}

// summary lists what is to be mended, in the order of the form.
func (v *takeView) summary() []ui.FieldError {
	return ui.FieldErrors(v.errors, "", "name", "phone", "secret", "again", "seen")
}
