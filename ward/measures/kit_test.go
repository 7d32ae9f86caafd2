package measures_test

import (
	"bytes"
	"image"
	"image/png"
	"testing"

	"sonha/app/apptest"
	"sonha/engine/db"
	"sonha/engine/db/dbtest"
	"sonha/ward/measures"
)

const bac = "36A Hàng Bạc"

// each runs a test over the small ward on both databases, on the morning of a working day, a Tuesday.
func each(t *testing.T, fn func(t *testing.T, s *apptest.Site, c *dbtest.Clock)) {
	t.Helper()
	apptest.EachMorning(t, "2026-10-20", fn)
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
