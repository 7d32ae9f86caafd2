package accounts

import (
	"sync"
	"time"
)

// pace is how many wrong tries are free and how long each further one waits. There is no permanent lock: a
// guesser is slowed to a few dozen tries a day, and who knows the secret gets in after the wait.
type pace struct {
	free   int
	waits  []time.Duration
	forget time.Duration // without a try for this long, all is forgotten
	own    bool          // one person's: a right secret forgets all of it
}

var (
	// A device that signed in before: its owner mistypes. Others cannot reach this bucket.
	knownPace = pace{
		free: 8, forget: 12 * time.Hour, own: true,
		waits: []time.Duration{15 * time.Second, 30 * time.Second, time.Minute, 2 * time.Minute, 5 * time.Minute, 10 * time.Minute},
	}
	// All other devices together, for one phone number. A PIN has a million values; 5 + 24 a day find it in
	// a hundred years.
	strangerPace = pace{
		free: 5, forget: 24 * time.Hour,
		waits: []time.Duration{30 * time.Second, time.Minute, 2 * time.Minute, 5 * time.Minute, 15 * time.Minute, 30 * time.Minute, time.Hour},
	}
	// One address, for whatever phone numbers. Many people share one (the ward's office, a mobile network),
	// so it is generous, and devices that are known do not count.
	addressPace = pace{
		free: 60, forget: 2 * time.Hour,
		waits: []time.Duration{10 * time.Second, 30 * time.Second, time.Minute, 5 * time.Minute},
	}
)

// bucket is whom a wrong try is counted against.
type bucket struct {
	key  string
	pace pace
}

// tries is what is remembered of a bucket.
type tries struct {
	count int
	last  time.Time
}

// limiter counts wrong tries in memory. Its size is bounded: when it is full, of a few buckets taken at
// random the least suspicious goes.
type limiter struct {
	now  func() time.Time
	most int

	mu sync.Mutex
	at map[string]tries
}

const bucketsMost = 20000

func newLimiter(now func() time.Time) *limiter {
	return &limiter{now: now, most: bucketsMost, at: map[string]tries{}}
}

// Take counts one try against all buckets, before it is known to be wrong, so that a hundred tries at the
// same moment are a hundred tries. When one of the buckets must wait, nothing is counted and the wait is
// given back.
func (l *limiter) Take(buckets ...bucket) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	var wait time.Duration
	for _, b := range buckets {
		wait = max(wait, b.pace.wait(l.at[b.key], now))
	}
	if wait > 0 {
		return wait
	}
	for _, b := range buckets {
		t := l.at[b.key]
		if t.stale(b.pace, now) {
			t = tries{}
		}
		if _, ok := l.at[b.key]; !ok && len(l.at) >= l.most {
			l.evict()
		}
		l.at[b.key] = tries{count: t.count + 1, last: now}
	}
	return 0
}

// Right takes back the try of a right secret. The bucket of a known device is forgotten altogether; of
// those shared with strangers only this one try, so that the owner's success does not help a guesser.
func (l *limiter) Right(buckets ...bucket) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, b := range buckets {
		t := l.at[b.key]
		t.count--
		if b.pace.own || t.count <= 0 {
			delete(l.at, b.key)
			continue
		}
		l.at[b.key] = t
	}
}

func (t tries) stale(p pace, now time.Time) bool { return now.Sub(t.last) > p.forget }

// wait says how long the next try must wait, rounded up to whole seconds.
func (p pace) wait(t tries, now time.Time) time.Duration {
	if t.count < p.free || t.stale(p, now) {
		return 0
	}
	rest := t.last.Add(p.waits[min(t.count-p.free, len(p.waits)-1)]).Sub(now)
	if rest <= 0 {
		return 0
	}
	return (rest + time.Second - 1).Truncate(time.Second)
}

// evict drops, of some buckets that the map happens to give first, the one with the fewest tries, of equals
// the oldest.
func (l *limiter) evict() {
	const looks = 24
	var worst string
	var least tries
	n := 0
	for key, t := range l.at {
		if n == 0 || t.count < least.count || (t.count == least.count && t.last.Before(least.last)) {
			worst, least = key, t
		}
		if n++; n == looks {
			break
		}
	}
	delete(l.at, worst)
}
