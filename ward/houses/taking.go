package houses

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/areas"
	"sonha/ward/houses/roster"
)

// Effect says what an import does to one house.
type Effect int

// The effects.
const (
	Unchanged Effect = iota
	New
	Changed
)

// Line is one accepted row of a roster with what it would do.
type Line struct {
	Row     roster.Row
	Effect  Effect
	Details []Difference // of Changed
	id      string
	version int
	group   string // id, of now
	beat    string
	before  facts
}

// Difference is one fact that an import changes.
type Difference struct {
	Key    string // catalog key of the fact: "houses.fact.households"
	Before string
	After  string
}

// Plan is what an import would do, row by row.
type Plan struct {
	Lines                   []Line
	New, Changed, Unchanged int
	// Absent is the number of houses of the ward that the file does not name; they stay as they are.
	Absent int
}

// facts are what a roster says of a house. A blank in the file says nothing and keeps what is known.
type facts struct {
	Number, Group, Beat, Head, Phone, Note, Former, Kind string
	Households, Storeys, Rented                          int
}

type known struct {
	id      string
	version int
	group   string // id
	beat    string
	facts   facts
	seen    bool
}

// Preview tells what importing a roster would do.
func (s *Store) Preview(ctx context.Context, who access.Actor, r *roster.Roster) (*Plan, error) {
	var plan *Plan
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.Import); err != nil {
			return err
		}
		var err error
		plan, err = compare(ctx, tx, r)
		return err
	})
	return plan, err
}

func compare(ctx context.Context, tx *db.Tx, r *roster.Roster) (*Plan, error) {
	have := map[string]*known{}
	if err := tx.All(ctx, func(scan func(...any) error) error {
		var k known
		var street, number string
		f := &k.facts
		if err := scan(&street, &number, &k.id, &k.version, &k.group, &k.beat, &f.Number, &f.Group, &f.Beat, &f.Head, &f.Phone, &f.Note, &f.Former,
			&f.Kind, &f.Households, &f.Storeys, &f.Rented); err != nil {
			return err
		}
		have[street+"\x00"+number] = &k
		return nil
	}, `select s.name_key, h.number_key, h.id, h.version, coalesce(h.group_id, ''), coalesce(h.beat_id, ''), h.number,
			coalesce(g.name, ''), coalesce(b.name, ''), h.head_name, h.head_phone, h.note, h.former_ward, h.kind,
			h.households, h.storeys, h.rented from `+joins+` where {scope h}`); err != nil {
		return nil, err
	}
	groups, beats, err := areas.Renamed(ctx, tx)
	if err != nil {
		return nil, err
	}
	plan := &Plan{Lines: make([]Line, len(r.Rows)), Absent: len(have)}
	for i := range r.Rows {
		line := &plan.Lines[i]
		line.Row = r.Rows[i]
		row := &line.Row
		// An old list that names a group or beat of before means what it has become.
		if now, was := groups[row.Group.Key]; was {
			row.Group = now
		}
		if now, was := beats[row.Beat.Key]; was {
			row.Beat = now
		}
		k := have[row.Street.Key+"\x00"+row.Number.Key]
		if k == nil {
			line.Effect = New
			plan.New++
			continue
		}
		if !k.seen {
			k.seen = true
			plan.Absent--
		}
		line.id, line.version, line.group, line.beat, line.before = k.id, k.version, k.group, k.beat, k.facts
		line.Details = k.facts.differences(said(row, k.facts))
		if len(line.Details) > 0 {
			line.Effect = Changed
			plan.Changed++
		} else {
			plan.Unchanged++
		}
	}
	return plan, nil
}

// said gives the facts after the row: what it says over what is known.
func said(row *roster.Row, before facts) facts {
	after := before
	after.Households = row.Households
	for _, x := range []struct {
		into *string
		text string
	}{
		{&after.Number, row.Number.Text}, {&after.Group, row.Group.Name}, {&after.Beat, row.Beat.Name}, {&after.Head, row.Head}, {&after.Phone, string(row.Phone)},
		{&after.Note, row.Note}, {&after.Former, row.FormerWard}, {&after.Kind, row.Kind},
	} {
		if x.text != "" {
			*x.into = x.text
		}
	}
	if row.Storeys > 0 {
		after.Storeys = row.Storeys
	}
	if row.Rented > 0 {
		after.Rented = row.Rented
	}
	return after
}

