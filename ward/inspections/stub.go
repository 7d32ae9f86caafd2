package inspections

import (
	"sonha/engine/db"
	"sonha/engine/files"
	"sonha/engine/page"
	"sonha/ward/criteria"
)

// Store keeps the tables of this feature.
type Store struct{ db *db.DB }

// NewStore makes a store.
func NewStore(d *db.DB, _ *criteria.Set, _ any) *Store { return &Store{db: d} }

// Pages are the pages of this feature.
type Pages struct{ store *Store }

// Routes lists the routes.
func (p *Pages) Routes() []page.Route { return nil }

// NewPages makes the pages.
func NewPages(s *Store, _ *files.Store) *Pages { return &Pages{store: s} }
