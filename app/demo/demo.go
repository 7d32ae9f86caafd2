// Package demo makes an invented ward: the same number of houses gives the same ward, down to every answer.
// Streets are real names of the Old Quarter; house heads, telephone numbers, answers and results are
// invented, and every page says so.
package demo

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ward/areas"
	"sonha/ward/campaigns"
	"sonha/ward/criteria"
	"sonha/ward/results"
)

// Year is the campaign that the demo is in the middle of; First is the first year of its history.
const (
	Year  = 2026
	First = 2019
)

// perWard is the most houses that one demo ward holds; more are spread over several wards, as in a city.
const perWard = 8000

// Moment is the time of the demo's last change: a working day near the end of the inspections.
func Moment() time.Time { return time.Date(2026, time.October, 20, 14, 5, 0, 0, civil.Hanoi) }

// Build fills an empty database with houses in one ward or in several, and gives the wards. progress may be
// nil.
func Build(ctx context.Context, d *db.DB, set *criteria.Set, houses int, progress func(done, total int)) ([]areas.Ward, error) {
	if progress == nil {
		progress = func(int, int) {}
	}
	count := (houses + perWard - 1) / perWard
	store, sets := areas.NewStore(d), criteria.NewSets()
	var wards []areas.Ward
	for i := range count {
		name := "Hoàn Kiếm"
		if i > 0 {
			name = fmt.Sprintf("Mẫu %d", i+1)
		}
		w, err := store.Found(ctx, areas.Ward{City: "Hà Nội", Name: name, Invented: true})
		if err != nil {
			return nil, err
		}
		share := houses/count + btoi(i < houses%count)
		builds := func(dice uint64) *builder {
			return &builder{set: set, sets: sets, rand: rand.New(rand.NewPCG(dice, uint64(w.ID))), houses: share, results: results.NewStore(d, sets)}
		}
		if err := fill(ctx, d, access.System(w.ID, "Dữ liệu mẫu"), builds, i == 0); err != nil {
			return nil, fmt.Errorf("demo ward %d: %w", w.ID, err)
		}
		wards = append(wards, w)
		progress(i+1, count)
	}
	return wards, d.Analyze(ctx)
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// builder makes one ward.
type builder struct {
	set     *criteria.Set
	sets    *criteria.Sets
	rand    *rand.Rand
	houses  int
	results *results.Store
	made    []house
	reg     *areas.Register
}

// house is what the later steps need of a house.
type house struct {
	id         string
	households int
	group      int
	head       string
	quality    float64 // how well the house is kept, 0 to 1
}

// fill makes one ward: its rows, and then what is composed from them. Between the two the planner looks at the rows of the first ward, since
// SQLite without statistics goes through a ward of thousands of houses again for each of them. Each unit has a builder of its own, since a
// unit may be run again.
func fill(ctx context.Context, d *db.DB, who access.Actor, builds func(dice uint64) *builder, first bool) error {
	if err := d.Write(ctx, who, func(tx *db.Tx) error { return builds(1997).build(ctx, tx) }); err != nil {
		return err
	}
	if first {
		if err := d.Analyze(ctx); err != nil {
			return err
		}
	}
	return d.Write(ctx, who, func(tx *db.Tx) error { return builds(2026).compose(ctx, tx) })
}

func (b *builder) build(ctx context.Context, tx *db.Tx) error {
	var err error
	if b.reg, err = areas.NewRegister(ctx, tx); err != nil {
		return err
	}
	if err := b.registry(ctx, tx); err != nil {
		return err
	}
	if err := b.history(ctx, tx); err != nil {
		return err
	}
	if err := b.campaign(ctx, tx); err != nil {
		return err
	}
	if err := b.series(ctx, tx); err != nil {
		return err
	}
	if err := b.proposed(ctx, tx); err != nil {
		return err
	}
	if err := b.measures(ctx, tx); err != nil {
		return err
	}
	if err := notices(ctx, tx); err != nil {
		return err
	}
	if err := b.logbooks(ctx, tx); err != nil {
		return err
	}
	if err := meet(ctx, tx); err != nil {
		return err
	}
	if err := taught(ctx, tx); err != nil {
		return err
	}
	if err := b.mediated(ctx, tx); err != nil {
		return err
	}
	if err := b.commended(ctx, tx); err != nil {
		return err
	}
	if err := b.reviewed(ctx, tx); err != nil {
		return err
	}
	if err := b.objected(ctx, tx); err != nil {
		return err
	}
	if err := askedAboutData(ctx, tx); err != nil {
		return err
	}
	if err := signed(ctx, tx); err != nil {
		return err
	}
	return tx.Audit(ctx, db.Entry{Action: "demo.build", Object: "ward", Detail: fmt.Sprintf("%d số nhà giả định", b.houses)})
}

// compose writes the reports of the periods that are over, and what comes after them.
func (b *builder) compose(ctx context.Context, tx *db.Tx) error {
	if err := b.periodicReports(ctx, tx); err != nil {
		return err
	}
	if err := merged(ctx, tx); err != nil {
		return err
	}
	if err := placed(ctx, tx); err != nil {
		return err
	}
	if err := drafted(ctx, tx); err != nil {
		return err
	}
	return tx.Audit(ctx, db.Entry{Action: "demo.compose", Object: "ward"})
}

// id makes a key from the builder's own dice, so that the same demo has the same addresses.
func (b *builder) id() string {
	var raw [16]byte
	for i := range 2 {
		n := b.rand.Uint64()
		for j := range 8 {
			raw[i*8+j] = byte(n >> (8 * j))
		}
	}
	ms := uint64(Moment().UnixMilli())
	for i := range 6 {
		raw[i] = byte(ms >> (8 * (5 - i)))
	}
	raw[6], raw[8] = raw[6]&0x0f|0x70, raw[8]&0x3f|0x80
	return db.EncodeID(raw)
}

// chance is true with probability p.
func (b *builder) chance(p float64) bool { return b.rand.Float64() < p }

// pick takes one of a list.
func pick[T any](b *builder, list []T) T { return list[b.rand.IntN(len(list))] }

// day gives a day of the range.
func (b *builder) day(from, to civil.Day) civil.Day {
	return from.AddDays(b.rand.IntN(to.Sub(from) + 1))
}

// at gives a time on a day in office hours.
func (b *builder) at(d civil.Day) int64 {
	return d.Time().Add(time.Duration(8*60+b.rand.IntN(9*60)) * time.Minute).UnixMilli()
}

// plan is the calendar of the demo's campaign: the inspections are under way.
func plan() []campaigns.Dates {
	dates := campaigns.Plan(Year)
	for i := range dates {
		if dates[i].Phase == campaigns.Inspect {
			dates[i].Starts = civil.NewDay(Year, time.August, 20)
			dates[i-1].Ends = civil.NewDay(Year, time.August, 19)
		}
	}
	return dates
}
