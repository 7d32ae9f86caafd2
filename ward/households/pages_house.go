package households

import (
	"bytes"
	"net/http"
	"slices"
	"strings"

	"sonha/engine/page"
	"sonha/engine/page/ui"
	"sonha/engine/paper"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ward/accounts"
	"sonha/ward/criteria"
)

// houseFrame is the frame of a page about a house for whoever looks after it.
func houseFrame(r *page.Request, h *House, title string) ui.Frame {
	f := r.Frame(title)
	if r.Actor.May(access.SeeHouses) {
		f.Crumbs = append(f.Crumbs, ui.Link{Href: "/houses/" + h.ID, Label: h.Address()})
	} else {
		f.Crumbs = append(f.Crumbs, ui.Link{Href: "/accounts", Label: r.Words.T("households.accounts")}, ui.Link{Label: h.Address()})
	}
	f.Crumbs = append(f.Crumbs, ui.Link{Label: title})
	return f
}

// turnoutView is what a head may know of the answers of the house's households.
type turnoutView struct {
	frame  ui.Frame
	t      *Turnout
	rows   []shareRow
	note   string // what is shown of the answers, and why no more
	closed string
	wants  []wantedRow // what the households would like help with
	said   []string    // in their own words, without their labels
	lists  bool        // the reader keeps the list of households
}

// shareRow is one question with its shares.
type shareRow struct {
	question string
	cells    [3]string
}

func (p *Pages) turnout(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	x, err := p.store.Turnout(r.Context(), r.Actor, id)
	if err != nil {
		return err
	}
	t, lang := r.Words, r.Words.Lang()
	v := turnoutView{frame: houseFrame(r, &x.House, t.F("households.turnout", "House", x.House.Address())), t: &x}
	for _, s := range x.Shares {
		row := shareRow{question: s.Question.Household.In(lang), cells: [3]string{"–", "–", "–"}}
		if s.Told() {
			row.cells = [3]string{percent(lang, s.Yes), percent(lang, s.Partly), percent(lang, s.Lacking)}
		}
		v.rows = append(v.rows, row)
	}
	switch {
	case len(v.rows) > 0:
		v.note = t.F("households.shares_of", "Shown", x.Shown)
	case x.House.Households == 1:
		v.note = t.T("households.one_household")
	case x.Few() && x.Verdict != Unknown:
		v.note = t.T("households.verdict." + string(x.Verdict))
	case x.Few():
		v.note = t.T("households.verdict.waiting")
	default:
		v.note = t.T("households.shares_later")
	}
	if texts, refused := r.Refused(x.Open()); refused {
		v.closed = texts[""]
	}
	wants, said, err := p.store.Wants(r.Context(), r.Actor, id)
	if err != nil {
		return err
	}
	v.wants, v.said, v.lists = wantedRows(r, wants), said, mayList(r)
	return r.HTML(w, turnoutPage(&v))
}

func percent(lang string, n int) string { return civil.IntIn(lang, n) + "\u00a0%" }

// enterView is the form by which a head or group lead enters the answers of a household that has no phone at hand.
type enterView struct {
	frame     ui.Frame
	house     *House
	household string
	asked     string // version of the criteria
	options   []ui.Option
	questions []enterQuestion
	needs     ui.Choice
	errors    map[string]string
	problem   string
}

// enterQuestion is one question of the form with what was chosen.
type enterQuestion struct {
	name   string
	choice ui.Choice
}

func (p *Pages) enterView(r *page.Request, x *Turnout, reasons map[string]string) *enterView {
	t, lang, h := r.Words, r.Words.Lang(), &x.House
	v := &enterView{frame: houseFrame(r, h, t.F("households.enter", "House", h.Address())), house: h, household: r.Text("household"), errors: reasons, problem: reasons[""]}
	for _, l := range labels(*h) {
		v.options = append(v.options, ui.Option{Value: l, Label: l})
	}
	v.asked = x.Set.Drawn()
	v.needs = ui.Choice{Name: "need", Legend: t.T("households.needs_which"), Hint: t.T("households.needs_optional"), Options: needOptions(r, chosenNeeds(r)), Inline: true}
	for _, q := range Questions(x.Set) {
		name := "a." + q.Code
		c := ui.Choice{Name: name, Legend: q.Household.In(lang), Inline: true}
		for _, x := range []criteria.Value{criteria.Pass, criteria.Partly, criteria.Fail, criteria.NA} {
			letter := string(x.Letter())
			c.Options = append(c.Options, ui.Option{Value: letter, Label: t.T("households.value." + valueKey(x)), Checked: r.PostFormValue(name) == letter})
		}
		if reasons != nil && r.PostFormValue(name) == "" {
			c.Error = t.T("households.choose")
		}
		v.questions = append(v.questions, enterQuestion{name: name, choice: c})
	}
	return v
}

func (p *Pages) enterForm(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	x, err := p.store.Turnout(r.Context(), r.Actor, id)
	if err != nil {
		return err
	}
	if x.Open() != nil {
		return r.Done(w, "/houses/"+id+"/answers", "")
	}
	return r.HTML(w, enterPage(p.enterView(r, &x, nil)))
}

