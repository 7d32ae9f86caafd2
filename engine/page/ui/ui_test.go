package ui_test

import (
	"context"
	"io"
	"strconv"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/a-h/templ"
	"pgregory.net/rapid"

	"sonha/engine/page/ui"
)

// body runs a function as a component, so that tests can put parts into a frame.
type body func(ctx context.Context, w io.Writer) error

func (b body) Render(ctx context.Context, w io.Writer) error { return b(ctx, w) }

// within puts parts into a frame.
func within(layout func(ui.Frame) templ.Component, f ui.Frame, parts ...templ.Component) templ.Component {
	return body(func(ctx context.Context, w io.Writer) error {
		return layout(f).Render(templ.WithChildren(ctx, templ.Join(parts...)), w)
	})
}

func with(c templ.Component, parts ...templ.Component) templ.Component {
	return body(func(ctx context.Context, w io.Writer) error {
		return c.Render(templ.WithChildren(ctx, templ.Join(parts...)), w)
	})
}

func document(t testing.TB, c templ.Component) *goquery.Document {
	t.Helper()
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(render(t, c)))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func TestStateIsNeverColourAlone(t *testing.T) {
	w := vietnamese(t)
	seen := map[string]bool{}
	for _, s := range ui.States {
		doc := document(t, ui.StateLabel(s, ui.StateText(w, s)))
		mark, _ := doc.Find("use").Attr("href")
		if mark == "" || seen[mark] {
			t.Errorf("state %d: mark %q is missing or used twice", s, mark)
		}
		seen[mark] = true
		if got := doc.Text(); got != ui.StateText(w, s) || strings.Contains(got, "⟦") {
			t.Errorf("state %d says %q", s, got)
		}
	}
	var nothingKnown ui.State
	if got := ui.StateText(w, nothingKnown); got != "Chưa kiểm tra" {
		t.Errorf("a house nobody looked at is %q", got)
	}
}

func TestTextFromOutsideIsEscaped(t *testing.T) {
	w := vietnamese(t)
	evil := `"><script>alert('x')</script>&`
	rows := []ui.HouseRow{{Href: "javascript:alert(1)", Address: evil, Missing: evil, Due: evil}}
	strip := ui.Strip{Name: evil, Staves: []ui.Stave{{Title: evil, Odd: []ui.Spot{{Door: ui.Door{Number: evil, Href: "javascript:alert(1)"}}, {Alley: &ui.Alley{Label: evil}}}}}}
	for name, c := range map[string]templ.Component{
		"table":    ui.HouseTable(w, sampleColumns(), rows, evil),
		"cells":    ui.Cells([]ui.Cell{{Code: evil, Title: evil}}, evil),
		"plate":    ui.Plate(evil, ui.PlateBig),
		"contents": ui.ContentRows(w, []ui.Content{{Name: evil, Missing: evil}}),
		"strip":    ui.StripMap(w, strip),
		"label":    ui.StateLabel(ui.Safe, evil),
		"head":     ui.ColumnHead(ui.Column{Label: evil, Href: "javascript:alert(1)"}),
	} {
		t.Run(name, func(t *testing.T) {
			doc := document(t, c)
			if n := doc.Find("script").Length(); n != 0 {
				t.Errorf("%d script elements got through", n)
			}
			doc.Find("[href]").Each(func(_ int, s *goquery.Selection) {
				if href := s.AttrOr("href", ""); strings.HasPrefix(href, "javascript") {
					t.Errorf("link %q got through", href)
				}
			})
		})
	}
}

func TestFieldKeepsWhatWasTyped(t *testing.T) {
	w := vietnamese(t)
	doc := document(t, ui.Input(w, ui.Field{Kind: ui.PINField, Name: "pin", Label: "Mã PIN", Hint: "Sáu số", Error: "Mã PIN chưa đúng.", Value: "12", Required: true}))
	input := doc.Find("input")
	for attribute, want := range map[string]string{
		"value": "12", "inputmode": "numeric", "maxlength": "6", "autocomplete": "current-password",
		"aria-invalid": "true", "aria-describedby": "f-pin-hint f-pin-error", "type": "password",
	} {
		if got := input.AttrOr(attribute, "missing"); got != want {
			t.Errorf("%s = %q, want %q", attribute, got, want)
		}
	}
	if got := strings.TrimSpace(doc.Find("#f-pin-error").Text()); got != "Mã PIN chưa đúng." {
		t.Errorf("error says %q", got)
	}
	if got := doc.Find("label").AttrOr("for", ""); got != input.AttrOr("id", "?") {
		t.Errorf("label is for %q", got)
	}
	if n := document(t, ui.Input(w, ui.Field{Name: "a", Label: "A"})).Find("[aria-invalid], [aria-describedby]").Length(); n != 0 {
		t.Error("a field without a fault is marked as faulty")
	}
}

