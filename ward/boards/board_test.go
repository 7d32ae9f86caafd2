package boards_test

import (
	"bytes"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"sonha/app/apptest"
	"sonha/engine/db"
	"sonha/engine/db/dbtest"
	"sonha/engine/sheet"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ward/boards"
	"sonha/ward/campaigns"
	"sonha/ward/criteria"
	"sonha/ward/dossiers"
	"sonha/ward/measures"
	"sonha/ward/results"
)

// today is a Tuesday in the last weeks of the inspections.
var today = time.Date(2026, 10, 20, 7, 5, 0, 0, time.UTC)

func each(t *testing.T, fn func(t *testing.T, s *apptest.Site)) {
	t.Helper()
	dbtest.EachWith(t, db.Options{Clock: func() time.Time { return today }}, func(t *testing.T, d *db.DB) {
		fn(t, apptest.New(t, d))
	})
}

// answers make a class: one content without its points is conditional, a whole content failed is not safe.
func answers(set *criteria.Set, class criteria.Class) criteria.Answers {
	a := criteria.Answers(strings.Repeat("2", set.Len()))
	for i := range set.Contents[1].Items {
		item := &set.Contents[1].Items[i]
		if class == criteria.NotSafe || (class == criteria.Conditional && !item.Required) {
			a = a.With(set.Index(item.Code), criteria.Fail)
		}
	}
	return a
}

func inspect(t *testing.T, s *apptest.Site, house string, class criteria.Class, on civil.Day, comment bool) {
	t.Helper()
	a := answers(s.Set, class)
	if err := s.DB.Write(t.Context(), s.Actor("officer"), func(tx *db.Tx) error {
		if err := s.Results.Inspected(t.Context(), tx, results.Outcome{
			Campaign: s.Campaign.ID, House: s.House[house], Self: a, Found: a, On: on, Class: class, HeadComment: comment,
		}); err != nil {
			return err
		}
		return tx.Audit(t.Context(), db.Entry{Action: "inspection.finish", Object: "inspection", House: s.House[house]})
	}); err != nil {
		t.Fatal(err)
	}
}

// campaign inspects six of the eight houses.
func campaign(t *testing.T, s *apptest.Site) {
	t.Helper()
	inspect(t, s, "36 Hàng Bạc", criteria.Safe, "2026-10-19", false)
	inspect(t, s, "36A Hàng Bạc", criteria.Safe, "2026-10-14", false)
	inspect(t, s, "12/5 Hàng Bạc", criteria.Conditional, "2026-10-13", false)
	inspect(t, s, "9 Hàng Bạc", criteria.NotSafe, "2026-09-02", true)
	inspect(t, s, "100 Đinh Liệt", criteria.Safe, "2026-10-20", false)
	inspect(t, s, "6 bis Đinh Liệt", criteria.Safe, "2026-07-01", false)
	shortcoming(t, s, "9 Hàng Bạc", "2026-10-02")
	shortcoming(t, s, "36A Hàng Bạc", "2026-11-02")
}

func shortcoming(t *testing.T, s *apptest.Site, house, due string) {
	t.Helper()
	ctx := t.Context()
	if err := s.DB.Write(ctx, s.System(), func(tx *db.Tx) error {
		id := tx.NewID()
		if _, err := tx.Exec(ctx, `insert into inspections (ward_id, id, campaign_id, house_id, kind, state, inspected_on, findings, found, members, resident_side, present, remarks,
				head_comment, started_at, started_by, updated_at, finished_at, finished_by, version)
			values ({ward}, $1, $2, $3, 'planned', 'finished', '2026-09-02', '', 42, '', '', '', '', '', 1, '', 1, 1, '', 1)`, id, s.Campaign.ID, s.House[house]); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `insert into shortcomings (ward_id, id, inspection_id, campaign_id, house_id, item, what, note, measure, owner, due_on, state, noted_at, noted_by)
			values ({ward}, $1, $2, $3, $4, 'TC2', 'Đèn hỏng', '', 'Thay đèn', 'house', $5, 'open', 1, '')`, tx.NewID(), id, s.Campaign.ID, s.House[house], due); err != nil {
			return err
		}
		return tx.Audit(ctx, db.Entry{Action: "test.plant", Object: "shortcoming", House: s.House[house]})
	}); err != nil {
		t.Fatal(err)
	}
}

