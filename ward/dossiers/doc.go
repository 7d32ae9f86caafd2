// Package dossiers reads across features: the list of houses, a street as a strip map, a house's whole dossier
// on one page, the search, and the exports. It writes nothing but the audit line of an export.
//
// It has no tables. Every statement is limited to the reader's reach, so that what one may not open is not
// counted, found or exported either.
package dossiers

import (
	"sonha/engine/db"
	"sonha/ward/criteria"
)

// Store reads the dossiers.
type Store struct {
	db   *db.DB
	sets *criteria.Sets
}

// NewStore makes a store over an open database; sets give items the words of the campaign that is shown.
func NewStore(d *db.DB, sets *criteria.Sets) *Store { return &Store{db: d, sets: sets} }
