package houses

import (
	"context"
	"io"
	"sync"

	"sonha/engine/sheet"
	"sonha/engine/words"
	"sonha/ground/access"
)

// Kind is one kind of import. Rosters are read in this room; app connects the kinds of the rooms above it
// (the results of earlier years), which share these pages.
type Kind interface {
	// Name is the kind in the table of imports; "houses.import_kind.<name>" and "houses.import_looks.<name>"
	// are its words.
	Name() string
	// Read reads a file. A file that cannot be read gives an error with Key and Pairs, such as *sheet.Error.
	Read(book *sheet.Book, progress func(done, total int)) (Reading, error)
	// Undo takes a whole import back, or says why it cannot.
	Undo(ctx context.Context, who access.Actor, id string) error
}

// Tabler is a Kind that takes other files than tables, too. Table gives the table that a file stands for, which is kept in its place; a table
// comes out as it is. Errors are as those of Read.
type Tabler interface {
	Table(file io.ReadSeeker, name string) (io.Reader, error)
}

// Reading is a file that was read. It never changes.
type Reading interface {
	// Compare says what taking the file in would do now.
	Compare(ctx context.Context, who access.Actor) (Comparison, error)
	// Take takes the file in: all of it or nothing.
	Take(ctx context.Context, who access.Actor, from Source, progress func(done, total int)) error
	// Rows is about how much it weighs.
	Rows() int
	// Skipped lists the sheets that are of another kind.
	Skipped() []string
}

// Comparison is what a file would do, row by row.
type Comparison interface {
	Counts() Counts
	// Columns are the catalog keys of what Shown.Cells hold.
	Columns() []string
	// Show gives at most n rows of a view from the one numbered from, counting from 0.
	Show(w *words.Words, view View, from, n int) []Shown
	// Notes are the refusals and warnings for the column "Lỗi".
	Notes() []sheet.Notes
}

// Counts are the rows of a comparison in each view, and how many records the file leaves out.
type Counts struct {
	Read, New, Changed, Unchanged, Refused, Duplicates, Warnings, Absent int
}

// View is one of the lists behind the counts, as in the address of the page.
type View string

// The views.
const (
	ViewNew        View = "new"
	ViewChanged    View = "changed"
	ViewUnchanged  View = "unchanged"
	ViewRefused    View = "refused"
	ViewDuplicates View = "duplicates"
	ViewWarnings   View = "warnings"
)

// Views lists the views in the order of the page.
func Views() []View {
	return []View{ViewNew, ViewChanged, ViewUnchanged, ViewRefused, ViewDuplicates, ViewWarnings}
}

// Of is the number of rows in a view.
func (c *Counts) Of(v View) int {
	switch v {
	case ViewNew:
		return c.New
	case ViewChanged:
		return c.Changed
	case ViewUnchanged:
		return c.Unchanged
	case ViewRefused:
		return c.Refused
	case ViewDuplicates:
		return c.Duplicates
	case ViewWarnings:
		return c.Warnings
	}
	return 0
}

// Shown is one row of a view. What does not apply is empty.
type Shown struct {
	Sheet   string
	Row     int // as Excel shows it
	Address string
	Cells   []string
	Changes []Difference
	Text    string // what is wrong and what to do
}

// shelf keeps the files that were read last, so that turning the pages of a preview does not read the file
// again each time (100,000 rows take a second). A file on the shelf never changes; which rows are new is
// asked of the database each time.
type shelf struct {
	mu    sync.Mutex
	books []shelved // the last looked at first
}

type shelved struct {
	upload string
	opened
}

// opened is a file that was read, and whether it is CSV.
type opened struct {
	Reading
	CSV bool
}

// shelfRows bounds what the shelf holds, some hundred bytes a row; one file is kept however large it is.
const shelfRows = 200_000

func (s *shelf) get(upload string) (opened, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, b := range s.books {
		if b.upload == upload {
			copy(s.books[1:i+1], s.books[:i])
			s.books[0] = b
			return b.opened, true
		}
	}
	return opened{}, false
}

func (s *shelf) put(upload string, o opened) {
	s.drop(upload)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.books = append([]shelved{{upload, o}}, s.books...)
	weight := 0
	for i, b := range s.books {
		if weight += b.Rows(); weight > shelfRows && i > 0 {
			s.books = s.books[:i:i]
			return
		}
	}
}

func (s *shelf) drop(upload string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, b := range s.books {
		if b.upload == upload {
			s.books = append(s.books[:i:i], s.books[i+1:]...)
			return
		}
	}
}
