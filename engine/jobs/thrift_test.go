package jobs_test

import (
	"runtime/debug"
	"testing"

	"sonha/engine/jobs"
)

// The collector is as it was when the last of several works has ended, in whatever order they end. It is of the whole process, so this
// test runs alone.
func TestThriftIsOverWhenTheLastWorkEnds(t *testing.T) { //nolint:paralleltest // see above
	before := debug.SetGCPercent(170)
	defer debug.SetGCPercent(before)
	now := func() int {
		p := debug.SetGCPercent(-1)
		debug.SetGCPercent(p)
		return p
	}
	var thrift jobs.Thrift
	first, second := thrift.Begin(), thrift.Begin()
	first()
	first()
	if got := now(); got >= 170 {
		t.Errorf("one work goes on, and the collector runs at %d %%", got)
	}
	second()
	if got := now(); got != 170 {
		t.Errorf("all work is over, and the collector runs at %d %%", got)
	}
}
