package accounts

import (
	"net/http"
	"strconv"
	"strings"

	"sonha/engine/page"
	"sonha/engine/page/ui"
	"sonha/engine/qr"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
)

// stepPage asks for the code of the second factor after the password.
type stepPage struct {
	form

	Next     string
	Recovery bool // a recovery code instead
	Key      keyDoor
}

func (p *Pages) stepPage(r *page.Request) stepPage {
	f := stepPage{
		form: p.form(r, r.Words.T("accounts.second_step")), Next: page.Next(r.FormValue("next"), start), Recovery: r.FormValue("with") == "recovery",
	}
	f.alone()
	f.Key = p.keyDoor(f.form, f.Next)
	return f
}

func (f *stepPage) field() ui.Field {
	if f.Recovery {
		return ui.Field{
			Name: "code", Label: f.Words.T("accounts.recovery_code"), Hint: f.Words.T("accounts.recovery_hint"), Error: f.Reason["code"], Required: true, Focus: true,
			Complete: "off",
		}
	}
	return ui.Field{
		Kind: ui.CodeField, Name: "code", Label: f.Words.T("accounts.code"), Hint: f.Words.T("accounts.code_hint"), Error: f.Reason["code"], Required: true, Focus: true,
	}
}

// other is the address of the form for the other kind of code.
func (f *stepPage) other() string {
	with := "recovery"
	if f.Recovery {
		with = "code"
	}
	return "/sign-in/code?with=" + with + "&next=" + queryEscape(f.Next)
}

func (p *Pages) stepForm(w http.ResponseWriter, r *page.Request) error {
	f := p.stepPage(r)
	if r.Actor.Known() {
		return r.Done(w, f.Next, "")
	}
	if !p.store.waits(r.Context(), p.jar.read(r.Request, sessionCookie)) {
		return r.Done(w, "/sign-in?next="+queryEscape(f.Next), "")
	}
	return r.HTML(w, secondStep(&f))
}

func (p *Pages) step(w http.ResponseWriter, r *page.Request) error {
	if err := r.Parse(); err != nil {
		return err
	}
	if r.Actor.Known() {
		return r.Done(w, page.Next(r.PostFormValue("next"), start), "")
	}
	started, err := p.store.SecondStep(r.Context(), p.attempt(r), r.PostFormValue("code"))
	if err != nil {
		f := p.stepPage(r)
		if fault.Is(err, fault.SignInFirst) {
			return r.Done(w, "/sign-in?next="+queryEscape(f.Next), "accounts.step_over")
		}
		if !f.refuse(r, err) {
			return err
		}
		return r.Again(w, secondStep(&f))
	}
	p.keep(w, started)
	return p.onward(w, r, started, page.Next(r.PostFormValue("next"), start), "")
}

// confirmed leads on to what asked for a proof; the chain has taken the proof before.
func (p *Pages) confirmed(w http.ResponseWriter, r *page.Request) error {
	return r.Done(w, page.Next(r.FormValue("next"), start), "")
}

// factorPage turns the second factor on, or shows what there is of it.
type factorPage struct {
	form

	Factor Factor
	Must   bool   // the ward demands it now
	Next   string // where the account wanted to go; empty when it came by itself
	Secret string
	Link   string
	Path   string
	Size   int
	Codes  []string // shown once
}

func (p *Pages) factorPage(r *page.Request, secret string) (factorPage, error) {
	r.Actor.Touch()
	f := factorPage{
		form: p.form(r, r.Words.T("accounts.factor"), ui.Link{Href: "/account", Label: r.Words.T("accounts.mine")}), Must: r.Identity.Enrol,
		Next: page.Next(r.FormValue("next"), ""), Secret: secret,
	}
	var err error
	if f.Factor, err = p.store.MyFactor(r.Context(), r.Actor); err != nil || f.Factor.On {
		return f, err
	}
	ward := ""
	if n := len(r.Identity.Crumbs); n > 1 {
		ward = r.Identity.Crumbs[1].Label
	}
	f.Link = factorLink(secret, r.Actor.Name(), ward)
	f.Size, f.Path, err = qr.Path(f.Link)
	return f, err
}

// spelled is the secret in groups of four, for typing it in.
func (f *factorPage) spelled() string {
	var b strings.Builder
	for i, c := range f.Secret {
		if i > 0 && i%4 == 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(c)
	}
	return b.String()
}

func (f *factorPage) onward() string {
	if f.Next != "" {
		return f.Next
	}
	return "/account"
}

func (p *Pages) factorForm(w http.ResponseWriter, r *page.Request) error {
	f, err := p.factorPage(r, NewFactorSecret())
	if err != nil {
		return err
	}
	r.Secret(w)
	return r.HTML(w, factor(&f))
}

func (p *Pages) setFactor(w http.ResponseWriter, r *page.Request) error {
	secret := r.PostFormValue("key")
	codes, err := p.store.SetFactor(r.Context(), r.Actor, r.Identity.Session, secret, r.PostFormValue("code"))
	if err != nil {
		if !goodSecret(secret) {
			secret = NewFactorSecret()
		}
		f, pageErr := p.factorPage(r, secret)
		if pageErr != nil {
			return pageErr
		}
		if !f.refuse(r, err) {
			return err
		}
		r.Secret(w)
		return r.Again(w, factor(&f))
	}
	return p.showCodes(w, r, codes)
}