// row is a house with its result, read one by one.
type row struct {
	id, group, beat, class, stage, missing, on string
	answers                                    criteria.Answers
}

func rows(t *testing.T, s *apptest.Site) []row {
	t.Helper()
	var list []row
	if err := s.DB.Read(t.Context(), s.System(), func(tx *db.Tx) error {
		return tx.All(t.Context(), func(scan func(...any) error) error {
			var r row
			err := scan(&r.id, &r.group, &r.beat, &r.class, &r.stage, &r.missing, &r.on, &r.answers)
			list = append(list, r)
			return err
		}, `select h.id, h.group_id, h.beat_id, coalesce(r.class, 'not_inspected'), coalesce(r.stage, ''), coalesce(r.missing, ''), coalesce(r.inspected_on, ''), coalesce(r.answers, '')
			from houses h left join results r on r.ward_id = h.ward_id and r.house_id = h.id and r.campaign_id = $1 where {scope h}`, s.Campaign.ID)
	}); err != nil {
		t.Fatal(err)
	}
	return list
}

// TestFiguresAreThoseOfTheRows counts the rows in Go and compares every figure of the board with them.
func TestFiguresAreThoseOfTheRows(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *apptest.Site) {
		t.Helper()
		campaign(t, s)
		within := map[string]func(row) bool{
			"command":    func(row) bool { return true },
			"committee":  func(row) bool { return true },
			"officer":    func(r row) bool { return r.beat == s.Beat["Khu vực 1"] },
			"group lead": func(r row) bool { return r.group == s.Group["Tổ dân phố 1"] },
		}
		for person, in := range within {
			b, err := s.Boards.Board(t.Context(), s.Actor(person), 0)
			if err != nil {
				t.Fatal(err)
			}
			var houses, inspected, safe, waiting, week int
			groups := map[string][2]int{}
			fail, lacking := make([]int, s.Set.Len()), make([]int, s.Set.Len())
			for _, r := range rows(t, s) {
				if !in(r) {
					continue
				}
				houses++
				g := groups[r.group]
				g[0]++
				if r.class != "not_inspected" {
					inspected++
					g[1]++
					if r.on > "2026-10-13" {
						week++
					}
					for i := range fail {
						if r.answers.At(i) == criteria.Fail {
							fail[i]++
						}
						if item, _ := s.Set.Item(i); strings.Contains(r.missing, item.Code) {
							lacking[i]++
						}
					}
				}
				if r.class == "safe" {
					safe++
				}
				if r.stage == "proposed" {
					waiting++
				}
				groups[r.group] = g
			}
			w := &b.Whole
			if w.Houses != houses || w.Inspected != inspected || w.Safe != safe || w.Waiting != waiting || w.Week != week || w.Course[boards.Weeks-1] != inspected {
				t.Errorf("%s: %+v; want %d houses, %d inspected, %d safe, %d waiting, %d this week", person, *w, houses, inspected, safe, waiting, week)
			}
			if len(b.Groups) != len(groups) {
				t.Errorf("%s: %d groups, want %d", person, len(b.Groups), len(groups))
			}
			last := 101.0
			for _, g := range b.Groups {
				if want := groups[g.GroupID]; g.Houses != want[0] || g.Inspected != want[1] {
					t.Errorf("%s: %s has %d of %d, want %v", person, g.Name, g.Inspected, g.Houses, want)
				}
				if g.Covered() > last {
					t.Errorf("%s: the groups are not in order of coverage", person)
				}
				last = g.Covered()
			}
			for i := range b.Items {
				if b.Items[i].Fail != fail[i] || b.Items[i].Lacking != lacking[i] {
					t.Errorf("%s: %s failed by %d, lacking %d; want %d and %d", person, b.Items[i].Item.Code, b.Items[i].Fail, b.Items[i].Lacking, fail[i], lacking[i])
				}
			}
			if late := map[bool]int{true: 1, false: 0}[person != "officer"]; w.Late != late {
				t.Errorf("%s: %d late, want %d", person, w.Late, late)
			}
		}
	})
}

