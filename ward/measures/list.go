package measures

import (
	"context"
	"strconv"
	"time"

	"sonha/engine/db"
	"sonha/engine/sheet"
	"sonha/engine/words"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/areas"
	"sonha/ward/holidays"
)

// Page is a page of the list.
type Page struct {
	Rows   []Measure
	Counts Counts
	Next   string // cursor for Filter.After, empty at the end
	Today  civil.Day
	AsOf   time.Time
	Groups []Choice      // what the filter can be set to, as far as the reader reaches it
	Former *areas.Former // what became of the group of the filter when it was merged; nil for those of today
}

// Choice is something to choose: a residential group.
type Choice struct{ ID, Name string }

// PageRows is the number of rows of a page.
const PageRows = 40

// List gives a page of the measures that the reader sees.
func (s *Store) List(ctx context.Context, who access.Actor, f Filter) (Page, error) {
	var p Page
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.SeeMeasures); err != nil {
			return err
		}
		p.AsOf, p.Today = tx.Now, civil.DayOf(tx.Now)
		var err error
		if p.Counts, err = CountsTx(ctx, tx); err != nil {
			return err
		}
		if p.Groups, err = groups(ctx, tx); err != nil {
			return err
		}
		former, was, err := areas.FormerTx(ctx, tx, f.Group)
		if err != nil {
			return err
		}
		if was {
			p.Former = &former
		}
		if p.Rows, err = rows(ctx, tx, &f, PageRows+1); err != nil {
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

// rows reads up to limit rows of a filter from its cursor on; 0 is all.
func rows(ctx context.Context, tx *db.Tx, f *Filter, limit int) ([]Measure, error) {
	var err error
	if _, f.former, err = areas.FormerTx(ctx, tx, f.Group); err != nil {
		return nil, err
	}
	var q query
	q.text.WriteString(`select ` + columns + tables + ` where ` + seen(tx.Who))
	q.where(f, civil.DayOf(tx.Now))
	if limit > 0 {
		q.text.WriteString(` limit ` + strconv.Itoa(limit))
	}
	return several(ctx, tx, q.text.String(), q.args...)
}

// groups lists the residential groups in which the actor reaches a house.
func groups(ctx context.Context, tx *db.Tx) ([]Choice, error) {
	var list []Choice
	err := tx.All(ctx, func(scan func(...any) error) error {
		var c Choice
		err := scan(&c.ID, &c.Name)
		list = append(list, c)
		return err
	}, `select g.id, g.name from areas g where g.ward_id = {ward} and g.kind = 'group'
		and exists (select 1 from houses h where {scope h} and h.ward_id = g.ward_id and h.group_id = g.id) order by g.sort_key, g.id`)
	return list, err
}

// Given says where a measure that is entered by hand may be: the house that was asked for, or one of the groups, or the ward.
type Given struct {
	House  House
	Groups []Choice
	Ward   bool
	Today  civil.Day
	Usual  civil.Day // when it is due if nobody says otherwise
}

// Giving gives the choices of the form for a new measure; house may be empty. A head enters what is to be done at the own house,
// the committee what concerns the ward. A house out of reach is not found.
func (s *Store) Giving(ctx context.Context, who access.Actor, house string) (Given, error) {
	var g Given
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.SeeMeasures); err != nil {
			return err
		}
		if who.Ward() == 0 {
			return fault.NotFound("fault.not_found")
		}
		g.Today = civil.DayOf(tx.Now)
		c, err := holidays.Calendar(ctx, tx)
		if err != nil {
			return err
		}
		g.Usual = c.AddWorkingDays(g.Today, UsualDays)
		if house != "" {
			return tx.One(ctx, `select h.id, h.number, st.name from houses h join streets st on st.ward_id = h.ward_id and st.id = h.street_id
				where {scope h} and h.id = $1`, house).Scan(&g.House.ID, &g.House.Number, &g.House.Street)
		}
		switch who.Role() {
		case access.Head:
			return fault.NotFound("fault.not_found")
		case access.Committee:
			g.Ward = true
			return nil
		case access.Command:
			g.Ward = true
		}
		g.Groups, err = groups(ctx, tx)
		return err
	})
	return g, err
}

// Give opens a measure that is entered by hand, and gives its id.
func (s *Store) Give(ctx context.Context, who access.Actor, n New) (string, error) {
	var id string
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.SeeMeasures); err != nil {
			return err
		}
		n.From = Origin{Source: FromWard}
		switch r := who.Role(); {
		case who.Ward() == 0,
			r == access.Head && n.House == "",
			r == access.Committee && n.place() != AtWard,
			n.place() == AtWard && r != access.Command && r != access.Committee && r != "system":
			return fault.NotFound("fault.not_found")
		}
		var err error
		id, err = Open(ctx, tx, n)
		return err
	})
	return id, err
}

// Export writes all measures under the filter as a table and leaves a line in the audit trail. It gives the number of rows.
func (s *Store) Export(ctx context.Context, who access.Actor, f Filter, out sheet.Writer, w *words.Words, progress func(done, total int)) (int, error) {
	var list []Measure
	var asOf time.Time
	f.After = ""
	// Read before the line is written: nobody else can write while all the rows of a ward are read in a write.
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.SeeMeasures); err != nil {
			return err
		}
		if who.Ward() == 0 {
			return fault.NotFound("fault.not_found")
		}
		asOf = tx.Now
		var err error
		list, err = rows(ctx, tx, &f, 0)
		return err
	})
	if err != nil {
		return 0, err
	}
	if err := s.db.Tell(ctx, who, db.Entry{Action: "measure.export", Object: "measures", Detail: strconv.Itoa(len(list))}); err != nil {
		return 0, err
	}
	return len(list), write(out, w, list, asOf, progress)
}

func write(out sheet.Writer, w *words.Words, list []Measure, asOf time.Time, progress func(done, total int)) error {
	var heads []sheet.Column
	for _, c := range []struct {
		key   string
		width float64
	}{
		{"content", 52}, {"place", 24}, {"group", 16}, {"source", 16}, {"item", 10}, {"owner", 24}, {"state", 18}, {"percent", 10},
		{"opened", 12}, {"due", 12}, {"first_due", 12}, {"closed", 12}, {"level", 18},
	} {
		heads = append(heads, sheet.Column{Title: w.T("measures.column." + c.key), Width: c.width})
	}
	if err := out.Begin(sheet.Table{
		Name: w.T("measures.name"), Title: w.T("measures.name"), Columns: heads,
		Note: w.F("measures.export_note", "Time", civil.Clock(asOf), "Day", civil.DayOf(asOf), "Rows", len(list)),
	}); err != nil {
		return err
	}
	for i := range list {
		m := &list[i]
		var closed civil.Day
		if !m.Closed.IsZero() {
			closed = civil.DayOf(m.Closed)
		}
		if err := out.Row(m.Content, placeText(w, m), m.GroupName, w.T("measures.source."+string(m.From.Source)), m.Item, ownerText(w, m), w.T("measures.state."+string(m.State)),
			m.Percent,
			civil.DayOf(m.Opened), m.Due, m.FirstDue, closed, w.T("measures.level."+strconv.Itoa(m.Level))); err != nil {
			return err
		}
		progress(i+1, len(list))
	}
	return out.Close()
}
