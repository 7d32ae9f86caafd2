package inbox

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"sonha/engine/page"
	"sonha/engine/page/ui"
	"sonha/engine/push"
	"sonha/engine/words"
	"sonha/ground/civil"
	"sonha/ground/fault"
)

// settingsView is how an account wants to hear of things, as the page shows it.
type settingsView struct {
	Settings

	key    string // for the browser to subscribe with; empty: web push is not set up
	typed  string // an address that was refused
	errors map[string]string
}

func (v *settingsView) way(c Channel) *Way {
	return &v.Ways[slices.IndexFunc(v.Ways, func(w Way) bool { return w.Channel == c })]
}

// address is what stands in the field: what was typed, else what counts.
func (v *settingsView) address() string {
	if v.typed != "" {
		return v.typed
	}
	return v.way(Mail).Address
}

// summary is the list of errors over the form.
func (v *settingsView) summary() []ui.FieldError {
	return ui.FieldErrors(v.errors, "address", "")
}

// ready reports whether any channel is set up and turned on, so that choosing kinds means something.
func (v *settingsView) choosable() []Channel {
	var list []Channel
	for _, w := range v.Ways {
		if w.On && w.Ready {
			list = append(list, w.Channel)
		}
	}
	return list
}

func paces(w *words.Words, way *Way) ui.Choice {
	return ui.Choice{Name: "pace", Legend: w.T("inbox.pace"), Options: []ui.Option{
		{Value: string(Digest), Label: w.T("inbox.pace_digest"), Note: w.T("inbox.pace_digest_note"), Checked: way.Pace != AtOnce},
		{Value: string(AtOnce), Label: w.T("inbox.pace_now"), Note: w.T("inbox.pace_now_note"), Checked: way.Pace == AtOnce},
	}}
}

func (p *Pages) settings(w http.ResponseWriter, r *page.Request) error {
	v, err := p.settingsOf(r)
	if err != nil {
		return err
	}
	return r.HTML(w, settingsPage(p.frame(r, "inbox.settings"), v))
}

func (p *Pages) settingsOf(r *page.Request) (*settingsView, error) {
	s, err := p.store.Settings(r.Context(), r.Actor, r.Identity.Session)
	return &settingsView{Settings: s, key: p.store.PublicKey()}, err
}

func (p *Pages) frame(r *page.Request, key string) ui.Frame {
	return r.Frame(r.Words.T(key), ui.Link{Href: "/inbox", Label: r.Words.T("inbox.title")}, ui.Link{Label: r.Words.T(key)})
}

// set changes one channel: turned off, or on with its pace and address.
func (p *Pages) set(w http.ResponseWriter, r *page.Request) error {
	c := Channel(r.PathValue("channel"))
	if !slices.Contains(Channels(), c) {
		return fault.NotFound("fault.not_found")
	}
	if r.Text("off") != "" {
		if err := p.store.TurnOff(r.Context(), r.Actor, c); err != nil {
			return err
		}
		return r.Done(w, "/inbox/settings", "inbox.turned_off")
	}
	pace, done := Pace(r.Text("pace")), "inbox.saved"
	var err error
	switch c {
	case Mail:
		var asked bool
		if asked, err = p.store.SetMail(r.Context(), r.Actor, r.Text("address"), pace); asked {
			done = "inbox.asked"
		}
	case SMS:
		err = p.store.SetSMS(r.Context(), r.Actor, pace)
	default:
		err = p.store.SetPush(r.Context(), r.Actor, pace)
	}
	if err == nil {
		return r.Done(w, "/inbox/settings", done)
	}
	texts, ok := r.Refused(err)
	if !ok {
		return err
	}
	v, err := p.settingsOf(r)
	if err != nil {
		return err
	}
	v.errors, v.typed = texts, r.Text("address")
	return r.Again(w, settingsPage(p.frame(r, "inbox.settings"), v))
}

