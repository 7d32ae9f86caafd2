package dossiers_test

import (
	"context"
	"strconv"

	"sonha/engine/db"
	"sonha/ground/civil"
	"sonha/ward/areas"
	"sonha/ward/houses"
)

func itoa(n int) string { return strconv.Itoa(n) }

// plant adds house 1 to each of the streets.
func plant(ctx context.Context, tx *db.Tx, streets ...string) error {
	reg, err := areas.NewRegister(ctx, tx)
	if err != nil {
		return err
	}
	for _, name := range streets {
		street, err := reg.Street(ctx, civil.ParseStreet(name))
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `insert into houses (ward_id, id, street_id, number, number_key, main, alley, sort_key, fold, kind, storeys, households, rented,
				head_name, head_phone, former_ward, note, status, opened_on, version, created_at, updated_at)
			values ({ward}, $1, $2, '1', '1', 1, '', $3, $4, '', 0, 1, 0, '', '', '', '', 'active', '2026-01-05', 1, $5, $5)`,
			tx.NewID(), street.ID, houses.SortKey(street, "1"), houses.SearchText("1", name, "", ""), tx.Millis()); err != nil {
			return err
		}
	}
	return tx.Audit(ctx, db.Entry{Action: "test", Object: "ward"})
}
