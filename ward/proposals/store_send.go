package proposals

import (
	"context"
	"slices"
	"strconv"
	"time"

	"sonha/engine/db"
	"sonha/engine/files"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/holidays"
)

// alikeHours is how far back others are looked for that may be the same thing.
const alikeHours = 72

// mostAlike is how many are offered: more than a few is no longer a question that one can answer.
const mostAlike = 4

// Sketch takes a form with saved photos: it is sent, or kept as the draft of its sender while something has to be asked first.
// A form with something wrong in it is refused with its reasons, but its photos are kept all the same, in a draft without any
// text, because a browser cannot offer a chosen file again: the id comes with the error then. draft is the one that the form
// belongs to, or empty. With hold nothing is sent, because a photo could not be taken and its sender shall say what now.
// said is what the sender has said before: nothing, except when a phone sends a form that it kept.
func (s *Store) Sketch(ctx context.Context, who access.Actor, draft string, f Form, taken []files.Photo, hold bool, said Said) (id string, stage Stage, err error) {
	if wrong := fault.InvalidFields(f.check()); wrong != nil || hold {
		if len(taken) == 0 {
			return "", Sent, wrong
		}
		err = s.db.Write(db.Apart(ctx), who, func(tx *db.Tx) error {
			p, err := s.keep(ctx, tx, draft, &Form{House: f.House}, taken)
			id = p.ID
			return err
		})
		if err == nil {
			err = wrong
		}
		return id, Sent, err
	}
	err = s.db.Write(ctx, who, func(tx *db.Tx) error {
		p, err := s.keep(ctx, tx, draft, &f, taken)
		if err != nil {
			return err
		}
		id = p.ID
		stage, err = s.advance(ctx, tx, &p, said)
		return err
	})
	return id, stage, err
}

// keep writes a form and its photos into a draft.
func (s *Store) keep(ctx context.Context, tx *db.Tx, draft string, f *Form, taken []files.Photo) (Proposal, error) {
	var p Proposal
	if err := tx.Need(access.Propose); err != nil {
		return p, err
	}
	p, err := s.place(ctx, tx, draft, f.House)
	if err != nil {
		return p, err
	}
	if len(p.Photos)+len(taken) > MostPhotos {
		return p, fault.Invalid("photos", "proposals.too_many_photos", "Most", MostPhotos)
	}
	if err := s.write(ctx, tx, &p, f); err != nil {
		return p, err
	}
	for _, x := range taken {
		if _, err := tx.Exec(ctx, `insert into proposal_photos (ward_id, id, proposal_id, file, width, height, size, sha256, taken_at) values ({ward}, $1,
			$2, $3, $4, $5, $6, $7, $8)`,
			tx.NewID(), p.ID, x.Name, x.Width, x.Height, x.Bytes, x.SHA256, tx.Millis()); err != nil {
			return p, err
		}
	}
	return p, audit(ctx, tx, &p, "sketch")
}

// place finds the house that a form is about, within the actor's reach, and the draft that it belongs to.
func (s *Store) place(ctx context.Context, tx *db.Tx, draft, house string) (p Proposal, err error) {
	home, label := tx.Who.Household()
	if home != "" {
		house = home
	}
	if draft != "" {
		if p, err = own(ctx, tx, draft); err != nil && !fault.Is(err, fault.Missing) {
			return p, err
		}
	}
	if !db.ValidID(house) {
		return p, fault.Invalid("house", "proposals.choose_house")
	}
	p.Household = label
	err = tx.One(ctx, `select h.id, h.number, st.name from houses h join streets st on st.ward_id = h.ward_id and st.id = h.street_id
		where {home h} and h.status = 'active' and h.id = $1`, house).Scan(&p.House.ID, &p.House.Number, &p.House.Street)
	return p, err
}

