package seal_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"sonha/engine/seal"
)

func TestWhatIsSealedOpensOnlyInItsRow(t *testing.T) {
	box := seal.New(filepath.Join(t.TempDir(), "contact-keys.txt"))
	rapid.Check(t, func(t *rapid.T) {
		text, row := rapid.String().Draw(t, "text"), rapid.String().Draw(t, "row")
		sealed, err := box.Seal(text, row)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := box.Open(sealed, row); err != nil || got != text {
			t.Fatalf("opened %q %v", got, err)
		}
		if _, err := box.Open(sealed, row+"x"); err == nil {
			t.Fatal("it opens in another row")
		}
		at := len(sealed) - 1 - rapid.IntRange(1, 20).Draw(t, "place")
		changed := []byte(sealed)
		changed[at] = map[bool]byte{true: 'A', false: 'B'}[changed[at] != 'A']
		if _, err := box.Open(string(changed), row); err == nil {
			t.Fatal("it opens although it was changed")
		}
		if len(text) > 3 && strings.Contains(sealed, text) {
			t.Fatal("the text can be read")
		}
	})
}

func TestKeysTurnUnderARunningProgram(t *testing.T) {
	path := filepath.Join(t.TempDir(), "contact-keys.txt")
	server, command := seal.New(path), seal.New(path)
	first, err := server.Seal("0912 345 678", "a")
	if err != nil {
		t.Fatal(err)
	}
	if n, err := command.Turn(); err != nil || n != 2 {
		t.Fatalf("turned to %d %v", n, err)
	}
	second, err := server.Seal("0912 345 678", "a")
	if err != nil || !strings.HasPrefix(second, "2.") {
		t.Fatalf("the running program seals with an old key: %.4s %v", second, err)
	}
	if text, err := server.Open(first, "a"); err != nil || text != "0912 345 678" {
		t.Fatalf("what was sealed before the turn: %q %v", text, err)
	}
	for range 2 {
		if _, err := command.Turn(); err != nil {
			t.Fatal(err)
		}
	}
	if err := command.Prune(); err != nil {
		t.Fatal(err)
	}
	if _, err := server.Open(first, "a"); err == nil {
		t.Error("a key that went long ago still opens")
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the key file is open to others: %v %v", info.Mode(), err)
	}
	if err := os.WriteFile(path, []byte("1 khong-phai-khoa\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := server.Seal("x", "a"); err == nil {
		t.Error("a damaged file is taken for an empty one")
	}
}

// A file that cannot be read, or is damaged, is never taken for one without keys: the next contact would overwrite every key with a
// new first one.
func TestAFileThatCannotBeReadIsNeverOverwritten(t *testing.T) {
	path := filepath.Join(t.TempDir(), "contact-keys.txt")
	box := seal.New(path)
	sealed, err := box.Seal("0912 345 678", "a")
	if err != nil {
		t.Fatal(err)
	}
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for name, harm := range map[string]string{"a line cut short": string(good[:len(good)-20]), "empty": "", "no key in it": "# Sonha\n", "another file": "xin chào\n"} {
		t.Run(name, func(t *testing.T) {
			if err := os.WriteFile(path, []byte(harm), 0o600); err != nil {
				t.Fatal(err)
			}
			for _, box := range []*seal.Box{box, seal.New(path)} { // one that had read the keys, and one that begins now
				for range 3 { // what failed once fails again
					if _, err := box.Seal("x", "b"); err == nil {
						t.Error("it is sealed with a key that is not in the file")
					}
					if _, err := box.Open(sealed, "a"); err == nil || errors.Is(err, seal.ErrLost) {
						t.Errorf("a file that cannot be read is taken for a lost key: %v", err)
					}
					if _, err := box.Turn(); err == nil {
						t.Error("a key is added to a file that cannot be read")
					}
				}
			}
			if now, err := os.ReadFile(path); err != nil || string(now) != harm {
				t.Fatalf("the file was overwritten: %q %v", now, err)
			}
			if err := os.WriteFile(path, good, 0o600); err != nil {
				t.Fatal(err)
			}
			if text, err := box.Open(sealed, "a"); err != nil || text != "0912 345 678" {
				t.Errorf("once it can be read again: %q %v", text, err)
			}
		})
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if _, err := box.Open(sealed, "a"); !errors.Is(err, seal.ErrLost) {
		t.Errorf("without the file the key is lost: %v", err)
	}
}

// Whoever looks while the first key is made finds the file whole or not at all, and so does the program after a power cut.
func TestTheFirstKeyFileIsWholeOrNotThere(t *testing.T) {
	for range 30 {
		folder := t.TempDir()
		path := filepath.Join(folder, "contact-keys.txt")
		made := make(chan error, 1)
		go func() {
			_, err := seal.New(path).Seal("0912 345 678", "a")
			made <- err
		}()
		for under := true; under; {
			select {
			case err := <-made:
				if err != nil {
					t.Fatal(err)
				}
				under = false
			default:
			}
			if text, err := os.ReadFile(path); err == nil && !strings.HasSuffix(string(text), "=\n") {
				t.Fatalf("found while it was made: %q", text)
			}
		}
		if list, err := os.ReadDir(folder); err != nil || len(list) != 1 {
			t.Fatalf("beside the keys lies %v, %v", list, err)
		}
	}
}
