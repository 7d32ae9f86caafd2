package posted

import (
	"context"
	"slices"
	"time"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/civil/personal"
	"sonha/ground/fault"
	"sonha/ward/campaigns"
)

// PostDays is how many days a list hangs at the least, so that people can say what they think of it (domain.md §9.10).
const PostDays = 10

// Lengths of what is typed, in characters, and how long a list may hang at the most, in days.
const (
	mostPlaces = 300
	mostRemark = 1000
	mostPosted = 60
)

// Posting is a list of safe houses as it was posted on paper.
type Posting struct {
	ID          string
	From, Until civil.Day
	Places      string
	Houses      int
	At          time.Time
	By          string
}

// check says what is wrong with a posting.
func (x *Posting) check(today civil.Day) error {
	x.Places = civil.NFCLines(x.Places)
	var wrong []fault.Field
	switch {
	case !x.From.Valid():
		wrong = append(wrong, fault.Field{Name: "from", Key: "fault.bad_day"})
	case x.From < today.AddDays(-mostPosted) || x.From > today.AddDays(mostPosted):
		wrong = append(wrong, fault.Field{Name: "from", Key: "posted.from_range", Pairs: []any{"Days", mostPosted}})
	}
	switch {
	case !x.Until.Valid():
		wrong = append(wrong, fault.Field{Name: "until", Key: "fault.bad_day"})
	case x.From.Valid() && (x.Until.Sub(x.From) < PostDays || x.Until.Sub(x.From) > mostPosted):
		wrong = append(wrong, fault.Field{Name: "until", Key: "posted.until_range", Pairs: []any{"Least", PostDays, "Most", mostPosted}})
	}
	wrong = append(wrong, personal.Text("places", x.Places, "posted.say_places", mostPlaces)...)
	return fault.InvalidFields(wrong)
}

// Channels are the ways by which a remark comes in.
func Channels() []string { return []string{"counter", "phone", "letter", "meeting"} }

// Remark is what somebody said about the posted list. Nobody is named.
type Remark struct {
	ID       string
	On       civil.Day // received
	Channel  string
	House    string // id; empty when it is about the list as a whole
	Address  string
	Content  string
	Answer   string
	Answered civil.Day
	By       string // who answered
	Late     bool   // came after the list was taken down
}

// Paper is the posting of a campaign's list: its days, the list itself, and what was said about it.
type Paper struct {
	Campaign campaigns.Campaign
	Current  Posting   // the latest; the zero Posting while none was posted
	Former   []Posting // those that it took the place of, the latest first
	Remarks  []Remark  // the latest first
	Open     int       // remarks without an answer
	List     List      // of safe houses, whether or not it stands on the internet
	Today    civil.Day
}

// Paper gives the posting of a year, 0 for the running campaign.
func (s *Store) Paper(ctx context.Context, who access.Actor, year int) (Paper, error) {
	var x Paper
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.RunCampaign); err != nil {
			return err
		}
		var err error
		x, err = paperOf(ctx, tx, year)
		if err != nil {
			return err
		}
		x.List = List{Year: x.Campaign.Year, Settled: x.Campaign.Phase == campaigns.Closed, Until: x.Current.Until, AsOf: tx.Now, campaign: x.Campaign.ID}
		return x.List.read(ctx, tx, who.Ward())
	})
	return x, err
}

func paperOf(ctx context.Context, tx *db.Tx, year int) (Paper, error) {
	x := Paper{Today: civil.DayOf(tx.Now)}
	var err error
	if x.Campaign, err = campaigns.OfYearTx(ctx, tx, year); err != nil {
		return x, err
	}
	if err := tx.All(ctx, func(scan func(...any) error) error {
		var p Posting
		var at int64
		err := scan(&p.ID, &p.From, &p.Until, &p.Places, &p.Houses, &at, &p.By)
		p.At = db.Moment(at)
		x.Former = append(x.Former, p)
		return err
	}, `select g.id, g.from_on, g.until_on, g.places, g.houses, g.posted_at, g.posted_by from postings g where g.ward_id = {ward} and g.campaign_id = $1
		order by g.id desc`, x.Campaign.ID); err != nil {
		return x, err
	}
	if len(x.Former) > 0 {
		x.Current, x.Former = x.Former[0], x.Former[1:]
	}
	return x, tx.All(ctx, func(scan func(...any) error) error {
		var m Remark
		err := scan(&m.ID, &m.On, &m.Channel, &m.House, &m.Address, &m.Content, &m.Answer, &m.Answered, &m.By)
		m.Late = x.Current.Until != "" && m.On > x.Current.Until
		if m.Answer == "" {
			x.Open++
		}
		x.Remarks = append(x.Remarks, m)
		return err
	}, `select m.id, m.received_on, m.channel, coalesce(m.house_id, ''), coalesce(h.number || ' ' || st.name, ''), m.content, m.answer, m.answered_on, m.answered_by
		from posting_remarks m
		left join houses h on h.ward_id = m.ward_id and h.id = m.house_id
		left join streets st on st.ward_id = h.ward_id and st.id = h.street_id
		where m.ward_id = {ward} and m.campaign_id = $1 order by m.id desc`, x.Campaign.ID)
}

