package main

import (
	"testing"

	"sonha/engine/db/dbtest/cluster"
)

func TestExitCode(t *testing.T) {
	t.Setenv(cluster.Env, "postgres://given@/postgres") // a given server is used, so none is started here
	for _, c := range []struct {
		script string
		want   int
	}{
		{"exit 0", 0},
		{"exit 7", 7},
		{"kill -TERM $$", 128 + 15},
		{`test "$SONHA_TEST_POSTGRES" = postgres://given@/postgres`, 0},
	} {
		if got, err := run([]string{"sh", "-c", c.script}); got != c.want || err != nil {
			t.Errorf("run(%q) = %d, %v; want %d", c.script, got, err, c.want)
		}
	}
	if got, err := run([]string{"/nonexistent/command"}); got != exitUnable || err == nil {
		t.Errorf("run(no such command) = %d, %v; want %d and an error", got, err, exitUnable)
	}
}

func TestServerIsUpMeanwhile(t *testing.T) {
	t.Setenv(cluster.Env, "")
	const socketIsThere = `dir=$(printf %s "$SONHA_TEST_POSTGRES" | sed 's/.*host=//; s/%2F/\//g'); test -S "$dir/.s.PGSQL.5432"`
	if got, err := run([]string{"sh", "-c", socketIsThere}); got != 0 || err != nil {
		t.Errorf("run = %d, %v; want a server behind $%s", got, err, cluster.Env)
	}
}
