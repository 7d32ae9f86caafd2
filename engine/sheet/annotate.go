package sheet

// Notes are remarks on the rows of one sheet.
type Notes struct {
	Sheet  string         // empty for CSV
	Header int            // the row that gets the new column's heading; 0 for none
	Rows   map[int]string // by row number
}
