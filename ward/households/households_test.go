package households_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"sonha/app/apptest"
	"sonha/engine/db"
	"sonha/engine/db/dbtest"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/campaigns"
	"sonha/ward/criteria"
	"sonha/ward/households"
)

const bac = "36A Hàng Bạc"

func answer(v string) url.Values { return url.Values{"answer": {v}} }

// speaker is an actor who speaks for a household of a house.
func speaker(s *apptest.Site, house, label string) access.Actor {
	return access.SignedInAs(db.NewID(), "Đại diện hộ "+label, access.Household, s.Ward.ID,
		[]access.Grant{{Role: access.Household, Ward: s.Ward.ID, ID: s.House[house], Household: label}})
}

// fill answers all questions of a household with one value and sends them.
func fill(t *testing.T, s *apptest.Site, who access.Actor, v criteria.Value) {
	t.Helper()
	for _, q := range households.Questions(s.Set) {
		if _, err := s.Households.Answer(t.Context(), who, q.Code, criteria.NotAsked, v); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Households.Send(t.Context(), who, criteria.NotAsked); err != nil {
		t.Fatal(err)
	}
}

func TestAHouseholdReadsSignsAndWithdraws(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		s.Enrol()
		b := s.As("household")
		if to := b.Get("/today").Goes(); to != "/home" {
			t.Errorf("the day of a household is at %s", to)
		}
		b.Get("/home").OK().Has("main", "Chưa ký").Has("a.btn.primary", "Đọc cam kết").Has(".tabs", "Hôm nay").Has(".tabs", "Nhà tôi").Has(".tabs", "Thêm")
		page := b.Get("/home/pledge").OK().Has("main", "Ký là tự nguyện").Has("ol.reading", "Khóa cửa").Has("main", "trước 23 giờ").Lacks("main", "Rút cam kết")
		if n := page.Doc().Find("ol.reading li").Length(); n != 6 {
			t.Errorf("%d contents to pledge", n)
		}
		b.Post("/home/pledge", url.Values{}).Is(http.StatusUnprocessableEntity).Has("main", "bản mới")
		b.Post("/home/pledge", url.Values{"version": {page.Value("version")}, "rental": {"1"}}).Follow().OK().Has("main", "Đã ký ngày")
		s.As("head").Get("/houses/"+s.House[bac]+"/pledges").OK().Has(".figure-line", "1/14 hộ")
		signed, err := s.Assessments.Mine(t.Context(), s.Actor("household"))
		if err != nil || signed.Version != 1 || len(signed.Hash) != 64 || !signed.Rental || signed.Channel != "phone" {
			t.Errorf("kept of the signature: %+v %v", signed, err)
		}
		// The neighbour in the same house sees nothing of it.
		for _, path := range []string{"/home", "/home/pledge", "/my-house", "/my-data"} {
			s.As("other household").Get(path).OK().Lacks("main", "Đã ký ngày").Lacks("main", "H01")
		}
		b.Post("/home/pledge", url.Values{"do": {"withdraw"}}).Follow().OK().Has("main", "Đã rút ngày")
		s.As("head").Get("/houses/"+s.House[bac]+"/pledges").OK().Has(".figure-line", "0/14 hộ")
		b.Post("/home/pledge", url.Values{"version": {"1"}}).Follow().OK().Has("main", "Đã ký ngày")
		s.Phase(campaigns.Closed)
		b.Post("/home/pledge", url.Values{"do": {"withdraw"}}).Is(http.StatusUnprocessableEntity)
	})
}

