package reviews

import (
	"bytes"
	"net/http"
	"strconv"
	"strings"
	"time"

	"sonha/engine/page"
	"sonha/engine/paper"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
)

// document gives a signed review as a document in the layout of Decree 30/2020/NĐ-CP, made from what was signed and nothing
// else; who opens no house has no small figures in it.
func (p *Pages) document(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	x, err := p.store.Get(r.Context(), r.Actor, id)
	if err != nil {
		return err
	}
	if x.Review.State != Signed {
		return fault.Shut("reviews.sign_first")
	}
	fonts, err := p.fonts()
	if err != nil {
		return err
	}
	d := p.documentOf(&x.Record, x.Review.Hash)
	d.Foot.URL = r.Base() + home(id)
	if r.Identity.Invented {
		d.Foot.Mark = p.spoken.T("reviews.paper.invented")
	}
	name, kind, write := "bao-cao-"+strings.ToLower(strings.ReplaceAll(x.Review.Code(), "/", "-")), paper.TypePDF, d.WritePDF
	if strings.HasSuffix(r.URL.Path, ".docx") {
		name, kind, write = name+".docx", paper.TypeDOCX, d.WriteDOCX
	} else {
		name += ".pdf"
	}
	var body bytes.Buffer
	if err := write(&body, fonts); err != nil {
		return err
	}
	r.Attach(w, kind, name)
	w.Header().Set("Content-Length", strconv.Itoa(body.Len()))
	_, _ = body.WriteTo(w)
	return nil
}

func (p *Pages) documentOf(x *Record, hash string) *paper.Document {
	t := p.spoken
	issuer, symbol, signer := issuerOf(x)
	scope := "phường " + x.Ward
	if x.Group != "" {
		scope = x.Group + ", phường " + x.Ward
	}
	period := periodText(t, x.Period, x.Year)
	d := &paper.Document{
		Issuer: issuer, Number: symbol, Place: x.Ward, Type: t.T("reviews.paper.type"),
		Date:       time.Date(x.SignedOn.Year(), x.SignedOn.Month(), x.SignedOn.Time().Day(), 0, 0, 0, 0, time.UTC),
		Subject:    t.F("reviews.paper.subject", "Period", civil.LowerFirst(period), "Scope", scope),
		Recipients: []string{"Ủy ban nhân dân phường " + x.Ward, "Công an phường " + x.Ward, "Lưu: VT"}, Signers: []paper.Signer{signer},
		Foot: paper.Foot{Record: x.Code + " · " + hash[:16]},
	}
	d.Body = append(d.Body, paper.P(t.F("reviews.paper.opening", "From", x.From, "To", x.To, "Day", x.Figures.AsOf)),
		paper.Heading{Level: 1, Text: "I. " + t.T("reviews.paper.figures")}, p.figureTable(x), paper.Heading{Level: 1, Text: "II. " + t.T("reviews.achieved")})
	d.Body = append(d.Body, paragraphs(x.Achievements, t.T("reviews.nothing_achieved"))...)
	d.Body = append(d.Body, paper.Heading{Level: 1, Text: "III. " + t.T("reviews.paper.earlier")})
	d.Body = append(d.Body, p.earlierBlocks(x)...)
	d.Body = append(d.Body, paper.Heading{Level: 1, Text: "IV. " + t.T("reviews.paper.shortcomings")})
	d.Body = append(d.Body, p.shortBlocks(x)...)
	d.Body = append(d.Body, paper.P(t.T("reviews.paper.closing")))
	return d
}

// issuerOf gives who issues a review, its number left to be written, and who signs it (Decree 30/2020/NĐ-CP, annex I).
func issuerOf(x *Record) (paper.Issuer, string, paper.Signer) {
	blank := "\u00a0\u00a0\u00a0\u00a0\u00a0\u00a0\u00a0"
	switch {
	case x.Group != "" && x.SignedBy == access.GroupLead:
		return paper.Issuer{Over: "Phường " + x.Ward, Name: x.Group}, blank + "/BC-TDP", paper.Signer{Title: "Tổ trưởng tổ dân phố"}
	case x.SignedBy == access.Committee:
		return paper.Issuer{Name: "Ủy ban nhân dân phường " + x.Ward}, blank + "/BC-UBND", paper.Signer{For: "TM. Ủy ban nhân dân", Title: "Chủ tịch"}
	}
	return paper.Issuer{Over: "Công an thành phố " + x.City, Name: "Công an phường " + x.Ward}, blank + "/BC-CAP", paper.Signer{Title: "Trưởng Công an phường"}
}

