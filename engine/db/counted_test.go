package db_test

import (
	"testing"

	"sonha/engine/db"
	"sonha/engine/db/dbtest"
	"sonha/ground/access"
)

// What was counted over a ward is given again until somebody there does something, to the same role only; who has a part of the ward
// gets what is in that part now.
func TestFiguresOfAWardAreCountedAgainAfterEveryWrite(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		t.Helper()
		plant(t, d)
		ctx := t.Context()
		command := access.SignedInAs("c1", "Bà Lan", access.Command, 1, []access.Grant{{Role: access.Command, Ward: 1}})
		committee := access.SignedInAs("c2", "Ông Bình", access.Committee, 1, []access.Grant{{Role: access.Committee, Ward: 1}})
		var figures db.Counted[string, string]
		times := 0
		ask := func(who access.Actor, of string) (got string) {
			t.Helper()
			if err := d.Read(ctx, who, func(tx *db.Tx) (err error) {
				got, err = figures.Of(ctx, tx, of, func() (string, error) {
					times++
					var n string
					err := tx.One(ctx, `select h.storeys from houses h where h.ward_id = {ward} and h.id = 'h1'`).Scan(&n)
					return of + n, err
				})
				return err
			}); err != nil {
				t.Fatal(err)
			}
			return got
		}
		expect := func(who access.Actor, of, want string, counted int) {
			t.Helper()
			if got := ask(who, of); got != want || times != counted {
				t.Errorf("%s: %q after %d counts, want %q after %d", of, got, times, want, counted)
			}
		}
		expect(command, "a", "a0", 1)
		expect(command, "a", "a0", 1)
		expect(command, "b", "b0", 2)
		expect(committee, "a", "a0", 3)
		if _, err := submit(ctx, d, phone("a1"), "r1", "c1", false); err != nil {
			t.Fatal(err)
		}
		expect(command, "a", "a1", 4)
		expect(command, "a", "a1", 4)
		expect(phone("a1"), "a", "a1", 5)
		expect(phone("a1"), "a", "a1", 6)
	})
}
