package accounts

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"strings"

	"sonha/ground/civil"
)

// token is what a cookie or a one-time link carries: the ward, so that the one look-up goes to its rows,
// and 256 random bits. "12.Xk3…"; the database holds only the SHA-256 of the bits.
type token struct {
	ward int
	bits [32]byte
}

func newToken(ward int) token {
	t := token{ward: ward}
	_, _ = rand.Read(t.bits[:]) // never fails (crypto/rand, Go 1.24)
	return t
}

func (t token) String() string {
	return strconv.Itoa(t.ward) + "." + base64.RawURLEncoding.EncodeToString(t.bits[:])
}

// ID is the key of the token's row.
func (t token) ID() string {
	sum := sha256.Sum256(t.bits[:])
	return hex.EncodeToString(sum[:])
}

// The most digits of a ward's number in a token.
const wardDigits = 6

// parseToken reads a token; ok is false for whatever String would not have written.
func parseToken(text string) (t token, ok bool) {
	number, bits, found := strings.Cut(text, ".")
	if !found || !digits(number) || len(number) > wardDigits || len(bits) != base64.RawURLEncoding.EncodedLen(len(t.bits)) {
		return token{}, false
	}
	ward, err := strconv.Atoi(number)
	if err != nil || strconv.Itoa(ward) != number {
		return token{}, false
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(bits)
	if err != nil {
		return token{}, false
	}
	t.ward = ward
	copy(t.bits[:], raw)
	return t, t.String() == text // the decoder passes over line breaks
}

// devices is the cookie of a browser that signed in before. Each piece is "<nonce>.<mac>" where the mac is
// keyed by an account's stored secret: only the server can make one, it holds for that account alone, and
// it ends when the PIN or password changes. A browser that several people share carries several.
type devices []string

// The pieces that a browser keeps at most, and the bytes of nonce and mac.
const (
	devicesMost = 5
	nonceBytes  = 12
	macBytes    = 18
)

func parseDevices(text string) devices {
	var out devices
	for piece := range strings.SplitSeq(text, "~") {
		if len(piece) <= 64 && strings.Count(piece, ".") == 1 {
			out = append(out, piece)
		}
		if len(out) == devicesMost {
			break
		}
	}
	return out
}

func (d devices) String() string { return strings.Join(d, "~") }

// Known gives the nonce under which this browser signed in to the account with this stored secret, or "".
func (d devices) Known(phone civil.Phone, stored string) string {
	if stored == "" {
		return ""
	}
	for _, piece := range d {
		nonce, mac, _ := strings.Cut(piece, ".")
		if hmac.Equal([]byte(mac), []byte(deviceMAC(nonce, phone, stored))) {
			return nonce
		}
	}
	return ""
}

// With adds a piece for the account, in front; the one that it had is replaced.
func (d devices) With(phone civil.Phone, stored string) devices {
	raw := make([]byte, nonceBytes)
	_, _ = rand.Read(raw)
	nonce := base64.RawURLEncoding.EncodeToString(raw)
	out := devices{nonce + "." + deviceMAC(nonce, phone, stored)}
	for _, piece := range d {
		if (devices{piece}).Known(phone, stored) == "" && len(out) < devicesMost {
			out = append(out, piece)
		}
	}
	return out
}

func deviceMAC(nonce string, phone civil.Phone, stored string) string {
	h := hmac.New(sha256.New, []byte(stored))
	_, _ = h.Write([]byte("device\x00" + nonce + "\x00" + string(phone)))
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil)[:macBytes])
}

// Address is where a request comes from, for rooms that slow down who asks too often.
func Address(r *http.Request) string { return address(r).String() }

// address is where a request comes from. What a trusted proxy said of it stands there already (app/proxying.go); the
// headers are anybody's invention.
func address(r *http.Request) netip.Addr {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	from, err := netip.ParseAddr(host)
	if err != nil {
		return netip.Addr{}
	}
	return from.Unmap().WithZone("")
}

// network is the part of an address that belongs to one customer: an IPv4 address, an IPv6 /64.
func network(a netip.Addr) string { return prefix(a, 32, 64) }

// shown is the part of an address that a person recognises and that does not single anybody out.
func shown(a netip.Addr) string { return prefix(a, 24, 48) }

func prefix(a netip.Addr, four, six int) string {
	if !a.IsValid() {
		return ""
	}
	bits := four
	if a.Is6() {
		bits = six
	}
	p, err := a.Prefix(bits)
	if err != nil {
		return ""
	}
	if p.IsSingleIP() {
		return p.Addr().String()
	}
	return p.String()
}

// deviceName says in a few words what a browser is: "Chrome · Android". The words are names, the same in
// every language.
func deviceName(agent string) string {
	pick := func(list [][2]string) string {
		for _, x := range list {
			if strings.Contains(agent, x[0]) {
				return x[1]
			}
		}
		return ""
	}
	browser := pick([][2]string{
		{"Zalo", "Zalo"}, {"coc_coc", "Cốc Cốc"}, {"SamsungBrowser", "Samsung Internet"}, {"Edg", "Edge"}, {"OPR/", "Opera"}, {"Firefox", "Firefox"},
		{"FxiOS", "Firefox"}, {"CriOS", "Chrome"}, {"Chrome", "Chrome"}, {"Safari", "Safari"},
	})
	system := pick([][2]string{
		{"Android", "Android"}, {"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Windows", "Windows"}, {"Macintosh", "Mac"}, {"CrOS", "ChromeOS"}, {"Linux", "Linux"},
	})
	switch {
	case browser == "":
		return system
	case system == "":
		return browser
	}
	return browser + " · " + system
}
