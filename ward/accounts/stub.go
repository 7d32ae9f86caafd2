package accounts

import (
	"net/http"

	"sonha/engine/db"
	"sonha/engine/page"
	"sonha/ward/areas"
)

// Store keeps the tables of this feature.
type Store struct{ db *db.DB }

// NewStore makes a store.
func NewStore(d *db.DB) *Store { return &Store{db: d} }

// Pages are the pages of this feature.
type Pages struct{ store *Store }

// Routes lists the routes.
func (p *Pages) Routes() []page.Route { return nil }

// NewPages makes the pages.
func NewPages(s *Store, _ *areas.Store) *Pages { return &Pages{store: s} }

// Identify tells who a request comes from.
func (s *Store) Identify(_ *http.Request) (page.Identity, error) { return page.Identity{}, nil }
