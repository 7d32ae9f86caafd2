package awards_test

import (
	"bytes"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"sonha/app/apptest"
	"sonha/engine/db"
	"sonha/engine/db/dbtest"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/awards"
)

const bac = "36A Hàng Bạc"

func morning(day string) time.Time { return civil.Day(day).Time().Add(9 * time.Hour) }

// site runs a test on both databases with a clock that it may move.
func each(t *testing.T, fn func(t *testing.T, s *apptest.Site, to func(day string))) {
	t.Helper()
	t.Parallel()
	apptest.EachMorning(t, "2026-11-02", func(t *testing.T, s *apptest.Site, c *dbtest.Clock) {
		fn(t, s, func(day string) { c.Set(morning(day)) })
	})
}

func proposal(subject string) url.Values {
	return url.Values{"subject": {subject}, "house": {bac}, "achievement": {"all"}, "kind": {"certificate"}}
}

func TestFromTheProposalToTheCertificateAndBack(t *testing.T) {
	each(t, func(t *testing.T, s *apptest.Site, to func(string)) {
		lead, command, committee, head := s.As("group lead"), s.As("command"), s.As("committee"), s.As("head")
		lead.Get("/commendations").OK().Has(".empty", "Chưa có đề nghị nào")
		lead.Get("/more").OK().Has("main a", "Khen thưởng")
		lead.Get("/commendations/new").OK().Has("h1", "Đề nghị khen, năm 2026").Has("main", "Chủ tịch Ủy ban nhân dân phường").Lacks("main", "Giấy khen của Công an")

		// What names somebody is refused, and what was typed stands there still.
		form := proposal("house")
		form.Set("reason", "Bà Hoa P302 dọn sân mỗi sáng")
		lead.Post("/commendations", form).Is(422).Has("textarea", "Bà Hoa P302").Has("#f-reason-error", "")
		form.Set("reason", "Các hộ dọn sân chung mỗi sáng, lắp thêm đèn cổng")
		other := proposal("house")
		other.Set("house", "6 bis Đinh Liệt")
		lead.Post("/commendations", other).Is(422).Has("main", "Không có 6 bis Đinh Liệt trong phần ông/bà phụ trách")
		home := lead.Post("/commendations", form).Goes()
		lead.Get(home).OK().Has("h1", "Giấy khen: Số nhà 36A Hàng Bạc").Has("main", "Chưa kiểm tra trong năm").Has("main", "Các hộ dọn sân chung")

		// Not twice for one achievement.
		command.Post("/commendations", form).Is(422).Has("main", "36A Hàng Bạc đã có đề nghị KT-01/2026 cho thành tích này")

		// A vote without a majority would end it; publication waits for the vote, the decision for the ten days.
		command.Post(home+"/publish", nil).Is(422).Has("main", "Phải biểu quyết đạt")
		lead.Post(home+"/vote", url.Values{"voted_on": {"2026-11-02"}}).Is(422).Has("main", "Chưa có phiếu nào")
		lead.Post(home+"/vote", url.Values{"voted_on": {"2026-11-02"}, "yes": {"9"}, "no": {"1"}}).Follow().OK().Has("main", "Biểu quyết đạt").Lacks("button", "Công khai 10 ngày")
		command.Post(home+"/publish", nil).Follow().OK().Has("main", "Công khai đến hết ngày 12/11/2026")
		committee.Post(home+"/decide", url.Values{"decision": {"125/QĐ-UBND"}, "decided_on": {"2026-11-02"}}).Is(422).Has("main", "Còn đang công khai")

		// Everybody sees it; who lives here remarks; nothing of the remark's author is kept.
		s.As("visitor").Get("/awards?ward="+s.Ward.Code).OK().Has("li", "Số nhà 36A Hàng Bạc").Has("li", "Góp ý đến hết ngày 12/11/2026").Lacks("main", "Hoa")
		head.Get("/inbox").OK().Has("main", "36A Hàng Bạc được đề nghị Giấy khen")
		s.As("household").Post(home+"/remark", url.Values{"remark": {"Anh Nam tầng 3 vẫn để xe ở cổng"}}).Is(422).Has("textarea", "Anh Nam")
		s.As("household").Post(home+"/remark", url.Values{"remark": {"Đèn cổng phía sau chưa lắp"}}).Goes()
		s.As("other command").Post(home+"/remark", url.Values{"remark": {"Chưa đúng"}}).Is(404)

		to("2026-11-13")
		s.As("visitor").Get("/awards?ward="+s.Ward.Code).OK().Has("li", "đến hết ngày 12/11/2026; chờ quyết định").Lacks("li", "Góp ý đến hết ngày")
		s.As("household").Get("/commendations/published").OK().Has("li", "chờ quyết định")
		committee.Get("/today").OK().Has(".what", "Trả lời 1 ý kiến").Has(".what", "Quyết định 1 đề nghị khen")
		committee.Post(home+"/decide", url.Values{"decision": {"125/QĐ-UBND"}, "decided_on": {"2026-11-13"}}).Is(422).Has("main", "Còn ý kiến chưa trả lời")
		command.Post(home+"/answer", url.Values{"n": {"1"}, "answer": {"Đã lắp ngày 05/11"}}).Follow().OK().Has("main", "Đã trả lời: Đã lắp ngày 05/11")
		command.Post(home+"/decide", url.Values{"decision": {"125/QĐ-UBND"}, "decided_on": {"2026-11-13"}}).Is(422).Has("main", "Việc này do Chủ tịch Ủy ban nhân dân phường quyết định")
		committee.Post(home+"/decide", url.Values{"decision": {"số 125"}, "decided_on": {"2026-11-11"}}).Is(422).Has("main", "125/QĐ-UBND").Has("main", "từ ngày 12/11/2026")
		committee.Post(home+"/decide", url.Values{"decision": {"125/QĐ-UBND"}, "decided_on": {"2026-11-13"}}).Follow().OK().Has("a", "In giấy chứng nhận")
		lead.Get(home + "/certificate.pdf").Is(404)
		if r := committee.Get(home + "/certificate.pdf").OK(); !strings.HasPrefix(string(r.Body), "%PDF") {
			t.Error("the certificate is no PDF")
		}
		check := certificate(t, s)
		s.As("visitor").Get(check).OK().Has("main", "Thật").Has("dd", "125/QĐ-UBND, ngày 13/11/2026")
		last := "0"
		if strings.HasSuffix(check, last) {
			last = "1"
		}
		s.As("visitor").Get(check[:len(check)-1]+last).Is(404).Has("main", "Không tìm thấy giấy chứng nhận này")
		s.As("visitor").Get("/awards/nothing").Is(404)

		// It takes two people to revoke, and until then the certificate is genuine.
		command.Post(home+"/revoke", url.Values{"revoke_decision": {"140/QĐ-UBND"}}).Is(422).Has("#f-revoke_reason-error", "")
		command.Post(home+"/revoke", url.Values{"revoke_reason": {"Số liệu khai không đúng"}, "revoke_decision": {"140/QĐ-UBND"}}).Follow().OK().Has("main", "Người thứ hai phải xác nhận").Lacks("button", "Xác nhận thu hồi")
		s.As("visitor").Get(check).OK().Has("main", "Thật").Lacks("main", "140/QĐ-UBND")
		committee.Get(home + "/certificate.pdf").Is(409)
		command.Post(home+"/confirm", url.Values{"do": {"revoke"}}).Is(422)
		committee.Get("/today").OK().Has(".what", "Xác nhận 1 đề nghị thu hồi")
		committee.Post(home+"/confirm", url.Values{"do": {"revoke"}}).Follow().OK().Has("main", "Đã thu hồi")
		s.As("visitor").Get(check).OK().Has("main", "Đã thu hồi").Has("main", "140/QĐ-UBND").Lacks("main", "khai không đúng")
		s.As("visitor").Get("/awards?ward="+s.Ward.Code).OK().Lacks("li", "36A Hàng Bạc")
		// What was revoked no longer stands in the way.
		lead.Post("/commendations", form).Goes()
	})
}

