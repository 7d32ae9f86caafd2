package app

import (
	"cmp"
	"context"
	"errors"
	"os"

	"sonha/app/bench"
	"sonha/ground/access"
	"sonha/ward/houses"
	"sonha/ward/houses/roster"
)

type benchCommand struct {
	All     benchAll     `cmd:"" default:"withargs" help:"Đo tất cả. / Measure everything."`
	Start   benchStart   `cmd:"" help:"Đo riêng thời gian từ lúc mở máy chủ đến trang đầu. / Measure the start of the server to its first page alone."`
	Answers benchAnswers `cmd:"" help:"Đo riêng câu trả lời so với lệnh ghi trần. / Measure answers alone, against raw commits."`
	Phones  benchPhones  `cmd:"" help:"Nhiều điện thoại cùng có mạng trở lại. / Many phones come back at once."`
	Crash   benchCrash   `cmd:"" help:"Tắt ngang máy chủ nhiều lần trong lúc đang ghi, đối chiếu từng phiếu. / Kill the server again and again while people write, and compare."`
	Bare    benchBare    `cmd:"" hidden:""`
}

type benchAll struct {
	Dir    string `help:"Giữ dữ liệu mẫu ở đây giữa các lần đo. / Keep the demo data here." type:"path"`
	Large  int    `help:"Số nhà của bản lớn; 0 là bỏ qua. / House numbers of the large database; 0 leaves it out." default:"1000000"`
	Roster string `help:"Danh sách dùng để đo việc nhập. / Roster to import." default:"testdata/roster-hoan-kiem.xlsx" type:"path"`
}

// Run measures and prints; the exit code says whether every bar held.
func (c *benchAll) Run(ctx context.Context, t *terminal) error {
	program, err := os.Executable()
	if err != nil {
		return err
	}
	return bench.Run(ctx, bench.Options{Program: program, Dir: c.Dir, Large: c.Large, Roster: c.Roster, Out: t.out, Empty: t.empty})
}

// builds are what is measured alone: one program, or two in turns.
type builds struct {
	Dir     string `help:"Giữ dữ liệu mẫu ở đây giữa các lần đo. / Keep the demo data here." type:"path"`
	Program string `help:"Chương trình được đo; mặc định: chính chương trình này. / The program that is measured; by default this one." type:"path"`
	Beside  string `help:"So với chương trình này, lần lượt (câu trả lời nên đo 40 lượt). / Compare with this program, in turns (answers: 40 rounds)." type:"path"`
}

func (c builds) options(t *terminal) (bench.Options, error) {
	program, err := os.Executable()
	return bench.Options{Program: cmp.Or(c.Program, program), Dir: c.Dir, Out: t.out}, err
}

// measured refuses rounds that measure nothing.
func measured(rounds int) error {
	if rounds < 1 {
		return errors.New("--rounds: nhập số lượt từ 1 trở lên")
	}
	return nil
}

type benchStart struct {
	builds
	Rounds int `help:"Số lần mở. / Starts." default:"15"`
}

// Validate refuses to measure nothing; kong calls it.
func (c *benchStart) Validate() error { return measured(c.Rounds) }

// Run measures and prints; the exit code says whether the bar held.
func (c *benchStart) Run(ctx context.Context, t *terminal) error {
	o, err := c.options(t)
	if err != nil {
		return err
	}
	return bench.Starts(ctx, o, c.Beside, c.Rounds)
}

type benchAnswers struct {
	builds
	Rounds int `help:"Số lượt đo. / Rounds." default:"5"`
}

// Validate refuses to measure nothing; kong calls it.
func (c *benchAnswers) Validate() error { return measured(c.Rounds) }

// Run measures and prints; the exit code says whether the bar held.
func (c *benchAnswers) Run(ctx context.Context, t *terminal) error {
	o, err := c.options(t)
	if err != nil {
		return err
	}
	if c.Beside != "" {
		return bench.Beside(ctx, o, c.Beside, c.Rounds)
	}
	return bench.Answers(ctx, o, c.Rounds)
}

// empty opens an empty ward for measuring an import.
func (t *terminal) empty(ctx context.Context, dir string) (func(*roster.Roster) error, func() error, error) {
	p, err := place{Data: dir}.openNew(ctx, t, Settings{}, nil)
	if err != nil {
		return nil, nil, err
	}
	w, _, err := found(ctx, p, "Hà Nội", "Hoàn Kiếm")
	if err != nil {
		return nil, nil, errors.Join(err, p.Close())
	}
	take := func(r *roster.Roster) error {
		_, _, err := p.Houses.Take(ctx, access.System(w.ID, "bench"), houses.Source{File: "roster"}, r, nil)
		return err
	}
	return take, p.Close, nil
}

type benchBare struct {
	File string `required:""`
}

// Run serves the yardstick.
func (c *benchBare) Run(ctx context.Context, t *terminal) error {
	return bench.Bare(ctx, c.File, t.out)
}
