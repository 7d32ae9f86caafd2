// Package seal keeps single fields of a row unreadable in the database: XChaCha20-Poly1305 (golang.org/x/crypto) under a key that lies
// in a file of the data folder, never in the database. A sealed text opens only in the row for which it was made
// (docs/decisions/0028).
package seal

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/crypto/chacha20poly1305"
)

// Box seals and opens with the keys of one file. It may be used by many at once, and sees at once when another process, such as
// `sonha key rotate`, adds a key.
type Box struct {
	path string

	mu    sync.Mutex
	keys  []key // the oldest first; the last one seals
	known stamp
}

// key is one line of the file: its number, and 32 random bytes.
type key struct {
	number int
	secret []byte
}

// stamp tells whether a file changed.
type stamp struct {
	at   time.Time
	size int64
}

// New gives the box over a file. The file is made with its first key when something is sealed for the first time.
func New(path string) *Box { return &Box{path: path} }

// errNoKey is returned for a text whose key is not in the file: the file was lost, or is of another ward.
var errNoKey = errors.New("seal: the key of this text is not in the key file")

// Seal makes a text unreadable. about names the row, such as "contacts/1/<id>"; the same must be said to open it.
func (b *Box) Seal(text, about string) (string, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if err := b.read(); err != nil {
		return "", err
	}
	if len(b.keys) == 0 {
		if err := b.add(); err != nil {
			return "", err
		}
	}
	k := b.keys[len(b.keys)-1]
	aead, err := chacha20poly1305.NewX(k.secret)
	if err != nil {
		return "", fmt.Errorf("seal: %w", err)
	}
	nonce := make([]byte, aead.NonceSize(), aead.NonceSize()+len(text)+aead.Overhead())
	if _, err := rand.Read(nonce); err != nil {
		return "", fmt.Errorf("seal: %w", err)
	}
	return strconv.Itoa(k.number) + "." + base64.RawURLEncoding.EncodeToString(aead.Seal(nonce, nonce, []byte(text), []byte(about))), nil
}

// Open gives the text that was sealed about the same row. What was changed, or moved from another row, does not open.
func (b *Box) Open(sealed, about string) (string, error) {
	head, body, ok := strings.Cut(sealed, ".")
	number, err := strconv.Atoi(head)
	if !ok || err != nil {
		return "", errors.New("seal: this is no sealed text")
	}
	raw, err := base64.RawURLEncoding.DecodeString(body)
	if err != nil {
		return "", errors.New("seal: this is no sealed text")
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if err := b.read(); err != nil {
		return "", err
	}
	for _, k := range b.keys {
		if k.number != number {
			continue
		}
		aead, err := chacha20poly1305.NewX(k.secret)
		if err != nil {
			return "", fmt.Errorf("seal: %w", err)
		}
		if len(raw) < aead.NonceSize() {
			return "", errors.New("seal: this is no sealed text")
		}
		text, err := aead.Open(nil, raw[:aead.NonceSize()], raw[aead.NonceSize():], []byte(about))
		if err != nil {
			return "", errors.New("seal: changed, or of another row")
		}
		return string(text), nil
	}
	return "", errNoKey
}

// Turn makes a new key, by which everything is sealed from now on, and gives its number. The key of before stays in the file until
// the next turn, so that what another process sealed in this very moment still opens; older ones go.
func (b *Box) Turn() (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if err := b.read(); err != nil {
		return 0, err
	}
	if err := b.add(); err != nil {
		return 0, err
	}
	return b.keys[len(b.keys)-1].number, nil
}

// Current is the number of the key that seals now, 0 while there is none.
func (b *Box) Current() (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if err := b.read(); err != nil || len(b.keys) == 0 {
		return 0, err
	}
	return b.keys[len(b.keys)-1].number, nil
}

// Prune takes all keys but the newest and the one before it out of the file. It is called when nothing is sealed with them any more.
func (b *Box) Prune() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if err := b.read(); err != nil || len(b.keys) <= 2 {
		return err
	}
	return b.write(b.keys[len(b.keys)-2:])
}

// read takes the keys from the file unless it is as it was.
func (b *Box) read() error {
	info, err := os.Stat(b.path)
	if errors.Is(err, os.ErrNotExist) {
		b.keys, b.known = nil, stamp{}
		return nil
	}
	if err != nil {
		return fmt.Errorf("seal: %w", err)
	}
	if now := (stamp{info.ModTime(), info.Size()}); now == b.known {
		return nil
	} else { //nolint:revive // now is of this choice only
		defer func() { b.known = now }()
	}
	text, err := os.ReadFile(b.path)
	if err != nil {
		return fmt.Errorf("seal: %w", err)
	}
	b.keys = nil
	for line := range strings.SplitSeq(string(text), "\n") {
		if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
			continue
		}
		head, body, _ := strings.Cut(line, " ")
		number, err := strconv.Atoi(head)
		secret, err2 := base64.StdEncoding.DecodeString(strings.TrimSpace(body))
		if err != nil || err2 != nil || len(secret) != chacha20poly1305.KeySize {
			return fmt.Errorf("seal: %s is damaged: a line is no key", filepath.Base(b.path))
		}
		b.keys = append(b.keys, key{number, secret})
	}
	return nil
}

func (b *Box) add() error {
	next := key{number: 1, secret: make([]byte, chacha20poly1305.KeySize)}
	if n := len(b.keys); n > 0 {
		next.number = b.keys[n-1].number + 1
	}
	if _, err := rand.Read(next.secret); err != nil {
		return fmt.Errorf("seal: %w", err)
	}
	return b.write(append(append([]key(nil), b.keys...), next))
}

// write puts the keys into the file in one step: after a power cut the file is the old one or the new one.
func (b *Box) write(keys []key) error {
	var text strings.Builder
	text.WriteString("# Sonha: khóa mở các liên hệ mà hộ cho. Giữ kín; mất tệp này thì không đọc lại được. " +
		"/ Keys of the contacts. Keep secret; without this file they cannot be read.\n")
	for _, k := range keys {
		fmt.Fprintf(&text, "%d %s\n", k.number, base64.StdEncoding.EncodeToString(k.secret))
	}
	f, err := os.CreateTemp(filepath.Dir(b.path), ".keys-*")
	if err != nil {
		return fmt.Errorf("seal: %w", err)
	}
	_, err = f.WriteString(text.String())
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), b.path)
	}
	if err != nil {
		return fmt.Errorf("seal: %w", errors.Join(err, os.Remove(f.Name())))
	}
	b.keys, b.known = keys, stamp{}
	return nil
}
