package logbook

import (
	"net/http"
	"time"

	"sonha/engine/db"
	"sonha/engine/files"
	"sonha/engine/page"
	"sonha/engine/page/ui"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/civil/personal"
	"sonha/ground/fault"
)

// book is what the page of a log shows.
type book struct {
	Log
	filter Filter
	may    bool // write
	rows   []line
	kinds  []ui.Chip
	months []ui.Chip
}

// line is an entry as it is read.
type line struct {
	Entry
	kind, content, day, told, follow string
	late, removable                  bool
}

func (p *Pages) log(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	f := Filter{Kind: Kind(r.Text("kind")), Open: r.Text("open") != ""}
	if m, ok := ParseMonth(r.Text("month")); ok {
		f.Month = m
	}
	l, err := p.store.Log(r.Context(), r.Actor, id, f)
	if err != nil {
		return err
	}
	b := book{Log: l, filter: f, may: r.Actor.May(access.KeepLog) && l.House.Active}
	for i := range l.Entries {
		b.rows = append(b.rows, entryLine(r, &l.Entries[i], l.Now))
	}
	b.kinds, b.months = chips(r, &l, f)
	t := r.Words
	return r.HTML(w, logPage(frame(r, id, l.House.Address, t.F("logbook.page", "House", l.House.Address), t.T("logbook.name")), b))
}

func entryLine(r *page.Request, e *Entry, now time.Time) line {
	t, today := r.Words, r.Today()
	x := line{Entry: *e, kind: t.T("logbook.kind." + string(e.Kind)), day: e.On.DisplayIn(t.Lang()), late: e.Open() && e.FollowBy < today}
	if e.Content != "" {
		x.content = t.T("logbook.content." + e.Content)
	}
	if e.Told != "" {
		x.told = t.F("logbook.told_line", "Who", t.T("logbook.told."+string(e.Told)))
		if !e.ToldTime.IsZero() {
			x.told = t.F("logbook.told_at_line", "Who", t.T("logbook.told."+string(e.Told)), "When", when(r, e.ToldTime))
		}
		if e.Ticket != "" {
			x.told += " " + t.F("logbook.ticket_line", "Ticket", e.Ticket)
		}
	}
	switch {
	case e.Open():
		x.follow = t.F("logbook.follow_line", "Day", e.FollowBy.DisplayIn(t.Lang()))
	case e.FollowBy != "":
		x.follow = t.F("logbook.followed_line", "Day", civil.DayOf(e.Followed).DisplayIn(t.Lang()))
	}
	x.removable = r.Actor.May(access.KeepLog) && e.Removable(r.Actor.Account(), now)
	return x
}

// chips are the filters over a log: kinds, what is open, months.
func chips(r *page.Request, l *Log, f Filter) (kinds, months []ui.Chip) {
	t, base := r.Words, logHome(l.House.ID)
	to := func(f Filter) string {
		q := "?"
		if f.Kind != "" {
			q += "&kind=" + string(f.Kind)
		}
		if f.Month != "" {
			q += "&month=" + string(f.Month)
		}
		if f.Open {
			q += "&open=1"
		}
		if q == "?" {
			return base
		}
		return base + "?" + q[2:]
	}
	open := f
	open.Open = !f.Open
	kinds = append(kinds, ui.Chip{Label: t.T("logbook.open_only"), Href: to(open), On: f.Open})
	for _, k := range Kinds() {
		g := f
		if g.Kind = k; f.Kind == k {
			g.Kind = ""
		}
		kinds = append(kinds, ui.Chip{Label: t.T("logbook.kind." + string(k)), Href: to(g), On: f.Kind == k})
	}
	for _, m := range l.Months {
		g := f
		if g.Month = m; f.Month == m {
			g.Month = ""
		}
		months = append(months, ui.Chip{Label: t.F("logbook.month", "Month", m.Text()), Href: to(g), On: f.Month == m})
	}
	return kinds, months
}

