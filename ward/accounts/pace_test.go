package accounts

import (
	"fmt"
	"net/netip"
	"testing"
	"time"

	"pgregory.net/rapid"

	"sonha/ground/civil"
)

type clock struct{ at time.Time }

func (c *clock) now() time.Time { return c.at }

func (c *clock) pass(d time.Duration) { c.at = c.at.Add(d) }

func TestWaitsGrowAndEnd(t *testing.T) {
	t.Parallel()
	c := &clock{at: time.Date(2026, 10, 20, 8, 0, 0, 0, civil.Hanoi)}
	l := newLimiter(c.now)
	b := bucket{"phone +84912345678", strangerPace}
	for i := range strangerPace.free {
		if wait := l.Take(b); wait != 0 {
			t.Fatalf("try %d waits %v", i+1, wait)
		}
	}
	var last time.Duration
	for range len(strangerPace.waits) + 2 {
		wait := l.Take(b)
		if wait < last || wait == 0 || wait > time.Hour {
			t.Fatalf("after %v comes %v", last, wait)
		}
		if again := l.Take(b); again != wait {
			t.Fatalf("asking while waiting made it longer: %v, then %v", wait, again)
		}
		c.pass(wait - time.Second)
		if l.Take(b) == 0 {
			t.Fatal("a second too early and not refused")
		}
		c.pass(time.Second)
		if wait := l.Take(b); wait != 0 {
			t.Fatalf("still waits %v after the wait", wait)
		}
		last = wait
	}
	if last != time.Hour {
		t.Errorf("the longest wait is %v", last)
	}
	c.pass(strangerPace.forget + time.Second)
	for range strangerPace.free {
		if wait := l.Take(b); wait != 0 {
			t.Fatalf("not forgotten after a day: %v", wait)
		}
	}
}

// An attacker elsewhere can keep strangers waiting, never the owner's own device.
func TestAStrangerCannotLockTheOwnerOut(t *testing.T) {
	t.Parallel()
	c := &clock{at: time.Date(2026, 10, 20, 8, 0, 0, 0, civil.Hanoi)}
	s := &Store{limit: newLimiter(c.now)}
	const phone, stored = civil.Phone("+84912345678"), "$argon2id$the stored hash"
	attacker := Attempt{From: netip.MustParseAddr("203.0.113.7")}
	for range 200 {
		s.limit.Take(s.buckets(phone, stored, attacker)...)
		c.pass(10 * time.Second)
	}
	if s.limit.Take(s.buckets(phone, stored, attacker)...) == 0 {
		t.Fatal("the attacker does not wait")
	}
	if s.limit.Take(s.buckets(phone, stored, Attempt{From: netip.MustParseAddr("198.51.100.4")})...) == 0 {
		t.Error("from another address the attacker does not wait")
	}
	own := Attempt{From: attacker.From, Device: devices(nil).With(phone, stored).String()}
	if wait := s.limit.Take(s.buckets(phone, stored, own)...); wait != 0 {
		t.Errorf("the owner's own device waits %v", wait)
	}
	// A cookie of another account, or an invented one, is a stranger.
	for _, device := range []string{devices(nil).With("+84987654321", "another hash").String(), "AAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAAAAA"} {
		if s.limit.Take(s.buckets(phone, stored, Attempt{From: attacker.From, Device: device})...) == 0 {
			t.Errorf("%s passes for a known device", device)
		}
	}
}

func TestAnAddressThatTriesManyNumbersWaits(t *testing.T) {
	t.Parallel()
	c := &clock{at: time.Date(2026, 10, 20, 8, 0, 0, 0, civil.Hanoi)}
	s := &Store{limit: newLimiter(c.now)}
	try := func(i int, from string) time.Duration {
		return s.limit.Take(s.buckets(civil.Phone(fmt.Sprintf("+849%08d", i)), "", Attempt{From: netip.MustParseAddr(from)})...)
	}
	for i := range addressPace.free {
		if wait := try(i, "2001:db8::1"); wait != 0 {
			t.Fatalf("number %d waits %v", i, wait)
		}
	}
	if try(1000, "2001:db8::ffff") == 0 {
		t.Error("the next address of the same network does not wait")
	}
	if try(1001, "2001:db8:0:1::1") != 0 {
		t.Error("another network waits")
	}
}

// Success of the owner on a new phone takes back one try, not those of a guesser.
func TestARightSecretTakesBackItsOwnTryOnly(t *testing.T) {
	t.Parallel()
	c := &clock{at: time.Date(2026, 10, 20, 8, 0, 0, 0, civil.Hanoi)}
	l := newLimiter(c.now)
	b := bucket{"phone x", strangerPace}
	for range strangerPace.free - 1 {
		l.Take(b)
	}
	l.Take(b)
	l.Right(b)
	if l.Take(b) != 0 || l.Take(b) == 0 {
		t.Error("success changed how many wrong tries are free")
	}
	known := bucket{"device x", knownPace}
	for range knownPace.free {
		l.Take(known)
	}
	l.Right(known)
	if l.Take(known) != 0 {
		t.Error("the device's own bucket was not forgotten")
	}
}

// However many numbers are tried, the memory is bounded and whoever is waiting stays waiting.
func TestTheLimiterIsBounded(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := &clock{at: time.Date(2026, 10, 20, 8, 0, 0, 0, civil.Hanoi)}
		l := newLimiter(c.now)
		l.most = rapid.IntRange(30, 100).Draw(t, "most")
		victim := bucket{"phone victim", strangerPace}
		for range strangerPace.free + 1 {
			l.Take(victim)
		}
		for i := range rapid.IntRange(0, 500).Draw(t, "numbers") {
			l.Take(bucket{fmt.Sprint("phone ", i), strangerPace})
		}
		if len(l.at) > l.most {
			t.Fatalf("%d buckets of %d", len(l.at), l.most)
		}
		if l.Take(victim) == 0 {
			t.Fatal("a flood of other numbers made the victim's bucket forgotten")
		}
	})
}
