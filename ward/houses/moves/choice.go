package moves

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"sonha/engine/db"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/houses"
)

// Choice says which houses are meant. What is empty does not narrow; a choice in which all is empty means no house.
type Choice struct {
	Street, Group, Beat string // ids
	From, To            string // numbers of a range, by the first figure of the house number: "1" to "35" holds 12/5 and 36 not
	Side                string // "odd", "even" or both when empty
	Numbers             string // single house numbers with commas: "36, 36A, 12/5"
	Query               string // words of the street and the number, also of former names of the street; never the name of a head
}

// Empty reports whether nothing is chosen.
func (c *Choice) Empty() bool { return *c == (Choice{}) }

// mostHouses is how many houses one change moves at most: more is the work of an import.
const mostHouses = 5000

// Line is a house that is meant. There is no head and no class in it: who draws borders needs neither.
type Line struct {
	Number, Street      string
	Group, Beat         string // names of now
	Households          int
	Active              bool
	Assessed, Inspected int // 0 or 1, in the campaign that runs now

	id              string
	version         int
	groupID, beatID string
}

// Address is the house as people say it.
func (l *Line) Address() string { return l.Number + " " + l.Street }

// span reads the range of numbers.
func (c *Choice) span() (from, to int, err error) {
	var wrong []fault.Field
	read := func(field, text string, otherwise int) int {
		if text == "" {
			return otherwise
		}
		n, err := strconv.Atoi(text)
		if err != nil || n < 0 || n > 99999 {
			wrong = append(wrong, fault.Field{Name: field, Key: "moves.bad_number"})
		}
		return n
	}
	from, to = read("from", c.From, 0), read("to", c.To, 99999)
	if len(wrong) == 0 && from > to {
		wrong = append(wrong, fault.Field{Name: "to", Key: "moves.range_backwards"})
	}
	return from, to, fault.InvalidFields(wrong)
}

// keys reads the single numbers.
func (c *Choice) keys() ([]string, error) {
	var keys []string
	for _, text := range strings.FieldsFunc(c.Numbers, func(r rune) bool { return r == ',' || r == ';' }) {
		if text = strings.TrimSpace(text); text == "" {
			continue
		}
		n, err := civil.ParseHouseNumber(text)
		if err != nil {
			return nil, fault.Invalid("numbers", "moves.bad_house", "Number", text)
		}
		keys = append(keys, n.Key)
	}
	return keys, nil
}

// noCampaign is for who does not ask how far the houses are.
const noCampaign = ""

// lines reads the houses that are meant, in walking order, and how far they are in a campaign.
func lines(ctx context.Context, tx *db.Tx, c *Choice, campaign string) ([]Line, error) {
	from, to, err := c.span()
	if err != nil {
		return nil, err
	}
	keys, err := c.keys()
	if err != nil || c.Empty() {
		return nil, err
	}
	args := []any{from, to, campaign}
	var more strings.Builder
	for _, x := range []struct{ column, value string }{{"street_id", c.Street}, {"group_id", c.Group}, {"beat_id", c.Beat}} {
		if x.value != "" {
			args = append(args, x.value)
			fmt.Fprintf(&more, ` and h.%s = $%d`, x.column, len(args))
		}
	}
	words := strings.Fields(civil.Fold(c.Query))
	var list []Line
	err = tx.All(ctx, func(scan func(...any) error) error {
		var l Line
		var status, fold, key string
		var main int
		if err := scan(&l.id, &l.version, &l.Number, &l.Street, &l.groupID, &l.Group, &l.beatID, &l.Beat, &l.Households, &status, &fold, &key, &main,
			&l.Assessed, &l.Inspected); err != nil {
			return err
		}
		l.Active = status == "active"
		side := c.Side == "" || (c.Side == "odd") == (main%2 == 1)
		named := len(keys) == 0 || slices.Contains(keys, key)
		found := !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(civil.Fold(l.Number)+" "+fold, w) })
		if side && named && found {
			list = append(list, l)
		}
		return nil
	}, `select h.id, h.version, h.number, s.name, coalesce(h.group_id, ''), coalesce(g.name, ''), coalesce(h.beat_id, ''), coalesce(b.name, ''), h.households, h.status,
			s.fold, h.number_key, h.main, case when a.state = 'sent' then 1 else 0 end, case when coalesce(r.class, 'not_inspected') <> 'not_inspected' then 1 else 0 end
		from houses h join streets s on s.ward_id = h.ward_id and s.id = h.street_id
		left join areas g on g.ward_id = h.ward_id and g.id = h.group_id
		left join beats b on b.ward_id = h.ward_id and b.id = h.beat_id
		left join assessments a on a.ward_id = h.ward_id and a.campaign_id = $3 and a.house_id = h.id
		left join results r on r.ward_id = h.ward_id and r.campaign_id = $3 and r.house_id = h.id
		where h.ward_id = {ward} and h.main between $1 and $2`+more.String()+` order by h.sort_key, h.id`, args...)
	if err == nil && len(list) > mostHouses {
		err = fault.Refused("moves.too_many", "Most", mostHouses)
	}
	return list, err
}

// seen is a short digest of what a preview showed, so that nothing else is done than what was looked at.
func seen(list []houses.Moved) string {
	h := sha256.New()
	for i := range list {
		m := &list[i]
		fmt.Fprintf(h, "%s %d %s %s\n", m.House, m.Version, m.ToGroup, m.ToBeat)
	}
	return hex.EncodeToString(h.Sum(nil)[:12])
}
