package editions_test

import (
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"sonha/app/apptest"
	"sonha/engine/db"
	"sonha/engine/db/dbtest"
	"sonha/ward/campaigns"
	"sonha/ward/criteria"
	"sonha/ward/editions"
	"sonha/ward/results"
)

// years are a ward with a campaign on version 1, in which VH3 and HG7 fell short at one house, that was closed, and one on version 2, which
// lacks VH3 and asks two things more: 43 letters instead of 42, and from VH4 on none of them at the place of before.
type years struct {
	*apptest.Site
	t           *testing.T
	set         *criteria.Set // version 2
	house, seen string        // one answers for itself, the other is only inspected
	first       campaigns.Campaign
	kept        map[string]string // what version 1 left: its snapshot, its rows, its report
}

func newYears(t *testing.T, d *db.DB) *years {
	t.Helper()
	s := apptest.New(t, d)
	y := &years{Site: s, t: t, house: s.House["36A Hàng Bạc"], seen: s.House["36 Hàng Bạc"], first: s.Campaign}
	record(t, s, y.seen, criteria.Answers(strings.Repeat("2", s.Set.Len())).With(s.Set.Index("VH3"), criteria.Fail).With(s.Set.Index("HG7"), criteria.Partly))
	if err := s.DB.Write(t.Context(), s.System(), func(tx *db.Tx) error {
		return editions.Record(t.Context(), tx, editions.Full{Note: "Rút kinh nghiệm đợt 2026.", By: "người soạn", Change: func(set *criteria.Set) {
			vh := &set.Contents[0]
			vh.Items = slices.Delete(vh.Items, 2, 3)
			for content, said := range map[int]string{1: "Có sổ giữ chìa khóa cổng", 5: "Có bảng ghi giờ yên tĩnh"} {
				c := &set.Contents[content]
				item := c.Items[6]
				item.Code, item.Household, item.Required = set.NextCode(c.Code), criteria.Text{}, false
				if content == 1 {
					item.Household = both("Nhà mình có biết chìa khóa cổng để ở đâu không?")
				}
				item.Label, item.Text, item.Question = both(said), both(said+" ở lối chung"), both(said+" không?")
				c.Items = append(c.Items, item)
			}
		}})
	}); err != nil {
		t.Fatal(err)
	}
	s.As("committee").Post("/criteria/2/publish", url.Values{"seen": {"1"}, "reason": {"Đã thống nhất."}}).Is(303)
	y.set = of(t, s, 2)
	y.finish()
	y.kept = y.left()
	next, err := s.Campaigns.Create(t.Context(), s.System(), campaigns.New{Year: 2027, Criteria: 2})
	if err != nil {
		t.Fatal(err)
	}
	s.Campaign = next
	return y
}

func both(text string) criteria.Text { return criteria.Text{VI: text, EN: text} }

// finish approves what is proposed in the campaign and closes it, as the command does.
func (y *years) finish() {
	y.t.Helper()
	boss := y.As("command")
	for _, house := range []string{y.house, y.seen} {
		var r results.Result
		if err := y.DB.Read(y.t.Context(), y.System(), func(tx *db.Tx) error {
			var err error
			r, err = results.Of(y.t.Context(), tx, y.Campaign.ID, house)
			return err
		}); err != nil {
			y.t.Fatal(err)
		}
		if r.Class != criteria.NotInspected {
			if err := y.Results.Decide(y.t.Context(), y.Actor("command"), y.Campaign.ID, house, results.Decision{Class: r.Class, Version: r.Version}); err != nil {
				y.t.Fatal(err)
			}
		}
	}
	y.Phase(campaigns.Publish)
	at := "/campaigns/" + y.Campaign.ID + "/close"
	boss.Post(at, url.Values{"version": {boss.Get(at).OK().Value("version")}}).Follow().OK().Has("h1", "Bản chốt đợt")
}

