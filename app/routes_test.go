package app_test

import (
	"cmp"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"sonha/app/apptest"
	"sonha/engine/db/dbtest"
	"sonha/engine/page"
	"sonha/ground/access"
)

// TestRoutes holds the route table in a file that a reviewer reads: who may knock at which door.
func TestRoutes(t *testing.T) {
	t.Parallel()
	s := apptest.New(t, dbtest.Lite(t))
	routes := sorted(s.Server.Routes())
	width := 0
	for _, r := range routes {
		width = max(width, len(r.Pattern))
	}
	var b strings.Builder
	for _, r := range routes {
		fresh := ""
		if r.Fresh {
			fresh = ", fresh proof"
		}
		fmt.Fprintf(&b, "%-*s  %s%s\n", width, r.Pattern, r.Need, fresh)
	}
	golden(t, "routes.golden", b.String())

	for _, r := range routes {
		if r.Method() == "GET" || r.Need != access.Public {
			continue
		}
		if !slices.Contains([]string{"POST /sign-in", "POST /sign-in/code", "POST /sign-in/passkey", "POST /sign-in/passkey/begin", "POST /sign-out", "POST /welcome/{token}", "POST /c/{token}", "POST /inbox/stop/{token}", "POST /inbox/confirm/{token}", "POST /handover/{token}"}, r.Pattern) {
			t.Errorf("%s changes something and asks nobody who acts", r.Pattern)
		}
	}
}

// sorted gives the routes by path, reading before writing.
func sorted(routes []page.Route) []page.Route {
	slices.SortFunc(routes, func(a, b page.Route) int {
		_, x, _ := strings.Cut(a.Pattern, " ")
		_, y, _ := strings.Cut(b.Pattern, " ")
		return cmp.Or(cmp.Compare(x, y), cmp.Compare(a.Pattern, b.Pattern))
	})
	return routes
}

// golden compares a text with the file of that name; UPDATE_GOLDEN=1 writes it.
func golden(t *testing.T, name, got string) {
	t.Helper()
	if os.Getenv("UPDATE_GOLDEN") == "1" {
		if err := os.WriteFile(name, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	want := string(text)
	if got == want {
		return
	}
	t.Errorf("%s is not what the program does now; read the difference, then UPDATE_GOLDEN=1 go test ./app\n%s", name, difference(want, got))
}

// difference lists the lines that only one of two texts has.
func difference(want, got string) string {
	a, b := strings.Split(want, "\n"), strings.Split(got, "\n")
	var out strings.Builder
	for _, line := range a {
		if !slices.Contains(b, line) {
			out.WriteString("- " + line + "\n")
		}
	}
	for _, line := range b {
		if !slices.Contains(a, line) {
			out.WriteString("+ " + line + "\n")
		}
	}
	if out.Len() == 0 {
		return "the same lines in another order"
	}
	return out.String()
}
