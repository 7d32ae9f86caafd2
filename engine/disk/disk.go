// Package disk sees that what is written outlives a power cut.
package disk

import (
	"errors"
	"os"
	"runtime"
)

// SyncFolder flushes the entries of a folder: only then does a new name in it last, after a rename too. Windows knows no such call
// and refuses it.
func SyncFolder(path string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
