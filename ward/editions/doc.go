// Package editions is the editor of the criteria: a draft is copied from the version in force, changed item by item, gets and loses items, is looked at as a phone
// shows it, compared with what it was copied from and tried on the answers of last year, and published by a second person
// (docs/decisions/0035, 0052 and 0063).
//
// Table: editions. A published row never changes, and a campaign keeps the version it was opened with; campaigns choose among the
// published ones when they are opened. A draft is nobody's criteria: only this room reads it.
package editions

import "embed"

// Messages holds the words of this room.
//
//go:embed messages/*.toml
var Messages embed.FS
