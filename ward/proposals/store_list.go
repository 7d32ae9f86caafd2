package proposals

import (
	"context"
	"strconv"
	"strings"
	"time"

	"sonha/engine/db"
	"sonha/engine/sheet"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
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
			count(*) filter (where ` + openStates + ` and p.level > 0)
		from proposals p where ` + seen(tx.Who) + ` and p.state <> 'closed'`
	err := tx.One(ctx, query, string(civil.DayOf(tx.Now))).Scan(&c.Open, &c.New, &c.Overdue, &c.Answered, &c.Climbed)
	return c, err
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

// rows reads up to limit rows of a filter from its cursor on; 0 is all.
func rows(ctx context.Context, tx *db.Tx, f Filter, limit int) ([]Proposal, error) {
	c, err := holidays.Calendar(ctx, tx)
	if err != nil {
		return nil, err
	}
	if _, f.former, err = areas.FormerTx(ctx, tx, f.Group); err != nil {
		return nil, err
	}
	var q query
	q.text.WriteString(`select ` + columns + tables + ` where ` + seen(tx.Who))
	q.where(&f, civil.DayOf(tx.Now))
	if limit > 0 {
		q.text.WriteString(` limit ` + strconv.Itoa(limit))
	}
	var list []Proposal
	err = tx.All(ctx, func(scan func(...any) error) error {
		p, err := scanProposal(scan)
		p.reckon(c, tx.Now)
		p.conceal(tx.Who)
		list = append(list, p)
		return err
	}, q.text.String(), q.args...)
	return list, err
}

// query is a statement under construction with its arguments.
type query struct {
	text strings.Builder
	args []any
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

// where adds the conditions and the order of a filter.
func (q *query) where(f *Filter, today civil.Day) {
	switch f.State {
	case AnyState:
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
		q.and(`p.level > 0`)
	}
	at, moved := parseCursor(f.After)
	if f.newest() {
		if moved {
			n, err := strconv.ParseInt(at.value, 10, 64)
			if err == nil {
				q.and(`(p.sent_at, p.id) < (` + q.arg(n) + `, ` + q.arg(at.id) + `)`)
			}
		}
		q.text.WriteString(` order by p.sent_at desc, p.id desc`)
		return
	}
	if moved {
		q.and(`(p.due_on, p.id) > (` + q.arg(at.value) + `, ` + q.arg(at.id) + `)`)
	}
	q.text.WriteString(byTheirTurn)
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
	Mine    int        // how many wait for the actor to answer
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
		mine := ``
		if tx.Who.Role() == access.GroupLead {
			mine = ` and p.unit = 'group'`
		}
		if err := tx.One(ctx, `select count(*), coalesce(min(p.due_on), ''), coalesce(min(case when p.level > 0 then p.due_on end),
			'') from proposals p where `+seen(tx.Who)+` and `+openStates+mine).Scan(&w.Mine, &w.Due, &w.Late); err != nil {
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

// Export writes all proposals under the filter as a table and leaves a line in the audit trail. It tells places and days and
// nothing of who asked. It gives the number of rows.
func (s *Store) Export(ctx context.Context, who access.Actor, f Filter, out sheet.Writer, w wordsOf, progress func(done, total int)) (int, error) {
	var list []Proposal
	var asOf time.Time
	f.After = ""
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.AnswerProposals); err != nil {
			return err
		}
		if who.Ward() == 0 {
			return fault.NotFound("fault.not_found")
		}
		asOf = tx.Now
		var err error
		if list, err = rows(ctx, tx, f, 0); err != nil {
			return err
		}
		return tx.Audit(ctx, db.Entry{Action: "proposal.export", Object: "proposals", Detail: strconv.Itoa(len(list))})
	})
	if err != nil {
		return 0, err
	}
	return len(list), write(ctx, out, w, list, asOf, progress)
}

// exportStep is after how many rows an export tells how far it is, and looks whether it is still wanted.
const exportStep = 500

// wordsOf says texts in the reader's language.
type wordsOf interface {
	T(key string) string
	F(key string, pairs ...any) string
	Lang() string
}

func write(ctx context.Context, out sheet.Writer, w wordsOf, list []Proposal, asOf time.Time, progress func(done, total int)) error {
	var heads []sheet.Column
	for _, c := range []struct {
		key   string
		width float64
	}{
		{"code", 14}, {"house", 22}, {"group", 16}, {"category", 26}, {"place", 18}, {"title", 44}, {"urgent", 8}, {"unit", 26}, {"state", 16}, {"sent", 12}, {"due", 12},
		{"answered", 12}, {"in_time", 10}, {"result", 22}, {"satisfied", 16}, {"level", 20}, {"document", 16}, {"ticket", 16}, {"joined", 10},
	} {
		heads = append(heads, sheet.Column{Title: w.T("proposals.column." + c.key), Width: c.width})
	}
	if err := out.Begin(sheet.Table{
		Name: w.T("proposals.name"), Title: w.T("proposals.name"), Columns: heads,
		Note: w.F("proposals.export_note", "Time", civil.Clock(asOf), "Day", civil.DayOf(asOf), "Rows", len(list)),
	}); err != nil {
		return err
	}
	today := civil.DayOf(asOf)
	for i := range list {
		if i%exportStep == 0 {
			progress(i, len(list))
			if err := ctx.Err(); err != nil {
				return err
			}
		}
		p := &list[i]
		if err := out.Row(p.Code(), p.House.Address(), p.House.Group, w.T("proposals.category."+p.Category.Code), w.T("proposals.place."+p.Place), p.Title, yes(w, p.Urgent),
			unitText(w, p.Unit, p.UnitName), w.T("proposals.state."+string(p.State)), civil.DayOf(p.Sent), p.Due, p.FirstAnswered, punctual(w, p, today),
			keyed(w, "proposals.result.", string(p.Result)), keyed(w, "proposals.satisfied.", p.Satisfied), w.T("proposals.level."+strconv.Itoa(p.Level)),
			p.Document, p.Ticket, p.Joined); err != nil {
			return err
		}
	}
	return out.Close()
}

func yes(w wordsOf, is bool) string {
	if is {
		return w.T("proposals.yes")
	}
	return ""
}

// keyed is a text of the catalog by what is stored, and nothing for nothing.
func keyed(w wordsOf, prefix, stored string) string {
	if stored == "" {
		return ""
	}
	return w.T(prefix + stored)
}

// punctual says whether the first answer came in time; blank while it can still.
func punctual(w wordsOf, p *Proposal, today civil.Day) string {
	switch {
	case !p.counts() || p.FirstAnswered == "" && p.FirstDue >= today:
		return ""
	case p.onTime():
		return w.T("proposals.in_time")
	}
	return w.T("proposals.late")
}

// unitText is who answers, in words: the utility's or agency's own name where it is known.
func unitText(w wordsOf, u Unit, name string) string {
	if name != "" {
		return name
	}
	return keyed(w, "proposals.unit.", string(u))
}
