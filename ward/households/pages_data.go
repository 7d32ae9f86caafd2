package households

import (
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"sonha/engine/page"
	"sonha/engine/page/ui"
	"sonha/ground/civil"
	"sonha/ward/assessments"
	"sonha/ward/consents"
	"sonha/ward/criteria"
	"sonha/ward/periods"
	"sonha/ward/privacy/requests"
	"sonha/ward/reads"
)

// dataView is all that is kept about a household, in parts, each with what it is for and how long it stays.
type dataView struct {
	frame   ui.Frame
	asOf    string
	parts   []dataPart
	periods []ui.Fact // how long everything is kept, from the table by which it is deleted
}

// dataPart is one kind of what is kept.
type dataPart struct {
	id, title string
	why, kept string // what it is for, how long it stays
	none      string // said when nothing of it is kept
	rows      []ui.Fact
	more      ui.Action // leads to all of it where the page shows the newest
}

func (p *Pages) data(w http.ResponseWriter, r *page.Request) error {
	x, err := p.store.Record(r.Context(), r.Actor)
	if err != nil {
		return err
	}
	v := dataView{frame: frame(r, r.Words.T("households.my_data")), asOf: r.AsOf(), parts: p.parts(r, &x)}
	for _, x := range periods.All() {
		v.periods = append(v.periods, ui.Fact{Key: r.Words.T("periods.what." + x.Key), Text: x.Line(r.Words)})
	}
	return r.HTML(w, dataPage(&v))
}

func (p *Pages) parts(r *page.Request, x *Record) []dataPart {
	t, lang := r.Words, r.Words.Lang()
	until := map[string]periods.Period{
		"pledges": periods.Pledge(), "answers": periods.Answers(), "consents": periods.Consent(), "sessions": periods.Session(), "events": periods.Audit(),
		"readers": periods.Read(), "requests": periods.Request(),
	}
	part := func(id string, rows ...ui.Fact) dataPart {
		key := "households.data." + id
		x := dataPart{id: id, title: t.T(key + ".title"), why: t.T(key + ".why"), none: t.T("households.data.none"), rows: rows}
		if period, ok := until[id]; ok {
			x.kept = t.F("households.data.kept", "Line", period.Line(t))
		} else {
			x.kept = t.T(key + ".kept")
		}
		return x
	}
	a := &x.Account
	account := part("account", ui.Fact{Key: t.T("households.data.name"), Text: a.Name},
		ui.Fact{Key: t.T("households.data.phone"), Text: orNone(t.T("households.data.no_phone"), a.Phone.Display())},
		ui.Fact{Key: t.T("households.data.house"), Text: x.House.Address()}, ui.Fact{Key: t.T("households.data.household"), Text: x.Household},
		ui.Fact{Key: t.T("households.data.since"), Text: day(a.Created, lang)})
	if !x.Card.IsZero() {
		account.rows = append(account.rows, ui.Fact{Key: t.T("households.data.card"), Text: t.F("households.data.card_line", "Day", day(x.Card, lang), "Who", x.CardBy)})
	}
	sessions := part("sessions")
	for _, s := range x.Sessions {
		sessions.rows = append(sessions.rows, ui.Fact{Key: day(s.Seen, lang), Text: orNone(t.T("households.data.some_device"), s.Device), Sub: s.Address})
	}
	pledges := part("pledges")
	for i := range x.Pledges {
		s := &x.Pledges[i]
		pledges.rows = append(pledges.rows, ui.Fact{Key: strconv.Itoa(s.Year), Text: pledgeLine(r, s), Sub: pledgeSource(r, s)})
	}
	answers := part("answers")
	for i := range x.Sheets {
		s := &x.Sheets[i]
		answers.rows = append(answers.rows, ui.Fact{
			Key: strconv.Itoa(s.Year), Text: t.F("households.data.sheet", "Done", s.Answered(), "All", len(s.Answers)), Sub: sheetSource(r, s),
		})
		if s.Sealed {
			continue
		}
		for j, q := range Questions(s.Set) {
			if given := s.Answers.At(j); given != criteria.Unanswered {
				answers.rows = append(answers.rows, ui.Fact{Key: t.T("households.value." + valueKey(given)), Text: q.Household.In(lang)})
			}
		}
	}
	for i := range x.Sheets {
		for _, n := range x.Sheets[i].Wish.Needs {
			answers.rows = append(answers.rows, ui.Fact{Key: t.T("households.data.need"), Text: t.T("households.need." + string(n))})
		}
		if note := x.Sheets[i].Wish.Note; note != "" {
			answers.rows = append(answers.rows, ui.Fact{Key: t.T("households.data.note"), Text: note})
		}
	}
	contact := part("contact")
	if x.Contact.Has() {
		contact.rows = append(contact.rows, ui.Fact{Key: t.T("households.contact_given"), Text: x.Contact.said(r), Sub: x.Contact.source(r), Href: "/home/contact"})
	}
	agreed := part("consents")
	for i := range x.Consents {
		c := &x.Consents[i]
		agreed.rows = append(agreed.rows, ui.Fact{Key: t.T("consents.purpose." + string(c.Purpose)), Text: consentLine(r, c),
			Sub: t.T("consents.channel."+c.Channel) + " " + t.F("consents.version", "Version", c.Version, "Hash", c.Hash[:min(len(c.Hash), 12)])})
	}
	events := part("events")
	for _, e := range x.Events {
		who := e.Actor
		if e.Own {
			who = t.T("households.data.you")
		}
		events.rows = append(events.rows, ui.Fact{Key: day(e.At, lang), Text: action(r, e.Action), Sub: who + ", " + civil.Clock(e.At)})
	}
	seen := part("readers", lately(r, x)...)
	seen.more = ui.Action{Href: reads.MyPath, Label: t.T("reads.link_mine"), Touch: true}
	wanted := part("requests", wishes(r, x)...)
	wanted.more = ui.Action{Href: requests.MyPath, Label: t.T("requests.mine"), Touch: true}
	return []dataPart{account, contact, agreed, pledges, answers, wanted, seen, sessions, events}
}

