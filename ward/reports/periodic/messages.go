package periodic

import "embed"

// Messages holds the words of this feature.
//
//go:embed messages/*.toml
var Messages embed.FS
