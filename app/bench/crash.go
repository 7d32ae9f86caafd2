package bench

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"sonha/engine/db"
	"sonha/engine/page"
)

// Writer is somebody who writes without pause: one form after another, each only when the one before was acknowledged.
type Writer struct {
	Cookie string           // of the session: name=value
	Next   func(n int) Item // the n-th form, counted from 0

	acked atomic.Int64 // forms that were acknowledged
}

// Acked is how many of the writer's forms were acknowledged; the one behind them may be stored too.
func (w *Writer) Acked() int { return int(w.acked.Load()) }

// Crashing says how a server is killed.
type Crashing struct {
	Program string
	Args    []string // of the server
	Kills   int
	Most    time.Duration // no more kills after this time; 0: no limit
	Between time.Duration // each kill comes within this time after the server answers
	Every   int           // kills between two checks
	Seed    uint64
	Writers []*Writer
	Check   func(ctx context.Context) error // compares what is stored with what was acknowledged; nobody writes meanwhile
	Out     io.Writer
}

// Crashed is what was done and seen.
type Crashed struct {
	Kills, Unborn int   // of them: before the server listened
	Acked         int64 // forms acknowledged
	Repeats       int64 // forms sent again after they were acknowledged
	Retries       int64 // forms sent again because no answer came
	Checks        int
	Starts        []time.Duration // from the start of the process to its first answer
}

// Crash starts a server, lets the writers write, kills it with SIGKILL at a random moment, starts it again and compares, again
// and again. It stops at the first difference.
func Crash(ctx context.Context, o Crashing) (Crashed, error) {
	c := &crash{Crashing: o, dice: rand.New(rand.NewPCG(o.Seed, 1)), client: newClient()}
	defer c.client.CloseIdleConnections()
	c.gate.Lock() // nobody writes before the first server answers
	ctx, cancel := context.WithCancel(ctx)
	var writers sync.WaitGroup
	for i, w := range o.Writers {
		dice := rand.New(rand.NewPCG(o.Seed, uint64(i)+2))
		writers.Go(func() { c.write(ctx, w, dice) })
	}
	err := c.rounds(ctx)
	cancel()
	c.gate.Unlock()
	writers.Wait()
	for _, w := range o.Writers {
		c.seen.Acked += w.acked.Load()
	}
	c.seen.Repeats, c.seen.Retries = c.repeats.Load(), c.retries.Load()
	return c.seen, errors.Join(err, c.failed())
}

type crash struct {
	Crashing

	dice   *rand.Rand
	client *client
	seen   Crashed

	gate             sync.RWMutex // held by the writers while they send, by the killer while nobody may
	base             atomic.Pointer[string]
	repeats, retries atomic.Int64
	mu               sync.Mutex
	wrong            error // the first answer that should not be
}

// rounds holds the gate at its beginning and at its end.
func (c *crash) rounds(ctx context.Context) error {
	began := time.Now()
	for c.seen.Kills < c.Kills && (c.Most == 0 || time.Since(began) < c.Most) {
		if c.dice.IntN(8) == 0 {
			if err := c.unborn(ctx); err != nil {
				return err
			}
		}
		s, err := c.born(ctx)
		if err != nil {
			return err
		}
		if c.seen.Kills%max(c.Every, 1) == 0 {
			if err := c.check(ctx); err != nil {
				return errors.Join(err, s.end())
			}
		}
		c.gate.Unlock()
		time.Sleep(time.Duration(c.dice.Int64N(int64(c.Between))))
		err = s.end() // in the middle of everything
		c.gate.Lock()
		c.seen.Kills++
		if err = errors.Join(err, c.failed()); err != nil {
			return fmt.Errorf("after %d kills: %w", c.seen.Kills, err)
		}
	}
	s, err := c.born(ctx)
	if err != nil {
		return err
	}
	// Everybody gets an answer to what was under way, and then all is compared once more.
	c.gate.Unlock()
	time.Sleep(time.Second)
	c.gate.Lock()
	err = c.check(ctx)
	return errors.Join(err, s.stop())
}

func (c *crash) check(ctx context.Context) error {
	c.seen.Checks++
	if err := c.Check(ctx); err != nil {
		return fmt.Errorf("after %d kills: %w", c.seen.Kills, err)
	}
	return nil
}

