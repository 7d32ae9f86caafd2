package houses

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"time"

	"sonha/engine/db"
	"sonha/ground/fault"
)

// Outcome is what an import did, in rows; Read counts the duplicates as well.
type Outcome struct {
	Read, New, Changed, Unchanged, Refused int
}

// String is the outcome as the trail tells it.
func (o Outcome) String() string {
	return fmt.Sprintf("%d mới, %d thay đổi, %d giữ nguyên, %d bị trả lại", o.New, o.Changed, o.Unchanged, o.Refused)
}

// RecordTx keeps an import of any kind in the list of imports and gives its id: one that waited as a preview is applied, a file from the
// command line gets a record of its own. undo is what taking the import back needs beside the rows themselves; it is kept as JSON, and may
// be nil. A preview that was decided meanwhile is a conflict.
func RecordTx(ctx context.Context, tx *db.Tx, kind string, from Source, o Outcome, undo any) (string, error) {
	packed, err := pack(undo)
	if err != nil {
		return "", err
	}
	if from.ID != "" {
		n, err := tx.Exec(ctx, `update imports as i set state = 'applied', rows_read = $1, rows_new = $2, rows_changed = $3, rows_unchanged = $4,
				rows_refused = $5, applied_at = $6, undo = $7
			where i.ward_id = {ward} and i.id = $8 and i.kind = $9 and i.state = 'preview'`,
			o.Read, o.New, o.Changed, o.Unchanged, o.Refused, tx.Millis(), packed, from.ID, kind)
		if err == nil && n == 0 {
			err = fault.Conflict("houses.import_done")
		}
		return from.ID, err
	}
	id := tx.NewID()
	_, err = tx.Exec(ctx, `insert into imports (ward_id, id, kind, state, file_name, upload, rows_read, rows_new, rows_changed, rows_unchanged, rows_refused,
			created_at, created_by, applied_at, undone_by, undo)
		values ({ward}, $1, $2, 'applied', $3, $4, $5, $6, $7, $8, $9, $10, $11, $10, '', $12)`,
		id, kind, from.File, from.Upload, o.Read, o.New, o.Changed, o.Unchanged, o.Refused, tx.Millis(), tx.Who.Name(), packed)
	return id, err
}

// undoDays is how long an import can be taken back.
const undoDays = 30

// UndoableTx gives when an applied import of a kind was taken in, in milliseconds, and fills undo with what RecordTx kept, unless it is nil.
// An import that is too old is refused with the sentence late, which may say Days.
func UndoableTx(ctx context.Context, tx *db.Tx, kind, id, late string, undo any) (at int64, err error) {
	var packed []byte
	if err := tx.One(ctx, `select i.undo, i.applied_at from imports i
		where i.ward_id = {ward} and i.id = $1 and i.kind = $2 and i.state = 'applied'`, id, kind).Scan(&packed, &at); err != nil {
		return 0, err
	}
	if tx.Now.Sub(time.UnixMilli(at)) > undoDays*24*time.Hour {
		return 0, fault.Shut(late, "Days", undoDays)
	}
	if undo == nil {
		return at, nil
	}
	return at, unpack(packed, undo)
}

// UndoneTx notes that an import was taken back, and forgets what that needed.
func UndoneTx(ctx context.Context, tx *db.Tx, id string) error {
	_, err := tx.Exec(ctx, `update imports as i set state = 'undone', undone_at = $1, undone_by = $2, undo = null where i.ward_id = {ward} and i.id = $3`,
		tx.Millis(), tx.Who.Name(), id)
	return err
}

// pack gives what the column holds: nothing for nil.
func pack(undo any) (any, error) {
	if undo == nil {
		return nil, nil //nolint:nilnil // what the column holds where nothing is kept
	}
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if err := json.NewEncoder(z).Encode(undo); err != nil {
		return nil, fmt.Errorf("pack undo: %w", err)
	}
	if err := z.Close(); err != nil {
		return nil, fmt.Errorf("pack undo: %w", err)
	}
	return b.Bytes(), nil
}

func unpack(packed []byte, undo any) error {
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return fmt.Errorf("unpack undo: %w", err)
	}
	if err := json.NewDecoder(z).Decode(undo); err != nil {
		return fmt.Errorf("unpack undo: %w", err)
	}
	return nil
}
