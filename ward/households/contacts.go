package households

import (
	"context"
	"errors"
	"strconv"
	"time"

	"sonha/engine/db"
	"sonha/engine/mail"
	"sonha/engine/seal"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/accounts"
	"sonha/ward/consents"
)

// Contact is the one way to reach a household that it chose to give: a telephone number or an e-mail address. In the database it is
// sealed (engine/seal); the household and the head of its house read it, nobody else (docs/decisions/0028).
type Contact struct {
	Phone  civil.Phone
	Mail   string
	ByHead bool // entered by the head at the household's word
	By     string
	Given  time.Time
	Lost   bool // the key that opens it is gone
	// Hidden: given before the card that the household has now. Whoever asks for a card in its name reads no number by it; the head reads
	// it as before.
	Hidden bool
}

// Has reports whether there is one.
func (c *Contact) Has() bool { return !c.Given.IsZero() }

// By which way a household agreed.
const (
	bySelf = "phone"
	byHead = "by_head"
)

// parseContact reads what was typed: an address if it has an @, else a telephone number.
func parseContact(typed string) (kind, text string, err error) {
	typed = civil.NFC(typed)
	if typed == "" {
		return "", "", fault.Invalid("contact", "households.contact_empty")
	}
	if address, ok := mail.Address(typed); ok {
		return "mail", address, nil
	}
	phone, err := civil.ParsePhone(typed)
	if err != nil {
		return "", "", fault.Invalid("contact", "households.contact_bad")
	}
	return "phone", string(phone), nil
}

// row names the row of a contact to what seals it, so that it opens in no other.
func row(ward int, id string) string { return "contacts/" + strconv.Itoa(ward) + "/" + id }

// openContact reads what is sealed. Lost is only what no key opens: while the key file cannot be read nobody is asked to give it again.
func (s *Store) openContact(ward int, c Contact, kind, sealed, id string) (Contact, error) {
	text, err := s.seal.Open(sealed, row(ward, id))
	switch {
	case errors.Is(err, seal.ErrLost):
		c.Lost = true
	case err != nil:
		return Contact{}, err
	case kind == "mail":
		c.Mail = text
	default:
		c.Phone = civil.Phone(text)
	}
	return c, nil
}

// Contact gives the contact of the household that the actor speaks for; the zero Contact when it gave none.
func (s *Store) Contact(ctx context.Context, who access.Actor) (Contact, error) {
	var c Contact
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.OwnHome); err != nil {
			return err
		}
		if house, _ := tx.Who.Household(); house == "" {
			return fault.NotFound("fault.not_found")
		}
		var err error
		c, err = s.contact(ctx, tx)
		return err
	})
	return c, err
}

func (s *Store) contact(ctx context.Context, tx *db.Tx) (Contact, error) {
	var kind, sealed, id, by string
	var head, hidden bool
	var at int64
	err := tx.One(ctx, `select c.kind, c.sealed, c.id, c.by_head, c.hidden, c.entered_by, c.created_at from contacts c where {scope c.household}`).
		Scan(&kind, &sealed, &id, &head, &hidden, &by, &at)
	if fault.Is(err, fault.Missing) {
		return Contact{}, nil
	}
	if err != nil {
		return Contact{}, err
	}
	c := Contact{ByHead: head, By: by, Given: db.Moment(at), Hidden: hidden}
	if hidden {
		return c, nil
	}
	return s.openContact(tx.Who.Ward(), c, kind, sealed, id)
}

// GiveContact keeps the contact that a household gives for its head, with its consent.
func (s *Store) GiveContact(ctx context.Context, who access.Actor, typed string, agreed bool) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.OwnHome); err != nil {
			return err
		}
		house, label := tx.Who.Household()
		if house == "" {
			return fault.NotFound("fault.not_found")
		}
		return s.giveContact(ctx, tx, house, label, typed, agreed, bySelf)
	})
}

