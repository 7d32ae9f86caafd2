package inbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"sonha/engine/db"
	"sonha/engine/mail"
	"sonha/engine/push"
	"sonha/engine/queue"
	"sonha/engine/sms"
	"sonha/engine/words"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
)

// Outside is what the program knows of the world outside: where its own pages are, and who carries its messages. A channel
// that is nil is not set up.
type Outside struct {
	Base string // https://sonha.example.vn, without a slash at the end; links in messages begin with it
	Mail *mail.Sender
	Push *push.Sender
	SMS  *sms.Gateway
	// SMSDaily is how many short messages a ward may send in a day: they cost money. None when zero.
	SMSDaily int
	Words    *words.Catalog
}

// Connect says what the program knows of the world outside. It is called before anything is sent.
func (s *Store) Connect(o Outside) { s.out = o }

// Ready reports whether a channel is set up.
func (s *Store) Ready(c Channel) bool {
	switch c {
	case Push:
		return s.out.Push != nil
	case Mail:
		return s.out.Mail != nil && s.out.Base != ""
	default:
		return s.out.SMS != nil && s.out.SMSDaily > 0
	}
}

// Serve registers the work of this room: the sending by each channel, which never keep each other waiting, and the morning digest.
func (s *Store) Serve(q *queue.Runner) {
	for _, c := range Channels() {
		q.Handle("inbox."+string(c), func(ctx context.Context, who access.Actor, payload []byte) error {
			return s.send(ctx, who, c, string(payload))
		})
	}
	q.Handle("inbox.confirm", s.sendConfirmation)
	q.Every("inbox.digest", queue.Daily(7, 30), s.Digests).DryRuns()
	q.Every("inbox.retention", queue.Daily(3, 10), s.Retain).DryRuns().Deletes()
}

// going is a delivery with what sending it takes.
type going struct {
	delivery

	address, lang    string
	on, read, urgent bool
	house, kind      string
	endpoints        []endpoint
	today            int // short messages that the ward sent today
}

type endpoint struct {
	id string
	push.Subscription
}

// dropError is why a delivery is not sent: the word after it is kept.
type dropError string

// Error says so.
func (d dropError) Error() string { return "inbox: not sent: " + string(d) }

// send sends a delivery. It may be called again after a failure or a power cut: what was noted as ended is not sent again, and what
// was sent without the note carries the same number, by which the other side knows it.
func (s *Store) send(ctx context.Context, who access.Actor, c Channel, id string) error {
	if c == SMS {
		s.paid.Lock()
		defer s.paid.Unlock()
	}
	var g going
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		var err error
		g, err = s.load(ctx, tx, id)
		return err
	})
	if fault.Is(err, fault.Missing) {
		return nil // retired meanwhile
	}
	if err != nil || g.state != waiting {
		return err
	}
	now := s.db.Now()
	err = s.may(&g)
	switch {
	case err != nil:
	case !g.urgent && Quiet(now):
		return queue.Later(Awake(now))
	default:
		err = s.hand(ctx, who, c, &g)
	}
	state, why := sent, ""
	reason, not := errors.AsType[dropError](err)
	slow, busy := errors.AsType[*sms.SlowError](err)
	_, refused := errors.AsType[*push.RefusedError](err)
	switch {
	case err == nil:
	case busy:
		return queue.Later(now.Add(slow.Wait))
	case not:
		state, why = dropped, string(reason)
	case errors.Is(err, mail.ErrRefused), errors.Is(err, sms.ErrRefused), refused:
		state, why = failed, short(err)
	default:
		return errors.Join(err, s.note(ctx, who, g.id, waiting, short(err)))
	}
	return s.note(ctx, who, g.id, state, why)
}

func short(err error) string { return clip(err.Error(), mostReason) }

// note writes how a delivery went.
func (s *Store) note(ctx context.Context, who access.Actor, id, state, why string) error {
	return s.db.Write(context.WithoutCancel(ctx), who, func(tx *db.Tx) error {
		tx.Untold("how a delivery went is no act of anybody")
		var ended any
		if state != waiting {
			ended = tx.Millis()
		}
		_, err := tx.Exec(ctx, `update deliveries as d set state = $1, why = $2, tries = d.tries + 1, ended_at = $3 where d.ward_id = {ward} and d.id = $4 and d.state = 'waiting'`,
			state, why, ended, id)
		return err
	})
}

