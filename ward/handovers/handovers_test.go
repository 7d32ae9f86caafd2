package handovers_test

import (
	"context"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"sonha/app/apptest"
	"sonha/engine/db"
	"sonha/engine/db/dbtest"
	"sonha/engine/page"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/accounts"
	"sonha/ward/handovers"
	"sonha/ward/logbook"
)

const bac = "36A Hàng Bạc"

// sitting is the program with its real gate, and two telephones.
type sitting struct {
	Server    http.Handler
	Accounts  *accounts.Store
	Handovers *handovers.Store
	Logbook   *logbook.Store

	t     *testing.T
	site  *apptest.Site
	clock *dbtest.Clock
	url   string
}

func (s *sitting) pass(d time.Duration) { s.clock.Pass(d) }

func each(t *testing.T, fn func(t *testing.T, s *sitting)) {
	t.Helper()
	t.Parallel()
	evening := time.Date(2026, 11, 21, 19, 30, 0, 0, civil.Hanoi)
	dbtest.EachAt(t, evening, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		s := &sitting{t: t, site: apptest.New(t, d), clock: c}
		program := s.site.Open(false)
		s.Server, s.Accounts, s.Handovers, s.Logbook = program.Server, program.Accounts, program.Handovers, program.Logbook
		server := httptest.NewServer(s.Server)
		t.Cleanup(server.Close)
		s.url = server.URL
		fn(t, s)
	})
}

// account makes somebody with a PIN.
func (s *sitting) account(name, phone string, role access.Role, of string) accounts.Account {
	s.t.Helper()
	a, err := s.Accounts.Create(s.t.Context(), s.site.System(), accounts.New{Name: name, Phone: phone, Secret: "804163", Grants: []accounts.Grant{{Role: role, Of: of}}})
	if err != nil {
		s.t.Fatal(err)
	}
	return a
}

// telephone is a browser of its own.
type telephone struct {
	s *sitting
	c *http.Client
}

func (s *sitting) telephone() *telephone {
	jar, err := cookiejar.New(nil)
	if err != nil {
		s.t.Fatal(err)
	}
	return &telephone{s, &http.Client{Jar: jar}}
}

// answer is a page as its reader sees it.
type answer struct {
	status int
	at     string
	doc    *goquery.Document
}

func (p *telephone) read(r *http.Response, err error) answer {
	p.s.t.Helper()
	if err != nil {
		p.s.t.Fatal(err)
	}
	defer func() { _ = r.Body.Close() }()
	doc, err := goquery.NewDocumentFromReader(r.Body)
	if err != nil {
		p.s.t.Fatal(err)
	}
	return answer{r.StatusCode, r.Request.URL.Path, doc}
}

