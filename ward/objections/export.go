package objections

import (
	"context"
	"net/http"

	"sonha/engine/db"
	"sonha/engine/jobs"
	"sonha/engine/page"
	"sonha/engine/words"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ward/holidays"
)

// Export gives the whole register of what the command sees, the newest first, and leaves a line in the audit trail.
func (s *Store) Export(ctx context.Context, who access.Actor, to *jobs.Sheet[Objection]) error {
	return to.Read(ctx, s.db, who, access.Approve, &db.Entry{Action: "objection.export", Object: "objections"}, func(tx *db.Tx) error {
		c, err := holidays.Calendar(ctx, tx)
		if err != nil {
			return err
		}
		if err := to.Count(ctx, tx, tables+` where {scope h}`); err != nil {
			return err
		}
		return s.each(ctx, tx, c, to.Row, `{scope h} order by o.filed_at desc, o.id desc`)
	})
}

// export is the register as a file: what was asked and answered, by house. Who of the house wrote it stays out; the house speaks.
func (p *Pages) export(w http.ResponseWriter, r *page.Request) error {
	return jobs.GiveList(w, r, p.jobs, access.Approve, exported(r.Words), p.store.Export)
}

func exported(w *words.Words) jobs.List[Objection] {
	t := func(key string) string { return w.T("objections.column." + key) }
	return jobs.List[Objection]{Title: w.T("objections.register"), File: w.T("objections.file"), Columns: []jobs.Column[Objection]{
		{Title: t("house"), Width: 24, Value: func(o *Objection) any { return o.House.Address() }},
		{Title: t("group"), Width: 16, Value: func(o *Objection) any { return o.House.Group }},
		{Title: t("year"), Value: func(o *Objection) any { return o.Year }},
		{Title: t("class"), Width: 18, Value: func(o *Objection) any { return o.Class.Name().In(w.Lang()) }},
		{Title: t("asked"), Width: 12, Value: func(o *Objection) any { return civil.DayOf(o.Filed) }},
		{Title: t("about"), Width: 40, Value: func(o *Objection) any { return itemNames(w, o.Set, o.Items) }},
		{Title: t("content"), Width: 60, Value: func(o *Objection) any { return o.Content }},
		{Title: t("due"), Width: 12, Value: func(o *Objection) any { return o.Due }},
		{Title: t("outcome"), Width: 40, Value: func(o *Objection) any { return outcomeText(w, o) }},
		{Title: t("answered"), Width: 14, Value: func(o *Objection) any {
			if o.AnsweredAt.IsZero() {
				return nil
			}
			return civil.DayOf(o.AnsweredAt)
		}},
		{Title: t("by"), Width: 24, Value: func(o *Objection) any { return o.AnsweredBy }},
		{Title: t("answer"), Width: 60, Value: func(o *Objection) any { return o.Answer }},
	}}
}
