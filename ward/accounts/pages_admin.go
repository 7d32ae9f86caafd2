package accounts

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"sonha/engine/db"
	"sonha/engine/page"
	"sonha/engine/page/ui"
	"sonha/engine/qr"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
)

// listPage is the administrator's list of accounts.
type listPage struct {
	form

	Text     string
	Role     access.Role
	Ward     int
	Accounts []Account
	From     int
	Total    int
	Provider string          // the ward's identity provider
	Bound    map[string]bool // which of the accounts are bound to somebody whom it names
}

func (p *Pages) list(w http.ResponseWriter, r *page.Request) error {
	at, _ := strconv.Atoi(r.FormValue("page"))
	q := Query{Text: r.Text("q"), Role: access.Role(r.Text("role")), From: max(at-1, 0) * ListMost}
	found, total, err := p.store.List(r.Context(), r.Actor, q)
	if err != nil {
		return err
	}
	ids := make([]string, len(found))
	for i := range found {
		ids[i] = found[i].ID
	}
	bound, err := p.store.BoundAmong(r.Context(), r.Actor, ids...)
	if err != nil {
		return err
	}
	f := listPage{
		Provider: p.providerName(r), Bound: bound,
		form: p.form(r, r.Words.T("accounts.title")), Text: q.Text, Role: q.Role, Ward: r.Actor.Ward(), Accounts: found, From: q.From, Total: total,
	}
	return r.HTML(w, list(&f))
}

func (f *form) roleOptions(ward int) []ui.Option {
	var out []ui.Option
	for _, role := range Grantable(ward) {
		out = append(out, ui.Option{Value: string(role), Label: f.Words.T("role." + string(role))})
	}
	return out
}

// roleIcon is the sign of a role where one is chosen.
func roleIcon(role string) ui.Glyph {
	switch access.Role(role) {
	case access.Household:
		return ui.IconDoorOpen
	case access.Head:
		return ui.IconHouse
	case access.GroupLead, access.Mediator:
		return ui.IconUsers
	case access.Officer:
		return ui.IconShield
	case access.Protector:
		return ui.IconLock
	case access.Command:
		return ui.IconShieldCheck
	case access.Administrator:
		return ui.IconSettings
	default:
		return ui.IconLandmark
	}
}

func (f *listPage) address(from int) string {
	v := url.Values{}
	if f.Text != "" {
		v.Set("q", f.Text)
	}
	if f.Role != "" {
		v.Set("role", string(f.Role))
	}
	if from > 0 {
		v.Set("page", strconv.Itoa(from/ListMost+1))
	}
	return "/accounts?" + v.Encode()
}

func (f *listPage) pager() ui.Page {
	p := ui.Page{Total: civil.IntIn(f.Words.Lang(), f.Total)}
	if len(f.Accounts) > 0 {
		p.From, p.To = f.From+1, f.From+len(f.Accounts)
	}
	if f.From > 0 {
		p.Prev = f.address(f.From - ListMost)
	}
	if f.From+len(f.Accounts) < f.Total {
		p.Next = f.address(f.From + ListMost)
	}
	return p
}

// roleText is one role with what it answers for: "Trưởng số nhà · 36A Hàng Bạc".
func (f *form) roleText(g Grant) string {
	text := f.Words.T("role." + string(g.Role))
	if g.Label != "" {
		text += " · " + g.Label
	}
	return text
}

// standing says in a word whether the account can sign in.
func (f *form) standing(a Account) string {
	switch {
	case !a.Disabled.IsZero():
		return f.Words.T("accounts.is_disabled")
	case a.Kind == NoSecret:
		return f.Words.T("accounts.is_invited")
	case a.Kind == PIN:
		return f.Words.T("accounts.has_pin")
	}
	return f.Words.T("accounts.has_password")
}

// scopeForm are the fields of one role: which role, and the house, beat or group that it answers for.
type scopeForm struct {
	form

	Role   access.Role
	Ward   int
	House  string // as typed
	Home   string // of a household, its label as typed
	Of     string // chosen beat or group
	Beats  []ui.Option
	Groups []ui.Option
}

// scope reads what a form says of a role, and the lists to choose from.
func (p *Pages) scope(r *page.Request, f form) (scopeForm, error) {
	s := scopeForm{form: f, Role: access.Role(r.Text("role")), Ward: r.Actor.Ward(), House: r.Text("house"), Home: r.Text("household")}
	if !slices.Contains(Grantable(s.Ward), s.Role) {
		s.Role = ""
	}
	switch s.Role {
	case access.Officer:
		s.Of = r.Text("beat")
		beats, err := p.areas.Beats(r.Context(), r.Actor)
		if err != nil {
			return s, err
		}
		for _, b := range beats {
			s.Beats = append(s.Beats, ui.Option{Value: b.ID, Label: b.Name})
		}
	case access.GroupLead, access.Mediator:
		s.Of = r.Text("group")
		groups, err := p.areas.Groups(r.Context(), r.Actor)
		if err != nil {
			return s, err
		}
		for _, g := range groups {
			s.Groups = append(s.Groups, ui.Option{Value: g.ID, Label: g.Name})
		}
	}
	return s, nil
}

