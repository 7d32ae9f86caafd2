package app_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"sonha/app/apptest"
	"sonha/app/demo"
	"sonha/engine/db"
	"sonha/engine/db/dbtest"
	"sonha/ground/access"
)

// aRow is a row of the officers' and the group's work: where it belongs, empty for the ward as a whole.
type aRow struct{ id, house, group string }

// kept are the rows of the work by the first part of the address under which one opens, with the statement that reads them.
var kept = map[string]string{
	"houses":         `select h.id, h.id, '' from houses h where h.ward_id = {ward}`,
	"inspections":    `select x.id, x.house_id, '' from inspections x where x.ward_id = {ward}`,
	"photos":         `select x.id, x.house_id, '' from photos x where x.ward_id = {ward}`,
	"objections":     `select x.id, x.house_id, '' from objections x where x.ward_id = {ward}`,
	"measures":       `select x.id, coalesce(x.house_id, ''), coalesce(x.group_id, '') from measures x where x.ward_id = {ward}`,
	"measure-photos": `select p.id, coalesce(x.house_id, ''), coalesce(x.group_id, '') from measure_photos p join measures x on x.ward_id = p.ward_id and x.id = p.measure_id where x.ward_id = {ward}`,
	"meetings":       `select x.id, coalesce(x.house_id, ''), coalesce(x.group_id, '') from meetings x where x.ward_id = {ward}`,
	"trainings":      `select x.id, coalesce(x.house_id, ''), coalesce(x.group_id, '') from trainings x where x.ward_id = {ward}`,
	"mediations":     `select x.id, '', x.group_id from mediations x where x.ward_id = {ward} and x.record = 'formal'`,
	"settling":       `select x.id, x.house_id, '' from mediations x where x.ward_id = {ward} and x.record = 'early'`,
	"reviews":        `select x.id, '', coalesce(x.group_id, '') from reviews x where x.ward_id = {ward}`,
	// What is published or decided is for everybody.
	"commendations": `select x.id, coalesce(x.house_id, ''), case when x.house_id is null then x.group_id else '' end from awards x
		where x.ward_id = {ward} and x.state in ('draft', 'voted', 'rejected', 'dropped')`,
}

// workRooms are the first parts of the addresses of this work.
var workRooms = append([]string{
	"approvals", "areas", "board", "campaigns", "courses", "criteria", "plan", "posted", "reopenings", "training-materials", "today", "my-house", "search", "reports", "city",
}, keysOf(kept)...)

func keysOf(m map[string]string) []string {
	var list []string
	for k := range m {
		list = append(list, k)
	}
	slices.Sort(list)
	return list
}

// reader is somebody who may know of some houses and of the business of some groups.
type reader struct {
	person         string
	houses, groups map[string]bool
	least          int // pages that must open, or the test sees nothing
}

// secret reports whether a row is certainly none that the reader may know of.
func (r *reader) secret(kind string, x *aRow) bool {
	switch {
	case r.person == "city":
		return true
	case kind == "mediations":
		return r.person != "mediator" || !r.groups[x.group]
	case kind == "settling" && r.person == "mediator":
		return false // what a head hands over is asked for in its own test
	case kind == "settling" && r.person != "head":
		return true
	case x.house != "":
		return !r.houses[x.house]
	case x.group != "":
		return !r.groups[x.group]
	}
	return false
}

// readers are the people of the issue, with what they may know of as product.md has it: an officer the houses of the beat and those lent for
// an inspection, and what the groups do in which they lie.
func readers(ctx context.Context, t *testing.T, s *apptest.Demo) []*reader {
	t.Helper()
	of := func(ids ...string) map[string]bool {
		m := map[string]bool{}
		for _, id := range ids {
			m[id] = true
		}
		return m
	}
	list := []*reader{
		{person: "mediator", houses: of(), groups: of(s.Of["mediator"]), least: 20},
		{person: "officer", houses: of(), groups: of(), least: 150},
		{person: "head", houses: of(s.Of["head"]), groups: of(), least: 100},
		{person: "household", houses: of(s.Of["head"]), groups: of(), least: 30},
		{person: "city", houses: of(), groups: of(), least: 10},
	}
	must(t, s.DB.Read(ctx, access.System(s.Ward.ID, "test"), func(tx *db.Tx) error {
		return tx.All(ctx, func(scan func(...any) error) error {
			var id, group, beat string
			var lent bool
			err := scan(&id, &group, &beat, &lent)
			for _, r := range list {
				if r.person == "officer" && (beat == s.Of["officer"] || lent) {
					r.houses[id], r.groups[group] = true, true
				}
				if r.houses[id] {
					r.groups[group] = true
				}
			}
			return err
		}, `select h.id, h.group_id, h.beat_id, exists (select 1 from plan_visits v join plans p on p.ward_id = v.ward_id and p.id = v.plan_id
				where v.ward_id = h.ward_id and v.house_id = h.id and v.by_beat = $1 and p.state = 'current')
			from houses h where h.ward_id = {ward}`, s.Of["officer"])
	}))
	return list
}

