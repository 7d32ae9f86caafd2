package page

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"sonha/ground/access"
)

// postAs posts a body of that kind to a server.
func postAs(s *Server, path, kind, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
	r.Header.Set("Content-Type", kind)
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

// Whoever comes back to a half-written form after the session ended finds all that was typed on the page that asks to sign in.
func TestWhatWasTypedOutlivesTheSession(t *testing.T) {
	t.Parallel()
	const plain = "application/x-www-form-urlencoded"
	s := serve(t, access.Actor{}, Route{Pattern: "POST /meetings", Need: access.SignedIn, Handle: reply("done")},
		Route{Pattern: "POST /account/secret", Need: access.SignedIn, Handle: reply("done")})

	got := postAs(s, "/meetings?from=today", plain, "title=H%E1%BB%8Dp+s%E1%BB%91+nh%C3%A0+%3Cb%3E&guest=lead&guest=officer&request_id=old")
	page := got.Body.String()
	if got.Code != http.StatusUnauthorized {
		t.Errorf("the page answers %d", got.Code)
	}
	for _, part := range []string{`action="/meetings?from=today"`, `name="title" value="Họp số nhà &lt;b&gt;"`, `name="guest" value="lead"`, `name="guest" value="officer"`, `href="/sign-in" target="_blank"`, "Gửi lại"} {
		if !strings.Contains(page, part) {
			t.Errorf("the page lacks %s:\n%s", part, page)
		}
	}
	if strings.Contains(page, `value="old"`) {
		t.Error("the number of a sending that was refused comes back")
	}

	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	_ = form.WriteField("title", "Đèn hỏng")
	file, _ := form.CreateFormFile("photos", "den.jpg")
	_, _ = file.Write(bytes.Repeat([]byte("x"), 2000))
	_ = form.Close()
	page = postAs(s, "/meetings", form.FormDataContentType(), body.String()).Body.String()
	if !strings.Contains(page, `name="title" value="Đèn hỏng"`) || !strings.Contains(page, `enctype="multipart/form-data"`) || !strings.Contains(page, "chọn lại ảnh") || strings.Contains(page, "xxx") {
		t.Errorf("a form with a photo:\n%s", page)
	}

	if page := postAs(s, "/account/secret", plain, "present=246810&secret=804163").Body.String(); strings.Contains(page, "246810") || strings.Contains(page, "804163") {
		t.Error("a PIN stands on a page")
	}
	if page := postAs(s, "/meetings", plain, "title=H%E1%BB%8Dp&secret=804163").Body.String(); strings.Contains(page, "804163") {
		t.Error("a PIN typed at another address stands on a page")
	}
	if page := postAs(s, "/meetings", plain, "title="+strings.Repeat("a", mostCarried)).Body.String(); strings.Contains(page, "aaa") || !strings.Contains(page, "đăng nhập trước") {
		t.Error("a body without bounds comes back")
	}
	if w := ask(s, "POST", "/meetings", "Accept", "application/json"); !strings.Contains(w.Header().Get("Content-Type"), "json") {
		t.Error("a program is answered with a page")
	}
}
