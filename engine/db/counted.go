package db

import (
	"context"
	"sync"

	"sonha/ground/access"
	"sonha/ground/civil"
)

// Counted keeps figures of whole wards. Counting looks at every house of the ward, and boards that are open during a campaign ask
// again after each change; as long as the ward's trail has no new line, what was counted on the same day for the same role holds.
// Who sees part of a ward has few houses: for them it is counted each time. What is kept must not be changed by who gets it.
//
// The zero value is ready.
type Counted[K comparable, V any] struct {
	mu   sync.Mutex
	kept map[counting[K]]figures[V]
}

// counting is what figures depend on besides the rows of the ward.
type counting[K comparable] struct {
	ward  int
	role  access.Role
	today civil.Day
	of    K
}

type figures[V any] struct {
	trail int64
	value V
}

// mostCounted is how many figures are kept: those of the wards of a city, and some more.
const mostCounted = 512

// Of gives the figures that key names, and counts them when it must.
func (c *Counted[K, V]) Of(ctx context.Context, tx *Tx, key K, count func() (V, error)) (V, error) {
	if !tx.Who.Figures() || tx.writing {
		return count()
	}
	at := counting[K]{tx.Who.Ward(), tx.Who.Role(), civil.DayOf(tx.Now), key}
	trail, err := tx.trail(ctx)
	if err != nil {
		var none V
		return none, err
	}
	c.mu.Lock()
	have, ok := c.kept[at]
	c.mu.Unlock()
	if ok && have.trail == trail {
		return have.value, nil
	}
	value, err := count()
	if err != nil {
		return value, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.kept == nil || !ok && len(c.kept) >= mostCounted {
		c.kept = map[counting[K]]figures[V]{}
	}
	c.kept[at] = figures[V]{trail, value}
	return value, nil
}

// trail is the number of the last line of the ward's audit trail.
func (tx *Tx) trail(ctx context.Context) (seq int64, err error) {
	err = tx.One(ctx, `select coalesce(max(a.seq), 0) from audit a where a.ward_id = {ward}`).Scan(&seq)
	return seq, err
}
