package app

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"sonha/engine/db"
	"sonha/engine/db/dbtest"
)

// Where the trail stood is kept each night, beside the data and beside the copies, in the form that the check of the trail reads.
func TestWhereTheTrailStoodIsKeptEachNight(t *testing.T) {
	t.Parallel()
	dbtest.EachAt(t, time.Date(2026, 11, 20, 19, 30, 0, 0, time.UTC), func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		p, who, data := newWard(t, d)
		copies := t.TempDir()
		work := p.keepHeads(data, copies)
		if err := work(t.Context(), who); err != nil { // the ward is of today: yesterday has nothing
			t.Fatal(err)
		}
		for range 2 { // a second time in the same night adds nothing
			c.Pass(12 * time.Hour)
			if err := work(t.Context(), who); err != nil {
				t.Fatal(err)
			}
		}
		for _, folder := range []string{data, copies} {
			body, err := os.ReadFile(filepath.Join(folder, headsFolder, "ward-1-2026-11.json"))
			if err != nil {
				t.Fatal(err)
			}
			var heads []db.Head
			if err := json.Unmarshal(body, &heads); err != nil || len(heads) != 1 {
				t.Fatalf("%d heads (%v): %s", len(heads), err, body)
			}
			found, err := verifyAll(t.Context(), p, "", heads, func(int, int) {})
			if err != nil || len(found) == 0 {
				t.Fatalf("%v, %v", found, err)
			}
			for _, f := range found {
				if f.Break != nil {
					t.Errorf("the kept head does not fit: %+v", f.Break)
				}
			}
			heads[0].Hash = heads[0].Hash[:2] + "00" + heads[0].Hash[4:]
			found, err = verifyAll(t.Context(), p, "", heads, func(int, int) {})
			if err != nil {
				t.Fatal(err)
			}
			broken := false
			for _, f := range found {
				broken = broken || f.Break != nil
			}
			if !broken {
				t.Error("another head fits as well")
			}
		}
	})
}
