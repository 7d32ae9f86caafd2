package page

import (
	"net/http"
	"testing"

	"sonha/ground/access"
)

// http.Redirect cleans the path that it is given; what is left must still be a path on this site as a browser
// reads it, for which a backslash is a slash.
func TestARedirectNeverLeavesTheSite(t *testing.T) {
	t.Parallel()
	leads := func(w http.ResponseWriter, r *Request) error {
		return r.Done(w, Next(r.FormValue("next"), "/today"), "")
	}
	s := serve(t, access.Actor{}, Route{Pattern: "GET /go", Need: access.Public, Handle: leads})
	for next, want := range map[string]string{
		`/.%2F\evil.example`:              "/today",
		`/a/..%2F\evil.example`:           "/today",
		`%2F%2Fevil.example`:              "/today",
		`/houses%3Fq=36%26after=x`:        "/houses?q=36&after=x",
		`/.%2F%2Fevil.example`:            "/evil.example", // a path of this site, which has no such page
		`https:%2F%2Fevil.example`:        "/today",
		`/today%0d%0aSet-Cookie:%20sonha`: "/today",
	} {
		if w := ask(s, "GET", "/go?next="+next); w.Code != http.StatusSeeOther || w.Header().Get("Location") != want {
			t.Errorf("next=%s leads to %q", next, w.Header().Get("Location"))
		}
	}
}
