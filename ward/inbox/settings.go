package inbox

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"sonha/engine/db"
	"sonha/engine/mail"
	"sonha/engine/push"
	"sonha/engine/queue"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/consents"
)

// Way is a channel as its owner has set it.
type Way struct {
	Channel   Channel
	Ready     bool // set up by whoever runs the program
	On        bool
	Confirmed bool   // an address counts once its owner has confirmed it
	Address   string // of e-mail; the account's phone number for SMS
	Pace      Pace
	Muted     []string // kinds that are not wanted by it
}

// Settings are all ways of an account.
type Settings struct {
	Ways []Way
	Here bool // this very browser is to be woken
}

// Settings gives how the actor's own account wants to hear of things; session is that of the browser that asks.
func (s *Store) Settings(ctx context.Context, who access.Actor, session string) (Settings, error) {
	var out Settings
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		out = Settings{}
		me := tx.Who.Account()
		var phone string
		if err := tx.One(ctx, `select a.phone from accounts a where a.ward_id = {ward} and a.id = $1`, me).Scan(&phone); err != nil {
			return err
		}
		ways := map[Channel]*Way{}
		for _, c := range Channels() {
			out.Ways = append(out.Ways, Way{Channel: c, Ready: s.Ready(c), Pace: Digest})
		}
		for i := range out.Ways {
			ways[out.Ways[i].Channel] = &out.Ways[i]
		}
		if err := tx.All(ctx, func(scan func(...any) error) error {
			var c Channel
			var address string
			var pace Pace
			var confirmed int64
			if err := scan(&c, &address, &pace, &confirmed); err != nil {
				return err
			}
			w := ways[c]
			w.On, w.Address, w.Pace, w.Confirmed = true, address, pace, confirmed > 0
			return nil
		}, `select c.channel, c.address, c.pace, coalesce(c.confirmed_at, 0) from inbox_channels c where c.ward_id = {ward} and c.account_id = $1`, me); err != nil {
			return err
		}
		if w := ways[SMS]; w.Address == "" {
			w.Address = phone
		}
		if err := tx.All(ctx, func(scan func(...any) error) error {
			var c Channel
			var kind string
			err := scan(&c, &kind)
			if w := ways[c]; w != nil {
				w.Muted = append(w.Muted, kind)
			}
			return err
		}, `select x.channel, x.kind from inbox_muted x where x.ward_id = {ward} and x.account_id = $1 order by x.channel, x.kind`, me); err != nil {
			return err
		}
		n := 0
		err := tx.One(ctx, `select count(*) from push_subscriptions p where p.ward_id = {ward} and p.account_id = $1 and p.session_id = $2`, me, session).Scan(&n)
		out.Here = n > 0
		return err
	})
	return out, err
}

// mine runs fn as the actor on its own settings.
func (s *Store) mine(ctx context.Context, who access.Actor, action string, fn func(tx *db.Tx) error) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		if tx.Who.Account() == "" {
			return fault.SignIn()
		}
		if err := fn(tx); err != nil {
			return err
		}
		return tx.Audit(ctx, db.Entry{Action: action, Object: "account", ID: tx.Who.Account()})
	})
}

// askAgain is how long after a letter that asks for confirmation the next one may be asked for.
const askAgain = 2 * time.Minute

// SetMail turns e-mail on. An address that is new gets a letter first, and counts once the link in it was followed: nobody is
// written to because somebody mistyped.
func (s *Store) SetMail(ctx context.Context, who access.Actor, typed string, pace Pace) (asked bool, err error) {
	address, ok := mail.Address(typed)
	if !ok {
		return false, fault.Invalid("address", "inbox.bad_address")
	}
	if !s.Ready(Mail) {
		return false, fault.Shut("inbox.not_ready")
	}
	err = s.mine(ctx, who, "inbox.mail", func(tx *db.Tx) error {
		asked = false
		var old string
		var confirmed, last int64
		err := tx.One(ctx, `select c.address, coalesce(c.confirmed_at, 0), c.created_at from inbox_channels c
			where c.ward_id = {ward} and c.account_id = $1 and c.channel = 'mail'`,
			tx.Who.Account()).Scan(&old, &confirmed, &last)
		if err != nil && !fault.Is(err, fault.Missing) {
			return err
		}
		if err == nil && strings.EqualFold(old, address) && confirmed > 0 {
			return turnOn(ctx, tx, Mail, old, pace, time.UnixMilli(confirmed))
		}
		if tx.Millis()-last < askAgain.Milliseconds() { // whoever types other people's addresses does not get to flood them
			return fault.Invalid("address", "inbox.wait_address")
		}
		asked = true
		if err := turnOn(ctx, tx, Mail, address, pace, time.Time{}); err != nil {
			return err
		}
		payload, err := json.Marshal([2]string{tx.Who.Account(), address})
		if err != nil {
			return err
		}
		return queue.Add(ctx, tx, queue.Job{Kind: "inbox.confirm", Payload: payload})
	})
	return asked, err
}

