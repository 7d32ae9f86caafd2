// Package trust says which other machines this one talks to: those whose certificates it has reason to believe, and itself.
package trust

import (
	"crypto/x509"
	"errors"
	"fmt"
	"net/netip"
	"os"
)

// ErrNoCertificate is that of a file which holds no certificate.
var ErrNoCertificate = errors.New("no certificate in it")

// Roots reads the PEM certificates of those whose signature is believed. No file gives nil, which stands for those that the system believes.
func Roots(file string) (*x509.CertPool, error) {
	if file == "" {
		return nil, nil //nolint:nilnil // crypto/tls reads nil as the system's own
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(text) {
		return nil, fmt.Errorf("%s: %w", file, ErrNoCertificate)
	}
	return roots, nil
}

// Loopback reports whether a host, without its port, is this very machine.
func Loopback(host string) bool {
	at, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && at.IsLoopback()
}
