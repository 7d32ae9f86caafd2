package mediations

import (
	"net/http"

	"sonha/engine/page"
	"sonha/engine/page/ui"
	"sonha/engine/words"
)

func settlingsHome(house string) string { return "/houses/" + house + "/settling" }

func settlingHome(id string) string { return "/settling/" + id }

// drawer is the page with what a head settled early in a house.
type drawer struct {
	house, address string
	rows           []row
}

func (p *Pages) settlings(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	address, list, err := p.store.Settlings(r.Context(), r.Actor, id)
	if err != nil {
		return err
	}
	x := drawer{house: id, address: address}
	for i := range list {
		line := p.row(r, &list[i])
		line.href = settlingHome(list[i].ID)
		x.rows = append(x.rows, line)
	}
	return r.HTML(w, settlingsPage(houseFrame(r, id, address, r.Words.F("mediations.settling_page", "House", address)), x))
}

func houseFrame(r *page.Request, house, address, title string) ui.Frame {
	return r.Frame(title, ui.Link{Href: "/houses/" + house, Label: address}, ui.Link{Href: settlingsHome(house), Label: r.Words.T("mediations.settling")}, ui.Link{Label: title})
}

func (p *Pages) settlingGate(r *page.Request) (*gate, ui.Frame, error) {
	id, err := r.PathID("id")
	if err != nil {
		return nil, ui.Frame{}, err
	}
	address, _, err := p.store.Settlings(r.Context(), r.Actor, id)
	if err != nil {
		return nil, ui.Frame{}, err
	}
	return &gate{action: settlingsHome(id), house: id}, houseFrame(r, id, address, r.Words.T("mediations.check")), nil
}

func (p *Pages) newSettling(w http.ResponseWriter, r *page.Request) error {
	g, f, err := p.settlingGate(r)
	if err != nil {
		return err
	}
	return r.HTML(w, gatePage(f, g))
}

func (p *Pages) beginSettling(w http.ResponseWriter, r *page.Request) error {
	g, f, err := p.settlingGate(r)
	if err != nil {
		return err
	}
	g.read(r)
	id, err := p.store.Begin(r.Context(), r.Actor, Intake{Answers: g.answers, House: g.house})
	if texts, refused := r.Refused(err); refused {
		g.errors = texts
		return r.Again(w, gatePage(f, g))
	}
	if err != nil {
		return err
	}
	return r.Done(w, settlingHome(id), "mediations.done_checked")
}

// settlingSheet is the page of one early settling.
type settlingSheet struct {
	sheet
	how string // "settled", "handed", "mistake", or "" when nothing was chosen
	x   Settling
}

func (p *Pages) loadSettling(r *page.Request) (*settlingSheet, ui.Frame, error) {
	x, _, err := p.load(r)
	if err != nil {
		return nil, ui.Frame{}, err
	}
	if x.Record != Early {
		return nil, ui.Frame{}, errNotFound()
	}
	return &settlingSheet{sheet: *x, x: Settling{On: r.Today()}}, houseFrame(r, x.House, x.Address, r.Words.F("mediations.settling_case", "House", x.Address)), nil
}

func (p *Pages) settling(w http.ResponseWriter, r *page.Request) error {
	x, f, err := p.loadSettling(r)
	if err != nil {
		return err
	}
	return r.HTML(w, settlingPage(f, x))
}

func (p *Pages) settle(w http.ResponseWriter, r *page.Request) error {
	x, f, err := p.loadSettling(r)
	if err != nil {
		return err
	}
	how := r.Text("how")
	if how == "mistake" {
		if _, err := p.store.Discard(r.Context(), r.Actor, x.ID); err != nil {
			return err
		}
		return r.Done(w, settlingsHome(x.House), "mediations.done_discarded")
	}
	x.how, x.x = how, Settling{On: r.Day("received"), Scope: Scope(r.Text("scope")), Households: r.Count("households"), Settled: how == "settled"}
	if how != "settled" && how != "handed" {
		err = invalid("how", "mediations.choose_how")
	} else {
		err = p.store.Settle(r.Context(), r.Actor, x.ID, x.x)
	}
	if texts, refused := r.Refused(err); refused {
		x.errors = texts
		x.typed["households"] = r.Text("households")
		return r.Again(w, settlingPage(f, x))
	}
	if err != nil {
		return err
	}
	return r.Done(w, settlingHome(x.ID), "mediations.done_"+how)
}

func (x *settlingSheet) summary() []ui.FieldError {
	return ui.FieldErrors(x.errors, "", "received", "scope", "households", "how")
}

func (x *settlingSheet) hows(t *words.Words) []ui.Option {
	var list []ui.Option
	for _, h := range []string{"settled", "handed"} {
		list = append(list, ui.Option{Value: h, Label: t.T("mediations.how." + h), Note: t.T("mediations.how_note." + h), Checked: x.how == h})
	}
	return list
}
