package backup_test

import (
	"bytes"
	"context"
	"encoding/pem"
	"errors"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"

	"sonha/engine/backup"
)

// store is a store of S3 behind a certificate of its own. It takes requests that are signed with one access key.
type store struct {
	server        *httptest.Server
	key, ca       string
	away          atomic.Bool // answers nothing useful
	forgets       atomic.Bool // gives back other bytes than it was sent
	unreadable    atomic.Bool // takes copies but gives none, and lets none be taken away
	parts, aborts atomic.Int64
}

func startS3(t *testing.T) *store {
	t.Helper()
	mem := s3mem.New()
	if err := mem.CreateBucket("sao-luu"); err != nil {
		t.Fatal(err)
	}
	s := &store{}
	fake := gofakes3.New(mem).Server()
	s.server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.answer(fake, w, r) }))
	s.server.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.server.StartTLS()
	t.Cleanup(s.server.Close)
	dir := t.TempDir()
	s.key, s.ca = filepath.Join(dir, "key"), filepath.Join(dir, "ca.pem")
	for name, text := range map[string]string{
		s.key: "# kho của phường\nMATRUYCAP\nmabimat\n",
		s.ca:  string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.server.Certificate().Raw})),
	} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

func (s *store) answer(next http.Handler, w http.ResponseWriter, r *http.Request) {
	switch {
	case s.away.Load():
		w.WriteHeader(http.StatusForbidden)
		return
	case !strings.Contains(r.Header.Get("Authorization"), "Credential=MATRUYCAP/"):
		w.WriteHeader(http.StatusForbidden)
		return
	case s.unreadable.Load() && (r.Method == http.MethodDelete || r.Method == http.MethodGet && strings.Contains(r.URL.Path, "sonha-")):
		w.WriteHeader(http.StatusForbidden)
		return
	case r.Method == http.MethodPut && r.URL.Query().Has("partNumber"):
		s.parts.Add(1)
	case r.Method == http.MethodDelete && r.URL.Query().Has("uploadId"):
		s.aborts.Add(1)
	case s.forgets.Load() && r.Method == http.MethodGet && strings.Contains(r.URL.Path, "sonha-"):
		answer := httptest.NewRecorder()
		next.ServeHTTP(answer, r)
		for name, values := range answer.Header() {
			if !strings.HasPrefix(strings.ToLower(name), "x-amz-checksum") {
				w.Header()[name] = values
			}
		}
		body := answer.Body.Bytes()
		if len(body) > 0 {
			body[len(body)/2] ^= 1
		}
		w.WriteHeader(answer.Code)
		_, _ = w.Write(body)
		return
	}
	next.ServeHTTP(w, r)
}

func (s *store) place(t *testing.T) *backup.S3 {
	t.Helper()
	place, err := backup.NewS3("s3://"+s.server.Listener.Addr().String()+"/sao-luu/hoan-kiem?region=hanoi", s.key, s.ca)
	if err != nil {
		t.Fatal(err)
	}
	return place
}

// Copies go to two places at once: one that is away keeps none from the other, is made up for, and both keep what the rule says.
func TestCopiesGoToAStore(t *testing.T) {
	t.Parallel()
	s, m := startS3(t), startSFTP(t)
	now := time.Date(2026, 11, 20, 19, 30, 0, 0, time.UTC)
	far := s.place(t)
	p := plan(t, &now, m.place(t), far)
	m.stop()
	var remote *backup.RemoteError
	first, err := p.Run(t.Context())
	if !errors.As(err, &remote) || first.Made == "" || first.Sent != first.Made {
		t.Fatalf("one place is away: %+v, %v", first, err)
	}
	if there, err := far.Names(t.Context()); err != nil || !slices.Equal(there, []string{first.Made}) {
		t.Fatalf("the store has %v, %v", there, err)
	}
	m.start(t)
	if done, err := p.Run(t.Context()); err != nil || done.Made != "" || done.Sent != first.Made {
		t.Errorf("it is back: %+v, %v", done, err)
	}
	s.away.Store(true)
	now = now.AddDate(0, 0, 1)
	if _, err := p.Run(t.Context()); !errors.As(err, &remote) {
		t.Errorf("the store is away: %v", err)
	}
	s.away.Store(false)
	for range 20 {
		if _, err := p.Run(t.Context()); err != nil {
			t.Fatal(err)
		}
		now = now.AddDate(0, 0, 1)
	}
	here, _ := p.Local.Names(t.Context())
	there, err := far.Names(t.Context())
	slices.Sort(here)
	slices.Sort(there)
	if err != nil || !slices.Equal(here, there) || len(there) > 14 {
		t.Errorf("here %v, there %v, %v", here, there, err)
	}
	if newest, err := far.Newest(t.Context()); err != nil || newest != here[len(here)-1] {
		t.Errorf("the newest is %s, %v", newest, err)
	}
}

