package dossiers

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/civil"
)

// Found is what a search brought.
type Found struct {
	Query   string
	Houses  []Hit
	More    bool // more houses match than are shown
	Streets []StreetHit
	Former  []FormerWard // the query names a ward of before 01/07/2025
	Groups  []StreetHit  // residential groups, by the name of today or a former one
}

// Hit is a house that was found.
type Hit struct {
	Row
	Head  string
	exact bool
	rank  int
}

// StreetHit is a street that was found, by its own name or by a former one.
type StreetHit struct {
	ID, Name string
	Former   string // the former name by which it was found
	rank     int
}

// FormerWard is one answer to "which ward is that now?".
type FormerWard struct {
	Name   string // as it was: "Hàng Bông"
	Now    string // "Hoàn Kiếm"
	Own    bool   // the reader's own ward
	Houses int    // houses of the former ward within the reader's reach
}

const (
	hitsShown    = 20
	streetsShown = 8
	// candidates is how many matching houses are ranked; with more the query says too little.
	candidates = 1000
)

// Search finds houses and streets within the reader's reach, what agrees in every mark first (domain.md §7.5a).
func (s *Store) Search(ctx context.Context, who access.Actor, text string) (Found, error) {
	f := Found{Query: clip(civil.NFC(text))}
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.SeeHouses); err != nil {
			return err
		}
		if strings.TrimSpace(civil.Fold(f.Query)) == "" {
			return nil
		}
		if err := s.findStreets(ctx, tx, &f); err != nil {
			return err
		}
		if err := findGroups(ctx, tx, &f); err != nil {
			return err
		}
		if err := s.findHouses(ctx, tx, &f); err != nil {
			return err
		}
		return findFormer(ctx, tx, &f)
	})
	return f, err
}

func (s *Store) findStreets(ctx context.Context, tx *db.Tx, f *Found) error {
	err := tx.All(ctx, func(scan func(...any) error) error {
		var x StreetHit
		var former string
		if err := scan(&x.ID, &x.Name, &former); err != nil {
			return err
		}
		if x.rank = civil.MatchRank(f.Query, x.Name); x.rank == 0 {
			if x.rank = civil.MatchRank(f.Query, former); x.rank > 0 {
				x.Former = former
			}
		}
		if x.rank > 0 {
			f.Streets = append(f.Streets, x)
		}
		return nil
	}, `select s.id, s.name, s.former from streets s where s.ward_id = {ward}
		and exists (select 1 from houses h where {scope h} and h.street_id = s.id and h.status = 'active') order by s.sort_key, s.id`)
	slices.SortStableFunc(f.Streets, func(a, b StreetHit) int { return b.rank - a.rank })
	f.Streets = f.Streets[:min(len(f.Streets), streetsShown)]
	return err
}

// findGroups takes the residential groups with houses in reach whose name, or a name they had before or took over in a merge, holds
// the query. Figures alone are house numbers.
func findGroups(ctx context.Context, tx *db.Tx, f *Found) error {
	if strings.IndexFunc(f.Query, unicode.IsLetter) < 0 {
		return nil
	}
	seen := map[string]bool{}
	err := tx.All(ctx, func(scan func(...any) error) error {
		var x StreetHit
		var former string
		if err := scan(&x.ID, &x.Name, &former); err != nil {
			return err
		}
		if x.rank = civil.MatchRank(f.Query, x.Name); x.rank == 0 && former != "" {
			if x.rank = civil.MatchRank(f.Query, former); x.rank > 0 {
				x.Former = former
			}
		}
		if x.rank > 0 && !seen[x.ID] {
			seen[x.ID] = true
			f.Groups = append(f.Groups, x)
		}
		return nil
	}, `select a.id, a.name, coalesce(n.name, '') from areas a left join area_names n on n.ward_id = a.ward_id and n.area_id = a.id
		where a.ward_id = {ward} and a.kind = 'group' and a.valid_to is null
			and exists (select 1 from houses h where {scope h} and h.group_id = a.id and h.status = 'active') order by a.sort_key, a.id, n.used_to desc, n.id desc`)
	slices.SortStableFunc(f.Groups, func(a, b StreetHit) int { return b.rank - a.rank })
	f.Groups = f.Groups[:min(len(f.Groups), streetsShown)]
	return err
}

