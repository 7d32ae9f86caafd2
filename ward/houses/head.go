package houses

import (
	"context"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/civil"
)

// SetHead writes who is head of a house, in the unit in which the house is handed over, and counts as a change of the dossier.
func SetHead(ctx context.Context, tx *db.Tx, house, name string, phone civil.Phone) error {
	if err := tx.Need(access.Import); err != nil {
		return err
	}
	var number, street, former string
	if err := tx.One(ctx, `select h.number, s.name, h.former_ward from houses h join streets s on s.ward_id = h.ward_id and s.id = h.street_id
		where {scope h} and h.id = $1`, house).Scan(&number, &street, &former); err != nil {
		return err
	}
	return tx.Must1(tx.Exec(ctx, `update houses as h set head_name = $1, head_phone = $2, fold = $3, version = h.version + 1, updated_at = $4 where {scope h} and h.id = $5`,
		name, string(phone), SearchText(number, street, former, name), tx.Millis(), house))
}
