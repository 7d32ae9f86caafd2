package points

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"sonha/engine/db"
	"sonha/engine/words"
	"sonha/ground/access"
	"sonha/ground/fault"
	"sonha/ward/houses"
)

// Store keeps the points of house numbers.
type Store struct {
	db     *db.DB
	spoken *words.Words // a file goes back to the ward that made it: in Vietnamese
}

// NewStore makes the store.
func NewStore(d *db.DB, w *words.Catalog) *Store { return &Store{db: d, spoken: w.In("vi")} }

// Taken says what came of a file.
type Taken struct {
	New, Changed, Unchanged int
	Refused                 []Problem
	Import                  string // the record to undo; empty when nothing was written
	Lines                   []Line
}

// Line is one accepted row with what it does.
type Line struct {
	Row    *Row
	Effect houses.Effect
	Before Point // of Changed
	house  string
	old    string // the row that this one takes the place of
}

// ImportKind is the kind of import that brings points.
const ImportKind = "points"

// Preview says what taking a file in would do.
func (s *Store) Preview(ctx context.Context, who access.Actor, f *File) (*Taken, error) {
	var t *taking
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.Import); err != nil {
			return err
		}
		t = &taking{tx: tx, taken: &Taken{Refused: slices.Clone(f.Refused)}}
		return t.compare(ctx, f)
	})
	if err != nil {
		return nil, err
	}
	return t.taken, nil
}

// Take takes a file in: all of it or nothing. A house that has no point gets one, another point takes the place of the first; the same point
// changes nothing, so that taking a file twice does nothing. What the file does not name stays as it is.
func (s *Store) Take(ctx context.Context, who access.Actor, from houses.Source, f *File, progress func(done, total int)) (*Taken, error) {
	if progress == nil {
		progress = func(int, int) {}
	}
	var t *taking
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.Import); err != nil {
			return err
		}
		t = &taking{tx: tx, from: from, taken: &Taken{Refused: slices.Clone(f.Refused)}}
		if err := t.compare(ctx, f); err != nil || t.taken.New+t.taken.Changed == 0 {
			return err
		}
		return t.write(ctx, f, progress)
	})
	if err != nil {
		return nil, err
	}
	return t.taken, nil
}

type taking struct {
	tx    *db.Tx
	from  houses.Source
	taken *Taken
}

// held is what is known of a house.
type held struct {
	house, point string
	at           Point
}

// compare finds the house of each row and says what the row does.
func (t *taking) compare(ctx context.Context, f *File) error {
	known := map[string]held{}
	if err := t.tx.All(ctx, func(scan func(...any) error) error {
		var street, number string
		var h held
		err := scan(&street, &number, &h.house, &h.point, &h.at.Lat, &h.at.Lon)
		known[street+"\x00"+number] = h
		return err
	}, `select s.name_key, h.number_key, h.id, coalesce(p.id, ''), coalesce(p.lat, 0), coalesce(p.lon, 0) from houses h
		join streets s on s.ward_id = h.ward_id and s.id = h.street_id
		left join house_points p on p.ward_id = h.ward_id and p.house_id = h.id and p.replaced_at is null
		where {scope h}`); err != nil {
		return err
	}
	for i := range f.Rows {
		row := &f.Rows[i]
		h, ok := known[row.Street.Key+"\x00"+row.Number.Key]
		if !ok {
			t.taken.Refused = append(t.taken.Refused, Problem{Sheet: row.Sheet, Row: row.Row, Code: UnknownHouse, Value: row.Address()})
			continue
		}
		line := Line{Row: row, Effect: houses.New, Before: h.at, house: h.house, old: h.point}
		switch {
		case h.point == "":
			t.taken.New++
		case h.at == row.At:
			line.Effect = houses.Unchanged
			t.taken.Unchanged++
		default:
			line.Effect = houses.Changed
			t.taken.Changed++
		}
		t.taken.Lines = append(t.taken.Lines, line)
	}
	return nil
}

// step is after how many rows a long import tells how far it is.
const step = 500

func (t *taking) write(ctx context.Context, f *File, progress func(done, total int)) error {
	k := t.taken
	did := houses.Outcome{Read: f.DataRows, New: k.New, Changed: k.Changed, Unchanged: k.Unchanged, Refused: len(k.Refused)}
	var err error
	if k.Import, err = houses.RecordTx(ctx, t.tx, ImportKind, t.from, did, nil); err != nil {
		return err
	}
	for i := range t.taken.Lines {
		line := &t.taken.Lines[i]
		if i%step == 0 {
			progress(i, len(t.taken.Lines))
			if err := ctx.Err(); err != nil {
				return err
			}
		}
		if line.Effect == houses.Unchanged {
			continue
		}
		if err := put(ctx, t.tx, line.house, line.old, line.Row.At, t.taken.Import); err != nil {
			return err
		}
	}
	progress(len(t.taken.Lines), len(t.taken.Lines))
	return t.tx.Audit(ctx, db.Entry{Action: "points.import", Object: "import", ID: k.Import, Detail: did.String()})
}

