// Package today is each role's first screen: what is due, overdue first, each line one verb; and the public
// page, which tells a visitor what the programme is and how the ward stands.
//
// It has no tables and writes nothing.
package today

import (
	"sonha/engine/db"
	"sonha/ward/criteria"
)

// Store reads what is due.
type Store struct {
	db   *db.DB
	sets *criteria.Sets
}

// NewStore makes a store over an open database; sets give items the words of the campaign.
func NewStore(d *db.DB, sets *criteria.Sets) *Store { return &Store{db: d, sets: sets} }
