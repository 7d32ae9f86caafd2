package indicators

import (
	"context"
	"fmt"
	"slices"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/houses"
)

// FileSource is where a file of official counts came from.
type FileSource struct {
	houses.Source

	DryRun bool // say what would happen and write nothing
}

// Taken says what came of a file of official counts.
type Taken struct {
	Rows                    int // accepted, duplicate and refused
	New, Changed, Unchanged int
	Duplicates              int
	Refused                 []Problem
	Import                  string // the record to undo; empty when nothing was written
	Lines                   []Line
}

// Line is one accepted row with what it does.
type Line struct {
	Row    *FileRow
	Effect houses.Effect
	Before Entry // of Changed
}

// Series sums the accepted rows of a series up: how many, from when to when, and their total.
type Series struct {
	Code   Code `json:"code"`
	Points int  `json:"points"`
	First  int  `json:"first_year"`
	Last   int  `json:"last_year"`
	Total  int  `json:"total"`
}

// Series lists what the accepted rows say, series by series.
func (f *Taken) Series() []Series {
	list := []Series{}
	for _, code := range Official() {
		s := Series{Code: code}
		for i := range f.Lines {
			r := f.Lines[i].Row
			if r.Series != code {
				continue
			}
			if s.Points == 0 || r.Period.Year < s.First {
				s.First = r.Period.Year
			}
			s.Last = max(s.Last, r.Period.Year)
			s.Points++
			s.Total += r.Value
		}
		if s.Points > 0 {
			list = append(list, s)
		}
	}
	return list
}

// TakeFile takes a file of official counts in: all of it or nothing. A figure for days that have none is new; one that
// says something else takes the place of what was there, which is kept; the same figure changes nothing, so that
// taking a file twice does nothing. A figure across a break that does not say its side is refused.
func (s *Store) TakeFile(ctx context.Context, who access.Actor, from FileSource, f *File) (*Taken, error) {
	run := s.db.Write
	if from.DryRun {
		run = s.db.Read
	}
	var t *taking
	err := run(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.EnterCounts); err != nil {
			return err
		}
		t = &taking{tx: tx, from: from, taken: &Taken{Rows: f.DataRows, Duplicates: len(f.Repeats), Refused: slices.Clone(f.Refused)}}
		return t.all(ctx, f)
	})
	if err != nil {
		return nil, err
	}
	return t.taken, nil
}

type taking struct {
	tx    *db.Tx
	from  FileSource
	taken *Taken
}

func (t *taking) all(ctx context.Context, f *File) error {
	breaks, err := Breaks(ctx, t.tx)
	if err != nil {
		return err
	}
	held := map[countKey]Entry{}
	for _, code := range Official() {
		entries, err := current(ctx, t.tx, code)
		if err != nil {
			return err
		}
		for _, e := range entries {
			held[countKey{code, e.Period.Kind, e.Period.Starts, e.Period.Ends}] = e
		}
	}
	for i := range f.Rows {
		row := &f.Rows[i]
		if b, ok := Straddles(row.Period, breaks); ok {
			t.taken.Refused = append(t.taken.Refused, Problem{Sheet: row.Sheet, Row: row.Row, Code: AcrossReform, Day: b.On})
			continue
		}
		before, known := held[countKey{row.Series, row.Period.Kind, row.Period.Starts, row.Period.Ends}]
		line := Line{Row: row, Effect: houses.New}
		switch {
		case known && row.same(&before):
			line.Effect = houses.Unchanged
			t.taken.Unchanged++
		case known:
			line.Effect, line.Before = houses.Changed, before
			t.taken.Changed++
		default:
			t.taken.New++
		}
		t.taken.Lines = append(t.taken.Lines, line)
	}
	if t.from.DryRun || t.taken.New+t.taken.Changed == 0 {
		return nil
	}
	return t.write(ctx)
}

// same reports whether a row says what is known: a blank area or number of households says nothing.
func (r *FileRow) same(e *Entry) bool {
	return r.Value == e.Value && (r.Area == "" || areaKey(r.Area) == areaKey(e.Area)) && (r.Households == 0 || r.Households == e.Households)
}

func (t *taking) write(ctx context.Context) error {
	k := t.taken
	did := houses.Outcome{Read: k.Rows, New: k.New, Changed: k.Changed, Unchanged: k.Unchanged, Refused: len(k.Refused)}
	var err error
	if k.Import, err = houses.RecordTx(ctx, t.tx, ImportKind, t.from.Source, did, nil); err != nil {
		return err
	}
	for i := range t.taken.Lines {
		line := &t.taken.Lines[i]
		e := Entry{
			Series: line.Row.Series, Period: line.Row.Period, Area: line.Row.Area, Value: line.Row.Value, Households: line.Row.Households,
			Import: t.taken.Import, File: t.from.File,
		}
		switch line.Effect {
		case houses.Unchanged:
			continue
		case houses.Changed:
			if e.Area == "" {
				e.Area = line.Before.Area
			}
			if e.Households == 0 {
				e.Households = line.Before.Households
			}
			if err := replace(ctx, t.tx, line.Before.ID, t.taken.Import); err != nil {
				return err
			}
		}
		if err := insert(ctx, t.tx, &e); err != nil {
			return err
		}
	}
	return t.tx.Audit(ctx, db.Entry{Action: "series.import", Object: "import", ID: k.Import, Detail: did.String()})
}

// ImportKind is the kind of import that brings official counts.
const ImportKind = "series"

// UndoFile takes an import of official counts back: what it brought is withdrawn, what it replaced holds again. It
// refuses when one of its figures was replaced or withdrawn since.
func (s *Store) UndoFile(ctx context.Context, who access.Actor, id string) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.EnterCounts); err != nil {
			return err
		}
		if _, err := houses.UndoableTx(ctx, tx, ImportKind, id, "indicators.undo_late", nil); err != nil {
			return err
		}
		var gone int
		if err := tx.One(ctx, `select count(*) from series_points p where p.ward_id = {ward} and p.import_id = $1 and p.replaced_at is not null`, id).Scan(&gone); err != nil {
			return err
		}
		if gone > 0 {
			return fault.Conflict("indicators.undo_used")
		}
		taken, err := tx.Exec(ctx, `update series_points as p set replaced_at = $1, replaced_by = $2, replaced_import = $3
			where p.ward_id = {ward} and p.import_id = $3`, tx.Millis(), tx.Who.Name(), id)
		if err != nil {
			return err
		}
		back, err := tx.Exec(ctx, `update series_points as p set replaced_at = null, replaced_by = '', replaced_import = ''
			where p.ward_id = {ward} and p.replaced_import = $1 and p.import_id <> $1`, id)
		if err != nil {
			return err
		}
		if err := houses.UndoneTx(ctx, tx, id); err != nil {
			return err
		}
		return tx.Audit(ctx, db.Entry{Action: "series.undo", Object: "import", ID: id, Detail: fmt.Sprintf("%d số bỏ, %d số trở lại", taken, back)})
	})
}

// today is the ward's day, for reading files.
func (s *Store) today() civil.Day { return civil.DayOf(s.db.Now()) }
