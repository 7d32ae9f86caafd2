package accounts

import (
	"net/http"

	"sonha/engine/page"
	"sonha/engine/page/ui"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/areas"
)

// Pages are the pages of this feature.
type Pages struct {
	store *Store
	areas *areas.Store
	jar   jar
}

// NewPages makes the pages; secure says that the program is served over https.
func NewPages(s *Store, a *areas.Store, secure bool) *Pages {
	return &Pages{store: s, areas: a, jar: jar{secure: secure}}
}

// Routes lists the routes.
func (p *Pages) Routes() []page.Route {
	return []page.Route{
		{Pattern: "GET /sign-in", Need: access.Public, Handle: p.signInForm},
		{Pattern: "POST /sign-in", Need: access.Public, Handle: p.signIn},
		{Pattern: "GET /sign-in/code", Need: access.Public, Handle: p.stepForm},
		{Pattern: "POST /sign-in/code", Need: access.Public, Handle: p.step},
		{Pattern: "POST /sign-in/passkey/begin", Need: access.Public, Handle: p.beginEntry},
		{Pattern: "POST /sign-in/passkey", Need: access.Public, Handle: p.enterByPasskey},
		{Pattern: "GET /sign-in/provider", Need: access.Public, Handle: p.toProvider},
		{Pattern: "GET /sign-in/provider/back", Need: access.Public, Handle: p.fromProvider},
		{Pattern: "POST /sign-out", Need: access.Public, Handle: p.signOut},
		{Pattern: "GET /welcome/{token}", Need: access.Public, Handle: p.welcomeForm},
		{Pattern: "POST /welcome/{token}", Need: access.Public, Handle: p.welcome},
		{Pattern: "GET /c/{token}", Need: access.Public, Handle: p.cardForm},
		{Pattern: "POST /c/{token}", Need: access.Public, Handle: p.enterByCard},
		{Pattern: "GET /language/{lang}", Need: access.Public, Handle: p.language},
		{Pattern: "GET /text/{size}", Need: access.Public, Handle: p.textSize},

		{Pattern: "GET /account", Need: access.SignedIn, Handle: p.mine},
		{Pattern: "GET /account/role", Need: access.SignedIn, Handle: p.roleForm, Early: true},
		{Pattern: "POST /account/role", Need: access.SignedIn, Handle: p.switchRole, Early: true},
		{Pattern: "GET /account/secret", Need: access.SignedIn, Handle: p.secretForm},
		{Pattern: "POST /account/secret", Need: access.SignedIn, Handle: p.changeSecret},
		{Pattern: "POST /account/text", Need: access.SignedIn, Handle: p.largeText, Early: true},
		{Pattern: "POST /account/sessions", Need: access.SignedIn, Handle: p.endSession, Fresh: true},
		{Pattern: "POST " + page.ConfirmPath, Need: access.SignedIn, Handle: p.confirmed, Early: true, Fresh: true},
		{Pattern: "GET " + page.EnrolPath, Need: access.SignedIn, Handle: p.factorForm, Early: true},
		{Pattern: "POST " + page.EnrolPath, Need: access.SignedIn, Handle: p.setFactor, Early: true, Fresh: true},
		{Pattern: "POST /account/factor/codes", Need: access.SignedIn, Handle: p.newRecovery, Fresh: true},
		{Pattern: "POST /account/factor/end", Need: access.SignedIn, Handle: p.endFactor, Fresh: true},
		{Pattern: "GET /account/passkeys", Need: access.SignedIn, Handle: p.passkeys},
		{Pattern: "POST /account/passkeys", Need: access.SignedIn, Handle: p.addPasskey, Fresh: true},
		{Pattern: "POST /account/passkeys/new", Need: access.SignedIn, Handle: p.beginPasskey, Fresh: true},
		{Pattern: "POST /account/passkeys/name", Need: access.SignedIn, Handle: p.namePasskey, Fresh: true},
		{Pattern: "POST /account/passkeys/end", Need: access.SignedIn, Handle: p.endPasskey, Fresh: true},

		{Pattern: "GET /account/provider", Need: access.SignedIn, Handle: p.bindProvider, Fresh: true},
		{Pattern: "POST /account/provider/end", Need: access.SignedIn, Handle: p.unbindProvider, Fresh: true},

		{Pattern: "GET /accounts/factors", Need: access.ManageUsers, Handle: p.ruleForm},
		{Pattern: "POST /accounts/factors", Need: access.ManageUsers, Handle: p.setRule, Fresh: true},
		{Pattern: "GET /accounts", Need: access.ManageUsers, Handle: p.list},
		{Pattern: "GET /accounts/new", Need: access.ManageUsers, Handle: p.createForm},
		{Pattern: "POST /accounts/new", Need: access.ManageUsers, Handle: p.create, Fresh: true},
		{Pattern: "GET /accounts/{id}", Need: access.ManageUsers, Handle: p.show},
		{Pattern: "POST /accounts/{id}", Need: access.ManageUsers, Handle: p.edit, Fresh: true},
		{Pattern: "GET /accounts/{id}/roles", Need: access.ManageUsers, Handle: p.addRoleForm},
		{Pattern: "POST /accounts/{id}/roles", Need: access.ManageUsers, Handle: p.addRole, Fresh: true},
		{Pattern: "POST /accounts/{id}/roles/end", Need: access.ManageUsers, Handle: p.endRole, Fresh: true},
		{Pattern: "POST /accounts/{id}/factor/end", Need: access.ManageUsers, Handle: p.takeFactor, Fresh: true},
		{Pattern: "POST /accounts/{id}/provider/end", Need: access.ManageUsers, Handle: p.unbindOther, Fresh: true},
		{Pattern: "POST /accounts/{id}/invite", Need: access.ManageUsers, Handle: p.invite, Fresh: true},
		{Pattern: "POST /accounts/{id}/reset", Need: access.ManageUsers, Handle: p.reset, Fresh: true},
		{Pattern: "POST /accounts/{id}/disable", Need: access.ManageUsers, Handle: p.disable, Fresh: true},
		{Pattern: "POST /accounts/{id}/enable", Need: access.ManageUsers, Handle: p.enable, Fresh: true},
	}
}

