package app_test

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"sonha/app/apptest"
	"sonha/app/demo"
	"sonha/engine/db"
	"sonha/engine/db/dbtest"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ward/accounts"
	"sonha/ward/areas"
	"sonha/ward/gatherings"
	"sonha/ward/houses/moves"
	"sonha/ward/mediations"
	"sonha/ward/meetings"
	"sonha/ward/notices"
)

// named says by what a row of a table is known in the test below, where it is not by its id; and which of its rows count.
var named = map[string]string{
	"tallies":      `x.campaign_id || cast(x.houses as text) || ' ' || cast(x.households as text) || ' ' || cast(x.safe as text) || ' ' || cast(x.waiting as text) from tallies x where x.houses > 0 and `,
	"grants":       `x.role || ' ' || x.account_id from grants x where x.ended_at is null and `,
	"notice_areas": `x.notice_id from notice_areas x where `,
	"office_phones": `x.phone from office_phones x where (x.office <> 'beat' or exists (select 1 from beats b where b.ward_id = x.ward_id and b.id = x.beat_id and b.valid_to is null))
		and `,
	"plan_visits": `x.plan_id || x.house_id || case when x.crossed then ' across' else '' end from plan_visits x where `,
	"area_names":  `x.name from area_names x where `,
	"area_paths":  `x.ancestor_id || x.descendant_id || coalesce(x.valid_to, '') from area_paths x where `,
	"areas":       `x.id || x.name || coalesce(x.valid_to, '') from areas x where `,
}

// history are the columns that say what was, and to which each change adds.
var history = []string{"house_moves.from_group", "house_moves.to_group", "house_moves.from_beat", "house_moves.to_beat", "seen.area_id", "inspections.home_beat", "inspections.by_beat"}

