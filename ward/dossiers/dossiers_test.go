package dossiers_test

import (
	"bytes"
	"encoding/csv"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"sonha/app/apptest"
	"sonha/engine/db"
	"sonha/engine/db/dbtest"
	"sonha/engine/page/ui"
	"sonha/engine/sheet"
	"sonha/ground/access"
	"sonha/ground/fault"
	"sonha/ward/criteria"
	"sonha/ward/dossiers"
	"sonha/ward/results"
)

// answers are full marks but for the items named.
func answers(set *criteria.Set, lacking ...string) criteria.Answers {
	a := criteria.Answers(strings.Repeat("2", set.Len()))
	for _, code := range lacking {
		a = a.With(set.Index(code), criteria.Fail)
	}
	return a
}

// inspected gives a house of the small ward the result of an inspection.
func inspected(t *testing.T, s *apptest.Site, house string, class criteria.Class, lacking ...string) {
	t.Helper()
	ctx := t.Context()
	if err := s.DB.Write(ctx, s.System(), func(tx *db.Tx) error {
		found := answers(s.Set, lacking...)
		if err := s.Results.Inspected(ctx, tx, results.Outcome{
			Campaign: s.Campaign.ID, House: s.House[house], Found: found, Self: found, On: "2026-10-12", Class: class, Reason: "xem tại chỗ",
		}); err != nil {
			return err
		}
		return tx.Audit(ctx, db.Entry{Action: "inspection.finish", Object: "inspection", House: s.House[house], Detail: "đề nghị: " + class.Name().VI})
	}); err != nil {
		t.Fatal(err)
	}
}

// addresses are the addresses of a page's rows.
func addresses(r *apptest.Reply) []string {
	var out []string
	r.Doc().Find("table.dense tbody th").Each(func(_ int, s *goquery.Selection) { out = append(out, norm.NFC.String(s.Text())) })
	return out
}

func TestStatesHaveOneOrder(t *testing.T) {
	t.Parallel()
	for class, want := range map[criteria.Class]ui.State{
		criteria.NotInspected: ui.NotInspected, criteria.NotSafe: ui.NotSafe, criteria.Conditional: ui.Conditional, criteria.Safe: ui.Safe,
	} {
		if ui.State(class) != want {
			t.Errorf("%s is drawn as %s", class, ui.State(class).Class())
		}
	}
}

func TestTheListShowsWhatEachRoleReaches(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		inspected(t, s, "36A Hàng Bạc", criteria.Safe)
		inspected(t, s, "100 Đinh Liệt", criteria.NotSafe, "TC1", "NK1", "HG1")
		first := []string{"12/5 Hàng Bạc", "36 Hàng Bạc", "36A Hàng Bạc"}
		second := []string{"6 bis Đinh Liệt", "12/5/7 Đinh Liệt", "13-15 Đinh Liệt", "100 Đinh Liệt"}
		for person, want := range map[string][]string{
			"command":          append(append(slices.Clone(second), "9 Hàng Bạc"), first...),
			"officer":          first,
			"other officer":    append(slices.Clone(second), "9 Hàng Bạc"),
			"group lead":       append([]string{"9 Hàng Bạc"}, first...),
			"other group lead": second,
			"other command":    {"36 Hàng Bạc"},
		} {
			page := s.As(person).Get("/houses").OK()
			if got := addresses(page); !slices.Equal(got, want) {
				t.Errorf("%s sees %q, want %q", person, got, want)
			}
			page.Has(".list-tools .asof", strings.Fields(page.Text(".list-tools .asof"))[0])
			if got := strings.Fields(page.Text(".list-tools .asof"))[0]; got != itoa(len(want)) {
				t.Errorf("%s counts %s houses, want %d", person, got, len(want))
			}
		}
		if got := s.As("head").Get("/houses").Goes(); got != "/houses/"+s.House["36A Hàng Bạc"] {
			t.Errorf("the head of one house goes to %s", got)
		}
		for _, person := range []string{"committee", "city", "administrator"} {
			s.As(person).Get("/houses").Is(404)
		}
		s.As("visitor").Get("/houses").Goes()
	})
}

