package page

import (
	"errors"
	"syscall"

	"sonha/ground/fault"
)

// diskWords gives words to a disk that took no more of a file: full, over its quota, or only to be read. The database says so itself.
func diskWords(err error) error {
	if _, told := fault.As(err); told {
		return err
	}
	var key string
	switch {
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT), errors.Is(err, syscall.EFBIG):
		key = "fault.disk_full"
	case errors.Is(err, syscall.EROFS), errors.Is(err, syscall.EIO), errors.Is(err, syscall.EACCES):
		key = "fault.disk_broken"
	default:
		return err
	}
	return &fault.Error{Kind: fault.Busy, Key: key, Err: err}
}
