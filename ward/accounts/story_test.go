package accounts_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"sonha/app/apptest"
	"sonha/engine/db"
	"sonha/engine/db/dbtest"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ward/accounts"
	"sonha/ward/areas"
)

// clock is the time of a test.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// world is the program with its real gate over the small ward of apptest.
type world struct {
	Server   http.Handler
	Accounts *accounts.Store
	Areas    *areas.Store
	DB       *db.DB

	t     *testing.T
	site  *apptest.Site
	clock *clock
	// moment is where the world's clock stands, by which authenticators go; the ward's is another, as in the demo.
	moment time.Time
}

// each runs the test on both databases, each with a clock of its own: in one the days may pass faster than in the other.
func each(t *testing.T, fn func(t *testing.T, w *world)) {
	t.Helper()
	for name, address := range map[string]func(*testing.T) string{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := &clock{at: time.Date(2026, 10, 20, 8, 0, 0, 0, civil.Hanoi)}
			d, err := db.Open(t.Context(), db.Options{URL: address(t), Clock: c.now, Testing: true})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() {
				if err := d.Close(); err != nil {
					t.Errorf("close: %v", err)
				}
			})
			site := apptest.New(t, d)
			program := site.Open(false)
			w := &world{Server: program.Server, Accounts: program.Accounts, Areas: program.Areas, DB: d, t: t, site: site, clock: c, moment: time.Now()}
			w.Accounts.SetWorldClock(func() time.Time { return w.moment })
			fn(t, w)
		})
	}
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

const (
	headPhone, headPIN     = "0912 345 678", "804173"
	staffPhone, staffWords = "0987 654 321", "cây bàng trước ngõ"
)

func (w *world) person(name, phone, secret string, grants ...accounts.Grant) accounts.Account {
	w.t.Helper()
	a, err := w.Accounts.Create(w.t.Context(), w.site.System(), accounts.New{Name: name, Phone: phone, Secret: secret, Grants: grants})
	w.must(err)
	return a
}

func (w *world) head() accounts.Account {
	return w.person("Nguyễn Thị Ủy", headPhone, headPIN, accounts.Grant{Role: access.Head, Of: w.site.House["36A Hàng Bạc"]})
}

func (w *world) administrator() accounts.Account {
	return w.person("Trần Văn Thịnh", staffPhone, staffWords, accounts.Grant{Role: access.Administrator})
}

// browser keeps cookies, as a phone does.
type browser struct {
	w       *world
	cookies map[string]string
	from    string
	agent   string
}

func (w *world) browser() *browser {
	return &browser{w: w, cookies: map[string]string{}, from: "203.0.113.7:4711", agent: "Mozilla/5.0 (Linux; Android 13) Chrome/127.0 Mobile Safari/537.36"}
}

type answer struct {
	*browser

	status int
	header http.Header
	body   string
}

func (b *browser) ask(method, path string, form url.Values) *answer {
	b.w.t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	r.RemoteAddr = b.from
	r.Header.Set("User-Agent", b.agent)
	for name, value := range b.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	rec := httptest.NewRecorder()
	b.w.Server.ServeHTTP(rec, r)
	res := rec.Result()
	for _, c := range res.Cookies() {
		if c.MaxAge < 0 {
			delete(b.cookies, c.Name)
		} else {
			b.cookies[c.Name] = c.Value
		}
	}
	return &answer{browser: b, status: res.StatusCode, header: res.Header, body: rec.Body.String()}
}

func (b *browser) get(path string) *answer { b.w.t.Helper(); return b.ask(http.MethodGet, path, nil) }

func (b *browser) post(path string, pairs ...string) *answer {
	b.w.t.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Add(pairs[i], pairs[i+1])
	}
	return b.ask(http.MethodPost, path, form)
}

func (b *browser) signIn(phone, secret string) *answer {
	b.w.t.Helper()
	return b.post("/sign-in", "phone", phone, "secret", secret)
}

func (a *answer) is(status int) *answer {
	a.w.t.Helper()
	if a.status != status {
		a.w.t.Fatalf("status %d, want %d: %.700s", a.status, status, a.text("main"))
	}
	return a
}

func (a *answer) goes(to string) *answer {
	a.w.t.Helper()
	a.is(http.StatusSeeOther)
	if got := a.header.Get("Location"); got != to {
		a.w.t.Fatalf("goes to %s, want %s", got, to)
	}
	return a
}

func (a *answer) says(text string) *answer {
	a.w.t.Helper()
	if !strings.Contains(a.text("body"), text) {
		a.w.t.Errorf("does not say %q: %.900s", text, a.text("main"))
	}
	return a
}

func (a *answer) doc() *goquery.Document {
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(a.body))
	a.w.must(err)
	return doc
}

func (a *answer) text(selector string) string { return civil.NFC(a.doc().Find(selector).Text()) }

func (a *answer) attr(selector, name string) string {
	v, _ := a.doc().Find(selector).First().Attr(name)
	return v
}

// in reports whether the browser is signed in.
func (b *browser) in() bool {
	b.w.t.Helper()
	return b.get("/account").status == http.StatusOK
}
