package doors

import (
	"sync"
	"time"

	"sonha/engine/db"
	"sonha/ground/fault"
)

// tokenBytes make a code that nobody guesses: 80 bits, 16 letters and digits.
const tokenBytes = 10

// Path is the address behind a plate: it names the ward, because whoever scans it has none.
func Path(ward int, token string) string { return "/d/" + db.WardToken(ward, token) }

// parse reads the ward and the code from the address.
func parse(text string) (ward int, token string, err error) {
	ward, token, ok := db.ParseWardToken(text, tokenBytes)
	if !ok {
		return 0, "", fault.NotFound("doors.unknown")
	}
	return ward, token, nil
}

// pace counts how often each address opens doors, so that nobody walks through all codes of a ward. It is bounded: when
// many addresses come in one minute, counting begins anew.
type pace struct {
	mu     sync.Mutex
	minute int64
	seen   map[string]int
}

// The most doors that one address opens in a minute, and the most addresses that are counted. A whole street may stand
// behind one address of a telephone company.
const (
	mostPerMinute = 120
	mostAddresses = 20000
)

// take counts one more, and says how long to wait when it is too many.
func (p *pace) take(address string, now time.Time) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	if minute := now.Unix() / 60; minute != p.minute || len(p.seen) >= mostAddresses {
		p.minute, p.seen = minute, map[string]int{}
	}
	p.seen[address]++
	if p.seen[address] <= mostPerMinute {
		return 0
	}
	return time.Duration(60-now.Unix()%60) * time.Second
}
