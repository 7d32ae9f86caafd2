package campaigns

import (
	"sonha/engine/page"
	"sonha/ward/criteria"
)

// Pages are the pages of this feature.
type Pages struct{ store *Store }

// Routes lists the routes.
func (p *Pages) Routes() []page.Route           { return nil }
func NewPages(s *Store, _ *criteria.Set) *Pages { return &Pages{store: s} }