// born starts the server and waits for its first answer.
func (c *crash) born(ctx context.Context) (*server, error) {
	s, err := start(ctx, c.Program, c.Args...)
	if err != nil {
		return nil, fmt.Errorf("after %d kills the program does not start: %w", c.seen.Kills, err)
	}
	took, err := s.firstPage(ctx)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("after %d kills the program does not answer: %w", c.seen.Kills, err), s.end())
	}
	c.seen.Starts = append(c.seen.Starts, took)
	c.base.Store(&s.base)
	return s, nil
}

// unborn kills a server while it opens its data.
func (c *crash) unborn(ctx context.Context) error {
	cmd := exec.CommandContext(ctx, c.Program, c.Args...) //nolint:gosec // the program itself, as whoever measures names it
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		return err
	}
	time.Sleep(time.Duration(c.dice.Int64N(int64(120 * time.Millisecond))))
	err := cmd.Process.Kill()
	_ = cmd.Wait() // its end is the kill
	c.seen.Kills++
	c.seen.Unborn++
	return err
}

// end kills the server.
func (s *server) end() error {
	err := s.cmd.Process.Kill()
	_ = s.cmd.Wait() // its end is the kill
	return err
}

// write sends the forms of a writer until the context ends; a form without an answer is sent again under its number.
func (c *crash) write(ctx context.Context, w *Writer, dice *rand.Rand) {
	for n := 0; ctx.Err() == nil; n++ {
		item, id := w.Next(n), db.NewID()
		for {
			taken, err := c.offer(ctx, w, item, id)
			if err != nil {
				c.note(fmt.Errorf("form %d: %w", n, err))
				return
			}
			if taken {
				break
			}
			if ctx.Err() != nil {
				return
			}
			c.retries.Add(1)
			time.Sleep(5 * time.Millisecond)
		}
		w.acked.Add(1)
		if dice.IntN(20) == 0 { // a double tap: whatever comes of it, it must take effect no second time
			c.repeats.Add(1)
			if _, err := c.offer(ctx, w, item, id); err != nil {
				c.note(fmt.Errorf("form %d again: %w", n, err))
				return
			}
		}
	}
}

// offer sends a form once; taken says that the server acknowledged it.
func (c *crash) offer(ctx context.Context, w *Writer, item Item, id string) (taken bool, err error) {
	c.gate.RLock()
	defer c.gate.RUnlock()
	if ctx.Err() != nil {
		return false, nil
	}
	r, err := item.request(ctx, *c.base.Load(), id)
	if err != nil {
		return false, err
	}
	r.Header.Set("Cookie", w.Cookie)
	res, err := c.client.Do(r)
	if err != nil {
		return false, nil
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		return false, nil
	}
	switch res.StatusCode {
	case http.StatusOK, http.StatusSeeOther:
		return true, nil
	case http.StatusServiceUnavailable, http.StatusTooManyRequests:
		return false, nil
	}
	return false, fmt.Errorf("%s: %s %.300s", item.Path, res.Status, body)
}

// request is the form under its number, with its photo if it has one.
func (i Item) request(ctx context.Context, base, id string) (*http.Request, error) {
	form := url.Values{page.RequestID: {id}}
	maps.Copy(form, i.Form)
	if i.Photo == nil {
		return ask(ctx, base, "", i.Path, form)
	}
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	for name, values := range form {
		for _, v := range values {
			if err := m.WriteField(name, v); err != nil {
				return nil, err
			}
		}
	}
	part, err := m.CreateFormFile("photo", "anh.jpg")
	if err != nil {
		return nil, err
	}
	if _, err := part.Write(i.Photo); err != nil {
		return nil, err
	}
	if err := m.Close(); err != nil {
		return nil, err
	}
	r, err := ask(ctx, base, "", i.Path, nil)
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", m.FormDataContentType())
	r.Body, r.ContentLength = io.NopCloser(strings.NewReader(body.String())), int64(body.Len())
	return r, nil
}

func (c *crash) note(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.wrong == nil {
		c.wrong = err
	}
}

func (c *crash) failed() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.wrong
}
