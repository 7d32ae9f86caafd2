// Package handovers gives a house from one head to the next in one sitting: the one who goes sees what is open and says that it is
// handed over; the one who comes opens a one-time link, on the same telephone or on an own one, sees the same list and takes it. In that
// unit the old account loses the house with all its sessions, and the new one has it.
//
// Where the head is gone, the group lead opens the hand-over instead. It stands on the floor that reads across features, because it must
// tell what is open in all of them; what it writes of accounts and houses it writes through their rooms.
//
// Tables: handovers.
package handovers

import "embed"

// Messages holds the words of this room.
//
//go:embed messages/*.toml
var Messages embed.FS