// certificate is the address behind the code of the one certificate.
func certificate(t *testing.T, s *apptest.Site) string {
	t.Helper()
	href, ok := s.As("visitor").Get("/awards?ward=" + s.Ward.Code).OK().Doc().Find(`main a[href^="/awards/"]`).First().Attr("href")
	if !ok {
		t.Fatal("no certificate is shown")
	}
	return href
}

func TestAHeadIsCommendedWithConsentAndAGroupByItsSums(t *testing.T) {
	each(t, func(t *testing.T, s *apptest.Site, _ func(string)) {
		lead := s.As("group lead")
		lead.Post("/commendations", proposal("head")).Is(422).Has("main", "Khen trưởng số nhà thì cần")
		form := proposal("head")
		form.Set("consent", "1")
		head := lead.Post("/commendations", form).Goes()
		lead.Get(head).OK().Has("h1", "Trưởng số nhà 36A Hàng Bạc").Has("dd", "đồng ý ngày 02/11/2026").Lacks("main", "Nguyễn Thị Ủy")
		group := url.Values{"subject": {"group"}, "group": {s.Group["Tổ dân phố 1"]}, "achievement": {"HG"}, "kind": {"praise"}}
		praise := lead.Post("/commendations", group).Goes()
		lead.Get(praise).OK().Has("h1", "Biểu dương: Tổ dân phố 1").Has("main", "trong 4 số nhà")
		group.Set("group", s.Group["Tổ dân phố 2"])
		lead.Post("/commendations", group).Is(422).Has("main", "chọn tổ dân phố")
		s.As("other group lead").Get("/commendations").OK().Lacks("main", "Hàng Bạc")
		s.As("committee").Get("/commendations").OK().Has("td", "Tổ dân phố 1")
		s.As("committee").Get("/commendations/new").OK().Lacks("main", "Như trên biển").Has("label", "Tổ dân phố")

		// The papers: a workbook with a row each, and the submission as Word and PDF.
		r := s.As("command").Get("/commendations/export.xlsx?year=2026").OK()
		book, err := excelize.OpenReader(bytes.NewReader(r.Body))
		if err != nil {
			t.Fatal(err)
		}
		rows, err := book.GetRows(book.GetSheetName(0))
		if err != nil || len(rows) < 4 {
			t.Errorf("the workbook has %d rows: %v", len(rows), err)
		}
		people := []string{"command", "other command", "group lead", "other group lead", "committee"}
		if text := s.ListFile("/commendations/export?year=2026", "awards.export", 2, people...); !strings.Contains(text, "Tổ dân phố 1") {
			t.Errorf("the list:\n%s", text)
		}
		for _, path := range []string{"/commendations/submission.docx?year=2026", "/commendations/submission.pdf?year=2026"} {
			s.As("command").Get(path).OK()
			lead.Get(path).Is(404)
		}
		// The head of the ward police signs it, and lays before others what is theirs to decide.
		for _, home := range []string{head, praise} {
			lead.Post(home+"/vote", url.Values{"voted_on": {"2026-11-02"}, "yes": {"9"}}).Goes()
		}
		x, err := s.Awards.Submission(t.Context(), s.Actor("command"), 2026)
		if err != nil || len(x.Awards) != 1 || x.Awards[0].Kind.Authority != "Chủ tịch Ủy ban nhân dân phường" {
			t.Errorf("submitted: %+v %v", x.Awards, err)
		}
	})
}

