package bench

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"syscall"
)

// line is one kept connection of a load. It writes requests as they stand and reads of an answer what it must, for the server and for
// the bare programs alike, because the client of net/http costs as much as the server that it shares two cores with.
type line struct {
	conn net.Conn
	raw  syscall.RawConn
	in   []byte
}

func dial(ctx context.Context, base string) (*line, error) {
	u, err := url.Parse(base)
	if err != nil {
		return nil, err
	}
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", u.Host)
	if err != nil {
		return nil, err
	}
	c, ok := conn.(syscall.Conn)
	if !ok {
		return nil, errors.Join(errors.New("bench: a connection without a socket"), conn.Close())
	}
	raw, err := c.SyscallConn()
	if err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return &line{conn: conn, raw: raw, in: make([]byte, 64<<10)}, nil
}

// send sends one request and waits for the end of its answer.
func (l *line) send(text []byte) error {
	a := reply{left: -1}
	if err := l.exchange(text, &a); err != nil {
		return err
	}
	if a.status != http.StatusOK && a.status != http.StatusSeeOther {
		what, _, _ := bytes.Cut(text, []byte("\r\n"))
		return fmt.Errorf("%s: status %d", what, a.status)
	}
	return nil
}

// reply is an answer that is being read.
type reply struct {
	status int
	left   int    // of the body; -1 while the header is read
	head   []byte // as far as it came, when it came in pieces
}

var errNoLength = errors.New("bench: an answer without a status or a length")

// take looks at the next bytes of an answer; whole reports its end. Of the header it reads the status and the length: the server
// states one for every answer that is measured.
func (a *reply) take(b []byte) (whole bool, err error) {
	if a.left < 0 {
		if len(a.head) > 0 {
			b = append(a.head, b...)
		}
		head, body, found := bytes.Cut(b, []byte("\r\n\r\n"))
		if !found {
			a.head = bytes.Clone(b)
			return false, nil
		}
		if err := a.read(head); err != nil {
			return false, err
		}
		b = body
	}
	if a.left -= len(b); a.left < 0 {
		return false, errors.New("bench: more than one answer")
	}
	return a.left == 0, nil
}

// read takes status and length from a header.
func (a *reply) read(head []byte) (err error) {
	first, fields, _ := bytes.Cut(head, []byte("\r\n"))
	if len(first) < len("HTTP/1.1 200") {
		return errNoLength
	}
	if a.status, err = strconv.Atoi(string(first[9:12])); err != nil {
		return errNoLength
	}
	for len(fields) > 0 {
		var field []byte
		field, fields, _ = bytes.Cut(fields, []byte("\r\n"))
		if name, value, _ := bytes.Cut(field, []byte(":")); bytes.EqualFold(name, []byte("Content-Length")) {
			a.left, err = strconv.Atoi(string(bytes.TrimSpace(value)))
			return err
		}
	}
	return errNoLength
}

// plainly writes a request and reads its answer as any program would.
func (l *line) plainly(text []byte, a *reply) error {
	if _, err := l.conn.Write(text); err != nil {
		return err
	}
	for {
		n, err := l.conn.Read(l.in)
		if n == 0 && err == nil {
			err = io.ErrNoProgress
		}
		if err != nil {
			return err
		}
		if whole, err := a.take(l.in[:n]); whole || err != nil {
			return err
		}
	}
}
