package ui

import (
	"github.com/a-h/templ"

	"sonha/engine/words"
)

// Action is a button or a link that acts.
type Action struct {
	Label   string
	Href    string // set: a link that looks like a button; empty: a submit button
	Icon    Glyph
	Primary bool // the one thing to do on this screen
	Block   bool // full width at thumb height
	Touch   bool // 52 px high also on a desk
	Danger  bool // deletes, revokes, withdraws
	Name    string
	Value   string // Name and Value tell the server which button was pressed
	Form    string // id of the form when the button stands outside it
}

func (a *Action) class() string {
	class := "btn"
	if a.Primary {
		class += " primary"
	}
	if a.Block {
		class += " block"
	}
	if a.Touch {
		class += " touch"
	}
	if a.Danger {
		class += " danger"
	}
	return class
}

// Chip is one filter. Its Href is the list with this filter switched on, or off when it is On.
type Chip struct {
	Label    string
	Href     string
	Count    string // how many rows it would leave, may be empty
	State    State
	HasState bool // draw the mark of State
	Icon     Glyph
	On       bool
	OneOf    bool // the chips exclude each other: the one that is On has no × to take it off
}

// Content is one of the six contents of a house: state, points and a countable bar.
type Content struct {
	State   State
	Name    string // "Phòng trộm cắp, cướp"
	Points  int
	Max     int
	Need    int // points needed to pass
	Cells   []Cell
	Missing string // what is missing, in the order of least effort; may be empty
}

// ContentRows draws the six contents as a list.
func ContentRows(w *words.Words, list []Content) templ.Component {
	return drafted(700*len(list)+64, func(d *draft) {
		unit := w.T("ui.points.unit")
		d.put(`<ul class="contents">`)
		for i := range list {
			c := &list[i]
			d.put(`<li><h3><span class="state plain `)
			d.put(c.State.Class())
			d.put(`">`)
			d.put(string(stateMark[c.State&3]))
			d.put(`<span class="sr">`)
			d.text(StateText(w, c.State))
			d.put(`: </span>`)
			d.text(c.Name)
			d.put(`</span></h3><span class="pts"><b>`)
			d.integer(c.Points)
			d.put(`</b>/`)
			d.integer(c.Max)
			d.put(` `)
			d.text(unit)
			d.put(`</span>`)
			d.cells(c.Cells, pointsText(w, c))
			if c.Missing != "" {
				d.put(`<p class="miss">`)
				d.text(c.Missing)
				d.put(`</p>`)
			}
			d.put(`</li>`)
		}
		d.put(`</ul>`)
	})
}

// ContentBars draws the six contents small, for the side panel.
func ContentBars(w *words.Words, list []Content) templ.Component {
	return drafted(500*len(list)+64, func(d *draft) {
		d.put(`<ul class="bars">`)
		for i := range list {
			c := &list[i]
			d.put(`<li><span>`)
			d.text(c.Name)
			d.put(`</span>`)
			d.cells(c.Cells, pointsText(w, c))
			d.put(`<span class="num">`)
			d.integer(c.Points)
			d.put(`/`)
			d.integer(c.Max)
			d.put(`</span></li>`)
		}
		d.put(`</ul>`)
	})
}

// pointsText says a bar in words: "7 trên 14 điểm, cần 10".
func pointsText(w *words.Words, c *Content) string {
	return w.F("ui.points.of", "Got", c.Points, "Max", c.Max, "Need", c.Need)
}

// Task is one line of "Hôm nay": what to do, one verb, and by when.
type Task struct {
	Href    string
	When    string // "Quá hạn 2 ngày" or "Còn 5 ngày, hạn 25/10"
	What    string // "Gửi báo cáo tháng 10"
	Overdue bool
}

// Fact is a line of a key list: what, and its value.
type Fact struct {
	Key  string // "23/10", "13/14 hộ"
	Time string // machine form when Key is a date: "2026-10-23"
	Text string
	Sub  string // second line, may be empty
	Href string // makes Text a link, may be empty
}

// Call is someone to telephone.
type Call struct {
	Who    string
	Number string // as people write it: "0912 345 678"
	Tel    string // as the phone dials it: "0912345678"
}

// Event is one line of a record's history: who did what, when.
type Event struct {
	Time string // machine form: "2026-10-20T14:05:00+07:00"
	When string // "14:05, 20/10/2026"
	Who  string // role or name as the reader may see it
	What string
	Note string
	Late bool // something overdue or a break
}

// YearMark is how a house stood in one year.
type YearMark struct {
	Year  string
	State State
	Href  string
}

// Rate is the big figure of a page, never without numerator, denominator, coverage and time.
type Rate struct {
	Value       string // "89,0", without the sign
	Numerator   string // "1.411"
	NumText     string // "số nhà đạt an toàn"
	NumHref     string // the rows behind it, may be empty
	Denominator string // "1.586"
	DenText     string // "hồ sơ đã kiểm tra"
	DenHref     string
}

// Page is where one stands in a long list.
type Page struct {
	From, To int    // rows shown, from 1
	Total    string // "214", or "hơn 10.000" when not counted
	Note     string // said after the row numbers, may be empty
	Prev     string // addresses of the neighbours; empty at the ends
	Next     string
}

// Job is work that goes on in the background; the page asks URL how far it is and goes to Next when it is done.
// URL answers JSON {"done":n,"total":n,"state":"…","next":"/…"}; state is said to the reader as it stands.
type Job struct {
	URL   string
	Label string // "Đang đọc danh sách"
	Done  int
	Total int // 0: not known yet
	State string
	Next  string // shown as a link for those without JavaScript
}

