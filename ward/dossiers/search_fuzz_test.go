package dossiers_test

import (
	"path/filepath"
	"testing"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ward/criteria"
	"sonha/ward/dossiers"
)

// Whatever is typed into the search is looked for; nothing in it is an error or a word of the database.
func FuzzSearch(f *testing.F) {
	d, err := db.Open(f.Context(), db.Options{URL: filepath.Join(f.TempDir(), "x.db")})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { _ = d.Close() })
	s := dossiers.NewStore(d, criteria.NewSets())
	who := access.System(1, "test")
	if err := d.Write(f.Context(), who, func(tx *db.Tx) error {
		tx.Untold("a test")
		_, err := tx.Exec(f.Context(), `insert into wards (id, code, name, city, fold, invented, created_at) values ({ward}, 'hk', 'Hoàn Kiếm', 'Hà Nội', 'hoan kiem', true, 0)`)
		return err
	}); err != nil {
		f.Fatal(err)
	}
	for _, text := range []string{"36A Hàng Bạc", "12/5/7", "phuong hang bong", `" or 1=1 --`, "a* NEAR b", "%_\\", "0912 345 678", "\x00\xff", "ngách 12", "(((((", `"`, "hàng OR đào AND"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if _, err := s.Search(t.Context(), who, text); err != nil {
			t.Fatalf("%q: %v", text, err)
		}
	})
}
