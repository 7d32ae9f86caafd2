package ui_test

import (
	"context"
	"io"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/a-h/templ"

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
