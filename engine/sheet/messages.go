package sheet

import "embed"

// Messages holds the sentences for the kinds of Error.
//
//go:embed messages/*.toml
var Messages embed.FS
