package app

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// Only who is trusted says where a request comes from and whether it came by https.
func TestOnlyTrustedProxiesSayWhereARequestComesFrom(t *testing.T) {
	t.Parallel()
	const mine = "127.0.0.0/8,::1,10.0.0.5"
	for _, c := range []struct {
		trusted, from, told, want, proto string
	}{
		{mine, "127.0.0.1:50", "203.0.113.7", "203.0.113.7:0", "https"},
		{mine, "[::1]:50", "2001:db8::7", "[2001:db8::7]:0", "https"},
		{mine, "[::ffff:10.0.0.5]:50", "203.0.113.7", "203.0.113.7:0", "https"},
		{mine, "127.0.0.1:50", "198.51.100.1, 203.0.113.7", "203.0.113.7:0", "https"},           // the sender made the first up
		{mine, "127.0.0.1:50", "198.51.100.1, 203.0.113.7, 10.0.0.5", "203.0.113.7:0", "https"}, // two proxies of ours
		{mine, "127.0.0.1:50", "203.0.113.7, nonsense", "127.0.0.1:50", "https"},                // nothing that can be read
		{mine, "127.0.0.1:50", "", "127.0.0.1:50", "https"},                                     // a browser on the machine
		{mine, "203.0.113.9:50", "198.51.100.1", "203.0.113.9:50", ""},                          // nobody's proxy
		{"none", "127.0.0.1:50", "198.51.100.1", "127.0.0.1:50", ""},                            // no proxy at all
		{"192.168.0.0/16", "192.168.3.4:50", "203.0.113.7", "203.0.113.7:0", "https"},           //
		{"192.168.0.0/16", "127.0.0.1:50", "203.0.113.7", "127.0.0.1:50", ""},                   //
		{mine, "unix", "203.0.113.7", "unix", ""},                                               // no address at all
	} {
		trusted, err := parseProxies(strings.Split(c.trusted, ","))
		if err != nil {
			t.Fatal(err)
		}
		var got *http.Request
		r := httptest.NewRequest(http.MethodGet, "/", http.NoBody)
		r.RemoteAddr = c.from
		r.Header.Set("X-Forwarded-Proto", "https")
		if c.told != "" {
			r.Header.Set("X-Forwarded-For", c.told)
		}
		behind(trusted, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = r })).ServeHTTP(httptest.NewRecorder(), r)
		if got.RemoteAddr != c.want || got.Header.Get("X-Forwarded-Proto") != c.proto || got.Header.Get("X-Forwarded-For") != "" {
			t.Errorf("%s from %s, told %q: %s, %q", c.trusted, c.from, c.told, got.RemoteAddr, got.Header.Get("X-Forwarded-Proto"))
		}
	}
	if _, err := parseProxies([]string{"mạng của phường"}); err == nil {
		t.Error("a network of words")
	}
}