func turnOn(ctx context.Context, tx *db.Tx, c Channel, address string, pace Pace, confirmed time.Time) error {
	if pace != AtOnce {
		pace = Digest
	}
	var at any
	if !confirmed.IsZero() {
		at = confirmed.UnixMilli()
	}
	_, err := tx.Exec(ctx, `insert into inbox_channels (ward_id, account_id, channel, address, pace, confirmed_at, created_at) values ({ward}, $1, $2, $3, $4, $5, $6)
		on conflict (ward_id, account_id, channel) do update set address = excluded.address, pace = excluded.pace, confirmed_at = excluded.confirmed_at,
			created_at = excluded.created_at`,
		tx.Who.Account(), string(c), address, string(pace), at, tx.Millis())
	if err != nil {
		return err
	}
	return agree(ctx, tx, c)
}

// agree writes into the ledger that the account wants to be reminded by a channel (domain.md §10, F2: apart from the pledge).
func agree(ctx context.Context, tx *db.Tx, c Channel) error {
	_, err := consents.Give(ctx, tx, consents.Subject{Account: tx.Who.Account()}, consents.Reminders, string(c))
	return err
}

// sendConfirmation sends the letter that asks whether an address is its owner's.
func (s *Store) sendConfirmation(ctx context.Context, who access.Actor, payload []byte) error {
	var x [2]string
	if err := json.Unmarshal(payload, &x); err != nil {
		return queue.Hopeless(err)
	}
	if !s.Ready(Mail) {
		return nil
	}
	var lang string
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		return tx.One(ctx, `select a.language from accounts a join inbox_channels c on c.ward_id = a.ward_id and c.account_id = a.id and c.channel = 'mail'
			where a.ward_id = {ward} and a.id = $1 and c.address = $2 and c.confirmed_at is null`, x[0], x[1]).Scan(&lang)
	})
	if fault.Is(err, fault.Missing) {
		return nil // changed or turned off meanwhile
	}
	if err != nil {
		return err
	}
	w := s.out.Words.In(lang)
	link := s.out.Base + "/inbox/confirm/" + s.ConfirmToken(who.Ward(), x[0], x[1])
	return s.out.Mail.Send(ctx, mail.Letter{To: x[1], Subject: w.T("inbox.out.confirm_subject"), Text: w.F("inbox.out.confirm", "Link", link)})
}

// SetSMS turns short messages to the account's own number on.
func (s *Store) SetSMS(ctx context.Context, who access.Actor, pace Pace) error {
	if !s.Ready(SMS) {
		return fault.Shut("inbox.not_ready")
	}
	return s.mine(ctx, who, "inbox.sms", func(tx *db.Tx) error {
		var phone string
		if err := tx.One(ctx, `select a.phone from accounts a where a.ward_id = {ward} and a.id = $1`, tx.Who.Account()).Scan(&phone); err != nil {
			return err
		}
		if phone == "" {
			return fault.Refused("inbox.no_phone")
		}
		return turnOn(ctx, tx, SMS, phone, pace, tx.Now)
	})
}

// SetPush keeps when the browsers of an account are woken.
func (s *Store) SetPush(ctx context.Context, who access.Actor, pace Pace) error {
	return s.mine(ctx, who, "inbox.push", func(tx *db.Tx) error { return turnOn(ctx, tx, Push, "", pace, tx.Now) })
}

// TurnOff ends a channel of the actor's own account.
func (s *Store) TurnOff(ctx context.Context, who access.Actor, c Channel) error {
	return s.mine(ctx, who, "inbox.off", func(tx *db.Tx) error { return turnOff(ctx, tx, tx.Who.Account(), c) })
}

func turnOff(ctx context.Context, tx *db.Tx, account string, c Channel) error {
	if c == Push {
		if _, err := tx.Exec(ctx, `delete from push_subscriptions as p where p.ward_id = {ward} and p.account_id = $1`, account); err != nil {
			return err
		}
	}
	if _, err := tx.Exec(ctx, `delete from inbox_channels as c where c.ward_id = {ward} and c.account_id = $1 and c.channel = $2`, account, string(c)); err != nil {
		return err
	}
	return consents.Withdraw(ctx, tx, consents.Subject{Account: account}, consents.Reminders, string(c))
}

