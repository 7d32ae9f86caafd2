package db_test

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"testing"

	"sonha/engine/db"
	"sonha/ground/access"
)

func benchDB(b *testing.B) (*db.DB, access.Actor, string) {
	b.Helper()
	path := b.TempDir() + "/x.db"
	d, err := db.Open(b.Context(), db.Options{URL: path})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = d.Close() })
	who := access.System(1, "bench")
	if err := d.Write(b.Context(), who, func(tx *db.Tx) error {
		if _, err := tx.Exec(b.Context(), `insert into wards (id, code, name, city, fold, invented, created_at) values ({ward}, 'hk', 'Hoàn Kiếm', 'Hà Nội', 'hoan kiem', true, 0)`); err != nil {
			return err
		}
		for i := range 1000 {
			if _, err := tx.Exec(b.Context(), `insert into beats (ward_id, id, name, name_key, fold, sort_key, valid_from) values ({ward}, $1, $1, $1, $1, $2, '2025-07-01')`, fmt.Sprintf("b%04d", i), []byte{1}); err != nil {
				return err
			}
		}
		return tx.Audit(b.Context(), db.Entry{Action: "bench", Object: "bench"})
	}); err != nil {
		b.Fatal(err)
	}
	return d, who, path
}

func BenchmarkReadOne(b *testing.B) {
	d, who, _ := benchDB(b)
	ctx := context.Background()
	i := 0
	for b.Loop() {
		i++
		if err := d.Read(ctx, who, func(tx *db.Tx) error {
			var id, name, fold string
			return tx.One(ctx, `select b.id, b.name, b.fold from beats b where b.ward_id = {ward} and b.id = $1`, fmt.Sprintf("b%04d", i%1000)).Scan(&id, &name, &fold)
		}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkReadOneRaw(b *testing.B) {
	_, _, path := benchDB(b)
	pool, err := sql.Open("sqlite", "file:"+path)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = pool.Close() }()
	s, err := pool.PrepareContext(b.Context(), `select b.id, b.name, b.fold from beats b where b.ward_id = $1 and b.id = $2`)
	if err != nil {
		b.Fatal(err)
	}
	i := 0
	for b.Loop() {
		i++
		var id, name, fold string
		if err := s.QueryRowContext(context.Background(), 1, fmt.Sprintf("b%04d", i%1000)).Scan(&id, &name, &fold); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkWriteOne(b *testing.B) {
	d, who, _ := benchDB(b)
	b.RunParallel(func(pb *testing.PB) {
		i := 0
		for pb.Next() {
			i++
			if err := d.Write(context.Background(), who, func(tx *db.Tx) error {
				if _, err := tx.Exec(context.Background(), `update beats as b set name = $1 where b.ward_id = {ward} and b.id = $2`, strconv.Itoa(i), fmt.Sprintf("b%04d", i%1000)); err != nil {
					return err
				}
				return tx.Audit(context.Background(), db.Entry{Action: "bench", Object: "bench"})
			}); err != nil {
				b.Error(err)
			}
		}
	})
}