// belongs gives of every row of the ward to which group or beat it belongs, by all the columns whose fate in a merge is known.
func belongs(ctx context.Context, t *testing.T, s *apptest.Demo) map[string]int {
	t.Helper()
	all := map[string]int{}
	note := func(what string) func(func(...any) error) error {
		return func(scan func(...any) error) error {
			var row, at string
			err := scan(&at, &row)
			all[what+" "+row+" → "+at]++
			return err
		}
	}
	if err := s.DB.Read(ctx, access.System(s.Ward.ID, "test"), func(tx *db.Tx) error {
		for column := range fates {
			if slices.Contains(history, column) {
				continue
			}
			table, field, _ := strings.Cut(column, ".")
			rest := named[table]
			if rest == "" {
				rest = `x.id from ` + table + ` x where `
			}
			if err := tx.All(ctx, note(column), `select coalesce(x.`+field+`, ''), `+rest+`x.ward_id = {ward}`); err != nil {
				return err
			}
		}
		if err := tx.All(ctx, note("beat"), `select b.id, b.name from beats b where b.ward_id = {ward} and b.valid_to is null`); err != nil {
			return err
		}
		return tx.All(ctx, note("merged"), `select c.from_id, c.present_id from area_changes c where c.ward_id = {ward} and c.kind = 'merge' and c.undone_id is null`)
	}); err != nil {
		t.Fatal(err)
	}
	return all
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// mergeAny merges the nth group or beat into another with some of those who answer for it, and gives the change; none where there is but one.
func mergeAny(ctx context.Context, t *testing.T, s *apptest.Demo, dice *rand.Rand, part areas.Part, nth int) string {
	t.Helper()
	who := s.Actor("administrator")
	var ids []string
	if part == areas.OfGroup {
		list, err := s.Areas.Groups(ctx, who)
		must(t, err)
		for _, g := range list {
			ids = append(ids, g.ID)
		}
	} else {
		list, err := s.Areas.Beats(ctx, who)
		must(t, err)
		for _, b := range list {
			ids = append(ids, b.ID)
		}
	}
	if len(ids) < 2 {
		return ""
	}
	from := nth % len(ids)
	ids[0], ids[from] = ids[from], ids[0]
	into := 1 + dice.IntN(len(ids)-1)
	w := moves.Merging{Terms: moves.Terms{Reason: "Sắp xếp lại"}, Part: part, From: ids[0], Into: ids[into]}
	m, err := s.Moves.Merge(ctx, who, w)
	must(t, err)
	for _, h := range m.Holders {
		if dice.IntN(2) == 0 {
			w.GoOn = append(w.GoOn, h.Grant)
		}
	}
	p, err := s.Moves.PreviewMerge(ctx, who, w)
	must(t, err)
	w.Seen = p.Seen
	_, err = s.Moves.Join(ctx, who, w)
	must(t, err)
	list, err := s.Areas.Changes(ctx, who)
	must(t, err)
	return list[0].ID
}

// ripe sees to it that the ward has of everything that a merge carries over: in the demo all reviews and reports are signed and all
// announcements sent.
func ripe(ctx context.Context, t *testing.T, s *apptest.Demo) {
	t.Helper()
	command := s.Actor("command")
	groups, err := s.Areas.Groups(ctx, command)
	must(t, err)
	beats, err := s.Areas.Beats(ctx, command)
	must(t, err)
	var ids []string
	for _, g := range groups {
		ids = append(ids, g.ID)
	}
	_, err = s.Meetings.Create(ctx, s.Actor("group lead"), meetings.Plan{
		Plan: gatherings.Plan{Level: gatherings.Group, Group: ids[0], Place: "Nhà văn hóa", Day: "2026-11-01", Clock: "19:30", Lasts: 60}, Title: "Họp tổ", Agenda: []string{"Đèn ngõ"},
	})
	must(t, err)
	in := mediations.Intake{Answers: map[mediations.Question]string{}}
	for _, q := range mediations.Questions() {
		in.Answers[q] = "no"
	}
	_, err = s.Mediations.Begin(ctx, s.Actor("mediator"), in)
	must(t, err)
	phones := map[string]string{beats[0].ID: "024 3825 1234"}
	for _, b := range beats[1:] {
		phones[b.ID] = ""
	}
	must(t, s.Areas.SetPhones(ctx, s.Actor("administrator"), phones))
	for i := range groups {
		refs := ids[i : i+1]
		if i%2 == 0 {
			refs = ids
		}
		_, err := s.Notices.Create(ctx, command, notices.Write{
			Text:     notices.Text{Title: "Tổng vệ sinh", Body: "Các hộ quét dọn trước cửa vào sáng chủ nhật."},
			Audience: notices.Audience{Heads: true, Area: notices.Groups, Refs: refs},
		})
		must(t, err)
		for n, role := range []access.Role{access.GroupLead, access.Mediator} {
			_, err := s.Accounts.Create(ctx, access.System(s.Ward.ID, "test"), accounts.New{Name: fmt.Sprintf("Phó %d %d", i, n), Grants: []accounts.Grant{{Role: role, Of: ids[i]}}})
			must(t, err)
		}
	}
	must(t, s.DB.Write(ctx, access.System(s.Ward.ID, "test"), func(tx *db.Tx) error {
		for _, text := range []string{
			`update plan_visits as v set crossed = true, by_beat = (select min(b.id) from beats b where b.ward_id = v.ward_id and b.id <> v.home_beat)
				where v.ward_id = {ward} and v.by_beat = v.home_beat and v.walk % 3 = 0`,
			`update reviews as r set state = 'draft', hash = '' where r.ward_id = {ward} and r.state = 'signed' and r.group_id is not null and r.to_on >= '2026-06-30'`,
			`update periodic_reports as r set state = 'draft', hash = '' where r.ward_id = {ward} and r.state = 'signed' and r.group_id is not null and r.to_on >= '2026-06-30'`,
		} {
			if _, err := tx.Exec(ctx, text); err != nil {
				return err
			}
		}
		return tx.Audit(ctx, db.Entry{Action: "test"})
	}))
}

// TestAMergeTakenBackLeavesEveryRowWhereItWas merges groups and beats of the demo ward at random, sometimes one merge upon another, and takes
// all back, the last one first: every row of every room belongs to where it did, whoever answered for an area does, and the figures are what they were.
func TestAMergeTakenBackLeavesEveryRowWhereItWas(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("compares every row of a ward")
	}
	dbtest.EachAt(t, demo.Moment(), func(t *testing.T, d *db.DB, clock *dbtest.Clock) {
		ctx := t.Context()
		s := apptest.NewDemo(t, d, 240)
		ripe(ctx, t, s)
		clock.Set(demo.Moment().Add(time.Minute)) // the plan and what was signed are older than the merges
		dice := rand.New(rand.NewPCG(58, 5))
		before := belongs(ctx, t, s)
		for round := range 6 {
			var changes []string
			for nth := range 1 + round%3 {
				if id := mergeAny(ctx, t, s, dice, []areas.Part{areas.OfGroup, areas.OfBeat}[(round+nth)%2], round/2); id != "" {
					changes = append(changes, id)
				}
			}
			if maps.Equal(before, belongs(ctx, t, s)) {
				t.Fatal("the merges changed nothing")
			}
			for _, id := range slices.Backward(changes) {
				u, err := s.Moves.PreviewUndo(ctx, s.Actor("administrator"), id)
				must(t, err)
				if u.Why != nil {
					t.Fatalf("round %d: cannot be taken back: %v", round, u.Why)
				}
				_, err = s.Moves.Undo(ctx, s.Actor("administrator"), moves.Undoing{Change: id, Terms: moves.Terms{Reason: "Nhập nhầm", Seen: u.Seen}})
				must(t, err)
			}
			after := belongs(ctx, t, s)
			for _, row := range slices.Sorted(maps.Keys(before)) {
				if before[row] != after[row] {
					t.Errorf("round %d: %d × %s, was %d ×", round, after[row], row, before[row])
				}
			}
			for _, row := range slices.Sorted(maps.Keys(after)) {
				if before[row] == 0 {
					t.Errorf("round %d: new: %s", round, row)
				}
			}
			drifts, _, err := s.Results.Drifts(ctx, access.System(s.Ward.ID, "test"))
			if must(t, err); len(drifts) > 0 {
				t.Errorf("kept sums are not what their rows add up to: %+v", drifts)
			}
			if t.Failed() {
				return
			}
		}
		carried := map[string]int{}
		must(t, d.Read(ctx, access.System(s.Ward.ID, "test"), func(tx *db.Tx) error {
			return tx.All(ctx, func(scan func(...any) error) error {
				var what string
				var n int
				err := scan(&what, &n)
				carried[what] = n
				return err
			}, `select k.what, count(*) from area_carried k where k.ward_id = {ward} group by k.what`)
		}))
		for _, what := range []string{
			"area", "merge", "name", "name_made", "phone", "grant_ended", "grant_made", "measure", "meeting", "training", "review", "report", "mediation", "notice", "notice_both",
			"visit_home", "visit_by", "visit_cross",
		} {
			if carried[what] == 0 {
				t.Errorf("no %s was carried over, so that nothing was seen of its way back", what)
			}
		}
		t.Logf("carried over and given back: %v, on %s", carried, civil.DayOf(d.Now()))
	})
}