// left is what the first campaign is remembered by: its signed snapshot, every row of its results, its report but for what may be mended
// after the end of a year, and the dossier of a house on paper.
func (y *years) left() map[string]string {
	y.t.Helper()
	boss, of := y.As("command"), "?year="+strconv.Itoa(y.first.Year)
	var report map[string]any
	if err := json.Unmarshal(file(y.t, boss, "/reports/campaign.json"+of), &report); err != nil {
		y.t.Fatal(err)
	}
	delete(report, "as_of")
	delete(report, "shortcomings")
	said, err := json.Marshal(report)
	if err != nil {
		y.t.Fatal(err)
	}
	return map[string]string{
		"the snapshot":            string(boss.Get("/campaigns/" + y.first.ID + "/snapshot.json").OK().Body),
		"the rows":                rows(y.t, y.Site, y.first.ID),
		"the report":              string(said),
		"the board":               boss.Get("/board/items" + of).OK().Text("main table"),
		"the contents of a house": boss.Get("/houses/" + y.seen + of).OK().Text(`section[aria-labelledby="contents"]`),
	}
}

// rows is all that is kept of answers in a campaign.
func rows(t *testing.T, s *apptest.Site, campaign string) string {
	t.Helper()
	var b strings.Builder
	if err := s.DB.Read(t.Context(), s.System(), func(tx *db.Tx) error {
		b.Reset()
		return tx.All(t.Context(), func(scan func(...any) error) error {
			var house, answers, contents, missing, class string
			var points, most int
			if err := scan(&house, &answers, &contents, &missing, &class, &points, &most); err != nil {
				return err
			}
			b.WriteString(strings.Join([]string{house, answers, contents, missing, class, strconv.Itoa(points), strconv.Itoa(most)}, " ") + "\n")
			return nil
		}, `select r.house_id, r.answers, r.contents, r.missing, r.class, r.points, r.points_max from results r where r.ward_id = {ward} and r.campaign_id = $1 order by r.house_id`, campaign)
	}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestAYearWithOtherItems: a campaign on version 1 is closed, and one on version 2, with items more and another less, runs from the first answer
// to its snapshot. Nothing of the first changes by a letter, and every figure and page of the second goes by its own items.
func TestAYearWithOtherItems(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		y := newYears(t, d)
		y.Phase(campaigns.Assess)
		y.waited()
		y.answered()
		y.Phase(campaigns.Inspect)
		y.inspected()
		y.filtered()
		y.finish()
		y.reported()
		for what, now := range y.left() {
			if now != y.kept[what] {
				t.Errorf("%s of the year before changed:\n%s\n%s", what, y.kept[what], now)
			}
		}
	})
}

// waited: what waited on a phone for the item that is gone, or for letters of before, is refused with its reason, and nothing is written.
func (y *years) waited() {
	head, home := y.As("head"), "/houses/"+y.house+"/assessment"
	head.Get(home + "/VH3").Is(404)
	head.Post(home+"/VH3", url.Values{"answer": {"2"}, "base": {"."}, criteria.AskedField: {"1"}}).Is(422).Has("main", "bộ tiêu chí bản 1")
	head.Post(home, url.Values{"opened": {string(y.Set.Blank())}, "a.VH1": {"2"}, criteria.AskedField: {"1"}}).Is(422).Has("main", "bộ tiêu chí bản 1")
	y.As("household").Post("/home/answers/VH3", url.Values{"answer": {"2"}, criteria.AskedField: {"1"}}).Is(422).Has("main", "bộ tiêu chí bản 1")
	pack := string(head.Get("/offline/pages").OK().Body)
	if strings.Contains(pack, "/assessment/VH3") || !strings.Contains(pack, "/assessment/HG8") || !strings.Contains(pack, "/assessment/TC9") {
		y.t.Error("the phone keeps other questions than the campaign asks")
	}
	head.Get(home).OK().Has("main", "Sáu nội dung, 43 câu").Has("main", "0 trên 6 câu")
}

