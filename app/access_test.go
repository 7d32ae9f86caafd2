package app_test

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/png"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"sonha/app/apptest"
	"sonha/engine/db"
	"sonha/engine/db/dbtest"
	"sonha/engine/files"
	"sonha/engine/jobs"
	"sonha/engine/page"
	"sonha/engine/sheet"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/accounts"
	"sonha/ward/campaigns"
	"sonha/ward/criteria"
	"sonha/ward/doors"
	"sonha/ward/inbox"
	"sonha/ward/indicators"
	"sonha/ward/inspections"
	"sonha/ward/logbook"
	"sonha/ward/notices"
	"sonha/ward/proposals"
	"sonha/ward/twins"
)

// The outcomes of a request, as the table writes them.
const (
	may     = "✓" // answered: a page, a file, a form that was taken or refused with its reasons
	missing = "·" // not found, which says nothing about whether it exists
	signIn  = "?" // asked to sign in
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
			if !strings.Contains(strings.Join(cells[i], ""), may) {
				t.Errorf("%s answers nobody: what the test asks it for says nothing about who may", route.Pattern)
			}
		}
		golden(t, "testdata/access.golden", table(routes, people, cells))
	})
}

// ask gives the marks of one person at one route: one mark, or one for each spot when the route names a thing.
func (m *maker) ask(person string, route page.Route) string {
	m.T.Helper()
	named := slices.ContainsFunc(parts.FindAllString(route.Pattern, -1), func(p string) bool { return literals[p] == "" }) || inQuery[route.Pattern] != ""
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
	if q := inQuery[route.Pattern]; q != "" {
		name, prefix, _ := strings.Cut(q, "=")
		path += "?" + name + "=" + thing(prefix)
	}
	return path, used
}

// literals are the parts of a path that name no thing of the ward.
var literals = map[string]string{"{item}": "TC2", "{code}": "TC2", "{lang}": "en", "{i}": "I3", "{channel}": "push", "{month}": "2026-10", "{size}": "large", "{file}": "figures.json?ward=hoan-kiem"}

// inQuery are the routes that name a thing behind the question mark: the field, and of which path it is.
var inQuery = map[string]string{
	"GET /forms/blank.pdf":       "form=form of paper",
	"GET /forms/sheets.pdf":      "where=place of paper",
	"GET /houses/{id}/forms.pdf": "form=form of paper",
	"GET /plan/plan.pdf":         "of=plan",
}

// maker makes the things that routes name, each in the place that is asked for, and makes them anew when they are used up.
type maker struct {
	*apptest.Site
	kept    map[string]string
	visits  map[string]visit
	rosters int
}