// kinds keeps which kinds are wanted by which channels. Only the channels that the form showed are changed.
func (p *Pages) kinds(w http.ResponseWriter, r *page.Request) error {
	wanted := map[Channel][]string{}
	for _, c := range Channels() {
		if slices.Contains(r.Form["shown"], string(c)) {
			wanted[c] = r.Form[string(c)]
		}
	}
	if err := p.store.SetKinds(r.Context(), r.Actor, wanted); err != nil {
		return err
	}
	return r.Done(w, "/inbox/settings", "inbox.saved")
}

// subscribe takes the subscription of the very browser that sends it.
func (p *Pages) subscribe(w http.ResponseWriter, r *page.Request) error {
	if r.Text("off") != "" {
		if err := p.store.Unsubscribe(r.Context(), r.Actor, r.Identity.Session); err != nil {
			return err
		}
		return r.Done(w, "/inbox/settings", "inbox.turned_off")
	}
	if err := p.store.Subscribe(r.Context(), r.Actor, r.Identity.Session, push.Subscription{
		Endpoint: r.Text("endpoint"), P256dh: r.Text("p256dh"), Auth: r.Text("auth"),
	}); err != nil {
		return err
	}
	return r.Done(w, "/inbox/settings", "inbox.push_on")
}

// byLink is the page behind a link in a letter: what it does, and one button. The link alone does nothing, because mail
// programs open links to look at them; a mail program that ends letters with one click posts to the same address (RFC 8058).
func (p *Pages) byLink(use string) page.Handler {
	return func(w http.ResponseWriter, r *page.Request) error {
		r.Secret(w)
		if err := p.store.Known(use, r.PathValue("token")); err != nil {
			return err
		}
		f := r.Frame(r.Words.T("inbox.link." + use))
		f.NoShell = true
		return r.HTML(w, linkPage(f, r.URL.Path, r.Words.T("inbox.link_more."+use), r.Words.T("inbox.link_do."+use)))
	}
}

func (p *Pages) follow(use string) page.Handler {
	return func(w http.ResponseWriter, r *page.Request) error {
		r.Secret(w)
		do := p.store.Stop
		if use == useConfirm {
			do = p.store.Confirm
		}
		if err := do(r.Context(), r.PathValue("token")); err != nil {
			return err
		}
		f := r.Frame(r.Words.T("inbox.link_done." + use))
		f.NoShell = true
		return r.HTML(w, linkPage(f, "", r.Words.T("inbox.link_after."+use), ""))
	}
}

// channels shows the administrator how the channels do.
func (p *Pages) channels(w http.ResponseWriter, r *page.Request) error {
	states, err := p.store.States(r.Context(), r.Actor)
	if err != nil {
		return err
	}
	return r.HTML(w, channelsPage(p.frame(r, "inbox.channels"), states, r.Today()))
}

func (p *Pages) test(w http.ResponseWriter, r *page.Request) error {
	if err := p.store.Test(r.Context(), r.Actor, r.Words.T("inbox.test_reason")); err != nil {
		return err
	}
	return r.Done(w, "/inbox/channels", "inbox.test_sent")
}

// facts tells how a channel does, each line a figure or a time.
func facts(w *words.Words, s *State, today civil.Day) []ui.Fact {
	count := func(n int, last time.Time) string {
		if last.IsZero() {
			return w.T("inbox.never")
		}
		return w.F("inbox.fact.sent_text", "N", n, "At", when(w, today, last))
	}
	list := []ui.Fact{
		{Key: w.T("inbox.fact.people"), Text: strconv.Itoa(s.People)},
		{Key: w.T("inbox.fact.sent"), Text: count(s.Sent, s.LastSent)},
		{Key: w.T("inbox.fact.waiting"), Text: strconv.Itoa(s.Waiting)},
		{Key: w.T("inbox.fact.lost"), Text: count(s.Lost, s.LastLost), Sub: s.LastWhy},
	}
	if s.Channel == SMS && s.Ready {
		list = append(list, ui.Fact{Key: w.T("inbox.fact.today"), Text: w.F("inbox.fact.today_text", "N", s.Today, "Most", s.Daily)})
	}
	return list
}

// local is a phone number as people write it.
func local(phone string) string { return civil.Phone(phone).Local() }
