package accounts

import (
	"encoding/json"
	"net/http"

	"sonha/engine/page"
	"sonha/engine/page/ui"
	"sonha/ground/civil"
	"sonha/ground/fault"
)

// keyDoor is the button that signs in by a passkey. It is there only where a script finds that the browser can do it.
type keyDoor struct {
	form

	Origin string // empty: no passkeys here
	To     string
}

func (p *Pages) keyDoor(f form, next string) keyDoor {
	return keyDoor{form: f, Origin: p.store.Origin(), To: next}
}

// beginEntry gives a script what it asks the browser for.
func (p *Pages) beginEntry(w http.ResponseWriter, r *page.Request) error {
	options, err := p.store.BeginEntry(p.attempt(r))
	if err != nil {
		return err
	}
	return r.JSON(w, json.RawMessage(options))
}

// enterByPasskey takes what the browser answered.
func (p *Pages) enterByPasskey(w http.ResponseWriter, r *page.Request) error {
	if err := r.Parse(); err != nil {
		return err
	}
	started, err := p.store.EnterByPasskey(r.Context(), p.attempt(r), r.PostFormValue("response"))
	if err != nil {
		f := p.signInPage(r)
		if !f.refuse(r, err) {
			return err
		}
		return r.Again(w, signIn(&f))
	}
	p.keep(w, started)
	return p.onward(w, r, started, page.Next(r.PostFormValue("next"), start), "")
}

// passkeysPage lists the passkeys of one's own account.
type passkeysPage struct {
	form

	Origin string
	Keys   []Passkey
	Wrong  string // which key's name was not taken
	Typed  string
}

func (p *Pages) passkeysPage(r *page.Request) (passkeysPage, error) {
	f := passkeysPage{form: p.form(r, r.Words.T("accounts.passkeys"), ui.Link{Href: "/account", Label: r.Words.T("accounts.mine")}), Origin: p.store.Origin()}
	var err error
	f.Keys, err = p.store.Passkeys(r.Context(), r.Actor)
	return f, err
}

func (f *passkeysPage) full() bool { return len(f.Keys) >= passkeysMost }

// told says when a key was made and last used.
func (f *passkeysPage) told(k Passkey) string {
	if k.Used.IsZero() {
		return f.Words.F("accounts.passkey_unused", "Made", day(k.Made))
	}
	return f.Words.F("accounts.passkey_used", "Made", day(k.Made), "Used", civil.Clock(k.Used)+", "+day(k.Used))
}

// field is the name of a key, as it is or as it was just typed.
func (f *passkeysPage) field(k Passkey) ui.Field {
	x := ui.Field{Name: "name", ID: "name-" + k.ID, Label: f.Words.T("accounts.passkey_name"), Value: k.Name, MaxRunes: keyNameMost, Required: true, Complete: "off"}
	if f.Wrong == k.ID {
		x.Value, x.Error = f.Typed, f.Reason["name"]
	}
	return x
}

func (p *Pages) passkeys(w http.ResponseWriter, r *page.Request) error {
	f, err := p.passkeysPage(r)
	if err != nil {
		return err
	}
	return r.HTML(w, passkeys(&f))
}

// newPasskeyPage asks the browser for a new key.
type newPasskeyPage struct {
	form

	Options  string // JSON for the script
	Name     string
	Response string // what the browser gave already, while the name is still to be mended
}

func (p *Pages) newPasskeyPage(r *page.Request) newPasskeyPage {
	f := newPasskeyPage{
		form: p.form(r, r.Words.T("accounts.passkey_new"), ui.Link{Href: "/account", Label: r.Words.T("accounts.mine")},
			ui.Link{Href: "/account/passkeys", Label: r.Words.T("accounts.passkeys")}),
		Name: deviceName(r.UserAgent()),
	}
	return f
}

func (p *Pages) beginPasskey(w http.ResponseWriter, r *page.Request) error {
	r.Actor.Touch()
	options, err := p.store.BeginPasskey(r.Context(), r.Actor, r.Identity.Session)
	if err != nil {
		return p.passkeysAgain(w, r, err)
	}
	f := p.newPasskeyPage(r)
	f.Options = string(options)
	r.Secret(w)
	return r.HTML(w, newPasskey(&f))
}

// passkeysAgain shows the list with the reason why something was not done.
func (p *Pages) passkeysAgain(w http.ResponseWriter, r *page.Request, err error) error {
	f, pageErr := p.passkeysPage(r)
	if pageErr != nil {
		return pageErr
	}
	if !f.refuse(r, err) {
		return err
	}
	f.Wrong, f.Typed = r.Text("key"), r.Text("name")
	return r.Again(w, passkeys(&f))
}

func (p *Pages) addPasskey(w http.ResponseWriter, r *page.Request) error {
	response := r.PostFormValue("response")
	err := p.store.AddPasskey(r.Context(), r.Actor, r.Identity.Session, r.Text("name"), deviceName(r.UserAgent()), response)
	if err == nil {
		return r.Done(w, "/account/passkeys", "accounts.passkey_added")
	}
	if e, ok := fault.As(err); ok && len(e.Fields) > 0 { // the name: the key waits meanwhile
		f := p.newPasskeyPage(r)
		f.Name, f.Response = r.Text("name"), response
		if f.refuse(r, err) {
			r.Secret(w)
			return r.Again(w, newPasskey(&f))
		}
	}
	return p.passkeysAgain(w, r, err)
}

func (p *Pages) namePasskey(w http.ResponseWriter, r *page.Request) error {
	if err := p.store.NamePasskey(r.Context(), r.Actor, r.Text("key"), r.Text("name")); err != nil {
		return p.passkeysAgain(w, r, err)
	}
	return r.Done(w, "/account/passkeys", "accounts.passkey_named")
}

func (p *Pages) endPasskey(w http.ResponseWriter, r *page.Request) error {
	if err := quietly(p.store.EndPasskey(r.Context(), r.Actor, r.Text("key"))); err != nil {
		return err
	}
	return r.Done(w, "/account/passkeys", "accounts.passkey_ended")
}

func (f *minePage) keysText() string {
	if f.Factor.Keys == 0 {
		return f.Words.T("accounts.passkeys_none")
	}
	return f.Words.F("accounts.passkeys_count", "Count", f.Factor.Keys)
}

func (f *showPage) takeLabel() string {
	if !f.Factor.On {
		return f.Words.T("accounts.passkeys_take")
	}
	return f.Words.T("accounts.factor_take")
}
