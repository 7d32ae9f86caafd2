package posted

import (
	"bytes"
	"net/http"
	"strconv"
	"strings"
	"time"

	"sonha/engine/page"
	"sonha/engine/page/ui"
	"sonha/engine/paper"
	"sonha/engine/words"
	"sonha/ground/civil"
	"sonha/ward/campaigns"
)

// paperView is the page of the posting on paper, with the forms on it as they were typed.
type paperView struct {
	ui.Frame
	Paper

	year    int // that the address names; 0 for the running campaign
	posting map[string]string
	remark  map[string]string
	errors  map[string]string
	form    string // that was refused: "posting", "remark", or the id of a remark
	answer  string // as typed
}

func yearOf(r *page.Request) int {
	year, err := strconv.Atoi(r.Text("year"))
	if err != nil || year < 0 {
		return 0
	}
	return year
}

func (p *Pages) paperView(r *page.Request) (*paperView, error) {
	year := yearOf(r)
	x, err := p.store.Paper(r.Context(), r.Actor, year)
	if err != nil {
		return nil, err
	}
	v := &paperView{Paper: x, year: year, remark: map[string]string{"on": string(x.Today), "channel": "counter"}}
	v.posting = map[string]string{"from": string(x.Today), "until": string(x.Today.AddDays(PostDays)), "places": r.Words.F("posted.usual_places", "Ward", placeOf(r))}
	if x.Current.ID != "" {
		v.posting["places"] = x.Current.Places
	}
	title := r.Words.F("posted.paper_title", "Year", strconv.Itoa(x.Campaign.Year))
	v.Frame = r.Frame(title, ui.Link{Href: "/campaigns/" + x.Campaign.ID, Label: campaigns.Title(r.Words, x.Campaign)}, ui.Link{Label: r.Words.T("posted.paper")})
	return v, nil
}

// placeOf is the ward as the crumbs name it.
func placeOf(r *page.Request) string {
	if n := len(r.Identity.Crumbs); n > 0 {
		return r.Identity.Crumbs[n-1].Label
	}
	return r.Identity.Place
}

// at is an address on this page's year.
func (v *paperView) at(path string) string {
	if v.year == 0 {
		return path
	}
	return path + "?year=" + strconv.Itoa(v.year)
}

func (p *Pages) paper(w http.ResponseWriter, r *page.Request) error {
	v, err := p.paperView(r)
	if err != nil {
		return err
	}
	return r.HTML(w, paperPage(v))
}

// finish ends a form on this page: back to it, or the page again with what was typed.
func (p *Pages) finish(w http.ResponseWriter, r *page.Request, err error, form, done string, fields ...string) error {
	if texts, refused := r.Refused(err); refused {
		v, err := p.paperView(r)
		if err != nil {
			return err
		}
		v.form, v.errors, v.answer = form, texts, r.Lines("answer")
		into := v.remark
		if form == "posting" {
			into = v.posting
		}
		for _, name := range fields {
			into[name] = r.FormValue(name)
		}
		return r.Again(w, paperPage(v))
	}
	if err != nil {
		return err
	}
	to := "/posted/paper"
	if year := yearOf(r); year > 0 {
		to += "?year=" + strconv.Itoa(year)
	}
	return r.Done(w, to, done)
}

func (p *Pages) post(w http.ResponseWriter, r *page.Request) error {
	if err := r.Parse(); err != nil {
		return err
	}
	err := p.store.Post(r.Context(), r.Actor, yearOf(r), Posting{From: r.Day("from"), Until: r.Day("until"), Places: r.Lines("places")})
	return p.finish(w, r, err, "posting", "posted.done_posted", "from", "until", "places")
}

func (p *Pages) noteRemark(w http.ResponseWriter, r *page.Request) error {
	if err := r.Parse(); err != nil {
		return err
	}
	m := Remark{On: r.Day("on"), Channel: r.Text("channel"), Address: r.Text("address"), Content: r.Lines("content")}
	return p.finish(w, r, p.store.Remark(r.Context(), r.Actor, yearOf(r), m), "remark", "posted.done_remark", "on", "channel", "address", "content")
}

func (p *Pages) answerRemark(w http.ResponseWriter, r *page.Request) error {
	if err := r.Parse(); err != nil {
		return err
	}
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	return p.finish(w, r, p.store.AnswerRemark(r.Context(), r.Actor, id, r.Lines("answer")), id, "posted.done_answer")
}

// wrong are the errors of one form of the page.
func (v *paperView) wrong(form, name string) string {
	if v.form != form {
		return ""
	}
	return v.errors[name]
}

func (v *paperView) summary() []ui.FieldError {
	return ui.FieldErrors(v.errors, "", "from", "until", "places", "on", "channel", "address", "content", "answer")
}

