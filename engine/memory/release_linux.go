package memory

import (
	"os"
	"syscall"
)

// release lets go of the pages of the program's own file. A start reads nearly all of its 50 MB once: tables of every package, code
// that only prepares. What is needed later comes back from the system's cache of the file, sixteen pages in a few microseconds.
func release() {
	program, err := os.Readlink("/proc/self/exe")
	if err != nil {
		return
	}
	smaps, err := os.ReadFile("/proc/self/smaps")
	if err != nil {
		return // some containers hide it: then the pages stay
	}
	for _, s := range unchanged(string(smaps), program) {
		_, _, _ = syscall.Syscall(syscall.SYS_MADVISE, s.from, s.to-s.from, syscall.MADV_DONTNEED) // refused, the pages stay
	}
}