// findHouses takes the houses in whose folded text every word occurs, and ranks them by their marks. The order
// in the database is the walking order: it never depends on the words.
func (s *Store) findHouses(ctx context.Context, tx *db.Tx, f *Found) error {
	campaign, err := campaignOf(ctx, tx, 0)
	if err != nil {
		return err
	}
	number := numberKey(f.Query)
	rank := ranking{query: f.Query, digits: strings.ContainsAny(f.Query, "0123456789"), streets: map[string]int{}}
	q := query{args: []any{campaign.ID}}
	q.text.WriteString(`select ` + rowColumns + `, h.head_name, h.number_key` + rowTables)
	q.words(f.Query)
	exact := q.arg(number)
	q.text.WriteString(` order by case when h.number_key = ` + exact + ` then 0 else 1 end, h.sort_key, h.id limit `)
	q.text.WriteString(strconv.Itoa(candidates))
	err = tx.All(ctx, func(scan func(...any) error) error {
		var x Hit
		var class, key string
		if err := scan(&x.ID, &x.Number, &x.Street, &class, &x.Contents, &x.Points, &x.Max, &x.Missing, &x.Inspected, &x.RecheckBy, &x.key, &x.Head, &key); err != nil {
			return err
		}
		x.Class = classOf(class)
		x.exact = number != "" && key == number
		x.rank = rank.of(&x)
		f.Houses = append(f.Houses, x)
		return nil
	}, q.text.String(), q.args...)
	slices.SortStableFunc(f.Houses, func(a, b Hit) int {
		return cmp.Or(-compareBool(a.exact, b.exact), b.rank-a.rank)
	})
	f.More = len(f.Houses) > hitsShown
	f.Houses = f.Houses[:min(len(f.Houses), hitsShown)]
	return err
}

// ranking says how well houses answer a query. Without a figure in the query the street decides, which is the same
// for all of its houses.
type ranking struct {
	query   string
	digits  bool
	streets map[string]int
}

func (r *ranking) of(x *Hit) int {
	if r.digits {
		return max(civil.MatchRank(r.query, x.Number+" "+x.Street), civil.MatchRank(r.query, x.Street+" "+x.Number))
	}
	rank, known := r.streets[x.Street]
	if !known {
		rank = civil.MatchRank(r.query, x.Street)
		r.streets[x.Street] = rank
	}
	if rank == 0 {
		rank = civil.MatchRank(r.query, x.Head)
	}
	return rank
}

// numberKey is the key of the house number in a query: "36a", "36a hang bac" and "hang bac 36a" have the same.
func numberKey(text string) string {
	if n, err := civil.ParseHouseNumber(text); err == nil {
		return n.Key
	}
	if n, _, err := civil.ParseAddress(text); err == nil {
		return n.Key
	}
	words := strings.Fields(text)
	for _, w := range []string{words[len(words)-1], words[0]} {
		if n, err := civil.ParseHouseNumber(w); err == nil {
			return n.Key
		}
	}
	return ""
}

// split are the wards of before 01/07/2025 whose houses went to more than one of the wards around Hoàn Kiếm
// (Resolution 1656/NQ-UBTVQH15, domain.md §6): asked for one of them, the search asks back which part is meant.
var split = []struct {
	name string
	now  []string
}{
	{"Hàng Bông", []string{"Hoàn Kiếm", "Cửa Nam"}},
	{"Hàng Trống", []string{"Hoàn Kiếm", "Cửa Nam"}},
	{"Tràng Tiền", []string{"Hoàn Kiếm", "Cửa Nam"}},
	{"Cửa Nam", []string{"Hoàn Kiếm", "Cửa Nam"}},
}

func findFormer(ctx context.Context, tx *db.Tx, f *Found) error {
	asked := civil.Fold(strings.TrimPrefix(civil.Fold(f.Query), "phuong "))
	for _, w := range split {
		if civil.Fold(w.name) != asked {
			continue
		}
		var own string
		var houses int
		if err := tx.One(ctx, `select w.name, (select count(*) from houses h where {scope h} and h.status = 'active' and h.former_ward = $1)
			from wards w where w.id = {ward}`, w.name).Scan(&own, &houses); err != nil {
			return err
		}
		if !slices.Contains(w.now, own) {
			return nil
		}
		for _, now := range w.now {
			x := FormerWard{Name: w.name, Now: now, Own: now == own}
			if x.Own {
				x.Houses = houses
			}
			f.Former = append(f.Former, x)
		}
	}
	return nil
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}