func paragraphs(text, empty string) []paper.Block {
	if text == "" {
		return []paper.Block{paper.P(empty)}
	}
	var list []paper.Block
	for line := range strings.SplitSeq(text, "\n") {
		if line = strings.TrimSpace(line); line != "" {
			list = append(list, paper.P(line))
		}
	}
	return list
}

func (p *Pages) figureTable(x *Record) paper.Table {
	t := p.spoken
	table := paper.Table{
		Columns: []paper.Column{{Align: paper.Left}, {Width: 50, Align: paper.Left}}, Head: [][]paper.Cell{paper.Row(t.T("reviews.column.figure"), t.T("reviews.column.now"))},
	}
	if x.Before != nil {
		table.Columns = append(table.Columns, paper.Column{Width: 45, Align: paper.Left})
		table.Head[0] = append(table.Head[0], paper.Cell{Text: x.BeforeCode})
	}
	for _, row := range figureRows(t, x) {
		cells := paper.Row(row.label, row.now)
		if x.Before != nil {
			cells = append(cells, paper.Cell{Text: row.before})
		}
		table.Rows = append(table.Rows, cells)
	}
	return table
}

func (p *Pages) earlierBlocks(x *Record) []paper.Block {
	t := p.spoken
	if len(x.Earlier) == 0 {
		return []paper.Block{paper.P(t.T("reviews.paper.no_earlier"))}
	}
	table := paper.Table{
		Columns: []paper.Column{{Width: 27, Align: paper.Left}, {Width: 54, Align: paper.Left}, {Width: 54, Align: paper.Left}, {Align: paper.Left}},
		Head:    [][]paper.Cell{paper.Row(t.T("reviews.column.code"), t.T("reviews.column.shortcoming"), t.T("reviews.column.measures"), t.T("reviews.column.effect"))},
	}
	for i := range x.Earlier {
		e := &x.Earlier[i]
		said := t.T("reviews.effect." + string(e.Effect))
		if e.Note != "" {
			said += ". " + e.Note
		}
		table.Rows = append(table.Rows, paper.Row(e.Code, aboutText(t, x.Set, e.Content, e.Item)+"\n"+e.Body, p.measureText(e.Measures), said))
	}
	return []paper.Block{table}
}

func (p *Pages) shortBlocks(x *Record) []paper.Block {
	t := p.spoken
	if len(x.Shortcomings) == 0 {
		return []paper.Block{paper.P(t.T("reviews.no_shortcomings"))}
	}
	table := paper.Table{
		Columns: []paper.Column{{Width: 27, Align: paper.Left}, {Width: 54, Align: paper.Left}, {Width: 36, Align: paper.Left}, {Align: paper.Left}},
		Head:    [][]paper.Cell{paper.Row(t.T("reviews.column.code"), t.T("reviews.column.shortcoming"), t.T("reviews.column.cause"), t.T("reviews.column.measures"))},
	}
	for i := range x.Shortcomings {
		s := &x.Shortcomings[i]
		text := aboutText(t, x.Set, s.Content, s.Item) + "\n" + s.Body
		if s.Houses > 0 {
			text += "\n" + t.F("reviews.houses_line", "N", civil.Int(s.Houses))
		}
		if s.Repeats != "" {
			text += "\n" + t.F("reviews.repeats", "Code", s.Repeats)
		}
		table.Rows = append(table.Rows, paper.Row(s.Code, text, t.T("reviews.cause."+string(s.Kind))+": "+s.Cause, p.measureText(s.Measures)))
	}
	return []paper.Block{table}
}

func (p *Pages) measureText(list []Line) string {
	lines := make([]string, len(list))
	for i := range list {
		lines[i] = list[i].Content + " (" + lineText(p.spoken, &list[i]) + ")"
	}
	return strings.Join(lines, "\n")
}
