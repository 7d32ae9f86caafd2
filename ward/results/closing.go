package results

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/areas"
	"sonha/ward/campaigns"
	"sonha/ward/criteria"
	"sonha/ward/holidays"
)

// Closing says what is still open in a campaign that somebody wants to close.
type Closing struct {
	Campaign campaigns.Campaign
	Whole    Tally
	Waiting  int       // proposals that nobody decided on
	Drafts   int       // inspections that were begun and not finished
	Asked    int       // houses whose request for another look is not answered
	Windows  int       // houses that may still ask for one
	Window   civil.Day // the last day of these
	Remarks  int       // on the posted list, without an answer
	Posted   civil.Day // until when the list hangs; zero while it was not posted
	Until    civil.Day // the last day of publication by the campaign's dates
	Today    civil.Day
	Snapshot *Snapshot  // of a campaign that is closed already
	Earlier  []Snapshot // the closes before, the latest first, without their bodies
}

// Ready reports whether the campaign can be closed: it is at publication, nothing waits, and the list no longer hangs.
func (c *Closing) Ready() bool {
	return c.Campaign.Phase == campaigns.Publish && c.Waiting == 0 && c.Asked == 0 && c.Remarks == 0 && !c.Hangs()
}

// Hangs reports whether the posted list still hangs: everybody was told until when remarks are taken, and until then nothing is final.
func (c *Closing) Hangs() bool { return c.Posted != "" && c.Posted >= c.Today }

// Snapshot is a campaign as it was when it was closed.
type Snapshot struct {
	ID      string
	N       int // version: 1 is the first close, and each close after a reopening makes the next
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
		shots, err := Snapshots(ctx, tx, id)
		if err != nil {
			return err
		}
		if len(shots) > 0 && c.Campaign.Phase == campaigns.Closed {
			c.Snapshot, c.Earlier = &shots[0], shots[1:]
		} else {
			c.Earlier = shots
		}
		return nil
	})
	return c, err
}

func closing(ctx context.Context, tx *db.Tx, id string) (Closing, error) {
	c := Closing{Today: civil.DayOf(tx.Now)}
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
	if err := c.objections(ctx, tx); err != nil {
		return c, err
	}
	if err := tx.One(ctx, `select count(*) from posting_remarks m where m.ward_id = {ward} and m.campaign_id = $1 and m.answer = ''`, id).Scan(&c.Remarks); err != nil {
		return c, err
	}
	// What was posted before the campaign was opened again is not the list of now.
	err = tx.One(ctx, `select g.until_on from postings g where g.ward_id = {ward} and g.campaign_id = $1 and g.posted_at > coalesce((select max(p.decided_at) from reopenings p
		where p.ward_id = {ward} and p.campaign_id = $1 and p.state = 'confirmed'), 0) order by g.id desc limit 1`, id).Scan(&c.Posted)
	if err != nil && !fault.Is(err, fault.Missing) {
		return c, err
	}
	err = tx.One(ctx, `select p.ends_on from phases p where p.ward_id = {ward} and p.campaign_id = $1 and p.phase = 'publish'`, id).Scan(&c.Until)
	if fault.Is(err, fault.Missing) {
		err = nil
	}
	return c, err
}