// EnterContact keeps the contact of a household that asked the head of its house to write it down.
func (s *Store) EnterContact(ctx context.Context, who access.Actor, house, household, typed string, agreed bool) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		h, err := mine(ctx, tx, house)
		if err != nil {
			return err
		}
		if err := known(h, household); err != nil {
			return err
		}
		return s.giveContact(ctx, tx, house, household, typed, agreed, byHead)
	})
}

func (s *Store) giveContact(ctx context.Context, tx *db.Tx, house, household, typed string, agreed bool, channel string) error {
	kind, text, err := parseContact(typed)
	if err != nil {
		return err
	}
	if !agreed {
		return fault.Invalid("agreed", "households.contact_agree")
	}
	if err := endContact(ctx, tx, house, household); err != nil { // another way or other words: the consent of before ends with it
		return err
	}
	consent, err := consents.Give(ctx, tx, consents.Subject{House: house, Household: household}, consents.Contact, channel)
	if err != nil {
		return err
	}
	id := tx.NewID()
	sealed, err := s.seal.Seal(text, row(tx.Who.Ward(), id))
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `insert into contacts (ward_id, id, house_id, household, kind, sealed, consent_id, by_head, entered_by, created_at, hidden)
		values ({ward}, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`, id, house, household, kind, sealed, consent, channel == byHead, tx.Who.Name(), tx.Millis(), false); err != nil {
		return err
	}
	return tx.Audit(ctx, db.Entry{Action: "contact.give", Object: "contact", ID: id, House: house, Detail: household})
}

// WithdrawContact takes the household's consent back; the contact is deleted in the same moment. Doing it twice changes nothing.
func (s *Store) WithdrawContact(ctx context.Context, who access.Actor) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.OwnHome); err != nil {
			return err
		}
		house, label := tx.Who.Household()
		if house == "" {
			return fault.NotFound("fault.not_found")
		}
		return dropContact(ctx, tx, house, label)
	})
}

// RemoveContact is WithdrawContact by the head, for a household that asks for it.
func (s *Store) RemoveContact(ctx context.Context, who access.Actor, house, household string) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		if _, err := mine(ctx, tx, house); err != nil {
			return err
		}
		return dropContact(ctx, tx, house, household)
	})
}

func dropContact(ctx context.Context, tx *db.Tx, house, household string) error {
	tx.Untold("there was nothing to take back")
	n, err := tx.Exec(ctx, `delete from contacts as c where c.ward_id = {ward} and c.house_id = $1 and c.household = $2`, house, household)
	if err != nil {
		return err
	}
	if err := consents.Withdraw(ctx, tx, consents.Subject{House: house, Household: household}, consents.Contact, ""); err != nil || n == 0 {
		return err
	}
	return tx.Audit(ctx, db.Entry{Action: "contact.withdraw", Object: "contact", House: house, Detail: household})
}

// endContact takes the contact of before away when another takes its place.
func endContact(ctx context.Context, tx *db.Tx, house, household string) error {
	n, err := tx.Exec(ctx, `delete from contacts as c where c.ward_id = {ward} and c.house_id = $1 and c.household = $2`, house, household)
	if err != nil || n == 0 {
		return err
	}
	return consents.Withdraw(ctx, tx, consents.Subject{House: house, Household: household}, consents.Contact, "")
}

// mine gives a house of which the actor is head: the group lead and the police, who reach it too, see no contact.
func mine(ctx context.Context, tx *db.Tx, house string) (House, error) {
	var h House
	if err := tx.Need(access.KeepContacts); err != nil {
		return h, err
	}
	err := tx.One(ctx, `select h.id, h.number, s.name, h.households, h.status = 'active' from houses h
		join streets s on s.ward_id = h.ward_id and s.id = h.street_id where {scope h} and h.id = $1`, house).
		Scan(&h.ID, &h.Number, &h.Street, &h.Households, &h.Active)
	return h, err
}

