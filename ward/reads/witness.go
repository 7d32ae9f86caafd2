package reads

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"sonha/engine/db"
	"sonha/engine/page"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ground/pattern"
	"sonha/ward/inbox"
)

const (
	// together is how long a view waits for others to be written with it. What a kill of the program may lose is the views of this long.
	together = time.Second
	// sameFor is for how long the same reader of the same record is one line.
	sameFor = 10 * time.Minute
	// mostWaiting bounds the memory of views that cannot be written; older ones go first, and the administrator hears of it.
	mostWaiting = 8192
	// mostSame bounds the memory of what was written lately.
	mostSame = 20000
	// again is how long to wait before views that could not be written are tried again.
	again = 5 * time.Second
)

// line is a row of the table on its way there.
type line struct {
	ward      int
	at        time.Time
	account   string
	role      access.Role
	place     string
	level     access.Level
	reach     []string
	kind      kind
	shows     page.Shows
	id        string // of what the path names
	house     string
	household string
	area      string
	asked     string
	rows      int
	ahead     bool
	outside   bool
}

// same is what makes two reads one line.
type same struct {
	ward    int
	account string
	role    access.Role
	what    string
	id      string
	asked   string
}

// waiting are the lines that have not been written yet, and what was written within sameFor.
type waiting struct {
	mu      sync.Mutex
	lines   []line
	lately  map[same]time.Time
	busy    bool // somebody writes, or waits to
	lost    int  // views that were dropped
	since   time.Time
	over    chan struct{} // closed: the program ends
	ends    sync.Once     // for over
	writing sync.Mutex    // held while lines are written
}

// Witness notes that an answer gives out a record. What must be written first is, and an error means that nothing may be given out;
// views of pages are noted in memory and written within a second.
func (s *Store) Witness(ctx context.Context, who access.Actor, shown page.Shown) error {
	k, known := kinds(shown.Shows)
	if !known || who.Account() == "" || who.Ward() <= 0 {
		return nil // a file that holds no record; nobody; the city, which opens none
	}
	if who.Role() == access.Household || who.Role() == access.Head && !k.own {
		return nil // their own (decision 0045)
	}
	level, ids := who.Reach()
	l := line{
		ward: who.Ward(), at: s.db.Now(), account: who.Account(), role: who.Role(), place: shown.Place, level: level, reach: ids, kind: k, shows: shown.Shows,
		id: shown.ID, rows: shown.Rows, ahead: shown.Ahead,
	}
	switch k.of {
	case "":
		l.id, l.asked = "", filter(shown.Asked)
	case "query":
		l.id = shown.Asked.Get(byHouse)
		l.kind.of = byHouse
	}
	if k.of != "" && !db.ValidID(l.id) {
		return nil // no record has such a name: nothing was shown
	}
	if k.first {
		return s.first(ctx, l)
	}
	s.later(l)
	return nil
}

// code is what the value of a filter looks like when it is one of the program's own words or keys, and not what somebody typed.
var code = pattern.Of(`^[a-z0-9_.:,-]{1,64}$`)

// filter writes the filter of a list as codes. Of what was typed it says only that something was.
func filter(asked url.Values) string {
	var parts []string
	for name, values := range asked {
		if !code().MatchString(name) || name == "after" || name == "page" || name == "before" {
			continue
		}
		for _, v := range values {
			switch {
			case v == "":
			case name != "q" && code().MatchString(v):
				parts = append(parts, name+"="+v)
			default:
				parts = append(parts, name+"=…")
			}
		}
	}
	slices.Sort(parts)
	const most = 300
	text := strings.Join(slices.Compact(parts), " ")
	for len(text) > most {
		text = text[:strings.LastIndexByte(text[:most], ' ')+1] + "…"
	}
	return text
}

func (l *line) same() same {
	id := cmp.Or(l.house, l.id)
	return same{l.ward, l.account, l.role, what(l.shows), id + " " + l.household, l.asked}
}

// repeats reports whether the line says nothing that was not written within sameFor. A file is taken away each time; each search is one.
func (w *waiting) repeats(l *line) bool {
	if l.kind.file && l.shows != Ahead || l.shows == Search {
		return false
	}
	last, ok := w.lately[l.same()]
	return ok && l.at.Sub(last) < sameFor && !l.at.Before(last)
}

// note remembers that a line is written, or about to be.
func (w *waiting) note(l *line) {
	if w.lately == nil || len(w.lately) >= mostSame {
		kept := map[same]time.Time{}
		for k, at := range w.lately {
			if l.at.Sub(at) < sameFor {
				kept[k] = at
			}
		}
		if len(kept) >= mostSame {
			kept = map[same]time.Time{} // a line too many is no harm
		}
		w.lately = kept
	}
	w.lately[l.same()] = l.at
}

// later keeps a view for the next writing. It never waits and never fails: a page is shown also when its line cannot be written.
func (s *Store) later(l line) {
	w := &s.waiting
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.repeats(&l) {
		return
	}
	w.note(&l)
	if len(w.lines) >= mostWaiting {
		if w.lost == 0 {
			w.since = l.at
		}
		w.lost++
		w.lines = w.lines[1:]
	}
	w.lines = append(w.lines, l)
	if !w.busy {
		w.busy = true
		go s.drain()
	}
}

// drain writes what waits, and goes on for as long as something does.
func (s *Store) drain() {
	w := &s.waiting
	for pause := together; ; {
		select {
		case <-time.After(pause):
		case <-w.over:
			return // Stop writes the rest
		}
		pause = together
		if err := s.flush(context.Background()); err != nil {
			s.log.Error("lines of who read what were not written; they are tried again", "err", err)
			pause = again
		}
		w.mu.Lock()
		if len(w.lines) == 0 {
			w.busy = false
			w.mu.Unlock()
			return
		}
		w.mu.Unlock()
	}
}

