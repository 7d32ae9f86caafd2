// Package bench measures the program as people meet it: the real server in a process of its own, over the
// demo ward, against bare programs that do the least that is needed for the same answer. It prints ratios of
// CPU time per request, which are steadier on a shared machine than requests a second, and both are shown.
package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"sonha/ground/pattern"
)

// Options say how much to measure.
type Options struct {
	Program string // path of the sonha binary
	Dir     string // where the demo wards are kept between runs; a temporary folder when empty
	Large   int    // house numbers of the large database; 0 leaves it out
	Roster  string // a roster to import
	Empty   Importer
	Out     io.Writer
}

// small is the demo ward that every bar is stated for.
const small = 1586

// report gathers lines and bars.
type report struct {
	out    io.Writer
	missed int
}

func (r *report) line(format string, args ...any) { _, _ = fmt.Fprintf(r.out, format+"\n", args...) }

// bar prints a figure beside its bar and counts a miss.
func (r *report) bar(name string, value float64, unit string, most bool, limit float64) {
	ok, sign := value <= limit, "≤"
	if !most {
		ok, sign = value >= limit, "≥"
	}
	mark := "ok"
	if !ok {
		mark = "MISSED"
		r.missed++
	}
	r.line("  %-58s %10.2f %-7s (%s %g %s) %s", name, value, unit, sign, limit, unit, mark)
}

// verdict is an error when a bar was missed.
func (r *report) verdict() error {
	if r.missed > 0 {
		return fmt.Errorf("%d bars missed", r.missed)
	}
	return nil
}

// placed sees to it that there is a folder for the demo wards; clean removes one that was made for this run.
func (o Options) placed() (there Options, clean func(), err error) {
	if o.Dir != "" {
		return o, func() {}, nil
	}
	dir, err := os.MkdirTemp("", "sonha-bench")
	o.Dir = dir
	return o, func() { _ = os.RemoveAll(dir) }, err
}

// Run measures everything and gives an error when a bar is missed.
func Run(ctx context.Context, o Options) error {
	o, clean, err := o.placed()
	if err != nil {
		return err
	}
	defer clean()
	r := &report{out: o.Out}
	r.line("Sonha bench, %s", time.Now().Format("2006-01-02 15:04"))
	smallRun, err := o.pages(ctx, r, small, 6, 2.6)
	if err != nil {
		return err
	}
	r.line("  %-58s %24.0f/s", rawCommits, smallRun.answer.raw)
	r.bar(ratioOfAnswers, smallRun.answer.ratio(), "×", false, 3)
	if err := o.imports(ctx, r); err != nil {
		return err
	}
	if err := o.sheets(r); err != nil {
		return err
	}
	if o.Large > 0 {
		large, err := o.pages(ctx, r, o.Large, 6, 2.6)
		if err != nil {
			return err
		}
		r.line("  %-58s %24.0f/s", rawCommits, large.answer.raw)
		r.line("  %-58s %10.2f ×", ratioOfAnswers, large.answer.ratio())
		r.line("Small and large")
		r.bar("list page p50, large ÷ small", large.list.p50.Seconds()/smallRun.list.p50.Seconds(), "×", true, 1.5)
		r.bar("board of the ward p50, large ÷ small", large.board.p50.Seconds()/smallRun.board.p50.Seconds(), "×", true, 1.5)
	}
	if err := r.verdict(); err != nil {
		return err
	}
	r.line("All bars held.")
	return nil
}

// measured is what one size of ward gave.
type measured struct {
	data              string
	house, list       sample
	board             sample
	answer            turn // the middle of five
	bareHouse, bareIt sample
}

// pages measures start, house page, list page, answers and memory over a demo ward.
func (o Options) pages(ctx context.Context, r *report, houses int, houseBar, listBar float64) (*measured, error) {
	m := &measured{data: filepath.Join(o.Dir, fmt.Sprintf("demo-%d", houses))}
	r.line("%d house numbers", houses)
	s, err := o.started(ctx, r, m.data, houses)
	if err != nil {
		return nil, err
	}
	defer func() { _ = s.stop() }()
	if err := o.reads(ctx, r, s, m, houseBar, listBar); err != nil {
		return nil, err
	}
	if err := o.answers(ctx, r, s, m); err != nil {
		return nil, err
	}
	memory := 80.0
	if houses > small {
		memory = 160
	}
	rss, err := s.resident()
	if err != nil {
		return nil, err
	}
	r.bar("resident memory under load", rss, "MB", true, memory)
	command, err := signIn(ctx, s.base, "0900000004", "ho-tu-phong")
	if err != nil {
		return nil, err
	}
	return m, o.papers(ctx, r, command, s)
}

