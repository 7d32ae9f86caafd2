package notices

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

// Export gives what the actor keeps and what has been sent of it, the newest first, and leaves a line in the audit trail.
func (s *Store) Export(ctx context.Context, who access.Actor) (list []Notice, asOf time.Time, err error) {
	if err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.Announce); err != nil {
			return err
		}
		list, asOf = nil, tx.Now
		return tx.All(ctx, func(scan func(...any) error) error {
			n, err := scanNotice(scan)
			list = append(list, n)
			return err
		}, `select `+columns+` from notices n where n.ward_id = {ward} and n.state in ('sent', 'withdrawn') and (n.created_account = $2 or $3)
			order by n.send_at desc, n.id desc`, tx.Millis(), who.Account(), who.Role() == access.Command)
	}); err != nil {
		return nil, asOf, err
	}
	return list, asOf, s.db.Tell(ctx, who, db.Entry{Action: "notice.export", Object: "notices", Detail: strconv.Itoa(len(list))})
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