func TestTheBoardSaysTheSentenceAndOpensIt(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *apptest.Site) {
		t.Helper()
		campaign(t, s)
		page := s.As("command").Get("/board").OK().Has("h1", "Đợt 2026, phường Hoàn Kiếm").Has(".asof", "thứ Ba 20/10/2026").Has(".asof", "còn 11 ngày đến hạn bước kiểm tra")
		page.Has(".pct", "66,7").Has(".frac", "4 số nhà đạt an toàn").Has(".frac", "6 hồ sơ đã kiểm tra")
		page.Has("figcaption", "6/8").Has("figcaption", "75,0 %").Has("figcaption", "7 ngày qua thêm 3").Has("figcaption", "Tạm tính: trong đó 6 hồ sơ chờ duyệt")
		page.Has(".wait", "9 Hàng Bạc").Has(".wait", "Trưởng số nhà có ý kiến").Has("aside", "Duyệt 5 đề nghị theo quy tắc").Has(".lacks", "2 số nhà")
		page.Has("table tbody tr:first-child", "TDP 1").Has("table tbody tr:first-child", "4/4").Has("tfoot", "Cả phường")
		// Each figure opens to as many rows as it counts.
		for href, want := range map[string]string{
			"/houses?year=2026&state=safe": "4", "/houses?year=2026&state=conditional": "1", "/houses?year=2026&state=not_inspected": "2", "/houses?year=2026&stage=seen": "6",
			"/houses?year=2026&stage=proposed": "6", "/houses?year=2026&late=1": "1", "/houses?year=2026&group=" + s.Group["Tổ dân phố 2"] + "&stage=seen": "2",
		} {
			link := page.Doc().Find(`a[href="` + href + `"]`)
			if link.Length() == 0 {
				t.Errorf("no figure opens %s", href)
				continue
			}
			if text := civil.NFC(link.First().Text()); !strings.HasPrefix(text, want) {
				t.Errorf("%s stands behind %q, want %s", href, text, want)
			}
			list := s.As("command").Get(href).OK()
			wantRows, _, _ := strings.Cut(want, "/")
			if n := list.Doc().Find("table tbody tr").Length(); strconv.Itoa(n) != wantRows {
				t.Errorf("%s shows %d houses, the board says %s", href, n, wantRows)
			}
		}
		worst := page.Doc().Find(".lacks a").First()
		href, _ := worst.Attr("href")
		if n := s.As("command").Get(href).OK().Doc().Find("table tbody tr").Length(); !strings.HasPrefix(civil.NFC(worst.Text()), strconv.Itoa(n)+" ") || n == 0 {
			t.Errorf("%s shows %d houses, the board says %s", href, n, worst.Text())
		}
		s.As("command").Get("/board/items").OK().Has("h1", "42 tiêu chí").Has("table tbody tr", "TC")
		if n := s.As("command").Get("/board/items").Doc().Find("table tbody tr").Length(); n != s.Set.Len() {
			t.Errorf("%d items, want %d", n, s.Set.Len())
		}
		figures := s.As("command").Get("/board/items").Doc().Find("table tbody a.figure") // that each opens its rows: TestEveryFigureOpensItsRows
		if figures.Length() < s.Set.Len() {
			t.Errorf("only %d figures of %d items open their houses", figures.Length(), s.Set.Len())
		}
		href, _ = figures.First().Attr("href")
		s.As("command").Get(href).OK().Has(".chip", "Đạt:")
		s.As("command").Get("/board?year=1999").Is(http.StatusNotFound)
		s.As("command").Get("/board?year=x").Is(http.StatusNotFound)
	})
}

