package accounts

import "time"

// SetWorldClock gives the clock by which authenticators go, so that tests can hold it still.
func (s *Store) SetWorldClock(clock func() time.Time) { s.clock = clock }
