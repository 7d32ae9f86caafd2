package reviews_test

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"sonha/app/apptest"
	"sonha/engine/db"
	"sonha/engine/db/dbtest"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/campaigns"
	"sonha/ward/criteria"
	"sonha/ward/measures"
	"sonha/ward/results"
	"sonha/ward/reviews"
)

func morning(day string) time.Time { return civil.Day(day).Time().Add(9 * time.Hour) }

// site runs a test on both databases with a clock that it may move.
func site(t *testing.T, fn func(t *testing.T, s *apptest.Site, to func(day string))) {
	t.Helper()
	t.Parallel()
	apptest.EachMorning(t, "2026-06-10", func(t *testing.T, s *apptest.Site, c *dbtest.Clock) {
		fn(t, s, func(day string) { c.Set(morning(day)) })
	})
}

func begin(s *apptest.Site, period string) url.Values {
	return url.Values{"group": {s.Group["Tổ dân phố 1"]}, "year": {"2026"}, "period": {period}}
}

func dark() url.Values {
	return url.Values{"about": {"TC2"}, "body": {"Lối chung còn tối sau 22 giờ"}, "houses": {"12"}, "kind": {"subjective"}, "cause": {"Chưa phân công bật đèn"}}
}

// only is the id in the address to which a shortcoming leads.
func only(t *testing.T, to string) (home, id string) {
	t.Helper()
	path, query, _ := strings.Cut(to, "?")
	q, err := url.ParseQuery(query)
	if err != nil || q.Get("shortcoming") == "" {
		t.Fatalf("no shortcoming in %s: %v", to, err)
	}
	return strings.TrimSuffix(path, "/measure"), q.Get("shortcoming")
}

