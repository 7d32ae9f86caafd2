package moves

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/civil/personal"
	"sonha/ground/fault"
	"sonha/ward/accounts"
	"sonha/ward/areas"
	"sonha/ward/campaigns"
	"sonha/ward/houses"
	"sonha/ward/inbox"
)

// Follower is a room whose rows belong to residential groups or beats.
type Follower interface {
	// AreasRedrawn tells of every change in its transaction; From is empty unless an area was merged.
	AreasRedrawn(ctx context.Context, tx *db.Tx, m areas.Merge) error
	// AreasReturned tells that a merge is taken back, in the transaction that does so: what the room kept of it with areas.Keep goes back,
	// as far as it is still to be done.
	AreasReturned(ctx context.Context, tx *db.Tx, r areas.Return) error
}

// Store draws borders anew.
type Store struct {
	db        *db.DB
	houses    *houses.Store
	accounts  *accounts.Store
	followers []Follower
}

// NewStore makes a store over an open database; the followers are the rooms above.
func NewStore(d *db.DB, h *houses.Store, a *accounts.Store, followers ...Follower) *Store {
	return &Store{db: d, houses: h, accounts: a, followers: followers}
}

// mostReason is the longest reason, in characters.
const mostReason = 300

// Terms are the day from which a change holds ("" is today), why it is made, and what the preview showed.
type Terms struct {
	Day, Reason string
	Seen        string
}

// bound is the first day of a group or beat, before which nothing can come to it or leave it.
type bound struct {
	name  string
	since civil.Day
}

// later gives the bound that holds when another one does too.
func (b bound) later(name string, since civil.Day) bound {
	if since > b.since {
		return bound{name, since}
	}
	return b
}

// check reads the terms: the day is not after today and not before the areas are valid.
func (t *Terms) check(today civil.Day, since bound) (civil.Day, error) {
	var wrong []fault.Field
	day := today
	if t.Day != "" {
		read, err := civil.ParseDay(t.Day)
		switch {
		case err != nil:
			wrong = append(wrong, fault.Field{Name: "day", Key: "fault.bad_day"})
		case read > today:
			wrong = append(wrong, fault.Field{Name: "day", Key: "areas.not_after_today"})
		case read < since.since:
			wrong = append(wrong, fault.Field{Name: "day", Key: "moves.not_before", Pairs: []any{"Name", since.name, "Day", since.since}})
		default:
			day = read
		}
	}
	t.Reason = civil.NFC(t.Reason)
	return day, fault.InvalidFields(append(wrong, personal.Text("reason", t.Reason, "moves.say_reason", mostReason)...))
}

// The targets of a move beside the id of a group or beat.
const (
	Keep = ""    // as it is
	New  = "new" // a new one, named in NewGroup or NewBeat: the split
)

// Wish is a move that the administrator wants.
type Wish struct {
	Choice
	Terms

	ToGroup, NewGroup string
	ToBeat, NewBeat   string
}

// Count is how many houses count in a campaign, and how far they are.
type Count struct{ Houses, Households, Assessed, Inspected int }

func (c *Count) add(l *Line, sign int) {
	if l.Active {
		c.Houses += sign
		c.Households += sign * l.Households
		c.Assessed += sign * l.Assessed
		c.Inspected += sign * l.Inspected
	}
}

// Shift is what a change does to the figures of one residential group. There are no classes in it: of a single house they would tell
// the administrator its result.
type Shift struct {
	Name          string // empty: houses without a group
	Before, After Count
	id            string
}

// Preview is what a change would do.
type Preview struct {
	Lines    []Line             // that would move
	Same     int                // that are meant and are there already
	Groups   []Shift            // none when no house gets another group
	Whole    Count              // of the ward, beside Groups; a change leaves it as it is
	Campaign campaigns.Campaign // that runs now; zero when none does
	To       string             // names of where they go: "Tổ dân phố 5 · Khu vực 2"
	Seen     string
}

