// Package backup writes all that a ward has into one file, and reads it back.
//
// The file is a tar archive, compressed with zstd, encrypted with age (age-encryption.org) for one or several keys
// whose other half lies elsewhere: who takes the server or the copy alone reads nothing. It holds
//
//	manifest.json   when, of what, how many rows in each table
//	database        the database of one moment: a SQLite file, or a custom dump of PostgreSQL
//	files/…         photos and uploads
//	sums.json       SHA-256 and size of every member before it; a copy without it is not whole
//
// It knows no feature. Encryption is authenticated, so that a changed or shortened file is refused while it is read.
package backup

import (
	"archive/tar"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"filippo.io/age"
	"github.com/klauspost/compress/zstd"

	"sonha/engine/db"
)

// format is the number of the layout above.
const format = 1

// Manifest says what a copy holds.
type Manifest struct {
	Format   int       `json:"format"`
	Made     time.Time `json:"made"`
	Program  string    `json:"program"`
	Database string    `json:"database"` // "sqlite" or "postgres"
	Census   db.Census `json:"census"`
}

// Sum is what is known of a member.
type Sum struct {
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
}

// Source is what is copied.
type Source struct {
	Address string // of the database
	Folder  string // of the files; the database's own files in it are left out
	Apart   string // a folder in it that is left out: copies of the database from before upgrades
	Program string // version of the program
	Made    time.Time
}

// Progress is told bytes done and bytes to do, 0 while unknown.
type Progress func(done, total int64)

const (
	manifestName = "manifest.json"
	databaseName = "database"
	filesPrefix  = "files/"
	sumsName     = "sums.json"
)

// Write copies the source to out for the recipients. It needs as much room beside the files as the database has.
func Write(ctx context.Context, out io.Writer, s Source, to []age.Recipient, progress Progress) (m Manifest, files int, err error) {
	if progress == nil {
		progress = func(int64, int64) {}
	}
	dir, err := os.MkdirTemp(s.Folder, scratch+"*")
	if err != nil {
		return m, 0, fmt.Errorf("make room for the copy: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	snapshot := filepath.Join(dir, databaseName)
	m = Manifest{Format: format, Made: s.Made, Program: s.Program, Database: kind(s.Address)}
	// Half of the work is the snapshot, half the packing of it.
	if m.Census, err = db.Snapshot(ctx, s.Address, snapshot, func(done, total int64) { progress(done/2, total) }); err != nil {
		return m, 0, err
	}
	sealed, err := age.Encrypt(out, to...)
	if err != nil {
		return m, 0, fmt.Errorf("encrypt: %w", err)
	}
	packed, err := zstd.NewWriter(sealed, zstd.WithEncoderConcurrency(1))
	if err != nil {
		return m, 0, fmt.Errorf("compress: %w", err)
	}
	w := &writer{ctx: ctx, tar: tar.NewWriter(packed), sums: map[string]Sum{}, at: s.Made, progress: progress}
	if files, err = w.all(m, snapshot, s); err != nil {
		return m, 0, errors.Join(err, packed.Close())
	}
	return m, files, errors.Join(w.tar.Close(), packed.Close(), sealed.Close())
}

func kind(address string) string {
	if db.IsPostgres(address) {
		return "postgres"
	}
	return "sqlite"
}

// scratch begins the names of folders that hold unfinished copies.
const scratch = ".backup-"

type writer struct {
	ctx      context.Context //nolint:containedctx // of the one copy that is written
	tar      *tar.Writer
	sums     map[string]Sum
	at       time.Time
	progress Progress
}

func (w *writer) all(m Manifest, snapshot string, s Source) (files int, err error) {
	if err := w.json(manifestName, m); err != nil {
		return 0, err
	}
	info, err := os.Stat(snapshot)
	if err != nil {
		return 0, err
	}
	if err := w.file(databaseName, snapshot, func(n int64) { w.progress((info.Size()+n)/2, info.Size()) }); err != nil {
		return 0, err
	}
	if files, err = w.folder(s); err != nil {
		return files, err
	}
	return files, w.json(sumsName, w.sums)
}

// folder writes what lies in the folder of the files.
func (w *writer) folder(s Source) (files int, err error) {
	own, err := filepath.Abs(s.Address)
	if err != nil || db.IsPostgres(s.Address) {
		own = ""
	}
	err = filepath.WalkDir(s.Folder, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		inside, err := filepath.Rel(s.Folder, name)
		if err != nil {
			return err
		}
		if d.IsDir() {
			if strings.HasPrefix(d.Name(), scratch) || s.Apart != "" && inside == s.Apart {
				return filepath.SkipDir
			}
			return nil
		}
		full, err := filepath.Abs(name)
		if err != nil {
			return err
		}
		if !d.Type().IsRegular() || own != "" && (full == own || full == own+"-wal" || full == own+"-shm") || strings.HasSuffix(name, Ending) {
			return nil
		}
		err = w.file(filesPrefix+filepath.ToSlash(inside), name, func(int64) {})
		if errors.Is(err, fs.ErrNotExist) {
			return nil // taken away since the folder was read
		}
		files++
		return err
	})
	return files, err
}

func (w *writer) json(name string, v any) error {
	body, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	return w.member(name, int64(len(body)), strings.NewReader(string(body)), func(int64) {})
}

func (w *writer) file(name, from string, progress func(int64)) (err error) {
	f, err := os.Open(from)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	return w.member(name, info.Size(), f, progress)
}

func (w *writer) member(name string, size int64, body io.Reader, progress func(int64)) error {
	if err := w.tar.WriteHeader(&tar.Header{Name: name, Size: size, Mode: 0o600, ModTime: w.at, Format: tar.FormatPAX}); err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	sum := sha256.New()
	n, err := io.Copy(io.MultiWriter(w.tar, sum), &steady{w.ctx, io.LimitReader(body, size), progress, 0})
	if err == nil && n < size {
		err = io.ErrUnexpectedEOF // it became shorter while it was read
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	w.sums[name] = Sum{Bytes: n, SHA256: hex.EncodeToString(sum.Sum(nil))}
	return nil
}

// steady reads until the work is no longer wanted, and tells how far it is.
type steady struct {
	ctx      context.Context //nolint:containedctx // of the one copy that is read or written
	from     io.Reader
	progress func(int64)
	done     int64
}

// Read reads on.
func (s *steady) Read(p []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := s.from.Read(p)
	s.done += int64(n)
	s.progress(s.done)
	return n, err
}

// safe reports whether a member may be unpacked: below the folder, and nothing but a plain file.
func safe(h *tar.Header) bool {
	name := h.Name
	return h.Typeflag == tar.TypeReg && !strings.Contains(name, `\`) && path.Clean(name) == name && filepath.IsLocal(filepath.FromSlash(name)) &&
		(name == manifestName || name == databaseName || name == sumsName || strings.HasPrefix(name, filesPrefix))
}
