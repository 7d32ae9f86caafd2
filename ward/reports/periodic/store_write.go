package periodic

import (
	"context"
	"errors"
	"slices"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/civil/personal"
	"sonha/ground/fault"
	"sonha/ward/reports"
)

var errNotSigned = errors.New("periodic: a kept file is not what was signed")

// Begin begins a report and pulls its figures, which are counted before the write begins, so that nobody waits for them. One scope has
// one report of a period.
func (s *Store) Begin(ctx context.Context, who access.Actor, ask Ask) (string, error) {
	var x *Record
	if err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		name, err := begins(ctx, tx, ask)
		if err != nil {
			return err
		}
		x, err = s.compose(ctx, tx, ask, name)
		return err
	}); err != nil {
		return "", err
	}
	var id string
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		if _, err := begins(ctx, tx, ask); err != nil {
			return err
		}
		var err error
		id, err = keep(ctx, tx, ask, x)
		return err
	})
	return id, err
}

// BeginTx is Begin inside a unit of work.
func (s *Store) BeginTx(ctx context.Context, tx *db.Tx, ask Ask) (string, error) {
	name, err := begins(ctx, tx, ask)
	if err != nil {
		return "", err
	}
	x, err := s.compose(ctx, tx, ask, name)
	if err != nil {
		return "", err
	}
	return keep(ctx, tx, ask, x)
}

// begins holds that who acts may begin the report and that there is none yet, and gives the group's name.
func begins(ctx context.Context, tx *db.Tx, ask Ask) (name string, err error) {
	if err := tx.Need(access.Review); err != nil {
		return "", err
	}
	if name, err = scoped(ctx, tx, ask); err != nil {
		return "", err
	}
	if ask.Basis != Decree && ask.Basis != Calendar {
		return "", fault.Invalid("basis", "periodic.choose_basis")
	}
	if !ask.Period.For(ask.Group != "") {
		return "", fault.Invalid("period", "periodic.choose_period")
	}
	var number int
	err = tx.One(ctx, `select r.number from periodic_reports r where r.ward_id = {ward} and r.scope_key = $1 and r.period = $2 and r.state <> 'dropped'`,
		ask.key(), ask.Period.Code()).Scan(&number)
	if err == nil {
		return "", fault.Invalid("period", "periodic.twice", "Code", codeOf(number, ask.Period.Year))
	}
	if !fault.Is(err, fault.Missing) {
		return "", err
	}
	return name, nil
}

// keep begins a report with what was counted for it.
func keep(ctx context.Context, tx *db.Tx, ask Ask, x *Record) (string, error) {
	r := Report{ID: tx.NewID(), Period: ask.Period}
	if err := tx.One(ctx, `select coalesce(max(r.number), 0) + 1 from periodic_reports r where r.ward_id = {ward} and r.year = $1`, r.Period.Year).Scan(&r.Number); err != nil {
		return "", err
	}
	x.Code = r.Code()
	text, _, err := x.pack()
	if err != nil {
		return "", err
	}
	if _, err := tx.Exec(ctx, `insert into periodic_reports (ward_id, id, number, year, period, basis, from_on, to_on, scope_key, group_id, state, omitted, record, hash,
			pulled_at, signed_at, signed_by, created_account, created_at, updated_at, version)
		values ({ward}, $1, $2, $3, $4, $5, $6, $7, $8, $9, 'draft', '', $10, '', $11, 0, '', $12, $13, $13, 1)`,
		r.ID, r.Number, r.Period.Year, r.Period.Code(), string(ask.Basis), string(x.From), string(x.To), ask.key(), db.OrNull(ask.Group), text, x.AsOf.UnixMilli(),
		tx.Who.Account(), tx.Millis()); err != nil {
		return "", err
	}
	return r.ID, audit(ctx, tx, &r, "periodic.begin")
}

func audit(ctx context.Context, tx *db.Tx, r *Report, action string) error {
	return tx.Audit(ctx, db.Entry{Action: action, Object: "periodic_report", ID: r.ID, Detail: r.Code()})
}

