package dossiers

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ward/areas"
	"sonha/ward/assessments"
	"sonha/ward/campaigns"
	"sonha/ward/criteria"
	"sonha/ward/measures"
)

// Row is a house in a list.
type Row struct {
	ID        string
	Number    string
	Street    string
	Class     criteria.Class
	Contents  string // one letter a content: p passed, f failed, . open
	Points    int
	Max       int
	Missing   string // item codes, least effort first, with commas
	Inspected civil.Day
	RecheckBy civil.Day

	key []byte
}

// Address is the house as people say it.
func (r *Row) Address() string { return r.Number + " " + r.Street }

// Page is a page of the list.
type Page struct {
	Campaign campaigns.Campaign // zero while the ward has none
	Set      *criteria.Set      // of the campaign
	Rows     []Row
	Figures  Figures
	// Street, Group and Beat name what the filter asks for.
	Street, Group, Beat string
	// FormerGroup and FormerBeat say what became of a group or beat that was merged; nil for those of today.
	FormerGroup, FormerBeat *areas.Former
	From                    int    // the first row's place, from 1
	Next                    string // cursors for Filter.After and Filter.Before, empty at the ends
	Previous                string
	AsOf                    time.Time
	Empty                   bool // the ward has no house at all yet
}

// Figures are the counts beside a list.
type Figures struct {
	Total   int    // rows under the filter
	ByClass [4]int // rows under the filter without its class, by criteria.Class
	More    bool   // there are more rows than were counted: Total is a lower bound, ByClass is not known
}

// PageRows is the number of rows of a page; countMost is how far rows are counted one by one.
const (
	PageRows  = 25
	countMost = 10_000
)

// List gives a page of the houses in the reader's reach.
func (s *Store) List(ctx context.Context, who access.Actor, f Filter) (Page, error) {
	var p Page
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.SeeHouses); err != nil {
			return err
		}
		var err error
		if p, err = s.list(ctx, tx, f); err == nil && len(p.Rows) == 0 {
			p.Empty, err = areas.Empty(ctx, tx)
		}
		return err
	})
	return p, err
}

func (s *Store) list(ctx context.Context, tx *db.Tx, f Filter) (Page, error) {
	p := Page{AsOf: tx.Now}
	var err error
	if p.Campaign, err = campaignOf(ctx, tx, f.Year); err != nil {
		return p, err
	}
	if p.Set, err = s.sets.OfCampaign(ctx, tx, p.Campaign.ID); err != nil {
		return p, err
	}
	if err := s.resolve(ctx, tx, &f, &p.Campaign, &p); err != nil {
		return p, err
	}
	if p.Figures, err = figures(ctx, tx, p.Campaign.ID, f); err != nil {
		return p, err
	}
	if err := names(ctx, tx, &p, f); err != nil {
		return p, err
	}
	back, at := false, 0
	c, moved := parseCursor(f.After)
	if !moved {
		if c, moved = parseCursor(f.Before); moved {
			back = true
		}
	}
	if p.Rows, err = s.rows(ctx, tx, p.Campaign.ID, f, c, moved, back, PageRows+1); err != nil {
		return p, err
	}
	more := len(p.Rows) > PageRows
	p.Rows = p.Rows[:min(len(p.Rows), PageRows)]
	if back {
		slices.Reverse(p.Rows)
		at = max(0, c.at-1-len(p.Rows))
	} else if moved {
		at = c.at
	}
	if len(p.Rows) == 0 {
		return p, nil
	}
	p.From = at + 1
	if more || back {
		p.Next = f.cursorOf(&p.Rows[len(p.Rows)-1], at+len(p.Rows))
	}
	if (moved && !back) || (back && more) {
		p.Previous = f.cursorOf(&p.Rows[0], at+1)
	}
	return p, nil
}

// Items gives the criteria by which the houses of a year are shown, 0 for the current one.
func (s *Store) Items(ctx context.Context, who access.Actor, year int) (*criteria.Set, error) {
	var set *criteria.Set
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.SeeHouses); err != nil {
			return err
		}
		c, err := campaignOf(ctx, tx, year)
		if err != nil {
			return err
		}
		set, err = s.sets.OfCampaign(ctx, tx, c.ID)
		return err
	})
	return set, err
}

// campaignOf is the campaign of a year, or the current one; none at all is no fault of a list.
func campaignOf(ctx context.Context, tx *db.Tx, year int) (campaigns.Campaign, error) {
	c, err := campaigns.OfYearTx(ctx, tx, year)
	if year == 0 && missing(err) {
		return campaigns.Campaign{}, nil
	}
	return c, err
}

