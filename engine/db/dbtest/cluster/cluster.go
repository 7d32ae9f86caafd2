// Package cluster makes a throw-away PostgreSQL server for tests out of the programs that the machine already has.
//
// PostgreSQL refuses to run as root, so a root caller starts it as the account postgres or nobody. A small shell stands
// between the caller and the server and reads from a pipe that the caller holds open: when the caller ends, in whatever
// way, the pipe closes and the shell stops the server and removes every file. Nothing is left behind, not even after SIGKILL.
package cluster

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"sonha/ground/pattern"
)

// Env names the environment variable that carries the URL of a running test server to the tests.
const Env = "SONHA_TEST_POSTGRES"

// ErrNotInstalled says that no initdb was found in PATH nor in the usual folders of Debian, Red Hat and Homebrew.
var ErrNotInstalled = errors.New("PostgreSQL is not installed: no initdb in PATH or /usr/lib/postgresql/*/bin (on Debian: apt-get install postgresql)")

// startTimeout bounds initdb and the first start together; both take about two seconds on an idle machine.
const startTimeout = 2 * time.Minute

// Cluster is a running PostgreSQL server that listens on a Unix socket only.
type Cluster struct {
	// URL opens the database "postgres" as a superuser, in a form that pgx and psql both read.
	URL string

	dir   string
	hold  io.Closer
	ended chan struct{}
	again *Cluster // the server of Up, over the same files
}

// Start makes a new server with the newest PostgreSQL of this machine and returns once it accepts connections.
// It trades safety for speed (no fsync), so it is for tests only. The caller must call Stop.
// When PostgreSQL is missing the error is ErrNotInstalled; any other error carries the end of the server's own words.
func Start(ctx context.Context) (*Cluster, error) {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()

	bin, err := newest(ctx)
	if err != nil {
		return nil, err
	}
	who, err := serverAccount()
	if err != nil {
		return nil, err
	}
	dir, err := makeDir(who)
	if err != nil {
		return nil, err
	}
	if err := initialise(ctx, bin, dir, who); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	c, err := launch(bin, dir, who)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	if err := c.waitReady(ctx); err != nil {
		log := tail(filepath.Join(dir, "log"))
		c.Stop()
		return nil, fmt.Errorf("%w\n%s", err, log)
	}
	return c, nil
}

// Stop ends the server and removes its files. It may be called more than once.
func (c *Cluster) Stop() {
	if c.again != nil {
		c.again.Stop()
	}
	_ = c.hold.Close()
	<-c.ended
}

