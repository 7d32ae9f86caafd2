package notices

import (
	"bytes"
	"net/http"
	"strconv"
	"strings"

	"sonha/engine/page"
	"sonha/engine/page/ui"
	"sonha/engine/paper"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
)

// printable gives the announcement in the path as readers see it: what is withdrawn or not out is neither printed nor shared.
func (p *Pages) printable(r *page.Request) (Notice, error) {
	id, err := r.PathID("id")
	if err != nil {
		return Notice{}, err
	}
	n, err := p.store.Get(r.Context(), r.Actor, id)
	if err != nil {
		return n, err
	}
	if n.State != Sent {
		return n, fault.Shut("notices.not_out")
	}
	return n, nil
}

// address is where the code of a sheet leads: the page for everybody, or the one for those whom it reached.
func (p *Pages) address(r *page.Request, n *Notice) string {
	if n.Public {
		return r.Base() + PublicPath(r.Actor.Ward(), n.ID)
	}
	return r.Base() + home(n.ID)
}

// mark says on paper that all is invented, in a demo.
func (p *Pages) mark(r *page.Request) string {
	if r.Identity.Invented {
		return p.spoken.T("notices.poster_invented")
	}
	return ""
}

func (p *Pages) foot(n *Notice) []string {
	list := []string{p.spoken.F("notices.poster_posted", "Day", civil.DayOf(n.SendAt).Display())}
	if n.Expires != "" {
		list = append(list, p.spoken.F("notices.poster_until", "Day", n.Expires.Display()))
	}
	return list
}

func (p *Pages) alert(n *Notice) string {
	if !n.Urgent {
		return ""
	}
	return p.spoken.F("notices.share_urgent", "Reason", n.Reason)
}

// poster is the sheet for the notice board.
func (p *Pages) poster(w http.ResponseWriter, r *page.Request) error {
	n, err := p.printable(r)
	if err != nil {
		return err
	}
	fonts, err := p.sans()
	if err != nil {
		return err
	}
	sheet := paper.Poster{
		Sender: n.Sender, Title: n.Title, Alert: p.alert(&n), Paragraphs: n.Paragraphs(), Foot: p.foot(&n), URL: p.address(r, &n),
		Caption: p.spoken.T("notices.poster_scan"), Mark: p.mark(r), At: n.SendAt,
	}
	return paperOf(w, r, "thong-bao.pdf", func(b *bytes.Buffer) error { return sheet.WritePDF(b, fonts) })
}

// picture is the announcement for a group chat.
func (p *Pages) picture(w http.ResponseWriter, r *page.Request) error {
	n, err := p.printable(r)
	if err != nil {
		return err
	}
	fonts, err := p.sans()
	if err != nil {
		return err
	}
	x := paper.Picture{Sender: n.Sender, Title: n.Title, Alert: p.alert(&n), Paragraphs: n.Paragraphs(), Foot: p.foot(&n), URL: p.address(r, &n), Mark: p.mark(r)}
	body, err := x.PNG(fonts)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "image/png")
	h.Set("Cache-Control", "private, no-cache")
	h.Set("Content-Length", strconv.Itoa(len(body)))
	_, _ = w.Write(body)
	return nil
}

// sharing is the page with what may be put into a group chat.
type sharing struct {
	id, title, text string
}

func (p *Pages) share(w http.ResponseWriter, r *page.Request) error {
	n, err := p.printable(r)
	if err != nil {
		return err
	}
	s := sharing{id: n.ID, title: n.Title, text: p.chat(r, &n)}
	f := r.Frame(r.Words.T("notices.share"),
		ui.Link{Href: "/notices", Label: r.Words.T("notices.name")}, ui.Link{Href: home(n.ID), Label: n.Title}, ui.Link{Label: r.Words.T("notices.share")})
	return r.HTML(w, sharePage(f, s))
}

// chat is the announcement as text for a group chat: what it says, from which office, and where it stands.
func (p *Pages) chat(r *page.Request, n *Notice) string {
	parts := []string{n.Title}
	if n.Urgent {
		parts = append(parts, p.alert(n))
	}
	parts = append(parts, n.Paragraphs()...)
	last := p.spoken.F("notices.share_from", "Sender", n.Sender, "Day", civil.DayOf(n.SendAt).Display())
	if n.Public {
		last += "\n" + p.spoken.F("notices.share_more", "Address", p.address(r, n))
	}
	return strings.Join(append(parts, last), "\n\n")
}

// reachPDF prints the walk to those who do not know yet.
func (p *Pages) reachPDF(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	x, err := p.store.Spread(r.Context(), r.Actor, id)
	if err != nil {
		return err
	}
	if !x.Walking {
		return fault.Shut("notices.not_walking")
	}
	fonts, err := p.fonts()
	if err != nil {
		return err
	}
	d := p.walkSheet(r, &x)
	return paperOf(w, r, "con-ai-chua-biet.pdf", func(b *bytes.Buffer) error { return d.WritePDF(b, fonts) })
}

func (p *Pages) walkSheet(r *page.Request, x *Spread) *paper.Document {
	t := p.spoken
	f := ui.Frame{Words: t}
	d := &paper.Document{
		Kind: paper.Sheet, Issuer: paper.Issuer{Name: x.Sender}, Type: t.T("notices.walk"), Subject: t.F("notices.walk_subject", "Title", x.Title), Date: r.Moment(),
		Foot: paper.Foot{URL: r.Base() + home(x.ID) + "/reach", PrintedAt: r.Moment(), Mark: p.mark(r)},
	}
	for i := range x.Ways {
		d.Body = append(d.Body, paper.Heading{Level: 2, Text: x.Ways[i].Street})
		for side := Odd; side <= Unnumbered; side++ {
			stops := x.Ways[i].On(side)
			if len(stops) == 0 {
				continue
			}
			table := paper.Table{
				Caption: t.T(sideKeys[side]), Columns: []paper.Column{{Width: 32}, {}, {Width: 24, Align: paper.Center}},
				Head: [][]paper.Cell{paper.Row(t.T("notices.walk_column_house"), t.T("notices.walk_column_left"), t.T("notices.walk_column_done"))},
			}
			for j := range stops {
				table.Rows = append(table.Rows, paper.Row(stops[j].Number, leftText(f, &stops[j]), "☐"))
			}
			d.Body = append(d.Body, table)
		}
	}
	if len(x.Ways) == 0 {
		d.Body = append(d.Body, paper.P(t.T("notices.walk_done")))
	}
	if level, _ := r.Actor.Reach(); level == access.Nothing {
		d.Body = []paper.Block{paper.P(t.T("notices.walk_elsewhere"))}
	}
	return d
}
