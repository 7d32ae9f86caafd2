package db_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"sonha/engine/db"
	"sonha/engine/db/dbtest"
	"sonha/ground/access"
	"sonha/ground/fault"
)

// plant makes ward 1 with two streets' worth of houses: group g1 and g2, beat b1 and b2.
func plant(t *testing.T, d *db.DB) access.Actor {
	t.Helper()
	who := access.System(1, "test")
	err := d.Write(t.Context(), who, func(tx *db.Tx) error {
		ctx := t.Context()
		steps := []string{
			`insert into wards (id, code, name, city, fold, invented, created_at) values ({ward}, 'hk', 'Hoàn Kiếm', 'Hà Nội', 'hoan kiem', true, 0)`,
			`insert into streets (ward_id, id, name, name_key, fold, former, sort_key) values ({ward}, 's1', 'Hàng Bạc', 'hang bac', 'hang bac', '', $1)`,
		}
		if _, err := tx.Exec(ctx, steps[0]); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, steps[1], []byte{1}); err != nil {
			return err
		}
		for _, x := range []string{"1", "2"} {
			if _, err := tx.Exec(ctx, `insert into areas (ward_id, id, parent_id, kind, name, name_key, fold, sort_key, valid_from)
				values ({ward}, $1, null, 'group', $1, $1, $1, $2, '2025-07-01')`, "g"+x, []byte(x)); err != nil {
				return err
			}
			if _, err := tx.Exec(ctx, `insert into beats (ward_id, id, name, name_key, fold, sort_key, valid_from)
				values ({ward}, $1, $1, $1, $1, $2, '2025-07-01')`, "b"+x, []byte(x)); err != nil {
				return err
			}
		}
		for i, h := range []string{"h1", "h2", "h3"} {
			if _, err := tx.Exec(ctx, `insert into houses (ward_id, id, street_id, group_id, beat_id, number, number_key, main, alley, sort_key, fold, kind, storeys,
				households, rented, head_name, head_phone, former_ward, note, status, opened_on, version, created_at, updated_at)
				values ({ward}, $1, 's1', $2, $3, $1, $1, $4, '', $5, $1, '', 0, 3, 0, '', '', '', '', 'active', '', 1, 0, 0)`,
				h, fmt.Sprintf("g%d", 1+i/2), fmt.Sprintf("b%d", 1+i%2), i, []byte{byte(i)}); err != nil {
				return err
			}
		}
		return tx.Audit(ctx, db.Entry{Action: "test.plant", Object: "ward"})
	})
	if err != nil {
		t.Fatal(err)
	}
	return who
}

func seen(t *testing.T, d *db.DB, who access.Actor, query string) string {
	t.Helper()
	var ids []string
	err := d.Read(t.Context(), who, func(tx *db.Tx) error {
		return tx.All(t.Context(), func(scan func(...any) error) error {
			var id string
			if err := scan(&id); err != nil {
				return err
			}
			ids = append(ids, id)
			return nil
		}, query)
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(ids, " ")
}

func TestReachLimitsRows(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		t.Helper()
		plant(t, d)
		as := func(role access.Role, ward int, ids ...string) access.Actor {
			var grants []access.Grant
			for _, id := range ids {
				grants = append(grants, access.Grant{Role: role, Ward: ward, ID: id})
			}
			if len(ids) == 0 {
				grants = []access.Grant{{Role: role, Ward: ward}}
			}
			return access.SignedInAs("a", "A", role, ward, grants)
		}
		const rows = `select h.id from houses h where {scope h} order by h.sort_key`
		const figures = `select cast(count(*) as text) from houses h where {figures h}`
		cases := []struct {
			name          string
			who           access.Actor
			rows, figures string
		}{
			{"nobody", access.Actor{}, "", "0"},
			{"head of h2", as(access.Head, 1, "h2"), "h2", "1"},
			{"head of two houses", as(access.Head, 1, "h2", "h3"), "h2 h3", "2"},
			{"head of a house of another ward", as(access.Head, 2, "h2"), "", "0"},
			{"officer of b1", as(access.Officer, 1, "b1"), "h1 h3", "2"},
			{"lead of g1", as(access.GroupLead, 1, "g1"), "h1 h2", "2"},
			{"officer without a beat", as(access.Officer, 1), "", "0"},
			{"command", as(access.Command, 1), "h1 h2 h3", "3"},
			{"command of another ward", as(access.Command, 2), "", "0"},
			{"committee counts but opens nothing", as(access.Committee, 1), "", "3"},
			{"city", as(access.City, 0), "", "0"},
			{"administrator", as(access.Administrator, 1), "", "0"},
		}
		for _, c := range cases {
			if got := seen(t, d, c.who, rows); got != c.rows {
				t.Errorf("%s sees %q, want %q", c.name, got, c.rows)
			}
			if got := seen(t, d, c.who, figures); got != c.figures {
				t.Errorf("%s counts %s, want %s", c.name, got, c.figures)
			}
		}
	})
}

