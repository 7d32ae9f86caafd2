package app_test

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"sonha/app/apptest"
	"sonha/engine/db"
	"sonha/engine/db/dbtest"
	"sonha/engine/page"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ward/areas"
	"sonha/ward/inbox"
	"sonha/ward/twins"
)

// The outcomes of a request, as the table writes them.
const (
	may     = "✓" // answered: a page, a file, a form that was taken or refused with its reasons
	missing = "·" // not found, which says nothing about whether it exists
	signIn  = "?" // asked to sign in
	refused = "×" // a form that is right, refused at its field: the house that it names is none of the sender's
)

// spot is where a thing lies.
type spot struct {
	name  string
	house string
	// program is the program itself in that ward, and command the person who commands there.
	program access.Actor
	command string
}

// spots are the three places of the table: the area of the first head, group lead and officer; another area of the same ward;
// another ward.
func spots(s *apptest.Site) [3]spot {
	return [3]spot{
		{"36A Hàng Bạc", s.House["36A Hàng Bạc"], s.System(), "command"},
		{"6 bis Đinh Liệt", s.House["6 bis Đinh Liệt"], s.System(), "command"},
		{"phường Cửa Nam", s.OtherHouse, access.System(s.Other.ID, "test"), "other command"},
	}
}

// TestAccess asks for every route as every person, for a thing in each of three places, and holds what they got in
// testdata/access.golden, which a clerk can read. Both databases must give the same table.
func TestAccess(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("asks every route as each role, in reach and out of it")
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		s.Enrol()
		m := &maker{Site: s, kept: map[string]string{}, visits: map[string]visit{}}
		routes := sorted(s.Server.Routes())
		people := apptest.People()
		cells := make([][]string, len(routes))
		for _, person := range people {
			// What changes something comes after all that only reads.
			for _, method := range []string{http.MethodGet, http.MethodPost} {
				for i, route := range routes {
					if route.Method() == method {
						cells[i] = append(cells[i], m.ask(person, route))
					}
				}
			}
		}
		for i, route := range routes {
			if !strings.Contains(strings.Join(cells[i], ""), may) && !slices.Contains(notStated, route.Pattern) {
				t.Errorf("%s answers nobody: what the test asks it for says nothing about who may", route.Pattern)
			}
		}
		golden(t, "testdata/access.golden", table(routes, people, cells))
	})
}

// notStated are the doors that are not there until the ward states an identity provider; ward/accounts/provider_test.go opens them.
var notStated = []string{
	"GET /sign-in/provider", "GET /sign-in/provider/back", "GET /account/provider", "POST /account/provider/end", "POST /accounts/{id}/provider/end",
}

// ask gives the marks of one person at one route: one mark, or one for each spot when the route names a thing.
func (m *maker) ask(person string, route page.Route) string {
	m.T.Helper()
	named := slices.ContainsFunc(parts.FindAllString(route.Pattern, -1), func(p string) bool { return literals[p] == "" }) || inQuery[route.Pattern] != "" || inBody[route.Pattern].form != nil
	if !named {
		return m.one(person, route, spots(m.Site)[0])
	}
	marks := ""
	for _, at := range spots(m.Site) {
		marks += m.one(person, route, at)
	}
	return marks
}

func (m *maker) one(person string, route page.Route, at spot) string {
	m.T.Helper()
	path, used := m.path(person, route, at)
	browser := m.As(person)
	var r *apptest.Reply
	if route.Method() == http.MethodGet {
		r = browser.Get(path)
	} else if b := inBody[route.Pattern]; b.form != nil {
		var mark string
		if mark, r = m.sent(browser, path, b, at); mark != "" {
			return mark
		}
	} else {
		r = browser.Post(path, m.form(person, route.Pattern, at))
		if r.Status < 400 { // what it was done to is used up
			for _, key := range used {
				delete(m.kept, key)
			}
		}
	}
	switch to := r.Header.Get("Location"); {
	case r.Status == http.StatusUnauthorized, r.Status == http.StatusSeeOther && strings.HasPrefix(to, "/sign-in?next="):
		return signIn
	case r.Status == http.StatusNotFound:
		return missing
	case r.Status < 400, r.Status == http.StatusConflict, r.Status == http.StatusUnprocessableEntity:
		return may
	}
	m.T.Errorf("%s %s (%s) as %s, %s: status %d\n%.400s", route.Method(), path, route.Pattern, person, at.name, r.Status, r.Text("body"))
	return "!"
}

