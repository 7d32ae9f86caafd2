package app_test

import (
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// inventory says by which word docs/keys.md tells of each package of cryptography that the program is built with.
func inventory() map[string]string {
	return map[string]string{
		"crypto/hmac": "HMAC-SHA-256", "crypto/rand": "`crypto/rand`", "crypto/sha256": "SHA-256", "crypto/subtle": "SHA-256", "crypto/tls": "TLS", "crypto/x509": "TLS",
		"golang.org/x/crypto/acme": "`--acme`", "golang.org/x/crypto/acme/autocert": "`--acme`", "golang.org/x/crypto/argon2": "argon2id",
		"golang.org/x/crypto/chacha20poly1305": "XChaCha20-Poly1305", "golang.org/x/crypto/ssh": "SSH", "golang.org/x/crypto/ssh/knownhosts": "SSH",
		"filippo.io/age": "age", "github.com/SherClockHolmes/webpush-go": "web push", "github.com/go-webauthn/webauthn/webauthn": "passkeys",
		"github.com/go-webauthn/webauthn/protocol": "passkeys", "github.com/pquerna/otp": "RFC 6238", "github.com/pquerna/otp/totp": "RFC 6238",
		"github.com/coreos/go-oidc/v3/oidc": "OIDC", "golang.org/x/oauth2": "OIDC",
	}
}

// uninventoried gives the packages of cryptography that are imported and that the document does not tell of.
func uninventoried(imports []string, document string, known map[string]string) []string {
	var out []string
	for _, path := range imports {
		crypto := strings.HasPrefix(path, "crypto/") || strings.HasPrefix(path, "golang.org/x/crypto/") || strings.HasPrefix(path, "filippo.io/")
		word, listed := known[path]
		if crypto && !listed || listed && !strings.Contains(document, word) {
			out = append(out, path)
		}
	}
	return out
}

// Every algorithm that the program uses stands in docs/keys.md, with what happens when it falls: a package of cryptography that is new
// there fails here.
func TestEveryAlgorithmIsListed(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../docs/keys.md")
	if err != nil {
		t.Fatal(err)
	}
	var imports []string
	for _, s := range project(t).files {
		if s.test || s.kit {
			continue
		}
		for _, i := range s.file.Imports {
			path, err := strconv.Unquote(i.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			imports = append(imports, path)
		}
	}
	slices.Sort(imports)
	imports = slices.Compact(imports)
	if !slices.Contains(imports, "golang.org/x/crypto/argon2") {
		t.Fatal("the source was not read")
	}
	for _, path := range uninventoried(imports, string(text), inventory()) {
		t.Errorf("docs/keys.md does not tell of %s", path)
	}
	for path := range inventory() {
		if !slices.Contains(imports, path) {
			t.Errorf("%s is listed here and not used any more", path)
		}
	}
	if got := uninventoried([]string{"crypto/md5", "crypto/sha256", "fmt"}, "", inventory()); !slices.Equal(got, []string{"crypto/md5", "crypto/sha256"}) {
		t.Errorf("what is not listed is found as %v", got)
	}
}
