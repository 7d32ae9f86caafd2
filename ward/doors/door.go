package doors

import (
	"crypto/rand"
	"encoding/base32"
	"strconv"
	"strings"
	"sync"
	"time"

	"sonha/ground/fault"
)

// tokenBytes make a code that nobody guesses: 80 bits, 16 letters and digits.
const tokenBytes = 10

var alphabet = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

// newToken makes the code of a plate.
func newToken() string {
	var b [tokenBytes]byte
	_, _ = rand.Read(b[:]) // never fails (Go 1.24)
	return alphabet.EncodeToString(b[:])
}

// Path is the address behind a plate: it names the ward, because whoever scans it has none.
func Path(ward int, token string) string { return "/d/" + strconv.Itoa(ward) + "-" + token }

// parse reads the ward and the code from the address.
func parse(text string) (ward int, token string, err error) {
	number, token, _ := strings.Cut(text, "-")
	ward, err = strconv.Atoi(number)
	if raw, decode := alphabet.DecodeString(token); err != nil || ward <= 0 || decode != nil || len(raw) != tokenBytes {
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
