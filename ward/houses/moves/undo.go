package moves

import (
	"context"
	"fmt"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/fault"
	"sonha/ward/accounts"
	"sonha/ward/areas"
	"sonha/ward/houses"
)

// Undoing is a change that the administrator wants to take back.
type Undoing struct {
	Terms // without a day: it holds from the day of the change, as if there had been none

	Change string
}

// Undo is what taking a change back would do.
type Undo struct {
	Preview

	Made      areas.Made
	Back, Off []accounts.Holder // of a merge: who answers again for what was closed, and who does not for what it went into any more
	Why       error             // why it cannot be taken back; then there is no preview
}

// PreviewUndo gives what taking a change back would do, or why it cannot be.
func (s *Store) PreviewUndo(ctx context.Context, who access.Actor, change string) (Undo, error) {
	var u Undo
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		u = Undo{}
		backs, err := u.read(ctx, tx, change)
		if err != nil || u.Why != nil {
			return err
		}
		if u.Campaign, err = running(ctx, tx); err != nil {
			return err
		}
		if u.Lines, err = linesOf(ctx, tx, backs, u.Campaign.ID); err != nil {
			return err
		}
		if err := u.see(ctx, tx, backs); err != nil {
			return err
		}
		if u.Made.Part == areas.OfBeat {
			return nil
		}
		to := map[string]*houses.Back{}
		for i := range backs {
			to[backs[i].House] = &backs[i]
		}
		var also []string
		if u.Made.Kind == "merge" {
			also = []string{u.Made.Into}
		}
		u.Groups, u.Whole, err = shiftsTo(ctx, tx, u.Lines, func(l *Line) (string, string) { return to[l.id].ToGroup, to[l.id].Group }, u.Campaign.ID, also...)
		return err
	})
	return u, err
}

// read reads a change with its moves turned round, and why it cannot be taken back.
func (u *Undo) read(ctx context.Context, tx *db.Tx, change string) ([]houses.Back, error) {
	if err := tx.Need(access.ManageAreas); err != nil {
		return nil, err
	}
	var err error
	if u.Made, err = areas.MadeTx(ctx, tx, change); err != nil {
		return nil, err
	}
	backs, err := houses.Backs(ctx, tx, change, u.Made.Part)
	if err != nil {
		return nil, err
	}
	err = stands(ctx, tx, &u.Made, backs)
	if fault.KindOf(err) == fault.Closed {
		u.Why = err
		return backs, nil
	}
	return backs, err
}

// stands refuses to take back what something else stands on by now: what was moved on, merged, closed, signed or planned since.
func stands(ctx context.Context, tx *db.Tx, m *areas.Made, backs []houses.Back) error {
	switch {
	case m.Undone:
		return fault.Shut("moves.undo_already")
	case m.Undoing == "merge":
		return fault.Shut("moves.undo_undoing")
	case m.Kind != "merge" && len(backs) == 0:
		return fault.Shut("moves.undo_none")
	}
	if m.Kind == "merge" {
		if err := mergeStands(ctx, tx, m); err != nil {
			return err
		}
	}
	for i := range backs {
		b := &backs[i]
		switch {
		case b.Onward:
			return fault.Shut("moves.undo_onward", "House", b.Number+" "+b.Street)
		case b.Closed != "" && m.Kind != "merge": // which closed it itself
			return fault.Shut("moves.undo_closed", "Name", b.Closed)
		}
	}
	since := m.At.UnixMilli()
	if n, err := count(ctx, tx, `select count(*) from snapshots x where x.ward_id = {ward} and x.taken_at >= $1`, since); err != nil || n > 0 {
		return refusal(err, "moves.undo_campaign")
	}
	if m.Part != areas.OfBeat {
		if err := unsigned(ctx, tx, m, since); err != nil {
			return err
		}
	}
	if m.Part != areas.OfGroup {
		if n, err := count(ctx, tx, `select count(*) from plans x where x.ward_id = {ward} and x.drawn_at >= $1`, since); err != nil || n > 0 {
			return refusal(err, "moves.undo_plan")
		}
	}
	if m.Kind == "split" {
		return unused(ctx, tx, m)
	}
	return nil
}

