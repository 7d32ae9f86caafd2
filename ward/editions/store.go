package editions

import (
	"bytes"
	"context"
	"slices"
	"strconv"
	"strings"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/civil/personal"
	"sonha/ground/fault"
	"sonha/ward/criteria"
	"sonha/ward/inbox"
)

// Store keeps the table of this feature.
type Store struct {
	db   *db.DB
	sets *criteria.Sets
}

// NewStore makes a store over an open database.
func NewStore(d *db.DB, sets *criteria.Sets) *Store { return &Store{db: d, sets: sets} }

const columns = `e.number, e.state, e.based_on, e.note, e.editors, e.version, e.changed_at, e.changed_by, coalesce(e.published_at, 0), e.published_by`

func scanEdition(scan func(...any) error, more ...any) (Edition, error) {
	var e Edition
	var editors string
	var changed, published int64
	err := scan(append([]any{&e.Number, &e.State, &e.BasedOn, &e.Note, &editors, &e.Version, &changed, &e.ChangedBy, &published, &e.PublishedBy}, more...)...)
	e.Changed, e.Published = db.Moment(changed), db.Moment(published)
	e.Editors = strings.FieldsFunc(editors, func(r rune) bool { return r == ',' })
	return e, err
}

// first is the version that is compiled in.
func first() Edition { return Edition{Number: criteria.Version1().Version, State: Published} }

// List gives all versions of the ward, the draft and the latest first, without their sets.
func (s *Store) List(ctx context.Context, who access.Actor) ([]Edition, error) {
	var list []Edition
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.SeeCriteria); err != nil {
			return err
		}
		list = nil
		if err := tx.All(ctx, func(scan func(...any) error) error {
			e, err := scanEdition(scan)
			list = append(list, e)
			return err
		}, `select `+columns+` from editions e where e.ward_id = {ward} order by e.number desc`); err != nil {
			return err
		}
		list = append(list, first())
		return years(ctx, tx, list)
	})
	return list, err
}

// years notes which campaigns use the versions.
func years(ctx context.Context, tx *db.Tx, list []Edition) error {
	return tx.All(ctx, func(scan func(...any) error) error {
		var year, number int
		if err := scan(&year, &number); err != nil {
			return err
		}
		if at := slices.IndexFunc(list, func(e Edition) bool { return e.Number == number }); at >= 0 {
			list[at].Years = append(list[at].Years, year)
		}
		return nil
	}, `select c.year, c.criteria from campaigns c where c.ward_id = {ward} order by c.year`)
}

// get gives one version with its set, and the one it was copied from.
func (s *Store) get(ctx context.Context, tx *db.Tx, number int) (Edition, error) {
	if e := first(); number == e.Number {
		e.Set = criteria.Version1()
		list := []Edition{e}
		err := years(ctx, tx, list)
		return list[0], err
	}
	var encoded string
	e, err := scanEdition(tx.One(ctx, `select `+columns+`, e.encoded from editions e where e.ward_id = {ward} and e.number = $1`, number).Scan, &encoded)
	if err != nil {
		return e, err
	}
	if e.Base, err = s.sets.Of(ctx, tx, e.BasedOn); err != nil {
		return e, err
	}
	if e.State == Published {
		e.Set, err = s.sets.Of(ctx, tx, number) // checks the hash
	} else if e.Set, err = read([]byte(encoded)); err == nil {
		e.Earlier, err = s.sets.Before(ctx, tx, number)
	}
	if err != nil {
		return e, err
	}
	list := []Edition{e}
	err = years(ctx, tx, list)
	return list[0], err
}

// Get gives one version. fault.Missing when the ward has none of that number.
func (s *Store) Get(ctx context.Context, who access.Actor, number int) (Edition, error) {
	var e Edition
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.SeeCriteria); err != nil {
			return err
		}
		var err error
		e, err = s.get(ctx, tx, number)
		return err
	})
	return e, err
}

const insert = `insert into editions (ward_id, number, state, based_on, encoded, hash, note, editors, created_at, created_by, changed_at, changed_by, published_at,
		published_by, version)
	values ({ward}, $1, 'draft', $2, $3, $4, $5, '', $6, $7, $6, $7, null, '', 1)`

// Begin copies the version in force into a draft and gives its number. A ward has one draft at a time.
func (s *Store) Begin(ctx context.Context, who access.Actor) (int, error) {
	number := 0
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.KeepCriteria); err != nil {
			return err
		}
		latest, err := s.sets.Latest(ctx, tx)
		if err != nil {
			return err
		}
		set, err := next(latest)
		if err != nil {
			return err
		}
		number = set.Version
		err = add(ctx, tx, set, latest.Version, "", tx.Who.Name())
		if fault.Is(err, fault.Clash) {
			return fault.Shut("editions.one_draft")
		}
		return err
	})
	return number, err
}

