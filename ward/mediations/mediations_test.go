package mediations_test

import (
	"bytes"
	"net/url"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"sonha/app/apptest"
	"sonha/engine/db"
	"sonha/engine/db/dbtest"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/mediations"
)

const bac = "36A Hàng Bạc"

func morning(day string) time.Time { return civil.Day(day).Time().Add(9 * time.Hour) }

func each(t *testing.T, fn func(t *testing.T, s *apptest.Site)) {
	t.Helper()
	t.Parallel()
	dbtest.EachWith(t, db.Options{Clock: func() time.Time { return morning("2026-11-21") }}, func(t *testing.T, d *db.DB) { fn(t, apptest.New(t, d)) })
}

// said gives the words of a paper; ok is false where no tool reads it.
func said(t *testing.T, pdf []byte) (text string, ok bool) {
	t.Helper()
	tool, err := exec.LookPath("pdftotext")
	if err != nil {
		t.Log("pdftotext is missing (Debian: poppler-utils), so nobody looked at the paper")
		return "", false
	}
	cmd := exec.CommandContext(t.Context(), tool, "-layout", "-", "-")
	cmd.Stdin = bytes.NewReader(pdf)
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	return civil.NFC(string(out)), true
}

// moving runs a test on SQLite with a clock that it may move.
func moving(t *testing.T, fn func(s *apptest.Site, to func(day string))) {
	t.Helper()
	t.Parallel()
	at := morning("2026-11-20")
	d, err := db.Open(t.Context(), db.Options{URL: dbtest.SQLite(t), Testing: true, Clock: func() time.Time { return at }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	fn(apptest.New(t, d), func(day string) { at = morning(day) })
}

// answers are the exclusion check with one question answered with yes; "" is none.
func answers(yes mediations.Question) url.Values {
	form := url.Values{}
	for _, q := range mediations.Questions() {
		form.Set("q."+string(q), "no")
	}
	if yes != "" {
		form.Set("q."+string(yes), "yes")
	}
	return form
}

// nobody else may open what belongs to the mediators of the first group.
var others = []string{
	"other mediator", "household", "head", "other head", "group lead", "other group lead", "officer", "other officer", "command", "other command", "committee", "city", "administrator",
}

func TestACaseFromTheCheckToTheCard(t *testing.T) {
	each(t, func(t *testing.T, s *apptest.Site) {
		m := s.As("mediator")
		m.Get("/mediations").OK().Has("h1", "Sổ hòa giải, Tổ dân phố 1").Has(".empty", "Chưa có vụ nào").Has(".thumb a", "Nhận một vụ")
		m.Get("/mediations/new").OK().Has("legend", "Có bạo lực, đe dọa hoặc bạo lực trong gia đình không?").Lacks("main", "Số bên")
		// Nothing exists before every question is answered.
		half := answers("")
		half.Del("q.crime")
		m.Post("/mediations", half).Is(422).Has("#f-q\\.crime", "chọn Có hoặc Không")
		m.Get("/mediations").OK().Has(".empty", "Chưa có vụ nào")

		home := m.Post("/mediations", answers("")).Goes()
		m.Get(home).OK().Has("h1", "Vụ mới nhận").Has("main", "bắt đầu chậm nhất ngày 24/11/2026").Has("main", "Không có ô ghi tên")
		m.Post(home+"/finish", url.Values{"result": {"settled"}, "ended": {"2026-11-21"}}).Is(422).Has("main", "ghi thông tin của vụ trước")
		m.Post(home+"/details", url.Values{"received": {"2026-11-21"}, "parties": {"1"}}).Is(422).Has("main", "chọn vì sao nhận").Has("main", "từ 2 đến 20")
		m.Post(home+"/details", url.Values{"received": {"2026-11-20"}, "ground": {"asked"}, "scope": {"noise"}, "parties": {"3"}, "households": {"3"}, "guest": {"lead", "front"}}).
			Follow().OK().Has("h1", "Vụ 01/2026").Has("main", "Gặp các bên chậm nhất ngày 23/11/2026").Has("dd", "Tổ trưởng tổ dân phố, Ban công tác Mặt trận")
		m.Get("/today").OK().Has(".what", "Bắt đầu 1 vụ hòa giải")

		// Settled needs a session, and a session lies between the day it came in and today.
		m.Post(home+"/finish", url.Values{"result": {"settled"}, "ended": {"2026-11-21"}}).Is(422).Has("main", "Chưa có buổi hòa giải nào")
		m.Post(home+"/sessions", url.Values{"held": {"2026-11-19"}}).Is(422).Has("main", "từ ngày 20/11/2026")
		m.Post(home+"/sessions", url.Values{"held": {"2026-11-22"}}).Is(422).Has("main", "Ngày này chưa tới")
		m.Post(home+"/sessions", url.Values{"held": {"2026-11-21"}, "public": {"1"}}).Follow().OK().Has("dd", "21/11/2026, công khai")

		// A line of one's own that names somebody is refused, and nothing is lost.
		end := url.Values{"result": {"settled"}, "ended": {"2026-11-21"}, "step": {"quiet", "parking", "nothing"}, "line1": {"Anh Hùng P203 không hát sau 21 giờ"}, "book": {"2"}, "page": {"17"}, "court": {"1"}}
		m.Post(home+"/finish", end).Is(422).Has("main", "văn bản thỏa thuận").Has(`#f-line1-error`, "").Has("main", "Giữ yên tĩnh")
		end.Set("line1", "Tắt loa ở sân sau 21 giờ")
		end.Set("written", "1")
		m.Post(home+"/finish", end).Follow().OK().Has("ol li", "Giữ yên tĩnh từ 22 giờ").Has("ol li", "Tắt loa ở sân sau 21 giờ").Has("dd", "quyển 2, trang 17").
			Has("main", "Hỏi lại chậm nhất ngày 21/12/2026")
		for _, size := range []string{"", "?size=a4"} {
			if r := m.Get(home + "/card.pdf" + size).OK(); !strings.HasPrefix(string(r.Body), "%PDF") {
				t.Error("the card is no PDF")
			} else if text, ok := said(t, r.Body); ok && (!strings.Contains(text, "BÊN THỨ BA") || !strings.Contains(text, "các bên tự nguyện") || strings.Contains(text, "BÊN THỨ TƯ")) {
				t.Errorf("three sides agreed, and the card says:\n%s", text)
			}
		}
		m.Post(home+"/follow-up", url.Values{"kept": {"partly"}, "followed": {"2026-11-21"}}).Follow().OK().Has("dd", "21/11/2026: Giữ một phần")
		if r := m.Get("/mediations/book.pdf?year=2026").OK(); !strings.HasPrefix(string(r.Body), "%PDF") {
			t.Error("the book is no PDF")
		}
		for _, who := range others {
			s.As(who).Get(home).Is(404)
			s.As(who).Get(home + "/card.pdf").Is(404)
			s.As(who).Post(home+"/sessions", url.Values{"held": {"2026-11-21"}}).Is(404)
		}
	})
}

// Law 35/2013/QH13 Art. 3; domain.md §9.6, HG4: what shows violence, a crime or a violation is passed on at once.
func TestWhatIsNotForMediationIsReferredForGood(t *testing.T) {
	each(t, func(t *testing.T, s *apptest.Site) {
		m := s.As("mediator")
		for _, q := range mediations.Questions() {
			home := m.Post("/mediations", answers(q)).Goes()
			r := m.Get(home).OK().Has("main", "Không hòa giải việc này").Has("main", "Vụ này đã đóng").Lacks("main", "Ghi một buổi").Lacks("main", "Ghi kết quả")
			if q == "violence" || q == "crime" {
				r.Has("main", "113")
			}
			for path, form := range map[string]url.Values{
				"/details":   {"received": {"2026-11-21"}, "ground": {"asked"}, "scope": {"noise"}, "parties": {"2"}},
				"/sessions":  {"held": {"2026-11-21"}},
				"/finish":    {"result": {"stopped"}, "ended": {"2026-11-21"}},
				"/refer":     {"why": {"crime"}},
				"/follow-up": {"kept": {"kept"}, "followed": {"2026-11-21"}},
				"/discard":   {},
			} {
				if r := m.Post(home+path, form); r.Status < 400 {
					t.Errorf("%s of a referred case: status %d", path, r.Status)
				}
			}
		}
		// Signs that appear later close a case that is under way.
		home := m.Post("/mediations", answers("")).Goes()
		m.Post(home+"/details", url.Values{"received": {"2026-11-21"}, "ground": {"assigned"}, "scope": {"family"}, "parties": {"2"}}).Goes()
		m.Post(home+"/sessions", url.Values{"held": {"2026-11-21"}}).Goes()
		m.Post(home+"/refer", url.Values{}).Is(422).Has("main", "chọn dấu hiệu")
		m.Post(home+"/refer", url.Values{"why": {"violence"}}).Follow().OK().Has("main", "Không hòa giải việc này").Has("main", "113")
	})
}

func TestAHeadSettlesEarlyOrHandsOver(t *testing.T) {
	each(t, func(t *testing.T, s *apptest.Site) {
		head, base := s.As("head"), "/houses/"+s.House[bac]
		head.Get(base+"/log").OK().Has("a", "ghi việc dàn xếp")
		head.Get(base+"/settling/new").OK().Has("h1", "Việc này có hòa giải được không?")
		head.Post(base+"/settling", answers("violence")).Follow().OK().Has("main", "gọi 113")
		one := head.Post(base+"/settling", answers("")).Goes()
		head.Post(one, url.Values{"received": {"2026-11-21"}}).Is(422).Has("main", "chọn kết quả")
		head.Post(one, url.Values{"received": {"2026-11-21"}, "scope": {"parking"}, "households": {"2"}, "how": {"settled"}}).Follow().OK().Has("main", "Hòa giải thành")
		// The log says that it was settled, not what it was about; who reads the log does not read the case.
		s.As("officer").Get(base+"/log").OK().Has("li", "Dàn xếp ban đầu giữa các hộ").Lacks("main", "Để xe").Lacks("main", "ghi việc dàn xếp")
		for _, who := range []string{"officer", "group lead", "command", "other head", "household", "administrator", "other mediator"} {
			s.As(who).Get(one).Is(404)
			s.As(who).Get(base + "/settling").Is(404)
		}
		two := head.Post(base+"/settling", answers("")).Goes()
		draft := strings.TrimPrefix(two, "/settling/")
		// What a head has only begun is nobody else's: the mediators of the group read it once it is handed over.
		for _, who := range append([]string{"mediator"}, others...) {
			if who != "head" {
				s.As(who).Get("/mediations/" + draft).Is(404)
			}
		}
		if err := s.Mediations.Refer(t.Context(), s.Actor("mediator"), draft, mediations.Questions()[0]); !fault.Is(err, fault.Missing) {
			t.Errorf("a mediator refers a head's draft: %v", err)
		}
		head.Post(two, url.Values{"received": {"2026-11-20"}, "scope": {"utilities"}, "how": {"handed"}}).Follow().OK().Has("main", "Đã chuyển tổ hòa giải")

		m := s.As("mediator")
		m.Get("/today").OK().Has(".what", "Nhận 1 việc trưởng số nhà chuyển")
		if err := s.Mediations.Refer(t.Context(), s.Actor("mediator"), draft, mediations.Questions()[0]); err == nil {
			t.Error("an early settling is referred")
		}
		early := "/mediations/" + strings.TrimPrefix(two, "/settling/")
		m.Get(early).OK().Has("a", "Nhận vụ trưởng số nhà chuyển").Lacks("main", bac)
		s.As("other mediator").Get(early).Is(404)
		// It goes through the check of the mediators all the same, and is taken up once.
		form := answers("")
		form.Set("early", strings.TrimPrefix(two, "/settling/"))
		m.Post("/mediations", form).Follow().OK().Has("h1", "Vụ mới nhận")
		m.Get("/today").OK().Lacks(".what", "trưởng số nhà chuyển")
		if _, err := s.Mediations.Begin(t.Context(), s.Actor("mediator"), mediations.Intake{Early: form.Get("early"), Answers: passed()}); !fault.Is(err, fault.Clash) {
			t.Errorf("taken up twice: %v", err)
		}
		// What was begun by mistake goes.
		three := head.Post(base+"/settling", answers("")).Goes()
		head.Post(three, url.Values{"how": {"mistake"}}).Goes()
		head.Get(three).Is(404)
	})
}

func passed() map[mediations.Question]string {
	list := map[mediations.Question]string{}
	for _, q := range mediations.Questions() {
		list[q] = "no"
	}
	return list
}

// settle takes a case through, for tests of what comes after.
func settle(t *testing.T, s *apptest.Site, person string, result mediations.State) string {
	t.Helper()
	ctx, who := t.Context(), s.Actor(person)
	today := civil.DayOf(s.DB.Now())
	id, err := s.Mediations.Begin(ctx, who, mediations.Intake{Answers: passed()})
	if err == nil {
		err = s.Mediations.Describe(ctx, who, id, mediations.Details{Received: today, Ground: "asked", Scope: "noise", Parties: 2})
	}
	if err == nil {
		err = s.Mediations.Meet(ctx, who, id, mediations.Session{On: today})
	}
	if err == nil {
		err = s.Mediations.Finish(ctx, who, id, mediations.Outcome{State: result, On: today})
	}
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func TestSmallCountsStayUntold(t *testing.T) {
	each(t, func(t *testing.T, s *apptest.Site) {
		for range 7 {
			settle(t, s, "mediator", mediations.Settled)
		}
		settle(t, s, "mediator", mediations.Unsettled)
		for range 9 {
			settle(t, s, "other mediator", mediations.Settled)
		}
		s.As("command").Get("/mediations/figures?year=2026").OK().Has("h1", "năm 2026").Has("th", "Tổ dân phố 1").Has("th", "Cả phường").Has("main", "là số dưới 5")
		lead := s.As("group lead").Get("/mediations/figures?year=2026").OK().Has("th", "Tổ dân phố 1").Lacks("th", "Tổ dân phố 2").Lacks("th", "Cả phường")
		// One of eight was not settled: neither that one nor the seven beside it are told while the eight are.
		if row := lead.Text("tbody tr"); regexp.MustCompile(`\b[17]\b`).MatchString(strings.TrimPrefix(row, "Tổ dân phố 1")) {
			t.Errorf("a small count can be read: %s", row)
		}
		for _, who := range []string{"officer", "head", "household", "city", "administrator"} {
			s.As(who).Get("/mediations/figures").Is(404)
		}
		s.As("committee").Get("/mediations/figures").OK().Has("th", "Cả phường")
	})
}

func TestMediatorsAreRemindedOnce(t *testing.T) {
	moving(t, func(s *apptest.Site, to func(string)) {
		s.Enrol()
		m := s.As("mediator")
		home := m.Post("/mediations", answers("")).Goes()
		m.Post(home+"/details", url.Values{"received": {"2026-11-20"}, "ground": {"asked"}, "scope": {"noise"}, "parties": {"2"}}).Goes()
		id := settle(t, s, "mediator", mediations.Settled)
		remind := func() {
			t.Helper()
			if err := s.Mediations.Remind(t.Context(), s.System()); err != nil {
				t.Fatal(err)
			}
		}
		remind()
		m.Get("/inbox").OK().Lacks("main", "gặp các bên trước")
		to("2026-11-22")
		remind()
		remind()
		if n := strings.Count(m.Get("/inbox").OK().Text("main"), "Vụ 01/2026: ông/bà gặp các bên chậm nhất ngày 23/11/2026"); n != 1 {
			t.Errorf("told %d times", n)
		}
		s.As("other mediator").Get("/inbox").OK().Lacks("main", "Vụ 01/2026")
		s.As("command").Get("/inbox").OK().Lacks("main", "Vụ 01/2026")
		to("2026-12-15")
		remind()
		m.Get("/inbox").OK().Has("main", "Vụ 02/2026: ông/bà hỏi lại các bên chậm nhất ngày 20/12/2026")
		m.Get("/today").OK().Has(".what", "Hỏi lại 1 vụ")

		// After five full years the register is empty.
		to("2032-01-02")
		if n, err := s.Mediations.Expire(t.Context(), s.System(), true); err != nil || n != 2 {
			t.Errorf("a dry run counts %d, %v", n, err)
		}
		if _, err := s.Mediations.Get(t.Context(), s.Actor("mediator"), id); err != nil {
			t.Errorf("a dry run deletes: %v", err)
		}
		if n, err := s.Mediations.Expire(t.Context(), s.System(), false); err != nil || n != 2 {
			t.Errorf("deleted %d, %v", n, err)
		}
		if _, err := s.Mediations.Get(t.Context(), s.Actor("mediator"), id); !fault.Is(err, fault.Missing) {
			t.Errorf("still there: %v", err)
		}
	})
}

// An early settling that a younger case took up goes with that case; what is said to be deleted is what was.
func TestWhatIsDeletedIsWhatIsCounted(t *testing.T) {
	moving(t, func(s *apptest.Site, to func(string)) {
		to("2026-12-30")
		early, err := s.Mediations.Begin(t.Context(), s.Actor("head"), mediations.Intake{Answers: passed(), House: s.House[bac]})
		if err == nil {
			err = s.Mediations.Settle(t.Context(), s.Actor("head"), early, mediations.Settling{On: "2026-12-30", Scope: "noise", Households: 2})
		}
		if err != nil {
			t.Fatal(err)
		}
		to("2027-01-04")
		if _, err := s.Mediations.Begin(t.Context(), s.Actor("mediator"), mediations.Intake{Answers: passed(), Early: early}); err != nil {
			t.Fatal(err)
		}
		to("2032-01-02")
		for _, dry := range []bool{true, false} {
			if n, err := s.Mediations.Expire(t.Context(), s.System(), dry); err != nil || n != 0 {
				t.Errorf("dry %v: %d, %v; the younger case still needs the early one", dry, n, err)
			}
		}
		to("2033-01-02")
		for _, dry := range []bool{true, false} {
			if n, err := s.Mediations.Expire(t.Context(), s.System(), dry); err != nil || n != 2 {
				t.Errorf("dry %v: %d, %v", dry, n, err)
			}
		}
	})
}