// A page shows some hundred; the workbook has them all.
func TestTheWorkbookHasAllCommendations(t *testing.T) {
	each(t, func(t *testing.T, s *apptest.Site, _ func(string)) {
		const many = 310
		ctx := t.Context()
		if err := s.DB.Write(ctx, s.System(), func(tx *db.Tx) error {
			for i := range many {
				if _, err := tx.Exec(ctx, `insert into awards (ward_id, id, number, campaign_id, year, subject, ref_id, house_id, achievement, kind, kind_name, authority, state, reason,
						consent_on, figures, votes_yes, votes_no, votes_blank, voted_on, published_on, publish_until, decision, decided_on, token, revoke_reason, revoke_decision, revoke_on,
						revoke_account, created_account, created_at, updated_at, version)
					values ({ward}, $1, $2, $3, 2026, 'house', $4, $4, 'HG', 'praise', 'Biểu dương', '', 'dropped', '', '', $5, 0, 0, 0, '', '', '', '', '', '', '', '', '', '', '', 1, 1, 1)`,
					tx.NewID(), 1000+i, s.Campaign.ID, s.House["36A Hàng Bạc"], "{}"); err != nil {
					return err
				}
			}
			return tx.Audit(ctx, db.Entry{Action: "test.plant", Object: "awards"})
		}); err != nil {
			t.Fatal(err)
		}
		book, err := excelize.OpenReader(bytes.NewReader(s.As("command").Get("/commendations/export.xlsx?year=2026").OK().Body))
		if err != nil {
			t.Fatal(err)
		}
		rows, err := book.GetRows(book.GetSheetName(0))
		if err != nil || len(rows) < many {
			t.Errorf("the workbook has %d rows: %v", len(rows), err)
		}
	})
}

