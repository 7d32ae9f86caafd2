package accounts

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/crypto/argon2"

	"sonha/ground/civil"
	"sonha/ground/fault"
)

// The bounds of what may be chosen. Length beats symbols: there is no rule about signs or capitals.
const (
	pinDigits    = 6
	passwordLow  = 10
	passwordHigh = 200
)

// kindOf says what a text is meant as: six digits are a PIN.
func kindOf(text string) Kind {
	if len(text) == pinDigits && digits(text) {
		return PIN
	}
	return Password
}

func digits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// checkSecret refuses what is too short or what others would guess first.
func checkSecret(kind Kind, text string, phone civil.Phone, name string) error {
	local := phone.Local()
	if kind == PIN {
		switch {
		case len(text) != pinDigits || !digits(text):
			return fault.Invalid("secret", "accounts.pin_digits")
		case plain(text) || (local != "" && strings.Contains(local, text)) || commonPINs[text] || isLeaked(text):
			return fault.Invalid("secret", "accounts.pin_easy")
		}
		return nil
	}
	folded := strings.ReplaceAll(civil.Fold(text), " ", "")
	switch n := len([]rune(text)); {
	case n < passwordLow:
		return fault.Invalid("secret", "accounts.password_short", "Least", passwordLow)
	case n > passwordHigh:
		return fault.Invalid("secret", "fault.too_long", "Most", passwordHigh)
	case local != "" && (strings.Contains(folded, local) || strings.Contains(folded, strings.TrimPrefix(string(phone), "+"))):
		return fault.Invalid("secret", "accounts.password_phone")
	case plain(folded) || common(folded) || isLeaked(folded) || folded == strings.ReplaceAll(civil.Fold(name), " ", ""):
		return fault.Invalid("secret", "accounts.password_easy")
	}
	return nil
}

// plain reports whether a text has a pattern that fingers find by themselves: one sign or a short piece
// over and over, or signs that follow each other up or down.
func plain(s string) bool {
	for piece := 1; piece <= len(s)/2; piece++ {
		if len(s)%piece == 0 && strings.Repeat(s[:piece], len(s)/piece) == s && piece <= 3 {
			return true
		}
	}
	up, down := true, true
	for i := 1; i < len(s); i++ {
		step := (int(s[i]) - int(s[i-1]) + 10) % 10
		if s[i] > '9' || s[i-1] > '9' {
			step = int(s[i]) - int(s[i-1])
		}
		up = up && step == 1
		down = down && (step == 9 || step == -1)
	}
	return up || down
}

// common reports whether the most used words of the world's and Vietnam's leaked lists make up the whole
// password once digits and signs at both ends are taken off.
func common(folded string) bool {
	core := strings.Trim(folded, "0123456789!@#$%^&*.,-_?+= ")
	return core == "" && len(folded) <= 12 || commonWords[core]
}

var commonPINs = map[string]bool{
	"112233": true, "123321": true, "159753": true, "147258": true, "258369": true, "123654": true, "456123": true, "789456": true,
	"147852": true, "102030": true, "112358": true, "520520": true, "131421": true, "141414": true, "246810": true, "135790": true,
	"113114": true, "114115": true, "020990": true, "010190": true, "300475": true, "190845": true, "020945": true,
}

var commonWords = map[string]bool{
	"password": true, "passw0rd": true, "p@ssword": true, "p@ssw0rd": true, "qwertyuiop": true, "qwerty": true, "qwertyui": true,
	"asdfghjkl": true, "asdfghjk": true, "zxcvbnm": true, "1q2w3e4r5t": true, "q1w2e3r4t5": true, "qazwsxedc": true, "qazwsx": true,
	"1qaz2wsx3edc": true, "abcdefghij": true, "abc": true, "abcd": true, "abcdef": true, "iloveyou": true, "iloveu": true, "welcome": true,
	"administrator": true, "admin": true, "letmein": true, "changeme": true, "football": true, "manchester": true, "princess": true,
	"sunshine": true, "superman": true, "monkey": true, "dragon": true, "michael": true, "google": true, "facebook": true, "samsung": true,
	"matkhau": true, "matkhaumoi": true, "matkhaucuatoi": true, "khongbiet": true, "khongco": true, "anhyeuem": true, "emyeuanh": true,
	"yeuem": true, "anhiuem": true, "tinhyeu": true, "vietnam": true, "vietnamvodich": true, "hanoi": true, "hanoivietnam": true,
	"hoankiem": true, "hangbac": true, "congan": true, "conganphuong": true, "conganhoankiem": true, "conganhanoi": true, "canhsat": true,
	"sonha": true, "sonhatuquan": true, "hotuphong": true, "tuphongtuquan": true, "quantri": true, "quantrivien": true, "nguyenvan": true,
	"nguyenthi": true, "giadinh": true, "hanhphuc": true, "trandinh": true, "concac": true, "toiyeuvietnam": true, "xinchao": true,
}

