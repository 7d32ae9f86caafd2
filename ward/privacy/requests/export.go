package requests

import (
	"context"
	"net/http"

	"sonha/engine/db"
	"sonha/engine/jobs"
	"sonha/engine/page"
	"sonha/engine/words"
	"sonha/ground/access"
)

// Export gives the whole register, the newest first, and leaves a line in the audit trail.
func (s *Store) Export(ctx context.Context, who access.Actor, to *jobs.Sheet[Request]) error {
	return to.Read(ctx, s.db, who, access.ProtectData, &db.Entry{Action: "request.export", Object: "data_requests"}, func(tx *db.Tx) error {
		if err := to.Count(ctx, tx, tables+` where `+desk); err != nil {
			return err
		}
		return each(ctx, tx, to.Row, desk+` order by q.received_on desc, q.id desc`)
	})
}

// export is the register as a file, for whoever inspects how the ward keeps the law: what kind of thing was asked, when, and what came of
// it. What a household wrote and was answered stays on its own page (docs/decisions/0064).
func (p *Pages) export(w http.ResponseWriter, r *page.Request) error {
	return jobs.GiveList(w, r, p.jobs, access.ProtectData, exported(r.Words), p.store.Export)
}

func exported(w *words.Words) jobs.List[Request] {
	t := func(key string) string { return w.T("requests.column." + key) }
	return jobs.List[Request]{Title: w.T("requests.register"), File: w.T("requests.file"), Columns: []jobs.Column[Request]{
		{Title: t("house"), Width: 30, Value: func(q *Request) any { return q.House.Address() + ", " + q.Household }},
		{Title: t("kind"), Width: 30, Value: func(q *Request) any { return q.What(w) }},
		{Title: t("channel"), Width: 22, Value: func(q *Request) any { return w.T("requests.channel." + string(q.Channel)) }},
		{Title: t("received"), Width: 12, Value: func(q *Request) any { return q.ReceivedOn }},
		{Title: t("ack_due"), Width: 16, Value: func(q *Request) any { return q.AckDue }},
		{Title: t("acknowledged"), Width: 18, Value: func(q *Request) any { return q.Acknowledged }},
		{Title: w.T("requests.fact.due"), Width: 14, Value: func(q *Request) any { return q.Due }},
		{Title: t("extended"), Width: 18, Value: func(q *Request) any { return q.Extended }},
		{Title: t("state"), Width: 26, Value: func(q *Request) any { return stateText(w, q) }},
		{Title: t("answered"), Width: 14, Value: func(q *Request) any { return q.AnsweredOn }},
		{Title: t("in_time"), Value: func(q *Request) any {
			switch {
			case q.State != Answered:
				return ""
			case q.InTime():
				return w.T("requests.in_time")
			}
			return w.T("requests.late")
		}},
		{Title: t("ground"), Width: 40, Value: func(q *Request) any {
			if q.Ground == "" {
				return ""
			}
			return w.T("requests.ground." + string(q.Ground))
		}},
		{Title: t("law"), Width: 40, Value: func(q *Request) any {
			if q.Ground == "" {
				return ""
			}
			return w.T("requests.law." + string(q.Ground))
		}},
	}}
}