// write writes the row of a draft.
func (s *Store) write(ctx context.Context, tx *db.Tx, p *Proposal, f *Form) error {
	p.Unit, p.UnitName, p.Days = f.route()
	if f.Category == "" {
		p.Unit = ByOfficer
	}
	p.Category, _ = CategoryOf(f.Category)
	p.Place, p.Title, p.Body, p.Urgent, p.Public, p.Wish = f.Place, f.Title, f.Body, f.Urgent, p.Category.Public, f.Wish
	if p.ID != "" {
		_, err := tx.Exec(ctx, `update proposals as p set house_id = $3, household = $4, category = $5, place = $6, title = $7, body = $8, urgent = $9, public = $10, wish = $11,
				unit = $12, unit_name = $13, days = $14, updated_at = $15, version = p.version + 1 where `+ownDraft+` and p.id = $1`,
			p.ID, tx.Who.Account(), p.House.ID, p.Household, f.Category, f.Place, f.Title, f.Body, f.Urgent, p.Public, string(f.Wish), string(p.Unit),
			p.UnitName, p.Days, tx.Millis())
		return err
	}
	p.ID = tx.NewID()
	_, err := tx.Exec(ctx, `insert into proposals (ward_id, id, house_id, household, raised_as, sent_by, state, year, number, category, place, title, body, urgent, public, wish,
			unit, unit_name, level, climbed_on, days, counted_from, due_on, first_due_on, first_answered_on, result, answer, document, ticket, satisfied, joined, reopened,
			drafted_at, sent_at, answered_at, closed_at, updated_at, version)
		values ({ward}, $1, $2, $3, $4, $5, 'draft', 0, 0, $6, $7, $8, $9, $10, $11, $12, $13, $14, 0, '', $15, '', '', '', '', '', '', '', '', '', 0, 0, $16, 0, 0, 0, $16, 1)`,
		p.ID, p.House.ID, p.Household, string(tx.Who.Role()), tx.Who.Account(), f.Category, f.Place, f.Title, f.Body, f.Urgent, p.Public, string(f.Wish),
		string(p.Unit), p.UnitName, p.Days, tx.Millis())
	return err
}

// own gives the actor's own draft with its photos.
func own(ctx context.Context, tx *db.Tx, id string) (Proposal, error) {
	p, err := scanProposal(tx.One(ctx, `select `+columns+tables+` where `+ownDraft+` and p.id = $1`, id, tx.Who.Account()).Scan)
	if err != nil {
		return p, err
	}
	p.Photos, err = photos(ctx, tx, id)
	return p, err
}

// Drafted gives the actor's own draft with the others that may be the same thing.
func (s *Store) Drafted(ctx context.Context, who access.Actor, id string) (Proposal, error) {
	var p Proposal
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.Propose); err != nil {
			return err
		}
		var err error
		if p, err = own(ctx, tx, id); err != nil {
			return err
		}
		if p.Category.Code != "" {
			p.Alike, err = alike(ctx, tx, &p, false)
		}
		return err
	})
	return p, err
}

// Alike is another proposal of the last days that may be the same thing. Its words are shown to who reaches it; others learn
// what it is about, roughly where, and how far it is, and not at whose door.
type Alike struct {
	ID        string
	Place     string
	State     State
	Sent      time.Time
	Joined    int
	SameHouse bool
	Title     string // empty when it is out of reach
	Code      string // likewise
	House     string // likewise
}

// alike finds proposals of the same kind, at the same house or, where the thing lies outside, in the same street, that
// nobody has said to be something else. With all it gives also those that are closed already.
func alike(ctx context.Context, tx *db.Tx, p *Proposal, all bool) ([]Alike, error) {
	var list []Alike
	words := `{scope p.household}`
	if tx.Who.Role() == access.Committee {
		words = `1 = 0` // the ward's own work is found by its list
	}
	err := tx.All(ctx, func(scan func(...any) error) error {
		var x Alike
		var sent int64
		var year, number int
		if err := scan(&x.ID, &x.Place, &x.State, &sent, &x.Joined, &x.SameHouse, &x.Title, &year, &number, &x.House); err != nil {
			return err
		}
		x.Sent = db.Moment(sent)
		if x.Title != "" {
			x.Code = (&Proposal{Year: year, Number: number}).Code()
		}
		list = append(list, x)
		return nil
	}, `select p.id, p.place, p.state, p.sent_at, p.joined, p.house_id = $2, case when `+words+` then p.title else '' end, p.year, p.number,
			case when `+words+` then h.number || ' ' || st.name else '' end`+tables+`
		where p.ward_id = {ward} and p.id <> $1 and p.category = $3 and p.sent_at >= $4
			and p.state <> 'draft' and (p.state <> 'closed' or $5) and p.satisfied <> 'withdrawn'
			and (p.house_id = $2 or ($6 and h.street_id = (select y.street_id from houses y where y.ward_id = {ward} and y.id = $2)))
			and not exists (select 1 from proposals_apart a where a.ward_id = p.ward_id and (a.proposal_id = $1 and a.other_id = p.id or a.other_id = $1 and a.proposal_id = p.id))
		order by case when p.house_id = $2 then 0 else 1 end, p.sent_at desc limit `+strconv.Itoa(mostAlike),
		p.ID, p.House.ID, p.Category.Code, tx.Now.Add(-alikeHours*time.Hour).UnixMilli(), all, p.Category.Street)
	return list, err
}

