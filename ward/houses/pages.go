package houses

import (
	"sonha/engine/files"
	"sonha/engine/jobs"
	"sonha/engine/page"
	"sonha/ward/areas"
)

// Pages are the pages of imports.
type Pages struct {
	store *Store
	areas *areas.Store
	files *files.Store
	jobs  *jobs.Runner
}

// NewPages makes the pages.
func NewPages(s *Store, a *areas.Store, f *files.Store, j *jobs.Runner) *Pages {
	return &Pages{store: s, areas: a, files: f, jobs: j}
}

// Routes lists the routes.
func (p *Pages) Routes() []page.Route { return nil }