// Line is a household in the list of its head: the label, and what the household chose to give.
type Line struct {
	Household string
	Contact   Contact
	Card      accounts.Card
}

// List gives the households of a house to its head: labels and contacts, no names.
func (s *Store) List(ctx context.Context, who access.Actor, house string) (House, []Line, error) {
	var h House
	var out []Line
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		out = nil
		var err error
		if h, err = mine(ctx, tx, house); err != nil {
			return err
		}
		known := map[string]Contact{}
		if err := tx.All(ctx, func(scan func(...any) error) error {
			var label, kind, sealed, id, by string
			var head bool
			var at int64
			err := scan(&label, &kind, &sealed, &id, &head, &by, &at)
			if err == nil {
				known[label], err = s.openContact(tx.Who.Ward(), Contact{ByHead: head, By: by, Given: db.Moment(at)}, kind, sealed, id)
			}
			return err
		}, `select c.household, c.kind, c.sealed, c.id, c.by_head, c.entered_by, c.created_at from contacts c where {scope c.house} and c.house_id = $1`, house); err != nil {
			return err
		}
		cards, err := s.accounts.Cards(ctx, tx, house)
		if err != nil {
			return err
		}
		given := map[string]accounts.Card{}
		for _, c := range cards {
			given[c.Household] = c
		}
		for _, l := range labels(h) {
			out = append(out, Line{Household: l, Contact: known[l], Card: given[l]})
		}
		return nil
	})
	return h, out, err
}

// Resealed is what a change of the key did.
type Resealed struct {
	Contacts int // sealed anew
	Lost     int // that no key opens; they stay as they are
}

// resealAtOnce bounds a transaction.
const resealAtOnce = 500

// Reseal seals every contact of the ward with the newest key. It may be run again after it was cut short.
func (s *Store) Reseal(ctx context.Context, who access.Actor) (Resealed, error) { //nolint:gocognit // one loop over one transaction after another
	var all Resealed
	for after := ""; ; {
		var part Resealed
		last := ""
		err := s.db.Write(ctx, who, func(tx *db.Tx) error {
			part, last = Resealed{}, ""
			if err := tx.Need(access.ManageUsers); err != nil {
				return err
			}
			if tx.Who.Role() != "system" { // the administrator keeps accounts and reads no contact
				return fault.NotFound("fault.not_found")
			}
			type item struct{ id, sealed string }
			var list []item
			if err := tx.All(ctx, func(scan func(...any) error) error {
				var x item
				err := scan(&x.id, &x.sealed)
				list = append(list, x)
				return err
			}, `select c.id, c.sealed from contacts c where c.ward_id = {ward} and c.id > $1 order by c.id limit `+strconv.Itoa(resealAtOnce), after); err != nil {
				return err
			}
			tx.Untold("no contact was there")
			for _, x := range list {
				last = x.id
				text, err := s.seal.Open(x.sealed, row(tx.Who.Ward(), x.id))
				if errors.Is(err, seal.ErrLost) {
					part.Lost++
					continue
				}
				if err != nil {
					return err
				}
				sealed, err := s.seal.Seal(text, row(tx.Who.Ward(), x.id))
				if err != nil {
					return err
				}
				if _, err := tx.Exec(ctx, `update contacts as c set sealed = $1 where c.ward_id = {ward} and c.id = $2`, sealed, x.id); err != nil {
					return err
				}
				part.Contacts++
			}
			if part.Contacts == 0 {
				return nil
			}
			return tx.Audit(ctx, db.Entry{Action: "contact.reseal", Object: "ward", Detail: civil.Int(part.Contacts) + " liên hệ"})
		})
		all.Contacts, all.Lost = all.Contacts+part.Contacts, all.Lost+part.Lost
		if err != nil || last == "" {
			return all, err
		}
		after = last
	}
}

// Seal is the box that seals contacts, for turning its key.
func (s *Store) Seal() *seal.Box { return s.seal }