// load reads a delivery with what sending it takes.
func (s *Store) load(ctx context.Context, tx *db.Tx, id string) (going, error) {
	g := going{delivery: delivery{id: id}}
	var body string
	var confirmed, read int64
	var theirs int
	err := tx.One(ctx, `select d.account_id, coalesce(d.message_id, ''), d.channel, d.state, d.body, a.language, coalesce(c.address, ''), coalesce(c.confirmed_at, 0),
			coalesce(m.kind, ''), coalesce(m.urgent, false) and coalesce(m.reason, '') <> '', coalesce(h.number, ''), coalesce(i.read_at, 0),
			case when d.message_id is null or i.account_id is not null then 1 else 0 end
		from deliveries d join accounts a on a.ward_id = d.ward_id and a.id = d.account_id and a.disabled_at is null
		left join inbox_channels c on c.ward_id = d.ward_id and c.account_id = d.account_id and c.channel = d.channel
		left join messages m on m.ward_id = d.ward_id and m.id = d.message_id
		left join houses h on h.ward_id = m.ward_id and h.id = m.house_id
		left join inbox i on i.ward_id = d.ward_id and i.account_id = d.account_id and i.message_id = d.message_id
		where d.ward_id = {ward} and d.id = $1`, id).
		Scan(&g.account, &g.message, &g.channel, &g.state, &body, &g.lang, &g.address, &confirmed, &g.kind, &g.urgent, &g.house, &read, &theirs)
	if err != nil {
		return g, err
	}
	g.on, g.read = confirmed > 0, read > 0 || theirs == 0 // what was replaced by something newer is as good as read
	if body != "" {
		if err := json.Unmarshal([]byte(body), &g.parts); err != nil {
			return g, fmt.Errorf("inbox: parts of a digest: %w", err)
		}
	}
	switch g.channel {
	case Push:
		err = s.endpoints(ctx, tx, &g)
	case SMS:
		start := civil.DayOf(tx.Now).Time().UnixMilli()
		err = tx.One(ctx, `select count(*) from deliveries d where d.ward_id = {ward} and d.channel = 'sms' and d.state = 'sent' and d.ended_at >= $1`, start).Scan(&g.today)
	}
	return g, err
}

// endpoints lists the browsers to wake: those whose session still lives.
func (s *Store) endpoints(ctx context.Context, tx *db.Tx, g *going) error {
	return tx.All(ctx, func(scan func(...any) error) error {
		var e endpoint
		err := scan(&e.id, &e.Endpoint, &e.P256dh, &e.Auth)
		g.endpoints = append(g.endpoints, e)
		return err
	}, `select p.id, p.endpoint, p.p256dh, p.auth from push_subscriptions p
		join sessions s on s.ward_id = p.ward_id and s.id = p.session_id and s.account_id = p.account_id
		where p.ward_id = {ward} and p.account_id = $1 and s.expires_at > $2 order by p.id`, g.account, tx.Millis())
}

// may says why a delivery is not to be sent any more.
func (s *Store) may(g *going) error {
	switch {
	case !s.Ready(g.channel):
		return dropError("not set up")
	case !g.on:
		return dropError("turned off")
	case g.read:
		return dropError("read already")
	case g.channel == SMS && g.today >= s.out.SMSDaily:
		return dropError("daily limit")
	case g.channel == Push && len(g.endpoints) == 0:
		return dropError("no browser")
	}
	return nil
}

// hand gives a delivery to whoever carries it.
func (s *Store) hand(ctx context.Context, who access.Actor, c Channel, g *going) error {
	w := s.out.Words.In(g.lang)
	href := "/inbox"
	if g.message != "" {
		href += "/" + g.message
	}
	switch c {
	case Push:
		return s.wake(ctx, who, g, push.Note{Title: w.T("ui.product"), Body: headline(w, g), Href: href, Tag: g.id, Urgent: g.urgent})
	case Mail:
		stop := s.out.Base + "/inbox/stop/" + s.StopToken(who.Ward(), g.account, Mail)
		why := w.T("inbox.out.why_digest")
		if g.kind != "" {
			why = w.T("inbox.why." + g.kind)
		}
		return s.out.Mail.Send(ctx, mail.Letter{
			To: g.address, Subject: headline(w, g), ID: g.id, Stop: stop,
			Text: w.F("inbox.out.letter", "Text", content(w, g), "Link", s.out.Base+href, "Why", why, "Settings", s.out.Base+"/inbox/settings", "Stop", stop),
		})
	default:
		return s.out.SMS.Send(ctx, sms.Text{ID: g.id, To: g.address, Text: w.F(smsKey(g), "House", g.house, "N", g.total(), "Link", s.out.Base+"/inbox")})
	}
}

