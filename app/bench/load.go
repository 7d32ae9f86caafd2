package bench

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// sample is what a load of requests cost.
type sample struct {
	cpu      time.Duration // of the server, a request
	rate     float64       // requests a second
	p50, p99 time.Duration
}

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

var address = regexp.MustCompile(`http://[0-9.]+:[0-9]+`)

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
		if s.base = address.FindString(lines.Text()); s.base != "" {
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

// cpu is the CPU time that the process has used, user and system.
func (s *server) cpu() (time.Duration, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", s.cmd.Process.Pid))
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
	before, err := s.cpu()
	if err != nil {
		return sample{}, err
	}
	times, took, err := s.run(ctx, c, clients, count, next)
	if err != nil {
		return sample{}, err
	}
	after, err := s.cpu()
	slices.Sort(times)
	return sample{cpu: (after - before) / time.Duration(count), rate: float64(count) / took.Seconds(), p50: times[count/2], p99: times[count*99/100]}, err
}

func (s *server) run(ctx context.Context, c *client, clients, count int, ask func(i int) request) (times []time.Duration, took time.Duration, err error) {
	head, err := c.head(s.base)
	if err != nil {
		return nil, 0, err
	}
	texts := make([]string, count) // before the clock runs
	for i := range texts {
		texts[i] = ask(i).text(head)
	}
	times = append(times, slices.Repeat([]time.Duration{0}, count)...)
	var next atomic.Int64
	var once sync.Once
	var wg sync.WaitGroup
	began := time.Now()
	for range clients {
		wg.Go(func() {
			l, e := dial(ctx, s.base)
			if e != nil {
				once.Do(func() { err = e })
				return
			}
			defer func() { _ = l.conn.Close() }()
			for {
				i := int(next.Add(1)) - 1
				if i >= count {
					return
				}
				t := time.Now()
				if e := l.send(texts[i]); e != nil {
					once.Do(func() { err = e })
					return
				}
				times[i] = time.Since(t)
			}
		})
	}
	wg.Wait()
	return times, time.Since(began), err
}

// line is one kept connection of a load. It writes requests as they stand and reads of an answer what it must, for the server and for
// the bare programs alike, because the client of net/http costs as much as the server that it shares two cores with.
type line struct {
	conn net.Conn
	in   *bufio.Reader
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
	return &line{conn: conn, in: bufio.NewReaderSize(conn, 64<<10)}, nil
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
func (q request) text(head string) string {
	if q.form == nil {
		return "GET " + q.path + " HTTP/1.1\r\n" + head + "\r\n"
	}
	body := q.form.Encode()
	return "POST " + q.path + " HTTP/1.1\r\n" + head + "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: " + strconv.Itoa(len(body)) + "\r\n\r\n" + body
}

func (l *line) send(text string) error {
	if _, err := io.WriteString(l.conn, text); err != nil {
		return err
	}
	status, err := l.receive()
	if err == nil && status != http.StatusOK && status != http.StatusSeeOther {
		what, _, _ := strings.Cut(text, "\r\n")
		err = fmt.Errorf("%s: status %d", what, status)
	}
	return err
}

// receive reads one answer to its end and gives its status. Of the header it reads the length only: the server states
// one for every answer that is measured.
func (l *line) receive() (status int, err error) {
	first, err := l.in.ReadSlice('\n')
	if err != nil {
		return 0, err
	}
	if len(first) < len("HTTP/1.1 200") {
		return 0, fmt.Errorf("bench: no status line: %q", first)
	}
	if status, err = strconv.Atoi(string(first[9:12])); err != nil {
		return 0, err
	}
	length := -1
	for {
		field, err := l.in.ReadSlice('\n')
		if err != nil {
			return 0, err
		}
		if len(bytes.TrimRight(field, "\r\n")) == 0 {
			break
		}
		if name, value, _ := bytes.Cut(field, []byte(":")); bytes.EqualFold(name, []byte("Content-Length")) {
			if length, err = strconv.Atoi(string(bytes.TrimSpace(value))); err != nil {
				return 0, err
			}
		}
	}
	if length < 0 {
		return 0, errors.New("bench: an answer without a length")
	}
	_, err = l.in.Discard(length)
	return status, err
}