// drafted refuses whoever only reads the report, and any change of what is no draft.
func (r *Report) drafted(who access.Actor) error {
	switch {
	case !r.Writes(who):
		return fault.Shut("periodic.only_reads")
	case r.State == Signed:
		return fault.Shut("periodic.is_signed")
	case r.State == Dropped:
		return fault.Shut("periodic.is_dropped")
	}
	return nil
}

// stands holds that the scope of a draft is still one to report of, and gives the group's name. It is told where there is no field for it.
func (r *Report) stands(ctx context.Context, tx *db.Tx) (name string, err error) {
	name, err = scoped(ctx, tx, Ask{r.Period, r.Basis, r.Group})
	if e, found := fault.As(err); found && len(e.Fields) > 0 {
		return "", fault.Shut("periodic.scope_gone")
	}
	return name, err
}

// change reads a draft, lets fn alter it, and raises its version, so that nobody signs what somebody else is changing. version is what
// the form was made from; 0 asks nothing.
func change(ctx context.Context, tx *db.Tx, id string, version int, action string, fn func(*Report) error) error {
	r, err := one(ctx, tx, id)
	if err != nil {
		return err
	}
	if err := r.drafted(tx.Who); err != nil {
		return err
	}
	if version != 0 && version != r.Version {
		return fault.Conflict("fault.changed")
	}
	if err := fn(&r); err != nil {
		return err
	}
	signed := int64(0)
	if r.State == Signed {
		signed = tx.Millis()
	}
	n, err := tx.Exec(ctx, `update periodic_reports as r set state = $1, omitted = $2, record = $3, hash = $4, pulled_at = $5, signed_at = $6, signed_by = $7, updated_at = $8,
			version = r.version + 1
		where r.ward_id = {ward} and r.id = $9 and r.version = $10 and r.state = 'draft'`,
		string(r.State), formatSections(r.Omitted), r.record, r.Hash, r.PulledAt.UnixMilli(), signed, string(r.SignedBy), tx.Millis(), id, r.Version)
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.Conflict("fault.changed")
	}
	return audit(ctx, tx, &r, action)
}

// Arrange says which sections of a draft are left out, and what its writer adds to the parts.
func (s *Store) Arrange(ctx context.Context, who access.Actor, id string, version int, omitted []Section, remarks map[Part]string) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error { return s.ArrangeTx(ctx, tx, id, version, omitted, remarks) })
}

// ArrangeTx is Arrange inside a unit of work.
func (s *Store) ArrangeTx(ctx context.Context, tx *db.Tx, id string, version int, omitted []Section, remarks map[Part]string) error {
	return change(ctx, tx, id, version, "periodic.arrange", func(r *Report) error {
		texts := map[Part]string{}
		var bad []fault.Field
		for _, p := range Parts() {
			text := civil.NFCLines(remarks[p])
			bad = append(bad, personal.Text(string(p), text, "", mostRemark)...)
			texts[p] = text
		}
		if err := fault.InvalidFields(bad); err != nil {
			return err
		}
		r.Omitted = []Section{}
		for _, x := range Sections(r.Group != "") {
			if slices.Contains(omitted, x) {
				r.Omitted = append(r.Omitted, x)
			}
		}
		for _, p := range Parts() {
			if _, err := tx.Exec(ctx, `insert into periodic_remarks (ward_id, report_id, part, body) values ({ward}, $1, $2, $3)
				on conflict (ward_id, report_id, part) do update set body = excluded.body`, id, string(p), texts[p]); err != nil {
				return err
			}
		}
		return nil
	})
}

// Pull counts the figures of a draft anew. They are counted before the write begins; the version holds that they are of what is changed.
func (s *Store) Pull(ctx context.Context, who access.Actor, id string) error {
	var x *Record
	version := 0
	if err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		r, err := one(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := r.drafted(who); err != nil {
			return err
		}
		name, err := r.stands(ctx, tx)
		if err != nil {
			return err
		}
		version = r.Version
		x, err = s.compose(ctx, tx, Ask{r.Period, r.Basis, r.Group}, name)
		return err
	}); err != nil {
		return err
	}
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		return change(ctx, tx, id, version, "periodic.pull", func(r *Report) error {
			var err error
			x.Code, r.PulledAt = r.Code(), x.AsOf
			r.record, _, err = x.pack()
			return err
		})
	})
}

