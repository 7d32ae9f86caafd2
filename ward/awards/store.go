package awards

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
	"sonha/ward/inbox"
	"sonha/ward/results"
)

// Store keeps the tables of this feature.
type Store struct{ db *db.DB }

// NewStore makes a store over an open database.
func NewStore(d *db.DB) *Store { return &Store{db: d} }

const awardColumns = `a.id, a.number, a.campaign_id, a.year, a.subject, a.ref_id, coalesce(a.house_id, ''), coalesce(a.group_id, ''),
	case when a.subject = 'group' then coalesce(g.name, '') else coalesce(h.number || ' ' || s.name, '') end, a.achievement, a.kind, a.kind_name, a.authority, a.state,
	a.reason, a.consent_on, a.figures, a.votes_yes, a.votes_no, a.votes_blank, a.voted_on, a.published_on, a.publish_until, a.decision, a.decided_on, a.token,
	a.revoke_reason, a.revoke_decision, a.revoke_on, a.revoke_account, a.created_account, a.created_at, a.version`

const awardTables = ` from awards a left join areas g on g.ward_id = a.ward_id and g.id = a.group_id
	left join houses h on h.ward_id = a.ward_id and h.id = a.house_id left join streets s on s.ward_id = h.ward_id and s.id = h.street_id `

func scanAward(scan func(...any) error) (Award, error) {
	var a Award
	var figures string
	var created int64
	k, v, r := &a.Kind, &a.Votes, &a.Revoke
	err := scan(&a.ID, &a.Number, &a.Campaign, &a.Year, &a.Subject, &a.Ref, &a.House, &a.Group, &a.Name, &a.Achievement, &k.Code, &k.Name, &k.Authority, &a.State,
		&a.Reason, &a.Consent, &figures, &v.Yes, &v.No, &v.Blank, &a.VotedOn, &a.PublishedOn, &a.Until, &a.Decision, &a.DecidedOn, &a.Token,
		&r.Reason, &r.Decision, &r.On, &r.Account, &a.Account, &created, &a.Version)
	if err != nil {
		return a, err
	}
	a.Created = time.UnixMilli(created)
	a.Figures, err = unpack(figures)
	return a, err
}

// reach is the condition under which who acts sees commendations: the command and the committee those of the ward, a group lead those
// of the own group.
func reach(tx *db.Tx) string {
	if tx.Who.May(access.DecideAwards) {
		return `where a.ward_id = {ward} `
	}
	return `where {scope a} `
}

func one(ctx context.Context, tx *db.Tx, id string) (Award, error) {
	if err := tx.Need(access.Commend); err != nil {
		return Award{}, err
	}
	a, err := scanAward(tx.One(ctx, `select `+awardColumns+awardTables+reach(tx)+`and a.id = $1`, id).Scan)
	if err != nil {
		return a, err
	}
	if a.Kind.Decides, err = decides(ctx, tx, a.Kind.Code); err != nil {
		return a, err
	}
	a.Remarks, err = remarks(ctx, tx, id)
	return a, err
}

func remarks(ctx context.Context, tx *db.Tx, id string) ([]Remark, error) {
	var list []Remark
	err := tx.All(ctx, func(scan func(...any) error) error {
		var r Remark
		var made, answered int64
		err := scan(&r.N, &r.Text, &made, &r.Answer, &answered)
		if r.At = time.UnixMilli(made); answered != 0 {
			r.Answered = time.UnixMilli(answered)
		}
		list = append(list, r)
		return err
	}, `select r.n, r.body, r.made_at, r.answer, coalesce(r.answered_at, 0) from award_remarks r where r.ward_id = {ward} and r.award_id = $1 order by r.n`, id)
	return list, err
}

// Get gives one commendation with its remarks.
func (s *Store) Get(ctx context.Context, who access.Actor, id string) (Award, error) {
	var a Award
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		var err error
		a, err = one(ctx, tx, id)
		return err
	})
	return a, err
}

// Filter narrows the list.
type Filter struct {
	Year  int   // 0 for all
	State State // "" for all
}

// listed is how many commendations a page shows.
const listed = 300

// List gives the commendations within reach, newest first.
func (s *Store) List(ctx context.Context, who access.Actor, f Filter) ([]Award, error) {
	var list []Award
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.Commend); err != nil {
			return err
		}
		return each(ctx, tx, f, ` limit `+strconv.Itoa(listed), db.Into(&list))
	})
	return list, err
}

