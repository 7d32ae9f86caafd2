package page

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"math"
	"net/http"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"time"

	"sonha/engine/page/asset"
	"sonha/engine/page/ui"
	"sonha/engine/words"
	"sonha/ground/access"
	"sonha/ground/fault"
)

// Identity is who a request comes from, as the session says.
type Identity struct {
	Actor     access.Actor
	Language  string // "vi" or "en"; empty: the reader's choice of this visit
	LargeText bool
	Session   string // key of the session, empty without one
	Place     string // what the account answers for: "36A Hàng Bạc", "Phường Hoàn Kiếm"
	Plate     string // number of the house that a head answers for, "36A"
	Crumbs    []ui.Link
	Invented  bool      // the ward's data are invented: every page says so
	Shared    bool      // signed in on somebody else's device: no page may stay in it
	Proved    time.Time // when the account last proved who it is; at the sign-in at first
	Proof     Proof     // what it proves it with
	Enrol     bool      // nothing opens before the account has a second factor; EnrolPath leads there
}

// Gate tells who a request comes from. Nobody is the zero Identity.
type Gate interface {
	Identify(r *http.Request) (Identity, error)
}

// Entry is one line of the navigation; it is shown to whoever has its need.
type Entry struct {
	Href, Key string
	Icon      ui.Glyph
	Need      access.Need
	Phone     bool // also in the bottom bar of the phone, which has room for three and for what leads to the rest
	// Unless hides the line from whoever has this need: the same word leads them elsewhere.
	Unless access.Need
	// Aside leaves the bottom bar of the phone to other words for whoever has this need; the rail has the line nonetheless.
	Aside access.Need
	// Apart leaves the line to the page behind More when the rail has more lines than a screen of 720 px shows: what one does a
	// few times a year.
	Apart bool
	// More is the one line that leads to all that the bottom bar has no room for; it stands last, and in the rail only when
	// lines are left to it.
	More  bool
	Inbox bool // with the number of unread messages, and in the top bar of the phone
}

// Config wires a Server.
type Config struct {
	Gate   Gate
	Words  *words.Catalog
	Assets *asset.Set
	Log    *slog.Logger
	Nav    []Entry
	Now    func() time.Time
	// Unread counts the messages that somebody has not read yet; nobody has any when nil.
	Unread  func(ctx context.Context, who access.Actor) (int, error)
	Secure  bool // the outside address is https: cookies are marked Secure, HSTS is sent
	Testing bool // a reply whose handler never used its actor is an error
	// Prover takes the proofs that routes with Fresh ask for; nothing is asked without it.
	Prover Prover
	// Witness is told who gets which record before it leaves; nobody is told when nil.
	Witness Witness
	// Receipts remembers what was sent, so that nothing takes effect twice; without it every form counts.
	Receipts Receipts
}

// Server answers requests.
type Server struct {
	Config
	mux    *http.ServeMux
	routes []Route
	chain  http.Handler
	frame  ui.Assets
	always http.Header // what every answer carries; its lists are shared and never changed in place
	at     string      // the address that people open, when whoever runs the program has stated it

	flights flights
}

// New makes a server for the routes.
func New(c Config, routes []Route) (*Server, error) {
	s := &Server{Config: c, mux: http.NewServeMux()}
	s.frame = ui.Assets{CSS: c.Assets.URL("app.css"), Icon: c.Assets.URL("icon.svg"), Manifest: "/app.webmanifest"}
	if c.Assets.Has("app.js") {
		s.frame.JS = c.Assets.URL("app.js")
	}
	if err := s.register(routes); err != nil {
		return nil, err
	}
	s.mux.Handle("GET /static/", light(c.Assets))
	s.mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("ok\n")) })
	s.mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		req := s.request(r)
		if identity, err := s.Gate.Identify(r); err == nil { // who is signed in is told so, and led to their own first page
			req.adopt(identity)
		}
		s.fail(w, req, fault.NotFound("fault.no_page"))
	})
	s.always = fixed()
	s.chain = s.protect(s.ownForms(s.mux))
	return s, nil
}

// ServeAt says at which address people open the program, such as "https://sonha.phuong.vn", for links on paper and in codes; to be called
// before it answers. Without it they go by what the reader's browser asked for, which whoever sends the request may choose.
func (s *Server) ServeAt(base string) { s.at = base }

