package areas

import "sonha/engine/page"

// Pages are the pages of this feature.
type Pages struct{ store *Store }

// Routes lists the routes.
func (p *Pages) Routes() []page.Route { return nil }
func NewPages(s *Store) *Pages        { return &Pages{store: s} }