func TestFromOneReviewToTheNext(t *testing.T) {
	site(t, func(t *testing.T, s *apptest.Site, to func(string)) {
		lead, command := s.As("group lead"), s.As("command")
		lead.Get("/reviews").OK().Has(".empty", "Chưa có bản sơ kết nào")
		lead.Get("/reviews/new").OK().Has("option", "Tổ dân phố 1").Lacks("option", "Toàn phường").Lacks("option", "Tổ dân phố 2")
		lead.Post("/reviews", begin(s, "h2")).Is(422).Has("main", "Kỳ này chưa bắt đầu")
		home := lead.Post("/reviews", begin(s, "h1")).Goes()
		lead.Post("/reviews", begin(s, "h1")).Is(422).Has("main", "Kỳ này đã có bản SK-01/2026")
		s.As("other group lead").Get(home).Is(404)
		s.As("committee").Get(home).Is(404) // a group's draft is the group's
		s.As("committee").Get("/reviews").OK().Lacks("main", "SK-01/2026")
		lead.Get(home).OK().Has("h1", "6 tháng đầu năm 2026: Tổ dân phố 1").Has("main", "Bản này chưa ghi gì").Lacks("button", "Ký bản này")

		// What names somebody is refused, and what was typed stands there still.
		form := dark()
		form.Set("body", "Bà Hoa P302 không tắt đèn")
		lead.Post(home+"/shortcoming", form).Is(422).Has("textarea", "Bà Hoa P302").Has("#f-body-error", "")
		noted := lead.Post(home+"/shortcoming", dark()).Goes()
		_, short := only(t, noted)
		lead.Get(noted).OK().Has("main", "Lối chung còn tối")
		lead.Get(home).OK().Has("main", "SK-01/2026.1").Has("main", "chưa có biện pháp").Lacks("button", "Ký bản này")
		seen := lead.Get(home).Value("version")
		lead.Post(home+"/measure", url.Values{"shortcoming": {short}, "owner": {"group"}}).Is(422).Has("#f-content-error", "")
		lead.Post(home+"/measure", url.Values{"shortcoming": {short}, "content": {"Lắp đèn tự bật ở lối chung"}, "owner": {"group"}}).Follow().OK().
			Has("main", "Lắp đèn tự bật").Has("button", "Ký bản này")

		// Before the last day of its period it says what signing today leaves out, and is not held up.
		const early = "Kỳ này đến ngày 14/06/2026 mới hết"
		lead.Get(home).OK().Has(".notice", early)
		to("2026-06-14")
		lead.Get(home).OK().Has("button", "Ký bản này").Lacks("main", early)
		to("2026-06-10")

		// Signed is what the signer saw, and from then on nothing changes it.
		lead.Post(home+"/sign", url.Values{"version": {seen}}).Is(422).Has("main", "Người khác vừa sửa")
		lead.Get(home + "/review.pdf").Is(409)
		lead.Post(home+"/sign", url.Values{"version": {lead.Get(home).Value("version")}}).Follow().OK().Has("main", "Đã ký ngày 10/06/2026")
		lead.Post(home+"/shortcoming", dark()).Is(409).Has("main", "Bản này đã ký")
		lead.Post(home+"/achievements", url.Values{"version": {"1"}, "achievements": {"Thêm"}}).Is(422)
		for _, ending := range []string{"pdf", "docx"} {
			lead.Get(home + "/review." + ending).OK()
			s.As("committee").Get(home + "/review." + ending).OK()
		}

		// The next one judges it first, and it is not gone before somebody else confirmed the measure.
		to("2026-12-10")
		lead.Post("/reviews", begin(s, "q1")).Is(422).Has("main", "Đã ký bản SK-01/2026 của kỳ sau")
		next := lead.Post("/reviews", begin(s, "h2")).Goes()
		lead.Get(next).OK().Has("main", "Chưa đánh giá").Has("main", "Còn 1 tồn tại kỳ trước").Has("th", "SK-01/2026")
		lead.Post(next+"/sign", url.Values{"version": {lead.Get(next).Value("version")}}).Is(422).Has("main", "Còn 1 tồn tại kỳ trước")
		lead.Get(next+"/judge?shortcoming="+short).OK().Has("main", "Lắp đèn tự bật")
		gone := url.Values{"shortcoming": {short}, "effect": {"gone"}}
		lead.Post(next+"/judge", gone).Is(422).Has("main", "Chưa có biện pháp nào được xác nhận xong")
		verify(t, s, short)
		lead.Post(next+"/judge", gone).Follow().OK().Has("main", "Kỳ này: Đã hết")
		lead.Post(next+"/shortcoming", dark()).Goes()
		lead.Get(next).OK().Has("main", "Lặp lại: đã nêu ở SK-01/2026.1").Has("main", "SK-02/2026.1")
		again := lead.Get(next).Value("shortcoming")
		lead.Post(next+"/measure", url.Values{"shortcoming": {again}, "content": {"Thay công tắc ở lối chung"}, "owner": {"officer"}}).Goes()
		lead.Post(next+"/drop", nil).Is(422).Has("main", "Đã giao biện pháp")
		lead.Post(next+"/sign", url.Values{"version": {lead.Get(next).Value("version")}}).Goes()
		lead.Get(home).OK().Has("main", "Đã hết, đóng ở một kỳ sau")
		command.Get("/reviews?year=2026").OK().Has("td", "6 tháng cuối năm 2026")
	})
}

