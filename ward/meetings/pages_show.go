package meetings

import (
	"bytes"
	"context"
	"net/http"
	"strings"

	"sonha/engine/ical"
	"sonha/engine/jobs"
	"sonha/engine/page"
	"sonha/engine/page/ui"
	"sonha/engine/words"
	"sonha/ground/access"
	"sonha/ground/civil"
)

// showView is the page of one meeting.
type showView struct {
	Meeting
	facts   []ui.Fact
	state   string
	kind    ui.Kind
	invite  bool // those invited may be told now
	receive bool // attendance may be taken now
	begin   bool
	door    bool // the code at the door works
	write   bool // the minutes are being written
	read    bool // the minutes are frozen and may be read
	sign    bool // the reader keeps the minutes and the chair has confirmed them
	why     string
	typed   string // the reason of a cancellation
	errors  map[string]string
}

func (p *Pages) show(w http.ResponseWriter, r *page.Request) error {
	m, err := p.meeting(r)
	if err != nil {
		return err
	}
	return r.HTML(w, showPage(r.Frame(m.Title, ui.Link{Href: "/meetings", Label: r.Words.T("meetings.name")}, ui.Link{Label: m.whose(r.Words)}), p.showView(r, &m)))
}

func (p *Pages) meeting(r *page.Request) (Meeting, error) {
	id, err := r.PathID("id")
	if err != nil {
		return Meeting{}, err
	}
	return p.store.Get(r.Context(), r.Actor, id)
}

func (p *Pages) showView(r *page.Request, m *Meeting) *showView {
	t, now := r.Words, r.Moment()
	v := &showView{Meeting: *m, kind: ui.Info}
	v.facts = []ui.Fact{{Key: t.T("meetings.fact.when"), Text: m.begins(t), Sub: t.F("meetings.fact.lasts", "N", m.Lasts)}, {Key: t.T("meetings.fact.place"), Text: m.Place},
		{Key: t.T("meetings.fact.who"), Text: t.F("meetings.fact.households", "Whose", m.whose(t), "N", civil.IntIn(t.Lang(), m.Households))}}
	if len(m.Guests) > 0 {
		v.facts = append(v.facts, ui.Fact{Key: t.T("meetings.fact.guests"), Text: guests(t, m.Guests)})
	}
	if m.State == Held || m.State == Minuted || m.Present > 0 && m.May {
		v.facts = append(v.facts, ui.Fact{Key: t.T("meetings.fact.came"), Text: t.F("meetings.of", "N", civil.IntIn(t.Lang(), m.Present), "All", civil.IntIn(t.Lang(),
			m.Households)), Sub: quorum(t, m)})
	} else {
		v.facts = append(v.facts, ui.Fact{Key: t.T("meetings.fact.quorum"), Text: t.F("meetings.fact.needed", "N", m.Needed(), "Pct", m.Quorum)})
	}
	v.state = m.stateText(t)
	switch m.State {
	case Planned:
		v.invite = m.May && now.Before(m.Starts)
		v.begin = m.May && m.Receiving(now)
		if v.invite && m.Invited.IsZero() {
			v.kind, v.why = ui.Warning, t.T("meetings.not_invited_yet")
		} else if !m.Invited.IsZero() {
			v.why = t.F("meetings.invited_on", "When", civil.Moment(m.Invited, t.Lang()))
		}
	case Held:
		v.write = m.May
		v.sign = secretary(r.Actor, m) && !m.Confirmed.IsZero()
		v.why = t.T("meetings.being_written")
	case Minuted:
		v.read, v.kind = true, ui.Success
		v.why = t.F("meetings.frozen_on", "When", civil.Moment(m.Signed, t.Lang()), "Hash", Short(m.Hash))
	case Cancelled:
		v.kind, v.why = ui.Warning, t.F("meetings.cancelled_why", "Why", m.Why)
	}
	v.receive, v.door = m.May && m.Receiving(now), m.May && m.DoorOpen(now)
	return v
}

