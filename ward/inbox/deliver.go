package inbox

import (
	"context"
	"encoding/json"
	"time"

	"sonha/engine/db"
	"sonha/engine/queue"
	"sonha/ground/access"
	"sonha/ground/civil"
)

// Channel is a way out of the inbox.
type Channel string

// The channels.
const (
	Push Channel = "push"
	Mail Channel = "mail"
	SMS  Channel = "sms"
)

// Channels lists the channels in the order of the settings page.
func Channels() []Channel { return []Channel{Push, Mail, SMS} }

// Pace is when a person wants to hear by a channel of what is not urgent.
type Pace string

// The paces.
const (
	AtOnce Pace = "now"    // at once, outside the quiet hours
	Digest Pace = "digest" // all together in the morning
)

// The quiet hours at the ward: nothing leaves between nine in the evening and seven in the morning unless its sender said
// why it cannot wait (docs/decisions/0016).
const (
	quietFrom = 21
	quietTo   = 7
)

// Quiet reports whether a time lies in the quiet hours.
func Quiet(at time.Time) bool {
	hour := at.In(civil.Hanoi).Hour()
	return hour >= quietFrom || hour < quietTo
}

// Awake is the time itself, or the end of the quiet hours in which it lies.
func Awake(at time.Time) time.Time {
	if !Quiet(at) {
		return at
	}
	l := at.In(civil.Hanoi)
	end := time.Date(l.Year(), l.Month(), l.Day(), quietTo, 0, 0, 0, civil.Hanoi)
	if !end.After(at) {
		end = end.AddDate(0, 0, 1)
	}
	return end
}

// pressing reports whether a message may leave at night and does not wait for the digest.
func (m *Message) pressing() bool { return m.Urgent && m.Reason != "" }

// deliver asks for a message to be sent by the channels that its readers turned on.
func deliver(ctx context.Context, tx *db.Tx, id string, m *Message) error {
	type way struct {
		account string
		channel Channel
		pace    Pace
	}
	var ways []way
	if err := tx.All(ctx, func(scan func(...any) error) error {
		var w way
		err := scan(&w.account, &w.channel, &w.pace)
		ways = append(ways, w)
		return err
	}, `select c.account_id, c.channel, c.pace from inbox_channels c join inbox i on i.ward_id = c.ward_id and i.account_id = c.account_id
		where c.ward_id = {ward} and i.message_id = $1 and c.confirmed_at is not null and not exists (select 1 from inbox_muted x
			where x.ward_id = c.ward_id and x.account_id = c.account_id and x.channel = c.channel and x.kind = $2)
		order by c.account_id, c.channel`, id, m.Kind); err != nil {
		return err
	}
	for _, w := range ways {
		d := delivery{account: w.account, message: id, channel: w.channel, state: waiting}
		at := Awake(tx.Now)
		switch {
		case m.pressing():
			at = tx.Now
		case w.pace == Digest:
			d.state = held
		}
		if err := request(ctx, tx, d, at); err != nil {
			return err
		}
	}
	return nil
}

// The states of a delivery.
const (
	waiting = "waiting" // a job is under way
	held    = "digest"  // waits for the morning
	sent    = "sent"
	joined  = "joined"  // went along with a digest
	dropped = "dropped" // not needed any more, or not allowed; why says which
	failed  = "failed"  // given up
)

// delivery is one sending by one channel: of a message, or of a digest with its parts.
type delivery struct {
	id, account, message string
	channel              Channel
	state                string
	parts                []part
}

// part is how many new messages a house has, or the ward when the house is empty.
type part struct {
	House string `json:"house"`
	N     int    `json:"n"`
}

// request writes a delivery, and the job that sends it.
func request(ctx context.Context, tx *db.Tx, d delivery, at time.Time) error {
	d.id = tx.NewID()
	body := ""
	if d.message == "" {
		text, err := json.Marshal(d.parts)
		if err != nil {
			return err
		}
		body = string(text)
	}
	if _, err := tx.Exec(ctx, `insert into deliveries (ward_id, id, account_id, message_id, channel, state, body, why, tries, created_at)
		values ({ward}, $1, $2, $3, $4, $5, $6, '', 0, $7)`, d.id, d.account, db.OrNull(d.message), string(d.channel), d.state, body, tx.Millis()); err != nil {
		return err
	}
	if d.state != waiting {
		return nil
	}
	return queue.Add(ctx, tx, queue.Job{Kind: "inbox." + string(d.channel), Payload: []byte(d.id), At: at, Key: d.id})
}

// Digests is periodic work, every morning: what waited for the digest and is still unread becomes one message a person and channel.
func (s *Store) Digests(ctx context.Context, who access.Actor) error {
	type key struct {
		account string
		channel Channel
	}
	var order []key
	read := func(tx *db.Tx) (map[key][]part, error) {
		order = nil
		all := map[key][]part{}
		return all, tx.All(ctx, func(scan func(...any) error) error {
			var k key
			var p part
			if err := scan(&k.account, &k.channel, &p.House, &p.N); err != nil {
				return err
			}
			if len(all[k]) == 0 {
				order = append(order, k)
			}
			all[k] = append(all[k], p)
			return nil
		}, `select d.account_id, d.channel, coalesce(h.number, ''), count(*) from deliveries d
			join messages m on m.ward_id = d.ward_id and m.id = d.message_id
			join inbox i on i.ward_id = d.ward_id and i.account_id = d.account_id and i.message_id = d.message_id and i.read_at is null
			join inbox_channels c on c.ward_id = d.ward_id and c.account_id = d.account_id and c.channel = d.channel and c.confirmed_at is not null
			left join houses h on h.ward_id = m.ward_id and h.id = m.house_id
			where d.ward_id = {ward} and d.state = 'digest' group by d.account_id, d.channel, coalesce(h.number, '')
			order by d.account_id, d.channel, coalesce(h.number, '')`)
	}
	if queue.Dry(ctx) {
		err := s.db.Read(ctx, who, func(tx *db.Tx) error { _, err := read(tx); return err })
		queue.Note(ctx, "gửi %d bản tin sáng", len(order))
		return err
	}
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		tx.Untold("a digest is no act of anybody")
		all, err := read(tx)
		if err != nil {
			return err
		}
		for _, k := range order {
			if err := request(ctx, tx, delivery{account: k.account, channel: k.channel, state: waiting, parts: all[k]}, Awake(tx.Now)); err != nil {
				return err
			}
		}
		_, err = tx.Exec(ctx, `update deliveries as d set state = 'joined', ended_at = $1 where d.ward_id = {ward} and d.state = 'digest'`, tx.Millis())
		return err
	})
	if err == nil {
		queue.Note(ctx, "gửi %d bản tin sáng", len(order))
	}
	return err
}
