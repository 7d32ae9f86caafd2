package accounts

import (
	"context"
	"net/http"
	"sync"
	"time"

	"sonha/engine/db"
	"sonha/engine/page"
	"sonha/engine/page/ui"
	"sonha/ground/access"
	"sonha/ground/fault"
)

// Gate tells who a request comes from, by its session cookie.
type Gate struct {
	store *Store
	jar   jar
}

// Gate gives the gate of these accounts; secure says that the program is served over https.
func (s *Store) Gate(secure bool) *Gate { return &Gate{store: s, jar: jar{secure: secure}} }

// Identify tells who a request comes from: nobody, without a cookie or with one that is over. A page costs
// no statement for this: what a session says is remembered for some seconds, and forgotten at once in this
// process when it ends or its account changes. A request that a page sent by itself opens, and does not count as use.
func (g *Gate) Identify(r *http.Request) (page.Identity, error) {
	t, ok := parseToken(g.jar.read(r, sessionCookie))
	if !ok {
		return page.Identity{}, nil
	}
	return g.store.identify(r.Context(), t)
}

// The cookies; behind https their names begin with __Host-, so that no neighbouring site can set them.
const (
	// SessionCookie is the name of the cookie of a session where the program is not served over https.
	SessionCookie = "sonha"
	sessionCookie = SessionCookie
	deviceCookie  = "sonha-device"
	kindCookie    = "sonha-kind" // whether this browser signs in with a PIN or a password
	year          = 365 * 24 * time.Hour
)

// jar reads and writes the cookies of this feature.
type jar struct{ secure bool }

func (j jar) name(name string) string {
	if j.secure {
		return "__Host-" + name
	}
	return name
}

func (j jar) read(r *http.Request, name string) string {
	c, err := r.Cookie(j.name(name))
	if err != nil {
		return ""
	}
	return c.Value
}

// write sets a cookie; an empty value takes it away.
func (j jar) write(w http.ResponseWriter, name, value string, life time.Duration) {
	c := &http.Cookie{ //nolint:gosec // Secure behind https; without it a ward tries the program on its own network
		Name: j.name(name), Value: value, Path: "/", MaxAge: int(life.Seconds()), HttpOnly: true, Secure: j.secure, SameSite: http.SameSiteLaxMode,
	}
	if value == "" {
		c.MaxAge = -1
	}
	http.SetCookie(w, c)
}

const (
	// freshness is how long another process may still honour what this one ended.
	freshness = 10 * time.Second
	// seenEvery is how often at most the time of the last request is written.
	seenEvery = 5 * time.Minute
	cacheMost = 8192
)

// remembered is a session as the cache keeps it.
type remembered struct {
	identity page.Identity
	ward     int
	account  string
	loaded   time.Time
	seen     time.Time
	ends     time.Time
	idle     time.Duration
}

func (m remembered) over(now time.Time) bool {
	return !now.Before(m.ends) || now.Sub(m.seen) >= m.idle
}

// identify gives the identity of a token.
func (s *Store) identify(ctx context.Context, t token) (page.Identity, error) {
	id, now := t.ID(), s.db.Now()
	m, ok := s.cache.get(id, now)
	if !ok {
		var err error
		mark := s.cache.mark()
		m, err = s.load(ctx, t.ward, id)
		if fault.Is(err, fault.Missing) {
			return page.Identity{}, nil
		}
		if err != nil {
			return page.Identity{}, err
		}
		m.loaded = now
		s.cache.put(id, m, mark)
	}
	// A token names its ward: one that was changed opens nothing, whether or not the session is remembered.
	if m.ward != t.ward || m.over(now) || !m.identity.Actor.Known() {
		return page.Identity{}, nil
	}
	if now.Sub(m.seen) >= seenEvery && !page.ByItself(ctx) {
		s.cache.saw(id, now)
		s.seen.note(seenKey{ward: m.ward, session: id}, now)
	}
	return m.identity, nil
}

// cache remembers sessions for some seconds.
type cache struct {
	mu      sync.Mutex
	at      map[string]remembered
	changes uint64
}

