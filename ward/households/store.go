package households

import (
	"context"
	"slices"
	"strings"
	"time"

	"sonha/engine/db"
	"sonha/engine/seal"
	"sonha/ground/access"
	"sonha/ground/fault"
	"sonha/ward/accounts"
	"sonha/ward/assessments"
	"sonha/ward/campaigns"
	"sonha/ward/criteria"
)

// Store keeps the tables of this feature.
type Store struct {
	db       *db.DB
	sets     *criteria.Sets
	accounts *accounts.Store
	pledges  *assessments.Store
	seal     *seal.Box
}

// NewStore makes a store over an open database. Households are asked by the version of the sets that the campaign has; box seals their
// contacts.
func NewStore(d *db.DB, sets *criteria.Sets, a *accounts.Store, pledges *assessments.Store, box *seal.Box) *Store {
	return &Store{db: d, sets: sets, accounts: a, pledges: pledges, seal: box}
}

// Sheet gives the answers of the household that the actor speaks for. fault.Missing for everybody else, the program included, and while
// the ward has no campaign.
func (s *Store) Sheet(ctx context.Context, who access.Actor) (Sheet, error) {
	var x Sheet
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		var kept criteria.Answers
		var err error
		x, kept, err = s.sheet(ctx, tx)
		_ = kept // what a sealed sheet holds is for counting alone
		return err
	})
	return x, err
}

// sheet reads the sheet as it is shown, and what is kept under a seal.
func (s *Store) sheet(ctx context.Context, tx *db.Tx) (x Sheet, kept criteria.Answers, err error) {
	if err := tx.Need(access.OwnHome); err != nil {
		return x, "", err
	}
	house, label := tx.Who.Household()
	if house == "" {
		return x, "", fault.NotFound("fault.not_found")
	}
	x.Household = label
	h := &x.House
	if err := tx.One(ctx, `select h.id, h.number, s.name, h.households, h.status = 'active' from houses h
		join streets s on s.ward_id = h.ward_id and s.id = h.street_id where {home h}`).Scan(&h.ID, &h.Number, &h.Street, &h.Households, &h.Active); err != nil {
		return x, "", err
	}
	if x.Campaign, err = campaigns.CurrentOf(ctx, tx); err != nil {
		return x, "", err
	}
	if x.Set, err = s.sets.OfCampaign(ctx, tx, x.Campaign.ID); err != nil {
		return x, "", err
	}
	x.Answers = blank(x.Set)
	var updated, sent int64
	err = tx.One(ctx, `select a.answers, a.state, a.by_proxy, a.entered_by, a.sealed, a.updated_at, coalesce(a.sent_at, 0) from own_answers a
		where {own a} and a.campaign_id = $1`, x.Campaign.ID).Scan(&kept, &x.State, &x.ByProxy, &x.EnteredBy, &x.Sealed, &updated, &sent)
	if fault.Is(err, fault.Missing) {
		return x, x.Answers, nil
	}
	if err != nil {
		return x, "", err
	}
	x.UpdatedAt, x.SentAt = db.Moment(updated), db.Moment(sent)
	if len(kept) != len(x.Answers) {
		kept = x.Answers // of other questions
	}
	if !x.Sealed {
		x.Answers = kept
	}
	return x, kept, nil
}