// next copies a set under the number that follows.
func next(latest *criteria.Set) (*criteria.Set, error) {
	set, err := clone(latest)
	if err == nil {
		set.Version, set.Retired = latest.Version+1, nil
	}
	return set, err
}

// add writes a draft and says where it was copied from.
func add(ctx context.Context, tx *db.Tx, set *criteria.Set, base int, note, by string) error {
	data, err := set.Encode()
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, insert, set.Version, base, string(data), set.Hash(), note, tx.Millis(), by); err != nil {
		return err
	}
	return tell(ctx, tx, "begin", set.Version, "chép từ bản "+strconv.Itoa(base))
}

// tell leaves the line of the trail.
func tell(ctx context.Context, tx *db.Tx, what string, number int, detail string) error {
	return tx.Audit(ctx, db.Entry{Action: "criteria." + what, Object: "criteria", ID: strconv.Itoa(number), Detail: detail})
}

// change reads a draft, lets fn change its set or note, and writes it when something changed. fn says for the trail what it did.
func (s *Store) change(ctx context.Context, who access.Actor, number int, fn func(e *Edition) (string, error)) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.KeepCriteria); err != nil {
			return err
		}
		e, err := s.get(ctx, tx, number)
		if err != nil {
			return err
		}
		if err := e.open(); err != nil {
			return err
		}
		before, note := e.Set.Hash(), e.Note
		detail, err := fn(&e)
		if err != nil {
			return err
		}
		if e.Set.Hash() == before && e.Note == note {
			tx.Untold("nothing changed")
			return nil
		}
		if wrong := fields(e.Set.Misfits(e.Earlier...), ""); len(wrong) > 0 {
			return fault.InvalidFields(wrong)
		}
		data, err := e.Set.Encode()
		if err != nil {
			return err
		}
		if account := tx.Who.Account(); account != "" && !e.Edited(account) {
			e.Editors = append(e.Editors, account)
		}
		if err := tx.Must1(tx.Exec(ctx, `update editions as e set encoded = $1, hash = $2, note = $3, editors = $4, changed_at = $5, changed_by = $6, version = e.version + 1
			where e.ward_id = {ward} and e.number = $7 and e.state = 'draft' and e.version = $8`,
			string(data), e.Set.Hash(), e.Note, strings.Join(e.Editors, ","), tx.Millis(), tx.Who.Name(), number, e.Version)); err != nil {
			return err
		}
		return tell(ctx, tx, "change", number, detail)
	})
}

// Stamp identifies an item as it stands, so that a form can say which one it was filled in from.
func Stamp(item *criteria.Item) string {
	one := criteria.Set{Contents: []criteria.Content{{Items: []criteria.Item{*item}}}}
	return one.Hash()
}

// SaveItem changes one item of a draft. opened is the Stamp of the item as the form showed it: when somebody else has changed it
// meanwhile to something else, the error is fault.Clash and nothing is written.
func (s *Store) SaveItem(ctx context.Context, who access.Actor, number int, code, opened string, f Form) error {
	return s.change(ctx, who, number, func(e *Edition) (string, error) {
		item, _ := find(e.Set, code)
		if item == nil {
			return "", fault.NotFound("fault.not_found")
		}
		stamp := Stamp(item)
		if wrong := f.put(e.Set, item, e.fresh(code)); len(wrong) > 0 {
			return "", fault.InvalidFields(wrong)
		}
		if stamp != opened && stamp != Stamp(item) {
			return "", fault.Conflict("editions.changed_meanwhile", "Who", e.ChangedBy)
		}
		return code, nil
	})
}

// SaveRules changes the numbers by which a draft judges, and why it is made.
func (s *Store) SaveRules(ctx context.Context, who access.Actor, number int, r Rules) error {
	return s.change(ctx, who, number, func(e *Edition) (string, error) {
		e.Note = civil.NFCLines(r.Note)
		wrong := r.put(e.Set)
		wrong = append(wrong, personal.Text("note", e.Note, "", mostNote)...)
		if len(wrong) == 0 {
			wrong = fields(e.Set.Problems(), "")
		}
		return "quy tắc, lý do", fault.InvalidFields(wrong)
	})
}

// Withdraw throws a draft away. Its number is free again: nobody was ever asked by it.
func (s *Store) Withdraw(ctx context.Context, who access.Actor, number int) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.KeepCriteria); err != nil {
			return err
		}
		e, err := s.get(ctx, tx, number)
		if err != nil {
			return err
		}
		if err := e.open(); err != nil {
			return err
		}
		if err := tx.Must1(tx.Exec(ctx, `delete from editions as e where e.ward_id = {ward} and e.number = $1 and e.state = 'draft'`, number)); err != nil {
			return err
		}
		return tell(ctx, tx, "withdraw", number, "")
	})
}

