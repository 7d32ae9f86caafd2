package inspections

import (
	"net/http"
	"strconv"
	"strings"

	"sonha/engine/page"
	"sonha/engine/page/ui"
	"sonha/ward/criteria"
	"sonha/ward/criteria/show"
)

// ending is what the page before finishing shows.
type ending struct {
	Inspection
	set         *criteria.Set
	missing     []Missing
	rule        criteria.Verdict
	differences []criteria.Difference
	compared    int
	class       criteria.Class // the officer's choice so far
	reason      string
	signing     Signing
	errors      map[string]string
	closed      string
}

func (p *Pages) ending(r *page.Request, i Inspection) ending {
	set := i.Set
	e := ending{Inspection: i, set: set, missing: MissingIn(set, &i, r.Today()), rule: criteria.Judge(set, i.Known(set))}
	e.differences, e.compared = criteria.Differences(set, i.Self, i.Findings(set))
	e.class = e.rule.Class
	if texts, refused := r.Refused(i.Closed()); refused {
		e.closed = texts[""]
	}
	return e
}

// tally says how many of the compared items differ; nothing where nothing was compared.
func (e *ending) tally(f *ui.Frame) ui.Link {
	if e.compared == 0 {
		return ui.Link{}
	}
	return ui.Link{Label: f.Words.F("inspections.compared", "N", len(e.differences), "All", e.compared)}
}

// lacks are the things to do before finishing, each a link to its place.
func (e *ending) lacks(f *ui.Frame) []ui.Fact {
	var list []ui.Fact
	for _, m := range e.missing {
		fact := ui.Fact{Text: f.Words.T(m.Key), Href: home(e.ID) + "#f-" + m.Field}
		switch {
		case m.Item != nil:
			fact.Key, fact.Href = m.Item.Code, home(e.ID)+"/items/"+m.Item.Code
			fact.Text, fact.Sub = m.Item.Label.In(f.Words.Lang()), fact.Text
		case m.Field == "item":
			fact.Href = home(e.ID)
		}
		list = append(list, fact)
	}
	return list
}

// reasons says item by item why the rules propose this class; while the sheet is filled in each leads to its item.
func (e *ending) reasons(lang string) []ui.Fact {
	var list []ui.Fact
	for _, x := range e.rule.Reasons() {
		fact := ui.Fact{Key: x.Item.Code, Text: strings.TrimPrefix(x.Text.In(lang), x.Item.Code+", ")}
		if e.State == Draft {
			fact.Href = home(e.ID) + "/items/" + x.Item.Code
		}
		list = append(list, fact)
	}
	return list
}

func (e *ending) classes(f *ui.Frame) []ui.Option {
	var list []ui.Option
	for _, c := range []criteria.Class{criteria.Safe, criteria.Conditional, criteria.NotSafe} {
		o := ui.Option{Value: c.String(), Label: c.Name().In(f.Words.Lang()), State: show.Class(c), HasState: true, Checked: e.class == c}
		if c == e.rule.Class {
			o.Note = f.Words.T("inspections.by_rule")
		}
		list = append(list, o)
	}
	return list
}

func (e *ending) summary() []ui.FieldError {
	return ui.FieldErrors(e.errors, "", "class", "reason", "sign_house", "sign_officer", "signed_paper")
}

func (p *Pages) review(w http.ResponseWriter, r *page.Request) error {
	i, err := p.load(r)
	if err != nil {
		return err
	}
	if i.State != Draft {
		return r.Done(w, home(i.ID), "")
	}
	return r.HTML(w, finishPage(i.frame(r, r.Words.F("inspections.finish_page", "House", i.House.Address())), p.ending(r, i)))
}

func (p *Pages) finish(w http.ResponseWriter, r *page.Request) error {
	if err := r.Parse(); err != nil {
		return err
	}
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	class, _ := criteria.ParseClass(r.Text("class"))
	version, _ := strconv.Atoi(r.Text("version"))
	proposal := Proposal{Class: class, Reason: r.Text("reason"), Version: version, Signing: Signing{
		House: r.Text("sign_house"), Officer: r.Text("sign_officer"), OnPaper: r.Text("signed_on_paper") != "", Paper: r.Text("signed_paper"),
	}}
	i, err := p.store.Finish(r.Context(), r.Actor, id, proposal)
	if texts, refused := r.Refused(err); refused {
		i, err := p.store.Get(r.Context(), r.Actor, id)
		if err != nil {
			return err
		}
		e := p.ending(r, i)
		e.class, e.reason, e.signing, e.errors = class, proposal.Reason, proposal.Signing, texts
		return r.Again(w, finishPage(i.frame(r, r.Words.F("inspections.finish_page", "House", i.House.Address())), e))
	}
	if err != nil {
		return err
	}
	return r.Done(w, home(i.ID), "inspections.done_finished")
}
