package backup_test

import (
	"archive/tar"
	"bytes"
	"io/fs"
	"path/filepath"
	"testing"

	"filippo.io/age"
	"github.com/klauspost/compress/zstd"

	"sonha/engine/backup"
	"sonha/ground/fault"
)

// Whoever knows the public key can seal anything: what is inside is a whole copy or is refused, and nothing is written beside the folder.
func FuzzRead(f *testing.F) {
	key, err := age.GenerateX25519Identity()
	if err != nil {
		f.Fatal(err)
	}
	for _, members := range [][2]string{
		{"manifest.json", `{"format":1,"database":"sqlite","census":{"schema":1,"rows":{}}}`}, {"files/../../x", "x"}, {"sums.json", `{}`}, {"files/a", "ảnh"},
	} {
		var b bytes.Buffer
		w := tar.NewWriter(&b)
		if err := w.WriteHeader(&tar.Header{Name: members[0], Size: int64(len(members[1])), Mode: 0o600}); err != nil {
			f.Fatal(err)
		}
		_, _ = w.Write([]byte(members[1]))
		_ = w.Close()
		f.Add(b.Bytes())
	}
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, archive []byte) {
		var out bytes.Buffer
		sealed, err := age.Encrypt(&out, key.Recipient())
		if err != nil {
			t.Fatal(err)
		}
		packed, err := zstd.NewWriter(sealed)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = packed.Write(archive)
		_, _ = packed.Close(), sealed.Close()
		above := t.TempDir()
		dir := filepath.Join(above, "in")
		if _, err := backup.Read(t.Context(), bytes.NewReader(out.Bytes()), int64(out.Len()), []age.Identity{key}, dir, nil); err != nil && !fault.Is(err, fault.Wrong) {
			t.Fatalf("refused without words: %v", err)
		}
		if err := filepath.WalkDir(above, func(name string, d fs.DirEntry, err error) error {
			if err == nil && name != above && name != dir && !within(dir, name) {
				t.Fatalf("%s lies outside", name)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	})
}

func within(dir, name string) bool {
	inside, err := filepath.Rel(dir, name)
	return err == nil && filepath.IsLocal(inside)
}
