package measures

import (
	"context"
	"errors"
	"slices"
	"strings"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/civil/personal"
	"sonha/ground/fault"
	"sonha/ward/holidays"
)

// New is a measure to be opened. It is about one house, or about a residential group, or with neither about the ward as a whole.
type New struct {
	From      Origin
	House     string // id
	Group     string // id, only without a house
	Item      string // code of the criteria item that it mends, if any
	Content   string
	Owner     Owner
	OwnerName string    // only of Elsewhere
	Due       civil.Day // or Days
	Days      int       // working days from today where no day is given; UsualDays when zero too
	On        civil.Day // the day on which it was decided, today when empty: a sheet of paper may come in later
	// Silent opens it without telling its owner, for a room that tells of several at once.
	Silent bool

	previous string
}

// owners are those who can carry out a measure at a place.
func owners(p Place) []Owner {
	switch p {
	case AtHouse:
		return Owners()
	case AtGroup:
		return []Owner{ByGroup, ByOfficer, ByCommand, ByWard, Elsewhere}
	}
	return []Owner{ByCommand, ByWard, Elsewhere}
}

func (n *New) place() Place {
	switch {
	case n.House != "":
		return AtHouse
	case n.Group != "":
		return AtGroup
	}
	return AtWard
}

// tidy brings typed lines into their stored form.
func (n *New) tidy() {
	n.Content, n.OwnerName = civil.NFC(n.Content), civil.NFC(n.OwnerName)
	if n.Owner != Elsewhere {
		n.OwnerName = ""
	}
}

// Check says what is wrong with a measure, on the day on which it would be opened, for forms that ask before they open one. Fields:
// "content", "owner", "owner_name", "due".
func (n *New) Check(today civil.Day) []fault.Field {
	n.tidy()
	today = n.decided(today)
	var wrong []fault.Field
	add := func(field, key string, pairs ...any) {
		wrong = append(wrong, fault.Field{Name: field, Key: key, Pairs: pairs})
	}
	wrong = append(wrong, personal.Text("content", n.Content, "measures.say_content", ContentMost)...)
	if !slices.Contains(owners(n.place()), n.Owner) {
		add("owner", "measures.choose_owner")
	}
	wrong = append(wrong, personal.Text("owner_name", n.OwnerName, "", NameMost)...)
	if x := day(n.Due, today); x != nil && n.Due != "" {
		wrong = append(wrong, *x)
	}
	if n.Days < 0 || n.Days > mostAhead {
		add("due", "measures.due_far")
	}
	return wrong
}

// decided is the day on which it was decided: never one to come.
func (n *New) decided(today civil.Day) civil.Day {
	if n.On.Valid() && n.On < today {
		return n.On
	}
	return today
}

// day says what is wrong with a day by which something is to be done.
func day(d, today civil.Day) *fault.Field {
	switch {
	case !d.Valid():
		return &fault.Field{Name: "due", Key: "fault.bad_day"}
	case d < today:
		return &fault.Field{Name: "due", Key: "measures.due_before"}
	case d.Sub(today) > mostAhead:
		return &fault.Field{Name: "due", Key: "measures.due_far"}
	}
	return nil
}

// Open opens a measure in the transaction of the room in which it was decided, tells its owner, and gives its id. The caller has
// decided that the actor may; the place must lie within the actor's reach all the same, and is not found otherwise. A day that is
// off becomes the next working day of the ward (Civil Code 91/2015/QH13, Article 148.5); without a day it is due after Days working
// days. What is wrong comes back as fault.Invalid with the fields of New.Check. It leaves its own audit line.
func Open(ctx context.Context, tx *db.Tx, n New) (string, error) {
	n.tidy()
	if err := n.sound(); err != nil {
		return "", err
	}
	today := civil.DayOf(tx.Now)
	if err := fault.InvalidFields(n.Check(today)); err != nil {
		return "", err
	}
	return open(ctx, tx, &n, today)
}

