package bench

import (
	"errors"
	"fmt"
	"io"
	"syscall"
)

// exchange writes a request with one call of the system and reads its answer with one, or as many as it comes in pieces. net.Conn would
// ask for an answer before there can be one, at each request; here the wait begins before the request leaves, so that an answer
// which is there at once is not missed.
func (l *line) exchange(text []byte, a *reply) error {
	if len(text) > 4<<10 {
		return l.plainly(text, a)
	}
	sent := false
	var failed error
	err := l.raw.Read(func(socket uintptr) (done bool) {
		if !sent {
			sent = true
			n, err := syscall.Write(int(socket), text) // it fits into the buffer of a socket that is empty
			if err == nil && n < len(text) {
				err = io.ErrShortWrite
			}
			failed = err
			return err != nil
		}
		done, failed = l.receive(int(socket), a)
		return done || failed != nil
	})
	return errors.Join(err, failed)
}

// receive reads what has come of an answer until there is no more of it now: only what comes after that wakes the one who waits.
func (l *line) receive(socket int, a *reply) (whole bool, err error) {
	for {
		n, err := syscall.Read(socket, l.in)
		switch {
		case errors.Is(err, syscall.EINTR):
			continue
		case errors.Is(err, syscall.EAGAIN):
			return false, nil
		case err != nil:
			return false, fmt.Errorf("read: %w", err)
		case n == 0:
			return false, io.ErrUnexpectedEOF
		}
		if whole, err := a.take(l.in[:n]); whole || err != nil || n < len(l.in) {
			return whole, err
		}
	}
}