// settle writes what waits now, so that who looks at the lines sees them all.
func (s *Store) settle() {
	if err := s.flush(context.Background()); err != nil {
		s.log.Error("lines of who read what were not written", "err", err)
	}
}

// Stop writes what waits, before the program ends. Nothing is written behind a request after it.
func (s *Store) Stop() {
	s.waiting.ends.Do(func() { close(s.waiting.over) })
	s.settle()
}

// first writes a line before anything is given out.
func (s *Store) first(ctx context.Context, l line) error {
	if l.kind.of != "" && l.kind.of != byHouse {
		// Eight pictures of a house are one line: which house is asked before it is known whether there is one already.
		err := s.db.Read(ctx, access.System(l.ward, "reads"), func(tx *db.Tx) error {
			list := []line{l}
			err := resolve(ctx, tx, list)
			l = list[0]
			return err
		})
		if err != nil {
			return fault.Unavailable(err)
		}
	}
	w := &s.waiting
	w.mu.Lock()
	done := w.repeats(&l)
	w.mu.Unlock()
	if done {
		return nil
	}
	if err := s.flush(ctx, l); err != nil {
		s.log.Error("nothing was given out, because who gets it could not be written down", "kind", string(l.shows), "err", err)
		return fault.Unavailable(err)
	}
	w.mu.Lock()
	w.note(&l)
	w.mu.Unlock()
	return nil
}

// flush writes what waits, and more with it: one transaction a ward, and there is one ward to a program as a rule.
func (s *Store) flush(ctx context.Context, more ...line) error {
	w := &s.waiting
	w.writing.Lock()
	defer w.writing.Unlock()
	w.mu.Lock()
	lines, lost, since := w.lines, w.lost, w.since
	w.lines, w.lost = nil, 0
	w.mu.Unlock()
	byWard := map[int][]line{}
	for _, l := range append(slices.Clone(lines), more...) {
		byWard[l.ward] = append(byWard[l.ward], l)
	}
	var failed error
	for ward, list := range byWard {
		if err := s.write(ctx, ward, list, lost, since); err != nil {
			failed = err
			w.mu.Lock()
			var back []line
			for _, l := range lines {
				if l.ward == ward {
					back = append(back, l)
				}
			}
			w.lines = append(back, w.lines...)
			if over := len(w.lines) - mostWaiting; over > 0 {
				w.lines = w.lines[over:]
				w.lost += over
			}
			w.lost, w.since = w.lost+lost, since
			w.mu.Unlock()
		}
		lost = 0
	}
	return failed
}

// write puts the lines of one ward into the table.
func (s *Store) write(ctx context.Context, ward int, given []line, lost int, since time.Time) error {
	return s.db.Write(db.Apart(context.WithoutCancel(ctx)), access.System(ward, "reads"), func(tx *db.Tx) error {
		tx.Untold("a line of who read what is itself the trail")
		lines := slices.Clone(given)
		if err := resolve(ctx, tx, lines); err != nil {
			return err
		}
		var rows []line
		for i := range lines {
			rows = append(rows, lines[i].rowsOf()...)
		}
		for chunk := range slices.Chunk(rows, 50) {
			if err := insert(ctx, tx, chunk); err != nil {
				return err
			}
		}
		if lost == 0 {
			return nil
		}
		return inbox.Tell(ctx, tx, inbox.To{Roles: []access.Role{access.Administrator}}, inbox.Message{
			Kind: inbox.Server, Key: "reads.told_lost", Pairs: []any{"N", lost, "Day", civil.DayOf(since), "Time", civil.Clock(since)}, Href: "/inbox",
			Urgent: true, About: "seen " + string(civil.DayOf(since)),
		})
	})
}

// rowsOf are the rows of a line: one, or for a list one for each area that it was of; none where what the path named is of no house.
func (l *line) rowsOf() []line {
	if l.kind.of != "" {
		if l.house == "" {
			return nil
		}
		return []line{*l}
	}
	switch l.level {
	case access.OwnBeats, access.OwnGroups:
		rows := make([]line, len(l.reach))
		for i, id := range l.reach {
			rows[i] = *l
			rows[i].area = id
		}
		return rows
	case access.OwnHouses:
		rows := make([]line, len(l.reach))
		for i, id := range l.reach {
			rows[i] = *l
			rows[i].house = id
		}
		return rows
	}
	one := *l
	one.area = wholeWard
	return []line{one}
}

// wholeWard is the area of a list over all houses.
const wholeWard = "ward"

// The duties on which somebody reads, as the table has them. No page asks for a reason before it opens a record: the role, the area and
// what is opened say it.
const (
	dutyOutside    = "outside"    // the house lies outside the reader's area
	dutyAhead      = "ahead"      // the phone fetched it for work without a network
	dutyInspection = "inspection" // the officer inspects
	dutyHead       = "head"       // the head of the house
	dutyGroup      = "group"      // the lead of the group
	dutyBeat       = "beat"       // the officer of the beat
	dutyWard       = "ward"       // the command leads the programme
	dutyOffice     = "office"     // another office of the ward
)

// duty is the reason that the role and the area give.
func (l *line) duty() string {
	switch {
	case l.outside:
		return dutyOutside
	case l.ahead || l.shows == Ahead:
		return dutyAhead
	case l.role == access.Officer && (l.shows == Inspection || l.shows == Visit || l.shows == Photo):
		return dutyInspection
	}
	switch l.role {
	case access.Head:
		return dutyHead
	case access.GroupLead:
		return dutyGroup
	case access.Officer:
		return dutyBeat
	case access.Command:
		return dutyWard
	}
	return dutyOffice
}
