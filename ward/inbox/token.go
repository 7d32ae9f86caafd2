package inbox

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"strconv"
	"strings"

	"sonha/engine/db"
	"sonha/engine/push"
	"sonha/ground/access"
	"sonha/ground/fault"
)

// The uses of a signed token in a letter: to end letters, and to confirm that an address is one's own.
const (
	useStop    = "stop"
	useConfirm = "confirm"
)

// The keys that the program makes for itself on its first start.
const (
	keySigning = "inbox.signing"
	keyPublic  = "push.public"
	keyPrivate = "push.private"
)

// Keys reads the program's own keys, or makes them on the first start: the pair by which push services know it, which
// must stay the same for as long as the data live, and the one that signs the links in letters.
func (s *Store) Keys(ctx context.Context, who access.Actor) (push.Keys, error) {
	var pair push.Keys
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		tx.Untold("the program's own keys are no act of anybody")
		known := map[string]string{}
		if err := tx.All(ctx, func(scan func(...any) error) error {
			var name, value string
			err := scan(&name, &value)
			known[name] = value
			return err
		}, `select k.name, k.value from program_keys k where {any: the program's own keys belong to no ward}
			k.name in ('inbox.signing', 'push.public', 'push.private')`); err != nil {
			return err
		}
		if len(known) == 0 {
			fresh, err := push.NewKeys()
			if err != nil {
				return err
			}
			known[keyPublic], known[keyPrivate], known[keySigning] = fresh.Public, fresh.Private, rand.Text()+rand.Text()
			for _, name := range []string{keyPublic, keyPrivate, keySigning} {
				if _, err := tx.Exec(ctx, `insert into program_keys (name, value, created_at) select $1, $2, $3 where {any: the program's own keys belong to no ward} 1 = 1`,
					name, known[name], tx.Millis()); err != nil {
					return err
				}
			}
		}
		pair = push.Keys{Public: known[keyPublic], Private: known[keyPrivate]}
		s.signing = []byte(known[keySigning])
		return nil
	})
	return pair, err
}

// claim is what a token says.
type claim struct {
	ward             int
	account, subject string
}

// token signs what a link in a letter is for. It holds an account's id and no name; the subject is a channel, or an address whose
// hash stands for it.
func (s *Store) token(use string, ward int, account, subject string) string {
	text := strconv.Itoa(ward) + "." + account + "." + subject
	return base64.RawURLEncoding.EncodeToString([]byte(text)) + "." + base64.RawURLEncoding.EncodeToString(s.mac(use, text))
}

// StopToken is the token of the link that ends a channel of an account.
func (s *Store) StopToken(ward int, account string, c Channel) string {
	return s.token(useStop, ward, account, string(c))
}

// ConfirmToken is the token of the link that confirms an address of an account.
func (s *Store) ConfirmToken(ward int, account, address string) string {
	return s.token(useConfirm, ward, account, addressMark(address))
}

func (s *Store) mac(use, text string) []byte {
	h := hmac.New(sha256.New, s.signing)
	_, _ = h.Write([]byte(use + "\n" + text))
	return h.Sum(nil)[:18]
}

// parse reads a token; what nobody signed, or signed for something else, is not found.
func (s *Store) parse(use, token string) (claim, error) {
	gone := fault.NotFound("inbox.link_gone")
	head, tail, ok := strings.Cut(token, ".")
	text, err := base64.RawURLEncoding.DecodeString(head)
	if !ok || err != nil {
		return claim{}, gone
	}
	mac, err := base64.RawURLEncoding.DecodeString(tail)
	if err != nil || len(s.signing) == 0 || !hmac.Equal(mac, s.mac(use, string(text))) {
		return claim{}, gone
	}
	parts := strings.SplitN(string(text), ".", 3)
	if len(parts) != 3 {
		return claim{}, gone
	}
	ward, err := strconv.Atoi(parts[0])
	if err != nil {
		return claim{}, gone
	}
	return claim{ward: ward, account: parts[1], subject: parts[2]}, nil
}

// addressMark stands for an address in a token, so that the link does not show it.
func addressMark(address string) string {
	sum := sha256.Sum256([]byte(strings.ToLower(address)))
	return base64.RawURLEncoding.EncodeToString(sum[:12])
}
