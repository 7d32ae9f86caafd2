package jobs

import (
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"testing"

	"sonha/ground/access"
)

func officer(beats ...string) access.Actor {
	var grants []access.Grant
	for _, b := range beats {
		grants = append(grants, access.Grant{Role: access.Officer, Ward: 1, ID: b})
	}
	return access.SignedInAs("o", "o", access.Officer, 1, grants)
}

func text(s string) ExportWork {
	return func(_ context.Context, _ *Progress, out io.Writer) error {
		_, err := io.WriteString(out, s)
		return err
	}
}

// A file belongs to the powers and the rows that its reader had: with a beat more or less it is another file.
func TestAnExportIsFetchedWithThePowersOfTheDownload(t *testing.T) {
	t.Parallel()
	r := New()
	t.Cleanup(r.Stop)
	who := officer("beat 1")
	m := done(t, r, who, r.Export(who, "houses", "?all", access.SeeHouses, File{Name: "a.csv"}, text("số nhà"))).File
	if m == nil || m.Size != int64(len("số nhà")) {
		t.Fatalf("made %+v", m)
	}
	body, err := io.ReadAll(io.NewSectionReader(m.body, 0, m.Size))
	if err != nil || string(body) != "số nhà" {
		t.Errorf("the file holds %q, %v", body, err)
	}
	if _, err := os.Stat(m.body.Name()); !errors.Is(err, os.ErrNotExist) {
		t.Error("the file lies on the disk under a name")
	}
	if err := m.mayFetch(officer("beat 1")); err != nil {
		t.Errorf("its own reader: %v", err)
	}
	for name, other := range map[string]access.Actor{
		"a beat more": officer("beat 1", "beat 2"), "another beat": officer("beat 2"), "no role any more": officer(), "nobody": {},
		"a role without the power": access.SignedInAs("o", "o", access.City, 1, []access.Grant{{Role: access.City, Ward: 1}}),
	} {
		if m.mayFetch(other) == nil {
			t.Errorf("%s fetches the file", name)
		}
	}
}

func TestOneExportARunningQuestion(t *testing.T) {
	t.Parallel()
	r := New()
	t.Cleanup(r.Stop)
	who, leave := officer("beat 1"), make(chan struct{})
	slow := func(ctx context.Context, _ *Progress, out io.Writer) error {
		<-leave
		return text("x")(ctx, nil, out)
	}
	first := r.Export(who, "houses", "?a", access.SeeHouses, File{}, slow)
	if again := r.Export(who, "houses", "?a", access.SeeHouses, File{}, slow); again != first {
		t.Error("the same question is answered twice at a time")
	}
	if other := r.Export(who, "houses", "?b", access.SeeHouses, File{}, slow); other == first {
		t.Error("another question got the first one's file")
	}
	close(leave)
	done(t, r, who, first)
	if later := r.Export(who, "houses", "?a", access.SeeHouses, File{}, text("y")); later == first {
		t.Error("asked again later, the old file is given")
	}
}

func TestAFailedExportGivesNoFile(t *testing.T) {
	t.Parallel()
	r := New()
	t.Cleanup(r.Stop)
	who, broken := officer("beat 1"), errors.New("broken")
	s := done(t, r, who, r.Export(who, "houses", "", access.SeeHouses, File{}, func(_ context.Context, _ *Progress, out io.Writer) error {
		_, _ = io.WriteString(out, strings.Repeat("half ", 100_000))
		return broken
	}))
	if s.File != nil || !errors.Is(s.Err, broken) {
		t.Errorf("got %+v", s)
	}
}
