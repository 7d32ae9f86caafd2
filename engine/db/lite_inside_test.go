package db

import (
	"database/sql"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"sonha/ground/access"
)

type (
	word8 string
	tiny  int8
)

// fresh is a connection to a database of its own.
func fresh(t *testing.T) *prepared {
	t.Helper()
	p, err := connect(sqliteDSN(t.TempDir()+"/x.db", false))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.close)
	return p
}

// What SQLite answers is read past database/sql, by its rules: the same value for every place, and an error where it has one.
func TestValuesAreReadAsDatabaseSQLReadsThem(t *testing.T) {
	t.Parallel()
	address := sqliteDSN(t.TempDir()+"/x.db", false)
	pool, err := sql.Open("sqlite", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = pool.Close() })
	p, err := connect(address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.close)
	places := []func() any{
		func() any { return new(string) }, func() any { return new(word8) }, func() any { return new(int) }, func() any { return new(int64) },
		func() any { return new(tiny) }, func() any { return new(bool) }, func() any { return new(float64) }, func() any { return new([]byte) },
		func() any { return new(any) }, func() any { return new(sql.NullString) }, func() any { return new(sql.Null[int64]) },
	}
	for _, value := range []string{"null", "0", "1", "2", "-7", "300", "9007199254740993", "2.5", "''", "'Số 36'", "'12'", "'true'", "x'00ff'", "x''", "1 = 1"} {
		for _, place := range places {
			query := "select " + value
			want, got := place(), place()
			wantErr := pool.QueryRowContext(t.Context(), query).Scan(want)
			found, err := p.QueryContext(t.Context(), query)
			if err != nil {
				t.Fatal(err)
			}
			if !found.Next() {
				t.Fatalf("%s: no row", query)
			}
			gotErr := found.Scan(got)
			if found.Next() || found.Err() != nil || found.Close() != nil {
				t.Errorf("%s: more than a row, or %v", query, found.Err())
			}
			if (wantErr == nil) != (gotErr == nil) {
				t.Errorf("%s into %T: %v, database/sql says %v", query, got, gotErr, wantErr)
			}
			if wantErr == nil && !reflect.DeepEqual(got, want) {
				t.Errorf("%s into %T: %v, database/sql reads %v", query, got, reflect.ValueOf(got).Elem(), reflect.ValueOf(want).Elem())
			}
		}
	}
}

// A statement can be run again after its rows were left before their end, and an error among them is told.
func TestRowsThatAreLeft(t *testing.T) {
	t.Parallel()
	p := fresh(t)
	const numbers = "with recursive n(i) as (select 1 union all select i + 1 from n where i < $1) select i from n"
	for _, most := range []int{5, 3} {
		found, err := p.QueryContext(t.Context(), numbers, most)
		if err != nil {
			t.Fatal(err)
		}
		var i int
		if !found.Next() || found.Scan(&i) != nil || i != 1 {
			t.Errorf("the first of %d is %d", most, i)
		}
		if err := found.Close(); err != nil || found.Next() {
			t.Errorf("rows after the end, or %v", err)
		}
	}
	found, err := p.QueryContext(t.Context(), "select abs(column1) from (values (1), (-9223372036854775808))")
	if err != nil {
		t.Fatal(err)
	}
	told := []string{}
	for found.Next() {
		told = append(told, fmt.Sprint(found.Scan(new(int))))
	}
	if len(told) != 1 || found.Err() == nil {
		t.Errorf("%v, then %v: the second has no absolute value", told, found.Err())
	}
}

// Every parameter gets the argument of its number, in whatever order and however often the numbers stand.
func TestNumberedParameters(t *testing.T) {
	t.Parallel()
	p := fresh(t)
	args := []any{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"}
	for query, want := range map[string]string{
		"select $1 || $2":                           "ab",
		"select $2||$1||$2":                         "bab",
		"select $12 || $1 || '2'":                   "la2",
		"select '$1' || $3 || '?' -- $4":            "$1c?",
		"select $1 || (select $2 /* $9 */ limit 1)": "ab",
		"select ? || ?":                             "ab",
	} {
		for range 2 { // the second time it is prepared already
			found, err := p.QueryContext(t.Context(), query, args...)
			if err != nil {
				t.Errorf("%s: %v", query, err)
				continue
			}
			var got string
			if !found.Next() || found.Scan(&got) != nil || got != want {
				t.Errorf("%s gives %q, want %q", query, got, want)
			}
			if err := found.Close(); err != nil {
				t.Error(err)
			}
		}
	}
	if _, err := p.ExecContext(t.Context(), "select $1 || $2", "a"); err == nil {
		t.Error("a parameter without an argument is no error")
	}
	if _, err := p.ExecContext(t.Context(), "select $0", "a"); err == nil {
		t.Error("an argument before the first is no error")
	}
}

// The lines of a house are looked up, and not looked for among those of its ward.
func TestLinesOfAHouseAreFoundByAnIndex(t *testing.T) {
	t.Parallel()
	d := lite(t)
	for index, query := range map[string]string{
		"audit_house": `select e.id from audit e where e.ward_id = {ward} and e.house_id <> '' and e.action <> 'assessment.answer' and e.house_id = $1 order by e.id`,
		"audit_answers": `with recursive ` + Shelves + ` select e.id from shelf cross join audit e
			where e.ward_id = {ward} and e.action = 'assessment.answer' and e.seq / 1024 = shelf.n and e.house_id = $1 order by e.id`,
	} {
		if err := d.Read(t.Context(), access.System(1, "test"), func(tx *Tx) error {
			p, args, err := tx.expand(query, []any{"a house"})
			if err != nil {
				return err
			}
			rows, err := tx.run.QueryContext(t.Context(), "explain query plan "+p.text, args...)
			if err != nil {
				return err
			}
			defer func() { _ = rows.Close() }()
			var plan []string
			for rows.Next() {
				var id, parent, unused int
				var step string
				if err := rows.Scan(&id, &parent, &unused, &step); err != nil {
					return err
				}
				plan = append(plan, step)
			}
			if text := strings.Join(plan, "\n"); !strings.Contains(text, "USING INDEX "+index+" (") || strings.Contains(text, "SCAN e") {
				t.Errorf("%s is not used:\n%s", index, text)
			}
			return rows.Err()
		}); err != nil {
			t.Fatal(err)
		}
	}
}
