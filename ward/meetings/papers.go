package meetings

import (
	"bytes"
	"io"
	"net/http"
	"strconv"
	"time"
	"unicode"
	"unicode/utf8"

	"sonha/engine/page"
	"sonha/engine/paper"
	"sonha/engine/words"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/gatherings"
)

// mark says on paper that all is invented, in a demo, or that the text is not final.
func (p *Pages) mark(r *page.Request, draft bool) string {
	switch {
	case r.Identity.Invented:
		return p.spoken.T("meetings.paper_invented")
	case draft:
		return p.spoken.T("meetings.paper_draft")
	}
	return ""
}

// longDay is a day in a document: "19 giờ 30, ngày 25 tháng 10 năm 2026".
func longMoment(m *Meeting) string { return civil.ClockLong(m.Starts) + ", " + m.StartDay().Long() }

// invitation is the letter of invitation, laid out after form 01 of Decree 59/2023. It is addressed to the households of the area,
// none by name.
func (p *Pages) invitation(w http.ResponseWriter, r *page.Request) error {
	m, err := p.meeting(r)
	if err != nil {
		return err
	}
	if m.State == Cancelled {
		return fault.Shut("meetings.was_cancelled")
	}
	fonts, err := p.fonts()
	if err != nil {
		return err
	}
	d := p.letter(&m)
	d.Foot = paper.Foot{URL: r.Base() + home(m.ID), PrintedAt: r.Moment(), Mark: p.mark(r, false)}
	return send(w, r, "application/pdf", "giay-moi.pdf", func(b *bytes.Buffer) error { return d.WritePDF(b, fonts) })
}

// letter is the invitation without the foot, which depends on who prints it.
func (p *Pages) letter(m *Meeting) *paper.Document {
	t := p.spoken
	d := &paper.Document{
		Kind: paper.Residents, Place: m.WardName, Date: civil.DayOf(m.sent()).Time(), Type: t.T("meetings.letter"), Subject: m.Title,
		To: []string{t.F("meetings.letter_to", "Whose", inside(t, m.Level, m.Area))},
	}
	if len(m.Guests) > 0 {
		d.To = append(d.To, capital(guests(t, m.Guests)))
	}
	var agenda paper.List
	agenda.Numbered = true
	agenda.Items = paper.Items(m.Agenda...)
	d.Body = []paper.Block{
		paper.P(t.F("meetings.letter_lead", "Whose", inside(t, m.Level, m.Area))),
		paper.Words(paper.Bold(t.T("meetings.letter_time")+" "), paper.Plain(longMoment(m)+" "+t.F("meetings.letter_lasts", "N", m.Lasts))),
		paper.Words(paper.Bold(t.T("meetings.letter_place")+" "), paper.Plain(m.Place+".")),
		paper.Words(paper.Bold(t.T("meetings.letter_agenda"))),
		agenda,
		paper.P(t.F("meetings.letter_one", "N", m.Needed(), "Pct", m.Quorum)),
		paper.P(t.T("meetings.letter_scan")),
	}
	d.Signers = []paper.Signer{{Title: convener(t, m.Level), Note: t.T("meetings.sign_note")}}
	return d
}

// sent is the moment that a letter bears: when it was sent, or last written.
func (m *Meeting) sent() (at time.Time) {
	if !m.Invited.IsZero() {
		return m.Invited
	}
	return m.Updated
}

// convener is in what office a meeting is convened.
func convener(t *words.Words, l gatherings.Level) string {
	return roleText(t, map[gatherings.Level]access.Role{gatherings.House: access.Head, gatherings.Group: access.GroupLead, gatherings.Ward: access.Command}[l])
}

// capital writes the first letter of a line large.
func capital(text string) string {
	r, n := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(r)) + text[n:]
}

