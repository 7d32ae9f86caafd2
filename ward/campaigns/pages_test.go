package campaigns_test

import (
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"testing"

	"sonha/app/apptest"
	"sonha/engine/db"
	"sonha/engine/db/dbtest"
	"sonha/ward/campaigns"
)

func TestTheCommandOpensACampaign(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		command := s.As("command")
		form := command.Get("/campaigns/new?year=2027").OK().Has("h1", "Mở đợt mới").Has(".notice", "Đợt 2026 đang ở bước “Kiểm tra”")
		if form.Value("year") != "2027" || form.Value("open_from") != "2026-11-01" || form.Value("publish_to") != "2027-11-30" {
			t.Errorf("usual dates of 2027: %q %q %q", form.Value("year"), form.Value("open_from"), form.Value("publish_to"))
		}
		values := url.Values{"year": {"2027"}}
		for _, x := range campaigns.Plan(2027) {
			values.Set(string(x.Phase)+"_from", string(x.Starts))
			values.Set(string(x.Phase)+"_to", x.Ends.Display())
		}
		bad := url.Values{}
		maps.Copy(bad, values)
		bad.Set("inspect_to", "2027-08-01")
		bad.Set("review_from", "31/02/2027")
		refused := command.Post("/campaigns/new", bad).Is(http.StatusUnprocessableEntity).Has(".notice a", "Kiểm tra – Từ ngày: Ngày kết thúc phải sau ngày bắt đầu").Has(".error-text", "nhập ngày theo mẫu")
		if refused.Value("review_from") != "31/02/2027" || refused.Value("year") != "2027" {
			t.Error("the form lost what was typed")
		}
		far := url.Values{}
		maps.Copy(far, values)
		far.Set("year", "2199")
		command.Post("/campaigns/new", far).Is(http.StatusUnprocessableEntity).Has(".error-text", "Chỉ mở được đợt đến năm")
		page := command.Post("/campaigns/new", values).Follow().OK().Has("h1", "Đợt 2027").Has("tr.sel", "Ký cam kết")
		page.Has("tr", "01/11/2026–31/03/2027").Has("tr", "Các hộ ký hoặc rút cam kết")
		command.Post("/campaigns/new", values).Is(http.StatusUnprocessableEntity).Has(".error-text", "Năm 2027 đã có đợt")
		command.Get("/campaigns").OK().Has("tbody th", "Đợt 2027").Has("tbody th", "Đợt 2026").Has("tbody td", "Ký cam kết")

		// The sums of the new campaign are there at once: every house of the ward, none inspected.
		c, err := s.Campaigns.ByYear(t.Context(), s.Actor("command"), 2027)
		if err != nil {
			t.Fatal(err)
		}
		if _, whole, _, err := s.Results.Tallies(t.Context(), s.Actor("command"), c.ID); err != nil || whole.Houses != 8 || whole.Inspected != 0 {
			t.Errorf("sums of the new campaign: %+v %v", whole, err)
		}
	})
}

func TestMovingACampaignSaysWhatChanges(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		command := s.As("command")
		at := "/campaigns/" + s.Campaign.ID
		page := command.Get(at).OK().Has("tr.sel", "Kiểm tra").Has(".actions", "Chuyển sang bước xét").Has(".actions", "Lùi về bước tự đánh giá")
		version := page.Value("version")
		ask := command.Get(at+"/phase?to=review").OK().Has("h1", "Chuyển đợt 2026 sang bước xét?")
		ask.Has(".terms", "Không làm được nữa").Has(".terms", "trưởng số nhà tự đánh giá").Has(".terms", "Vẫn làm được")
		command.Get(at+"/phase?to=publish").Is(http.StatusConflict).Has("main", "từng bước một")
		command.Get(at + "/phase?to=closed").Is(http.StatusConflict)

		step := url.Values{"to": {"review"}, "version": {version}}
		command.Post(at+"/phase", step).Follow().OK().Has("tr.sel", "Xét")
		command.Post(at+"/phase", url.Values{"to": {"publish"}, "version": {version}}).Is(http.StatusConflict).Has("main", "Người khác vừa sửa")
		command.Get(at+"/phase?to=inspect").OK().Has("h1", "Lùi đợt 2026 về bước kiểm tra?").Has(".terms", "Bắt đầu làm được")

		// Dates change without moving the campaign, and only from the page that is up to date.
		page = command.Get(at).OK()
		values := url.Values{"version": {page.Value("version")}}
		for _, x := range campaigns.Plan(2026) {
			values.Set(string(x.Phase)+"_from", string(x.Starts))
			values.Set(string(x.Phase)+"_to", string(x.Ends))
		}
		values.Set("publish_to", "2026-12-12")
		command.Post(at+"/dates", values).Follow().OK().Has("tr", "21/11/2026–12/12/2026").Has("tr.sel", "Xét")
		command.Post(at+"/dates", values).Is(http.StatusConflict)
		values.Set("publish_to", "2026-11-20")
		values.Set("version", command.Get(at).Value("version"))
		command.Post(at+"/dates", values).Is(http.StatusUnprocessableEntity).Has(".error-text", "Ngày kết thúc")
	})
}

func TestOnlyTheCommandRunsACampaign(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		at := "/campaigns/" + s.Campaign.ID
		for _, person := range apptest.People() {
			if person == "command" || person == "visitor" {
				continue
			}
			for _, path := range []string{"/campaigns", "/campaigns/new", at, at + "/phase?to=review"} {
				if person == "other command" && (path == "/campaigns" || path == "/campaigns/new") {
					s.As(person).Get(path).OK().Lacks("main", "Đợt 2026")
					continue
				}
				s.As(person).Get(path).Is(http.StatusNotFound)
			}
			values := url.Values{"to": {"review"}, "version": {strconv.Itoa(2)}}
			s.As(person).Post(at+"/phase", values).Is(http.StatusNotFound)
		}
	})
}

func TestAClosedCampaignStaysAsItIs(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		s.Phase(campaigns.Closed)
		command, at := s.As("command"), "/campaigns/"+s.Campaign.ID
		command.Get(at).OK().Has("main", "Đợt đã chốt").Lacks("main", "Lưu lịch")
		c, err := s.Campaigns.Get(t.Context(), s.Actor("command"), s.Campaign.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, to := range []campaigns.Phase{campaigns.Publish, campaigns.Closed, campaigns.Inspect} {
			command.Post(at+"/phase", url.Values{"to": {string(to)}, "version": {strconv.Itoa(c.Version)}}).Is(http.StatusConflict)
		}
		values := url.Values{"version": {strconv.Itoa(c.Version)}}
		for _, x := range campaigns.Plan(2026) {
			values.Set(string(x.Phase)+"_from", string(x.Starts))
			values.Set(string(x.Phase)+"_to", string(x.Ends))
		}
		command.Post(at+"/dates", values).Is(http.StatusConflict).Has("main", "đã chốt")
	})
}
