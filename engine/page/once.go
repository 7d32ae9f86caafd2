package page

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
)

// RequestID is the hidden field of every form that writes: the number of one submission. Render puts a fresh one into
// each form; a script may put its own in its place.
const RequestID = "request_id"

// meta begins the names of the fields that tell of the sending and not of what is sent.
const meta = "request_"

// Receipts remembers submissions and their answers. engine/db satisfies it.
type Receipts interface {
	Answered(ctx context.Context, who access.Actor, r *db.Receipt) (db.Answer, error)
	KeepAnswer(who access.Actor, r *db.Receipt, a db.Answer)
}

// mostKept bounds the JSON that is kept as an answer, in bytes.
const mostKept = 16 << 10

// once lets a submission take effect once: the same form sent again by the same account gets the answer of the first,
// also while that is still at work, and after the program has stopped between the work and the answer.
func (s *Server) once(w http.ResponseWriter, r *Request, handle Handler) error {
	receipt := s.receipt(r)
	if receipt == nil {
		return handle(w, r)
	}
	if r.MultipartForm != nil {
		defer func() { _ = r.MultipartForm.RemoveAll() }() // net/http does it only for forms that it has read itself
	}
	key := flightKey{r.Actor.Ward(), r.Actor.Account(), receipt.Request, receipt.Content}
	for {
		f, mine := s.flights.join(key)
		if mine {
			defer s.flights.leave(key, f)
			return s.take(w, r, receipt, f, handle)
		}
		select {
		case <-f.over:
		case <-r.Context().Done():
			return r.Context().Err()
		}
		if f.answer != nil {
			r.Actor.Touch()
			f.answer.send(w)
			return nil
		}
	}
}

// take runs the handler of a submission and holds its answer back until it is known whether it is the first.
func (s *Server) take(w http.ResponseWriter, r *Request, receipt *db.Receipt, f *flight, handle Handler) error {
	if r.MultipartForm != nil && len(r.MultipartForm.File) > 0 {
		// Files are kept before the unit of work begins: a repeat must not keep what was thrown away since.
		if a, missing := s.Receipts.Answered(r.Context(), r.Actor, receipt); missing == nil {
			return r.replay(w, a)
		}
	}
	h := &held{header: maps.Clone(w.Header())} // its lists are replaced and never changed in place
	r.Request = r.WithContext(db.Under(r.Context(), receipt))
	err := handle(h, r)
	if err != nil || h.status >= http.StatusBadRequest {
		// What was taken once may look wrong the second time: a sheet sent already cannot be sent.
		if !receipt.Stored() {
			// Also when the sender has gone meanwhile: a repeat is no failure.
			if a, missing := s.Receipts.Answered(context.WithoutCancel(r.Context()), r.Actor, receipt); missing == nil {
				return r.replay(w, a)
			}
		}
		if err != nil {
			return repeatLost(err)
		}
		h.send(w)
		return nil
	}
	s.Receipts.KeepAnswer(r.Actor, receipt, r.kept(h))
	f.answer = h
	h.send(w)
	return nil
}

// repeatLost is the error of a submission that was a repeat of one which is not there any more: the commit that both
// shared failed. Nothing is stored, so the sender may try again.
func repeatLost(err error) error {
	if db.Repeated(err) {
		return fault.Unavailable(err)
	}
	return err
}

// receipt gives the receipt of a form that carries a number and was sent by an account, nil for anything else. Of a
// form that cannot be read the handler says what is wrong: its own Parse gives the same error.
func (s *Server) receipt(r *Request) *db.Receipt {
	if r.Method != http.MethodPost || s.Receipts == nil || r.Actor.Account() == "" || r.Parse() != nil {
		return nil
	}
	id := r.PostForm.Get(RequestID)
	if !validNumber(id) {
		return nil // sent by a program that gives no numbers
	}
	return &db.Receipt{Request: id, Content: r.digest()}
}