// put gives a house its point; old is the row of the one before, empty where there was none.
func put(ctx context.Context, tx *db.Tx, house, old string, at Point, imported string) error {
	if err := replace(ctx, tx, old, imported); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `insert into house_points (ward_id, id, house_id, lat, lon, import_id, set_at, set_by, replaced_by, replaced_import)
		values ({ward}, $1, $2, $3, $4, $5, $6, $7, '', '')`, tx.NewID(), house, at.Lat, at.Lon, imported, tx.Millis(), tx.Who.Name())
	return err
}

func replace(ctx context.Context, tx *db.Tx, old, imported string) error {
	if old == "" {
		return nil
	}
	n, err := tx.Exec(ctx, `update house_points as p set replaced_at = $1, replaced_by = $2, replaced_import = $3
		where {scope p.house} and p.id = $4 and p.replaced_at is null`, tx.Millis(), tx.Who.Name(), imported, old)
	return tx.Must1(n, err)
}

// Undo takes an import of points back: what it brought is gone, what it replaced holds again. It refuses when one of its points was replaced
// since.
func (s *Store) Undo(ctx context.Context, who access.Actor, id string) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.Import); err != nil {
			return err
		}
		if _, err := houses.UndoableTx(ctx, tx, ImportKind, id, "points.undo_late", nil); err != nil {
			return err
		}
		var gone int
		if err := tx.One(ctx, `select count(*) from house_points p where p.ward_id = {ward} and p.import_id = $1 and p.replaced_at is not null`, id).Scan(&gone); err != nil {
			return err
		}
		if gone > 0 {
			return fault.Conflict("points.undo_used", "N", gone)
		}
		taken, err := tx.Exec(ctx, `delete from house_points as p where p.ward_id = {ward} and p.import_id = $1`, id)
		if err != nil {
			return err
		}
		back, err := tx.Exec(ctx, `update house_points as p set replaced_at = null, replaced_by = '', replaced_import = ''
			where p.ward_id = {ward} and p.replaced_import = $1`, id)
		if err != nil {
			return err
		}
		if err := houses.UndoneTx(ctx, tx, id); err != nil {
			return err
		}
		return tx.Audit(ctx, db.Entry{Action: "points.undo", Object: "import", ID: id, Detail: fmt.Sprintf("%d điểm bỏ, %d điểm trở lại", taken, back)})
	})
}

// Of gives the house with its point; ok is false where it has none.
func (s *Store) Of(ctx context.Context, who access.Actor, house string) (h houses.House, at Point, ok bool, err error) {
	err = s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.Import); err != nil {
			return err
		}
		var err error
		if h, err = houses.InTx(ctx, tx, house); err != nil {
			return err
		}
		_, at, ok, err = now(ctx, tx, house)
		return err
	})
	return h, at, ok, err
}

// now gives the row that holds a house's point.
func now(ctx context.Context, tx *db.Tx, house string) (id string, at Point, ok bool, err error) {
	err = tx.One(ctx, `select p.id, p.lat, p.lon from house_points p where {scope p.house} and p.house_id = $1 and p.replaced_at is null`, house).Scan(&id, &at.Lat, &at.Lon)
	if fault.Is(err, fault.Missing) {
		return "", Point{}, false, nil
	}
	return id, at, err == nil, err
}

// Set gives one house its point as it was typed; an empty text takes the point away.
func (s *Store) Set(ctx context.Context, who access.Actor, house, text string) error {
	var at Point
	if text != "" {
		var err error
		if at, err = Parse(text); err != nil {
			return fault.Invalid("point", "points.typed."+string(codeOf(err)))
		}
	}
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.Import); err != nil {
			return err
		}
		if _, err := houses.InTx(ctx, tx, house); err != nil {
			return err
		}
		old, before, ok, err := now(ctx, tx, house)
		switch {
		case err != nil:
			return err
		case text == "" && !ok, ok && text != "" && before == at:
			return errSame
		case text == "":
			err = replace(ctx, tx, old, "")
		default:
			err = put(ctx, tx, house, old, at, "")
		}
		if err != nil {
			return err
		}
		return tx.Audit(ctx, db.Entry{Action: "points.set", Object: "house", ID: house, House: house})
	})
}

// errSame says that nothing was to be written.
var errSame = errors.New("the point is what it was")
