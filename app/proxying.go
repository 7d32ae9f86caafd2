package app

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// parseProxies reads the networks whose word about a request is taken: addresses or prefixes.
func parseProxies(list []string) ([]netip.Prefix, error) {
	var out []netip.Prefix
	for _, text := range list {
		text = strings.TrimSpace(text)
		if text == "" || text == "none" {
			continue
		}
		p, err := netip.ParsePrefix(text)
		if err != nil {
			a, failed := netip.ParseAddr(text)
			if failed != nil {
				return nil, fmt.Errorf("--trust-proxy: không đọc được %q; ghi địa chỉ như 10.0.0.5 hoặc mạng như 10.0.0.0/24: %w", text, err)
			}
			p = netip.PrefixFrom(a, a.BitLen())
		}
		out = append(out, p.Masked())
	}
	return out, nil
}

// behind takes the word of trusted proxies about where a request comes from, and nobody else's: whoever could write
// X-Forwarded-For himself would have a new address for each guess of a PIN. A proxy adds the address it saw at the
// end; what stands before it was told to the proxy.
func behind(trusted []netip.Prefix, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		told := r.Header.Values("X-Forwarded-For")
		if !trusts(trusted, r.RemoteAddr) {
			told = nil
			r.Header.Del("X-Forwarded-Proto")
		}
		for _, name := range []string{"X-Forwarded-For", "X-Forwarded-Host", "Forwarded", "X-Real-Ip"} {
			r.Header.Del(name)
		}
		if len(told) > 0 {
			all := strings.Split(strings.Join(told, ","), ",")
			// Proxies behind one another each add one: the first from the end that is not ours is the sender.
			for _, one := range slices.Backward(all) {
				a, err := netip.ParseAddr(strings.TrimSpace(one))
				if err != nil {
					break
				}
				r.RemoteAddr = net.JoinHostPort(a.Unmap().WithZone("").String(), "0")
				if !trusts(trusted, r.RemoteAddr) {
					break
				}
			}
		}
		next.ServeHTTP(w, r)
	})
}

// trusts reports whether an address with its port lies in one of the networks.
func trusts(trusted []netip.Prefix, remote string) bool {
	at, err := netip.ParseAddrPort(remote)
	if err != nil {
		return false
	}
	for _, p := range trusted {
		if p.Contains(at.Addr().Unmap().WithZone("")) {
			return true
		}
	}
	return false
}
