// Withpg runs a command while a temporary PostgreSQL server is up:
//
//	go run ./engine/db/dbtest/cluster/withpg -- go test ./...
//
// The command finds the server's URL in SONHA_TEST_POSTGRES; a server that is named there already is used instead of a new one.
// The exit code is the command's own, 128 + n when signal n ended it, or 125 when no server could be started.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"syscall"

	"sonha/engine/db/dbtest/cluster"
)

// exitUnable is what timeout(1) and docker use for "the wrapper itself failed".
const exitUnable = 125

func main() {
	args := os.Args[1:]
	if len(args) > 0 && args[0] == "--" {
		args = args[1:]
	}
	if len(args) == 0 {
		fmt.Fprintln(os.Stderr, "usage: withpg -- COMMAND [ARGUMENT]...")
		os.Exit(exitUnable)
	}
	code, err := run(args)
	if err != nil {
		fmt.Fprintln(os.Stderr, "withpg:", err)
	}
	os.Exit(code)
}

// run starts a server unless there is one, runs the command and returns its exit code. The command decides what a signal means:
// a terminal sends Ctrl-C and hang-up to both, so only SIGTERM is passed on and this program outlives all three.
func run(args []string) (int, error) {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)

	url := os.Getenv(cluster.Env)
	if url == "" {
		c, err := cluster.Start(context.Background())
		if err != nil {
			return exitUnable, err
		}
		defer c.Stop()
		url = c.URL
	}

	cmd := exec.Command(args[0], args[1:]...)
	cmd.Env = append(os.Environ(), cluster.Env+"="+url)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	if err := cmd.Start(); err != nil {
		return exitUnable, err
	}
	go func() {
		for s := range signals {
			if s == syscall.SIGTERM {
				_ = cmd.Process.Signal(s)
			}
		}
	}()
	return exitCode(cmd.Wait())
}

// exitCode turns the end of a command into the number a shell would report.
func exitCode(err error) (int, error) {
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		if err != nil {
			return exitUnable, err
		}
		return 0, nil
	}
	if status, ok := exit.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return 128 + int(status.Signal()), nil
	}
	return exit.ExitCode(), nil
}