// started starts the server over a demo ward and says how long it took to its first page: of the small ward, for which there is a bar, the
// middle of several starts.
func (o Options) started(ctx context.Context, r *report, data string, houses int) (*server, error) {
	if houses == small {
		all, err := o.starts(ctx, r, data, startRounds)
		if err != nil {
			return nil, err
		}
		r.start(all)
		return o.demo(ctx, r, data, houses)
	}
	s, err := o.demo(ctx, r, data, houses)
	if err != nil {
		return nil, err
	}
	first, err := s.firstPage(ctx)
	if err != nil {
		return nil, errors.Join(err, s.stop())
	}
	r.line("  %-58s %10.2f ms", startToPage, millis(first))
	return s, nil
}

// demo starts the real server over a demo ward, which it makes first where there is none.
func (o Options) demo(ctx context.Context, r *report, data string, houses int) (*server, error) {
	args := []string{"demo", "--addr", "127.0.0.1:0", "--data", data, "--houses", strconv.Itoa(houses)}
	if _, err := os.Stat(filepath.Join(data, "sonha.db")); err != nil {
		r.line("Making a demo of %d house numbers …", houses)
		s, err := start(ctx, o.Program, args...)
		if err != nil {
			return nil, err
		}
		if err := s.stop(); err != nil {
			return nil, err
		}
	}
	return start(ctx, o.Program, args...)
}

func (o Options) reads(ctx context.Context, r *report, s *server, m *measured, houseBar, listBar float64) error {
	officer, err := signIn(ctx, s.base, "0900000004", "ho-tu-phong")
	if err != nil {
		return err
	}
	ids, err := houseIDs(ctx, officer, s.base+"/houses")
	if err != nil {
		return err
	}
	house := func(i int) request { return request{path: "/houses/" + ids[i%len(ids)]} }
	list := func(int) request { return request{path: "/houses"} }
	if m.house, err = s.load(ctx, officer, 8, 6000, house); err != nil {
		return err
	}
	if m.list, err = s.load(ctx, officer, 8, 6000, list); err != nil {
		return err
	}
	if m.board, err = s.load(ctx, officer, 8, 600, func(int) request { return request{path: "/board"} }); err != nil {
		return err
	}
	if s.peak, err = s.resident(); err != nil {
		return err
	}
	bare, err := start(ctx, o.Program, "bench", "bare", "--file", filepath.Join(m.data, "sonha.db"))
	if err != nil {
		return err
	}
	defer func() { _ = bare.stop() }()
	client := newClient()
	if m.bareHouse, err = bare.load(ctx, client, 8, 6000, house); err != nil {
		return err
	}
	if m.bareIt, err = bare.load(ctx, client, 8, 6000, list); err != nil {
		return err
	}
	r.show("house page (HTML, signed in)", m.house)
	r.show("bare read (JSON, one SELECT)", m.bareHouse)
	r.bar("house page ÷ bare read, CPU", m.house.cpu.Seconds()/m.bareHouse.cpu.Seconds(), "×", true, houseBar)
	r.show("list page of 25 (HTML, signed in)", m.list)
	r.show("bare list (JSON, one SELECT)", m.bareIt)
	r.bar("list page ÷ bare list, CPU", m.list.cpu.Seconds()/m.bareIt.cpu.Seconds(), "×", true, listBar)
	r.show("board of the ward (HTML, signed in)", m.board)
	return nil
}

// answers measures one durable answer with its audit line from 64 phones at once, and raw commits.
func (o Options) answers(ctx context.Context, r *report, s *server, m *measured) error {
	all, err := o.turns(ctx, s, 5, func(turn) {})
	if err != nil {
		return err
	}
	m.answer = all[len(all)/2]
	r.show("one durable answer with its audit line, 64 clients", m.answer.answers)
	r.bar("answer, CPU", micros(m.answer.answers.cpu), "µs", true, 250)
	return nil
}

func (r *report) show(name string, s sample) {
	r.line("  %-58s %10.0f µs CPU   %7.0f/s   p50 %6.2f ms  p99 %6.2f ms", name, micros(s.cpu), s.rate, s.p50.Seconds()*1000, s.p99.Seconds()*1000)
}

func micros(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1000 }

var (
	houseLink = pattern.Of(`/houses/([0-9a-z]{26})`)
	errNone   = errors.New("bench: the list shows no house")
)

// houseIDs reads the houses of a page of the list.
func houseIDs(ctx context.Context, c *client, page string) ([]string, error) {
	body, err := c.get(ctx, page)
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, m := range houseLink().FindAllSubmatch(body, -1) {
		if id := string(m[1]); !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 {
		return nil, errNone
	}
	return ids, nil
}
