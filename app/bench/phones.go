package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"sonha/engine/db"
	"sonha/engine/page"
)

// Phone is one simulated phone: its session, and what it filled in while it had no network.
type Phone struct {
	Cookie string // of its session: name=value
	Items  []Item
}

// Item is one form that waits on a phone.
type Item struct {
	Path  string
	Form  url.Values
	Photo []byte // sent with it, if any
}

// Returning says how the phones come back.
type Returning struct {
	Within time.Duration // all of them begin within this time
	Lost   float64       // share of answers that are lost on the way after the server took the form
	Out    io.Writer
}

// Returned is what the phones saw.
type Returned struct {
	Requests, LostAnswers, Refused int64
	Took                           time.Duration
	P50, P99                       time.Duration
}

// Phones lets the phones come back to a running server. Each sends its items in their order; when an answer is lost it
// sends the item again under the same number until there is one; and in the end it sends everything once more, as a
// phone does that was switched off before it could note what had arrived.
func Phones(ctx context.Context, program string, args []string, phones []Phone, o Returning) (Returned, error) {
	s, err := start(ctx, program, args...)
	if err != nil {
		return Returned{}, err
	}
	r, err := back(ctx, s.base, phones, o)
	return r, errors.Join(err, s.stop())
}

func back(ctx context.Context, base string, phones []Phone, o Returning) (Returned, error) {
	c := newClient()
	defer c.CloseIdleConnections()
	var out Returned
	var mu sync.Mutex
	var times []time.Duration
	var first error
	var wg sync.WaitGroup
	started := time.Now()
	for i := range phones {
		wg.Go(func() {
			time.Sleep(time.Duration(rand.Int64N(int64(o.Within) + 1)))
			took, err := phones[i].comeBack(ctx, c, base, o.Lost, &out)
			mu.Lock()
			defer mu.Unlock()
			times = append(times, took...)
			first = errors.Join(first, err)
		})
	}
	wg.Wait()
	out.Took = time.Since(started)
	slices.Sort(times)
	if n := len(times); n > 0 {
		out.P50, out.P99 = times[n/2], times[n*99/100]
	}
	return out, first
}

// comeBack gives the times of the answers that arrived.
func (p *Phone) comeBack(ctx context.Context, c *client, base string, lost float64, out *Returned) ([]time.Duration, error) {
	var times []time.Duration
	forms := make([]url.Values, len(p.Items))
	for i, item := range p.Items {
		forms[i] = url.Values{page.RequestID: {db.NewID()}}
		maps.Copy(forms[i], item.Form)
	}
	for round := range 2 {
		for i, item := range p.Items {
			for {
				atomic.AddInt64(&out.Requests, 1)
				if round == 0 && rand.Float64() < lost {
					atomic.AddInt64(&out.LostAnswers, 1)
					hangUp(ctx, c, base, p.Cookie, item.Path, forms[i])
					continue
				}
				began := time.Now()
				again, err := p.send(ctx, c, base, item.Path, forms[i])
				if again {
					atomic.AddInt64(&out.Refused, 1)
					time.Sleep(200 * time.Millisecond)
					continue
				}
				if err != nil {
					return times, err
				}
				times = append(times, time.Since(began))
				break
			}
		}
	}
	return times, nil
}

func ask(ctx context.Context, base, cookie, path string, form url.Values) (*http.Request, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, base+path, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.Header.Set("Accept", "application/json")
	r.Header.Set(page.QuietHeader, "1")
	r.Header.Set("Cookie", cookie)
	return r, nil
}

// send sends one form; again says that the server asks to come back in a moment, or that there was no answer.
func (p *Phone) send(ctx context.Context, c *client, base, path string, form url.Values) (again bool, err error) {
	r, err := ask(ctx, base, p.Cookie, path, form)
	if err != nil {
		return false, err
	}
	res, err := c.Do(r)
	if err != nil {
		return ctx.Err() == nil, err
	}
	body, _ := io.ReadAll(res.Body)
	_ = res.Body.Close()
	switch res.StatusCode {
	case http.StatusOK:
		return false, nil
	case http.StatusServiceUnavailable, http.StatusTooManyRequests:
		return true, nil
	}
	return false, fmt.Errorf("%s: %s %.200s", path, res.Status, body)
}

// hangUp sends a form and goes away within some milliseconds: mostly after the server took it, now and then before.
func hangUp(ctx context.Context, c *client, base, cookie, path string, form url.Values) {
	ctx, cancel := context.WithTimeout(ctx, time.Duration(rand.Int64N(int64(30*time.Millisecond))))
	defer cancel()
	r, err := ask(ctx, base, cookie, path, form)
	if err != nil {
		return
	}
	if res, err := c.Do(r); err == nil {
		_ = res.Body.Close()
	}
}