func (p *telephone) do(method, path string, body url.Values) answer {
	p.s.t.Helper()
	ctx, cancel := context.WithTimeout(p.s.t.Context(), time.Minute)
	defer cancel()
	var r *http.Request
	var err error
	if method == http.MethodGet {
		r, err = http.NewRequestWithContext(ctx, method, p.s.url+path, nil)
	} else {
		body.Set(page.RequestID, db.NewID())
		r, err = http.NewRequestWithContext(ctx, method, p.s.url+path, strings.NewReader(body.Encode()))
		if err == nil {
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
	}
	if err != nil {
		p.s.t.Fatal(err)
	}
	return p.read(p.c.Do(r)) //nolint:bodyclose // read closes it
}

func (p *telephone) get(path string) answer { return p.do(http.MethodGet, path, nil) }

func (p *telephone) signIn(phone string) answer {
	return p.do(http.MethodPost, "/sign-in", url.Values{"phone": {phone}, "secret": {"804163"}})
}

func (a answer) has(t *testing.T, text string) answer {
	t.Helper()
	if all := civil.NFC(a.doc.Find("body").Text()); !strings.Contains(all, civil.NFC(text)) {
		t.Errorf("%s (%d) does not say %q: %.600s", a.at, a.status, text, all)
	}
	return a
}

// newcomer is what the one who comes fills in.
func newcomer() url.Values {
	return url.Values{"as": {"new"}, "name": {"Nguyễn Văn Nhận"}, "phone": {"0988 777 666"}, "secret": {"739153"}, "again": {"739153"}, "seen": {"1"}}
}

func TestAHousePassesToTheNextHeadInOneSitting(t *testing.T) {
	each(t, func(t *testing.T, s *sitting) {
		house := s.site.House[bac]
		s.account("Trần Thị Giao", "0911 222 333", access.Head, house)
		if _, err := s.Logbook.Add(t.Context(), s.site.System(), house, logbook.Draft{Kind: logbook.Infrastructure, On: "2026-11-20", Text: "Đèn cầu thang hỏng", FollowBy: "2026-11-23"}); err != nil {
			t.Fatal(err)
		}
		old, next := s.telephone(), s.telephone()
		old.signIn("0911222333")
		desk := "/houses/" + house + "/handover"
		old.get(desk).has(t, "1 việc trong nhật ký cần theo dõi").has(t, "Hạn 23/11/2026").has(t, "báo cáo tháng chưa gửi")
		old.do(http.MethodPost, desk, url.Values{}).has(t, "chọn bàn giao việc trưởng hay phó")
		opened := old.do(http.MethodPost, desk, url.Values{"duty": {"head"}}).has(t, "Mã chỉ hiện một lần")
		link, ok := opened.doc.Find(`a[href^="/handover/"]`).Attr("href")
		if !ok || opened.doc.Find("svg.qr").Length() != 1 {
			t.Fatal("no link and no code for the successor")
		}
		// Until the other side has said yes, nothing changes.
		old.get("/today").has(t, "Hôm nay")
		next.get(link).has(t, "Trần Thị Giao bàn giao việc trưởng số nhà").has(t, "1 việc trong nhật ký cần theo dõi")
		form := newcomer()
		form.Del("seen")
		form.Set("secret", "111111")
		form.Set("again", "111111")
		if a := next.do(http.MethodPost, link, form); a.status != http.StatusUnprocessableEntity || a.doc.Find(`[name=name]`).AttrOr("value", "") != "Nguyễn Văn Nhận" {
			t.Errorf("an easy PIN: status %d", a.status)
		}
		form = newcomer()
		form.Del("seen")
		next.do(http.MethodPost, link, form).has(t, "xem các việc đang mở rồi đánh dấu")
		form = newcomer()
		form.Set("phone", "0911 222 333")
		next.do(http.MethodPost, link, form).has(t, "Số này đã có tài khoản khác dùng")
		if a := next.do(http.MethodPost, link, newcomer()).has(t, "Đã nhận").has(t, "Theo dõi 1 việc trong nhật ký"); a.at != "/today" {
			t.Errorf("the new head lands at %s", a.at)
		}
		// That minute the one who goes is out, and is told so.
		if a := old.get("/houses/" + house); a.at != "/sign-in" {
			t.Errorf("the one who left still sees %s", a.at)
		}
		old.get(link).has(t, "Đã bàn giao 36A Hàng Bạc")
		old.signIn("0911222333").has(t, "đã bàn giao 36A Hàng Bạc ngày 21/11/2026")
		next.get("/houses/"+house).has(t, "Nguyễn Văn Nhận")
		next.get(desk).has(t, "Trần Thị Giao giao, Nguyễn Văn Nhận nhận")
		next.get("/inbox").has(t, "đã nhận 36A Hàng Bạc")
		s.site.As("officer").Get("/houses/"+house).OK().Has("main", "Nguyễn Văn Nhận")
		// Pressed twice it is still one hand-over.
		next.do(http.MethodPost, link, newcomer()).has(t, "Đã bàn giao")
		s.pass(25 * time.Hour)
		if a := next.get(link); a.status != http.StatusNotFound {
			t.Errorf("a day later the link answers %d", a.status)
		}
	})
}

func TestADeputyTakesOverWithTheOwnAccount(t *testing.T) {
	each(t, func(t *testing.T, s *sitting) {
		house := s.site.House[bac]
		s.account("Trần Thị Giao", "0911 222 333", access.Head, house)
		s.account("Lê Văn Phó", "0922 333 444", access.Head, house)
		old, deputy := s.telephone(), s.telephone()
		old.signIn("0911222333")
		deputy.signIn("0922333444")
		opened := old.do(http.MethodPost, "/houses/"+house+"/handover", url.Values{"duty": {"deputy"}})
		link, _ := opened.doc.Find(`a[href^="/handover/"]`).Attr("href")
		if a := old.do(http.MethodPost, link, url.Values{"seen": {"1"}}); a.status != http.StatusUnprocessableEntity {
			t.Errorf("a head hands over to nobody but the own account: %d", a.status)
		}
		deputy.get(link).has(t, "tài khoản đang đăng nhập: Lê Văn Phó")
		deputy.do(http.MethodPost, link, url.Values{"seen": {"1"}})
		deputy.get("/houses/"+house).has(t, "Lê Văn Phó").has(t, "phó trưởng số nhà · "+bac+" · bàn giao")
		old.signIn("0911222333").has(t, "đã bàn giao")
	})
}

// Whoever inspects or approves houses takes none over, whatever other role they have, and a lead who confirms for an absent head gives
// the house to somebody else: the store refuses it, however the request was made.
func TestWhoJudgesAHouseDoesNotTakeIt(t *testing.T) {
	each(t, func(t *testing.T, s *sitting) {
		house := s.site.House[bac]
		a := s.account("Trần Thị Giao", "0911 222 333", access.Head, house)
		head := access.SignedInAs(a.ID, a.Name, access.Head, s.site.Ward.ID, []access.Grant{{Role: access.Head, Ward: s.site.Ward.ID, ID: house}})
		person := func(phone string, grants ...accounts.Grant) string {
			t.Helper()
			x, err := s.Accounts.Create(t.Context(), s.site.System(), accounts.New{Name: "Lê Văn Khác", Phone: phone, Secret: "cây bàng trước ngõ", Grants: grants})
			if err != nil {
				t.Fatal(err)
			}
			return x.ID
		}
		other := accounts.Grant{Role: access.Head, Of: s.site.House["36 Hàng Bạc"]}
		officer := person("0922 333 441", accounts.Grant{Role: access.Officer, Of: s.site.Beat["Khu vực 1"]}, other)
		command := person("0922 333 442", accounts.Grant{Role: access.Command}, other)
		lead := person("0922 333 443", accounts.Grant{Role: access.GroupLead, Of: s.site.Group["Tổ dân phố 1"]}, other)
		take := func(who access.Actor, to string) error {
			t.Helper()
			link, err := s.Handovers.Start(t.Context(), who, house, a.ID, handovers.Head)
			if err != nil {
				t.Fatal(err)
			}
			_, err = s.Handovers.Take(t.Context(), link, accounts.Successor{Account: to}, true)
			return err
		}
		byLead := s.site.Actor("group lead")
		for name, err := range map[string]error{
			"officer": take(head, officer), "command": take(head, command), "officer by the lead": take(byLead, officer), "lead by the lead": take(byLead, lead),
		} {
			if e, ok := fault.As(err); !ok || e.Key != "accounts.not_to_office" {
				t.Errorf("%s takes the house: %v", name, err)
			}
		}
		if err := take(head, lead); err != nil { // a lead who lives in the house, from its head's own hand
			t.Errorf("the lead: %v", err)
		}
	})
}

func TestALinkIsNarrow(t *testing.T) {
	each(t, func(t *testing.T, s *sitting) {
		house := s.site.House[bac]
		a := s.account("Trần Thị Giao", "0911 222 333", access.Head, house)
		head := access.SignedInAs(a.ID, a.Name, access.Head, s.site.Ward.ID, []access.Grant{{Role: access.Head, Ward: s.site.Ward.ID, ID: house}})
		link := func(who access.Actor) string {
			t.Helper()
			text, err := s.Handovers.Start(t.Context(), who, house, a.ID, handovers.Head)
			if err != nil {
				t.Fatal(err)
			}
			return text
		}
		gone := func(text string) {
			t.Helper()
			if _, _, err := s.Handovers.By(t.Context(), text); !fault.Is(err, fault.Missing) {
				t.Errorf("a link that is over still opens: %v", err)
			}
			if _, err := s.Handovers.Take(t.Context(), text, accounts.Successor{Name: "Ai Đó", Attempt: accounts.Attempt{Phone: "0988777666", Secret: "739153"}}, true); !fault.Is(err, fault.Missing) {
				t.Errorf("a link that is over is taken: %v", err)
			}
		}
		first := link(head)
		second := link(head)
		gone(first)
		if err := s.Handovers.Stop(t.Context(), head, house); err != nil {
			t.Fatal(err)
		}
		gone(second)
		late := link(s.site.Actor("group lead")) // for a head who is gone
		s.pass(2*time.Hour + time.Minute)
		gone(late)
		gone("1.nothing")
		for _, person := range []string{"other head", "other group lead", "officer", "command", "household", "administrator"} {
			if _, err := s.Handovers.Start(t.Context(), s.site.Actor(person), house, a.ID, handovers.Head); !fault.Is(err, fault.Missing) {
				t.Errorf("%s hands the house over: %v", person, err)
			}
		}
		// The house whose head was ended by the administrator meanwhile is not handed over twice.
		again := link(head)
		full, err := s.Accounts.Get(t.Context(), s.site.System(), a.ID)
		if err == nil {
			err = s.Accounts.EndRole(t.Context(), s.site.System(), a.ID, full.Grants[0].ID)
		}
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Handovers.Take(t.Context(), again, accounts.Successor{Name: "Ai Đó", Attempt: accounts.Attempt{Phone: "0988777666", Secret: "739153"}}, true); !fault.Is(err, fault.Clash) {
			t.Errorf("a role that ended is handed over: %v", err)
		}
	})
}
