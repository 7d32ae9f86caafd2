package bench

import (
	"context"
	"path/filepath"
	"slices"
)

// build is a program that takes part in a comparison, over a demo ward of its own.
type build struct {
	name   string
	server *server
	head   *client
	ask    func(i int) request
	rounds []sample
}

// besideEach is how many answers a build takes in one round: a fifth of a second or two, in which the machine stays as it is.
const besideEach = 2500

// Beside measures the answers of two builds, Options.Program and another, which run side by side and are asked in turns. Each round of one is
// compared with the same round of the other: what the machine is faster or slower by, from one minute to the next, is left out of it. Two copies
// of one build differ by up to three hundredths in 40 rounds.
func Beside(ctx context.Context, o Options, other string, rounds int) error {
	o, clean, err := o.placed()
	if err != nil {
		return err
	}
	defer clean()
	r := &report{out: o.Out}
	builds := []*build{{name: "this"}, {name: "other"}}
	for i, program := range []string{o.Program, other} {
		b := builds[i]
		if b.server, err = (Options{Program: program}).demo(ctx, r, filepath.Join(o.Dir, "beside-"+b.name), small); err != nil {
			return err
		}
		defer func() { _ = b.server.stop() }()
		if b.head, b.ask, err = answering(ctx, b.server); err != nil {
			return err
		}
	}
	var raws []float64
	for n := range rounds {
		for i := range builds {
			if err := builds[(n+i)%2].round(ctx, n); err != nil {
				return err
			}
		}
		raw, err := o.raw(ctx)
		if err != nil {
			return err
		}
		raws = append(raws, raw)
	}
	this, that := builds[0], builds[1]
	for _, b := range builds {
		r.line("%-6s %6.0f answers/s, %4.0f µs CPU an answer, %.2f × raw commits", b.name, b.middle(func(_ int, s sample) float64 { return s.rate }),
			b.middle(func(_ int, s sample) float64 { return micros(s.cpu) }), b.middle(func(n int, s sample) float64 { return s.rate / raws[n] }))
	}
	r.line("this ÷ other: rate %.3f, CPU %.3f", this.middle(func(n int, s sample) float64 { return s.rate / that.rounds[n].rate }),
		this.middle(func(n int, s sample) float64 { return s.cpu.Seconds() / that.rounds[n].cpu.Seconds() }))
	return nil
}

// round lets a build take the next answers; each changes what was answered before.
func (b *build) round(ctx context.Context, n int) error {
	_, s, err := b.server.run(ctx, b.head, 64, besideEach, func(i int) request { return b.ask(n*besideEach + i) })
	b.rounds = append(b.rounds, s)
	return err
}

// middle is the median over the rounds of what each gave.
func (b *build) middle(of func(n int, s sample) float64) float64 {
	all := make([]float64, len(b.rounds))
	for n, s := range b.rounds {
		all[n] = of(n, s)
	}
	slices.Sort(all)
	return all[len(all)/2]
}
