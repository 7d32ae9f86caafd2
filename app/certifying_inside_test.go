package app

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// issuer is a directory of ACME (RFC 8555) with an authority behind it. It proves a name as a public one does: by the special greeting of
// TLS (RFC 8737) or by a file over plain http, both at addresses that the test gives in the place of the name's.
type issuer struct {
	server      *httptest.Server
	ca          string // file
	roots       *x509.CertPool
	key         *ecdsa.PrivateKey
	root        *x509.Certificate
	offers      []string // kinds of proof
	tlsAt, http func() string

	mu      sync.Mutex
	orders  []*order
	refused []string
}

type order struct {
	name, status, proof string
	chain               []byte
}

func startIssuer(t *testing.T, offers ...string) *issuer {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Nơi cấp thử"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().AddDate(1, 0, 0), IsCA: true,
		BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	i := &issuer{key: key, offers: offers, ca: filepath.Join(t.TempDir(), "ca.pem"), roots: x509.NewCertPool()}
	if i.root, err = x509.ParseCertificate(der); err != nil {
		t.Fatal(err)
	}
	i.roots.AddCert(i.root)
	i.server = httptest.NewUnstartedServer(http.HandlerFunc(i.answer))
	i.server.Config.ErrorLog = log.New(io.Discard, "", 0)
	i.server.StartTLS()
	t.Cleanup(i.server.Close)
	if err := os.WriteFile(i.ca, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: i.server.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	return i
}

// answer speaks as much of the protocol as a client needs. Whether requests are signed well is the library's matter, not ours.
func (i *issuer) answer(w http.ResponseWriter, r *http.Request) {
	i.mu.Lock()
	defer i.mu.Unlock()
	w.Header().Set("Replay-Nonce", strconv.FormatInt(time.Now().UnixNano(), 10))
	base := i.server.URL
	var signed struct{ Payload string }
	_ = json.NewDecoder(r.Body).Decode(&signed)
	payload, _ := base64.RawURLEncoding.DecodeString(signed.Payload)
	kind, rest, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	var n int
	_, _ = fmt.Sscan(rest, &n)
	tell := func(status int, v any) { w.WriteHeader(status); _ = json.NewEncoder(w).Encode(v) } //nolint:errchkjson // answers of this file's own
	switch kind {
	case "directory":
		tell(200, map[string]any{"newNonce": base + "/nonce", "newAccount": base + "/account", "newOrder": base + "/new", "revokeCert": base + "/x", "keyChange": base + "/x"})
	case "nonce":
	case "account":
		w.Header().Set("Location", base+"/account/1")
		tell(201, map[string]any{"status": "valid"})
	case "new":
		var asked struct{ Identifiers []struct{ Value string } }
		_ = json.Unmarshal(payload, &asked)
		i.orders = append(i.orders, &order{name: asked.Identifiers[0].Value, status: "pending"})
		n = len(i.orders) - 1
		w.Header().Set("Location", fmt.Sprint(base, "/order/", n))
		tell(201, i.shown(n))
	case "order":
		tell(200, i.shown(n))
	case "auth":
		tell(200, i.auth(n))
	case "proof":
		offer := i.offers[0]
		if _, after, more := strings.Cut(rest, "/"); more {
			offer = after
		}
		o := i.orders[n]
		i.mu.Unlock()
		err := i.prove(o.name, offer, fmt.Sprint("token", n))
		i.mu.Lock()
		if o.status, o.proof = "ready", offer; err != nil {
			o.status = "invalid"
			i.refused = append(i.refused, err.Error())
		}
		tell(200, map[string]any{"type": offer, "url": base + r.URL.Path, "token": fmt.Sprint("token", n), "status": "processing"})
	case "finalize":
		var asked struct{ CSR string }
		_ = json.Unmarshal(payload, &asked)
		der, _ := base64.RawURLEncoding.DecodeString(asked.CSR)
		i.orders[n].chain, i.orders[n].status = i.issue(der), "valid"
		w.Header().Set("Location", fmt.Sprint(base, "/order/", n))
		tell(200, i.shown(n))
	case "cert":
		w.Header().Set("Content-Type", "application/pem-certificate-chain")
		_, _ = w.Write(i.orders[n].chain)
	default:
		tell(404, map[string]any{"type": "urn:ietf:params:acme:error:malformed"})
	}
}

func (i *issuer) shown(n int) map[string]any {
	base, o := i.server.URL, i.orders[n]
	return map[string]any{
		"status": o.status, "identifiers": []any{map[string]string{"type": "dns", "value": o.name}}, "authorizations": []string{fmt.Sprint(base, "/auth/", n)},
		"finalize": fmt.Sprint(base, "/finalize/", n), "certificate": fmt.Sprint(base, "/cert/", n),
	}
}

func (i *issuer) auth(n int) map[string]any {
	o := i.orders[n]
	status := map[string]string{"pending": "pending", "invalid": "invalid"}[o.status]
	if status == "" {
		status = "valid"
	}
	var list []any
	for _, offer := range i.offers {
		list = append(list, map[string]any{"type": offer, "url": fmt.Sprint(i.server.URL, "/proof/", n, "/", offer), "token": fmt.Sprint("token", n), "status": status})
	}
	return map[string]any{"status": status, "identifier": map[string]string{"type": "dns", "value": o.name}, "challenges": list}
}

func (i *issuer) prove(name, offer, token string) error {
	if offer == "http-01" {
		r, err := http.NewRequest(http.MethodGet, "http://"+i.http()+"/.well-known/acme-challenge/"+token, nil)
		if err != nil {
			return err
		}
		r.Host = name
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			return err
		}
		body, err := io.ReadAll(answer.Body)
		_ = answer.Body.Close()
		if err != nil || answer.StatusCode != http.StatusOK || !strings.HasPrefix(string(body), token+".") {
			return fmt.Errorf("http-01: %d %q %w", answer.StatusCode, body, err)
		}
		return nil
	}
	line, err := tls.Dial("tcp", i.tlsAt(), &tls.Config{ServerName: name, NextProtos: []string{"acme-tls/1"}, InsecureSkipVerify: true})
	if err != nil {
		return err
	}
	defer func() { _ = line.Close() }()
	leaf := line.ConnectionState().PeerCertificates[0]
	for _, e := range leaf.Extensions {
		if e.Id.Equal(asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 1, 31}) && e.Critical && leaf.DNSNames[0] == name {
			return nil
		}
	}
	return fmt.Errorf("tls-alpn-01: %v", leaf.DNSNames)
}