func (f facts) differences(after facts) []Difference {
	if f == after {
		return nil
	}
	var out []Difference
	add := func(name, before, after string) {
		if before != after {
			out = append(out, Difference{"houses.fact." + name, before, after})
		}
	}
	add("number", f.Number, after.Number)
	add("group", f.Group, after.Group)
	add("beat", f.Beat, after.Beat)
	add("households", civil.Int(f.Households), civil.Int(after.Households))
	add("head", f.Head, after.Head)
	add("phone", civil.Phone(f.Phone).Display(), civil.Phone(after.Phone).Display())
	add("kind", f.Kind, after.Kind)
	add("storeys", civil.Int(f.Storeys), civil.Int(after.Storeys))
	add("rented", civil.Int(f.Rented), civil.Int(after.Rented))
	add("former_ward", f.Former, after.Former)
	add("note", f.Note, after.Note)
	return out
}

// Source is where an imported roster came from.
type Source struct {
	File   string // as the user named it
	Upload string // the kept file in engine/files, empty on the command line
	ID     string // of a previewed import, empty otherwise
}

// Take imports a roster: all of it in one transaction, so that a crash leaves either everything or nothing.
// Running it twice changes nothing. progress may be nil.
func (s *Store) Take(ctx context.Context, who access.Actor, from Source, r *roster.Roster, progress func(done, total int)) (*Plan, string, error) {
	if progress == nil {
		progress = func(int, int) {}
	}
	var plan *Plan
	var id string
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.Import); err != nil {
			return err
		}
		var err error
		if plan, err = compare(ctx, tx, r); err != nil {
			return err
		}
		back, err := s.write(ctx, tx, plan, progress)
		if err != nil {
			return err
		}
		did := Outcome{Read: r.DataRows, New: plan.New, Changed: plan.Changed, Unchanged: plan.Unchanged, Refused: len(r.Refused)}
		if id, err = RecordTx(ctx, tx, RosterKind, from, did, back); err != nil {
			return err
		}
		if plan.New+plan.Changed > 0 {
			if err := s.recount.HousesChanged(ctx, tx); err != nil {
				return err
			}
		}
		return tx.Audit(ctx, db.Entry{Action: "roster.import", Object: "import", ID: id, Detail: did.String()})
	})
	if err == nil && plan.New+plan.Changed > 0 {
		_ = s.db.Analyze(ctx) // what was taken is on disk: a planner that knows less is no reason to say otherwise
	}
	return plan, id, err
}

// back is what undoing an import needs.
type back struct {
	Groups, Beats, Streets, Houses []string
	Changed                        []restore
}

type restore struct {
	ID      string
	Version int // that the import left
	Before  facts
}

func (s *Store) write(ctx context.Context, tx *db.Tx, plan *Plan, progress func(done, total int)) (*back, error) {
	reg, err := areas.NewRegister(ctx, tx)
	if err != nil {
		return nil, err
	}
	undo := &back{}
	adding := newBatch(tx)
	for i := range plan.Lines {
		line := &plan.Lines[i]
		if i%128 == 0 {
			// SQLite's statements do not heed ctx: a program that stops must not wait for the whole file.
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			progress(i, len(plan.Lines))
		}
		switch line.Effect {
		case Unchanged:
		case New:
			id, err := adding.house(ctx, reg, &line.Row)
			if err != nil {
				return nil, err
			}
			undo.Houses = append(undo.Houses, id)
		case Changed:
			if err := change(ctx, tx, reg, line); err != nil {
				return nil, err
			}
			undo.Changed = append(undo.Changed, restore{line.id, line.version + 1, line.before})
		}
	}
	if err := adding.flush(ctx); err != nil {
		return nil, err
	}
	undo.Groups, undo.Beats, undo.Streets = reg.Added.Groups, reg.Added.Beats, reg.Added.Streets
	progress(len(plan.Lines), len(plan.Lines))
	return undo, nil
}

func change(ctx context.Context, tx *db.Tx, reg *areas.Register, line *Line) error {
	after := said(&line.Row, line.before)
	group, err := reg.Group(ctx, civil.ParseGroup(after.Group))
	if err != nil {
		return err
	}
	beat, err := reg.Beat(ctx, civil.ParseBeat(after.Beat))
	if err != nil {
		return err
	}
	street, err := reg.Street(ctx, line.Row.Street)
	if err != nil {
		return err
	}
	moved := Moved{House: line.id, Version: line.version, FromGroup: line.group, ToGroup: group, FromBeat: line.beat, ToBeat: beat}
	n, err := tx.Exec(ctx, `update houses as h set group_id = $1, beat_id = $2, number = $3, sort_key = $4, fold = $5, kind = $6, storeys = $7, households = $8, rented = $9,
			head_name = $10, head_phone = $11, former_ward = $12, note = $13, version = h.version + 1, updated_at = $14
		where {scope h} and h.id = $15 and h.version = $16`,
		db.OrNull(group), db.OrNull(beat), after.Number, SortKey(street, after.Number), SearchText(after.Number, street.Name, after.Former, after.Head), after.Kind, after.Storeys,
		after.Households, after.Rented, after.Head, after.Phone, after.Former, after.Note, tx.Millis(), line.id, line.version)
	if err := tx.Must1(n, err); err != nil {
		return err
	}
	return noteMove(ctx, tx, &moved, "", civil.DayOf(tx.Now))
}

