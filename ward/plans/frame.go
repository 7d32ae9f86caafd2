package plans

import (
	"context"
	"net/http"
	"slices"

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
func (s *Store) List(ctx context.Context, who access.Actor, to *jobs.Sheet[Listed]) error {
	line := db.Entry{Action: "plan.list", Object: "plan"}
	return to.Read(ctx, s.db, who, access.PlanVisits, &line, func(tx *db.Tx) error {
		p, err := current(ctx, tx)
		if err != nil {
			return err
		}
		line.ID = p.ID
		drawn := Draw(p.Seed, p.Frame, p.Share, p.Cross)
		// The ids are kept in one value, and their digests have to be sorted: they lie in memory, and nothing else of the houses does.
		lots := Lots(p.Seed, p.Frame)
		if err := to.Begin(tx.Now, len(lots)); err != nil {
			return err
		}
		const atOnce = 200 // ids in one statement
		n := 0
		for some := range slices.Chunk(lots, atOnce) {
			doors, err := doorsOf(ctx, tx, some)
			if err != nil {
				return err
			}
			for _, lot := range some {
				door := doors[lot.ID]
				x := Listed{Lot: lot, N: n + 1, Number: door.number, Street: door.street, Sampled: n < len(drawn.Sample), Cross: drawn.Cross[lot.ID]}
				n++
				if err := to.Row(&x); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

type door struct{ number, street string }

// doorsOf gives the addresses of some houses, those within reach.
func doorsOf(ctx context.Context, tx *db.Tx, lots []Lot) (map[string]door, error) {
	ids := make([]string, len(lots))
	for i := range lots {
		ids[i] = lots[i].ID
	}
	doors := map[string]door{}
	which, args := db.Among("h.id", 1, ids)
	return doors, tx.All(ctx, func(scan func(...any) error) error {
		var id string
		var d door
		err := scan(&id, &d.number, &d.street)
		doors[id] = d
		return err
	}, `select h.id, h.number, st.name from houses h join streets st on st.ward_id = h.ward_id and st.id = h.street_id where {scope h} and `+which, args...)
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
