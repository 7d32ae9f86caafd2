package page

import "embed"

// Messages holds the words of errors and of the frame.
//
//go:embed messages/*.toml
var Messages embed.FS