// Preview gives what a move would do. The terms are checked when it is done, or when they are given.
func (s *Store) Preview(ctx context.Context, who access.Actor, w Wish) (Preview, error) {
	var p Preview
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		t, err := aim(ctx, tx, &w)
		if err != nil {
			return err
		}
		if _, err := w.check(civil.DayOf(tx.Now), t.since); err != nil {
			return err
		}
		c, err := running(ctx, tx)
		if err != nil {
			return err
		}
		list, moved, err := chosen(ctx, tx, &w, t, c.ID)
		if err != nil {
			return err
		}
		p = Preview{Lines: list, Same: t.same, Campaign: c, Seen: seen(moved), To: t.name()}
		if w.ToGroup != Keep {
			p.Groups, p.Whole, err = shifts(ctx, tx, list, cmp.Or(t.group, New), t.groupName, c.ID)
		}
		return err
	})
	return p, err
}

// Do moves the houses that a preview showed and gives how many they were.
func (s *Store) Do(ctx context.Context, who access.Actor, w Wish) (int, error) {
	n := 0
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		t, err := aim(ctx, tx, &w)
		if err != nil {
			return err
		}
		day, err := w.check(civil.DayOf(tx.Now), t.since)
		if err != nil {
			return err
		}
		list, moved, err := chosen(ctx, tx, &w, t, noCampaign)
		if err != nil {
			return err
		}
		if seen(moved) != w.Seen {
			return fault.Conflict("moves.changed_meanwhile")
		}
		if err := t.found(ctx, tx, &w, day, moved); err != nil {
			return err
		}
		n = len(list)
		change := areas.Redrawn{Part: t.part(&w), Kind: "move", Day: day, Reason: w.Reason, Houses: n}
		if w.ToGroup == New || w.ToBeat == New {
			change.Kind, change.Into = "split", t.group
			if w.ToGroup != New {
				change.Into = t.beat
			}
		}
		return s.write(ctx, tx, change, moved, t.name())
	})
	return n, err
}

// target is where houses go.
type target struct {
	group, groupName string // empty id: a new one
	beat, beatName   string
	since            bound
	same             int
}

func (t *target) name() string {
	switch {
	case t.groupName == "":
		return t.beatName
	case t.beatName == "":
		return t.groupName
	}
	return t.groupName + " · " + t.beatName
}

func (t *target) part(w *Wish) areas.Part {
	switch {
	case w.ToGroup == Keep:
		return areas.OfBeat
	case w.ToBeat == Keep:
		return areas.OfGroup
	}
	return areas.OfBoth
}

// aim finds where a wish goes.
func aim(ctx context.Context, tx *db.Tx, w *Wish) (*target, error) {
	if err := tx.Need(access.ManageAreas); err != nil {
		return nil, err
	}
	t := &target{}
	if w.Empty() {
		return nil, fault.Invalid("street", "moves.choose_houses")
	}
	if w.ToGroup == Keep && w.ToBeat == Keep {
		return nil, fault.Invalid("to_group", "moves.choose_target")
	}
	for _, x := range []struct {
		part           areas.Part
		to, made       string
		field, newName string
		id, name       *string
	}{
		{areas.OfGroup, w.ToGroup, civil.ParseGroup(w.NewGroup).Name, "to_group", "new_group", &t.group, &t.groupName},
		{areas.OfBeat, w.ToBeat, civil.ParseBeat(w.NewBeat).Name, "to_beat", "new_beat", &t.beat, &t.beatName},
	} {
		switch x.to {
		case Keep:
		case New:
			if x.made == "" {
				return nil, fault.Invalid(x.newName, "fault.required")
			}
			*x.name = x.made
		default:
			name, since, err := areas.Valid(ctx, tx, x.part, x.to)
			if fault.Is(err, fault.Missing) {
				return nil, fault.Invalid(x.field, "moves.choose_target")
			}
			if err != nil {
				return nil, err
			}
			*x.id, *x.name, t.since = x.to, name, t.since.later(name, since)
		}
	}
	return t, nil
}

