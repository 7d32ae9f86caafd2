package reports_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sonha/app/apptest"
	"sonha/engine/db"
	"sonha/engine/db/dbtest"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/campaigns"
	"sonha/ward/criteria"
	"sonha/ward/reports"
	"sonha/ward/results"
)

// sums are counted here from what was planted, one house after the other, without any of the program's own sums.
type sums struct {
	Dossiers, Households, Pledged, Assessed, Inspected, Safe, Conditional, NotSafe, NotInspected, Waiting int
	Passed                                                                                                [6]int
	Below                                                                                                 map[string]int
	Compared, Differs                                                                                     int
	Open, Overdue, Mended, Late                                                                           int
}

func sumUp(site *apptest.Site, list []planted, belongs func(*planted) bool) sums {
	s := sums{Below: map[string]int{}}
	for i := range list {
		p := &list[i]
		if !belongs(p) {
			continue
		}
		s.Dossiers++
		s.Households += p.households
		s.Pledged += p.pledged
		s.Assessed += count(p.sent)
		s.Waiting += count(p.stage == results.Proposed)
		switch p.class {
		case criteria.Safe:
			s.Safe++
		case criteria.Conditional:
			s.Conditional++
		case criteria.NotSafe:
			s.NotSafe++
		case criteria.NotInspected:
			s.NotInspected++
			continue
		}
		s.Inspected++
		s.look(site, p)
	}
	return s
}

// look adds what the inspection of a house found.
func (s *sums) look(site *apptest.Site, p *planted) {
	v := criteria.Judge(site.Set, p.found)
	for i := range v.Contents {
		s.Passed[i] += count(v.Contents[i].Passed)
	}
	first, late := true, false
	for i := range site.Set.Len() {
		item, _ := site.Set.Item(i)
		found := p.found.At(i)
		s.Below[item.Code] += count(found == criteria.Fail || found == criteria.Partly)
		if p.sent {
			s.Compared++
			s.Differs += count(found != p.self.At(i))
		}
		if found == criteria.Fail {
			s.Mended += count(first)
			s.Open += count(!first)
			s.Overdue += count(!first && i%3 == 0)
			late = late || !first && i%3 == 0
			first = false
		}
	}
	s.Late += count(late)
}

func count(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// shown is the same of a report.
func shown(f *reports.Figures) sums {
	s := sums{
		Dossiers: f.Dossiers, Households: f.Households, Pledged: *f.Pledged, Assessed: *f.Assessed, Inspected: f.Inspected, Safe: f.Safe, Conditional: f.Conditional,
		NotSafe: f.NotSafe, NotInspected: f.NotInspected, Waiting: f.Waiting, Below: map[string]int{},
	}
	for i, c := range f.Contents {
		s.Passed[i] = c.Passed
	}
	for _, x := range f.Items {
		s.Below[x.Code] = x.Below
	}
	if f.Reliability != nil {
		s.Compared, s.Differs = f.Reliability.Compared, f.Reliability.Differs
	}
	if f.Shortcomings != nil {
		s.Open, s.Overdue, s.Mended, s.Late = f.Shortcomings.Open, f.Shortcomings.Overdue, f.Shortcomings.Mended, f.Shortcomings.Late
	}
	return s
}

// reaches are who reads a report, of which houses it then is, and what it calls itself.
var reaches = []struct {
	person  string
	level   reports.Level
	name    string
	belongs func(*planted) bool
	list    bool
}{
	{"command", reports.OfWard, "Phường Hoàn Kiếm", func(*planted) bool { return true }, true},
	{"committee", reports.OfWard, "Phường Hoàn Kiếm", func(*planted) bool { return true }, false},
	{"officer", reports.OfBeat, "Khu vực 1", func(p *planted) bool { return p.beat == "Khu vực 1" }, false},
	{"other officer", reports.OfBeat, "Khu vực 2", func(p *planted) bool { return p.beat == "Khu vực 2" }, false},
	{"group lead", reports.OfGroup, "Tổ dân phố 1", func(p *planted) bool { return p.group == "Tổ dân phố 1" }, false},
	{"other group lead", reports.OfGroup, "Tổ dân phố 2", func(p *planted) bool { return p.group == "Tổ dân phố 2" }, false},
}

func TestFiguresAreThoseOfTheRows(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		site := apptest.New(t, d)
		for seed := range uint64(6) {
			empty(t, site)
			list := draw(site, seed)
			plant(t, site, list)
			for _, who := range reaches {
				r, err := site.Reports.Report(t.Context(), site.Actor(who.person), reports.Ask{Year: 2026, List: reports.AllHouses})
				if err != nil {
					t.Fatal(err)
				}
				want := sumUp(site, list, who.belongs)
				if rated := want.Compared / site.Set.Len(); who.person == "committee" && rated < 5 {
					want.Compared, want.Differs = 0, 0 // so few houses rated themselves that their agreement is not told
				}
				if diff := cmp.Diff(want, shown(&r.Figures)); diff != "" {
					t.Errorf("seed %d, %s: figures are not those of the rows (-rows +report)\n%s", seed, who.person, diff)
				}
				if r.Level != who.level || strings.Join(r.Reach, "|") != who.name {
					t.Errorf("%s: the report is of %s %v", who.person, r.Level, r.Reach)
				}
				if (len(r.Houses) > 0) != who.list {
					t.Errorf("%s has a list of %d houses", who.person, len(r.Houses))
				}
				if who.person != "committee" { // groups of four are hidden from it
					groups(t, site, list, r, who.belongs)
				}
			}
		}
	})
}

