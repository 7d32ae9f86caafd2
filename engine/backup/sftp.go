package backup

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"path"
	"strings"
	"time"

	"github.com/pkg/sftp"
	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/knownhosts"
)

// SFTP is a folder on another machine, reached over SSH with a key. The machine is known by its host key beforehand; it gets
// copies that it cannot read.
type SFTP struct {
	address, folder string
	config          *ssh.ClientConfig
}

// NewSFTP reads where the folder is ("sftp://user@host:port/folder"; a path that begins with /~/ is in the user's home), the private
// key to sign in with, and the file of known hosts (the form of OpenSSH, as ssh-keyscan prints it).
func NewSFTP(address, keyFile, knownHosts string) (*SFTP, error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "sftp" || u.Host == "" || u.User.Username() == "" || u.Path == "" || u.Path == "/" {
		return nil, fmt.Errorf("%q is not of the form sftp://user@host/folder", Redacted(address))
	}
	text, err := os.ReadFile(keyFile)
	if err != nil {
		return nil, err
	}
	key, err := ssh.ParsePrivateKey(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", keyFile, err)
	}
	known, err := knownhosts.New(knownHosts)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", knownHosts, err)
	}
	port := u.Port()
	if port == "" {
		port = "22"
	}
	folder := u.Path
	if rest, home := cutHome(folder); home {
		folder = rest
	}
	return &SFTP{
		address: net.JoinHostPort(u.Hostname(), port), folder: folder,
		config: &ssh.ClientConfig{User: u.User.Username(), Auth: []ssh.AuthMethod{ssh.PublicKeys(key)}, HostKeyCallback: known, Timeout: 30 * time.Second},
	}, nil
}

// Redacted is the address of a folder on another machine without a password, which somebody may have written into it.
func Redacted(address string) string {
	if !strings.Contains(address, "@") {
		return address
	}
	u, err := url.Parse(address)
	if err != nil || u.User == nil {
		return "…" + address[strings.LastIndexByte(address, '@'):]
	}
	return u.Redacted()
}

func cutHome(folder string) (rest string, home bool) {
	const start = "/~/"
	if len(folder) > len(start) && folder[:len(start)] == start {
		return folder[len(start):], true
	}
	return folder, false
}

// with signs in for one piece of work. The end of the context closes the line.
func (s *SFTP) with(ctx context.Context, do func(*sftp.Client) error) (err error) {
	conn, err := (&net.Dialer{Timeout: s.config.Timeout}).DialContext(ctx, "tcp", s.address)
	if err != nil {
		return err
	}
	if err := conn.SetDeadline(time.Now().Add(s.config.Timeout)); err != nil {
		return errors.Join(err, conn.Close())
	}
	line, channels, requests, err := ssh.NewClientConn(conn, s.address, s.config)
	if err != nil {
		return errors.Join(err, conn.Close())
	}
	if err := conn.SetDeadline(time.Time{}); err != nil {
		return errors.Join(err, line.Close())
	}
	client := ssh.NewClient(line, channels, requests)
	stop := context.AfterFunc(ctx, func() { _ = client.Close() })
	defer func() {
		if stop() {
			_ = client.Close() // the work is done; how the line ends says nothing
		}
		if err != nil && ctx.Err() != nil {
			err = ctx.Err()
		}
	}()
	files, err := sftp.NewClient(client)
	if err != nil {
		return err
	}
	return do(files) // the end of the line ends it too, also where the other machine says nothing more
}

// Names lists the files of the folder; a folder that is not there yet is empty.
func (s *SFTP) Names(ctx context.Context) (names []string, err error) {
	err = s.with(ctx, func(c *sftp.Client) error {
		list, err := c.ReadDirContext(ctx, s.folder)
		if errors.Is(err, os.ErrNotExist) {
			return nil
		}
		for _, info := range list {
			if info.Mode().IsRegular() {
				names = append(names, info.Name())
			}
		}
		return err
	})
	return names, err
}

// Put writes a copy under another name, compares the size that the other machine states, and renames it.
func (s *SFTP) Put(ctx context.Context, name string, write func(io.Writer) error) error {
	return s.with(ctx, func(c *sftp.Client) error {
		if err := c.MkdirAll(s.folder); err != nil {
			return fmt.Errorf("make %s: %w", s.folder, err)
		}
		part := path.Join(s.folder, name+partEnding)
		f, err := c.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_TRUNC)
		if err != nil {
			return err
		}
		sent := &counting{to: f}
		err = write(sent)
		if err = errors.Join(err, f.Close()); err != nil {
			_ = c.Remove(part) // what is left is written over the next time
			return err
		}
		info, err := c.Stat(part)
		if err != nil {
			return err
		}
		if info.Size() != sent.n {
			return fmt.Errorf("the other machine has %d bytes of %d", info.Size(), sent.n)
		}
		return c.PosixRename(part, path.Join(s.folder, name))
	})
}

// Remove takes a copy away.
func (s *SFTP) Remove(ctx context.Context, name string) error {
	return s.with(ctx, func(c *sftp.Client) error { return c.Remove(path.Join(s.folder, name)) })
}

type counting struct {
	to io.Writer
	n  int64
}

// Write writes on and counts.
func (c *counting) Write(p []byte) (int, error) {
	n, err := c.to.Write(p)
	c.n += int64(n)
	return n, err
}
