// Package consents is the ledger of what people agreed to (Law 91/2025/QH15 Art. 9, Decree 356/2025/NĐ-CP Art. 6; domain.md §5.4): each
// purpose apart, never by silence and never ticked beforehand, with the words that were read, the day, the way, and the day on which it
// was withdrawn. The subject is a household of a house, or an account that speaks for none.
//
// Tables: consents. Rooms write to it in the unit of what the consent is for, so that there is never one without the other.
package consents

import "embed"

// Messages holds the words of this room.
//
//go:embed messages/*.toml
var Messages embed.FS
