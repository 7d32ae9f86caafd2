package page

import (
	"bytes"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"sonha/ground/access"
	"sonha/ground/fault"
)

// What was out of reach, came too often or was not taken leaves a line of who asked for which kind of thing, and nothing of what was typed.
func TestWhatIsRefusedLeavesALine(t *testing.T) {
	t.Parallel()
	refuse := func(err error) Handler {
		return func(w http.ResponseWriter, r *Request) error {
			r.Actor.Touch()
			if texts, ok := r.Refused(err); ok {
				_, err := w.Write([]byte(texts["secret"]))
				return err
			}
			return err
		}
	}
	s := serve(t, officer(),
		Route{Pattern: "GET /approvals", Need: access.Approve, Handle: reply("secret")},
		Route{Pattern: "GET /houses/{id}", Need: access.SignedIn, Handle: refuse(fault.NotFound("fault.not_found"))},
		Route{Pattern: "GET /slow", Need: access.SignedIn, Handle: refuse(fault.Slow("fault.not_found", 1))},
		Route{Pattern: "GET /form", Need: access.SignedIn, Handle: refuse(fault.Invalid("secret", "fault.too_long", "Most", 10))},
		Route{Pattern: "POST /form", Need: access.SignedIn, Handle: reply("")},
		Route{Pattern: "GET /fine", Need: access.SignedIn, Handle: reply("")},
	)
	var log bytes.Buffer
	s.Log = slog.New(slog.NewTextHandler(&log, nil))
	for _, x := range []struct {
		method, path string
		headers      []string
		says         []string
	}{
		{"GET", "/approvals?q=Nguyen", nil, []string{`"request refused"`, `"GET /approvals"`, "why=missing", "account=a1", "role=officer"}},
		{"GET", "/houses/0912345678", nil, []string{`"request refused"`, `"GET /houses/{id}"`, "key=fault.not_found"}},
		{"GET", "/slow", nil, []string{`"request refused"`, "why=too_many"}},
		{"GET", "/form?secret=804163", nil, []string{`"form refused"`, "why=secret:fault.too_long"}},
		{"POST", "/form", []string{"Sec-Fetch-Site", "cross-site"}, []string{`"request refused"`, "why=foreign"}},
	} {
		log.Reset()
		ask(s, x.method, x.path, x.headers...)
		for _, part := range x.says {
			if !strings.Contains(log.String(), part) {
				t.Errorf("%s %s: the line lacks %s: %s", x.method, x.path, part, log.String())
			}
		}
		for _, typed := range []string{"Nguyen", "0912345678", "804163", "Thịnh"} {
			if strings.Contains(log.String(), typed) {
				t.Errorf("%s %s: the line tells %s: %s", x.method, x.path, typed, log.String())
			}
		}
	}
	log.Reset()
	ask(s, "GET", "/fine")
	ask(s, "GET", "/there/is/no/such/door")
	if log.Len() > 0 {
		t.Errorf("a line of nothing: %s", log.String())
	}
}