func TestSelectChoosesItsValue(t *testing.T) {
	doc := document(t, ui.Input(vietnamese(t), ui.Field{Kind: ui.SelectField, Name: "s", Label: "Phố", Value: "2", Blank: "Tất cả phố", Auto: true,
		Options: []ui.Option{{Value: "1", Label: "Hàng Bạc"}, {Value: "2", Label: "Hàng Đào"}}}))
	if got := doc.Find("option[selected]").Text(); got != "Hàng Đào" {
		t.Errorf("chosen: %q", got)
	}
	if got := doc.Find("option").First().Text(); got != "Tất cả phố" {
		t.Errorf("first: %q", got)
	}
	if doc.Find("select[data-auto]").Length() != 1 {
		t.Error("the filter does not send itself")
	}
}

func TestLayStavesKeepsEveryDoorInOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		odd, even := make([]ui.Spot, rapid.IntRange(0, 90).Draw(t, "odd")), make([]ui.Spot, rapid.IntRange(0, 90).Draw(t, "even"))
		for i := range odd {
			odd[i].Door.Number = itoa(2*i + 1)
		}
		for i := range even {
			even[i].Door.Number = itoa(2*i + 2)
		}
		per := rapid.IntRange(1, 30).Draw(t, "per")
		gotOdd, gotEven := 0, 0
		for _, stave := range ui.LayStaves(odd, even, per) {
			if len(stave.Odd) > per || len(stave.Even) > per {
				t.Fatalf("a side holds %d and %d places, more than %d", len(stave.Odd), len(stave.Even), per)
			}
			for _, spot := range stave.Odd {
				if spot.Door.Number != odd[gotOdd].Door.Number {
					t.Fatalf("odd door %d is %s", gotOdd, spot.Door.Number)
				}
				gotOdd++
			}
			for _, spot := range stave.Even {
				if spot.Door.Number != even[gotEven].Door.Number {
					t.Fatalf("even door %d is %s", gotEven, spot.Door.Number)
				}
				gotEven++
			}
		}
		if gotOdd != len(odd) || gotEven != len(even) {
			t.Fatalf("%d of %d odd and %d of %d even doors are drawn", gotOdd, len(odd), gotEven, len(even))
		}
	})
}

func TestStripMap(t *testing.T) {
	doc := document(t, ui.StripMap(vietnamese(t), sampleStrip()))
	total := 0
	for _, s := range sampleStrip().Staves {
		total += s.Doors()
	}
	if got := doc.Find("a.door").Length(); got != total || total != 122 {
		t.Errorf("%d doors, want %d", got, total)
	}
	if got := strings.Join(strings.Fields(doc.Find(".even > li > a").First().Text()), " "); got != "2Đạt" {
		t.Errorf("the first even door says %q", got)
	}
	if got := doc.Find("[aria-current]").Text(); !strings.HasPrefix(got, "36") {
		t.Errorf("the current door is %q", got)
	}
	if got := doc.Find(".odd .alley").First().HasClass("wide"); got {
		t.Error("an alley with room beside it takes width from its neighbours")
	}
	if got := doc.Find(".even .alley.wide").Length(); got != 2 {
		t.Errorf("%d of the two alleys near each other take their own width", got)
	}
}

func TestStackedBarFillsItsWidth(t *testing.T) {
	for _, c := range []struct {
		counts [4]int
		parts  int
	}{{[4]int{562, 57, 118, 1411}, 4}, {[4]int{0, 0, 0, 7}, 1}, {[4]int{0, 0, 0, 0}, 0}, {[4]int{1, 0, 100000, 0}, 2}} {
		doc := document(t, ui.StackedBar(func(s ui.State) int { return c.counts[s] }))
		parts := doc.Find("svg > rect:not(.b-out)")
		if parts.Length() != c.parts {
			t.Errorf("%v: %d parts", c.counts, parts.Length())
			continue
		}
		end := 0.0
		parts.Each(func(_ int, s *goquery.Selection) { end = number(t, s, "x") + number(t, s, "width") })
		if c.parts > 0 && (end < 999 || end > 1001) {
			t.Errorf("%v: the bar ends at %v", c.counts, end)
		}
		if empty := doc.Find(".b-out").Length(); (empty == 1) != (c.parts == 0) {
			t.Errorf("%v: %d empty frames", c.counts, empty)
		}
	}
}

