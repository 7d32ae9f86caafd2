package page

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"sonha/engine/db"
	"sonha/engine/page/ui"
	"sonha/engine/words"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
)

// Request is a request with who asks and in which words to answer.
type Request struct {
	*http.Request

	Actor access.Actor
	Words *words.Words
	// ID is the number that an error page shows and the log has.
	ID       string
	Identity Identity

	server *Server
	status int
	told   bool  // a word on the last action was put on the page
	shown  Shown // what the answer gives out
	done   done  // where the form led to
	parsed bool  // Parse was called; it gives badErr again
	badErr error

	refusal map[string]string // why the form was not taken, as Refused gave it first
}

func (s *Server) request(r *http.Request) *Request {
	req := &Request{Request: r, server: s, ID: requestNumber()}
	req.Words = s.Words.In(language(r))
	return req
}

func (r *Request) adopt(i Identity) {
	r.Identity = i
	r.Actor = i.Actor.Fresh()
	if i.Language != "" {
		r.Words = r.server.Words.In(i.Language)
	}
}

// TextCookie holds the size of letters that a visitor chose.
const TextCookie = "text"

// large reports whether the reader wants large letters: the account says so, or before signing in this browser.
func (r *Request) large() bool {
	if r.Actor.Account() != "" {
		return r.Identity.LargeText
	}
	c, err := r.Cookie(TextCookie)
	return err == nil && c.Value == "large"
}

// ReaderHeader names the reader of a page in the answer, and in a form that a phone kept, who filled it in.
const ReaderHeader = "Sonha-Account"

// reader is a name for the account in its role that tells nothing about it; empty for nobody. A phone keeps pages and
// forms under it.
func (r *Request) reader() string {
	if r.Actor.Account() == "" {
		return ""
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%d %s %s", r.Actor.Ward(), r.Actor.Account(), r.Actor.Role()))
	return db.EncodeID([16]byte(sum[:16]))[:13]
}

// Named says in the answer whose file it is, so that the worker of a phone keeps it ahead among the pages of that reader alone. On
// somebody else's device it says nothing.
func (r *Request) Named(w http.ResponseWriter) {
	if reader := r.reader(); reader != "" && !r.Identity.Shared {
		w.Header().Set(ReaderHeader, reader)
	}
}

// sharedReader is the reader of every page on somebody else's device: the browser keeps nothing under it.
const sharedReader = "shared"

// Later reports whether a phone sends the form that it kept, and nobody waits for the next page.
func (r *Request) Later() bool { return r.Header.Get(QuietHeader) != "" }

// In gives the words of another language than the reader's.
func (r *Request) In(lang string) *words.Words { return r.server.Words.In(lang) }

// requestNumber is short enough to be read out on the telephone.
func requestNumber() string {
	const digits = "23456789abcdefghjkmnpqrstvwxyz"
	n := rand.Uint64()
	var b [8]byte
	for i := range b {
		b[i] = digits[n%uint64(len(digits))]
		n /= uint64(len(digits))
	}
	return string(b[:])
}

// LanguageCookie holds the language that a visitor chose.
const LanguageCookie = "lang"

func language(r *http.Request) string {
	if c, err := r.Cookie(LanguageCookie); err == nil && c.Value == "en" {
		return "en"
	}
	return "vi"
}

// PathID is the id in the path; not found when it has not the shape of one.
func (r *Request) PathID(name string) (string, error) {
	id := r.PathValue(name)
	if !db.ValidID(id) {
		return "", fault.NotFound("fault.not_found")
	}
	return id, nil
}

// Text is a form or query value in NFC without blanks around it.
func (r *Request) Text(name string) string { return civil.NFC(r.FormValue(name)) }

// Version is the version of a thing that the form was made from; -1, which no thing has, when the form does not say: a store that is asked
// for version 0 asks nothing.
func (r *Request) Version() int {
	n, err := strconv.Atoi(r.Text("version"))
	if err != nil || n < 1 {
		return -1
	}
	return n
}

// Lines is a form value of several lines: each in NFC without blanks around it, with one empty line at the most between two.
func (r *Request) Lines(name string) string { return civil.NFCLines(r.FormValue(name)) }

// Day is a form value that is a day, empty when nothing was typed. What is no day is kept as it stands, for the rules to refuse
// at its field.
func (r *Request) Day(name string) civil.Day {
	text := r.Text(name)
	if d, err := civil.ParseDay(text); err == nil {
		return d
	}
	return civil.Day(text)
}

// Count is a form value that is a count: 0 when nothing was typed, -1 when it is no count, which the rules refuse.
func (r *Request) Count(name string) int {
	text := r.Text(name)
	if text == "" {
		return 0
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		return -1
	}
	return n
}

// Base is the address that people open, for links on paper and in messages: the stated one, or else the one under which the reader reached
// the program. A forwarding header that is here comes from a proxy that is believed; those of others were dropped on the way in.
func (r *Request) Base() string {
	if r.server.at != "" {
		return r.server.at
	}
	scheme := "http"
	if r.server.Secure || r.TLS != nil || strings.EqualFold(r.Header.Get("X-Forwarded-Proto"), "https") {
		scheme = "https"
	}
	return scheme + "://" + r.Host
}

// Number is a form value that must be a whole number between low and high.
func (r *Request) Number(name string, low, high int) (int, error) {
	text := r.Text(name)
	n, err := strconv.Atoi(strings.TrimSpace(text))
	if err != nil || n < low || n > high {
		return 0, fault.Invalid(name, "fault.number_between", "Low", low, "High", high)
	}
	return n, nil
}

// Parse reads the form of a POST with a file in it; a body over the route's limit is refused. Forms without a file
// are read before the handler is called.
func (r *Request) Parse() error {
	if !r.parsed {
		r.parsed, r.badErr = true, r.parse()
	}
	return r.badErr
}

func (r *Request) parse() error {
	if strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/") {
		return badForm(r.ParseMultipartForm(1 << 20)) //nolint:gosec // the chain has bounded the body
	}
	return badForm(r.ParseForm())
}