// weight is the cost of a hash: memory in KiB, passes, lanes. It is written into the hash itself.
type weight struct {
	memory uint32
	passes uint32
	lanes  uint8
}

// current follows OWASP's password storage cheat sheet for argon2id with little memory.
var current = weight{memory: 19 * 1024, passes: 2, lanes: 1}

const (
	saltBytes = 16
	hashBytes = 32
	// A hash asks for memory; two at once keep the program small on the smallest machine.
	hashesAtOnce = 2
	// Whoever waits longer than this for a turn is told that the server is busy.
	hashPatience = 5 * time.Second
)

// vault makes and compares hashes of PINs and passwords, few at a time.
type vault struct {
	turns      chan struct{}
	dummy      string      // compared with when there is no account, so that it takes the same time
	collecting atomic.Bool // memory will be given back
}

func newVault() *vault {
	return &vault{turns: make(chan struct{}, hashesAtOnce), dummy: current.write(make([]byte, saltBytes), make([]byte, hashBytes))}
}

// turn waits for one of the few places; the caller gives it back.
func (v *vault) turn(ctx context.Context) (func(), error) {
	timer := time.NewTimer(hashPatience)
	defer timer.Stop()
	select {
	case v.turns <- struct{}{}:
		return func() {
			<-v.turns
			v.collect()
		}, nil
	case <-ctx.Done():
		return nil, fault.Unavailable(ctx.Err())
	case <-timer.C:
		return nil, fault.Unavailable(errors.New("accounts: too many hashes at once"))
	}
}

// collectAfter is how long the memory of a hash is kept, for the next ones.
const collectAfter = time.Second

// collect gives the 19 MB of a hash back to the system, once for all the hashes of a second. They begin a collection that finds
// them in use, and sets its next aim at three times as much: after one sign-in the program held 70 MB for a heap of 6.
func (v *vault) collect() {
	if v.collecting.CompareAndSwap(false, true) {
		time.AfterFunc(collectAfter, func() {
			v.collecting.Store(false)
			debug.FreeOSMemory()
		})
	}
}

// Hash gives the text that is stored for a secret.
func (v *vault) Hash(ctx context.Context, secret string) (string, error) {
	done, err := v.turn(ctx)
	if err != nil {
		return "", err
	}
	defer done()
	salt := make([]byte, saltBytes)
	_, _ = rand.Read(salt) // never fails (crypto/rand, Go 1.24)
	return current.write(salt, current.hash(secret, salt)), nil
}

// Verify reports whether the secret is the one of the stored hash. An empty hash, of no account or of an
// account without a secret, is compared with a dummy and never matches.
func (v *vault) Verify(ctx context.Context, stored, secret string) (bool, error) {
	done, err := v.turn(ctx)
	if err != nil {
		return false, err
	}
	defer done()
	exists := stored != ""
	if !exists {
		stored = v.dummy
	}
	w, salt, want, err := readHash(stored)
	if err != nil {
		return false, err
	}
	same := subtle.ConstantTimeCompare(w.hash(secret, salt), want) == 1
	return same && exists, nil
}

func (w weight) hash(secret string, salt []byte) []byte {
	return argon2.IDKey([]byte(secret), salt, w.passes, w.memory, w.lanes, hashBytes)
}

func (w weight) write(salt, hash []byte) string {
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, w.memory, w.passes, w.lanes,
		base64.RawStdEncoding.EncodeToString(salt), base64.RawStdEncoding.EncodeToString(hash))
}

// outdated reports whether a stored hash cost less than, or otherwise than, one made today.
func outdated(stored string) bool {
	w, _, _, err := readHash(stored)
	return err != nil || w != current
}

var errHash = errors.New("accounts: stored secret is not readable")

// readHash reads a stored hash. It refuses costs far beyond ours: a changed row must not stop the server.
func readHash(text string) (w weight, salt, hash []byte, err error) {
	parts := strings.Split(text, "$")
	const fields = 6
	if len(parts) != fields || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return w, nil, nil, errHash
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &w.memory, &w.passes, &w.lanes); err != nil {
		return w, nil, nil, errHash
	}
	const memoryMost, passesMost, lanesMost = 256 * 1024, 10, 4
	if w.memory == 0 || w.memory > memoryMost || w.passes == 0 || w.passes > passesMost || w.lanes == 0 || w.lanes > lanesMost {
		return w, nil, nil, errHash
	}
	if salt, err = base64.RawStdEncoding.DecodeString(parts[4]); err != nil {
		return w, nil, nil, errHash
	}
	if hash, err = base64.RawStdEncoding.DecodeString(parts[5]); err != nil || len(hash) != hashBytes {
		return w, nil, nil, errHash
	}
	return w, salt, hash, nil
}