// document gives the minutes in the form of Decree 59/2023, form 03.
func (p *Pages) document(w http.ResponseWriter, r *page.Request, kind, ending string, write func(*paper.Document, io.Writer, *paper.Fonts) error) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	x, err := p.store.Paper(r.Context(), r.Actor, id)
	if err != nil {
		return err
	}
	fonts, err := p.fonts()
	if err != nil {
		return err
	}
	d := p.record(&x)
	d.Foot = paper.Foot{
		Record: Short(x.Hash), URL: r.Base() + home(id) + "/minutes", PrintedAt: r.Moment(), Mark: p.mark(r, x.Meeting.State != Minuted),
	}
	return send(w, r, kind, "bien-ban-hop"+ending, func(b *bytes.Buffer) error { return write(d, b, fonts) })
}

// record is the minutes as a document.
func (p *Pages) record(x *Paper) *paper.Document {
	t, m := p.spoken, &x.Minutes
	began, ended := m.BeganAt(), m.EndedAt()
	whose := inside(t, m.Level, m.Area)
	d := &paper.Document{
		Kind: paper.Residents, Place: m.Ward, Date: civil.DayOf(began).Time(), Type: t.T("meetings.record"), Subject: t.F("meetings.record_subject", "Title", m.Title, "Whose",
			whose),
	}
	end := t.T("meetings.record_open")
	if !ended.IsZero() {
		end = civil.ClockLong(ended)
	}
	facts := paper.KeyValues{
		{Key: t.T("meetings.record_unit"), Value: m.unit(t)},
		{Key: t.T("meetings.record_began"), Value: civil.ClockLong(began) + ", " + civil.DayOf(began).Long()},
		{Key: t.T("meetings.record_ended"), Value: end},
		{Key: t.T("meetings.record_place"), Value: m.Place},
		{Key: t.T("meetings.record_chair"), Value: m.ChairName + ", " + roleText(t, m.ChairRole)},
		{Key: t.T("meetings.record_secretary"), Value: secretaryText(t, m.Secretary)},
	}
	if len(m.Guests) > 0 {
		facts = append(facts, paper.KeyValue{Key: t.T("meetings.record_guests"), Value: capital(guests(t, m.Guests))})
	}
	d.Body = append(d.Body, paper.Heading{Level: 2, Text: t.T("meetings.record_1")}, facts,
		paper.Heading{Level: 2, Text: t.T("meetings.record_2")},
		paper.Table{
			Columns: []paper.Column{{Align: paper.Center}, {Align: paper.Center}, {Align: paper.Center}, {Align: paper.Center}},
			Head:    [][]paper.Cell{paper.Row(t.T("meetings.record_all"), t.T("meetings.record_present"), t.T("meetings.record_absent"), t.T("meetings.record_share"))},
			Rows:    [][]paper.Cell{paper.Row(civil.Int(m.Households), civil.Int(m.Present), civil.Int(m.Absent()), civil.Percent(m.Present, max(1, m.Households)))},
		}, paper.P(m.quorateText(t)),
		paper.Heading{Level: 2, Text: t.T("meetings.record_3")}, paper.List{Numbered: true, Items: paper.Items(m.Agenda...)})
	d.Body = append(d.Body, paper.Heading{Level: 2, Text: t.T("meetings.record_4")})
	if len(m.Said) == 0 {
		d.Body = append(d.Body, paper.P(t.T("meetings.record_nothing")))
	}
	for _, s := range m.Said {
		d.Body = append(d.Body, paper.Words(paper.Bold(t.T("meetings.theme."+s.Theme)+". "), paper.Plain(s.Body)))
	}
	d.Body = append(d.Body, paper.Heading{Level: 2, Text: t.T("meetings.record_5")}, p.voteTable(m))
	d.Body = append(d.Body, paper.Heading{Level: 2, Text: t.T("meetings.record_6")}, p.pointTable(m))
	d.Body = append(d.Body, paper.P(m.closing(t)))
	if len(x.Addenda) > 0 {
		d.Body = append(d.Body, paper.Heading{Level: 2, Text: t.T("meetings.record_addenda")})
		for _, a := range x.Addenda {
			d.Body = append(d.Body, paper.P(t.F("meetings.record_addendum", "Day", civil.DayOf(a.At).Display(), "Body", a.Body)))
		}
	}
	d.Body = append(d.Body, paper.Paragraph{Runs: []paper.Run{paper.Italic(p.confirmed(x))}, NoIndent: true})
	d.Signers = []paper.Signer{
		{Title: t.T("meetings.sign_chair"), Note: t.T("meetings.sign_note")},
		{Title: t.T("meetings.sign_secretary"), Note: t.T("meetings.sign_note")},
		{Title: t.T("meetings.sign_household"), Note: t.T("meetings.sign_note")},
	}
	return d
}

