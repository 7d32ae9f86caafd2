package bench

import (
	"context"
	"fmt"
	"net/url"
	"os"
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

// Answers measures durable answers and raw commits in turns, and says who used the processor meanwhile: the server, the load generator,
// others on the machine, or nobody. It gives an error when the bar is missed.
func Answers(ctx context.Context, o Options, rounds int) error {
	r := &report{out: o.Out}
	if o.Dir == "" {
		dir, err := os.MkdirTemp("", "sonha-bench")
		if err != nil {
			return err
		}
		defer func() { _ = os.RemoveAll(dir) }()
		o.Dir = dir
	}
	s, err := o.demo(ctx, r, filepath.Join(o.Dir, fmt.Sprintf("demo-%d", small)), small)
	if err != nil {
		return err
	}
	defer func() { _ = s.stop() }()
	head, ask, err := answering(ctx, s)
	if err != nil {
		return err
	}
	var ratios []float64
	for range rounds {
		a, err := s.load(ctx, head, 64, 8000, ask)
		if err != nil {
			return err
		}
		raw, err := o.raw(ctx)
		if err != nil {
			return err
		}
		ratios = append(ratios, a.rate/raw)
		r.line("server %4.0f µs, generator %4.0f µs an answer; server %4.2f, generator %4.2f, others %4.2f, idle %4.2f of %d cores; %6.0f answers/s, %6.0f raw commits/s, %4.2f ×",
			micros(a.cpu), micros(a.own), a.share(a.cpu), a.share(a.own), a.others, a.idle, runtime.NumCPU(), a.rate, raw, a.rate/raw)
	}
	slices.Sort(ratios)
	r.bar("answers (64 clients) ÷ raw commits, rate", ratios[len(ratios)/2], "×", false, 3)
	if r.missed > 0 {
		return fmt.Errorf("%d bars missed", r.missed)
	}
	return nil
}
