package plans

import (
	"context"
	"net/http"

	"sonha/engine/db"
	"sonha/engine/jobs"
	"sonha/engine/page"
	"sonha/engine/words"
	"sonha/ground/access"
	"sonha/ground/civil"
)

// Planned is a visit of the plan as a file tells it: beats by their names, and when the house was inspected last.
type Planned struct {
	Visit

	home, by string
	on       civil.Day
}

// Export gives the visits of the plan of the running campaign, in walking order, and leaves a line in the audit trail. fault.Missing while
// there is none.
func (s *Store) Export(ctx context.Context, who access.Actor, to *jobs.Sheet[Planned]) error {
	line := db.Entry{Action: "plan.export", Object: "plan"}
	return to.Read(ctx, s.db, who, access.PlanVisits, &line, func(tx *db.Tx) error {
		p, err := current(ctx, tx)
		if err != nil {
			return err
		}
		line.ID = p.ID
		names, err := beatNames(ctx, tx)
		if err != nil {
			return err
		}
		if err := to.Count(ctx, tx, visitTables+` where {scope h} and v.plan_id = $1`, p.ID); err != nil {
			return err
		}
		return tx.All(ctx, func(scan func(...any) error) error {
			var x Planned
			if err := x.scan(scan, &x.on); err != nil {
				return err
			}
			x.home, x.by = names[x.Home], names[x.By]
			return to.Row(&x)
		}, `select `+visitColumns+`, coalesce(r.inspected_on, '')`+visitTables+`
			left join results r on r.ward_id = h.ward_id and r.campaign_id = $1 and r.house_id = h.id
			where {scope h} and v.plan_id = $2 order by v.walk`, p.Campaign.ID, p.ID)
	})
}

// beatNames names the beats of the ward.
func beatNames(ctx context.Context, tx *db.Tx) (map[string]string, error) {
	names := map[string]string{}
	return names, tx.All(ctx, func(scan func(...any) error) error {
		var id, name string
		err := scan(&id, &name)
		names[id] = name
		return err
	}, `select b.id, b.name from beats b where b.ward_id = {ward}`)
}

// export is the plan as a file: who inspects which house in which week, and what is done. What was found stands in the list of houses.
func (p *Pages) export(w http.ResponseWriter, r *page.Request) error {
	return jobs.GiveList(w, r, p.jobs, access.PlanVisits, exported(r.Words), p.store.Export)
}

// yes marks a cell of what is so; what is not stays blank.
func yes(w *words.Words, is bool) string {
	if !is {
		return ""
	}
	return w.T("plans.yes")
}

func exported(w *words.Words) jobs.List[Planned] {
	t := func(key string) string { return w.T("plans.column." + key) }
	beat := func(id, name, none string) string {
		switch {
		case id == "":
			return w.T(none)
		case name == "":
			return w.T("plans.former_beat")
		}
		return name
	}
	return jobs.List[Planned]{Title: w.T("plans.register"), File: w.T("plans.file"), Columns: []jobs.Column[Planned]{
		{Title: t("house"), Width: 12, Value: func(v *Planned) any { return v.Number }},
		{Title: t("street"), Width: 22, Value: func(v *Planned) any { return v.Street }},
		{Title: t("home"), Width: 22, Value: func(v *Planned) any { return beat(v.Home, v.home, "plans.nobody") }},
		{Title: t("by"), Width: 22, Value: func(v *Planned) any {
			if v.Week == Before {
				return ""
			}
			return beat(v.By, v.by, "plans.nobody")
		}},
		{Title: t("sampled"), Value: func(v *Planned) any { return yes(w, v.Sampled) }},
		{Title: t("lent"), Value: func(v *Planned) any { return yes(w, v.Cross && v.Week != Before) }},
		{Title: t("week"), Width: 18, Value: func(v *Planned) any { return weekText(w, &v.Visit) }},
		{Title: t("done"), Width: 16, Value: func(v *Planned) any {
			if v.Done {
				return w.T("plans.is_done")
			}
			return w.T("plans.not_done")
		}},
		{Title: t("crossed"), Width: 16, Value: func(v *Planned) any { return yes(w, v.Crossed) }},
		{Title: t("on"), Width: 14, Value: func(v *Planned) any { return v.on }},
	}}
}