// unit is whose meeting it was, with the group and the ward over it.
func (m *Minutes) unit(t *words.Words) string {
	text := m.Level.Of(t, m.Area)
	if m.Level == gatherings.House && m.Group != "" {
		text += ", " + m.Group
	}
	if m.Level != gatherings.Ward {
		text += ", " + gatherings.Ward.Of(t, m.Ward)
	}
	return text
}

func (m *Minutes) quorateText(t *words.Words) string {
	key := "meetings.record_not_quorate"
	if m.Quorate() {
		key = "meetings.record_quorate"
	}
	return t.F(key, "Present", m.Present, "All", m.Households, "Pct", m.Quorum)
}

func (m *Minutes) closing(t *words.Words) string {
	if m.Ended == 0 {
		return t.T("meetings.record_not_closed")
	}
	return t.F("meetings.record_closing", "Clock", civil.ClockLong(m.EndedAt()))
}

func (p *Pages) voteTable(m *Minutes) paper.Block {
	t := p.spoken
	if len(m.Votes) == 0 {
		return paper.P(t.T("meetings.record_no_votes"))
	}
	table := paper.Table{
		Columns: []paper.Column{{Width: 10, Align: paper.Center}, {}, {Width: 17}, {Width: 12, Align: paper.Center}, {Width: 14, Align: paper.Center}, {Width: 16,
			Align: paper.Center}, {Width: 15, Align: paper.Center}, {Width: 16, Align: paper.Center}, {Width: 21}},
		Head: [][]paper.Cell{paper.Row(t.T("meetings.record_no"), t.T("meetings.record_about"), t.T("meetings.record_method"), t.T("meetings.record_there"),
			t.T("meetings.record_for"),
			t.T("meetings.record_against"), t.T("meetings.record_other"), t.T("meetings.record_silent"), t.T("meetings.record_result"))},
	}
	for i := range m.Votes {
		v := &m.Votes[i]
		table.Rows = append(table.Rows, paper.Row(strconv.Itoa(i+1), v.Subject, t.T("meetings.method."+string(v.Method)), civil.Int(v.Present), civil.Int(v.For),
			civil.Int(v.Against),
			civil.Int(v.Other), civil.Int(v.Silent()), v.result(t)))
	}
	return table
}

func (p *Pages) pointTable(m *Minutes) paper.Block {
	t := p.spoken
	if len(m.Conclusions) == 0 {
		return paper.P(t.T("meetings.record_no_points"))
	}
	table := paper.Table{
		Columns: []paper.Column{{Width: 10, Align: paper.Center}, {}, {Width: 42}, {Width: 26, Align: paper.Center}},
		Head:    [][]paper.Cell{paper.Row(t.T("meetings.record_no"), t.T("meetings.record_task"), t.T("meetings.record_owner"), t.T("meetings.record_due"))},
	}
	for i, c := range m.Conclusions {
		due := "–"
		if c.Due != "" {
			due = c.Due.Display()
		}
		table.Rows = append(table.Rows, paper.Row(strconv.Itoa(i+1), c.Content, t.T("meetings.owner."+c.Owner), due))
	}
	return table
}

// confirmed says who has confirmed which text.
func (p *Pages) confirmed(x *Paper) string {
	t, m := p.spoken, &x.Meeting
	at := func(when time.Time) string { return civil.Clock(when) + " " + civil.DayOf(when).Display() }
	switch {
	case m.State == Minuted:
		return t.F("meetings.record_frozen", "Chair", at(m.Confirmed), "Secretary", at(m.Signed), "Way", t.T("meetings.way."+m.Way), "Hash", x.Hash)
	case !m.Confirmed.IsZero():
		return t.F("meetings.record_half", "Chair", at(m.Confirmed), "Hash", x.Hash)
	}
	return t.F("meetings.record_draft", "Hash", x.Hash)
}
