package bench

import (
	"os"
	"strconv"
	"strings"
	"time"
)

// sample is what a load of requests cost.
type sample struct {
	cpu          time.Duration // of the server, a request
	own          time.Duration // of the load generator, a request
	others, idle float64       // cores that others used, and nobody
	rate         float64       // requests a second
	p50, p99     time.Duration
}

// share is how many cores a processor time of so much a request keeps busy.
func (s *sample) share(each time.Duration) float64 { return each.Seconds() * s.rate }

// usage is the processor time that was used up to a moment.
type usage struct {
	at                 time.Time
	server, own        time.Duration
	busy, idle, stolen time.Duration // of the machine
}

func (s *server) usage() (u usage, err error) {
	if u.server, err = cpu(s.cmd.Process.Pid); err != nil {
		return u, err
	}
	if u.own, err = cpu(os.Getpid()); err != nil {
		return u, err
	}
	text, err := os.ReadFile("/proc/stat")
	if err != nil {
		return u, err
	}
	line, _, _ := strings.Cut(string(text), "\n")
	for i, f := range strings.Fields(line) { // cpu user nice system idle iowait irq softirq steal …
		n, _ := strconv.Atoi(f)
		switch d := time.Duration(n) * time.Second / ticks; i {
		case 1, 2, 3, 6, 7:
			u.busy += d
		case 4, 5:
			u.idle += d
		case 8:
			u.stolen += d
		}
	}
	u.at = time.Now()
	return u, nil
}

// since fills in what a sample of so many requests used of the processor.
func (s *sample) since(before, after usage, count int) {
	took := after.at.Sub(before.at).Seconds()
	s.rate = float64(count) / took
	s.cpu, s.own = (after.server-before.server)/time.Duration(count), (after.own-before.own)/time.Duration(count)
	s.idle = (after.idle - before.idle).Seconds() / took
	s.others = (after.busy + after.stolen - before.busy - before.stolen - (after.server - before.server) - (after.own - before.own)).Seconds() / took
}
