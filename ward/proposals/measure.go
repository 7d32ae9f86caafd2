package proposals

import (
	"context"
	"net/http"

	"sonha/engine/db"
	"sonha/engine/page"
	"sonha/engine/page/ui"
	"sonha/ground/access"
	"sonha/ground/fault"
	"sonha/ward/measures"
)

// Mends reports whether the actor may make a measure of the proposal: who answers it and reaches the house.
func (p *Proposal) Mends(who access.Actor) bool {
	return p.Handles(who) && who.May(access.SeeMeasures) && who.May(access.SeeHouses) && p.House.ID != "" && p.State != Draft && p.State != Closed
}

// Measure makes a measure of a proposal, at the house that it is about: what is decided goes on where measures are followed up, and the
// proposal keeps its own day for an answer. It gives the id of the measure.
func (s *Store) Measure(ctx context.Context, who access.Actor, id string, n measures.New) (string, error) {
	var made string
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.AnswerProposals); err != nil {
			return err
		}
		p, err := get(ctx, tx, id)
		if err != nil {
			return err
		}
		if !p.Mends(who) {
			return fault.Shut("proposals.no_measure")
		}
		n.From = measures.Origin{Source: measures.FromProposal, ID: p.ID, Href: at(p.ID)}
		n.House, n.Group, n.Item = p.House.ID, "", ""
		made, err = measures.Open(ctx, tx, n)
		return err
	})
	return made, err
}

// mend takes the form of a measure.
func (p *Pages) mend(w http.ResponseWriter, r *page.Request) error {
	if err := r.Parse(); err != nil {
		return err
	}
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	n := measures.New{Content: r.FormValue("content"), Owner: measures.Owner(r.Text("owner")), OwnerName: r.Text("owner_name"), Due: r.Day("due")}
	_, err = p.store.Measure(r.Context(), r.Actor, id, n)
	if reasons, refused := r.Refused(err); refused {
		return p.again(w, r, id, func(v *showView) { v.measure, v.mending, v.errors = n, true, reasons })
	}
	if err != nil {
		return err
	}
	return r.Done(w, at(id), "proposals.done_measure")
}

// measureOwners are those who can carry a measure out at the house.
func (v *showView) measureOwners() []ui.Option {
	var list []ui.Option
	for _, o := range measures.Owners() {
		list = append(list, ui.Option{Value: string(o), Label: v.Words.T("measures.owner." + string(o))})
	}
	return list
}

// mendProblem is what is wrong with a field of the form of a measure.
func (v *showView) mendProblem(field string) string {
	if !v.mending {
		return ""
	}
	return v.errors[field]
}