// wishes are what the household asked about its data.
func wishes(r *page.Request, x *Record) []ui.Fact {
	var rows []ui.Fact
	for i := range x.Requests {
		q := &x.Requests[i]
		rows = append(rows, ui.Fact{
			Key: q.ReceivedOn.DisplayIn(r.Words.Lang()), Text: q.What(r.Words), Sub: q.Standing(r.Words, r.Today()), Href: requests.MyPath + "/" + q.ID,
		})
	}
	return rows
}

// lately are the newest lines of who looked.
func lately(r *page.Request, x *Record) []ui.Fact {
	const few = 5
	return looked(r, x.Readers[:min(len(x.Readers), few)])
}

func looked(r *page.Request, list []reads.Line) []ui.Fact {
	var rows []ui.Fact
	for i := range list {
		l := &list[i]
		rows = append(rows, ui.Fact{Key: day(l.At, r.Words.Lang()), Text: l.WhatText(r.Words), Sub: l.Who(r.Words) + ", " + civil.Clock(l.At)})
	}
	return rows
}

// consentLine says from when until when something was agreed to.
func consentLine(r *page.Request, c *consents.Consent) string {
	lang := r.Words.Lang()
	if c.Holds() {
		return r.Words.F("consents.holds", "Day", day(c.Given, lang))
	}
	return r.Words.F("consents.ended", "Day", day(c.Given, lang), "Ended", day(c.Withdrawn, lang))
}

func orNone(none, text string) string {
	if text == "" {
		return none
	}
	return text
}

func day(t time.Time, lang string) string { return civil.DayOf(t).DisplayIn(lang) }

// action names what was done; what has no name of its own is still told.
func action(r *page.Request, name string) string {
	if key := "households.action." + name; r.Words.Has(key) {
		return r.Words.T(key)
	}
	return r.Words.T("households.action.unnamed")
}

func pledgeLine(r *page.Request, s *Signed) string {
	lang := r.Words.Lang()
	switch {
	case s.Withdrawn != "":
		return r.Words.F("households.withdrawn_on", "Day", s.Withdrawn.DisplayIn(lang))
	case s.Rental:
		return r.Words.F("households.data.signed_rental", "Day", s.SignedOn.DisplayIn(lang))
	default:
		return r.Words.F("households.signed_on", "Day", s.SignedOn.DisplayIn(lang))
	}
}

