package app_test

import (
	"io/fs"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// What becomes of a column when the group or beat that it names goes into another one.
const (
	follows = "follows: " // it names the one that took the other in; where not all rows do, which ones stay
	stays   = "stays: "   // it goes on naming the former one, and why
	closes  = "closes: "  // it is of the tree itself, which ends the former one
)

// fates are the columns that name a residential group or a beat, as docs/decisions/0041 has them.
var fates = map[string]string{
	"houses.group_id":           follows + "all houses, each with a line of its move",
	"houses.beat_id":            follows + "all houses, each with a line of its move",
	"tallies.group_id":          follows + "open campaigns are counted anew; the sums of a closed one are those of its snapshot",
	"grants.group_id":           follows + "lead who is chosen to go on; others end, mediators keep the book of the former group",
	"grants.beat_id":            follows + "officer who is chosen to go on; others end",
	"measures.group_id":         follows + "running ones; the group did what is verified or did not help",
	"meetings.group_id":         follows + "planned and held ones; frozen minutes and what was cancelled stay",
	"trainings.group_id":        follows + "planned ones; a class that was held, or called off, was that of the former group",
	"mediations.group_id":       follows + "open ones without a number; a number belongs to the book of its group and year",
	"awards.group_id":           follows + "undecided ones of houses and heads, with their house; those of the group itself and decided ones stay",
	"awards.ref_id":             stays + "an award of a group is about what that group did; the command decides it",
	"reviews.group_id":          follows + "drafts; signed ones stay with who signed them",
	"notice_areas.ref_id":       follows + "drafts; what was sent keeps the houses that had it",
	"office_phones.beat_id":     follows + "where the other beat has none",
	"plan_visits.home_beat":     follows + "the current plan; a replaced one stays as it was drawn",
	"plan_visits.by_beat":       follows + "the current plan; a replaced one stays as it was drawn",
	"inspections.home_beat":     stays + "what was: where the house lay when it was inspected",
	"inspections.by_beat":       stays + "what was: whose officer inspected",
	"area_names.area_id":        follows + "former names are found under the group of today",
	"periodic_reports.group_id": follows + "drafts, to be pulled anew; signed ones stay with who signed them",
	"series_points.area":        stays + "a figure of a period is of the areas of that period",
	"house_moves.from_group":    stays + "what was",
	"house_moves.to_group":      stays + "what was",
	"house_moves.from_beat":     stays + "what was",
	"house_moves.to_beat":       stays + "what was",
	"seen.area_id":              stays + "who took which list along is what was",
	"areas.parent_id":           stays + "the unit of a group, which is no group",
	"area_paths.ancestor_id":    closes + "with the path",
	"area_paths.descendant_id":  closes + "with the path",
}

var (
	placeColumn = regexp.MustCompile(`(?m)^  ((?:\w+_)?(?:group|beat|area|ref)(?:_id)?) text\b([^\n]*)`)
	placeKey    = regexp.MustCompile(`foreign key \(ward_id, (\w+)\) references (?:areas|beats) `)
	addedPlace  = regexp.MustCompile(`(?m)^alter table (\w+) add column ((?:\w+_)?(?:group|beat|area|ref)(?:_id)?) text\b`)
)

// places gives the columns of the schema that name a group or a beat: table.column.
func places(t *testing.T, root fs.FS) []string {
	t.Helper()
	var list []string
	for _, text := range migrations(t, root) {
		for _, table := range createTable.FindAllStringSubmatch(text, -1) {
			for _, c := range placeColumn.FindAllStringSubmatch(table[2], -1) {
				if !strings.Contains(c[2], " check ("+c[1]+" in (") { // one of a few words, and no place
					list = append(list, table[1]+"."+c[1])
				}
			}
			for _, c := range placeKey.FindAllStringSubmatch(table[2], -1) {
				list = append(list, table[1]+"."+c[1])
			}
		}
		for _, c := range addedPlace.FindAllStringSubmatch(text, -1) {
			list = append(list, c[1]+"."+c[2])
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// TestFloorsColumnsOfAreas holds that of every column that names a group or a beat it was thought of what a merge does to it: a new one
// fails until its fate stands in the list, and in docs/decisions/0041.
func TestFloorsColumnsOfAreas(t *testing.T) {
	columns := places(t, os.DirFS(".."))
	for _, c := range columns {
		if fates[c] == "" {
			t.Errorf("%s names a group or a beat: say in app/fates_test.go what becomes of it in a merge, and let its room follow ward/houses/moves where it goes along", c)
		}
	}
	for _, c := range slices.Sorted(maps.Keys(fates)) {
		if !slices.Contains(columns, c) {
			t.Errorf("the list has %s, which the schema has no longer", c)
		}
	}

	columns = places(t, fstest.MapFS{"engine/db/migrate/0001_a.sql": {Data: []byte(`create table patrols (
  ward_id integer not null,
  area text not null check (area in ('ward', 'groups')),
  held_by_beat text not null,
  of_id text not null,
  foreign key (ward_id, of_id) references areas (ward_id, id)
);
alter table patrols add column group_id text;
`)}})
	if !slices.Equal(columns, []string{"patrols.group_id", "patrols.held_by_beat", "patrols.of_id"}) {
		t.Errorf("found %v", columns)
	}
}
