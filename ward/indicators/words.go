package indicators

import (
	"strconv"
	"strings"

	"sonha/engine/page/ui"
	"sonha/ground/civil"
)

// against says in the list how the latest figure stands against its base.
func (x *sheetOf) against(p *Point) string {
	c := x.changeOf(p)
	if base := x.baseOf(p); c.Comparable() && base != nil {
		return x.w.F("indicators.say.change", "Change", x.change(c), "Year", strconv.Itoa(base.Period.Year))
	}
	return x.change(c)
}

// notes say how to read the figures rightly: why a series breaks, why one year is not enough, what a count does not
// prove, and that more reports are not more crime.
func (x *sheetOf) notes() []ui.Fact {
	note := func(key string, pairs ...any) ui.Fact {
		return ui.Fact{Key: x.w.T("indicators.notes." + key + "_head"), Text: x.w.F("indicators.notes."+key, pairs...)}
	}
	if x.Share() {
		list := []ui.Fact{note("share_" + string(x.Code))}
		if x.Code == Safe {
			list = append(list, note("house"))
		}
		return append(list, note("whole"))
	}
	var list []ui.Fact
	if len(x.cuts()) > 0 {
		before, after := x.areas()
		if before != "" && after != "" {
			list = append(list, note("break", "Day", x.cuts()[0].Label, "Before", civil.LowerFirst(before), "After", civil.LowerFirst(after)))
		} else {
			list = append(list, note("break_plain", "Day", x.cuts()[0].Label))
		}
	}
	if i := Latest(x.Points); i >= 0 {
		if mean, ok := Mean3(x.Points, i); ok {
			year := x.Points[i].Period.Year
			list = append(list, note("one_year", "From", strconv.Itoa(year-2), "To", strconv.Itoa(year), "Mean", x.tenths(mean)))
		}
	}
	return append(list, note("cause"), note("reports"))
}

// when is the period of a figure in the list, with a word while it is provisional.
func (x *sheetOf) when(p *Point) string {
	if p.Running {
		return p.Period.Name(x.w) + " (" + x.w.T("indicators.chart.running") + ")"
	}
	return p.Period.Full(x.w)
}

func (x *sheetOf) valueHead() string {
	if x.Share() {
		return x.w.T("indicators.column.share")
	}
	return x.w.T("indicators.column.value")
}

// baseHead is the head of the column of changes; it names the base year where there is one for all.
func (x *sheetOf) baseHead() string {
	if base := x.Base(0); base != nil {
		return x.w.F("indicators.column.against_year", "Year", strconv.Itoa(base.Period.Year))
	}
	return x.w.T("indicators.column.against")
}

// differs says which yearly figures are not the sum of their shorter periods. It is told only to who enters them.
func (x *sheetOf) differs() string {
	if !x.Enters {
		return ""
	}
	var text strings.Builder
	for i := range x.Points {
		if p := &x.Points[i]; p.Differs >= 0 {
			text.WriteString(x.w.F("indicators.differs", "Period", p.Period.Full(x.w), "Figure", x.num(p.Part), "Sum", x.num(p.Differs)) + " ")
		}
	}
	return text.String()
}

// first is what to do while there is no figure.
func (v *detail) first() ui.Action {
	if v.Enters && v.Origin == FromCounts {
		return ui.Action{}
	}
	return ui.Action{Href: "/indicators", Label: v.Words.T("indicators.back")}
}

// entered says when, by whom and from where a count came, and what became of it.
func (v *desk) entered(e *Entry) string {
	key, lang := "indicators.enter.typed", v.Words.Lang()
	if e.File != "" {
		key = "indicators.enter.imported"
	}
	text := v.Words.F(key, "Day", civil.DayOf(e.At).DisplayIn(lang), "By", e.By, "File", e.File)
	if !e.ReplacedAt.IsZero() {
		text += " " + v.Words.F("indicators.enter.replaced", "Day", civil.DayOf(e.ReplacedAt).DisplayIn(lang), "By", e.ReplacedBy)
	}
	return text
}
