package awards

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
)

// kinds gives the kinds of the ward: the program's own, each as the ward has changed it, and those that the ward added.
func kinds(ctx context.Context, tx *db.Tx) ([]Kind, error) {
	list := Defaults()
	err := tx.All(ctx, func(scan func(...any) error) error {
		var k Kind
		if err := scan(&k.Code, &k.Name, &k.Authority, &k.Decides, &k.Basis, &k.Active); err != nil {
			return err
		}
		for i := range list {
			if list[i].Code == k.Code {
				list[i] = k
				return nil
			}
		}
		list = append(list, k)
		return nil
	}, `select k.code, k.name, k.authority, k.decides, k.basis, k.active from award_kinds k where k.ward_id = {ward} order by k.code`)
	return list, err
}

// decides gives the role that enters the decision on a kind.
func decides(ctx context.Context, tx *db.Tx, code string) (access.Role, error) {
	list, err := kinds(ctx, tx)
	for _, k := range list {
		if k.Code == code {
			return k.Decides, err
		}
	}
	return access.Committee, err
}

// Kinds gives the kinds of the ward with who decides on them.
func (s *Store) Kinds(ctx context.Context, who access.Actor) ([]Kind, error) {
	var list []Kind
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.SetAwards); err != nil {
			return err
		}
		var err error
		list, err = kinds(ctx, tx)
		return err
	})
	return list, err
}

// SetKind writes a kind: one of the program's or the ward's by its code, or a new one without.
func (s *Store) SetKind(ctx context.Context, who access.Actor, k Kind) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		k := k // the unit may run again, and is to give the code again
		if err := tx.Need(access.SetAwards); err != nil {
			return err
		}
		list, err := kinds(ctx, tx)
		if err != nil {
			return err
		}
		if k.Code == "" {
			if len(list) >= mostKinds {
				return fault.Shut("awards.too_many_kinds", "Most", mostKinds)
			}
			k.Code = strings.ToLower(tx.NewID())
		} else if !slices.ContainsFunc(list, func(x Kind) bool { return x.Code == k.Code }) {
			return fault.NotFound("fault.not_found")
		}
		if err := k.check(); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `insert into award_kinds (ward_id, code, name, authority, decides, basis, active, updated_at, updated_by) values ({ward}, $1, $2, $3, $4, $5,
			$6, $7, $8)
			on conflict (ward_id, code) do update set name = excluded.name, authority = excluded.authority, decides = excluded.decides, basis = excluded.basis,
				active = excluded.active, updated_at = excluded.updated_at, updated_by = excluded.updated_by`,
			k.Code, k.Name, k.Authority, string(k.Decides), k.Basis, k.Active, tx.Millis(), tx.Who.Name()); err != nil {
			return err
		}
		return tx.Audit(ctx, db.Entry{Action: "award.kind", Object: "award_kind", ID: k.Code, Detail: k.Name + " – " + k.Authority})
	})
}

// Open gives what is published now, for everybody who lives or works in the ward to remark on.
func (s *Store) Open(ctx context.Context, who access.Actor) ([]Award, error) {
	var list []Award
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.ReadNotices); err != nil {
			return err
		}
		return tx.All(ctx, func(scan func(...any) error) error {
			a, err := scanAward(scan)
			list = append(list, a)
			return err
		}, `select `+awardColumns+awardTables+`where a.ward_id = {ward} and a.state = 'published' order by a.publish_until, a.number limit `+strconv.Itoa(listed))
	})
	return list, err
}

// Remark takes a remark on a published proposal. Who made it is not kept beside it.
func (s *Store) Remark(ctx context.Context, who access.Actor, id, body string) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error { return s.RemarkTx(ctx, tx, id, body) })
}

// RemarkTx is Remark inside a unit of work.
func (s *Store) RemarkTx(ctx context.Context, tx *db.Tx, id, body string) error {
	if err := tx.Need(access.ReadNotices); err != nil {
		return err
	}
	var state State
	var n int
	if err := tx.One(ctx, `select a.state, (select count(*) from award_remarks r where r.ward_id = a.ward_id and r.award_id = a.id) from awards a where a.ward_id = {ward} and
		a.id = $1
			and a.state in ('published', 'decided', 'declined')`, id).Scan(&state, &n); err != nil {
		return err
	}
	if state != Published {
		return fault.Shut("awards.publication_over")
	}
	if err := fault.InvalidFields(text("remark", &body, true)); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `insert into award_remarks (ward_id, award_id, n, body, made_at, answer) values ({ward}, $1, $2, $3, $4, '')`, id, n+1, body,
		tx.Millis()); err != nil {
		return err
	}
	return tx.Audit(ctx, db.Entry{Action: "award.remark", Object: "award", ID: id})
}

