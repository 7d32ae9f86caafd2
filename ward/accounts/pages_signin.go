package accounts

import (
	"net/http"
	"net/url"

	"sonha/engine/page"
	"sonha/engine/page/ui"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/areas"
)

func queryEscape(s string) string { return url.QueryEscape(s) }

// signInPage asks for a phone number and a PIN, or a password.
type signInPage struct {
	form

	Password bool
	Phone    string
	Next     string
	Shared   bool
	Key      keyDoor
	Provider string // "": none
}

func (p *Pages) signInPage(r *page.Request) signInPage {
	f := signInPage{form: p.form(r, r.Words.T("accounts.sign_in")), Phone: r.Text("phone"), Next: page.Next(r.FormValue("next"), start), Shared: r.FormValue("shared") != ""}
	f.alone()
	f.Key = p.keyDoor(f.form, f.Next)
	f.Provider = p.store.ProviderName()
	switch r.FormValue("with") {
	case "password":
		f.Password = true
	case "pin":
	default:
		f.Password = p.jar.read(r.Request, kindCookie) == string(Password)
	}
	return f
}

func (f *signInPage) with() string {
	if f.Password {
		return "password"
	}
	return "pin"
}

// other is the address of the form for the other kind of secret.
func (f *signInPage) other() string {
	with := "password"
	if f.Password {
		with = "pin"
	}
	return "/sign-in?with=" + with + "&next=" + queryEscape(f.Next)
}

func (p *Pages) signInForm(w http.ResponseWriter, r *page.Request) error {
	f := p.signInPage(r)
	if r.Actor.Known() {
		return r.Done(w, f.Next, "")
	}
	return r.HTML(w, signIn(&f))
}

