package periodic

import (
	"bytes"
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"sonha/engine/db"
	"sonha/engine/paper"
	"sonha/engine/words"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/criteria"
	"sonha/ward/indicators"
	"sonha/ward/reports"
)

// Store keeps the tables of this feature.
type Store struct {
	db         *db.DB
	sets       *criteria.Sets
	indicators *indicators.Store
	spoken     *words.Words // documents are in Vietnamese
	fonts      func() (*paper.Fonts, error)
}

// NewStore makes a store over an open database. Fonts are read when the first document is made.
func NewStore(d *db.DB, sets *criteria.Sets, i *indicators.Store, w *words.Catalog) *Store {
	return &Store{db: d, sets: sets, indicators: i, spoken: w.In("vi"), fonts: sync.OnceValues(paper.LoadFonts)}
}

// State is how far a report has come; its word is "periodic.state.<state>".
type State string

// The states. A signed report never changes.
const (
	Draft   State = "draft"
	Signed  State = "signed"
	Dropped State = "dropped"
)

const (
	atWard     = "ward" // scope key of the whole ward
	mostRemark = 3000
	listed     = 1000
)

// Report is one report.
type Report struct {
	ID        string
	Number    int
	Period    Period
	Basis     Basis
	ScopeKey  string
	Group     string // id; empty for the ward
	GroupName string
	State     State
	Omitted   []Section
	Remarks   map[Part]string
	Hash      string
	PulledAt  time.Time
	SignedAt  time.Time
	SignedBy  access.Role
	Version   int
	record    string
}

// Code is how a report is called: "BCĐK-03/2026".
func (r *Report) Code() string { return codeOf(r.Number, r.Period.Year) }

// Ends is the last day of the period.
func (r *Report) Ends() civil.Day {
	_, to := r.Period.Days(r.Basis)
	return to
}

// Writes reports whether the actor writes and signs the report: of a group its lead or the command, of the ward the command or the
// committee. The others who reach it read it.
func (r *Report) Writes(who access.Actor) bool {
	switch who.Role() {
	case access.GroupLead:
		return r.Group != ""
	case access.Committee:
		return r.Group == ""
	case access.Command, "system":
		return true
	}
	return false
}

// columns are those of a report without its record, which is long.
const columns = `r.id, r.number, r.period, r.basis, r.scope_key, coalesce(r.group_id, ''), coalesce(g.name, ''), r.state, r.omitted, r.hash, r.pulled_at, r.signed_at,
	r.signed_by, r.version`

const tables = ` from periodic_reports r left join areas g on g.ward_id = r.ward_id and g.id = r.group_id `

func scanReport(scan func(...any) error, more ...any) (Report, error) {
	var r Report
	var period, omitted string
	var pulled, signed int64
	err := scan(append([]any{&r.ID, &r.Number, &period, &r.Basis, &r.ScopeKey, &r.Group, &r.GroupName, &r.State, &omitted, &r.Hash, &pulled, &signed, &r.SignedBy,
		&r.Version}, more...)...)
	r.Period, _ = ParsePeriod(period)
	r.Omitted, r.PulledAt = parseSections(omitted), time.UnixMilli(pulled)
	if signed != 0 {
		r.SignedAt = time.UnixMilli(signed)
	}
	return r, err
}

func parseSections(text string) []Section {
	list := []Section{}
	for s := range strings.SplitSeq(text, ",") {
		if s != "" {
			list = append(list, Section(s))
		}
	}
	return list
}

func formatSections(list []Section) string {
	texts := make([]string, len(list))
	for i, s := range list {
		texts[i] = string(s)
	}
	return strings.Join(texts, ",")
}

// reach is the condition under which who acts sees reports: the command all, the committee those of the ward, a group lead those of the
// own group. The committee opens no houses; a report of a group could tell it what its board leaves out of that group.
func reach(tx *db.Tx) string {
	if tx.Who.Role() == access.Committee {
		return `where r.ward_id = {ward} and r.group_id is null `
	}
	if tx.Who.Figures() {
		return `where r.ward_id = {ward} `
	}
	return `where {scope r} `
}

