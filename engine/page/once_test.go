package page

import (
	"bytes"
	"context"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/a-h/templ"

	"sonha/engine/db"
	"sonha/engine/db/dbtest"
	"sonha/ground/access"
	"sonha/ground/fault"
)

// counter is a page whose form counts how often it took effect.
type counter struct {
	d       *db.DB
	effects atomic.Int64
	runs    atomic.Int64
	during  func() // while the form is at work, before its unit
	then    func(w http.ResponseWriter, r *Request) error
}

func (c *counter) handle(w http.ResponseWriter, r *Request) error {
	c.runs.Add(1)
	r.Actor.Touch()
	if c.during != nil {
		c.during()
	}
	err := c.d.Write(r.Context(), r.Actor, func(tx *db.Tx) error {
		if r.Text("answer") == "bad" {
			return fault.Invalid("answer", "fault.required")
		}
		tx.After(func() { c.effects.Add(1) })
		return nil
	})
	if err != nil {
		return err
	}
	if c.then != nil {
		return c.then(w, r)
	}
	return r.Done(w, "/next/"+r.Text("answer"), "test.saved")
}

func counting(t *testing.T, c *counter) *Server {
	t.Helper()
	c.d = dbtest.Lite(t)
	s := serve(t, officer(), Route{Pattern: "POST /count", Need: access.Inspect, Handle: c.handle})
	s.Receipts = c.d
	return s
}

