package app_test

import (
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"sonha/app/apptest"
	"sonha/engine/db"
	"sonha/engine/db/dbtest"
	"sonha/engine/page"
	"sonha/ground/access"
)

// TestNothingOfAnotherWard is somebody with an account of each role who tries every door of the program with what belongs to another ward:
// its ids in the address, behind the question mark and in each field of each form that has an id of the own ward in it or whose name says
// that it may. No answer holds a text or an id that only the other ward has, and no row there is changed. Routes, fields and columns are
// taken from the program as it is, so that a new one is tried without anybody thinking of it.
func TestNothingOfAnotherWard(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("asks every route as ten roles for what is another ward's")
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		x := newIntruder(t, d)
		// What changes something comes after all that only reads, so that the forms are seen as they are filled in.
		for _, person := range insiders() {
			x.look(person)
		}
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			for i, route := range x.routes {
				if route.Method() != method {
					continue
				}
				for _, person := range insiders() {
					x.try(person, route)
				}
				if method == http.MethodPost || i%20 == 0 {
					x.unchanged(route.Pattern)
				}
			}
		}
		x.canFail()
		t.Logf("%d requests, %d of them with a field of another ward, %d forms", x.tried, x.fields, len(x.forms))
		if x.tried < 2500 || x.fields < 80 || len(x.forms) < 300 {
			t.Errorf("only %d requests, %d of them with a field of another ward, from %d forms", x.tried, x.fields, len(x.forms))
		}
	})
}

// canFail holds that what is looked for is there to be found: who commands in the other ward sees its marks and ids, and a line more there is
// noticed.
func (x *intruder) canFail() {
	x.T.Helper()
	found := x.there.in(string(x.As("other command").Get("/houses/" + x.OtherHouse).OK().Body))
	kinds := map[string]bool{}
	for _, f := range found {
		kinds[f.what] = true
	}
	if !kinds["streets.name"] || !kinds["an id of houses"] || len(kinds) < 6 {
		x.T.Errorf("the page of a house of the other ward shows only %v of it: the test looks for the wrong things", kinds)
	}
	if err := x.DB.Write(x.T.Context(), x.there.who, func(tx *db.Tx) error { return tx.Audit(x.T.Context(), db.Entry{Action: "test"}) }); err != nil {
		x.T.Fatal(err)
	}
	if now := x.there.rows(); now["audit"] == x.rows["audit"] {
		x.T.Error("a line more in the other ward is not noticed")
	}
}

// insiders are all but who commands in the other ward.
func insiders() []string {
	return slices.DeleteFunc(apptest.People(), func(p string) bool {
		return p == "other command" || strings.HasPrefix(p, "other ") && p != "other household"
	})
}

// forEverybody are the routes that answer everybody about any ward, by design: what a door, a posted sheet or the law makes public. What they hold
// of a ward is for the tests of their rooms.
var forEverybody = map[string]bool{
	"GET /awards": true, "GET /news": true, "GET /lists": true,
}

// held to whoever holds it: a token in the address is the right itself.
func byToken(pattern string) bool {
	return strings.Contains(pattern, "{token}") || strings.Contains(pattern, "{file}")
}

// intruder tries to get at the other ward from the first.
type intruder struct {
	*maker
	routes []page.Route
	there  loot
	// theirs are the paths of routes with a thing of the other ward; ours those with one of the own, by person.
	theirs map[string]string
	forms  map[string]url.Values // as pages offer them, by person and route
	given  map[string]url.Values // right forms of the other ward, by route
	names  map[string][]string   // the fields that a package reads
	rows   map[string]string     // what stands in the other ward, by table
	came   map[string]int        // how many people tried a route

	tried, fields int
}

