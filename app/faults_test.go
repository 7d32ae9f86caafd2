package app_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"sonha/app/apptest"
	"sonha/engine/db"
	"sonha/engine/db/dbtest"
	"sonha/engine/db/dbtest/cluster"
	"sonha/ground/access"
	"sonha/ground/civil"
)

// The server is killed a few times while people write; docs/reliability.md has the long run.
func TestKilledWhilePeopleWrite(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("starts the program a dozen times")
	}
	program, err := exec.LookPath("sonha")
	if err != nil {
		t.Fatal(err)
	}
	for name, args := range map[string]func(t *testing.T) []string{
		"sqlite":   func(*testing.T) []string { return nil },
		"postgres": func(t *testing.T) []string { t.Helper(); return []string{"--db", dbtest.Postgres(t)} },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cmd := exec.CommandContext(t.Context(), program, append([]string{
				"bench", "crash", "--kills", "6", "--every", "2", "--writers", "6", "--between", "400ms", "--program", program,
			}, args(t)...)...)
			said, err := cmd.CombinedOutput()
			if err != nil || !strings.Contains(string(said), "không mất, không trùng") || !strings.Contains(string(said), "Dữ liệu nguyên vẹn") {
				t.Errorf("%v\n%s", err, said)
			}
		})
	}
}

// PostgreSQL goes away as in a power cut and comes back: readers and writers are told so in words, nothing is half stored, a form
// that is sent again takes effect once, and nobody restarts Sonha.
func TestPostgresGoneAndBack(t *testing.T) {
	t.Parallel()
	if os.Getenv(cluster.Env) == "" {
		t.Skip("no PostgreSQL: run through cluster/withpg")
	}
	ctx := t.Context()
	c, err := cluster.Start(ctx)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Stop)
	// The clusters of tests commit without waiting for the log; what was committed last would be gone after the cut.
	d, err := db.Open(ctx, db.Options{URL: c.URL + "&synchronous_commit=on", Testing: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	s := apptest.New(t, d)
	head := s.As("head")
	path := "/houses/" + s.House[lane] + "/log"
	form := func(n int) url.Values {
		return url.Values{
			"request_id": {fmt.Sprintf("0190a7c2-5b7a-7000-8000-%012d", n)}, "kind": {"routine"}, "on": {string(civil.DayOf(d.Now()))}, "text": {fmt.Sprintf("Đã xem đèn cổng, lượt %d.", n)},
		}
	}
	head.Post(path, form(1)).Is(http.StatusSeeOther)
	if err := c.Down(ctx); err != nil {
		t.Fatal(err)
	}
	const busy = "Sonha đang bận"
	head.Get("/houses/"+s.House[lane]).Is(http.StatusServiceUnavailable).Has("h1", busy)
	head.Post(path, form(2)).Is(http.StatusServiceUnavailable).Has("p", "những gì đã lưu vẫn còn")
	if err := c.Up(ctx); err != nil {
		t.Fatal(err)
	}
	head.Get("/houses/" + s.House[lane]).OK()
	head.Post(path, form(2)).Is(http.StatusSeeOther)
	for n := 1; n <= 2; n++ { // both once more: as they were answered, or that they were taken
		if again := head.Post(path, form(n)); again.Status != http.StatusSeeOther {
			again.OK().Has("h1", "Đã nhận rồi")
		}
	}
	var n int
	err = d.Read(ctx, s.System(), func(tx *db.Tx) error {
		return tx.One(ctx, `select count(*) from log_entries e where {scope e.house}`).Scan(&n)
	})
	if err != nil || n != 2 {
		t.Errorf("%d entries, want 2, %v", n, err)
	}
	found, err := d.CheckChain(ctx, access.System(s.Ward.ID, "test"), nil, nil)
	if err != nil || found.Break != nil {
		t.Errorf("the trail: %+v, %v", found, err)
	}
}

// A server that starts before PostgreSQL does says so once and opens when the database answers.
func TestServeWaitsForPostgres(t *testing.T) {
	t.Parallel()
	if os.Getenv(cluster.Env) == "" {
		t.Skip("no PostgreSQL: run through cluster/withpg")
	}
	c, err := cluster.Start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Stop)
	if err := c.Down(t.Context()); err != nil {
		t.Fatal(err)
	}
	s := launch(t, nil, "serve", "--addr", "127.0.0.1:0", "--data", filepath.Join(t.TempDir(), "d"), "--db", c.URL)
	s.waits(t, "Chưa tới được cơ sở dữ liệu PostgreSQL")
	if err := c.Up(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.listens(t)
}

// A folder that must not be written to is named, with what to do; nothing is left behind.
func TestAFolderThatMustNotBeWrittenTo(t *testing.T) {
	t.Parallel()
	dir, err := os.MkdirTemp("/tmp", "sonha-read-only-") //nolint:usetesting // another account must reach it
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o555); err != nil {
		t.Fatal(err)
	}
	var who *syscall.SysProcAttr
	if os.Geteuid() == 0 { // root may write anywhere
		who = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	}
	for _, data := range []string{dir, filepath.Join(dir, "new")} {
		s := launch(t, who, "serve", "--addr", "127.0.0.1:0", "--data", data)
		s.waits(t, "Không ghi được vào "+dir)
		if err := s.cmd.Wait(); err == nil {
			t.Error("the program ended well")
		}
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// child is the program in a process of its own.
type child struct {
	cmd  *exec.Cmd
	said chan string // lines of both outputs
	base string
}

func launch(t *testing.T, who *syscall.SysProcAttr, args ...string) *child {
	t.Helper()
	program, err := exec.LookPath("sonha")
	if err != nil {
		t.Fatal(err)
	}
	if who != nil { // the folder of the test's programs is for root alone
		program = open(t, program)
	}
	s := &child{cmd: exec.CommandContext(t.Context(), program, args...), said: make(chan string, 1000)}
	s.cmd.Args[0] = "sonha"
	s.cmd.SysProcAttr = who
	out, in := io.Pipe()
	s.cmd.Stdout, s.cmd.Stderr = in, in
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			select {
			case s.said <- lines.Text():
			default:
			}
		}
	}()
	t.Cleanup(func() { _ = s.cmd.Process.Kill(); _ = s.cmd.Wait() })
	return s
}

