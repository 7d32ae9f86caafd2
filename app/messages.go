package app

import "embed"

// Messages holds the words of the navigation.
//
//go:embed messages/*.toml
var Messages embed.FS
