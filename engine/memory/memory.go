// Package memory gives back to the system what only the start of the program needed (decision 0057).
package memory

import (
	"runtime/debug"
	"strconv"
	"strings"
)

// Settle gives back the heap that is not in use any more and, on Linux, the pages of the program's own file. It takes some
// milliseconds, and nobody has to wait for it.
func Settle() {
	debug.FreeOSMemory()
	release()
}

// span is a stretch of addresses.
type span struct{ from, to uintptr }

// unchanged finds in the text of /proc/self/smaps where the program's own file lies in memory, of that what can neither be written
// nor has a page that differs from the file: a relocation, or what a debugger put there, would be lost.
func unchanged(smaps, program string) []span {
	var all []span
	var now span
	for line := range strings.Lines(smaps) {
		fields := strings.Fields(line)
		switch {
		case len(fields) >= 2 && strings.HasSuffix(fields[0], ":"):
			if fields[0] == "Anonymous:" && fields[1] == "0" && now.to > 0 {
				all = append(all, now)
			}
		case len(fields) >= 2:
			now = span{}
			if len(fields[1]) == 4 && fields[1][1] == '-' && strings.HasSuffix(strings.TrimSpace(line), " "+program) {
				now = addresses(fields[0])
			}
		}
	}
	return all
}

// addresses reads "00400000-02211000"; the zero span when it is something else.
func addresses(text string) span {
	low, high, _ := strings.Cut(text, "-")
	from, err := strconv.ParseUint(low, 16, 64)
	to, wrong := strconv.ParseUint(high, 16, 64)
	if err != nil || wrong != nil || to <= from {
		return span{}
	}
	return span{uintptr(from), uintptr(to)}
}
