package trainings

import (
	"bytes"
	"net/http"
	"strconv"
	"strings"

	"sonha/engine/page"
	"sonha/engine/paper"
	"sonha/ground/civil"
	"sonha/ward/accounts"
	"sonha/ward/gatherings"
)

// mark says on paper that all is invented, in a demo.
func (p *Pages) mark(r *page.Request) string {
	if r.Identity.Invented {
		return p.spoken.T("trainings.paper_invented")
	}
	return ""
}

func give(w http.ResponseWriter, r *page.Request, name string, write func(*bytes.Buffer) error) error {
	var body bytes.Buffer
	if err := write(&body); err != nil {
		return err
	}
	r.Attach(w, "application/pdf", name)
	w.Header().Set("Content-Length", strconv.Itoa(body.Len()))
	_, _ = body.WriteTo(w)
	return nil
}

// certificate prints the certificate of attendance of a house: its number, and no name.
func (p *Pages) certificate(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	c, err := p.store.Certificate(r.Context(), r.Actor, id, r.Text("house"))
	if err != nil {
		return err
	}
	fonts, err := p.fonts()
	if err != nil {
		return err
	}
	x := p.certificateOf(r, &c)
	return give(w, r, "chung-nhan-"+strings.ToLower(c.Code())+".pdf", func(b *bytes.Buffer) error { return x.WritePDF(b, fonts) })
}

func (p *Pages) certificateOf(r *page.Request, c *Certificate) *paper.Certificate {
	t := p.spoken
	return &paper.Certificate{
		Authority: gatherings.Ward.Of(t, c.Ward), Grants: t.T("trainings.paper_grants"), Title: t.T("trainings.paper_certificate"),
		To: gatherings.House.Of(t, c.Address), For: c.attended(t), Said: t.F("trainings.paper_topics", "Topics", topics(t, c.Topics)),
		Signer: t.T("trainings.paper_signer"), Place: c.Ward, Date: c.On.Time(), URL: r.Base() + CheckPath(r.Actor.Ward(), c.Token), Caption: t.T("trainings.paper_scan"),
		Record: t.F("trainings.paper_code", "Code", c.Code()), Mark: p.mark(r), At: r.Moment(),
	}
}

// sheet prints the list of the houses on which attendance is noted by hand: a box for each head, or the labels of the households to be
// circled. Nobody writes a name.
func (p *Pages) sheet(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	x, list, err := p.store.Houses(r.Context(), r.Actor, id)
	if err != nil {
		return err
	}
	fonts, err := p.fonts()
	if err != nil {
		return err
	}
	t := p.spoken
	d := &paper.Document{
		Kind: paper.Residents, Place: x.WardName, Date: x.StartDay().Time(), Type: t.T("trainings.paper_sheet"), Subject: x.Title,
		Body: []paper.Block{
			paper.P(t.F("trainings.paper_when", "When", x.begins(t), "Place", x.Place)), paper.P(t.T("trainings.paper_how." + string(x.Audience))), p.sheetTable(&x, list),
		},
		Signers: []paper.Signer{{Title: t.T("trainings.paper_noted")}},
		Foot:    paper.Foot{URL: r.Base() + home(id) + "/attendance", PrintedAt: r.Moment(), Mark: p.mark(r)},
	}
	return give(w, r, "phieu-diem-danh-tap-huan.pdf", func(b *bytes.Buffer) error { return d.WritePDF(b, fonts) })
}

func (p *Pages) sheetTable(x *Training, list []Count) paper.Table {
	t := p.spoken
	table := paper.Table{
		Columns: []paper.Column{{Width: 12, Align: paper.Center}, {Width: 48}, {Width: 40}, {}},
		Head: [][]paper.Cell{paper.Row(t.T("trainings.paper_no"), t.T("trainings.column.house"), t.T("trainings.column.group"),
			t.T("trainings.paper_present."+string(x.Audience)))},
	}
	for i := range list {
		c := &list[i]
		there := ""
		if x.Audience == Households {
			there = strings.Join(accounts.HouseholdLabels(c.Households), "   ")
		}
		table.Rows = append(table.Rows, paper.Row(civil.Int(i+1), c.Address, c.Group, there))
	}
	return table
}