func TestTheAdministratorKeepsTheKinds(t *testing.T) {
	each(t, func(t *testing.T, s *apptest.Site, _ func(string)) {
		admin := s.As("administrator")
		admin.Get("/commendations/kinds?code=police").OK().Has("h1", "thẩm quyền khen").Has("td", "Chủ tịch Ủy ban nhân dân phường")
		admin.Post("/commendations/kinds", url.Values{"code": {"letter"}, "name": {""}, "decides": {"head"}}).Is(422).Has("main", "chọn ai ghi quyết định")
		admin.Post("/commendations/kinds", url.Values{"code": {"letter"}, "name": {"Thư khen"}, "authority": {"Giám đốc Công an thành phố"}, "decides": {"command"}, "basis": {"Phân cấp năm 2026"}}).
			Follow().OK().Has("td", "Giám đốc Công an thành phố")
		admin.Post("/commendations/kinds", url.Values{"name": {"Cờ thi đua"}, "authority": {"Chủ tịch Ủy ban nhân dân phường"}, "decides": {"committee"}, "basis": {"Quy chế phường"}, "active": {"1"}}).Goes()
		admin.Post("/commendations/kinds", url.Values{"code": {"nothing"}, "name": {"x"}}).Is(404)
		s.As("group lead").Get("/commendations/new").OK().Has("main", "Cờ thi đua").Lacks("main", "Thư khen") // the letter is not in use any more
		s.As("command").Get("/commendations/kinds").Is(404)
		admin.Get("/commendations").Is(404)
		form := proposal("house")
		form.Set("kind", "letter")
		s.As("group lead").Post("/commendations", form).Is(422).Has("main", "chọn hình thức khen")
	})
}

func TestAProposalThatDoesNotPassEndsThere(t *testing.T) {
	each(t, func(t *testing.T, s *apptest.Site, _ func(string)) {
		ctx, lead := t.Context(), s.Actor("group lead")
		id, err := s.Awards.Propose(ctx, lead, awards.New{Subject: awards.House, Address: bac, Achievement: "TC", Kind: "praise"})
		if err == nil {
			err = s.Awards.Vote(ctx, lead, id, "2026-11-02", awards.Votes{Yes: 5, No: 4, Blank: 1})
		}
		if err != nil {
			t.Fatal(err)
		}
		a, err := s.Awards.Get(ctx, lead, id)
		if err != nil || a.State != awards.Rejected {
			t.Errorf("half of the votes: %s, %v", a.State, err)
		}
		if err := s.Awards.Publish(ctx, s.Actor("command"), id); !fault.Is(err, fault.Closed) {
			t.Errorf("published: %v", err)
		}
		if _, err := s.Awards.Propose(ctx, lead, awards.New{Subject: awards.House, Address: bac, Achievement: "TC", Kind: "praise"}); err != nil {
			t.Errorf("proposed again after it did not pass: %v", err)
		}
	})
}
