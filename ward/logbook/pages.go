package logbook

import (
	"net/http"
	"time"

	"sonha/engine/files"
	"sonha/engine/page"
	"sonha/engine/page/ui"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ward/reads"
)

// Pages are the pages of this feature.
type Pages struct {
	store *Store
	files *files.Store
}

// NewPages makes the pages; photos are kept in f.
func NewPages(s *Store, f *files.Store) *Pages { return &Pages{store: s, files: f} }

// An entry may bring one photo over a slow network.
const (
	photoBody = files.MaxPhotoBytes + 1<<20
	photoTime = 5 * time.Minute
)

// Routes lists the routes.
func (p *Pages) Routes() []page.Route {
	return []page.Route{
		{Pattern: "GET /houses/{id}/log", Need: access.SeeHouses, Handle: p.log, Shows: reads.Log},
		{Pattern: "GET /houses/{id}/log/new", Need: access.KeepLog, Handle: p.newEntry},
		{Pattern: "POST /houses/{id}/log", Need: access.KeepLog, Handle: p.add, Body: photoBody, Time: photoTime},
		{Pattern: "POST /log/{id}/followed", Need: access.KeepLog, Handle: p.followed},
		{Pattern: "POST /log/{id}/remove", Need: access.KeepLog, Handle: p.remove},
		{Pattern: "GET /log/{id}/photo", Need: access.SeeHouses, Handle: p.photo, Shows: reads.LogPhoto},
		{Pattern: "GET /houses/{id}/monthly", Need: access.SeeHouses, Handle: p.reports, Shows: reads.Monthly},
		{Pattern: "GET /houses/{id}/monthly/{month}", Need: access.SeeHouses, Handle: p.report, Shows: reads.Monthly},
		{Pattern: "POST /houses/{id}/monthly/{month}", Need: access.KeepLog, Handle: p.save},
		{Pattern: "POST /houses/{id}/monthly/{month}/normal", Need: access.KeepLog, Handle: p.normal},
		{Pattern: "POST /houses/{id}/monthly/{month}/take-back", Need: access.KeepLog, Handle: p.takeBack},
		{Pattern: "POST /houses/{id}/monthly/{month}/answer", Need: access.Inspect, Handle: p.answer},
		{Pattern: "GET /houses/{id}/evening", Need: access.KeepLog, Handle: p.evening, Shows: reads.Log},
		{Pattern: "POST /houses/{id}/evening", Need: access.KeepLog, Handle: p.look},
		{Pattern: "POST /houses/{id}/evening/setting", Need: access.KeepLog, Handle: p.setEvening},
		{Pattern: "GET /monthly", Need: access.SeeReports, Handle: p.round, Shows: reads.List},
		{Pattern: "POST /monthly/remind", Need: access.SeeReports, Handle: p.remind},
		{Pattern: "POST /monthly/seen", Need: access.Inspect, Handle: p.seenNormal},
	}
}

// logHome and reportsHome are the addresses of a house's log and reports.
func logHome(house string) string { return "/houses/" + house + "/log" }

func reportsHome(house string) string { return "/houses/" + house + "/monthly" }

func reportHome(house string, m Month) string { return reportsHome(house) + "/" + string(m) }

// when writes a moment as people read it: the clock today, the day too on other days.
func when(r *page.Request, t time.Time) string {
	if civil.DayOf(t) == r.Today() {
		return civil.Clock(t)
	}
	return civil.Moment(t, r.Words.Lang())
}

func frame(r *page.Request, house, address, title string, last string) ui.Frame {
	return r.Frame(title, ui.Link{Href: "/houses/" + house, Label: address}, ui.Link{Label: last})
}

// calls are whom a head telephones when something does not belong into the log.
func calls(r *page.Request, officer civil.Phone) []ui.Call {
	list := []ui.Call{{Who: r.Words.T("logbook.call.113"), Number: "113", Tel: "113"}}
	if officer != "" {
		list = append(list, ui.Call{Who: r.Words.T("logbook.call.officer"), Number: officer.Display(), Tel: officer.Local()})
	}
	return list
}

// photo streams the photo of an entry to who reaches its house.
func (p *Pages) photo(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	e, err := p.store.Entry(r.Context(), r.Actor, id)
	if err != nil {
		return err
	}
	return p.servePhoto(w, r, &e)
}
