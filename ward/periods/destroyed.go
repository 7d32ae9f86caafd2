package periods

import (
	"context"

	"sonha/engine/db"
	"sonha/ground/civil"
)

// Destroyed writes into the record of destruction how many records of this kind were deleted because their time was over, all of them of
// before a day (Law 91/2025/QH15, Art. 14; domain.md §5.4). It is called in the unit that deletes, so that nothing goes without its line
// and a dry run leaves none. Of whom the records were is not kept. Nothing deleted writes nothing.
func (p Period) Destroyed(ctx context.Context, tx *db.Tx, n int, before civil.Day) error {
	if n <= 0 {
		return nil
	}
	_, err := tx.Exec(ctx, `insert into destructions (ward_id, id, kind, records, before_on, destroyed_at) values ({ward}, $1, $2, $3, $4, $5)`,
		tx.NewID(), p.Key, n, string(before), tx.Millis())
	return err
}
