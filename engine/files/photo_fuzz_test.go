package files

import (
	"bytes"
	"encoding/binary"
	"io/fs"
	"path/filepath"
	"testing"
)

// Any bytes are a photo that is kept anew, or are refused with a kind and leave nothing behind.
func FuzzSavePhoto(f *testing.F) {
	f.Add(asJPEG(f, corners(8, 6)))
	f.Add(asPNG(f, corners(8, 6)))
	f.Add(withEXIF(asJPEG(f, corners(4, 4)), exifBlock(binary.BigEndian, 6)))
	f.Add([]byte("\x00\x00\x00\x18ftypheic"))
	f.Add([]byte("GIF89a"))
	f.Add([]byte{})
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, data []byte) {
		s := &Store{Dir: dir}
		photo, err := s.SavePhoto(bytes.NewReader(data), Limits{Bytes: 1 << 20, Pixels: 1 << 18})
		switch {
		case err == nil:
			err = s.Delete(photo.Name)
		case KindOf(err) == "":
			t.Fatalf("refused without a kind: %v", err)
		default:
			err = nil
		}
		if err != nil {
			t.Fatal(err)
		}
		if err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
			if err == nil && d.Type().IsRegular() {
				t.Fatalf("%s is left", name)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	})
}
