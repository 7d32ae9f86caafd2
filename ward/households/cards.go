package households

import (
	"context"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/fault"
	"sonha/ward/accounts"
)

// Cards is who of a house has a card, for giving cards out.
type Cards struct {
	House House
	Rows  []CardRow
	Heads []CardRow
}

// CardRow is one household, or one head, with the card that it has now.
type CardRow struct {
	Household string // empty for a head
	Account   string // of a head
	Name      string // of a head
	Card      accounts.Card
}

// Has reports whether there is a card that works.
func (r CardRow) Has() bool { return !r.Card.Given.IsZero() }

// Issued is a card just given out: what its QR code says is told this once.
type Issued struct {
	Household string // empty for a head
	Token     string
}

// mostCards is how many cards are given out at once: the most households of a usual house, on four sheets.
const mostCards = 60

// issuing gives the house for which the actor gives out cards; the administrator reaches no house, and gets its number alone.
func issuing(ctx context.Context, tx *db.Tx, house string) (House, error) {
	var h House
	if err := tx.Need(access.IssueCards); err != nil {
		return h, err
	}
	query := `select h.id, h.number, s.name, h.households from houses h join streets s on s.ward_id = h.ward_id and s.id = h.street_id where {scope h} and h.id = $1`
	if tx.Who.May(access.ManageUsers) {
		query = `select h.id, h.number, s.name, h.households from houses h join streets s on s.ward_id = h.ward_id and s.id = h.street_id where h.ward_id = {ward} and h.id = $1`
	}
	err := tx.One(ctx, query, house).Scan(&h.ID, &h.Number, &h.Street, &h.Households)
	return h, err
}

// Cards lists the households and heads of a house with the cards that they have.
func (s *Store) Cards(ctx context.Context, who access.Actor, house string) (Cards, error) {
	var c Cards
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		var err error
		if c.House, err = issuing(ctx, tx, house); err != nil {
			return err
		}
		given, err := s.accounts.Cards(ctx, tx, house)
		if err != nil {
			return err
		}
		byHousehold, byAccount := map[string]accounts.Card{}, map[string]accounts.Card{}
		for _, x := range given {
			if x.Household != "" {
				byHousehold[x.Household] = x
			} else {
				byAccount[x.Account] = x
			}
		}
		for _, l := range labels(c.House) {
			c.Rows = append(c.Rows, CardRow{Household: l, Card: byHousehold[l]})
		}
		if tx.Who.Role() == access.Head {
			return nil // heads get their cards from the group lead
		}
		heads, err := s.accounts.Heads(ctx, tx, house)
		for _, a := range heads {
			c.Heads = append(c.Heads, CardRow{Account: a.ID, Name: a.Name, Card: byAccount[a.ID]})
		}
		return err
	})
	return c, err
}

// Issue gives out cards for households of a house, and for its heads. A card replaces the one of before, which dies at once; what the
// household answered until then still counts and is no longer shown, nor is the contact that it gave its head: nobody reads them who asks
// for a card in its name.
func (s *Store) Issue(ctx context.Context, who access.Actor, house string, households, heads []string) ([]Issued, error) {
	var out []Issued
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		out = nil
		h, err := issuing(ctx, tx, house)
		if err != nil {
			return err
		}
		if n := len(households) + len(heads); n == 0 || n > mostCards {
			return fault.Invalid("household", "households.choose_cards", "Most", mostCards)
		}
		for _, l := range households {
			if !has(h, l) {
				return fault.Invalid("household", "households.no_such_household")
			}
			token, renewed, err := s.accounts.IssueCard(ctx, tx, house, l)
			if err != nil {
				return err
			}
			if renewed {
				if err := sealAnswers(ctx, tx, house, l); err != nil {
					return err
				}
			}
			if err := hideContact(ctx, tx, house, l); err != nil { // with the first card too: the head may have written it down
				return err
			}
			out = append(out, Issued{Household: l, Token: token})
		}
		for _, a := range heads {
			token, err := s.accounts.IssueHeadCard(ctx, tx, house, a)
			if err != nil {
				return err
			}
			out = append(out, Issued{Token: token})
		}
		return nil
	})
	return out, err
}

func sealAnswers(ctx context.Context, tx *db.Tx, house, household string) error {
	_, err := tx.Exec(ctx, `update own_answers as a set sealed = true where a.ward_id = {ward} and a.house_id = $1 and a.household = $2`, house, household)
	return err
}

func hideContact(ctx context.Context, tx *db.Tx, house, household string) error {
	_, err := tx.Exec(ctx, `update contacts as c set hidden = true where c.ward_id = {ward} and c.house_id = $1 and c.household = $2`, house, household)
	return err
}

// Revoke takes the card of a household back: it and its sessions end at once.
func (s *Store) Revoke(ctx context.Context, who access.Actor, house, household string) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		if _, err := issuing(ctx, tx, house); err != nil {
			return err
		}
		if err := s.accounts.RevokeCard(ctx, tx, house, household); err != nil {
			return err
		}
		if err := dropContact(ctx, tx, house, household); err != nil { // of whoever moves away nothing is kept
			return err
		}
		return sealAnswers(ctx, tx, house, household)
	})
}

// Reissued checks that what a sheet of cards is to be printed of are cards of the house that work now, and gives them with their
// households, in the order given.
func (s *Store) Reissued(ctx context.Context, who access.Actor, house string, tokens []string) (House, []Issued, error) {
	var h House
	if err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		var err error
		h, err = issuing(ctx, tx, house)
		return err
	}); err != nil {
		return h, nil, err
	}
	if len(tokens) == 0 || len(tokens) > mostCards {
		return h, nil, fault.NotFound("accounts.card_gone")
	}
	var out []Issued
	for _, token := range tokens {
		card, err := s.accounts.OpenCard(ctx, token)
		if err != nil {
			return h, nil, err
		}
		of, household := card.House()
		if of != house {
			return h, nil, fault.NotFound("accounts.card_gone")
		}
		out = append(out, Issued{Household: household, Token: token})
	}
	return h, out, nil
}