func TestNothingOutsideTheReachIsFoundAnyway(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		inspected(t, s, "36A Hàng Bạc", criteria.NotSafe, "TC1", "NK1", "HG1")
		id := s.House["36A Hàng Bạc"]
		street := strings.TrimPrefix(s.As("command").Get("/houses/"+id).OK().Doc().Find(`a[href^="/streets/"]`).First().AttrOr("href", ""), "/streets/")
		for _, person := range []string{"other head", "other officer", "other group lead", "other command"} {
			b := s.As(person)
			b.Get("/houses/" + id).Is(404)
			b.With("Sonha-Part", "panel").Get("/houses/" + id).Is(404)
			b.Get("/houses/" + id + "/history").Is(404)
			for _, path := range []string{"/houses?q=36a", "/houses?state=not_safe", "/houses?missing=TC1", "/search?q=36a", "/search?q=nguyen+thi+uy", "/houses?street=" + street, "/houses?sort=points"} {
				if person == "other head" && strings.HasPrefix(path, "/houses") {
					continue // goes on to the own house
				}
				b.Get(path).OK().Lacks("main", "36A").Lacks("main", "Ủy")
			}
			if person != "other head" {
				got := b.Get("/houses?state=not_safe").OK()
				if n := len(addresses(got)); n != 0 {
					t.Errorf("%s sees %d houses that are not safe", person, n)
				}
				got.Has(".list-tools .asof", "0 số nhà").Has(".chip.on .n", "0")
			}
			if body := b.Get("/houses/export.csv").OK().Body; bytes.Contains(body, []byte("36A")) || bytes.Contains(body, []byte("901")) {
				t.Errorf("%s exports a house of somebody else:\n%s", person, body)
			}
		}
		s.As("other head").Get("/streets/" + street).Is(404)
		s.As("other group lead").Get("/streets/" + street).Is(404)
		s.As("other officer").Get("/streets/"+street).OK().Has(".door", "9").Lacks(".door", "36A").Has(".figure", "0/1")
		for _, person := range []string{"committee", "city", "administrator"} {
			for _, path := range []string{"/houses/" + id, "/streets", "/search?q=36", "/houses/export.xlsx"} {
				s.As(person).Get(path).Is(404)
			}
		}
	})
}

