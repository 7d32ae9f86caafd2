package bench

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"time"
)

const startToPage = "start to the first page"

// startRounds is how often a start is measured: one alone is twice as slow as another when something else runs for a moment.
const startRounds = 7

// starts starts a program over a demo ward that is there, so many times, and gives the time from each start to the first page, shortest
// first.
func (o Options) starts(ctx context.Context, r *report, data string, rounds int) ([]time.Duration, error) {
	var all []time.Duration
	for range rounds {
		s, err := o.demo(ctx, r, data, small)
		if err != nil {
			return nil, err
		}
		first, err := s.firstPage(ctx)
		if err := errors.Join(err, s.stop()); err != nil {
			return nil, err
		}
		all = append(all, first)
	}
	slices.Sort(all)
	return all, nil
}

// Starts measures starts over the demo ward; those of another program, when one is named, in turns with it. It gives an error when the bar
// is missed.
func Starts(ctx context.Context, o Options, other string, rounds int) error {
	o, clean, err := o.placed()
	if err != nil {
		return err
	}
	defer clean()
	r := &report{out: o.Out}
	programs := []string{o.Program}
	if other != "" {
		programs = append(programs, other)
	}
	all := make([][]time.Duration, len(programs))
	for n := range rounds + 1 {
		for i, program := range programs {
			took, err := Options{Program: program}.starts(ctx, r, filepath.Join(o.Dir, fmt.Sprintf("start-%d", i)), 1)
			if err != nil {
				return err
			}
			if n > 0 { // the first finds a cold file
				all[i] = append(all[i], took...)
			}
		}
	}
	for i, program := range programs {
		slices.Sort(all[i])
		r.line("%s: %.0f to %.0f ms, the middle of %d starts %.1f ms", program, millis(all[i][0]), millis(all[i][rounds-1]), rounds, millis(middle(all[i])))
	}
	if other != "" {
		r.line("this ÷ other: %.3f", middle(all[0]).Seconds()/middle(all[1]).Seconds())
	}
	r.start(all[0])
	return r.verdict()
}

// start holds starts, shortest first, against their bar.
func (r *report) start(all []time.Duration) { r.bar(startToPage, millis(middle(all)), "ms", true, 100) }

func middle(sorted []time.Duration) time.Duration { return sorted[len(sorted)/2] }

func millis(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