// Post notes from when until when the list hangs, and where; another posting takes the place of the one before.
func (s *Store) Post(ctx context.Context, who access.Actor, year int, p Posting) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.RunCampaign); err != nil {
			return err
		}
		x, err := paperOf(ctx, tx, year)
		if err != nil {
			return err
		}
		if x.Campaign.Phase != campaigns.Publish {
			return fault.Shut("posted.not_at_publication")
		}
		if err := p.check(x.Today); err != nil {
			return err
		}
		if err := tx.One(ctx, `select count(*) from results r join houses h on h.ward_id = r.ward_id and h.id = r.house_id
			where {scope h} and h.status = 'active' and r.campaign_id = $1 and r.class = 'safe' and r.stage = 'approved'`, x.Campaign.ID).Scan(&p.Houses); err != nil {
			return err
		}
		if p.Houses == 0 {
			return fault.Refused("posted.nothing_safe")
		}
		if _, err := tx.Exec(ctx, `insert into postings (ward_id, id, campaign_id, from_on, until_on, places, houses, posted_at, posted_by)
			values ({ward}, $1, $2, $3, $4, $5, $6, $7, $8)`,
			tx.NewID(), x.Campaign.ID, string(p.From), string(p.Until), p.Places, p.Houses, tx.Millis(), tx.Who.Name()); err != nil {
			return err
		}
		return tx.Audit(ctx, db.Entry{Action: "posted.post", Object: "campaign", ID: x.Campaign.ID, Detail: p.From.Display() + "–" + p.Until.Display()})
	})
}

// Remark writes down what somebody said about the posted list. address may be empty.
func (s *Store) Remark(ctx context.Context, who access.Actor, year int, m Remark) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.RunCampaign); err != nil {
			return err
		}
		x, err := paperOf(ctx, tx, year)
		if err != nil {
			return err
		}
		if x.Campaign.Phase != campaigns.Publish || x.Current.ID == "" {
			return fault.Shut("posted.not_posted")
		}
		m.Content = civil.NFCLines(m.Content)
		wrong := personal.Text("content", m.Content, "posted.say_content", mostRemark)
		if !slices.Contains(Channels(), m.Channel) {
			wrong = append(wrong, fault.Field{Name: "channel", Key: "posted.choose_channel"})
		}
		switch {
		case !m.On.Valid():
			wrong = append(wrong, fault.Field{Name: "on", Key: "fault.bad_day"})
		case m.On < x.Current.From && !slices.ContainsFunc(x.Former, func(p Posting) bool { return p.From <= m.On }) || m.On > x.Today:
			wrong = append(wrong, fault.Field{Name: "on", Key: "posted.on_range", Pairs: []any{"From", x.Current.From}})
		}
		house, err := found(ctx, tx, civil.NFC(m.Address))
		if e, ok := fault.As(err); ok && len(e.Fields) > 0 {
			wrong = append(wrong, e.Fields...)
		} else if err != nil {
			return err
		}
		if err := fault.InvalidFields(wrong); err != nil {
			return err
		}
		id := tx.NewID()
		if _, err := tx.Exec(ctx, `insert into posting_remarks (ward_id, id, campaign_id, received_on, channel, house_id, content, answer, answered_on, answered_by, recorded_at,
				recorded_by) values ({ward}, $1, $2, $3, $4, $5, $6, '', '', '', $7, $8)`,
			id, x.Campaign.ID, string(m.On), m.Channel, db.OrNull(house), m.Content, tx.Millis(), tx.Who.Name()); err != nil {
			return err
		}
		return tx.Audit(ctx, db.Entry{Action: "posted.remark", Object: "remark", ID: id})
	})
}

// found gives the house of an address, empty for none: a remark without a house is about the list as a whole.
func found(ctx context.Context, tx *db.Tx, address string) (string, error) {
	if address == "" {
		return "", nil
	}
	number, street, err := civil.ParseAddress(address)
	if err != nil {
		return "", fault.Invalid("address", "posted.no_house", "Address", address)
	}
	var id string
	err = tx.One(ctx, `select h.id from houses h join streets s on s.ward_id = h.ward_id and s.id = h.street_id where {scope h} and s.name_key = $1 and h.number_key = $2`,
		street.Key, number.Key).Scan(&id)
	if fault.Is(err, fault.Missing) {
		return "", fault.Invalid("address", "posted.no_house", "Address", address)
	}
	return id, err
}

// AnswerRemark answers a remark, once.
func (s *Store) AnswerRemark(ctx context.Context, who access.Actor, id, answer string) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.RunCampaign); err != nil {
			return err
		}
		var old string
		if err := tx.One(ctx, `select m.answer from posting_remarks m where m.ward_id = {ward} and m.id = $1`, id).Scan(&old); err != nil {
			return err
		}
		if old != "" {
			return fault.Shut("posted.answered_already")
		}
		answer = civil.NFCLines(answer)
		if err := fault.InvalidFields(personal.Text("answer", answer, "posted.say_answer", mostRemark)); err != nil {
			return err
		}
		if err := tx.Must1(tx.Exec(ctx, `update posting_remarks as m set answer = $1, answered_on = $2, answered_by = $3 where m.ward_id = {ward} and m.id = $4 and m.answer = ''`,
			answer, string(civil.DayOf(tx.Now)), tx.Who.Name(), id)); err != nil {
			return err
		}
		return tx.Audit(ctx, db.Entry{Action: "posted.answer", Object: "remark", ID: id})
	})
}
