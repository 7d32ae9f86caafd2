package db_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"sonha/engine/db"
	"sonha/engine/db/dbtest"
	"sonha/ground/access"
)

// answersOf reads the answers of a house as the rooms do.
const answersOf = `with recursive ` + db.Shelves + ` select e.seq, e.detail from shelf cross join audit e
	where e.ward_id = {ward} and e.action = 'assessment.answer' and e.seq / 1024 = shelf.n and e.house_id = $1 order by e.seq`

// Each answer of a house is found, on whichever shelf it stands, and those of no other house or ward.
func TestAnswersAreFoundOnEveryShelf(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		const lines, every = 3100, 97
		for ward := 1; ward <= 2; ward++ {
			if err := d.Write(t.Context(), access.System(ward, "test"), func(tx *db.Tx) error {
				for i := range lines {
					e := db.Entry{Action: "assessment.answer", Object: "assessment", House: fmt.Sprintf("house %d", i%every), Detail: fmt.Sprintf("%d of ward %d", i, ward)}
					if i%5 == 4 {
						e.Action = "log.add"
					}
					if err := tx.Audit(t.Context(), e); err != nil {
						return err
					}
				}
				return nil
			}); err != nil {
				t.Fatal(err)
			}
		}
		var want, got []string
		for i := 13; i < lines; i += every {
			if i%5 != 4 {
				want = append(want, fmt.Sprintf("%d of ward 2", i))
			}
		}
		if err := d.Read(t.Context(), access.System(2, "test"), func(tx *db.Tx) error {
			return tx.All(t.Context(), func(scan func(...any) error) error {
				var seq int64
				var detail string
				err := scan(&seq, &detail)
				got = append(got, detail)
				return err
			}, answersOf, "house 13")
		}); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(got, want) {
			t.Errorf("found %d answers, want %d: %s", len(got), len(want), strings.Join(got, ", "))
		}
	})
}
