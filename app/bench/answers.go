package bench

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"path/filepath"
	"runtime"
	"slices"

	"sonha/engine/db"
	"sonha/engine/page"
)

// answering signs a group lead in and gives the answers that she sends: each changes what was answered before.
func answering(ctx context.Context, s *server) (*client, func(i int) request, error) {
	head, err := signIn(ctx, s.base, "0900000002", "246810")
	if err != nil {
		return nil, nil, err
	}
	ids, err := houseIDs(ctx, head, s.base+"/houses?state=not_inspected")
	if err != nil {
		return nil, nil, err
	}
	codes := []string{"VH4", "TC2", "TC5", "TN3", "NK3", "GD4", "HG6"}
	values := []string{"2", "1", "0"}
	return head, func(i int) request {
		return request{
			path: "/houses/" + ids[i%len(ids)] + "/assessment/" + codes[i/len(ids)%len(codes)],
			form: url.Values{"answer": {values[i/len(ids)/len(codes)%len(values)]}, page.RequestID: {db.NewID()}},
		}
	}, nil
}

// turn is what a load of answers gave and, right after it, raw commits one by one.
type turn struct {
	answers sample
	raw     float64 // a second
}

func (t turn) ratio() float64 { return t.answers.rate / t.raw }

// turns measures answers of 64 clients and raw commits one after the other, so many times: the machine is faster in one second than in the
// next, and the two are to be compared under the same weather. They come back ordered by their ratio.
func (o Options) turns(ctx context.Context, s *server, rounds int, each func(turn)) ([]turn, error) {
	head, ask, err := answering(ctx, s)
	if err != nil {
		return nil, err
	}
	var all []turn
	for range rounds {
		var t turn
		if t.answers, err = s.load(ctx, head, 64, 8000, ask); err != nil {
			return nil, err
		}
		if t.raw, err = o.raw(ctx); err != nil {
			return nil, err
		}
		each(t)
		all = append(all, t)
	}
	slices.SortFunc(all, func(a, b turn) int { return cmp.Compare(a.ratio(), b.ratio()) })
	return all, nil
}

const (
	rawCommits     = "raw SQLite commits one by one"
	ratioOfAnswers = "answers (64 clients) ÷ raw commits, rate"
)

// Answers measures durable answers and raw commits in turns, and says who used the processor meanwhile: the server, the load generator,
// others on the machine, or nobody. It gives an error when the bar is missed.
func Answers(ctx context.Context, o Options, rounds int) error {
	o, clean, err := o.placed()
	if err != nil {
		return err
	}
	defer clean()
	r := &report{out: o.Out}
	s, err := o.demo(ctx, r, filepath.Join(o.Dir, fmt.Sprintf("demo-%d", small)), small)
	if err != nil {
		return err
	}
	defer func() { _ = s.stop() }()
	all, err := o.turns(ctx, s, rounds, func(t turn) {
		a := t.answers
		r.line("server %4.0f µs, generator %4.0f µs an answer; server %4.2f, generator %4.2f, others %4.2f, idle %4.2f of %d cores; %6.0f answers/s, %6.0f raw commits/s, %4.2f ×",
			micros(a.cpu), micros(a.own), a.share(a.cpu), a.share(a.own), a.others, a.idle, runtime.NumCPU(), a.rate, t.raw, t.ratio())
	})
	if err != nil {
		return err
	}
	r.bar(ratioOfAnswers, all[len(all)/2].ratio(), "×", false, 3)
	return r.verdict()
}
