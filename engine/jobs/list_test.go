package jobs

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"sonha/engine/db"
	"sonha/engine/db/dbtest"
	"sonha/engine/sheet"
	"sonha/engine/words"
	"sonha/ground/access"
	"sonha/ground/fault"
)

// taken is a file that remembers what was written to it.
type taken struct {
	note   string
	rows   []string
	closed bool
}

func (f *taken) Begin(t sheet.Table) error { f.note = t.Note; return nil }
func (f *taken) Close() error              { f.closed = true; return nil }
func (f *taken) Row(values ...any) error {
	f.rows = append(f.rows, values[0].(string))
	return nil
}

func streets() *List[string] {
	return &List[string]{Title: "Phố", File: "pho", Columns: []Column[string]{{Title: "Phố", Width: 22, Value: func(x *string) any { return *x }}}}
}

func vietnamese(t *testing.T) *words.Words {
	t.Helper()
	catalog, err := words.Load(Messages, sheet.Messages)
	if err != nil {
		t.Fatal(err)
	}
	return catalog.In("vi")
}

func quiet(int, int) {}

// What was handed over is in the file before the next row is asked for: no list gathers.
func TestARowIsWrittenBeforeTheNextIsRead(t *testing.T) {
	t.Parallel()
	var f taken
	var told [][2]int
	progress := func(done, total int) { told = append(told, [2]int{done, total}) }
	const rows = 2*step + 1
	err := streets().write(t.Context(), &f, vietnamese(t), progress, func(to *Sheet[string]) error {
		if err := to.Begin(time.Date(2026, 11, 28, 2, 30, 0, 0, time.UTC), rows); err != nil {
			return err
		}
		if !strings.Contains(f.note, "09:30") || !strings.Contains(f.note, "1.001 dòng") && !strings.Contains(f.note, "1001 dòng") {
			t.Errorf("above the rows stands %q", f.note)
		}
		for i := range rows {
			name := strings.Repeat("Hàng ", i%3) + "Bạc"
			if err := to.Row(&name); err != nil {
				return err
			}
			if len(f.rows) != i+1 || f.rows[i] != name {
				t.Fatalf("row %d is handed over, and %d are written", i+1, len(f.rows))
			}
		}
		return nil
	})
	if err != nil || !f.closed || len(f.rows) != rows {
		t.Errorf("%v; closed %v; %d rows", err, f.closed, len(f.rows))
	}
	if want := [][2]int{{0, rows}, {step, rows}, {2 * step, rows}, {rows, rows}}; !slices.Equal(told, want) {
		t.Errorf("progress was told as %v, want %v", told, want)
	}
}

// A file that is not whole is none: nobody can see what is missing from it.
func TestAListThatBreaksOffIsNoFile(t *testing.T) {
	t.Parallel()
	broken := errors.New("the database went away")
	bac := "Hàng Bạc"
	gone, leave := context.WithCancel(t.Context())
	for name, c := range map[string]struct {
		rows func(to *Sheet[string]) error
		want error
	}{
		"a failure in the middle": {want: broken, rows: func(to *Sheet[string]) error {
			return errors.Join(to.Begin(time.Now(), 2), to.Row(&bac), broken)
		}},
		"a row too few":  {rows: func(to *Sheet[string]) error { return errors.Join(to.Begin(time.Now(), 2), to.Row(&bac)) }},
		"a row too many": {rows: func(to *Sheet[string]) error { return errors.Join(to.Begin(time.Now(), 0), to.Row(&bac)) }},
		"never begun":    {rows: func(*Sheet[string]) error { return nil }},
		"nobody waits": {want: context.Canceled, rows: func(to *Sheet[string]) error {
			leave()
			return errors.Join(to.Begin(time.Now(), 1), to.Row(&bac))
		}},
	} {
		ctx := t.Context()
		if name == "nobody waits" {
			ctx = gone
		}
		var f taken
		err := streets().write(ctx, &f, vietnamese(t), quiet, c.rows)
		if err == nil || f.closed || c.want != nil && !errors.Is(err, c.want) {
			t.Errorf("%s: %v; closed %v", name, err, f.closed)
		}
	}
	leave()
}

// The trail tells how many rows were taken, of a list that came to its end, and only who has the power reads one.
func TestWhatATakenListLeavesInTheTrail(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, bac := t.Context(), "Hàng Bạc"
		read := func(role access.Role, says int) error {
			var f taken
			return streets().write(ctx, &f, vietnamese(t), quiet, func(to *Sheet[string]) error {
				line := db.Entry{Action: "streets.export", Object: "streets", Detail: "2026: "}
				return to.Read(ctx, d, as("a", role, 1), access.SeeHouses, &line, func(tx *db.Tx) error {
					return errors.Join(to.Begin(tx.Now, says), to.Row(&bac))
				})
			})
		}
		if err := read(access.Command, 2); err == nil {
			t.Error("a list without its last row was taken")
		}
		if err := read(access.City, 1); !fault.Is(err, fault.Missing) {
			t.Errorf("without the power: %v", err)
		}
		if err := read(access.Command, 1); err != nil {
			t.Fatal(err)
		}
		var details []string
		if err := d.Read(ctx, access.System(1, "test"), func(tx *db.Tx) error {
			return tx.All(ctx, func(scan func(...any) error) error {
				var detail string
				err := scan(&detail)
				details = append(details, detail)
				return err
			}, `select a.detail from audit a where a.ward_id = {ward} and a.action = 'streets.export'`)
		}); err != nil || !slices.Equal(details, []string{"2026: 1"}) {
			t.Errorf("the trail says %q, %v", details, err)
		}
	})
}

// Count counts what a statement finds, in the view in which its rows are read.
func TestAListSaysHowManyRowsItHas(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, who := t.Context(), as("a", access.Command, 1)
		for range 2 {
			if err := d.Tell(ctx, who, db.Entry{Action: "streets.look", Object: "streets"}); err != nil {
				t.Fatal(err)
			}
		}
		var f taken
		if err := streets().write(ctx, &f, vietnamese(t), quiet, func(to *Sheet[string]) error {
			line := db.Entry{Action: "streets.export", Object: "streets"}
			return to.Read(ctx, d, who, access.SeeHouses, &line, func(tx *db.Tx) error {
				const from = ` from audit a where a.ward_id = {ward} and a.action = $1`
				if err := to.Count(ctx, tx, from, "streets.look"); err != nil {
					return err
				}
				return tx.All(ctx, func(scan func(...any) error) error {
					var x string
					if err := scan(&x); err != nil {
						return err
					}
					return to.Row(&x)
				}, `select a.action`+from, "streets.look")
			})
		}); err != nil || !strings.Contains(f.note, ", 2 dòng") || len(f.rows) != 2 {
			t.Errorf("%v; above %d rows stands %q", err, len(f.rows), f.note)
		}
	})
}