func pledgeSource(r *page.Request, s *Signed) string {
	source := r.Words.F("households.data.entered", "Who", s.EnteredBy)
	if s.Version > 0 {
		source += " " + r.Words.F("households.data.version", "Version", s.Version, "Hash", s.Hash[:min(len(s.Hash), 12)])
	}
	return source
}

func sheetSource(r *page.Request, s *Answered) string {
	text := r.Words.F("households.data.entered", "Who", s.EnteredBy)
	if s.ByProxy {
		text = r.Words.F("households.by_proxy", "Who", s.EnteredBy)
	}
	if s.Sealed {
		text += " " + r.Words.T("households.sealed")
	}
	if s.Until != "" {
		text += " " + r.Words.F("households.data.until", "Day", s.Until.DisplayIn(r.Words.Lang()))
	}
	return text
}

// The file for the household itself: plain words as names, so that a person reads it without help.
type (
	fileRecord struct {
		About    string        `json:"noi_dung"`
		AsOf     time.Time     `json:"thoi_diem"`
		Account  fileAccount   `json:"tai_khoan"`
		Contact  string        `json:"lien_he_da_cho"`
		Consents []fileConsent `json:"da_dong_y"`
		Pledges  []filePledge  `json:"cam_ket"`
		Sheets   []fileSheet   `json:"cau_tra_loi"`
		Sessions []fileSession `json:"noi_dang_nhap"`
		Events   []fileEvent   `json:"viec_da_ghi"`
		Requests []fileRequest `json:"yeu_cau_ve_du_lieu"`
		Readers  []fileReader  `json:"ai_da_xem"`
		Purposes []filePurpose `json:"de_lam_gi_va_giu_bao_lau"`
		Closed   string        `json:"khong_kem_theo,omitempty"` // what is kept and the officer may not read
	}
	fileAccount struct {
		Name      string `json:"ten_tai_khoan"`
		Phone     string `json:"so_dien_thoai"`
		House     string `json:"so_nha"`
		Household string `json:"ho"`
		Language  string `json:"ngon_ngu"`
		LargeText bool   `json:"chu_to"`
		Since     string `json:"tu_ngay"`
		Card      string `json:"the_cap_ngay"`
	}
	fileConsent struct {
		What  string   `json:"viec"`
		Line  string   `json:"tu_den"`
		How   string   `json:"cach"`
		Hash  string   `json:"ma_noi_dung_sha256"`
		Words []string `json:"noi_dung_da_dong_y"`
	}
	filePledge struct {
		Year      int       `json:"nam"`
		SignedOn  civil.Day `json:"ngay_ky"`
		Withdrawn civil.Day `json:"ngay_rut"`
		Rental    bool      `json:"kem_cam_ket_luu_tru"`
		EnteredBy string    `json:"nguoi_nhap"`
		Version   int       `json:"ban_noi_dung"`
		Hash      string    `json:"ma_noi_dung_sha256"`
		Text      []string  `json:"noi_dung_da_ky"`
	}
	fileSheet struct {
		Year    int          `json:"nam"`
		State   string       `json:"trang_thai"`
		ByProxy bool         `json:"nhap_ho"`
		By      string       `json:"nguoi_nhap"`
		Until   civil.Day    `json:"huy_sau_ngay"`
		Answers []fileAnswer `json:"tung_cau"`
		Needs   []string     `json:"can_ho_tro"`
		Note    string       `json:"ghi_them"`
	}
	fileAnswer struct {
		Question string `json:"cau_hoi"`
		Answer   string `json:"tra_loi"`
	}
	fileSession struct {
		Device string `json:"thiet_bi"`
		Seen   string `json:"lan_cuoi"`
	}
	fileEvent struct {
		At   time.Time `json:"luc"`
		What string    `json:"viec"`
		Who  string    `json:"nguoi_lam"`
	}
	fileRequest struct {
		What     string    `json:"yeu_cau"`
		Text     string    `json:"noi_dung"`
		Received civil.Day `json:"ngay_nhan"`
		Due      civil.Day `json:"han_tra_loi"`
		Standing string    `json:"den_dau"`
		Answer   string    `json:"tra_loi"`
	}
	fileReader struct {
		At   time.Time `json:"luc"`
		Who  string    `json:"ai"`
		What string    `json:"xem_gi"`
		Why  string    `json:"theo_nhiem_vu"`
	}
	filePurpose struct {
		What string `json:"du_lieu"`
		Why  string `json:"de_lam_gi"`
		Kept string `json:"giu_bao_lau"`
	}
)

