package measures_test

import (
	"bytes"
	"image"
	"image/png"
	"sync/atomic"
	"testing"
	"time"

	"sonha/app/apptest"
	"sonha/engine/db"
	"sonha/engine/db/dbtest"
	"sonha/ground/civil"
	"sonha/ward/measures"
)

const bac = "36A Hàng Bạc"

// clock is a time that a test moves.
type clock struct{ at atomic.Int64 }

func (c *clock) set(day civil.Day) { c.at.Store(day.Time().Add(9 * time.Hour).UnixMilli()) }
func (c *clock) now() time.Time    { return time.UnixMilli(c.at.Load()) }
func (c *clock) today() civil.Day  { return civil.DayOf(c.now()) }
func (c *clock) pass(days int)     { c.set(c.today().AddDays(days)) }

// each runs a test over the small ward on both databases, with a clock that stands at a working day, a Tuesday.
func each(t *testing.T, fn func(t *testing.T, s *apptest.Site, c *clock)) {
	t.Helper()
	for _, name := range []string{"sqlite", "postgres"} {
		c := &clock{}
		c.set("2026-10-20")
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := db.Options{Clock: c.now, Testing: true}
			if name == "sqlite" {
				o.URL = dbtest.SQLite(t)
			} else {
				o.URL = dbtest.Postgres(t)
			}
			d, err := db.Open(t.Context(), o)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = d.Close() })
			s := apptest.New(t, d)
			s.Enrol()
			fn(t, s, c)
		})
	}
}

// lamp is a measure at a house that its head carries out.
func lamp(s *apptest.Site) measures.New {
	return measures.New{
		From: measures.Origin{Source: measures.FromMeeting, ID: "họp", Href: "/today"}, House: s.House[bac],
		Content: "Lắp đèn ở cầu thang tầng hai", Owner: measures.ByHouse, Due: "2026-11-03",
	}
}

// opened opens a measure as a person.
func opened(t *testing.T, s *apptest.Site, person string, n measures.New) string {
	t.Helper()
	var id string
	if err := s.DB.Write(t.Context(), s.Actor(person), func(tx *db.Tx) error {
		var err error
		id, err = measures.Open(t.Context(), tx, n)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return id
}

func get(t *testing.T, s *apptest.Site, person, id string) measures.Measure {
	t.Helper()
	m, err := s.Measures.Get(t.Context(), s.Actor(person), id)
	if err != nil {
		t.Fatalf("%s: %v", person, err)
	}
	return m
}

func do(t *testing.T, s *apptest.Site, person, id string, w measures.Work) measures.Measure {
	t.Helper()
	m, err := s.Measures.Do(t.Context(), s.Actor(person), id, w)
	if err != nil {
		t.Fatalf("%s, %s: %v", person, w.Act, err)
	}
	return m
}

// picture is a small photo.
func picture(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 8, 8))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
