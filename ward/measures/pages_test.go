package measures_test

import (
	"net/url"
	"strings"
	"testing"

	"sonha/app/apptest"
	"sonha/engine/db"
	"sonha/engine/db/dbtest"
	"sonha/ward/measures"
)

// The pages of a measure, from the house's page to the second key, as people go through them.
func TestTheWayOfAMeasureThroughThePages(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *apptest.Site, _ *dbtest.Clock) {
		house := s.House[bac]
		s.As("head").Get("/houses/"+house).OK().Has(`[aria-labelledby="measures"]`, "Không có việc nào đang chờ").Has(`[aria-labelledby="measures"] a`, "Ghi biện pháp")
		form := url.Values{"house": {house}, "content": {"Nhắc ông Nguyễn Văn Hùng khóa cổng"}, "owner": {"house"}, "due": {"2026-11-03"}}
		s.As("officer").Post("/measures", form).Is(422).Has(".error-text", "tên người").Has("textarea", "khóa cổng")
		form.Set("content", "Thay khóa cổng chung")
		form.Set("due", "hôm nào đó")
		if r := s.As("officer").Post("/measures", form).Is(422); r.Value("due") != "hôm nào đó" {
			t.Errorf("what was typed as a day is lost: %q", r.Value("due"))
		}
		form.Set("due", "2026-11-03")
		at := s.As("officer").Post("/measures", form).Goes()
		s.As("head").Get("/houses/"+house+"/history").OK().Has(".timeline", "hạn 03/11/2026")
		s.As("command").With("Test-Language", "en").Get("/houses/"+house+"/history").OK().Has(".timeline", "due 3 Nov")
		s.As("other officer").Get(at).Is(404)
		s.As("other head").Get(at).Is(404)
		s.As("head").Get("/houses/"+house).OK().Has(`[aria-labelledby="measures"]`, "Thay khóa cổng chung").Has(`[aria-labelledby="measures"]`, "còn 10 ngày làm việc")
		page := s.As("head").Get(at).OK().Has("h1", "Thay khóa cổng chung").Has("button", "Báo đã xong").Lacks("button", "Đúng rồi").Lacks("summary", "Đổi hạn")
		work := url.Values{"act": {"note"}, "percent": {"70"}, "on": {"2026-10-20"}, "version": {page.Value("version")}}
		s.As("head").Post(at+"/work", work).Is(422).Has(".error-text", "đã làm gì")
		work.Set("note", "Đã mua khóa")
		s.As("head").Post(at+"/work", work).Follow().OK().Has("main", "Đang làm, 70").Has(".timeline", "Đã mua khóa")
		// What waits for somebody to confirm it and what nobody has begun stand in that list too.
		s.As("head").Get("/measures").OK().Has(".chip", "Chưa xong").Lacks(".chip", "Đang làm")
		s.As("head").Upload(at+"/work", "photos", "khoa.png", picture(t), url.Values{"act": {"report"}}).Follow().OK().Has("main", "chờ cảnh sát khu vực (CSKV) xác nhận")
		if m := get(t, s, "officer", strings.TrimPrefix(at, "/measures/")); len(m.Photos) != 1 {
			t.Errorf("%d photos", len(m.Photos))
		} else {
			s.As("officer").Get("/measure-photos/" + m.Photos[0].ID + "/thumb").OK()
			s.As("other officer").Get("/measure-photos/" + m.Photos[0].ID).Is(404)
		}
		s.As("head").Post(at+"/work", url.Values{"act": {"verify"}}).Is(422).Has("main", "người khác xác nhận")
		s.As("officer").Get("/today").OK().Has(".what", "36A Hàng Bạc: Trưởng số nhà báo đã xong, đúng chưa: Thay khóa cổng chung")
		s.As("officer").Get(at).OK().Has("button", "Đúng rồi")
		s.As("officer").Post(at+"/work", url.Values{"act": {"verify"}}).Follow().OK().Has("main", "Đã xác nhận xong").Lacks("button", "Đúng rồi")
		s.As("head").Get("/houses/"+house).OK().Lacks(`[aria-labelledby="measures"]`, "Thay khóa cổng chung")
	})
}