// parsePlain reads a form that has no file in it, so that FormValue never passes over an error.
func (r *Request) parsePlain() error {
	if r.Method != http.MethodPost || strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/") {
		return nil
	}
	return badForm(r.ParseForm())
}

func badForm(err error) error {
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); err == nil || tooLarge {
		return err
	}
	return &fault.Error{Kind: fault.Wrong, Key: "fault.bad_form", Err: err}
}

// Now is the time that pages show as theirs.
func (r *Request) Now() string { return civil.Clock(r.server.Now()) }

// Moment is the time at which the request is answered, by the program's clock.
func (r *Request) Moment() time.Time { return r.server.Now() }

// Today is the day at the ward.
func (r *Request) Today() civil.Day { return civil.DayOf(r.server.Now()) }

// Frame is the frame of a page with its title, filled from who asks.
func (r *Request) Frame(title string, crumbs ...ui.Link) ui.Frame {
	s := r.server
	rail, tabs, inbox := s.nav(r)
	f := ui.Frame{
		Words: r.Words, Assets: s.frame, Title: title, Crumbs: append(append([]ui.Link(nil), r.Identity.Crumbs...), crumbs...),
		SignedIn: r.Actor.Known(), Nav: rail, Tabs: tabs, Inbox: inbox, Plate: r.Identity.Plate, Place: strings.TrimPrefix(r.Identity.Place, r.Identity.Plate+" "),
		Demo: r.Identity.Invented, Flash: r.flash(),
	}
	if f.SignedIn {
		f.Home = "/today"
		f.Who = []string{r.Words.T("role." + string(r.Actor.Role())), r.Identity.Place}
		f.Account = ui.Link{Href: "/account", Label: r.Actor.Name()}
		if r.Actor.May(access.SeeHouses) {
			f.SearchAction = "/search"
		}
	} else {
		f.SignIn = ui.Link{Href: "/sign-in", Label: r.Words.T("page.sign_in")}
	}
	other := "en"
	if r.Words.Lang() == "en" {
		other = "vi"
	}
	if f.Reader = r.reader(); r.Identity.Shared {
		f.Reader = sharedReader
	}
	f.Assets.Manifest += "?lang=" + r.Words.Lang()
	f.LargeText = r.large()
	f.TextSize = ui.Link{Href: "/text/large?next=" + queryEscape(r.URL.RequestURI()), Label: r.Words.T("ui.reading.large")}
	if f.LargeText {
		f.TextSize = ui.Link{Href: "/text/normal?next=" + queryEscape(r.URL.RequestURI()), Label: r.Words.T("ui.reading.normal")}
	}
	f.Language = ui.Link{Href: "/language/" + other + "?next=" + queryEscape(r.URL.RequestURI()), Label: r.Words.T("page.language_" + other)}
	return f
}

