package households

import (
	"net/http"

	"sonha/engine/page"
	"sonha/engine/page/ui"
	"sonha/ward/assessments"
	"sonha/ward/criteria"
	"sonha/ward/criteria/show"
)

// pledgeView is the page on which a household reads the pledge, signs it and takes it back.
type pledgeView struct {
	frame   ui.Frame
	mine    *assessments.Mine
	text    *assessments.PledgeText // today's
	lines   []string                // the six contents
	rental  string
	free    string
	state   string
	kind    ui.Kind
	noSign  string // why it cannot be signed now
	noLeave string // why it cannot be taken back now
	problem string
	asked   bool // the box on stays was ticked
	renew   bool // signed, in words that are no longer today's
}

func (p *Pages) pledgeView(r *page.Request, m *assessments.Mine) *pledgeView {
	lang := r.Words.Lang()
	text := assessments.PledgeToday()
	v := &pledgeView{frame: frame(r, r.Words.T("households.pledge")), mine: m, text: text, rental: text.Rental.In(lang), free: text.Free.In(lang), asked: m.Rental}
	for _, x := range text.Points {
		v.lines = append(v.lines, x.Text.In(lang))
	}
	switch {
	case m.InForce():
		v.kind, v.state = ui.Success, r.Words.F("households.pledge_signed", "Day", m.SignedOn.DisplayIn(lang))
		v.renew = m.Version != text.Version
		if m.Version == 0 {
			v.state = r.Words.F("households.pledge_paper", "Day", m.SignedOn.DisplayIn(lang))
			v.renew = false
		}
	case m.Withdrawn != "":
		v.state = r.Words.F("households.pledge_withdrawn", "Day", m.Withdrawn.DisplayIn(lang))
	}
	if texts, refused := r.Refused(m.MaySign()); refused {
		v.noSign = texts[""]
	}
	if texts, refused := r.Refused(m.MayWithdraw()); refused {
		v.noLeave = texts[""]
	}
	return v
}

func (p *Pages) pledgeForm(w http.ResponseWriter, r *page.Request) error {
	m, err := p.store.pledges.Mine(r.Context(), r.Actor)
	if err != nil {
		return err
	}
	return r.HTML(w, pledgePage(p.pledgeView(r, &m)))
}

func (p *Pages) pledge(w http.ResponseWriter, r *page.Request) error {
	key := "households.done_signed"
	var err error
	if r.PostFormValue("do") == "withdraw" {
		key = "households.done_withdrawn"
		err = p.store.pledges.WithdrawMine(r.Context(), r.Actor)
	} else {
		version, _ := r.Number("version", 1, 1<<20) // none is nobody's: the text is shown again
		err = p.store.pledges.SignMine(r.Context(), r.Actor, version, r.PostFormValue("rental") != "")
	}
	if texts, refused := r.Refused(err); refused {
		m, err := p.store.pledges.Mine(r.Context(), r.Actor)
		if err != nil {
			return err
		}
		v := p.pledgeView(r, &m)
		v.problem, v.asked = texts[""], r.PostFormValue("rental") != ""
		return r.Again(w, pledgePage(v))
	}
	if err != nil {
		return err
	}
	return r.Done(w, "/home", key)
}

// houseView is how the own house stands, why, what comes next and whom to call.
type houseView struct {
	frame  ui.Frame
	result *Result
	state  ui.State
	meta   []string
	told   string
	why    string
	steps  []ui.Fact
	calls  []ui.Call
}

func (p *Pages) house(w http.ResponseWriter, r *page.Request) error {
	x, err := p.store.Result(r.Context(), r.Actor)
	if err != nil {
		return err
	}
	t, lang := r.Words, r.Words.Lang()
	_, label := r.Actor.Household()
	v := houseView{frame: frame(r, t.T("households.my_house")), result: &x, calls: calls(r, &x), told: standing(r, &x)}
	v.meta = []string{t.F("households.of_house", "Household", label, "All", x.House.Households)}
	if x.Head != "" {
		v.meta = append(v.meta, t.F("households.head", "Name", x.Head))
	}
	v.state = ui.NotInspected
	if x.Approved {
		v.state = show.Class(x.Class)
		v.told = t.F("households.inspected", "Day", x.Inspected.DisplayIn(lang))
		if x.RecheckBy != "" && x.Class == criteria.Conditional {
			v.told = t.F("households.inspected_again", "Day", x.Inspected.DisplayIn(lang), "Until", x.RecheckBy.DisplayIn(lang))
		}
		if plan := criteria.MakePlan(x.Set, x.Answers); x.Class != criteria.Safe && len(plan.Steps) > 0 {
			v.why = t.N("households.lacking", len(plan.Steps))
			v.steps = show.Steps(&plan, lang, nil)
		}
	}
	return r.HTML(w, housePage(&v))
}

// standing says in one line how the house stands. A class that the command has not approved is not shown: people decide, and may
// still decide otherwise.
func standing(r *page.Request, x *Result) string {
	t := r.Words
	switch {
	case x.Year == 0:
		return t.T("households.no_campaign")
	case x.Inspected == "":
		return t.T("households.not_inspected")
	case !x.Approved:
		return t.F("households.waits", "Day", x.Inspected.DisplayIn(t.Lang()))
	case x.RecheckBy != "" && x.Class == criteria.Conditional:
		return t.F("households.recheck", "Class", x.Class.Name().In(t.Lang()), "Day", x.RecheckBy.DisplayIn(t.Lang()))
	default:
		return t.F("households.stands", "Class", x.Class.Name().In(t.Lang()), "Day", x.Inspected.DisplayIn(t.Lang()))
	}
}

// calls are whom to call: 113 first.
func calls(r *page.Request, x *Result) []ui.Call {
	t := r.Words
	list := []ui.Call{
		{Who: t.T("households.call.113"), Number: "113", Tel: "113"},
		{Who: t.T("households.call.114"), Number: "114", Tel: "114"},
		{Who: t.T("households.call.115"), Number: "115", Tel: "115"},
	}
	if x.Phone != "" {
		list = append(list, ui.Call{Who: t.T("households.call.officer"), Number: x.Phone.Display(), Tel: x.Phone.Local()})
	}
	if x.HeadPhone != "" {
		list = append(list, ui.Call{Who: t.T("households.call.head"), Number: x.HeadPhone.Display(), Tel: x.HeadPhone.Local()})
	}
	return list
}
