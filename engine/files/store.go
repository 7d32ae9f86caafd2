// Package files keeps what people send: photos of places, and the spreadsheets they import.
//
// Nothing is kept as it came except a spreadsheet. A photo is decoded, turned upright, made small and
// written anew, so that no metadata (place, time, telephone, owner) can be left in it, and no file that
// only looks like a picture is ever served. Files lie under random names, in folders of their first two
// letters:
//
//	photos/3f/3f9a….jpg      at most 1600 pixels on the long side
//	photos/3f/3f9a….s.jpg    the same at most 320 pixels
//	uploads/c0/c04d….dat     a spreadsheet, byte for byte
//
// A file is complete or absent: it is written under another name, flushed to the disk, then renamed.
// Names say nothing and open nothing by themselves; who may see a photo is for the feature to ask first.
package files

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"sonha/engine/disk"
	"sonha/ground/pattern"
)

// Store keeps files under Dir. Folders are made when first needed. A Store must not be copied after use;
// it may be used by many goroutines at once.
type Store struct {
	Dir string

	// One picture is decoded at a time: one of 40 megapixels takes some 200 MB for a second or two, and a
	// ward's server is an old computer.
	decoding sync.Mutex
}

// Limits bound what is taken from outside. A zero field means the product's own limit.
type Limits struct {
	Bytes  int64 // size of the file as sent
	Pixels int64 // width × height as the file's header states them; only for photos
}

// The product's own limits.
const (
	MaxPhotoBytes  = 12 << 20
	MaxPhotoPixels = 40_000_000
	MaxUploadBytes = 32 << 20
)

// Upload is a file that is kept as it came.
type Upload struct {
	Name   string // to open it again
	Bytes  int64
	SHA256 string // of the content, hexadecimal
}

// Kind says why a file is not taken or not given, in terms of what the sender can do.
type Kind string

// The kinds of refusal. An error without a kind is a fault of the disk or of the connection.
const (
	TooLarge    Kind = "too_large"   // more bytes than the limit
	TooDetailed Kind = "too_many_px" // more pixels than the limit
	HEIC        Kind = "heic"        // a phone's own format: send as JPEG
	Unsupported Kind = "unsupported" // neither JPEG nor PNG nor WebP
	Broken      Kind = "broken"      // the right format, but cut off or damaged; or empty
	NotFound    Kind = "not_found"   // no such file, or a name that was never given out
)

// Error is a refusal. Err is the cause for the log, if there is one.
type Error struct {
	Kind Kind
	Err  error
}

// Error gives the technical text.
func (e *Error) Error() string {
	if e.Err == nil {
		return "files: " + string(e.Kind)
	}
	return fmt.Sprintf("files: %s: %v", e.Kind, e.Err)
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// KindOf gives the kind of a refusal, and "" for any other error and for nil.
func KindOf(err error) Kind {
	if refusal, ok := errors.AsType[*Error](err); ok {
		return refusal.Kind
	}
	return ""
}

// The names that are given out: 16 random bytes and an ending. Only these are ever joined to a path.
var (
	photoName  = pattern.Of(`^[0-9a-f]{32}\.jpg$`)
	uploadName = pattern.Of(`^[0-9a-f]{32}\.dat$`)
)

const (
	photoEnd  = ".jpg"
	thumbEnd  = ".s.jpg"
	uploadEnd = ".dat"
)

// newStem gives a random name without ending. crypto/rand does not fail (Go 1.24).
func newStem() string {
	var b [16]byte
	rand.Read(b[:])
	return hex.EncodeToString(b[:])
}

func (s *Store) path(folder, stem, end string) string {
	return filepath.Join(s.Dir, folder, stem[:2], stem+end)
}

// Open opens a photo for reading; the caller closes it. A name that is not a photo's, or of a deleted
// photo, is NotFound.
func (s *Store) Open(name string) (*os.File, error) {
	if !photoName().MatchString(name) {
		return nil, &Error{Kind: NotFound}
	}
	return open(s.path("photos", name[:32], photoEnd))
}

// OpenThumb opens the small version of the photo with this name.
func (s *Store) OpenThumb(name string) (*os.File, error) {
	if !photoName().MatchString(name) {
		return nil, &Error{Kind: NotFound}
	}
	return open(s.path("photos", name[:32], thumbEnd))
}

// OpenUpload opens a kept upload.
func (s *Store) OpenUpload(name string) (*os.File, error) {
	if !uploadName().MatchString(name) {
		return nil, &Error{Kind: NotFound}
	}
	return open(s.path("uploads", name[:32], uploadEnd))
}

func open(path string) (*os.File, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &Error{Kind: NotFound, Err: err}
	}
	if err != nil {
		return nil, fmt.Errorf("files: %w", err)
	}
	return f, nil
}