// where is the condition of a filter within reach, with its arguments.
func (f Filter) where(tx *db.Tx) (where string, args []any) {
	return reach(tx) + `and ($1 = 0 or a.year = $1) and ($2 = '' or a.state = $2)`, []any{f.Year, string(f.State)}
}

func each(ctx context.Context, tx *db.Tx, f Filter, limit string, hand func(*Award) error) error {
	where, args := f.where(tx)
	return tx.All(ctx, func(scan func(...any) error) error {
		a, err := scanAward(scan)
		if err != nil {
			return err
		}
		return hand(&a)
	}, `select `+awardColumns+awardTables+where+` order by a.year desc, a.number desc`+limit, args...)
}

// Choices are what a proposal can be made of.
type Choices struct {
	Year   int
	Kinds  []Kind
	Groups []struct{ ID, Name string }
	Houses bool // who acts reaches houses
}

// Choices gives what a proposal can be made of; fault.Missing without a campaign.
func (s *Store) Choices(ctx context.Context, who access.Actor) (Choices, error) {
	var x Choices
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.Commend); err != nil {
			return err
		}
		c, err := campaigns.CurrentOf(ctx, tx)
		if err != nil {
			return err
		}
		x.Year, x.Houses = c.Year, who.May(access.SeeHouses)
		if x.Kinds, err = kinds(ctx, tx); err != nil {
			return err
		}
		level, ids := tx.Who.Reach()
		return tx.All(ctx, func(scan func(...any) error) error {
			var g struct{ ID, Name string }
			err := scan(&g.ID, &g.Name)
			if level != access.OwnGroups || slices.Contains(ids, g.ID) {
				x.Groups = append(x.Groups, g)
			}
			return err
		}, `select g.id, g.name from areas g where g.ward_id = {ward} and g.kind = 'group' and g.valid_to is null order by g.sort_key`)
	})
	return x, err
}

// Propose makes a proposal in the current campaign and freezes the figures behind it.
func (s *Store) Propose(ctx context.Context, who access.Actor, n New) (string, error) {
	var id string
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		var err error
		id, err = s.ProposeTx(ctx, tx, n)
		return err
	})
	return id, err
}

// ProposeTx is Propose inside a unit of work.
func (s *Store) ProposeTx(ctx context.Context, tx *db.Tx, n New) (string, error) {
	if err := tx.Need(access.Commend); err != nil {
		return "", err
	}
	c, err := campaigns.CurrentOf(ctx, tx)
	if err != nil {
		return "", err
	}
	list, err := kinds(ctx, tx)
	if err != nil {
		return "", err
	}
	if err := n.check(list); err != nil {
		return "", err
	}
	a := Award{ID: tx.NewID(), Campaign: c.ID, Year: c.Year, Subject: n.Subject, Achievement: n.Achievement, Reason: n.Reason, State: Draft}
	for _, k := range list {
		if k.Code == n.Kind {
			a.Kind = k
		}
	}
	if n.Subject == Head {
		a.Consent = civil.DayOf(tx.Now)
	}
	if err := behind(ctx, tx, &a, n); err != nil {
		return "", err
	}
	if err := once(ctx, tx, &a); err != nil {
		return "", err
	}
	if err := tx.One(ctx, `select coalesce(max(a.number), 0) + 1 from awards a where a.ward_id = {ward} and a.year = $1`, a.Year).Scan(&a.Number); err != nil {
		return "", err
	}
	figures, err := a.Figures.pack()
	if err != nil {
		return "", err
	}
	if _, err := tx.Exec(ctx, `insert into awards (ward_id, id, number, campaign_id, year, subject, ref_id, house_id, group_id, achievement, kind, kind_name, authority,
		state, reason,
			consent_on, figures, votes_yes, votes_no, votes_blank, voted_on, published_on, publish_until, decision, decided_on, token, revoke_reason, revoke_decision, revoke_on,
			revoke_account, created_account, created_at, updated_at, version)
		values ({ward}, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 'draft', $13, $14, $15, 0, 0, 0, '', '', '', '', '', '', '', '', '', '', $16, $17, $17, 1)`,
		a.ID, a.Number, a.Campaign, a.Year, string(a.Subject), a.Ref, db.OrNull(a.House), db.OrNull(a.Group), a.Achievement, a.Kind.Code, a.Kind.Name, a.Kind.Authority, a.Reason,
		string(a.Consent), figures, tx.Who.Account(), tx.Millis()); err != nil {
		return "", err
	}
	return a.ID, s.audit(ctx, tx, &a, "award.propose")
}

