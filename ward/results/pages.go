package results

import (
	"sonha/engine/page"
	"sonha/ward/campaigns"
)

// Pages are the pages of this feature.
type Pages struct{ store *Store }

// Routes lists the routes.
func (p *Pages) Routes() []page.Route              { return nil }
func NewPages(s *Store, _ *campaigns.Store) *Pages { return &Pages{store: s} }
