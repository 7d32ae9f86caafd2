package backup_test

import (
	"archive/tar"
	"bytes"
	"context"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"filippo.io/age"
	"github.com/klauspost/compress/zstd"

	"sonha/engine/backup"
	"sonha/engine/db"
	"sonha/engine/db/dbtest"
	"sonha/ground/access"
	"sonha/ground/fault"
)

// site is a ward of one table that grows, beside a folder with a photo.
type site struct {
	address, folder string
	d               *db.DB
	key             *age.X25519Identity
}

func open(t *testing.T, address string) *site {
	t.Helper()
	d, err := db.Open(t.Context(), db.Options{URL: address})
	if err != nil {
		t.Fatal(err)
	}
	key, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	s := &site{address: address, folder: t.TempDir(), d: d, key: key}
	t.Cleanup(func() { _ = d.Close() })
	if err := os.MkdirAll(filepath.Join(s.folder, "photos", "3f"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(s.folder, "photos", "3f", "3f9a.jpg"), []byte("ảnh"), 0o600); err != nil {
		t.Fatal(err)
	}
	return s
}

// claim writes a row with its audit line.
func (s *site) claim(ctx context.Context, value string) error {
	return s.d.Write(ctx, access.System(1, "test"), func(tx *db.Tx) error {
		if _, err := tx.Exec(ctx, `insert into claims (kind, value, ward_id, owner_id) values ('test', $1, {ward}, '')`, value); err != nil {
			return err
		}
		return tx.Audit(ctx, db.Entry{Action: "test"})
	})
}

func (s *site) copy(t *testing.T) ([]byte, backup.Manifest) {
	t.Helper()
	var out bytes.Buffer
	m, files, err := backup.Write(t.Context(), &out, backup.Source{Address: s.address, Folder: s.folder, Made: time.Now()}, []age.Recipient{s.key.Recipient()}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if files != 1 {
		t.Errorf("%d files, want the photo", files)
	}
	return out.Bytes(), m
}

func read(t *testing.T, body []byte, key age.Identity) (backup.Unpacked, error) {
	t.Helper()
	return backup.Read(t.Context(), bytes.NewReader(body), int64(len(body)), []age.Identity{key}, t.TempDir(), nil)
}

// While people go on writing, a copy is of one moment: every claim has its audit line, in the copy as in the ward.
func TestACopyIsOfOneMomentWhileOthersWrite(t *testing.T) {
	t.Parallel()
	for name, fresh := range map[string][2]func(*testing.T) string{
		"sqlite":   {dbtest.SQLite, func(t *testing.T) string { t.Helper(); return filepath.Join(t.TempDir(), "r.db") }},
		"postgres": {dbtest.Postgres, dbtest.EmptyPostgres},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := open(t, fresh[0](t))
			ctx, stop := context.WithCancel(t.Context())
			var wg sync.WaitGroup
			begun := make(chan struct{})
			wg.Go(func() {
				for i := 0; ctx.Err() == nil; i++ {
					if err := s.claim(t.Context(), strconv.Itoa(i)); err != nil {
						t.Error(err)
						return
					}
					if i == 20 {
						close(begun)
					}
				}
			})
			<-begun
			body, m := s.copy(t)
			stop()
			wg.Wait()
			if m.Census.Rows["claims"] < 20 || m.Census.Rows["claims"] != m.Census.Rows["audit"] || m.Database != name || m.Census.Schema == 0 {
				t.Errorf("the copy states %+v", m)
			}
			if bytes.Contains(body, []byte("claims")) {
				t.Error("the copy is not encrypted")
			}
			u, err := read(t, body, s.key)
			if err != nil {
				t.Fatal(err)
			}
			to := fresh[1](t)
			if err := db.Restore(t.Context(), u.Database, to); err != nil {
				t.Fatal(err)
			}
			found, err := db.Count(t.Context(), to)
			if err != nil {
				t.Fatal(err)
			}
			if err := backup.Same(m.Census, found); err != nil {
				t.Error(err)
			}
			if photo, err := os.ReadFile(filepath.Join(u.Files, "photos", "3f", "3f9a.jpg")); err != nil || string(photo) != "ảnh" {
				t.Errorf("the photo came back as %q, %v", photo, err)
			}
			if err := db.Restore(t.Context(), u.Database, to); !fault.Is(err, fault.Closed) && !fault.Is(err, fault.Wrong) {
				t.Errorf("restored over data: %v", err)
			}
			again, err := db.Open(t.Context(), db.Options{URL: to})
			if err != nil {
				t.Fatalf("what was restored does not open: %v", err)
			}
			_ = again.Close()
		})
	}
}

// Whatever happens to a copy on its way, it is refused with words and never half restored.
func TestADamagedCopyIsRefused(t *testing.T) {
	t.Parallel()
	s := open(t, dbtest.SQLite(t))
	body, _ := s.copy(t)
	dice := rand.New(rand.NewPCG(1, 2))
	for range 40 {
		hurt := bytes.Clone(body)
		hurt[dice.IntN(len(hurt))] ^= byte(1 + dice.IntN(255))
		if _, err := read(t, hurt, s.key); !fault.Is(err, fault.Wrong) {
			t.Errorf("a changed byte: %v", err)
		}
	}
	for range 20 {
		if _, err := read(t, body[:dice.IntN(len(body))], s.key); !fault.Is(err, fault.Wrong) {
			t.Errorf("cut off: %v", err)
		}
	}
	other, _ := age.GenerateX25519Identity()
	if _, err := read(t, body, other); err == nil || !strings.Contains(err.Error(), "other_key") {
		t.Errorf("another key: %v", err)
	}
}

// Somebody who knows the public key can write an archive; it must not leave its folder or hide a member.
func TestAForgedCopyIsRefused(t *testing.T) {
	t.Parallel()
	key, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	for name, members := range map[string][]tar.Header{
		"above":    {{Name: "files/../../etc/passwd", Typeflag: tar.TypeReg}},
		"absolute": {{Name: "/etc/passwd", Typeflag: tar.TypeReg}},
		"link":     {{Name: "files/a", Typeflag: tar.TypeSymlink, Linkname: "/etc/passwd"}},
		"other":    {{Name: "elsewhere", Typeflag: tar.TypeReg}},
		"twice":    {{Name: "files/a", Typeflag: tar.TypeReg}, {Name: "files/a", Typeflag: tar.TypeReg}},
		"bare":     {},
	} {
		var out bytes.Buffer
		sealed, err := age.Encrypt(&out, key.Recipient())
		if err != nil {
			t.Fatal(err)
		}
		packed, _ := zstd.NewWriter(sealed)
		w := tar.NewWriter(packed)
		for _, h := range members {
			if err := w.WriteHeader(&h); err != nil {
				t.Fatal(err)
			}
		}
		_, _, _ = w.Close(), packed.Close(), sealed.Close()
		if _, err := read(t, out.Bytes(), key); !fault.Is(err, fault.Wrong) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestOldCopiesGoAndNothingElse(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	at := time.Date(2026, 11, 1, 2, 0, 0, 0, time.UTC)
	for i := range 5 {
		if err := os.WriteFile(filepath.Join(dir, backup.FileName(at.AddDate(0, 0, i))), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "ảnh.jpg"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	gone, err := backup.Prune(dir, 2)
	if err != nil || len(gone) != 3 || gone[0] != backup.FileName(at) {
		t.Errorf("gone: %v, %v", gone, err)
	}
	left, _ := os.ReadDir(dir)
	if len(left) != 3 {
		t.Errorf("left: %v", left)
	}
}
