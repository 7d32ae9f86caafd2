package app_test

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"io"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"sonha/app/apptest"
	"sonha/engine/db"
	"sonha/engine/db/dbtest"
	"sonha/ground/access"
	"sonha/ground/civil"
)

// reaches says which houses each person may know of. It is written down here from product.md, not asked of the program: a head has
// one house, a group lead a group, an officer a beat, a command the ward, everybody else none.
var reaches = map[string][]string{
	"visitor":          {},
	"household":        {},
	"other household":  {},
	"head":             {"36A Hàng Bạc"},
	"other head":       {"6 bis Đinh Liệt"},
	"group lead":       {"36 Hàng Bạc", "36A Hàng Bạc", "12/5 Hàng Bạc", "9 Hàng Bạc"},
	"other group lead": {"100 Đinh Liệt", "6 bis Đinh Liệt", "12/5/7 Đinh Liệt", "13-15 Đinh Liệt"},
	"mediator":         {},
	"other mediator":   {},
	"officer":          {"36 Hàng Bạc", "36A Hàng Bạc", "12/5 Hàng Bạc"},
	"other officer":    {"9 Hàng Bạc", "100 Đinh Liệt", "6 bis Đinh Liệt", "12/5/7 Đinh Liệt", "13-15 Đinh Liệt"},
	"command": {
		"36 Hàng Bạc", "36A Hàng Bạc", "12/5 Hàng Bạc", "9 Hàng Bạc", "100 Đinh Liệt", "6 bis Đinh Liệt", "12/5/7 Đinh Liệt", "13-15 Đinh Liệt",
	},
	"other command": {elsewhere},
	"committee":     {},
	"city":          {},
	"administrator": {},
	"protector":     {},
}

// homes are the houses in which households live: they see how it stands and whom to call, and open no page of it.
var homes = map[string]string{"household": "36A Hàng Bạc", "other household": "36A Hàng Bạc"}

// uninspected are the houses that nobody has come to yet, one in each area: their pages offer what comes first.
var uninspected = []string{"12/5 Hàng Bạc", "13-15 Đinh Liệt"}

// elsewhere is the house of the other ward.
const elsewhere = "36 Hàng Bạc, phường Cửa Nam"

// known is what gives a house away: ids, and the name of its head.
type known struct {
	house, street, inspection, photo, measure string
	proposal, picture                         string
	head                                      string
}

// ward is the small ward with most houses inspected, and what gives each house away, by its name.
type ward struct {
	*maker
	houses map[string]known
}

func inspectedWard(t *testing.T, d *db.DB) *ward {
	t.Helper()
	s := apptest.New(t, d)
	s.Enrol()
	w := &ward{maker: &maker{Site: s, kept: map[string]string{}, visits: map[string]visit{}}, houses: map[string]known{}}
	for name, id := range s.House {
		w.learn(name, spot{name, id, s.System(), "command"})
	}
	other := access.System(s.Other.ID, "test")
	// Both wards have a 36 Hàng Bạc; only the name of its head tells them apart.
	if err := d.Write(t.Context(), other, func(tx *db.Tx) error {
		if _, err := tx.Exec(t.Context(), `update houses as h set head_name = 'Vương Đình Xa', fold = '36 hang bac vuong dinh xa' where {scope h} and h.id = $1`, s.OtherHouse); err != nil {
			return err
		}
		return tx.Audit(t.Context(), db.Entry{Action: "test"})
	}); err != nil {
		t.Fatal(err)
	}
	w.learn(elsewhere, spot{elsewhere, s.OtherHouse, other, "other command"})
	return w
}

func (w *ward) learn(name string, at spot) {
	w.T.Helper()
	k := known{house: at.house, street: w.of(at, "street_id")}
	if !slices.Contains(uninspected, name) {
		v := w.inspected(at)
		k.inspection, k.photo, k.measure = v.inspection, v.photo, v.measure
	}
	k.proposal, _ = w.thing("command", "/proposals/{id}", at)
	k.picture, _ = w.thing("command", "/proposal-photos/{id}", at)
	w.read(at.program, func(tx *db.Tx) error {
		return tx.One(w.T.Context(), `select h.head_name from houses h where {scope h} and h.id = $1`, at.house).Scan(&k.head)
	})
	w.houses[name] = k
}

// beyond gives the houses that a person may not know of.
func (w *ward) beyond(person string) map[string]known {
	out := maps.Clone(w.houses)
	for _, name := range reaches[person] {
		delete(out, name)
	}
	return out
}

