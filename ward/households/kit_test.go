package households_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
)

// choosePIN scans a card for the first time.
func choosePIN(server http.Handler, path string) int {
	form := url.Values{"secret": {"804163"}, "again": {"804163"}}
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	server.ServeHTTP(w, r)
	return w.Code
}