// behind finds the house or the group of a proposal and the figures behind it.
func behind(ctx context.Context, tx *db.Tx, a *Award, n New) error {
	a.Figures.AsOf = civil.DayOf(tx.Now)
	if n.Subject == Group {
		return behindGroup(ctx, tx, a, n.Group)
	}
	number, street, err := civil.ParseAddress(n.Address)
	if err != nil {
		return fault.Invalid("house", "awards.bad_address")
	}
	err = tx.One(ctx, `select h.id, coalesce(h.group_id, ''), h.number || ' ' || s.name from houses h join streets s on s.ward_id = h.ward_id and s.id = h.street_id
		where {scope h} and h.status = 'active' and s.name_key = $1 and h.number_key = $2`, street.Key, number.Key).Scan(&a.House, &a.Group, &a.Name)
	if fault.Is(err, fault.Missing) {
		return fault.Invalid("house", "awards.no_house", "Address", number.Text+" "+street.Name)
	}
	if err != nil {
		return err
	}
	a.Ref = a.House
	r, err := results.Of(ctx, tx, a.Campaign, a.House)
	if err != nil && !fault.Is(err, fault.Missing) {
		return err
	}
	f := &a.Figures
	f.Class, f.Points, f.Max, f.Contents, f.Inspected = r.Class.String(), r.Points, r.Max, r.Contents, r.Inspected
	return tx.One(ctx, `select count(*) filter (where x.state = 'mended'), count(*) filter (where x.state = 'open') from shortcomings x
		where {scope x.house} and x.house_id = $1 and x.campaign_id = $2`, a.House, a.Campaign).Scan(&f.Measures, &f.Open)
}

func behindGroup(ctx context.Context, tx *db.Tx, a *Award, group string) error {
	level, ids := tx.Who.Reach()
	if level == access.OwnGroups && !slices.Contains(ids, group) {
		return fault.Invalid("group", "awards.choose_group")
	}
	err := tx.One(ctx, `select g.name from areas g where g.ward_id = {ward} and g.id = $1 and g.kind = 'group' and g.valid_to is null`, group).Scan(&a.Name)
	if fault.Is(err, fault.Missing) {
		return fault.Invalid("group", "awards.choose_group")
	}
	if err != nil {
		return err
	}
	a.Group, a.Ref = group, group
	list, _, err := results.TalliesTx(ctx, tx, a.Campaign)
	for i := range list {
		if t := &list[i]; t.GroupID == group {
			f := &a.Figures
			f.Houses, f.Seen, f.Safe, f.Homes, f.Pledged = t.Houses, t.Inspected, t.Safe, t.Households, t.Pledged
		}
	}
	return err
}

// once refuses a second commendation for the same achievement in the same campaign (Law 06/2022/QH15: not several for one
// achievement). The table's own unique key holds it against two people at one time.
func once(ctx context.Context, tx *db.Tx, a *Award) error {
	var number int
	err := tx.One(ctx, `select a.number from awards a where a.ward_id = {ward} and a.campaign_id = $1 and a.subject = $2 and a.ref_id = $3 and a.achievement = $4
			and a.state in ('draft', 'voted', 'published', 'decided')`, a.Campaign, string(a.Subject), a.Ref, a.Achievement).Scan(&number)
	if fault.Is(err, fault.Missing) {
		return nil
	}
	if err != nil {
		return err
	}
	other := Award{Number: number, Year: a.Year}
	return fault.Invalid("achievement", "awards.twice", "Name", a.Name, "Code", other.Code(), "Year", strconv.Itoa(a.Year))
}

func (s *Store) audit(ctx context.Context, tx *db.Tx, a *Award, action string) error {
	return tx.Audit(ctx, db.Entry{Action: action, Object: "award", ID: a.ID, House: a.House, Detail: a.Code()})
}

// change reads a commendation, lets fn judge and alter it, and writes it.
func (s *Store) change(ctx context.Context, who access.Actor, id, action string, fn func(*db.Tx, *Award) error) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error { return s.changeTx(ctx, tx, id, action, fn) })
}