// TestWhoSeesWhatOfTheBoard: the committee counts and opens no house, an officer sees the beat, a lead the group.
func TestWhoSeesWhatOfTheBoard(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *apptest.Site) {
		t.Helper()
		campaign(t, s)
		for _, path := range []string{"/board", "/board/items"} {
			page := s.As("committee").Get(path).OK()
			if n := page.Doc().Find(`main a[href*="/houses"], main a[href*="/approvals"]`).Length(); n != 0 {
				t.Errorf("%s offers the committee %d ways to houses", path, n)
			}
			for house := range s.House {
				page.Lacks("main", house)
			}
		}
		// Four and two inspected houses: no share of so few, and none to be reckoned from the whole.
		s.As("committee").Get("/board").OK().Has(".pct", "66,7").Has("tbody", "dưới 5 hồ sơ").Lacks("tbody", "50,0 %75,0 %").Has(".under", "không lộ kết quả từng số nhà")
		if n := s.As("committee").Get("/board").Doc().Find("tbody strong").Length(); n != 0 {
			t.Errorf("%d shares of small groups are shown to the committee", n)
		}
		s.As("officer").Get("/board").OK().Has("h1", "khu vực của ông/bà").Has(".frac", "3 hồ sơ đã kiểm tra").Has("figcaption", "3/3").Lacks("main", "Chờ duyệt:")
		s.As("other officer").Get("/board").OK().Has("figcaption", "3/5")
		s.As("group lead").Get("/board").OK().Has("figcaption", "4/4").Lacks("table", "TDP 2")
		s.As("other command").Get("/board").OK().Has("main", "Phường chưa mở đợt nào")
		for _, person := range []string{"head", "city", "administrator"} {
			for _, path := range []string{"/board", "/board/items", "/board.xlsx"} {
				s.As(person).Get(path).Is(http.StatusNotFound)
			}
		}
		for _, person := range []string{"head", "officer", "command", "committee", "administrator", "group lead"} {
			s.As(person).Get("/city").Is(http.StatusNotFound)
		}
	})
}

func TestAnEmptyCampaignIsHonest(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *apptest.Site) {
		t.Helper()
		page := s.As("command").Get("/board").OK().Has(".lead", "Chưa kiểm tra số nhà nào").Has("figcaption", "0/8").Has("figcaption", "0,0 %").Has("aside", "Không còn đề nghị nào chờ duyệt")
		for _, wrong := range []string{"NaN", "Inf", "⟦", "%!"} {
			page.Lacks("body", wrong)
		}
		if page.Doc().Find(".pct").Length() != 0 {
			t.Error("a share of nothing is shown")
		}
		page.Has("tbody td", "–")
		s.As("command").Get("/board/items").OK().Has("main", "Chưa có kết quả từng tiêu chí")
		s.As("other command").Get("/board/items").OK().Has("main", "Phường chưa mở đợt nào")
		s.As("command").Get("/board.xlsx").OK()
		s.As("command").With("Cookie", "lang=en").Get("/board").OK()
	})
}

func TestTheTableIsDownloaded(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *apptest.Site) {
		t.Helper()
		campaign(t, s)
		read := func(person string) string {
			t.Helper()
			reply := s.As(person).Get("/board.xlsx").OK()
			book, err := sheet.Open(bytes.NewReader(reply.Body), int64(len(reply.Body)), "bang.xlsx")
			if err != nil {
				t.Fatal(err)
			}
			var text strings.Builder
			for _, sh := range book.Sheets {
				text.WriteString("# " + sh.Name + " |")
				for row, err := range book.Rows(sh) {
					if err != nil {
						t.Fatal(err)
					}
					for _, c := range row.Cells {
						text.WriteString(c.Text + "|")
					}
				}
			}
			return civil.NFC(text.String())
		}
		text := read("command")
		for _, want := range []string{"# Tổ dân phố |", "# Tiêu chí |", "Tạm tính: trong đó 6 hồ sơ chờ duyệt", "Tổ dân phố 1|4|24|4|100|2|1|1|0|50|4|1|", "Cả phường|8|44|6|75|4|1|1|2|66.7|6|1|", "|Cộng 2 dòng."} {
			if !strings.Contains(text, want) {
				t.Errorf("the workbook lacks %q: %.900s", want, text)
			}
		}
		if text = read("committee"); strings.Contains(text, "|4|100|2|1|1|") || strings.Contains(text, "Hàng Bạc") {
			t.Errorf("the committee's workbook tells of single houses: %.900s", text)
		}
	})
}

