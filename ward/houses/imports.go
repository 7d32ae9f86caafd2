package houses

import (
	"context"
	"time"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
)

// State is how far an import is.
type State string

// The states. A dropped preview has written nothing and is not listed.
const (
	Previewed State = "preview"
	Applied   State = "applied"
	Undone    State = "undone"
	Dropped   State = "dropped"
)

// Import is one file that was brought in, with what came of it. Counts are of the preview until it is
// applied, and of what was written from then on.
type Import struct {
	ID                               string
	Kind                             string // RosterKind, or the kind of another room
	State                            State
	File                             string // as the user named it
	Upload                           string // in engine/files; empty when it was deleted, or came from the command line
	Read                             int    // data rows: the sum of the others and the duplicates
	New, Changed, Unchanged, Refused int
	CreatedAt                        time.Time
	CreatedBy                        string
	AppliedAt                        time.Time // zero before
	UndoneAt                         time.Time
	UndoneBy                         string
}

// RosterKind is the kind of import that brings house numbers.
const RosterKind = "roster"

// Duplicates is the number of rows that say the same as an earlier row.
func (i *Import) Duplicates() int { return i.Read - i.New - i.Changed - i.Unchanged - i.Refused }

// UndoUntil is the last day on which the import can be taken back; empty when it never can.
func (i *Import) UndoUntil() civil.Day {
	if i.State != Applied {
		return ""
	}
	return civil.DayOf(i.AppliedAt.Add(undoDays * 24 * time.Hour))
}

// Undoable reports whether the import can still be taken back at a time.
func (i *Import) Undoable(now time.Time) bool {
	return i.State == Applied && now.Sub(i.AppliedAt) <= undoDays*24*time.Hour
}

// previewDays is how long a file waits for a decision.
const previewDays = 7

const importColumns = `i.id, i.kind, i.state, i.file_name, i.upload, i.rows_read, i.rows_new, i.rows_changed, i.rows_unchanged, i.rows_refused,
	i.created_at, i.created_by, coalesce(i.applied_at, 0), coalesce(i.undone_at, 0), i.undone_by`

func scanImport(scan func(...any) error) (Import, error) {
	var i Import
	var created, applied, undone int64
	err := scan(&i.ID, &i.Kind, &i.State, &i.File, &i.Upload, &i.Read, &i.New, &i.Changed, &i.Unchanged, &i.Refused,
		&created, &i.CreatedBy, &applied, &undone, &i.UndoneBy)
	i.CreatedAt, i.AppliedAt, i.UndoneAt = db.Moment(created), db.Moment(applied), db.Moment(undone)
	return i, err
}

// listed is how many imports the list goes back.
const listed = 100

// Imports lists the latest imports of the ward, newest first, without dropped previews.
func (s *Store) Imports(ctx context.Context, who access.Actor) ([]Import, error) {
	var out []Import
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.Import); err != nil {
			return err
		}
		return tx.All(ctx, func(scan func(...any) error) error {
			i, err := scanImport(scan)
			out = append(out, i)
			return err
		}, `select `+importColumns+` from imports i where i.ward_id = {ward} and i.state <> 'dropped' order by i.created_at desc, i.id desc limit $1`, listed)
	})
	return out, err
}

// Import gives one import of the ward. A dropped one is not found.
func (s *Store) Import(ctx context.Context, who access.Actor, id string) (Import, error) {
	var i Import
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.Import); err != nil {
			return err
		}
		var err error
		i, err = scanImport(tx.One(ctx, `select `+importColumns+` from imports i where i.ward_id = {ward} and i.id = $1 and i.state <> 'dropped'`, id).Scan)
		return err
	})
	return i, err
}

// Receive keeps a file that was read and waits for a decision; of i it takes kind, file, upload and counts.
func (s *Store) Receive(ctx context.Context, who access.Actor, i Import) (string, error) {
	var id string
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.Import); err != nil {
			return err
		}
		id = tx.NewID()
		if _, err := tx.Exec(ctx, `insert into imports (ward_id, id, kind, state, file_name, upload, rows_read, rows_new, rows_changed, rows_unchanged, rows_refused,
				created_at, created_by, undone_by)
			values ({ward}, $1, $2, 'preview', $3, $4, $5, $6, $7, $8, $9, $10, $11, '')`,
			id, i.Kind, i.File, i.Upload, i.Read, i.New, i.Changed, i.Unchanged, i.Refused, tx.Millis(), tx.Who.Name()); err != nil {
			return err
		}
		return tx.Audit(ctx, db.Entry{Action: i.Kind + ".preview", Object: "import", ID: id})
	})
	return id, err
}

// Drop gives up a preview and gives the kept file to delete.
func (s *Store) Drop(ctx context.Context, who access.Actor, id string) (upload string, err error) {
	err = s.db.Write(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.Import); err != nil {
			return err
		}
		var kind string
		var state State
		if err := tx.One(ctx, `select i.kind, i.state, i.upload from imports i where i.ward_id = {ward} and i.id = $1`, id).Scan(&kind, &state, &upload); err != nil {
			return err
		}
		if state != Previewed {
			return fault.Conflict("houses.import_done")
		}
		if _, err := tx.Exec(ctx, `update imports as i set state = 'dropped', upload = '' where i.ward_id = {ward} and i.id = $1`, id); err != nil {
			return err
		}
		return tx.Audit(ctx, db.Entry{Action: kind + ".drop", Object: "import", ID: id})
	})
	return upload, err
}

// Tidy gives up previews that waited too long, forgets the files and the undoing of imports that can no longer
// be taken back, and gives the kept files to delete: a roster holds names and telephone numbers, and is not
// kept longer than it serves.
func (s *Store) Tidy(ctx context.Context, who access.Actor) (uploads []string, err error) {
	const old = `i.ward_id = {ward} and (i.upload <> '' or i.undo is not null) and (i.state = 'preview' and i.created_at < $1 or i.state <> 'preview' and i.applied_at < $2)`
	now := s.db.Now()
	preview, kept := now.AddDate(0, 0, -previewDays).UnixMilli(), now.AddDate(0, 0, -undoDays-1).UnixMilli()
	found := 0
	find := func(tx *db.Tx) error {
		uploads, found = nil, 0
		return tx.All(ctx, func(scan func(...any) error) error {
			var name string
			err := scan(&name)
			if found++; name != "" {
				uploads = append(uploads, name)
			}
			return err
		}, `select i.upload from imports i where `+old, preview, kept)
	}
	if err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.Import); err != nil {
			return err
		}
		return find(tx)
	}); err != nil || found == 0 {
		return nil, err
	}
	err = s.db.Write(ctx, who, func(tx *db.Tx) error {
		if err := find(tx); err != nil {
			return err
		}
		tx.Untold("what waited too long has gone by itself")
		_, err := tx.Exec(ctx, `update imports as i set upload = '', undo = null, state = case when i.state = 'preview' then 'dropped' else i.state end where `+old, preview, kept)
		return err
	})
	return uploads, err
}