func (s *Store) changeTx(ctx context.Context, tx *db.Tx, id, action string, fn func(*db.Tx, *Award) error) error {
	a, err := one(ctx, tx, id)
	if err != nil {
		return err
	}
	if err := fn(tx, &a); err != nil {
		return err
	}
	n, err := tx.Exec(ctx, `update awards as a set kind_name = $1, authority = $2, state = $3, votes_yes = $4, votes_no = $5, votes_blank = $6, voted_on = $7, published_on = $8,
			publish_until = $9, decision = $10, decided_on = $11, token = $12, revoke_reason = $13, revoke_decision = $14, revoke_on = $15, revoke_account = $16,
			updated_at = $17, version = a.version + 1
		where a.ward_id = {ward} and a.id = $18 and a.version = $19`,
		a.Kind.Name, a.Kind.Authority, string(a.State), a.Votes.Yes, a.Votes.No, a.Votes.Blank, string(a.VotedOn), string(a.PublishedOn), string(a.Until), a.Decision,
		string(a.DecidedOn), a.Token, a.Revoke.Reason, a.Revoke.Decision, string(a.Revoke.On), a.Revoke.Account, tx.Millis(), id, a.Version)
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.Conflict("fault.changed")
	}
	return s.audit(ctx, tx, &a, action)
}

// Vote enters how the vote on a proposal went: it passes when more than half of those who voted agree.
func (s *Store) Vote(ctx context.Context, who access.Actor, id string, on civil.Day, v Votes) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error { return s.VoteTx(ctx, tx, id, on, v) })
}

// VoteTx is Vote inside a unit of work.
func (s *Store) VoteTx(ctx context.Context, tx *db.Tx, id string, on civil.Day, v Votes) error {
	return s.changeTx(ctx, tx, id, "award.vote", func(tx *db.Tx, a *Award) error {
		if a.State != Draft {
			return fault.Shut("awards.voted_already")
		}
		var bad []fault.Field
		for _, x := range []struct {
			name string
			n    int
		}{{"yes", v.Yes}, {"no", v.No}, {"blank", v.Blank}} {
			if x.n < 0 || x.n > mostVotes {
				bad = append(bad, fault.Field{Name: x.name, Key: "fault.number_between", Pairs: []any{"Low", 0, "High", mostVotes}})
			}
		}
		if len(bad) == 0 && v.Cast() == 0 {
			bad = append(bad, fault.Field{Name: "yes", Key: "awards.nobody_voted"})
		}
		bad = append(bad, dayBetween("voted_on", on, civil.DayOf(a.Created), civil.DayOf(tx.Now))...)
		a.Votes, a.VotedOn, a.State = v, on, Voted
		if !v.Pass() {
			a.State = Rejected
		}
		return fault.InvalidFields(bad)
	})
}

func dayBetween(name string, d, first, last civil.Day) []fault.Field {
	switch {
	case !d.Valid():
		return []fault.Field{{Name: name, Key: "fault.bad_day"}}
	case d > last:
		return []fault.Field{{Name: name, Key: "awards.day_ahead"}}
	case d < first:
		return []fault.Field{{Name: name, Key: "awards.day_early", Pairs: []any{"Day", first}}}
	}
	return nil
}

// Publish puts a proposal that passed the vote on the public list for ten days.
func (s *Store) Publish(ctx context.Context, who access.Actor, id string) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error { return s.PublishTx(ctx, tx, id) })
}

// PublishTx is Publish inside a unit of work.
func (s *Store) PublishTx(ctx context.Context, tx *db.Tx, id string) error {
	return s.changeTx(ctx, tx, id, "award.publish", func(tx *db.Tx, a *Award) error {
		if err := tx.Need(access.DecideAwards); err != nil {
			return err
		}
		if a.State != Voted {
			return fault.Shut("awards.vote_first")
		}
		a.State, a.PublishedOn = Published, civil.DayOf(tx.Now)
		a.Until = a.PublishedOn.AddDays(PublishDays)
		return s.tell(ctx, tx, a, "awards.tell.published", "Day", a.Until)
	})
}

// tell tells the head of the house of a commendation, if it is of a house.
func (s *Store) tell(ctx context.Context, tx *db.Tx, a *Award, key string, pairs ...any) error {
	if a.House == "" {
		return nil
	}
	return inbox.Tell(ctx, tx, inbox.To{Roles: []access.Role{access.Head}, House: a.House}, inbox.Message{
		Kind: inbox.Awards, Key: key, Pairs: append([]any{"House", a.Name, "Kind", a.Kind.Name}, pairs...), Href: "/commendations/published", House: a.House,
		About: "award:" + a.ID,
	})
}

