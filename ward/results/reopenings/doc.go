// Package reopenings opens a closed campaign again: one person of the command proposes it with a reason, and another account, of the
// command or of the ward's committee, confirms (domain.md §11; docs/decisions/0033).
//
// Table: reopenings. The snapshot of the close stays as it is and can be read; the next close makes another version beside it, which
// names the reasons. An opened campaign stands at review: the command corrects, results are posted again, and it is closed again.
package reopenings

import "embed"

// Messages holds the words of this room.
//
//go:embed messages/*.toml
var Messages embed.FS