// grant is the role that the form asks for.
func (p *Pages) grant(r *page.Request, s *scopeForm) (Grant, error) {
	g := Grant{Role: s.Role, Of: s.Of}
	if s.Role == "" {
		return g, fault.Invalid("role", "accounts.bad_role")
	}
	if s.Role == access.Head || s.Role == access.Household {
		id, err := p.store.FindHouse(r.Context(), r.Actor, s.House)
		g.Of = id
		if s.Role == access.Household {
			g.Household = Household(s.Home)
		}
		return g, err
	}
	return g, nil
}

// createPage makes a new account, or, with Account set, gives one more role to an account.
type createPage struct {
	scopeForm

	Name    string
	Phone   string
	Account Account
	Action  string
}

func (p *Pages) createPage(r *page.Request) (createPage, error) {
	f := p.form(r, r.Words.T("accounts.create"), ui.Link{Href: "/accounts", Label: r.Words.T("accounts.title")})
	s, err := p.scope(r, f)
	return createPage{scopeForm: s, Name: r.Text("name"), Phone: r.Text("phone"), Action: "/accounts/new"}, err
}

func (p *Pages) createForm(w http.ResponseWriter, r *page.Request) error {
	r.Actor.Touch() // whom the form may make depends on the actor's ward
	f, err := p.createPage(r)
	if err != nil {
		return err
	}
	return r.HTML(w, create(&f))
}

func (p *Pages) create(w http.ResponseWriter, r *page.Request) error {
	if err := r.Parse(); err != nil {
		return err
	}
	f, err := p.createPage(r)
	if err != nil {
		return err
	}
	g, err := p.grant(r, &f.scopeForm)
	var a Account
	if err == nil {
		a, err = p.store.Create(r.Context(), r.Actor, New{Name: f.Name, Phone: f.Phone, Grants: []Grant{g}})
	}
	if err != nil {
		if !f.refuse(r, err) {
			return err
		}
		return r.Again(w, create(&f))
	}
	// The link is a unit of its own: whoever lost the answer finds the account made, and asks for another link there.
	link, err := p.store.Invite(db.Apart(r.Context()), r.Actor, a.ID)
	if err != nil {
		return err
	}
	return p.slip(w, r, a, link)
}

// showPage is one account as the administrator sees it.
type showPage struct {
	form

	Account Account
	Name    string
	Phone   string
	Version int
	Self    bool
	Factor  Factor

	Provider string // the ward's identity provider
	Bound    bool   // to somebody whom it names
}

func (p *Pages) showPage(r *page.Request) (showPage, error) {
	id, err := r.PathID("id")
	if err != nil {
		return showPage{}, err
	}
	a, err := p.store.Get(r.Context(), r.Actor, id)
	if err != nil {
		return showPage{}, err
	}
	factor, err := p.store.FactorOf(r.Context(), r.Actor, id)
	if err != nil {
		return showPage{}, err
	}
	bound, err := p.store.BoundAmong(r.Context(), r.Actor, id)
	if err != nil {
		return showPage{}, err
	}
	return showPage{
		Provider: p.providerName(r), Bound: bound[id],
		Factor:  factor,
		form:    p.form(r, a.Name, ui.Link{Href: "/accounts", Label: r.Words.T("accounts.title")}),
		Account: a, Name: a.Name, Phone: a.Phone.Display(), Version: a.Version, Self: a.ID == r.Actor.Account(),
	}, nil
}

func (p *Pages) show(w http.ResponseWriter, r *page.Request) error {
	f, err := p.showPage(r)
	if err != nil {
		return err
	}
	return r.HTML(w, show(&f))
}

func (p *Pages) edit(w http.ResponseWriter, r *page.Request) error {
	if err := r.Parse(); err != nil {
		return err
	}
	f, err := p.showPage(r)
	if err != nil {
		return err
	}
	f.Name, f.Phone = r.Text("name"), r.Text("phone")
	f.Version, _ = r.Number("version", 1, 1<<30) // 0 is nobody's: changed meanwhile
	if err := p.store.Edit(r.Context(), r.Actor, f.Account.ID, f.Name, f.Phone, f.Version); err != nil {
		if !f.refuse(r, err) {
			return err
		}
		return r.Again(w, show(&f))
	}
	return r.Done(w, "/accounts/"+f.Account.ID, "accounts.saved")
}