// slip is the form of a new entry, with what was typed when it was refused.
type slip struct {
	House    House
	draft    Draft
	calls    []ui.Call
	errors   map[string]string
	personal bool // the text was refused for what it says of a person
	today    civil.Day
}

func (p *Pages) newEntry(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	l, err := p.store.Log(r.Context(), r.Actor, id, Filter{})
	if err != nil {
		return err
	}
	x := slip{House: l.House, draft: Draft{On: r.Today()}, calls: calls(r, l.House.Officer), today: r.Today()}
	return r.HTML(w, entryPage(p.slipFrame(r, &x), x))
}

func (p *Pages) slipFrame(r *page.Request, x *slip) ui.Frame {
	f := r.Frame(r.Words.T("logbook.new"), ui.Link{Href: logHome(x.House.ID), Label: r.Words.F("logbook.page", "House", x.House.Address)}, ui.Link{Label: r.Words.T("logbook.new")})
	return f
}

// add takes a new entry. The text is looked through before the photo is unpacked: what is refused leaves nothing.
func (p *Pages) add(w http.ResponseWriter, r *page.Request) error {
	if err := r.Parse(); err != nil {
		return err
	}
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	d := Draft{
		Kind: Kind(r.Text("kind")), Content: r.Text("content"), On: r.Day("on"), Text: r.FormValue("text"), Told: Told(r.Text("told")),
		ToldAt: r.Text("told_at"), Ticket: r.Text("ticket"), FollowBy: r.Day("follow_by"),
	}
	err = p.store.Check(r.Context(), r.Actor, id, d)
	if err == nil {
		if d.Photo, err = p.take(r); err == nil {
			_, err = p.store.Add(r.Context(), r.Actor, id, d)
		}
		if err != nil && !db.Unknown(err) && d.Photo.Name != "" {
			if gone := p.files.Delete(d.Photo.Name); gone != nil {
				return gone
			}
		}
	}
	texts, refused := r.Refused(err)
	switch {
	case refused:
		l, err := p.store.Log(r.Context(), r.Actor, id, Filter{})
		if err != nil {
			return err
		}
		x := slip{House: l.House, draft: d, errors: texts, calls: calls(r, l.House.Officer), today: r.Today(), personal: personal.Check("text", d.Text) != nil}
		return r.Again(w, entryPage(p.slipFrame(r, &x), x))
	case err != nil:
		return err
	}
	return r.Done(w, logHome(id), "logbook.done_added")
}

// take keeps the photo of a form, if there is one.
func (p *Pages) take(r *page.Request) (files.Photo, error) {
	if r.MultipartForm == nil {
		return files.Photo{}, nil
	}
	defer func() { _ = r.MultipartForm.RemoveAll() }()
	chosen := files.Chosen(r.MultipartForm, "photo")
	if len(chosen) == 0 {
		return files.Photo{}, nil
	}
	kept, refused, err := p.files.Take(chosen[:1])
	switch {
	case len(refused) > 0:
		return files.Photo{}, fault.Invalid("photo", "logbook.photo."+string(refused[0].Why))
	case err != nil:
		return files.Photo{}, err
	}
	return kept[0], nil
}

func (p *Pages) servePhoto(w http.ResponseWriter, r *page.Request, e *Entry) error {
	if e.PhotoName == "" {
		return fault.NotFound("fault.not_found")
	}
	return files.Serve(w, r.Request, p.files.Open, e.PhotoName, e.PhotoSum)
}

func (p *Pages) followed(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	house, err := p.store.Followed(r.Context(), r.Actor, id)
	if err != nil {
		return err
	}
	return r.Done(w, logHome(house), "logbook.done_followed")
}

func (p *Pages) remove(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	e, err := p.store.Remove(r.Context(), r.Actor, id)
	if err != nil {
		return err
	}
	if e.PhotoName != "" {
		if err := p.files.Delete(e.PhotoName); err != nil {
			return err
		}
	}
	return r.Done(w, logHome(e.House), "logbook.done_removed")
}