func newCache() *cache { return &cache{at: map[string]remembered{}} }

func (c *cache) get(id string, now time.Time) (remembered, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	m, ok := c.at[id]
	if age := now.Sub(m.loaded); !ok || age < 0 || age >= freshness {
		return remembered{}, false
	}
	return m, true
}

// mark is taken before a session is read; put refuses what was read before a change.
func (c *cache) mark() uint64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.changes
}

func (c *cache) put(id string, m remembered, mark uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if mark != c.changes {
		return
	}
	if len(c.at) >= cacheMost {
		c.shrink(m.loaded)
	}
	c.at[id] = m
}

// shrink drops what is stale, and whatever comes first when nothing is.
func (c *cache) shrink(now time.Time) {
	for id, m := range c.at {
		if now.Sub(m.loaded) >= freshness {
			delete(c.at, id)
		}
	}
	for id := range c.at {
		if len(c.at) < cacheMost {
			return
		}
		delete(c.at, id)
	}
}

func (c *cache) saw(id string, now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if m, ok := c.at[id]; ok {
		m.seen = now
		c.at[id] = m
	}
}

// forget drops all sessions of an account.
func (c *cache) forget(ward int, account string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.changes++
	for id, m := range c.at {
		if m.ward == ward && m.account == account {
			delete(c.at, id)
		}
	}
}

// forgetWard drops all sessions of a ward.
func (c *cache) forgetWard(ward int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.changes++
	for id, m := range c.at {
		if m.ward == ward {
			delete(c.at, id)
		}
	}
}

// WardRenamed lets the next page of everybody in the ward say its new name.
func (s *Store) WardRenamed(_ context.Context, tx *db.Tx) error {
	ward := tx.Who.Ward()
	tx.After(func() { s.cache.forgetWard(ward) })
	return nil
}

type seenKey struct {
	ward    int
	session string
}

// lastSeen gathers the times of last requests and writes them behind the requests' back.
type lastSeen struct {
	write func(ward int, times map[string]time.Time)

	mu      sync.Mutex
	waiting map[seenKey]time.Time
	running sync.WaitGroup
	busy    bool
}

func newLastSeen(write func(ward int, times map[string]time.Time)) *lastSeen {
	return &lastSeen{write: write, waiting: map[seenKey]time.Time{}}
}

func (l *lastSeen) note(k seenKey, now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.waiting[k] = now
	if !l.busy {
		l.busy = true
		l.running.Go(l.drain)
	}
}

func (l *lastSeen) drain() {
	for {
		l.mu.Lock()
		byWard := map[int]map[string]time.Time{}
		for k, at := range l.waiting {
			if byWard[k.ward] == nil {
				byWard[k.ward] = map[string]time.Time{}
			}
			byWard[k.ward][k.session] = at
		}
		clear(l.waiting)
		if len(byWard) == 0 {
			l.busy = false
			l.mu.Unlock()
			return
		}
		l.mu.Unlock()
		for ward, times := range byWard {
			l.write(ward, times)
		}
	}
}

// place says what an account answers for, and for the head of one house the number on its door.
func place(role access.Role, ward string, city string, grants []Grant) (place, plate string) {
	var labels []string
	var number string
	for _, g := range grants {
		if g.Role == role && g.Label != "" {
			labels = append(labels, g.Label)
			number = g.number
		}
	}
	if role == access.City || ward == "" {
		return "Thành phố " + city, ""
	}
	if len(labels) == 0 {
		return "Phường " + ward, ""
	}
	if role == access.Head || role == access.Household {
		if len(labels) > 1 {
			number = ""
		}
		return joined(labels), number
	}
	return joined(labels) + ", phường " + ward, ""
}

// joined names two, and counts the rest.
func joined(labels []string) string {
	const named = 2
	text := labels[0]
	for i, l := range labels[1:] {
		if i+1 >= named {
			return text + ", …"
		}
		text += ", " + l
	}
	return text
}

func crumbs(ward, city string) []ui.Link {
	if ward == "" {
		return []ui.Link{{Label: city}}
	}
	return []ui.Link{{Label: city}, {Label: ward}}
}
