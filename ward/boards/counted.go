package boards

import (
	"context"
	"sync"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/civil"
)

// counted keeps the boards of whole wards that were counted last. Counting looks at every house of the ward, and the boards that are
// open during a campaign ask again after each change; as long as the ward's trail has no new line, what was counted holds. Who sees
// part of a ward has few houses, and is counted each time.
type counted struct {
	mu     sync.Mutex
	boards map[counting]board
}

// counting is what a board depends on besides the rows of the ward.
type counting struct {
	ward, year int
	role       access.Role
	today      civil.Day
}

type board struct {
	Board

	trail int64
}

// mostBoards is how many boards are kept: those of a city, and some more.
const mostBoards = 256

func (c *counted) board(ctx context.Context, tx *db.Tx, year int, count func(context.Context, *db.Tx, int) (Board, error)) (Board, error) {
	if !tx.Who.Figures() {
		return count(ctx, tx, year)
	}
	of := counting{ward: tx.Who.Ward(), year: year, role: tx.Who.Role(), today: civil.DayOf(tx.Now)}
	trail, err := tx.Trail(ctx)
	if err != nil {
		return Board{}, err
	}
	c.mu.Lock()
	kept, ok := c.boards[of]
	c.mu.Unlock()
	if ok && kept.trail == trail {
		kept.AsOf = tx.Now // it is what a count would give now
		return kept.Board, nil
	}
	b, err := count(ctx, tx, year)
	if err != nil {
		return b, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, ok := c.boards[of]; !ok && len(c.boards) >= mostBoards {
		clear(c.boards)
	}
	c.boards[of] = board{b, trail}
	return b, nil
}