// open writes a measure that was checked, in its stored form whoever calls it.
func open(ctx context.Context, tx *db.Tx, n *New, today civil.Day) (string, error) {
	n.tidy()
	if err := n.within(ctx, tx); err != nil {
		return "", err
	}
	c, err := holidays.Calendar(ctx, tx)
	if err != nil {
		return "", err
	}
	if n.Due == "" {
		if n.Days == 0 {
			n.Days = UsualDays
		}
		n.Due = c.AddWorkingDays(n.decided(today), n.Days)
	}
	n.Due = c.AddWorkingDays(n.Due, 0)
	id, opened := tx.NewID(), tx.Millis()
	if day := n.decided(today); day < today {
		opened = day.Time().UnixMilli()
	}
	if _, err := tx.Exec(ctx, `insert into measures (ward_id, id, source, source_id, source_href, house_id, group_id, item, content, owner, owner_name, due_on, first_due_on,
			state, percent, level, climbed_on, reported_at, reported_as, reported_by, previous_id, opened_at, opened_by, closed_at, updated_at, version)
		values ({ward}, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11, 'planned', 0, 0, '', 0, '', '', $12, $13, $14, 0, $15, 1)`,
		id, string(n.From.Source), n.From.ID, n.From.Href, orNull(n.House), orNull(n.Group), n.Item, n.Content, string(n.Owner), n.OwnerName, string(n.Due),
		orNull(n.previous), opened, tx.Who.Name(), tx.Millis()); err != nil {
		return "", err
	}
	m, err := load(ctx, tx, id)
	if err != nil {
		return "", err
	}
	if err := step(ctx, tx, &m, "opened", n.Due, ""); err != nil {
		return "", err
	}
	if !n.Silent {
		if err := toOwner(ctx, tx, &m, "measures.tell.opened"); err != nil {
			return "", err
		}
	}
	return id, audit(ctx, tx, &m, "open", m.Due.Display())
}

// sound refuses what no form of a caller could send: a mistake of the program.
func (n *New) sound() error {
	switch {
	case !slices.Contains(Sources(), n.From.Source):
		return errors.New("measures: a measure without a source")
	case n.From.Href != "" && (!strings.HasPrefix(n.From.Href, "/") || strings.HasPrefix(n.From.Href, "//")):
		return errors.New("measures: the source of a measure is no page of this site")
	}
	return nil
}

// within makes sure that the place lies within the actor's reach.
func (n *New) within(ctx context.Context, tx *db.Tx) error {
	var found string
	switch n.place() {
	case AtHouse:
		n.Group = ""
		return tx.One(ctx, `select h.id from houses h where {scope h} and h.id = $1`, n.House).Scan(&found)
	case AtGroup:
		if err := tx.One(ctx, `select g.id from areas g where g.ward_id = {ward} and g.id = $1 and g.kind = 'group'`, n.Group).Scan(&found); err != nil {
			return err
		}
		if tx.Who.Role() == access.Head || tx.Who.Role() == access.Committee {
			return nil // who holds a meeting of the group; the caller decided that
		}
		return tx.One(ctx, `select min(h.id) from houses h where {scope h} and h.group_id = $1 having count(*) > 0`, n.Group).Scan(&found)
	}
	return nil
}

func orNull(text string) any {
	if text == "" {
		return nil
	}
	return text
}

// Follower is told, in the same transaction, that a measure from its source is over, so that what it mends can be closed or stay
// open. m.State is Verified, or Ineffective with the id of the measure in its place in m.Next.
type Follower interface {
	MeasureClosed(ctx context.Context, tx *db.Tx, m Measure) error
}

// Settle closes the running or reported measure of a source by what a finished inspection saw at the place: verified when it
// passes now. Where it does not, next is opened in its place, with next.From as its source. A source without a measure that is not
// over changes nothing; next is opened then too. It gives the id of the new measure, if any. The follower of the source is not
// called: it is the caller.
func Settle(ctx context.Context, tx *db.Tx, from Origin, next *New) (string, error) {
	list, err := OfSourceTx(ctx, tx, from.Source, from.ID)
	if err != nil {
		return "", err
	}
	act := passed
	if next != nil {
		act = failing
	}
	for i := range list {
		m := &list[i]
		if m.State.Over() {
			continue
		}
		if err := m.turn(act, tx.Now); err != nil {
			return "", err
		}
		if err := save(ctx, tx, m); err != nil {
			return "", err
		}
		if err := step(ctx, tx, m, string(act), civil.DayOf(tx.Now), ""); err != nil {
			return "", err
		}
		if err := audit(ctx, tx, m, string(act), ""); err != nil {
			return "", err
		}
		if next != nil {
			next.previous = m.ID
		}
	}
	if next == nil {
		return "", nil
	}
	return Open(ctx, tx, *next)
}