// Said is what the sender of a draft has said so far.
type Said struct {
	Warned bool // "vẫn gửi đề xuất", having read whom to call
	Other  bool // "việc khác": none of those offered is the same thing
	// Away says that a phone sends what it kept: nobody is there to be asked. It is sent, and whoever answers joins what is the same.
	Away bool
}

// Stage is what has to be asked before a draft is sent.
type Stage string

// The stages.
const (
	Warn  Stage = "urgent"  // whom to call comes first
	Offer Stage = "similar" // others may be the same thing
	Sent  Stage = ""        // it is sent
)

// Send sends a draft, or says what has to be asked first. What was sent already is sent: a second tap changes nothing.
func (s *Store) Send(ctx context.Context, who access.Actor, id string, said Said) (Stage, error) {
	stage := Sent
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.Propose); err != nil {
			return err
		}
		p, err := own(ctx, tx, id)
		if fault.Is(err, fault.Missing) {
			if p, err = get(ctx, tx, id); err == nil && p.Raised(who) {
				tx.Untold("it was sent before")
				return nil
			}
			return notFound()
		}
		if err != nil {
			return err
		}
		stage, err = s.advance(ctx, tx, &p, said)
		return err
	})
	return stage, err
}

// advance sends a draft, or says what has to be asked first.
func (s *Store) advance(ctx context.Context, tx *db.Tx, p *Proposal, said Said) (Stage, error) {
	form := Form{Category: p.Category.Code, Place: p.Place, Title: p.Title, Body: p.Body, Wish: p.Wish}
	if err := fault.InvalidFields(form.check()); err != nil {
		return Sent, err
	}
	others, err := alike(ctx, tx, p, false)
	switch {
	case err != nil:
		return Sent, err
	case said.Away:
		return Sent, s.send(ctx, tx, p)
	case p.Urgent && !said.Warned:
		return Warn, tx.Audit(ctx, db.Entry{Action: "proposal.warned", Object: "proposal", ID: p.ID})
	case len(others) > 0 && !said.Other:
		return Offer, tx.Audit(ctx, db.Entry{Action: "proposal.offered", Object: "proposal", ID: p.ID})
	}
	for _, x := range others {
		if _, err := tx.Exec(ctx, `insert into proposals_apart (ward_id, proposal_id, other_id) values ({ward}, $1, $2) on conflict do nothing`, p.ID, x.ID); err != nil {
			return Sent, err
		}
	}
	return Sent, s.send(ctx, tx, p)
}

// send numbers a draft, reckons its day and hands it to who answers.
func (s *Store) send(ctx context.Context, tx *db.Tx, p *Proposal) error {
	c, err := holidays.Calendar(ctx, tx)
	if err != nil {
		return err
	}
	today := civil.DayOf(tx.Now)
	p.Year, p.State, p.CountedFrom, p.Due = today.Year(), New, today, c.AddWorkingDays(today, p.Days)
	if p.Number, err = number(ctx, tx, p.Year); err != nil {
		return err
	}
	if err := tx.Must1(tx.Exec(ctx, `update proposals as p set state = 'new', year = $3, number = $4, counted_from = $5, due_on = $6, first_due_on = $6,
		sent_at = $7, updated_at = $7,
			version = p.version + 1 where `+ownDraft+` and p.id = $1`,
		p.ID, tx.Who.Account(), p.Year, p.Number, string(p.CountedFrom), string(p.Due), tx.Millis())); err != nil {
		return err
	}
	if err := step(ctx, tx, p, "sent", "", ""); err != nil {
		return err
	}
	return audit(ctx, tx, p, "sent")
}

// number gives the next number of a year, without gaps: two that are sent at once take turns.
func number(ctx context.Context, tx *db.Tx, year int) (int, error) {
	if _, err := tx.Exec(ctx, `insert into proposal_numbers (ward_id, year, last) values ({ward}, $1, 1)
		on conflict (ward_id, year) do update set last = proposal_numbers.last + 1`, year); err != nil {
		return 0, err
	}
	var n int
	err := tx.One(ctx, `select x.last from proposal_numbers x where x.ward_id = {ward} and x.year = $1`, year).Scan(&n)
	return n, err
}

