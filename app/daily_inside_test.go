package app

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"sonha/engine/backup"
	"sonha/engine/db"
	"sonha/engine/db/dbtest"
	"sonha/engine/queue"
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
		p, who, _ := newWard(t, d)
		broken := errors.New("no room")
		x := nightly(t, p, func(_ context.Context, out io.Writer, _ time.Time) error {
			return errors.Join(broken, second(out.Write([]byte("x"))))
		})
		for range 3 {
			if err := x.run(t.Context(), who); !errors.Is(err, broken) {
				t.Fatalf("told %v", err)
			}
			c.Pass(5 * time.Minute)
		}
		if n := count(t, d, who, failures); n != 1 {
			t.Errorf("%d messages on the first day", n)
		}
		c.Pass(24 * time.Hour)
		_ = x.run(t.Context(), who)
		if n := count(t, d, who, failures); n != 2 {
			t.Errorf("%d messages after the second day", n)
		}
		c.Pass(5 * time.Minute)
		broken = nil
		if err := x.run(t.Context(), who); err != nil {
			t.Fatal(err)
		}
		if n := count(t, d, who, failures); n != 2 {
			t.Errorf("%d messages after it went well", n)
		}
	})
}

func second(_ int, err error) error { return err }

// failures counts what the administrators were told of copies that failed.
const failures = `select count(*) from messages m where m.ward_id = {ward} and m.key = 'app.backup_failed_local'`

// nightly is the copy of every night into a folder of the test's.
func nightly(t *testing.T, p *Program, write func(context.Context, io.Writer, time.Time) error) *daily {
	t.Helper()
	return &daily{program: p, plan: backup.Plan{
		Local: backup.Folder(filepath.Join(t.TempDir(), "copies")), Rule: backup.Usual(), Now: p.DB.Now, Due: due(queue.Daily(2, 30)), Write: write,
	}}
}

// Wards whose turn comes while a copy fails for long hear of it; none repeats it at once.
func TestALongFailureIsNotRepeatedByTheNextWard(t *testing.T) {
	t.Parallel()
	d, c := dbtest.LiteAt(t, time.Date(2026, 11, 20, 19, 30, 0, 0, time.UTC))
	p, who, _ := newWard(t, d)
	tries := 0
	x := nightly(t, p, func(context.Context, io.Writer, time.Time) error {
		tries++
		c.Pass(3 * time.Hour)
		return errors.New("no room")
	})
	for range 3 {
		if err := x.run(t.Context(), who); err == nil {
			t.Fatal("a copy that failed is taken for made")
		}
	}
	if n := count(t, d, who, failures); tries != 1 || n != 1 {
		t.Errorf("%d tries, %d messages", tries, n)
	}
	c.Pass(soon)
	if _ = x.run(t.Context(), who); tries != 2 {
		t.Errorf("%d tries a little later", tries)
	}
}

// A copy that took longer than it may has failed, and is told of; one that was broken off because the program stops has not.
func TestACopyThatTookTooLongIsToldOf(t *testing.T) {
	t.Parallel()
	d, _ := dbtest.LiteAt(t, time.Date(2026, 11, 20, 19, 30, 0, 0, time.UTC))
	p, who, _ := newWard(t, d)
	stopped, stop := context.WithCancel(t.Context())
	stop()
	late, end := context.WithDeadline(t.Context(), time.Unix(0, 0))
	defer end()
	for _, want := range []struct {
		ctx  context.Context
		err  error
		told int
	}{{stopped, context.Canceled, 0}, {late, context.DeadlineExceeded, 1}} {
		x := nightly(t, p, func(ctx context.Context, _ io.Writer, _ time.Time) error { return ctx.Err() })
		if err := x.run(want.ctx, who); !errors.Is(err, want.err) {
			t.Errorf("told %v, want %v", err, want.err)
		}
		if n := count(t, d, who, failures); n != want.told {
			t.Errorf("%v: %d messages", want.err, n)
		}
	}
}

// What older work left in the data folder goes when its time is over, whether or not the server copies itself anywhere.
func TestCopiesFromBeforeAnUpgradeGo(t *testing.T) {
	t.Parallel()
	d, c := dbtest.LiteAt(t, time.Date(2026, 11, 20, 19, 30, 0, 0, time.UTC))
	p, who, data := newWard(t, d)
	there := func() (left []string) {
		t.Helper()
		for _, name := range []string{upgradeFolder + "/truoc-nang-cap-a.db", upgradeFolder + "/truoc-nang-cap-b.db", ".backup-1"} {
			if _, err := os.Stat(filepath.Join(data, name)); err == nil {
				left = append(left, name)
			}
		}
		return left
	}
	for name, days := range map[string]int{upgradeFolder + "/truoc-nang-cap-a.db": 31, upgradeFolder + "/truoc-nang-cap-b.db": 29, ".backup-1/photos": 2} {
		file := filepath.Join(data, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		old := c.Now().AddDate(0, 0, -days)
		if err := errors.Join(os.Chtimes(file, old, old), os.Chtimes(filepath.Dir(file), old, old)); err != nil {
			t.Fatal(err)
		}
	}
	for _, dry := range []bool{true, false} {
		if left := there(); len(left) != 3 {
			t.Fatalf("left: %v", left)
		}
		lines, err := p.Queue.Run(t.Context(), who, "copies.retention", dry)
		if err != nil || !slices.Equal(lines, []string{"xóa 1 bản sao trước nâng cấp quá 30 ngày, 1 bản sao lưu dở dang"}) {
			t.Errorf("%v, %v", lines, err)
		}
	}
	if left := there(); !slices.Equal(left, []string{upgradeFolder + "/truoc-nang-cap-b.db"}) {
		t.Errorf("left: %v", left)
	}
}

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

// What deletes is run on restored data; what is called so deletes (TestOnlyWhatSaysSoDeletes looks at what the others do).
func TestWhatDeletesSaysSo(t *testing.T) {
	t.Parallel()
	p, _, _ := newWard(t, dbtest.Lite(t))
	var names []string
	for _, w := range p.Queue.Works() {
		if w.Forgets {
			names = append(names, w.Name)
		} else if strings.HasSuffix(w.Name, ".retention") || strings.HasSuffix(w.Name, ".purge") {
			t.Errorf("%s does not say that it deletes", w.Name)
		}
	}
	for _, want := range []string{
		"consents.retention", "copies.retention", "households.retention", "inbox.retention", "logbook.retention", "mediations.retention", "meetings.retention", "pledges.retention",
		"proposals.purge", "receipts.retention", "replies.retention", "requests.retention", "breaches.retention", "sessions.retention", "trainings.retention",
	} {
		if !slices.Contains(names, want) {
			t.Errorf("%s is not run on restored data; %v are", want, names)
		}
	}
}