// groups checks the lines of the groups: each by itself, and that they add up.
func groups(t *testing.T, site *apptest.Site, list []planted, r *reports.Report, belongs func(*planted) bool) {
	t.Helper()
	var dossiers, inspected, safe int
	for i := range r.Groups {
		g := &r.Groups[i]
		want := sumUp(site, list, func(p *planted) bool { return belongs(p) && p.group == g.Name })
		got := sums{
			Dossiers: g.Dossiers, Households: g.Households, Pledged: *g.Pledged, Assessed: *g.Assessed, Inspected: g.Inspected, Safe: g.Safe, Conditional: g.Conditional,
			NotSafe: g.NotSafe, NotInspected: g.NotInspected, Waiting: g.Waiting,
			Below: want.Below, Compared: want.Compared, Differs: want.Differs, Open: want.Open, Overdue: want.Overdue, Mended: want.Mended, Late: want.Late,
		}
		for k, c := range g.Contents {
			got.Passed[k] = c.Passed
			if c.Inspected != g.Inspected {
				t.Errorf("%s: %s counts %d inspected houses of %d", g.Name, c.Code, c.Inspected, g.Inspected)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-rows +report)\n%s", g.Name, diff)
		}
		dossiers, inspected, safe = dossiers+g.Dossiers, inspected+g.Inspected, safe+g.Safe
	}
	if dossiers != r.Dossiers || inspected != r.Inspected || safe != r.Safe {
		t.Errorf("groups add up to %d/%d/%d, the whole is %d/%d/%d", dossiers, inspected, safe, r.Dossiers, r.Inspected, r.Safe)
	}
}