// verify has the measure of a shortcoming of a group reported by its lead and confirmed by the command.
func verify(t *testing.T, s *apptest.Site, short string) {
	t.Helper()
	var id string
	err := s.DB.Read(t.Context(), s.System(), func(tx *db.Tx) error {
		list, err := measures.OfSourceTx(t.Context(), tx, measures.FromReview, short)
		if err == nil {
			id = list[0].ID
		}
		return err
	})
	if err == nil {
		_, err = s.Measures.Do(t.Context(), s.Actor("group lead"), id, measures.Work{Act: measures.Report})
	}
	if err == nil {
		_, err = s.Measures.Do(t.Context(), s.Actor("command"), id, measures.Work{Act: measures.Verify})
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestWhoWritesWhat(t *testing.T) {
	site(t, func(t *testing.T, s *apptest.Site, _ func(string)) {
		ward := url.Values{"group": {"ward"}, "year": {"2026"}, "period": {"h1"}}
		s.As("group lead").Post("/reviews", ward).Is(422).Has("main", "chọn tổ dân phố của mình")
		other := begin(s, "h1")
		other.Set("group", s.Group["Tổ dân phố 2"])
		s.As("group lead").Post("/reviews", other).Is(422)
		s.As("committee").Post("/reviews", other).Is(422)
		home := s.As("committee").Post("/reviews", ward).Goes()
		s.As("group lead").Get(home).Is(404)
		s.As("officer").Get("/reviews").Is(404)
		s.As("other command").Get(home).Is(404)
		page := s.As("command").Get(home).OK()
		s.As("command").Post(home+"/achievements", url.Values{"version": {page.Value("version")}, "achievements": {"Mở hồ sơ cho mọi số nhà"}}).Goes()
		// Who wrote meanwhile on the old version keeps what was typed, and is told.
		s.As("committee").Post(home+"/achievements", url.Values{"version": {page.Value("version")}, "achievements": {"Khác"}}).Is(422).Has("textarea", "Khác").Has("main", "Người khác vừa sửa")
		s.As("committee").Post(home+"/drop", nil).Goes()
		s.As("committee").Get("/reviews").OK().Has(".empty", "Chưa có bản sơ kết nào")
		s.As("committee").Post("/reviews", ward).Goes() // the period is free again
	})
}

// play is years of reviews of one group, in any order of acts.
type play struct {
	t      *testing.T
	s      *apptest.Site
	day    *civil.Day
	year   int
	draft  string
	signed map[string]string // the bytes of what was signed
}

// TestNoReviewIsSignedUnjudgedAndNoneChanges plays with reviews, shortcomings and measures over many years: nothing is signed with an
// earlier shortcoming unjudged, none is closed without a verified measure, and what was signed stays byte for byte.
func TestNoReviewIsSignedUnjudgedAndNoneChanges(t *testing.T) {
	t.Parallel()
	day := civil.Day("2026-12-10")
	d, err := db.Open(t.Context(), db.Options{URL: dbtest.SQLite(t), Testing: true, Clock: func() time.Time { return morning(string(day)) }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	p := &play{t: t, s: apptest.New(t, d), day: &day, year: 2025, signed: map[string]string{}}
	p.s.Enrol()
	rapid.Check(t, func(rt *rapid.T) {
		rt.Repeat(map[string]func(*rapid.T){"": p.unchanged, "begin": p.begin, "note": p.note, "mend": p.mend, "verify": p.verify, "judge": p.judge, "sign": p.sign})
	})
}

func (p *play) get(rt *rapid.T, id string) reviews.Shown {
	x, err := p.s.Reviews.Get(p.t.Context(), p.s.Actor("group lead"), id)
	if err != nil {
		rt.Fatal(err)
	}
	return x
}

func (p *play) unchanged(rt *rapid.T) {
	n := 0
	for id, was := range p.signed {
		if n++; n > 3 {
			return // a few of them each time, in any order
		}
		b, err := json.Marshal(p.get(rt, id).Record)
		if err != nil || string(b) != was {
			rt.Fatalf("a signed review changed (%v):\n%s\n%s", err, was, b)
		}
	}
}

func (p *play) begin(rt *rapid.T) {
	if p.draft != "" {
		rt.Skip("there is a draft")
	}
	p.year++
	*p.day = civil.NewDay(p.year, time.December, 10)
	if p.year > 2026 {
		err := p.s.DB.Write(p.t.Context(), p.s.System(), func(tx *db.Tx) error {
			_, err := campaigns.Add(p.t.Context(), tx, campaigns.New{Year: p.year, Criteria: 1, Dates: campaigns.Plan(p.year)}, campaigns.Ours, campaigns.Inspect)
			return err
		})
		if err != nil {
			rt.Fatal(err)
		}
	}
	var err error
	if p.draft, err = p.s.Reviews.Begin(p.t.Context(), p.s.Actor("group lead"), reviews.New{Year: p.year, Period: reviews.Half2, Group: p.s.Group["Tổ dân phố 1"]}); err != nil {
		rt.Fatal(err)
	}
}

func (p *play) need(rt *rapid.T) reviews.Shown {
	if p.draft == "" {
		rt.Skip("no draft")
	}
	return p.get(rt, p.draft)
}

func (p *play) note(rt *rapid.T) {
	if x := p.need(rt); len(x.Record.Earlier)+len(x.Record.Shortcomings) > 4 {
		rt.Skip("enough")
	}
	_, err := p.s.Reviews.Note(p.t.Context(), p.s.Actor("group lead"), p.draft, reviews.NewShortcoming{
		About: rapid.SampledFrom([]string{"VH", "TC1", "TC2"}).Draw(rt, "about"), Body: "Lối chung còn tối", Kind: reviews.Objective, Cause: "Lối đi hẹp",
	})
	if err != nil {
		rt.Fatal(err)
	}
}

// some is one shortcoming of the draft, new or earlier.
func (p *play) some(rt *rapid.T) reviews.Shortcoming {
	x := p.need(rt)
	all := x.Record.Shortcomings
	for i := range x.Record.Earlier {
		all = append(all, x.Record.Earlier[i].Shortcoming)
	}
	if len(all) == 0 {
		rt.Skip("none")
	}
	return rapid.SampledFrom(all).Draw(rt, "shortcoming")
}

func (p *play) mend(rt *rapid.T) {
	s := p.some(rt)
	if len(s.Measures) > 1 {
		rt.Skip("enough")
	}
	if err := p.s.Reviews.Mend(p.t.Context(), p.s.Actor("group lead"), p.draft, s.ID, measures.New{Content: "Lắp đèn", Owner: measures.ByGroup}); err != nil {
		rt.Fatal(err)
	}
}

func (p *play) verify(rt *rapid.T) {
	s := p.some(rt)
	if len(s.Measures) == 0 || s.Verified() {
		rt.Skip("nothing to verify")
	}
	who, act := "group lead", measures.Report
	if s.Measures[0].State == string(measures.Reported) {
		who, act = "command", measures.Verify
	}
	if _, err := p.s.Measures.Do(p.t.Context(), p.s.Actor(who), s.Measures[0].ID, measures.Work{Act: act}); err != nil {
		rt.Fatal(err)
	}
}

func (p *play) judge(rt *rapid.T) {
	x := p.need(rt)
	if len(x.Record.Earlier) == 0 {
		rt.Skip("none")
	}
	e := rapid.SampledFrom(x.Record.Earlier).Draw(rt, "earlier")
	effect := rapid.SampledFrom(reviews.Effects()).Draw(rt, "effect")
	err := p.s.Reviews.Judge(p.t.Context(), p.s.Actor("group lead"), p.draft, e.ID, effect, "")
	if refused := effect == reviews.Gone && !e.Verified(); refused != (err != nil) || refused && !fault.Is(err, fault.Wrong) {
		rt.Fatalf("%s, verified %v: %v", effect, e.Verified(), err)
	}
}

func (p *play) sign(rt *rapid.T) {
	x := p.need(rt)
	who := rapid.SampledFrom([]string{"group lead", "command", "committee"}).Draw(rt, "who")
	err := p.s.Reviews.Sign(p.t.Context(), p.s.Actor(who), p.draft, x.Review.Version)
	ready := x.Record.Signable() == nil && p.s.Actor(who).Role() != access.Committee
	if ready != (err == nil) {
		rt.Fatalf("ready %v: %v", ready, err)
	}
	if err != nil {
		return
	}
	after := p.get(rt, p.draft)
	for i := range after.Record.Earlier {
		if e := &after.Record.Earlier[i]; e.Effect == "" || e.Effect == reviews.Gone && !e.Verified() {
			rt.Fatalf("signed with %s %q", e.Code, e.Effect)
		}
	}
	for i := range after.Record.Shortcomings {
		if len(after.Record.Shortcomings[i].Measures) == 0 {
			rt.Fatal("signed without a measure")
		}
	}
	b, err := json.Marshal(after.Record)
	if err != nil {
		rt.Fatal(err)
	}
	p.signed[p.draft], p.draft = string(b), ""
}

// The committee opens no house: what few houses would tell of one stays out of the reviews that it reads, as on its board.
func TestSmallFiguresStayWithThoseWhoSeeTheHouses(t *testing.T) {
	site(t, func(t *testing.T, s *apptest.Site, _ func(string)) {
		inspected(t, s, "36A Hàng Bạc", "36 Hàng Bạc")
		lead := s.As("group lead")
		home := lead.Post("/reviews", begin(s, "h1")).Goes()
		form := dark()
		form.Set("houses", "2")
		_, short := only(t, lead.Post(home+"/shortcoming", form).Goes())
		lead.Post(home+"/measure", url.Values{"shortcoming": {short}, "content": {"Lắp đèn tự bật ở lối chung"}, "owner": {"group"}}).Goes()
		s.As("committee").Get(home).Is(404)
		lead.Post(home+"/sign", url.Values{"version": {lead.Get(home).Value("version")}}).Goes()
		lead.Get(home).OK().Lacks("table", "quá ít số nhà").Has(".sub", "2 số nhà")
		s.As("committee").Get(home).OK().Has("table", "quá ít số nhà").Lacks(".sub", "2 số nhà")
		id := strings.TrimPrefix(home, "/reviews/")
		x, err := s.Reviews.Get(t.Context(), s.Actor("committee"), id)
		if err != nil || !x.Record.Figures.Hidden || x.Record.Figures.Safe != 0 || x.Record.Figures.Passed != [6]int{} || x.Record.Shortcomings[0].Houses != 0 {
			t.Errorf("the committee reads %+v, %v", x.Record.Figures, err)
		}
		if x, err = s.Reviews.Get(t.Context(), s.Actor("command"), id); err != nil || x.Record.Figures.Hidden || x.Record.Figures.Safe != 2 {
			t.Errorf("the command reads %+v, %v", x.Record.Figures, err)
		}
		s.As("committee").Get(home + "/review.docx").OK()
	})
}

// Whoever has the review before and the one after it knows what the few houses that were inspected in between are. The earlier one was
// handed out, so that it is the later one that is not told; nor is the one that follows it while it says the same.
func TestWhatFewHousesAddedIsNotToldLater(t *testing.T) {
	site(t, func(t *testing.T, s *apptest.Site, to func(string)) {
		all := []string{"9 Hàng Bạc", "36 Hàng Bạc", "36A Hàng Bạc", "12/5 Hàng Bạc", "100 Đinh Liệt", "6 bis Đinh Liệt"}
		desk := s.As("command")
		signed := func(period string) string {
			home := desk.Post("/reviews", url.Values{"group": {"ward"}, "year": {"2026"}, "period": {period}}).Goes()
			desk.Post(home+"/achievements", url.Values{"version": {desk.Get(home).Value("version")}, "achievements": {"Các tổ dân phố đã họp đủ."}}).Goes()
			desk.Post(home+"/sign", url.Values{"version": {desk.Get(home).Value("version")}}).Goes()
			return strings.TrimPrefix(home, "/reviews/")
		}
		told := func(id string) (now, before bool) {
			x, err := s.Reviews.Get(t.Context(), s.Actor("committee"), id)
			if err != nil {
				t.Fatal(err)
			}
			return !x.Record.Figures.Hidden, x.Record.Before != nil && !x.Record.Before.Hidden
		}
		inspected(t, s, all[:5]...)
		first := signed("q1")
		inspected(t, s, all[5])
		second := signed("q2")
		to("2026-09-20")
		third := signed("q3")
		for _, x := range []struct {
			id          string
			now, before bool
		}{{first, true, false}, {second, false, true}, {third, false, false}} {
			if now, before := told(x.id); now != x.now || before != x.before {
				t.Errorf("told %v, of the one before %v; want %v, %v", now, before, x.now, x.before)
			}
		}
	})
}

// inspected finds houses safe.
func inspected(t *testing.T, s *apptest.Site, houses ...string) {
	t.Helper()
	answers := criteria.Answers(strings.Repeat("2", s.Set.Len()))
	for _, house := range houses {
		if err := s.DB.Write(t.Context(), s.Actor("officer"), func(tx *db.Tx) error {
			if err := s.Results.Inspected(t.Context(), tx, results.Outcome{
				Campaign: s.Campaign.ID, House: s.House[house], Self: answers, Found: answers, On: "2026-06-02", Class: criteria.Safe,
			}); err != nil {
				return err
			}
			return tx.Audit(t.Context(), db.Entry{Action: "inspection.finish", Object: "inspection", House: s.House[house]})
		}); err != nil {
			t.Fatal(err)
		}
	}
}
