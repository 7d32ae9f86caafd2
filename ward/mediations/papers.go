package mediations

import (
	"bytes"
	"net/http"
	"strconv"
	"strings"
	"time"

	"sonha/engine/page"
	"sonha/engine/paper"
	"sonha/ground/civil"
	"sonha/ground/fault"
)

func errNotFound() error { return fault.NotFound("fault.not_found") }

func invalid(field, key string) error { return fault.Invalid(field, key) }

func (p *Pages) mark(r *page.Request) string {
	if r.Identity.Invented {
		return p.spoken.T("mediations.invented")
	}
	return ""
}

func (p *Pages) give(w http.ResponseWriter, r *page.Request, name string, d *paper.Document) error {
	fonts, err := p.fonts()
	if err != nil {
		return err
	}
	var body bytes.Buffer
	if err := d.WritePDF(&body, fonts); err != nil {
		return err
	}
	r.Attach(w, "application/pdf", name)
	w.Header().Set("Content-Length", strconv.Itoa(body.Len()))
	_, _ = body.WriteTo(w)
	return nil
}

// book prints the register of a year: the cover, part I with the ten columns of the Ministry of Justice's book, part II of the head of
// the team (domain.md §5.2). What only paper holds is left blank for the hand.
func (p *Pages) book(w http.ResponseWriter, r *page.Request) error {
	year, _ := strconv.Atoi(r.Text("year"))
	if now := r.Today().Year(); year < now-keptYears || year > now {
		year = now
	}
	x, err := p.store.Book(r.Context(), r.Actor, year)
	if err != nil {
		return err
	}
	return p.give(w, r, "so-hoa-giai-"+strconv.Itoa(year)+".pdf", p.bookOf(r, &x, year))
}

func (p *Pages) bookOf(r *page.Request, x *Register, year int) *paper.Document {
	t := p.spoken
	names := make([]string, len(x.Groups))
	for i, g := range x.Groups {
		names[i] = g.Name
	}
	closed := "………/………/" + strconv.Itoa(year)
	if r.Today().Year() > year {
		closed = "31/12/" + strconv.Itoa(year)
	}
	d := &paper.Document{
		Kind: paper.Residents, Landscape: true, Type: t.T("mediations.book.title"), Subject: t.F("mediations.book.year", "Year", strconv.Itoa(year)),
		Foot: paper.Foot{Record: "SHG-" + strconv.Itoa(year), URL: r.Base() + "/mediations?year=" + strconv.Itoa(year), PrintedAt: r.Moment(), Mark: p.mark(r)},
	}
	d.Body = append(d.Body, paper.KeyValues{
		{Key: t.T("mediations.book.city"), Value: x.City}, {Key: t.T("mediations.book.ward"), Value: x.Ward}, {Key: t.T("mediations.book.group"), Value: strings.Join(names, ", ")},
		{Key: t.T("mediations.book.team"), Value: "…………………………………………"}, {Key: t.T("mediations.book.volume"), Value: "………………"},
		{Key: t.T("mediations.book.opened"), Value: "01/01/" + strconv.Itoa(year)}, {Key: t.T("mediations.book.closed"), Value: closed},
		{Key: t.T("mediations.book.cases"), Value: civil.Int(len(x.Cases))},
	}, paper.Paragraph{Runs: []paper.Run{paper.Italic(t.T("mediations.book.by_hand"))}, NoIndent: true}, paper.PageBreak{}, p.partOne(x), paper.PageBreak{}, p.partTwo(x))
	return d
}

// handRoom leaves lines for the hand in a row of the book.
const handRoom = "\u00a0\n\u00a0\n\u00a0\n\u00a0"

func (p *Pages) partOne(x *Register) paper.Table {
	t := p.spoken
	head, numbers := make([]paper.Cell, 0, 10), make([]paper.Cell, 0, 10)
	for i, key := range []string{"number", "received", "mediators", "parties", "content", "agreed", "settled", "unsettled", "signed", "note"} {
		head = append(head, paper.Cell{Text: t.T("mediations.book.column." + key)})
		numbers = append(numbers, paper.Cell{Text: "(" + strconv.Itoa(i+1) + ")", Italic: true})
	}
	table := paper.Table{Caption: t.T("mediations.book.part_one"), Size: 10.5, Head: [][]paper.Cell{head, numbers}, Columns: []paper.Column{
		{Width: 11, Align: paper.Center}, {Width: 22, Align: paper.Center}, {Width: 32, Align: paper.Left}, {Width: 48, Align: paper.Left}, {Width: 30, Align: paper.Left},
		{Align: paper.Left}, {Width: 14, Align: paper.Center}, {Width: 14, Align: paper.Center}, {Width: 20}, {Width: 25, Align: paper.Left},
	}}
	for i := range x.Cases {
		c := &x.Cases[i]
		table.Rows = append(table.Rows, paper.Row(strconv.Itoa(c.Number), c.Received.Display(), p.invited(c), handRoom, p.about(c), p.agreed(c), cross(c.State == Settled),
			cross(c.State == Unsettled || c.State == Stopped), "", p.note(c)))
	}
	return table
}