func newIntruder(t *testing.T, d *db.DB) *intruder {
	t.Helper()
	s := apptest.New(t, d)
	s.Enrol()
	x := &intruder{
		maker:  &maker{Site: s, kept: map[string]string{}, visits: map[string]visit{}},
		routes: sorted(s.Server.Routes()), theirs: map[string]string{}, forms: map[string]url.Values{}, names: map[string][]string{}, came: map[string]int{}, given: map[string]url.Values{},
	}
	at := spots(s)
	for _, route := range x.routes { // each ward has one of everything before anybody tries
		if route.Method() == http.MethodPost { // what a form alone names
			x.form("command", route.Pattern, at[0])
			x.given[route.Pattern] = x.form("command", route.Pattern, at[2])
		}
		if !namesOne(route) {
			continue
		}
		x.path("command", route, at[0])
		x.theirs[route.Pattern], _ = x.path("command", route, at[2])
	}
	x.inspected(at[0])
	x.inspected(at[2])
	x.there = x.seize(access.System(s.Ward.ID, "test"), at[2].program)
	x.rows = x.there.rows()
	return x
}

func namesOne(route page.Route) bool {
	return slices.ContainsFunc(parts.FindAllString(route.Pattern, -1), func(p string) bool { return literals[p] == "" }) || inQuery[route.Pattern] != ""
}

// look opens every page that the person may open, tries its links with ids of the other ward, and keeps its forms.
func (x *intruder) look(person string) {
	x.T.Helper()
	b := x.As(person)
	opened := map[string]bool{}
	var queue []string
	for _, route := range x.routes {
		if route.Method() == http.MethodGet && !byToken(route.Pattern) {
			path, _ := x.path(person, route, spots(x.Site)[0])
			queue = append(queue, path)
		}
	}
	seen := map[string]int{}
	for len(queue) > 0 {
		path := queue[0]
		queue = queue[1:]
		shape := shapeOf(path)
		if opened[path] || seen[shape] >= 2 {
			continue
		}
		opened[path] = true
		seen[shape]++
		r := b.Get(path)
		x.reads(person, "GET "+path, r, path)
		for _, foreign := range x.there.swapped(path) {
			if pattern := x.pattern(http.MethodGet, foreign); !byToken(pattern) {
				x.reads(person, "GET "+foreign, b.Get(foreign), foreign)
			}
		}
		if r.Status != http.StatusOK || !strings.HasPrefix(r.Header.Get("Content-Type"), "text/html") {
			continue
		}
		for _, f := range formsOf(path, r.Doc()) {
			pattern := x.pattern(f.method, f.path)
			key := person + " " + pattern
			if _, ok := x.forms[key]; pattern != "" && !ok {
				x.forms[key] = f.values
			}
		}
		queue = append(queue, linksOf(path, r.Doc())...)
	}
}

// pattern is the route that answers a path.
func (x *intruder) pattern(method, path string) string {
	path, _, _ = strings.Cut(path, "?")
	want := strings.Split(path, "/")
	best, fewest := "", 100
	for _, route := range x.routes {
		m, pattern, _ := strings.Cut(strings.TrimSuffix(route.Pattern, "{$}"), " ")
		have := strings.Split(pattern, "/")
		if m != method || len(have) != len(want) {
			continue
		}
		wild := 0
		for i := range have {
			if strings.HasPrefix(have[i], "{") {
				wild++
			} else if have[i] != want[i] {
				wild = 100
			}
		}
		if wild < fewest {
			best, fewest = route.Pattern, wild
		}
	}
	return best
}

// try sends the person's request of a route with a thing of the other ward in the address, and then with one in each field by itself.
func (x *intruder) try(person string, route page.Route) {
	x.T.Helper()
	if byToken(route.Pattern) {
		return
	}
	form := x.filled(person, route.Pattern)
	if foreign := x.theirs[route.Pattern]; foreign != "" {
		r := x.send(person, route, foreign, form)
		x.reads(person, route.Method()+" "+foreign, r, foreign)
		if r.Status == http.StatusOK && inQuery[route.Pattern] == "" && !forEverybody[route.Pattern] {
			x.T.Errorf("%s as %s: answered about a thing of another ward", route.Pattern, person)
		}
	}
	if !x.Actor(person).May(route.Need) {
		return
	}
	x.came[route.Pattern]++
	if theirs := x.given[route.Pattern]; len(theirs) > 0 {
		path, _ := x.path(person, route, spots(x.Site)[0])
		x.fields++
		x.reads(person, "POST "+path, x.send(person, route, path, theirs), path+" "+theirs.Encode())
	}
	for _, name := range x.fieldsOf(route, form) {
		if !form.Has(name) && x.came[route.Pattern] > 2 {
			continue // what its name alone says is tried as two who may
		}
		for _, value := range x.there.values(name, form[name]) {
			path, _ := x.path(person, route, spots(x.Site)[0])
			changed := maps.Clone(form)
			changed[name] = []string{value}
			x.fields++
			r := x.send(person, route, path, changed)
			x.reads(person, route.Method()+" "+path+" "+name+"="+value, r, path+" "+value)
		}
	}
}

