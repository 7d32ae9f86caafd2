package page

import (
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"

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
			return r.HTML(w, failure(r.Frame("Trang"), "", ""))
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
	if w := ask(s, "POST", "/x", "Sec-Fetch-Site", "cross-site"); w.Code != http.StatusForbidden {
		t.Errorf("cross-site form: %d", w.Code)
	}
	if w := ask(s, "POST", "/x", "Sec-Fetch-Site", "same-origin"); w.Code != http.StatusOK {
		t.Errorf("own form: %d", w.Code)
	}
}

func TestEveryAnswerCarriesThePolicy(t *testing.T) {
	t.Parallel()
	s := serve(t, officer(), Route{Pattern: "GET /x", Need: access.SignedIn, Handle: reply("x")})
	for _, path := range []string{"/x", "/nowhere", "/healthz"} {
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
