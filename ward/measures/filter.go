package measures

import (
	"context"
	"encoding/base64"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"sonha/engine/db"
	"sonha/ground/civil"
	"sonha/ward/areas"
	"sonha/ward/criteria"
)

// Filter says which measures a list shows. It lives in the address of the page, so that a list can be sent to a colleague; the zero
// Filter is everything that is not over, what is due first first.
type Filter struct {
	State   string // a State, AnyState, UnderWay, or empty: not over
	Source  string
	Owner   string
	Group   string
	Overdue bool
	Climbed bool
	Turn    Turn   // or empty: whoever they wait for
	Item    string // code of the item of the criteria that it is about
	Noted   Noted  // of the shortcomings that inspections of a campaign noted
	Opened  Span   // given in these days
	Closed  Span   // over since one of these days
	After   string // cursor of the row before the page

	former bool // the group was merged: an old link, which shows what was there then
}

// AnyState shows those that are over too, UnderWay those that nobody has reported as done.
const (
	AnyState = "all"
	UnderWay = "running"
)

// Noted says which shortcomings of inspections the list is of, each with the measure that is to mend it; the zero Noted asks for none.
type Noted struct {
	Year int    // of the campaign
	As   string // "open", "late" for open ones that are overdue, "mended", or "all"
}

// noted are the conditions on a shortcoming x. What an inspection noted anew stands in the place of the earlier one and is not counted twice.
var noted = map[string]string{
	"all": `x.state in ('open', 'mended')`, "open": `x.state = 'open'`, "late": `x.state = 'open'`, "mended": `x.state = 'mended'`,
}

// String is what was noted as an address has it: "2026.open".
func (n Noted) String() string {
	if n.Year == 0 {
		return ""
	}
	return strconv.Itoa(n.Year) + "." + n.As
}

func parseNoted(text string) Noted {
	year, as, _ := strings.Cut(text, ".")
	n, err := strconv.Atoi(year)
	if _, known := noted[as]; !known || err != nil || n < 1900 || n > 2200 {
		return Noted{}
	}
	return Noted{n, as}
}

// Span is the days from one to another, both counted; the zero Span limits nothing.
type Span struct{ From, To civil.Day }

// String is the span as an address has it: "2025-12-15..2026-06-14".
func (s Span) String() string {
	if s == (Span{}) {
		return ""
	}
	return string(s.From) + ".." + string(s.To)
}

func parseSpan(text string) Span {
	from, to, _ := strings.Cut(text, "..")
	s := Span{civil.Day(from), civil.Day(to)}
	if !s.From.Valid() || !s.To.Valid() {
		return Span{}
	}
	return s
}

// ParseFilter reads the filter from an address. What it does not know it leaves out: an old link still opens.
func ParseFilter(v url.Values) Filter {
	f := Filter{Overdue: v.Get("overdue") == "1", Climbed: v.Get("climbed") == "1", After: v.Get("after"), Opened: parseSpan(v.Get("opened")), Closed: parseSpan(v.Get("closed")),
		Noted: parseNoted(v.Get("noted"))}
	if s := v.Get("state"); s == AnyState || s == UnderWay || slices.Contains(States(), State(s)) {
		f.State = s
	}
	if s := v.Get("source"); slices.Contains(Sources(), Source(s)) {
		f.Source = s
	}
	if o := v.Get("owner"); slices.Contains(Owners(), Owner(o)) {
		f.Owner = o
	}
	if t := v.Get("turn"); slices.Contains(Turns(), Turn(t)) {
		f.Turn = Turn(t)
	}
	if _, number := criteria.SplitCode(v.Get("item")); number > 0 {
		f.Item = v.Get("item")
	}
	if id := v.Get("group"); db.ValidID(id) {
		f.Group = id
	}
	return f
}

// params gives what an address says of the filter, by name; a value may be empty.
func (f *Filter) params() [][2]string {
	yes := func(b bool) string {
		if b {
			return "1"
		}
		return ""
	}
	return [][2]string{
		{"state", f.State}, {"source", f.Source}, {"owner", f.Owner}, {"group", f.Group}, {"overdue", yes(f.Overdue)}, {"climbed", yes(f.Climbed)},
		{"turn", string(f.Turn)}, {"item", f.Item}, {"noted", f.Noted.String()}, {"opened", f.Opened.String()}, {"closed", f.Closed.String()}, {"after", f.After},
	}
}

// Address is the list with this filter, under a path such as "/measures".
func (f *Filter) Address(path string) string {
	v := url.Values{}
	for _, x := range f.params() {
		if x[1] != "" {
			v.Set(x[0], x[1])
		}
	}
	if len(v) == 0 {
		return path
	}
	return path + "?" + v.Encode()
}

// first is the filter from its first page.
func (f *Filter) first() *Filter {
	first := *f
	first.After = ""
	return &first
}

