package paper

import "embed"

// Messages holds the sentences for ColumnsError.
//
//go:embed messages/*.toml
var Messages embed.FS
