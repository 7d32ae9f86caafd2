package reviews

import (
	"context"
	"slices"
	"strconv"
	"time"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/campaigns"
	"sonha/ward/criteria"
	"sonha/ward/indicators/smallcells"
	"sonha/ward/measures"
)

// Store keeps the tables of this feature.
type Store struct {
	db   *db.DB
	sets *criteria.Sets
}

// NewStore makes a store over an open database; shortcomings are about the contents and items of the version that the campaign has.
func NewStore(d *db.DB, sets *criteria.Sets) *Store { return &Store{db: d, sets: sets} }

const columns = `r.id, r.number, r.campaign_id, r.year, r.period, r.from_on, r.to_on, r.scope_key, coalesce(r.group_id, ''), coalesce(g.name, ''), r.state,
	r.achievements, r.record, r.hash, r.signed_at, r.signed_by, r.version`

const tables = ` from reviews r left join areas g on g.ward_id = r.ward_id and g.id = r.group_id `

func scanReview(scan func(...any) error) (Review, error) {
	var r Review
	var signed int64
	err := scan(&r.ID, &r.Number, &r.Campaign, &r.Year, &r.Period, &r.From, &r.To, &r.ScopeKey, &r.Group, &r.GroupName, &r.State,
		&r.Achievements, &r.record, &r.Hash, &signed, &r.SignedBy, &r.Version)
	if signed != 0 {
		r.SignedAt = time.UnixMilli(signed)
	}
	return r, err
}

// reach is the condition under which who acts sees reviews: the command those of the ward and of every group, a group lead those of the
// own group. The committee, which opens no house, has those of the ward, and of groups what was signed and so told to it.
func reach(tx *db.Tx) string {
	if tx.Who.Figures() && tx.Who.May(access.SeeHouses) {
		return `where r.ward_id = {ward} `
	}
	if tx.Who.Figures() {
		return `where r.ward_id = {ward} and (r.group_id is null or r.state = 'signed') `
	}
	return `where {scope r} `
}

func one(ctx context.Context, tx *db.Tx, id string) (Review, error) {
	if err := tx.Need(access.Review); err != nil {
		return Review{}, err
	}
	return scanReview(tx.One(ctx, `select `+columns+tables+reach(tx)+`and r.id = $1`, id).Scan)
}

// listed is how many reviews a page shows: many years of a ward of a hundred groups.
const listed = 1000

// List gives the reviews within reach, newest first; year 0 is all years.
func (s *Store) List(ctx context.Context, who access.Actor, year int) ([]Review, error) {
	var list []Review
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.Review); err != nil {
			return err
		}
		return tx.All(ctx, func(scan func(...any) error) error {
			r, err := scanReview(scan)
			list = append(list, r)
			return err
		}, `select `+columns+tables+reach(tx)+`and r.state <> 'dropped' and ($1 = 0 or r.year = $1) order by r.year desc, r.number desc limit `+strconv.Itoa(listed), year)
	})
	return list, err
}

// Shown is a review with its record, what its measures are like today, and what its writer may do next.
type Shown struct {
	Review      Review
	Record      Record
	Now         map[string][]Line // measures by the id of their shortcoming, as they are today
	Open        map[string]bool   // shortcomings that no review closed
	Suggestions []Suggestion      // of a draft
	Writes      bool
}

// Suggestion is an item on which many houses of the scope fall short.
type Suggestion struct {
	Item   string
	Houses int
}

// Get gives a review. What is out of reach is not found.
func (s *Store) Get(ctx context.Context, who access.Actor, id string) (Shown, error) {
	var x Shown
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		r, err := one(ctx, tx, id)
		if err != nil {
			return err
		}
		x.Review, x.Writes, x.Open = r, r.Writes(who), map[string]bool{}
		if x.Record, err = s.recordOf(ctx, tx, &r); err != nil {
			return err
		}
		if x.Record.Set, err = s.sets.OfCampaign(ctx, tx, r.Campaign); err != nil {
			return err
		}
		if !tx.Who.May(access.SeeHouses) {
			if err := hide(ctx, tx, &r, &x.Record); err != nil {
				return err
			}
		}
		if x.Now, err = lines(ctx, tx, x.ids()); err != nil {
			return err
		}
		if err := tx.All(ctx, func(scan func(...any) error) error {
			var id string
			err := scan(&id)
			x.Open[id] = true
			return err
		}, `select s.id from review_shortcomings s where s.ward_id = {ward} and s.review_id = $1 and s.closed_on = ''`, id); err != nil {
			return err
		}
		if r.State == Draft && x.Writes {
			x.Suggestions, err = s.suggest(ctx, tx, &r, x.Record.Shortcomings)
			if !tx.Who.May(access.SeeHouses) {
				x.Suggestions = slices.DeleteFunc(x.Suggestions, func(s Suggestion) bool { return s.Houses < smallcells.Least })
			}
		}
		return err
	})
	return x, err
}