func TestTheListFiltersSortsAndCounts(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		inspected(t, s, "36A Hàng Bạc", criteria.Safe)
		inspected(t, s, "36 Hàng Bạc", criteria.Conditional, "TC2", "TC5", "TC7")
		inspected(t, s, "100 Đinh Liệt", criteria.NotSafe, "TC1", "NK1", "HG1")
		b := s.As("command")
		for path, want := range map[string][]string{
			"/houses?state=safe":             {"36A Hàng Bạc"},
			"/houses?state=inspected":        {"100 Đinh Liệt", "36 Hàng Bạc", "36A Hàng Bạc"},
			"/houses?missing=TC1":            {"100 Đinh Liệt"},
			"/houses?stage=proposed&q=bac":   {"36 Hàng Bạc", "36A Hàng Bạc"},
			"/houses?stage=none&q=dinh+liet": {"6 bis Đinh Liệt", "12/5/7 Đinh Liệt", "13-15 Đinh Liệt"},
			"/houses?q=" + url.QueryEscape(norm.NFD.String("ĐINH LIỆT")) + "&state=not_safe": {"100 Đinh Liệt"},
			"/houses?q=100%25":                         nil,
			"/houses?q=_":                              nil,
			"/houses?state=inspected&sort=-points":     {"36A Hàng Bạc", "36 Hàng Bạc", "100 Đinh Liệt"},
			"/houses?state=inspected&sort=result":      {"100 Đinh Liệt", "36 Hàng Bạc", "36A Hàng Bạc"},
			"/houses?state=inspected&sort=-address":    {"36A Hàng Bạc", "36 Hàng Bạc", "100 Đinh Liệt"},
			"/houses?group=" + s.Group["Tổ dân phố 2"]: {"6 bis Đinh Liệt", "12/5/7 Đinh Liệt", "13-15 Đinh Liệt", "100 Đinh Liệt"},
			"/houses?after=broken&state=safe":          {"36A Hàng Bạc"},
		} {
			page := b.Get(path).OK()
			got := addresses(page)
			if strings.Contains(path, "-points") && len(got) == 3 {
				got, want = got[:1], want[:1]
			}
			if !slices.Equal(got, want) {
				t.Errorf("%s: %q, want %q", path, got, want)
			}
			if len(want) == 0 {
				page.Has(".empty", "Không có số nhà nào")
			}
		}
		page := b.Get("/houses").OK()
		page.Has(".chip", "Đạt 1").Has(".chip", "Chưa kiểm tra 5").Has(".pager", "Dòng 1–8 trên 8")
		page.Has("tr:has(a:contains('36 Hàng Bạc')) td", "11/12") // sixty days after 12/10
		b.Get("/houses?group="+s.Group["Tổ dân phố 1"]).OK().Has("h1", "Số nhà của Tổ dân phố 1").Has(".chip", "Đạt 1").Has(".chip.on", "Tổ dân phố 1")
		part := b.With("Sonha-Part", "list").Get("/houses?q=hang").OK()
		if part.Doc().Find("aside.rail").Length() != 0 || len(addresses(part)) != 4 {
			t.Errorf("the part is not the list alone: %.200s", part.Body)
		}
		b.Get("/houses/filter?state=safe").OK().Has("select[name=missing] option", "TC5").Has("select[name=street] option", "Đinh Liệt")
	})
}

func TestPagingWalksEveryRowOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.NewDemo(t, d, 180)
		ctx := t.Context()
		rapid.Check(t, func(r *rapid.T) {
			who := s.Actor(rapid.SampledFrom([]string{"command", "officer", "group lead"}).Draw(r, "who"))
			f := dossiers.Filter{
				Order: rapid.SampledFrom([]dossiers.Order{dossiers.ByAddress, dossiers.ByResult, dossiers.ByPoints, dossiers.ByInspected, dossiers.ByDue}).Draw(r, "order"),
				Desc:  rapid.Bool().Draw(r, "desc"),
				Class: rapid.SampledFrom([]string{"", "safe", "not_inspected", "inspected"}).Draw(r, "class"),
			}
			seen := map[string]bool{}
			var pages [][]string
			total := -1
			for range 20 {
				p, err := s.Dossiers.List(ctx, who, f)
				if err != nil {
					r.Fatal(err)
				}
				if total = p.Figures.Total; len(p.Rows) > 0 && p.From != len(seen)+1 {
					r.Fatalf("a page begins at row %d after %d rows", p.From, len(seen))
				}
				var ids []string
				for _, x := range p.Rows {
					if seen[x.ID] {
						r.Fatalf("%s stands on two pages", x.Address())
					}
					seen[x.ID] = true
					ids = append(ids, x.ID)
				}
				pages = append(pages, ids)
				if f.After = p.Next; p.Next == "" {
					if len(pages) > 1 {
						back(r, s, who, f, p.Previous, pages)
					}
					break
				}
			}
			if len(seen) != total {
				r.Fatalf("walked %d rows, the list says %d", len(seen), total)
			}
		})
	})
}

// back walks from the last page to the first and meets the same pages.
func back(r *rapid.T, s *apptest.Demo, who access.Actor, f dossiers.Filter, cursor string, pages [][]string) {
	for i := len(pages) - 2; i >= 0; i-- {
		f.After, f.Before = "", cursor
		p, err := s.Dossiers.List(r.Context(), who, f)
		if err != nil {
			r.Fatal(err)
		}
		var ids []string
		for _, x := range p.Rows {
			ids = append(ids, x.ID)
		}
		if !slices.Equal(ids, pages[i]) || p.From != i*dossiers.PageRows+1 {
			r.Fatalf("page %d backwards differs, from row %d", i+1, p.From)
		}
		if cursor = p.Previous; (cursor == "") != (i == 0) {
			r.Fatalf("page %d: a page before it: %v", i+1, cursor != "")
		}
	}
}