func (x *intruder) send(person string, route page.Route, path string, form url.Values) *apptest.Reply {
	x.T.Helper()
	x.tried++
	if route.Method() == http.MethodPost {
		return x.As(person).Post(path, form)
	}
	if strings.Contains(path, "?") {
		return x.As(person).Get(path + "&" + form.Encode())
	}
	return x.As(person).Get(path + "?" + form.Encode())
}

// reads fails on an answer that holds what only the other ward has, or that says that the program broke.
func (x *intruder) reads(person, what string, r *apptest.Reply, sent string) {
	x.T.Helper()
	if forEverybody[x.pattern(strings.Fields(what)[0], strings.Fields(what)[1])] {
		return
	}
	text := string(r.Body)
	if strings.HasPrefix(text, "PK") {
		text = plain(x.T, r)
	}
	for key, values := range r.Header {
		text += "\n" + key + ": " + strings.Join(values, " ")
	}
	if byToken(x.pattern(strings.Fields(what)[0], strings.Fields(what)[1])) {
		return
	}
	for _, found := range x.there.in(text) {
		if !strings.Contains(sent, found.value) {
			x.T.Errorf("%s as %s (status %d) tells %s: %s", what, person, r.Status, found.what, found.value)
		}
	}
	if r.Status >= http.StatusInternalServerError {
		x.T.Errorf("%s as %s: status %d", what, person, r.Status)
	}
}

// unchanged fails when a row of the other ward is no longer what it was.
func (x *intruder) unchanged(pattern string) {
	x.T.Helper()
	now := x.there.rows()
	for table, before := range x.rows {
		if now[table] != before {
			x.T.Errorf("%s changed %s of another ward", pattern, table)
		}
	}
	x.rows = now
}

// filled is the form of a route as a page offers it to the person, or as somebody else has it; with what the access test knows to be right.
func (x *intruder) filled(person, pattern string) url.Values {
	x.T.Helper()
	form := url.Values{}
	for _, from := range append([]string{person}, insiders()...) {
		if f, ok := x.forms[from+" "+pattern]; ok {
			maps.Copy(form, f)
			break
		}
	}
	if b := inBody[pattern]; b.form != nil {
		maps.Copy(form, b.form(x.maker, spots(x.Site)[0]))
	}
	return form
}

// fieldsOf are the fields in which the route may take an id: those that have one, and those that its room reads by a name that says so.
func (x *intruder) fieldsOf(route page.Route, form url.Values) []string {
	fn := runtime.FuncForPC(reflect.ValueOf(route.Handle).Pointer()).Name()
	folder, _, _ := strings.Cut(strings.TrimPrefix(fn, "sonha/"), ".")
	names, ok := x.names[folder]
	if !ok {
		names = readBy(x.T, folder)
		x.names[folder] = names
	}
	return slices.Compact(slices.Sorted(slices.Values(append(slices.Collect(maps.Keys(form)), names...))))
}

var readsField = regexp.MustCompile(`(?:\.(?:Text|Lines|Day|Count|Number|FormValue|Get|Has)\(|(?i:form|values|q|query)\[)"([a-z_]+)"`)

// readBy are the names of the fields that the files of a package read.
func readBy(t testing.TB, folder string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("..", folder, "*.go"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no files in %s: %v", folder, err)
	}
	var names []string
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") || strings.HasSuffix(file, "_templ.go") {
			continue
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range readsField.FindAllStringSubmatch(string(text), -1) {
			names = append(names, m[1])
		}
	}
	return names
}
