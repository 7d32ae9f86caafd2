package proposals

import (
	"context"
	"strconv"
	"strings"
	"time"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ward/areas"
	"sonha/ward/holidays"
)

// Page is a page of the list.
type Page struct {
	Rows   []Proposal
	Counts Counts
	Next   string // cursor for Filter.After, empty at the end
	Today  civil.Day
	AsOf   time.Time
	// What the filter can be set to, as far as the reader reaches it.
	Streets, Groups []Choice
	Former          *areas.Former // what became of the group of the filter when it was merged; nil for those of today
}

// Choice is something to filter by.
type Choice struct{ ID, Name string }

// Counts are the figures over the list, of everything that the reader sees.
type Counts struct {
	Open, New, Overdue, Answered, Climbed int
	Mine                                  int // wait for the reader to answer
}

// PageRows is the number of rows of a page.
const PageRows = 40

// List gives a page of the proposals that the reader sees.
func (s *Store) List(ctx context.Context, who access.Actor, f Filter) (Page, error) {
	var p Page
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.SeeProposals); err != nil {
			return err
		}
		p.AsOf, p.Today = tx.Now, civil.DayOf(tx.Now)
		var err error
		if p.Counts, err = CountsTx(ctx, tx); err != nil {
			return err
		}
		if p.Streets, p.Groups, err = choices(ctx, tx); err != nil {
			return err
		}
		former, was, err := areas.FormerTx(ctx, tx, f.Group)
		if err != nil {
			return err
		}
		if was {
			p.Former = &former
		}
		if p.Rows, err = rows(ctx, tx, f, PageRows+1); err != nil {
			return err
		}
		if len(p.Rows) > PageRows {
			p.Rows = p.Rows[:PageRows]
			p.Next = f.cursorOf(&p.Rows[PageRows-1])
		}
		return nil
	})
	return p, err
}

// CountsTx counts what the actor sees, for lists and for Hôm nay.
func CountsTx(ctx context.Context, tx *db.Tx) (Counts, error) {
	var c Counts
	query := `select count(*) filter (where ` + openStates + `), count(*) filter (where p.state = 'new'),
			count(*) filter (where ` + openStates + ` and p.due_on < $1), count(*) filter (where p.state = 'answered'),
			count(*) filter (where ` + climbed(`$1`) + `), count(*) filter (where ` + forReader(tx.Who) + `)
		from proposals p where ` + seen(tx.Who) + ` and p.state <> 'closed'`
	err := tx.One(ctx, query, string(civil.DayOf(tx.Now))).Scan(&c.Open, &c.New, &c.Overdue, &c.Answered, &c.Climbed, &c.Mine)
	return c, err
}

// climbed is the condition of what is overdue and was told one step up. A climbed proposal that was answered, or reopened with
// days of its own, has climbed once and presses nobody now.
func climbed(today string) string {
	return openStates + ` and p.level > 0 and p.due_on < ` + today
}

// forReader is the condition of what, of all that the reader sees, waits for the reader's own answer: nothing for who answers none.
func forReader(who access.Actor) string {
	switch {
	case !who.May(access.AnswerProposals):
		return `1 = 0`
	case who.Role() == access.GroupLead:
		return openStates + ` and p.unit = 'group'`
	}
	return openStates
}

// choices lists the streets and groups of what the reader sees.
func choices(ctx context.Context, tx *db.Tx) (streets, groups []Choice, err error) {
	read := func(to *[]Choice, query string) error {
		return tx.All(ctx, func(scan func(...any) error) error {
			var c Choice
			err := scan(&c.ID, &c.Name)
			*to = append(*to, c)
			return err
		}, query)
	}
	if err = read(&streets, `select st.id, st.name from streets st where st.ward_id = {ward} and exists (select 1 from proposals p
		join houses h on h.ward_id = p.ward_id and h.id = p.house_id where `+seen(tx.Who)+` and h.street_id = st.id) order by st.sort_key, st.id`); err != nil {
		return nil, nil, err
	}
	err = read(&groups, `select g.id, g.name from areas g where g.ward_id = {ward} and g.kind = 'group' and exists (select 1 from proposals p
		join houses h on h.ward_id = p.ward_id and h.id = p.house_id where `+seen(tx.Who)+` and h.group_id = g.id) order by g.sort_key, g.id`)
	return streets, groups, err
}

// rows reads up to limit rows of a filter from its cursor on.
func rows(ctx context.Context, tx *db.Tx, f Filter, limit int) (list []Proposal, err error) {
	q, err := f.query(ctx, tx)
	if err != nil {
		return nil, err
	}
	err = each(ctx, tx, db.Into(&list), q.text.String()+q.order+` limit `+strconv.Itoa(limit), q.args...)
	return list, err
}

