package trust_test

import (
	"encoding/pem"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"sonha/engine/trust"
)

// A server is believed by the certificate in the file, and by nothing else.
func TestRoots(t *testing.T) {
	server := httptest.NewTLSServer(http.NotFoundHandler())
	defer server.Close()
	dir := t.TempDir()
	good, empty := filepath.Join(dir, "ca.pem"), filepath.Join(dir, "empty.pem")
	for file, text := range map[string][]byte{
		good:  pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}),
		empty: []byte("nothing here\n"),
	} {
		if err := os.WriteFile(file, text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	roots, err := trust.Roots(good)
	if err != nil {
		t.Fatal(err)
	}
	line := server.Client().Transport.(*http.Transport).Clone()
	for _, believed := range []bool{true, false} {
		line.TLSClientConfig.RootCAs = nil
		if believed {
			line.TLSClientConfig.RootCAs = roots
		}
		got, err := (&http.Client{Transport: line.Clone()}).Get(server.URL)
		if err == nil {
			got.Body.Close()
		}
		if (err == nil) != believed {
			t.Errorf("with the file %v: %v", believed, err)
		}
	}
	if _, err := trust.Roots(empty); !errors.Is(err, trust.ErrNoCertificate) {
		t.Errorf("a file without a certificate: %v", err)
	}
	if _, err := trust.Roots(filepath.Join(dir, "missing.pem")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
	if roots, err := trust.Roots(""); roots != nil || err != nil {
		t.Errorf("no file stated: %v, %v", roots, err)
	}
}

func TestLoopback(t *testing.T) {
	for host, want := range map[string]bool{
		"localhost": true, "127.0.0.1": true, "127.8.9.1": true, "::1": true, "": false, "192.168.1.4": false, "localhost.example": false, "127.0.0.1.example": false,
	} {
		if trust.Loopback(host) != want {
			t.Errorf("%q: not %v", host, want)
		}
	}
}
