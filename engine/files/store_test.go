package files

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
)

// everything lists the files under a folder.
func everything(t testing.TB, dir string) []string {
	t.Helper()
	var list []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			list = append(list, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestKeptFileIsWhatIsSaid(t *testing.T) {
	s := &Store{Dir: filepath.Join(t.TempDir(), "made", "when needed")}
	p, err := s.SavePhoto(bytes.NewReader(asPNG(t, corners(30, 20))), Limits{})
	if err != nil {
		t.Fatal(err)
	}
	f, err := s.Open(p.Name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	data, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(data)
	if p.Bytes != int64(len(data)) || p.SHA256 != hex.EncodeToString(sum[:]) {
		t.Errorf("said %d bytes, %s; kept %d bytes, %x", p.Bytes, p.SHA256, len(data), sum)
	}
	for _, path := range everything(t, s.Dir) {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s can be read by others: %v", path, info.Mode())
		}
		if folder := filepath.Base(filepath.Dir(path)); folder != filepath.Base(path)[:2] {
			t.Errorf("%s lies in folder %s", path, folder)
		}
	}
}

func TestDelete(t *testing.T) {
	s := &Store{Dir: t.TempDir()}
	p, err := s.SavePhoto(bytes.NewReader(asPNG(t, corners(8, 8))), Limits{})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second time it is gone already
		if err := s.Delete(p.Name); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.Open(p.Name); KindOf(err) != NotFound {
		t.Errorf("deleted photo: %v", err)
	}
	if _, err := s.OpenThumb(p.Name); KindOf(err) != NotFound {
		t.Errorf("small version of a deleted photo: %v", err)
	}
	if left := everything(t, s.Dir); len(left) > 0 {
		t.Errorf("left %v", left)
	}
}

func TestForeignNamesAreRefused(t *testing.T) {
	dir := t.TempDir()
	outside := filepath.Join(dir, "secret.jpg")
	if err := os.WriteFile(outside, []byte("secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	s := &Store{Dir: filepath.Join(dir, "data")}
	stem := strings.Repeat("ab", 16)
	names := []string{
		"", ".", "..", "../secret.jpg", "/etc/passwd", outside, "../../secret.jpg", "ab/../../../secret.jpg",
		stem, stem + ".s.jpg", stem + ".JPG", stem + ".jpg\n", "\x00" + stem + ".jpg", strings.ToUpper(stem) + ".jpg",
		stem + ".png", stem + "/.jpg", stem[:31] + "/.jpg", stem + ".jpg/../x", "..%2f" + stem + ".jpg",
	}
	for _, name := range names {
		for what, err := range map[string]error{
			"Open": second(s.Open(name)), "OpenThumb": second(s.OpenThumb(name)), "OpenUpload": second(s.OpenUpload(name)),
			"Delete": s.Delete(name), "DeleteUpload": s.DeleteUpload(name),
		} {
			if KindOf(err) != NotFound {
				t.Errorf("%s(%q): %v", what, name, err)
			}
		}
	}
	// A photo's name does not open an upload, nor the other way round.
	if err := second(s.OpenUpload(stem + ".jpg")); KindOf(err) != NotFound {
		t.Error(err)
	}
	if err := s.Delete(stem + ".dat"); KindOf(err) != NotFound {
		t.Error(err)
	}
	if _, err := os.Stat(outside); err != nil {
		t.Error(err)
	}
}

func second(f *os.File, err error) error {
	if f != nil {
		f.Close()
	}
	return err
}

func TestUpload(t *testing.T) {
	s := &Store{Dir: t.TempDir()}
	content := []byte("STT;Số nhà\n1;36A\n")
	u, err := s.SaveUpload(bytes.NewReader(content), Limits{})
	if err != nil {
		t.Fatal(err)
	}
	f, err := s.OpenUpload(u.Name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	got, err := io.ReadAll(f)
	if err != nil || !bytes.Equal(got, content) {
		t.Errorf("came back as %q, %v", got, err)
	}
	sum := sha256.Sum256(content)
	if u.Bytes != int64(len(content)) || u.SHA256 != hex.EncodeToString(sum[:]) {
		t.Errorf("said %+v", u)
	}
	if err := s.DeleteUpload(u.Name); err != nil {
		t.Fatal(err)
	}
	if err := second(s.OpenUpload(u.Name)); KindOf(err) != NotFound {
		t.Errorf("deleted upload: %v", err)
	}
}

func TestUploadRefusedLeavesNothing(t *testing.T) {
	s := &Store{Dir: t.TempDir()}
	if _, err := s.SaveUpload(strings.NewReader("12345"), Limits{Bytes: 5}); err != nil {
		t.Errorf("exactly at its limit: %v", err)
	}
	s = &Store{Dir: t.TempDir()}
	if _, err := s.SaveUpload(strings.NewReader("123456"), Limits{Bytes: 5}); KindOf(err) != TooLarge {
		t.Errorf("one byte over: %v", err)
	}
	if _, err := s.SaveUpload(strings.NewReader(""), Limits{}); KindOf(err) != Broken {
		t.Errorf("empty: %v", err)
	}
	lost := errors.New("connection lost")
	if _, err := s.SaveUpload(io.MultiReader(strings.NewReader("123"), iotest.ErrReader(lost)), Limits{}); !errors.Is(err, lost) || KindOf(err) != "" {
		t.Errorf("broken off: %v", err)
	}
	if left := everything(t, s.Dir); len(left) > 0 {
		t.Errorf("left %v", left)
	}
}

// endless never runs dry: the limit must stop the copy, and the disk must not fill.
type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

func TestEndlessUploadStops(t *testing.T) {
	s := &Store{Dir: t.TempDir()}
	if _, err := s.SaveUpload(endless{}, Limits{}); KindOf(err) != TooLarge {
		t.Errorf("upload: %v", err)
	}
	if _, err := s.SavePhoto(endless{}, Limits{}); KindOf(err) != TooLarge {
		t.Errorf("photo: %v", err)
	}
	if left := everything(t, s.Dir); len(left) > 0 {
		t.Errorf("left %v", left)
	}
}

func TestDiskError(t *testing.T) {
	// A file stands where a folder must be: no right that the test may have makes this work.
	dir := t.TempDir()
	s := &Store{Dir: filepath.Join(dir, "data")}
	if err := os.WriteFile(s.Dir, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := s.SavePhoto(bytes.NewReader(asPNG(t, corners(8, 8))), Limits{}); err == nil || KindOf(err) != "" {
		t.Errorf("photo: %v, want an error without a kind", err)
	}
	if _, err := s.SaveUpload(strings.NewReader("x"), Limits{}); err == nil || KindOf(err) != "" {
		t.Errorf("upload: %v, want an error without a kind", err)
	}
	if err := s.Delete(strings.Repeat("ab", 16) + ".jpg"); err == nil || KindOf(err) != "" {
		t.Errorf("delete: %v, want an error without a kind", err)
	}
}

func TestWriteThatFailsLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "ab", "file")
	full := errors.New("no space left on device")
	err := writeFile(path, func(w io.Writer) error {
		if _, err := io.WriteString(w, "half"); err != nil {
			return err
		}
		return full
	})
	if !errors.Is(err, full) {
		t.Errorf("got %v", err)
	}
	// A folder stands at the final name: the rename fails after all is written.
	if err := os.MkdirAll(filepath.Join(path, "in the way"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := writeFile(path, writeBytes([]byte("whole"))); err == nil {
		t.Error("a folder was overwritten")
	}
	if left := everything(t, dir); len(left) > 0 {
		t.Errorf("left %v", left)
	}
}

func TestManyAtOnce(t *testing.T) {
	s := &Store{Dir: t.TempDir()}
	data := asPNG(t, corners(40, 30))
	var wg sync.WaitGroup
	names := make([]string, 12)
	for i := range names {
		wg.Go(func() {
			p, err := s.SavePhoto(bytes.NewReader(data), Limits{})
			if err != nil {
				t.Error(err)
			}
			names[i] = p.Name
		})
	}
	wg.Wait()
	seen := map[string]bool{}
	for _, name := range names {
		if seen[name] {
			t.Errorf("two photos are named %s", name)
		}
		seen[name] = true
		if err := second(s.Open(name)); err != nil {
			t.Error(err)
		}
	}
	if files := everything(t, s.Dir); len(files) != 24 {
		t.Errorf("%d files, want 12 photos and 12 small ones", len(files))
	}
}