// objections counts what houses have asked and may still ask: whoever was told, has no answer to that yet and does not wait for one.
func (c *Closing) objections(ctx context.Context, tx *db.Tx) error {
	if err := tx.One(ctx, `select count(*) from objections o where {scope o.house} and o.campaign_id = $1 and o.state = 'waiting'`, c.Campaign.ID).Scan(&c.Asked); err != nil {
		return err
	}
	calendar, err := holidays.Calendar(ctx, tx)
	if err != nil {
		return err
	}
	var last int64
	if err := tx.One(ctx, `select count(*), coalesce(max(r.approved_at), 0) from results r where {scope r.house} and r.campaign_id = $1 and r.stage = 'approved'
			and r.approved_at >= $2 and not exists (select 1 from objections o where o.ward_id = r.ward_id and o.campaign_id = r.campaign_id
				and o.house_id = r.house_id and (o.state = 'waiting' or o.state = 'answered' and o.told_at = r.approved_at))`,
		c.Campaign.ID, firstTold(civil.DayOf(tx.Now), calendar).Time().UnixMilli()).Scan(&c.Windows, &last); err != nil || c.Windows == 0 {
		return err
	}
	c.Window = Window(civil.DayOf(db.Moment(last)), calendar)
	return nil
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
		case c.Asked > 0:
			return fault.Shut("results.close_objections", "N", c.Asked)
		case c.Remarks > 0:
			return fault.Shut("results.close_remarks", "N", c.Remarks)
		case c.Hangs():
			return fault.Shut("results.close_hangs", "Day", c.Posted, "From", c.Posted.AddDays(1))
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
	Version      int           `json:"version,omitempty"`  // of the close, from 2 on
	Reopened     []string      `json:"reopened,omitempty"` // why it was opened again, the first time in front
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
	set, err := s.sets.Of(ctx, tx, c.Criteria)
	if err != nil {
		return nil, 0, err
	}
	f := frozen{
		Format: 1, City: ward.City, Ward: ward.Name, Year: c.Year, Campaign: c.ID, Criteria: c.Criteria, CriteriaHash: set.Hash(),
		Starts: c.Starts, Ends: c.Ends, ClosedAt: stamp(tx.Millis()), Houses: []frozenHouse{},
	}
	found, err := frozenResults(ctx, tx, c.ID)
	if err != nil {
		return nil, 0, err
	}
	if err := f.again(ctx, tx); err != nil {
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

// again says of which close this is the snapshot, when it is not the first.
func (f *frozen) again(ctx context.Context, tx *db.Tx) error {
	before, err := Snapshots(ctx, tx, f.Campaign)
	if err != nil || len(before) == 0 {
		return err
	}
	f.Version = len(before) + 1
	return tx.All(ctx, func(scan func(...any) error) error {
		var reason string
		err := scan(&reason)
		f.Reopened = append(f.Reopened, reason)
		return err
	}, `select p.reason from reopenings p where p.ward_id = {ward} and p.campaign_id = $1 and p.state = 'confirmed' order by p.decided_at, p.id`, f.Campaign)
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

// Snapshot gives the snapshot that holds of a closed campaign, with its body; fault.Missing for a campaign that has none.
func (s *Store) Snapshot(ctx context.Context, who access.Actor, campaign string) (Snapshot, error) {
	return s.SnapshotOf(ctx, who, campaign, 0)
}

// SnapshotOf gives a version of the snapshot with its body, 0 for the latest; fault.Missing when there is none.
func (s *Store) SnapshotOf(ctx context.Context, who access.Actor, campaign string, n int) (Snapshot, error) {
	var x Snapshot
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.RunCampaign); err != nil {
			return err
		}
		shots, err := Snapshots(ctx, tx, campaign)
		if err != nil {
			return err
		}
		if n == 0 {
			n = len(shots)
		}
		if n < 1 || n > len(shots) {
			return fault.NotFound("fault.not_found")
		}
		x = shots[len(shots)-n]
		return tx.One(ctx, `select s.body from snapshots s where s.ward_id = {ward} and s.id = $1`, x.ID).Scan(&x.Body)
	})
	return x, err
}

// SnapshotPath is the address of a version of the snapshot.
func SnapshotPath(campaign string, n int) string {
	return "/campaigns/" + campaign + "/snapshot.json?version=" + strconv.Itoa(n)
}

// Snapshots lists the snapshots of a campaign without their bodies, the latest first. Whoever asks has decided that the actor may.
func Snapshots(ctx context.Context, tx *db.Tx, campaign string) ([]Snapshot, error) {
	var list []Snapshot
	err := tx.All(ctx, func(scan func(...any) error) error {
		var x Snapshot
		var at int64
		err := scan(&x.ID, &at, &x.TakenBy, &x.Houses, &x.SHA256)
		x.TakenAt = time.UnixMilli(at)
		list = append(list, x)
		return err
	}, `select s.id, s.taken_at, s.taken_by, s.houses, s.sha256 from snapshots s where s.ward_id = {ward} and s.campaign_id = $1
		order by s.taken_at desc, s.id desc`, campaign)
	for i := range list {
		list[i].N = len(list) - i
	}
	return list, err
}
