package jobs

import (
	"net/http"
	"time"

	"sonha/engine/page"
	"sonha/ground/access"
)

// Pages show how far a job is.
type Pages struct{ runner *Runner }

// NewPages makes the pages over a runner.
func NewPages(r *Runner) *Pages { return &Pages{runner: r} }

// Routes lists the routes.
func (p *Pages) Routes() []page.Route {
	return []page.Route{
		{Pattern: "GET /jobs/{id}", Need: access.SignedIn, Handle: p.show},
		{Pattern: "GET /jobs/{id}/file", Need: access.SignedIn, Handle: p.file, Shows: page.ShowsMade},
	}
}

// patience is how long the page waits for a job that may be nearly done.
const patience = 400 * time.Millisecond

func (p *Pages) show(w http.ResponseWriter, r *page.Request) error {
	s, err := p.runner.Get(r.Actor, r.PathValue("id"), patience)
	if err != nil {
		return err
	}
	if r.WantsJSON() {
		state := ""
		switch {
		case s.Finished && (s.Err != nil || s.File != nil):
			s.Next = r.URL.Path // this page says what went wrong, or gives the file
		case s.Finished:
			state = r.Words.T("jobs.done")
		}
		return r.JSON(w, map[string]any{"done": s.Done, "total": s.Total, "state": state, "next": s.Next})
	}
	if s.Finished && s.Err != nil {
		return s.Err
	}
	if s.Finished && s.File != nil {
		return r.HTML(w, ready(r.Frame(r.Words.T(s.Title)), s))
	}
	if s.Finished {
		return r.Done(w, s.Next, "")
	}
	// Without JavaScript the page asks again by itself.
	w.Header().Set("Refresh", "2")
	return r.HTML(w, progress(r.Frame(r.Words.T(s.Title)), s))
}

// Go starts work and sends the reader to its progress page.
func Go(w http.ResponseWriter, r *page.Request, runner *Runner, title string, work Work) error {
	return r.Done(w, "/jobs/"+runner.Start(r.Actor, title, work), "")
}
