package boards

import (
	"context"
	"net/http"

	"sonha/engine/db"
	"sonha/engine/jobs"
	"sonha/engine/page"
	"sonha/engine/words"
	"sonha/ground/access"
)

// CityList gives the wards as City does, small cells left out, and leaves a line in the audit trail.
func (s *Store) CityList(ctx context.Context, who access.Actor, to *jobs.Sheet[Ward]) error {
	return to.Read(ctx, s.db, who, access.SeeCity, &db.Entry{Action: "city.export", Object: "wards"}, func(tx *db.Tx) error {
		c, err := s.cityTx(ctx, tx)
		if err != nil {
			return err
		}
		return to.All(tx.Now, c.Wards)
	})
}

// cityFile gives the wards of the city as a file.
func (p *Pages) cityFile(w http.ResponseWriter, r *page.Request) error {
	return jobs.GiveList(w, r, p.jobs, access.SeeCity, wardList(r.Words), p.store.CityList)
}

func wardList(w *words.Words) jobs.List[Ward] {
	t := func(key string) string { return w.T("boards.column." + key) }
	untold := func(x *Ward) bool { return x.Hidden || x.Year == 0 }
	return jobs.List[Ward]{Title: w.T("boards.city"), File: w.T("boards.city_file"), Columns: []jobs.Column[Ward]{
		{Title: t("ward"), Width: 24, Value: func(x *Ward) any { return x.Name }},
		{Title: t("city"), Width: 20, Value: func(x *Ward) any { return x.City }},
		{Title: t("year"), Width: 14, Value: func(x *Ward) any {
			if x.Year == 0 {
				return w.T("boards.no_campaign")
			}
			return x.Year
		}},
		{Title: t("dossiers"), Value: func(x *Ward) any { return told(x.Houses, x.Year == 0) }},
		{Title: t("inspected"), Value: func(x *Ward) any { return told(x.Inspected, untold(x)) }},
		{Title: t("coverage") + " (%)", Value: func(x *Ward) any { return tenths(x.Inspected, x.Houses, untold(x)) }},
		{Title: t("safe"), Value: func(x *Ward) any { return told(x.Safe, untold(x)) }},
		{Title: w.T("boards.column.safe_share") + " (%)", Value: func(x *Ward) any { return tenths(x.Safe, x.Inspected, untold(x)) }},
		{Title: w.T("boards.column.note"), Width: 20, Value: func(x *Ward) any {
			if x.Hidden {
				return w.T("boards.small_cell")
			}
			return ""
		}},
	}}
}
