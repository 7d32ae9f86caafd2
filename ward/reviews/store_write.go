package reviews

import (
	"context"
	"slices"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/measures"
)

// change reads a draft, lets fn alter what belongs to it, and raises its version, so that nobody signs what somebody else is changing.
// version is what the form was made from; 0 asks nothing.
func (s *Store) change(ctx context.Context, tx *db.Tx, id string, version int, action string, fn func(*Review) error) error {
	r, err := one(ctx, tx, id)
	if err != nil {
		return err
	}
	if err := drafted(tx, &r); err != nil {
		return err
	}
	if version != 0 && version != r.Version {
		return fault.Conflict("fault.changed")
	}
	if err := fn(&r); err != nil {
		return err
	}
	n, err := tx.Exec(ctx, `update reviews as r set state = $1, achievements = $2, record = $3, hash = $4, signed_at = $5, signed_by = $6, updated_at = $7, version = r.version + 1
		where r.ward_id = {ward} and r.id = $8 and r.version = $9 and r.state = 'draft'`,
		string(r.State), r.Achievements, r.record, r.Hash, signedMillis(tx, &r), string(r.SignedBy), tx.Millis(), id, r.Version)
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.Conflict("fault.changed")
	}
	return audit(ctx, tx, &r, action)
}

func signedMillis(tx *db.Tx, r *Review) int64 {
	if r.State == Signed {
		return tx.Millis()
	}
	return 0
}

// drafted refuses whoever only reads the review, and any change after the signature.
func drafted(tx *db.Tx, r *Review) error {
	switch {
	case !r.Writes(tx.Who):
		return fault.Shut("reviews.only_reads")
	case r.State == Signed:
		return fault.Shut("reviews.is_signed")
	case r.State == Dropped:
		return fault.Shut("reviews.is_dropped")
	}
	return nil
}

// Achieve writes what was achieved.
func (s *Store) Achieve(ctx context.Context, who access.Actor, id string, version int, text string) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error { return s.AchieveTx(ctx, tx, id, version, text) })
}

// AchieveTx is Achieve inside a unit of work.
func (s *Store) AchieveTx(ctx context.Context, tx *db.Tx, id string, version int, text string) error {
	return s.change(ctx, tx, id, version, "review.achieve", func(r *Review) error {
		if err := fault.InvalidFields(said("achievements", &text, mostAchieved, false)); err != nil {
			return err
		}
		r.Achievements = text
		return nil
	})
}

// Note adds a shortcoming to a draft and gives its id. One that the same scope had before is flagged.
func (s *Store) Note(ctx context.Context, who access.Actor, id string, n NewShortcoming) (string, error) {
	var made string
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		var err error
		made, err = s.NoteTx(ctx, tx, id, n)
		return err
	})
	return made, err
}

// NoteTx is Note inside a unit of work.
func (s *Store) NoteTx(ctx context.Context, tx *db.Tx, id string, n NewShortcoming) (string, error) {
	made := tx.NewID()
	return made, s.change(ctx, tx, id, 0, "review.note", func(r *Review) error {
		set, err := s.sets.OfCampaign(ctx, tx, r.Campaign)
		if err != nil {
			return err
		}
		if err := n.check(set); err != nil {
			return err
		}
		var next, have int
		if err := tx.One(ctx, `select coalesce(max(s.n), 0) + 1, count(*) from review_shortcomings s
			where s.ward_id = {ward} and s.review_id = $1`, id).Scan(&next, &have); err != nil {
			return err
		}
		if have >= mostShort {
			return fault.Shut("reviews.too_many", "Most", mostShort)
		}
		content, item, _ := about(set, n.About)
		var repeats string
		err = tx.One(ctx, `select s.id from review_shortcomings s join reviews r on r.ward_id = s.ward_id and r.id = s.review_id
			where s.ward_id = {ward} and `+inherited+` and r.state = 'signed' and s.content = $2 and s.item = $3 order by r.to_on desc, r.number desc, s.n desc limit 1`,
			r.ScopeKey, content, item).Scan(&repeats)
		if err != nil && !fault.Is(err, fault.Missing) {
			return err
		}
		_, err = tx.Exec(ctx, `insert into review_shortcomings (ward_id, id, review_id, n, content, item, body, houses, cause_kind, cause, repeats_id, closed_review, closed_on)
			values ({ward}, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, null, '')`,
			made, id, next, content, item, n.Body, n.Houses, string(n.Kind), n.Cause, db.OrNull(repeats))
		return err
	})
}

// Remove takes a shortcoming out of a draft; one that has measures stays, because they are carried out.
func (s *Store) Remove(ctx context.Context, who access.Actor, id, shortcoming string) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		return s.change(ctx, tx, id, 0, "review.remove", func(*Review) error {
			now, err := lines(ctx, tx, []string{shortcoming})
			if err != nil {
				return err
			}
			if len(now[shortcoming]) > 0 {
				return fault.Shut("reviews.has_measures")
			}
			n, err := tx.Exec(ctx, `delete from review_shortcomings as s where s.ward_id = {ward} and s.review_id = $1 and s.id = $2`, id, shortcoming)
			if err == nil && n == 0 {
				err = fault.Shut("reviews.no_shortcoming")
			}
			return err
		})
	})
}