func (i *issuer) issue(der []byte) []byte {
	asked, err := x509.ParseCertificateRequest(der)
	if err != nil {
		return nil
	}
	leaf, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), DNSNames: asked.DNSNames, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().AddDate(0, 3, 0),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}, i.root, asked.PublicKey, i.key)
	if err != nil {
		return nil
	}
	var out bytes.Buffer
	for _, one := range [][]byte{leaf, i.root.Raw} {
		_ = pem.Encode(&out, &pem.Block{Type: "CERTIFICATE", Bytes: one})
	}
	return out.Bytes()
}

func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}

// serving runs a ward for sonha.phuong.vn until the test ends or it is stopped.
func serving(t *testing.T, i *issuer, data, plain string) (at string, stop func()) {
	t.Helper()
	at = freePort(t)
	l := listening{Addr: at, certifying: certifying{ACME: []string{"sonha.phuong.vn"}, ACMEDirectory: i.server.URL + "/directory", ACMECA: i.ca, ACMEHTTP: plain}}
	ctx, cancel := context.WithCancel(t.Context())
	i.tlsAt, i.http = func() string { return at }, func() string { return plain }
	term := &terminal{out: io.Discard, err: io.Discard}
	p, err := place{Data: data}.openNew(ctx, term, Settings{Secure: l.secure()}, nil)
	if err != nil {
		t.Fatal(err)
	}
	ended, begun := make(chan error, 1), make(chan struct{})
	go func() { ended <- l.serve(ctx, term, p, data, func(string) { close(begun) }) }()
	select {
	case <-begun:
	case err := <-ended:
		t.Fatal(err)
	}
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("it ended with %v", err)
		}
	})
	t.Cleanup(stop)
	return at, stop
}

// visited is what came of opening a page.
type visited struct {
	StatusCode int
	Header     http.Header
}

