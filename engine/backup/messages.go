package backup

import "embed"

// Messages holds what the commands say.
//
//go:embed messages/*.toml
var Messages embed.FS
