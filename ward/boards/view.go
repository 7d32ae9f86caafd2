package boards

import (
	"strconv"
	"strings"

	"sonha/engine/page/ui"
	"sonha/engine/sheet"
	"sonha/ground/civil"
	"sonha/ward/campaigns"
)

// self is the address of the board of this year, with a suffix of the path such as "/items".
func (x *view) self(suffix string) string {
	return "/board" + suffix + "?year=" + strconv.Itoa(x.Campaign.Year)
}

// live is the address that tells when figures of the board change; empty when they no longer do.
func (x *view) live() string {
	if !x.Running() {
		return ""
	}
	return x.self("/live")
}

// Of a ward with many groups the page shows the best covered and the least covered; those between are a link away, so that the page stays as
// long as one can read.
const (
	manyGroups = 30
	bestShown  = 8
	leastShown = 16
)

// ends are the groups that the page shows first and last.
func (x *view) ends() (head, tail []Group) {
	if x.all || len(x.Groups) <= manyGroups {
		return x.Groups, nil
	}
	return x.Groups[:bestShown], x.Groups[len(x.Groups)-leastShown:]
}

// objections is the desk of the command, empty for everybody else.
func (x *view) objections() string {
	if !x.Approves {
		return ""
	}
	return "/objections"
}

// tooFew reports whether a count would tell of single houses to a reader who opens none.
func (x *view) tooFew(n int) bool { return !x.Rows && n > 0 && n < smallest }

// houses is the list behind a figure, empty for readers who open no houses. pairs are parameter and value in turn.
func (x *view) houses(pairs ...string) string {
	if !x.Rows {
		return ""
	}
	var b strings.Builder
	b.WriteString("/houses?year=" + strconv.Itoa(x.Campaign.Year))
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			b.WriteString("&" + pairs[i] + "=" + pairs[i+1])
		}
	}
	return b.String()
}

// found is a number of houses on which inspections found the same of an item, with the address of those houses when there are any.
func (x *view) found(i *Item, as string, n int) (href, text string) {
	if n > 0 {
		href = x.houses("found", i.Item.Code+"."+as)
	}
	return href, x.num(n)
}

func (x *view) num(n int) string { return civil.IntIn(x.lang, n) }

func (x *view) percent(part, whole int) string { return civil.PercentIn(x.lang, part, whole) }

// rate is the big figure: the share of safe houses among those inspected.
func (x *view) rate() ui.Rate {
	g := &x.Whole
	return ui.Rate{
		Value:     civil.Decimal1In(x.lang, civil.PercentTenths(g.Safe, g.Inspected)),
		Numerator: x.num(g.Safe), NumText: x.w.T("boards.safe_houses"), NumHref: x.houses("state", "safe"),
		Denominator: x.num(g.Inspected), DenText: x.w.T("boards.inspected_dossiers"), DenHref: x.houses("stage", "seen"),
	}
}

// stateCount is a line of the key under the bar.
type stateCount struct {
	State ui.State
	Count int
	Href  string
}

func (x *view) states() []stateCount {
	g := &x.Whole
	return []stateCount{
		{ui.Safe, g.Safe, x.houses("state", "safe")}, {ui.Conditional, g.Conditional, x.houses("state", "conditional")},
		{ui.NotSafe, g.NotSafe, x.houses("state", "not_safe")}, {ui.NotInspected, g.NotInspected(), x.houses("state", "not_inspected")},
	}
}

func (x *view) count(s ui.State) int {
	for _, c := range x.states() {
		if c.State == s {
			return c.Count
		}
	}
	return 0
}

// short is a group's name as it stands in a narrow column.
func (x *view) short(g *Group) string {
	if g.Name == "" {
		return x.w.T("boards.no_group")
	}
	if x.lang == "vi" {
		return strings.Replace(g.Name, "Tổ dân phố ", "TDP ", 1)
	}
	return g.Name
}

// course is the line of the last weeks, over all houses of the group.
func course(g *Group) (values []float64, top float64) {
	values = make([]float64, Weeks)
	for i, n := range g.Course {
		values[i] = float64(n)
	}
	return values, float64(g.Houses)
}

