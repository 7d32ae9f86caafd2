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
	"maps"
	"os"
	"path/filepath"
	"slices"

	"filippo.io/age"
	"github.com/klauspost/compress/zstd"

	"sonha/engine/db"
	"sonha/ground/fault"
)

// Unpacked is a copy that was read whole and found as it was written.
type Unpacked struct {
	Manifest Manifest
	Database string // the file of the database, or of its dump
	Files    string // the folder of the files
	Count    int    // of files
}

// Read unpacks a copy into an empty folder. fault.Wrong when it is not a copy, is damaged or not whole, or is for other
// keys.
func Read(ctx context.Context, in io.Reader, size int64, keys []age.Identity, dir string, progress Progress) (Unpacked, error) {
	if progress == nil {
		progress = func(int64, int64) {}
	}
	u := Unpacked{Database: filepath.Join(dir, databaseName), Files: filepath.Join(dir, "files")}
	if err := os.MkdirAll(u.Files, 0o700); err != nil {
		return u, fmt.Errorf("make room to unpack: %w", err)
	}
	opened, err := age.Decrypt(&steady{ctx, in, func(n int64) { progress(n, size) }, 0}, keys...)
	if err != nil {
		if _, other := errors.AsType[*age.NoIdentityMatchError](err); other {
			return u, &fault.Error{Kind: fault.Wrong, Key: "backup.other_key", Err: err}
		}
		return u, broken(ctx, err)
	}
	unpacked, err := zstd.NewReader(opened, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(256<<20))
	if err != nil {
		return u, broken(ctx, err)
	}
	defer unpacked.Close()
	stated, err := u.members(tar.NewReader(unpacked), dir)
	if err != nil {
		return u, broken(ctx, err)
	}
	// To the very end: the last block of the encryption says that nothing is missing.
	if _, err := io.Copy(io.Discard, unpacked); err != nil {
		return u, broken(ctx, err)
	}
	if _, err := io.Copy(io.Discard, opened); err != nil {
		return u, broken(ctx, err)
	}
	if stated == nil || u.Manifest.Format == 0 {
		return u, broken(ctx, errors.New("backup: no manifest or no sums"))
	}
	return u, nil
}

// members unpacks every member and compares them with the sums that the last one states.
func (u *Unpacked) members(in *tar.Reader, dir string) (stated map[string]Sum, err error) {
	found := map[string]Sum{}
	for {
		h, err := in.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		if _, twice := found[h.Name]; twice || !safe(h) || stated != nil {
			return nil, fmt.Errorf("backup: a member that has no place: %q", h.Name)
		}
		sum := sha256.New()
		body := io.TeeReader(in, sum)
		switch h.Name {
		case manifestName:
			if err = json.NewDecoder(io.LimitReader(body, 1<<20)).Decode(&u.Manifest); err == nil && u.Manifest.Format != format {
				err = &fault.Error{Kind: fault.Wrong, Key: "backup.newer"}
			}
		case sumsName:
			err = json.NewDecoder(body).Decode(&stated)
		default:
			err = unpack(filepath.Join(dir, filepath.FromSlash(h.Name)), body)
			u.Count++
		}
		if err != nil {
			return nil, err
		}
		if _, err := io.Copy(io.Discard, body); err != nil {
			return nil, err
		}
		if h.Name != sumsName {
			found[h.Name] = Sum{Bytes: h.Size, SHA256: hex.EncodeToString(sum.Sum(nil))}
		}
	}
	u.Count-- // the database
	if !maps.Equal(found, stated) {
		return nil, errors.New("backup: the members are not those of the sums")
	}
	return stated, nil
}

func unpack(to string, body io.Reader) (err error) {
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if _, err := io.Copy(f, body); err != nil {
		return err
	}
	return f.Sync()
}

// broken says that a copy is damaged, unless it is the reader who gave up, the disk that is full, or a refusal that has
// words of its own.
func broken(ctx context.Context, err error) error {
	var disk *os.PathError
	if _, told := fault.As(err); told || ctx.Err() != nil || errors.As(err, &disk) {
		return err
	}
	return &fault.Error{Kind: fault.Wrong, Key: "backup.broken", Err: err}
}

// Same says in which table two censuses differ, as a fault with words; nil when they are the same.
func Same(stated, found db.Census) error {
	tables := maps.Clone(stated.Rows)
	maps.Copy(tables, found.Rows)
	for _, table := range slices.Sorted(maps.Keys(tables)) {
		if stated.Rows[table] != found.Rows[table] {
			return &fault.Error{Kind: fault.Wrong, Key: "backup.differs", Pairs: []any{"Table", table, "Stated", stated.Rows[table], "Found", found.Rows[table]}}
		}
	}
	return nil
}