// chosen reads the houses that would move, and how, and how far each is in a campaign.
func chosen(ctx context.Context, tx *db.Tx, w *Wish, t *target, campaign string) ([]Line, []houses.Moved, error) {
	all, err := lines(ctx, tx, &w.Choice, campaign)
	if err != nil {
		return nil, nil, err
	}
	var list []Line
	var moved []houses.Moved
	for i := range all {
		l := &all[i]
		m := houses.Moved{House: l.id, Version: l.version, FromGroup: l.groupID, ToGroup: l.groupID, FromBeat: l.beatID, ToBeat: l.beatID}
		if w.ToGroup != Keep {
			m.ToGroup = t.group
		}
		if w.ToBeat != Keep {
			m.ToBeat = t.beat
		}
		if m.ToGroup == m.FromGroup && m.ToBeat == m.FromBeat && w.ToGroup != New && w.ToBeat != New {
			t.same++
			continue
		}
		list, moved = append(list, *l), append(moved, m)
	}
	if len(list) == 0 {
		key := "moves.no_house"
		if t.same > 0 {
			key = "moves.all_there"
		}
		return nil, nil, fault.Refused(key, "N", t.same)
	}
	return list, moved, nil
}

// found makes the new group or beat of a split.
func (t *target) found(ctx context.Context, tx *db.Tx, w *Wish, day civil.Day, moved []houses.Moved) error {
	var err error
	if w.ToGroup == New {
		if t.group, err = areas.NewPart(ctx, tx, areas.OfGroup, "new_group", w.NewGroup, day); err != nil {
			return err
		}
	}
	if w.ToBeat == New {
		if t.beat, err = areas.NewPart(ctx, tx, areas.OfBeat, "new_beat", w.NewBeat, day); err != nil {
			return err
		}
	}
	for i := range moved {
		if w.ToGroup == New {
			moved[i].ToGroup = t.group
		}
		if w.ToBeat == New {
			moved[i].ToBeat = t.beat
		}
	}
	return nil
}

// write does what every change has in common: the record, the houses with the sums, the rooms that follow, the word to those
// concerned, the audit trail.
func (s *Store) write(ctx context.Context, tx *db.Tx, c areas.Redrawn, moved []houses.Moved, to string) error {
	id, err := areas.Record(ctx, tx, c)
	if err != nil {
		return err
	}
	if err := s.redraw(ctx, tx, id, c, moved); err != nil {
		return err
	}
	return s.told(ctx, tx, id, c, moved, to)
}

// told says what was changed, to those concerned and in the audit trail.
func (s *Store) told(ctx context.Context, tx *db.Tx, id string, c areas.Redrawn, moved []houses.Moved, to string) error {
	if err := s.tell(ctx, tx, c.Day, moved, to); err != nil {
		return err
	}
	return tx.Audit(ctx, db.Entry{Action: "area." + c.Kind, Object: "area change", ID: id, Detail: fmt.Sprintf("%d số nhà → %s", len(moved), to)})
}

// redraw moves the houses of a change that is on record, with the sums and the rooms that follow.
func (s *Store) redraw(ctx context.Context, tx *db.Tx, id string, c areas.Redrawn, moved []houses.Moved) error {
	if err := s.houses.Reassign(ctx, tx, moved, id, c.Day); err != nil {
		return err
	}
	for _, f := range s.followers {
		if err := f.AreasRedrawn(ctx, tx, areas.Merge{Change: id, Part: c.Part, From: c.From, Into: c.Into, Day: c.Day}); err != nil {
			return err
		}
	}
	return nil
}

// tell says to the heads of the houses, and to who answers for where they went, what holds from now on.
func (s *Store) tell(ctx context.Context, tx *db.Tx, day civil.Day, moved []houses.Moved, to string) error {
	ids := make([]string, len(moved))
	in := map[areas.Part]string{}
	for i := range moved {
		ids[i] = moved[i].House
		if moved[i].ToGroup != moved[i].FromGroup {
			in[areas.OfGroup] = moved[i].ToGroup
		}
		if moved[i].ToBeat != moved[i].FromBeat {
			in[areas.OfBeat] = moved[i].ToBeat
		}
	}
	heads, err := accounts.Heads(ctx, tx, ids)
	if err != nil {
		return err
	}
	if err := inbox.Tell(ctx, tx, inbox.To{Accounts: heads}, inbox.Message{
		Kind: inbox.Handover, Key: "moves.told_head", Pairs: []any{"To", to, "Day", day}, Href: "/today",
	}); err != nil {
		return err
	}
	for _, part := range []areas.Part{areas.OfGroup, areas.OfBeat} {
		if in[part] == "" {
			continue
		}
		holders, err := accounts.Holders(ctx, tx, part, in[part])
		if err != nil {
			return err
		}
		var list []string
		for _, h := range holders {
			if h.Role != access.Mediator && !slices.Contains(list, h.Account) {
				list = append(list, h.Account)
			}
		}
		if err := inbox.Tell(ctx, tx, inbox.To{Accounts: list}, inbox.Message{
			Kind: inbox.Handover, Key: "moves.told_grown", Pairs: []any{"N", len(moved), "To", to, "Day", day}, Href: "/houses",
		}); err != nil {
			return err
		}
	}
	return nil
}

