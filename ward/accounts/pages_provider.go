package accounts

import (
	"cmp"
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
	p.jar.write(w, providerCookie, mark, waitLife)
	r.Secret(w)
	http.Redirect(w, r.Request, to, http.StatusSeeOther)
	return nil
}

// fromProvider takes a browser that comes back.
func (p *Pages) fromProvider(w http.ResponseWriter, r *page.Request) error {
	started, next, own, err := p.store.Return(r.Context(), p.attempt(r), Answer{
		State: r.FormValue("state"), Mark: p.jar.read(r.Request, providerCookie), Code: r.FormValue("code"), Problem: r.FormValue("error"), Issuer: r.FormValue("iss"),
		Who: r.Actor, Session: r.Identity.Session,
	})
	p.jar.write(w, providerCookie, "", 0)
	r.Secret(w)
	switch {
	case own && err != nil:
		return err
	case own:
		return r.Done(w, next, "accounts.provider_bound")
	case err != nil:
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

// bindProvider sends somebody who has just proved who it is to the provider, to bind the own account to whom it names.
func (p *Pages) bindProvider(w http.ResponseWriter, r *page.Request) error {
	to, mark, err := p.store.BeginBinding(r.Context(), r.Actor, p.attempt(r), r.Identity.Session)
	if err != nil {
		return err
	}
	p.jar.write(w, providerCookie, mark, waitLife)
	r.Secret(w)
	http.Redirect(w, r.Request, to, http.StatusSeeOther)
	return nil
}

// unbindProvider takes the binding of the own account away.
func (p *Pages) unbindProvider(w http.ResponseWriter, r *page.Request) error {
	if err := p.store.UnbindOwn(r.Context(), r.Actor, r.Identity.Session); err != nil {
		return err
	}
	return r.Done(w, "/account", "accounts.provider_unbound_own")
}

// unbindOther takes the binding of another's account away.
func (p *Pages) unbindOther(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	if err := p.store.Unbind(r.Context(), r.Actor, id); err != nil {
		return err
	}
	return r.Done(w, "/accounts/"+id, "accounts.provider_unbound_other")
}

// providerText says whether the own account is bound.
func (f *minePage) providerText() string {
	if f.Bound {
		return f.Words.F("accounts.provider_is", "Name", f.Provider)
	}
	return f.Words.F("accounts.provider_is_not", "Name", f.Provider)
}

// providerName is what the provider is called; also where it is not stated any more and accounts are still bound.
func (p *Pages) providerName(r *page.Request) string {
	return cmp.Or(p.store.ProviderName(), r.Words.T("accounts.provider_somewhere"))
}
