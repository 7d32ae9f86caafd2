package backup_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/pem"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pkg/sftp"
	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/knownhosts"
	"pgregory.net/rapid"

	"sonha/engine/backup"
	"sonha/engine/queue"
	"sonha/ground/civil"
)

func TestARuleKeepsDaysWeeksAndMonths(t *testing.T) {
	t.Parallel()
	rule := backup.Rule{Daily: 7, Weekly: 4, Monthly: 12}
	at := time.Date(2025, 1, 1, 19, 30, 0, 0, time.UTC) // 02:30 of the next day at the ward
	var there []string
	for day := range 800 {
		there = append(there, backup.FileName(at.AddDate(0, 0, day)), "ảnh.jpg")
		gone := rule.Excess(there)
		there = slices.DeleteFunc(there, func(name string) bool { return slices.Contains(gone, name) || name == "ảnh.jpg" })
	}
	if n := len(there); n < 19 || n > 23 {
		t.Errorf("%d copies after two years: %v", n, there)
	}
	last := at.AddDate(0, 0, 799)
	for day := range 7 {
		if name := backup.FileName(last.AddDate(0, 0, -day)); !slices.Contains(there, name) {
			t.Errorf("the copy of %d days ago is gone", day)
		}
	}
	if oldest := there[0]; oldest > backup.FileName(last.AddDate(0, -10, 0)) || oldest < backup.FileName(last.AddDate(0, -13, 0)) {
		t.Errorf("the oldest is %s", oldest)
	}
}

func TestARuleNeverTakesTheNewestAndSettles(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		rule := backup.Rule{Daily: rapid.IntRange(0, 9).Draw(t, "daily"), Weekly: rapid.IntRange(0, 5).Draw(t, "weekly"), Monthly: rapid.IntRange(0, 5).Draw(t, "monthly")}
		var names []string
		for _, hours := range rapid.SliceOfNDistinct(rapid.IntRange(0, 20000), 1, 60, rapid.ID[int]).Draw(t, "hours") {
			names = append(names, backup.FileName(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(hours)*time.Hour)))
		}
		gone := rule.Excess(names)
		left := slices.DeleteFunc(slices.Clone(names), func(n string) bool { return slices.Contains(gone, n) })
		if !slices.Contains(left, slices.Max(names)) {
			t.Fatal("the newest is gone")
		}
		if len(left) > max(1, rule.Daily+rule.Weekly+rule.Monthly) {
			t.Fatalf("%d are left of %v", len(left), rule)
		}
		if again := rule.Excess(left); len(again) > 0 {
			t.Fatalf("a second look takes %v", again)
		}
	})
}