func (p *Pages) newRecovery(w http.ResponseWriter, r *page.Request) error {
	codes, err := p.store.NewRecovery(r.Context(), r.Actor)
	if fault.Is(err, fault.Missing) { // turned off meanwhile
		return r.Done(w, page.EnrolPath, "")
	}
	if err != nil {
		return err
	}
	return p.showCodes(w, r, codes)
}

// showCodes shows recovery codes, this once: they are nowhere kept in a form that can be read.
func (p *Pages) showCodes(w http.ResponseWriter, r *page.Request, codes []string) error {
	f, err := p.factorPage(r, "")
	if err != nil {
		return err
	}
	f.Title, f.Codes = r.Words.T("accounts.recovery_codes"), codes
	r.Secret(w)
	return r.HTML(w, recoveryCodes(&f))
}

func (p *Pages) endFactor(w http.ResponseWriter, r *page.Request) error {
	if err := p.store.EndFactor(r.Context(), r.Actor); err != nil {
		f, pageErr := p.factorPage(r, "")
		if pageErr != nil {
			return pageErr
		}
		if !f.refuse(r, err) {
			return err
		}
		return r.Again(w, factor(&f))
	}
	return r.Done(w, "/account", "accounts.factor_ended")
}

// takeFactor is the recovery in person, on the administrator's page of an account.
func (p *Pages) takeFactor(w http.ResponseWriter, r *page.Request) error {
	f, err := p.showPage(r)
	if err != nil {
		return err
	}
	if err := p.store.TakeFactor(r.Context(), r.Actor, f.Account.ID, r.Text("reason")); err != nil {
		if !f.refuse(r, err) {
			return err
		}
		return r.Again(w, show(&f))
	}
	return r.Done(w, "/accounts/"+f.Account.ID, "accounts.factor_taken")
}

func (f *showPage) reasons() []ui.Option {
	var list []ui.Option
	for _, code := range FactorReasons() {
		list = append(list, ui.Option{Value: code, Label: f.Words.T("accounts.factor_reason_" + code)})
	}
	return list
}

// rulePage sets from when the ward demands the second factor.
type rulePage struct {
	form

	Day    string // as typed
	People []ruled
}

// ruled is somebody of whom it is demanded.
type ruled struct {
	Account Account
	Roles   string
	Factor  Factor
}

func (p *Pages) rulePage(r *page.Request) (rulePage, error) {
	f := rulePage{form: p.form(r, r.Words.T("accounts.factor_rule"), ui.Link{Href: "/accounts", Label: r.Words.T("accounts.title")})}
	seen := map[string]bool{}
	for _, role := range access.Roles() {
		if !demanded(role) {
			continue
		}
		list, _, err := p.store.List(r.Context(), r.Actor, Query{Role: role})
		if err != nil {
			return f, err
		}
		for _, a := range list {
			if seen[a.ID] || !a.Disabled.IsZero() {
				continue
			}
			seen[a.ID] = true
			x := ruled{Account: a}
			if x.Factor, err = p.store.FactorOf(r.Context(), r.Actor, a.ID); err != nil {
				return f, err
			}
			var names []string
			for _, g := range a.Grants {
				if demanded(g.Role) {
					names = append(names, r.Words.T("role."+string(g.Role)))
				}
			}
			x.Roles = strings.Join(names, ", ")
			f.People = append(f.People, x)
		}
	}
	return f, nil
}

func (x ruled) state(f *rulePage) string {
	if !x.Factor.On {
		return f.Words.T("accounts.factor_off")
	}
	return f.Words.F("accounts.factor_since", "Day", day(x.Factor.Since))
}

func (p *Pages) ruleForm(w http.ResponseWriter, r *page.Request) error {
	f, err := p.rulePage(r)
	if err != nil {
		return err
	}
	from, err := p.store.FactorRule(r.Context(), r.Actor)
	if err != nil {
		return err
	}
	f.Day = string(from)
	return r.HTML(w, factorRule(&f))
}

func (p *Pages) setRule(w http.ResponseWriter, r *page.Request) error {
	text := r.Text("day")
	from, err := civil.Day(""), error(nil)
	if text != "" {
		if from, err = civil.ParseDay(text); err != nil {
			err = fault.Invalid("day", "fault.bad_day")
		}
	}
	if err == nil {
		err = p.store.SetFactorRule(r.Context(), r.Actor, from)
	}
	if err != nil {
		f, pageErr := p.rulePage(r)
		if pageErr != nil {
			return pageErr
		}
		f.Day = text
		if !f.refuse(r, err) {
			return err
		}
		return r.Again(w, factorRule(&f))
	}
	return r.Done(w, "/accounts/factors", "accounts.factor_rule_set")
}

func (f *minePage) factorText() string {
	if !f.Factor.On {
		return f.Words.T("accounts.factor_is_off")
	}
	return f.Words.F("accounts.factor_is_on", "Day", day(f.Factor.Since), "Codes", strconv.Itoa(f.Factor.Codes))
}

func (f *minePage) factorLabel() string {
	if !f.Factor.On {
		return f.Words.T("accounts.factor_turn_on")
	}
	return f.Words.T("accounts.factor_see")
}
