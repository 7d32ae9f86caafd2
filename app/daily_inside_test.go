package app

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"sonha/engine/backup"
	"sonha/engine/db"
	"sonha/engine/db/dbtest"
	"sonha/ground/access"
	"sonha/ward/areas"
)

// newWard is a ward with its administrator over an empty database.
func newWard(t *testing.T, d *db.DB) (*Program, access.Actor, string) {
	t.Helper()
	data := t.TempDir()
	p, err := Wire(d, Settings{Data: data, Testing: true})
	if err != nil {
		t.Fatal(err)
	}
	w, err := p.Areas.Found(t.Context(), areas.Ward{City: "Hà Nội", Name: "Hoàn Kiếm"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Accounts.CreateFirstAdministrator(t.Context(), w.ID, "Quản trị viên"); err != nil {
		t.Fatal(err)
	}
	return p, access.System(w.ID, "test"), data
}

func count(t *testing.T, d *db.DB, who access.Actor, query string) (n int) {
	t.Helper()
	if err := d.Read(t.Context(), who, func(tx *db.Tx) error { return tx.One(t.Context(), query).Scan(&n) }); err != nil {
		t.Fatal(err)
	}
	return n
}

// A copy that fails is told to the administrator once a day, however often it is tried; the next that goes well is told of in no way.
func TestTheAdministratorHearsOfACopyThatFailed(t *testing.T) {
	t.Parallel()
	dbtest.EachAt(t, time.Date(2026, 11, 20, 19, 30, 0, 0, time.UTC), func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		p, who, data := newWard(t, d)
		broken := errors.New("no room")
		x := &daily{program: p, data: data, plan: backup.Plan{
			Local: backup.Folder(filepath.Join(t.TempDir(), "copies")), Rule: backup.Usual(), Now: d.Now,
			Write: func(_ context.Context, out io.Writer, _ time.Time) error {
				return errors.Join(broken, second(out.Write([]byte("x"))))
			},
		}}
		const messages = `select count(*) from messages m where m.ward_id = {ward} and m.key = 'app.backup_failed_local'`
		for range 3 {
			if err := x.run(t.Context(), who); !errors.Is(err, broken) {
				t.Fatalf("told %v", err)
			}
			c.Pass(5 * time.Minute)
		}
		if n := count(t, d, who, messages); n != 1 {
			t.Errorf("%d messages on the first day", n)
		}
		c.Pass(24 * time.Hour)
		_ = x.run(t.Context(), who)
		if n := count(t, d, who, messages); n != 2 {
			t.Errorf("%d messages after the second day", n)
		}
		c.Pass(5 * time.Minute)
		broken = nil
		if err := x.run(t.Context(), who); err != nil {
			t.Fatal(err)
		}
		if n := count(t, d, who, messages); n != 2 {
			t.Errorf("%d messages after it went well", n)
		}
	})
}

func second(_ int, err error) error { return err }

// What was past its time when a copy is brought back is deleted before anybody can see it, once.
func TestARestoredCopyForgetsWhatIsPastItsTime(t *testing.T) {
	t.Parallel()
	dbtest.EachAt(t, time.Date(2026, 11, 20, 2, 0, 0, 0, time.UTC), func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		p, who, data := newWard(t, d)
		err := d.Write(t.Context(), who, func(tx *db.Tx) error {
			tx.Untold("a test")
			for i, ended := range []time.Time{tx.Now.AddDate(-6, 0, 0), tx.Now.AddDate(0, -1, 0)} {
				if _, err := tx.Exec(t.Context(), `insert into consents (ward_id, id, purpose, house_id, household, account_id, text_version, text_hash, channel, given_at, given_by,
						withdrawn_at, withdrawn_by)
					values ({ward}, $1, 'messages', null, '', (select min(a.id) from accounts a where a.ward_id = {ward}), 1, '', $2, 0, '', $3, '')`,
					tx.NewID(), []string{"mail", "sms"}[i], ended.UnixMilli()); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		const consents = `select count(*) from consents c where c.ward_id = {ward}`
		if lines, err := p.expire(t.Context(), data); err != nil || len(lines) > 0 || count(t, d, who, consents) != 2 {
			t.Fatalf("of data that were not restored: %v, %v", lines, err)
		}
		if err := (place{Data: data}).mark(); err != nil {
			t.Fatal(err)
		}
		lines, err := p.expire(t.Context(), data)
		if err != nil || !slices.Contains(lines, "xóa 1 lời đồng ý đã rút quá hạn giữ") || count(t, d, who, consents) != 1 {
			t.Errorf("%v, %v", lines, err)
		}
		if _, err := os.Stat(filepath.Join(data, restoredMark)); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("the mark is left: %v", err)
		}
		c.Pass(0)
	})
}

// Every periodic work whose name says that it deletes is run on restored data; a new one that deletes must say so in its name.
func TestWhatDeletesIsKnownByItsName(t *testing.T) {
	t.Parallel()
	p, _, _ := newWard(t, dbtest.Lite(t))
	var names []string
	for _, w := range p.Queue.Works() {
		if deletes(w.Name) {
			names = append(names, w.Name)
		}
	}
	for _, want := range []string{
		"consents.retention", "households.retention", "inbox.retention", "logbook.retention", "mediations.retention", "meetings.retention", "pledges.retention",
		"proposals.purge", "receipts.retention", "sessions.retention",
	} {
		if !slices.Contains(names, want) {
			t.Errorf("%s is not run on restored data; %v are", want, names)
		}
	}
}
