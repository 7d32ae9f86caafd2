package page

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"sonha/engine/page/asset"
	"sonha/engine/page/ui"
	"sonha/engine/words"
	"sonha/ground/access"
	"sonha/ground/fault"
)

type gate struct{ who access.Actor }

func (g gate) Identify(*http.Request) (Identity, error) { return Identity{Actor: g.who}, nil }

func officer() access.Actor {
	return access.SignedInAs("a1", "Ông Thịnh", access.Officer, 1, []access.Grant{{Role: access.Officer, Ward: 1, ID: "b1"}})
}

func serve(t *testing.T, who access.Actor, routes ...Route) *Server {
	t.Helper()
	nav := fstest.MapFS{
		"messages/vi.toml": {Data: []byte("[test]\nsaved = \"Đã lưu.\"\n")},
		"messages/en.toml": {Data: []byte("[test]\nsaved = \"Saved.\"\n")},
	}
	catalog, err := words.Load(Messages, ui.Messages, nav)
	if err != nil {
		t.Fatal(err)
	}
	assets, err := asset.Load()
	if err != nil {
		t.Fatal(err)
	}
	s, err := New(Config{Gate: gate{who}, Words: catalog, Assets: assets, Log: slog.New(slog.DiscardHandler), Testing: true, Now: nil}, routes)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func ask(s *Server, method, path string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, nil)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

func reply(text string) Handler {
	return func(w http.ResponseWriter, r *Request) error {
		r.Actor.Touch()
		_, err := w.Write([]byte(text))
		return err
	}
}

func TestARouteWithoutANeedStopsTheProgram(t *testing.T) {
	t.Parallel()
	s := &Server{mux: http.NewServeMux()}
	for name, route := range map[string]Route{
		"no need":    {Pattern: "GET /x", Handle: reply("")},
		"two needs":  {Pattern: "GET /x", Need: access.Inspect | access.Approve, Handle: reply("")},
		"no handler": {Pattern: "GET /x", Need: access.Public},
		"no method":  {Pattern: "/x", Need: access.Public, Handle: reply("")},
	} {
		if err := s.register([]Route{route}); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestWhoMayNotIsToldNothing(t *testing.T) {
	t.Parallel()
	routes := []Route{{Pattern: "GET /approvals", Need: access.Approve, Handle: reply("secret")}, {Pattern: "POST /approvals", Need: access.Approve, Handle: reply("secret")}}
	s := serve(t, officer(), routes...)
	if w := ask(s, "GET", "/approvals"); w.Code != http.StatusNotFound || strings.Contains(w.Body.String(), "secret") {
		t.Errorf("an officer at a page of the command: %d", w.Code)
	}
	if w := ask(s, "POST", "/approvals"); w.Code != http.StatusNotFound {
		t.Errorf("an officer at an action of the command: %d", w.Code)
	}
	s = serve(t, access.Actor{}, routes...)
	if w := ask(s, "GET", "/approvals?q=1"); w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/sign-in?next=%2Fapprovals%3Fq%3D1" {
		t.Errorf("nobody at a page: %d %s", w.Code, w.Header().Get("Location"))
	}
	if w := ask(s, "POST", "/approvals"); w.Code != http.StatusUnauthorized {
		t.Errorf("nobody at an action: %d", w.Code)
	}
}

func TestErrorsSayWhatToDoAndHideTheCause(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name   string
		err    error
		status int
		says   string
	}{
		{"defect", errors.New("pq: relation does not exist"), 500, "thử lại sau ít phút"},
		{"missing", fault.NotFound("fault.not_found"), 404, "Không tìm thấy"},
		{"clash", fault.Conflict("fault.changed"), 409, "tải lại trang"},
		{"busy", fault.Unavailable(errors.New("dial tcp")), 503, "đang bận"},
	}
	for _, c := range cases {
		s := serve(t, officer(), Route{Pattern: "GET /x", Need: access.SignedIn, Handle: func(http.ResponseWriter, *Request) error { return c.err }})
		w := ask(s, "GET", "/x")
		body := w.Body.String()
		if w.Code != c.status || !strings.Contains(body, c.says) || strings.Contains(body, "relation") || strings.Contains(body, "dial tcp") {
			t.Errorf("%s: %d %s", c.name, w.Code, body)
		}
		if w := ask(s, "GET", "/x", "Accept", "application/json"); w.Code != c.status || !strings.HasPrefix(w.Header().Get("Content-Type"), "application/problem+json") {
			t.Errorf("%s as JSON: %d %s", c.name, w.Code, w.Header().Get("Content-Type"))
		}
	}
	s := serve(t, officer(), Route{Pattern: "GET /x", Need: access.SignedIn, Handle: func(http.ResponseWriter, *Request) error { panic("a defect") }})
	if w := ask(s, "GET", "/x"); w.Code != 500 || strings.Contains(w.Body.String(), "a defect") {
		t.Errorf("panic: %d", w.Code)
	}
}

// TestATooLateFormLeadsBackToItsPage: loading the answer again would send the form again, so the page itself is one link away.
func TestATooLateFormLeadsBackToItsPage(t *testing.T) {
	t.Parallel()
	late := func(http.ResponseWriter, *Request) error { return fault.Conflict("fault.changed") }
	s := serve(t, officer(), Route{Pattern: "POST /x", Need: access.SignedIn, Handle: late}, Route{Pattern: "GET /x", Need: access.SignedIn, Handle: late})
	for _, c := range []struct {
		method, from string
		leads        bool
	}{
		{"POST", "http://example.com/houses/1?year=2026", true},
		{"POST", "http://elsewhere.example/houses/1?year=2026", false},
		{"POST", "", false},
		{"GET", "http://example.com/houses/1?year=2026", false},
	} {
		body := ask(s, c.method, "/x", "Referer", c.from, "Sec-Fetch-Site", "same-origin").Body.String()
		if leads := strings.Contains(body, `href="/houses/1?year=2026"`); leads != c.leads {
			t.Errorf("%s from %q leads back: %v", c.method, c.from, leads)
		}
	}
}

func TestAVisitorIsNotLedToTheDayOfSomebodySignedIn(t *testing.T) {
	t.Parallel()
	missing := Route{Pattern: "GET /x", Need: access.Public, Handle: func(http.ResponseWriter, *Request) error { return fault.NotFound("fault.not_found") }}
	for _, path := range []string{"/x", "/no-such-page"} {
		if body := ask(serve(t, access.Actor{}, missing), "GET", path).Body.String(); !strings.Contains(body, "trang đầu.") || !strings.Contains(body, `href="/"`) ||
			strings.Contains(body, "Hôm nay") || strings.Contains(body, "phụ trách") {
			t.Errorf("a visitor at %s: %s", path, body)
		}
		if body := ask(serve(t, officer(), missing), "GET", path).Body.String(); !strings.Contains(body, "trang Hôm nay.") || !strings.Contains(body, `href="/today"`) {
			t.Errorf("an officer at %s: %s", path, body)
		}
	}
}

func TestAReplyThatNeverUsedItsActorFailsTests(t *testing.T) {
	t.Parallel()
	s := serve(t, officer(), Route{Pattern: "GET /x", Need: access.SeeHouses, Handle: func(w http.ResponseWriter, r *Request) error { return nil }})
	if w := ask(s, "GET", "/x"); w.Code != 500 {
		t.Errorf("accepted: %d", w.Code)
	}
}

func TestAWordOnTheLastActionIsShownOnce(t *testing.T) {
	t.Parallel()
	s := serve(t, officer(),
		Route{Pattern: "POST /x", Need: access.SignedIn, Handle: func(w http.ResponseWriter, r *Request) error { return r.Done(w, "/x", "test.saved") }},
		Route{Pattern: "GET /x", Need: access.SignedIn, Handle: func(w http.ResponseWriter, r *Request) error {
			return r.HTML(w, failure(r.Frame("Trang"), "", "", ""))
		}})
	w := ask(s, "POST", "/x")
	cookie := w.Result().Cookies()[0]
	w = ask(s, "GET", "/x", "Cookie", cookie.Name+"="+cookie.Value)
	if !strings.Contains(w.Body.String(), "Đã lưu.") {
		t.Error("the word is not shown")
	}
	if left := w.Result().Cookies(); len(left) != 1 || left[0].MaxAge >= 0 {
		t.Errorf("the word would be shown again: %v", left)
	}
	if w := ask(s, "GET", "/x", "Cookie", "done=<script>"); strings.Contains(w.Body.String(), "<script>a") {
		t.Error("a made-up word is shown")
	}
}

func TestFormsFromOtherSitesAreRefused(t *testing.T) {
	t.Parallel()
	s := serve(t, officer(), Route{Pattern: "POST /x", Need: access.SignedIn, Handle: reply("done")})
	if w := ask(s, "POST", "/x", "Sec-Fetch-Site", "cross-site"); w.Code != http.StatusForbidden || !strings.Contains(w.Body.String(), "mở lại trang") {
		t.Errorf("cross-site form: %d", w.Code)
	}
	if w := ask(s, "POST", "/x", "Sec-Fetch-Site", "same-origin"); w.Code != http.StatusOK {
		t.Errorf("own form: %d", w.Code)
	}
}

func TestEveryAnswerCarriesThePolicy(t *testing.T) {
	t.Parallel()
	s := serve(t, officer(), Route{Pattern: "GET /x", Need: access.SignedIn, Handle: reply("x")})
	style := ask(s, "GET", s.frame.CSS)
	if h := style.Header(); style.Code != http.StatusOK || h.Get("Content-Security-Policy") != "" || h.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("a style, which obeys no policy: %d, %v", style.Code, h)
	}
	for _, path := range []string{"/x", "/nowhere", "/healthz", s.frame.Icon} {
		h := ask(s, "GET", path).Header()
		if p := h.Get("Content-Security-Policy"); !strings.Contains(p, "script-src 'self'") || strings.Contains(p, "unsafe") {
			t.Errorf("%s: policy %q", path, p)
		}
		if h.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: sniffing allowed", path)
		}
	}
}