// visit opens a page by name, at an address.
func visit(t *testing.T, i *issuer, at, page string) (visited, error) {
	t.Helper()
	client := &http.Client{
		Transport: &http.Transport{
			TLSClientConfig: &tls.Config{RootCAs: i.roots}, DisableKeepAlives: true,
			DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
				return (&net.Dialer{}).DialContext(ctx, "tcp", at)
			},
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }, Timeout: 30 * time.Second,
	}
	defer client.CloseIdleConnections()
	answer, err := client.Get(page)
	if err != nil {
		return visited{}, err
	}
	return visited{answer.StatusCode, answer.Header}, answer.Body.Close()
}

// A ward that states its name is reached by https with a certificate that nobody carried there; a second start asks nobody again.
func TestACertificateIsFetchedAndKept(t *testing.T) {
	t.Parallel()
	for _, offer := range []string{"tls-alpn-01", "http-01"} {
		t.Run(offer, func(t *testing.T) {
			t.Parallel()
			i := startIssuer(t, offer)
			data, plain := t.TempDir(), freePort(t)
			at, stop := serving(t, i, data, plain)
			answer, err := visit(t, i, at, "https://sonha.phuong.vn/sign-in")
			if err != nil || answer.StatusCode != http.StatusOK || answer.Header.Get("Strict-Transport-Security") == "" {
				t.Fatalf("%v, %v; refused: %v", answer, err, i.refused)
			}
			if answer, err := visit(t, i, plain, "http://sonha.phuong.vn/sign-in?x=1"); err != nil || answer.Header.Get("Location") != "https://sonha.phuong.vn/sign-in?x=1" {
				t.Errorf("plain http: %v, %v", answer, err)
			}
			if answer, err := visit(t, i, plain, "http://khac.vn/sign-in"); err != nil || answer.StatusCode != http.StatusMisdirectedRequest {
				t.Errorf("another name over plain http: %v, %v", answer, err)
			}
			if _, err := visit(t, i, at, "https://khac.vn/"); err == nil {
				t.Error("another name is answered")
			}
			stop()
			i.mu.Lock()
			if len(i.orders) != 1 || i.orders[0].name != "sonha.phuong.vn" || i.orders[0].proof != offer {
				t.Errorf("ordered: %+v", i.orders)
			}
			i.mu.Unlock()
			if info, err := os.Stat(filepath.Join(data, acmeFolder, "sonha.phuong.vn")); err != nil || info.Mode().Perm()&0o077 != 0 {
				t.Errorf("kept as %v, %v", info, err)
			}
			i.server.Close()
			at, _ = serving(t, i, data, "none")
			if answer, err := visit(t, i, at, "https://sonha.phuong.vn/sign-in"); err != nil || answer.StatusCode != http.StatusOK {
				t.Errorf("with the directory away: %v, %v", answer, err)
			}
		})
	}
}

// What no directory certifies is refused before anybody is asked, and so are two ways to one certificate.
func TestWhatNoDirectoryCertifiesIsRefused(t *testing.T) {
	t.Parallel()
	const usual = "https://acme-v02.api.letsencrypt.org/directory"
	for _, good := range []string{"sonha.phuong.vn", "xn--phng-8ra.vn", "a.vn"} {
		l := listening{Addr: usualAddr, certifying: certifying{ACME: []string{good}, ACMEDirectory: usual}}
		if err := l.Validate(); err != nil || l.at() != ":443" || !l.secure() {
			t.Errorf("%s: %v, at %s", good, err, l.at())
		}
	}
	for _, bad := range []string{"", "sonha", "10.0.0.4", "::1", "*.phuong.vn", "https://sonha.phuong.vn", "sonha.phuong.vn:443", "Sonha.phuong.vn", "phường.vn", "-a.vn", strings.Repeat("a.", 130) + "vn"} {
		if err := (listening{certifying: certifying{ACME: []string{bad}, ACMEDirectory: usual}}).Validate(); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
	both := listening{Cert: "a", Key: "b", certifying: certifying{ACME: []string{"sonha.phuong.vn"}, ACMEDirectory: usual}}
	if err := both.Validate(); err == nil {
		t.Error("two ways to a certificate are taken")
	}
	if err := (certifying{ACME: []string{"sonha.phuong.vn"}, ACMEDirectory: "http://ca.lan/"}).check(); err == nil {
		t.Error("a directory without https is taken")
	}
	if l := (listening{Addr: usualAddr}); l.at() != usualAddr || l.secure() {
		t.Error("without a name something changed")
	}
}
