package accounts

import (
	"encoding/base64"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"sonha/ground/civil"
	"sonha/ground/civil/personal"
	"sonha/ground/fault"
)

const (
	// passkeysMost is how many passkeys an account has: a person's phones and computers.
	passkeysMost = 10
	keyNameMost  = 60 // letters
)

// Passkey is one key of an account, as its owner sees it.
type Passkey struct {
	ID, Name string
	Made     time.Time
	Used     time.Time // zero: not used yet
}

// relying is the site for which browsers keep passkeys: a key made for one address opens at no other.
type relying struct {
	web    *webauthn.WebAuthn
	origin string // "https://sonha.phuong.vn"
}

// ServeAt says at which address people open the program. Passkeys are for a name over https, and for localhost: at any other address, and
// before this is called, there are none.
func (s *Store) ServeAt(base string) {
	s.relying = relyingAt(base)
}

func relyingAt(base string) *relying {
	u, err := url.Parse(base)
	if err != nil {
		return nil
	}
	host, port := strings.ToLower(u.Hostname()), u.Port()
	if _, err := netip.ParseAddr(host); err == nil || host == "" {
		return nil // browsers keep no passkey for an address of numbers
	}
	if u.Scheme != "https" && (u.Scheme != "http" || host != "localhost") {
		return nil
	}
	origin := u.Scheme + "://" + host
	if port != "" && (u.Scheme != "https" || port != "443") && (u.Scheme != "http" || port != "80") {
		origin += ":" + port
	}
	web, err := webauthn.New(&webauthn.Config{
		RPID: host, RPDisplayName: "Sonha", RPOrigins: []string{origin}, AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			RequireResidentKey: protocol.ResidentKeyRequired(), ResidentKey: protocol.ResidentKeyRequirementRequired, UserVerification: protocol.VerificationRequired,
		},
		Timeouts: webauthn.TimeoutsConfig{
			Login:        webauthn.TimeoutConfig{Timeout: waitLife, TimeoutUVD: waitLife},
			Registration: webauthn.TimeoutConfig{Timeout: waitLife, TimeoutUVD: waitLife},
		},
	})
	if err != nil {
		return nil
	}
	return &relying{web: web, origin: origin}
}

// Origin is the address at which passkeys open, as a browser names it; empty where there are none.
func (s *Store) Origin() string {
	if s.relying == nil {
		return ""
	}
	return s.relying.origin
}

// keyHolder is an account as webauthn wants it. What a device keeps of it beside the name are the numbers of ward and account.
type keyHolder struct {
	ward    int
	account Account
	keys    []heldKey
}

// heldKey is a passkey with what it is checked by.
type heldKey struct {
	id         string
	credential webauthn.Credential
}

// WebAuthnID names the account in its ward.
func (h *keyHolder) WebAuthnID() []byte { return []byte(strconv.Itoa(h.ward) + "." + h.account.ID) }

// WebAuthnName is what the device shows.
func (h *keyHolder) WebAuthnName() string { return h.account.Name }

// WebAuthnDisplayName is what the device shows.
func (h *keyHolder) WebAuthnDisplayName() string { return h.account.Name }

// WebAuthnCredentials are the keys that the account has.
func (h *keyHolder) WebAuthnCredentials() []webauthn.Credential {
	list := make([]webauthn.Credential, len(h.keys))
	for i, k := range h.keys {
		list[i] = k.credential
	}
	return list
}

// key gives the passkey with a number that a device gave it.
func (h *keyHolder) key(number []byte) (heldKey, bool) {
	for _, k := range h.keys {
		if string(k.credential.ID) == string(number) {
			return k, true
		}
	}
	return heldKey{}, false
}

// holderOf reads what WebAuthnID wrote.
func holderOf(handle []byte) (ward int, account string, ok bool) {
	number, account, ok := strings.Cut(string(handle), ".")
	ward, err := strconv.Atoi(number)
	return ward, account, ok && err == nil && ward >= 0 && account != ""
}

// checkKeyName is the name of a passkey; the device's where nothing was typed.
func checkKeyName(text, otherwise string) (string, error) {
	name := civil.NFC(text)
	if name == "" {
		name = otherwise
	}
	switch {
	case name == "":
		return "", fault.Invalid("name", "fault.required")
	case len([]rune(name)) > keyNameMost:
		return "", fault.Invalid("name", "fault.too_long", "Most", keyNameMost)
	}
	return name, personal.Check("name", name)
}

// challenge is a question that a browser was asked and that waits for its answer.
type challenge struct {
	data    webauthn.SessionData
	account string // who adds a key; empty: somebody signs in
	session string
}

func encoded(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }
