package meetings

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"sonha/engine/db"
	"sonha/engine/queue"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/civil/personal"
	"sonha/ground/fault"
	"sonha/ward/houses"
)

// Paper gives the minutes of a meeting: the frozen ones, or, for who convenes and for who keeps them, those that are being written.
func (s *Store) Paper(ctx context.Context, who access.Actor, id string) (Paper, error) {
	var p Paper
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		m, err := get(ctx, tx, id)
		if err != nil {
			return err
		}
		if m.State != Minuted && (m.State != Held || !m.May && !secretary(tx.Who, &m)) {
			return fault.NotFound("fault.not_found")
		}
		p, err = paperOf(ctx, tx, &m)
		if err != nil || !m.May || m.State != Held {
			return err
		}
		p.Present, err = present(ctx, tx, id)
		return err
	})
	return p, err
}

// secretary reports whether the actor is the household that keeps the minutes.
func secretary(who access.Actor, m *Meeting) bool {
	house, household := who.Household()
	return household != "" && house == m.Secretary.House && household == m.Secretary.Household
}

// present lists the households that are there, among which the one that keeps the minutes is chosen.
func present(ctx context.Context, tx *db.Tx, id string) ([]houses.Place, error) {
	var list []houses.Place
	err := tx.All(ctx, func(scan func(...any) error) error {
		var house, household, address string
		err := scan(&house, &household, &address)
		list = append(list, houses.Place{ID: house + ":" + household, Name: household + ", " + address})
		return err
	}, `select x.house_id, x.household, h.number || ' ' || s.name from meeting_households x join houses h on h.ward_id = x.ward_id and h.id = x.house_id
		join streets s on s.ward_id = h.ward_id and s.id = h.street_id where {scope x.house} and x.meeting_id = $1 order by h.sort_key, h.id, x.household limit
			`+strconv.Itoa(mostHouses), id)
	return list, err
}

func paperOf(ctx context.Context, tx *db.Tx, m *Meeting) (Paper, error) {
	p := Paper{Meeting: *m}
	if m.State == Minuted {
		var frozen []byte
		if err := tx.One(ctx, `select m.frozen from meetings m where m.ward_id = {ward} and m.id = $1`, m.ID).Scan(&frozen); err != nil {
			return p, err
		}
		if p.Hash = Sum(frozen); p.Hash != m.Hash {
			return p, fmt.Errorf("meetings: the minutes of %s are not what was frozen: %s, not %s", m.ID, p.Hash, m.Hash)
		}
		if err := json.Unmarshal(frozen, &p.Minutes); err != nil { //nolint:musttag // as it was frozen
			return p, fmt.Errorf("read minutes of %s: %w", m.ID, err)
		}
		if err := p.addenda(ctx, tx); err != nil {
			return p, err
		}
		list, err := conclusions(ctx, tx, m.ID)
		p.Opened = map[string]string{}
		for _, c := range list {
			if c.Measure != "" && tx.Who.May(access.SeeMeasures) {
				p.Opened[c.ID] = c.Measure
			}
		}
		return p, err
	}
	said, err := said(ctx, tx, m.ID)
	if err != nil {
		return p, err
	}
	votes, err := votes(ctx, tx, m)
	if err != nil {
		return p, err
	}
	conclusions, err := conclusions(ctx, tx, m.ID)
	if err != nil {
		return p, err
	}
	p.Minutes = minutes(m, said, votes, conclusions)
	b, err := p.Minutes.bytes()
	p.Hash = Sum(b)
	return p, err
}

func (p *Paper) addenda(ctx context.Context, tx *db.Tx) error {
	return tx.All(ctx, func(scan func(...any) error) error {
		var a Addendum
		var at int64
		err := scan(&a.Body, &at, &a.By)
		a.At = moment(at)
		p.Addenda = append(p.Addenda, a)
		return err
	}, `select a.body, a.added_at, a.added_by from meeting_addenda a where a.ward_id = {ward} and a.meeting_id = $1 order by a.id`, p.Meeting.ID)
}

func said(ctx context.Context, tx *db.Tx, id string) ([]Said, error) {
	found := map[string]string{}
	err := tx.All(ctx, func(scan func(...any) error) error {
		var theme, body string
		err := scan(&theme, &body)
		found[theme] = body
		return err
	}, `select t.theme, t.body from meeting_themes t where t.ward_id = {ward} and t.meeting_id = $1`, id)
	var list []Said
	for _, theme := range Themes() {
		if found[theme] != "" {
			list = append(list, Said{theme, found[theme]})
		}
	}
	return list, err
}

func votes(ctx context.Context, tx *db.Tx, m *Meeting) ([]Vote, error) {
	var list []Vote
	err := tx.All(ctx, func(scan func(...any) error) error {
		v := Vote{Pass: m.Pass}
		err := scan(&v.ID, &v.Subject, &v.Method, &v.Present, &v.For, &v.Against, &v.Other)
		list = append(list, v)
		return err
	}, `select v.id, v.subject, v.method, v.present, v.votes_for, v.votes_against, v.votes_other from meeting_votes v where v.ward_id = {ward} and v.meeting_id = $1 order by
		v.id`, m.ID)
	return list, err
}

func conclusions(ctx context.Context, tx *db.Tx, id string) ([]Conclusion, error) {
	var list []Conclusion
	err := tx.All(ctx, func(scan func(...any) error) error {
		var c Conclusion
		err := scan(&c.ID, &c.Content, &c.Owner, &c.Due, &c.Measure)
		list = append(list, c)
		return err
	}, `select c.id, c.content, c.owner, c.due_on, c.measure_id from meeting_conclusions c where c.ward_id = {ward} and c.meeting_id = $1 order by c.id`, id)
	return list, err
}

// writing gives a meeting whose minutes the actor may write now.
func writing(ctx context.Context, tx *db.Tx, id string) (Meeting, error) {
	m, err := kept(ctx, tx, id)
	switch {
	case err != nil:
		return m, err
	case m.State == Planned:
		return m, fault.Shut("meetings.not_begun")
	case !m.Writable():
		return m, fault.Shut("meetings.frozen")
	}
	return m, nil
}

// touch counts a change of what is being minuted up; a confirmation of the chair was of another text.
func touch(ctx context.Context, tx *db.Tx, m *Meeting, what string) error {
	if _, err := tx.Exec(ctx, `update meetings set chair_confirmed_at = null, chair_account = '', chair_sha256 = '', updated_at = $1, version = version + 1
		where ward_id = {ward} and id = $2 and state = 'held'`, tx.Millis(), m.ID); err != nil {
		return err
	}
	return tx.Audit(ctx, db.Entry{Action: "meeting.minutes", Object: "meeting", ID: m.ID, House: m.House, Detail: what})
}

// Write keeps what was said, when it began and ended, and who keeps the minutes.
func (s *Store) Write(ctx context.Context, who access.Actor, id string, t Text) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error { return s.WriteTx(ctx, tx, id, t) })
}

// WriteTx is Write inside a unit of work.
func (s *Store) WriteTx(ctx context.Context, tx *db.Tx, id string, t Text) error {
	m, err := writing(ctx, tx, id)
	if err != nil {
		return err
	}
	if t.Version != m.Version {
		return fault.Conflict("fault.changed")
	}
	began, ended, err := t.times(&m, tx.Now)
	var bad []fault.Field
	if e, ok := fault.As(err); ok {
		bad = e.Fields
	}
	for _, theme := range Themes() {
		t.Said[theme] = civil.NFCLines(t.Said[theme])
		bad = append(bad, personal.Text("said."+theme, t.Said[theme], "", mostBody)...)
	}
	sec, err := chosen(ctx, tx, &m, t.Secretary)
	if err != nil {
		e, _ := fault.As(err)
		if e == nil || len(e.Fields) == 0 {
			return err
		}
		bad = append(bad, e.Fields...)
	}
	if err := fault.InvalidFields(bad); err != nil {
		return err
	}
	for _, theme := range Themes() {
		if _, err := tx.Exec(ctx, `delete from meeting_themes where ward_id = {ward} and meeting_id = $1 and theme = $2`, id, theme); err != nil {
			return err
		}
		if t.Said[theme] == "" {
			continue
		}
		if _, err := tx.Exec(ctx, `insert into meeting_themes (ward_id, meeting_id, theme, body) values ({ward}, $1, $2, $3)`, id, theme, t.Said[theme]); err != nil {
			return err
		}
	}
	var end any
	if !ended.IsZero() {
		end = ended.UnixMilli()
	}
	if _, err := tx.Exec(ctx, `update meetings set began_at = $1, ended_at = cast($2 as bigint), secretary_house = $3, secretary_household = $4, secretary_role = $5
		where ward_id = {ward} and id = $6 and state = 'held'`, began.UnixMilli(), end, sec.House, sec.Household, sec.Role, id); err != nil {
		return err
	}
	return touch(ctx, tx, &m, "nội dung biên bản")
}

// chosen reads who keeps the minutes: a household that is there, or a role.
func chosen(ctx context.Context, tx *db.Tx, m *Meeting, value string) (Secretary, error) {
	if value == "" || slices.Contains(Secretaries(m.Level), value) {
		return Secretary{Role: value}, nil
	}
	house, household, _ := strings.Cut(value, ":")
	n := 0
	if err := tx.One(ctx, `select count(*) from meeting_households x where {scope x.house} and x.meeting_id = $1 and x.house_id = $2 and x.household = $3`,
		m.ID, house, household).Scan(&n); err != nil {
		return Secretary{}, err
	}
	if n == 0 {
		return Secretary{}, fault.Invalid("secretary", "meetings.secretary_absent")
	}
	return Secretary{House: house, Household: household}, nil
}

// AddVote notes a vote. A meeting to which too few came decides nothing.
func (s *Store) AddVote(ctx context.Context, who access.Actor, id string, v Vote) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error { return s.AddVoteTx(ctx, tx, id, v) })
}

// AddVoteTx is AddVote inside a unit of work.
func (s *Store) AddVoteTx(ctx context.Context, tx *db.Tx, id string, v Vote) error {
	m, err := writing(ctx, tx, id)
	if err != nil {
		return err
	}
	if !m.Quorate() {
		return fault.Shut("meetings.no_quorum", "Needed", m.Needed(), "Present", m.Present)
	}
	n := 0
	if err := tx.One(ctx, `select count(*) from meeting_votes v where v.ward_id = {ward} and v.meeting_id = $1`, id).Scan(&n); err != nil {
		return err
	}
	if n >= mostVotes {
		return fault.Shut("meetings.many_votes", "Most", mostVotes)
	}
	if err := v.check(&m); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `insert into meeting_votes (ward_id, id, meeting_id, subject, method, present, votes_for, votes_against, votes_other) values ({ward}, $1, $2,
		$3, $4, $5, $6, $7, $8)`,
		tx.NewID(), id, v.Subject, string(v.Method), v.Present, v.For, v.Against, v.Other); err != nil {
		return err
	}
	return touch(ctx, tx, &m, "thêm một biểu quyết")
}

// DropVote takes a vote out that was noted by mistake.
func (s *Store) DropVote(ctx context.Context, who access.Actor, id, vote string) error {
	return s.drop(ctx, who, id, `delete from meeting_votes where ward_id = {ward} and meeting_id = $1 and id = $2`, vote, "bỏ một biểu quyết")
}

// Conclude notes a conclusion.
func (s *Store) Conclude(ctx context.Context, who access.Actor, id string, c Conclusion) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error { return s.ConcludeTx(ctx, tx, id, c) })
}

// ConcludeTx is Conclude inside a unit of work.
func (s *Store) ConcludeTx(ctx context.Context, tx *db.Tx, id string, c Conclusion) error {
	m, err := writing(ctx, tx, id)
	if err != nil {
		return err
	}
	n := 0
	if err := tx.One(ctx, `select count(*) from meeting_conclusions c where c.ward_id = {ward} and c.meeting_id = $1`, id).Scan(&n); err != nil {
		return err
	}
	if n >= mostPoints {
		return fault.Shut("meetings.many_conclusions", "Most", mostPoints)
	}
	if err := c.check(m.StartDay()); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `insert into meeting_conclusions (ward_id, id, meeting_id, content, owner, due_on, measure_id) values ({ward}, $1, $2, $3, $4, $5, '')`,
		tx.NewID(), id, c.Content, c.Owner, string(c.Due)); err != nil {
		return err
	}
	return touch(ctx, tx, &m, "thêm một kết luận")
}

// DropConclusion takes a conclusion out that was noted by mistake.
func (s *Store) DropConclusion(ctx context.Context, who access.Actor, id, conclusion string) error {
	return s.drop(ctx, who, id, `delete from meeting_conclusions where ward_id = {ward} and meeting_id = $1 and id = $2`, conclusion, "bỏ một kết luận")
}

func (s *Store) drop(ctx context.Context, who access.Actor, id, query, row, what string) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		m, err := writing(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := tx.Must1(tx.Exec(ctx, query, id, row)); err != nil {
			return err
		}
		return touch(ctx, tx, &m, what)
	})
}

// whole says what is still missing in minutes that are to be confirmed.
func (p *Paper) whole(hash string) error {
	m := &p.Minutes
	switch {
	case hash != p.Hash:
		return fault.Conflict("meetings.other_text")
	case m.Present == 0:
		return fault.Refused("meetings.nobody_came")
	case m.Ended == 0:
		return fault.Refused("meetings.not_ended")
	case !m.Secretary.Chosen():
		return fault.Refused("meetings.no_secretary")
	case len(m.Said) == 0 && len(m.Votes) == 0 && len(m.Conclusions) == 0:
		return fault.Refused("meetings.empty")
	}
	return nil
}

// Confirm is the chair's word that the minutes with this hash are right.
func (s *Store) Confirm(ctx context.Context, who access.Actor, id, hash string) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error { return s.ConfirmTx(ctx, tx, id, hash) })
}

// ConfirmTx is Confirm inside a unit of work.
func (s *Store) ConfirmTx(ctx context.Context, tx *db.Tx, id, hash string) error {
	m, err := writing(ctx, tx, id)
	if err != nil {
		return err
	}
	p, err := paperOf(ctx, tx, &m)
	if err != nil {
		return err
	}
	if hash == "" {
		hash = p.Hash
	}
	if err := p.whole(hash); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `update meetings set chair_confirmed_at = $1, chair_account = $2, chair_sha256 = $3, updated_at = $1, version = version + 1
		where ward_id = {ward} and id = $4 and state = 'held'`, tx.Millis(), tx.Who.Account(), p.Hash, id); err != nil {
		return err
	}
	if err := tellSecretary(ctx, tx, &m); err != nil {
		return err
	}
	return tx.Audit(ctx, db.Entry{Action: "meeting.confirm", Object: "meeting", ID: id, House: m.House, Detail: "chủ trì xác nhận, mã nội dung " + Short(p.Hash)})
}

// Sign is the secretary's word for the text that the chair confirmed, and freezes the minutes. The household that keeps them signs
// with its own account. On paper, the chair says that the secretary has signed the printed minutes that carry this hash.
func (s *Store) Sign(ctx context.Context, who access.Actor, id, hash string, onPaper bool) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error { return s.SignTx(ctx, tx, id, hash, onPaper) })
}

// SignTx is Sign inside a unit of work.
func (s *Store) SignTx(ctx context.Context, tx *db.Tx, id, hash string, onPaper bool) error {
	m, err := get(ctx, tx, id)
	if err != nil {
		return err
	}
	if onPaper && !m.May || !onPaper && !secretary(tx.Who, &m) {
		return fault.NotFound("fault.not_found")
	}
	switch {
	case m.State == Minuted:
		return fault.Shut("meetings.frozen")
	case m.State != Held || m.Confirmed.IsZero():
		return fault.Shut("meetings.chair_first")
	}
	p, err := paperOf(ctx, tx, &m)
	if err != nil {
		return err
	}
	if hash == "" {
		hash = m.ChairHash
	}
	if m.ChairHash != p.Hash {
		return fault.Conflict("meetings.other_text")
	}
	if err := p.whole(hash); err != nil {
		return err
	}
	frozen, err := p.Minutes.bytes()
	if err != nil {
		return err
	}
	way := "account"
	if onPaper {
		way = "paper"
	}
	if err := tx.Must1(tx.Exec(ctx, `update meetings set state = 'minuted', secretary_confirmed_at = $1, secretary_way = $2, sha256 = $3, frozen = $4, updated_at = $1,
		version = version + 1
		where ward_id = {ward} and id = $5 and state = 'held'`, tx.Millis(), way, p.Hash, frozen, id)); err != nil {
		return err
	}
	if err := queue.Add(ctx, tx, queue.Job{Kind: MeasuresJob, Payload: []byte(id), Key: id}); err != nil {
		return err
	}
	return tx.Audit(ctx, db.Entry{Action: "meeting.freeze", Object: "meeting", ID: id, House: m.House, Detail: "biên bản đã chốt, mã nội dung " + Short(p.Hash)})
}

// Append adds to frozen minutes what was left out; the minutes themselves stay as they are.
func (s *Store) Append(ctx context.Context, who access.Actor, id, body string) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		m, err := kept(ctx, tx, id)
		if err != nil {
			return err
		}
		if m.State != Minuted {
			return fault.Shut("meetings.not_frozen")
		}
		body = civil.NFCLines(body)
		if err := fault.InvalidFields(personal.Text("addendum", body, "meetings.no_addendum", mostBody)); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `insert into meeting_addenda (ward_id, id, meeting_id, body, added_at, added_by) values ({ward}, $1, $2, $3, $4, $5)`,
			tx.NewID(), id, body, tx.Millis(), tx.Who.Name()); err != nil {
			return err
		}
		return tx.Audit(ctx, db.Entry{Action: "meeting.append", Object: "meeting", ID: id, House: m.House, Detail: "bổ sung biên bản"})
	})
}
