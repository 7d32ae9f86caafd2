package notices

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

// Export gives what the actor keeps and what has been sent of it, the newest first, and leaves a line in the audit trail.
func (s *Store) Export(ctx context.Context, who access.Actor, to *jobs.Sheet[Notice]) error {
	return to.Read(ctx, s.db, who, access.Announce, &db.Entry{Action: "notice.export", Object: "notices"}, func(tx *db.Tx) error {
		const told = ` from notices n where n.ward_id = {ward} and n.state in ('sent', 'withdrawn')`
		if err := to.Count(ctx, tx, told+` and (n.created_account = $1 or $2)`, who.Account(), who.Role() == access.Command); err != nil {
			return err
		}
		return tx.All(ctx, func(scan func(...any) error) error {
			n, err := scanNotice(scan)
			if err != nil {
				return err
			}
			return to.Row(&n)
		}, `select `+columns+told+` and (n.created_account = $2 or $3) order by n.send_at desc, n.id desc`, tx.Millis(), who.Account(), who.Role() == access.Command)
	})
}

// export is what was announced as a file: to whom and to how many, not who of them has read it.
func (p *Pages) export(w http.ResponseWriter, r *page.Request) error {
	return jobs.GiveList(w, r, p.jobs, access.Announce, exported(r.Words, r.Moment()), p.store.Export)
}

func exported(w *words.Words, now time.Time) jobs.List[Notice] {
	t := func(key string) string { return w.T("notices.column." + key) }
	return jobs.List[Notice]{Title: w.T("notices.register"), File: w.T("notices.file_name"), Columns: []jobs.Column[Notice]{
		{Title: t("sent"), Width: 18, Value: func(n *Notice) any { return n.SendAt }},
		{Title: t("title"), Width: 50, Value: func(n *Notice) any { return n.Title }},
		{Title: t("sender"), Width: 30, Value: func(n *Notice) any { return n.Sender }},
		{Title: t("to"), Width: 30, Value: func(n *Notice) any { return rolesText(w, &n.Audience) }},
		{Title: t("houses"), Value: func(n *Notice) any { return n.Reach.Houses }},
		{Title: t("households"), Value: func(n *Notice) any { return n.Reach.Households }},
		{Title: t("urgent"), Value: func(n *Notice) any {
			if !n.Urgent {
				return ""
			}
			return w.T("notices.state.urgent")
		}},
		{Title: t("expires"), Width: 14, Value: func(n *Notice) any { return n.Expires }},
		{Title: t("state"), Width: 24, Value: func(n *Notice) any { return stateText(w, n, now) }},
	}}
}
