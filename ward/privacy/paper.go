package privacy

import (
	"strings"
	"time"

	"sonha/engine/paper"
	"sonha/engine/words"
	"sonha/ground/civil"
)

// Document is the register on paper, with the record of destruction as its annex.
func Document(t *words.Words, reg *Register, gone []Gone, ward string, now time.Time) *paper.Document {
	d := &paper.Document{
		Issuer: paper.Issuer{Name: t.F("privacy.paper.issuer", "Ward", ward)}, Place: ward, Date: now.In(civil.Hanoi), Landscape: true,
		Kind: paper.Sheet, Type: t.T("privacy.paper.type"), Subject: t.T("privacy.paper.subject"),
		Signers: []paper.Signer{{Title: t.T("role.protector")}}, Foot: paper.Foot{Record: t.T("privacy.file"), PrintedAt: now},
	}
	d.Body = append(d.Body, paper.P(t.T("privacy.lead")), paper.P(t.T("privacy.files")))
	for i, u := range Uses() {
		x := useOf(t, reg, u, "")
		if len(x.rows) == 0 {
			continue
		}
		table := paper.Table{
			Columns: []paper.Column{{Width: 60, Align: paper.Left}, {Align: paper.Left}, {Width: 60, Align: paper.Left}}, Size: 10,
			Head: [][]paper.Cell{paper.Row(t.T("privacy.head.table"), t.T("privacy.head.holds"), t.T("privacy.head.keep"))},
		}
		for j := range x.rows {
			table.Rows = append(table.Rows, paper.Row(x.rows[j].name, x.rows[j].line(), x.rows[j].keep))
		}
		d.Body = append(d.Body, paper.Heading{Level: 2, Text: civil.Int(i+1) + ". " + x.title}, paper.P(x.why+" "+x.basis), table)
	}
	annex := paper.Table{
		Columns: []paper.Column{
			{Width: 24, Align: paper.Left}, {Align: paper.Left}, {Width: 28, Align: paper.Right}, {Width: 40, Align: paper.Left}, {Width: 44, Align: paper.Left},
		},
		Head: [][]paper.Cell{paper.Row(t.T("privacy.head.month"), t.T("privacy.head.kind"), t.T("privacy.head.records"), t.T("privacy.head.before"), t.T("privacy.head.last"))},
	}
	for i := range gone {
		g := goneLine(t, &gone[i])
		annex.Rows = append(annex.Rows, paper.Row(g.month, g.kind, g.records, g.before, g.last))
	}
	d.Annexes = append(d.Annexes, paper.Annex{Title: t.T("privacy.destroyed"), Landscape: true, Body: []paper.Block{annex}})
	return d
}

// line says what a table holds, the weightiest class first.
func (r *rowView) line() string {
	var lines []string
	for _, f := range r.holds {
		lines = append(lines, f.Key+": "+f.Text)
	}
	if r.plain != "" {
		lines = append(lines, r.plain)
	}
	return strings.Join(lines, "\n")
}
