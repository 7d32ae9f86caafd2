// Package posted shows what a ward posts for everybody: the list of safe house numbers, street by street, if the ward
// so decides, and its figures as files that a program can read.
//
// Tables: posted_settings, postings, posting_remarks. The list also hangs on paper, for ten days at the least, and what is said about it
// meanwhile is written down and answered before the campaign is closed (domain.md §9.10). The list names houses that were approved as safe in a year that is being published or is
// closed; a house that falls short is on no list and is told privately (domain.md §5.8, §10.1). Figures are sums of the
// ward and of residential groups, without any that would tell of a single house (domain.md §6.1, §9.9).
package posted

import "embed"

// Messages holds the words of this room.
//
//go:embed messages/*.toml
var Messages embed.FS