// Find gives one shortcoming of a review, new or earlier, for its forms.
func (x *Shown) Find(id string) (*Earlier, bool) {
	for i := range x.Record.Earlier {
		if x.Record.Earlier[i].ID == id {
			return &x.Record.Earlier[i], true
		}
	}
	for i := range x.Record.Shortcomings {
		if x.Record.Shortcomings[i].ID == id {
			return &Earlier{Shortcoming: x.Record.Shortcomings[i]}, false
		}
	}
	return nil, false
}

func (x *Shown) ids() []string {
	var list []string
	for i := range x.Record.Earlier {
		list = append(list, x.Record.Earlier[i].ID)
	}
	for i := range x.Record.Shortcomings {
		list = append(list, x.Record.Shortcomings[i].ID)
	}
	return list
}

// recordOf gives the record of a review: what was signed, or what a draft says today.
func (s *Store) recordOf(ctx context.Context, tx *db.Tx, r *Review) (Record, error) {
	if r.State == Signed {
		return unpack(r.record, r.Hash)
	}
	x := Record{Code: r.Code(), Group: r.GroupName, Year: r.Year, Period: r.Period, From: r.From, To: r.To, Achievements: r.Achievements}
	err := tx.One(ctx, `select w.name, w.city from wards w where w.id = {ward}`).Scan(&x.Ward, &x.City)
	if err != nil {
		return x, err
	}
	if x.Figures, err = pulled(ctx, tx, r); err != nil {
		return x, err
	}
	was, err := before(ctx, tx, r)
	if err != nil {
		return x, err
	}
	if was != nil {
		x.Before, x.BeforeCode = &was.Figures, was.Code
		if was.Year == x.Year {
			x.Figures.follow(&was.Figures)
		}
	}
	if x.Earlier, err = earlier(ctx, tx, r); err != nil {
		return x, err
	}
	x.Shortcomings, err = shortcomings(ctx, tx, r)
	return x, err
}

// before gives the review of the same scope that was signed last; nil when there is none.
func before(ctx context.Context, tx *db.Tx, r *Review) (*Record, error) {
	var text, hash string
	err := tx.One(ctx, `select r.record, r.hash from reviews r where r.ward_id = {ward} and r.scope_key = $1 and r.state = 'signed' and r.id <> $2
		order by r.to_on desc, r.signed_at desc limit 1`, r.ScopeKey, r.ID).Scan(&text, &hash)
	if fault.Is(err, fault.Missing) {
		return nil, nil //nolint:nilnil // the first review of a scope has none before it
	}
	if err != nil {
		return nil, err
	}
	x, err := unpack(text, hash)
	return &x, err
}

const shortColumns = `s.id, r.number, r.year, s.n, s.content, s.item, s.body, s.houses, s.cause_kind, s.cause, coalesce(p.number, 0), coalesce(p.year, 0), coalesce(q.n, 0)`

const shortTables = ` from review_shortcomings s join reviews r on r.ward_id = s.ward_id and r.id = s.review_id
	left join review_shortcomings q on q.ward_id = s.ward_id and q.id = s.repeats_id left join reviews p on p.ward_id = q.ward_id and p.id = q.review_id `

func scanShort(scan func(...any) error, more ...any) (Shortcoming, error) {
	var s Shortcoming
	var number, year, n, pNumber, pYear, pN int
	err := scan(append([]any{&s.ID, &number, &year, &n, &s.Content, &s.Item, &s.Body, &s.Houses, &s.Kind, &s.Cause, &pNumber, &pYear, &pN}, more...)...)
	s.Code = codeOf(number, year) + "." + strconv.Itoa(n)
	if pN > 0 {
		s.Repeats = codeOf(pNumber, pYear) + "." + strconv.Itoa(pN)
	}
	return s, err
}

// Found is a shortcoming of a signed review.
type Found struct {
	Review string // id
	Shortcoming
}

// SignedTx lists what fell short in the reviews of a scope, a group's id or empty for the ward, that were signed from one day to another,
// in the order in which they were signed. Measures are not read.
func SignedTx(ctx context.Context, tx *db.Tx, group string, from, to civil.Day) ([]Found, error) {
	if err := tx.Need(access.Review); err != nil {
		return nil, err
	}
	if group == "" {
		group = atWard
	}
	var list []Found
	err := tx.All(ctx, func(scan func(...any) error) error {
		var x Found
		var err error
		x.Shortcoming, err = scanShort(scan, &x.Review)
		list = append(list, x)
		return err
	}, `select `+shortColumns+`, r.id`+shortTables+`where s.ward_id = {ward} and r.scope_key = $1 and r.state = 'signed' and r.signed_at >= $2 and r.signed_at < $3
		order by r.signed_at, r.id, s.n`, group, from.Time().UnixMilli(), to.AddDays(1).Time().UnixMilli())
	return list, err
}