// unsigned refuses where a group that houses left or came to has signed a review or a report since, with the figures of then.
func unsigned(ctx context.Context, tx *db.Tx, m *areas.Made, since int64) error {
	const concerned = ` and (exists (select 1 from house_moves w where w.ward_id = x.ward_id and w.change_id = $1 and x.group_id in (w.from_group, w.to_group))
		or exists (select 1 from area_changes c where c.ward_id = x.ward_id and c.id = $1 and c.kind = 'merge' and x.group_id in (c.from_id, c.into_id)))`
	for _, text := range []string{
		`select count(*) from reviews x where x.ward_id = {ward} and x.state = 'signed' and x.signed_at >= $2` + concerned,
		`select count(*) from periodic_reports x where x.ward_id = {ward} and x.state = 'signed' and x.signed_at >= $2` + concerned,
	} {
		if n, err := count(ctx, tx, text, m.ID, since); err != nil || n > 0 {
			return refusal(err, "moves.undo_signed")
		}
	}
	return nil
}

// unused refuses where the group or beat that a split made is in use beyond its houses.
func unused(ctx context.Context, tx *db.Tx, m *areas.Made) error {
	part, err := partOf(ctx, tx, m.Into)
	if err != nil {
		return err
	}
	column := "group_id"
	if part == areas.OfBeat {
		column = "beat_id"
	}
	n, err := count(ctx, tx, `select count(*) from houses h where h.ward_id = {ward} and h.`+column+` = $1
		and not exists (select 1 from house_moves w where w.ward_id = h.ward_id and w.house_id = h.id and w.change_id = $2)`, m.Into, m.ID)
	if err != nil || n > 0 {
		return refusal(err, "moves.undo_others", "Into", m.IntoName)
	}
	holders, err := accounts.Holders(ctx, tx, part, m.Into)
	if err != nil || len(holders) > 0 {
		return refusal(err, "moves.undo_holders", "Into", m.IntoName)
	}
	uses := []string{`notice_areas x where x.ward_id = {ward} and x.ref_id = $1`}
	if part == areas.OfBeat {
		uses = append(uses, `plan_visits x where x.ward_id = {ward} and x.by_beat = $1`, `office_phones x where x.ward_id = {ward} and x.beat_id = $1`)
	} else {
		for _, table := range []string{"measures", "meetings", "trainings", "reviews", "periodic_reports", "mediations"} {
			uses = append(uses, table+` x where x.ward_id = {ward} and x.group_id = $1`)
		}
		uses = append(uses, `awards x where x.ward_id = {ward} and x.group_id = $1 and (x.house_id is null or x.state not in ('draft', 'voted', 'published'))`)
	}
	for _, use := range uses {
		if n, err := count(ctx, tx, `select count(*) from `+use, m.Into); err != nil || n > 0 {
			return refusal(err, "moves.undo_used", "Into", m.IntoName)
		}
	}
	return nil
}

// partOf says whether an area that is valid now is a group or a beat.
func partOf(ctx context.Context, tx *db.Tx, id string) (areas.Part, error) {
	_, _, err := areas.Valid(ctx, tx, areas.OfGroup, id)
	if fault.Is(err, fault.Missing) {
		_, _, err = areas.Valid(ctx, tx, areas.OfBeat, id)
		return areas.OfBeat, err
	}
	return areas.OfGroup, err
}

func count(ctx context.Context, tx *db.Tx, text string, args ...any) (int, error) {
	n := 0
	err := tx.One(ctx, text, args...).Scan(&n)
	return n, err
}

// refusal is an error of the database, or else the refusal.
func refusal(err error, key string, pairs ...any) error {
	if err != nil {
		return err
	}
	return fault.Shut(key, pairs...)
}

