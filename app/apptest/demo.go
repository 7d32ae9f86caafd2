package apptest

import (
	"log/slog"
	"net/http"
	"testing"

	"sonha/app"
	"sonha/app/demo"
	"sonha/engine/db"
	"sonha/engine/page"
	"sonha/engine/page/ui"
	"sonha/ground/access"
	"sonha/ward/areas"
	"sonha/ward/criteria"
)

// Demo is the program over the invented ward of `sonha demo`, for benchmarks and for properties that need many rows.
type Demo struct {
	*app.Program
	Ward   areas.Ward
	Set    *criteria.Set     // by which its campaigns are judged
	Of     map[string]string // the house, group or beat of each of its people
	people map[string]page.Identity
}

// NewDemo builds the invented ward with so many houses. Its people are "command", "committee", "administrator", "officer" (of the first beat),
// "group lead" and "mediator" (of the first group), "head" and "household" (of the first house) and "city".
func NewDemo(tb testing.TB, d *db.DB, houses int) *Demo {
	tb.Helper()
	ctx := tb.Context()
	wards, err := demo.Build(ctx, d, criteria.Version1(), houses, func(int, int) {})
	if err != nil {
		tb.Fatal(err)
	}
	s := &Demo{Ward: wards[0], Set: criteria.Version1(), Of: map[string]string{}, people: map[string]page.Identity{}}
	s.Program = wire(tb, d, app.Settings{Log: slog.New(slog.DiscardHandler), Gate: s})
	if err := d.Read(ctx, access.System(s.Ward.ID, "test"), func(tx *db.Tx) error {
		for name, first := range map[string]struct {
			role access.Role
			text string
		}{
			"command":       {access.Command, `select w.name from wards w where w.id = {ward}`},
			"committee":     {access.Committee, `select w.name from wards w where w.id = {ward}`},
			"administrator": {access.Administrator, `select w.name from wards w where w.id = {ward}`},
			"officer":       {access.Officer, `select b.id from beats b where b.ward_id = {ward} order by b.sort_key limit 1`},
			"group lead":    {access.GroupLead, `select a.id from areas a where a.ward_id = {ward} and a.kind = 'group' order by a.sort_key limit 1`},
			"mediator":      {access.Mediator, `select a.id from areas a where a.ward_id = {ward} and a.kind = 'group' order by a.sort_key limit 1`},
			"head":          {access.Head, `select h.id from houses h where {scope h} order by h.sort_key limit 1`},
		} {
			var id string
			if err := tx.One(ctx, first.text).Scan(&id); err != nil {
				return err
			}
			s.Of[name] = id
			s.people[name] = page.Identity{
				Actor:    access.SignedInAs(db.NewID(), name, first.role, s.Ward.ID, []access.Grant{{Role: first.role, Ward: s.Ward.ID, ID: id}}),
				Language: "vi", Place: "Phường " + s.Ward.Name, Invented: true, Crumbs: []ui.Link{{Label: s.Ward.City}, {Label: s.Ward.Name}},
			}
		}
		home, city := s.people["head"], s.people["command"]
		home.Actor = access.SignedInAs(db.NewID(), "household", access.Household, s.Ward.ID,
			[]access.Grant{{Role: access.Household, Ward: s.Ward.ID, ID: s.Of["head"], Household: "H01"}})
		city.Actor = access.SignedInAs(db.NewID(), "city", access.City, 0, []access.Grant{{Role: access.City}})
		city.Place, city.Crumbs = s.Ward.City, []ui.Link{{Label: s.Ward.City}}
		s.people["household"], s.people["city"] = home, city
		return nil
	}); err != nil {
		tb.Fatal(err)
	}
	return s
}

// Actor is the actor of a person.
func (s *Demo) Actor(person string) access.Actor { return s.people[person].Actor.Fresh() }

// Identify is the gate: the person named in the test's own header.
func (s *Demo) Identify(r *http.Request) (page.Identity, error) {
	person := s.people[r.Header.Get("Test-Person")]
	person.Proved = s.DB.Now()
	return person, nil
}
