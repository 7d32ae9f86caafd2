package accounts

import (
	"net/http"

	"sonha/engine/page"
	"sonha/engine/page/ui"
	"sonha/ground/access"
	"sonha/ground/civil"
)

// minePage is what an account sees of itself.
type minePage struct {
	form

	Account  Account
	Roles    []access.Role
	Role     access.Role
	Place    string
	Sessions []Session
	Session  string
	Factor   Factor
	Origin   string // where passkeys open; empty: nowhere
	Provider string // the ward's identity provider; empty: none
	Bound    bool   // to somebody whom it names
}

func (p *Pages) mine(w http.ResponseWriter, r *page.Request) error {
	a, err := p.store.Mine(r.Context(), r.Actor)
	if err != nil {
		return err
	}
	sessions, err := p.store.Sessions(r.Context(), r.Actor)
	if err != nil {
		return err
	}
	factor, err := p.store.MyFactor(r.Context(), r.Actor)
	if err != nil {
		return err
	}
	bound, err := p.store.IsBound(r.Context(), r.Actor)
	if err != nil {
		return err
	}
	f := minePage{
		Provider: p.store.ProviderName(), Bound: bound,
		form: p.form(r, r.Words.T("accounts.mine")), Account: a, Roles: usable(a.Grants, a.Kind), Role: r.Actor.Role(),
		Place: r.Identity.Place, Sessions: sessions, Session: r.Identity.Session, Factor: factor, Origin: p.store.Origin(),
	}
	return r.HTML(w, mine(&f))
}

// facts are the plain facts of one's own account.
func (f *minePage) facts() []ui.Fact {
	return []ui.Fact{
		{Key: f.Words.T("accounts.name_label"), Text: f.Account.Name},
		{Key: f.Words.T("accounts.phone"), Text: f.Account.Phone.Display()},
		{Key: f.Words.T("accounts.role"), Text: f.Words.T("role." + string(f.Role)), Sub: f.Place},
	}
}

func (f *minePage) secretLabel() string {
	if f.Account.Kind == PIN {
		return f.Words.T("accounts.change_pin")
	}
	return f.Words.T("accounts.change_password")
}

// when is a time in the reader's day: "14:05, 20/10/2026".
func when(s Session) string { return civil.Moment(s.Seen, "vi") }

func (f *minePage) device(s Session) string {
	if s.Device == "" {
		return f.Words.T("accounts.unknown_device")
	}
	return s.Device
}

// rolePage lets an account with several roles say in which one to work.
type rolePage struct {
	form

	Options []ui.Option
	Next    string
}

func (p *Pages) roleForm(w http.ResponseWriter, r *page.Request) error {
	a, err := p.store.Mine(r.Context(), r.Actor)
	if err != nil {
		return err
	}
	f := rolePage{form: p.form(r, r.Words.T("accounts.which_role")), Next: page.Next(r.FormValue("next"), start)}
	for _, role := range usable(a.Grants, a.Kind) {
		var labels []string
		for _, g := range a.Grants {
			if g.Role == role && g.Label != "" {
				labels = append(labels, g.Label)
			}
		}
		note := ""
		if len(labels) > 0 {
			note = joined(labels)
		}
		f.Options = append(f.Options, ui.Option{Value: string(role), Label: r.Words.T("role." + string(role)), Note: note, Checked: role == r.Actor.Role()})
	}
	return r.HTML(w, chooseRole(&f))
}

func (p *Pages) switchRole(w http.ResponseWriter, r *page.Request) error {
	if err := r.Parse(); err != nil {
		return err
	}
	next, role := page.Next(r.PostFormValue("next"), start), access.Role(r.PostFormValue("role"))
	if role == r.Actor.Role() {
		return r.Done(w, next, "")
	}
	started, err := p.store.SwitchRole(r.Context(), r.Actor, r.Identity.Session, role)
	if err != nil {
		return err
	}
	p.keep(w, started)
	return r.Done(w, next, "accounts.role_switched")
}

// secretPage changes one's PIN or password.
type secretPage struct {
	form

	Has      Kind
	MayPIN   bool
	Password bool
}

func (p *Pages) secretPage(r *page.Request) (secretPage, error) {
	a, err := p.store.Mine(r.Context(), r.Actor)
	if err != nil {
		return secretPage{}, err
	}
	f := secretPage{
		form: p.form(r, r.Words.T("accounts.change_secret"), ui.Link{Href: "/account", Label: r.Words.T("accounts.mine")}),
		Has:  a.Kind, MayPIN: mayUsePIN(a.Grants),
	}
	switch r.FormValue("with") {
	case "password":
		f.Password = true
	case "pin":
	default:
		f.Password = a.Kind == Password
	}
	f.Password = f.Password || !f.MayPIN
	return f, nil
}

func (p *Pages) secretForm(w http.ResponseWriter, r *page.Request) error {
	f, err := p.secretPage(r)
	if err != nil {
		return err
	}
	return r.HTML(w, changeSecret(&f))
}

func (p *Pages) changeSecret(w http.ResponseWriter, r *page.Request) error {
	if err := r.Parse(); err != nil {
		return err
	}
	f, err := p.secretPage(r)
	if err != nil {
		return err
	}
	in := p.attempt(r)
	in.Session = ""
	var started Started
	if err = same(r, in.Secret, f.Password, "accounts.not_same_three"); err == nil {
		started, err = p.store.ChangeSecret(r.Context(), r.Actor, civil.NFC(r.PostFormValue("present")), in)
	}
	if err != nil {
		if !f.refuse(r, err) {
			return err
		}
		return r.Again(w, changeSecret(&f))
	}
	p.keep(w, started)
	return r.Done(w, "/account", "accounts.secret_changed")
}

func (p *Pages) largeText(w http.ResponseWriter, r *page.Request) error {
	if err := r.Parse(); err != nil {
		return err
	}
	if err := p.store.SetLargeText(r.Context(), r.Actor, r.PostFormValue("large") == "1"); err != nil {
		return err
	}
	return r.Done(w, "/account", "accounts.text_changed")
}

// endSession ends one session, or all others; ending the present one is signing out.
func (p *Pages) endSession(w http.ResponseWriter, r *page.Request) error {
	if err := r.Parse(); err != nil {
		return err
	}
	id := r.Text("session")
	switch id {
	case "others":
		if err := p.store.EndOthers(r.Context(), r.Actor, r.Identity.Session); err != nil {
			return err
		}
		return r.Done(w, "/account", "accounts.others_ended")
	case r.Identity.Session:
		return p.signOut(w, r)
	}
	if err := quietly(p.store.EndSession(r.Context(), r.Actor, id)); err != nil {
		return err
	}
	return r.Done(w, "/account", "accounts.session_ended")
}
