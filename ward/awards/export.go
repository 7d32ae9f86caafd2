package awards

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"sonha/engine/db"
	"sonha/engine/jobs"
	"sonha/engine/page"
	"sonha/engine/words"
	"sonha/ground/access"
)

// Export gives all commendations under a filter, however many a page shows, and leaves a line in the audit trail.
func (s *Store) Export(ctx context.Context, who access.Actor, f Filter, to *jobs.Sheet[Award]) error {
	return to.Read(ctx, s.db, who, access.Commend, &db.Entry{Action: "awards.export", Object: "awards"}, func(tx *db.Tx) error {
		where, args := f.where(tx)
		if err := to.Count(ctx, tx, awardTables+where, args...); err != nil {
			return err
		}
		return each(ctx, tx, f, ``, to.Row)
	})
}

// export is the list of the commendations within reach as a file.
func (p *Pages) export(w http.ResponseWriter, r *page.Request) error {
	f := Filter{State: State(r.Text("state"))}
	f.Year, _ = strconv.Atoi(r.Text("year"))
	return jobs.GiveList(w, r, p.jobs, access.Commend, exported(r.Words), func(ctx context.Context, who access.Actor, to *jobs.Sheet[Award]) error {
		return p.store.Export(ctx, who, f, to)
	})
}

func exported(w *words.Words) jobs.List[Award] {
	t := func(key string) string { return w.T("awards.export." + key) }
	return jobs.List[Award]{Title: w.T("awards.name"), File: w.T("awards.file"), Columns: []jobs.Column[Award]{
		{Title: t("code"), Width: 14, Value: func(a *Award) any { return a.Code() }},
		{Title: t("year"), Width: 8, Value: func(a *Award) any { return a.Year }},
		{Title: t("name"), Width: 30, Value: func(a *Award) any { return nameOf(w, a.Subject, a.Name) }},
		{Title: t("achievement"), Width: 28, Value: func(a *Award) any { return w.T("awards.achievement." + a.Achievement) }},
		{Title: t("kind"), Width: 18, Value: func(a *Award) any { return a.Kind.Name }},
		{Title: t("authority"), Width: 30, Value: func(a *Award) any { return a.Kind.Authority }},
		{Title: t("state"), Width: 16, Value: func(a *Award) any { return w.T("awards.state." + string(a.State)) }},
		{Title: t("figures"), Width: 44, Value: func(a *Award) any { return strings.Join(figureLines(w, a), " ") }},
		{Title: t("yes"), Width: 9, Value: func(a *Award) any { return a.Votes.Yes }},
		{Title: t("no"), Width: 9, Value: func(a *Award) any { return a.Votes.No }},
		{Title: t("blank"), Width: 9, Value: func(a *Award) any { return a.Votes.Blank }},
		{Title: t("until"), Width: 12, Value: func(a *Award) any { return a.Until }},
		{Title: t("decision"), Width: 18, Value: func(a *Award) any { return a.Decision }},
		{Title: t("decided"), Width: 12, Value: func(a *Award) any { return a.DecidedOn }},
	}}
}
