package app

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"
)

// Whatever stands in the headers that proxies write, what arrives behind has an address with a port, and none of those headers; the word of
// a stranger changes nothing.
func FuzzProxies(f *testing.F) {
	f.Add("127.0.0.1:4000", "203.0.113.7, 10.0.0.5", "203.0.113.9")
	f.Add("203.0.113.7:4000", "1.2.3.4", "")
	f.Add("[::1]:4000", "::ffff:10.0.0.1,fe80::1%eth0", ",")
	f.Add("127.0.0.1:4000", "unknown, _hidden, 1.2.3.4:80", "\"[2001:db8::1]:4711\"")
	trusted, err := parseProxies([]string{"127.0.0.0/8", "::1", "10.0.0.0/8"})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, from, told, more string) {
		if _, err := netip.ParseAddrPort(from); err != nil {
			t.Skip() // net/http itself writes it
		}
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.RemoteAddr = from
		r.Header["X-Forwarded-For"] = []string{told, more}
		r.Header.Set("X-Real-IP", told)
		behind(trusted, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			if _, err := netip.ParseAddrPort(r.RemoteAddr); err != nil {
				t.Fatalf("%q: %v", r.RemoteAddr, err)
			}
			if !trusts(trusted, from) && r.RemoteAddr != from {
				t.Fatalf("a stranger at %s is taken for %s", from, r.RemoteAddr)
			}
			if len(r.Header) > 0 {
				t.Fatalf("left: %v", r.Header)
			}
		})).ServeHTTP(httptest.NewRecorder(), r)
	})
}