func number(t *testing.T, s *goquery.Selection, attribute string) float64 {
	t.Helper()
	x, err := strconv.ParseFloat(s.AttrOr(attribute, ""), 64)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func TestBarsSayTheirFigures(t *testing.T) {
	doc := document(t, ui.SixBars([6]float64{95, 69.9, 70, -1, 100, 0}))
	if got := doc.Find("svg").AttrOr("aria-label", ""); got != "VH 95\u00a0%, TC 70\u00a0%, TN 70\u00a0%, NK –, GD 100\u00a0%, HG 0\u00a0%" {
		t.Errorf("label %q", got)
	}
	if low := doc.Find("rect.low").Length(); low != 2 {
		t.Errorf("%d bars are low, want 69,9 and 0", low)
	}
	if n := doc.Find("rect").Length(); n != 5 {
		t.Errorf("%d bars: one for what is not known?", n)
	}
	for _, values := range [][]float64{nil, {0}, {0, 0}, {1, 5, 3}} {
		if html := render(t, ui.Spark(values, 0)); strings.Contains(html, "NaN") || strings.Contains(html, "Inf") {
			t.Errorf("%v: %s", values, html)
		}
	}
}

func TestHouseTable(t *testing.T) {
	w := vietnamese(t)
	doc := document(t, ui.HouseTable(w, sampleColumns(), sampleRows(7), "panel"))
	row := doc.Find("tbody tr").Eq(3)
	if got := row.Find("th a").Text(); got != "36A Hàng Bạc" || !row.HasClass("sel") {
		t.Errorf("row %q, chosen %v", got, row.HasClass("sel"))
	}
	if got := row.Find(".dots").AttrOr("aria-label", ""); got != "Chưa đạt: TC" {
		t.Errorf("dots say %q", got)
	}
	if got := doc.Find("tbody tr").Eq(5).Find(".due").Text(); got != "31/10" {
		t.Errorf("overdue says %q", got)
	}
	if got := doc.Find("tbody tr").Eq(0).Find(".dots").AttrOr("aria-label", ""); got != "Cả sáu nội dung đạt" {
		t.Errorf("dots say %q", got)
	}
	row.Find("td").Each(func(i int, s *goquery.Selection) {
		if s.AttrOr("data-label", "") != sampleColumns()[i+1].Label {
			t.Errorf("cell %d is labelled %q on the phone", i, s.AttrOr("data-label", ""))
		}
	})
	if got := doc.Find("th[aria-sort]").AttrOr("aria-sort", ""); got != "ascending" {
		t.Errorf("sorted %q", got)
	}
}

func TestQuestionShowsWhereOneIs(t *testing.T) {
	doc := document(t, ui.Question(vietnamese(t), ui.Ask{Groups: []int{2, 3}, At: 2, Answers: []ui.Answer{{Value: "2", Label: "Đạt", State: ui.Safe, Given: true}}}))
	if got := doc.Find(".progress span").Text(); got != "Câu 3 trên 5" {
		t.Errorf("says %q", got)
	}
	if done, now := doc.Find("i.done").Length(), doc.Find("i.now").Length(); done != 2 || now != 1 {
		t.Errorf("%d done, %d now", done, now)
	}
	if got := doc.Find("button[aria-pressed=true]").AttrOr("value", ""); got != "2" {
		t.Errorf("the answer given before is %q", got)
	}
}

func TestFrameForWhomItIs(t *testing.T) {
	w := vietnamese(t)
	inside := document(t, within(ui.Layout, sampleFrame(w), templ.Raw("<h1>x</h1>")))
	if inside.Find(".rail").Length() != 1 || inside.Find(".tabs a").Length() != 4 {
		t.Error("a signed-in reader has no rail or no tabs")
	}
	if got := strings.TrimSpace(inside.Find(".rail a[aria-current]").Text()); got != "Số nhà" {
		t.Errorf("one stands at %q", got)
	}
	visitor := sampleFrame(w)
	visitor.SignedIn = false
	outside := document(t, within(ui.Layout, visitor, templ.Raw("<h1>x</h1>")))
	if n := outside.Find(".rail, .tabs, .search").Length(); n != 0 {
		t.Errorf("a visitor sees %d parts of the shell", n)
	}
	large := visitor
	large.LargeText, large.Demo = true, true
	page := document(t, within(ui.Phone, large, templ.Raw("<h1>x</h1>")))
	if page.Find("html").AttrOr("data-text", "") != "large" || !strings.Contains(page.Find(".ribbon").Text(), "Dữ liệu giả định") {
		t.Error("large text or the word that figures are invented is missing")
	}
}
