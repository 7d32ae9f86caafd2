package results

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/areas"
	"sonha/ward/campaigns"
	"sonha/ward/criteria"
)

// Closing says what is still open in a campaign that somebody wants to close.
type Closing struct {
	Campaign campaigns.Campaign
	Whole    Tally
	Waiting  int // proposals that nobody decided on
	Drafts   int // inspections that were begun and not finished
	Until    civil.Day
	Snapshot *Snapshot // of a campaign that is closed already
}

// Ready reports whether the campaign can be closed: it is at publication, and no proposal waits.
func (c *Closing) Ready() bool { return c.Campaign.Phase == campaigns.Publish && c.Waiting == 0 }

// Snapshot is a campaign as it was when it was closed.
type Snapshot struct {
	ID      string
	TakenAt time.Time
	TakenBy string
	Houses  int
	SHA256  string // of Body, in hexadecimal
	Body    []byte // JSON; nil where only the record is asked for
}

// Closing tells what closing a campaign would freeze and what stands in the way.
func (s *Store) Closing(ctx context.Context, who access.Actor, id string) (Closing, error) {
	var c Closing
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.RunCampaign); err != nil {
			return err
		}
		var err error
		if c, err = closing(ctx, tx, id); err != nil {
			return err
		}
		if shot, err := snapshot(ctx, tx, id); err == nil {
			shot.Body = nil
			c.Snapshot = &shot
		} else if !fault.Is(err, fault.Missing) {
			return err
		}
		return nil
	})
	return c, err
}

func closing(ctx context.Context, tx *db.Tx, id string) (Closing, error) {
	var c Closing
	var err error
	if c.Campaign, err = campaigns.InTx(ctx, tx, id); err != nil {
		return c, err
	}
	if _, c.Whole, err = TalliesTx(ctx, tx, id); err != nil {
		return c, err
	}
	if err := tx.One(ctx, `select count(*) from results r where {scope r.house} and r.campaign_id = $1 and r.stage = 'proposed'`, id).Scan(&c.Waiting); err != nil {
		return c, err
	}
	if err := tx.One(ctx, `select count(*) from inspections i where {scope i.house} and i.campaign_id = $1 and i.state = 'draft'`, id).Scan(&c.Drafts); err != nil {
		return c, err
	}
	err = tx.One(ctx, `select p.ends_on from phases p where p.ward_id = {ward} and p.campaign_id = $1 and p.phase = 'publish'`, id).Scan(&c.Until)
	if fault.Is(err, fault.Missing) {
		err = nil
	}
	return c, err
}

// Close ends a campaign for good: it writes the snapshot of every house and sets the phase in one transaction.
// From then on no row of it changes. version is the campaign's as the closer saw it.
func (s *Store) Close(ctx context.Context, who access.Actor, id string, version int) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.RunCampaign); err != nil {
			return err
		}
		c, err := closing(ctx, tx, id)
		switch {
		case err != nil:
			return err
		case c.Campaign.Phase == campaigns.Closed:
			return fault.Shut("campaigns.is_closed")
		case c.Campaign.Phase != campaigns.Publish:
			return fault.Shut("results.close_too_early")
		case c.Waiting > 0:
			return fault.Shut("results.close_waiting", "N", c.Waiting)
		}
		// The sums are kept from here on: they must be those of the rows.
		if err := s.RecountAll(ctx, tx, id); err != nil {
			return err
		}
		body, houses, err := s.freeze(ctx, tx, c.Campaign)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(body)
		if _, err := tx.Exec(ctx, `insert into snapshots (ward_id, id, campaign_id, taken_at, taken_by, houses, body, sha256) values ({ward}, $1, $2, $3, $4, $5, $6, $7)`,
			tx.NewID(), id, tx.Millis(), tx.Who.Name(), houses, body, hex.EncodeToString(sum[:])); err != nil {
			return err
		}
		if err := campaigns.SetPhase(ctx, tx, c.Campaign, campaigns.Closed, version); err != nil {
			return err
		}
		return tx.Audit(ctx, db.Entry{Action: "campaign.close", Object: "campaign", ID: id, Detail: fmt.Sprintf("%d số nhà, SHA-256 %s", houses, hex.EncodeToString(sum[:]))})
	})
}

// frozen is the snapshot's JSON. Its fields keep their order, its houses stand in walking order and times are in
// UTC, so that the same campaign always gives the same bytes. It holds no names.
type frozen struct {
	Format       int           `json:"format"`
	City         string        `json:"city"`
	Ward         string        `json:"ward"`
	Year         int           `json:"year"`
	Campaign     string        `json:"campaign"`
	Criteria     int           `json:"criteria"`
	CriteriaHash string        `json:"criteria_sha256"`
	Starts       civil.Day     `json:"starts_on"`
	Ends         civil.Day     `json:"ends_on"`
	ClosedAt     string        `json:"closed_at"`
	Dossiers     int           `json:"dossiers"`
	Inspected    int           `json:"inspected"`
	Safe         int           `json:"safe"`
	Conditional  int           `json:"conditional"`
	NotSafe      int           `json:"not_safe"`
	Houses       []frozenHouse `json:"houses"`
}

