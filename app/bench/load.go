package bench

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"sonha/ground/pattern"
)

// request is one request of a load: a page, or a form.
type request struct {
	path string
	form url.Values
}

type client struct{ *http.Client }

func newClient() *client {
	jar, _ := cookiejar.New(nil)
	return &client{&http.Client{
		Jar: jar, Timeout: 20 * time.Second,
		Transport:     &http.Transport{MaxIdleConnsPerHost: 128, DisableCompression: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

func (c *client) get(ctx context.Context, address string) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	res, err := c.Do(r)
	if err != nil {
		return nil, err
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", address, res.Status)
	}
	return body, err
}

func (c *client) send(ctx context.Context, base string, q request) error {
	method, body := http.MethodGet, io.Reader(nil)
	if q.form != nil {
		method, body = http.MethodPost, strings.NewReader(q.form.Encode())
	}
	r, err := http.NewRequestWithContext(ctx, method, base+q.path, body)
	if err != nil {
		return err
	}
	if q.form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	res, err := c.Do(r)
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, res.Body)
	_ = res.Body.Close()
	if err == nil && res.StatusCode != http.StatusOK && res.StatusCode != http.StatusSeeOther {
		err = fmt.Errorf("%s %s: %s", method, q.path, res.Status)
	}
	return err
}

func signIn(ctx context.Context, base, phone, secret string) (*client, error) {
	c := newClient()
	if err := c.send(ctx, base, request{path: "/sign-in", form: url.Values{"phone": {phone}, "secret": {secret}}}); err != nil {
		return nil, err
	}
	_, err := c.get(ctx, base+"/today")
	return c, err
}

// server is a child process that answers requests.
type server struct {
	cmd     *exec.Cmd
	base    string
	started time.Time
	peak    float64
}

var address = pattern.Of(`http://[0-9.]+:[0-9]+`)

// start runs the program until it says where it listens.
func start(ctx context.Context, program string, args ...string) (*server, error) {
	s := &server{cmd: exec.CommandContext(ctx, program, args...), started: time.Now()} //nolint:gosec // the program itself, as whoever measures names it
	s.cmd.Stderr = os.Stderr
	s.cmd.Cancel = func() error { return s.cmd.Process.Signal(syscall.SIGTERM) }
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if s.base = address().FindString(lines.Text()); s.base != "" {
			go func() { _, _ = io.Copy(io.Discard, out) }()
			return s, nil
		}
	}
	return nil, errors.Join(errors.New("bench: the program ended before it listened"), s.cmd.Wait())
}

func (s *server) stop() error {
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	return s.cmd.Wait()
}

// firstPage waits for the first answer and gives the time since the start of the process.
func (s *server) firstPage(ctx context.Context) (time.Duration, error) {
	_, err := newClient().get(ctx, s.base+"/")
	return time.Since(s.started), err
}

// ticks is the unit of CPU time in /proc, fixed on Linux.
const ticks = 100

// cpu is the processor time that a process has used, user and system.
func cpu(process int) (time.Duration, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", process))
	if err != nil {
		return 0, err
	}
	fields := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
	user, err := strconv.Atoi(fields[11])
	if err != nil {
		return 0, err
	}
	system, err := strconv.Atoi(fields[12])
	return time.Duration(user+system) * time.Second / ticks, err
}

// resident is the memory that the process holds, in MB.
func (s *server) resident() (float64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.cmd.Process.Pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kb, err := strconv.Atoi(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(rest), "kB")))
			return max(float64(kb)/1024, s.peak), err
		}
	}
	return 0, errors.New("bench: no VmRSS")
}

// load sends count requests from several clients after a tenth of them to warm up.
func (s *server) load(ctx context.Context, c *client, clients, count int, next func(i int) request) (sample, error) {
	if _, _, err := s.run(ctx, c, clients, count/10, next); err != nil {
		return sample{}, err
	}
	times, out, err := s.run(ctx, c, clients, count, next)
	if err != nil {
		return sample{}, err
	}
	slices.Sort(times)
	out.p50, out.p99 = times[count/2], times[count*99/100]
	return out, nil
}

func (s *server) run(ctx context.Context, c *client, clients, count int, ask func(i int) request) (times []time.Duration, out sample, err error) {
	head, err := c.head(s.base)
	if err != nil {
		return nil, out, err
	}
	texts := make([][]byte, count) // before the clock runs
	for i := range texts {
		texts[i] = ask(i).text(head)
	}
	times = append(times, slices.Repeat([]time.Duration{0}, count)...)
	// One processor is enough for all clients, and one that has nothing to do sleeps: two would look for work in each other's queues
	// while the server has need of them.
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	before, err := s.usage()
	if err != nil {
		return nil, out, err
	}
	var next atomic.Int64
	var once sync.Once
	var wg sync.WaitGroup
	for range clients {
		wg.Go(func() {
			if e := s.client(ctx, texts, times, &next); e != nil {
				once.Do(func() { err = e })
			}
		})
	}
	wg.Wait()
	after, failed := s.usage()
	out.since(before, after, count)
	return times, out, errors.Join(err, failed)
}

// client sends the texts that are next, one behind the other, and waits for each answer.
func (s *server) client(ctx context.Context, texts [][]byte, times []time.Duration, next *atomic.Int64) error {
	l, err := dial(ctx, s.base)
	if err != nil {
		return err
	}
	defer func() { _ = l.conn.Close() }()
	for {
		i := int(next.Add(1)) - 1
		if i >= len(texts) {
			return nil
		}
		t := time.Now()
		if err := l.send(texts[i]); err != nil {
			return err
		}
		times[i] = time.Since(t)
	}
}

// head gives the lines that every request of this client has.
func (c *client) head(base string) (string, error) {
	u, err := url.Parse(base)
	if err != nil {
		return "", err
	}
	var head strings.Builder
	head.WriteString("Host: " + u.Host + "\r\nSec-Fetch-Site: same-origin\r\nCookie: ")
	for _, k := range c.Jar.Cookies(u) {
		head.WriteString(k.Name + "=" + k.Value + "; ")
	}
	head.WriteString("lang=vi\r\n")
	return head.String(), nil
}

// text is the request as it goes over the wire.
func (q request) text(head string) []byte {
	if q.form == nil {
		return []byte("GET " + q.path + " HTTP/1.1\r\n" + head + "\r\n")
	}
	body := q.form.Encode()
	return []byte("POST " + q.path + " HTTP/1.1\r\n" + head + "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: " +
		strconv.Itoa(len(body)) + "\r\n\r\n" + body)
}
