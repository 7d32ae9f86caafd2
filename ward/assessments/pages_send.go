package assessments

import (
	"net/http"
	"slices"

	"sonha/engine/page"
	"sonha/engine/page/ui"
	"sonha/ground/civil"
	"sonha/ward/criteria"
	"sonha/ward/criteria/show"
)

// summary is what the page before sending shows.
type summary struct {
	Assessment
	set      *criteria.Set
	counts   []ui.Fact
	open     []ui.Fact // questions without an answer, each a link
	forecast criteria.Verdict
	plan     criteria.Plan
	closed   string
	problem  string
	sent     string
}

func (p *Pages) summary(r *page.Request, a Assessment) summary {
	set, lang := a.Set, r.Words.Lang()
	s := summary{Assessment: a, set: set, forecast: criteria.Judge(set, a.Answers), plan: criteria.MakePlan(set, a.Answers)}
	for _, v := range []criteria.Value{criteria.Pass, criteria.Partly, criteria.Fail, criteria.NA, criteria.Unanswered} {
		n := 0
		for i := range set.Len() {
			if a.Answers.At(i) == v {
				n++
			}
		}
		if n > 0 {
			s.counts = append(s.counts, ui.Fact{Key: v.Name().In(lang), Text: civil.IntIn(lang, n)})
		}
	}
	for i := range set.Len() {
		if item, _ := set.Item(i); a.Answers.At(i) == criteria.Unanswered {
			s.open = append(s.open, ui.Fact{Key: item.Code, Text: item.Label.In(lang), Href: home(a.House.ID) + "/" + item.Code})
		}
	}
	if texts, refused := r.Refused(a.Open()); refused {
		s.closed = texts[""]
	}
	switch {
	case a.State == Sent && s.closed == "":
		s.sent = r.Words.F("assessments.sent_line", "When", when(r, a.SentAt))
	case a.State == Sent:
		s.sent = r.Words.F("assessments.sent_then", "When", when(r, a.SentAt))
	}
	return s
}

// steps are the few things that would make the forecast safe, each a link to its question.
func (s *summary) steps(lang string) []ui.Fact {
	return show.Steps(&s.plan, lang, func(i *criteria.Item) string { return home(s.House.ID) + "/" + i.Code })
}

func (p *Pages) review(w http.ResponseWriter, r *page.Request) error {
	a, err := p.load(r)
	if err != nil {
		return err
	}
	return r.HTML(w, sendPage(frame(r, &a, r.Words.F("assessments.send_page", "House", a.House.Address())), p.summary(r, a)))
}

func (p *Pages) send(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	err = p.store.Send(r.Context(), r.Actor, id, criteria.AskedBy(r.Text(criteria.AskedField)))
	if texts, refused := r.Refused(err); refused {
		a, err := p.store.Get(r.Context(), r.Actor, id)
		if err != nil {
			return err
		}
		s := p.summary(r, a)
		s.problem = texts[""]
		return r.Again(w, sendPage(frame(r, &a, r.Words.F("assessments.send_page", "House", a.House.Address())), s))
	}
	if err != nil {
		return err
	}
	return r.Done(w, home(id), "assessments.done_sent")
}

// book is what the page of pledges shows, with what was typed when a form was refused.
type book struct {
	Pledges
	noSign, noWithdraw string // why not now
	unsigned           []string
	chosen             []string
	on, channel, count string
	errors             map[string]string
}

func (p *Pages) book(r *page.Request, x Pledges) book {
	b := book{Pledges: x, on: string(r.Today()), channel: string(Paper)}
	if x.ByProxy || r.Actor.Role() == "group_lead" {
		b.channel = string(Proxy)
	}
	if texts, refused := r.Refused(x.MaySign()); refused {
		b.noSign = texts[""]
	}
	if texts, refused := r.Refused(x.MayWithdraw()); refused {
		b.noWithdraw = texts[""]
	}
	for _, row := range x.Rows {
		if !row.InForce() && !row.Gone {
			b.unsigned = append(b.unsigned, row.Household)
		}
	}
	return b
}

func (b *book) households() []ui.Option {
	list := make([]ui.Option, len(b.unsigned))
	for i, h := range b.unsigned {
		list[i] = ui.Option{Value: h, Label: h, Checked: slices.Contains(b.chosen, h)}
	}
	return list
}

// mayWithdraw reports whether a row shows the button to withdraw.
func (b *book) mayWithdraw(x Pledge) bool {
	return b.noWithdraw == "" && (x.InForce() || (x.Withdrawn == "" && b.Counted()))
}

func (b *book) summary() []ui.FieldError {
	return ui.FieldErrors(b.errors, "household", "on", "channel", "count", "")
}

func (p *Pages) pledges(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	x, err := p.store.Pledges(r.Context(), r.Actor, id)
	if err != nil {
		return err
	}
	return r.HTML(w, pledgesPage(p.pledgesFrame(r, &x), p.book(r, x)))
}

func (p *Pages) pledgesFrame(r *page.Request, x *Pledges) ui.Frame {
	return r.Frame(r.Words.F("assessments.pledges_page", "House", x.House.Address()),
		ui.Link{Href: "/houses/" + x.House.ID, Label: x.House.Address()}, ui.Link{Label: r.Words.T("assessments.pledges_link")})
}

// pledge takes one of the three forms of the page: households that signed, one that withdraws, a count.
func (p *Pages) pledge(w http.ResponseWriter, r *page.Request) error {
	if err := r.Parse(); err != nil {
		return err
	}
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	key := "assessments.done_signed"
	switch r.Text("do") {
	case "withdraw":
		key = "assessments.done_withdrawn"
		err = p.store.Withdraw(r.Context(), r.Actor, id, r.Text("household"))
	case "count":
		key = "assessments.done_counted"
		var n int
		if n, err = r.Number("count", 0, mostHouseholds); err == nil {
			err = p.store.SetPledgeCount(r.Context(), r.Actor, id, n)
		}
	default:
		on, _ := civil.ParseDay(r.Text("on"))
		err = p.store.Sign(r.Context(), r.Actor, id, Signing{Households: r.PostForm["household"], On: on, Channel: Channel(r.Text("channel"))})
	}
	texts, refused := r.Refused(err)
	switch {
	case refused:
		x, err := p.store.Pledges(r.Context(), r.Actor, id)
		if err != nil {
			return err
		}
		b := p.book(r, x)
		b.errors = texts
		if r.PostForm.Has("on") {
			b.chosen, b.on, b.channel = r.PostForm["household"], r.Text("on"), r.Text("channel")
		}
		b.count = r.Text("count")
		return r.Again(w, pledgesPage(p.pledgesFrame(r, &x), b))
	case err != nil:
		return err
	}
	return r.Done(w, "/houses/"+id+"/pledges", key)
}