// quorum says whether enough came.
func quorum(t *words.Words, m *Meeting) string {
	if m.Quorate() {
		return t.F("meetings.quorate", "Pct", m.Quorum)
	}
	return t.F("meetings.not_quorate", "N", m.Needed()-m.Present, "Pct", m.Quorum)
}

func guests(t *words.Words, list []string) string {
	texts := make([]string, len(list))
	for i, g := range list {
		texts[i] = t.T("meetings.guest." + g)
	}
	return strings.Join(texts, ", ")
}

func (p *Pages) invite(w http.ResponseWriter, r *page.Request) error {
	return p.act(w, r, "", "meetings.done_invited", p.store.Invite)
}

func (p *Pages) begin(w http.ResponseWriter, r *page.Request) error {
	return p.act(w, r, "/attendance", "meetings.done_begun", p.store.Begin)
}

// act does one thing to the meeting in the path; refused, its page comes again with the reason.
func (p *Pages) act(w http.ResponseWriter, r *page.Request, to, key string, do func(context.Context, access.Actor, string) error) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	err = do(r.Context(), r.Actor, id)
	if texts, refused := r.Refused(err); refused {
		return p.showAgain(w, r, texts)
	}
	if err != nil {
		return err
	}
	return r.Done(w, home(id)+to, key)
}

func (p *Pages) showAgain(w http.ResponseWriter, r *page.Request, texts map[string]string) error {
	m, err := p.meeting(r)
	if err != nil {
		return err
	}
	f := r.Frame(m.Title, ui.Link{Href: "/meetings", Label: r.Words.T("meetings.name")}, ui.Link{Label: m.whose(r.Words)})
	v := p.showView(r, &m)
	if v.errors, v.typed = texts, r.Text("why"); texts["why"] == "" {
		for _, text := range texts {
			f.Flash = ui.Flash{Kind: ui.Failure, Text: text}
		}
	}
	return r.Again(w, showPage(f, v))
}

func (p *Pages) cancel(w http.ResponseWriter, r *page.Request) error {
	why := r.Text("why")
	return p.act(w, r, "", "meetings.done_cancelled", func(ctx context.Context, who access.Actor, id string) error { return p.store.Cancel(ctx, who, id, why) })
}

// share is the page with the text for a group chat.
func (p *Pages) share(w http.ResponseWriter, r *page.Request) error {
	m, err := p.meeting(r)
	if err != nil {
		return err
	}
	return r.HTML(w, sharePage(frame(r, r.Words.T("meetings.share"), ui.Link{Href: home(m.ID), Label: m.Title}), &m, p.chat(r, &m)))
}

// chat is the invitation as text for a group chat: offices, places and hours, nobody's name or number.
func (p *Pages) chat(r *page.Request, m *Meeting) string {
	t := p.spoken
	head := t.F("meetings.chat_head", "Whose", m.whose(t))
	if m.State == Cancelled {
		head = t.F("meetings.chat_cancelled", "Whose", m.whose(t), "Why", m.Why)
	}
	parts := []string{head, m.Title, t.F("meetings.chat_when", "When", m.begins(t)) + "\n" + t.F("meetings.chat_place", "Place", m.Place)}
	var agenda strings.Builder
	agenda.WriteString(t.T("meetings.chat_agenda"))
	for _, line := range m.Agenda {
		agenda.WriteString("\n- " + line)
	}
	return strings.Join(append(parts, agenda.String(), t.F("meetings.chat_more", "Address", r.Base()+home(m.ID))), "\n\n")
}

// feedView is the page with the address of one's own calendar.
type feedView struct{ url, webcal, made string }

func (p *Pages) feed(w http.ResponseWriter, r *page.Request) error {
	f, err := p.store.Feed(r.Context(), r.Actor)
	if err != nil {
		return err
	}
	r.Secret(w)
	v := feedView{}
	if f.Token != "" {
		v.url = r.Base() + FeedPath(r.Actor.Ward(), f.Token) + ".ics"
		_, address, _ := strings.Cut(v.url, "://")
		v.webcal = "webcal://" + address
		v.made = r.Words.F("meetings.feed_made", "Day", f.Made.DisplayIn(r.Words.Lang()))
	}
	return r.HTML(w, feedPage(frame(r, r.Words.T("meetings.feed")), v))
}