// TestNobodySeesAHouseOutsideTheirReach tries every door to a house that people might try by its address.
func TestNobodySeesAHouseOutsideTheirReach(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := inspectedWard(t, d)
		for _, person := range apptest.People() {
			closed := http.StatusNotFound
			if person == "visitor" {
				closed = http.StatusSeeOther // asked to sign in
			}
			b := w.As(person)
			for name, k := range w.beyond(person) {
				home := "/houses/" + k.house
				doors := []string{home, home + "/history", home + "/assessment", home + "/assessment/TC2", home + "/assessment/send", home + "/pledges", home + "/result"}
				forms := []string{home + "/inspections"}
				if k.proposal != "" {
					said := "/proposals/" + k.proposal
					doors = append(doors, said, "/proposal-photos/"+k.picture, "/proposal-photos/"+k.picture+"/thumb")
					forms = append(forms, said+"/verdict", said+"/work", said+"/ticket", said+"/send")
				}
				if k.inspection != "" {
					visit, photo := "/inspections/"+k.inspection, "/photos/"+k.photo
					doors = append(doors, visit, visit+"/items/TC2", visit+"/finish", photo, photo+"/thumb")
					forms = append(forms, visit+"/drop", photo+"/delete", "/measures/"+k.measure+"/work")
					doors = append(doors, "/measures/"+k.measure)
				}
				for _, path := range doors {
					if r := b.Get(path); r.Status != closed {
						t.Errorf("%s opens %s of %s: status %d", person, path, name, r.Status)
					}
				}
				if r := b.With("Sonha-Part", "panel").Get(home); r.Status != closed {
					t.Errorf("%s opens the panel of %s: status %d", person, name, r.Status)
				}
				for _, path := range forms {
					if r := b.Post(path, url.Values{}); r.Status != http.StatusNotFound && (person != "visitor" || r.Status != http.StatusUnauthorized) {
						t.Errorf("%s posts to %s of %s: status %d", person, path, name, r.Status)
					}
				}
			}
			// What is in reach opens, so that the doors above are closed for the right reason.
			for _, name := range reaches[person] {
				k := w.houses[name]
				b.Get("/houses/" + k.house).OK()
				b.With("Sonha-Part", "panel").Get("/houses/" + k.house).OK()
				b.Get("/streets/" + k.street).OK()
				if k.inspection != "" {
					b.Get("/inspections/" + k.inspection).OK()
					b.Get("/photos/" + k.photo + "/thumb").OK()
				}
			}
		}
	})
}

// TestListsHoldExactlyWhatIsInReach reads the list, the search and the exports of everybody who has houses.
func TestListsHoldExactlyWhatIsInReach(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := inspectedWard(t, d)
		for _, person := range apptest.People() {
			b := w.As(person)
			if len(reaches[person]) == 0 {
				for _, path := range []string{"/houses", "/houses/filter", "/houses/export.csv", "/houses/export.xlsx", "/streets", "/search?q=36", "/inspections", "/approvals"} {
					if r := b.Get(path); r.Status != http.StatusNotFound && (person != "visitor" || r.Status != http.StatusSeeOther) {
						t.Errorf("%s, who has no house, opens %s: status %d", person, path, r.Status)
					}
				}
				continue
			}
			var want []string
			for _, name := range reaches[person] {
				want = append(want, w.houses[name].house)
			}
			list := b.Get("/houses")
			if list.Status == http.StatusSeeOther { // somebody with one house goes straight to it
				if to := list.Goes(); to != "/houses/"+want[0] {
					t.Errorf("%s goes from the list to %s", person, to)
				}
			} else if got := housesOf(list); !sameSet(got, want) {
				t.Errorf("the list of %s holds %v, want %v", person, got, want)
			}
			for name, k := range w.houses {
				inside := slices.Contains(reaches[person], name)
				for _, q := range []string{strings.TrimSuffix(name, ", phường Cửa Nam"), k.head} {
					if q == "" {
						continue
					}
					r := b.Get("/search?q=" + url.QueryEscape(q))
					if found := slices.Contains(housesOf(r), k.house) || strings.HasSuffix(r.Header.Get("Location"), k.house); found != inside {
						t.Errorf("%s searches %q: found %s: %v", person, q, name, found)
					}
					if r := b.Get("/houses?q=" + url.QueryEscape(q)); slices.Contains(housesOf(r), k.house) && !inside {
						t.Errorf("%s filters by %q and sees %s", person, q, name)
					}
				}
			}
			if got := exported(t, b.Get("/houses/export.csv").OK()); !sameSet(got, addresses(reaches[person])) {
				t.Errorf("the CSV of %s holds %q", person, got)
			}
		}
	})
}

