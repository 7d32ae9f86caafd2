package plans_test

import (
	"crypto/sha256"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"sonha/app/apptest"
	"sonha/engine/db"
	"sonha/engine/db/dbtest"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/assessments"
	"sonha/ward/criteria"
	"sonha/ward/inspections"
	"sonha/ward/plans"
)

// safe has every house of the small ward rate itself safe but 12/5 Hàng Bạc, which sends nothing.
func safe(t *testing.T, s *apptest.Site) {
	t.Helper()
	all := criteria.Answers(strings.Repeat("2", s.Set.Len()))
	for name, id := range s.House {
		if name == "12/5 Hàng Bạc" {
			continue
		}
		if err := s.DB.Write(t.Context(), s.System(), func(tx *db.Tx) error {
			return s.Assessments.Record(t.Context(), tx, assessments.Full{CampaignID: s.Campaign.ID, HouseID: id, Answers: all, Sent: true})
		}); err != nil {
			t.Fatal(err)
		}
	}
}

func order(d *db.DB) plans.Order {
	today := civil.DayOf(d.Now())
	return plans.Order{Seed: "2026112001", Share: 50, Cross: 30, Others: true, PerDay: 8, DaysAWeek: 3, From: today, To: today.AddDays(20)}
}

func TestAPlanIsKeptWithItsDraw(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		s.Enrol()
		safe(t, s)
		ctx := t.Context()
		if _, err := s.Plans.Draw(ctx, s.Actor("officer"), order(d)); !fault.Is(err, fault.Missing) {
			t.Errorf("an officer draws: %v", err)
		}
		for field, change := range map[string]func(*plans.Order){
			"share": func(o *plans.Order) { o.Share = 9 }, "cross": func(o *plans.Order) { o.Cross = 29 }, "seed": func(o *plans.Order) { o.Seed = " " },
			"to": func(o *plans.Order) { o.To = o.From.AddDays(-1) }, "from": func(o *plans.Order) { o.From = o.From.AddDays(-2) },
		} {
			o := order(d)
			change(&o)
			if e, ok := fault.As(second(s.Plans.Draw(ctx, s.Actor("command"), o))); !ok || !slices.ContainsFunc(e.Fields, func(f fault.Field) bool { return f.Name == field }) {
				t.Errorf("%s is not refused", field)
			}
		}
		p, err := s.Plans.Draw(ctx, s.Actor("command"), order(d))
		if err != nil {
			t.Fatal(err)
		}
		if len(p.Frame) != 7 || p.Sum.Sampled != 4 || p.Sum.Cross != 2 || p.Sum.Visits != 5 || p.Sum.Left != 0 {
			t.Errorf("frame %d, %+v", len(p.Frame), p.Sum)
		}
		again, err := s.Plans.Current(ctx, s.Actor("command"))
		if err != nil || !slices.Equal(again.Visits, p.Visits) || again.Digest != p.Digest {
			t.Fatalf("the plan that is kept differs: %v\n%v\n%v", err, again.Visits, p.Visits)
		}
		drawn := plans.Draw(again.Seed, again.Frame, again.Share, again.Cross)
		for i := range again.Visits {
			if v := &again.Visits[i]; v.Sampled != slices.Contains(drawn.Sample, v.House) || v.Cross != drawn.Cross[v.House] {
				t.Errorf("drawn again, %s %s is another", v.Number, v.Street)
			}
		}
		if e, ok := fault.As(second(s.Plans.Draw(ctx, s.Actor("command"), order(d)))); !ok || len(e.Fields) != 1 || e.Fields[0].Name != "reason" {
			t.Errorf("drawn again without a reason: %v", e)
		}
		o := order(d)
		o.Seed, o.Reason = "khác", "Thêm tuần"
		if _, err := s.Plans.Draw(ctx, s.Actor("command"), o); err != nil {
			t.Fatal(err)
		}
		if again, err = s.Plans.Current(ctx, s.Actor("command")); err != nil || again.Seed != "khác" || len(again.Replaced) != 1 || again.Replaced[0].Seed != "2026112001" {
			t.Errorf("the plan before is lost: %+v, %v", again.Replaced, err)
		}
	})
}

