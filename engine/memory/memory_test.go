package memory

import (
	"os"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const maps = `00400000-02211000 r-xp 00000000 fe:00 9994409                            /opt/sonha
Size:              30788 kB
Rss:               18496 kB
Anonymous:             0 kB
02211000-03a76000 r--p 01e11000 fe:00 9994409                            /opt/sonha
Rss:               23316 kB
Anonymous:             0 kB
03a76000-03a80000 r--p 03676000 fe:00 9994409                            /opt/sonha
Anonymous:            40 kB
03a80000-03d31000 rw-p 03680000 fe:00 9994409                            /opt/sonha
Anonymous:             0 kB
7f22d6042000-7f22d604f000 r--p 00000000 fe:00 77                         /opt/other-sonha
Anonymous:             0 kB
7f22d6054000-7f22d6058000 r--p 00000000 00:00 0 
Anonymous:             0 kB
`

func TestOnlyWhatIsAsInTheFileMayGo(t *testing.T) {
	t.Parallel()
	want := []span{{0x400000, 0x2211000}, {0x2211000, 0x3a76000}}
	if diff := cmp.Diff(want, unchanged(maps, "/opt/sonha"), cmp.AllowUnexported(span{})); diff != "" {
		t.Error(diff)
	}
}

// resident is how much of this program's own file is in memory, in kB, as the system counts it.
func resident(t *testing.T) (sum int) {
	t.Helper()
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Skip("no /proc here")
	}
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, "RssFile:"); ok {
			for _, c := range strings.TrimSpace(rest) {
				if c >= '0' && c <= '9' {
					sum = sum*10 + int(c-'0')
				}
			}
		}
	}
	return sum
}

func TestTheProgramGoesOnWithLess(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux gives pages back")
	}
	before := resident(t)
	Settle()
	if after := resident(t); after >= before {
		t.Errorf("%d kB of the program's file before, %d after", before, after)
	}
}