// exported gives the houses in a CSV answer: its columns of number and street, below the line that names them.
func exported(t testing.TB, r *apptest.Reply) []string {
	t.Helper()
	text := strings.TrimPrefix(string(r.Body), "\ufeff")
	c := csv.NewReader(strings.NewReader(text))
	c.FieldsPerRecord = -1
	if strings.Count(text, ";") > strings.Count(text, ",") {
		c.Comma = ';'
	}
	all, err := c.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	number, street := -1, -1
	var list []string
	for _, row := range all {
		if number < 0 {
			number, street = slices.Index(row, "Số nhà"), slices.Index(row, "Phố")
			continue
		}
		if len(row) > max(number, street) {
			list = append(list, row[number]+" "+row[street])
		}
	}
	return list
}

// addresses gives the names of houses without their ward.
func addresses(names []string) []string {
	list := make([]string, len(names))
	for i, name := range names {
		list[i], _, _ = strings.Cut(name, ", phường")
	}
	return list
}

// houseLink is the address of a house page or of one below it.
var houseLink = regexp.MustCompile(`/houses/([0-9a-z]{26})`)

// housesOf gives the ids of the houses that the content of a page leads to.
func housesOf(r *apptest.Reply) []string {
	var ids []string
	r.Doc().Find("main a[href]").Each(func(_ int, a *goquery.Selection) {
		if m := houseLink.FindStringSubmatch(a.AttrOr("href", "")); m != nil && !slices.Contains(ids, m[1]) {
			ids = append(ids, m[1])
		}
	})
	return ids
}

func sameSet(a, b []string) bool {
	a, b = slices.Clone(a), slices.Clone(b)
	slices.Sort(a)
	slices.Sort(b)
	return slices.Equal(a, b)
}

// TestHeadsReachNothingOfInspectionsAndApprovals posts to every route of inspections and approvals as a head and a group lead, with what is theirs.
func TestHeadsReachNothingOfInspectionsAndApprovals(t *testing.T) {
	t.Parallel()
	w := inspectedWard(t, dbtest.Lite(t))
	tried := 0
	for _, route := range w.Server.Routes() {
		if route.Method() == http.MethodGet || (route.Need != access.Inspect && route.Need != access.Approve) {
			continue
		}
		for _, person := range []string{"head", "group lead", "committee", "city", "administrator"} {
			tried++
			if got := w.one(person, route, spots(w.Site)[0]); got != missing {
				t.Errorf("%s gets %s from %s", person, got, route.Pattern)
			}
		}
	}
	for _, route := range w.Server.Routes() {
		path := strings.TrimPrefix(route.Pattern, "POST ")
		if strings.HasPrefix(path, "/inspections") || strings.HasPrefix(path, "/photos") || path == "/approvals" || strings.HasSuffix(path, "/result") {
			if route.Need != access.Inspect && route.Need != access.Approve {
				t.Errorf("%s asks for %s", route.Pattern, route.Need)
			}
		}
	}
	if tried < 20 {
		t.Errorf("only %d doors were tried", tried)
	}
}

// TestTheAdministratorOpensNoContent holds that accounts, areas, settings and the wording of the criteria are all that the administrator has.
func TestTheAdministratorOpensNoContent(t *testing.T) {
	t.Parallel()
	w := inspectedWard(t, dbtest.Lite(t))
	for _, route := range w.Server.Routes() {
		switch route.Need {
		case access.Public, access.SignedIn, access.ManageAreas, access.ManageUsers, access.IssueCards, access.SetCalendar, access.KeepPhones, access.SetAwards,
			access.SeeCriteria, access.KeepCriteria, access.SeeTrail:
			continue
		}
		for _, at := range spots(w.Site) {
			if got := w.one("administrator", route, at); got != missing {
				t.Errorf("the administrator gets %s from %s for %s", got, route.Pattern, at.name)
			}
		}
	}
}

