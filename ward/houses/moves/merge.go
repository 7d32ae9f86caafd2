package moves

import (
	"context"
	"slices"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/accounts"
	"sonha/ward/areas"
	"sonha/ward/houses"
	"sonha/ward/inbox"
)

// Merging is a merge that the administrator wants.
type Merging struct {
	Terms

	Part       areas.Part // OfGroup or OfBeat
	From, Into string
	GoOn       []string // grants whose holders go on in Into
}

// Merge is what the page of a merge shows.
type Merge struct {
	Name    string            // of what is closed
	Holders []accounts.Holder // who answers for it
}

// Merge gives what there is to choose before a merge.
func (s *Store) Merge(ctx context.Context, who access.Actor, w Merging) (Merge, error) {
	var m Merge
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.ManageAreas); err != nil {
			return err
		}
		var err error
		if m.Name, _, err = areas.Valid(ctx, tx, w.Part, w.From); err != nil {
			return err
		}
		m.Holders, err = accounts.Holders(ctx, tx, w.Part, w.From)
		return err
	})
	return m, err
}

// PreviewMerge gives what a merge would do to the houses and the figures.
func (s *Store) PreviewMerge(ctx context.Context, who access.Actor, w Merging) (Preview, error) {
	var p Preview
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		c, err := running(ctx, tx)
		if err != nil {
			return err
		}
		x, err := s.joined(ctx, tx, &w, c.ID)
		if err != nil {
			return err
		}
		p = Preview{Lines: x.lines, Campaign: c, Seen: seen(x.moved), To: x.into}
		if w.Part == areas.OfGroup {
			p.Groups, p.Whole, err = shifts(ctx, tx, x.lines, w.Into, x.into, c.ID)
		}
		return err
	})
	return p, err
}

// joined are the two sides of a merge with the houses that change over.
type joined struct {
	from, into string // names
	day        civil.Day
	lines      []Line
	moved      []houses.Moved
}

func (s *Store) joined(ctx context.Context, tx *db.Tx, w *Merging, campaign string) (*joined, error) {
	if err := tx.Need(access.ManageAreas); err != nil {
		return nil, err
	}
	x := &joined{}
	name, since, err := areas.Valid(ctx, tx, w.Part, w.From)
	if err != nil {
		return nil, err
	}
	x.from = name
	into, sinceInto, err := areas.Valid(ctx, tx, w.Part, w.Into)
	if fault.Is(err, fault.Missing) || w.Into == w.From {
		return nil, fault.Invalid("into", "moves.choose_into")
	}
	if err != nil {
		return nil, err
	}
	x.into = into
	if x.day, err = w.check(civil.DayOf(tx.Now), bound{name, since}.later(into, sinceInto)); err != nil {
		return nil, err
	}
	c := Choice{Group: w.From}
	if w.Part == areas.OfBeat {
		c = Choice{Beat: w.From}
	}
	if x.lines, err = lines(ctx, tx, &c, campaign); err != nil {
		return nil, err
	}
	for i := range x.lines {
		l := &x.lines[i]
		m := houses.Moved{House: l.id, Version: l.version, FromGroup: l.groupID, ToGroup: w.Into, FromBeat: l.beatID, ToBeat: l.beatID}
		if w.Part == areas.OfBeat {
			m.ToGroup, m.ToBeat = l.groupID, w.Into
		}
		x.moved = append(x.moved, m)
	}
	return x, nil
}

// Join merges a group or beat into another: its houses change over, it is closed with its successor, its name stays as a former
// name, what is open goes along. Closed campaigns, frozen minutes, signed reviews, numbered cases and decided awards stay as they are.
// It gives how many houses changed over.
func (s *Store) Join(ctx context.Context, who access.Actor, w Merging) (int, error) {
	n := 0
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		x, err := s.joined(ctx, tx, &w, noCampaign)
		if err != nil {
			return err
		}
		if seen(x.moved) != w.Seen {
			return fault.Conflict("moves.changed_meanwhile")
		}
		n = len(x.moved)
		change := areas.Redrawn{Part: w.Part, Kind: "merge", From: w.From, Into: w.Into, Day: x.day, Reason: w.Reason, Houses: n}
		id, err := areas.Record(ctx, tx, change)
		if err != nil {
			return err
		}
		m := areas.Merge{Change: id, Part: w.Part, From: w.From, Into: w.Into, Day: x.day}
		was, err := s.accounts.PassOn(ctx, tx, m, x.from, w.GoOn)
		if err != nil {
			return err
		}
		if err := s.redraw(ctx, tx, id, change, x.moved); err != nil {
			return err
		}
		if err := s.told(ctx, tx, id, change, x.moved, x.into); err != nil {
			return err
		}
		if err := areas.CloseInto(ctx, tx, m, x.from); err != nil {
			return err
		}
		return tellHolders(ctx, tx, x, was, w.GoOn)
	})
	return n, err
}

// tellHolders says to who answered for what is closed whether they go on. A mediator who does not still has the book of the former group.
func tellHolders(ctx context.Context, tx *db.Tx, x *joined, was []accounts.Holder, goOn []string) error {
	var on, off, book []string
	for _, h := range was {
		switch {
		case slices.Contains(goOn, h.Grant):
			on = append(on, h.Account)
		case h.Role == access.Mediator:
			book = append(book, h.Account)
		default:
			off = append(off, h.Account)
		}
	}
	for _, t := range []struct {
		to  []string
		key string
	}{{on, "moves.told_on"}, {off, "moves.told_off"}, {book, "moves.told_book"}} {
		if err := inbox.Tell(ctx, tx, inbox.To{Accounts: t.to}, inbox.Message{
			Kind: inbox.Own, Key: t.key, Pairs: []any{"From", x.from, "Into", x.into, "Day", x.day}, Href: "/today",
		}); err != nil {
			return err
		}
	}
	return nil
}
