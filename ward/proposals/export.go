package proposals

import (
	"context"
	"net/http"
	"strconv"

	"sonha/engine/db"
	"sonha/engine/jobs"
	"sonha/engine/page"
	"sonha/engine/words"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
)

// Export gives all proposals under the filter, and leaves a line in the audit trail.
func (s *Store) Export(ctx context.Context, who access.Actor, f Filter, to *jobs.Sheet[Proposal]) error {
	f.After = ""
	return to.Read(ctx, s.db, who, access.AnswerProposals, &db.Entry{Action: "proposal.export", Object: "proposals"}, func(tx *db.Tx) error {
		if who.Ward() == 0 {
			return fault.NotFound("fault.not_found")
		}
		q, err := f.query(ctx, tx)
		if err != nil {
			return err
		}
		if err := to.Count(ctx, tx, q.text.String(), q.args...); err != nil {
			return err
		}
		return each(ctx, tx, to.Row, q.text.String()+q.order, q.args...)
	})
}

// export gives the proposals under the filter as a file.
func (p *Pages) export(w http.ResponseWriter, r *page.Request) error {
	f := ParseFilter(r.URL.Query())
	return jobs.GiveList(w, r, p.jobs, access.AnswerProposals, exported(r.Words, r.Today()), func(ctx context.Context, who access.Actor, to *jobs.Sheet[Proposal]) error {
		return p.store.Export(ctx, who, f, to)
	})
}

// exported tells places and days and nothing of who asked.
func exported(w *words.Words, today civil.Day) jobs.List[Proposal] {
	t := func(key string) string { return w.T("proposals.column." + key) }
	return jobs.List[Proposal]{Title: w.T("proposals.name"), File: w.T("proposals.file"), Columns: []jobs.Column[Proposal]{
		{Title: t("code"), Width: 14, Value: func(p *Proposal) any { return p.Code() }},
		{Title: t("house"), Width: 22, Value: func(p *Proposal) any { return p.House.Address() }},
		{Title: t("group"), Width: 16, Value: func(p *Proposal) any { return p.House.Group }},
		{Title: t("category"), Width: 26, Value: func(p *Proposal) any { return w.T("proposals.category." + p.Category.Code) }},
		{Title: t("place"), Width: 18, Value: func(p *Proposal) any { return w.T("proposals.place." + p.Place) }},
		{Title: t("title"), Width: 44, Value: func(p *Proposal) any { return p.Title }},
		{Title: t("urgent"), Width: 8, Value: func(p *Proposal) any { return yes(w, p.Urgent) }},
		{Title: t("unit"), Width: 26, Value: func(p *Proposal) any { return unitText(w, p.Unit, p.UnitName) }},
		{Title: t("state"), Width: 16, Value: func(p *Proposal) any { return w.T("proposals.state." + string(p.State)) }},
		{Title: t("sent"), Width: 12, Value: func(p *Proposal) any { return civil.DayOf(p.Sent) }},
		{Title: t("due"), Width: 12, Value: func(p *Proposal) any { return p.Due }},
		{Title: t("answered"), Width: 12, Value: func(p *Proposal) any { return p.FirstAnswered }},
		{Title: t("in_time"), Width: 10, Value: func(p *Proposal) any { return punctual(w, p, today) }},
		{Title: t("result"), Width: 22, Value: func(p *Proposal) any { return keyed(w, "proposals.result.", string(p.Result)) }},
		{Title: t("satisfied"), Width: 16, Value: func(p *Proposal) any { return keyed(w, "proposals.satisfied.", p.Satisfied) }},
		{Title: t("level"), Width: 20, Value: func(p *Proposal) any { return w.T("proposals.level." + strconv.Itoa(p.Level)) }},
		{Title: t("document"), Width: 16, Value: func(p *Proposal) any { return p.Document }},
		{Title: t("ticket"), Width: 16, Value: func(p *Proposal) any { return p.Ticket }},
		{Title: t("joined"), Width: 10, Value: func(p *Proposal) any { return p.Joined }},
	}}
}

func yes(w *words.Words, is bool) string {
	if is {
		return w.T("proposals.yes")
	}
	return ""
}

// keyed is a text of the catalog by what is stored, and nothing for nothing.
func keyed(w *words.Words, prefix, stored string) string {
	if stored == "" {
		return ""
	}
	return w.T(prefix + stored)
}

// punctual says whether the first answer came in time; blank while it can still.
func punctual(w *words.Words, p *Proposal, today civil.Day) string {
	switch {
	case !p.counts() || p.FirstAnswered == "" && p.FirstDue >= today:
		return ""
	case p.onTime():
		return w.T("proposals.in_time")
	}
	return w.T("proposals.late")
}

// unitText is who answers, in words: the utility's or agency's own name where it is known.
func unitText(w *words.Words, u Unit, name string) string {
	if name != "" {
		return name
	}
	return keyed(w, "proposals.unit.", string(u))
}