func one(ctx context.Context, tx *db.Tx, id string) (Report, error) {
	if err := tx.Need(access.Review); err != nil {
		return Report{}, err
	}
	var record string
	r, err := scanReport(tx.One(ctx, `select `+columns+`, r.record`+tables+reach(tx)+`and r.id = $1`, id).Scan, &record)
	if err != nil {
		return r, err
	}
	r.record = record
	r.Remarks = map[Part]string{}
	return r, tx.All(ctx, func(scan func(...any) error) error {
		var part Part
		var body string
		err := scan(&part, &body)
		r.Remarks[part] = body
		return err
	}, `select m.part, m.body from periodic_remarks m where m.ward_id = {ward} and m.report_id = $1`, id)
}

// reached holds that who acts reaches a report.
func reached(ctx context.Context, tx *db.Tx, id string) error {
	if err := tx.Need(access.Review); err != nil {
		return err
	}
	return tx.One(ctx, `select r.id from periodic_reports r `+reach(tx)+`and r.id = $1`, id).Scan(&id)
}

// List gives the reports within reach, without their records, the latest period first; year 0 is all years.
func (s *Store) List(ctx context.Context, who access.Actor, year int) ([]Report, error) {
	var list []Report
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.Review); err != nil {
			return err
		}
		return tx.All(ctx, func(scan func(...any) error) error {
			r, err := scanReport(scan)
			list = append(list, r)
			return err
		}, `select `+columns+tables+reach(tx)+`and r.state <> 'dropped' and ($1 = 0 or r.year = $1) order by r.to_on desc, r.number desc limit `+strconv.Itoa(listed), year)
	})
	return list, err
}

// Shown is a report with its record.
type Shown struct {
	Report
	Record *Record
	Edits  bool // who reads it writes it, and nobody signed it
}

// Get gives a report. What is out of reach is not found.
func (s *Store) Get(ctx context.Context, who access.Actor, id string) (Shown, error) {
	var x Shown
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		r, err := one(ctx, tx, id)
		if err != nil {
			return err
		}
		x = Shown{Report: r, Edits: r.State == Draft && r.Writes(who)}
		x.Record, err = r.whole()
		if err == nil && x.Edits && who.Role() == access.Committee {
			x.Record.SignedBy = access.Committee // so that a draft shows the head under which it would be signed
		}
		return err
	})
	return x, err
}

// whole is the record of a report: what was signed, or the figures of a draft with what its writer chose and added.
func (r *Report) whole() (*Record, error) {
	x, err := unpack(r.record, r.Hash)
	if err == nil && r.State != Signed {
		x.Omitted, x.Remarks = r.Omitted, r.Remarks
	}
	return x, err
}

// Ask says which report is wanted; an empty group is the ward.
type Ask struct {
	Period Period
	Basis  Basis
	Group  string // id
}

// key is the scope as the table has it.
func (a *Ask) key() string { return cmp.Or(a.Group, atWard) }

// Choice is a residential group that a report can be of.
type Choice struct{ ID, Name string }

// Choices gives the groups of which the actor writes reports, and whether the actor writes those of the ward.
func (s *Store) Choices(ctx context.Context, who access.Actor) (groups []Choice, ward bool, err error) {
	ward = (&Report{}).Writes(who)
	err = s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.Review); err != nil {
			return err
		}
		groups = nil
		if !(&Report{Group: "any"}).Writes(who) {
			return nil
		}
		level, ids := tx.Who.Reach()
		return tx.All(ctx, func(scan func(...any) error) error {
			var g Choice
			err := scan(&g.ID, &g.Name)
			if level == access.WholeWard || slices.Contains(ids, g.ID) {
				groups = append(groups, g)
			}
			return err
		}, `select g.id, g.name from areas g where g.ward_id = {ward} and g.kind = 'group' and g.valid_to is null order by g.sort_key`)
	})
	return groups, ward, err
}

// scoped holds that who acts may write a report of the scope, and gives the group's name.
func scoped(ctx context.Context, tx *db.Tx, ask Ask) (name string, err error) {
	if !(&Report{Group: ask.Group}).Writes(tx.Who) {
		return "", fault.Invalid("group", "periodic.choose_scope")
	}
	if ask.Group == "" {
		return "", nil
	}
	level, ids := tx.Who.Reach()
	err = tx.One(ctx, `select g.name from areas g where g.ward_id = {ward} and g.id = $1 and g.kind = 'group' and g.valid_to is null`, ask.Group).Scan(&name)
	if fault.Is(err, fault.Missing) || err == nil && level != access.WholeWard && !slices.Contains(ids, ask.Group) {
		return "", fault.Invalid("group", "periodic.choose_scope")
	}
	return name, err
}