func TestExportsHoldEveryRowUnderTheFilter(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		inspected(t, s, "36A Hàng Bạc", criteria.Conditional, "TC2", "TC5", "TC7")
		reply := s.As("command").Get("/houses/export.csv").OK()
		text := string(reply.Body)
		for _, want := range []string{"36A", "Nguyễn Thị Ủy", "0901 000 111", "8 số nhà", "Số liệu lúc", "12/10/2026", "6 bis", "Đạt có điều kiện", "Thử chuông báo động mỗi quý (TC5)"} {
			if !strings.Contains(text, want) {
				t.Errorf("the file lacks %q:\n%s", want, text)
			}
		}
		reader := csv.NewReader(strings.NewReader(text))
		reader.Comma, reader.FieldsPerRecord = ';', -1
		rows, err := reader.ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		if n := len(slices.DeleteFunc(rows, func(r []string) bool { return len(r) < 6 || r[0] == "Số nhà" })); n != 8 {
			t.Errorf("%d rows, want 8", n)
		}
		book := s.As("officer").Get("/houses/export.xlsx?q=36a").OK()
		if !strings.Contains(book.Header.Get("Content-Disposition"), ".xlsx") {
			t.Errorf("disposition %q", book.Header.Get("Content-Disposition"))
		}
		opened, err := sheet.Open(bytes.NewReader(book.Body), int64(len(book.Body)), "so-nha.xlsx")
		if err != nil {
			t.Fatal(err)
		}
		found := 0
		for row, err := range opened.Rows(opened.Sheets[0]) {
			if err != nil {
				t.Fatal(err)
			}
			if row.Cell(0).Text == "36A" {
				found++
			}
			if row.Cell(0).Text == "36" {
				t.Error("the filter did not hold")
			}
		}
		if found != 1 {
			t.Errorf("36A stands %d times in the workbook", found)
		}
	})
}

// TestOwnPointsAreNoResult: what a house gave itself stands in no list or file of results, nor in their order, before it is inspected.
func TestOwnPointsAreNoResult(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		inspected(t, s, "36A Hàng Bạc", criteria.Conditional, "TC2", "TC5", "TC7")
		if err := d.Write(t.Context(), s.System(), func(tx *db.Tx) error {
			if err := s.Results.Assessed(t.Context(), tx, s.Campaign.ID, s.House["100 Đinh Liệt"], answers(s.Set, "TC1")); err != nil {
				return err
			}
			return tx.Audit(t.Context(), db.Entry{Action: "assessment.send", Object: "assessment", House: s.House["100 Đinh Liệt"]})
		}); err != nil {
			t.Fatal(err)
		}
		b := s.As("command")
		if got := addresses(b.Get("/houses?sort=-points").OK()); len(got) == 0 || got[0] != "36A Hàng Bạc" {
			t.Errorf("by points: %q", got)
		}
		if got := addresses(b.Get("/houses?missing=TC1").OK()); len(got) != 0 {
			t.Errorf("lacking TC1, as they said themselves: %q", got)
		}
		row := string(regexp.MustCompile(`(?m)^100;.*$`).Find(b.Get("/houses/export.csv").OK().Body))
		if !strings.Contains(row, "Chưa kiểm tra;;;;;;;;;;;;") {
			t.Errorf("the file gives an uninspected house a result: %q", row)
		}
	})
}