// answered: the head answers, the last question and then the sheet, and sends it; the households answer theirs; paper asks the same.
func (y *years) answered() {
	head, family, home := y.As("head"), y.As("household"), "/houses/"+y.house+"/assessment"
	last := y.set.Index("HG8")
	head.Get(home+"/HG8").OK().Has("h1", "giờ yên tĩnh").Has(".progress", "Câu 43 trên 43")
	head.Post(home+"/HG8", url.Values{"answer": {"0"}, "base": {"."}, criteria.AskedField: {"2"}}).Is(303)
	grid := url.Values{"opened": {string(y.set.Blank().With(last, criteria.Fail))}, criteria.AskedField: {"2"}}
	for at, code := range y.set.Codes() {
		if at < last {
			grid.Set("a."+code, "2")
		}
	}
	head.Post(home, grid).Is(303)
	head.Post(home+"/send", url.Values{criteria.AskedField: {"2"}}).Is(303)
	for _, at := range y.set.HouseholdItems() {
		family.Post("/home/answers/"+y.set.Code(at), url.Values{"answer": {"2"}, criteria.AskedField: {"2"}}).Is(303)
	}
	family.Post("/home/answers", url.Values{criteria.AskedField: {"2"}}).Is(303)
	y.As("group lead").Get("/houses/"+y.house+"/forms").OK().Has("main", "43 mục").Has("main", "13 câu")
	paper := pdfText(y.t, file(y.t, head, "/houses/"+y.house+"/forms.pdf?form=assessment"))
	if !says(paper, "Có bảng ghi giờ yên tĩnh không?") || !says(paper, "………/43") || says(paper, "VH3") {
		y.t.Error("the sheet of paper asks other items")
	}
	paper = pdfText(y.t, file(y.t, head, "/houses/"+y.house+"/forms.pdf?form=household"))
	if n := strings.Count(paper, "\f"); n != 14 || strings.Count(flat(paper), flat("Nhà mình có biết chìa khóa cổng")) != 14 {
		y.t.Errorf("the sheets of 14 households are %d pages", n)
	}
}

// inspected: the officer fills the page in at the door of both houses, where VH4 and HG8 fall short.
func (y *years) inspected() {
	officer := y.As("officer")
	for _, house := range []string{y.house, y.seen} {
		at := "/houses/" + house + "/visit"
		page := officer.Get(at).OK().Has("main", "HG8").Has("main", "TC9").Lacks("main", "VH3")
		const pen = "M10 10L20 30L44 31L60 12M80 90L120 40"
		f := url.Values{
			"base": {page.Value("base")}, "opened": {page.Value("opened")}, "on": {page.Value("on")}, "members": {page.Text("#f-members")}, criteria.AskedField: {page.Value(criteria.AskedField)},
			"resident_side": {"Trưởng ban công tác Mặt trận"}, "sign_house": {pen}, "sign_officer": {pen}, "head_comment": {"Nhà sẽ làm ngay."},
		}
		for _, code := range y.set.Codes() {
			f.Set("f."+code, "2")
		}
		for _, code := range []string{"VH4", "HG8"} {
			for field, said := range map[string]string{"f.": "0", "note.": "Chưa có bảng", "measure.": "Làm bảng mới", "owner.": "house", "due.": string(y.first.Ends.AddDays(40))} {
				f.Set(field+code, said)
			}
		}
		officer.Post(at, f).Is(303)
	}
}

