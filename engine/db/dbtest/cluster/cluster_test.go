package cluster_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"sonha/engine/db/dbtest/cluster"
)

// asHolder makes the test binary a program that starts a cluster, prints its URL and waits to be killed.
const asHolder = "SONHA_TEST_CLUSTER_HOLDER"

func TestMain(m *testing.M) {
	if os.Getenv(asHolder) == "" {
		os.Exit(m.Run())
	}
	c, err := cluster.Start(context.Background())
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(c.URL)
	select {}
}

func TestServerAnswersAndLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	c := start(t)
	ctx := t.Context()
	db, err := pgx.Connect(ctx, c.URL)
	if err != nil {
		t.Fatalf("connect to %s: %v", c.URL, err)
	}
	defer db.Close(ctx)
	for setting, want := range map[string]string{
		"fsync": "off", "synchronous_commit": "off", "max_connections": "200", "server_encoding": "UTF8", "listen_addresses": "",
	} {
		var got string
		if err := db.QueryRow(ctx, "select current_setting($1)", setting).Scan(&got); err != nil {
			t.Fatal(err)
		}
		if got != want {
			t.Errorf("%s = %q, want %q", setting, got, want)
		}
	}
	var bytewise bool
	if err := db.QueryRow(ctx, "select 'Z' < 'a' and 'z' < 'à'").Scan(&bytewise); err != nil || !bytewise {
		t.Errorf("text sorts by bytes: %v, %v; want true", bytewise, err)
	}

	c.Stop()
	c.Stop()
	if _, err := os.Stat(folder(t, c.URL)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("after Stop the folder is still there: %v", err)
	}
}

func TestTwoServersDoNotMeet(t *testing.T) {
	t.Parallel()
	a, b := start(t), start(t)
	if a.URL == b.URL {
		t.Errorf("two clusters share %s", a.URL)
	}
}

// A test run that is killed cannot clean up after itself; the server must go all the same.
func TestKilledOwner(t *testing.T) {
	t.Parallel()
	holder := exec.CommandContext(t.Context(), os.Args[0])
	holder.Env = append(os.Environ(), asHolder+"=1")
	holder.Stderr = os.Stderr
	out, err := holder.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := holder.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("the holder printed no URL: %v", err)
	}
	dir := folder(t, strings.TrimSpace(line))
	if _, err := os.Stat(dir); err != nil {
		t.Fatalf("the cluster's folder: %v", err)
	}
	if err := holder.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = holder.Wait()

	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		if _, err := os.Stat(dir); errors.Is(err, os.ErrNotExist) {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s is still there 20 s after its owner was killed", dir)
		}
	}
}

func TestCancelledStart(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if c, err := cluster.Start(ctx); err == nil {
		c.Stop()
		t.Error("Start with a cancelled context succeeded")
	}
}

func start(t *testing.T) *cluster.Cluster {
	t.Helper()
	c, err := cluster.Start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Stop)
	return c
}

// folder returns where the cluster behind a URL keeps its files: the folder of its socket.
func folder(t *testing.T, address string) string {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	dir := u.Query().Get("host")
	if dir == "" {
		t.Fatalf("%q names no socket folder", address)
	}
	return dir
}