// fixed are the headers that every answer carries.
func fixed() http.Header {
	h := http.Header{}
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", "geolocation=(), microphone=(), payment=()")
	return h
}

// light takes from styles and fonts the headers that browsers heed on documents, scripts and pictures only: on the five files of a
// first visit they weigh as much as a screen of text.
func light(files http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, ".css") || strings.HasSuffix(r.URL.Path, ".woff2") {
			for _, name := range []string{"Content-Security-Policy", "Cross-Origin-Opener-Policy", "Permissions-Policy"} {
				w.Header().Del(name)
			}
		}
		files.ServeHTTP(w, r)
	})
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.chain.ServeHTTP(w, r) }

const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; " +
	"manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// AllowImages lets a page show pictures of one more origin, which the administrator stated: "https://ban-do.example".
func AllowImages(w http.ResponseWriter, origin string) {
	w.Header().Set("Content-Security-Policy", strings.Replace(policy, "img-src 'self'", "img-src 'self' "+origin, 1))
}

// protect sets the headers that every answer carries, recovers from panics and logs.
func (s *Server) protect(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		maps.Copy(w.Header(), s.always)
		if s.Secure {
			w.Header().Set("Strict-Transport-Security", "max-age=31536000")
		}
		a := &answer{ResponseWriter: w}
		defer func() {
			if p := recover(); p != nil {
				if p == http.ErrAbortHandler { //nolint:errorlint,err113 // the panic value itself
					panic(p)
				}
				req := s.request(r)
				s.fail(a, req, fmt.Errorf("panic: %v\n%s", p, debug.Stack()))
			}
		}()
		next.ServeHTTP(a, r)
	})
}

// serve is the chain of one route: limits, who asks, whether they may, the handler, its error.
func (s *Server) serve(route Route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, hr *http.Request) {
		if route.Body > defaultBody || route.Time > defaultTime {
			c := http.NewResponseController(w)
			_ = c.SetReadDeadline(time.Now().Add(route.Time))
			_ = c.SetWriteDeadline(time.Now().Add(route.Time))
		}
		if hr.Body != nil && hr.Body != http.NoBody {
			plain := w
			if a, ok := w.(*answer); ok {
				plain = a.ResponseWriter // it closes the connection of who sends too much
			}
			hr.Body = http.MaxBytesReader(plain, hr.Body, route.Body)
		}
		ctx, cancel := context.WithTimeout(hr.Context(), route.Time)
		if route.Watch || hr.Header.Get(WatchHeader) != "" {
			ctx = context.WithValue(ctx, watching{}, true)
		}
		defer cancel()
		r := s.request(hr.WithContext(ctx))
		identity, err := s.Gate.Identify(r.Request)
		if err != nil {
			s.fail(w, r, err)
			return
		}
		r.adopt(identity)
		switch sender := r.Header.Get(ReaderHeader); {
		case sender != "" && sender != r.reader():
			err = &fault.Error{Kind: fault.SignInFirst, Key: "page.other_account"}
		case r.Actor.May(route.Need):
			err = s.open(w, r, route)
		case r.Actor.Known():
			err = fault.NotFound("fault.no_page")
		default:
			err = s.expired(w, r)
		}
		if err == nil && s.Testing && route.Need != access.Public && route.Need != access.SignedIn && !r.Actor.Touched() && r.status < 300 {
			err = fmt.Errorf("route %s answered without using its actor", route.Pattern)
			s.Log.Error("unused actor", "route", route.Pattern)
		}
		if err != nil {
			s.fail(w, r, err)
		}
	})
}

// EnrolPath is where an account turns its second factor on.
const EnrolPath = "/account/factor"

// WatchHeader says of a request that a script sent it by itself, as Route.Watch does of a route.
const WatchHeader = "Sonha-Watch"

type watching struct{}

// ByItself reports whether nobody pressed anything for this request.
func ByItself(ctx context.Context) bool {
	by, _ := ctx.Value(watching{}).(bool)
	return by
}

// open lets the request through to its handler: after the second factor that the ward demands, and a fresh proof where the
// route asks for one.
func (s *Server) open(w http.ResponseWriter, r *Request, route Route) error {
	if r.Identity.Enrol && route.Need != access.Public && !route.Early {
		if r.Method != http.MethodGet || r.WantsJSON() {
			return &fault.Error{Kind: fault.Closed, Key: "page.enrol_first"}
		}
		r.Actor.Touch()
		return r.Done(w, EnrolPath+"?next="+queryEscape(r.URL.RequestURI()), "")
	}
	if err := r.parsePlain(); err != nil {
		return err
	}
	if route.Fresh {
		if on, err := s.fresh(w, r); !on {
			return err
		}
	}
	return s.witness(w, r, route)
}