const start = "/today"

// Attempt is what a browser brings along that signs in on a page of another room, such as that of a hand-over.
func (p *Pages) Attempt(r *page.Request) Attempt { return p.attempt(r) }

// Enter keeps a session that began on a page of another room, and leads into the program.
func (p *Pages) Enter(w http.ResponseWriter, r *page.Request, s Started, said string) error {
	p.keep(w, s)
	return p.onward(w, r, s, start, said)
}

// attempt is what the browser brings along.
func (p *Pages) attempt(r *page.Request) Attempt {
	return Attempt{
		Phone: r.Text("phone"), Secret: civil.NFC(r.PostFormValue("secret")), Device: p.jar.read(r.Request, deviceCookie),
		Session: p.jar.read(r.Request, sessionCookie), Agent: r.UserAgent(), From: address(r.Request), Shared: r.PostFormValue("shared") != "",
	}
}

// keep writes the cookies of a session just begun. On somebody else's device the browser forgets it when it is closed.
func (p *Pages) keep(w http.ResponseWriter, s Started) {
	if s.Shared {
		p.jar.write(w, sessionCookie, s.Session, 0)
		return
	}
	if s.Waiting {
		p.jar.write(w, sessionCookie, s.Session, s.Life)
		return
	}
	p.jar.write(w, sessionCookie, s.Session, s.Life)
	if s.Device != "" {
		p.jar.write(w, deviceCookie, s.Device, year)
		p.jar.write(w, kindCookie, string(s.Kind), year)
	}
}

// onward leads into the program; who has several roles says first in which one to work.
func (p *Pages) onward(w http.ResponseWriter, r *page.Request, s Started, next, said string) error {
	switch {
	case s.Waiting:
		return r.Done(w, "/sign-in/code?next="+queryEscape(next), said)
	case s.Enrol:
		next = page.EnrolPath + "?next=" + queryEscape(next)
	}
	if len(s.Roles) > 1 {
		return r.Done(w, "/account/role?next="+queryEscape(next), said)
	}
	return r.Done(w, next, said)
}

// form is what every form of this room shows: what was typed stays in the fields, the reasons stand at them.
type form struct {
	ui.Frame

	Problem string            // the reason that belongs to no field
	Reason  map[string]string // by field
}

func (p *Pages) form(r *page.Request, title string, crumbs ...ui.Link) form {
	return form{Frame: r.Frame(title, crumbs...)}
}

// refuse puts the reasons of an error into the form; false when the error is none of the form's.
func (f *form) refuse(r *page.Request, err error) bool {
	texts, ok := r.Refused(err)
	if ok {
		f.Problem, f.Reason = texts[""], texts
	}
	return ok
}

// alone takes the shell away: a page of one small form for somebody who is not in yet.
func (f *form) alone() {
	f.NoShell, f.SignIn = true, ui.Link{}
}

// quietly turns "not found" into success, for ending what has ended already.
func quietly(err error) error {
	if fault.Is(err, fault.Missing) {
		return nil
	}
	return err
}
