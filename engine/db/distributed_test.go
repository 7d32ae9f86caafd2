package db_test

import (
	"database/sql"
	_ "embed"
	"slices"
	"strings"
	"testing"

	"sonha/engine/db"
	"sonha/engine/db/dbtest"
)

//go:embed testdata/distributed.sql
var distributed string

func findings(t *testing.T, pool *sql.DB) []string {
	t.Helper()
	rows, err := pool.QueryContext(t.Context(), distributed)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	var out []string
	for rows.Next() {
		var rule, table, what string
		if err := rows.Scan(&rule, &table, &what); err != nil {
			t.Fatal(err)
		}
		out = append(out, rule+": "+table+" "+what)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

// The schema must one day run on a PostgreSQL that is spread over many machines by ward.
func TestSchemaIsReadyToBeDistributed(t *testing.T) {
	t.Parallel()
	address := dbtest.Postgres(t)
	d, err := db.Open(t.Context(), db.Options{URL: address})
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	pool, err := sql.Open("pgx", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = pool.Close() })
	for _, f := range findings(t, pool) {
		t.Error(f)
	}

	// The check itself must be able to fail.
	for _, q := range []string{
		`create table bad_plain (id text primary key)`,
		`create table bad_ward (ward_id bigint, id serial, code text unique, parent text)`,
		`comment on table bad_ward is 'dist:ward'`,
		`create table bad_child (ward_id integer not null, id text, street text, area text, primary key (id, ward_id))`,
		`comment on table bad_child is 'dist:ward'`,
		`create unique index bad_child_street on bad_child (street)`,
		`create function bad_function() returns trigger language plpgsql as 'begin return new; end'`,
		`create trigger bad_trigger before insert on bad_child for each row execute function bad_function()`,
	} {
		if _, err := pool.ExecContext(t.Context(), q); err != nil {
			t.Fatalf("%s: %v", q, err)
		}
	}
	got := findings(t, pool)
	for _, want := range []string{
		"no class: bad_plain", "ward_id is not integer not null: bad_ward", "no primary key: bad_ward", "unique without ward_id: bad_ward", "sequence or identity: bad_ward",
		"unique without ward_id: bad_child", "primary key does not begin with ward_id: bad_child", "trigger: bad_child",
	} {
		if !slices.ContainsFunc(got, func(f string) bool { return strings.HasPrefix(f, want) }) {
			t.Errorf("not flagged: %s (got %v)", want, got)
		}
	}
}