func TestAHouseholdAnswersAndNothingIsLost(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		s.Enrol()
		b := s.As("household")
		b.Get("/home").OK().Has("main", "12 câu, chưa đến 2 phút")
		b.Get("/home/answers").OK().Has("a.btn", "Bắt đầu trả lời").Lacks("a.btn", "Trả lời tiếp")
		b.Get("/home/answers/VH4").OK().Has(".progress", "Câu 1 trên 12").Has("h1", "nơi báo tin").Has(".foot", "Không áp dụng")
		if to := b.Post("/home/answers/VH4", answer("2")).Goes(); to != "/home/answers/VH5" {
			t.Errorf("after the first question: %s", to)
		}
		b.Get("/home/answers").OK().Has("a.btn", "Trả lời tiếp")
		back := b.Get("/home/answers/VH4").OK()
		if back.Text("button.answer.given") == "" {
			t.Error("the answer given is not to be seen on the way back")
		}
		b.Post("/home/answers/VH5", url.Values{}).Is(http.StatusUnprocessableEntity).Has("body", "chọn một câu trả lời")
		b.Post("/home/answers", url.Values{}).Is(http.StatusUnprocessableEntity).Has("main", "Còn 11 câu")
		for _, q := range households.Questions(s.Set)[1:] {
			b.Post("/home/answers/"+q.Code, answer("1")).Is(http.StatusSeeOther)
		}
		b.Get("/home/answers").OK().Has("main", "Đã trả lời 12 trên 12").Has("button", "Gửi câu trả lời")
		b.Post("/home/answers", url.Values{}).Follow().OK().Has("main", "Đã gửi ngày")
		b.Post("/home/answers", url.Values{}).Is(http.StatusSeeOther) // once more changes nothing
		head := s.As("head").Get("/houses/"+s.House[bac]+"/answers").OK().Has("main", "1 trên 14 hộ").Has("main", "Từ 5 hộ")
		if head.Doc().Find("main table").Length() != 0 {
			t.Error("shares of one household are shown")
		}
		b.Post("/home/answers/VH4", answer("0")).Is(http.StatusSeeOther)
		b.Get("/home/answers").OK().Has("main", "Chưa")
		s.Phase(campaigns.Review)
		b.Get("/home/answers").OK().Has("main", "không nhận câu trả lời nữa")
		b.Post("/home/answers/VH4", answer("2")).Is(http.StatusUnprocessableEntity)
	})
}

// Nobody reads the answers of a household: not the neighbour, not the head, not the police, not the program.
func TestNobodyElseReadsTheAnswersOfAHousehold(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		s.Enrol()
		fill(t, s, s.Actor("household"), criteria.Partly)
		for _, person := range append(apptest.People(), "program") {
			who := s.System()
			if person != "program" {
				who = s.Actor(person)
			}
			x, err := s.Households.Sheet(t.Context(), who)
			if own := person == "household"; own != (err == nil && x.Answered() == 12) {
				t.Errorf("%s: %d answers, %v", person, x.Answered(), err)
			}
			n := 0
			err = d.Read(t.Context(), who, func(tx *db.Tx) error {
				return tx.All(t.Context(), func(scan func(...any) error) error { n++; return scan(new(string)) }, `select a.answers from own_answers a where {own a}`)
			})
			if err != nil || (n > 0) != (person == "household") {
				t.Errorf("%s reads %d rows: %v", person, n, err)
			}
			for _, way := range []string{
				`select a.answers from own_answers a where a.ward_id = {ward}`, `select a.answers from own_answers a where {scope a.house}`,
				`select count(*) from own_answers a where {figures a.house}`, `select a.answers from own_answers a where {any: to see}`,
			} {
				if err := d.Read(t.Context(), who, func(tx *db.Tx) error { return tx.One(t.Context(), way).Scan(new(string)) }); err == nil || fault.Is(err, fault.Missing) {
					t.Errorf("%s: the engine runs %s: %v", person, way, err)
				}
			}
		}
		// And no page of anybody else holds a word of them: not the history of the house either.
		s.As("head").Get("/houses/"+s.House[bac]).OK().Has("main", "Một hộ đã gửi câu trả lời")
		told := 0
		if err := d.Read(t.Context(), s.System(), func(tx *db.Tx) error {
			return tx.One(t.Context(), `select count(*) from audit e where e.ward_id = {ward} and e.action in ('household.send', 'household.change') and e.detail <> ''`).Scan(&told)
		}); err != nil || told > 0 {
			t.Errorf("%d lines of the history say which household it was: %v", told, err)
		}
	})
}

