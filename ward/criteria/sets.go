package criteria

import (
	"context"
	"fmt"
	"strconv"
	"sync"

	"sonha/engine/db"
	"sonha/ground/fault"
)

// Sets are the versions of the criteria that a ward has published, beside the compiled-in first one. A room keeps Sets and asks for
// the set of the campaign whose answers it reads ([Sets.OfCampaign]): how many items there are, and which letter of [Answers] belongs to
// which code, is known of a version only. A published version and the version of a campaign never change, so that both are read once for
// each ward and kept for good: also a version that another server on the same database has published meanwhile, when it is first asked
// for. It may be used from several goroutines.
type Sets struct {
	published sync.Map // wardVersion → *Set
	campaigns sync.Map // wardCampaign → *Set
}

type wardVersion struct{ ward, version int }

type wardCampaign struct {
	ward int
	id   string
}

// NewSets makes the sets, which know the first version.
func NewSets() *Sets { return &Sets{} }

// ContentCodes are the codes of the contents in their order, in every version.
func (s *Sets) ContentCodes() []string { return Version1().ContentCodes() }

// ContentCodes are the codes of the contents in their order.
func (s *Set) ContentCodes() []string {
	list := make([]string, len(s.Contents))
	for i := range list {
		list[i] = s.Contents[i].Code
	}
	return list
}

// Code gives the code of the item at a position of the answers to the set, "" outside of them.
func (s *Set) Code(at int) string {
	if item, _ := s.Item(at); item != nil {
		return item.Code
	}
	return ""
}

// Codes are the codes of the items in the order of the answers.
func (s *Set) Codes() []string {
	list := make([]string, 0, s.Len())
	for i := range s.Contents {
		for j := range s.Contents[i].Items {
			list = append(list, s.Contents[i].Items[j].Code)
		}
	}
	return list
}

// SplitCode gives the content of an item's code and its number: "HG8" is HG and 8. What is no code of an item has the number 0.
func SplitCode(code string) (content string, number int) {
	if len(code) < 3 || !contentCode().MatchString(code[:2]) || !itemNumber().MatchString(code[2:]) {
		return "", 0
	}
	number, err := strconv.Atoi(code[2:])
	if err != nil {
		return "", 0
	}
	return code[:2], number
}

// Of gives a version. Its error names the version when the ward has published none of that number, or when what is kept is not what
// was published.
func (s *Sets) Of(ctx context.Context, tx *db.Tx, version int) (*Set, error) {
	first := Version1()
	if version == first.Version {
		return first, nil
	}
	key := wardVersion{tx.Who.Ward(), version}
	if found, ok := s.published.Load(key); ok {
		return found.(*Set), nil //nolint:forcetypeassert // only sets are kept
	}
	var encoded, hash string
	err := tx.One(ctx, `select e.encoded, e.hash from editions e where e.ward_id = {ward} and e.number = $1 and e.state = 'published'`, version).Scan(&encoded, &hash)
	if fault.Is(err, fault.Missing) {
		return nil, fmt.Errorf("criteria: the ward has published no version %d", version)
	}
	if err != nil {
		return nil, err
	}
	set, err := Decode([]byte(encoded))
	switch {
	case err != nil:
		return nil, err
	case set.Version != version || set.Hash() != hash:
		return nil, fmt.Errorf("criteria: version %d is not what was published", version)
	}
	if !set.readable(first) {
		return nil, fmt.Errorf("criteria: the items of version %d do not stand in the order of their codes", version)
	}
	s.published.Store(key, set)
	return set, nil
}

// Before gives the versions that were published before one, the first one first.
func (s *Sets) Before(ctx context.Context, tx *db.Tx, version int) ([]*Set, error) {
	var numbers []int
	if err := tx.All(ctx, func(scan func(...any) error) error {
		var n int
		err := scan(&n)
		numbers = append(numbers, n)
		return err
	}, `select e.number from editions e where e.ward_id = {ward} and e.state = 'published' and e.number < $1 order by e.number`, version); err != nil {
		return nil, err
	}
	list := []*Set{Version1()}
	for _, n := range numbers {
		set, err := s.Of(ctx, tx, n)
		if err != nil {
			return nil, err
		}
		list = append(list, set)
	}
	return list, nil
}

// OfCampaign gives the version that a campaign is answered and judged by, the latest one for the empty id. fault.Missing outside of
// the ward.
func (s *Sets) OfCampaign(ctx context.Context, tx *db.Tx, campaign string) (*Set, error) {
	if campaign == "" {
		return s.Latest(ctx, tx)
	}
	key := wardCampaign{tx.Who.Ward(), campaign}
	if found, ok := s.campaigns.Load(key); ok {
		return found.(*Set), nil //nolint:forcetypeassert // only sets are kept
	}
	var version int
	if err := tx.One(ctx, `select c.criteria from campaigns c where c.ward_id = {ward} and c.id = $1`, campaign).Scan(&version); err != nil {
		return nil, err
	}
	set, err := s.Of(ctx, tx, version)
	if err == nil {
		s.campaigns.Store(key, set)
	}
	return set, err
}

// Latest gives the version that a campaign opened now takes unless another one is chosen.
func (s *Sets) Latest(ctx context.Context, tx *db.Tx) (*Set, error) {
	version, err := LatestVersion(ctx, tx)
	if err != nil {
		return nil, err
	}
	return s.Of(ctx, tx, version)
}

// LatestVersion is the number of the version that was published last, 1 while the ward has published none.
func LatestVersion(ctx context.Context, tx *db.Tx) (int, error) {
	var version int
	err := tx.One(ctx, `select coalesce(max(e.number), 1) from editions e where e.ward_id = {ward} and e.state = 'published'`).Scan(&version)
	return version, err
}

// Choices lists the versions that a campaign may be opened with, the latest first.
func Choices(ctx context.Context, tx *db.Tx) ([]int, error) {
	var list []int
	err := tx.All(ctx, func(scan func(...any) error) error {
		var n int
		err := scan(&n)
		list = append(list, n)
		return err
	}, `select e.number from editions e where e.ward_id = {ward} and e.state = 'published' order by e.number desc`)
	return append(list, Version1().Version), err
}
