package app_test

import (
	"net/http"
	"net/url"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"unsafe"

	"sonha/engine/db"
)

// The disk takes nothing more while people write: they are told so in words, nothing that was acknowledged is lost, nothing is half
// stored, and the program goes on by itself once there is room. The limit on the size of files stands for the full disk; it can be
// set and lifted from outside and needs no rights.
func TestAFullDiskWhilePeopleWrite(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("starts the program")
	}
	ctx := t.Context()
	data := filepath.Join(t.TempDir(), "d")
	s := launch(t, nil, "demo", "--addr", "127.0.0.1:0", "--data", data, "--houses", "60")
	s.listens(t)
	v := s.visitor(t)
	if status, _ := v.ask(ctx, t, "/sign-in", url.Values{"phone": {"0900000002"}, "secret": {"246810"}}); status != http.StatusSeeOther {
		t.Fatalf("signing in: %d", status)
	}
	_, list := v.ask(ctx, t, "/houses?state=not_inspected", nil)
	house := regexp.MustCompile(`/houses/([0-9a-z]{26})`).FindStringSubmatch(list)
	if house == nil {
		t.Fatal("no house in the list")
	}
	path, values := "/houses/"+house[1]+"/assessment/VH4", []string{"2", "1", "0"}
	answered := 0
	answer := func() (int, string) {
		answered++
		return v.ask(ctx, t, path, url.Values{"answer": {values[answered%3]}, "request_id": {db.NewID()}})
	}
	if status, text := answer(); status != http.StatusSeeOther {
		t.Fatalf("%d %s", status, text)
	}
	limit(t, s.cmd.Process.Pid, 128<<10) // less than the database has: the log fills up to here, then nothing more is taken
	told := ""
	for i := 0; i < 2000 && told == ""; i++ {
		switch status, text := answer(); status {
		case http.StatusSeeOther:
		case http.StatusServiceUnavailable:
			told = text
		default:
			t.Fatalf("%d %s", status, text)
		}
	}
	if !strings.Contains(told, "những gì đã báo lưu vẫn còn") {
		t.Fatalf("told: %s", told)
	}
	if status, _ := v.ask(ctx, t, "/houses/"+house[1], nil); status != http.StatusOK {
		t.Errorf("reading while the disk is full: %d", status)
	}
	limit(t, s.cmd.Process.Pid, ^uint64(0))
	if status, text := answer(); status != http.StatusSeeOther {
		t.Errorf("there is room again: %d %s", status, text)
	}
	if err := s.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = s.cmd.Wait()
	for _, args := range [][]string{{"doctor", "--data", data}, {"audit", "verify", "--data", data}} {
		if said, err := exec.CommandContext(ctx, "sonha", args...).CombinedOutput(); err != nil {
			t.Errorf("%v: %v\n%s", args, err, said)
		}
	}
}

// limit bounds the size of the files that a process may write.
func limit(t *testing.T, pid int, size uint64) {
	t.Helper()
	to := syscall.Rlimit{Cur: size, Max: ^uint64(0)}
	const fileSize = 1 // RLIMIT_FSIZE
	_, _, errno := syscall.RawSyscall6(syscall.SYS_PRLIMIT64, uintptr(pid), fileSize, uintptr(unsafe.Pointer(&to)), 0, 0, 0)
	if errno != 0 {
		t.Fatal(errno)
	}
}
