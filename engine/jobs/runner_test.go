package jobs

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"sonha/ground/access"
	"sonha/ground/fault"
)

func as(account string, role access.Role, ward int) access.Actor {
	return access.SignedInAs(account, account, role, ward, []access.Grant{{Role: role, Ward: ward}})
}

func done(t *testing.T, r *Runner, who access.Actor, id string) State {
	t.Helper()
	s, err := r.Get(who, id, 10*time.Second)
	if err != nil || !s.Finished {
		t.Fatalf("not finished: %+v %v", s, err)
	}
	return s
}

func TestAJobTellsHowFarItIs(t *testing.T) {
	t.Parallel()
	r := New()
	t.Cleanup(r.Stop)
	who := as("a", access.Command, 1)
	halfway, leave := make(chan struct{}), make(chan struct{})
	id := r.Start(who, "import", func(_ context.Context, p *Progress) (string, error) {
		p.Set(5, 10)
		close(halfway)
		<-leave
		p.Set(10, 10)
		return "/imports", nil
	})
	<-halfway
	s, err := r.Get(who, id, 0)
	if err != nil || s.Finished || s.Done != 5 || s.Total != 10 || s.Title != "import" || s.ID != id {
		t.Errorf("halfway: %+v %v", s, err)
	}
	close(leave)
	if s := done(t, r, who, id); s.Done != 10 || s.Next != "/imports" || s.Err != nil {
		t.Errorf("at the end: %+v", s)
	}
}

func TestAJobBelongsToWhoStartedIt(t *testing.T) {
	t.Parallel()
	r := New()
	t.Cleanup(r.Stop)
	work := func(context.Context, *Progress) (string, error) { return "/x", nil }
	owners := map[string]access.Actor{
		"command": as("a", access.Command, 1), "the same account in another role": as("a", access.Committee, 1), "in another ward": as("a", access.Command, 2),
		"another account": as("b", access.Command, 1), "the program": access.System(1, "test"), "the program in another ward": access.System(2, "test"),
	}
	ids := map[string]string{}
	for name, who := range owners {
		ids[name] = r.Start(who, "import", work)
	}
	for name, who := range owners {
		for owner, id := range ids {
			if _, err := r.Get(who, id, 0); (err == nil) != (owner == name) {
				t.Errorf("%s asks about the job of %s: %v", name, owner, err)
			}
		}
	}
	var nobody access.Actor
	for owner, id := range ids {
		if _, err := r.Get(nobody, id, 0); !fault.Is(err, fault.Missing) {
			t.Errorf("nobody asks about the job of %s: %v", owner, err)
		}
	}
	if _, err := r.Get(nobody, r.Start(nobody, "import", work), 0); !fault.Is(err, fault.Missing) {
		t.Errorf("nobody asks about the job of nobody: %v", err)
	}
}

func TestADoubleTapStartsOneJob(t *testing.T) {
	t.Parallel()
	r := New()
	t.Cleanup(r.Stop)
	who := as("a", access.Command, 1)
	var runs atomic.Int64
	leave := make(chan struct{})
	work := func(context.Context, *Progress) (string, error) { runs.Add(1); <-leave; return "/x", nil }
	var wg sync.WaitGroup
	ids := make([]string, 8)
	for i := range ids {
		wg.Go(func() { ids[i] = r.Start(who, "import", work) })
	}
	wg.Wait()
	other := r.Start(who, "report", work)
	close(leave)
	done(t, r, who, ids[0])
	done(t, r, who, other)
	for _, id := range ids {
		if id != ids[0] || id == other {
			t.Errorf("ids %v and %s", ids, other)
		}
	}
	if runs.Load() != 2 {
		t.Errorf("%d jobs ran", runs.Load())
	}
	if again := r.Start(who, "import", work); again == ids[0] {
		t.Error("a finished job stands in the way of the next")
	}
}

func TestWhatGoesWrongInAJob(t *testing.T) {
	t.Parallel()
	r := New()
	t.Cleanup(r.Stop)
	who := as("a", access.Command, 1)
	broken := errors.New("disk")
	if s := done(t, r, who, r.Start(who, "error", func(context.Context, *Progress) (string, error) { return "", broken })); !errors.Is(s.Err, broken) {
		t.Errorf("error: %v", s.Err)
	}
	s := done(t, r, who, r.Start(who, "panic", func(context.Context, *Progress) (string, error) { panic("a defect") }))
	if s.Err == nil || !strings.Contains(s.Err.Error(), "a defect") || !strings.Contains(s.Err.Error(), "runner_test.go") {
		t.Errorf("panic: %v", s.Err)
	}
}

func TestStoppingEndsEveryJob(t *testing.T) {
	t.Parallel()
	r := New()
	who := as("a", access.Command, 1)
	id := r.Start(who, "long", func(ctx context.Context, _ *Progress) (string, error) { <-ctx.Done(); return "", ctx.Err() })
	var wg sync.WaitGroup
	for range 4 { // a program may be told to stop while work comes in
		wg.Go(r.Stop)
		wg.Go(func() { r.Start(who, "more", func(context.Context, *Progress) (string, error) { return "/x", nil }) })
	}
	wg.Wait()
	if s := done(t, r, who, id); !fault.Is(s.Err, fault.Busy) {
		t.Errorf("stopped: %v", s.Err)
	}
	began := false
	s := done(t, r, who, r.Start(who, "late", func(context.Context, *Progress) (string, error) { began = true; return "", nil }))
	if began || !fault.Is(s.Err, fault.Busy) {
		t.Errorf("after the end: began %v, %v", began, s.Err)
	}
}

func TestJobsAreForgottenAndLimited(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := New()
		defer r.Stop()
		who := as("a", access.Command, 1)
		quick := func(context.Context, *Progress) (string, error) { return "/x", nil }
		id := r.Start(who, "quick", quick)
		endless := r.Start(who, "endless", func(ctx context.Context, _ *Progress) (string, error) { <-ctx.Done(); return "", ctx.Err() })
		time.Sleep(limit + time.Minute)
		if s, err := r.Get(who, endless, 0); err != nil || !fault.Is(s.Err, fault.Busy) {
			t.Errorf("out of time: %+v %v", s, err)
		}
		r.Start(who, "other", quick)
		if _, err := r.Get(who, id, 0); err != nil {
			t.Errorf("forgotten too early: %v", err)
		}
		time.Sleep(keep)
		r.Start(who, "other", quick)
		if _, err := r.Get(who, id, 0); !fault.Is(err, fault.Missing) {
			t.Errorf("kept for ever: %v", err)
		}
	})
}