// wake sends a note to every browser of an account. It has gone out when one took it; those that ended are forgotten.
func (s *Store) wake(ctx context.Context, who access.Actor, g *going, n push.Note) error {
	var errs []error
	took := false
	for _, e := range g.endpoints {
		err := s.out.Push.Send(ctx, e.Subscription, n)
		switch {
		case err == nil:
			took = true
		case errors.Is(err, push.ErrGone):
			if err := s.forget(ctx, who, e.id); err != nil {
				return err
			}
		default:
			errs = append(errs, err)
		}
	}
	switch {
	case took:
		return nil
	case len(errs) == 0:
		return dropError("no browser")
	}
	return errors.Join(errs...)
}

func (s *Store) forget(ctx context.Context, who access.Actor, id string) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		tx.Untold("a browser that ended its subscription did so by itself")
		_, err := tx.Exec(ctx, `delete from push_subscriptions as p where p.ward_id = {ward} and p.id = $1`, id)
		return err
	})
}

func (g *going) total() int {
	n := 0
	for _, p := range g.parts {
		n += p.N
	}
	return max(n, 1)
}

// headline is all that a locked screen may show: that there is something new, and for which house number. It is made of
// nothing else on purpose; the sentence of the message is never at hand here (docs/decisions/0016).
func headline(w *words.Words, g *going) string {
	switch {
	case g.message == "":
		return w.N("inbox.out.digest", g.total())
	case g.house == "" && g.urgent:
		return w.T("inbox.out.ward_urgent")
	case g.house == "":
		return w.T("inbox.out.ward")
	case g.urgent:
		return w.F("inbox.out.house_urgent", "House", g.house)
	}
	return w.F("inbox.out.house", "House", g.house)
}

// content is the headline, and for a digest how many there are for each house number.
func content(w *words.Words, g *going) string {
	lines := []string{headline(w, g)}
	for _, p := range g.parts {
		if p.House == "" {
			lines = append(lines, "- "+w.N("inbox.out.part_ward", p.N))
		} else {
			lines = append(lines, "- "+w.N("inbox.out.part_house", p.N, "House", p.House))
		}
	}
	return strings.Join(lines, "\n")
}

func smsKey(g *going) string {
	switch {
	case g.message == "":
		return "inbox.sms.digest"
	case g.house == "":
		return "inbox.sms.ward"
	}
	return "inbox.sms.house"
}

// State is how a channel does in a ward, for the administrator.
type State struct {
	Channel             Channel
	Ready               bool
	People              int // who turned it on
	Sent, Waiting, Lost int // lost: given up
	LastSent, LastLost  time.Time
	LastWhy             string
	Today, Daily        int // short messages
}

// States tells how the channels do.
func (s *Store) States(ctx context.Context, who access.Actor) ([]State, error) {
	var out []State
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		out = nil
		if err := tx.Need(access.ManageUsers); err != nil {
			return err
		}
		start := civil.DayOf(tx.Now).Time().UnixMilli()
		for _, c := range Channels() {
			x := State{Channel: c, Ready: s.Ready(c), Daily: s.out.SMSDaily}
			var good, bad int64
			if err := tx.One(ctx, `select count(*) filter (where d.state = 'sent'), count(*) filter (where d.state in ('waiting', 'digest')),
					count(*) filter (where d.state = 'failed'),
					coalesce(max(case when d.state = 'sent' then d.ended_at end), 0), coalesce(max(case when d.state = 'failed' then d.ended_at end), 0),
					count(*) filter (where d.state = 'sent' and d.ended_at >= $2)
				from deliveries d where d.ward_id = {ward} and d.channel = $1`, string(c), start).Scan(&x.Sent, &x.Waiting, &x.Lost, &good, &bad, &x.Today); err != nil {
				return err
			}
			x.LastSent, x.LastLost = db.Moment(good), db.Moment(bad)
			if err := tx.One(ctx, `select count(*) from inbox_channels c where c.ward_id = {ward} and c.channel = $1 and c.confirmed_at is not null`,
				string(c)).Scan(&x.People); err != nil {
				return err
			}
			err := tx.One(ctx, `select d.why from deliveries d where d.ward_id = {ward} and d.channel = $1 and d.why <> ''
				and d.state in ('waiting', 'failed') order by d.id desc limit 1`,
				string(c)).Scan(&x.LastWhy)
			if err != nil && !fault.Is(err, fault.Missing) {
				return err
			}
			out = append(out, x)
		}
		return nil
	})
	return out, err
}