// Join counts the actor among those who have the same thing, and gives the draft up. It gives the files of the draft's
// photos, which the caller deletes. Only what was offered to the draft can be joined.
func (s *Store) Join(ctx context.Context, who access.Actor, draft, to string) ([]string, error) {
	var gone []string
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.Propose); err != nil {
			return err
		}
		p, err := own(ctx, tx, draft)
		if err != nil {
			return err
		}
		others, err := alike(ctx, tx, &p, false)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(others, func(x Alike) bool { return x.ID == to }) {
			return notFound()
		}
		n, err := tx.Exec(ctx, `insert into proposal_joins (ward_id, proposal_id, account_id, house_id, joined_at)
			select {ward}, $1, $2, $3, $4 from proposals p where p.ward_id = {ward} and p.id = $1 and p.sent_by <> $2
			on conflict (ward_id, proposal_id, account_id) do nothing`, to, who.Account(), p.House.ID, tx.Millis())
		if err != nil {
			return err
		}
		if n > 0 {
			if _, err := tx.Exec(ctx, `update proposals as p set joined = p.joined + 1, updated_at = $2 where p.ward_id = {ward} and p.id = $1`, to, tx.Millis()); err != nil {
				return err
			}
		}
		gone, err = drop(ctx, tx, []Proposal{p})
		if err != nil {
			return err
		}
		return audit(ctx, tx, &p, "joined")
	})
	return gone, err
}

// Discard gives a draft up. It gives the files of its photos, which the caller deletes.
func (s *Store) Discard(ctx context.Context, who access.Actor, id string) ([]string, error) {
	var gone []string
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.Propose); err != nil {
			return err
		}
		p, err := own(ctx, tx, id)
		if err != nil {
			return err
		}
		if gone, err = drop(ctx, tx, []Proposal{p}); err != nil {
			return err
		}
		return audit(ctx, tx, &p, "discarded")
	})
	return gone, err
}

// drop deletes proposals with everything that belongs to them and gives the names of their photos' files.
func drop(ctx context.Context, tx *db.Tx, list []Proposal) ([]string, error) {
	var gone []string
	for i := range list {
		id := list[i].ID
		if err := tx.All(ctx, func(scan func(...any) error) error {
			var name string
			err := scan(&name)
			gone = append(gone, name)
			return err
		}, `select f.file from proposal_photos f where f.ward_id = {ward} and f.proposal_id = $1`, id); err != nil {
			return nil, err
		}
		for _, statement := range []string{
			`delete from proposal_photos as x where x.ward_id = {ward} and x.proposal_id = $1`,
			`delete from proposal_steps as x where x.ward_id = {ward} and x.proposal_id = $1`,
			`delete from proposal_joins as x where x.ward_id = {ward} and x.proposal_id = $1`,
			`delete from proposals_apart as x where x.ward_id = {ward} and (x.proposal_id = $1 or x.other_id = $1)`,
			`delete from proposals as x where x.ward_id = {ward} and x.id = $1`,
		} {
			if _, err := tx.Exec(ctx, statement, id); err != nil {
				return nil, err
			}
		}
	}
	return gone, nil
}

// Shared is a proposal that somebody joined: how far it is, and nothing of its words, which may be another door's.
type Shared struct {
	Category Category
	Place    string
	Street   string
	State    State
	Due      civil.Day
	Joined   time.Time
}

// Shared lists what the actor joined and is not long closed, the newest first.
func (s *Store) Shared(ctx context.Context, who access.Actor) ([]Shared, error) {
	var list []Shared
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.Propose); err != nil {
			return err
		}
		const shown = 20
		return tx.All(ctx, func(scan func(...any) error) error {
			var x Shared
			var category string
			var at int64
			err := scan(&category, &x.Place, &x.Street, &x.State, &x.Due, &at)
			x.Category, _ = CategoryOf(category)
			x.Joined = db.Moment(at)
			list = append(list, x)
			return err
		}, `select p.category, p.place, st.name, p.state, p.due_on, j.joined_at from proposal_joins j
			join proposals p on p.ward_id = j.ward_id and p.id = j.proposal_id
			join houses h on h.ward_id = p.ward_id and h.id = p.house_id
			join streets st on st.ward_id = h.ward_id and st.id = h.street_id
			where j.ward_id = {ward} and j.account_id = $1 and (p.state <> 'closed' or p.closed_at > $2) order by j.joined_at desc limit `+strconv.Itoa(shown),
			who.Account(), tx.Now.AddDate(0, 0, -reopenFor).UnixMilli())
	})
	return list, err
}
