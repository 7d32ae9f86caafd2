package asset

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

func built(t *testing.T) *Set {
	t.Helper()
	s, err := load(fstest.MapFS{
		"manifest.json":  {Data: []byte(`{"app.css":{"file":"app-1.css","type":"text/css; charset=utf-8","br":2,"gz":2},"a.woff2":{"file":"a-1.woff2","type":"font/woff2"}}`)},
		"app-1.css":      {Data: []byte("plain")},
		"app-1.css.br":   {Data: []byte("br")},
		"app-1.css.gz":   {Data: []byte("gz")},
		"a-1.woff2":      {Data: []byte("font")},
		"left-behind.js": {Data: []byte("not in the manifest")},
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestServe(t *testing.T) {
	s := built(t)
	for _, c := range []struct {
		name, method, path, accept, match string
		status                            int
		body, encoding                    string
	}{
		{"brotli first", "GET", s.URL("app.css"), "gzip, deflate, br", "", 200, "br", "br"},
		{"gzip", "GET", s.URL("app.css"), "gzip", "", 200, "gz", "gzip"},
		{"brotli refused", "GET", s.URL("app.css"), "br;q=0, gzip;q=0.5", "", 200, "gz", "gzip"},
		{"neither", "GET", s.URL("app.css"), "", "", 200, "plain", ""},
		{"a name that only contains br", "GET", s.URL("app.css"), "xbr", "", 200, "plain", ""},
		{"font has no twin", "GET", s.URL("a.woff2"), "br", "", 200, "font", ""},
		{"known already", "GET", s.URL("app.css"), "br", `"app-1.css-br"`, 304, "", "br"},
		{"known in another coding", "GET", s.URL("app.css"), "gzip", `"app-1.css-br"`, 200, "gz", "gzip"},
		{"head", "HEAD", s.URL("app.css"), "br", "", 200, "", "br"},
		{"old name", "GET", "/static/app-0.css", "", "", 404, "404 page not found\n", ""},
		{"not listed", "GET", "/static/left-behind.js", "", "", 404, "404 page not found\n", ""},
		{"manifest is not served", "GET", "/static/manifest.json", "", "", 404, "404 page not found\n", ""},
		{"no writing", "POST", s.URL("app.css"), "", "", 405, "Method Not Allowed\n", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := httptest.NewRequest(c.method, c.path, nil)
			r.Header.Set("Accept-Encoding", c.accept)
			r.Header.Set("If-None-Match", c.match)
			w := httptest.NewRecorder()
			s.ServeHTTP(w, r)
			if w.Code != c.status || w.Body.String() != c.body || w.Header().Get("Content-Encoding") != c.encoding {
				t.Errorf("got %d %q %q, want %d %q %q", w.Code, w.Body, w.Header().Get("Content-Encoding"), c.status, c.body, c.encoding)
			}
			if c.status == http.StatusOK && w.Header().Get("Cache-Control") != "public, max-age=31536000, immutable" {
				t.Errorf("Cache-Control %q", w.Header().Get("Cache-Control"))
			}
		})
	}
}

func TestContentType(t *testing.T) {
	s := built(t)
	w := httptest.NewRecorder()
	s.ServeHTTP(w, httptest.NewRequest(http.MethodGet, s.URL("a.woff2"), nil))
	if got := w.Header().Get("Content-Type"); got != "font/woff2" {
		t.Errorf("Content-Type %q", got)
	}
}

func TestNotBuilt(t *testing.T) {
	if _, err := load(fstest.MapFS{".keep": {}}); !errors.Is(err, ErrNotBuilt) {
		t.Errorf("got %v, want ErrNotBuilt", err)
	}
}

func TestUnknownNamePanics(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("URL of a file that was not built did not panic")
		}
	}()
	built(t).URL("app.cs")
}

// TestBudget holds the first load to 100 KB on the wire with fonts and 60 KB without. Icons for the home screen, the
// worker and the page of what waits come later, when there is time; the map comes with its own page alone.
func TestBudget(t *testing.T) {
	s, err := Load()
	if errors.Is(err, ErrNotBuilt) {
		t.Skip("assets are not built: run make web")
	}
	if err != nil {
		t.Fatal(err)
	}
	fonts, rest := int64(0), int64(0)
	for name, url := range s.urls {
		f := s.files[strings.TrimPrefix(url, Prefix)]
		body, _ := f.encoded("br")
		if slices.Contains([]string{"worker.js", "queuepage.js", "icon-192.png", "icon-512.png", "maskable-512.png", "map.js", "map.css"}, name) {
			continue
		}
		if f.contentType == "font/woff2" {
			fonts += body.size
		} else {
			rest += body.size
		}
	}
	if rest == 0 || rest > 60_000 || fonts == 0 || fonts+rest > 100_000 {
		t.Errorf("fonts %d, rest %d bytes", fonts, rest)
	}
}