func (p *Pages) addRolePage(r *page.Request) (createPage, error) {
	show, err := p.showPage(r)
	if err != nil {
		return createPage{}, err
	}
	address := "/accounts/" + show.Account.ID
	f := p.form(r, r.Words.T("accounts.add_role"), ui.Link{Href: "/accounts", Label: r.Words.T("accounts.title")}, ui.Link{Href: address, Label: show.Account.Name})
	s, err := p.scope(r, f)
	return createPage{scopeForm: s, Account: show.Account, Action: address + "/roles"}, err
}

func (p *Pages) addRoleForm(w http.ResponseWriter, r *page.Request) error {
	f, err := p.addRolePage(r)
	if err != nil {
		return err
	}
	return r.HTML(w, create(&f))
}

func (p *Pages) addRole(w http.ResponseWriter, r *page.Request) error {
	if err := r.Parse(); err != nil {
		return err
	}
	f, err := p.addRolePage(r)
	if err != nil {
		return err
	}
	g, err := p.grant(r, &f.scopeForm)
	if err == nil {
		err = p.store.AddRole(r.Context(), r.Actor, f.Account.ID, g)
	}
	if err != nil {
		if !f.refuse(r, err) {
			return err
		}
		return r.Again(w, create(&f))
	}
	if f.Account.Kind == PIN && !PIN.opens(g.Role) {
		return r.Done(w, "/accounts/"+f.Account.ID, "accounts.role_needs_password")
	}
	return r.Done(w, "/accounts/"+f.Account.ID, "accounts.role_added")
}

// act runs one of the buttons of an account's page.
func (p *Pages) act(w http.ResponseWriter, r *page.Request, said string, do func(id string) error) error {
	if err := r.Parse(); err != nil {
		return err
	}
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	if err := do(id); err != nil {
		f, again := p.showPage(r)
		if again != nil || !f.refuse(r, err) {
			return err
		}
		return r.Again(w, show(&f))
	}
	return r.Done(w, "/accounts/"+id, said)
}

func (p *Pages) endRole(w http.ResponseWriter, r *page.Request) error {
	return p.act(w, r, "accounts.role_ended", func(id string) error {
		return p.store.EndRole(r.Context(), r.Actor, id, r.PostFormValue("grant"))
	})
}

func (p *Pages) disable(w http.ResponseWriter, r *page.Request) error {
	return p.act(w, r, "accounts.disabled", func(id string) error { return p.store.Disable(r.Context(), r.Actor, id) })
}

func (p *Pages) enable(w http.ResponseWriter, r *page.Request) error {
	return p.act(w, r, "accounts.enabled", func(id string) error { return p.store.Enable(r.Context(), r.Actor, id) })
}

func (p *Pages) invite(w http.ResponseWriter, r *page.Request) error {
	return p.fresh(w, r, func(id string) (string, error) { return p.store.Invite(r.Context(), r.Actor, id) })
}

func (p *Pages) reset(w http.ResponseWriter, r *page.Request) error {
	return p.fresh(w, r, func(id string) (string, error) { return p.store.Reset(r.Context(), r.Actor, id) })
}

// fresh makes a one-time link and shows it, this once.
func (p *Pages) fresh(w http.ResponseWriter, r *page.Request, do func(id string) (string, error)) error {
	f, err := p.showPage(r)
	if err != nil {
		return err
	}
	link, err := do(f.Account.ID)
	if err != nil {
		if !f.refuse(r, err) {
			return err
		}
		return r.Again(w, show(&f))
	}
	return p.slip(w, r, f.Account, link)
}

// slipPage is the sheet that the administrator prints and hands over.
type slipPage struct {
	form

	Account Account
	Place   string
	Link    string
	Size    int
	Path    string // of the QR code
	Until   string
	PIN     bool
}

// slip shows a one-time link. The link is nowhere kept: who loses the sheet asks for another.
func (p *Pages) slip(w http.ResponseWriter, r *page.Request, a Account, link string) error {
	f := slipPage{
		form:    p.form(r, r.Words.T("accounts.slip"), ui.Link{Href: "/accounts", Label: r.Words.T("accounts.title")}, ui.Link{Href: "/accounts/" + a.ID, Label: a.Name}),
		Account: a, Link: r.Base() + "/welcome/" + link, PIN: mayUsePIN(a.Grants),
	}
	f.Until = civil.DayOf(p.store.db.Now().Add(invitationLife - time.Minute)).Display()
	f.Place = f.roleText(a.Grants[0])
	var err error
	if f.Size, f.Path, err = qr.Path(f.Link); err != nil {
		return err
	}
	r.Secret(w)
	return r.HTML(w, slip(&f))
}