// Sign signs a report of a period that is over, in the version that the signer saw. The record is frozen with its hash, and the four
// files are made and kept. They are made before the write begins, so that nobody waits for them; the version holds that they are of
// what is signed.
func (s *Store) Sign(ctx context.Context, who access.Actor, id string, version int) error {
	var x Shown
	if err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		var err error
		if x.Report, err = one(ctx, tx, id); err != nil {
			return err
		}
		if x.Record, err = x.signable(ctx, tx); err != nil {
			return err
		}
		if version != x.Version {
			return fault.Conflict("fault.changed")
		}
		return nil
	}); err != nil {
		return err
	}
	f, err := s.freeze(x, civil.DayOf(s.db.Now()), who.Role())
	if err != nil {
		return err
	}
	return s.db.Write(ctx, who, func(tx *db.Tx) error { return sign(ctx, tx, id, version, f) })
}

// SignTx is Sign inside a unit of work, in the version that is there.
func (s *Store) SignTx(ctx context.Context, tx *db.Tx, id string) error {
	r, err := one(ctx, tx, id)
	if err != nil {
		return err
	}
	x := Shown{Report: r}
	if x.Record, err = r.signable(ctx, tx); err != nil {
		return err
	}
	f, err := s.freeze(x, civil.DayOf(tx.Now), tx.Who.Role())
	if err != nil {
		return err
	}
	return sign(ctx, tx, id, r.Version, f)
}

// signable gives the record of a draft that who acts may sign today: its period is over, or it could never be signed with the rest of
// it, and its figures are of the scope that it has now.
func (r *Report) signable(ctx context.Context, tx *db.Tx) (*Record, error) {
	if err := r.drafted(tx.Who); err != nil {
		return nil, err
	}
	name, err := r.stands(ctx, tx)
	if err != nil {
		return nil, err
	}
	if to := r.Ends(); to >= civil.DayOf(tx.Now) {
		return nil, fault.Shut("periodic.not_over", "Day", to)
	}
	x, err := r.whole()
	if err == nil && x.Group != name {
		return nil, fault.Shut("periodic.pull_first", "Was", x.Group, "Is", name)
	}
	return x, err
}

// frozen is what a signature keeps.
type frozen struct {
	text, hash string
	by         access.Role
	files      map[reports.Format][]byte
}

func (s *Store) freeze(x Shown, on civil.Day, as access.Role) (frozen, error) {
	f := frozen{by: as, files: map[reports.Format][]byte{}}
	switch {
	case as != "system":
	case x.Group != "":
		f.by = access.GroupLead // the program signs for the role whose report it is
	default:
		f.by = access.Command
	}
	record := *x.Record
	record.SignedOn, record.SignedBy = on, f.by
	var err error
	if f.text, f.hash, err = record.pack(); err != nil {
		return f, err
	}
	for _, format := range Formats() {
		if f.files[format], err = s.write(&record, format, View{Hash: f.hash}); err != nil {
			return f, err
		}
	}
	return f, nil
}

// sign keeps what was frozen of a version.
func sign(ctx context.Context, tx *db.Tx, id string, version int, f frozen) error {
	if err := change(ctx, tx, id, version, "periodic.sign", func(r *Report) error {
		r.State, r.SignedBy, r.record, r.Hash = Signed, f.by, f.text, f.hash
		return nil
	}); err != nil {
		return err
	}
	for _, format := range Formats() {
		if _, err := tx.Exec(ctx, `insert into periodic_files (ward_id, report_id, format, sha256, body) values ({ward}, $1, $2, $3, $4)`,
			id, string(format), sum(f.files[format]), f.files[format]); err != nil {
			return err
		}
	}
	return nil
}

// Drop gives up a draft.
func (s *Store) Drop(ctx context.Context, who access.Actor, id string) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		return change(ctx, tx, id, 0, "periodic.drop", func(r *Report) error {
			r.State = Dropped
			return nil
		})
	})
}
