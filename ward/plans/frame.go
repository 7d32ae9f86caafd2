package plans

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
)

// Listed is a house of the list that a sample was drawn from, with the digest that drew it.
type Listed struct {
	Lot

	N              int    // from 1, as the seed draws
	Number, Street string // empty for a house that is no longer within reach
	Sampled, Cross bool
}

// List gives the houses that the sample of the current plan was drawn from, in the order in which its seed draws them: the first ones are
// the sample. With it anybody can draw again who has the seed and a program for SHA-256. It leaves a line in the audit trail. fault.Missing
// while there is no plan.
func (s *Store) List(ctx context.Context, who access.Actor) (list []Listed, asOf time.Time, err error) {
	var p Plan
	if err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.PlanVisits); err != nil {
			return err
		}
		if p, err = current(ctx, tx); err != nil {
			return err
		}
		asOf = tx.Now
		at := make(map[string]*Listed, len(p.Frame))
		list = make([]Listed, len(p.Frame))
		for i, lot := range Lots(p.Seed, p.Frame) {
			list[i] = Listed{Lot: lot, N: i + 1}
			at[lot.ID] = &list[i]
		}
		drawn := Draw(p.Seed, p.Frame, p.Share, p.Cross)
		for _, id := range drawn.Sample {
			at[id].Sampled, at[id].Cross = true, drawn.Cross[id]
		}
		return tx.All(ctx, func(scan func(...any) error) error {
			var id, number, street string
			err := scan(&id, &number, &street)
			if x := at[id]; x != nil {
				x.Number, x.Street = number, street
			}
			return err
		}, `select h.id, h.number, st.name from houses h join streets st on st.ward_id = h.ward_id and st.id = h.street_id where {scope h}`)
	}); err != nil {
		return nil, asOf, err
	}
	return list, asOf, s.db.Tell(ctx, who, db.Entry{Action: "plan.list", Object: "plan", ID: p.ID, Detail: strconv.Itoa(len(list))})
}

// list is the list as a file.
func (p *Pages) list(w http.ResponseWriter, r *page.Request) error {
	return jobs.GiveList(w, r, p.jobs, access.PlanVisits, listed(r.Words), p.store.List)
}

func listed(w *words.Words) jobs.List[Listed] {
	t := func(key string) string { return w.T("plans.list." + key) }
	return jobs.List[Listed]{Title: t("title"), File: t("file"), Columns: []jobs.Column[Listed]{
		{Title: t("n"), Width: 10, Value: func(x *Listed) any { return x.N }},
		{Title: t("house"), Width: 30, Value: func(x *Listed) any { return x.ID }},
		{Title: t("number"), Width: 12, Value: func(x *Listed) any { return x.Number }},
		{Title: t("street"), Width: 22, Value: func(x *Listed) any { return x.Street }},
		{Title: t("key"), Width: 68, Value: func(x *Listed) any { return x.Key }},
		{Title: t("sampled"), Value: func(x *Listed) any { return yes(w, x.Sampled) }},
		{Title: t("cross"), Value: func(x *Listed) any { return yes(w, x.Cross) }},
	}}
}
