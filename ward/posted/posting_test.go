package posted_test

import (
	"net/url"
	"strings"
	"testing"

	"sonha/app/apptest"
	"sonha/engine/db"
	"sonha/engine/db/dbtest"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/campaigns"
)

// A list hangs for ten days, what is said about it is answered, and nothing is closed before that.
func TestTheListHangsAndRemarksAreAnswered(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		today := civil.DayOf(s.DB.Now())
		command := s.As("command")
		year(t, s, campaigns.Review)
		form := url.Values{"from": {string(today)}, "until": {string(today.AddDays(9))}, "places": {"Trụ sở Công an phường"}}
		command.Get("/posted/paper").OK().Has(".notice", "bước công khai").Lacks("button", "Lưu ngày niêm yết")
		command.Post("/posted/paper", form).Is(422)
		s.Phase(campaigns.Publish)
		remark := url.Values{"on": {string(today)}, "channel": {"counter"}, "content": {"Cổng số nhà này hay để ngỏ ban đêm."}}
		command.Post("/posted/remarks", remark).Is(422).Has("main", "chưa niêm yết")
		command.Post("/posted/paper", form).Is(422).Has(".error-text", "từ 10 đến 60 ngày").Has("textarea", "Trụ sở Công an phường")
		form.Set("until", string(today.AddDays(10)))
		command.Post("/posted/paper", form).Follow().OK().Has("main", "Đang niêm yết đến hết ngày").Has("dl", "2")
		s.As("officer").Get("/posted/paper").Is(404)

		sheet := command.Get("/posted/list.pdf").OK()
		if !strings.HasPrefix(string(sheet.Body), "%PDF-") {
			t.Error("the sheet is no PDF")
		}
		remark.Set("address", "1000 Hàng Bạc")
		command.Post("/posted/remarks", remark).Is(422).Has(".error-text", "Không tìm thấy số nhà 1000 Hàng Bạc").Has("textarea", "hay để ngỏ")
		remark.Set("address", "36A Hàng Bạc")
		remark.Set("content", "Ông Trần Văn Nam hay để ngỏ cổng")
		command.Post("/posted/remarks", remark).Is(422).Has(".error-text", "tên người")
		remark.Set("content", "Cổng số nhà này hay để ngỏ ban đêm.")
		command.Post("/posted/remarks", remark).Follow().OK().Has(".fallen", "hay để ngỏ ban đêm").Has(".fallen a", "36A Hàng Bạc")

		c, err := s.Campaigns.Get(t.Context(), s.System(), s.Campaign.ID)
		if err != nil {
			t.Fatal(err)
		}
		command.Get("/campaigns/"+c.ID+"/close").OK().Has(".notice", "Còn 1 ý kiến về danh sách niêm yết").Lacks("button", "Chốt")
		if err := s.Results.Close(t.Context(), s.Actor("command"), c.ID, c.Version); !fault.Is(err, fault.Closed) {
			t.Errorf("closed with a remark that waits: %v", err)
		}
		x, err := s.Posted.Paper(t.Context(), s.Actor("command"), 0)
		if err != nil {
			t.Fatal(err)
		}
		answer := "/posted/remarks/" + x.Remarks[0].ID + "/answer"
		command.Post(answer, url.Values{"answer": {""}}).Is(422)
		s.As("other command").Post(answer, url.Values{"answer": {"Đã xem."}}).Is(404)
		command.Post(answer, url.Values{"answer": {"Cảnh sát khu vực đã xem: số nhà đã lắp khóa tự đóng."}}).Follow().OK().Has(".fallen", "khóa tự đóng")
		if err := s.Posted.AnswerRemark(t.Context(), s.Actor("command"), x.Remarks[0].ID, "Lần nữa"); !fault.Is(err, fault.Closed) {
			t.Errorf("answered twice: %v", err)
		}
		command.Get("/campaigns/"+c.ID+"/close").OK().Lacks("button", "Chốt").
			Has(".notice", "Danh sách còn niêm yết đến hết ngày "+today.AddDays(10).Display()+" để nhận ý kiến. Ông/bà chốt từ ngày "+today.AddDays(11).Display()+".")
		if err := s.Results.Close(t.Context(), s.Actor("command"), c.ID, c.Version); !fault.Is(err, fault.Closed) {
			t.Errorf("closed while the list hangs: %v", err)
		}
		command.Post("/posted", url.Values{"safe_list": {"1"}}).Follow().OK()
		s.As("visitor").Get("/safe?ward="+s.Ward.Code).OK().Has("main", "đến hết ngày "+today.AddDays(10).Display())

		// It was taken down yesterday, after its ten days.
		form.Set("from", string(today.AddDays(-12)))
		form.Set("until", string(today.AddDays(-1)))
		command.Post("/posted/paper", form).Follow().OK()
		command.Get("/campaigns/"+c.ID+"/close").OK().Lacks(".notice", "còn niêm yết").Has("button", "Chốt")
		if err := s.Results.Close(t.Context(), s.Actor("command"), c.ID, c.Version); err != nil {
			t.Error(err)
		}
	})
}