// answer knows whether any of it has left.
type answer struct {
	http.ResponseWriter

	begun bool
}

// WriteHeader begins the answer.
func (a *answer) WriteHeader(status int) {
	a.begun = true
	a.ResponseWriter.WriteHeader(status)
}

// Write begins the answer, or goes on with it.
func (a *answer) Write(b []byte) (int, error) {
	a.begun = true
	return a.ResponseWriter.Write(b)
}

// Unwrap is for http.ResponseController.
func (a *answer) Unwrap() http.ResponseWriter { return a.ResponseWriter }

// fail is the one place where an error becomes an answer: it picks the status, logs what is a defect, and
// shows a page that says what to do next. When half of a file has left already, it breaks the connection, so that
// nobody takes the half for the whole.
func (s *Server) fail(w http.ResponseWriter, r *Request, err error) {
	if a, ok := w.(*answer); ok && a.begun {
		level := slog.LevelError
		if errors.Is(r.Context().Err(), context.Canceled) { // the reader went away: no defect of ours
			level = slog.LevelInfo
		}
		s.Log.Log(context.WithoutCancel(r.Context()), level, "answer broken off", "request", r.ID, "route", r.Pattern, "err", err)
		panic(http.ErrAbortHandler)
	}
	for _, name := range []string{"Content-Disposition", "Content-Encoding", "Content-Length", "Refresh"} {
		w.Header().Del(name) // of the answer that is not given
	}
	if tooLarge, ok := errors.AsType[*http.MaxBytesError](err); ok {
		err = fault.Large("fault.too_large", "MB", max(1, tooLarge.Limit>>20))
	}
	if errors.Is(err, context.Canceled) && r.Context().Err() != nil {
		return
	}
	if _, known := fault.As(err); !known && errors.Is(err, context.DeadlineExceeded) {
		err = fault.Unavailable(err)
	}
	err = diskWords(err)
	kind := fault.KindOf(err)
	if kind == fault.SignInFirst && r.Method == http.MethodGet && !r.WantsJSON() {
		http.Redirect(w, r.Request, "/sign-in?next="+queryEscape(r.URL.RequestURI()), http.StatusSeeOther)
		return
	}
	status := statusOf(kind)
	if status >= http.StatusInternalServerError {
		path := r.URL.Path
		if strings.Contains(r.Pattern, "{token}") {
			path = r.Pattern // whoever reads the log must not be able to use the link
		}
		s.Log.Error("request failed", "request", r.ID, "method", r.Method, "path", path, "err", err)
	} else {
		s.refused(r, kind, err)
	}
	text := r.Words.T("fault.internal")
	if e, ok := fault.As(err); ok {
		text = r.Words.F(forReader(r, e.Key), e.Pairs...)
		for _, f := range e.Fields {
			text += " " + r.Words.F(f.Key, f.Pairs...)
		}
		if e.Wait > 0 {
			w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(e.Wait.Seconds()))))
		}
	}
	if r.WantsJSON() {
		r.problem(w, status, text)
		return
	}
	frame := r.Frame(r.Words.T("fault.title." + titles[kind]))
	if !r.Actor.Known() {
		frame.NoShell = true
	}
	number := ""
	if status >= http.StatusInternalServerError {
		number = r.ID
	}
	r.Request = r.WithContext(context.WithoutCancel(r.Context())) // a request whose time is up is answered too
	if err := r.render(w, status, failure(frame, text, number, formPage(r, kind))); err != nil {
		s.Log.Error("no page for the failure", "request", r.ID, "err", err)
		w.WriteHeader(status)
	}
}

// formPage is the page to open again when a form came too late: what it shows has changed, and loading the answer again would send the
// form again. Empty when there is no such page.
func formPage(r *Request, kind fault.Kind) string {
	if r.Method != http.MethodPost || (kind != fault.Clash && kind != fault.Closed) {
		return ""
	}
	return Next(r.refererPath(), "")
}