// Compose counts a report without keeping it, for the command line.
func (s *Store) Compose(ctx context.Context, who access.Actor, ask Ask) (*Record, error) {
	var x *Record
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.Review); err != nil {
			return err
		}
		name, err := scoped(ctx, tx, ask)
		if err != nil {
			return err
		}
		x, err = s.compose(ctx, tx, ask, name)
		return err
	})
	return x, err
}

// compose counts a report as it is now.
func (s *Store) compose(ctx context.Context, tx *db.Tx, ask Ask, group string) (*Record, error) {
	x := &Record{
		Group: group, Period: ask.Period.Code(), Basis: ask.Basis, AsOf: tx.Now.In(civil.Hanoi), Said: []Sentence{}, Figures: []Figure{}, Tables: []Table{},
		Omitted: []Section{}, Remarks: map[Part]string{},
	}
	x.From, x.To = ask.Period.Days(ask.Basis)
	if x.From > civil.DayOf(tx.Now) {
		return nil, fault.Invalid("period", "periodic.ahead", "Day", x.From)
	}
	c := counting{Record: x, s: s, tx: tx, group: ask.Group}
	return x, c.run(ctx)
}

// Kept finds the report of a period and scope that was signed; fault.Missing when there is none.
func (s *Store) Kept(ctx context.Context, who access.Actor, ask Ask) (id string, err error) {
	err = s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.Review); err != nil {
			return err
		}
		return tx.One(ctx, `select r.id`+tables+reach(tx)+`and r.period = $1 and r.scope_key = $2 and r.state = 'signed'`, ask.Period.Code(), ask.key()).Scan(&id)
	})
	return id, err
}

// File gives a report that was read as a file: of a signed one the bytes that were kept with the signature, of a draft what it said. It
// leaves a line in the audit trail.
func (s *Store) File(ctx context.Context, who access.Actor, x *Shown, f reports.Format) (body []byte, err error) {
	if x.State == Signed {
		body, err = s.kept(ctx, who, x.ID, f)
	} else {
		body, err = s.write(x.Record, f, View{Draft: true})
	}
	if err != nil {
		return nil, err
	}
	return body, s.db.Write(ctx, who, func(tx *db.Tx) error {
		if err := reached(ctx, tx, x.ID); err != nil {
			return err
		}
		return tx.Audit(ctx, db.Entry{Action: "periodic.take", Object: "periodic_report", ID: x.ID, Detail: x.Code() + ", " + string(f)})
	})
}

// Draft makes a file of what Compose counted, and leaves a line in the audit trail.
func (s *Store) Draft(ctx context.Context, who access.Actor, x *Record, f reports.Format) ([]byte, error) {
	body, err := s.write(x, f, View{Draft: true})
	if err != nil {
		return nil, err
	}
	return body, s.db.Write(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.Review); err != nil {
			return err
		}
		return tx.Audit(ctx, db.Entry{Action: "periodic.take", Object: "periodic_report", Detail: x.Period + ", " + string(f)})
	})
}

// kept reads a file as it was signed.
func (s *Store) kept(ctx context.Context, who access.Actor, id string, f reports.Format) (body []byte, err error) {
	err = s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := reached(ctx, tx, id); err != nil {
			return err
		}
		var hash string
		if err := tx.One(ctx, `select x.sha256, x.body from periodic_files x where x.ward_id = {ward} and x.report_id = $1 and x.format = $2`, id,
			string(f)).Scan(&hash, &body); err != nil {
			return err
		}
		if sum(body) != hash {
			return errNotSigned
		}
		return nil
	})
	return body, err
}

// write makes a file of a record.
func (s *Store) write(x *Record, f reports.Format, v View) ([]byte, error) {
	fonts, err := s.fonts()
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = x.Write(&b, f, v, fonts)
	return b.Bytes(), err
}
