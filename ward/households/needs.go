package households

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/civil/personal"
	"sonha/ground/fault"
)

// Need is a kind of help that a household would like (domain.md §10, F3): about the home and its things, never about a person. Its words
// are "households.need.<need>".
type Need string

// Needs lists the kinds in the order in which people read them.
func Needs() []Need {
	return []Need{"lock", "light", "wiring", "extinguisher", "exit", "residence", "online", "rules", "paper"}
}

// NoteMost is how many characters a household may add in its own words (domain.md §10, F3).
const NoteMost = 200

// Wish is what a household would like help with.
type Wish struct {
	Needs []Need
	Note  string
}

// unpackNeeds reads the kinds as they are stored.
func unpackNeeds(text string) []Need {
	var out []Need
	for _, n := range Needs() {
		if slices.Contains(strings.Split(text, ","), string(n)) {
			out = append(out, n)
		}
	}
	return out
}

func packNeeds(list []Need) string {
	var out []string
	for _, n := range Needs() { // in one order, each once, and none that is not of the list
		if slices.Contains(list, n) {
			out = append(out, string(n))
		}
	}
	return strings.Join(out, ",")
}

// Wish gives what the household that the actor speaks for would like help with. What another holder of the card asked for is not shown.
func (s *Store) Wish(ctx context.Context, who access.Actor) (Sheet, Wish, error) {
	var x Sheet
	var w Wish
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		var err error
		if x, _, err = s.sheet(ctx, tx); err != nil || x.Sealed {
			return err
		}
		w, err = wish(ctx, tx, x.Campaign.ID)
		return err
	})
	return x, w, err
}

func wish(ctx context.Context, tx *db.Tx, campaign string) (Wish, error) {
	var w Wish
	var packed string
	err := tx.One(ctx, `select a.needs from own_answers a where {own a} and a.campaign_id = $1`, campaign).Scan(&packed)
	if err != nil && !fault.Is(err, fault.Missing) {
		return w, err
	}
	w.Needs = unpackNeeds(packed)
	err = tx.One(ctx, `select n.body from need_notes n where {scope n.household} and n.campaign_id = $1`, campaign).Scan(&w.Note)
	if fault.Is(err, fault.Missing) {
		return w, nil
	}
	return w, err
}

// Want writes what the household would like help with. It counts once the answers are sent, and changes with every later wish.
func (s *Store) Want(ctx context.Context, who access.Actor, w Wish) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		x, kept, err := s.sheet(ctx, tx)
		if err != nil {
			return err
		}
		if err := x.Open(); err != nil {
			return err
		}
		w.Note = civil.NFCLines(w.Note)
		if utf8.RuneCountInString(w.Note) > NoteMost {
			return fault.Invalid("note", "fault.too_long", "Most", NoteMost)
		}
		if err := personal.Check("note", w.Note); err != nil {
			return err
		}
		if x.Sealed {
			if err := s.unseal(ctx, tx, &x, kept); err != nil {
				return err
			}
		}
		before, err := wish(ctx, tx, x.Campaign.ID)
		if err != nil {
			return err
		}
		if err := s.put(ctx, tx, &x); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `update own_answers set needs = $1 where ward_id = {ward} and campaign_id = $2 and house_id = $3 and household = $4`,
			packNeeds(w.Needs), x.Campaign.ID, x.House.ID, x.Household); err != nil {
			return err
		}
		if err := s.note(ctx, tx, &x, w.Note); err != nil {
			return err
		}
		if x.State != Sent {
			tx.Untold("a draft is nobody's business but the household's")
			return nil
		}
		if err := countNeeds(ctx, tx, x.Campaign.ID, &x.House, before.Needs, unpackNeeds(packNeeds(w.Needs))); err != nil {
			return err
		}
		return tx.Audit(ctx, db.Entry{Action: "household.want", Object: "household", ID: x.Campaign.ID, House: x.House.ID})
	})
}

// note keeps the household's own words. The head reads none before they are sent; changed ones wait for the next five households, as the
// figures do.
func (s *Store) note(ctx context.Context, tx *db.Tx, x *Sheet, text string) error {
	if text == "" {
		_, err := tx.Exec(ctx, `delete from need_notes as n where n.ward_id = {ward} and n.campaign_id = $1 and n.house_id = $2 and n.household = $3`,
			x.Campaign.ID, x.House.ID, x.Household)
		return err
	}
	_, err := tx.Exec(ctx, `insert into need_notes (ward_id, campaign_id, house_id, household, body, sent, shown) values ({ward}, $1, $2, $3, $4, $5, $6)
		on conflict (ward_id, campaign_id, house_id, household) do update set body = excluded.body, sent = excluded.sent,
			shown = need_notes.shown and need_notes.body = excluded.body`,
		x.Campaign.ID, x.House.ID, x.Household, text, x.State == Sent, false)
	return err
}

