package sheet

// Notes are remarks on the rows of one sheet.
type Notes struct {
	Sheet  string         // empty for CSV
	Header int            // the row that gets the new column's heading; 0 for none
	Rows   map[int]string // by row number
}

// NoteBook gathers remarks by sheet.
type NoteBook struct {
	Headers map[string]int // by sheet
	All     []Notes
}

// Add adds a remark; several on one row are joined.
func (b *NoteBook) Add(sheet string, row int, text string) {
	at := -1
	for i := range b.All {
		if b.All[i].Sheet == sheet {
			at = i
		}
	}
	if at < 0 {
		at = len(b.All)
		b.All = append(b.All, Notes{Sheet: sheet, Header: b.Headers[sheet], Rows: map[int]string{}})
	}
	if old := b.All[at].Rows[row]; old != "" {
		text = old + " " + text
	}
	b.All[at].Rows[row] = text
}
