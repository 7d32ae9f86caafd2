package assessments

import (
	"context"
	"time"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/campaigns"
)

// Mine is the pledge of the household that asks, in the running campaign.
type Mine struct {
	House     House
	Household string
	Campaign  campaigns.Campaign
	Pledge
	EnteredAt time.Time
	Version   int // of the text that was signed; 0 on paper
	Hash      string
	Rental    bool
}

// MaySign says why the household cannot sign now, or nil.
func (m *Mine) MaySign() error {
	p := Pledges{Assessment: Assessment{House: m.House, Phase: m.Campaign.Phase}}
	return p.MaySign()
}

// MayWithdraw says why the household cannot withdraw now, or nil.
func (m *Mine) MayWithdraw() error {
	p := Pledges{Assessment: Assessment{Phase: m.Campaign.Phase}}
	return p.MayWithdraw()
}

// Mine gives the pledge of the household that the actor speaks for. fault.Missing for everybody else, and while the ward has no
// campaign.
func (s *Store) Mine(ctx context.Context, who access.Actor) (Mine, error) {
	var m Mine
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		var err error
		m, err = mine(ctx, tx)
		return err
	})
	return m, err
}

func mine(ctx context.Context, tx *db.Tx) (Mine, error) {
	var m Mine
	if err := tx.Need(access.OwnHome); err != nil {
		return m, err
	}
	house, label := tx.Who.Household()
	if house == "" {
		return m, fault.NotFound("fault.not_found") // the program itself speaks for no household
	}
	m.Household, m.Pledge.Household = label, label
	h := &m.House
	if err := tx.One(ctx, `select h.id, h.number, s.name, h.households, h.status = 'active' from houses h
		join streets s on s.ward_id = h.ward_id and s.id = h.street_id where {home h}`).Scan(&h.ID, &h.Number, &h.Street, &h.Households, &h.Active); err != nil {
		return m, err
	}
	var err error
	if m.Campaign, err = campaigns.CurrentOf(ctx, tx); err != nil {
		return m, err
	}
	var entered int64
	err = tx.One(ctx, `select p.signed_on, coalesce(p.withdrawn_on, ''), p.channel, p.entered_by, p.entered_at, p.text_version, p.text_hash, p.rental from pledges p
		where {scope p.household} and p.campaign_id = $1`, m.Campaign.ID).
		Scan(&m.SignedOn, &m.Withdrawn, &m.Channel, &m.EnteredBy, &entered, &m.Version, &m.Hash, &m.Rental)
	if fault.Is(err, fault.Missing) {
		return m, nil
	}
	m.EnteredAt = db.Moment(entered)
	return m, err
}

// SignMine signs the pledge for the household that the actor speaks for: the version of the text that it read, and whether it also
// pledges to notify stays. A household that reads an old page after the text changed is asked to read again. Signing twice changes
// nothing but the pledge on stays.
func (s *Store) SignMine(ctx context.Context, who access.Actor, version int, rental bool) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		m, err := mine(ctx, tx)
		if err != nil {
			return err
		}
		if err := m.MaySign(); err != nil {
			return err
		}
		text := PledgeToday()
		if version != text.Version {
			return fault.Conflict("assessments.text_changed")
		}
		if m.InForce() && m.Version == version && m.Rental == rental {
			tx.Untold("the pledge stood like that before")
			return nil
		}
		p, err := s.neighbours(ctx, tx, &m)
		if err != nil {
			return err
		}
		number, single := p.Pledged, p.Single
		if !m.InForce() {
			single++
			if m.Withdrawn != "" {
				number++ // it had been taken out of the number when it withdrew
			}
		}
		if _, err := tx.Exec(ctx, `insert into pledges (ward_id, id, campaign_id, house_id, household, signed_on, channel, entered_by, entered_at, text_version, text_hash, rental)
			values ({ward}, $1, $2, $3, $4, $5, 'phone', $6, $7, $8, $9, $10)
			on conflict (ward_id, campaign_id, house_id, household) do update set signed_on = excluded.signed_on, withdrawn_on = null, channel = excluded.channel,
				entered_by = excluded.entered_by, entered_at = excluded.entered_at, text_version = excluded.text_version, text_hash = excluded.text_hash, rental = excluded.rental`,
			tx.NewID(), m.Campaign.ID, m.House.ID, m.Household, string(civil.DayOf(tx.Now)), tx.Who.Name(), tx.Millis(), text.Version, text.Hash(), rental); err != nil {
			return err
		}
		return s.count(ctx, tx, p, max(number, single), "pledge.sign", m.Household+": đã ký, nội dung bản "+civil.Int(text.Version)+" ("+text.Hash()[:12]+")")
	})
}

// WithdrawMine takes the household's own pledge back, without a reason. Withdrawing twice changes nothing; a household that was only
// counted, on paper, withdraws too.
func (s *Store) WithdrawMine(ctx context.Context, who access.Actor) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		m, err := mine(ctx, tx)
		if err != nil {
			return err
		}
		if err := m.MayWithdraw(); err != nil {
			return err
		}
		if !m.InForce() {
			tx.Untold("there was no pledge to take back")
			return nil
		}
		p, err := s.neighbours(ctx, tx, &m)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `update pledges as p set withdrawn_on = $1, entered_by = $2, entered_at = $3 where {scope p.household} and p.campaign_id = $4`,
			string(civil.DayOf(tx.Now)), tx.Who.Name(), tx.Millis(), m.Campaign.ID); err != nil {
			return err
		}
		return s.count(ctx, tx, p, p.Pledged-1, "pledge.withdraw", m.Household+": đã rút")
	})
}

// neighbours gives how many households of the house have pledged, for the number that is kept of it. The household does not see it.
func (s *Store) neighbours(ctx context.Context, tx *db.Tx, m *Mine) (*Pledges, error) {
	p := Pledges{Assessment: Assessment{House: m.House, CampaignID: m.Campaign.ID, Phase: m.Campaign.Phase}}
	err := tx.One(ctx, `select coalesce(a.pledged, 0), (select count(*) from pledges p where p.ward_id = h.ward_id and p.campaign_id = $1 and p.house_id = h.id
			and p.signed_on <> '' and p.withdrawn_on is null)
		from houses h left join assessments a on a.ward_id = h.ward_id and a.house_id = h.id and a.campaign_id = $1 where {home h}`, m.Campaign.ID).Scan(&p.Pledged, &p.Single)
	return &p, err
}
