package page

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/a-h/templ"
	"github.com/klauspost/compress/gzip"

	"sonha/engine/db"
	"sonha/engine/page/ui"
)

// HTML answers with a page.
func (r *Request) HTML(w http.ResponseWriter, c templ.Component) error {
	return r.render(w, http.StatusOK, c)
}

// Again shows a form again with what was typed and why it was not taken. A script gets only the why.
func (r *Request) Again(w http.ResponseWriter, c templ.Component) error {
	if r.WantsJSON() {
		r.status = http.StatusUnprocessableEntity
		text := strings.Join(slices.Sorted(maps.Values(r.refusal)), " ")
		if text == "" {
			text = r.Words.T("fault.check_form")
		}
		r.problem(w, r.status, text)
		return nil
	}
	return r.render(w, http.StatusUnprocessableEntity, ui.Refused(c))
}

// Secret asks browsers and whatever is between not to keep the answer at all: it holds a one-time link.
func (r *Request) Secret(w http.ResponseWriter) { w.Header().Set("Cache-Control", "no-store") }

// render draws the whole page before the first byte leaves, so that a failing page never shows half.
func (r *Request) render(w http.ResponseWriter, status int, c templ.Component) error {
	buf := buffers.Get().(*bytes.Buffer) //nolint:forcetypeassert // only buffers are stored
	buf.Reset()
	defer giveBack(buf)
	if err := c.Render(r.Context(), buf); err != nil {
		return fmt.Errorf("draw page: %w", err)
	}
	if r.Actor.Account() != "" && bytes.Contains(buf.Bytes(), []byte(`method="post"`)) {
		numbered := buffers.Get().(*bytes.Buffer) //nolint:forcetypeassert // only buffers are stored
		numbered.Reset()
		defer giveBack(numbered)
		number(buf, numbered)
		buf = numbered
	}
	r.forget(w)
	h := w.Header()
	h.Set(ReaderHeader, cmp.Or(r.reader(), "none"))
	h.Set("Content-Type", "text/html; charset=utf-8")
	if r.Identity.Shared {
		r.Secret(w)
	}
	if h.Get("Cache-Control") == "" {
		h.Set("Cache-Control", "private, no-cache")
	}
	h.Set("Vary", "Accept, Accept-Encoding, Cookie, Sonha-Part")
	r.status = status
	if buf.Len() > 1400 && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		return squeeze(w, status, buf)
	}
	h.Set("Content-Length", strconv.Itoa(buf.Len()))
	w.WriteHeader(status)
	_, _ = w.Write(buf.Bytes())
	return nil
}

func squeeze(w http.ResponseWriter, status int, page *bytes.Buffer) error {
	packed := buffers.Get().(*bytes.Buffer) //nolint:forcetypeassert // only buffers are stored
	packed.Reset()
	defer giveBack(packed)
	z := zips.Get().(*gzip.Writer) //nolint:forcetypeassert // only writers are stored
	z.Reset(packed)
	defer zips.Put(z)
	if _, err := z.Write(page.Bytes()); err != nil {
		return fmt.Errorf("compress page: %w", err)
	}
	if err := z.Close(); err != nil {
		return fmt.Errorf("compress page: %w", err)
	}
	w.Header().Set("Content-Encoding", "gzip")
	w.Header().Set("Content-Length", strconv.Itoa(packed.Len()))
	w.WriteHeader(status)
	_, _ = w.Write(packed.Bytes())
	return nil
}

// The pools only save work: what they hold is reset before use.
var (
	buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}
	zips    = sync.Pool{New: func() any { z, _ := gzip.NewWriterLevel(nil, gzip.BestSpeed); return z }}
)

// giveBack keeps a buffer for the next page, unless one rare large page made it large.
func giveBack(b *bytes.Buffer) {
	if b.Cap() <= 1<<20 {
		buffers.Put(b)
	}
}

// JSON answers with JSON.
func (r *Request) JSON(w http.ResponseWriter, v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("write JSON: %w", err)
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	r.status = http.StatusOK
	_, _ = w.Write(body)
	return nil
}

// Attach sets the headers of a download; the name may hold Vietnamese marks.
func (r *Request) Attach(w http.ResponseWriter, contentType, name string) {
	w.Header().Set("Content-Type", contentType)
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	w.Header().Set("Cache-Control", "no-store")
	r.status = http.StatusOK
}

// QuietHeader is sent by a script that sends a form later, when nobody waits for the next page.
const QuietHeader = "Sonha-Quiet"

// Done sends the reader to the next page after a form was taken, with a word on what happened: a catalog
// key that the next page shows once. A script gets both as data.
func (r *Request) Done(w http.ResponseWriter, to, key string) error {
	r.done = done{to, key}
	if key != "" && r.Header.Get(QuietHeader) == "" {
		r.remember(w, key, 60)
	}
	if r.WantsJSON() {
		t := taken{Next: to}
		if key != "" {
			t.Text = r.Words.T(key)
		}
		return r.JSON(w, t)
	}
	r.status = http.StatusSeeOther
	http.Redirect(w, r.Request, to, http.StatusSeeOther)
	return nil
}

// Led is what Done will have answered, for a unit of work that foretells it.
func Led(to, key string) db.Answer {
	return db.Answer{Status: http.StatusSeeOther, Location: to, Word: key}
}

const flashCookie = "done"

func (r *Request) flash() ui.Flash {
	c, err := r.Cookie(flashCookie)
	if err != nil || !r.Words.Has(c.Value) {
		return ui.Flash{}
	}
	r.told = true
	return ui.Flash{Kind: ui.Success, Text: r.Words.T(c.Value)}
}

// forget takes the word away once a page has shown it.
func (r *Request) forget(w http.ResponseWriter) {
	if r.told {
		r.remember(w, "", -1)
	}
}

func (r *Request) remember(w http.ResponseWriter, key string, seconds int) {
	http.SetCookie(w, &http.Cookie{ //nolint:gosec // Secure wherever the address is https; a ward's own network may have no certificate
		Name: flashCookie, Value: key, Path: "/", MaxAge: seconds, HttpOnly: true, Secure: r.server.Secure, SameSite: http.SameSiteLaxMode,
	})
}