// shortcomings gives those of the review itself.
func shortcomings(ctx context.Context, tx *db.Tx, r *Review) ([]Shortcoming, error) {
	var list []Shortcoming
	var ids []string
	err := tx.All(ctx, func(scan func(...any) error) error {
		s, err := scanShort(scan)
		list, ids = append(list, s), append(ids, s.ID)
		return err
	}, `select `+shortColumns+shortTables+`where s.ward_id = {ward} and s.review_id = $1 order by s.n`, r.ID)
	if err != nil {
		return nil, err
	}
	now, err := lines(ctx, tx, ids)
	for i := range list {
		list[i].Measures = now[list[i].ID]
	}
	return list, err
}

// earlier gives the shortcomings that signed reviews of the same scope left open, with what this review says of them.
func earlier(ctx context.Context, tx *db.Tx, r *Review) ([]Earlier, error) {
	var list []Earlier
	var ids []string
	err := tx.All(ctx, func(scan func(...any) error) error {
		var e Earlier
		var err error
		e.Shortcoming, err = scanShort(scan, &e.Effect, &e.Note)
		list, ids = append(list, e), append(ids, e.ID)
		return err
	}, `select `+shortColumns+`, coalesce(j.effect, ''), coalesce(j.note, '')`+shortTables+`
		left join review_judgements j on j.ward_id = s.ward_id and j.shortcoming_id = s.id and j.review_id = $2
		where s.ward_id = {ward} and `+inherited+` and r.state = 'signed' and r.id <> $2 and s.closed_on = '' order by r.year, r.number, s.n`, r.ScopeKey, r.ID)
	if err != nil {
		return nil, err
	}
	now, err := lines(ctx, tx, ids)
	for i := range list {
		list[i].Measures = now[list[i].ID]
	}
	return list, err
}

// lines gives the measures of shortcomings. Who reaches a review reaches what it decided, whoever carries it out.
func lines(ctx context.Context, tx *db.Tx, ids []string) (map[string][]Line, error) {
	const atOnce = 200
	out := map[string][]Line{}
	for chunk := range slices.Chunk(ids, atOnce) {
		which, args := db.Among("m.source_id", 2, chunk)
		if err := tx.All(ctx, func(scan func(...any) error) error {
			var of string
			var m Line
			err := scan(&of, &m.ID, &m.Content, &m.Owner, &m.OwnerName, &m.Due, &m.State)
			out[of] = append(out[of], m)
			return err
		}, `select m.source_id, m.id, m.content, m.owner, m.owner_name, m.due_on, m.state from measures m
			where m.ward_id = {ward} and m.source = $1 and `+which+` order by m.opened_at, m.id`, append([]any{string(measures.FromReview)}, args...)...); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Choices are what a review can be begun of.
type Choices struct {
	Years  []int
	Groups []struct{ ID, Name string }
	Ward   bool // who acts may review the ward as a whole
}

// Choices gives what a review can be begun of.
func (s *Store) Choices(ctx context.Context, who access.Actor) (Choices, error) {
	var x Choices
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.Review); err != nil {
			return err
		}
		if err := tx.All(ctx, func(scan func(...any) error) error {
			var year int
			err := scan(&year)
			x.Years = append(x.Years, year)
			return err
		}, `select c.year from campaigns c where c.ward_id = {ward} and c.origin = 'sonha' order by c.year desc limit 5`); err != nil {
			return err
		}
		x.Ward = (&Review{}).Writes(who)
		if !(&Review{Group: "any"}).Writes(who) {
			return nil
		}
		level, ids := tx.Who.Reach()
		return tx.All(ctx, func(scan func(...any) error) error {
			var g struct{ ID, Name string }
			err := scan(&g.ID, &g.Name)
			if level == access.WholeWard || slices.Contains(ids, g.ID) {
				x.Groups = append(x.Groups, g)
			}
			return err
		}, `select g.id, g.name from areas g where g.ward_id = {ward} and g.kind = 'group' and g.valid_to is null order by g.sort_key`)
	})
	return x, err
}

// New is a review as it is begun; an empty group is the ward.
type New struct {
	Year   int
	Period Period
	Group  string
}