// validNumber reports whether a text may be the number of a submission: a UUID, or an id of our own.
func validNumber(id string) bool {
	if len(id) < 16 || len(id) > 64 {
		return false
	}
	return !strings.ContainsFunc(id, func(c rune) bool {
		return c != '-' && (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z')
	})
}

// digest tells one content of a form from another: its address, its fields, names and sizes of its files.
func (r *Request) digest() string {
	text := make([]byte, 0, 512)
	put := func(parts ...string) {
		for _, p := range parts {
			text = append(append(strconv.AppendInt(text, int64(len(p)), 10), ':'), p...)
		}
	}
	put(r.URL.Path, r.URL.RawQuery)
	for _, name := range slices.Sorted(maps.Keys(r.PostForm)) {
		if strings.HasPrefix(name, meta) {
			continue
		}
		put(name)
		put(r.PostForm[name]...)
	}
	if r.MultipartForm != nil {
		for _, name := range slices.Sorted(maps.Keys(r.MultipartForm.File)) {
			put(name)
			for _, f := range r.MultipartForm.File[name] {
				put(f.Filename, strconv.FormatInt(f.Size, 10))
			}
		}
	}
	sum := sha256.Sum256(text)
	return db.EncodeID([16]byte(sum[:]))
}

// done is where a form led to, as given to Done.
type done struct{ to, key string }

// kept is what of an answer is remembered: where it led to, or its data. A page is not.
func (r *Request) kept(h *held) db.Answer {
	switch {
	case r.done.to != "":
		return Led(r.done.to, r.done.key)
	case h.header.Get("Location") != "":
		return db.Answer{Status: http.StatusSeeOther, Location: h.header.Get("Location")}
	case strings.HasPrefix(h.header.Get("Content-Type"), "application/json") && h.body.Len() <= mostKept:
		return db.Answer{Status: h.status, Body: h.body.String()}
	default:
		return db.Answer{}
	}
}

// replay gives the answer of the first to a repeat.
func (r *Request) replay(w http.ResponseWriter, a db.Answer) error {
	r.Actor.Touch()
	switch {
	case a.Location != "":
		return r.Done(w, a.Location, a.Word)
	case a.Body != "":
		return r.JSON(w, json.RawMessage(a.Body))
	}
	text := r.Words.T("page.already")
	if a.At.Unix() > 0 {
		text = r.Words.F("page.already_at", "When", civil.Moment(a.At, r.Words.Lang()))
	}
	if r.WantsJSON() {
		return r.JSON(w, taken{Text: text})
	}
	return r.HTML(w, already(r.Frame(r.Words.T("page.already_title")), text))
}

// taken is the answer to a script whose form was taken.
type taken struct {
	Next string `json:"next,omitempty"`
	Text string `json:"text,omitempty"`
}

// held is an answer that has not left yet.
type held struct {
	header http.Header
	status int
	body   bytes.Buffer
}

// Header is the header that will be sent.
func (h *held) Header() http.Header { return h.header }

// WriteHeader notes the status.
func (h *held) WriteHeader(status int) {
	if h.status == 0 {
		h.status = status
	}
}

// Write adds to the body.
func (h *held) Write(b []byte) (int, error) {
	h.WriteHeader(http.StatusOK)
	return h.body.Write(b)
}

// send lets the answer leave; it may be sent to several.
func (h *held) send(w http.ResponseWriter) {
	header := w.Header()
	clear(header)
	maps.Copy(header, h.header)
	w.WriteHeader(max(h.status, http.StatusOK))
	_, _ = w.Write(h.body.Bytes())
}

type flightKey struct {
	ward                      int
	account, request, content string
}

// flight is a submission at work in this process.
type flight struct {
	over   chan struct{}
	answer *held // when it went well
}

// flights are the submissions at work; a repeat waits for the first.
type flights struct {
	mu   sync.Mutex
	list map[flightKey]*flight
}

func (s *flights) join(key flightKey) (f *flight, mine bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if f, ok := s.list[key]; ok {
		return f, false
	}
	if s.list == nil {
		s.list = map[flightKey]*flight{}
	}
	f = &flight{over: make(chan struct{})}
	s.list[key] = f
	return f, true
}

func (s *flights) leave(key flightKey, f *flight) {
	s.mu.Lock()
	delete(s.list, key)
	s.mu.Unlock()
	close(f.over)
}

// number puts a fresh number into every form of a page that writes, so that no room can forget it. It stands last in
// its form, where no rule of the style meets it. Templates write attributes in double quotes and never a > inside one.
func number(page *bytes.Buffer, into io.Writer) {
	rest := page.Bytes()
	for {
		at := bytes.Index(rest, []byte("<form"))
		if at < 0 {
			break
		}
		end := bytes.Index(rest[at:], []byte("</form>"))
		if end < 0 {
			break
		}
		end += at
		_, _ = into.Write(rest[:end])
		if tag, _, _ := bytes.Cut(rest[at:end], []byte(">")); bytes.Contains(tag, []byte(`method="post"`)) {
			_, _ = io.WriteString(into, `<input type="hidden" name="`+RequestID+`" value="`+db.NewID()+`">`)
		}
		rest = rest[end:]
	}
	_, _ = into.Write(rest)
}