func (p *Pages) signIn(w http.ResponseWriter, r *page.Request) error {
	if err := r.Parse(); err != nil {
		return err
	}
	started, err := p.store.SignIn(r.Context(), p.attempt(r))
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

func (p *Pages) signOut(w http.ResponseWriter, r *page.Request) error {
	if r.Actor.Known() {
		if err := quietly(p.store.EndSession(r.Context(), r.Actor, r.Identity.Session)); err != nil {
			return err
		}
	}
	p.jar.write(w, sessionCookie, "", 0)
	return r.Done(w, "/sign-in", "accounts.signed_out")
}

// welcomePage lets the holder of a one-time link choose a PIN or password.
type welcomePage struct {
	form

	Account  Account
	Place    string
	Token    string
	Phone    string
	MayPIN   bool
	Password bool
	Next     string // where the first session begins
}

func (p *Pages) welcomePage(w http.ResponseWriter, r *page.Request) (welcomePage, error) {
	link := r.PathValue("token")
	a, err := p.store.Invited(r.Context(), link)
	if err != nil {
		return welcomePage{}, err
	}
	t, _ := parseToken(link)
	ward, err := p.areas.Ward(r.Context(), access.System(t.ward, "welcome"))
	if err != nil {
		return welcomePage{}, err
	}
	r.Secret(w)
	f := welcomePage{form: p.form(r, r.Words.T("accounts.welcome")), Account: a, Token: link, Phone: r.Text("phone"), MayPIN: mayUsePIN(a.Grants)}
	f.alone()
	f.Demo, f.Next = ward.Invented, start
	if !ward.Named() && a.Grants[0].Role == access.Administrator {
		f.Next = areas.NamePath
	}
	f.Password = !f.MayPIN || r.FormValue("with") == "password"
	name := ward.Name
	if ward.ID == 0 {
		name = ""
	}
	f.Place, _ = place(a.Grants[0].Role, name, ward.City, a.Grants)
	return f, nil
}

// who says for which work the link is: "Trưởng số nhà · 36A Hàng Bạc".
func (f *welcomePage) who() string {
	return f.Words.T("role."+string(f.Account.Grants[0].Role)) + " · " + f.Place
}

func (p *Pages) welcomeForm(w http.ResponseWriter, r *page.Request) error {
	f, err := p.welcomePage(w, r)
	if err != nil {
		return err
	}
	return r.HTML(w, welcome(&f))
}

func (p *Pages) welcome(w http.ResponseWriter, r *page.Request) error {
	if err := r.Parse(); err != nil {
		return err
	}
	f, err := p.welcomePage(w, r)
	if err != nil {
		return err
	}
	in := p.attempt(r)
	var started Started
	if err = f.check(r, in); err == nil {
		started, err = p.store.Accept(r.Context(), f.Token, in)
	}
	if err != nil {
		if !f.refuse(r, err) {
			return err
		}
		return r.Again(w, welcome(&f))
	}
	p.keep(w, started)
	return p.onward(w, r, started, f.Next, "accounts.welcomed")
}

// check looks at everything that was typed, so that a wrong number is said at its field together with what is wrong with the secret.
func (f *welcomePage) check(r *page.Request, in Attempt) error {
	errs := []error{same(r, in.Secret, f.Password, "accounts.not_same")}
	if f.Account.Phone == "" {
		_, err := checkPhone(in.Phone)
		errs = append(errs, err)
	}
	return fault.Together(errs...)
}

// same compares the two times that a new secret was typed. On the page for a password six digits are not
// taken for a PIN, and on the page for a PIN nothing else is. differ is the text for two that differ: it says how many fields come back empty, as
// no secret is ever sent back.
func same(r *page.Request, secret string, password bool, differ string) error {
	switch {
	case secret == "":
		return fault.Invalid("secret", "fault.required")
	case password && kindOf(secret) == PIN:
		return fault.Invalid("secret", "accounts.password_short", "Least", passwordLow)
	case !password && kindOf(secret) != PIN:
		return fault.Invalid("secret", "accounts.pin_digits")
	case secret != civil.NFC(r.PostFormValue("again")):
		return fault.Invalid("again", differ)
	}
	return nil
}

// language sets the language of this browser, and of the account when somebody is signed in.
func (p *Pages) language(w http.ResponseWriter, r *page.Request) error {
	lang := r.PathValue("lang")
	if lang != "vi" && lang != "en" {
		return fault.NotFound("fault.no_page")
	}
	http.SetCookie(w, &http.Cookie{ //nolint:gosec // Secure behind https, like the others
		Name: page.LanguageCookie, Value: lang, Path: "/", MaxAge: int(year.Seconds()), HttpOnly: true, Secure: p.jar.secure, SameSite: http.SameSiteLaxMode,
	})
	if r.Actor.Known() && r.Identity.Language != lang {
		if err := p.store.SetLanguage(r.Context(), r.Actor, lang); err != nil {
			return err
		}
	}
	return r.Done(w, page.Next(r.FormValue("next"), "/"), "")
}

// textSize sets the size of letters: of the account, and of this browser before one signs in.
func (p *Pages) textSize(w http.ResponseWriter, r *page.Request) error {
	size := r.PathValue("size")
	if size != "large" && size != "normal" {
		return fault.NotFound("fault.no_page")
	}
	http.SetCookie(w, &http.Cookie{ //nolint:gosec // Secure behind https, like the others
		Name: page.TextCookie, Value: size, Path: "/", MaxAge: int(year.Seconds()), HttpOnly: true, Secure: p.jar.secure, SameSite: http.SameSiteLaxMode,
	})
	if large := size == "large"; r.Actor.Account() != "" && r.Identity.LargeText != large {
		if err := p.store.SetLargeText(r.Context(), r.Actor, large); err != nil {
			return err
		}
	}
	return r.Done(w, page.Next(r.FormValue("next"), "/"), "")
}

// newSecret are the two fields for a new PIN or password.
func (f *form) newSecret(password bool) []ui.Field {
	kind, label, hint := ui.PINField, f.Words.T("accounts.new_pin"), f.Words.T("accounts.new_pin_hint")
	if password {
		kind, label, hint = ui.NewPassword, f.Words.T("accounts.new_password"), f.Words.F("accounts.new_password_hint", "Least", passwordLow)
	}
	return []ui.Field{
		{Kind: kind, Name: "secret", Label: label, Hint: hint, Error: f.Reason["secret"], Required: true, Complete: "new-password"},
		{Kind: kind, Name: "again", Label: f.Words.T("accounts.again"), Error: f.Reason["again"], Required: true, Complete: "new-password"},
	}
}