// The list keeps its filter in the address, pages through everything once, and its files hold the same rows.
func TestTheListOfMeasures(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *apptest.Site, c *dbtest.Clock) {
		const many = measures.PageRows + 5
		for range many {
			opened(t, s, "officer", lamp(s))
		}
		group := measures.New{
			From: measures.Origin{Source: measures.FromReview, ID: "1"}, Group: s.Group["Tổ dân phố 2"], Content: "Kẻ vạch chỗ để xe", Owner: measures.ByGroup, Due: "2026-10-27",
		}
		opened(t, s, "command", group)
		seen := map[string]bool{}
		for path, pages := "/measures", 0; path != ""; pages++ {
			if pages > 2 {
				t.Fatal("the list does not end")
			}
			r := s.As("command").Get(path).OK()
			path = ""
			for _, link := range r.Doc().Find("main a[href]").EachIter() {
				href, _ := link.Attr("href")
				if id, ok := strings.CutPrefix(href, "/measures/"); ok && db.ValidID(id) {
					if seen[id] {
						t.Errorf("%s is on two pages", id)
					}
					seen[id] = true
				}
				if strings.Contains(href, "after=") && !strings.Contains(href, "export") {
					path = href
				}
			}
		}
		if len(seen) != many+1 {
			t.Errorf("the list has %d measures, %d were opened", len(seen), many+1)
		}
		s.As("command").Get("/measures?source=review").OK().Has("table", "Kẻ vạch").Lacks("table", "Lắp đèn")
		s.As("command").Get("/measures?group="+s.Group["Tổ dân phố 1"]).OK().Has("table", "Lắp đèn").Lacks("table", "Kẻ vạch")
		s.As("command").Get("/measures?owner=group&state=planned").OK().Has("table", "Kẻ vạch").Lacks("table", "Lắp đèn")
		s.As("command").Get("/measures?overdue=1").OK().Has("main", "Không có biện pháp nào")
		today := string(c.Today())
		s.As("command").Get("/measures?state=all&source=review&opened="+today+".."+today).OK().Has("table", "Kẻ vạch").Has(".chip", "Giao từ")
		s.As("command").Get("/measures?state=all&opened=2026-01-01..2026-01-31").OK().Has("main", "Không có biện pháp nào").Has(".chip", "Giao từ 01/01/2026 đến 31/01/2026")
		s.As("command").Get("/measures?state=running&source=review").OK().Has("table", "Kẻ vạch").Has(".chip", "Chưa báo xong")
		s.As("command").Get("/measures?state=all&source=review&opened=x..2026-01-31").OK().Has("table", "Kẻ vạch").Lacks(".chip", "Giao từ") // an old or a mangled link still opens
		s.As("command").Get("/measures?state=verified&closed="+today+".."+today).OK().Has("main", "Không có biện pháp nào").Has(".chip", "Xác nhận xong từ")
		c.Days(8)
		s.As("command").Get("/measures?overdue=1").OK().Has("table .due", "quá hạn 1 ngày làm việc").Lacks("table", "Lắp đèn")
		s.As("other group lead").Get("/measures").OK().Has("table", "Kẻ vạch").Lacks("main", "36A")
		csv := s.ListFile("/measures/export?state=planned", "measure.export", many, "officer", "other officer", "head", "other head", "group lead", "other group lead",
			"command", "other command", "committee")
		if n := strings.Count(csv, "Lắp đèn"); n != many || strings.Contains(csv, "Kẻ vạch") {
			t.Errorf("the file of the officer holds %d rows of the own beat, want %d", n, many)
		}
		for _, lang := range []string{"vi", "en"} {
			s.As("command").With("Test-Language", lang).Get("/measures").OK().Lacks("body", "⟦")
			s.As("command").With("Test-Language", lang).Get("/measures/new").OK().Lacks("body", "⟦")
		}
	})
}