// running is the campaign that runs now, the zero one when none does.
func running(ctx context.Context, tx *db.Tx) (campaigns.Campaign, error) {
	c, err := campaigns.CurrentOf(ctx, tx)
	if fault.Is(err, fault.Missing) || err == nil && c.Phase == campaigns.Closed {
		return campaigns.Campaign{}, nil
	}
	return c, err
}

// counts gives the figures of every group by its id, as they are in a campaign, empty for none.
func counts(ctx context.Context, tx *db.Tx, campaign string) (map[string]*Shift, error) {
	now := map[string]*Shift{}
	err := tx.All(ctx, func(scan func(...any) error) error {
		x := &Shift{}
		n := &x.Before
		err := scan(&x.id, &x.Name, &n.Houses, &n.Households, &n.Assessed, &n.Inspected)
		x.After = x.Before
		now[x.id] = x
		return err
	}, `select coalesce(h.group_id, ''), coalesce(g.name, ''), count(*), coalesce(sum(h.households), 0), count(*) filter (where a.state = 'sent'),
			count(*) filter (where coalesce(r.class, 'not_inspected') <> 'not_inspected')
		from houses h left join areas g on g.ward_id = h.ward_id and g.id = h.group_id
		left join results r on r.ward_id = h.ward_id and r.campaign_id = $1 and r.house_id = h.id
		left join assessments a on a.ward_id = h.ward_id and a.campaign_id = $1 and a.house_id = h.id
		where h.ward_id = {ward} and h.status = 'active' group by h.group_id, g.name`, campaign)
	return now, err
}

// with adds a group without a house to the figures.
func with(now map[string]*Shift, id, name string) map[string]*Shift {
	if now[id] == nil {
		now[id] = &Shift{id: id, Name: name}
	}
	return now
}

// shifts gives the figures of the groups that houses leave and of the one that they come to, before and after it, and those of the ward.
func shifts(ctx context.Context, tx *db.Tx, list []Line, group, groupName, campaign string) (out []Shift, whole Count, err error) {
	return shiftsTo(ctx, tx, list, func(*Line) (string, string) { return group, groupName }, campaign, group)
}

// shiftsTo is shifts where each house goes to a group of its own; to gives its id and name. The figures of also are among them in any case.
func shiftsTo(ctx context.Context, tx *db.Tx, list []Line, to func(*Line) (id, name string), campaign string, also ...string) (out []Shift, whole Count, err error) {
	now, err := counts(ctx, tx, campaign)
	if err != nil {
		return nil, whole, err
	}
	for _, x := range now {
		whole.Houses += x.Before.Houses
		whole.Households += x.Before.Households
		whole.Assessed += x.Before.Assessed
		whole.Inspected += x.Before.Inspected
	}
	touched := map[string]bool{}
	for _, id := range also {
		touched[id] = true
	}
	for i := range list {
		l := &list[i]
		id, name := to(l)
		if from := now[l.groupID]; from != nil {
			from.After.add(l, -1)
		}
		with(now, id, name)[id].After.add(l, 1)
		touched[l.groupID], touched[id] = true, true
	}
	for id, x := range now {
		if touched[id] {
			out = append(out, *x)
		}
	}
	slices.SortFunc(out, func(a, b Shift) int {
		if n := slices.Compare(civil.SortKey(a.Name), civil.SortKey(b.Name)); n != 0 {
			return n
		}
		return cmp.Compare(a.id, b.id)
	})
	return out, whole, nil
}
