package accounts

import (
	"net/http"

	"sonha/engine/page"
)

// providerCookie holds the mark of a browser that was sent to the provider.
const providerCookie = "provider"

// toProvider sends a browser to the ward's identity provider. It is a link and no form: browsers that keep to our policy let no form lead
// to another site.
func (p *Pages) toProvider(w http.ResponseWriter, r *page.Request) error {
	to, mark, err := p.store.BeginProvider(r.Context(), p.attempt(r), page.Next(r.FormValue("next"), start))
	if err != nil {
		return p.signInAgain(w, r, err)
	}
	p.jar.write(w, providerCookie, mark, challengeLife)
	r.Secret(w)
	http.Redirect(w, r.Request, to, http.StatusSeeOther)
	return nil
}

// fromProvider takes a browser that comes back.
func (p *Pages) fromProvider(w http.ResponseWriter, r *page.Request) error {
	started, next, err := p.store.EnterByProvider(r.Context(), p.attempt(r), Answer{
		State: r.FormValue("state"), Mark: p.jar.read(r.Request, providerCookie), Code: r.FormValue("code"), Problem: r.FormValue("error"), Issuer: r.FormValue("iss"),
	})
	p.jar.write(w, providerCookie, "", 0)
	r.Secret(w)
	if err != nil {
		return p.signInAgain(w, r, err)
	}
	p.keep(w, started)
	return p.onward(w, r, started, page.Next(next, start), "")
}

// signInAgain shows the page with every other way in, and why this one did not open.
func (p *Pages) signInAgain(w http.ResponseWriter, r *page.Request, err error) error {
	f := p.signInPage(r)
	if !f.refuse(r, err) {
		return err
	}
	return r.Again(w, signIn(&f))
}

// provider is the address that leads to the provider.
func (f *signInPage) provider() string { return "/sign-in/provider?next=" + queryEscape(f.Next) }
