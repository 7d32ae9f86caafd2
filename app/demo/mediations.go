package demo

import (
	"context"
	"math/rand/v2"
	"time"

	"sonha/engine/db"
	"sonha/ground/civil"
	"sonha/ward/logbook"
	"sonha/ward/mediations"
)

// mediated gives each residential group a register: most cases settled, some not, some passed on, a few that wait. It has dice of its
// own, so that nothing else of the demo moves with it.
func (b *builder) mediated(ctx context.Context, tx *db.Tx) error {
	dice := rand.New(rand.NewPCG(3513, uint64(tx.Who.Ward())))
	store := mediations.NewStore(nil, logbook.NewStore(nil))
	now := tx.Now
	defer func() { tx.Now = now }()
	var groups []string
	if err := tx.All(ctx, func(scan func(...any) error) error {
		var id string
		err := scan(&id)
		groups = append(groups, id)
		return err
	}, `select g.id from areas g where g.ward_id = {ward} and g.kind = 'group' and g.valid_to is null order by g.sort_key`); err != nil {
		return err
	}
	var first string // the house whose head shows the demo
	if err := tx.One(ctx, `select h.id from houses h where {scope h} order by h.sort_key, h.id limit 1`).Scan(&first); err != nil {
		return err
	}
	for _, group := range groups {
		cases := 6 + dice.IntN(9)
		for n := range cases {
			on := civil.DayOf(Moment()).AddDays(-(cases - n) * (270 / cases))
			if err := mediatedCase(ctx, tx, store, dice, group, on); err != nil {
				return err
			}
		}
		if err := waiting(ctx, tx, store, group); err != nil {
			return err
		}
	}
	return earlySettlings(ctx, tx, store, first)
}

// at puts the clock of the demo at an hour of a day.
func at(tx *db.Tx, on civil.Day, hour int) {
	tx.Now = earlier(on.Time().Add(time.Duration(hour)*time.Hour), Moment())
}

func check(yes mediations.Question) map[mediations.Question]string {
	list := map[mediations.Question]string{}
	for _, q := range mediations.Questions() {
		list[q] = "no"
	}
	if yes != "" {
		list[yes] = "yes"
	}
	return list
}

// mediatedCase is a case of the past.
func mediatedCase(ctx context.Context, tx *db.Tx, store *mediations.Store, dice *rand.Rand, group string, on civil.Day) error {
	at(tx, on, 9)
	if dice.IntN(10) == 0 {
		_, err := store.BeginTx(ctx, tx, mediations.Intake{Group: group, Answers: check(mediations.Questions()[dice.IntN(len(mediations.Questions()))])})
		return err
	}
	id, err := store.BeginTx(ctx, tx, mediations.Intake{Group: group, Answers: check("")})
	if err != nil {
		return err
	}
	scope := mediations.Scopes()[dice.IntN(6)]
	if err := store.DescribeTx(ctx, tx, id, mediations.Details{
		Received: on, Ground: mediations.Grounds()[dice.IntN(3)], Scope: scope, Parties: 2, Households: 2 + dice.IntN(2), Guests: mediations.Guests()[:dice.IntN(3)],
	}); err != nil {
		return err
	}
	held := on.AddDays(1 + dice.IntN(3))
	at(tx, held, 19)
	if err := store.MeetTx(ctx, tx, id, mediations.Session{On: held, Public: dice.IntN(4) == 0}); err != nil {
		return err
	}
	end := held.AddDays(dice.IntN(6))
	at(tx, end, 20)
	o := mediations.Outcome{State: mediations.Settled, On: end, Book: 1, Page: 1 + dice.IntN(60), Written: dice.IntN(3) == 0}
	steps := mediations.Steps()
	for range 2 + dice.IntN(2) {
		o.Steps = append(o.Steps, mediations.Step{Code: steps[dice.IntN(len(steps))]})
	}
	if dice.IntN(7) == 0 {
		o.State = mediations.Unsettled
	}
	if err := store.FinishTx(ctx, tx, id, o); err != nil || o.State != mediations.Settled || end.AddDays(25) > civil.DayOf(Moment()) {
		return err
	}
	asked := end.AddDays(14 + dice.IntN(12))
	at(tx, asked, 18)
	kept := mediations.Keepings()[0]
	if dice.IntN(6) == 0 {
		kept = mediations.Keepings()[1]
	}
	return store.FollowUpTx(ctx, tx, id, asked, kept)
}

// waiting is a case that came in the day before, and one that is under way.
func waiting(ctx context.Context, tx *db.Tx, store *mediations.Store, group string) error {
	today := civil.DayOf(Moment())
	for _, x := range []struct {
		on    civil.Day
		scope mediations.Scope
		met   bool
	}{{today.AddDays(-5), "parking", true}, {today.AddDays(-1), "noise", false}} {
		at(tx, x.on, 9)
		id, err := store.BeginTx(ctx, tx, mediations.Intake{Group: group, Answers: check("")})
		if err == nil {
			err = store.DescribeTx(ctx, tx, id, mediations.Details{Received: x.on, Ground: "asked", Scope: x.scope, Parties: 2, Households: 2})
		}
		if err == nil && x.met {
			at(tx, x.on.AddDays(2), 19)
			err = store.MeetTx(ctx, tx, id, mediations.Session{On: x.on.AddDays(2)})
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// earlySettlings are what the head of a house settled: one is well, one went to the mediators.
func earlySettlings(ctx context.Context, tx *db.Tx, store *mediations.Store, house string) error {
	today := civil.DayOf(Moment())
	for _, x := range []struct {
		on      civil.Day
		scope   mediations.Scope
		settled bool
	}{{today.AddDays(-12), "hygiene", true}, {today.AddDays(-2), "utilities", false}} {
		at(tx, x.on, 20)
		id, err := store.BeginTx(ctx, tx, mediations.Intake{House: house, Answers: check("")})
		if err == nil {
			err = store.SettleTx(ctx, tx, id, mediations.Settling{On: x.on, Scope: x.scope, Households: 2, Settled: x.settled})
		}
		if err != nil {
			return err
		}
	}
	return nil
}
