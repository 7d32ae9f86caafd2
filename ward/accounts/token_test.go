package accounts

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"sonha/ground/civil"
)

func TestTokens(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		want := newToken(rapid.IntRange(0, 999999).Draw(t, "ward"))
		if got, ok := parseToken(want.String()); !ok || got != want {
			t.Fatalf("%v came back as %v %v", want, got, ok)
		}
		if strings.Contains(want.String(), want.ID()) || len(want.ID()) != 64 {
			t.Fatalf("the key of the row: %s", want.ID())
		}
	})
	good := newToken(12).String()
	for _, bad := range []string{
		"", ".", "12.", "12." + good[3:] + "A", good[:len(good)-1], "012" + good[2:], "-1" + good[2:], "+12" + good[2:], "1234567" + good[2:], " " + good, good + " ",
		strings.Replace(good, ".", ":", 1), "12.." + good[4:], "１２" + good[2:],
	} {
		if _, ok := parseToken(bad); ok {
			t.Errorf("%q was read", bad)
		}
	}
}

func FuzzToken(f *testing.F) {
	f.Add(newToken(0).String())
	f.Add(newToken(126).String())
	f.Add("1.AAAA")
	f.Fuzz(func(t *testing.T, text string) {
		if got, ok := parseToken(text); ok && got.String() != text {
			t.Errorf("%q is read as %q: two cookies for one session", text, got)
		}
	})
}

func FuzzDevices(f *testing.F) {
	f.Add(devices(nil).With("+84912345678", "hash").String(), "hash")
	f.Add("a.b~c.d~", "hash")
	f.Fuzz(func(t *testing.T, text, stored string) {
		d := parseDevices(text)
		if len(d) > devicesMost {
			t.Errorf("%d pieces", len(d))
		}
		with := d.With("+84912345678", stored+"x")
		if len(with) > devicesMost || with.Known("+84912345678", stored+"x") == "" {
			t.Errorf("not known after signing in: %v", with)
		}
		if parseDevices(with.String()).String() != with.String() {
			t.Errorf("%q does not come back", with)
		}
	})
}

func TestADeviceIsKnownToOneAccountAndUntilTheSecretChanges(t *testing.T) {
	t.Parallel()
	d := devices(nil).With("+84912345678", "hash one")
	d = d.With("+84987654321", "hash two")
	if len(d) != 2 || d.Known("+84912345678", "hash one") == "" || d.Known("+84987654321", "hash two") == "" {
		t.Fatalf("a shared phone knows both: %v", d)
	}
	for _, x := range []struct {
		phone  civil.Phone
		stored string
	}{{"+84912345678", "hash two"}, {"+84912345678", "a new hash"}, {"+84912345678", ""}, {"+84900000000", "hash one"}} {
		if d.Known(x.phone, x.stored) != "" {
			t.Errorf("known to %v", x)
		}
	}
	again := d.With("+84912345678", "hash one")
	if len(again) != 2 {
		t.Errorf("signing in again adds a piece: %v", again)
	}
}

func TestWhereARequestComesFrom(t *testing.T) {
	t.Parallel()
	for _, x := range []struct{ remote, header, want, network, shown string }{
		{"203.0.113.7:4711", "", "203.0.113.7", "203.0.113.7", "203.0.113.0/24"},
		{"203.0.113.7:4711", "198.51.100.1", "203.0.113.7", "203.0.113.7", "203.0.113.0/24"}, // a stranger's word is not taken
		{"127.0.0.1:4711", "198.51.100.1", "127.0.0.1", "127.0.0.1", "127.0.0.0/24"},
		{"[2001:db8:1:2:3::4]:0", "", "2001:db8:1:2:3::4", "2001:db8:1:2::/64", "2001:db8:1::/48"},
		{"[::ffff:203.0.113.7]:1", "", "203.0.113.7", "203.0.113.7", "203.0.113.0/24"},
		{"127.0.0.1:4711", "nonsense", "127.0.0.1", "127.0.0.1", "127.0.0.0/24"},
		{"@", "", "", "", ""},
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.RemoteAddr = x.remote
		if x.header != "" {
			r.Header.Set("X-Forwarded-For", x.header)
		}
		a := address(r)
		if (x.want == "") != (a == netip.Addr{}) || (x.want != "" && a.String() != x.want) || network(a) != x.network || shown(a) != x.shown {
			t.Errorf("%s %q: %s %s %s", x.remote, x.header, a, network(a), shown(a))
		}
	}
}

func TestDeviceNames(t *testing.T) {
	t.Parallel()
	for agent, want := range map[string]string{
		"Mozilla/5.0 (Linux; Android 13; SM-A146P) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/127.0 Mobile Safari/537.36":  "Chrome · Android",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile/15E148 Safari/604.1": "Safari · iPhone",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/126.0 Safari/537.36 Edg/126.0":                   "Edge · Windows",
		"curl/8.5.0": "",
		"":           "",
	} {
		if got := deviceName(agent); got != want {
			t.Errorf("%s: %q, want %q", agent, got, want)
		}
	}
}
