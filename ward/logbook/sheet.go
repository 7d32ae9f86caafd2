package logbook

import (
	"context"
	"strconv"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/fault"
)

// SheetField is the name of a field of one entry of a page, counted from 0.
func SheetField(entry int, name string) string { return strconv.Itoa(entry) + "." + name }

// AddSheet writes the entries of a page of paper, all or none of them. What is wrong with one is told under SheetField.
func (s *Store) AddSheet(ctx context.Context, who access.Actor, house string, list []Draft) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		var bad []fault.Field
		for i := range list {
			err := writable(ctx, tx, house, &list[i])
			e, known := fault.As(err)
			if err != nil && (!known || len(e.Fields) == 0) {
				return err
			}
			if err == nil {
				continue
			}
			for _, f := range e.Fields {
				f.Name = SheetField(i, f.Name)
				bad = append(bad, f)
			}
		}
		if len(bad) > 0 {
			return fault.InvalidFields(bad)
		}
		if len(list) == 0 {
			return fault.Refused("logbook.empty_page")
		}
		for i := range list {
			if _, err := s.AddTx(ctx, tx, house, list[i]); err != nil {
				return err
			}
		}
		return nil
	})
}
