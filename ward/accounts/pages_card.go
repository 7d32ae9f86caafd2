package accounts

import (
	"net/http"

	"sonha/engine/page"
	"sonha/engine/page/ui"
	"sonha/ground/access"
)

// cardPage is what a scanned card opens: the first time two fields for a new PIN, later one for the PIN.
type cardPage struct {
	form

	Card   Opened
	Token  string
	Phone  string
	Shared bool
}

func (p *Pages) cardPage(w http.ResponseWriter, r *page.Request) (cardPage, error) {
	text := r.PathValue("token")
	o, err := p.store.OpenCard(r.Context(), text)
	if err != nil {
		return cardPage{}, err
	}
	ward, err := p.areas.Ward(r.Context(), access.System(o.ward, "card"))
	if err != nil {
		return cardPage{}, err
	}
	r.Secret(w)
	f := cardPage{form: p.form(r, r.Words.T("accounts.card")), Card: o, Token: text, Phone: r.Text("phone"), Shared: r.FormValue("shared") != ""}
	f.alone()
	f.Demo = ward.Invented
	return f, nil
}

func (p *Pages) cardForm(w http.ResponseWriter, r *page.Request) error {
	f, err := p.cardPage(w, r)
	if err != nil {
		return err
	}
	if r.Actor.Known() && r.Actor.Account() == f.Card.account.ID && !f.Card.New {
		return r.Done(w, start, "")
	}
	return r.HTML(w, card(&f))
}

func (p *Pages) enterByCard(w http.ResponseWriter, r *page.Request) error {
	f, err := p.cardPage(w, r)
	if err != nil {
		return err
	}
	in := p.attempt(r)
	if f.Card.New {
		err = same(r, in.Secret, false, "accounts.not_same")
	}
	var started Started
	if err == nil {
		started, err = p.store.EnterByCard(r.Context(), f.Token, in)
	}
	if err != nil {
		if !f.refuse(r, err) {
			return err
		}
		return r.Again(w, card(&f))
	}
	p.keep(w, started)
	said := ""
	if f.Card.New {
		said = "accounts.card_welcomed"
	}
	return p.onward(w, r, started, start, said)
}

// pin is the field in which the holder of a card types the PIN.
func (f *cardPage) pin() ui.Field {
	return ui.Field{Kind: ui.PINField, Name: "secret", Label: f.Words.T("accounts.pin"), Error: f.Reason["secret"], Required: true, Focus: true}
}