// names reads how the street, group and beat of a filter are called; what the ward does not have stays unnamed
// and brings no rows.
func names(ctx context.Context, tx *db.Tx, p *Page, f Filter) error {
	for _, x := range []struct {
		id   string
		text string
		to   *string
	}{
		{f.Street, `select s.name from streets s where s.ward_id = {ward} and s.id = $1`, &p.Street},
		{f.Group, `select g.name from areas g where g.ward_id = {ward} and g.id = $1`, &p.Group},
		{f.Beat, `select b.name from beats b where b.ward_id = {ward} and b.id = $1`, &p.Beat},
	} {
		if x.id == "" {
			continue
		}
		if err := tx.One(ctx, x.text, x.id).Scan(x.to); err != nil && !missing(err) {
			return err
		}
	}
	return nil
}

// sortValue is the expression that an order sorts by before the walking order; empty for the walking order
// alone. Values are compared as text or as numbers, never as words.
func (f *Filter) sortValue() string {
	switch f.Order {
	case ByResult:
		return `case r.class when 'not_safe' then 0 when 'conditional' then 1 when 'safe' then 3 else 2 end`
	case ByPoints:
		return inspectedPoints
	case ByInspected:
		return `coalesce(r.inspected_on, '')`
	case ByDue:
		return `case when coalesce(r.recheck_by, '') = '' then '9999' else r.recheck_by end`
	default:
		return ""
	}
}

// number reports whether the order's values are numbers.
func (f *Filter) number() bool { return f.Order == ByResult || f.Order == ByPoints }

func (f *Filter) cursorOf(r *Row, at int) string {
	c := cursor{at: at, key: r.key, id: r.ID}
	switch f.Order {
	case ByResult:
		c.value = strconv.Itoa(resultRank[r.Class])
	case ByPoints:
		c.value = strconv.Itoa(r.Points)
	case ByInspected:
		c.value = string(r.Inspected)
	case ByDue:
		if c.value = string(r.RecheckBy); c.value == "" {
			c.value = "9999"
		}
	}
	return c.String()
}

// resultRank is the order by result, in step with Filter.sortValue: what needs work first.
var resultRank = [...]int{criteria.NotInspected: 2, criteria.NotSafe: 0, criteria.Conditional: 1, criteria.Safe: 3}

// Before an inspection the results hold what the house gave itself. That is not its result: lists and files leave it out, and
// sort such a house as one without points.
const (
	inspectedPoints = `case when r.class <> 'not_inspected' then r.points else -1 end`
	rowColumns      = `h.id, h.number, s.name, coalesce(r.class, ''), case when r.class <> 'not_inspected' then r.contents else '' end, ` + inspectedPoints + `,
	case when r.class <> 'not_inspected' then r.points_max else 0 end, case when r.class <> 'not_inspected' then r.missing else '' end,
	coalesce(r.inspected_on, ''), coalesce(r.recheck_by, ''), h.sort_key`
)

const rowTables = ` from houses h
	join streets s on s.ward_id = h.ward_id and s.id = h.street_id
	left join results r on r.ward_id = h.ward_id and r.campaign_id = $1 and r.house_id = h.id
	where {scope h} and h.status = 'active'`

// rows reads up to limit rows from a cursor on, or backwards from it. A limit of 0 is all.
func (s *Store) rows(ctx context.Context, tx *db.Tx, campaign string, f Filter, from cursor, moved, back bool, limit int) ([]Row, error) {
	q := query{args: []any{campaign}}
	q.text.WriteString(`select ` + rowColumns + rowTables)
	q.where(&f, true, tx.Now)
	value := f.sortValue()
	down := f.Desc != back
	if moved {
		q.from(&f, value, from, down)
	}
	direction := ""
	if down {
		direction = " desc"
	}
	q.text.WriteString(` order by `)
	if value != "" {
		q.text.WriteString(value + direction + `, `)
	}
	q.text.WriteString(`h.sort_key` + direction + `, h.id` + direction)
	if limit > 0 {
		q.text.WriteString(` limit ` + strconv.Itoa(limit))
	}
	rows := make([]Row, 0, max(limit, 0))
	err := tx.All(ctx, func(scan func(...any) error) error {
		var r Row
		var class string
		if err := scan(&r.ID, &r.Number, &r.Street, &class, &r.Contents, &r.Points, &r.Max, &r.Missing, &r.Inspected, &r.RecheckBy, &r.key); err != nil {
			return err
		}
		r.Class = classOf(class)
		rows = append(rows, r)
		return nil
	}, q.text.String(), q.args...)
	return rows, err
}

// query is a statement under construction with its arguments.
type query struct {
	text strings.Builder
	args []any
}

// arg adds an argument and gives its placeholder.
func (q *query) arg(v any) string {
	q.args = append(q.args, v)
	return "$" + strconv.Itoa(len(q.args))
}