// Undo takes a whole import back: houses that it added go, houses that it changed are as before. It refuses
// when one of them was changed or used since, because that work would be lost.
func (s *Store) Undo(ctx context.Context, who access.Actor, id string) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.Import); err != nil {
			return err
		}
		undo := &back{}
		at, err := UndoableTx(ctx, tx, RosterKind, id, "houses.undo_late", undo)
		if err != nil {
			return err
		}
		if err := takeBack(ctx, tx, undo, at); err != nil {
			if e, ok := fault.As(err); ok && e.Key == "fault.in_use" {
				return fault.Conflict("houses.undo_used")
			}
			return err
		}
		if err := UndoneTx(ctx, tx, id); err != nil {
			return err
		}
		if err := s.recount.HousesChanged(ctx, tx); err != nil {
			return err
		}
		return tx.Audit(ctx, db.Entry{
			Action: "roster.undo", Object: "import", ID: id,
			Detail: fmt.Sprintf("%d số nhà bỏ, %d trở lại như trước", len(undo.Houses), len(undo.Changed)),
		})
	})
}

// takeBack undoes what an import did at a moment, in milliseconds.
func takeBack(ctx context.Context, tx *db.Tx, undo *back, at int64) error {
	reg, err := areas.NewRegister(ctx, tx)
	if err != nil {
		return err
	}
	if err := unchanged(ctx, tx, undo); err != nil {
		return err
	}
	for ids := range slices.Chunk(undo.Houses, chunk) {
		which, args := db.Among("h.id", 1, ids)
		n, err := tx.Exec(ctx, `delete from houses as h where {scope h} and h.version = 1 and `+which, args...)
		if err != nil {
			return err
		}
		if n != int64(len(ids)) {
			return fault.Conflict("houses.undo_used")
		}
	}
	var counted bool
	if err := tx.One(ctx, `select exists (select 1 from campaigns c where c.ward_id = {ward} and c.closed_at >= $1)`, at).Scan(&counted); err != nil {
		return err
	}
	for i := range undo.Changed {
		if err := undo.Changed[i].takeBack(ctx, tx, reg, counted); err != nil {
			return err
		}
	}
	_, err = areas.Remove(ctx, tx, undo.Groups, undo.Beats, undo.Streets)
	return err
}

// takeBack makes a house what it was before an import. Where that moved it, the house was never moved; but once a campaign was closed
// with the house in the group of the import, it is moved back, so that the closed list goes on counting it there.
func (c *restore) takeBack(ctx context.Context, tx *db.Tx, reg *areas.Register, counted bool) error {
	group, err := reg.Group(ctx, civil.ParseGroup(c.Before.Group))
	if err != nil {
		return err
	}
	beat, err := reg.Beat(ctx, civil.ParseBeat(c.Before.Beat))
	if err != nil {
		return err
	}
	moved := Moved{House: c.ID, Version: c.Version, ToGroup: group, ToBeat: beat}
	var street areas.StreetRef
	if err := tx.One(ctx, `select s.name, s.sort_key, coalesce(h.group_id, ''), coalesce(h.beat_id, '') from houses h
		join streets s on s.ward_id = h.ward_id and s.id = h.street_id
		where {scope h} and h.id = $1`, c.ID).Scan(&street.Name, &street.SortKey, &moved.FromGroup, &moved.FromBeat); err != nil {
		return err
	}
	b := c.Before
	n, err := tx.Exec(ctx, `update houses as h set group_id = $1, beat_id = $2, number = $3, sort_key = $4, fold = $5, kind = $6, storeys = $7, households = $8, rented = $9,
			head_name = $10, head_phone = $11, former_ward = $12, note = $13, version = h.version + 1, updated_at = $14
		where {scope h} and h.id = $15 and h.version = $16`,
		db.OrNull(group), db.OrNull(beat), b.Number, SortKey(street, b.Number), SearchText(b.Number, street.Name, b.Former, b.Head), b.Kind, b.Storeys, b.Households, b.Rented,
		b.Head, b.Phone, b.Former, b.Note, tx.Millis(), c.ID, c.Version)
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.Conflict("houses.undo_used")
	}
	if counted {
		return noteMove(ctx, tx, &moved, "", civil.DayOf(tx.Now))
	}
	_, err = tx.Exec(ctx, `delete from house_moves as m where {scope m.house} and m.house_id = $1 and m.version = $2`, c.ID, c.Version)
	return err
}

