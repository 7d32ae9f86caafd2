package reopenings

import (
	"context"
	"strconv"
	"time"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/civil/personal"
	"sonha/ground/fault"
	"sonha/ward/campaigns"
	"sonha/ward/inbox"
	"sonha/ward/results"
)

// mostText is how long a reason or a note may be, in characters.
const mostText = 1000

// State says how far a reopening is.
type State string

// The states.
const (
	Waiting   State = "waiting"   // chờ người thứ hai
	Confirmed State = "confirmed" // đã mở lại
	Declined  State = "declined"  // không đồng ý
	Withdrawn State = "withdrawn" // người đề nghị rút
)

// Decision is what the second person does, or the first one with what is theirs.
type Decision string

// The decisions.
const (
	Confirm  Decision = "confirm"
	Decline  Decision = "decline"
	Withdraw Decision = "withdraw"
)

// Reopening is one proposal to open a closed campaign again.
type Reopening struct {
	ID         string
	CampaignID string
	Year       int
	State      State
	Reason     string
	Proposed   time.Time
	ProposedBy string
	Note       string // of who decided
	Decided    time.Time
	DecidedBy  string

	account string
}

// Own reports whether an account proposed it: somebody else must confirm.
func (r *Reopening) Own(account string) bool { return account != "" && r.account == account }

// Store keeps the table of this feature.
type Store struct {
	db      *db.DB
	results *results.Store
}

// NewStore makes a store over an open database. The sums of what is opened again are counted by the results.
func NewStore(d *db.DB, r *results.Store) *Store { return &Store{db: d, results: r} }

const columns = `p.id, p.campaign_id, c.year, p.state, p.reason, p.proposed_at, p.proposed_by, p.proposed_account, p.note, p.decided_at, p.decided_by`

const tables = ` from reopenings p join campaigns c on c.ward_id = p.ward_id and c.id = p.campaign_id`

func scanReopening(scan func(...any) error) (Reopening, error) {
	var r Reopening
	var proposed, decided int64
	err := scan(&r.ID, &r.CampaignID, &r.Year, &r.State, &r.Reason, &proposed, &r.ProposedBy, &r.account, &r.Note, &decided, &r.DecidedBy)
	r.Proposed, r.Decided = db.Moment(proposed), db.Moment(decided)
	return r, err
}

func get(ctx context.Context, tx *db.Tx, id string) (Reopening, error) {
	return scanReopening(tx.One(ctx, `select `+columns+tables+` where p.ward_id = {ward} and p.id = $1`, id).Scan)
}

// WaitingTx gives the proposals that the actor may confirm: those of other people that wait, the oldest first.
func WaitingTx(ctx context.Context, tx *db.Tx) ([]Reopening, error) {
	if !tx.Who.May(access.Reopen) {
		return nil, nil
	}
	var list []Reopening
	err := tx.All(ctx, func(scan func(...any) error) error {
		r, err := scanReopening(scan)
		if !r.Own(tx.Who.Account()) {
			list = append(list, r)
		}
		return err
	}, `select `+columns+tables+` where p.ward_id = {ward} and p.state = 'waiting' order by p.id`)
	return list, err
}

// Desk is what the page of a closed campaign shows: its closes and who wanted it open again.
type Desk struct {
	Campaign  campaigns.Campaign
	Snapshots []results.Snapshot // without their bodies, the latest first
	List      []Reopening        // the latest first
	Later     bool               // a later campaign is under way: pages show that one unless a year is named
}

// Open is the proposal that waits for the second person, or nil.
func (d *Desk) Open() *Reopening {
	for i := range d.List {
		if d.List[i].State == Waiting {
			return &d.List[i]
		}
	}
	return nil
}

// Of gives the desk of a campaign.
func (s *Store) Of(ctx context.Context, who access.Actor, campaign string) (Desk, error) {
	var d Desk
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.RunCampaign); err != nil {
			return err
		}
		d = Desk{}
		var err error
		if d.Campaign, err = campaigns.InTx(ctx, tx, campaign); err != nil {
			return err
		}
		if d.Snapshots, err = results.Snapshots(ctx, tx, campaign); err != nil {
			return err
		}
		if err := tx.One(ctx, `select exists (select 1 from campaigns c where c.ward_id = {ward} and c.year > $1 and c.phase <> 'closed')`,
			d.Campaign.Year).Scan(&d.Later); err != nil {
			return err
		}
		return tx.All(ctx, func(scan func(...any) error) error {
			r, err := scanReopening(scan)
			d.List = append(d.List, r)
			return err
		}, `select `+columns+tables+` where p.ward_id = {ward} and p.campaign_id = $1 order by p.id desc`, campaign)
	})
	return d, err
}

// Get gives one proposal, for the second person.
func (s *Store) Get(ctx context.Context, who access.Actor, id string) (Reopening, error) {
	var r Reopening
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.Reopen); err != nil {
			return err
		}
		var err error
		r, err = get(ctx, tx, id)
		return err
	})
	return r, err
}

