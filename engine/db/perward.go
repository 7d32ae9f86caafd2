package db

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// PerWard keeps what the city is told of each ward. A ward is counted again when its trail has a new line since; the others hold, so that a
// city in which somebody is always at work counts only where. What is kept must not be changed by who gets it.
//
// The zero value is ready.
type PerWard[K comparable, V any] struct {
	mu   sync.Mutex
	kept map[K]map[int]figures[V]
}

// mostKeys is how many keys are kept; a day or a year is one.
const mostKeys = 4

// Of gives the value of every ward under key. count is asked for the wards that must be counted, and leaves out a ward of which there is
// nothing to tell.
func (c *PerWard[K, V]) Of(ctx context.Context, tx *Tx, key K, count func(wards []int) (map[int]V, error)) (map[int]V, error) {
	heads := map[int]int64{}
	if err := tx.All(ctx, func(scan func(...any) error) error {
		var ward int
		var seq int64
		err := scan(&ward, &seq)
		heads[ward] = seq
		return err
	}, `select w.id, coalesce((select max(a.seq) from audit a where a.ward_id = w.id), 0) from wards w where {any: how far the trail of each ward is} w.id > 0`); err != nil {
		return nil, err
	}
	values, stale := map[int]V{}, []int(nil)
	c.mu.Lock()
	for ward, seq := range heads {
		if have, ok := c.kept[key][ward]; ok && have.trail == seq && !tx.writing {
			values[ward] = have.value
		} else {
			stale = append(stale, ward)
		}
	}
	c.mu.Unlock()
	if len(stale) == 0 {
		return values, nil
	}
	slices.Sort(stale)
	counted, err := count(stale)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.kept == nil || len(c.kept) >= mostKeys && c.kept[key] == nil {
		c.kept = map[K]map[int]figures[V]{}
	}
	if c.kept[key] == nil {
		c.kept[key] = map[int]figures[V]{}
	}
	for _, ward := range stale {
		value := counted[ward]
		values[ward] = value
		if !tx.writing {
			c.kept[key][ward] = figures[V]{heads[ward], value}
		}
	}
	return values, nil
}

// Wards writes the condition that a column is one of some wards, of which there is at least one, for what the city is told: "t.ward_id in (1,3)".
func Wards(column string, wards []int) string {
	numbers := make([]string, len(wards))
	for i, w := range wards {
		numbers[i] = strconv.Itoa(w)
	}
	return column + " in (" + strings.Join(numbers, ",") + ")"
}
