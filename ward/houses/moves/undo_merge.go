package moves

import (
	"context"

	"sonha/engine/db"
	"sonha/ground/fault"
	"sonha/ward/accounts"
	"sonha/ward/areas"
	"sonha/ward/houses"
	"sonha/ward/inbox"
)

// returning is a merge as the rooms give back what they kept of it.
func returning(ctx context.Context, tx *db.Tx, m *areas.Made) (areas.Return, error) {
	r := areas.Return{Change: m.ID, Part: m.Part, From: m.From, Into: m.Into, Day: m.Day}
	n, err := count(ctx, tx, `select count(*) from mediations x where x.ward_id = {ward} and x.group_id = $2 and x.number > 0 and `+
		areas.Came(areas.CarriedMediation, "x", "id", "$1"), m.ID, m.Into)
	r.Book = n > 0
	return r, err
}

// mergeStands refuses to take a merge back of which nothing was kept, whose two sides are not there any more as it left them, or to whose
// open business both sides were called together since.
func mergeStands(ctx context.Context, tx *db.Tx, m *areas.Made) error {
	kept, err := areas.Kept(ctx, tx, m.ID)
	if err != nil || !kept {
		return refusal(err, "moves.undo_unkept", "From", m.FromName, "Into", m.IntoName)
	}
	if _, _, err := areas.Valid(ctx, tx, m.Part, m.Into); err != nil {
		if fault.Is(err, fault.Missing) {
			return fault.Shut("moves.undo_into", "Into", m.IntoName)
		}
		return err
	}
	taken, err := areas.NameTaken(ctx, tx, m.Part, m.From)
	if err != nil || taken {
		return refusal(err, "moves.undo_name", "From", m.FromName)
	}
	if m.Part == areas.OfBeat {
		return nil
	}
	for _, x := range []struct{ key, text string }{
		{"moves.undo_meeting", `select x.title from meetings x where x.ward_id = {ward} and x.group_id = $2 and x.state in ('planned', 'held') and x.invited_at >= $3 and ` +
			areas.Came(areas.CarriedMeeting, "x", "id", "$1") + ` order by x.starts_at, x.id limit 1`},
		{"moves.undo_training", `select x.title from trainings x where x.ward_id = {ward} and x.group_id = $2 and x.state = 'planned' and x.invited_at >= $3 and ` +
			areas.Came(areas.CarriedTraining, "x", "id", "$1") + ` order by x.starts_at, x.id limit 1`},
	} {
		title := ""
		err := tx.One(ctx, x.text, m.ID, m.Into, m.At.UnixMilli()).Scan(&title)
		if err == nil {
			return fault.Shut(x.key, "Title", title, "From", m.FromName, "Into", m.IntoName)
		}
		if !fault.Is(err, fault.Missing) {
			return err
		}
	}
	return nil
}

// see reads who would answer for what again, and makes the digest of all that is looked at.
func (u *Undo) see(ctx context.Context, tx *db.Tx, backs []houses.Back) error {
	u.Seen = seen(moved(backs))
	if u.Made.Kind != "merge" {
		return nil
	}
	r, err := returning(ctx, tx, &u.Made)
	if err != nil {
		return err
	}
	if u.Back, u.Off, err = accounts.Returns(ctx, tx, r); err != nil {
		return err
	}
	for _, list := range [][]accounts.Holder{u.Back, u.Off} {
		u.Seen += "-"
		for _, h := range list {
			u.Seen += h.Grant[max(0, len(h.Grant)-4):]
		}
	}
	return nil
}

// giveBack lets what a merge closed be there again, with its houses, who answered for it, and what is still open of what came along. id
// is the record of the taking back.
func (s *Store) giveBack(ctx context.Context, tx *db.Tx, m *areas.Made, id string, list []houses.Moved) error {
	r, err := returning(ctx, tx, m)
	if err != nil {
		return err
	}
	if err := areas.OpenAgain(ctx, tx, r); err != nil {
		return err
	}
	if err := s.houses.Reassign(ctx, tx, list, id, m.Day); err != nil {
		return err
	}
	for _, f := range s.followers {
		if err := f.AreasReturned(ctx, tx, r); err != nil {
			return err
		}
	}
	back, off, err := s.accounts.GiveBack(ctx, tx, r, m.FromName, m.IntoName)
	if err != nil {
		return err
	}
	for _, t := range []struct {
		key string
		to  []accounts.Holder
	}{{"moves.told_again", back}, {"moves.told_no_more", off}} {
		var to []string
		for _, h := range t.to {
			to = append(to, h.Account)
		}
		if err := inbox.Tell(ctx, tx, inbox.To{Accounts: to}, inbox.Message{
			Kind: inbox.Own, Key: t.key, Pairs: []any{"From", m.FromName, "Into", m.IntoName}, Href: "/today",
		}); err != nil {
			return err
		}
	}
	return nil
}