// parts finds the things that a pattern names: {id}.
var parts = regexp.MustCompile(`\{[a-z]+\}`)

// path puts a thing of the spot wherever the route names one.
func (m *maker) path(person string, route page.Route, at spot) (path string, used []string) {
	m.T.Helper()
	_, pattern, _ := strings.Cut(strings.TrimSuffix(route.Pattern, "{$}"), " ")
	thing := func(prefix string) string {
		id, key := m.thing(person, prefix, at)
		used = append(used, key)
		return id
	}
	for end, rest := 0, pattern; ; {
		where := parts.FindStringIndex(rest)
		if where == nil {
			path += rest
			break
		}
		part := rest[where[0]:where[1]]
		end += where[1]
		value := literals[part]
		if value == "" && howTo(route.Pattern) != nil {
			value = thing(route.Pattern)
		} else if value == "" {
			value = thing(pattern[:end])
		}
		path += rest[:where[0]] + value
		rest = rest[where[1]:]
	}
	if route.Pattern == "GET /forms/blank.pdf" { // names a kind of form, and nothing of the ward
		path += "?form=" + string(twins.Assessment)
	}
	if route.Pattern == "GET /indicators/{i}/rows" { // of an indicator that opens, in a year that has a figure
		path = fmt.Sprintf("/indicators/I5/rows?year=%d", m.Campaign.Year)
	}
	if q := inQuery[route.Pattern]; q != "" {
		name, prefix, _ := strings.Cut(q, "=")
		path += "?" + name + "=" + thing(prefix)
	}
	return path, used
}

// literals are the parts of a path that name no thing of the ward.
var literals = map[string]string{"{item}": "TC2", "{code}": "TC2", "{lang}": "en", "{i}": "I3", "{channel}": "push", "{month}": "2026-10", "{size}": "large", "{file}": "figures.json?ward=hoan-kiem", "{version}": "1", "{content}": "HG"}

// inQuery are the routes that name a thing behind the question mark: the field, and of which path it is.
var inQuery = map[string]string{
	"GET /forms/sheets.pdf":      "where=place of paper",
	"GET /houses/{id}/forms.pdf": "form=form of paper",
	"GET /plan/plan.pdf":         "of=plan",

	"GET /trainings/{id}/certificate.pdf": "house=/houses/{id}",
}

// maker makes the things that routes name, each in the place that is asked for, and makes them anew when they are used up.
type maker struct {
	*apptest.Site
	kept    map[string]string
	visits  map[string]visit
	rosters int
}

func (m *maker) thing(person, prefix string, at spot) (id, key string) {
	m.T.Helper()
	build := howTo(prefix)
	if build == nil {
		m.T.Fatalf("a new route names %s: say in app/access_test.go how to make one (things), or that it is no thing of the ward (literals)", prefix)
	}
	key = prefix + " " + at.name
	if strings.Contains(prefix, "/jobs/{id}") || prefix == "/inbox/{id}" || prefix == "/handover/{token}" { // whose it is counts
		key += " " + person
	}
	if strings.Contains(prefix, "/my-data/requests/") || strings.HasPrefix(prefix, "GET /proposals/") || strings.HasPrefix(prefix, "POST /proposals/") || // a draft is its sender's
		m.Actor(person).Role() == access.Household && strings.HasPrefix(prefix, "/proposal") { // and each household has its own
		key += " " + person
	}
	if id, ok := m.kept[key]; ok {
		return id, key
	}
	id = build(m, person, at)
	m.kept[key] = id
	return id, key
}

// howTo says how to make what a path names: from the table below, or from that of a room in access_<room>_test.go.
func howTo(what string) func(m *maker, person string, at spot) string {
	for _, table := range []map[string]func(m *maker, person string, at spot) string{things, mediationThings, awardThings, handoverThings, meetingThings, reviewThings, objectionThings, periodicThings, trainingThings, readThings, dataRequestThings} {
		if build := table[what]; build != nil {
			return build
		}
	}
	return nil
}

