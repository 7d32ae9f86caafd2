package assessments

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/campaigns"
)

// label names the nth household of a house: H01, H02, ….
func label(n int) string { return fmt.Sprintf("H%02d", n) }

// numberOf reads a label back; 0 when it is none.
func numberOf(household string) int {
	n, err := strconv.Atoi(strings.TrimPrefix(household, "H"))
	if err != nil || n < 1 || label(n) != household {
		return 0
	}
	return n
}

// Pledges gives the pledges of a house in the running campaign, a line for each household of the dossier.
func (s *Store) Pledges(ctx context.Context, who access.Actor, house string) (Pledges, error) {
	var p Pledges
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		var err error
		p, err = s.pledges(ctx, tx, house)
		return err
	})
	return p, err
}

func (s *Store) pledges(ctx context.Context, tx *db.Tx, house string) (Pledges, error) {
	var p Pledges
	var err error
	if p.Assessment, err = s.get(ctx, tx, house); err != nil {
		return p, err
	}
	known := map[string]Pledge{}
	if err := tx.All(ctx, func(scan func(...any) error) error {
		var x Pledge
		if err := scan(&x.Household, &x.SignedOn, &x.Withdrawn, &x.Channel, &x.EnteredBy); err != nil {
			return err
		}
		known[x.Household] = x
		if x.InForce() {
			p.Single++
		}
		return nil
	}, `select p.household, p.signed_on, coalesce(p.withdrawn_on, ''), p.channel, p.entered_by from pledges p
		where {scope p.house} and p.campaign_id = $1 and p.house_id = $2`, p.CampaignID, house); err != nil {
		return p, err
	}
	for n := 1; n <= p.House.Households; n++ {
		x := known[label(n)]
		x.Household = label(n)
		p.Rows = append(p.Rows, x)
		delete(known, x.Household)
	}
	var gone []Pledge
	for _, x := range known {
		x.Gone = true
		gone = append(gone, x)
	}
	slices.SortFunc(gone, func(a, b Pledge) int { return numberOf(a.Household) - numberOf(b.Household) })
	p.Rows = append(p.Rows, gone...)
	return p, nil
}

// signing gives the pledges of a house while signatures are taken.
func (s *Store) signing(ctx context.Context, tx *db.Tx, house string) (Pledges, error) {
	if err := tx.Need(access.Assess); err != nil {
		return Pledges{}, err
	}
	p, err := s.pledges(ctx, tx, house)
	if err != nil {
		return p, err
	}
	return p, p.MaySign()
}

// MaySign says why no signature can be taken now, or nil.
func (p *Pledges) MaySign() error {
	switch {
	case !p.House.Active:
		return fault.Shut("assessments.house_not_active")
	case !p.Phase.Allows(campaigns.Pledging):
		return fault.Shut("campaigns.not_now." + string(p.Phase))
	}
	return nil
}

// MayWithdraw says why no household can withdraw now, or nil: only the close of the campaign ends that.
func (p *Pledges) MayWithdraw() error {
	if p.Phase == campaigns.Closed {
		return fault.Shut("campaigns.not_now.closed")
	}
	return nil
}

// Signing is one or more households that signed on the same day.
type Signing struct {
	Households []string
	On         civil.Day
	Channel    Channel
	Version    int // of the text that was signed, as PledgeVersion has it; 0 when the paper does not say
}

// Sign notes that households signed. One that had withdrawn may sign again; one that signed before stays as
// it is.
func (s *Store) Sign(ctx context.Context, who access.Actor, house string, g Signing) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error { return s.SignTx(ctx, tx, house, g) })
}

// SignTx is Sign inside a unit of work.
func (s *Store) SignTx(ctx context.Context, tx *db.Tx, house string, g Signing) error {
	p, err := s.signing(ctx, tx, house)
	if err != nil {
		return err
	}
	c, err := campaigns.InTx(ctx, tx, p.CampaignID)
	if err != nil {
		return err
	}
	if err := p.check(g, c.Starts, civil.DayOf(tx.Now)); err != nil {
		return err
	}
	number, single := p.Pledged, p.Single
	var signed []string
	for _, household := range g.Households {
		row := p.Rows[numberOf(household)-1]
		if row.InForce() || slices.Contains(signed, household) {
			continue
		}
		if row.Withdrawn != "" {
			number++ // it had been taken out of the number when it withdrew
		}
		single++
		signed = append(signed, household)
		if err := s.put(ctx, tx, &p, household, g); err != nil {
			return err
		}
	}
	if len(signed) == 0 {
		return nil
	}
	return s.count(ctx, tx, &p, max(number, single), "pledge.sign", strings.Join(signed, ", ")+": đã ký")
}

func (p *Pledges) check(g Signing, starts, today civil.Day) error {
	var bad []fault.Field
	if len(g.Households) == 0 {
		bad = append(bad, fault.Field{Name: "household", Key: "assessments.choose_household"})
	}
	for _, household := range g.Households {
		if n := numberOf(household); n < 1 || n > p.House.Households {
			bad = append(bad, fault.Field{Name: "household", Key: "assessments.no_such_household"})
			break
		}
	}
	switch {
	case !g.On.Valid():
		bad = append(bad, fault.Field{Name: "on", Key: "fault.bad_day"})
	case g.On > today:
		bad = append(bad, fault.Field{Name: "on", Key: "assessments.day_ahead"})
	case g.On < starts:
		bad = append(bad, fault.Field{Name: "on", Key: "assessments.day_early", Pairs: []any{"Day", starts.Display()}})
	}
	if !slices.Contains(Channels(), g.Channel) {
		bad = append(bad, fault.Field{Name: "channel", Key: "assessments.choose_channel"})
	}
	return fault.InvalidFields(bad)
}