func TestStatementWithoutReachIsRefused(t *testing.T) {
	t.Parallel()
	d := dbtest.Lite(t)
	for _, query := range []string{
		`select id from houses`,
		`select id from houses where {any:}`,
		`select h.id from houses h where {figures h}`,
	} {
		err := d.Read(t.Context(), access.System(1, "test"), func(tx *db.Tx) error {
			var id string
			return tx.One(t.Context(), query).Scan(&id)
		})
		if err == nil || fault.Is(err, fault.Missing) {
			t.Errorf("%s: accepted (%v)", query, err)
		}
	}
}

func TestPlaceholdersKeepTheirNumbers(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		t.Helper()
		err := d.Read(t.Context(), access.System(7, "test"), func(tx *db.Tx) error {
			var a, b, c string
			var ward int
			if err := tx.One(t.Context(), `select cast($2 as text), cast($1 as text), cast($2 as text), cast({ward} as integer)`, "one", "two").Scan(&a, &b, &c, &ward); err != nil {
				return err
			}
			if a != "two" || b != "one" || c != "two" || ward != 7 {
				t.Errorf("got %s %s %s %d", a, b, c, ward)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestWriteWithoutAuditLineIsRolledBack(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		t.Helper()
		who := plant(t, d)
		err := d.Write(t.Context(), who, func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), `update houses as h set note = 'x' where {scope h}`)
			return err
		})
		if err == nil || !strings.Contains(err.Error(), "audit") {
			t.Fatalf("silent write accepted: %v", err)
		}
		if got := seen(t, d, who, `select h.id from houses h where {scope h} and h.note = 'x'`); got != "" {
			t.Errorf("silent write stayed: %s", got)
		}
	})
}

func TestOneFailingUnitDoesNotHarmItsNeighbours(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		t.Helper()
		who := plant(t, d)
		broken := errors.New("broken")
		var wg sync.WaitGroup
		errs := make([]error, 40)
		for i := range errs {
			wg.Go(func() {
				errs[i] = d.Write(context.Background(), who, func(tx *db.Tx) error {
					if _, err := tx.Exec(context.Background(), `insert into beats (ward_id, id, name, name_key, fold, sort_key, valid_from)
						values ({ward}, $1, $1, $1, $1, $2, '2025-07-01')`, fmt.Sprintf("n%02d", i), []byte{1}); err != nil {
						return err
					}
					if i%4 == 0 {
						return broken
					}
					if i%4 == 1 {
						panic("a defect")
					}
					return tx.Audit(context.Background(), db.Entry{Action: "test", Object: "beat"})
				})
			})
		}
		wg.Wait()
		want := 0
		for i, err := range errs {
			if good := i%4 > 1; good != (err == nil) {
				t.Errorf("unit %d: %v", i, err)
			} else if good {
				want++
			}
		}
		got := strings.Fields(seen(t, d, who, `select b.id from beats b where b.ward_id = {ward} and b.id like 'n%'`))
		if len(got) != want {
			t.Errorf("%d rows stayed, want %d", len(got), want)
		}
	})
}

func TestConflictsAreTold(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		t.Helper()
		who := plant(t, d)
		err := d.Write(t.Context(), who, func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), `insert into streets (ward_id, id, name, name_key, fold, former, sort_key) values ({ward}, 's2', 'x', 'hang bac', '', '', $1)`, []byte{1})
			return err
		})
		if !fault.Is(err, fault.Clash) {
			t.Errorf("a second street of one name: %v", err)
		}
		err = d.Write(t.Context(), who, func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), `update houses as h set beat_id = 'nowhere' where {scope h}`)
			return err
		})
		if !fault.Is(err, fault.Clash) {
			t.Errorf("a beat that does not exist: %v", err)
		}
	})
}