func TestFormulasInNamesStayText(t *testing.T) {
	t.Parallel()
	d := dbtest.Lite(t)
	s := apptest.New(t, d)
	ctx := t.Context()
	if err := d.Write(ctx, s.System(), func(tx *db.Tx) error {
		if _, err := tx.Exec(ctx, `update houses as h set head_name = '=HYPERLINK("http://x")' where {scope h} and h.id = $1`, s.House["36A Hàng Bạc"]); err != nil {
			return err
		}
		return tx.Audit(ctx, db.Entry{Action: "test", Object: "house"})
	}); err != nil {
		t.Fatal(err)
	}
	if text := string(s.As("command").Get("/houses/export.csv").OK().Body); !strings.Contains(text, `'=HYPERLINK`) {
		t.Errorf("a formula went out as it is:\n%s", text)
	}
}

func TestTheListOfHousesWithHouseholdsThatHaveNotPledged(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		if err := d.Write(t.Context(), s.System(), func(tx *db.Tx) error {
			if _, err := tx.Exec(t.Context(), `insert into assessments (ward_id, campaign_id, house_id, answers, answered, pledged, by_proxy, state, updated_at, updated_by, sent_by, version)
				values ({ward}, $1, $2, $3, 0, 14, false, 'draft', $4, '', '', 1)`, s.Campaign.ID, s.House["36A Hàng Bạc"], strings.Repeat(".", s.Set.Len()), tx.Millis()); err != nil {
				return err
			}
			return tx.Audit(t.Context(), db.Entry{Action: "test", Object: "house"})
		}); err != nil {
			t.Fatal(err)
		}
		page := s.As("group lead").Get("/houses?unpledged=1").OK().Has(".chip.on", "Còn hộ chưa ký cam kết").Has("tbody", "36 Hàng Bạc").Lacks("tbody", "36A Hàng Bạc")
		if href, _ := page.Doc().Find(".chip.on").Attr("href"); href != "/houses" {
			t.Errorf("the chip is taken away by %q", href)
		}
	})
}

func TestSearchVectors(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		ctx, who := t.Context(), s.Actor("command")
		plantStreets(t, s)
		first := func(q string) string {
			t.Helper()
			f, err := s.Dossiers.Search(ctx, who, q)
			if err != nil {
				t.Fatal(err)
			}
			if len(f.Houses) == 0 {
				return ""
			}
			return f.Houses[0].Address()
		}
		for q, want := range map[string]string{
			"36a hang bac": "36A Hàng Bạc", "hang bac 36a": "36A Hàng Bạc", "36A Hàng Bạc": "36A Hàng Bạc", "12/5/7": "12/5/7 Đinh Liệt", "36": "36 Hàng Bạc",
			"dinh liet 100": "100 Đinh Liệt", "phạm văn ẩn": "6 bis Đinh Liệt", "hàng đào": "1 Hàng Đào", "hàng dao": "1 Hàng Dao", "zzz": "", "%": "", "'": "",
		} {
			if got := first(q); got != want {
				t.Errorf("%q finds %q first, want %q", q, got, want)
			}
		}
		for q, want := range map[string][]string{
			"hang dao": {"Hàng Dao", "Hàng Đào"}, "Hàng Đào": {"Hàng Đào", "Hàng Dao"}, "dinh liet": {"Đinh Liệt"}, norm.NFD.String("ĐINH LIỆT"): {"Đinh Liệt"},
			"hoa": {"Hoa", "Hoà", "Hoạ"}, "hòa": {"Hoà"}, "HOÀ": {"Hoà"},
		} {
			f, err := s.Dossiers.Search(ctx, who, q)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, x := range f.Streets {
				got = append(got, x.Name)
			}
			for i, name := range want {
				if !slices.Contains(got, name) {
					t.Errorf("%q finds %q, not %q", q, got, name)
				}
				if i == 0 && got[0] != name && q != "hang dao" {
					t.Errorf("%q finds %q before %q", q, got[0], name)
				}
			}
		}
		s.As("command").Get("/search?q="+url.QueryEscape("Hàng Bông")).OK().Has(".notice", "Hoàn Kiếm").Has(".notice", "Cửa Nam").Has(".notice", "Ông/bà tìm phần nào?")
		s.As("command").With("Sonha-Part", "list").Get("/search?q=36a").OK().Has("table", "36A Hàng Bạc")
		s.As("command").Get("/search").OK()
		s.As("command").Get("/search?q=khongco").OK().Has(".empty", "Không tìm thấy")
	})
}