// linesOf are the houses of a change as the preview lists them, each with where it goes back to.
func linesOf(ctx context.Context, tx *db.Tx, backs []houses.Back, campaign string) ([]Line, error) {
	to := map[string]*houses.Back{}
	var all []Line
	street := ""
	for i := range backs { // street by street
		to[backs[i].House] = &backs[i]
		if backs[i].StreetID == street {
			continue
		}
		street = backs[i].StreetID
		more, err := lines(ctx, tx, &Choice{Street: street}, campaign)
		if err != nil {
			return nil, err
		}
		all = append(all, more...)
	}
	var list []Line
	for i := range all {
		b := to[all[i].id]
		if b == nil {
			continue
		}
		if b.ToGroup != b.FromGroup {
			all[i].Group = arrow(all[i].Group, b.Group)
		}
		if b.ToBeat != b.FromBeat {
			all[i].Beat = arrow(all[i].Beat, b.Beat)
		}
		list = append(list, all[i])
	}
	return list, nil
}

func arrow(from, to string) string {
	if to == "" {
		to = "–"
	}
	return from + " → " + to
}

func moved(backs []houses.Back) []houses.Moved {
	list := make([]houses.Moved, len(backs))
	for i := range backs {
		list[i] = backs[i].Moved
	}
	return list
}

// Undo takes a move or a split back as a whole, as the preview showed it: every house lies again where it lay, and what a split made is
// closed. It gives how many houses went back.
func (s *Store) Undo(ctx context.Context, who access.Actor, w Undoing) (int, error) {
	n := 0
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		var u Undo
		backs, err := u.read(ctx, tx, w.Change)
		if err != nil {
			return err
		}
		if u.Why != nil {
			return u.Why
		}
		w.Day = ""
		if _, err := w.check(u.Made.Day, bound{}); err != nil {
			return err
		}
		list := moved(backs)
		if err := u.see(ctx, tx, backs); err != nil {
			return err
		}
		if u.Seen != w.Seen {
			return fault.Conflict("moves.changed_meanwhile")
		}
		n = len(list)
		if err := s.takeBack(ctx, tx, &u.Made, list, w.Reason); err != nil {
			return err
		}
		if err := s.tellBack(ctx, tx, &u.Made, backs); err != nil {
			return err
		}
		return tx.Audit(ctx, db.Entry{Action: "area.undo", Object: "area change", ID: w.Change, Detail: fmt.Sprintf("%d số nhà trở về; %s", n, w.Reason)})
	})
	return n, err
}

// takeBack moves the houses of a change back, on record as a change of its own, with what a split made and what a merge closed.
func (s *Store) takeBack(ctx context.Context, tx *db.Tx, m *areas.Made, list []houses.Moved, reason string) error {
	c := areas.Redrawn{Part: m.Part, Kind: "move", Day: m.Day, Reason: reason, Houses: len(list)}
	id, err := areas.Record(ctx, tx, c)
	if err != nil {
		return err
	}
	if err := areas.TakenBack(ctx, tx, m.ID, id); err != nil {
		return err
	}
	if m.Kind == "merge" {
		return s.giveBack(ctx, tx, m, id, list)
	}
	if err := s.redraw(ctx, tx, id, c, list); err != nil {
		return err
	}
	if m.Kind != "split" {
		return nil
	}
	part, err := partOf(ctx, tx, m.Into)
	if err != nil {
		return err
	}
	return areas.EndSplit(ctx, tx, part, m.Into, m.Day)
}

// tellBack tells the heads, and who answers for where the houses went back to, group by group and beat by beat.
func (s *Store) tellBack(ctx context.Context, tx *db.Tx, m *areas.Made, backs []houses.Back) error {
	type place struct{ group, beat string }
	by := map[place][]houses.Moved{}
	names := map[place]string{}
	var order []place
	for i := range backs {
		b := &backs[i]
		t := target{}
		if b.ToGroup != b.FromGroup {
			t.groupName = b.Group
		}
		if b.ToBeat != b.FromBeat {
			t.beatName = b.Beat
		}
		at := place{b.ToGroup, b.ToBeat}
		if by[at] == nil {
			order, names[at] = append(order, at), t.name()
		}
		by[at] = append(by[at], b.Moved)
	}
	for _, at := range order {
		if names[at] == "" {
			continue // they had none
		}
		if err := s.tell(ctx, tx, m.Day, by[at], names[at]); err != nil {
			return err
		}
	}
	return nil
}