// Answer writes the answer to one question. Before the sheet is sent it is a draft that counts nowhere and leaves no trace in the
// history; afterwards the sums change with it. asked is the version of the criteria by which the page asked.
// Answers from before a new card was given out are replaced as a whole, from the first.
func (s *Store) Answer(ctx context.Context, who access.Actor, code string, asked int, v criteria.Value) (Sheet, error) {
	var x Sheet
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		var kept criteria.Answers
		var err error
		if x, kept, err = s.sheet(ctx, tx); err != nil {
			return err
		}
		if err := x.Set.Asked(asked); err != nil {
			return err // before anything else: the question may be one that is not asked any more
		}
		at := indexOf(x.Set, code)
		if at < 0 {
			return fault.NotFound("fault.not_found")
		}
		if err := check(v); err != nil {
			return err
		}
		if err := x.Open(); err != nil {
			return err
		}
		if x.Sealed {
			if err := s.unseal(ctx, tx, &x, kept); err != nil {
				return err
			}
		}
		before := x.Answers
		x.Answers = before.With(at, v)
		if x.Answers == before && x.State != NotBegun {
			tx.Untold("the answer stood like that before")
			return nil
		}
		if err := s.put(ctx, tx, &x); err != nil {
			return err
		}
		if x.State != Sent {
			tx.Untold("a draft is nobody's business but the household's")
			return nil
		}
		if err := s.count(ctx, tx, x.Campaign.ID, &x.House, before, x.Answers, 0); err != nil {
			return err
		}
		return tx.Audit(ctx, db.Entry{Action: "household.change", Object: "household", ID: x.Campaign.ID, House: x.House.ID})
	})
	return x, err
}

// unseal takes answers that another holder of the account gave out of the sums; the household begins anew.
func (s *Store) unseal(ctx context.Context, tx *db.Tx, x *Sheet, kept criteria.Answers) error {
	w, err := wish(ctx, tx, x.Campaign.ID)
	if err != nil {
		return err
	}
	if err := s.note(ctx, tx, x, ""); err != nil {
		return err
	}
	if x.State == Sent {
		if err := countNeeds(ctx, tx, x.Campaign.ID, &x.House, w.Needs, nil); err != nil {
			return err
		}
		if err := s.count(ctx, tx, x.Campaign.ID, &x.House, kept, "", -1); err != nil {
			return err
		}
		if err := tx.Audit(ctx, db.Entry{Action: "household.again", Object: "household", ID: x.Campaign.ID, House: x.House.ID}); err != nil {
			return err
		}
	}
	x.Sealed, x.State, x.SentAt, x.ByProxy = false, Draft, time.Time{}, false
	_, err = tx.Exec(ctx, `update own_answers set needs = '' where ward_id = {ward} and campaign_id = $1 and house_id = $2 and household = $3`,
		x.Campaign.ID, x.House.ID, x.Household)
	return err
}

// put writes the sheet of the household that acts.
func (s *Store) put(ctx context.Context, tx *db.Tx, x *Sheet) error {
	if x.State == NotBegun {
		x.State = Draft
	}
	var sent any
	if !x.SentAt.IsZero() {
		sent = x.SentAt.UnixMilli()
	}
	x.UpdatedAt, x.EnteredBy = tx.Now, tx.Who.Name()
	_, err := tx.Exec(ctx, `insert into own_answers (ward_id, campaign_id, house_id, household, questions, answers, state, by_proxy, entered_by, sealed, updated_at, sent_at)
		values ({ward}, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
		on conflict (ward_id, campaign_id, house_id, household) do update set questions = excluded.questions, answers = excluded.answers, state = excluded.state,
			by_proxy = excluded.by_proxy, entered_by = excluded.entered_by, sealed = excluded.sealed, updated_at = excluded.updated_at, sent_at = excluded.sent_at`,
		x.Campaign.ID, x.House.ID, x.Household, x.Campaign.Criteria, string(x.Answers), string(x.State), x.ByProxy, x.EnteredBy, x.Sealed, tx.Millis(), sent)
	return err
}

// Send counts a sheet that is complete, from a page of the version asked. Sending twice changes nothing.
func (s *Store) Send(ctx context.Context, who access.Actor, asked int) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		x, _, err := s.sheet(ctx, tx)
		if err != nil {
			return err
		}
		if err := x.Set.Asked(asked); err != nil {
			return err
		}
		if x.State == Sent {
			tx.Untold("it was sent before")
			return nil
		}
		if err := x.Open(); err != nil {
			return err
		}
		if n := x.Answers.Unanswered(); n > 0 {
			return fault.Refused("households.still_open", "N", n)
		}
		x.State, x.SentAt = Sent, tx.Now
		if err := s.put(ctx, tx, &x); err != nil {
			return err
		}
		w, err := wish(ctx, tx, x.Campaign.ID)
		if err != nil {
			return err
		}
		if err := sendNote(ctx, tx, &x); err != nil {
			return err
		}
		if err := countNeeds(ctx, tx, x.Campaign.ID, &x.House, nil, w.Needs); err != nil { // before the count that may show them
			return err
		}
		if err := s.count(ctx, tx, x.Campaign.ID, &x.House, "", x.Answers, 1); err != nil {
			return err
		}
		return tx.Audit(ctx, db.Entry{Action: "household.send", Object: "household", ID: x.Campaign.ID, House: x.House.ID})
	})
}