// where adds the conditions of a filter over h (houses), r (results of the campaign in $1); the class only when
// asked for, so that the counts by class can leave it out.
func (q *query) where(f *Filter, class bool, now time.Time) {
	for _, x := range []struct{ column, id string }{{"street_id", f.Street}, {"former_ward", f.Former}} {
		if x.id != "" {
			q.text.WriteString(` and h.` + x.column + ` = ` + q.arg(x.id))
		}
	}
	q.areas(f)
	switch {
	case !class || f.Class == "":
	case f.Class == anyClass:
		q.text.WriteString(` and coalesce(r.class, 'not_inspected') <> 'not_inspected'`)
	case f.Class == shortClass:
		q.text.WriteString(` and r.class in ('conditional', 'not_safe')`)
	default:
		q.text.WriteString(` and coalesce(r.class, 'not_inspected') = ` + q.arg(f.Class))
	}
	switch f.Stage {
	case "":
	case "none":
		q.text.WriteString(` and r.stage is null`)
	case "sent":
		q.text.WriteString(` and exists (select 1 from assessments a where a.ward_id = h.ward_id and a.house_id = h.id and a.campaign_id = $1 and a.state = 'sent')`)
	case "seen":
		q.text.WriteString(` and r.class <> 'not_inspected'`)
	default:
		q.text.WriteString(` and r.stage = ` + q.arg(f.Stage))
	}
	if f.Missing != "" {
		q.text.WriteString(` and r.class <> 'not_inspected' and ',' || r.missing || ',' like ` + q.arg("%,"+f.Missing+",%"))
	}
	if f.Found.Code != "" {
		q.text.WriteString(` and r.class <> 'not_inspected' and substr(r.answers, ` + strconv.Itoa(f.foundAt) + `, 1) = '` + string(findings[f.Found.As].Letter()) + `'`)
	}
	if f.Below != "" {
		q.text.WriteString(` and r.class <> 'not_inspected' and substr(r.answers, ` + strconv.Itoa(f.belowAt) + `, 1) in ('0', '1')`)
	}
	if f.Passed != "" {
		q.text.WriteString(` and r.class <> 'not_inspected' and substr(r.contents, ` + strconv.Itoa(f.passedAt) + `, 1) = 'p'`)
	}
	if f.Open {
		q.text.WriteString(` and h.households > coalesce((select p.pledged from assessments p where p.ward_id = h.ward_id and p.house_id = h.id and p.campaign_id = $1), 0)
			+ ` + assessments.Withdrawn)
	}
	if f.Late {
		q.text.WriteString(` and exists (select 1 from shortcomings x where x.ward_id = h.ward_id and x.house_id = h.id and x.state = 'open'
			and ` + measures.LateShortcoming("x", q.arg(string(civil.DayOf(now)))) + `)`)
	}
	if f.Differs {
		q.text.WriteString(` and r.class <> 'not_inspected' and r.differs > 0`)
	}
	q.week(f.Week, civil.DayOf(now))
	q.words(f.Query)
}

// week adds what happened in the seven days that end today.
func (q *query) week(what string, today civil.Day) {
	first := today.AddDays(-6)
	switch what {
	case "inspected":
		q.text.WriteString(` and r.class <> 'not_inspected' and r.inspected_on >= ` + q.arg(string(first)))
	case "approved":
		q.text.WriteString(` and r.stage = 'approved' and r.approved_at >= ` + q.arg(first.Time().UnixMilli()))
	case "sent":
		q.text.WriteString(` and exists (select 1 from assessments a where a.ward_id = h.ward_id and a.house_id = h.id and a.campaign_id = $1 and a.state = 'sent'
			and a.sent_at >= ` + q.arg(first.Time().UnixMilli()) + `)`)
	case "noted":
		q.text.WriteString(` and exists (select 1 from shortcomings x where x.ward_id = h.ward_id and x.house_id = h.id and x.campaign_id = $1
			and x.noted_at >= ` + q.arg(first.Time().UnixMilli()) + `)`)
	}
}

// words adds the words of a search: each must occur in what the house is searched by (docs/decisions/0005).
func (q *query) words(text string) {
	for i, word := range strings.Fields(civil.Fold(text)) {
		if i == wordsMost {
			return
		}
		q.text.WriteString(` and h.fold like ` + q.arg("%"+literal.Replace(word)+"%") + ` escape '\'`)
	}
}

// wordsMost is how many words of a search are looked at.
const wordsMost = 6

// literal makes a word mean itself in a like pattern.
var literal = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