func TestTheCitySeesWardsAndNothingBelow(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *apptest.Site) {
		t.Helper()
		campaign(t, s)
		other := access.System(s.Other.ID, "test")
		if _, err := s.Campaigns.Create(t.Context(), other, campaigns.New{Year: 2026, Criteria: s.Set.Version}); err != nil {
			t.Fatal(err)
		}
		page := s.As("city").Get("/city").OK().Has("tbody tr:nth-child(2)", "Hoàn Kiếm").Has("tbody tr:nth-child(2)", "66,7 %").Has("tbody tr:nth-child(2)", "75,0 %")
		page.Has("tbody tr:nth-child(1)", "Cửa Nam").Has("tbody tr:nth-child(1)", "dưới 5 hồ sơ")
		page.Lacks("main", "Hàng Bạc").Lacks("main", "Tổ dân phố")
		if n := page.Doc().Find("main table a").Length(); n != 0 {
			t.Errorf("%d ways down from the city's table", n)
		}
		if text := s.ListFile("/city/wards", "city.export", 2, "city"); !strings.Contains(text, "Hoàn Kiếm;Hà Nội;2026;8;6;75;4;66,7;") || !strings.Contains(text, "Cửa Nam;Hà Nội;2026;1;;;;;dưới 5 hồ sơ") || strings.Contains(text, "Hàng Bạc") {
			t.Error(text)
		}
		c, err := s.Boards.City(t.Context(), s.Actor("city"))
		if err != nil || c.Whole.Houses != 9 || c.Whole.Inspected != 6 || c.Whole.Safe != 4 {
			t.Errorf("%+v %v", c.Whole, err)
		}
		if _, err := s.Boards.City(t.Context(), s.Actor("command")); err == nil {
			t.Error("a ward's command saw the city")
		}
	})
}

// The day by which something is to be mended stands in its measure, where it may have been moved.
func TestAMovedDayIsNotLate(t *testing.T) {
	each(t, func(t *testing.T, s *apptest.Site) {
		ctx := t.Context()
		campaign(t, s)
		late := func() int {
			b, err := s.Boards.Board(ctx, s.Actor("command"), 0)
			if err != nil {
				t.Fatal(err)
			}
			list, err := s.Dossiers.List(ctx, s.Actor("command"), dossiers.Filter{Late: true})
			if err != nil || len(list.Rows) != b.Whole.Late {
				t.Errorf("the board counts %d and the list has %d: %v", b.Whole.Late, len(list.Rows), err)
			}
			return b.Whole.Late
		}
		before := late()
		var id string
		if err := s.DB.Write(ctx, s.System(), func(tx *db.Tx) error {
			var source string
			if err := tx.One(ctx, `select x.id from shortcomings x where {scope x.house} and x.house_id = $1`, s.House["9 Hàng Bạc"]).Scan(&source); err != nil {
				return err
			}
			var err error
			id, err = measures.Open(ctx, tx, measures.New{
				From: measures.Origin{Source: measures.FromInspection, ID: source, Href: "/today"}, House: s.House["9 Hàng Bạc"], Item: "TC2",
				Content: "Thay đèn", Owner: measures.ByHouse, Due: civil.DayOf(tx.Now).AddDays(7),
			})
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if got := late(); got != before-1 {
			t.Errorf("%d houses are late, and %d before the day was moved", got, before)
		}
		if err := s.DB.Write(ctx, s.System(), func(tx *db.Tx) error {
			if _, err := tx.Exec(ctx, `update measures as m set due_on = $1 where m.ward_id = {ward} and m.id = $2`, string(civil.DayOf(tx.Now).AddDays(-1)), id); err != nil {
				return err
			}
			return tx.Audit(ctx, db.Entry{Action: "test.move", Object: "measure", ID: id})
		}); err != nil {
			t.Fatal(err)
		}
		if got := late(); got != before {
			t.Errorf("%d houses are late after the moved day, want %d", got, before)
		}
	})
}
