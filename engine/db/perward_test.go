package db_test

import (
	"slices"
	"testing"

	"sonha/engine/db"
	"sonha/engine/db/dbtest"
	"sonha/ground/access"
)

// Of the wards of a city only those are counted again in which something was written.
func TestOnlyWardsThatChangedAreCountedAgain(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		t.Helper()
		plant(t, d)
		ctx := t.Context()
		if err := d.Write(ctx, access.System(2, "test"), func(tx *db.Tx) error {
			if _, err := tx.Exec(ctx, `insert into wards (id, code, name, city, fold, invented, created_at) values ({ward}, 'cn', 'Cửa Nam', 'Hà Nội', 'cua nam', true, 0)`); err != nil {
				return err
			}
			return tx.Audit(ctx, db.Entry{Action: "ward.found", Object: "ward"})
		}); err != nil {
			t.Fatal(err)
		}
		city := access.SignedInAs("c1", "Bà Lan", access.City, 1, []access.Grant{{Role: access.City, Ward: 1}})
		var wards []int
		if err := d.Read(ctx, city, func(tx *db.Tx) error {
			return tx.All(ctx, func(scan func(...any) error) error {
				var id int
				err := scan(&id)
				wards = append(wards, id)
				return err
			}, `select w.id from wards w where {any: test} w.id > 0 order by w.id`)
		}); err != nil {
			t.Fatal(err)
		}
		if len(wards) < 2 {
			t.Fatalf("%d wards", len(wards))
		}
		var kept db.PerWard[string, int]
		expect := func(key string, want []int) {
			t.Helper()
			var counted []int
			var got map[int]int
			if err := d.Read(ctx, city, func(tx *db.Tx) (err error) {
				got, err = kept.Of(ctx, tx, key, func(list []int) (map[int]int, error) {
					counted = append(counted, list...)
					values := map[int]int{}
					for _, w := range list {
						values[w] = 10 * w
					}
					return values, nil
				})
				return err
			}); err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(counted, want) {
				t.Errorf("%s: counted %v, want %v", key, counted, want)
			}
			for _, w := range wards {
				if got[w] != 10*w {
					t.Errorf("%s: ward %d has %d", key, w, got[w])
				}
			}
		}
		expect("2025", wards)
		expect("2025", nil)
		expect("2026", wards)
		if _, err := submit(ctx, d, phone("a1"), "r1", "c1", false); err != nil {
			t.Fatal(err)
		}
		expect("2025", []int{1})
		expect("2025", nil)
	})
}