// visit is a finished inspection with a photo and the measure of its shortcoming.
type visit struct{ inspection, photo, measure string }

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
	if strings.HasPrefix(prefix, "GET /proposals/") || strings.HasPrefix(prefix, "POST /proposals/") || // a draft is its sender's
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
	for _, table := range []map[string]func(m *maker, person string, at spot) string{things, mediationThings, awardThings, handoverThings, meetingThings, reviewThings, objectionThings} {
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

// paper is the code of a sheet that was printed for the house.
func (m *maker) paper(_ string, at spot) string {
	m.T.Helper()
	m.campaign("", at)
	run, err := m.Twins.Prepare(m.T.Context(), at.program, twins.Choice{Form: twins.Assessment, House: at.house})
	if err != nil {
		m.T.Fatal(err)
	}
	return string(run.Codes()[0])
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

func (m *maker) read(who access.Actor, fn func(*db.Tx) error) {
	m.T.Helper()
	if err := m.DB.Read(m.T.Context(), who, fn); err != nil {
		m.T.Fatal(err)
	}
}

// campaign is the one of the ward; the other ward gets one when it is first asked for.
func (m *maker) campaign(_ string, at spot) string {
	m.T.Helper()
	c, err := m.Campaigns.ByYear(m.T.Context(), at.program, 2026)
	if fault.Is(err, fault.Missing) {
		c = m.begin(at, 2026, campaigns.Inspect)
	} else if err != nil {
		m.T.Fatal(err)
	}
	return c.ID
}

// logged is an entry of the house's log that is to be followed up.
func (m *maker) logged(_ string, at spot) string { return m.log(at, files.Photo{}) }

// pictured is one with a photo.
func (m *maker) pictured(_ string, at spot) string {
	m.T.Helper()
	var picture bytes.Buffer
	if err := png.Encode(&picture, image.NewGray(image.Rect(0, 0, 8, 8))); err != nil {
		m.T.Fatal(err)
	}
	photo, err := m.Files.SavePhoto(&picture, files.Limits{})
	if err != nil {
		m.T.Fatal(err)
	}
	return m.log(at, photo)
}

func (m *maker) log(at spot, photo files.Photo) string {
	m.T.Helper()
	today := civil.DayOf(m.DB.Now())
	id, err := m.Logbook.Add(m.T.Context(), at.program, at.house, logbook.Draft{Kind: logbook.Infrastructure, On: today, Text: "Đèn cầu thang hỏng", FollowBy: today, Photo: photo})
	if err != nil {
		m.T.Fatal(err)
	}
	return id
}

// closed is a campaign of an earlier year that was closed.
func (m *maker) closed(_ string, at spot) string {
	m.T.Helper()
	c, err := m.Campaigns.ByYear(m.T.Context(), at.program, 2025)
	if err == nil {
		return c.ID
	}
	c = m.begin(at, 2025, campaigns.Publish)
	if err := m.Results.Close(m.T.Context(), at.program, c.ID, c.Version); err != nil {
		m.T.Fatal(err)
	}
	return c.ID
}

func (m *maker) begin(at spot, year int, phase campaigns.Phase) campaigns.Campaign {
	m.T.Helper()
	ctx := m.T.Context()
	c, err := m.Campaigns.Create(ctx, at.program, campaigns.New{Year: year, Criteria: m.Set.Version})
	if err == nil {
		err = m.DB.Write(ctx, at.program, func(tx *db.Tx) error {
			if err := campaigns.SetPhase(ctx, tx, c, phase, c.Version); err != nil {
				return err
			}
			c, err = campaigns.InTx(ctx, tx, c.ID)
			return err
		})
	}
	if err != nil {
		m.T.Fatal(err)
	}
	return c
}

// inspected is an inspection of the house that found one thing lacking and is finished.
func (m *maker) inspected(at spot) visit {
	m.T.Helper()
	if v, ok := m.visits[at.name]; ok {
		return v
	}
	m.campaign("", at)
	ctx := m.T.Context()
	i, err := m.inspect(ctx, at)
	if err != nil {
		m.T.Fatal(err)
	}
	v := visit{inspection: i.ID, photo: i.Photos[0].ID, measure: m.measureOf(at, i.Shortcomings[0].ID)}
	m.visits[at.name] = v
	return v
}

func (m *maker) inspect(ctx context.Context, at spot) (inspections.Inspection, error) {
	var i inspections.Inspection
	id, err := m.Inspections.Start(ctx, at.program, at.house, inspections.Planned)
	if err != nil {
		return i, err
	}
	var picture bytes.Buffer
	if err := png.Encode(&picture, image.NewGray(image.Rect(0, 0, 8, 8))); err != nil {
		return i, err
	}
	photo, err := m.Files.SavePhoto(&picture, files.Limits{})
	if err != nil {
		return i, err
	}
	if _, err := m.Inspections.AddPhotos(ctx, at.program, id, "TC2", []files.Photo{photo}); err != nil {
		return i, err
	}
	if i, err = m.Inspections.Get(ctx, at.program, id); err != nil {
		return i, err
	}
	found := criteria.Answers(strings.Repeat("2", m.Set.Len())).With(m.Set.Index("TC2"), criteria.Fail)
	i.ResidentSide = "Tổ dân phố: Trần Văn Nam"
	if _, err := m.Inspections.SaveSheet(ctx, at.program, id, inspections.Sheet{Version: i.Version, Opened: i.Found, Filled: found, Visit: i.Visit}); err != nil {
		return i, err
	}
	if i, err = m.Inspections.Get(ctx, at.program, id); err != nil {
		return i, err
	}
	return m.Inspections.Finish(ctx, at.program, id, inspections.Proposal{Class: criteria.Judge(m.Set, i.Known(m.Set)).Class, Version: i.Version})
}

// message is one in the person's own inbox, about the house.
func (m *maker) message(person string, at spot) string {
	m.T.Helper()
	id := db.NewID() // of nobody, when the person has no account in that ward
	err := m.DB.Write(m.T.Context(), at.program, func(tx *db.Tx) error {
		to := inbox.To{Accounts: []string{m.Actor(person).Account()}}
		about := "test " + person + " " + at.name
		if err := inbox.Tell(m.T.Context(), tx, to, inbox.Message{Kind: inbox.Results, Key: "inbox.new", Href: "/today", House: at.house, About: about}); err != nil {
			return err
		}
		tx.Untold("a test")
		err := tx.One(m.T.Context(), `select m.id from messages m where m.ward_id = {ward} and m.about = $1`, about).Scan(&id)
		if fault.Is(err, fault.Missing) {
			return nil
		}
		return err
	})
	if err != nil {
		m.T.Fatal(err)
	}
	return id
}

// proposal is one that a household of the house sent, with a photo: the person itself where it lives there.
func (m *maker) proposal(person string, at spot) string {
	m.T.Helper()
	if who := m.Actor(person); who.Role() == access.Household && m.reachesDoor(who, at.house) {
		return m.propose(who, at, true)
	}
	return m.propose(m.dweller(at), at, true)
}

// proposalDraft is a draft of the person, or of a household of the house where the person may propose nothing there.
func (m *maker) proposalDraft(person string, at spot) string {
	m.T.Helper()
	who := m.Actor(person)
	if !who.May(access.Propose) || !m.reachesDoor(who, at.house) {
		who = m.dweller(at)
	}
	return m.propose(who, at, false)
}

func (m *maker) reachesDoor(who access.Actor, house string) bool {
	doors, err := m.Proposals.Doors(m.T.Context(), who)
	if err != nil {
		m.T.Fatal(err)
	}
	return slices.ContainsFunc(doors, func(d proposals.Door) bool { return d.ID == house })
}

// dweller is a household of the house that is none of the people of the site.
func (m *maker) dweller(at spot) access.Actor {
	ward := at.program.Ward()
	return access.SignedInAs(db.NewID(), "Hộ H03", access.Household, ward, []access.Grant{{Role: access.Household, Ward: ward, ID: at.house, Household: "H03"}})
}

func (m *maker) propose(who access.Actor, at spot, send bool) string {
	m.T.Helper()
	ctx := m.T.Context()
	f := proposals.Form{House: at.house, Category: "locks", Place: "gate", Title: "Cổng chung không khóa được", Urgent: true}
	id, _, err := m.Proposals.Sketch(ctx, who, "", f, []files.Photo{m.picture()}, false, proposals.Said{})
	if err == nil && send {
		_, err = m.Proposals.Send(ctx, who, id, proposals.Said{Warned: true, Other: true})
	}
	if err != nil {
		m.T.Fatal(err)
	}
	return id
}

func (m *maker) picture() files.Photo {
	m.T.Helper()
	var picture bytes.Buffer
	err := png.Encode(&picture, image.NewGray(image.Rect(0, 0, 8, 8)))
	if err != nil {
		m.T.Fatal(err)
	}
	photo, err := m.Files.SavePhoto(&picture, files.Limits{})
	if err != nil {
		m.T.Fatal(err)
	}
	return photo
}

func (m *maker) proposalPhoto(person string, at spot) string {
	m.T.Helper()
	id := m.proposal(person, at)
	p, err := m.Proposals.Get(m.T.Context(), at.program, id)
	if err != nil {
		m.T.Fatal(err)
	}
	return p.Photos[0].ID
}

// address is the link that confirms an address of the head of the house.
func (m *maker) address(_ string, at spot) string {
	a, err := m.Accounts.Create(m.T.Context(), at.program, accounts.New{Name: "Trần Thị Thử", Grants: []accounts.Grant{{Role: access.Head, Of: at.house}}})
	if err == nil {
		who := access.SignedInAs(a.ID, a.Name, access.Head, at.program.Ward(), []access.Grant{{Role: access.Head, Ward: at.program.Ward(), ID: at.house}})
		_, err = m.Inbox.SetMail(m.T.Context(), who, "thu@phuong.example", inbox.Digest)
	}
	if err != nil {
		m.T.Fatal(err)
	}
	return m.Inbox.ConfirmToken(at.program.Ward(), a.ID, "thu@phuong.example")
}

// account is a new head of the house.
func (m *maker) account(_ string, at spot) string {
	m.T.Helper()
	a, err := m.Accounts.Create(m.T.Context(), at.program, accounts.New{Name: "Trần Thị Thử", Grants: []accounts.Grant{{Role: access.Head, Of: at.house}}})
	if err != nil {
		m.T.Fatal(err)
	}
	return a.ID
}

// upload is a roster of one new house, read and not yet decided on.
func (m *maker) upload(_ string, at spot) string {
	m.T.Helper()
	m.rosters++
	return m.send(at, "danh-sach.csv", fmt.Appendf(nil, "Số nhà,Phố,Số hộ,Tổ dân phố,Khu vực\n%d,Hàng Bạc,3,1,1\n", 1000+m.rosters))
}

// workbook is the same as an XLSX file.
func (m *maker) workbook(_ string, at spot) string {
	m.T.Helper()
	m.rosters++
	var file bytes.Buffer
	x, err := sheet.NewXLSX(&file)
	if err == nil {
		err = x.Begin(sheet.Table{Name: "Danh sách", Columns: []sheet.Column{{Title: "Số nhà"}, {Title: "Phố"}, {Title: "Số hộ"}}})
	}
	if err == nil {
		err = x.Row(strconv.Itoa(1000+m.rosters), "Hàng Bạc", 3)
	}
	if err == nil {
		err = x.Close()
	}
	if err != nil {
		m.T.Fatal(err)
	}
	return m.send(at, "danh-sach.xlsx", file.Bytes())
}

// applied is a roster that was taken in and can be taken back.
func (m *maker) applied(person string, at spot) string {
	m.T.Helper()
	id := m.upload(person, at)
	b := m.As(at.command)
	return m.wait(b, b.Post("/imports/"+id+"/apply", nil))
}

func (m *maker) send(at spot, name string, file []byte) string {
	m.T.Helper()
	b := m.As(at.command)
	return m.wait(b, b.Upload("/imports", "file", name, file, url.Values{"kind": {"roster"}}))
}

// wait follows an answer over the page of a job to the import, and gives its id.
func (m *maker) wait(b *apptest.Browser, r *apptest.Reply) string {
	m.T.Helper()
	to := r.Goes()
	for range 200 {
		if id, ok := strings.CutPrefix(to, "/imports/"); ok {
			return id
		}
		if r = b.Get(to); r.Status == http.StatusOK { // still at work
			time.Sleep(10 * time.Millisecond)
			continue
		}
		to = r.Goes()
	}
	m.T.Fatal("the roster is still being read")
	return ""
}

// plated is the plate of the house.
func (m *maker) plated(_ string, at spot) string {
	m.T.Helper()
	list, err := m.Doors.Print(m.T.Context(), at.program, doors.Filter{House: at.house})
	if err != nil {
		m.T.Fatal(err)
	}
	return strings.TrimPrefix(doors.Path(at.program.Ward(), list[0].Token), "/d/")
}

// announced is an urgent announcement to the house of the spot and its group, from the one who leads that group: its walk has begun.
func (m *maker) announced(person string, at spot) string { return m.announce(person, at, time.Time{}) }

// news is the same from the ward, open to everybody.
func (m *maker) news(_ string, at spot) string {
	m.T.Helper()
	id := m.announcedBy(m.Actor(at.command), true)
	if _, err := m.Notices.Send(m.T.Context(), m.Actor(at.command), id, time.Time{}, 2); err != nil {
		m.T.Fatal(err)
	}
	return strings.TrimPrefix(notices.PublicPath(m.Actor(at.command).Ward(), id), "/n/")
}

// ahead is one that is to be sent tomorrow.
func (m *maker) ahead(person string, at spot) string {
	return m.announce(person, at, m.DB.Now().Add(24*time.Hour))
}

// drafted is one that is not sent.
func (m *maker) drafted(_ string, at spot) string { return m.announcedBy(m.lead(at), false) }

func (m *maker) announce(_ string, at spot, when time.Time) string {
	m.T.Helper()
	id := m.announcedBy(m.lead(at), false)
	if _, err := m.Notices.Send(m.T.Context(), m.lead(at), id, when, 2); err != nil {
		m.T.Fatal(err)
	}
	return id
}

// lead is who leads the group of the spot; in the other ward, which has none, its command.
func (m *maker) lead(at spot) access.Actor {
	switch at.house {
	case m.House["36A Hàng Bạc"]:
		return m.Actor("group lead")
	case m.House["6 bis Đinh Liệt"]:
		return m.Actor("other group lead")
	}
	return m.Actor(at.command)
}

func (m *maker) announcedBy(who access.Actor, public bool) string {
	m.T.Helper()
	id, err := m.Notices.Create(m.T.Context(), who, notices.Write{
		Text:     notices.Text{Title: "Cắt nước sáng thứ Bảy", Body: "Các hộ trữ nước dùng trong buổi sáng.", Urgent: true, Reason: "Đường ống vỡ", Public: public},
		Audience: notices.Audience{Heads: true, Households: true, Officers: true, Leads: true, Area: notices.Whole},
	})
	if err != nil {
		m.T.Fatal(err)
	}
	var picture bytes.Buffer
	if err := png.Encode(&picture, image.NewGray(image.Rect(0, 0, 8, 8))); err != nil {
		m.T.Fatal(err)
	}
	photo, err := m.Files.SavePhoto(&picture, files.Limits{})
	if err == nil {
		_, err = m.Notices.Attach(m.T.Context(), who, id, notices.File{Kind: notices.Photo, Name: photo.Name})
	}
	if err != nil {
		m.T.Fatal(err)
	}
	return id
}

// link is a one-time link that nobody has used.
func (m *maker) link(person string, at spot) string {
	m.T.Helper()
	token, err := m.Accounts.Invite(m.T.Context(), at.program, m.account(person, at))
	if err != nil {
		m.T.Fatal(err)
	}
	return token
}

// card is the card of a household, whose PIN is still to be chosen.
func (m *maker) card(at spot, household string) string {
	m.T.Helper()
	issued, err := m.Households.Issue(m.T.Context(), at.program, at.house, []string{household}, nil)
	if err != nil {
		m.T.Fatal(err)
	}
	return issued[0].Token
}

// job is long work that the person began, or, elsewhere, that somebody else began.
func (m *maker) job(person string, at spot) string {
	m.T.Helper()
	who := m.Actor(person)
	if at.house != m.House["36A Hàng Bạc"] {
		who = m.Actor(at.command)
	}
	if person == at.command && at.house != m.House["36A Hàng Bạc"] {
		who = m.Actor("administrator")
	}
	return m.Jobs.Start(who, "houses.import_reading", func(context.Context, *jobs.Progress) (string, error) { return "/today", nil })
}

// export is a file that the person had made, or, elsewhere, that somebody else had.
func (m *maker) export(person string, at spot) string {
	m.T.Helper()
	who := m.Actor(person)
	if at.house != m.House["36A Hàng Bạc"] {
		who = m.Actor(at.command)
	}
	if person == at.command && at.house != m.House["36A Hàng Bạc"] {
		who = m.Actor("administrator")
	}
	id := m.Jobs.Export(who, "dossiers.export.doing", person, access.SignedIn, jobs.File{Name: "a.csv", Type: "text/csv"},
		func(_ context.Context, _ *jobs.Progress, out io.Writer) error {
			_, err := io.WriteString(out, "36A")
			return err
		})
	if _, err := m.Jobs.Get(who, id, time.Minute); err != nil && who.Known() {
		m.T.Fatal(err)
	}
	return id
}

// form is what is sent: nothing, so that little changes, unless a form without anything would be refused before anybody looks for
// the thing, which would say nothing about who reaches it.
func (m *maker) form(person, pattern string, at spot) url.Values {
	m.T.Helper()
	for _, form := range []url.Values{mediationForm(pattern), awardForm(pattern), meetingForm(pattern), objectionForm(pattern)} {
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
	case "POST /proposals":
		return url.Values{"house": {at.house}}
	case "POST /proposals/{id}/join":
		id, _ := m.thing(person, "/proposals/{id}", at)
		return url.Values{"to": {id}}
	case "POST /proposals/{id}/verdict":
		return url.Values{"verdict": {"reopen"}}
	case "POST /proposals/{id}/work":
		return url.Values{"act": {"note"}}
	case "POST /doors/plates.pdf":
		return url.Values{"house": {at.house}}
	case "POST /notices/{id}/told":
		return url.Values{"house": {at.house}}
	case "POST /measures/{id}/work", "POST /measures", "POST /plan":
		return m.measureForm(pattern, at)
	case "POST /approvals":
		return url.Values{"campaign": {m.campaign(person, at)}}
	}
	return url.Values{}
}

// count is an official count that holds.
func (m *maker) count(at spot) string {
	m.T.Helper()
	ctx := m.T.Context()
	m.rosters++
	period, _ := indicators.NewPeriod(indicators.Year, 1950+m.rosters, 0)
	if err := m.Indicators.Record(ctx, at.program, indicators.New{Series: indicators.Crime, Period: period, Value: 20}); err != nil {
		m.T.Fatal(err)
	}
	entries, _, err := m.Indicators.Entries(ctx, at.program, indicators.Crime)
	if err != nil {
		m.T.Fatal(err)
	}
	return entries[slices.IndexFunc(entries, func(e indicators.Entry) bool { return e.Period == period })].ID
}

// seriesBreak is a break that the ward added.
func (m *maker) seriesBreak(at spot) string {
	m.T.Helper()
	ctx := m.T.Context()
	m.rosters++
	day := civil.NewDay(1950+m.rosters, 1, 1)
	if err := m.Indicators.AddBreak(ctx, at.program, string(day), "Cách tính mới"); err != nil {
		m.T.Fatal(err)
	}
	_, breaks, err := m.Indicators.Entries(ctx, at.program, indicators.Crime)
	if err != nil {
		m.T.Fatal(err)
	}
	return breaks[slices.IndexFunc(breaks, func(b indicators.Break) bool { return b.On == day })].ID
}

// table writes the marks for reading: a line for a route, a column for a person.
func table(routes []page.Route, people []string, cells [][]string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Who gets what: a line for each route, a column for each person. Written by app/access_test.go on both databases.\n\n"+
		"%s answered   %s not found   %s asked to sign in\n\n"+
		"Three marks: a thing of 36A Hàng Bạc (the area of the head, the group lead, the officer), of 6 bis Đinh Liệt (the area of the others, same ward), "+
		"of another ward (that of the other command).\nOne mark: a page that names no thing; that it lists only what its reader reaches is for TestListsHoldExactlyWhatIsInReach and TestWalk.\n\n", may, missing, signIn)
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
