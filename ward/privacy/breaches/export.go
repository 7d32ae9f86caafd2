package breaches

import (
	"context"
	"net/http"
	"time"

	"sonha/engine/db"
	"sonha/engine/jobs"
	"sonha/engine/page"
	"sonha/engine/words"
	"sonha/ground/access"
)

// Export gives the whole register, the newest first, and leaves a line in the audit trail.
func (s *Store) Export(ctx context.Context, who access.Actor, to *jobs.Sheet[Breach]) error {
	return to.Read(ctx, s.db, who, access.ProtectData, &db.Entry{Action: "breach.export", Object: "breaches"}, func(tx *db.Tx) error {
		if err := to.Count(ctx, tx, tables+`b.found_at > 0`); err != nil {
			return err
		}
		return each(ctx, tx, to.Row, `b.found_at > 0 order by b.found_at desc, b.id desc`)
	})
}

// export is the register as a file, for whoever inspects how the ward keeps the law.
func (p *Pages) export(w http.ResponseWriter, r *page.Request) error {
	return jobs.GiveList(w, r, p.jobs, access.ProtectData, exported(r.Words, r.Moment()), p.store.Export)
}

func exported(w *words.Words, now time.Time) jobs.List[Breach] {
	fact := func(key string) string { return w.T("breaches.fact." + key) }
	return jobs.List[Breach]{Title: w.T("breaches.register"), File: w.T("breaches.file"), Columns: []jobs.Column[Breach]{
		{Title: fact("found"), Width: 18, Value: func(b *Breach) any { return b.Found }},
		{Title: w.T("breaches.exercise_mark"), Value: func(b *Breach) any {
			if !b.Exercise {
				return ""
			}
			return w.T("breaches.exercise_mark")
		}},
		{Title: fact("acts"), Width: 30, Value: func(b *Breach) any { return said(w, "act", b.Acts) }},
		{Title: fact("houses"), Width: 12, Value: func(b *Breach) any { return b.Houses }},
		{Title: fact("kinds"), Width: 30, Value: func(b *Breach) any { return said(w, "kind", b.Kinds) }},
		{Title: fact("harms"), Width: 30, Value: func(b *Breach) any { return said(w, "harm", b.Harms) }},
		{Title: fact("measures"), Width: 30, Value: func(b *Breach) any { return said(w, "measure", b.Measures) }},
		{Title: w.T("breaches.body"), Width: 60, Value: func(b *Breach) any { return b.Body }},
		{Title: fact("due"), Width: 18, Value: func(b *Breach) any { return b.Due }},
		{Title: fact("sent"), Width: 18, Value: func(b *Breach) any { return b.Sent }},
		{Title: w.T("breaches.how"), Width: 24, Value: func(b *Breach) any {
			if b.Channel == "" {
				return ""
			}
			return w.T("breaches.channel." + b.Channel)
		}},
		{Title: fact("late_why"), Width: 40, Value: func(b *Breach) any { return b.LateWhy }},
		{Title: fact("subjects"), Width: 20, Value: func(b *Breach) any { return w.T("breaches.subjects." + string(b.Subjects)) }},
		{Title: w.T("breaches.state"), Width: 40, Value: func(b *Breach) any { text, _ := stateText(w, b, now); return text }},
		{Title: fact("closed"), Width: 18, Value: func(b *Breach) any { return b.Closed }},
		{Title: w.T("breaches.end_why"), Width: 40, Value: func(b *Breach) any { return b.EndedWhy }},
	}}
}
