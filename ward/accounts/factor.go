package accounts

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"encoding/hex"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"

	"sonha/ground/access"
	"sonha/ground/civil"
)

// The second factor is a code of six figures that an authenticator on the person's phone makes anew every thirty
// seconds (RFC 6238), because every authenticator knows that form.
const (
	stepSeconds   = 30
	factorBytes   = 20 // of SHA-1, as RFC 4226 §4 recommends
	recoveryCount = 10
	recoveryBytes = 15 // 120 bits, so that a fast hash of them is enough (ASVS 6.5.2)
	// recoveryOnce is what codes had before 0056; those that people keep on paper still open.
	recoveryOnce = 10
	// recoveryPart is how many letters stand together.
	recoveryPart = 4
	// waitingLife is how long the code may be typed after the password.
	waitingLife = 10 * time.Minute
)

// Factor says what an account has as its second factor.
type Factor struct {
	On    bool
	Since time.Time
	Codes int // recovery codes that are not used yet
	Keys  int // passkeys, which stand beside it
}

// letters are those of base32: no 0, 1, 8 to mistake for O, I, B.
var letters = base32.StdEncoding.WithPadding(base32.NoPadding)

// demanded are the roles that need a second factor: each reaches the whole ward, can give that to others, or answers for what
// the ward keeps of people.
func demanded(r access.Role) bool {
	return r == access.Command || r == access.Administrator || r == access.Protector
}

// NewFactorSecret makes a secret for an authenticator.
func NewFactorSecret() string {
	b := make([]byte, factorBytes)
	_, _ = rand.Read(b) // never fails (crypto/rand, Go 1.24)
	return letters.EncodeToString(b)
}

// goodSecret reports whether a text is a secret as NewFactorSecret makes them.
func goodSecret(text string) bool {
	b, err := letters.DecodeString(text)
	return err == nil && len(b) == factorBytes
}

// factorLink is what the square code says to an authenticator. The name shows which account it is, the issuer that it
// is Sonha's.
func factorLink(secret, name, ward string) string {
	issuer := "Sonha"
	if ward != "" {
		issuer += " " + ward
	}
	v := url.Values{"secret": {secret}, "issuer": {issuer}}
	return "otpauth://totp/" + url.PathEscape(issuer+":"+name) + "?" + strings.ReplaceAll(v.Encode(), "+", "%20")
}

// stepOf finds the thirty seconds for which a code is: the present ones, or the ones before and after, for a phone whose
// clock is a little off.
func stepOf(secret, code string, now time.Time) (step int64, ok bool) {
	options := totp.ValidateOpts{Period: stepSeconds, Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1}
	for _, off := range []int64{0, -1, 1} {
		at := now.Add(time.Duration(off) * stepSeconds * time.Second)
		want, err := totp.GenerateCodeCustom(secret, at, options)
		if err == nil && subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 {
			return at.Unix() / stepSeconds, true
		}
	}
	return 0, false
}

// newRecovery makes recovery codes as they are shown, "ABCD-EFGH-IJKL-MNOP-QRST-UVWX".
func newRecovery() []string {
	list := make([]string, recoveryCount)
	for i := range list {
		b := make([]byte, recoveryBytes)
		_, _ = rand.Read(b)
		var parts []string
		for part := range slices.Chunk([]byte(letters.EncodeToString(b)), recoveryPart) {
			parts = append(parts, string(part))
		}
		list[i] = strings.Join(parts, "-")
	}
	return list
}

// recoveryHash is what is stored of a recovery code, however it is typed; empty when it cannot be one.
func recoveryHash(typed string) string {
	text := strings.ToUpper(strings.NewReplacer("-", "", " ", "", "\u00a0", "").Replace(civil.NFC(typed)))
	if b, err := letters.DecodeString(text); err != nil || len(b) != recoveryBytes && len(b) != recoveryOnce {
		return ""
	}
	sum := sha256.Sum256([]byte("sonha recovery " + text))
	return hex.EncodeToString(sum[:])
}

// codeOf is a code of an authenticator as typed, blanks taken out; empty when it cannot be one.
func codeOf(typed string) string {
	text := strings.NewReplacer(" ", "", "\u00a0", "", "-", "").Replace(typed)
	if len(text) != 6 || !digits(text) {
		return ""
	}
	return text
}
