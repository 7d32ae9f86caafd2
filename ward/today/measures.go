package today

import (
	"context"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/fault"
	"sonha/ward/campaigns"
	"sonha/ward/measures"
	"sonha/ward/plans"
)

// measured adds what waits for the reader among measures: to carry them out, to look at what is overdue, to turn the second key, and
// what has climbed.
func measured(ctx context.Context, tx *db.Tx, d *Day) error {
	w, err := measures.WaitingTx(ctx, tx)
	if err != nil {
		return err
	}
	several := tx.Who.Role() != access.Head || ownHouses(tx.Who) > 1
	for _, x := range []struct {
		kind Kind
		list []measures.Measure
	}{{Mend, w.Do}, {Check, w.Check}, {Verify, w.Confirm}} {
		if len(x.list) > single(tx.Who) {
			d.Tasks = append(d.Tasks, summed(x.kind, x.list))
			continue
		}
		for i := range x.list {
			m := &x.list[i]
			t := Task{Kind: x.kind, Href: "/measures/" + m.ID, Title: m.Content, Due: m.Due}
			if several {
				t.House = m.House.Address()
			}
			if x.kind == Verify {
				t.Due, t.By = "", m.ReportedAs
			}
			d.Tasks = append(d.Tasks, t)
		}
	}
	if w.Climbed > 0 {
		d.Tasks = append(d.Tasks, Task{Kind: Lagging, Href: turned(measures.ToUrge), N: w.Climbed, Due: w.Earliest})
	}
	return nil
}

// single is how many measures of a kind are told one by one: a head reads each, who follows many reads how many there are.
func single(who access.Actor) int {
	const few = 3
	if who.Role() == access.Head {
		return listed
	}
	return few
}

// summed is one line for many measures, due when the first of them is.
func summed(k Kind, list []measures.Measure) Task {
	t := Task{N: len(list)}
	switch k {
	case Mend:
		t.Kind, t.Href = MendMany, turned(measures.ToDo)
	case Check:
		t.Kind, t.Href = CheckMany, turned(measures.ToCheck)
	default:
		t.Kind, t.Href = VerifyMany, turned(measures.ToConfirm)
		return t
	}
	for i := range list {
		if due := list[i].Due; due != "" && (t.Due == "" || due < t.Due) {
			t.Due = due
		}
	}
	return t
}

// turned is the list of the measures that wait for this from the reader.
func turned(t measures.Turn) string { return (&measures.Filter{Turn: t}).Address("/measures") }

func ownHouses(who access.Actor) int {
	_, ids := who.Reach()
	return len(ids)
}

// round adds what the plan of inspections gives the officer this week.
func round(ctx context.Context, tx *db.Tx, d *Day) error {
	if !d.Campaign.Phase.Allows(campaigns.Visiting) {
		return nil
	}
	r, err := plans.DueTx(ctx, tx)
	if fault.Is(err, fault.Missing) {
		return nil
	}
	if err == nil && r.Left > 0 && r.Week.Starts <= d.Today {
		d.Tasks = append(d.Tasks, Task{Kind: Round, Href: "/plan/week", N: r.Left, Due: r.Week.Ends})
	}
	return err
}

// unplanned asks the command for a plan while houses are inspected without one.
func unplanned(ctx context.Context, tx *db.Tx, d *Day) error {
	if !d.Campaign.Phase.Allows(campaigns.Visiting) {
		return nil
	}
	planned, err := plans.PlannedTx(ctx, tx, d.Campaign.ID)
	if err == nil && !planned {
		d.Tasks = append(d.Tasks, Task{Kind: NoPlan, Href: "/plan/new"})
	}
	return err
}
