package backup

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"filippo.io/age"

	"sonha/ground/fault"
)

// Ending is how the file of a copy ends.
const Ending = ".sonha.age"

// recipientsName is the file, in the data folder, of the public halves of the keys that copies are made for.
const recipientsName = "backup-keys.txt"

// NewKey makes a key: its secret half goes into a new file that is to be kept away from the server, its public half
// beside the data, so that copies can be made without the secret.
func NewKey(dataFolder, secretFile string) (public string, err error) {
	key, err := age.GenerateX25519Identity()
	if err != nil {
		return "", fmt.Errorf("make a key: %w", err)
	}
	public = key.Recipient().String()
	secret := "# Sonha: khóa mở bản sao lưu. Giữ kín, để xa máy chủ. / Key that opens backups. Keep it secret, away from the server.\n# public key: " +
		public + "\n" + key.String() + "\n"
	f, err := os.OpenFile(secretFile, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, os.ErrExist) {
		return "", fault.Refused("backup.key_exists", "File", secretFile)
	}
	if err != nil {
		return "", err
	}
	if _, err = f.WriteString(secret); err == nil {
		err = f.Sync()
	}
	if err := errors.Join(err, f.Close()); err != nil {
		return "", err
	}
	list, err := os.OpenFile(filepath.Join(dataFolder, recipientsName), os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return "", err
	}
	_, err = list.WriteString(public + "\n")
	return public, errors.Join(err, list.Close())
}

// Recipients gives the keys that copies of a data folder are made for. fault.Missing while there is none.
func Recipients(dataFolder string) ([]age.Recipient, error) {
	text, err := os.ReadFile(filepath.Join(dataFolder, recipientsName))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	if len(bytes.TrimSpace(text)) == 0 {
		return nil, fault.NotFound("backup.no_key")
	}
	list, err := age.ParseRecipients(bytes.NewReader(text))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", recipientsName, err)
	}
	return list, nil
}

// Identities reads the secret half of a key. fault.Wrong when the file is none.
func Identities(file string) ([]age.Identity, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	list, err := age.ParseIdentities(bytes.NewReader(text))
	if err != nil {
		return nil, &fault.Error{Kind: fault.Wrong, Key: "backup.not_a_key", Pairs: []any{"File", file}, Err: err}
	}
	return list, nil
}

// FileName is the name of a copy that was made at a moment.
func FileName(made time.Time) string {
	return nameStart + made.UTC().Format(nameTime) + Ending
}

const (
	nameStart = "sonha-"
	nameTime  = "20060102T150405.000Z"
)

// Prune keeps the newest copies of a folder and takes older ones away; it gives the names of those. Files that are no
// copies stay.
func Prune(folder string, keep int) ([]string, error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, err
	}
	var copies []string
	for _, e := range entries {
		if e.Type().IsRegular() && strings.HasPrefix(e.Name(), "sonha-") && strings.HasSuffix(e.Name(), Ending) {
			copies = append(copies, e.Name())
		}
	}
	slices.Sort(copies) // the name is the time
	if keep < 1 || len(copies) <= keep {
		return nil, nil
	}
	var gone []string
	for _, name := range copies[:len(copies)-keep] {
		if err := os.Remove(filepath.Join(folder, name)); err != nil {
			return gone, err
		}
		gone = append(gone, name)
	}
	return gone, nil
}
