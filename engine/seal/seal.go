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

	"sonha/engine/disk"
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

// ErrLost is what every refusal of Open wraps that lies in the text itself: its key is not among those of the file, or it was changed, or
// it is of another row. A key file that cannot be read is another error: what is sealed may open again once the file can.
var ErrLost = errors.New("seal: this text does not open")

// Seal makes a text unreadable. about names the row, such as "contacts/1/<id>"; the same must be said to open it.
func (b *Box) Seal(text, about string) (string, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if err := b.read(); err != nil {
		return "", err
	}
	if len(b.keys) == 0 { // read has made sure that there is no file
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
		return "", fmt.Errorf("%w: it was never sealed", ErrLost)
	}
	raw, err := base64.RawURLEncoding.DecodeString(body)
	if err != nil {
		return "", fmt.Errorf("%w: it was never sealed", ErrLost)
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
			return "", fmt.Errorf("%w: it is too short", ErrLost)
		}
		text, err := aead.Open(nil, raw[:aead.NonceSize()], raw[aead.NonceSize():], []byte(about))
		if err != nil {
			return "", fmt.Errorf("%w: changed, or of another row", ErrLost)
		}
		return string(text), nil
	}
	return "", fmt.Errorf("%w: key %d is not in the key file", ErrLost, number)
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

// read takes the keys from the file unless it is as it was. After an error nothing is known: what cannot be read is never taken for
// a file without keys, which the next key would overwrite. No keys and no error means that there is no file.
func (b *Box) read() error {
	info, err := os.Stat(b.path)
	if errors.Is(err, os.ErrNotExist) {
		b.keys, b.known = nil, stamp{}
		return nil
	}
	if err != nil {
		return fmt.Errorf("seal: %w", err)
	}
	now := stamp{info.ModTime(), info.Size()}
	if now == b.known {
		return nil
	}
	text, err := os.ReadFile(b.path)
	if err != nil {
		return fmt.Errorf("seal: %w", err)
	}
	keys, err := parse(string(text))
	if err != nil {
		return fmt.Errorf("seal: %s is damaged: %w", filepath.Base(b.path), err)
	}
	b.keys, b.known = keys, now
	return nil
}

// parse reads the lines of a key file; one without a key is damaged, since no file is made without one.
func parse(text string) ([]key, error) {
	var keys []key
	for line := range strings.SplitSeq(text, "\n") {
		if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
			continue
		}
		head, body, _ := strings.Cut(line, " ")
		number, err := strconv.Atoi(head)
		secret, err2 := base64.StdEncoding.DecodeString(strings.TrimSpace(body))
		if err != nil || err2 != nil || len(secret) != chacha20poly1305.KeySize {
			return nil, errors.New("a line is no key")
		}
		keys = append(keys, key{number, secret})
	}
	if len(keys) == 0 {
		return nil, errors.New("it holds no key")
	}
	return keys, nil
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

// write puts the keys into the file. The first key makes the file, and only where none is; later ones replace it in one step: after a
// power cut the file is the old one or the new one.
func (b *Box) write(keys []key) error {
	var text strings.Builder
	text.WriteString("# Sonha: khóa mở các liên hệ mà hộ cho. Giữ kín; mất tệp này thì không đọc lại được. " +
		"/ Keys of the contacts. Keep secret; without this file they cannot be read.\n")
	for _, k := range keys {
		fmt.Fprintf(&text, "%d %s\n", k.number, base64.StdEncoding.EncodeToString(k.secret))
	}
	put := replace
	if len(b.keys) == 0 {
		put = create
	}
	if err := put(b.path, text.String()); err != nil {
		return fmt.Errorf("seal: %w", err)
	}
	b.keys, b.known = keys, stamp{}
	if err := disk.SyncFolder(filepath.Dir(b.path)); err != nil { // before anything is stored that only the newest key opens
		return fmt.Errorf("seal: %w", err)
	}
	return nil
}

// create makes a file that must not be there yet: another process that made it meanwhile has sealed with its key. It gets its name
// when it is whole: after a power cut the file is there with its key, or not there.
func create(path, text string) error {
	part, err := written(path, text)
	if err != nil {
		return err
	}
	err = os.Link(part, path)
	if err != nil && !errors.Is(err, os.ErrExist) { // a disk that gives no file two names
		err = exclusive(path, text)
	}
	return errors.Join(err, os.Remove(part))
}

func exclusive(path, text string) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	if err := fill(f, text); err != nil {
		return errors.Join(err, os.Remove(path))
	}
	return nil
}

func replace(path, text string) error {
	part, err := written(path, text)
	if err != nil {
		return err
	}
	if err := os.Rename(part, path); err != nil {
		return errors.Join(err, os.Remove(part))
	}
	return nil
}

// written writes a file beside another, whole and flushed, and gives its name.
func written(path, text string) (string, error) {
	f, err := os.CreateTemp(filepath.Dir(path), ".keys-*")
	if err != nil {
		return "", err
	}
	if err := fill(f, text); err != nil {
		return "", errors.Join(err, os.Remove(f.Name()))
	}
	return f.Name(), nil
}

func fill(f *os.File, text string) error {
	_, err := f.WriteString(text)
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}
