package measures

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"sonha/engine/db"
	"sonha/engine/jobs"
	"sonha/engine/page"
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

// rows reads up to limit rows of a filter from its cursor on.
func rows(ctx context.Context, tx *db.Tx, f *Filter, limit int) ([]Measure, error) {
	q, err := f.query(ctx, tx)
	if err != nil {
		return nil, err
	}
	return several(ctx, tx, `select `+columns+q.text.String()+q.order+` limit `+strconv.Itoa(limit), q.args...)
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

// Export gives all measures under the filter, and leaves a line in the audit trail.
func (s *Store) Export(ctx context.Context, who access.Actor, f Filter, to *jobs.Sheet[Measure]) error {
	return to.Read(ctx, s.db, who, access.SeeMeasures, &db.Entry{Action: "measure.export", Object: "measures"}, func(tx *db.Tx) error {
		if who.Ward() == 0 {
			return fault.NotFound("fault.not_found")
		}
		q, err := f.first().query(ctx, tx)
		if err != nil {
			return err
		}
		if err := to.Count(ctx, tx, q.text.String(), q.args...); err != nil {
			return err
		}
		return each(ctx, tx, to.Row, `select `+columns+q.text.String()+q.order, q.args...)
	})
}

// export gives the rows under the filter as a file.
func (p *Pages) export(w http.ResponseWriter, r *page.Request) error {
	f := ParseFilter(r.URL.Query())
	return jobs.GiveList(w, r, p.jobs, access.SeeMeasures, exported(r.Words), func(ctx context.Context, who access.Actor, to *jobs.Sheet[Measure]) error {
		return p.store.Export(ctx, who, f, to)
	})
}

func exported(w *words.Words) jobs.List[Measure] {
	t := func(key string) string { return w.T("measures.column." + key) }
	return jobs.List[Measure]{Title: w.T("measures.name"), File: w.T("measures.file"), Columns: []jobs.Column[Measure]{
		{Title: t("content"), Width: 52, Value: func(m *Measure) any { return m.Content }},
		{Title: t("place"), Width: 24, Value: func(m *Measure) any { return placeText(w, m) }},
		{Title: t("group"), Width: 16, Value: func(m *Measure) any { return m.GroupName }},
		{Title: t("source"), Width: 16, Value: func(m *Measure) any { return w.T("measures.source." + string(m.From.Source)) }},
		{Title: t("item"), Width: 10, Value: func(m *Measure) any { return m.Item }},
		{Title: t("owner"), Width: 24, Value: func(m *Measure) any { return ownerText(w, m) }},
		{Title: t("state"), Width: 18, Value: func(m *Measure) any { return w.T("measures.state." + string(m.State)) }},
		{Title: t("percent"), Width: 10, Value: func(m *Measure) any { return m.Percent }},
		{Title: t("opened"), Width: 12, Value: func(m *Measure) any { return civil.DayOf(m.Opened) }},
		{Title: t("due"), Width: 12, Value: func(m *Measure) any { return m.Due }},
		{Title: t("first_due"), Width: 12, Value: func(m *Measure) any { return m.FirstDue }},
		{Title: t("closed"), Width: 12, Value: func(m *Measure) any {
			if m.Closed.IsZero() {
				return nil
			}
			return civil.DayOf(m.Closed)
		}},
		{Title: t("level"), Width: 18, Value: func(m *Measure) any { return w.T("measures.level." + strconv.Itoa(m.Level)) }},
	}}
}