// A copy larger than a part arrives as it was sent, and is read from there.
func TestALargeCopyGoesInParts(t *testing.T) {
	t.Parallel()
	s := startS3(t)
	far := s.place(t)
	body := bytes.Repeat([]byte("Số nhà 36A, phố Hàng Bạc. "), 35<<20/27)
	name := backup.FileName(time.Now())
	if err := far.Put(t.Context(), name, func(out io.Writer) error { _, err := out.Write(body); return err }); err != nil {
		t.Fatal(err)
	}
	if s.parts.Load() < 3 {
		t.Errorf("%d parts", s.parts.Load())
	}
	in, size, err := far.Open(t.Context(), name)
	if err != nil || size != int64(len(body)) {
		t.Fatalf("%d bytes of %d, %v", size, len(body), err)
	}
	got, err := io.ReadAll(in)
	_ = in.Close()
	if err != nil || !bytes.Equal(got, body) {
		t.Errorf("%d bytes came back, %v", len(got), err)
	}
}

// A copy that ends early is nowhere, and its parts take no room.
func TestAHalfCopyIsNotInTheStore(t *testing.T) {
	t.Parallel()
	s := startS3(t)
	far := s.place(t)
	broken := errors.New("no disk")
	err := far.Put(t.Context(), backup.FileName(time.Now()), func(out io.Writer) error {
		_, _ = out.Write(make([]byte, 17<<20))
		return broken
	})
	if !errors.Is(err, broken) {
		t.Errorf("told %v", err)
	}
	if there, err := far.Names(t.Context()); err != nil || len(there) > 0 || s.aborts.Load() == 0 {
		t.Errorf("there: %v, %v, %d aborted", there, err, s.aborts.Load())
	}
	ctx, stop := context.WithCancel(t.Context())
	err = far.Put(ctx, backup.FileName(time.Now()), func(out io.Writer) error {
		stop()
		_, err := out.Write(make([]byte, 40<<20))
		return err
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("stopped, told %v", err)
	}
}

// A store that gives back something else has no copy: it is sent again, also where the wrong one could not be taken away.
func TestACopyThatComesBackDifferentDoesNotCount(t *testing.T) {
	t.Parallel()
	s := startS3(t)
	now := time.Date(2026, 11, 20, 19, 30, 0, 0, time.UTC)
	far := s.place(t)
	p := plan(t, &now, far)
	var remote *backup.RemoteError
	for _, wrong := range []*atomic.Bool{&s.forgets, &s.unreadable} {
		wrong.Store(true)
		if done, err := p.Run(t.Context()); !errors.As(err, &remote) || done.Sent != "" {
			t.Errorf("%+v, %v", done, err)
		}
		if there, err := far.Names(t.Context()); err != nil || len(there) > 0 {
			t.Errorf("it counts %v, %v", there, err)
		}
		wrong.Store(false)
	}
	if done, err := p.Run(t.Context()); err != nil || done.Sent == "" {
		t.Errorf("it is well again: %+v, %v", done, err)
	}
	if there, err := far.Names(t.Context()); err != nil || len(there) != 1 {
		t.Errorf("there: %v, %v", there, err)
	}
}

// Nothing goes to a store under another certificate, or with another key; no message has the secret.
func TestAnotherStoreGetsNothing(t *testing.T) {
	t.Parallel()
	s := startS3(t)
	address := "s3://" + s.server.Listener.Addr().String() + "/sao-luu"
	other := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(other, []byte("AIDO\nmabimat\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, x := range map[string][2]string{"certificate": {s.key, ""}, "key": {other, s.ca}} {
		place, err := backup.NewS3(address, x[0], x[1])
		if err != nil {
			t.Fatal(err)
		}
		err = place.Put(t.Context(), backup.FileName(time.Now()), func(out io.Writer) error { _, err := io.WriteString(out, "x"); return err })
		if err == nil || strings.Contains(err.Error(), "mabimat") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if there, err := s.place(t).Names(t.Context()); err != nil || len(there) > 0 {
		t.Errorf("there: %v, %v", there, err)
	}
}

func TestAnAddressOfAStore(t *testing.T) {
	t.Parallel()
	s := startS3(t)
	for _, good := range []string{"s3://kho/sao-luu", "s3://kho:9000/sao-luu/hoan-kiem/2026?region=hn", "s3+http://127.0.0.1:9000/sao-luu", "s3+http://localhost/sao-luu"} {
		if _, err := backup.NewS3(good, s.key, ""); err != nil {
			t.Errorf("%s: %v", good, err)
		}
	}
	for _, bad := range []string{
		"", "s3://", "s3://kho", "s3://kho/", "https://kho/sao-luu", "s3://ma:bimat@kho/sao-luu", "s3://kho/sao-luu?x=1", "s3://kho/sao-luu/../khac",
		"s3+http://kho/sao-luu", "s3+http://10.0.0.4/sao-luu",
	} {
		if _, err := backup.NewS3(bad, s.key, ""); err == nil || strings.Contains(err.Error(), "bimat@") {
			t.Errorf("%s: told %v", bad, err)
		}
	}
	short := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(short, []byte("MATRUYCAP\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, x := range [][2]string{{short, ""}, {short + "x", ""}, {s.key, short}, {s.key, short + "x"}} {
		if _, err := backup.NewS3("s3://kho/sao-luu", x[0], x[1]); err == nil {
			t.Errorf("%v is taken", x)
		}
	}
}
