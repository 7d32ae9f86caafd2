package app

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"sonha/engine/queue"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
)

type jobsCommand struct {
	List jobsList `cmd:"" help:"Liệt kê việc định kỳ, việc đang chờ, việc đã bỏ cuộc. / List periodic work, jobs that wait, jobs given up."`
	Run  jobsRun  `cmd:"" help:"Chạy ngay một việc định kỳ. / Run periodic work now."`
}

// jobbing is what both ask for.
type jobbing struct {
	place
	keeping
	Ward string `help:"Mã phường, khi có nhiều phường. / Code of the ward."`
}

func (c *jobbing) with(ctx context.Context, t *terminal, do func(*Program, access.Actor) error) (err error) {
	p, err := c.open(ctx, t)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.Close()) }()
	if err := c.schedule(p, c.place); err != nil {
		return err
	}
	who, err := only(ctx, p, c.Ward)
	if err != nil {
		return err
	}
	return do(p, who)
}

// inVietnamese says a schedule, "daily 07:30" or "every 15m0s", on the terminal.
func inVietnamese(when string) string {
	if at, ok := strings.CutPrefix(when, "daily "); ok {
		return "hằng ngày " + at
	}
	every, err := time.ParseDuration(strings.TrimPrefix(when, "every "))
	switch {
	case err != nil:
		return when
	case every%time.Hour == 0:
		return fmt.Sprintf("mỗi %d giờ", every/time.Hour)
	case every%time.Minute == 0:
		return fmt.Sprintf("mỗi %d phút", every/time.Minute)
	}
	return fmt.Sprintf("mỗi %d giây", every/time.Second)
}

type jobsList struct{ jobbing }

// Run lists the background work of a ward.
func (c *jobsList) Run(ctx context.Context, t *terminal) error {
	return c.with(ctx, t, func(p *Program, who access.Actor) error {
		rounds, piles, err := p.Queue.State(ctx, who)
		if err != nil {
			return err
		}
		t.say("Việc định kỳ:")
		for _, r := range rounds {
			when := "theo máy chủ" // with settings that this command was not given
			if r.When != nil {
				when = inVietnamese(r.When.String())
			}
			t.say("  %-24s %-16s xong lần cuối %s", r.Name, when, moment(r.Well))
			if r.Note != "" {
				t.say("  %-24s %s", "", r.Note)
			}
			if r.Err != "" {
				t.say("  %-24s chưa xong: %s", "", firstLine(r.Err))
			}
		}
		t.say("Việc đang chờ:")
		if len(piles) == 0 {
			t.say("  không có")
		}
		for _, x := range piles {
			t.say("  %-24s chờ %d (đang thử lại %d), đã bỏ cuộc %d, lượt tới %s", x.Kind, x.Waiting, x.Retrying, x.Dead, moment(x.Next))
			if x.Err != "" {
				t.say("  %-24s lỗi: %s", "", firstLine(x.Err))
			}
		}
		return nil
	})
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}

// moment is a time on the terminal.
func moment(at time.Time) string {
	if at.IsZero() {
		return "–"
	}
	return civil.Clock(at) + " " + civil.DayOf(at).Display()
}

type jobsRun struct {
	jobbing
	Name string `arg:"" help:"Tên việc, như sonha jobs list in ra. / Name, as sonha jobs list prints it."`
	Dry  bool   `help:"Chỉ cho biết sẽ làm gì, không thay đổi gì. / Say what would be done and change nothing." name:"dry-run"`
}

// Run runs periodic work of a ward at once.
func (c *jobsRun) Run(ctx context.Context, t *terminal) error {
	return c.with(ctx, t, func(p *Program, who access.Actor) error {
		lines, err := p.Queue.Run(ctx, who, c.Name, c.Dry)
		switch {
		case errors.Is(err, queue.ErrNoWork):
			return fault.NotFound("app.no_work", "Name", c.Name)
		case errors.Is(err, queue.ErrNotDry):
			return fault.Refused("app.not_dry", "Name", c.Name)
		case err != nil:
			return fmt.Errorf("%s: %w", c.Name, err)
		}
		for _, line := range lines {
			t.say("%s", line)
		}
		if c.Dry {
			t.say("Chạy thử, chưa thay đổi gì.")
		} else {
			t.say("Đã xong.")
		}
		return nil
	})
}