func send(s *Server, form url.Values, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, "/count", strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

const number1 = "0198c0de-0000-7000-8000-000000000001"

func TestTheSameFormTwiceCountsOnceAndGetsTheSameAnswer(t *testing.T) {
	t.Parallel()
	var c counter
	s := counting(t, &c)
	form := url.Values{"answer": {"1"}, RequestID: {number1}}
	for range 3 {
		w := send(s, form)
		if w.Code != 303 || w.Header().Get("Location") != "/next/1" || !strings.Contains(w.Header().Get("Set-Cookie"), "test.saved") {
			t.Errorf("%d %v", w.Code, w.Header())
		}
	}
	// A script that sends what a page has sent already gets the same as data.
	if w := send(s, form, "Accept", "application/json", QuietHeader, "1"); w.Code != 200 || w.Body.String() != `{"next":"/next/1","text":"Đã lưu."}` || w.Header().Get("Set-Cookie") != "" {
		t.Errorf("%d %s %v", w.Code, w.Body, w.Header())
	}
	if n := c.effects.Load(); n != 1 {
		t.Errorf("took effect %d times", n)
	}
	send(s, url.Values{"answer": {"2"}, RequestID: {number1}})
	send(s, url.Values{"answer": {"1"}})
	send(s, url.Values{"answer": {"1"}, RequestID: {"short"}})
	send(s, url.Values{"answer": {"1"}, RequestID: {number1}, "request_at": {"2026-11-26T08:00:00Z"}})
	if n := c.effects.Load(); n != 4 {
		t.Errorf("a changed form and forms without a number count each, the time of sending does not: %d", n)
	}
}

func TestARefusedFormMayBeSentAgain(t *testing.T) {
	t.Parallel()
	var c counter
	s := counting(t, &c)
	for range 2 {
		if w := send(s, url.Values{"answer": {"bad"}, RequestID: {number1}}); w.Code != 422 {
			t.Errorf("%d", w.Code)
		}
	}
	if w := send(s, url.Values{"answer": {"1"}, RequestID: {number1}}); w.Code != 303 {
		t.Errorf("%d", w.Code)
	}
	if c.runs.Load() != 3 || c.effects.Load() != 1 {
		t.Errorf("%d runs, %d effects", c.runs.Load(), c.effects.Load())
	}
}

func TestARepeatWaitsForTheFirst(t *testing.T) {
	t.Parallel()
	begun, go1 := make(chan struct{}, 9), make(chan struct{})
	c := counter{during: func() { begun <- struct{}{}; <-go1 }}
	s := counting(t, &c)
	form := url.Values{"answer": {"1"}, RequestID: {number1}}
	var wg sync.WaitGroup
	answers := make([]*httptest.ResponseRecorder, 5)
	wg.Go(func() { answers[0] = send(s, form) })
	<-begun
	for i := range answers[1:] {
		wg.Go(func() { answers[i+1] = send(s, form) })
	}
	close(go1)
	wg.Wait()
	for i, w := range answers {
		if w.Code != 303 || w.Header().Get("Location") != "/next/1" {
			t.Errorf("answer %d: %d %s", i, w.Code, w.Header().Get("Location"))
		}
	}
	if c.effects.Load() != 1 {
		t.Errorf("%d effects", c.effects.Load())
	}
}

func TestAnAnswerThatIsNotKeptIsToldInOneSentence(t *testing.T) {
	t.Parallel()
	c := counter{then: func(w http.ResponseWriter, r *Request) error {
		r.Secret(w)
		return r.HTML(w, templ.Raw("<p>/welcome/one-time-link</p>"))
	}}
	s := counting(t, &c)
	form := url.Values{"answer": {"1"}, RequestID: {number1}}
	if w := send(s, form); w.Code != 200 || !strings.Contains(w.Body.String(), "one-time-link") || w.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if w := send(s, form); w.Code != 200 || strings.Contains(w.Body.String(), "one-time-link") || !strings.Contains(w.Body.String(), "Sonha đã nhận việc này") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if w := send(s, form, "Accept", "application/json"); !strings.Contains(w.Body.String(), "không cần gửi lại") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestWorkThatFailsAfterItsUnitIsNotHidden(t *testing.T) {
	t.Parallel()
	fails := true
	c := counter{then: func(w http.ResponseWriter, r *Request) error {
		if fails {
			return errors.New("the disk is full")
		}
		return r.Done(w, "/x", "")
	}}
	s := counting(t, &c)
	form := url.Values{"answer": {"1"}, RequestID: {number1}}
	if w := send(s, form); w.Code != 500 {
		t.Errorf("the first says %d", w.Code)
	}
	fails = false
	if w := send(s, form); w.Code != 200 || !strings.Contains(w.Body.String(), "Sonha đã nhận việc này") || c.effects.Load() != 1 {
		t.Errorf("the second says %d, %d effects", w.Code, c.effects.Load())
	}
}

func TestAFormWithFilesIsKnownByThem(t *testing.T) {
	t.Parallel()
	var c counter
	s := counting(t, &c)
	upload := func(size int) *httptest.ResponseRecorder {
		var body bytes.Buffer
		m := multipart.NewWriter(&body)
		_ = m.WriteField("answer", "1")
		_ = m.WriteField(RequestID, number1)
		part, _ := m.CreateFormFile("photo", "a.jpg")
		_, _ = part.Write(make([]byte, size))
		_ = m.Close()
		r := httptest.NewRequest(http.MethodPost, "/count", &body)
		r.Header.Set("Content-Type", m.FormDataContentType())
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		return w
	}
	for i, size := range []int{10, 10, 11} {
		if w := upload(size); w.Code != 303 {
			t.Errorf("upload %d: %d %s", i, w.Code, w.Body)
		}
	}
	if c.runs.Load() != 2 || c.effects.Load() != 2 {
		t.Errorf("%d runs, %d effects", c.runs.Load(), c.effects.Load())
	}
}

func TestEveryFormThatWritesHasANumberOfItsOwn(t *testing.T) {
	t.Parallel()
	page := `<form class="x" method="post" action="/a"><p>1</p></form><form method="get"><p>2</p></form><form method="post"><p>3</p></form><p>&lt;/form&gt;</p>`
	draw := func(who access.Actor) string {
		s := serve(t, who, Route{Pattern: "GET /", Need: access.Public, Handle: func(w http.ResponseWriter, r *Request) error {
			r.Actor.Touch()
			return r.HTML(w, templ.ComponentFunc(func(_ context.Context, w io.Writer) error { _, err := io.WriteString(w, page); return err }))
		}})
		return ask(s, "GET", "/").Body.String()
	}
	got := draw(officer())
	parts := strings.Split(got, `<input type="hidden" name="request_id" value="`)
	if len(parts) != 3 {
		t.Fatalf("%d numbers: %s", len(parts)-1, got)
	}
	if a, b := parts[1][:26], parts[2][:26]; a == b || !validNumber(a) || !validNumber(b) {
		t.Errorf("numbers %q and %q", a, b)
	}
	plain := strings.ReplaceAll(strings.ReplaceAll(got, `<input type="hidden" name="request_id" value="`+parts[1][:26]+`">`, ""),
		`<input type="hidden" name="request_id" value="`+parts[2][:26]+`">`, "")
	if plain != page {
		t.Errorf("the rest of the page changed: %s", plain)
	}
	if got := draw(access.Actor{}); got != page {
		t.Errorf("nobody has numbers: %s", got)
	}
}