// Down ends the server as a power cut does, and leaves its files for Up. All connections break.
func (c *Cluster) Down(ctx context.Context) error {
	lock, err := os.ReadFile(filepath.Join(c.dir, "data", "postmaster.pid"))
	if err != nil {
		return err
	}
	line, _, _ := strings.Cut(string(lock), "\n")
	pid, err := strconv.Atoi(strings.TrimSpace(line))
	if err != nil {
		return fmt.Errorf("postmaster.pid: %w", err)
	}
	if err := syscall.Kill(pid, syscall.SIGQUIT); err != nil {
		return err
	}
	for {
		if _, err := os.Stat(filepath.Join(c.dir, "ended")); err == nil {
			return nil
		}
		select {
		case <-time.After(10 * time.Millisecond):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// Up starts the server again after Down, under the same address.
func (c *Cluster) Up(ctx context.Context) error {
	bin, err := newest(ctx)
	if err != nil {
		return err
	}
	who, err := serverAccount()
	if err != nil {
		return err
	}
	if err := os.Remove(filepath.Join(c.dir, "ended")); err != nil {
		return err
	}
	if c.again, err = launch(bin, c.dir, who); err != nil {
		return err
	}
	return c.waitReady(ctx)
}

// supervise runs the server ($1) in the folder $2 until standard input ends, however that happens, then removes the folder.
// SIGQUIT stops a server at once and without a checkpoint: its files are about to go anyway. It is repeated because a server
// that has only just begun may not listen to it yet. The shell itself ignores signals, so that Ctrl-C cannot orphan the server.
const supervise = `
trap '' HUP INT TERM QUIT
( "$1" -D "$2/data" -k "$2" >"$2/log" 2>&1 </dev/null; : >"$2/ended" ) &
cat >/dev/null
while [ -d "$2" ] && [ ! -e "$2/ended" ]; do kill -QUIT 0; sleep 0.05; done
wait
rm -rf "$2"
`

// settings replaces the file that initdb wrote. What a crash would lose is of no value here.
const settings = `
listen_addresses = ''
max_connections = 200
shared_buffers = 32MB
fsync = off
synchronous_commit = off
full_page_writes = off
wal_level = minimal
max_wal_senders = 0
max_wal_size = 256MB
timezone = 'UTC'
lc_messages = 'C'
`

// initialise makes an empty database cluster in dir/data. The locale sorts by bytes, as SQLite does: C.UTF-8 where the machine has it, else C.
func initialise(ctx context.Context, bin, dir string, who *syscall.Credential) error {
	data := filepath.Join(dir, "data")
	var failures []error
	for _, locale := range []string{"C.UTF-8", "C"} {
		cmd := exec.CommandContext(ctx, filepath.Join(bin, "initdb"), "--pgdata="+data, "--username=sonha", "--auth=trust",
			"--encoding=UTF8", "--locale="+locale, "--no-sync", "--no-instructions")
		lower(cmd, dir, who)
		words, err := cmd.CombinedOutput()
		if err == nil {
			return os.WriteFile(filepath.Join(data, "postgresql.conf"), []byte(settings), 0o600)
		}
		failures = append(failures, fmt.Errorf("initdb --locale=%s: %w\n%s", locale, err, words))
		if err := os.RemoveAll(data); err != nil {
			return err
		}
	}
	return errors.Join(failures...)
}

// launch starts the supervising shell, which starts the server.
func launch(bin, dir string, who *syscall.Credential) (*Cluster, error) {
	// Not bound to the caller's context: the pipe decides how long the server lives.
	cmd := exec.Command("/bin/sh", "-c", supervise, "sonha-test-postgres", filepath.Join(bin, "postgres"), dir)
	lower(cmd, dir, who)
	hold, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start PostgreSQL: %w", err)
	}
	address := url.URL{Scheme: "postgres", User: url.User("sonha"), Path: "/postgres", RawQuery: url.Values{"host": {dir}}.Encode()}
	c := &Cluster{URL: address.String(), dir: dir, hold: hold, ended: make(chan struct{})}
	go func() {
		_ = cmd.Wait()
		close(c.ended)
	}()
	return c, nil
}

// waitReady returns when the server says in its own lock file that it accepts connections, as pg_ctl does.
func (c *Cluster) waitReady(ctx context.Context) error {
	const statusLine = 7 // counted from 0: LOCK_FILE_LINE_PM_STATUS
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		lock, err := os.ReadFile(filepath.Join(c.dir, "data", "postmaster.pid"))
		if lines := strings.Split(string(lock), "\n"); err == nil && len(lines) > statusLine && strings.TrimSpace(lines[statusLine]) == "ready" {
			return nil
		}
		if _, err := os.Stat(filepath.Join(c.dir, "ended")); err == nil {
			return errors.New("PostgreSQL ended while starting")
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("PostgreSQL did not become ready: %w", ctx.Err())
		case <-tick.C:
		}
	}
}

// makeDir makes the one folder of a cluster. It lies in /tmp whatever TMPDIR says: a socket's path has about 100 bytes,
// and the account that runs the server must be able to walk to it.
func makeDir(who *syscall.Credential) (string, error) {
	dir, err := os.MkdirTemp("/tmp", "sonha-pg-")
	if err != nil {
		return "", err
	}
	if who == nil {
		return dir, nil
	}
	if err := os.Chown(dir, int(who.Uid), int(who.Gid)); err != nil {
		return "", errors.Join(err, os.RemoveAll(dir))
	}
	return dir, nil
}

// lower makes cmd run as the server's account, in its folder, in a process group of its own, with none of the caller's PG… variables.
func lower(cmd *exec.Cmd, dir string, who *syscall.Credential) {
	cmd.Dir = dir
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C", "HOME=" + dir}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Credential: who}
}

// serverAccount returns the account to run the server as: nil (the caller's own) unless the caller is root.
func serverAccount() (*syscall.Credential, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		account, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, errUID := strconv.ParseUint(account.Uid, 10, 32)
		gid, errGID := strconv.ParseUint(account.Gid, 10, 32)
		if errUID == nil && errGID == nil {
			return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
		}
	}
	return nil, errors.New("PostgreSQL refuses to run as root and there is no account postgres or nobody to run it as")
}

// versionNumber finds "15" or "15.20" in "initdb (PostgreSQL) 15.20 (Debian …)".
var versionNumber = pattern.Of(`\(PostgreSQL\) (\d+)(?:\.(\d+))?`)

// newest returns the folder of the newest initdb that answers when asked for its version.
func newest(ctx context.Context) (string, error) {
	var found []string
	if path, err := exec.LookPath("initdb"); err == nil {
		found = append(found, path)
	}
	for _, pattern := range []string{"/usr/lib/postgresql/*/bin/initdb", "/usr/pgsql-*/bin/initdb", "/opt/homebrew/opt/postgresql@*/bin/initdb"} {
		more, err := filepath.Glob(pattern)
		if err != nil {
			return "", err
		}
		found = append(found, more...)
	}
	best, bestVersion := "", -1
	for _, path := range found {
		words, err := exec.CommandContext(ctx, path, "--version").Output()
		if version := versionOf(words); err == nil && version > bestVersion {
			best, bestVersion = filepath.Dir(path), version
		}
	}
	if best == "" {
		return "", ErrNotInstalled
	}
	return best, nil
}

// versionOf reads the answer to initdb --version as one comparable number, or -1.
func versionOf(words []byte) int {
	m := versionNumber().FindSubmatch(words)
	if m == nil {
		return -1
	}
	major, _ := strconv.Atoi(string(m[1]))
	minor, _ := strconv.Atoi(string(m[2])) // a beta has none and counts as 0
	return major*1000 + minor
}

// tail returns the last lines of a log file, for an error message.
func tail(path string) string {
	const lines = 20
	text, err := os.ReadFile(path)
	if err != nil {
		return ""
	}
	all := bytes.Split(bytes.TrimSpace(text), []byte("\n"))
	return string(bytes.Join(all[max(0, len(all)-lines):], []byte("\n")))
}
