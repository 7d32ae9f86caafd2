package proposals_test

import (
	"bytes"
	"image"
	"image/png"
	"net/url"
	"strings"
	"testing"

	"sonha/app/apptest"
	"sonha/engine/db"
	"sonha/engine/db/dbtest"
	"sonha/ward/proposals"
)

const bac = "36A Hàng Bạc"

// each runs a test over the small ward on both databases, on the morning of a working day, a Tuesday.
func each(t *testing.T, fn func(t *testing.T, s *apptest.Site, c *dbtest.Clock)) {
	t.Helper()
	apptest.EachMorning(t, "2026-10-20", fn)
}

// one is each on SQLite alone.
func one(t *testing.T) (*apptest.Site, *dbtest.Clock) {
	t.Helper()
	d, c := dbtest.LiteAt(t, dbtest.Morning("2026-10-20"))
	s := apptest.New(t, d)
	s.Enrol()
	return s, c
}

// form is a form that is taken, with what a test changes in it.
func form(s *apptest.Site, change ...string) url.Values {
	v := url.Values{
		"house": {s.House[bac]}, "category": {"lighting"}, "place": {"alley"}, "title": {"Đèn ngõ không sáng từ tối qua"}, "body": {"Ngõ tối, người già khó đi."}, "urgent": {"0"},
	}
	for i := 0; i+1 < len(change); i += 2 {
		v.Set(change[i], change[i+1])
	}
	return v
}

// sent sends a form as a person and gives the id of the proposal.
func sent(t *testing.T, s *apptest.Site, person string, v url.Values) string {
	t.Helper()
	to := s.As(person).Post("/proposals", v).Goes()
	id := strings.TrimPrefix(to, "/proposals/")
	if !db.ValidID(id) {
		t.Fatalf("%s was led to %s", person, to)
	}
	return id
}

func get(t *testing.T, s *apptest.Site, person, id string) proposals.Proposal {
	t.Helper()
	p, err := s.Proposals.Get(t.Context(), s.Actor(person), id)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func do(t *testing.T, s *apptest.Site, person, id string, w proposals.Work) proposals.Proposal {
	t.Helper()
	p, err := s.Proposals.Do(t.Context(), s.Actor(person), id, w)
	if err != nil {
		t.Fatalf("%s, %s: %v", person, w.Act, err)
	}
	return p
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

// stored is every text that the database holds around proposals and the trail.
func stored(t *testing.T, s *apptest.Site) string {
	t.Helper()
	var b strings.Builder
	if err := s.DB.Read(t.Context(), s.System(), func(tx *db.Tx) error {
		for _, q := range []string{
			`select p.title || ' ' || p.body || ' ' || p.answer || ' ' || p.ticket || ' ' || p.document || ' ' || p.unit_name from proposals p where p.ward_id = {ward}`,
			`select x.note || ' ' || x.document || ' ' || x.unit_name from proposal_steps x where x.ward_id = {ward}`,
			`select a.detail || ' ' || a.action || ' ' || a.object_id from audit a where a.ward_id = {ward}`,
		} {
			if err := tx.All(t.Context(), func(scan func(...any) error) error {
				var text string
				err := scan(&text)
				b.WriteString(text + "\n")
				return err
			}, q); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// site is the small ward, to be embedded.
type site struct{ *apptest.Site }
