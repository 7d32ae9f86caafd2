package db

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"sonha/ground/fault"
)

// KeepUpgrades is how long a copy from before an upgrade is kept: long enough to notice that the new program is wrong, and not
// longer, because what people asked to delete is still in it.
const KeepUpgrades = 30 * 24 * time.Hour

// upgradeStart begins the names of copies from before an upgrade.
const upgradeStart = "truoc-nang-cap-"

// copyBefore copies the database before its schema changes and gives the file: of SQLite a database that opens as it is, of
// PostgreSQL a dump for pg_restore. fault.Closed when no copy can be made; the database is as it was then.
func (o Options) copyBefore(ctx context.Context, from, to int64) (file string, err error) {
	if o.Copies != "" && !o.Uncopied {
		if file, err = o.copyTo(ctx, from); err != nil {
			return "", &fault.Error{Kind: fault.Closed, Key: "fault.upgrade_no_copy", Err: err}
		}
	}
	if o.Upgrading != nil {
		o.Upgrading(from, to, file)
	}
	return file, nil
}

// copyTo writes the copy under another name first: what lies under its own name is whole.
func (o Options) copyTo(ctx context.Context, from int64) (string, error) {
	if err := os.MkdirAll(o.Copies, 0o700); err != nil {
		return "", fmt.Errorf("make room for the copy: %w", err)
	}
	ending := ".db"
	if IsPostgres(o.URL) {
		ending = ".pgdump"
	}
	now := time.Now
	if o.Clock != nil {
		now = o.Clock
	}
	file := filepath.Join(o.Copies, fmt.Sprintf("%s%s-%04d%s", upgradeStart, now().UTC().Format("20060102T150405.000Z"), from, ending))
	part := file + ".part"
	_, err := Snapshot(ctx, o.URL, part, nil)
	if err == nil {
		err = flush(part)
	}
	if err == nil {
		err = os.Rename(part, file)
	}
	if err != nil {
		if gone := os.Remove(part); gone != nil && !errors.Is(gone, fs.ErrNotExist) {
			err = errors.Join(err, gone)
		}
		return "", err
	}
	return file, nil
}

// flush brings a file that another wrote to the disk, for its owner's eyes only.
func flush(name string) (err error) {
	if err := os.Chmod(name, 0o600); err != nil {
		return err
	}
	f, err := os.OpenFile(name, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return f.Sync()
}

// ForgetUpgrades deletes copies from before upgrades that are older than KeepUpgrades, and what is left of copies that were
// broken off, and gives the number; a dry run only counts. A folder that is not there is empty.
func ForgetUpgrades(folder string, now time.Time, dry bool) (gone int, err error) {
	entries, err := os.ReadDir(folder)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	for _, e := range entries {
		info, err := e.Info()
		if err != nil || !e.Type().IsRegular() || !strings.HasPrefix(e.Name(), upgradeStart) || now.Sub(info.ModTime()) < KeepUpgrades {
			continue
		}
		if !dry {
			if err := os.Remove(filepath.Join(folder, e.Name())); err != nil {
				return gone, err
			}
		}
		gone++
	}
	return gone, nil
}
