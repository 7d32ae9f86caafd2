package sheet

// filler carries the values of ranges merged downwards. At most one range can
// cover a column in a row, so its work per row is bounded.
type filler struct {
	merges []Merge // sorted by Top
	next   int
	active map[int]carried // by column
}

type carried struct {
	bottom int
	cell   Cell
}

func newFiller(merges []Merge) *filler {
	return &filler{merges: merges, active: map[int]carried{}}
}

// row fills in what is merged downwards, unless the row has nothing of its own.
func (f *filler) row(row *Row) {
	own := len(row.Cells) > 0
	for col, c := range f.active {
		if row.Number > c.bottom {
			delete(f.active, col)
			continue
		}
		if !own || c.cell.Kind == Blank {
			continue
		}
		for len(row.Cells) <= col {
			row.Cells = append(row.Cells, Cell{})
		}
		if row.Cells[col].Kind == Blank {
			row.Cells[col] = Cell{Text: c.cell.Text, Kind: c.cell.Kind, Down: true}
		}
	}
	for f.next < len(f.merges) && f.merges[f.next].Top <= row.Number {
		m := f.merges[f.next]
		f.next++
		if m.Top == row.Number && m.Bottom > m.Top && m.Left < MaxColumns {
			f.active[m.Left] = carried{bottom: m.Bottom, cell: row.Cell(m.Left)}
		}
	}
}