// addressesAt gives what is asked for at a route: with ids of the reader's own rows and of those of others, or with a list narrowed to an area of
// others, as an old link does. theirs says of each whether it names what the reader may not know of.
func addressesAt(pattern string, r *reader, rows map[string][]aRow, narrow []string) map[string]bool {
	path := strings.NewReplacer("{item}", "TC2", "{code}", "TC2", "{version}", "1").Replace(strings.TrimPrefix(pattern, "GET "))
	room, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	room, _, _ = strings.Cut(room, ".")
	if !slices.Contains(workRooms, room) || strings.Contains(path, "{token}") || strings.Contains(path, "{month}") {
		return nil
	}
	out := map[string]bool{}
	if !strings.Contains(path, "{") {
		out[path] = false
		for _, q := range narrow {
			out[path+q] = false
		}
		return out
	}
	if strings.Count(path, "{") > 1 || !strings.Contains(path, "{id}") {
		return nil
	}
	n := map[bool]int{}
	for i := range rows[room] {
		x := &rows[room][i]
		theirs := r.secret(room, x)
		if n[theirs]++; n[theirs] <= 3 {
			out[strings.Replace(path, "{id}", x.id, 1)] = theirs
		}
	}
	return out
}

// TestTheWorkOfOthersIsNotShown opens every page, file and old link of inspections, measures, classification, meetings, trainings, mediation,
// reviews, commendations, criteria and areas with real ids of one's own and of others: what belongs to others is not found, and no answer tells
// of it.
func TestTheWorkOfOthersIsNotShown(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("opens every page of a ward as each role")
	}
	dbtest.EachAt(t, demo.Moment(), func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		ctx := t.Context()
		s := apptest.NewDemo(t, d, 240)
		ripe(ctx, t, s)
		rows, kinds := map[string][]aRow{}, map[string]string{}
		where := map[string]*aRow{}
		var narrow []string
		must(t, d.Read(ctx, access.System(s.Ward.ID, "test"), func(tx *db.Tx) error {
			for kind, text := range kept {
				if err := tx.All(ctx, func(scan func(...any) error) error {
					x := &aRow{}
					err := scan(&x.id, &x.house, &x.group)
					rows[kind], kinds[x.id], where[x.id] = append(rows[kind], *x), kind, x
					return err
				}, text); err != nil {
					return err
				}
			}
			return tx.All(ctx, func(scan func(...any) error) error {
				var name, id string
				err := scan(&name, &id)
				narrow = append(narrow, "?"+name+"="+id)
				return err
			}, `select 'group', max(a.id) from areas a where a.ward_id = {ward} and a.kind = 'group' and a.valid_to is null
				union all select 'beat', max(b.id) from beats b where b.ward_id = {ward}
				union all select 'house', max(h.id) from houses h where h.ward_id = {ward}`)
		}))
		for kind := range kept {
			if len(rows[kind]) == 0 && kind != "measure-photos" && kind != "photos" {
				t.Errorf("the demo has no %s, so that nothing is seen of them", kind)
			}
		}
		for _, r := range readers(ctx, t, s) {
			opened, asked := 0, 0
			for _, route := range s.Server.Routes() {
				if route.Method() != http.MethodGet {
					continue
				}
				for path, theirs := range addressesAt(route.Pattern, r, rows, narrow) {
					q := httptest.NewRequest(http.MethodGet, path, nil)
					q.Header.Set("Test-Person", r.person)
					w := httptest.NewRecorder()
					s.Server.ServeHTTP(w, q)
					asked++
					if w.Code >= 500 {
						t.Errorf("%s at %s: status %d", r.person, path, w.Code)
					}
					if theirs && w.Code != http.StatusNotFound {
						t.Errorf("%s asks for %s, which is of others: status %d", r.person, path, w.Code)
					}
					if w.Code != http.StatusOK {
						continue
					}
					opened++
					body := plain(t, &apptest.Reply{Status: w.Code, Header: w.Header(), Body: w.Body.Bytes()})
					for _, said := range id.FindAllString(body, -1) {
						if x := where[said]; x != nil && r.secret(kinds[said], x) && !strings.Contains(path, said) {
							t.Errorf("%s reads on %s of a row of others: %s/%s", r.person, path, kinds[said], said)
							break
						}
					}
				}
			}
			t.Logf("%s: %d of %d addresses answered", r.person, opened, asked)
			if opened < r.least {
				t.Errorf("%s opened %d pages only", r.person, opened)
			}
		}
	})
}