// Misuse: "Inference of a household's answer in a 2-household house" (domain.md §5.8), and of the sixth in a house of many.
func TestWhatAHeadMayKnowTellsNothingOfOneHousehold(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		many, two, one := "36A Hàng Bạc", "100 Đinh Liệt", "12/5 Hàng Bạc"
		look := func(house string) households.Turnout {
			t.Helper()
			x, err := s.Households.Turnout(t.Context(), s.System(), s.House[house])
			if err != nil {
				t.Fatal(err)
			}
			return x
		}
		label := func(n int) string {
			return []string{"H01", "H02", "H03", "H04", "H05", "H06", "H07", "H08", "H09", "H10"}[n]
		}
		for n := range 4 {
			fill(t, s, speaker(s, many, label(n)), criteria.Pass)
			if x := look(many); x.Answered != n+1 || len(x.Shares) != 0 {
				t.Fatalf("after %d: %+v", n+1, x)
			}
		}
		fill(t, s, speaker(s, many, label(4)), criteria.Fail)
		five := look(many)
		if five.Shown != 5 || len(five.Shares) != 12 || five.Shares[0].Yes != 80 || five.Shares[0].Lacking != 20 {
			t.Fatalf("of five: %+v", five)
		}
		// The sixth must not be told from the difference of two tables, nor one who changes an answer.
		fill(t, s, speaker(s, many, label(5)), criteria.Fail)
		if _, err := s.Households.Answer(t.Context(), speaker(s, many, label(0)), "VH4", criteria.NotAsked, criteria.Fail); err != nil {
			t.Fatal(err)
		}
		if x := look(many); x.Answered != 6 || x.Shown != 5 || x.Shares[0] != five.Shares[0] {
			t.Errorf("after the sixth: %+v", x)
		}
		for n := 6; n < 10; n++ {
			fill(t, s, speaker(s, many, label(n)), criteria.NA)
		}
		if x := look(many); x.Shown != 10 || x.Shares[0].Yes != 50 || x.Shares[0].Base != 6 {
			t.Errorf("of ten: %+v", x)
		}

		fill(t, s, speaker(s, two, "H01"), criteria.Pass)
		if x := look(two); x.Verdict != households.Unknown || len(x.Shares) != 0 {
			t.Errorf("one of two: %+v", x)
		}
		fill(t, s, speaker(s, two, "H02"), criteria.Fail)
		if x := look(two); x.Verdict != households.NotMet || len(x.Shares) != 0 {
			t.Errorf("two of two: %+v", x)
		}
		fill(t, s, speaker(s, one, "H01"), criteria.Fail)
		if x := look(one); x.Answered != 1 || x.Verdict != households.Unknown || len(x.Shares) != 0 {
			t.Errorf("the only one: %+v", x)
		}
	})
}

func TestAHeadEntersForAHouseholdAndCannotReadItAgain(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		s.Enrol()
		b, path := s.As("head"), "/houses/"+s.House[bac]+"/answers/new"
		form := url.Values{"household": {"H01"}}
		b.Get(path).OK().Has("main", "Chỉ nhập khi hộ nhờ").Has("select", "H14")
		b.Post(path, form).Is(http.StatusUnprocessableEntity).Has(".error-text", "chọn một câu trả lời")
		for _, q := range households.Questions(s.Set) {
			form.Set("a."+q.Code, "0")
		}
		form.Set("household", "H99")
		again := b.Post(path, form).Is(http.StatusUnprocessableEntity).Has("main", "không có hộ này")
		if n := again.Doc().Find(`input[type=radio][value="0"][checked]`).Length(); n != 12 {
			t.Errorf("%d of 12 answers are still there", n)
		}
		form.Set("household", "H01")
		b.Post(path, form).Follow().OK().Has("main", "1 trên 14 hộ")
		b.Post(path, form).Is(http.StatusUnprocessableEntity).Has("main", "đã trả lời rồi")
		s.As("household").Get("/home/answers").OK().Has("main", "Do Ông/bà head nhập thay").Has("main", "Chưa")
		s.As("household").Post("/home/answers/VH4", answer("2")).Is(http.StatusSeeOther)
		for _, person := range []string{"other head", "officer", "command", "household", "administrator"} {
			if r := s.As(person).Post(path, form); r.Status != http.StatusNotFound {
				t.Errorf("%s enters for a household: %d", person, r.Status)
			}
		}
	})
}

// Whoever has a card given in somebody's name must not read what that household answered before.
func TestANewCardDoesNotOpenTheAnswersOfBefore(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		s.Enrol()
		b, cards := s.As("head"), "/houses/"+s.House[bac]+"/cards"
		who := speaker(s, bac, "H03")
		issued, err := s.Households.Issue(t.Context(), s.Actor("head"), s.House[bac], []string{"H03"}, nil)
		if err != nil || len(issued) != 1 {
			t.Fatal(err)
		}
		program := s.Open(false)
		if code := choosePIN(program.Server, "/c/"+issued[0].Token); code != http.StatusSeeOther {
			t.Fatalf("status %d", code)
		}
		fill(t, s, who, criteria.Partly)
		b.Get(cards).OK().Has("main", "dùng từ ngày")
		page := b.Post(cards, url.Values{"household": {"H03"}}).OK().Has("main", "Đã cấp 1 thẻ")
		x, err := s.Households.Sheet(t.Context(), who)
		if err != nil || !x.Sealed || x.Answered() != 0 {
			t.Errorf("read with the new card: %+v %v", x, err)
		}
		if _, err := s.Households.Answer(t.Context(), who, "VH4", criteria.NotAsked, criteria.Pass); err != nil {
			t.Fatal(err)
		}
		turnout, err := s.Households.Turnout(t.Context(), s.Actor("head"), s.House[bac])
		if err != nil || turnout.Answered != 0 {
			t.Errorf("the answers of before still count beside the new ones: %+v %v", turnout, err)
		}
		pdf := b.Post(cards+"/sheet", url.Values{"card": {page.Value("card")}}).OK()
		if !strings.HasPrefix(string(pdf.Body), "%PDF") {
			t.Error("no sheet to print")
		}
		s.As("other head").Post(cards+"/sheet", url.Values{"card": {page.Value("card")}}).Is(http.StatusNotFound)
		b.Post(cards+"/end", url.Values{"household": {"H03"}}).Follow().OK()
		b.Post(cards+"/sheet", url.Values{"card": {page.Value("card")}}).Is(http.StatusNotFound)
		b.Post(cards, url.Values{}).Is(http.StatusUnprocessableEntity).Has("main", "ít nhất một hộ")
	})
}

