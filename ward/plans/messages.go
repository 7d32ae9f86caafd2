package plans

import "embed"

// Messages are the sentences of this feature.
//
//go:embed messages/*.toml
var Messages embed.FS