func (p *Pages) enter(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	t, err := p.store.Turnout(r.Context(), r.Actor, id)
	if err != nil {
		return err
	}
	answers := Filled(t.Set, r.PostFormValue)
	err = p.store.Enter(r.Context(), r.Actor, id, r.Text("household"), criteria.AskedBy(r.PostFormValue(criteria.AskedField)), answers, chosenNeeds(r))
	if texts, refused := r.Refused(err); refused {
		x, err := p.store.Turnout(r.Context(), r.Actor, id)
		if err != nil {
			return err
		}
		return r.Again(w, enterPage(p.enterView(r, &x, texts)))
	}
	if err != nil {
		return err
	}
	return r.Done(w, "/houses/"+id+"/answers", "households.done_entered")
}

// cardsView is who of a house has a card, and the form to give out more.
type cardsView struct {
	frame    ui.Frame
	cards    *Cards
	fresh    []ui.Option // households without a card
	renewals []ui.Option // households with one
	heads    []ui.Option
	problem  string
	issued   []Issued // just given out; shown this once
	lang     string
}

// cardsView shows what was chosen again only when it was refused: whoever presses twice must not give out the same cards twice.
func (p *Pages) cardsView(r *page.Request, c *Cards, refused bool) *cardsView {
	t, lang := r.Words, r.Words.Lang()
	v := &cardsView{frame: houseFrame(r, &c.House, t.F("households.cards", "House", c.House.Address())), cards: c, lang: lang}
	var chosen, heads []string
	if refused {
		chosen, heads = r.PostForm["household"], r.PostForm["head"]
	}
	for _, row := range c.Rows {
		o := ui.Option{Value: row.Household, Label: row.Household, Checked: slices.Contains(chosen, row.Household)}
		if row.Has() {
			o.Note = cardState(r, row.Card)
			v.renewals = append(v.renewals, o)
			continue
		}
		o.Checked = o.Checked || len(chosen) == 0
		v.fresh = append(v.fresh, o)
	}
	for _, row := range c.Heads {
		o := ui.Option{Value: row.Account, Label: row.Name, Checked: slices.Contains(heads, row.Account)}
		if row.Has() {
			o.Note = cardState(r, row.Card)
		}
		v.heads = append(v.heads, o)
	}
	return v
}

func cardState(r *page.Request, c accounts.Card) string {
	lang := r.Words.Lang()
	if c.Used.IsZero() {
		return r.Words.F("households.card_unused", "Day", day(c.Given, lang))
	}
	return r.Words.F("households.card_used", "Day", day(c.Given, lang), "Used", day(c.Used, lang))
}

func (p *Pages) cards(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	c, err := p.store.Cards(r.Context(), r.Actor, id)
	if err != nil {
		return err
	}
	return r.HTML(w, cardsPage(p.cardsView(r, &c, false)))
}

// issue gives cards out and shows, this once, the button that prints them.
func (p *Pages) issue(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	issued, err := p.store.Issue(r.Context(), r.Actor, id, r.PostForm["household"], r.PostForm["head"])
	texts, refused := r.Refused(err)
	if err != nil && !refused {
		return err
	}
	c, err := p.store.Cards(r.Context(), r.Actor, id)
	if err != nil {
		return err
	}
	v := p.cardsView(r, &c, refused)
	if refused {
		for _, text := range texts {
			v.problem = text
		}
		return r.Again(w, cardsPage(v))
	}
	v.issued = issued
	r.Secret(w)
	return r.HTML(w, cardsPage(v))
}

func (p *Pages) revoke(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	if err := p.store.Revoke(r.Context(), r.Actor, id, r.Text("household")); err != nil {
		return err
	}
	return r.Done(w, "/houses/"+id+"/cards", "households.done_revoked")
}

// cardSheet prints cards that were just given out: A4, to be cut.
func (p *Pages) cardSheet(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	h, issued, err := p.store.Reissued(r.Context(), r.Actor, id, r.PostForm["card"])
	if err != nil {
		return err
	}
	fonts, err := paper.LoadFonts()
	if err != nil {
		return err
	}
	t := r.Words
	sheet := paper.CardSheet{Title: t.F("households.cards", "House", h.Address()), MadeAt: p.store.db.Now(), Cut: t.T("households.sheet.cut")}
	if r.Identity.Invented {
		sheet.Mark = t.T("households.sheet.invented")
	}
	for _, x := range issued {
		who := t.T("role.head")
		if x.Household != "" {
			who = t.F("households.sheet.household", "Household", x.Household)
		}
		link := r.Base() + "/c/" + x.Token
		sheet.Cards = append(sheet.Cards, paper.Card{
			Head: t.T("households.sheet.head"), Plate: h.Number, Street: h.Street, Who: who, Code: link,
			Steps: []string{t.T("households.sheet.step1"), t.T("households.sheet.step2"), t.T("households.sheet.step3")},
			Foot:  t.T("households.sheet.foot"),
		})
	}
	var b bytes.Buffer
	if err := sheet.WritePDF(&b, fonts); err != nil {
		return err
	}
	r.Attach(w, "application/pdf", "the-"+strings.ReplaceAll(h.Number, "/", "-")+".pdf")
	_, err = w.Write(b.Bytes())
	return err
}