// Propose asks for a closed campaign to be opened again, and gives the id.
func (s *Store) Propose(ctx context.Context, who access.Actor, campaign, reason string) (string, error) {
	var id string
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.RunCampaign); err != nil {
			return err
		}
		c, err := campaigns.InTx(ctx, tx, campaign)
		if err != nil {
			return err
		}
		if c.Phase != campaigns.Closed || c.Origin != campaigns.Ours {
			return fault.Shut("reopenings.not_closed")
		}
		reason = civil.NFCLines(reason)
		if err := fault.InvalidFields(personal.Text("reason", reason, "reopenings.say_reason", mostText)); err != nil {
			return err
		}
		shots, err := results.Snapshots(ctx, tx, campaign)
		if err != nil {
			return err
		}
		if len(shots) == 0 {
			return fault.Shut("reopenings.not_closed")
		}
		id = tx.NewID()
		_, err = tx.Exec(ctx, `insert into reopenings (ward_id, id, campaign_id, snapshot_id, state, reason, proposed_at, proposed_by, proposed_account, note, decided_at,
				decided_by, decided_account) values ({ward}, $1, $2, $3, 'waiting', $4, $5, $6, $7, '', 0, '', '')`,
			id, campaign, shots[0].ID, reason, tx.Millis(), tx.Who.Name(), tx.Who.Account())
		if fault.Is(err, fault.Clash) {
			return fault.Shut("reopenings.waits_already")
		}
		if err != nil {
			return err
		}
		if err := tell(ctx, tx, inbox.To{Roles: []access.Role{access.Command, access.Committee}}, id, "reopenings.tell.proposed", c.Year); err != nil {
			return err
		}
		return tx.Audit(ctx, db.Entry{Action: "campaign.reopen_proposed", Object: "campaign", ID: campaign, Detail: reason})
	})
	return id, err
}

// Decide ends a proposal: another account confirms or declines it, or its own takes it back. Confirmed, the campaign stands at review;
// nothing of its snapshot changes.
func (s *Store) Decide(ctx context.Context, who access.Actor, id string, d Decision, note string) (Reopening, error) {
	var r Reopening
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.Reopen); err != nil {
			return err
		}
		var err error
		if r, err = get(ctx, tx, id); err != nil {
			return err
		}
		note = civil.NFCLines(note)
		state, err := r.after(d, who, note)
		if err != nil {
			return err
		}
		if err := tx.Must1(tx.Exec(ctx, `update reopenings as p set state = $1, note = $2, decided_at = $3, decided_by = $4, decided_account = $5
			where p.ward_id = {ward} and p.id = $6 and p.state = 'waiting'`, string(state), note, tx.Millis(), tx.Who.Name(), tx.Who.Account(), id)); err != nil {
			return err
		}
		if state == Confirmed {
			if err := s.open(ctx, tx, r.CampaignID); err != nil {
				return err
			}
		}
		if state != Withdrawn && r.account != "" {
			if err := tell(ctx, tx, inbox.To{Accounts: []string{r.account}}, id, "reopenings.tell."+string(state), r.Year); err != nil {
				return err
			}
		}
		return tx.Audit(ctx, db.Entry{Action: "campaign.reopen_" + string(state), Object: "campaign", ID: r.CampaignID, Detail: r.Reason})
	})
	return r, err
}

// open takes a closed campaign back to review. Its houses may have changed over since it was closed, so its sums are counted anew.
func (s *Store) open(ctx context.Context, tx *db.Tx, campaign string) error {
	c, err := campaigns.InTx(ctx, tx, campaign)
	if err != nil {
		return err
	}
	if c.Phase != campaigns.Closed {
		return fault.Shut("reopenings.not_closed")
	}
	if err := campaigns.SetPhase(ctx, tx, c, campaigns.Review, c.Version); err != nil {
		return err
	}
	return s.results.RecountAll(ctx, tx, campaign)
}

// after says in which state a decision leaves a proposal, or why it cannot be made.
func (r *Reopening) after(d Decision, who access.Actor, note string) (State, error) {
	own := r.Own(who.Account())
	switch {
	case r.State != Waiting:
		return "", fault.Shut("reopenings.not_waiting")
	case d == Withdraw && own:
		return Withdrawn, nil
	case own:
		return "", fault.Shut("reopenings.own")
	case who.Account() == "":
		return "", fault.Shut("reopenings.own") // the program itself is nobody's second person
	case d == Decline:
		return Declined, fault.InvalidFields(personal.Text("note", note, "reopenings.say_note", mostText))
	case d == Confirm:
		return Confirmed, fault.InvalidFields(personal.Text("note", note, "", mostText))
	}
	return "", fault.Refused("reopenings.choose")
}

func tell(ctx context.Context, tx *db.Tx, to inbox.To, id, key string, year int) error {
	return inbox.Tell(ctx, tx, to, inbox.Message{
		Kind: inbox.Phases, Key: key, Pairs: []any{"Year", strconv.Itoa(year)}, Href: "/reopenings/" + id, About: "reopening " + id,
	})
}
