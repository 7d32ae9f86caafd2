package app

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/crypto/acme"
	"golang.org/x/crypto/acme/autocert"

	"sonha/engine/trust"
	"sonha/ground/pattern"
)

// certifying says for which names the server fetches its own certificate by ACME (RFC 8555). Nobody is asked until it is said.
type certifying struct {
	ACME          []string `help:"Tự xin và gia hạn chứng thư cho các tên miền này, đồng ý điều khoản của nơi cấp; mặc định mở :443. / Fetch and renew a certificate for these names, accepting the terms of who issues it." name:"acme" env:"SONHA_ACME" placeholder:"NAME"` //nolint:lll // a struct tag cannot be broken
	ACMEEmail     string   `help:"E-mail để nơi cấp báo khi có việc. / Address for word from who issues it." name:"acme-email" env:"SONHA_ACME_EMAIL"`                                                                                                                        //nolint:lll // a struct tag cannot be broken
	ACMEDirectory string   `help:"Nơi cấp chứng thư. / The directory of who issues it." name:"acme-directory" env:"SONHA_ACME_DIRECTORY" default:"https://acme-v02.api.letsencrypt.org/directory"`                                                                            //nolint:lll // a struct tag cannot be broken
	ACMECA        string   `help:"Tệp chứng thư gốc (PEM) để nhận ra nơi cấp nội bộ; mặc định: của hệ điều hành. / Certificates that a directory of your own is known by." name:"acme-ca" env:"SONHA_ACME_CA" type:"existingfile"`                                            //nolint:lll // a struct tag cannot be broken
	ACMEHTTP      string   `help:"Địa chỉ http để nơi cấp kiểm tra tên miền và chuyển người dùng sang https; none: không mở. / Where plain http is answered: proofs, and the way to https." name:"acme-http" env:"SONHA_ACME_HTTP" default:":80" placeholder:"ADDR"`          //nolint:lll // a struct tag cannot be broken
}

const (
	// acmeFolder is where, in the data folder, keys and certificates lie.
	acmeFolder = "acme"
	// acmeTimeout is how long one question to the directory may take.
	acmeTimeout = 30 * time.Second
	// acmeWarn is from how long before its end a certificate that was not renewed is spoken of; it is renewed a month before, or when a
	// third of its time is left.
	acmeWarn = 7 * 24 * time.Hour
	// acmeLook is how often certificates are looked at, and acmeRetry how soon again when one could not be had: the directory counts failures.
	acmeLook, acmeRetry = 6 * time.Hour, 15 * time.Minute
)

// domain is a name that a public directory certifies: at least two labels of letters, figures and hyphens.
var domain = pattern.Of(`^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]$`)

// check refuses what no directory certifies, before anybody is asked.
func (c certifying) check() error {
	for _, name := range c.ACME {
		if _, err := netip.ParseAddr(name); err == nil || len(name) > 253 || !domain().MatchString(name) {
			return fmt.Errorf("--acme: %q không phải tên miền đầy đủ; ghi như sonha.phuong.vn, chữ thường, không có https:// và số cổng, tên có dấu ghi dạng xn--", name)
		}
	}
	if len(c.ACME) > 0 && !strings.HasPrefix(c.ACMEDirectory, "https://") {
		return errors.New("--acme-directory: địa chỉ phải bắt đầu bằng https://")
	}
	return nil
}

// manager fetches, keeps and renews. Names that were not stated are never asked for, whatever a stranger says in his greeting.
func (c certifying) manager(data string) (*autocert.Manager, error) {
	client := &http.Client{Timeout: acmeTimeout}
	roots, err := trust.Roots(c.ACMECA)
	switch {
	case errors.Is(err, trust.ErrNoCertificate):
		return nil, fmt.Errorf("--acme-ca: %s không có chứng thư nào", c.ACMECA)
	case err != nil:
		return nil, err
	case roots != nil:
		client.Transport = &http.Transport{
			Proxy: http.ProxyFromEnvironment, TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: roots}, TLSHandshakeTimeout: acmeTimeout,
		}
	}
	return &autocert.Manager{
		Prompt: autocert.AcceptTOS, Cache: autocert.DirCache(filepath.Join(data, acmeFolder)), HostPolicy: autocert.HostWhitelist(c.ACME...), Email: c.ACMEEmail,
		Client: &acme.Client{DirectoryURL: c.ACMEDirectory, HTTPClient: client, UserAgent: "sonha"},
	}, nil
}

// certified sets a server up to speak https with certificates that it fetches itself, and gives the server of plain http that goes with it;
// nil where there is none.
func (c certifying) certified(server *http.Server, m *autocert.Manager) *http.Server {
	server.TLSConfig = m.TLSConfig()
	server.TLSConfig.MinVersion = tls.VersionTLS12
	if c.ACMEHTTP == "none" {
		return nil
	}
	return &http.Server{
		Addr: c.ACMEHTTP, Handler: m.HTTPHandler(http.HandlerFunc(c.toHTTPS)), ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second, WriteTimeout: 10 * time.Second,
		IdleTimeout: 30 * time.Second, MaxHeaderBytes: 8 << 10, ErrorLog: server.ErrorLog,
	}
}

// toHTTPS sends a reader to the same page over https. It leads to the stated names only, and takes nothing that somebody wrote.
func (c certifying) toHTTPS(w http.ResponseWriter, r *http.Request) {
	host := r.Host
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if !slices.Contains(c.ACME, host) {
		http.Error(w, "Không có trang này ở địa chỉ ấy. / Nothing is at this address.", http.StatusMisdirectedRequest) //nolint:forbidigo // no page yet
		return
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		http.Error(w, "Mở bằng https. / Use https.", http.StatusBadRequest) //nolint:forbidigo // likewise
		return
	}
	w.Header().Set("Connection", "close")
	http.Redirect(w, r, "https://"+host+r.URL.RequestURI(), http.StatusMovedPermanently)
}

// watch fetches what is missing before the first visitor waits for it, and says in the log of the server what was had, what could not be
// had, and what ends soon. Renewing goes on by itself.
func (c certifying) watch(ctx context.Context, m *autocert.Manager, log *slog.Logger) {
	ends := map[string]time.Time{}
	for {
		wait := acmeLook
		for _, name := range c.ACME {
			// The greeting of any browser of today, so that it is the kind of certificate that browsers are given.
			cert, err := m.GetCertificate(&tls.ClientHelloInfo{ServerName: name, CipherSuites: []uint16{tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256}})
			switch {
			case ctx.Err() != nil:
				return
			case err != nil:
				wait = acmeRetry
				log.WarnContext(ctx, "chưa xin được chứng thư; kiểm tra tên miền có trỏ về máy này và cổng 80, 443 có mở ra ngoài", "name", name, "error", err)
			case !cert.Leaf.NotAfter.Equal(ends[name]):
				ends[name] = cert.Leaf.NotAfter
				log.InfoContext(ctx, "đã có chứng thư", "name", name, "until", cert.Leaf.NotAfter.UTC().Format(time.DateOnly))
			case time.Until(cert.Leaf.NotAfter) < acmeWarn:
				log.WarnContext(ctx, "chứng thư sắp hết hạn mà chưa gia hạn được; kiểm tra tên miền và cổng 80, 443",
					"name", name, "until", cert.Leaf.NotAfter.UTC().Format(time.DateOnly))
			}
		}
		if !passes(ctx, wait) {
			return
		}
	}
}