func TestARuleIsReadAsItIsWritten(t *testing.T) {
	t.Parallel()
	if r, err := backup.ParseRule("7, 4,12"); err != nil || r.String() != "7,4,12" {
		t.Error(r, err)
	}
	for _, bad := range []string{"", "7", "7,4", "7,4,x", "-1,4,3", "0,0,0", "1,2,3,4"} {
		if _, err := backup.ParseRule(bad); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
}

// nightly is when the last copy was due, at half past two of every night.
func nightly(now time.Time) time.Time { return queue.Daily(2, 30).Next(now.Add(-24 * time.Hour)) }

// plan is a plan whose copies say when they were made.
func plan(t *testing.T, now *time.Time, remotes ...backup.Place) *backup.Plan {
	t.Helper()
	return &backup.Plan{
		Local: backup.Folder(filepath.Join(t.TempDir(), "copies")), Remotes: remotes, Rule: backup.Usual(), Now: func() time.Time { return *now },
		Due: nightly,
		Write: func(_ context.Context, out io.Writer, made time.Time) error {
			_, err := io.WriteString(out, strings.Repeat(made.String(), 5000))
			return err
		},
	}
}

// A server of its own, as wards have one: copies arrive whole, are pruned there too, and a day on which it was away is made up for.
func TestCopiesGoToAnotherMachine(t *testing.T) {
	t.Parallel()
	s := startSFTP(t)
	now := time.Date(2026, 11, 20, 19, 30, 0, 0, time.UTC)
	p := plan(t, &now, s.place(t))
	run := func() backup.Done {
		t.Helper()
		done, err := p.Run(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return done
	}
	first := run()
	if first.Made == "" || first.Sent != first.Made {
		t.Fatalf("%+v", first)
	}
	here, err := os.ReadFile(filepath.Join(string(p.Local), first.Made))
	if err != nil {
		t.Fatal(err)
	}
	if there, err := os.ReadFile(filepath.Join(s.folder, first.Made)); err != nil || !bytes.Equal(here, there) {
		t.Errorf("%d bytes arrived of %d, %v", len(there), len(here), err)
	}
	if again := run(); again != (backup.Done{}) {
		t.Errorf("a second run on the same day: %+v", again)
	}
	now = now.AddDate(0, 0, 1)
	s.stop()
	var remote *backup.RemoteError
	if done, err := p.Run(t.Context()); !errors.As(err, &remote) || done.Made == "" {
		t.Fatalf("the other machine is away: %+v, %v", done, err)
	}
	s.start(t)
	if done := run(); done.Made != "" || done.Sent == "" {
		t.Errorf("the other machine is back: %+v", done)
	}
	for range 30 {
		now = now.AddDate(0, 0, 1)
		run()
	}
	local, _ := p.Local.Names(t.Context())
	far, err := p.Remotes[0].Names(t.Context())
	slices.Sort(local)
	slices.Sort(far)
	if err != nil || !slices.Equal(local, far) || len(local) > 14 {
		t.Errorf("here %d, there %d copies, %v", len(local), len(far), err)
	}
}

// Another machine under the same address gets nothing.
func TestAnUnknownMachineGetsNothing(t *testing.T) {
	t.Parallel()
	s := startSFTP(t)
	now := time.Now()
	p := plan(t, &now, s.place(t))
	s.stop()
	s.host = signer(t)
	s.start(t)
	var unknown *knownhosts.KeyError
	if _, err := p.Run(t.Context()); !errors.As(err, &unknown) {
		t.Errorf("told %v", err)
	}
	if list, _ := os.ReadDir(s.folder); len(list) > 0 {
		t.Error("something was sent")
	}
}

// A copy that fails leaves nothing under its name, and nothing old is taken away for it.
func TestAFailedCopyLeavesTheOldOnes(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 20, 19, 30, 0, 0, time.UTC)
	p := plan(t, &now)
	p.Rule = backup.Rule{Daily: 1}
	if _, err := p.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	now = now.AddDate(0, 0, 1)
	write := p.Write
	p.Write = func(_ context.Context, out io.Writer, _ time.Time) error {
		_, _ = io.WriteString(out, "half")
		return errors.New("no room")
	}
	var local *backup.LocalError
	if _, err := p.Run(t.Context()); !errors.As(err, &local) {
		t.Fatal(err)
	}
	if names, _ := p.Local.Names(t.Context()); len(names) != 1 {
		t.Errorf("left: %v", names)
	}
	// A power cut in the middle of a copy.
	cut := filepath.Join(string(p.Local), backup.FileName(now)+".part")
	if err := os.WriteFile(cut, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	p.Write = write
	now = time.Now().Add(48 * time.Hour)
	if _, err := p.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if names, _ := p.Local.Names(t.Context()); len(names) != 1 || strings.HasSuffix(names[0], ".part") {
		t.Errorf("left: %v", names)
	}
}

// A night is never left out, whenever the copy before it was made: after a night without current, or by hand in the afternoon.
func TestEveryNightHasItsCopy(t *testing.T) {
	t.Parallel()
	at := func(day, hour, minute int) time.Time {
		return time.Date(2026, 11, day, hour, minute, 0, 0, civil.Hanoi)
	}
	now := at(20, 2, 30)
	p := plan(t, &now)
	for _, x := range []struct {
		at    time.Time
		makes bool
	}{
		{at(20, 2, 30), true},
		{at(20, 2, 31), false},
		{at(20, 15, 0), false},
		{at(21, 8, 0), true}, // it was off at half past two
		{at(21, 8, 1), false},
		{at(22, 2, 30), true}, // 18½ hours later
		{at(22, 2, 30).Add(10 * time.Second), false},
		{at(25, 17, 0), true},
		{at(26, 2, 29), false},
		{at(26, 2, 30), true},
	} {
		now = x.at
		if done, err := p.Run(t.Context()); err != nil || (done.Made != "") != x.makes {
			t.Errorf("at %s: %+v %v, want a copy: %v", now.Format(time.DateTime), done, err, x.makes)
		}
	}
}

// A copy that is dated later than can be, by a clock that was ahead, stands in the way of none: neither here nor at the other place.
func TestACopyOfAClockThatWasAhead(t *testing.T) {
	t.Parallel()
	s := startSFTP(t)
	now := time.Date(2026, 11, 20, 2, 30, 0, 0, civil.Hanoi)
	p := plan(t, &now, s.place(t))
	p.Rule = backup.Rule{Daily: 1}
	ahead := backup.FileName(now.Add(61 * time.Minute))
	for _, folder := range []string{string(p.Local), s.folder} {
		if err := os.MkdirAll(folder, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, ahead), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	first, err := p.Run(t.Context())
	if err != nil || first.Made == "" || first.Sent != first.Made || first.Gone != 0 {
		t.Fatalf("%+v %v", first, err)
	}
	if done, err := p.Run(t.Context()); err != nil || done != (backup.Done{}) {
		t.Errorf("again: %+v %v", done, err)
	}
	now = now.AddDate(0, 0, 1) // its time has come: it is a copy like any other
	if done, err := p.Run(t.Context()); err != nil || done.Made == "" || done.Gone != 4 {
		t.Errorf("a day later: %+v %v", done, err)
	}
}

func TestAPasswordInAnAddressIsNotPrinted(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"": "", "sftp://sao-luu@may2/sonha": "sftp://sao-luu@may2/sonha", "sftp://sao-luu:bimat@may2:2222/sonha": "sftp://sao-luu:xxxxx@may2:2222/sonha",
		"sao-luu:bimat@may2:/sonha": "…@may2:/sonha", "sftp://a:bi%mat@may2/sonha": "…@may2/sonha",
	} {
		if got := backup.Redacted(address); got != want {
			t.Errorf("%s: %s", address, got)
		}
		if _, err := backup.NewSFTP(address+"/", "", ""); err == nil || strings.Contains(err.Error(), "bi") {
			t.Errorf("%s: told %v", address, err)
		}
	}
}

// machine is an SFTP server over a folder, of the library's own.
type machine struct {
	address, folder, user string
	host                  ssh.Signer
	listener              net.Listener
	keyFile, known        string
	key                   ssh.PublicKey
}

func signer(t *testing.T) ssh.Signer {
	t.Helper()
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	s, err := ssh.NewSignerFromKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func startSFTP(t *testing.T) *machine {
	t.Helper()
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	block, err := ssh.MarshalPrivateKey(private, "")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	m := &machine{address: "127.0.0.1:0", folder: filepath.Join(dir, "far", "sonha"), user: "sao-luu", host: signer(t), keyFile: filepath.Join(dir, "key"), known: filepath.Join(dir, "known")}
	if m.key, err = ssh.NewPublicKey(public); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(m.keyFile, pem.EncodeToMemory(block), 0o600); err != nil {
		t.Fatal(err)
	}
	m.start(t)
	t.Cleanup(m.stop)
	if err := os.WriteFile(m.known, []byte(knownhosts.Line([]string{m.address}, m.host.PublicKey())+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return m
}

func (m *machine) place(t *testing.T) *backup.SFTP {
	t.Helper()
	s, err := backup.NewSFTP("sftp://"+m.user+"@"+m.address+m.folder, m.keyFile, m.known)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (m *machine) stop() { _ = m.listener.Close() }

func (m *machine) start(t *testing.T) {
	t.Helper()
	config := &ssh.ServerConfig{PublicKeyCallback: func(c ssh.ConnMetadata, key ssh.PublicKey) (*ssh.Permissions, error) {
		if c.User() != m.user || !bytes.Equal(key.Marshal(), m.key.Marshal()) {
			return nil, errors.New("a stranger")
		}
		return nil, nil
	}}
	config.AddHostKey(m.host)
	var err error
	if m.listener, err = net.Listen("tcp", m.address); err != nil {
		t.Fatal(err)
	}
	m.address = m.listener.Addr().String()
	listener := m.listener
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go answer(conn, config)
		}
	}()
}

func answer(conn net.Conn, config *ssh.ServerConfig) {
	_, channels, requests, err := ssh.NewServerConn(conn, config)
	if err != nil {
		return
	}
	go ssh.DiscardRequests(requests)
	for offered := range channels {
		channel, asked, err := offered.Accept()
		if err != nil {
			return
		}
		go func() {
			for r := range asked {
				_ = r.Reply(r.Type == "subsystem", nil)
			}
		}()
		server, err := sftp.NewServer(channel)
		if err != nil {
			return
		}
		_ = server.Serve()
		_ = channel.Close()
	}
}
