package inbox

import (
	"net/http"
	"net/url"
	"time"

	"sonha/engine/page"
	"sonha/engine/page/ui"
	"sonha/engine/words"
	"sonha/ground/access"
	"sonha/ground/civil"
)

// Pages are the pages of this feature.
type Pages struct{ store *Store }

// NewPages makes the pages over the store.
func NewPages(s *Store) *Pages { return &Pages{store: s} }

// Routes lists the routes.
func (p *Pages) Routes() []page.Route {
	return []page.Route{
		{Pattern: "GET /inbox", Need: access.SignedIn, Handle: p.list},
		{Pattern: "POST /inbox/read", Need: access.SignedIn, Handle: p.readAll},
		{Pattern: "GET /inbox/settings", Need: access.SignedIn, Handle: p.settings},
		{Pattern: "POST /inbox/settings/{channel}", Need: access.SignedIn, Handle: p.set},
		{Pattern: "POST /inbox/settings/kinds", Need: access.SignedIn, Handle: p.kinds},
		{Pattern: "POST /inbox/push", Need: access.SignedIn, Handle: p.subscribe},
		{Pattern: "GET /inbox/channels", Need: access.ManageUsers, Handle: p.channels},
		{Pattern: "POST /inbox/channels/test", Need: access.ManageUsers, Handle: p.test},
		{Pattern: "GET /inbox/stop/{token}", Need: access.Public, Handle: p.byLink(useStop)},
		{Pattern: "POST /inbox/stop/{token}", Need: access.Public, Handle: p.follow(useStop)},
		{Pattern: "GET /inbox/confirm/{token}", Need: access.Public, Handle: p.byLink(useConfirm)},
		{Pattern: "POST /inbox/confirm/{token}", Need: access.Public, Handle: p.follow(useConfirm)},
		{Pattern: "GET /inbox/{id}", Need: access.SignedIn, Handle: p.open},
	}
}

// listView is the inbox as the page shows it.
type listView struct {
	Listed

	lines []line
	first bool // the newest page
	admin bool // may see how the channels do
	older string
}

// line is one message of the list.
type line struct {
	id, when, machine string
	kind, text        string
	why, reason       string
	fresh, urgent     bool
}

func (p *Pages) list(w http.ResponseWriter, r *page.Request) error {
	after := r.Text("after")
	listed, err := p.store.List(r.Context(), r.Actor, after)
	if err != nil {
		return err
	}
	v := listView{Listed: listed, first: after == "", admin: r.Actor.May(access.ManageUsers)}
	if listed.Next != "" {
		v.older = "/inbox?after=" + url.QueryEscape(listed.Next)
	}
	for i := range listed.Items {
		v.lines = append(v.lines, lineOf(r.Words, r.Today(), &listed.Items[i]))
	}
	return r.HTML(w, listPage(r.Frame(r.Words.T("inbox.title"), ui.Link{Label: r.Words.T("inbox.title")}), v))
}

func lineOf(w *words.Words, today civil.Day, x *Item) line {
	l := line{
		id: x.ID, when: when(w, today, x.At), machine: x.At.UTC().Format(time.RFC3339), kind: w.T("inbox.kind." + x.Kind), text: x.Text(w),
		why: w.T("inbox.why." + x.Kind), fresh: x.Read.IsZero(), urgent: x.Urgent,
	}
	if x.Reason != "" {
		l.reason = w.F("inbox.urgent_because", "Reason", x.Reason)
	}
	return l
}

// when says at what time of which day, near days by name.
func when(w *words.Words, today civil.Day, at time.Time) string {
	day := civil.DayOf(at)
	switch today.Sub(day) {
	case 0:
		return w.F("inbox.today_at", "Time", civil.Clock(at))
	case 1:
		return w.F("inbox.yesterday_at", "Time", civil.Clock(at))
	}
	return w.F("inbox.day_at", "Time", civil.Clock(at), "Day", day)
}

// open notes that a message was read and leads to what it is about.
func (p *Pages) open(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	x, err := p.store.Open(r.Context(), r.Actor, id)
	if err != nil {
		return err
	}
	to := x.Href
	if to == "" {
		to = "/inbox"
	}
	return r.Done(w, to, "")
}

func (p *Pages) readAll(w http.ResponseWriter, r *page.Request) error {
	if _, err := p.store.ReadAll(r.Context(), r.Actor, r.Text("up_to")); err != nil {
		return err
	}
	return r.Done(w, "/inbox", "inbox.read_done")
}