func TestNextStaysOnThisSite(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"/houses?q=1": "/houses?q=1", "": "/today", "https://evil.example/": "/today", "//evil.example": "/today", "/\\evil.example": "/today", "houses": "/today", "javascript:x": "/today",
	} {
		if got := Next(text, "/today"); got != want {
			t.Errorf("Next(%q) = %q", text, got)
		}
	}
}

func TestAHalfWrittenFileIsBrokenOff(t *testing.T) {
	t.Parallel()
	download := func(first string, then func() error) Handler {
		return func(w http.ResponseWriter, r *Request) error {
			r.Attach(w, "text/csv", "Danh sách.csv")
			if first != "" {
				_, _ = io.WriteString(w, first)
			}
			return then()
		}
	}
	failing := func() error { return errors.New("disk") }
	s := serve(t, officer(),
		Route{Pattern: "GET /half", Need: access.SignedIn, Handle: download("one;two", failing)},
		Route{Pattern: "GET /panic", Need: access.SignedIn, Handle: download("one;two", func() error { panic("a defect") })},
		Route{Pattern: "GET /none", Need: access.SignedIn, Handle: download("", failing)})
	web := httptest.NewServer(s)
	t.Cleanup(web.Close)
	for _, path := range []string{"/half", "/panic"} {
		res, err := web.Client().Get(web.URL + path)
		if err == nil {
			_, err = io.ReadAll(res.Body)
			_ = res.Body.Close()
		}
		if err == nil {
			t.Errorf("%s: half a file came as a whole one", path)
		}
	}
	if w := ask(s, "GET", "/none"); w.Code != 500 || w.Header().Get("Content-Disposition") != "" || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/html") {
		t.Errorf("nothing written yet: %d %v", w.Code, w.Header())
	}
}