// TestWalk goes through the whole program by its links as each person: every link leads somewhere, and no page or file tells of a
// house outside the person's reach.
func TestWalk(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("follows every link as each role")
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := inspectedWard(t, d)
		for _, person := range apptest.People() {
			v := &visitor{ward: w, person: person, b: w.As(person), seen: map[string]int{}, queue: []way{{"/", "typed"}, {"/today", "typed"}}}
			v.walk()
			if person != "visitor" && v.pages < 5 {
				t.Errorf("%s came to %d pages only", person, v.pages)
			}
		}
	})
}

// visitor is one person on the way.
type visitor struct {
	*ward
	person string
	b      *apptest.Browser
	seen   map[string]int // how often a kind of page was opened
	queue  []way
	pages  int
}

type way struct{ to, from string }

// often is how many pages of a kind are opened: more would show the same again.
const often = 3

func (v *visitor) walk() {
	v.T.Helper()
	opened := map[string]bool{}
	for len(v.queue) > 0 && v.pages < 600 {
		s := v.queue[0]
		v.queue = v.queue[1:]
		shape := shapeOf(s.to)
		if opened[s.to] || v.seen[shape] >= often || (file.MatchString(shape) && v.seen[shape] > 0) {
			continue
		}
		opened[s.to] = true
		v.seen[shape]++
		r := v.b.Get(s.to)
		v.pages++
		if r.Status >= 400 {
			v.T.Errorf("%s: the link to %s on %s: status %d: %.200s", v.person, s.to, s.from, r.Status, r.Text("main"))
			continue
		}
		v.reads(s.to, r)
		if to := r.Header.Get("Location"); strings.HasPrefix(to, "/") {
			v.queue = append(v.queue, way{to, s.to})
		}
		if strings.HasPrefix(r.Header.Get("Content-Type"), "text/html") {
			v.follow(s.to, r)
		}
	}
}

// follow puts the links, pictures and searches of a page into the queue.
func (v *visitor) follow(from string, r *apptest.Reply) {
	base, _ := url.Parse("http://sonha.test" + from)
	r.Doc().Find("a[href], img[src]").Each(func(_ int, e *goquery.Selection) {
		to, err := base.Parse(e.AttrOr("href", e.AttrOr("src", "")))
		if err != nil {
			v.T.Errorf("%s: %s has a link that cannot be read: %v", v.person, from, err)
			return
		}
		if (to.Host != "sonha.test" && to.Host != "example.com") || to.Scheme == "tel" || strings.HasPrefix(to.Path, "/static/") || strings.HasPrefix(to.Path, "/language/") {
			return
		}
		v.queue = append(v.queue, way{to.RequestURI(), from})
	})
}

// reads fails on a page or file that gives a house away.
func (v *visitor) reads(path string, r *apptest.Reply) {
	v.T.Helper()
	text := plain(v.T, r)
	for name, k := range v.beyond(v.person) {
		for what, secret := range map[string]string{
			"its address": k.house, "its inspection": k.inspection, "its photo": k.photo, "its measure": k.measure, "its proposal": k.proposal, "its picture": k.picture, "the name of its head": k.head,
		} {
			if homes[v.person] == name && what == "the name of its head" {
				continue // a household may know who heads the house in which it lives
			}
			if secret != "" && strings.Contains(text, secret) {
				v.T.Errorf("%s sees on %s of %s %s", v.person, path, name, what)
			}
		}
	}
}

// plain is the text of an answer, unpacked when it is a workbook or a document.
func plain(t testing.TB, r *apptest.Reply) string {
	t.Helper()
	if !bytes.HasPrefix(r.Body, []byte("PK")) {
		return civil.NFC(string(r.Body))
	}
	z, err := zip.NewReader(bytes.NewReader(r.Body), int64(len(r.Body)))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, f := range z.File {
		part, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(part)
		if err != nil {
			t.Fatal(err)
		}
		_ = part.Close()
		b.Write(text)
	}
	return civil.NFC(b.String())
}

var (
	id   = regexp.MustCompile(`[0-9a-z]{26}`)
	file = regexp.MustCompile(`\.(xlsx|csv|docx|pdf|json)$`)
)

// shapeOf is what kind of page an address is: without its ids and what was asked for.
func shapeOf(path string) string {
	path, query, _ := strings.Cut(path, "?")
	shape := id.ReplaceAllString(path, "{id}")
	if file.MatchString(shape) {
		return shape
	}
	if values, err := url.ParseQuery(query); err == nil {
		for _, key := range slices.Sorted(maps.Keys(values)) {
			shape += "&" + key
		}
	}
	return shape
}