func TestAHouseholdSeesAllThatIsKept(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		s.Enrol()
		fill(t, s, s.Actor("household"), criteria.Pass)
		b := s.As("household")
		b.Post("/home/pledge", url.Values{"version": {"1"}}).Is(http.StatusSeeOther)
		b.Get("/my-data").OK().Has("#pledges + *, main", "Đã ký ngày").Has("main", "Đã trả lời 12 trên 12").Has("main", "Giữ 90 ngày sau khi chốt đợt").Has("main", "2 ngày làm việc")
		var file map[string]any
		reply := b.Get("/my-data.json").OK()
		if err := json.Unmarshal(reply.Body, &file); err != nil {
			t.Fatal(err)
		}
		text := string(reply.Body)
		for _, want := range []string{"36A Hàng Bạc", `"ho": "H01"`, "Khóa cửa", "nơi báo tin", "de_lam_gi_va_giu_bao_lau"} {
			if !strings.Contains(text, want) {
				t.Errorf("the file lacks %q", want)
			}
		}
		s.As("other household").Get("/my-data").OK().Lacks("main", "Đã ký ngày").Lacks("main", "Đã trả lời 12")
		b.Get("/my-house").OK().Has("main", "113").Has("main", "Nguyễn Thị Ủy").Has("main", "chưa kiểm tra")
	})
}

func TestAnswersAreDestroyedAfterNinetyDays(t *testing.T) {
	t.Parallel()
	dbtest.EachAt(t, time.Date(2026, 10, 20, 8, 0, 0, 0, civil.Hanoi), func(t *testing.T, d *db.DB, clock *dbtest.Clock) {
		s := apptest.New(t, d)
		s.Enrol()
		fill(t, s, s.Actor("household"), criteria.Pass)
		s.Phase(campaigns.Publish)
		c, err := s.Campaigns.Get(t.Context(), s.System(), s.Campaign.ID)
		if err == nil {
			err = s.Results.Close(t.Context(), s.System(), c.ID, c.Version)
		}
		if err != nil {
			t.Fatal(err)
		}
		destroy := func(rehearse bool) []households.Destroyed {
			t.Helper()
			out, err := s.Households.Destroy(t.Context(), s.System(), rehearse)
			if err != nil {
				t.Fatal(err)
			}
			return out
		}
		clock.Pass(89 * 24 * time.Hour)
		if out := destroy(false); len(out) != 0 {
			t.Fatalf("too early: %+v", out)
		}
		clock.Pass(2 * 24 * time.Hour)
		if out := destroy(true); len(out) != 1 || out[0].Households != 1 {
			t.Fatalf("rehearsed: %+v", out)
		}
		if out := destroy(false); len(out) != 1 || out[0] != (households.Destroyed{Year: 2026, Households: 1}) {
			t.Fatalf("destroyed: %+v", out)
		}
		if out := destroy(false); len(out) != 0 {
			t.Fatalf("twice: %+v", out)
		}
		if x, err := s.Households.Sheet(t.Context(), s.Actor("household")); err != nil || x.State != households.NotBegun {
			t.Errorf("still there: %+v %v", x, err)
		}
		turnout, err := s.Households.Turnout(t.Context(), s.System(), s.House[bac])
		if err != nil || turnout.Answered != 1 {
			t.Errorf("the sum is gone too: %+v %v", turnout, err)
		}
		if _, err := s.Households.Destroy(t.Context(), s.Actor("head"), false); !fault.Is(err, fault.Missing) {
			t.Errorf("a head destroys: %v", err)
		}
	})
}