// Judge says in a draft how it stands with an earlier shortcoming of the same scope. Gone is taken only with a verified measure.
func (s *Store) Judge(ctx context.Context, who access.Actor, id, shortcoming string, e Effect, note string) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error { return s.JudgeTx(ctx, tx, id, shortcoming, e, note) })
}

// JudgeTx is Judge inside a unit of work.
func (s *Store) JudgeTx(ctx context.Context, tx *db.Tx, id, shortcoming string, e Effect, note string) error {
	return s.change(ctx, tx, id, 0, "review.judge", func(r *Review) error {
		list, err := earlier(ctx, tx, r)
		if err != nil {
			return err
		}
		at := slices.IndexFunc(list, func(x Earlier) bool { return x.ID == shortcoming })
		if at < 0 {
			return fault.Shut("reviews.no_shortcoming")
		}
		bad := said("note", &note, mostText, false)
		switch {
		case !slices.Contains(Effects(), e):
			bad = append(bad, fault.Field{Name: "effect", Key: "reviews.choose_effect"})
		case e == Gone && !list[at].Verified():
			bad = append(bad, fault.Field{Name: "effect", Key: "reviews.verify_first"})
		}
		if err := fault.InvalidFields(bad); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `insert into review_judgements (ward_id, review_id, shortcoming_id, effect, note, judged_at) values ({ward}, $1, $2, $3, $4, $5)
			on conflict (ward_id, review_id, shortcoming_id) do update set effect = excluded.effect, note = excluded.note, judged_at = excluded.judged_at`,
			id, shortcoming, string(e), note, tx.Millis())
		return err
	})
}

// Mend opens a measure for a shortcoming of a draft, or for an earlier one that it judges. The fields of what is wrong are those of
// measures.Open.
func (s *Store) Mend(ctx context.Context, who access.Actor, id, shortcoming string, n measures.New) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		_, err := s.MendTx(ctx, tx, id, shortcoming, n)
		return err
	})
}

// MendTx is Mend inside a unit of work; it gives the id of the measure.
func (s *Store) MendTx(ctx context.Context, tx *db.Tx, id, shortcoming string, n measures.New) (string, error) {
	var made string
	err := s.change(ctx, tx, id, 0, "review.mend", func(r *Review) error {
		list, err := earlier(ctx, tx, r)
		if err != nil {
			return err
		}
		own, err := shortcomings(ctx, tx, r)
		if err != nil {
			return err
		}
		for i := range list {
			own = append(own, list[i].Shortcoming)
		}
		at := slices.IndexFunc(own, func(x Shortcoming) bool { return x.ID == shortcoming })
		if at < 0 {
			return fault.Shut("reviews.no_shortcoming")
		}
		n.From = measures.Origin{Source: measures.FromReview, ID: shortcoming, Href: home(id)}
		n.House, n.Group, n.Item = "", r.Group, own[at].Item
		made, err = measures.Open(ctx, tx, n)
		return err
	})
	return made, err
}

// Sign signs a review in the version that the signer saw: it freezes the whole of it, and closes the earlier shortcomings that are gone.
func (s *Store) Sign(ctx context.Context, who access.Actor, id string, version int) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error { return s.SignTx(ctx, tx, id, version) })
}

// SignTx is Sign inside a unit of work.
func (s *Store) SignTx(ctx context.Context, tx *db.Tx, id string, version int) error {
	return s.change(ctx, tx, id, version, "review.sign", func(r *Review) error {
		if err := later(ctx, tx, r); err != nil {
			if e, found := fault.As(err); found && len(e.Fields) > 0 {
				return fault.Shut(e.Fields[0].Key, e.Fields[0].Pairs...) // the page has no field for the period any more
			}
			return err
		}
		x, err := s.recordOf(ctx, tx, r)
		if err != nil {
			return err
		}
		if err := x.Signable(); err != nil {
			return err
		}
		today := civil.DayOf(tx.Now)
		for i := range x.Earlier {
			if x.Earlier[i].Effect != Gone {
				continue
			}
			if _, err := tx.Exec(ctx, `update review_shortcomings as s set closed_review = $1, closed_on = $2 where s.ward_id = {ward} and s.id = $3 and s.closed_on = ''`,
				id, string(today), x.Earlier[i].ID); err != nil {
				return err
			}
		}
		x.SignedOn, x.SignedBy = today, signs(tx.Who.Role(), r)
		r.State, r.SignedBy = Signed, x.SignedBy
		r.record, r.Hash, err = x.pack()
		return err
	})
}

// signs is the role under which a review is signed; the program itself signs for the role whose review it is.
func signs(as access.Role, r *Review) access.Role {
	switch {
	case as != "system":
		return as
	case r.Group != "":
		return access.GroupLead
	}
	return access.Command
}

// Drop gives up a draft; one that gave out measures stays, because they are carried out.
func (s *Store) Drop(ctx context.Context, who access.Actor, id string) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		return s.change(ctx, tx, id, 0, "review.drop", func(r *Review) error {
			own, err := shortcomings(ctx, tx, r)
			if err != nil {
				return err
			}
			if slices.ContainsFunc(own, func(x Shortcoming) bool { return len(x.Measures) > 0 }) {
				return fault.Shut("reviews.has_measures")
			}
			r.State = Dropped
			return nil
		})
	})
}