// things say how to make what a path names: by the path up to its name, or by the whole route where it needs another one.
var things = map[string]func(m *maker, person string, at spot) string{
	"/houses/{id}":          func(_ *maker, _ string, at spot) string { return at.house },
	"/streets/{id}":         func(m *maker, _ string, at spot) string { return m.of(at, "street_id") },
	"/areas/changes/{id}":   func(m *maker, _ string, at spot) string { return m.redrawn(at) },
	"/areas/streets/{id}":   func(m *maker, _ string, at spot) string { return m.of(at, "street_id") },
	"/areas/groups/{id}":    func(m *maker, _ string, at spot) string { return m.of(at, "group_id") },
	"/areas/beats/{id}":     func(m *maker, _ string, at spot) string { return m.of(at, "beat_id") },
	"/campaigns/{id}":       (*maker).campaign,
	"/accounts/{id}":        (*maker).account,
	"/imports/{id}":         (*maker).upload,
	"/jobs/{id}":            (*maker).job,
	"/inbox/{id}":           (*maker).message,
	"/inspections/{id}":     func(m *maker, _ string, at spot) string { return m.inspected(at).inspection },
	"/photos/{id}":          func(m *maker, _ string, at spot) string { return m.inspected(at).photo },
	"/log/{id}":             (*maker).logged,
	"/measures/{id}":        (*maker).measured,
	"/measure-photos/{id}":  (*maker).measurePhoto,
	"plan":                  (*maker).planned,
	"/proposals/{id}":       (*maker).proposal,
	"/proposal-photos/{id}": (*maker).proposalPhoto,

	"GET /proposals/{id}/urgent":   (*maker).proposalDraft,
	"GET /proposals/{id}/similar":  (*maker).proposalDraft,
	"POST /proposals/{id}/send":    (*maker).proposalDraft,
	"POST /proposals/{id}/join":    (*maker).proposalDraft,
	"POST /proposals/{id}/discard": (*maker).proposalDraft,

	"/inbox/stop/{token}": func(m *maker, _ string, at spot) string {
		return m.Inbox.StopToken(at.program.Ward(), "nobody", inbox.Mail)
	},
	"/inbox/confirm/{token}": (*maker).address,

	"/t/{paper}":    (*maker).paper,
	"form of paper": func(*maker, string, spot) string { return string(twins.Assessment) },
	"place of paper": func(m *maker, _ string, at spot) string {
		return "street:" + m.of(at, "street_id") + "&form=" + string(twins.Assessment)
	},

	"/welcome/{token}": (*maker).link,
	"/c/{token}":       func(m *maker, _ string, at spot) string { return m.card(at, "H02") },

	"/d/{token}":                  (*maker).plated,
	"/notices/{id}":               (*maker).announced,
	"/n/{token}":                  (*maker).news,
	"GET /notices/{id}/edit":      (*maker).drafted,
	"POST /notices/{id}/edit":     (*maker).drafted,
	"POST /notices/{id}/file":     (*maker).drafted,
	"POST /notices/{id}/drop":     (*maker).drafted,
	"GET /notices/{id}/send":      (*maker).drafted,
	"POST /notices/{id}/send":     (*maker).drafted,
	"POST /notices/{id}/recall":   (*maker).ahead,
	"GET /notices/{id}/reach.pdf": (*maker).announced,

	"GET /log/{id}/photo": (*maker).pictured,

	"GET /campaigns/{id}/snapshot.json": (*maker).closed,
	"GET /imports/{id}/errors.xlsx":     (*maker).workbook,
	"GET /jobs/{id}/file":               (*maker).export,
	"GET /imports/{id}/undo":            (*maker).applied,
	"POST /imports/{id}/undo":           (*maker).applied,
}

// of gives what a house lies in: the column's id.
func (m *maker) of(at spot, column string) string {
	m.T.Helper()
	var id string
	m.read(at.program, func(tx *db.Tx) error {
		return tx.One(m.T.Context(), `select h.`+column+` from houses h where {scope h} and h.id = $1`, at.house).Scan(&id)
	})
	return id
}

// redrawn is a change of areas in the ward of a spot.
func (m *maker) redrawn(at spot) string {
	m.T.Helper()
	var id string
	if err := m.DB.Write(m.T.Context(), at.program, func(tx *db.Tx) error {
		var err error
		if id, err = areas.Record(m.T.Context(), tx, areas.Redrawn{Part: areas.OfGroup, Kind: "move", Day: civil.DayOf(tx.Now), Reason: "Quyết định sắp xếp"}); err != nil {
			return err
		}
		return tx.Audit(m.T.Context(), db.Entry{Action: "area.move", Object: "area change", ID: id})
	}); err != nil {
		m.T.Fatal(err)
	}
	return id
}

func (m *maker) read(who access.Actor, fn func(*db.Tx) error) {
	m.T.Helper()
	if err := m.DB.Read(m.T.Context(), who, fn); err != nil {
		m.T.Fatal(err)
	}
}