// filtered: lists and boards find houses by the items of the campaign that they show.
func (y *years) filtered() {
	boss := y.As("command")
	boss.Get("/board/items?year=2027").OK().Has("h1", "43 tiêu chí").Has("main", "Có bảng ghi giờ yên tĩnh").Lacks("main", "VH3")
	for filter, want := range map[string]bool{
		"below=HG8": true, "below=VH4": true, "below=VH5": false, "below=HG7": false, "below=TC9": false,
		"below=VH4&year=2026": false, "below=VH3&year=2026": true, "below=HG7&year=2026": true,
	} {
		if got := strings.Contains(boss.Get("/houses?"+filter).OK().Text("main table"), "36"); got != want {
			y.t.Errorf("%s finds the house: %v", filter, got)
		}
	}
	boss.Get("/houses?below=VH3").OK().Lacks(".chip", "VH3") // not asked this year: left out
	// VH4 and HG8 missing: 5 items of 6, 7 of 8.
	boss.Get("/houses/"+y.seen+"?year=2027").OK().Has("main", "10/12").Has("main", "14/16").Has("main", "18/18")
	boss.Get("/houses/"+y.seen+"?year=2026").OK().Has("main", "12/14").Has("main", "13/14").Has("main", "16/16")
}

// reported: page, files and JSON of the second year say the same of its own items, and its snapshot keeps the letters of what was found.
func (y *years) reported() {
	boss := y.As("command")
	var report struct {
		Inspected, Safe int
		Items           []struct {
			Code               string
			Pass, Partly, Fail int
		}
		Shortcomings struct{ Open int }
	}
	if err := json.Unmarshal(file(y.t, boss, "/reports/campaign.json?year=2027"), &report); err != nil {
		y.t.Fatal(err)
	}
	if report.Inspected != 2 || report.Safe != 2 || len(report.Items) != 43 || report.Shortcomings.Open != 4 {
		y.t.Errorf("the report says %+v", report)
	}
	for i, x := range report.Items {
		short := x.Code == "VH4" || x.Code == "HG8"
		if x.Code != y.set.Code(i) || (x.Fail == 2) != short || (x.Pass == 2) == short {
			y.t.Errorf("the report of 2027 counts %+v in place %d", x, i)
		}
	}
	page := boss.Get("/reports?year=2027&full=1").OK().Has("main", "43 TIÊU CHÍ").Text("main")
	for what, text := range map[string]string{
		"page": page,
		"docx": unzipped(y.t, file(y.t, boss, "/reports/campaign.docx?year=2027")),
		"xlsx": unzipped(y.t, file(y.t, boss, "/reports/campaign.xlsx?year=2027")),
		"pdf":  pdfText(y.t, file(y.t, boss, "/reports/campaign.pdf?year=2027")),
	} {
		if !says(text, "giờ yên tĩnh") || !says(text, "HG8") || says(text, "VH3") {
			y.t.Errorf("the report as %s speaks of other items", what)
		}
	}
	volume := pdfText(y.t, file(y.t, boss, "/houses/"+y.seen+"/volume.pdf?year=2027"))
	if !says(volume, "giờ yên tĩnh") {
		y.t.Error("the volume of 2027 lacks its new item")
	}
	var shot struct {
		Criteria int
		Hash     string `json:"criteria_sha256"`
		Safe     int
		Houses   []struct{ ID, Answers string }
	}
	if err := json.Unmarshal(boss.Get("/campaigns/"+y.Campaign.ID+"/snapshot.json").OK().Body, &shot); err != nil {
		y.t.Fatal(err)
	}
	if shot.Criteria != 2 || shot.Hash != y.set.Hash() || shot.Safe != 2 {
		y.t.Errorf("the snapshot of 2027 has %d safe houses by version %d", shot.Safe, shot.Criteria)
	}
	found := criteria.Answers(strings.Repeat("2", 43)).With(y.set.Index("VH4"), criteria.Fail).With(y.set.Index("HG8"), criteria.Fail)
	for _, h := range shot.Houses {
		if (h.ID == y.house || h.ID == y.seen) && h.Answers != string(found) {
			y.t.Errorf("the snapshot of 2027 keeps %q, the officer found %q", h.Answers, found)
		}
	}
}
