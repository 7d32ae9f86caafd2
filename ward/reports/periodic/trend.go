package periodic

import (
	"cmp"
	"context"
	"strconv"

	"sonha/engine/words"
	"sonha/ward/indicators"
)

// trend is what the ward says of its indicators: official counts of the period and against the base year, and the table of the twelve.
// They are read as by who opens no rows: the report leaves the ward.
func (c *counting) trend(ctx context.Context) error {
	if c.group != "" {
		return nil
	}
	list, err := c.s.indicators.AllTx(ctx, c.tx)
	if err != nil {
		return err
	}
	t := Table{
		Section: Trend, Title: "Chỉ số của chuyên đề", How: "Cách tính và các năm của từng chỉ số ở trang Chỉ số",
		Note: "Không so sánh qua mốc ngắt chuỗi (ngày 01/07/2025 thay đổi địa giới; ngày bộ tiêu chí thay đổi).",
		Head: []string{"Mã", "Chỉ số", "Kỳ", "Số liệu", "So với năm gốc"},
	}
	w := c.s.spoken
	for i := range list {
		r := &list[i]
		if r.Origin == indicators.FromCounts {
			c.cases(r)
		}
		p := r.Latest()
		if p == nil {
			continue
		}
		t.Rows = append(t.Rows, []Value{
			{Text: string(r.Code), Rows: "/indicators/" + string(r.Code)}, {Text: w.T("indicators.name." + string(r.Code))},
			{Text: p.Period.Full(w)}, told(r, p, w), {Text: r.Against(w, p)},
		})
	}
	if len(t.Rows) > 0 {
		c.table(t)
	}
	return nil
}

func told(r *indicators.Reading, p *indicators.Point, w *words.Words) Value {
	v := Value{Text: r.Figure(w, p)}
	if p.Known() {
		n := float64(p.Tenths()) / 10
		v.N = &n
	}
	return v
}

// cases tells an official count: of the period itself where it was entered, and how the course before the last break stands against
// its base year. Nothing is said across a break.
func (c *counting) cases(r *indicators.Reading) {
	w := c.s.spoken
	name, key := w.T("indicators.name."+string(r.Code)), "cases_"+string(r.Code)
	rows := "/indicators/" + string(r.Code)
	if p := ofPeriod(r, c.Of()); p != nil {
		f := Figure{No: c.next(), Key: key, Section: Cases, Label: name + ", " + p.Period.Full(w), Text: untold, Rows: rows,
			How: "Số liệu thống kê chính thức phường nhập, tính theo " + p.Period.Full(w) + " (lịch); số từ 1 đến 4 không nêu"}
		if !p.Hidden {
			f.Value, f.Text = &p.Part, r.Figure(w, p)
		}
		c.Figures = append(c.Figures, f)
		c.say(Cases, name+" "+p.Period.Full(w)+": {"+key+"}"+c.besides(r, p)+".")
	}
	old, base := beforeBreak(r)
	if old == nil || base == nil || old.Hidden || base.Hidden || base.Period == old.Period {
		return
	}
	area := cmp.Or(old.Area, "địa bàn cũ")
	c.Figures = append(c.Figures,
		Figure{No: c.next(), Key: key + "_base", Section: Cases, Label: name + ", " + base.Period.Name(w), Value: &base.Part, Text: r.Figure(w, base),
			Rows: rows, How: "Năm gốc của chuỗi số liệu " + area})
	c.Figures = append(c.Figures,
		Figure{No: c.next(), Key: key + "_old", Section: Cases, Label: name + ", " + old.Period.Name(w), Value: &old.Part, Text: r.Figure(w, old), Rows: rows,
			How: "Năm đủ cuối cùng của chuỗi số liệu " + area})
	c.say(Cases, name+" "+old.Period.Name(w)+" của "+area+": {"+key+"_old}, "+r.Against(w, old)+" ({"+key+"_base}).")
	if last := r.Points[len(r.Points)-1]; last.Segment != old.Segment {
		c.say(Cases, "Từ ngày "+breakDay(r, last.Segment)+" số liệu là của địa bàn mới; không so sánh qua mốc này.")
	}
}

// besides says how a figure of the period stands: against its base within the same series, and the mean of three years.
func (c *counting) besides(r *indicators.Reading, p *indicators.Point) string {
	if p.Period.Kind != indicators.Year || p.Hidden {
		return ""
	}
	text := ""
	if base := r.Base(p.Segment); base != nil && base.Period != p.Period {
		text = ", " + r.Against(c.s.spoken, p)
	}
	if mean, ok := r.Mean3(c.s.spoken, p); ok {
		text += "; trung bình 3 năm " + mean
	}
	return text
}

// ofPeriod finds the count of the calendar period that a report is of; of a half-year there is none.
func ofPeriod(r *indicators.Reading, of Period) *indicators.Point {
	kinds := map[Kind]indicators.Kind{Quarter: indicators.Quarter, Year: indicators.Year}
	kind, known := kinds[of.Kind]
	if !known {
		return nil
	}
	list := r.Courses[kind]
	for i := range list {
		if p := &list[i]; p.Period.Year == of.Year && p.Period.N == of.N {
			return p
		}
	}
	return nil
}

// beforeBreak finds the last whole year before the last break, or of the only series, with its base.
func beforeBreak(r *indicators.Reading) (old, base *indicators.Point) {
	if len(r.Points) == 0 {
		return nil, nil
	}
	last := r.Points[len(r.Points)-1].Segment
	for i := len(r.Points) - 1; i >= 0; i-- {
		p := &r.Points[i]
		if p.Whole() && p.Known() && (p.Segment < last || last == 0) {
			return p, r.Base(p.Segment)
		}
	}
	return nil, nil
}

// breakDay is the day on which a segment begins.
func breakDay(r *indicators.Reading, segment int) string {
	if segment > 0 && segment <= len(r.Breaks) {
		return r.Breaks[segment-1].On.Display()
	}
	return strconv.Itoa(r.Points[len(r.Points)-1].Period.Year)
}
