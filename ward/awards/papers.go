package awards

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"sonha/engine/db"
	"sonha/engine/page"
	"sonha/engine/paper"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
)

func (p *Pages) mark(r *page.Request) string {
	if r.Identity.Invented {
		return p.spoken.T("awards.invented")
	}
	return ""
}

func give(w http.ResponseWriter, r *page.Request, kind, name string, write func(*bytes.Buffer) error) error {
	var body bytes.Buffer
	if err := write(&body); err != nil {
		return err
	}
	r.Attach(w, kind, name)
	w.Header().Set("Content-Length", strconv.Itoa(body.Len()))
	_, _ = body.WriteTo(w)
	return nil
}

// place names the ward and its city.
func (s *Store) place(ctx context.Context, tx *db.Tx) (ward, city string, err error) {
	err = tx.One(ctx, `select w.name, w.city from wards w where w.id = {ward}`).Scan(&ward, &city)
	return ward, city, err
}

// Dossier is what a submission lays before the authority.
type Dossier struct {
	Ward, City string
	Awards     []Award
	Remarks    int
}

// Submission gives what passed the vote in a year and is not decided on yet, for the document that lays it before the authority; without
// what the head of the ward police decides, who signs the document.
func (s *Store) Submission(ctx context.Context, who access.Actor, year int) (Dossier, error) {
	var x Dossier
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.DecideAwards); err != nil {
			return err
		}
		var err error
		if x.Ward, x.City, err = s.place(ctx, tx); err != nil {
			return err
		}
		if err := tx.All(ctx, func(scan func(...any) error) error {
			a, err := scanAward(scan)
			x.Awards = append(x.Awards, a)
			return err
		}, `select `+awardColumns+awardTables+`where a.ward_id = {ward} and a.year = $1 and a.state in ('voted', 'published') and a.authority <> $2 order by a.kind_name,
			a.number`, year, chief); err != nil {
			return err
		}
		return tx.One(ctx, `select count(*) from award_remarks r join awards a on a.ward_id = r.ward_id and a.id = r.award_id
			where r.ward_id = {ward} and a.year = $1 and a.state = 'published' and a.authority <> $2`, year, chief).Scan(&x.Remarks)
	})
	return x, err
}

// submission is the document that lays the proposals of a year before the authority (Decree 30/2020 layout).
func (p *Pages) submission(w http.ResponseWriter, r *page.Request) error {
	year, _ := strconv.Atoi(r.Text("year"))
	if year == 0 {
		year = r.Today().Year()
	}
	x, err := p.store.Submission(r.Context(), r.Actor, year)
	if err != nil {
		return err
	}
	d := p.submissionOf(r, &x, year)
	name := "to-trinh-khen-thuong-" + strconv.Itoa(year)
	if strings.HasSuffix(r.URL.Path, ".docx") {
		fonts, err := p.fonts()
		if err != nil {
			return err
		}
		return give(w, r, paper.TypeDOCX, name+".docx", func(b *bytes.Buffer) error { return d.WriteDOCX(b, fonts) })
	}
	fonts, err := p.fonts()
	if err != nil {
		return err
	}
	return give(w, r, paper.TypePDF, name+".pdf", func(b *bytes.Buffer) error { return d.WritePDF(b, fonts) })
}