// SetKinds keeps which kinds are wanted by the channels: what is not among wanted is muted.
func (s *Store) SetKinds(ctx context.Context, who access.Actor, wanted map[Channel][]string) error {
	return s.mine(ctx, who, "inbox.kinds", func(tx *db.Tx) error {
		if _, err := tx.Exec(ctx, `delete from inbox_muted as x where x.ward_id = {ward} and x.account_id = $1`, tx.Who.Account()); err != nil {
			return err
		}
		for c, list := range wanted {
			for _, kind := range Kinds() {
				if slices.Contains(list, kind) {
					continue
				}
				if _, err := tx.Exec(ctx, `insert into inbox_muted (ward_id, account_id, channel, kind) values ({ward}, $1, $2, $3)`,
					tx.Who.Account(), string(c), kind); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// Subscribe wakes the browser of a session from now on. A session has one subscription; the newest counts.
func (s *Store) Subscribe(ctx context.Context, who access.Actor, session string, sub push.Subscription) error {
	if err := sub.Check(); err != nil && (s.out.Push == nil || !s.out.Push.AnyHost) {
		return fault.Refused("inbox.bad_browser")
	}
	if !s.Ready(Push) {
		return fault.Shut("inbox.not_ready")
	}
	return s.mine(ctx, who, "inbox.push", func(tx *db.Tx) error {
		if _, err := tx.Exec(ctx, `delete from push_subscriptions as p where p.ward_id = {ward} and (p.session_id = $1 or p.endpoint = $2)`, session, sub.Endpoint); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `insert into push_subscriptions (ward_id, id, account_id, session_id, endpoint, p256dh, auth, created_at)
			values ({ward}, $1, $2, $3, $4, $5, $6, $7)`,
			tx.NewID(), tx.Who.Account(), session, sub.Endpoint, sub.P256dh, sub.Auth, tx.Millis()); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `insert into inbox_channels (ward_id, account_id, channel, address, pace, confirmed_at, created_at) values ({ward}, $1, 'push', '', 'now', $2, $2)
			on conflict (ward_id, account_id, channel) do nothing`, tx.Who.Account(), tx.Millis())
		if err != nil {
			return err
		}
		return agree(ctx, tx, Push)
	})
}

// Unsubscribe lets the browser of a session sleep.
func (s *Store) Unsubscribe(ctx context.Context, who access.Actor, session string) error {
	return s.mine(ctx, who, "inbox.push", func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `delete from push_subscriptions as p where p.ward_id = {ward} and p.account_id = $1 and p.session_id = $2`, tx.Who.Account(), session)
		return err
	})
}

// PublicKey is the key that a browser needs to subscribe; empty while web push is not set up.
func (s *Store) PublicKey() string {
	if s.out.Push == nil {
		return ""
	}
	return s.out.Push.Keys.Public
}

// Known refuses a link out of a letter that this program did not sign.
func (s *Store) Known(use, token string) error {
	_, err := s.parse(use, token)
	return err
}

// Confirm counts an address from now on, by the link that was sent to it.
func (s *Store) Confirm(ctx context.Context, token string) error {
	c, err := s.parse(useConfirm, token)
	if err != nil {
		return err
	}
	return s.db.Write(ctx, access.System(c.ward, "inbox"), func(tx *db.Tx) error {
		var address string
		if err := tx.One(ctx, `select c.address from inbox_channels c where c.ward_id = {ward} and c.account_id = $1 and c.channel = 'mail'`,
			c.account).Scan(&address); err != nil {
			return fault.NotFound("inbox.link_gone")
		}
		if addressMark(address) != c.subject {
			return fault.NotFound("inbox.link_gone")
		}
		if _, err := tx.Exec(ctx, `update inbox_channels as c set confirmed_at = $1
			where c.ward_id = {ward} and c.account_id = $2 and c.channel = 'mail' and c.confirmed_at is null`,
			tx.Millis(), c.account); err != nil {
			return err
		}
		return tx.Audit(ctx, db.Entry{Action: "inbox.confirm", Object: "account", ID: c.account})
	})
}

// Stop ends the letters to whom a link was sent. Doing it twice changes nothing.
func (s *Store) Stop(ctx context.Context, token string) error {
	c, err := s.parse(useStop, token)
	if err != nil {
		return err
	}
	return s.db.Write(ctx, access.System(c.ward, "inbox"), func(tx *db.Tx) error {
		if err := turnOff(ctx, tx, c.account, Channel(c.subject)); err != nil {
			return err
		}
		return tx.Audit(ctx, db.Entry{Action: "inbox.stop", Object: "account", ID: c.account})
	})
}

// Test tells the actor's own account something that leaves at once by every channel that it has on.
func (s *Store) Test(ctx context.Context, who access.Actor, reason string) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.ManageUsers); err != nil {
			return err
		}
		err := Tell(ctx, tx, To{Accounts: []string{tx.Who.Account()}}, Message{
			Kind: Own, Key: "inbox.test_message", Pairs: []any{"Time", civil.Clock(tx.Now)}, Href: "/inbox/channels", Urgent: true, Reason: reason, About: "test",
		})
		if err != nil {
			return err
		}
		return tx.Audit(ctx, db.Entry{Action: "inbox.test", Object: "account", ID: tx.Who.Account()})
	})
}
