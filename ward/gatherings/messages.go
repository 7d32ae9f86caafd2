package gatherings

import "embed"

// Messages holds the words of this room.
//
//go:embed messages/*.toml
var Messages embed.FS