// from adds the condition that rows come behind a cursor.
func (q *query) from(f *Filter, value string, c cursor, down bool) {
	sign := " > "
	if down {
		sign = " < "
	}
	if value == "" {
		q.text.WriteString(` and (h.sort_key, h.id)` + sign + `(` + q.arg(c.key) + `, ` + q.arg(c.id) + `)`)
		return
	}
	var at any = c.value
	if f.number() {
		n, err := strconv.Atoi(c.value)
		if err != nil {
			n = -1
		}
		at = n
	}
	q.text.WriteString(` and (` + value + `, h.sort_key, h.id)` + sign + `(` + q.arg(at) + `, ` + q.arg(c.key) + `, ` + q.arg(c.id) + `)`)
}

// figures counts the rows under a filter: from the kept sums of the groups where they follow the reader's reach,
// else row by row up to countMost.
func figures(ctx context.Context, tx *db.Tx, campaign string, f Filter) (Figures, error) {
	level, ids := tx.Who.Reach()
	// The sums of a closed campaign are those of the groups of then; a group lead reaches the houses of today.
	if f.plain() && campaign != "" && (level == access.WholeWard || level == access.OwnGroups && f.closedAt == 0) {
		return kept(ctx, tx, campaign, f, level, ids)
	}
	if f.plain() && campaign == "" {
		return uncounted(ctx, tx, f)
	}
	q := query{args: []any{campaign}}
	q.text.WriteString(`select count(*), count(*) filter (where y.class = 'safe'), count(*) filter (where y.class = 'conditional'), count(*) filter (where y.class = 'not_safe')
		from (select coalesce(r.class, '') as class from houses h
			left join results r on r.ward_id = h.ward_id and r.campaign_id = $1 and r.house_id = h.id
			where {scope h} and h.status = 'active'`)
	q.where(&f, false, tx.Now)
	q.text.WriteString(` limit ` + strconv.Itoa(countMost+1) + `) y`)
	var x Figures
	c := &x.ByClass
	if err := tx.One(ctx, q.text.String(), q.args...).Scan(&x.Total, &c[criteria.Safe], &c[criteria.Conditional], &c[criteria.NotSafe]); err != nil {
		return x, err
	}
	c[criteria.NotInspected] = x.Total - c[criteria.Safe] - c[criteria.Conditional] - c[criteria.NotSafe]
	if x.Total > countMost {
		return Figures{Total: countMost, More: true}, nil
	}
	x.narrow(f)
	return x, nil
}

func kept(ctx context.Context, tx *db.Tx, campaign string, f Filter, level access.Level, ids []string) (Figures, error) {
	q := query{args: []any{campaign}}
	q.text.WriteString(`select coalesce(sum(t.houses), 0), coalesce(sum(t.safe), 0), coalesce(sum(t.conditional), 0), coalesce(sum(t.not_safe), 0), coalesce(sum(t.inspected), 0)
		from tallies t where t.ward_id = {ward} and t.campaign_id = $1`)
	if f.Group != "" {
		q.text.WriteString(` and t.group_id = ` + q.arg(f.Group))
	}
	if level == access.OwnGroups {
		for i, id := range ids {
			q.text.WriteString([...]string{` and t.group_id in (`, `,`}[min(i, 1)] + q.arg(id))
		}
		q.text.WriteString(`)`)
	}
	var x Figures
	var inspected int
	c := &x.ByClass
	err := tx.One(ctx, q.text.String(), q.args...).Scan(&x.Total, &c[criteria.Safe], &c[criteria.Conditional], &c[criteria.NotSafe], &inspected)
	c[criteria.NotInspected] = x.Total - inspected
	x.narrow(f)
	return x, err
}

// uncounted is the number of houses while the ward has no campaign, and so no sums: all of them, none inspected. A ward has some
// thousand, which an index counts in a few milliseconds.
func uncounted(ctx context.Context, tx *db.Tx, f Filter) (Figures, error) {
	var q query
	q.text.WriteString(`select count(*) from houses h where {scope h} and h.status = 'active'`)
	if f.Group != "" {
		q.text.WriteString(` and h.group_id = ` + q.arg(f.Group))
	}
	var x Figures
	err := tx.One(ctx, q.text.String(), q.args...).Scan(&x.Total)
	x.ByClass[criteria.NotInspected] = x.Total
	x.narrow(f)
	return x, err
}

// narrow makes the total that of the filter's class.
func (x *Figures) narrow(f Filter) {
	switch f.Class {
	case anyClass:
		x.Total -= x.ByClass[criteria.NotInspected]
	case shortClass:
		x.Total = x.ByClass[criteria.Conditional] + x.ByClass[criteria.NotSafe]
	}
	if class, ok := criteria.ParseClass(f.Class); ok {
		x.Total = x.ByClass[class]
	}
}

func classOf(stored string) criteria.Class {
	c, _ := criteria.ParseClass(stored)
	return c
}