// Delete removes a photo and its small version. A photo that is gone already is no error, so that a job
// that was broken off can run again.
func (s *Store) Delete(name string) error {
	if !photoName().MatchString(name) {
		return &Error{Kind: NotFound}
	}
	// The photo first: a thumbnail alone opens nothing, a photo alone would still show the place.
	return errors.Join(
		remove(s.path("photos", name[:32], photoEnd)),
		remove(s.path("photos", name[:32], thumbEnd)),
	)
}

// DeleteUpload removes a kept upload, with the rule of [Store.Delete].
func (s *Store) DeleteUpload(name string) error {
	if !uploadName().MatchString(name) {
		return &Error{Kind: NotFound}
	}
	return remove(s.path("uploads", name[:32], uploadEnd))
}

func remove(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("files: %w", err)
	}
	return nil
}

// SaveUpload keeps a file byte for byte, at most limits.Bytes long. It refuses with TooLarge, and with
// Broken what is empty. What the bytes mean is not looked at: an upload is read by the importer and given
// back as a download, never shown.
func (s *Store) SaveUpload(r io.Reader, limits Limits) (Upload, error) {
	most := limits.Bytes
	if most <= 0 {
		most = MaxUploadBytes
	}
	stem, sum := newStem(), sha256.New()
	var n int64
	err := writeFile(s.path("uploads", stem, uploadEnd), func(w io.Writer) error {
		var err error
		n, err = io.Copy(io.MultiWriter(w, sum), io.LimitReader(r, most+1))
		switch {
		case err != nil:
			return fmt.Errorf("files: receive upload: %w", err)
		case n > most:
			return &Error{Kind: TooLarge}
		case n == 0:
			return &Error{Kind: Broken, Err: errors.New("empty upload")}
		}
		return nil
	})
	if err != nil {
		return Upload{}, err
	}
	return Upload{Name: stem + uploadEnd, Bytes: n, SHA256: hex.EncodeToString(sum.Sum(nil))}, nil
}

// writeFile makes path with what fill writes, and its folder where needed. When it returns nil, the file
// outlives a power cut; otherwise there is no file at path, and no scrap beside it.
func writeFile(path string, fill func(io.Writer) error) (err error) {
	dir := filepath.Dir(path)
	if err := makeDir(dir); err != nil {
		return err
	}
	tmp, err := os.CreateTemp(dir, ".tmp-*")
	if err != nil {
		return fmt.Errorf("files: %w", err)
	}
	defer func() {
		if err != nil {
			// The first error is the one that matters; after Close these two change nothing.
			_ = tmp.Close()
			_ = os.Remove(tmp.Name())
		}
	}()
	if err := fill(tmp); err != nil {
		return err
	}
	if err := tmp.Sync(); err != nil {
		return fmt.Errorf("files: %w", err)
	}
	if err := tmp.Close(); err != nil {
		return fmt.Errorf("files: %w", err)
	}
	if err := os.Rename(tmp.Name(), path); err != nil {
		return fmt.Errorf("files: %w", err)
	}
	if err := disk.SyncFolder(dir); err != nil {
		_ = os.Remove(path)
		return fmt.Errorf("files: %w", err)
	}
	return nil
}

// makeDir makes a folder for the owner only, and sees that its entry above it outlives a power cut.
func makeDir(dir string) error {
	if info, err := os.Stat(dir); err == nil && info.IsDir() {
		return nil
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("files: %w", err)
	}
	for range 2 {
		dir = filepath.Dir(dir)
		if err := disk.SyncFolder(dir); err != nil {
			return fmt.Errorf("files: %w", err)
		}
	}
	return nil
}
