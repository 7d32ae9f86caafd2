// Package asset serves the built style, script, fonts and emblem from inside the binary.
//
// The files are made by web/build.mjs ("make web"). Their names carry a hash of their content,
// so a browser may keep them for a year; a new build has new names.
package asset

import (
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"strconv"
	"strings"
)

//go:embed all:dist
var dist embed.FS

// Prefix is the path under which a Set answers.
const Prefix = "/static/"

// ErrNotBuilt says that the program was compiled before its assets were made.
var ErrNotBuilt = errors.New("asset: style and script are missing from this build: run make web, then compile again")

// Set holds the built files, ready to send. They are read from the binary as they are sent: a copy of all of them in memory would
// be the largest part of what a quiet program keeps.
type Set struct {
	dir   fs.FS
	urls  map[string]string // plain name → address
	files map[string]*file  // hashed name → file
}

// file is one asset in its encodings; br and gz are empty for what does not shrink.
type file struct {
	contentType string
	etag        string
	plain       content
	br, gz      content
}

// content is one encoding of a file: where it lies, and how long it is.
type content struct {
	path string
	size int64
}

// entry is a line of manifest.json as web/build.mjs writes it.
type entry struct {
	File string `json:"file"`
	Type string `json:"type"`
	Br   int    `json:"br"`
	Gz   int    `json:"gz"`
}

// Load reads the assets embedded in the binary. It returns ErrNotBuilt when there are none.
func Load() (*Set, error) {
	sub, err := fs.Sub(dist, "dist")
	if err != nil {
		return nil, fmt.Errorf("asset: %w", err)
	}
	return load(sub)
}

func load(dir fs.FS) (*Set, error) {
	raw, err := fs.ReadFile(dir, "manifest.json")
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNotBuilt
	}
	if err != nil {
		return nil, fmt.Errorf("asset: %w", err)
	}
	var manifest map[string]entry
	if err := json.Unmarshal(raw, &manifest); err != nil {
		return nil, fmt.Errorf("asset: manifest.json: %w", err)
	}
	s := &Set{dir: dir, urls: make(map[string]string, len(manifest)), files: make(map[string]*file, len(manifest))}
	for name, e := range manifest {
		f, err := find(dir, e)
		if err != nil {
			return nil, fmt.Errorf("asset: %s: %w", name, err)
		}
		s.urls[name] = Prefix + e.File
		s.files[e.File] = f
	}
	return s, nil
}

func find(dir fs.FS, e entry) (*file, error) {
	f := &file{contentType: e.Type, etag: `"` + e.File + `"`}
	for _, x := range []struct {
		into  *content
		path  string
		built bool
	}{{&f.plain, e.File, true}, {&f.br, e.File + ".br", e.Br > 0}, {&f.gz, e.File + ".gz", e.Gz > 0}} {
		if !x.built {
			continue
		}
		info, err := fs.Stat(dir, x.path)
		if err != nil {
			return nil, err
		}
		*x.into = content{x.path, info.Size()}
	}
	return f, nil
}

// URL is the address of a built file by its plain name: URL("app.css") is "/static/app-1f2e3d4c5b.css".
// A name that was not built is a programmer's mistake and panics.
func (s *Set) URL(name string) string {
	url, ok := s.urls[name]
	if !ok {
		panic("asset: no file " + strconv.Quote(name) + " in this build")
	}
	return url
}

// Has reports whether a file of that plain name was built.
func (s *Set) Has(name string) bool { return s.urls[name] != "" }

// Bytes is the content of a built file by its plain name, for the few that must also
// answer under an address of their own, such as a service worker.
func (s *Set) Bytes(name string) []byte {
	b, err := fs.ReadFile(s.dir, s.files[strings.TrimPrefix(s.URL(name), Prefix)].plain.path)
	if err != nil {
		panic("asset: " + err.Error()) // it was there at the start, and lies in the binary
	}
	return b
}

// ServeHTTP answers GET and HEAD under Prefix with the smallest encoding that the browser takes.
func (s *Set) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, http.StatusText(http.StatusMethodNotAllowed), http.StatusMethodNotAllowed) //nolint:forbidigo // a file has no page to show
		return
	}
	f, ok := s.files[strings.TrimPrefix(r.URL.Path, Prefix)]
	if !ok {
		http.NotFound(w, r)
		return
	}
	body, encoding := f.encoded(r.Header.Get("Accept-Encoding"))
	h := w.Header()
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("Content-Type", f.contentType)
	h.Set("X-Content-Type-Options", "nosniff")
	etag := f.etag
	if f.br.path != "" || f.gz.path != "" {
		h.Set("Vary", "Accept-Encoding")
	}
	if encoding != "" {
		h.Set("Content-Encoding", encoding)
		etag = strings.TrimSuffix(etag, `"`) + "-" + encoding + `"`
	}
	h.Set("ETag", etag)
	if matches(r.Header.Get("If-None-Match"), etag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h.Set("Content-Length", strconv.FormatInt(body.size, 10))
	if r.Method == http.MethodHead {
		return
	}
	s.send(w, body)
}

func (s *Set) send(w io.Writer, c content) {
	body, err := s.dir.Open(c.path)
	if err != nil {
		panic(http.ErrAbortHandler) // it was there at the start: the browser is not to take nothing for the file
	}
	_, _ = io.Copy(w, body) // a browser that hangs up in the middle is not a fault of the server
	_ = body.Close()
}

// encoded picks brotli, gzip or neither.
func (f *file) encoded(accept string) (body content, encoding string) {
	switch {
	case f.br.path != "" && accepts(accept, "br"):
		return f.br, "br"
	case f.gz.path != "" && accepts(accept, "gzip"):
		return f.gz, "gzip"
	default:
		return f.plain, ""
	}
}

// accepts reports whether an Accept-Encoding header names a coding without refusing it by q=0.
func accepts(header, coding string) bool {
	for part := range strings.SplitSeq(header, ",") {
		name, parameter, _ := strings.Cut(part, ";")
		if !strings.EqualFold(strings.TrimSpace(name), coding) {
			continue
		}
		q, found := strings.CutPrefix(strings.TrimSpace(parameter), "q=")
		if !found {
			return true
		}
		weight, err := strconv.ParseFloat(q, 64)
		return err == nil && weight > 0
	}
	return false
}

// matches reports whether an If-None-Match header names the tag.
func matches(header, etag string) bool {
	for part := range strings.SplitSeq(header, ",") {
		tag := strings.TrimPrefix(strings.TrimSpace(part), "W/")
		if tag == etag || tag == "*" {
			return true
		}
	}
	return false
}
