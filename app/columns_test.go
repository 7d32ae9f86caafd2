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

// What a column of text may hold. A new column fails until somebody has said here what it is for.
const (
	holdsCode  = "code"  // one of the program's own words, or several by commas; also numbers and hashes that it makes
	holdsPlace = "place" // names of areas, streets, houses, offices, files; labels of households
	holdsDuty  = "duty"  // the name of somebody who holds an office of the programme or works with it, and their own contact
	holdsFree  = "free"  // what somebody types: it passes ground/civil/personal
	holdsPlain = "plain" // what somebody types that is a number of a document, an address on the web, or a ward's own name for a thing
)

var (
	createTable = regexp.MustCompile(`(?s)create table (\w+) \((.*?)\n\)`)
	textColumn  = regexp.MustCompile(`(?m)^  (\w+) text\b([^\n]*)`)
	alterColumn = regexp.MustCompile(`(?m)^alter table (\w+) add column (\w+) text\b([^\n]*)`)
	// obvious are the names that say what they hold: keys, days, codes, secrets that the program makes,
	// and who entered or approved a row.
	obvious = regexp.MustCompile(`(^|_)(id|on|from|to|hash|sha256|token|key|kind|state|role|level|phase|class|stage|method|channel|language|code|version|answers|found|how|way|by|account|day|household|file|month|item|theme|digest|auth|secret|contents)$`)
	// person are names of columns that would hold something of a person.
	person = regexp.MustCompile(`(^|_)(person|resident|citizen|patient|suspect|offender|victim|tenant|child|children|member|age|sex|gender|birth|birthday|cccd|cmnd|passport|job|occupation|nationality|income|photo_of|face)s?(_|$)`)
)

// migrations gives the texts of the migrations, in their order.
func migrations(t *testing.T, root fs.FS) []string {
	t.Helper()
	names, err := fs.Glob(root, "engine/db/migrate/*.sql")
	if err != nil {
		t.Fatal(err)
	}
	list := make([]string, len(names))
	for i, name := range names {
		text, err := fs.ReadFile(root, name)
		if err != nil {
			t.Fatal(err)
		}
		list[i] = string(text)
	}
	return list
}

// texts gives the columns of text of the schema that are neither keys nor one of a few words: table.column.
func texts(t *testing.T, root fs.FS) (columns, persons []string) {
	t.Helper()
	take := func(table, column, rest string) {
		if person.MatchString(column) {
			persons = append(persons, table+"."+column)
		}
		if !obvious.MatchString(column) && !strings.Contains(rest, " check ("+column+" in (") {
			columns = append(columns, table+"."+column)
		}
	}
	for _, text := range migrations(t, root) {
		for _, table := range createTable.FindAllStringSubmatch(text, -1) {
			for line := range strings.SplitSeq(table[2], "\n") {
				if name, _, ok := strings.Cut(strings.TrimSpace(line), " "); ok && person.MatchString(name) && !strings.HasPrefix(strings.TrimSpace(line), "--") {
					persons = append(persons, table[1]+"."+name)
				}
			}
			for _, c := range textColumn.FindAllStringSubmatch(table[2], -1) {
				take(table[1], c[1], c[2])
			}
		}
		for _, c := range alterColumn.FindAllStringSubmatch(text, -1) {
			take(c[1], c[2], c[3])
		}
	}
	slices.Sort(columns)
	slices.Sort(persons)
	return slices.Compact(columns), slices.Compact(persons)
}

// TestFloorsColumnsOfText holds that every column in which text is kept was thought of: a new one fails until it stands in the list, and
// no column is of a person.
func TestFloorsColumnsOfText(t *testing.T) {
	columns, persons := texts(t, os.DirFS(".."))
	for _, c := range persons {
		if held[c] == holdsDuty { // who inspected, and who stood for the residents: an office, not somebody that is looked at
			continue
		}
		t.Errorf("%s is a field of a person: Sonha has none (CONTRIBUTING.md, a field)", c)
	}
	for _, c := range columns {
		if held[c] == "" {
			t.Errorf("%s is a new column of text: say in app/columns_held_test.go what it holds, and let what is typed pass ground/civil/personal", c)
		}
	}
	for _, c := range slices.Sorted(maps.Keys(held)) {
		if !slices.Contains(columns, c) {
			t.Errorf("the list has %s, which the schema has no longer", c)
		}
	}

	columns, persons = texts(t, fstest.MapFS{"engine/db/migrate/0001_a.sql": {Data: []byte(`create table replies (
  ward_id integer not null,
  house_id text not null,
  asked_on text not null,
  about text not null,
  content text not null check (content in ('GD')),
  person_age integer not null,
  primary key (ward_id, house_id)
);
alter table replies add column resident text not null default '';
`)}})
	if !slices.Equal(columns, []string{"replies.about", "replies.resident"}) || !slices.Equal(persons, []string{"replies.person_age", "replies.resident"}) {
		t.Errorf("found %v and %v", columns, persons)
	}
}

// TestFloorsReintegrationKeepsTwoDays holds the table of requests for support to its two days: whatever is added to it would be about
// somebody (domain.md §9.5).
func TestFloorsReintegrationKeepsTwoDays(t *testing.T) {
	text, err := os.ReadFile("../engine/db/migrate/0026_replies.sql")
	if err != nil {
		t.Fatal(err)
	}
	found := createTable.FindStringSubmatch(string(text))
	if found == nil || found[1] != "replies" {
		t.Fatal("there is no table of replies: the test looks in the wrong place")
	}
	var columns []string
	for line := range strings.SplitSeq(found[2], "\n") {
		if m := regexp.MustCompile(`^  (\w+) (text|integer|bigint|boolean)`).FindStringSubmatch(line); m != nil {
			columns = append(columns, m[1])
		}
	}
	if want := []string{"ward_id", "house_id", "content", "asked_on", "answered_on"}; !slices.Equal(columns, want) {
		t.Errorf("replies holds %v, want %v and nothing else", columns, want)
	}
	names, err := fs.Glob(os.DirFS("../engine/db/migrate"), "*.sql")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		more, err := os.ReadFile("../engine/db/migrate/" + name)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(more), "alter table replies") {
			t.Errorf("%s adds to the table of replies", name)
		}
	}
}