type frozenHouse struct {
	ID         string    `json:"id"`
	Address    string    `json:"address"`
	Group      string    `json:"group"`
	Households int       `json:"households"`
	Stage      Stage     `json:"stage"`
	Class      string    `json:"class"`
	Rule       string    `json:"rule"`
	Proposed   string    `json:"proposed"`
	Points     int       `json:"points"`
	Max        int       `json:"max"`
	Contents   string    `json:"contents"`
	Answers    string    `json:"answers"`
	Missing    string    `json:"missing"`
	Inspected  civil.Day `json:"inspected_on"`
	RecheckBy  civil.Day `json:"recheck_by"`
	ApprovedAt string    `json:"approved_at"`
}

func (s *Store) freeze(ctx context.Context, tx *db.Tx, c campaigns.Campaign) (body []byte, houses int, err error) {
	ward, err := areas.WardOf(ctx, tx)
	if err != nil {
		return nil, 0, err
	}
	f := frozen{
		Format: 1, City: ward.City, Ward: ward.Name, Year: c.Year, Campaign: c.ID, Criteria: c.Criteria, CriteriaHash: s.set.Hash(),
		Starts: c.Starts, Ends: c.Ends, ClosedAt: stamp(tx.Millis()), Houses: []frozenHouse{},
	}
	found, err := frozenResults(ctx, tx, c.ID)
	if err != nil {
		return nil, 0, err
	}
	err = tx.All(ctx, func(scan func(...any) error) error {
		var id, number, street, group string
		var households int
		if err := scan(&id, &number, &street, &group, &households); err != nil {
			return err
		}
		h, ok := found[id]
		if !ok {
			h.Class = criteria.NotInspected.String()
		}
		h.ID, h.Address, h.Group, h.Households = id, number+" "+street, group, households
		f.count(h.Class)
		f.Houses = append(f.Houses, h)
		return nil
	}, `select h.id, h.number, s.name, coalesce(g.name, ''), h.households
		from houses h join streets s on s.ward_id = h.ward_id and s.id = h.street_id
		left join areas g on g.ward_id = h.ward_id and g.id = h.group_id
		where {scope h} and h.status = 'active' order by h.sort_key, h.id`)
	if err != nil {
		return nil, 0, err
	}
	body, err = json.Marshal(f)
	return body, len(f.Houses), err
}

// frozenResults reads every result of a campaign by house, in one range and not by a join, as counting does.
func frozenResults(ctx context.Context, tx *db.Tx, campaign string) (map[string]frozenHouse, error) {
	found := map[string]frozenHouse{}
	err := tx.All(ctx, func(scan func(...any) error) error {
		var id string
		var h frozenHouse
		var approved int64
		if err := scan(&id, &h.Stage, &h.Class, &h.Rule, &h.Proposed, &h.Points, &h.Max, &h.Contents, &h.Answers, &h.Missing, &h.Inspected, &h.RecheckBy, &approved); err != nil {
			return err
		}
		h.ApprovedAt = stamp(approved)
		found[id] = h
		return nil
	}, `select r.house_id, r.stage, r.class, r.rule_class, r.proposed_class, r.points, r.points_max, r.contents, r.answers, r.missing, r.inspected_on, r.recheck_by,
			coalesce(r.approved_at, 0)
		from results r where {scope r.house} and r.campaign_id = $1`, campaign)
	return found, err
}

func (f *frozen) count(class string) {
	f.Dossiers++
	switch c, _ := criteria.ParseClass(class); c {
	case criteria.Safe:
		f.Safe++
	case criteria.Conditional:
		f.Conditional++
	case criteria.NotSafe:
		f.NotSafe++
	}
	f.Inspected = f.Safe + f.Conditional + f.NotSafe
}

// stamp writes a stored time in UTC, empty for none.
func stamp(ms int64) string {
	if ms == 0 {
		return ""
	}
	return time.UnixMilli(ms).UTC().Format(time.RFC3339)
}

// Snapshot gives the snapshot of a closed campaign with its body; fault.Missing for a campaign that has none.
func (s *Store) Snapshot(ctx context.Context, who access.Actor, campaign string) (Snapshot, error) {
	var shot Snapshot
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.RunCampaign); err != nil {
			return err
		}
		var err error
		shot, err = snapshot(ctx, tx, campaign)
		return err
	})
	return shot, err
}

func snapshot(ctx context.Context, tx *db.Tx, campaign string) (Snapshot, error) {
	var x Snapshot
	var at int64
	err := tx.One(ctx, `select s.id, s.taken_at, s.taken_by, s.houses, s.body, s.sha256 from snapshots s where s.ward_id = {ward} and s.campaign_id = $1
		order by s.taken_at desc, s.id desc limit 1`, campaign).Scan(&x.ID, &at, &x.TakenBy, &x.Houses, &x.Body, &x.SHA256)
	x.TakenAt = time.UnixMilli(at)
	return x, err
}