// form is what is sent: nothing, so that little changes, unless a form without anything would be refused before anybody looks for
// the thing, which would say nothing about who reaches it.
func (m *maker) form(person, pattern string, at spot) url.Values {
	m.T.Helper()
	for _, form := range []url.Values{mediationForm(pattern), awardForm(pattern), meetingForm(pattern), objectionForm(pattern), trainingForm(pattern)} {
		if form != nil {
			return form
		}
	}
	switch pattern {
	case "POST /account/role":
		return url.Values{"role": {string(m.Actor(person).Role())}}
	case "POST /accounts/{id}/roles/end":
		id, _ := m.thing(person, "/accounts/{id}", at)
		a, err := m.Accounts.Get(m.T.Context(), at.program, id)
		if err != nil {
			m.T.Fatal(err)
		}
		return url.Values{"grant": {a.Grants[0].ID}}
	case "POST /campaigns/{id}/phase", "POST /campaigns/{id}/close":
		return url.Values{"version": {"999"}, "to": {"review"}}
	case "POST /houses/{id}/result":
		return url.Values{"version": {"999"}, "class": {"safe"}, "campaign": {m.campaign(person, at)}}
	case "POST /houses/{id}/cards/end":
		m.card(at, "H03")
		return url.Values{"household": {"H03"}}
	case "POST /houses/{id}/cards/sheet":
		return url.Values{"card": {m.card(at, "H03")}}
	case "POST /houses/{id}/assessment":
		return url.Values{"opened": {string(m.Set.Blank())}}
	case "POST /houses/{id}/paper/assessment", "POST /houses/{id}/paper/inspection":
		return url.Values{"opened": {string(m.Set.Blank())}, "version": {"0"}}
	case "POST /inspections/{id}":
		return url.Values{"opened": {string(m.Set.Blank())}, "version": {"1"}, "on": {string(civil.DayOf(m.DB.Now()))}}
	case "POST /inbox/read":
		return url.Values{"up_to": {db.NewID()}}
	case "POST /indicators/{i}/withdraw":
		return url.Values{"id": {m.count(at)}}
	case "POST /indicators/{i}/breaks/remove":
		return url.Values{"id": {m.seriesBreak(at)}}
	case "POST /proposals/{id}/join":
		id, _ := m.thing(person, "/proposals/{id}", at)
		return url.Values{"to": {id}}
	case "POST /proposals/{id}/verdict":
		return url.Values{"verdict": {"reopen"}}
	case "POST /proposals/{id}/work":
		return url.Values{"act": {"note"}}
	case "POST /notices/{id}/told":
		return url.Values{"house": {at.house}}
	case "POST /measures/{id}/work", "POST /plan":
		return m.measureForm(pattern)
	case "POST /approvals":
		return url.Values{"campaign": {m.campaign(person, at)}}
	}
	return url.Values{}
}

// table writes the marks for reading: a line for a route, a column for a person.
func table(routes []page.Route, people []string, cells [][]string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Who gets what: a line for each route, a column for each person. Written by app/access_test.go on both databases.\n\n"+
		"%s answered   %s not found   %s refused at its field: what the form names is none of the sender's   %s asked to sign in\n\n"+
		"Three marks: a thing of 36A Hàng Bạc (the area of the head, the group lead, the officer), of 6 bis Đinh Liệt (the area of the others, same ward), "+
		"of another ward (that of the other command).\nOne mark: a page that names no thing; that it lists only what its reader reaches is for TestListsHoldExactlyWhatIsInReach and TestWalk.\n\n", may, missing, refused, signIn)
	long, need := 0, 0
	for _, r := range routes {
		long, need = max(long, len(r.Pattern)), max(need, len(r.Need.String()))
	}
	line := fmt.Sprintf("%-*s  %-*s", long, "", need, "")
	for _, p := range people {
		line += "  " + pad(p, columnWidth(p))
	}
	b.WriteString(strings.TrimRight(line, " ") + "\n")
	for i, r := range routes {
		line := fmt.Sprintf("%-*s  %-*s", long, r.Pattern, need, r.Need)
		for j, p := range people {
			line += "  " + pad(cells[i][j], columnWidth(p))
		}
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	return b.String()
}

func columnWidth(person string) int { return max(3, len(person)) }

func pad(s string, n int) string { return s + strings.Repeat(" ", max(0, n-utf8.RuneCountInString(s))) }