// facts are the days of a posting.
func (v *paperView) facts(p *Posting) []ui.Fact {
	w := v.Words
	return []ui.Fact{
		{Key: w.T("posted.fact.days"), Text: w.F("posted.days", "From", p.From, "Until", p.Until, "N", p.Until.Sub(p.From))},
		{Key: w.T("posted.fact.places"), Text: p.Places},
		{Key: w.T("posted.fact.houses"), Text: civil.IntIn(w.Lang(), p.Houses)},
		{Key: w.T("posted.fact.by"), Text: p.By, Sub: civil.Moment(p.At, w.Lang())},
	}
}

// standing says where the posting stands today.
func (v *paperView) standing() string {
	w, c := v.Words, &v.Current
	switch {
	case c.ID == "":
		return w.T("posted.standing.none")
	case v.Today < c.From:
		return w.F("posted.standing.ahead", "Day", c.From)
	case v.Today <= c.Until:
		return w.F("posted.standing.running", "Day", c.Until, "N", c.Until.Sub(v.Today))
	}
	return w.F("posted.standing.over", "Day", c.Until)
}

func channels(w *words.Words) []ui.Option {
	var list []ui.Option
	for _, c := range Channels() {
		list = append(list, ui.Option{Value: c, Label: w.T("posted.channel." + c)})
	}
	return list
}

// sheet prints the list as it is posted: safe houses only, with the days and where remarks go (Decree 30/2020 layout).
func (p *Pages) sheet(w http.ResponseWriter, r *page.Request) error {
	x, err := p.store.Paper(r.Context(), r.Actor, yearOf(r))
	if err != nil {
		return err
	}
	ward, err := p.areas.Ward(r.Context(), r.Actor)
	if err != nil {
		return err
	}
	s, err := p.store.Setting(r.Context(), r.Actor)
	if err != nil {
		return err
	}
	fonts, err := paper.LoadFonts()
	if err != nil {
		return err
	}
	t, office := p.spoken, "Công an phường "+ward.Name
	year := strconv.Itoa(x.Campaign.Year)
	on := x.Today
	if x.Current.ID != "" {
		on = x.Current.From
	}
	d := &paper.Document{
		Issuer: paper.Issuer{Over: "Công an thành phố " + ward.City, Name: office}, Number: "\u00a0\u00a0\u00a0\u00a0\u00a0\u00a0/TB-CAP", Place: ward.Name,
		Date: time.Date(on.Year(), on.Month(), on.Time().Day(), 0, 0, 0, 0, time.UTC), Type: t.T("posted.sheet.type"), Subject: t.F("posted.sheet.subject", "Year", year),
		Body: p.sheetBody(&x, office), Signers: []paper.Signer{{Title: "Trưởng Công an phường"}},
		Recipients: []string{"Ủy ban nhân dân phường " + ward.Name, "Ủy ban Mặt trận Tổ quốc Việt Nam phường " + ward.Name, "Các tổ dân phố (để niêm yết)", "Lưu: VT"},
		Foot:       paper.Foot{Record: "NY-" + year, PrintedAt: r.Moment()},
	}
	if r.Identity.Invented {
		d.Foot.Mark = t.T("posted.sheet.invented")
	}
	if s.SafeList {
		d.Foot.URL = r.Base() + "/safe?ward=" + ward.Code + "&year=" + year
	}
	var body bytes.Buffer
	if err := d.WritePDF(&body, fonts); err != nil {
		return err
	}
	r.Attach(w, "application/pdf", "niem-yet-so-nha-dat-an-toan-"+year+".pdf")
	w.Header().Set("Content-Length", strconv.Itoa(body.Len()))
	_, _ = body.WriteTo(w)
	return nil
}

func (p *Pages) sheetBody(x *Paper, office string) []paper.Block {
	t, year := p.spoken, strconv.Itoa(x.Campaign.Year)
	body := []paper.Block{paper.P(t.F("posted.sheet.opening", "Office", office, "N", civil.Int(x.List.Safe), "Year", year))}
	if x.Current.ID != "" {
		body = append(body, paper.P(t.F("posted.sheet.days", "From", x.Current.From.Display(), "Until", x.Current.Until.Display(), "Places", x.Current.Places)))
	}
	body = append(body, paper.P(t.F("posted.sheet.remarks", "Office", office)), paper.P(t.T("posted.sheet.only_safe")))
	table := paper.Table{
		Columns: []paper.Column{{Width: 12, Align: paper.Center}, {Width: 45, Align: paper.Left}, {Align: paper.Left}, {Width: 20, Align: paper.Center}},
		Head:    [][]paper.Cell{paper.Row(t.T("posted.sheet.number"), t.T("posted.column.street"), t.T("posted.sheet.houses"), t.T("posted.sheet.count"))},
	}
	for i := range x.List.Streets {
		s := &x.List.Streets[i]
		table.Rows = append(table.Rows, paper.Row(strconv.Itoa(i+1), s.Name, strings.Join(s.Houses, ", "), civil.Int(len(s.Houses))))
	}
	return append(body, table)
}