// Tally is one of the counts over an import preview: new, changed, unchanged, refused.
type Tally struct {
	Label string
	Count string
	Kind  Kind
	Href  string // shows only these rows
}

// Column is the head of a column. With Href it sorts.
type Column struct {
	Label string
	Href  string
	Sort  string // "ascending", "descending" or empty
	Num   bool   // figures: set to the right
}

// HouseRow is one house in a list: a table row on a desk, a card on the phone.
type HouseRow struct {
	Href      string
	Address   string // "36A Hàng Bạc"
	State     State
	Contents  [6]State // VH, TC, TN, NK, GD, HG
	Points    string   // "59/70"
	Missing   string   // "Thử chuông, đèn cầu thang"
	Inspected string   // "12/10"
	Due       string   // "11/12"
	Overdue   bool
	Selected  bool // shown in the side panel
}

// HouseColumns is how many columns HouseTable has: address, result, six contents, points, missing, inspected, due.
const HouseColumns = 7

// HouseTable draws houses as a dense table with a sticky head; on the phone each row is a card.
// panel is the id of the element that shows the chosen row, or empty. columns must hold HouseColumns heads.
func HouseTable(w *words.Words, columns [HouseColumns]Column, rows []HouseRow, panel string) templ.Component {
	return drafted(1500+1300*len(rows), func(d *draft) {
		all, lack := w.T("ui.dots.all"), w.T("ui.dots.lack")
		var state [4]string
		for _, s := range States {
			state[s] = StateText(w, s)
		}
		d.put(`<table class="dense cards"`)
		if panel != "" {
			d.put(` data-panel="`)
			d.text(panel)
			d.put(`"`)
		}
		d.put(`><thead><tr>`)
		for i := range columns {
			d.columnHead(&columns[i])
		}
		d.put(`</tr></thead><tbody>`)
		for i := range rows {
			d.houseRow(&rows[i], &columns, &state, all, lack)
		}
		d.put(`</tbody></table>`)
	})
}

func (d *draft) houseRow(r *HouseRow, columns *[HouseColumns]Column, state *[4]string, all, lack string) {
	if r.Selected {
		d.put(`<tr class="sel"><th scope="row"><a aria-current="true" href="`)
	} else {
		d.put(`<tr><th scope="row"><a href="`)
	}
	d.href(r.Href)
	d.put(`">`)
	d.text(r.Address)
	d.put(`</a></th>`)
	d.cellOpen("st", columns[1].Label)
	d.state(r.State, state[r.State&3], " plain")
	d.put(`</td>`)
	d.cellOpen("", columns[2].Label)
	d.contentDots(&r.Contents, state, all, lack)
	d.put(`</td>`)
	d.textCell("num", columns[3].Label, r.Points)
	d.textCell("wrap", columns[4].Label, r.Missing)
	d.textCell("num", columns[5].Label, r.Inspected)
	if r.Overdue {
		d.textCell("num due", columns[6].Label, r.Due)
	} else {
		d.textCell("num", columns[6].Label, r.Due)
	}
	d.put(`</tr>`)
}

// contentDots draws the six marks and says which contents fall short.
func (d *draft) contentDots(contents *[6]State, state *[4]string, all, lack string) {
	short, unseen := "", 0
	for i, s := range contents {
		switch s {
		case NotSafe, Conditional:
			if short != "" {
				short += ", "
			}
			short += ContentCodes[i]
		case NotInspected:
			unseen++
		}
	}
	switch {
	case unseen == len(contents):
		d.dots(contents, state[NotInspected])
	case short == "":
		d.dots(contents, all)
	default:
		d.dots(contents, lack+" "+short)
	}
}

func (d *draft) cellOpen(class, label string) {
	d.put(`<td`)
	if class != "" {
		d.put(` class="`)
		d.put(class)
		d.put(`"`)
	}
	d.put(` data-label="`)
	d.text(label)
	d.put(`">`)
}

// textCell draws a cell of text; an empty one shows a dash on a desk and is left out of a card.
func (d *draft) textCell(class, label, text string) {
	if text == "" {
		if class != "" {
			class += " "
		}
		d.cellOpen(class+"blank", label)
		d.put(`–</td>`)
		return
	}
	d.cellOpen(class, label)
	d.text(text)
	d.put(`</td>`)
}

// ColumnHead draws one th; a sorted column says so with an arrow and to readers.
func ColumnHead(c Column) templ.Component {
	return drafted(160, func(d *draft) { d.columnHead(&c) })
}

func (d *draft) columnHead(c *Column) {
	d.put(`<th scope="col"`)
	if c.Num {
		d.put(` class="num"`)
	}
	if c.Sort != "" {
		d.put(` aria-sort="`)
		d.text(c.Sort)
		d.put(`"`)
	}
	d.put(`>`)
	if c.Href != "" {
		d.put(`<a href="`)
		d.href(c.Href)
		d.put(`">`)
	}
	d.text(c.Label)
	switch c.Sort {
	case "ascending":
		d.put(`<span aria-hidden="true"> ↑</span>`)
	case "descending":
		d.put(`<span aria-hidden="true"> ↓</span>`)
	}
	if c.Href != "" {
		d.put(`</a>`)
	}
	d.put(`</th>`)
}
