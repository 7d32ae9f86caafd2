package indicators

import (
	"context"
	"net/http"
	"strconv"

	"sonha/engine/db"
	"sonha/engine/jobs"
	"sonha/engine/page"
	"sonha/engine/words"
	"sonha/ground/access"
)

// CityList gives the counts of the wards as City does, what is untold left out, and leaves a line in the audit trail.
func (s *Store) CityList(ctx context.Context, who access.Actor, to *jobs.Sheet[WardCounts]) error {
	line := db.Entry{Action: "city.export", Object: "indicators"}
	return to.Read(ctx, s.db, who, access.SeeCity, &line, func(tx *db.Tx) error {
		c, err := s.cityTx(ctx, tx)
		if err != nil {
			return err
		}
		line.Detail = strconv.Itoa(c.Year) + ": "
		return to.All(tx.Now, c.Wards)
	})
}

// cityFile gives the counts of the wards of the city as a file.
func (p *Pages) cityFile(w http.ResponseWriter, r *page.Request) error {
	return jobs.GiveList(w, r, p.jobs, access.SeeCity, wardCounts(r.Words, newTeller(r.Words)), p.store.CityList)
}

func wardCounts(w *words.Words, t teller) jobs.List[WardCounts] {
	l := jobs.List[WardCounts]{Title: w.T("indicators.city.title"), File: w.T("indicators.city.file"), Columns: []jobs.Column[WardCounts]{
		{Title: w.T("indicators.city.ward"), Width: 24, Value: func(x *WardCounts) any { return x.Name }},
	}}
	for i, code := range Official() {
		l.Columns = append(l.Columns,
			jobs.Column[WardCounts]{Title: w.T("indicators.name." + string(code)), Width: 18, Value: func(x *WardCounts) any { return x.Series[i].cell(t) }},
			jobs.Column[WardCounts]{Title: w.T("indicators.column.against"), Width: 22, Value: func(x *WardCounts) any {
				if x.Series[i].Point == nil {
					return ""
				}
				return t.change(x.Series[i].Change())
			}})
	}
	return l
}

// cell is the count, or why there is none.
func (s *WardSeries) cell(t teller) any {
	switch {
	case s.Point == nil:
		return ""
	case s.Point.Hidden:
		return t.w.T("indicators.untold")
	}
	return s.Point.Part
}