// Asset is the address of a built file that only some pages load.
func (r *Request) Asset(name string) string { return r.server.Assets.URL(name) }

// AsOf says when the figures of a page were read.
func (r *Request) AsOf() string { return r.Words.F("page.as_of", "Time", r.Now()) }

// WardName is the ward that somebody answers for by its name alone, as papers have it: "Hoàn Kiếm".
func (r *Request) WardName() string { return strings.TrimPrefix(r.Identity.Place, "Phường ") }

// Part names the part of the page that a script asks for, empty for the whole page.
func (r *Request) Part() string { return r.Header.Get("Sonha-Part") }

// WantsJSON reports whether a script asks and wants data, not a page.
func (r *Request) WantsJSON() bool {
	return strings.Contains(r.Header.Get("Accept"), "application/json")
}

// problem answers a script with application/problem+json.
func (r *Request) problem(w http.ResponseWriter, status int, text string) {
	body, _ := json.Marshal(struct { //nolint:errchkjson // numbers and words always encode
		Status int    `json:"status"`
		Title  string `json:"title"`
		Number string `json:"number"`
	}{status, text, r.ID})
	w.Header().Set("Content-Type", "application/problem+json; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(body)
}

func queryEscape(s string) string { return url.QueryEscape(s) }

// Next is where to go after signing in or changing language: only a path on this site. Browsers take a backslash
// for a slash, and the redirect makes "/\x" of "/./\x": none is let through.
func Next(text, otherwise string) string {
	u, err := url.Parse(text)
	if err != nil || u.IsAbs() || u.Host != "" || !strings.HasPrefix(text, "/") || strings.HasPrefix(text, "//") || strings.Contains(text, `\`) {
		return otherwise
	}
	return text
}

// Refused gives the catalog texts of the fields that an error names, by field, for showing a form again
// with what was typed; ok is false when the error is of another kind and belongs to Server.fail.
func (r *Request) Refused(err error) (texts map[string]string, ok bool) {
	e, is := fault.As(err)
	if !is || (e.Kind != fault.Wrong && e.Kind != fault.Clash && e.Kind != fault.Closed) {
		return nil, false
	}
	defer func() {
		if r.refusal == nil {
			r.refusal = texts
			r.noteRefusal(e)
		}
	}()
	texts = map[string]string{}
	for _, f := range e.Fields {
		texts[f.Name] = r.Words.F(f.Key, f.Pairs...)
	}
	if len(e.Fields) == 0 {
		texts[""] = r.Words.F(e.Key, e.Pairs...)
	}
	return texts, true
}

// noteRefusal leaves a line of a form that was not taken: which fields and the keys of the reasons, never what was typed.
func (r *Request) noteRefusal(e *fault.Error) {
	keys := make([]string, 0, len(e.Fields)+1)
	if len(e.Fields) == 0 {
		keys = append(keys, e.Key)
	}
	for _, f := range e.Fields {
		keys = append(keys, f.Name+":"+f.Key)
	}
	r.server.Log.Info("form refused", "request", r.ID, "route", r.Pattern, "why", strings.Join(keys, " "), "account", r.Actor.Account(), "role", string(r.Actor.Role()))
}