func (s *Store) put(ctx context.Context, tx *db.Tx, p *Pledges, household string, g Signing) error {
	version, hash := 0, ""
	if text := PledgeVersion(g.Version); text != nil {
		version, hash = text.Version, text.Hash()
	}
	_, err := tx.Exec(ctx, `insert into pledges (ward_id, id, campaign_id, house_id, household, signed_on, channel, entered_by, entered_at, text_version, text_hash)
		values ({ward}, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
		on conflict (ward_id, campaign_id, house_id, household) do update set signed_on = excluded.signed_on, withdrawn_on = null, channel = excluded.channel,
			entered_by = excluded.entered_by, entered_at = excluded.entered_at, text_version = excluded.text_version, text_hash = excluded.text_hash`,
		tx.NewID(), p.CampaignID, p.House.ID, household, string(g.On), string(g.Channel), tx.Who.Name(), tx.Millis(), version, hash)
	return err
}

// count writes the number of households in force, with the tally that it is part of.
func (s *Store) count(ctx context.Context, tx *db.Tx, p *Pledges, number int, action, detail string) error {
	number = max(0, min(number, p.House.Households))
	set, err := s.sets.OfCampaign(ctx, tx, p.CampaignID)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `insert into assessments (ward_id, campaign_id, house_id, answers, answered, pledged, by_proxy, state, updated_at, updated_by, sent_by, version)
		values ({ward}, $1, $2, $3, 0, $4, $5, 'draft', $6, $7, '', 1)
		on conflict (ward_id, campaign_id, house_id) do update set pledged = excluded.pledged, version = assessments.version + 1`,
		p.CampaignID, p.House.ID, string(set.Blank()), number, false, tx.Millis(), tx.Who.Name()); err != nil {
		return err
	}
	if err := s.results.RecountHouse(ctx, tx, p.CampaignID, p.House.ID); err != nil {
		return err
	}
	return tx.Audit(ctx, db.Entry{
		Action: action, Object: "pledge", ID: p.CampaignID, House: p.House.ID, Detail: fmt.Sprintf("%s (%d/%d hộ)", detail, number, p.House.Households),
	})
}

// Withdraw takes a household's pledge back, without a reason. A household that was only counted withdraws
// too: it is noted, and the count falls by one. Withdrawing twice changes nothing.
func (s *Store) Withdraw(ctx context.Context, who access.Actor, house, household string) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error { return s.WithdrawTx(ctx, tx, house, household) })
}

// WithdrawTx is Withdraw inside a unit of work.
func (s *Store) WithdrawTx(ctx context.Context, tx *db.Tx, house, household string) error {
	if err := tx.Need(access.Assess); err != nil {
		return err
	}
	p, err := s.pledges(ctx, tx, house)
	if err != nil {
		return err
	}
	if err := p.MayWithdraw(); err != nil {
		return err
	}
	at := slices.IndexFunc(p.Rows, func(x Pledge) bool { return x.Household == household })
	if at < 0 {
		return fault.NotFound("fault.not_found")
	}
	switch row := p.Rows[at]; {
	case row.Withdrawn != "":
		return nil
	case !row.InForce() && !p.Counted():
		return fault.Refused("assessments.never_signed", "Household", household)
	case !row.InForce():
		// Only counted so far: the day of the signature is not known.
		if err := s.put(ctx, tx, &p, household, Signing{Channel: Paper}); err != nil {
			return err
		}
	}
	if _, err := tx.Exec(ctx, `update pledges as p set withdrawn_on = $1, entered_by = $2, entered_at = $3
		where {scope p.house} and p.campaign_id = $4 and p.house_id = $5 and p.household = $6`,
		string(civil.DayOf(tx.Now)), tx.Who.Name(), tx.Millis(), p.CampaignID, house, household); err != nil {
		return err
	}
	return s.count(ctx, tx, &p, p.Pledged-1, "pledge.withdraw", household+": đã rút")
}

// SetPledgeCount enters how many households signed when nobody enters them one by one ("đã ký 12/14 hộ").
// It cannot be fewer than those entered singly.
func (s *Store) SetPledgeCount(ctx context.Context, who access.Actor, house string, number int) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		p, err := s.signing(ctx, tx, house)
		if err != nil {
			return err
		}
		switch {
		case number < 0 || number > p.House.Households:
			return fault.Invalid("count", "fault.number_between", "Low", 0, "High", p.House.Households)
		case number < p.Single:
			return fault.Invalid("count", "assessments.fewer_than_single", "Single", p.Single)
		case number == p.Pledged:
			return nil
		}
		return s.count(ctx, tx, &p, number, "pledge.count", "nhập tổng số")
	})
}

// Withdrawn is how many households of house h took their pledge of campaign $1 back. They have answered: nobody is to invite them once more.
const Withdrawn = `(select count(*) from pledges w where w.ward_id = h.ward_id and w.campaign_id = $1 and w.house_id = h.id and w.withdrawn_on is not null)`

// mostHouseholds is the largest number of households that a house may have (table houses).
const mostHouseholds = 500