func second(_ plans.Plan, err error) error { return err }

// The pages of the command and of the officers; an officer sees the week of the own beat, and of other beats only what is drawn for it.
func TestThePagesOfAPlan(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		s.Enrol()
		safe(t, s)
		s.As("officer").Get("/plan/week").OK().Has("main", "chưa có kế hoạch")
		s.As("command").Get("/today").OK().Has(".what", "Lập kế hoạch kiểm tra")
		if to := s.As("command").Get("/plan").Goes(); to != "/plan/new" {
			t.Errorf("without a plan one goes to %s", to)
		}
		s.As("command").Get("/plan/new").OK().Has("main", "Tính với một mẫu thử").Has("main", "trên 7 số nhà tự chấm đạt an toàn")
		s.As("command").Get("/plan/new?share=5&cross=30&per_day=8&days=3&from=x&to=").Is(422).Has(".error-text", "ít nhất 10 %")
		o := order(d)
		form := url.Values{
			"share": {"50"}, "cross": {"30"}, "others": {"1"}, "per_day": {"8"}, "days": {"3"}, "from": {string(o.From)}, "to": {string(o.To)}, "seed": {"77"},
		}
		s.As("command").Post("/plan", form).Follow().OK().Has("main", "77").Has(`[aria-labelledby="sample"]`, "kiểm tra chéo")
		s.As("command").Get("/today").OK().Lacks(".what", "Lập kế hoạch kiểm tra")
		if r := s.As("command").Get("/plan/plan.pdf").OK(); !strings.HasPrefix(string(r.Body), "%PDF") {
			t.Error("the sheet is no PDF")
		}
		p, err := s.Plans.Current(t.Context(), s.Actor("command"))
		if err != nil {
			t.Fatal(err)
		}
		drawnByHand(t, s, &p)
		for person, beat := range map[string]string{"officer": s.Beat["Khu vực 1"], "other officer": s.Beat["Khu vực 2"]} {
			page := s.As(person).Get("/plan/week?week=1").OK()
			for i := range p.Visits {
				v := &p.Visits[i]
				address := v.Number + " " + v.Street
				switch {
				case v.By == beat && v.Week == 1:
					page.Has("ul.walk", address)
				case v.Home != beat && v.By != beat:
					page.Lacks("main", address)
				}
				if linked := page.Doc().Find(`main [href*="` + v.House + `"], main [action*="` + v.House + `"]`); v.Home != beat && linked.Length() > 0 {
					if to, _ := linked.Attr("href"); to != "/houses/"+v.House+"/visit" || linked.Length() > 1 || v.By != beat {
						t.Errorf("%s is led to %s of another beat, %s", person, address, to)
					}
				}
			}
		}
		s.As("officer").Get("/plan/week?week=99").Is(404)
		s.As("head").Get("/plan/week").Is(404)
		for _, path := range []string{"/plan", "/plan/new"} {
			s.As("command").With("Test-Language", "en").Get(path).OK().Lacks("body", "⟦")
		}
	})
}