// Answer answers a remark; a decision waits for every answer.
func (s *Store) Answer(ctx context.Context, who access.Actor, id string, n int, body string) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.DecideAwards); err != nil {
			return err
		}
		a, err := one(ctx, tx, id)
		if err != nil {
			return err
		}
		if a.State != Published {
			return fault.Shut("awards.publication_over")
		}
		if err := fault.InvalidFields(text("answer", &body, true)); err != nil {
			return err
		}
		if err := tx.Must1(tx.Exec(ctx, `update award_remarks as r set answer = $1, answered_at = $2 where r.ward_id = {ward} and r.award_id = $3 and r.n = $4`, body,
			tx.Millis(), id, n)); err != nil {
			return err
		}
		return s.audit(ctx, tx, &a, "award.answer")
	})
}

// Shown is what everybody may know of a commendation.
type Shown struct {
	Ward        int
	Subject     Subject
	Name        string
	Achievement string
	Kind        Kind
	Year        int
	State       State
	Until       civil.Day // of what is published
	Decision    string
	DecidedOn   civil.Day
	RevokedOn   civil.Day
	RevokedBy   string // the number of the decision that took it back
	Token       string
}

const shownColumns = `a.ward_id, a.subject, case when a.subject = 'group' then coalesce(g.name, '') else coalesce(h.number || ' ' || s.name, '') end, a.achievement,
	a.kind_name, a.authority, a.year,
	a.state, a.publish_until, a.decision, a.decided_on, a.revoke_on, a.revoke_decision, a.token`

func scanShown(scan func(...any) error) (Shown, error) {
	var x Shown
	err := scan(&x.Ward, &x.Subject, &x.Name, &x.Achievement, &x.Kind.Name, &x.Kind.Authority, &x.Year, &x.State, &x.Until, &x.Decision, &x.DecidedOn, &x.RevokedOn,
		&x.RevokedBy, &x.Token)
	if x.State != Revoked {
		x.RevokedBy = "" // what is only asked for is nobody's business yet
	}
	return x, err
}

// Certified gives what the code on a certificate says to everybody; who is nobody. A code that was never given out is not found.
func (s *Store) Certified(ctx context.Context, who access.Actor, ward int, token string) (Shown, error) {
	var x Shown
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		var err error
		x, err = scanShown(tx.One(ctx, `select `+shownColumns+awardTables+`where {any: the certificate itself says which commendation it is} a.ward_id = $1 and a.token = $2
			and a.state in ('decided', 'revoked')`, ward, token).Scan)
		if fault.Is(err, fault.Missing) {
			return fault.NotFound("awards.not_genuine")
		}
		return err
	})
	return x, err
}

// Public gives a ward's list for everybody: what is published for remarks, and what was decided on in the last years. who is nobody.
func (s *Store) Public(ctx context.Context, who access.Actor, ward int) ([]Shown, error) {
	const years = 3
	var list []Shown
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		return tx.All(ctx, func(scan func(...any) error) error {
			x, err := scanShown(scan)
			list = append(list, x)
			return err
		}, `select `+shownColumns+awardTables+`where {any: commendations are published} a.ward_id = $1 and a.state in ('published', 'decided') and a.year > $2
			order by a.state desc, a.year desc, a.number desc limit `+strconv.Itoa(listed), ward, civil.DayOf(tx.Now).Year()-years)
	})
	return list, err
}

// Waiting is what waits for the one who decides.
type Waiting struct {
	Vote, Publish, Remarks, Decide, Confirm int
	Due                                     civil.Day // the first day on which a decision was possible
}

// WaitingTx gives what waits for who acts; nothing for those who do not decide.
func WaitingTx(ctx context.Context, tx *db.Tx) (Waiting, error) {
	var w Waiting
	if !tx.Who.May(access.DecideAwards) {
		return w, nil
	}
	list, err := kinds(ctx, tx)
	if err != nil {
		return w, err
	}
	mine := []any{string(civil.DayOf(tx.Now)), tx.Who.Account()}
	var codes []string
	for _, k := range list {
		if k.Decides == tx.Who.Role() {
			codes = append(codes, k.Code)
		}
	}
	if len(codes) == 0 {
		return w, nil
	}
	which, args := db.Among("a.kind", len(mine)+1, codes)
	err = tx.One(ctx, `select count(*) filter (where a.state = 'voted'),
			count(*) filter (where a.state = 'published' and a.publish_until <= $1), coalesce(min(case when a.state = 'published' and a.publish_until <= $1 then a.publish_until
				end), ''),
			count(*) filter (where a.state = 'decided' and a.revoke_account <> '' and a.revoke_account <> $2)
		from awards a where a.ward_id = {ward} and `+which, append(mine, args...)...).Scan(&w.Publish, &w.Decide, &w.Due, &w.Confirm)
	if err != nil {
		return w, err
	}
	which, args = db.Among("a.kind", 1, codes)
	return w, tx.One(ctx, `select count(*) from award_remarks r join awards a on a.ward_id = r.ward_id and a.id = r.award_id
		where r.ward_id = {ward} and a.state = 'published' and r.answered_at is null and `+which, args...).Scan(&w.Remarks)
}