func TestFormsThatAreTooLargeOrTorn(t *testing.T) {
	t.Parallel()
	s := serve(t, officer(), Route{Pattern: "POST /x", Body: 100, Need: access.SignedIn, Handle: func(w http.ResponseWriter, r *Request) error {
		if err := r.Parse(); err != nil {
			return err
		}
		return reply(r.Text("a"))(w, r)
	}})
	const plain, file = "application/x-www-form-urlencoded", "multipart/form-data; boundary=b"
	part := "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n"
	for _, c := range []struct {
		name, kind, body string
		status           int
	}{
		{"right", plain, "a=b", http.StatusOK},
		{"too large", plain, "a=" + strings.Repeat("b", 200), http.StatusRequestEntityTooLarge},
		{"torn", plain, "a=%z", http.StatusUnprocessableEntity},
		{"with a file", file, part + "b\r\n--b--\r\n", http.StatusOK},
		{"too large with a file", file, part + strings.Repeat("b", 200) + "\r\n--b--\r\n", http.StatusRequestEntityTooLarge},
		{"torn with a file", file, part + "b", http.StatusUnprocessableEntity},
	} {
		r := httptest.NewRequest(http.MethodPost, "/x", strings.NewReader(c.body))
		r.Header.Set("Content-Type", c.kind)
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if w.Code != c.status || c.status == http.StatusOK && w.Body.String() != "b" {
			t.Errorf("%s: %d %.200s", c.name, w.Code, w.Body)
		}
	}
}

