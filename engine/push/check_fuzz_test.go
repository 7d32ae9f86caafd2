package push_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"sonha/engine/push"
)

// Whatever a browser gives for the address of its push service: what is taken leads to one of the known services by https, and to nobody else.
func FuzzCheck(f *testing.F) {
	point, auth := "B"+strings.Repeat("A", 86), strings.Repeat("A", 22)
	for _, endpoint := range []string{
		"https://fcm.googleapis.com/fcm/send/x", "https://web.push.apple.com/x", "https://fcm.googleapis.com@127.0.0.1/", "https://127.0.0.1/fcm.googleapis.com",
		"http://fcm.googleapis.com/", "https://evilfcm.googleapis.com/", "https://fcm.googleapis.com:444/", "https://fcm.googleapis.com\\@localhost/", "//fcm.googleapis.com",
	} {
		f.Add(endpoint, point, auth)
	}
	if err := (push.Subscription{Endpoint: "https://fcm.googleapis.com/fcm/send/x", P256dh: point, Auth: auth}).Check(); err != nil {
		f.Fatalf("a real one is refused: %v", err)
	}
	f.Fuzz(func(t *testing.T, endpoint, point, auth string) {
		if (push.Subscription{Endpoint: endpoint, P256dh: point, Auth: auth}).Check() != nil {
			return
		}
		u, err := url.Parse(endpoint)
		if err != nil || u.Scheme != "https" || u.User != nil || u.Host != u.Hostname() {
			t.Fatalf("%q is taken", endpoint)
		}
		if !slices.ContainsFunc([]string{"fcm.googleapis.com", "updates.push.services.mozilla.com", "push.apple.com", "notify.windows.com"}, func(known string) bool {
			return u.Host == known || strings.HasSuffix(u.Host, "."+known)
		}) {
			t.Fatalf("%q leads to %s", endpoint, u.Host)
		}
	})
}
