package accounts_test

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"net/netip"
	"path/filepath"
	"testing"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/fault"
	"sonha/ward/accounts"
)

// Whatever a browser says that a passkey answered: with no key that is known it opens nothing and adds nothing, and is refused in words.
func FuzzPasskey(f *testing.F) {
	d, err := db.Open(f.Context(), db.Options{URL: filepath.Join(f.TempDir(), "x.db")})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { _ = d.Close() })
	s := accounts.NewStore(d)
	s.ServeAt(keyAddress)
	flags := append(make([]byte, 32), 5, 0, 0, 0, 1)
	f.Add(`{"id":"AAAA","rawId":"AAAA","type":"public-key","response":{"clientDataJSON":"e30","authenticatorData":"AAAA","signature":"AA"}}`, flags, []byte{1}, []byte("1.abc"))
	f.Add(`{}`, append(append([]byte{}, flags[:32]...), 0x45, 0, 0, 0, 1), []byte{0xa3, 0x63, 'f', 'm', 't', 0x64, 'n', 'o', 'n', 'e'}, []byte("-1."))
	f.Add("[", []byte{}, []byte{}, []byte{0xff})
	asked := uint32(0)
	f.Fuzz(func(t *testing.T, whole string, data, signature, handle []byte) {
		asked++ // from another network each time, so that nobody has to wait
		at := [16]byte{0xfd}
		binary.BigEndian.PutUint32(at[1:], asked)
		from := netip.AddrFrom16(at)
		refused := func(what string, err error) {
			if _, ok := errors.AsType[*fault.Error](err); !ok {
				t.Fatalf("%s: %v", what, err)
			}
		}
		_, err := s.EnterByPasskey(t.Context(), accounts.Attempt{From: from}, whole)
		refused("entered", err)
		refused("added", s.AddPasskey(t.Context(), access.Actor{}, "", "khóa", "", whole))
		for _, kind := range []string{"webauthn.get", "webauthn.create"} {
			response := map[string]any{"clientDataJSON": said(t, s, from, kind), "authenticatorData": raw(data), "signature": raw(signature), "userHandle": raw(handle)}
			if kind == "webauthn.create" {
				response = map[string]any{"clientDataJSON": said(t, s, from, kind), "attestationObject": raw(signature)}
			}
			answer, err := json.Marshal(map[string]any{"id": raw(handle), "rawId": raw(handle), "type": "public-key", "response": response})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := s.EnterByPasskey(t.Context(), accounts.Attempt{From: from}, string(answer)); err == nil {
				t.Fatal("somebody is in")
			} else {
				refused("entered", err)
			}
			refused("added", s.AddPasskey(t.Context(), access.Actor{}, "", "khóa", "", string(answer)))
		}
	})
}

// said is what a browser says of a question that was really asked.
func said(t *testing.T, s *accounts.Store, from netip.Addr, kind string) string {
	t.Helper()
	asked, err := s.BeginEntry(accounts.Attempt{From: from})
	if err != nil {
		t.Fatal(err)
	}
	var question struct {
		Challenge string `json:"challenge"`
	}
	if err := json.Unmarshal(asked, &question); err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(map[string]any{"type": kind, "challenge": question.Challenge, "origin": keyAddress})
	if err != nil {
		t.Fatal(err)
	}
	return base64.RawURLEncoding.EncodeToString(text)
}