func (p *Pages) dataFile(w http.ResponseWriter, r *page.Request) error {
	x, err := p.store.Record(r.Context(), r.Actor)
	if err != nil {
		return err
	}
	body, err := json.MarshalIndent(p.file(r, &x), "", "  ")
	if err != nil {
		return err
	}
	r.Attach(w, "application/json; charset=utf-8", x.fileName()+".json")
	_, err = w.Write(append(body, '\n'))
	return err
}

func (p *Pages) file(r *page.Request, x *Record) *fileRecord { //nolint:gocognit // a record copied part by part
	t, lang := r.Words, r.Words.Lang()
	f := &fileRecord{
		About: t.F("households.data.about", "House", x.House.Address(), "Household", x.Household), AsOf: x.AsOf.In(civil.Hanoi),
		Account: fileAccount{
			Name: x.Account.Name, Phone: x.Account.Phone.Display(), House: x.House.Address(), Household: x.Household, Language: x.Account.Language,
			LargeText: x.Account.LargeText, Since: day(x.Account.Created, lang),
		},
	}
	if !x.Card.IsZero() {
		f.Account.Card = day(x.Card, lang)
	}
	if x.Contact.Has() {
		f.Contact = x.Contact.said(r)
	}
	for i := range x.Consents {
		c := &x.Consents[i]
		y := fileConsent{What: t.T("consents.purpose." + string(c.Purpose)), Line: consentLine(r, c), How: t.T("consents.channel." + c.Channel), Hash: c.Hash}
		for _, text := range consents.Texts(c.Purpose) {
			if text.Version == c.Version {
				for _, l := range text.Lines {
					y.Words = append(y.Words, l.In(lang))
				}
			}
		}
		f.Consents = append(f.Consents, y)
	}
	for i := range x.Pledges {
		s := &x.Pledges[i]
		y := filePledge{Year: s.Year, SignedOn: s.SignedOn, Withdrawn: s.Withdrawn, Rental: s.Rental, EnteredBy: s.EnteredBy, Version: s.Version, Hash: s.Hash}
		if text := assessments.PledgeVersion(s.Version); text != nil {
			for _, point := range text.Points {
				y.Text = append(y.Text, point.Text.In(lang))
			}
			if s.Rental {
				y.Text = append(y.Text, text.Rental.In(lang))
			}
		}
		f.Pledges = append(f.Pledges, y)
	}
	for i := range x.Sheets {
		s := &x.Sheets[i]
		y := fileSheet{Year: s.Year, State: t.T("households.state." + string(s.State)), ByProxy: s.ByProxy, By: s.EnteredBy, Until: s.Until}
		for j, q := range Questions(s.Set) {
			if given := s.Answers.At(j); given != criteria.Unanswered {
				y.Answers = append(y.Answers, fileAnswer{q.Household.In(lang), t.T("households.value." + valueKey(given))})
			}
		}
		for _, n := range s.Wish.Needs {
			y.Needs = append(y.Needs, t.T("households.need."+string(n)))
		}
		y.Note = s.Wish.Note
		f.Sheets = append(f.Sheets, y)
	}
	for _, s := range x.Sessions {
		f.Sessions = append(f.Sessions, fileSession{s.Device, day(s.Seen, lang)})
	}
	for _, e := range x.Events {
		f.Events = append(f.Events, fileEvent{e.At.In(civil.Hanoi), action(r, e.Action), e.Actor})
	}
	for i := range x.Requests {
		q := &x.Requests[i]
		f.Requests = append(f.Requests, fileRequest{q.What(t), q.Body, q.ReceivedOn, q.Due, q.Standing(t, r.Today()), q.Answer})
	}
	for i := range x.Readers {
		l := &x.Readers[i]
		f.Readers = append(f.Readers, fileReader{l.At.In(civil.Hanoi), l.Who(t), l.WhatText(t), l.WhyText(t)})
	}
	for _, part := range p.parts(r, x) {
		f.Purposes = append(f.Purposes, filePurpose{part.title, part.why, part.kept})
	}
	return f
}