// each reads proposals one by one, as who acts may see them; from is a statement from its "from" on.
func each(ctx context.Context, tx *db.Tx, hand func(*Proposal) error, from string, args ...any) error {
	c, err := holidays.Calendar(ctx, tx)
	if err != nil {
		return err
	}
	return tx.All(ctx, func(scan func(...any) error) error {
		p, err := scanProposal(scan)
		if err != nil {
			return err
		}
		p.reckon(c, tx.Now)
		p.conceal(tx.Who)
		return hand(&p)
	}, `select `+columns+from, args...)
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

func (q *query) and(text string, values ...any) {
	q.text.WriteString(" and " + text)
	for _, v := range values {
		q.text.WriteString(q.arg(v))
	}
}

// query is the statement of a filter as far as the actor sees proposals, from the cursor on.
func (f *Filter) query(ctx context.Context, tx *db.Tx) (*query, error) {
	var err error
	if _, f.former, err = areas.FormerTx(ctx, tx, f.Group); err != nil {
		return nil, err
	}
	var q query
	q.text.WriteString(tables + ` where ` + seen(tx.Who))
	if f.State == mineOnly {
		q.and(forReader(tx.Who))
	}
	q.where(f, civil.DayOf(tx.Now))
	return &q, nil
}

// where adds the conditions and the order of a filter.
func (q *query) where(f *Filter, today civil.Day) {
	switch f.State {
	case AnyState, mineOnly:
	case "":
		q.and(`p.state <> 'closed'`)
	case openOnly:
		q.and(openStates)
	default:
		q.and(`p.state = `, f.State)
	}
	for _, x := range []struct{ column, value string }{{"p.category", f.Category}, {"p.unit", f.Unit}, {"h.street_id", f.Street}} {
		if x.value != "" {
			q.and(x.column+` = `, x.value)
		}
	}
	switch {
	case f.Group == "":
	case f.former:
		q.and(areas.MergedAway(areas.OfGroup, q.arg(f.Group)))
	default:
		q.and(`h.group_id = `, f.Group)
	}
	if f.Overdue {
		q.and(openStates)
		q.and(`p.due_on < `, string(today))
	}
	if f.Climbed {
		q.and(climbed(q.arg(string(today))))
	}
	at, moved := parseCursor(f.After)
	if f.newest() {
		if moved {
			n, err := strconv.ParseInt(at.value, 10, 64)
			if err == nil {
				q.and(`(p.sent_at, p.id) < (` + q.arg(n) + `, ` + q.arg(at.id) + `)`)
			}
		}
		q.order = ` order by p.sent_at desc, p.id desc`
		return
	}
	if moved {
		q.and(`(p.due_on, p.id) > (` + q.arg(at.value) + `, ` + q.arg(at.id) + `)`)
	}
	q.order = byTheirTurn
}

// OpenOf gives what is not closed of a house, what is due first first, for the page of the house.
func OpenOf(ctx context.Context, tx *db.Tx, house string) ([]Proposal, error) {
	if !tx.Who.May(access.SeeProposals) {
		return nil, nil
	}
	c, err := holidays.Calendar(ctx, tx)
	if err != nil {
		return nil, err
	}
	var list []Proposal
	err = tx.All(ctx, func(scan func(...any) error) error {
		p, err := scanProposal(scan)
		p.reckon(c, tx.Now)
		list = append(list, p)
		return err
	}, `select `+columns+tables+` where `+inReach+` and p.house_id = $1 and p.state <> 'closed'`+byTheirTurn, house)
	return list, err
}

// Waiting is what the actor is to do about proposals today.
type Waiting struct {
	Counts

	Due     civil.Day  // the earliest day of what waits for the actor
	Late    civil.Day  // the earliest day of what has climbed
	Confirm []Proposal // answered: the actor raised them and has not said anything
}

// WaitingTx gives what the actor is to do, for Hôm nay.
func WaitingTx(ctx context.Context, tx *db.Tx) (Waiting, error) {
	var w Waiting
	if !tx.Who.May(access.SeeProposals) {
		return w, nil
	}
	var err error
	if w.Counts, err = CountsTx(ctx, tx); err != nil {
		return w, err
	}
	if tx.Who.May(access.AnswerProposals) {
		if err := tx.One(ctx, `select coalesce(min(p.due_on), ''), coalesce(min(case when p.level > 0 then p.due_on end),
			'') from proposals p where `+seen(tx.Who)+` and `+forReader(tx.Who)).Scan(&w.Due, &w.Late); err != nil {
			return w, err
		}
	}
	if !tx.Who.May(access.Propose) {
		return w, nil
	}
	const shown = 12
	err = tx.All(ctx, func(scan func(...any) error) error {
		p, err := scanProposal(scan)
		if p.Raised(tx.Who) {
			w.Confirm = append(w.Confirm, p)
		}
		return err
	}, `select `+columns+tables+` where `+inReach+` and p.state = 'answered' and p.raised_as = $1 order by p.answered_at limit `+strconv.Itoa(shown), string(tx.Who.Role()))
	return w, err
}