// TestTheOwnOfficerIsToldThatAnotherIsSent opens houses that the plan gives to another beat as the officer of their own: the page for the door
// and the sheet say to whom, and take the inspection all the same; once the house is inspected, they are silent. Where the plan sends the own
// officer, and to the officer who is sent, nothing is said.
func TestTheOwnOfficerIsToldThatAnotherIsSent(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		s.Enrol()
		safe(t, s)
		const said = "Kế hoạch giao số nhà này cho cảnh sát khu vực khác (Khu vực 2)"
		own, other := s.Beat["Khu vực 1"], s.Beat["Khu vực 2"]
		officer := s.As("officer")
		officer.Get("/houses/"+s.House["36A Hàng Bạc"]+"/visit").OK().Lacks("main", "Kế hoạch giao số nhà này") // nothing is drawn
		o := order(d)
		o.Share, o.Cross = 100, 50
		var across, kept string // houses of the own beat, one for the other's officer; houses have new ids each time, so that the seed is looked for
		for seed := 1; across == "" || kept == ""; seed++ {
			if seed > 50 {
				t.Fatal("no seed sends one house across and keeps one")
			}
			across, kept = "", ""
			o.Seed, o.Reason = strconv.Itoa(20261000+seed), "Rút lại cho đều."
			p, err := s.Plans.Draw(t.Context(), s.Actor("command"), o)
			if err != nil {
				t.Fatal(err)
			}
			for i := range p.Visits {
				switch v := &p.Visits[i]; {
				case v.Home == own && v.By == other && v.Week > 0:
					across = v.House
				case v.Home == own && v.By == own:
					kept = v.House
				}
			}
		}
		at := "/houses/" + across + "/visit"
		officer.Get(at).OK().Has("main", said).Has("#door button", "Kết thúc")
		officer.With("Test-Language", "en").Get(at).OK().Has("main", "the area officer of another beat (Khu vực 2) to cross-check")
		s.As("other officer").Get(at).OK().Lacks("main", "Kế hoạch giao số nhà này").Has("main", "kế hoạch giao ông/bà kiểm tra chéo")
		officer.Get("/houses/"+kept+"/visit").OK().Lacks("main", "Kế hoạch giao số nhà này")
		sheet := officer.Post("/houses/"+across+"/inspections", url.Values{}).Goes()
		officer.Get(sheet).OK().Has("main", said)
		officer.Post(sheet+"/drop", url.Values{}).Goes()
		if err := s.DB.Write(t.Context(), s.System(), func(tx *db.Tx) error {
			all := criteria.Answers(strings.Repeat("2", s.Set.Len()))
			_, err := s.Inspections.Record(t.Context(), tx, inspections.Full{
				CampaignID: s.Campaign.ID, HouseID: across, Kind: inspections.Sample, Self: all, Found: all,
				Visit: inspections.Visit{On: o.From, Members: "CSKV khu vực 2", ResidentSide: "Ban công tác Mặt trận"},
			})
			return err
		}); err != nil {
			t.Fatal(err)
		}
		officer.Get(at).OK().Lacks("main", "Kế hoạch giao số nhà này")
	})
}

// TestACrossInspectionIsByWhomTheSheetNames has houses inspected that are all drawn for the other beat: what counts as a cross-check is who
// was there, whoever typed it in.
func TestACrossInspectionIsByWhomTheSheetNames(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		s.Enrol()
		safe(t, s)
		o := order(d)
		o.Share, o.Cross = 100, 100
		p, err := s.Plans.Draw(t.Context(), s.Actor("command"), o)
		if err != nil {
			t.Fatal(err)
		}
		var homes []string // of the second beat
		for i := range p.Visits {
			if p.Visits[i].Home == s.Beat["Khu vực 2"] && p.Visits[i].Cross {
				homes = append(homes, p.Visits[i].House)
			}
		}
		if len(homes) < 3 {
			t.Fatalf("%d houses", len(homes))
		}
		all, crossed := criteria.Answers(strings.Repeat("2", s.Set.Len())), 0
		inspect := func(who access.Actor, house, members string) {
			t.Helper()
			if err := s.DB.Write(t.Context(), who, func(tx *db.Tx) error {
				_, err := s.Inspections.Record(t.Context(), tx, inspections.Full{
					CampaignID: s.Campaign.ID, HouseID: house, Kind: inspections.Sample, Self: all, Found: all,
					Visit: inspections.Visit{On: o.From, Members: members, ResidentSide: "Ban công tác Mặt trận"},
				})
				return err
			}); err != nil {
				t.Fatal(err)
			}
		}
		shows := func(change int, house, what string) {
			t.Helper()
			crossed += change
			page := s.As("command").Get("/plan").OK().Has(`[aria-labelledby="figures"]`, strconv.Itoa(crossed)+" số nhà đã có cảnh sát khu vực khác kiểm tra")
			row := page.Doc().Find(`[aria-labelledby="sample"] tr:has(a[href="/houses/` + house + `"]) td[data-label="Đã kiểm tra"]`).Text()
			if strings.Contains(row, "kiểm tra chéo") != (change == 1) {
				t.Errorf("%s: the row says %q", what, row)
			}
		}
		officer, other := s.Actor("other officer"), s.Actor("officer")
		inspect(officer, homes[0], officer.Name()+"\nCSKV Khu vực 1")
		shows(0, homes[0], "the own officer, who was there with the other")
		inspect(officer, homes[1], "Trung úy "+strings.ToUpper(other.Name()))
		shows(1, homes[1], "typed in by the own officer for the other one by name")
		inspect(s.System(), homes[2], "Cảnh sát khu vực 11")
		shows(0, homes[2], "by the name of no beat of the ward")
		inspect(s.System(), homes[2], "Cảnh sát khu vực 1; Trưởng nhóm tự quản")
		shows(1, homes[2], "taken in by the ward, by the name of the beat")
		as, _, _, err := s.Plans.Lend(t.Context(), other, homes[0])
		if err != nil {
			t.Fatal(err)
		}
		inspect(as, homes[0], "Đoàn của phường, có CSKV Khu vực 2")
		shows(1, homes[0], "by the officer of the other beat, with the own one at hand")
	})
}