// Narrowed reports whether anything limits the list.
func (f *Filter) Narrowed() bool {
	return slices.ContainsFunc(f.first().params(), func(x [2]string) bool { return x[1] != "" })
}

// newest reports whether the list begins with what was closed or changed last, because nothing in it is due.
func (f *Filter) newest() bool {
	return f.State == AnyState || State(f.State).Over()
}

// query is a statement under construction with its arguments.
type query struct {
	text  strings.Builder // from its "from" to the end of its conditions
	order string
	args  []any
}

func (q *query) arg(v any) string {
	q.args = append(q.args, v)
	return "$" + strconv.Itoa(len(q.args))
}

// query is the statement of a filter as far as the actor sees measures, from the cursor on.
func (f *Filter) query(ctx context.Context, tx *db.Tx) (*query, error) {
	var err error
	if _, f.former, err = areas.FormerTx(ctx, tx, f.Group); err != nil {
		return nil, err
	}
	var q query
	q.text.WriteString(tables + ` where ` + seen(tx.Who))
	if f.Turn != "" {
		q.turn(f.Turn, tx.Who, civil.DayOf(tx.Now))
	}
	q.where(f, civil.DayOf(tx.Now))
	return &q, nil
}

// where adds the conditions and the order of a filter.
func (q *query) where(f *Filter, today civil.Day) {
	and := func(text string) { q.text.WriteString(" and " + text) }
	switch f.State {
	case AnyState:
	case "":
		and(notOver)
	case UnderWay:
		and(running)
	default:
		and(`m.state = ` + q.arg(f.State))
	}
	if f.Source != "" {
		and(`m.source = ` + q.arg(f.Source))
	}
	if f.Owner != "" {
		and(`m.owner = ` + q.arg(f.Owner))
	}
	if f.Group != "" && f.former {
		group := q.arg(f.Group)
		and(`(m.group_id = ` + group + ` or ` + areas.MergedAway(areas.OfGroup, group) + `)`)
	} else if f.Group != "" {
		and(`coalesce(m.group_id, h.group_id) = ` + q.arg(f.Group))
	}
	if f.Overdue {
		and(running + ` and m.due_on <> '' and m.due_on < ` + q.arg(string(today)))
	}
	if f.Climbed {
		and(running + ` and m.level > 0`)
	}
	if f.Item != "" {
		and(`m.item = ` + q.arg(f.Item))
	}
	q.noted(f.Noted, today)
	q.span("m.opened_at", f.Opened)
	q.span("m.closed_at", f.Closed)
	value, id, moved := parseCursor(f.After)
	if f.newest() {
		if n, err := strconv.ParseInt(value, 10, 64); moved && err == nil {
			and(`(m.updated_at, m.id) < (` + q.arg(n) + `, ` + q.arg(id) + `)`)
		}
		q.order = ` order by m.updated_at desc, m.id desc`
		return
	}
	if moved {
		and(`(m.due_on, m.id) > (` + q.arg(value) + `, ` + q.arg(id) + `)`)
	}
	q.order = byTurn
}

// noted adds that the measure is the last one for a shortcoming of a campaign.
func (q *query) noted(n Noted, today civil.Day) {
	if n.Year == 0 {
		return
	}
	q.text.WriteString(` and m.source = 'inspection' and nx.id is null and exists (select 1 from shortcomings x join campaigns c on c.ward_id = x.ward_id and c.id = x.campaign_id
		where x.ward_id = m.ward_id and x.id = m.source_id and c.year = ` + q.arg(n.Year) + ` and ` + noted[n.As])
	if n.As == "late" {
		q.text.WriteString(` and ` + LateShortcoming("x", q.arg(string(today))))
	}
	q.text.WriteString(`)`)
}

// span adds that a moment lies within days.
func (q *query) span(column string, s Span) {
	if s != (Span{}) {
		q.text.WriteString(` and ` + column + ` >= ` + q.arg(s.From.Time().UnixMilli()) + ` and ` + column + ` < ` + q.arg(s.To.AddDays(1).Time().UnixMilli()))
	}
}

func (f *Filter) cursorOf(m *Measure) string {
	value := string(m.Due)
	if f.newest() {
		value = strconv.FormatInt(millis(m.Updated), 10)
	}
	return base64.RawURLEncoding.EncodeToString([]byte(value + "|" + m.ID))
}

// parseCursor reads a cursor; one that was mangled is no cursor, and the list begins at its start.
func parseCursor(text string) (value, id string, ok bool) {
	raw, err := base64.RawURLEncoding.DecodeString(text)
	value, id, found := strings.Cut(string(raw), "|")
	if text == "" || err != nil || !found || !db.ValidID(id) {
		return "", "", false
	}
	return value, id, true
}