// byRule is the address of the approvals, or empty when the phase does not allow approving.
func (x *view) mayApprove() bool { return x.Campaign.Phase.Allows(campaigns.Approving) }

// rank is an item's share of the worst one's houses, for its bar.
func (x *view) rank(i *Item) float64 {
	worst := x.Worst(1)
	if len(worst) == 0 {
		return 0
	}
	return share(i.Below(), worst[0].Below())
}

// tenths is a share in percent with one decimal, for a cell of a workbook; nil where it is not to be told.
func tenths(part, whole int, hidden bool) any {
	if whole == 0 || hidden {
		return nil
	}
	return float64(civil.PercentTenths(part, whole)) / 10
}

func told(n int, hidden bool) any {
	if hidden {
		return nil
	}
	return n
}

// groupSheet writes a row for each group and one for the whole.
func (x *view) groupSheet(book *sheet.XLSX) error {
	t := sheet.Table{Name: x.w.T("boards.sheet.groups"), Title: x.Title, Note: x.When, Footer: sheet.Rows(x.w)}
	for _, key := range []string{"group", "houses", "households", "inspected", "coverage", "safe", "conditional", "not_safe", "not_inspected", "safe_share", "waiting", "late"} {
		t.Columns = append(t.Columns, sheet.Column{Title: x.w.T("boards.sheet." + key)})
	}
	t.Columns[0].Width = 22
	for _, code := range ui.ContentCodes {
		t.Columns = append(t.Columns, sheet.Column{Title: x.w.F("boards.sheet.passed", "Code", code)})
	}
	if x.Provisional() {
		t.Note += ". " + x.w.F("boards.provisional", "N", x.Whole.Waiting)
	}
	if err := book.Begin(t); err != nil {
		return err
	}
	for i := range x.Groups {
		g := &x.Groups[i]
		name := g.Name
		if name == "" {
			name = x.w.T("boards.no_group")
		}
		if err := book.Row(groupRow(name, g, x.Contents())...); err != nil {
			return err
		}
	}
	return book.Total(groupRow(x.WholeName, &x.Whole, x.Contents())...)
}

func groupRow(name string, g *Group, contents bool) []any {
	row := []any{
		name, g.Houses, g.Households, g.Inspected, tenths(g.Inspected, g.Houses, false), told(g.Safe, g.Hidden), told(g.Conditional, g.Hidden), told(g.NotSafe, g.Hidden),
		g.NotInspected(), tenths(g.Safe, g.Inspected, g.Hidden), told(g.Waiting, g.Hidden), told(g.Late, g.Hidden),
	}
	for _, n := range g.Passed {
		row = append(row, tenths(n, g.Inspected, g.Hidden || !contents))
	}
	return row
}

// itemSheet writes a row for each item of the criteria.
func (x *view) itemSheet(book *sheet.XLSX) error {
	if !x.Contents() || x.Whole.Hidden {
		return nil
	}
	t := sheet.Table{Name: x.w.T("boards.sheet.items"), Title: x.Title, Note: x.When, Footer: sheet.Rows(x.w), Columns: []sheet.Column{
		{Title: x.w.T("boards.column.code")}, {Title: x.w.T("boards.column.item"), Width: 48}, {Title: x.w.T("boards.column.content"), Width: 28},
		{Title: x.w.T("boards.column.pass")}, {Title: x.w.T("boards.column.partly")}, {Title: x.w.T("boards.column.fail")}, {Title: x.w.T("boards.column.na")},
		{Title: x.w.T("boards.column.lacking")},
	}}
	if err := book.Begin(t); err != nil {
		return err
	}
	for i := range x.Items {
		item := &x.Items[i]
		if err := book.Row(item.Item.Code, item.Item.Label.In(x.lang), item.Content.Short.In(x.lang), item.Pass, item.Partly, item.Fail, item.NA, item.Lacking); err != nil {
			return err
		}
	}
	return nil
}