// plantStreets moves houses of the small ward to streets whose names differ in their marks alone.
func plantStreets(t *testing.T, s *apptest.Site) {
	t.Helper()
	ctx := t.Context()
	if err := s.DB.Write(ctx, s.System(), func(tx *db.Tx) error { return plant(ctx, tx, "Hàng Đào", "Hàng Dao", "Hoà", "Hoa", "Hoạ") }); err != nil {
		t.Fatal(err)
	}
}

func TestTheStreetIsDrawnAsItStands(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		inspected(t, s, "36A Hàng Bạc", criteria.Safe)
		list := s.As("command").Get("/streets").OK().Has("th", "Hàng Bạc").Has("th", "Đinh Liệt")
		href := list.Doc().Find(`th a:contains("Hàng Bạc")`).AttrOr("href", "")
		street := s.As("command").Get(href + "?state=safe").OK()
		street.Has("h1", "Phố Hàng Bạc").Has(".figure", "1 số nhà đạt trên 1 đã kiểm tra (100,0 %)").Has(".figure", "1/4").Has(".odd", "9").Has(".even", "36A").
			Has(".even .alley", "Ngõ 12").Has(".even .alley .door", "12/5").Has(".door.dim", "36").Has(".chip.on", "Đạt")
		if dim := street.Text(".door.dim"); strings.Contains(dim, "36A") {
			t.Errorf("36A is dimmed: %s", dim)
		}
	})
}

func TestEnglishReadsWhole(t *testing.T) {
	t.Parallel()
	s := apptest.New(t, dbtest.Lite(t))
	inspected(t, s, "36A Hàng Bạc", criteria.Conditional, "TC2", "TC4", "TC5", "TC7")
	for _, path := range []string{"/houses", "/houses/" + s.House["36A Hàng Bạc"], "/streets", "/search?q=hang", "/houses/filter"} {
		for _, person := range []string{"command", "officer", "group lead"} {
			if _, after, found := strings.Cut(string(s.As(person).Get(path).OK().Body), "⟦"); found {
				word, _, _ := strings.Cut(after, "⟧")
				t.Errorf("%s as %s holds a word that is in no catalog: %s", path, person, word)
			}
		}
	}
}

func TestTheStoreRefusesWhoHasNoPower(t *testing.T) {
	t.Parallel()
	s := apptest.New(t, dbtest.Lite(t))
	ctx := t.Context()
	for _, who := range []access.Actor{{}, s.Actor("committee"), s.Actor("city"), s.Actor("administrator")} {
		if _, err := s.Dossiers.List(ctx, who, dossiers.Filter{}); !fault.Is(err, fault.Missing) {
			t.Errorf("%s lists houses: %v", who.Role(), err)
		}
		if _, err := s.Dossiers.Get(ctx, who, s.House["36A Hàng Bạc"]); !fault.Is(err, fault.Missing) {
			t.Errorf("%s opens a house: %v", who.Role(), err)
		}
		if _, err := s.Dossiers.Search(ctx, who, "36"); !fault.Is(err, fault.Missing) {
			t.Errorf("%s searches: %v", who.Role(), err)
		}
	}
}

func FuzzParseFilter(f *testing.F) {
	f.Add("state=safe&after=MXx8&sort=-points&missing=TC5&year=2026")
	f.Add("after=%00&before=zzz&q=%25_&found=TC2.fail&passed=VH")
	f.Fuzz(func(t *testing.T, query string) {
		values, err := url.ParseQuery(query)
		if err != nil {
			return
		}
		filter := dossiers.ParseFilter(values)
		address, err := url.Parse(filter.Address("/houses"))
		if err != nil {
			t.Fatal(err)
		}
		if again := dossiers.ParseFilter(address.Query()); again != filter {
			t.Errorf("%+v comes back as %+v", filter, again)
		}
	})
}
