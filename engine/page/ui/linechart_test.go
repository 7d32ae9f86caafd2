package ui_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"sonha/engine/page/ui"
)

func course() ui.LineChart {
	c := ui.LineChart{ID: "c", Title: "Số vụ <1997>", Desc: "Xuống", Unit: "vụ", Tick: func(v float64) string { return fmt.Sprintf("%.0f", v) }, Base: 412, BaseLabel: "Năm gốc 1997: 412 vụ"}
	for i, v := range []float64{412, 396, 0, 373, 171} {
		c.Points = append(c.Points, ui.ChartPoint{Label: strconv.Itoa(1997 + i), Value: v, Known: i != 2})
	}
	c.Points = append(c.Points, ui.ChartPoint{Label: "2025", Value: 36, Known: true, Open: true, Series: 1, Mark: "36 vụ"})
	c.Breaks = []ui.ChartBreak{{Series: 1, Label: "01/07/2025"}}
	return c
}

// TestNoLineCrossesAGapOrABreak: what is not known, and what is of another series, is joined to nothing.
func TestNoLineCrossesAGapOrABreak(t *testing.T) {
	t.Parallel()
	html := render(t, ui.Line(course()))
	_, path, _ := strings.Cut(html, `<path class="line" d="`)
	path, _, _ = strings.Cut(path, `"`)
	if moves, lines := strings.Count(path, "M"), strings.Count(path, "L"); moves != 2 || lines != 2 {
		t.Errorf("%d strokes with %d lines: %s", moves, lines, path)
	}
	for _, want := range []string{`<title id="c-t">Số vụ &lt;1997&gt;</title>`, `<desc id="c-d">Xuống</desc>`, `class="dot new"`, `class="brk"`, "01/07/2025"} {
		if !strings.Contains(html, want) {
			t.Errorf("no %s", want)
		}
	}
}

// TestAChartOfLittle draws nothing wrong from nothing, from one point, and from noughts.
func TestAChartOfLittle(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]ui.LineChart{
		"nothing": {ID: "c"}, "one": {ID: "c", Points: []ui.ChartPoint{{Label: "2026", Value: 3, Known: true}}},
		"noughts": {ID: "c", Points: []ui.ChartPoint{{Label: "2025", Known: true}, {Label: "2026", Known: true}}},
	} {
		c.Tick = func(v float64) string { return fmt.Sprint(v) }
		if html := render(t, ui.Line(c)); strings.Contains(html, "NaN") || strings.Contains(html, "Inf") {
			t.Errorf("%s: %s", name, html)
		}
	}
	html := render(t, ui.Bars(ui.BarChart{ID: "b", Tick: func(v float64) string { return fmt.Sprint(v) }, Bars: []ui.Bar{{Label: "QI", Value: 3}, {Label: "QII", Value: 7, Known: true, Text: "7"}}}))
	if strings.Contains(html, "NaN") || strings.Count(html, "column unknown") != 1 {
		t.Errorf("bars: %s", html)
	}
}