// The plan as a file says who inspects which house in which week, and what is done.
func TestThePlanAsAFile(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		s.Enrol()
		safe(t, s)
		s.As("command").Get("/plan/visits.csv").Is(404) // nothing is drawn
		p, err := s.Plans.Draw(t.Context(), s.Actor("command"), order(d))
		if err != nil {
			t.Fatal(err)
		}
		s.As("command").Get("/plan").OK().Has(".actions a", "Tải Excel")
		text := s.ListFile("/plan/visits", "plan.export", len(p.Visits), "command")
		rows := strings.Split(text, "\r\n")
		for i := range p.Visits {
			v := &p.Visits[i]
			at := slices.IndexFunc(rows, func(row string) bool { return strings.HasPrefix(row, v.Number+";"+v.Street+";") })
			if at < 0 || strings.Contains(rows[at], ";Có;") != (v.Sampled || v.Cross) || !strings.Contains(rows[at], "Khu vực") || !strings.Contains(rows[at], "Chưa") {
				t.Errorf("%s %s is not as planned in:\n%s", v.Number, v.Street, text)
			}
		}
	})
}

// drawnByHand draws the sample again from what is printed and taken away, with nothing but SHA-256, as the page says.
func drawnByHand(t *testing.T, s *apptest.Site, p *plans.Plan) {
	t.Helper()
	s.As("command").Get("/plan").OK().Has(`main a[href="/plan/list.csv"]`, "7 số nhà")
	var rows [][]string
	for line := range strings.SplitSeq(s.ListFile("/plan/list", "plan.list", len(p.Frame), "command"), "\r\n") {
		if row := strings.Split(line, ";"); len(row) == 7 && len(row[4]) == 64 {
			rows = append(rows, row)
		}
	}
	if len(rows) != len(p.Frame) {
		t.Fatalf("%d rows", len(rows))
	}
	digest := func(text string) string { return fmt.Sprintf("%x", sha256.Sum256([]byte(text))) }
	var ids []string
	slices.SortFunc(rows, func(a, b []string) int { return strings.Compare(digest(p.Seed+":"+a[1]), digest(p.Seed+":"+b[1])) })
	for i, row := range rows {
		ids = append(ids, row[1])
		if sampled := i < p.Sum.Sampled; row[4] != digest(p.Seed+":"+row[1]) || (row[5] == "Có") != sampled || row[0] != strconv.Itoa(i+1) {
			t.Errorf("row %d says %v", i+1, row)
		}
		if at := slices.IndexFunc(p.Visits, func(v plans.Visit) bool { return v.House == row[1] && v.Sampled }); (at >= 0) != (row[5] == "Có") {
			t.Errorf("the plan has another sample than the list: %v", row)
		}
	}
	slices.Sort(ids)
	if digest(strings.Join(ids, "\n")+"\n") != p.Digest {
		t.Error("the list is not the one whose digest is printed")
	}
}
