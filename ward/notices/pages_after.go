package notices

import (
	"net/http"
	"slices"

	"sonha/engine/page"
	"sonha/engine/page/ui"
	"sonha/ground/civil"
)

// after is the page of an announcement that was sent: how far it has come, and who still has to be told.
type after struct {
	Spread

	when    string
	state   string
	facts   []ui.Fact
	places  []string
	mine    bool
	ahead   bool
	correct bool
	takeOff bool
	wait    string // when the walk begins
	asOf    string
	street  string // the street whose walk is shown; empty for all
}

// longWalk is the most houses that are shown at once; a longer walk is shown street by street.
const longWalk = 60

// byStreet reports whether the walk is shown as a list of streets first.
func (v *after) byStreet() bool { return v.street == "" && v.Waiting > longWalk }

// shown gives the ways whose stops are shown.
func (v *after) shown() []Way {
	if v.byStreet() {
		return nil
	}
	if v.street == "" {
		return v.Ways
	}
	return slices.DeleteFunc(slices.Clone(v.Ways), func(w Way) bool { return w.ID != v.street })
}

func (p *Pages) reach(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	x, err := p.store.Spread(r.Context(), r.Actor, id)
	if err != nil {
		return err
	}
	now := r.Moment()
	v := after{Spread: x, when: when(r, x.SendAt), state: stateText(r.Words, &x.Notice, r.Moment()), mine: Mine(r.Actor, &x.Notice), asOf: r.AsOf()}
	v.ahead = x.State == Sent && !x.Out(now)
	v.correct = v.mine && x.MayCorrect(now) == nil
	v.takeOff = v.mine && x.State == Sent && x.Out(now)
	if !x.Walking && x.Live(now) {
		v.wait = r.Words.F("notices.walk_from", "When", when(r, x.WalkFrom()))
	}
	if v.places, err = p.store.AreaNames(r.Context(), r.Actor, &x.Notice); err != nil {
		return err
	}
	if street := r.Text("street"); slices.ContainsFunc(x.Ways, func(w Way) bool { return w.ID == street }) {
		v.street = street
	}
	v.count(r)
	f := frame(r, x.Title)
	return r.HTML(w, reachPage(f, v))
}

// count writes the figures as "n trên N".
func (v *after) count(r *page.Request) {
	w := r.Words
	num := func(n int) string { return civil.IntIn(w.Lang(), n) }
	add := func(asked bool, key string, n, all int) {
		if asked {
			v.facts = append(v.facts, ui.Fact{Key: w.T(key), Text: w.F("notices.of", "N", num(n), "All", num(all))})
		}
	}
	add(v.Heads, "notices.heads_read", v.HeadsRead, v.All.Houses)
	add(v.Heads, "notices.heads_known", v.HeadsKnown, v.All.Houses)
	add(v.Households, "notices.households_known", v.Known, v.All.Households)
	add(v.Officers, "notices.officers_read", v.OfficersRead, v.Reach.Officers)
	add(v.Leads, "notices.leads_read", v.LeadsRead, v.Reach.Leads)
}

func (p *Pages) correction(w http.ResponseWriter, r *page.Request) error {
	n, err := p.wrong(r)
	if err != nil {
		return err
	}
	if texts, refused := r.Refused(n.MayCorrect(r.Moment())); refused && texts != nil {
		return n.MayCorrect(r.Moment())
	}
	t := n.Text
	t.Title = r.Words.F("notices.correction_title", "Title", n.Title)
	if runes := []rune(t.Title); len(runes) > longestTitle {
		t.Title = string(runes[:longestTitle])
	}
	return r.HTML(w, writePage(frame(r, r.Words.T("notices.correct")), p.correctForm(r, &n, t)))
}

// wrong is the announcement in the path, which the reader keeps.
func (p *Pages) wrong(r *page.Request) (Notice, error) {
	id, err := r.PathID("id")
	if err != nil {
		return Notice{}, err
	}
	return p.store.Kept(r.Context(), r.Actor, id)
}

func (p *Pages) correctForm(r *page.Request, n *Notice, t Text) *form {
	return &form{
		Write: Write{Text: t, Audience: n.Audience}, action: home(n.ID) + "/correct", wrong: n,
		fixed: r.Words.F("notices.correct_reaches", "Houses", civil.IntIn(r.Words.Lang(), n.Reach.Houses)),
		back:  ui.Link{Href: home(n.ID) + "/reach", Label: n.Title}, save: r.Words.T("notices.go_on"),
	}
}

func (p *Pages) correct(w http.ResponseWriter, r *page.Request) error {
	n, err := p.wrong(r)
	if err != nil {
		return err
	}
	d, _, err := p.read(r)
	id := ""
	if err == nil {
		id, err = p.store.Correct(r.Context(), r.Actor, n.ID, d.Text)
	}
	if texts, refused := r.Refused(err); refused && n.MayCorrect(r.Moment()) == nil {
		f := p.correctForm(r, &n, d.Text)
		f.errors = texts
		return r.Again(w, writePage(frame(r, r.Words.T("notices.correct")), f))
	}
	if err != nil {
		return err
	}
	return r.Done(w, home(id)+"/send", "notices.done_draft")
}

func (p *Pages) withdrawal(w http.ResponseWriter, r *page.Request) error {
	n, err := p.wrong(r)
	if err != nil {
		return err
	}
	return r.HTML(w, withdrawPage(frame(r, r.Words.T("notices.withdraw")), n, "", nil))
}

func (p *Pages) withdraw(w http.ResponseWriter, r *page.Request) error {
	n, err := p.wrong(r)
	if err != nil {
		return err
	}
	err = p.store.Withdraw(r.Context(), r.Actor, n.ID, r.Text("why"))
	if texts, refused := r.Refused(err); refused {
		return r.Again(w, withdrawPage(frame(r, r.Words.T("notices.withdraw")), n, r.Text("why"), texts))
	}
	if err != nil {
		return err
	}
	return r.Done(w, home(n.ID)+"/reach", "notices.done_withdrawn")
}