// empty takes the year of the small ward back.
func empty(t *testing.T, site *apptest.Site) {
	t.Helper()
	err := site.DB.Write(t.Context(), site.System(), func(tx *db.Tx) error {
		for _, table := range []string{"shortcomings", "inspections", "results", "assessments"} {
			if _, err := tx.Exec(t.Context(), `delete from `+table+` as x where x.ward_id = {ward}`); err != nil {
				return err
			}
		}
		return tx.Audit(t.Context(), db.Entry{Action: "test.clear", Object: "results"})
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestWhatFallsShortMost(t *testing.T) {
	t.Parallel()
	site := apptest.New(t, dbtest.Lite(t))
	plant(t, site, draw(site, 3))
	f := figures(t, site, "command", 2026)
	if len(f.FallingShort) != 10 || len(f.Items) != site.Set.Len() {
		t.Fatalf("%d items fall short most, %d in all", len(f.FallingShort), len(f.Items))
	}
	for i := 1; i < len(f.FallingShort); i++ {
		a, b := f.FallingShort[i-1], f.FallingShort[i]
		if a.Below < b.Below || (a.Below == b.Below && b.Required && !a.Required) {
			t.Errorf("%s (%d, required %v) stands before %s (%d, required %v)", a.Code, a.Below, a.Required, b.Code, b.Below, b.Required)
		}
	}
	least := f.FallingShort[9].Below
	for _, x := range f.Items {
		if x.Below > least && !slices.ContainsFunc(f.FallingShort, func(y reports.Item) bool { return y.Code == x.Code }) {
			t.Errorf("%s with %d houses is not among the ten", x.Code, x.Below)
		}
	}
}

func figures(t *testing.T, site *apptest.Site, person string, year int) *reports.Figures {
	t.Helper()
	f, err := site.Reports.Figures(t.Context(), site.Actor(person), year)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestWhoMayNotSeeFigures(t *testing.T) {
	t.Parallel()
	site := apptest.New(t, dbtest.Lite(t))
	for _, person := range []string{"visitor", "head", "city", "administrator"} {
		if _, err := site.Reports.Figures(t.Context(), site.Actor(person), 2026); !fault.Is(err, fault.Missing) {
			t.Errorf("%s: %v", person, err)
		}
	}
	if _, err := site.Reports.Figures(t.Context(), site.Actor("other command"), 2026); !fault.Is(err, fault.Missing) {
		t.Errorf("the other ward has no campaign, but a report: %v", err)
	}
}

func TestTheYearBeforeIsComparedOnlyWithReason(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		site := apptest.New(t, d)
		plant(t, site, draw(site, 1))
		if f := figures(t, site, "command", 2026); f.YearBefore != nil {
			t.Errorf("there is no year before, but %+v", f.YearBefore)
		}
		earlier(t, site, map[string]criteria.Class{"9 Hàng Bạc": criteria.Safe, "36 Hàng Bạc": criteria.Safe, "36A Hàng Bạc": criteria.NotSafe})
		b := figures(t, site, "command", 2026).YearBefore
		if b == nil || b.Comparable || b.Safe != 2 || b.Inspected != 3 || !strings.Contains(b.Words, "nhập từ sổ sách cũ") {
			t.Fatalf("an imported year: %+v", b)
		}
		set(t, site, `update campaigns as c set origin = 'sonha' where c.ward_id = {ward} and c.year = 2025`)
		b = figures(t, site, "command", 2026).YearBefore
		if !b.Comparable || !strings.Contains(b.Words, "điểm phần trăm so với năm 2025") {
			t.Errorf("two years by the same criteria: %+v", b)
		}
		set(t, site, `update campaigns as c set criteria = 2 where c.ward_id = {ward} and c.year = 2025`)
		if b = figures(t, site, "command", 2026).YearBefore; b.Comparable || !strings.Contains(b.Words, "bộ tiêu chí đã thay đổi") {
			t.Errorf("other criteria: %+v", b)
		}
		set(t, site, `update campaigns as c set criteria = 1, ends_on = '2025-06-30' where c.ward_id = {ward} and c.year = 2025`)
		if b = figures(t, site, "command", 2026).YearBefore; b.Comparable || !strings.Contains(b.Words, "địa giới") {
			t.Errorf("across 01/07/2025: %+v", b)
		}
	})
}

// set changes something behind the program's back.
func set(t *testing.T, site *apptest.Site, statement string, args ...any) {
	t.Helper()
	if err := site.DB.Write(t.Context(), site.System(), func(tx *db.Tx) error {
		if _, err := tx.Exec(t.Context(), statement, args...); err != nil {
			return err
		}
		return tx.Audit(t.Context(), db.Entry{Action: "test.set", Object: "row"})
	}); err != nil {
		t.Fatal(err)
	}
}

// A year read from a file has a class a house. What it has not is left out in words, and never a zero.
func TestAnImportedYearHasNoZeros(t *testing.T) {
	t.Parallel()
	site := apptest.New(t, dbtest.Lite(t))
	earlier(t, site, map[string]criteria.Class{"9 Hàng Bạc": criteria.Safe, "36 Hàng Bạc": criteria.Conditional})
	r, err := site.Reports.Report(t.Context(), site.Actor("command"), reports.Ask{Year: 2025, List: reports.AllHouses})
	if err != nil {
		t.Fatal(err)
	}
	var j map[string]any
	if err := json.Unmarshal(written(t, r, reports.JSON), &j); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"pledged_households", "self_assessed", "reliability", "shortcomings"} {
		if v, there := j[key]; !there || v != nil {
			t.Errorf("%s is %v, want null", key, v)
		}
	}
	for _, key := range []string{"contents", "items", "falling_short"} {
		if v, ok := j[key].([]any); !ok || len(v) > 0 {
			t.Errorf("%s is %v, want an empty list", key, j[key])
		}
	}
	text := pdfText(t, written(t, r, reports.PDF))
	for _, lacking := range []string{"Ba tự phòng", "ký cam kết", " 0/0 ", "42 TIÊU CHÍ"} {
		if strings.Contains(text, lacking) {
			t.Errorf("the document of an imported year says %q", lacking)
		}
	}
	if !strings.Contains(strings.Join(strings.Fields(text), " "), "Kết quả năm 2025 nhập từ sổ sách cũ") {
		t.Error("the document does not say what is left out")
	}
}

// Before the first inspection there is no share: a share of nothing is not zero.
func TestAShareOfNothing(t *testing.T) {
	t.Parallel()
	site := apptest.New(t, dbtest.Lite(t))
	body := string(site.As("command").Get("/reports/campaign.json?year=2026").OK().Body)
	if !strings.Contains(body, `"safe_percent": null`) || !strings.Contains(body, `"coverage_percent": 0.0`) {
		t.Errorf("shares before the first inspection:\n%.900s", body)
	}
	site.As("command").Get("/reports").OK().Has(".paper", "Đã kiểm tra 0/8 hồ sơ; 0 số nhà đạt an toàn.").Has(".paper", "Chưa kiểm tra số nhà nào").Lacks(".paper", "an toàn (")
}

// After the close houses come and go; the figures stay, and the list says why it is another.
func TestAClosedYearKeepsItsFigures(t *testing.T) {
	t.Parallel()
	site := apptest.New(t, dbtest.Lite(t))
	list := draw(site, 2)
	for i := range list {
		if list[i].stage == results.Proposed {
			list[i].stage = results.Approved
		}
	}
	plant(t, site, list)
	site.Phase(campaigns.Closed)
	was := figures(t, site, "command", 2026)
	var uninspected string
	for i := range list {
		if !list[i].inspected() {
			uninspected = list[i].id
		}
	}
	set(t, site, `update houses as h set status = 'closed' where h.ward_id = {ward} and h.id = $1`, uninspected)
	r, err := site.Reports.Report(t.Context(), site.Actor("command"), reports.Ask{Year: 2026, List: reports.AllHouses})
	if err != nil {
		t.Fatal(err)
	}
	if r.Dossiers != was.Dossiers || r.Safe != was.Safe || len(r.Houses) != was.Dossiers-1 {
		t.Fatalf("%d dossiers, %d safe, %d listed; at the close %d and %d", r.Dossiers, r.Safe, len(r.Houses), was.Dossiers, was.Safe)
	}
	text := strings.Join(strings.Fields(pdfText(t, written(t, r, reports.PDF))), " ")
	if !strings.Contains(text, "Báo cáo tính 8 số nhà khi chốt đợt") {
		t.Error("the list is shorter than the figures say, without a word")
	}
}

// The committee counts over the ward without opening one row of it.
func TestFiguresAreReadInOneView(t *testing.T) {
	t.Parallel()
	site := apptest.New(t, dbtest.Lite(t))
	plant(t, site, draw(site, 5))
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	set(t, site, `update houses as h set group_id = $1 where h.ward_id = {ward}`, site.Group["Tổ dân phố 1"]) // no group is too small to tell of
	if err := site.DB.Write(ctx, site.System(), func(tx *db.Tx) error {
		tx.Untold("a test")
		return site.Results.RecountAll(ctx, tx, site.Campaign.ID)
	}); err != nil {
		t.Fatal(err)
	}
	a, err := site.Reports.Figures(ctx, site.Actor("command"), 0)
	if err != nil {
		t.Fatal(err)
	}
	b, err := site.Reports.Figures(ctx, site.Actor("committee"), 0)
	if err != nil {
		t.Fatal(err)
	}
	b.AsOf = a.AsOf
	if diff := cmp.Diff(a, b, cmp.AllowUnexported(reports.Figures{}, reports.Group{})); diff != "" {
		t.Errorf("command and committee read other figures of the same ward\n%s", diff)
	}
	if want := fmt.Sprintf("Đã kiểm tra %d/8 hồ sơ; %d số nhà đạt an toàn (%s).", a.Inspected, a.Safe, civil.Percent(a.Safe, a.Inspected)); a.Headline != want {
		t.Errorf("headline %q, want %q", a.Headline, want)
	}
	if reports.MayList(site.Actor("committee")) || reports.MayList(site.Actor("officer")) || reports.MayList(access.Actor{}) || !reports.MayList(site.Actor("command")) {
		t.Error("only the command may have the list of houses")
	}
}

// Who opens no rows is not told a figure of so few houses that it tells of a single one (product.md E). One
// hidden group could be reckoned from the whole, so another is hidden with it.
func TestFewHousesAreNotToldOf(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		site := apptest.New(t, d)
		list := draw(site, 7)
		for i := range list {
			list[i].class, list[i].stage = criteria.Safe, results.Approved
			if i == 0 {
				list[i].class = criteria.NotSafe
			}
		}
		plant(t, site, list)
		b := site.As("committee")
		var j struct {
			Safe   *int `json:"safe"`
			Groups []struct {
				Name     string `json:"name"`
				Hidden   bool   `json:"hidden"`
				Safe     *int   `json:"safe"`
				Dossiers int    `json:"dossiers"`
			} `json:"groups"`
		}
		if err := json.Unmarshal(b.Get("/reports/campaign.json?year=2026").OK().Body, &j); err != nil {
			t.Fatal(err)
		}
		if j.Safe == nil || *j.Safe != 7 || len(j.Groups) != 2 {
			t.Fatalf("the ward: %+v", j)
		}
		for _, g := range j.Groups {
			if !g.Hidden || g.Safe != nil || g.Dossiers != 4 {
				t.Errorf("%s of four inspected houses: %+v", g.Name, g)
			}
		}
		page := pageText(b.Get("/reports?year=2026").OK())
		if !strings.Contains(page, "Tổ dân phố 1 24 4 4 – – – 100,0 % –") || !strings.Contains(page, "không lộ kết quả của từng số nhà") {
			t.Error("the page shows a small group, or does not say why not")
		}
		for _, row := range grid(t, b.Get("/reports/campaign.xlsx?year=2026").OK().Body)["Theo tổ dân phố"] {
			if line := strings.Join(row, "|"); strings.Contains(line, "|Tổ dân phố ") && !strings.Contains(line, "|4|||") {
				t.Errorf("the workbook shows a small group: %s", line)
			}
		}
		site.As("command").Get("/reports?year=2026").OK().Lacks(".paper", "không lộ kết quả")

		empty(t, site)
		list[0].stage, list[1].stage = results.None, results.None
		for i := range list {
			if i > 3 {
				list[i].class, list[i].stage = criteria.NotInspected, results.None
			}
		}
		plant(t, site, list)
		page = pageText(b.Get("/reports?year=2026").OK())
		if !strings.Contains(page, "hồ sơ; chưa đủ số để nêu kết quả.") || strings.Contains(page, "đạt an toàn (") || strings.Contains(page, "42 TIÊU CHÍ") {
			t.Errorf("two houses are told of: %s", page)
		}
		if body := string(b.Get("/reports/campaign.json").OK().Body); !strings.Contains(body, `"safe": null`) || !strings.Contains(body, `"inspected": 2`) {
			t.Errorf("two houses are told of: %.1200s", body)
		}
	})
}

// How far self-rating and inspection agree is a figure of the houses that did both: of three among eight it tells who opens no rows what
// those three said and what was found.
func TestFewSelfRatingsAreNotToldOf(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		site := apptest.New(t, d)
		list := draw(site, 7)
		for sent, want := range map[int]bool{3: false, 8: true} {
			for i := range list {
				list[i].class, list[i].stage, list[i].sent = criteria.Safe, results.Approved, i < sent
			}
			plant(t, site, list)
			for person, told := range map[string]bool{"command": true, "committee": want} {
				f, err := site.Reports.Figures(t.Context(), site.Actor(person), 0)
				if err != nil {
					t.Fatal(err)
				}
				if (f.Reliability != nil) != told {
					t.Errorf("%d of 8 houses rated themselves, %s reads %+v", sent, person, f.Reliability)
				}
				for i := range f.Groups { // of four houses each
					if g := &f.Groups[i]; person == "committee" && g.Reliability != nil {
						t.Errorf("%s of four houses is told of: %+v", g.Name, g.Reliability)
					} else if person == "command" && sent == 8 && g.Reliability == nil {
						t.Errorf("%s is not told to the command", g.Name)
					}
				}
			}
			empty(t, site)
		}
	})
}
