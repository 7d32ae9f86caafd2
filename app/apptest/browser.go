package apptest

import (
	"bytes"
	"io"
	"maps"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"

	"github.com/PuerkitoBio/goquery"

	"sonha/engine/db"
	"sonha/engine/page"
	"sonha/ground/civil"
)

// Browser asks the site as one person.
type Browser struct {
	site   *Site
	person string
	header http.Header
}

// As gives a browser in which the person is signed in; see People.
func (s *Site) As(person string) *Browser {
	s.T.Helper()
	s.Actor(person)
	return &Browser{site: s, person: person, header: http.Header{}}
}

// With adds a header to every request, such as Accept or Sonha-Part.
func (b *Browser) With(name, value string) *Browser {
	c := &Browser{site: b.site, person: b.person, header: b.header.Clone()}
	c.header.Set(name, value)
	return c
}

// Get asks for a page.
func (b *Browser) Get(path string) *Reply {
	b.site.T.Helper()
	return b.do(httptest.NewRequest(http.MethodGet, path, nil))
}

// Post sends a form, with a number of its own unless it has one.
func (b *Browser) Post(path string, form url.Values) *Reply {
	b.site.T.Helper()
	form = numbered(form)
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return b.do(r)
}

// numbered is the form as a page sends it: with the number of the submission.
func numbered(form url.Values) url.Values {
	if form.Has(page.RequestID) {
		return form
	}
	full := maps.Clone(form)
	if full == nil {
		full = url.Values{}
	}
	full.Set(page.RequestID, db.NewID())
	return full
}

// Upload sends a form with a file, with a number as Post does.
func (b *Browser) Upload(path, field, name string, content []byte, form url.Values) *Reply {
	b.site.T.Helper()
	form = numbered(form)
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	for key, values := range form {
		for _, v := range values {
			b.site.must(m.WriteField(key, v))
		}
	}
	part, err := m.CreateFormFile(field, name)
	b.site.must(err)
	_, err = part.Write(content)
	b.site.must(err)
	b.site.must(m.Close())
	r := httptest.NewRequest(http.MethodPost, path, &body)
	r.Header.Set("Content-Type", m.FormDataContentType())
	return b.do(r)
}

func (b *Browser) do(r *http.Request) *Reply {
	b.site.T.Helper()
	maps.Copy(r.Header, b.header)
	r.Header.Set("Test-Person", b.person)
	w := httptest.NewRecorder()
	b.site.Server.ServeHTTP(w, r)
	res := w.Result()
	body, err := io.ReadAll(res.Body)
	b.site.must(err)
	b.site.must(res.Body.Close())
	return &Reply{b: b, path: r.Method + " " + r.URL.RequestURI(), Status: res.StatusCode, Header: res.Header, Body: body}
}

// Reply is an answer; its methods fail the test with what they saw.
type Reply struct {
	b      *Browser
	path   string
	Status int
	Header http.Header
	Body   []byte
	doc    *goquery.Document
}

// OK wants status 200.
func (r *Reply) OK() *Reply { r.b.site.T.Helper(); return r.Is(http.StatusOK) }

// Is wants a status.
func (r *Reply) Is(status int) *Reply {
	r.b.site.T.Helper()
	if r.Status != status {
		r.b.site.T.Fatalf("%s as %s: status %d, want %d\n%.600s", r.path, r.b.person, r.Status, status, r.Text("body"))
	}
	return r
}

// Has wants an element with the text in it.
func (r *Reply) Has(selector, text string) *Reply {
	r.b.site.T.Helper()
	if !strings.Contains(r.Text(selector), civil.NFC(text)) {
		r.b.site.T.Errorf("%s as %s: no %q in %s; it says: %.400s", r.path, r.b.person, text, selector, r.Text(selector))
	}
	return r
}

// Lacks wants no element with the text in it.
func (r *Reply) Lacks(selector, text string) *Reply {
	r.b.site.T.Helper()
	if strings.Contains(r.Text(selector), civil.NFC(text)) {
		r.b.site.T.Errorf("%s as %s: %q in %s", r.path, r.b.person, text, selector)
	}
	return r
}

// Text is the text of all elements that match, blanks collapsed.
func (r *Reply) Text(selector string) string {
	var parts []string
	r.Doc().Find(selector).Each(func(_ int, s *goquery.Selection) { parts = append(parts, civil.NFC(s.Text())) })
	return strings.Join(parts, " | ")
}

// Doc is the page as a document.
func (r *Reply) Doc() *goquery.Document {
	if r.doc == nil {
		doc, err := goquery.NewDocumentFromReader(bytes.NewReader(r.Body))
		r.b.site.must(err)
		r.doc = doc
	}
	return r.doc
}

// Goes wants a redirect and gives its address.
func (r *Reply) Goes() string {
	r.b.site.T.Helper()
	r.Is(http.StatusSeeOther)
	return r.Header.Get("Location")
}

// Follow wants a redirect and opens it.
func (r *Reply) Follow() *Reply { r.b.site.T.Helper(); return r.b.Get(r.Goes()) }

// Value is the value of a named field of the page.
func (r *Reply) Value(name string) string {
	v, _ := r.Doc().Find(`[name="` + name + `"]`).First().Attr("value")
	return v
}