// MayPublish says why an account cannot publish the draft now, or nil. Whoever changed it is not the second person, and the program itself
// is nobody's.
func (e *Edition) MayPublish(account string) error {
	switch {
	case e.State != Draft:
		return e.open()
	case len(Differences(e.Base, e.Set, "vi")) == 0:
		return fault.Shut("editions.no_change", "Base", e.BasedOn)
	case e.Note == "":
		return fault.Shut("editions.no_note")
	case account == "" || e.Edited(account):
		return fault.Shut("editions.own")
	}
	return nil
}

// Publish puts a draft in force for the campaigns that choose it. seen is the Version of the draft that the second person looked at.
func (s *Store) Publish(ctx context.Context, who access.Actor, number, seen int, reason string) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.PublishCriteria); err != nil {
			return err
		}
		e, err := s.get(ctx, tx, number)
		if err != nil {
			return err
		}
		if err := e.MayPublish(tx.Who.Account()); err != nil {
			return err
		}
		if e.Version != seen {
			return fault.Conflict("editions.changed_since", "Who", e.ChangedBy)
		}
		reason = civil.NFCLines(reason)
		if err := fault.InvalidFields(personal.Text("reason", reason, "editions.say_reason", mostNote)); err != nil {
			return err
		}
		if wrong := fields(slices.Concat(e.Set.Problems(), e.Set.Misfits(e.Earlier...)), ""); len(wrong) > 0 {
			return fault.InvalidFields(wrong)
		}
		if err := tx.Must1(tx.Exec(ctx, `update editions as e set state = 'published', published_at = $1, published_by = $2, version = e.version + 1
			where e.ward_id = {ward} and e.number = $3 and e.state = 'draft' and e.version = $4`, tx.Millis(), tx.Who.Name(), number, seen)); err != nil {
			return err
		}
		if err := inbox.Tell(ctx, tx, inbox.To{Roles: []access.Role{access.Command, access.Committee}, Accounts: e.Editors}, inbox.Message{
			Kind: inbox.Phases, Key: "editions.told", Pairs: []any{"Version", strconv.Itoa(number)}, Href: address(number), About: "criteria " + strconv.Itoa(number),
		}); err != nil {
			return err
		}
		return tell(ctx, tx, "publish", number, reason)
	})
}

// Effect tries a version on the answers of the last campaign that was closed, or, where there is none, of the one under way.
func (s *Store) Effect(ctx context.Context, who access.Actor, number int) (Edition, Effect, error) {
	var e Edition
	var x Effect
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.PublishCriteria); err != nil {
			return err
		}
		var err error
		if e, err = s.get(ctx, tx, number); err != nil {
			return err
		}
		x = Effect{}
		var campaign string
		err = tx.One(ctx, `select c.id, c.year, c.criteria from campaigns c where c.ward_id = {ward}
			and exists (select 1 from results r where r.ward_id = c.ward_id and r.campaign_id = c.id and r.stage <> 'assessed' and r.answers <> '')
			order by case when c.phase = 'closed' then 0 else 1 end, c.year desc limit 1`).Scan(&campaign, &x.Year, &x.Was)
		if fault.Is(err, fault.Missing) {
			return nil
		}
		if err != nil {
			return err
		}
		old, err := s.sets.Of(ctx, tx, x.Was)
		if err != nil {
			return err
		}
		t, err := newTried(old, e.Set, &x)
		if err != nil {
			return err
		}
		return tx.All(ctx, func(scan func(...any) error) error {
			var group string
			var answers criteria.Answers
			var houses int
			if err := scan(&group, &answers, &houses); err != nil {
				return err
			}
			t.count(group, answers, houses)
			return nil
		}, `select coalesce(g.name, ''), r.answers, count(*) from results r
			join houses h on h.ward_id = r.ward_id and h.id = r.house_id
			left join areas g on g.ward_id = h.ward_id and g.id = h.group_id
			where {figures h} and h.status = 'active' and r.campaign_id = $1 and r.stage <> 'assessed'
			group by g.name, r.answers`, campaign)
	})
	slices.SortFunc(x.Groups, func(a, b GroupEffect) int { return bytes.Compare(civil.SortKey(a.Name), civil.SortKey(b.Name)) })
	return e, x, err
}

// Full is a draft with its changes, for demo data and tests of rooms above.
type Full struct {
	Note, By string
	Change   func(*criteria.Set)
}

// Record writes a draft in one go. Nobody counts as its editor.
func Record(ctx context.Context, tx *db.Tx, f Full) error {
	if err := tx.Need(access.KeepCriteria); err != nil {
		return err
	}
	first := criteria.Version1()
	set, err := next(first)
	if err != nil {
		return err
	}
	f.Change(set)
	if wrong := slices.Concat(set.Problems(), set.Misfits(first)); len(wrong) > 0 {
		return wrong[0]
	}
	return add(ctx, tx, set, first.Version, f.Note, f.By)
}