func (p *Pages) submissionOf(r *page.Request, x *Dossier, year int) *paper.Document {
	t, today := p.spoken, r.Today()
	office := "Công an phường " + x.Ward
	d := &paper.Document{
		Issuer: paper.Issuer{Over: "Công an thành phố " + x.City, Name: office}, Number: strings.Repeat("\u00a0", 8) + "/TTr-CAP", Place: x.Ward,
		Date: time.Date(today.Year(), today.Month(), today.Time().Day(), 0, 0, 0, 0, time.UTC), Type: t.T("awards.paper.type"),
		Subject: t.F("awards.paper.subject", "Year", strconv.Itoa(year)), To: authorities(x.Awards),
		Recipients: []string{"Như trên", "Ủy ban Mặt trận Tổ quốc Việt Nam phường " + x.Ward, "Lưu: VT"}, Signers: []paper.Signer{{Title: chief}},
		Foot: paper.Foot{Record: "KT-" + strconv.Itoa(year), URL: r.Base() + "/commendations?year=" + strconv.Itoa(year), PrintedAt: r.Moment(), Mark: p.mark(r)},
	}
	if len(x.Awards) == 0 {
		d.Body = []paper.Block{paper.P(t.F("awards.paper.none", "Year", strconv.Itoa(year)))}
		return d
	}
	d.Body = []paper.Block{
		paper.P(t.T("awards.paper.basis")), paper.P(t.F("awards.paper.opening", "Office", office, "N", civil.Int(len(x.Awards)), "Year", strconv.Itoa(year))),
		p.submissionTable(x), paper.P(t.F("awards.paper.published", "Days", PublishDays, "N", civil.Int(x.Remarks))), paper.P(t.T("awards.paper.closing")),
	}
	return d
}

func authorities(list []Award) []string {
	var to []string
	for i := range list {
		if !slices.Contains(to, list[i].Kind.Authority) {
			to = append(to, list[i].Kind.Authority)
		}
	}
	return to
}

func (p *Pages) submissionTable(x *Dossier) paper.Table {
	t := p.spoken
	table := paper.Table{
		Size: 11, Columns: []paper.Column{{Width: 11, Align: paper.Center}, {Width: 38, Align: paper.Left}, {Width: 30, Align: paper.Left}, {Align: paper.Left}, {Width: 27,
			Align: paper.Center}},
		Head: [][]paper.Cell{paper.Row(t.T("awards.paper.column.number"), t.T("awards.paper.column.name"), t.T("awards.paper.column.kind"), t.T("awards.paper.column.figures"),
			t.T("awards.paper.column.votes"))},
	}
	for i := range x.Awards {
		a := &x.Awards[i]
		lines := append([]string{t.T("awards.achievement."+a.Achievement) + "."}, figureLines(t, a)...)
		if a.Reason != "" {
			lines = append(lines, a.Reason)
		}
		table.Rows = append(table.Rows, paper.Row(strconv.Itoa(i+1), nameOf(t, a.Subject, a.Name), a.Kind.Name, strings.Join(lines, "\n"),
			fmt.Sprintf("%d/%d", a.Votes.Yes, a.Votes.Cast())))
	}
	return table
}

// certificate prints the certificate: the name of a head is written on it by hand.
func (p *Pages) certificate(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	a, err := p.store.Get(r.Context(), r.Actor, id)
	if err != nil {
		return err
	}
	if a.State != Decided || a.Revoke.Account != "" {
		return fault.Shut("awards.no_certificate")
	}
	x, err := p.store.Submission(r.Context(), r.Actor, 0)
	if err != nil {
		return err
	}
	fonts, err := p.fonts()
	if err != nil {
		return err
	}
	c := p.certificateOf(r, &a, x.Ward)
	return give(w, r, paper.TypePDF, "giay-khen-"+strings.ToLower(strings.ReplaceAll(a.Code(), "/", "-"))+".pdf", func(b *bytes.Buffer) error { return c.WritePDF(b, fonts) })
}

func (p *Pages) certificateOf(r *page.Request, a *Award, ward string) *paper.Certificate {
	t := p.spoken
	c := &paper.Certificate{
		Authority: a.Kind.Authority, Grants: t.T("awards.paper.grants"), Title: a.Kind.Name, To: nameOf(t, a.Subject, a.Name), Hand: a.Subject == Head,
		For:  t.F("awards.paper.for."+a.Achievement, "Year", strconv.Itoa(a.Year)),
		Said: t.F("awards.paper.decision", "Decision", a.Decision, "Day", a.DecidedOn.Display()), Signer: a.Kind.Authority,
		Place: ward, Date: a.DecidedOn.Time(), URL: r.Base() + checkPath(r.Actor.Ward(), a.Token), Caption: t.T("awards.paper.scan"), Mark: p.mark(r), At: r.Moment(),
		HandLabel: t.T("awards.paper.hand"), Record: t.F("awards.paper.record", "Code", a.Code()),
	}
	return c
}