// sendNote lets the household's words go with its answers.
func sendNote(ctx context.Context, tx *db.Tx, x *Sheet) error {
	_, err := tx.Exec(ctx, `update need_notes as n set sent = true where n.ward_id = {ward} and n.campaign_id = $1 and n.house_id = $2 and n.household = $3`,
		x.Campaign.ID, x.House.ID, x.Household)
	return err
}

// countNeeds brings the sums of a house from one list of kinds to another.
func countNeeds(ctx context.Context, tx *db.Tx, campaign string, h *House, from, to []Need) error {
	for _, n := range Needs() {
		delta := 0
		if slices.Contains(from, n) {
			delta--
		}
		if slices.Contains(to, n) {
			delta++
		}
		if delta == 0 {
			continue
		}
		if _, err := tx.Exec(ctx, `insert into need_sums (ward_id, campaign_id, house_id, need, wanted, shown) values ({ward}, $1, $2, $3, $4, 0)
			on conflict (ward_id, campaign_id, house_id, need) do update set wanted = need_sums.wanted + excluded.wanted`, campaign, h.ID, string(n), delta); err != nil {
			return err
		}
	}
	return nil
}

// showNeeds lets be shown what was asked for until now, when five more households stand behind it than before.
func showNeeds(ctx context.Context, tx *db.Tx, campaign, house string) error {
	if _, err := tx.Exec(ctx, `update need_sums as x set shown = x.wanted where x.ward_id = {ward} and x.campaign_id = $1 and x.house_id = $2`, campaign, house); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `update need_notes as n set shown = true where n.ward_id = {ward} and n.campaign_id = $1 and n.house_id = $2 and n.sent`, campaign, house)
	return err
}

// Wanted is how many households of a house, or of all houses in reach, would like one kind of help.
type Wanted struct {
	Need Need
	N    int // households
	Of   int // houses in which they live
}

// Wants gives what the households of a house would like, in counts that tell of no single household, and what they added in their own
// words, without their labels and in the order of the words. Both are empty until five households stand behind them. They are for those
// who live there and look after the house; an officer reads the sums of the beat.
func (s *Store) Wants(ctx context.Context, who access.Actor, house string) (list []Wanted, notes []string, err error) {
	err = s.db.Read(ctx, who, func(tx *db.Tx) error {
		list, notes = nil, nil
		if err := tx.Need(access.Assess); err != nil {
			return err
		}
		h, c, err := reached(ctx, tx, house)
		if err != nil || h.Households < few {
			return err
		}
		counts := map[Need]int{}
		if err := tx.All(ctx, func(scan func(...any) error) error {
			var need Need
			var n int
			err := scan(&need, &n)
			counts[need] = n
			return err
		}, `select x.need, x.shown from need_sums x join turnouts t on t.ward_id = x.ward_id and t.campaign_id = x.campaign_id and t.house_id = x.house_id
			where {scope x.house} and x.campaign_id = $1 and x.house_id = $2 and t.shown >= $3 and x.shown > 0`, c.ID, house, few); err != nil {
			return err
		}
		for _, n := range Needs() {
			if counts[n] > 0 {
				list = append(list, Wanted{Need: n, N: counts[n], Of: 1})
			}
		}
		return tx.All(ctx, func(scan func(...any) error) error {
			var text string
			err := scan(&text)
			notes = append(notes, text)
			return err
		}, `select n.body from need_notes n join turnouts t on t.ward_id = n.ward_id and t.campaign_id = n.campaign_id and t.house_id = n.house_id
			where {scope n.house} and n.campaign_id = $1 and n.house_id = $2 and n.sent and n.shown and t.shown >= $3`, c.ID, house, few)
	})
	slices.SortFunc(notes, func(a, b string) int { return bytes.Compare(civil.SortKey(a), civil.SortKey(b)) })
	return list, notes, err
}

// AllWants sums what the households of all houses in the actor's reach would like, the most wanted first: for whoever plans help for
// a beat or a group. A house counts once five of its households stand behind its figures. Whoever does not read the wishes of each house
// reads of a kind only when five households ask for it.
func (s *Store) AllWants(ctx context.Context, who access.Actor) ([]Wanted, error) {
	var list []Wanted
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		list = nil
		if err := tx.Need(access.SeeReports); err != nil {
			return err
		}
		least := few
		if tx.Who.May(access.Assess) {
			least = 1
		}
		return tx.All(ctx, func(scan func(...any) error) error {
			var x Wanted
			err := scan(&x.Need, &x.N, &x.Of)
			if slices.Contains(Needs(), x.Need) {
				list = append(list, x)
			}
			return err
		}, `select x.need, sum(x.shown), count(*) from need_sums x join turnouts t on t.ward_id = x.ward_id and t.campaign_id = x.campaign_id and t.house_id = x.house_id
			join houses h on h.ward_id = x.ward_id and h.id = x.house_id
			join campaigns c on c.ward_id = x.ward_id and c.id = x.campaign_id
			where {scope x.house} and c.phase <> 'closed' and t.shown >= $1 and h.households >= $1 and x.shown > 0
			group by x.need having sum(x.shown) >= $2 order by sum(x.shown) desc, x.need`, few, least)
	})
	return list, err
}