// unchanged refuses when a house of the import was changed since, and names it.
func unchanged(ctx context.Context, tx *db.Tx, undo *back) error {
	for ids := range slices.Chunk(undo.Houses, chunk) {
		var h House
		which, args := db.Among("h.id", 1, ids)
		err := tx.One(ctx, `select h.number, s.name from houses h join streets s on s.ward_id = h.ward_id and s.id = h.street_id
			where {scope h} and h.version <> 1 and `+which+` order by h.sort_key, h.id limit 1`, args...).Scan(&h.Number, &h.Street)
		if err == nil {
			return fault.Conflict("houses.undo_changed", "House", h.Address())
		}
		if !fault.Is(err, fault.Missing) {
			return err
		}
	}
	for _, c := range undo.Changed {
		var h House
		if err := tx.One(ctx, `select h.number, s.name, h.version from houses h join streets s on s.ward_id = h.ward_id and s.id = h.street_id
			where {scope h} and h.id = $1`, c.ID).Scan(&h.Number, &h.Street, &h.Version); err != nil {
			return err
		}
		if h.Version != c.Version {
			return fault.Conflict("houses.undo_changed", "House", h.Address())
		}
	}
	return nil
}

// chunk is how many ids stand in one list of a statement.
const chunk = 500

// places writes n placeholders after the first so many: "$3,$4,$5".
func places(after, n int) string {
	var q strings.Builder
	for i := range n {
		if i > 0 {
			q.WriteByte(',')
		}
		q.WriteByte('$')
		q.WriteString(strconv.Itoa(after + i + 1))
	}
	return q.String()
}

// batch inserts houses many rows a statement. The first two arguments, the day and the time, are the same for
// all rows.
type batch struct {
	tx   *db.Tx
	full string // the statement for batchRows rows
	args []any
	rows int
}

// batchRows is where a statement costs least: SQLite looks a parameter up among all others of its statement,
// PostgreSQL wants few round trips.
const batchRows = 8

const (
	batchColumns = 18
	batchShared  = 2
)

func newBatch(tx *db.Tx) *batch {
	b := &batch{tx: tx, full: insertHouses(batchRows), args: make([]any, 0, batchShared+batchRows*batchColumns)}
	b.args = append(b.args, string(civil.DayOf(tx.Now)), tx.Millis())
	return b
}

func (b *batch) house(ctx context.Context, reg *areas.Register, row *roster.Row) (string, error) {
	street, err := reg.Street(ctx, row.Street)
	if err != nil {
		return "", err
	}
	group, err := reg.Group(ctx, row.Group)
	if err != nil {
		return "", err
	}
	beat, err := reg.Beat(ctx, row.Beat)
	if err != nil {
		return "", err
	}
	id := b.tx.NewID()
	b.args = append(b.args, id, street.ID, db.OrNull(group), db.OrNull(beat), row.Number.Text, row.Number.Key, row.Number.Main, strings.Join(row.Number.Alley, "/"),
		SortKey(street, row.Number.Text), SearchText(row.Number.Text, street.Name, row.FormerWard, row.Head), row.Kind, row.Storeys, row.Households, row.Rented,
		row.Head, string(row.Phone), row.FormerWard, row.Note)
	if b.rows++; b.rows == batchRows {
		return id, b.flush(ctx)
	}
	return id, nil
}

func (b *batch) flush(ctx context.Context) error {
	if b.rows == 0 {
		return nil
	}
	statement := b.full
	if b.rows < batchRows {
		statement = insertHouses(b.rows)
	}
	_, err := b.tx.Exec(ctx, statement, b.args...)
	b.args, b.rows = b.args[:batchShared], 0
	return err
}

func insertHouses(rows int) string {
	var q strings.Builder
	q.WriteString(`insert into houses (ward_id, status, version, opened_on, created_at, updated_at, id, street_id, group_id, beat_id, number, number_key, main, alley,
		sort_key, fold, kind, storeys, households, rented, head_name, head_phone, former_ward, note) values `)
	for i := range rows {
		if i > 0 {
			q.WriteByte(',')
		}
		q.WriteString("({ward}, 'active', 1, $1, $2, $2, ")
		q.WriteString(places(batchShared+i*batchColumns, batchColumns))
		q.WriteByte(')')
	}
	return q.String()
}