// Decide enters the decision of the authority after the ten days, when every remark is answered.
func (s *Store) Decide(ctx context.Context, who access.Actor, id, number string, on civil.Day) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error { return s.DecideTx(ctx, tx, id, number, on) })
}

// DecideTx is Decide inside a unit of work.
func (s *Store) DecideTx(ctx context.Context, tx *db.Tx, id, number string, on civil.Day) error {
	return s.changeTx(ctx, tx, id, "award.decide", func(tx *db.Tx, a *Award) error {
		if err := deciding(tx, a); err != nil {
			return err
		}
		if err := a.Decidable(civil.DayOf(tx.Now)); err != nil {
			return err
		}
		if err := fault.InvalidFields(append(checkDecision("decision", number), dayBetween("decided_on", on, a.Until, civil.DayOf(tx.Now))...)); err != nil {
			return err
		}
		a.State, a.Decision, a.DecidedOn, a.Token = Decided, number, on, tx.NewID()
		return s.tell(ctx, tx, a, "awards.tell.decided", "Decision", number)
	})
}

// deciding refuses whoever the kind of commendation does not leave the decision to.
func deciding(tx *db.Tx, a *Award) error {
	if err := tx.Need(access.DecideAwards); err != nil {
		return err
	}
	if role := tx.Who.Role(); role != "system" && role != a.Kind.Decides {
		return fault.Shut("awards.not_yours", "Authority", a.Kind.Authority)
	}
	return nil
}

// Decline enters that the authority does not commend.
func (s *Store) Decline(ctx context.Context, who access.Actor, id string) error {
	return s.change(ctx, who, id, "award.decline", func(tx *db.Tx, a *Award) error {
		if err := deciding(tx, a); err != nil {
			return err
		}
		if a.State != Published {
			return fault.Shut("awards.not_published")
		}
		a.State = Declined
		return nil
	})
}

// Drop takes a proposal back before the decision.
func (s *Store) Drop(ctx context.Context, who access.Actor, id string) error {
	return s.change(ctx, who, id, "award.drop", func(tx *db.Tx, a *Award) error {
		if a.State != Draft && a.State != Voted && a.State != Published {
			return fault.Shut("awards.not_droppable")
		}
		if a.State == Published && !tx.Who.May(access.DecideAwards) {
			return fault.Shut("awards.not_droppable")
		}
		a.State = Dropped
		return nil
	})
}

// Revoke asks for a commendation to be taken back: the first of two keys (dishonest declaration, wrong procedure, later findings).
func (s *Store) Revoke(ctx context.Context, who access.Actor, id, reason, number string) error {
	return s.change(ctx, who, id, "award.revoke_ask", func(tx *db.Tx, a *Award) error {
		if err := tx.Need(access.DecideAwards); err != nil {
			return err
		}
		switch {
		case a.State != Decided:
			return fault.Shut("awards.not_decided")
		case a.Revoke.Account != "":
			return fault.Shut("awards.revoke_waits")
		}
		if err := fault.InvalidFields(append(text("revoke_reason", &reason, true), checkDecision("revoke_decision", number)...)); err != nil {
			return err
		}
		a.Revoke = Revocation{Reason: reason, Decision: number, Account: tx.Who.Account()}
		return nil
	})
}

// Confirm is the second key of a revocation, turned by somebody else; the certificate then says that it was taken back.
func (s *Store) Confirm(ctx context.Context, who access.Actor, id string) error {
	return s.change(ctx, who, id, "award.revoke", func(tx *db.Tx, a *Award) error {
		if err := revoking(tx, a); err != nil {
			return err
		}
		if a.Revoke.Account == tx.Who.Account() {
			return fault.Shut("awards.second_key")
		}
		a.State, a.Revoke.On = Revoked, civil.DayOf(tx.Now)
		return s.tell(ctx, tx, a, "awards.tell.revoked", "Decision", a.Revoke.Decision)
	})
}

// Keep ends a request for revocation: the commendation stays.
func (s *Store) Keep(ctx context.Context, who access.Actor, id string) error {
	return s.change(ctx, who, id, "award.revoke_drop", func(tx *db.Tx, a *Award) error {
		if err := revoking(tx, a); err != nil {
			return err
		}
		a.Revoke = Revocation{}
		return nil
	})
}

func revoking(tx *db.Tx, a *Award) error {
	if err := tx.Need(access.DecideAwards); err != nil {
		return err
	}
	if a.State != Decided || a.Revoke.Account == "" {
		return fault.Shut("awards.nothing_to_confirm")
	}
	return nil
}