// Begin begins a review. One scope has one review of a period, and none of a period before one that was signed.
func (s *Store) Begin(ctx context.Context, who access.Actor, n New) (string, error) {
	var id string
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		var err error
		id, err = s.BeginTx(ctx, tx, n)
		return err
	})
	return id, err
}

// BeginTx is Begin inside a unit of work.
func (s *Store) BeginTx(ctx context.Context, tx *db.Tx, n New) (string, error) {
	if err := tx.Need(access.Review); err != nil {
		return "", err
	}
	r := Review{ID: tx.NewID(), Year: n.Year, Period: n.Period, Group: n.Group, ScopeKey: atWard}
	if err := scoped(ctx, tx, &r); err != nil {
		return "", err
	}
	c, err := campaigns.ByYearTx(ctx, tx, n.Year)
	if fault.Is(err, fault.Missing) {
		return "", fault.Invalid("year", "reviews.choose_year")
	}
	if err != nil {
		return "", err
	}
	r.Campaign = c.ID
	var ok bool
	if r.From, r.To, ok = n.Period.Days(n.Year, &c); !ok {
		return "", fault.Invalid("period", "reviews.choose_period")
	}
	if today := civil.DayOf(tx.Now); r.From > today {
		return "", fault.Invalid("period", "reviews.period_ahead", "Day", r.From)
	}
	if err := free(ctx, tx, &r); err != nil {
		return "", err
	}
	if err := tx.One(ctx, `select coalesce(max(r.number), 0) + 1 from reviews r where r.ward_id = {ward} and r.year = $1`, r.Year).Scan(&r.Number); err != nil {
		return "", err
	}
	if _, err := tx.Exec(ctx, `insert into reviews (ward_id, id, number, campaign_id, year, period, from_on, to_on, scope_key, group_id, state, achievements, record, hash,
			signed_at, signed_by, created_account, created_at, updated_at, version)
		values ({ward}, $1, $2, $3, $4, $5, $6, $7, $8, $9, 'draft', '', '', '', 0, '', $10, $11, $11, 1)`,
		r.ID, r.Number, r.Campaign, r.Year, string(r.Period), string(r.From), string(r.To), r.ScopeKey, db.OrNull(r.Group), tx.Who.Account(), tx.Millis()); err != nil {
		return "", err
	}
	return r.ID, audit(ctx, tx, &r, "review.begin")
}

// scoped holds that who acts may write a review of the scope.
func scoped(ctx context.Context, tx *db.Tx, r *Review) error {
	if !r.Writes(tx.Who) {
		return fault.Invalid("group", "reviews.choose_scope")
	}
	if r.Group == "" {
		return nil
	}
	r.ScopeKey = r.Group
	level, ids := tx.Who.Reach()
	var found string
	err := tx.One(ctx, `select g.id from areas g where g.ward_id = {ward} and g.id = $1 and g.kind = 'group' and g.valid_to is null`, r.Group).Scan(&found)
	if fault.Is(err, fault.Missing) || err == nil && level != access.WholeWard && !slices.Contains(ids, r.Group) {
		return fault.Invalid("group", "reviews.choose_scope")
	}
	return err
}

// free refuses a second review of a period, and one of a period before the last that was signed.
func free(ctx context.Context, tx *db.Tx, r *Review) error {
	var number int
	err := tx.One(ctx, `select r.number from reviews r where r.ward_id = {ward} and r.scope_key = $1 and r.year = $2 and r.period = $3 and r.state <> 'dropped'`,
		r.ScopeKey, r.Year, string(r.Period)).Scan(&number)
	if err == nil {
		return fault.Invalid("period", "reviews.twice", "Code", codeOf(number, r.Year))
	}
	if !fault.Is(err, fault.Missing) {
		return err
	}
	return later(ctx, tx, r)
}

// later refuses a review whose period ends before that of one of the same scope that was signed: it would judge what came after it.
func later(ctx context.Context, tx *db.Tx, r *Review) error {
	var number, year int
	err := tx.One(ctx, `select r.number, r.year from reviews r where r.ward_id = {ward} and r.scope_key = $1 and r.state = 'signed' and r.to_on > $2 and r.id <> $3
		order by r.to_on desc limit 1`, r.ScopeKey, string(r.To), r.ID).Scan(&number, &year)
	if fault.Is(err, fault.Missing) {
		return nil
	}
	if err != nil {
		return err
	}
	return fault.Invalid("period", "reviews.later_signed", "Code", codeOf(number, year))
}

func audit(ctx context.Context, tx *db.Tx, r *Review, action string) error {
	return tx.Audit(ctx, db.Entry{Action: action, Object: "review", ID: r.ID, Detail: r.Code()})
}