func (p *Pages) partTwo(x *Register) paper.Table {
	t := p.spoken
	head := make([]paper.Cell, 0, 5)
	for _, key := range []string{"number", "mediator", "scope", "result", "note"} {
		head = append(head, paper.Cell{Text: t.T("mediations.book.second." + key)})
	}
	table := paper.Table{Caption: t.T("mediations.book.part_two"), Size: 11, Head: [][]paper.Cell{head}, Columns: []paper.Column{
		{Width: 14, Align: paper.Center}, {Width: 60}, {Align: paper.Left}, {Width: 50, Align: paper.Left}, {Width: 60, Align: paper.Left},
	}}
	for i := range x.Cases {
		c := &x.Cases[i]
		table.Rows = append(table.Rows, paper.Row(strconv.Itoa(c.Number), "\u00a0\n\u00a0", p.about(c), t.T("mediations.state."+string(c.State)), p.note(c)))
	}
	return table
}

func cross(on bool) string {
	if on {
		return "x"
	}
	return ""
}

func (p *Pages) invited(c *Case) string {
	if len(c.Guests) == 0 {
		return ""
	}
	return "\u00a0\n\u00a0\n" + p.spoken.F("mediations.book.invited", "Guests", guestsText(p.spoken, c.Guests))
}

func (p *Pages) about(c *Case) string {
	if c.Scope == "" {
		return ""
	}
	return p.spoken.T("mediations.scope." + string(c.Scope))
}

func (p *Pages) agreed(c *Case) string {
	var lines []string
	for _, s := range c.Steps {
		lines = append(lines, "– "+stepText(p.spoken, s))
	}
	return strings.Join(lines, "\n")
}

func (p *Pages) note(c *Case) string {
	t := p.spoken
	switch {
	case c.State == Referred:
		return t.F("mediations.book.referred", "Why", t.T("mediations.why."+string(c.Exclusion)), "Day", c.On)
	case c.State == Stopped:
		return t.T("mediations.state.stopped")
	case c.Followed != "":
		return t.F("mediations.book.followed", "Day", c.Followed, "Kept", t.T("mediations.kept."+string(c.Kept)))
	}
	return ""
}

// card prints the agreed steps for both sides: no story, no blame, no names, which the parties write themselves when they sign.
func (p *Pages) card(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	c, err := p.store.Get(r.Context(), r.Actor, id)
	if err != nil {
		return err
	}
	if c.State != Settled || c.Record != Formal {
		return fault.Shut("mediations.no_card")
	}
	return p.give(w, r, "the-thoa-thuan.pdf", p.cardOf(r, &c, r.Text("size") == "a4"))
}

func (p *Pages) cardOf(r *page.Request, c *Case, large bool) *paper.Document {
	t := p.spoken
	on := c.On.Time()
	d := &paper.Document{
		Kind: paper.Sheet, A5: !large, Issuer: paper.Issuer{Name: t.F("mediations.card.issuer", "Group", c.GroupName)}, Number: c.Code(),
		Type: t.T("mediations.card.title"), Date: time.Date(on.Year(), on.Month(), on.Day(), 0, 0, 0, 0, time.UTC),
		Foot: paper.Foot{Record: c.Code(), PrintedAt: r.Moment(), Mark: p.mark(r)},
	}
	d.Body = append(d.Body, paper.P(t.F("mediations.card.opening", "Day", c.On)))
	list := paper.List{Numbered: true}
	for _, s := range c.Steps {
		list.Items = append(list.Items, []paper.Run{paper.Plain(stepText(t, s))})
	}
	if len(list.Items) == 0 {
		d.Body = append(d.Body, paper.Blank{Lines: 5})
	} else {
		d.Body = append(d.Body, list)
	}
	if c.FollowBy != "" {
		d.Body = append(d.Body, paper.P(t.F("mediations.card.follow", "Day", c.FollowBy)))
	}
	d.Signers = p.signers(c)
	return d
}

// signers are the parties, each with a place of its own to sign as long as the card has room for it, and the mediator.
func (p *Pages) signers(c *Case) []paper.Signer {
	t := p.spoken
	nth := []string{"first", "second", "third", "fourth", "fifth"}
	if c.Parties > len(nth) {
		return []paper.Signer{{Title: t.T("mediations.card.all")}, {Title: t.T("mediations.card.mediator")}}
	}
	var list []paper.Signer
	for _, n := range nth[:max(leastParties, c.Parties)] {
		list = append(list, paper.Signer{Title: t.T("mediations.card." + n)})
	}
	return append(list, paper.Signer{Title: t.T("mediations.card.mediator")})
}