// Enter takes the answers of a household that has no phone at hand, as the head or the group lead heard them. Whoever enters them cannot
// read them again; a household that has answered already is not overwritten.
func (s *Store) Enter(ctx context.Context, who access.Actor, house, household string, asked int, answers criteria.Answers, needs []Need) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.Assess); err != nil {
			return err
		}
		h, c, err := reached(ctx, tx, house)
		if err != nil {
			return err
		}
		if err := open(h, c.Phase); err != nil {
			return err
		}
		set, err := s.sets.OfCampaign(ctx, tx, c.ID)
		if err != nil {
			return err
		}
		if err := set.Asked(asked); err != nil {
			return err
		}
		if err := known(h, household); err != nil {
			return err
		}
		if len(answers) != len(blank(set)) || strings.ContainsRune(string(answers), rune(criteria.Unanswered.Letter())) {
			return fault.Refused("households.still_open", "N", max(1, answers.Unanswered()))
		}
		n, err := tx.Exec(ctx, `insert into own_answers (ward_id, campaign_id, house_id, household, questions, answers, state, by_proxy, entered_by, sealed, updated_at, sent_at,
			needs)
			values ({ward}, $1, $2, $3, $4, $5, 'sent', $6, $7, $8, $9, $9, $10)
			on conflict (ward_id, campaign_id, house_id, household) do update set questions = excluded.questions, answers = excluded.answers, state = excluded.state,
				by_proxy = excluded.by_proxy, entered_by = excluded.entered_by, sealed = excluded.sealed, updated_at = excluded.updated_at, sent_at = excluded.sent_at,
				needs = excluded.needs
			where own_answers.state = 'draft'`,
			c.ID, h.ID, household, c.Criteria, string(answers), true, tx.Who.Name(), false, tx.Millis(), packNeeds(needs))
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.Invalid("household", "households.answered_already", "Household", household)
		}
		if err := countNeeds(ctx, tx, c.ID, &h, nil, unpackNeeds(packNeeds(needs))); err != nil {
			return err
		}
		if err := s.count(ctx, tx, c.ID, &h, "", answers, 1); err != nil {
			return err
		}
		return tx.Audit(ctx, db.Entry{Action: "household.proxy", Object: "household", ID: c.ID, House: h.ID, Detail: household})
	})
}

// reached gives a house in the actor's reach with the running campaign.
func reached(ctx context.Context, tx *db.Tx, house string) (House, campaigns.Campaign, error) {
	var h House
	if err := tx.One(ctx, `select h.id, h.number, s.name, h.households, h.status = 'active' from houses h
		join streets s on s.ward_id = h.ward_id and s.id = h.street_id where {scope h} and h.id = $1`, house).
		Scan(&h.ID, &h.Number, &h.Street, &h.Households, &h.Active); err != nil {
		return h, campaigns.Campaign{}, err
	}
	c, err := campaigns.CurrentOf(ctx, tx)
	return h, c, err
}

// labels lists the households of a house: H01 to the number that its dossier has.
func labels(h House) []string {
	out := make([]string, 0, h.Households)
	for n := 1; n <= h.Households; n++ {
		out = append(out, accounts.HouseholdLabel(n))
	}
	return out
}

// known refuses a household that was not chosen, or that the house does not have.
func known(h House, household string) error {
	switch {
	case household == "":
		return fault.Invalid("household", "households.household_first")
	case !has(h, household):
		return fault.Invalid("household", "households.no_such_household")
	}
	return nil
}

func has(h House, household string) bool {
	return slices.Contains(labels(h), household)
}