// open copies a program to where everybody may run it.
func open(t *testing.T, program string) string {
	t.Helper()
	body, err := os.ReadFile(program)
	if err != nil {
		t.Fatal(err)
	}
	dir, err := os.MkdirTemp("/tmp", "sonha-program-") //nolint:usetesting // another account must reach it
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	name := filepath.Join(dir, "sonha")
	for _, err := range []error{os.Chmod(dir, 0o755), os.WriteFile(name, body, 0o600), os.Chmod(name, 0o755)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return name
}

// waits waits until the program says a text.
func (s *child) waits(t *testing.T, text string) string {
	t.Helper()
	late := time.After(90 * time.Second)
	var all []string
	for {
		select {
		case line := <-s.said:
			if all = append(all, line); strings.Contains(line, text) {
				return line
			}
		case <-late:
			t.Fatalf("the program never said %q but:\n%s", text, strings.Join(all, "\n"))
		}
	}
}

func (s *child) listens(t *testing.T) {
	t.Helper()
	s.base = regexp.MustCompile(`http://[0-9.:]+`).FindString(s.waits(t, "Sonha đang chạy tại"))
}

// outsider is a browser at a child.
type outsider struct {
	*http.Client

	base string
}

func (s *child) visitor(t *testing.T) *outsider {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &outsider{&http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}, s.base}
}

func (v *outsider) ask(ctx context.Context, t *testing.T, path string, form url.Values) (int, string) {
	t.Helper()
	method, body := http.MethodGet, io.Reader(nil)
	if form != nil {
		method, body = http.MethodPost, bytes.NewBufferString(form.Encode())
	}
	r, err := http.NewRequestWithContext(ctx, method, v.base+path, body)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	res, err := v.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(text)
}
