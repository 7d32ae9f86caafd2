package ui_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/a-h/templ"

	"sonha/engine/page/ui"
)

// The summary over a form that came back names each wrong field by its label and leads to it; the whole of a long text stands at the field
// alone. A page without a summary gets one, unless its one wrong field takes the focus.
func TestTheSummaryNamesTheFields(t *testing.T) {
	t.Parallel()
	f := sampleFrame(catalog(t).In("vi"))
	const long = "Chỗ này có tên người. Ông/bà bỏ tên, chỉ ghi việc và nơi."
	phone := ui.Field{Name: "phone", Label: "Số điện thoại", Error: "Cần đủ 10 chữ số."}
	text := ui.Field{Name: "text", ID: "f-7-text", Under: "Dòng 7", Label: "Việc gì?", Error: long}
	for _, x := range []struct {
		what  string
		parts []templ.Component
		want  []string // href, text
	}{
		{"listed", []templ.Component{
			ui.Errors(f.Words, []ui.FieldError{{Text: "Đợt đã đóng."}, {Name: "text", Text: long}, {Name: "phone", Text: phone.Error}}), ui.Input(f.Words, phone), ui.Input(f.Words, text),
		}, []string{"", "Đợt đã đóng.", "#f-7-text", "Dòng 7 – Việc gì: Chỗ này có tên người.", "#f-phone", "Số điện thoại: Cần đủ 10 chữ số."}},
		{"a field that the page did not list", []templ.Component{
			ui.Errors(f.Words, []ui.FieldError{{Name: "text", Text: long}}), ui.Input(f.Words, text), ui.CheckboxWrong("agreed", "Tôi đồng ý", "", false, "Ông/bà đánh dấu."),
		}, []string{"#f-7-text", "Dòng 7 – Việc gì: Chỗ này có tên người.", "#f-agreed", "Tôi đồng ý: Ông/bà đánh dấu."}},
		{"no summary of its own", []templ.Component{ui.Input(f.Words, phone)}, []string{"#f-phone", "Số điện thoại: Cần đủ 10 chữ số."}},
		{"takes the focus", []templ.Component{ui.Input(f.Words, ui.Field{Name: "pin", Label: "Mã PIN", Error: "Chưa đúng.", Focus: true})}, nil},
		{"nothing wrong", []templ.Component{ui.Input(f.Words, ui.Field{Name: "pin", Label: "Mã PIN"})}, nil},
	} {
		html := render(t, ui.Refused(within(ui.Layout, f, x.parts...)))
		doc, err := goquery.NewDocumentFromReader(strings.NewReader(html))
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		doc.Find("[data-focus] li").Each(func(_ int, li *goquery.Selection) {
			href, _ := li.Find("a").Attr("href")
			if got = append(got, href, li.Text()); href != "" && doc.Find(`[id="`+href[1:]+`"]`).Length() != 1 {
				t.Errorf("%s: %s leads nowhere", x.what, href)
			}
		})
		if !slices.Equal(got, x.want) {
			t.Errorf("%s: %q", x.what, got)
		}
		if strings.Count(html, "chỉ ghi việc") > 1 {
			t.Errorf("%s: the long text stands twice", x.what)
		}
	}
}