func (p *Pages) renewFeed(w http.ResponseWriter, r *page.Request) error {
	if r.Text("do") == "end" {
		if err := p.store.EndFeed(r.Context(), r.Actor); err != nil {
			return err
		}
		return r.Done(w, "/meetings/calendar", "meetings.done_feed_ended")
	}
	if _, err := p.store.RenewFeed(r.Context(), r.Actor); err != nil {
		return err
	}
	return r.Done(w, "/meetings/calendar", "meetings.done_feed")
}

// calendar is the calendar behind an address that somebody gave to a calendar program. It holds what the account may see now in the
// role for which the address was made.
func (p *Pages) calendar(w http.ResponseWriter, r *page.Request) error {
	ward, token, err := parseFeed(r.PathValue("token"))
	if err != nil {
		return err
	}
	program := access.System(ward, "calendar")
	account, role, made, err := p.store.FeedOwner(r.Context(), program, token)
	if err != nil {
		return err
	}
	who, err := p.accounts.Standing(r.Context(), program, account, role, made)
	if err != nil {
		return err
	}
	list, err := p.store.Calendar(r.Context(), who)
	if err != nil {
		return err
	}
	t := p.spoken
	events := make([]ical.Event, 0, len(list))
	for i := range list {
		m := &list[i]
		event := ical.Event{
			UID: m.ID + "@sonha", Sequence: m.Sequence, Stamp: m.Updated, Starts: m.Starts, Ends: m.Until(), Summary: m.whose(t) + ": " + m.Title,
			Description: strings.Join(m.Agenda, "\n"), Location: m.Place, URL: r.Base() + home(m.ID), Cancelled: m.State == Cancelled,
		}
		if !m.Ended.IsZero() && !m.Began.IsZero() {
			event.Starts, event.Ends = m.Began, m.Ended
		}
		events = append(events, event)
	}
	for _, room := range p.others {
		more, err := room.Events(r.Context(), who, r.Base(), t)
		if err != nil {
			return err
		}
		events = append(events, more...)
	}
	var body bytes.Buffer
	if err := ical.Write(&body, t.T("meetings.feed_name"), t.T("meetings.name"), events); err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", ical.Type)
	h.Set("Cache-Control", "private, max-age=600")
	_, _ = body.WriteTo(w)
	return nil
}

// export is the list of the meetings in reach as a file.
func (p *Pages) export(w http.ResponseWriter, r *page.Request) error {
	return jobs.GiveList(w, r, p.jobs, access.HoldMeetings, exported(r.Words), p.store.Export)
}

func exported(w *words.Words) jobs.List[Meeting] {
	t := func(key string) string { return w.T("meetings.column." + key) }
	return jobs.List[Meeting]{Title: w.T("meetings.name"), File: w.T("meetings.file"), Columns: []jobs.Column[Meeting]{
		{Title: t("day"), Width: 12, Value: func(m *Meeting) any { return m.StartDay() }},
		{Title: t("clock"), Value: func(m *Meeting) any { return civil.Clock(m.Starts) }},
		{Title: t("whose"), Width: 24, Value: func(m *Meeting) any { return m.whose(w) }},
		{Title: t("title"), Width: 40, Value: func(m *Meeting) any { return m.Title }},
		{Title: t("place"), Width: 30, Value: func(m *Meeting) any { return m.Place }},
		{Title: t("state"), Width: 18, Value: func(m *Meeting) any { return m.stateText(w) }},
		{Title: t("households"), Value: func(m *Meeting) any { return m.Households }},
		{Title: t("came"), Value: func(m *Meeting) any { return m.Present }},
		{Title: t("quorate"), Value: func(m *Meeting) any {
			if m.State != Held && m.State != Minuted {
				return ""
			}
			return w.T(map[bool]string{true: "meetings.yes", false: "meetings.no"}[m.Quorate()])
		}},
	}}
}
