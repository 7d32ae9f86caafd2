package page

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"testing"

	"sonha/ground/fault"
)

// Any body under any type is a form or is refused with words; nothing panics, and what is read can be read twice.
func FuzzForm(f *testing.F) {
	f.Add("application/x-www-form-urlencoded", []byte("answer=2&request_id=0190a7c2-5b7a-7000-8000-000000000001"))
	f.Add("application/x-www-form-urlencoded", []byte("a=%zz&b=%00&;;=1"))
	f.Add("multipart/form-data; boundary=x", []byte("--x\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"../../a.jpg\"\r\nContent-Type: image/jpeg\r\n\r\n\xff\xd8\r\n--x--\r\n"))
	f.Add("multipart/form-data", []byte("--"))
	f.Add("multipart/form-data; boundary=\"\"", []byte("----\r\n\r\n"))
	f.Fuzz(func(t *testing.T, kind string, body []byte) {
		r := httptest.NewRequest(http.MethodPost, "/x?y=1", bytes.NewReader(body))
		r.Header.Set("Content-Type", kind)
		q := &Request{Request: r}
		err := q.Parse()
		if err != nil && !fault.Is(err, fault.Wrong) {
			t.Fatalf("%q: %v", kind, err)
		}
		if again := q.Parse(); (again == nil) != (err == nil) {
			t.Fatalf("first %v, then %v", err, again)
		}
		if err != nil {
			return
		}
		first := q.digest()
		if second := q.digest(); second != first {
			t.Fatal("two digests of one form")
		}
		_ = validNumber(q.PostForm.Get(RequestID))
		if q.MultipartForm != nil {
			_ = q.MultipartForm.RemoveAll()
		}
	})
}