// forReader is the key of a text as it is said to who reads it: a visitor answers for nothing, and has no page Hôm nay to go back to.
func forReader(r *Request, key string) string {
	switch {
	case r.Actor.Known():
	case key == "fault.no_page":
		return "fault.no_page_visitor"
	case key == "fault.not_found":
		return "fault.not_found_visitor"
	}
	return key
}

// refused leaves a line of what somebody was not given: beyond their reach, too often, too large, from another site. It names the route and
// the reason's key, never the address or what was typed; an account is named by its id, which says nothing without the database.
func (s *Server) refused(r *Request, kind fault.Kind, err error) {
	if (r.Pattern == "" || r.Pattern == "/") && kind != fault.Foreign { // no such door: the log of the proxy has those
		return
	}
	key := ""
	if e, ok := fault.As(err); ok {
		key = e.Key
	}
	s.Log.Info("request refused", "request", r.ID, "route", r.Pattern, "why", titles[kind], "key", key, "account", r.Actor.Account(), "role", string(r.Actor.Role()))
}

var titles = map[fault.Kind]string{
	fault.Internal: "internal", fault.Missing: "missing", fault.Wrong: "wrong", fault.Clash: "clash", fault.Closed: "closed",
	fault.SignInFirst: "sign_in", fault.TooMany: "too_many", fault.TooLarge: "too_large", fault.Busy: "busy", fault.Foreign: "foreign",
}

func statusOf(k fault.Kind) int {
	switch k {
	case fault.Missing:
		return http.StatusNotFound
	case fault.Wrong:
		return http.StatusUnprocessableEntity
	case fault.Clash, fault.Closed:
		return http.StatusConflict
	case fault.SignInFirst:
		return http.StatusUnauthorized
	case fault.TooMany:
		return http.StatusTooManyRequests
	case fault.TooLarge:
		return http.StatusRequestEntityTooLarge
	case fault.Foreign:
		return http.StatusForbidden
	case fault.Busy:
		return http.StatusServiceUnavailable
	default:
		return http.StatusInternalServerError
	}
}

// tall is how many lines the rail shows on a screen of 720 px together with the emblem and the foot.
const tall = 12

func (s *Server) nav(r *Request) (rail, tabs []ui.NavItem, inbox ui.NavItem) {
	const room = 3
	var more []ui.NavItem
	found := false
	for _, e := range s.Nav {
		if !r.Actor.May(e.Need) || e.Unless != access.None && r.Actor.May(e.Unless) {
			continue
		}
		item := ui.NavItem{Href: e.Href, Label: r.Words.T(e.Key), Icon: e.Icon, Current: under(r.URL.Path, e.Href), Apart: e.Apart}
		if e.More {
			more = append(more, item)
			continue
		}
		if e.Inbox {
			item.Count = s.unread(r)
			inbox = item
		}
		rail = append(rail, item)
		if e.Phone && len(tabs) < room && (e.Aside == access.None || !r.Actor.May(e.Aside)) {
			tabs = append(tabs, item)
			found = found || item.Current
		}
	}
	if len(rail) <= tall {
		for i := range rail {
			rail[i].Apart = false
		}
	}
	for i := range more { // a page without a word of its own in the bar belongs to what leads to the rest
		more[i].Current = more[i].Current || !found && slices.ContainsFunc(rail, func(x ui.NavItem) bool { return x.Current })
	}
	return rail, append(tabs, more...), inbox
}

// unread counts what waits in the inbox. A page is not worth less without the number: a failure is logged and shows none.
func (s *Server) unread(r *Request) int {
	if s.Unread == nil {
		return 0
	}
	n, err := s.Unread(r.Context(), r.Identity.Actor) // not the request's own copy: that nothing but this asked who acts must show
	if err != nil && r.Context().Err() == nil {
		s.Log.Error("unread messages not counted", "request", r.ID, "err", err)
	}
	return n
}

// under reports whether a page belongs to a line of the navigation: the same address or one below it.
func under(path, href string) bool {
	return path == href || strings.HasPrefix(path, href+"/")
}

// ownForms refuses what another site sends in the reader's name, with a page that says what to do.
func (s *Server) ownForms(next http.Handler) http.Handler {
	guard := http.NewCrossOriginProtection()
	guard.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.fail(w, s.request(r), &fault.Error{Kind: fault.Foreign, Key: "fault.foreign"})
	}))
	return guard.Handler(next)
}