func TestARequestThatTakesTooLongIsAnswered(t *testing.T) {
	t.Parallel()
	s := serve(t, officer(), Route{Pattern: "GET /x", Time: 20 * time.Millisecond, Need: access.SignedIn, Handle: func(_ http.ResponseWriter, r *Request) error {
		<-r.Context().Done() // as a query would
		return fmt.Errorf("query: %w", r.Context().Err())
	}})
	if w := ask(s, "GET", "/x"); w.Code != http.StatusServiceUnavailable || !strings.Contains(w.Body.String(), "đang bận") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestTheLogHoldsNoSecretOfAnAddress(t *testing.T) {
	t.Parallel()
	s := serve(t, officer(), Route{Pattern: "GET /welcome/{token}", Need: access.Public, Handle: func(http.ResponseWriter, *Request) error { return errors.New("disk") }})
	var log strings.Builder
	s.Log = slog.New(slog.NewTextHandler(&log, nil))
	if ask(s, "GET", "/welcome/s3cret"); strings.Contains(log.String(), "s3cret") || !strings.Contains(log.String(), "/welcome/{token}") {
		t.Error(log.String())
	}
}

func TestCookiesOfTheChain(t *testing.T) {
	t.Parallel()
	for _, secure := range []bool{false, true} {
		s := serve(t, officer(), Route{Pattern: "POST /x", Need: access.SignedIn, Handle: func(w http.ResponseWriter, r *Request) error { return r.Done(w, "/x", "test.saved") }})
		s.Secure = secure
		w := ask(s, "POST", "/x")
		c := w.Result().Cookies()[0]
		if !c.HttpOnly || c.Secure != secure || c.SameSite != http.SameSiteLaxMode {
			t.Errorf("over https %v: %v", secure, c)
		}
		if hsts := w.Header().Get("Strict-Transport-Security"); (hsts != "") != secure {
			t.Errorf("over https %v: %q", secure, hsts)
		}
	}
}

func TestPagesAreNotMixedUpOnTheirWay(t *testing.T) {
	t.Parallel()
	s := serve(t, officer(), Route{Pattern: "GET /x", Need: access.SignedIn, Handle: func(w http.ResponseWriter, r *Request) error {
		return r.HTML(w, failure(r.Frame("Trang"), strings.Repeat("dài ", 1000), "", ""))
	}})
	for _, coding := range []string{"", "gzip"} {
		w := ask(s, "GET", "/x", "Accept-Encoding", coding)
		h := w.Header()
		if h.Get("Content-Encoding") != coding || !strings.HasPrefix(h.Get("Cache-Control"), "private") || h.Get("Content-Length") != strconv.Itoa(w.Body.Len()) {
			t.Errorf("%q: %v", coding, h)
		}
		for _, name := range []string{"Accept", "Accept-Encoding", "Cookie", "Sonha-Part"} {
			if !slices.Contains(strings.Split(h.Get("Vary"), ", "), name) {
				t.Errorf("the answer depends on %s and does not say so", name)
			}
		}
	}
}
