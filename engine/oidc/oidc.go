// Package oidc asks a ward's identity provider who somebody is: OpenID Connect with the code flow and PKCE. It knows no feature; what it
// gives are claims of a token whose signature, issuer, audience, times and nonce have been checked.
package oidc

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"sonha/engine/trust"
)

const (
	// answerTimeout is how long one question to the provider may take; people wait meanwhile.
	answerTimeout = 10 * time.Second
	// answerMost is the most that an answer of the provider may have, in bytes.
	answerMost = 1 << 20
	// discoverAgain is how soon a provider that did not answer is asked again for its addresses.
	discoverAgain = 5 * time.Second
)

// Settings are what the operator states about the provider.
type Settings struct {
	Issuer   string // as its tokens name it
	Client   string
	Secret   string // "": a public client, which PKCE alone protects
	Redirect string // where the provider sends people back to, exactly
	Scopes   []string
	Groups   string // the claim that lists groups; "": none is read
	CA       string // file of certificates (PEM) that the provider is known by; "": those of the system
	Now      func() time.Time
}

// Provider is an identity provider. Its addresses are read when they are first needed, so that it may start later than we do.
type Provider struct {
	settings Settings
	client   *http.Client

	mu    sync.Mutex
	known *oidc.Provider
	tried time.Time
	why   error
}

// Question is what somebody was sent to the provider with; the answer must fit.
type Question struct{ State, Nonce, Verifier string }

// Claims are what the provider says of somebody.
type Claims struct {
	Subject  string
	Phone    string // "" unless the provider says that it verified it
	Groups   []string
	Means    []string // amr: by what the provider was satisfied
	Strength string   // acr
}

// AwayError says that the provider could not be asked.
type AwayError struct{ Err error }

// Error gives the technical text.
func (e *AwayError) Error() string { return "oidc: the provider is away: " + e.Err.Error() }

// Unwrap gives the cause.
func (e *AwayError) Unwrap() error { return e.Err }

// New checks the settings. Nobody is asked yet.
func New(s Settings) (*Provider, error) {
	if !secure(s.Issuer) {
		return nil, fmt.Errorf("%q is no https address", s.Issuer)
	}
	if s.Client == "" || s.Redirect == "" {
		return nil, errors.New("the number of the client or the way back is missing")
	}
	roots, err := trust.Roots(s.CA)
	if err != nil {
		return nil, err
	}
	if s.Now == nil {
		s.Now = time.Now
	}
	line := &http.Transport{
		Proxy: http.ProxyFromEnvironment, TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: roots},
		DialContext: (&net.Dialer{Timeout: answerTimeout}).DialContext, TLSHandshakeTimeout: answerTimeout,
		MaxResponseHeaderBytes: 64 << 10, IdleConnTimeout: time.Minute,
	}
	return &Provider{settings: s, client: &http.Client{
		Transport: guarded{line}, Timeout: answerTimeout,
		// Whoever answers for the provider sends us nowhere else.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}, nil
}

// secure reports whether an address may be asked: https, or plain http on this very machine.
func secure(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.User != nil {
		return false
	}
	return u.Scheme == "https" || u.Scheme == "http" && trust.Loopback(u.Hostname())
}

// guarded asks only over lines that nobody else reads, and reads only so much of an answer.
type guarded struct{ next http.RoundTripper }

// RoundTrip asks once.
func (g guarded) RoundTrip(r *http.Request) (*http.Response, error) {
	if !secure(r.URL.String()) {
		return nil, fmt.Errorf("%s is no https address", r.URL.Host)
	}
	answer, err := g.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	answer.Body = bounded{io.LimitReader(answer.Body, answerMost), answer.Body}
	return answer, nil
}

type bounded struct {
	io.Reader
	io.Closer
}

// discover reads the addresses of the provider, once; while it does not answer, only now and then.
func (p *Provider) discover(ctx context.Context) (*oidc.Provider, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.known != nil {
		return p.known, nil
	}
	if p.why != nil && time.Since(p.tried) < discoverAgain {
		return nil, &AwayError{p.why}
	}
	// The keys of the provider are fetched later under the same context: it outlives the one who asked first. The client has its own limit.
	known, err := oidc.NewProvider(oidc.ClientContext(context.WithoutCancel(ctx), p.client), p.settings.Issuer)
	if err == nil && (!secure(known.Endpoint().AuthURL) || !secure(known.Endpoint().TokenURL)) {
		err = errors.New("its addresses are not https")
	}
	if err != nil {
		p.tried, p.why = time.Now(), err
		return nil, &AwayError{err}
	}
	p.known, p.why = known, nil
	return known, nil
}

// names reports whether a provider says that each of its answers names it: then one that does not comes from elsewhere (RFC 9207 §2.4).
func names(known *oidc.Provider) bool {
	var says struct {
		Names bool `json:"authorization_response_iss_parameter_supported"`
	}
	return known.Claims(&says) == nil && says.Names
}

func (p *Provider) config(known *oidc.Provider) *oauth2.Config {
	return &oauth2.Config{
		ClientID: p.settings.Client, ClientSecret: p.settings.Secret, Endpoint: known.Endpoint(), RedirectURL: p.settings.Redirect,
		Scopes: append([]string{oidc.ScopeOpenID}, p.settings.Scopes...),
	}
}

// Begin gives the address to send somebody to. An *AwayError when the provider does not answer.
func (p *Provider) Begin(ctx context.Context, q Question) (string, error) {
	known, err := p.discover(ctx)
	if err != nil {
		return "", err
	}
	return p.config(known).AuthCodeURL(q.State, oidc.Nonce(q.Nonce), oauth2.S256ChallengeOption(q.Verifier)), nil
}

// Finish takes the code that somebody came back with, and the issuer that the answer names ("": none, RFC 9207). An *AwayError when the
// provider does not answer; any other error says that the answer is not to be believed.
func (p *Provider) Finish(ctx context.Context, q Question, code, issuer string) (Claims, error) {
	if issuer != "" && issuer != p.settings.Issuer {
		return Claims{}, fmt.Errorf("the answer is of %q", issuer)
	}
	known, err := p.discover(ctx)
	if err != nil {
		return Claims{}, err
	}
	if issuer == "" && names(known) {
		return Claims{}, errors.New("the answer names no issuer, and the provider always names itself")
	}
	ctx = oidc.ClientContext(ctx, p.client)
	token, err := p.config(known).Exchange(ctx, code, oauth2.VerifierOption(q.Verifier))
	if err != nil {
		if _, refused := errors.AsType[*oauth2.RetrieveError](err); refused {
			return Claims{}, fmt.Errorf("the code was refused: %w", err)
		}
		return Claims{}, &AwayError{err}
	}
	raw, _ := token.Extra("id_token").(string)
	id, err := known.VerifierContext(ctx, &oidc.Config{ClientID: p.settings.Client, Now: p.settings.Now}).Verify(ctx, raw)
	if err != nil {
		return Claims{}, err
	}
	if q.Nonce == "" || id.Nonce != q.Nonce {
		return Claims{}, errors.New("the token answers another question")
	}
	var more struct {
		Party    string   `json:"azp"`
		Means    []string `json:"amr"`
		Strength string   `json:"acr"`
	}
	if err := id.Claims(&more); err != nil {
		return Claims{}, fmt.Errorf("read the token: %w", err)
	}
	if more.Party != "" && more.Party != p.settings.Client || len(id.Audience) > 1 && more.Party == "" {
		return Claims{}, errors.New("the token is for somebody else too")
	}
	if id.Subject == "" {
		return Claims{}, errors.New("the token names nobody")
	}
	c := Claims{Subject: id.Subject, Means: more.Means, Strength: more.Strength}
	return c, p.fill(ctx, known, token, id, &c)
}

// fill reads phone and groups from the token, or, as most providers give them, from what they tell of the person besides.
func (p *Provider) fill(ctx context.Context, known *oidc.Provider, token *oauth2.Token, id *oidc.IDToken, c *Claims) error {
	if err := p.told(id.Claims, c); err != nil || known.UserInfoEndpoint() == "" || c.Phone != "" && (c.Groups != nil || p.settings.Groups == "") {
		return err
	}
	info, err := known.UserInfo(ctx, oauth2.StaticTokenSource(token))
	if err != nil {
		return &AwayError{err}
	}
	if info.Subject != c.Subject {
		return errors.New("what is told besides is of somebody else")
	}
	return p.told(info.Claims, c)
}

func (p *Provider) told(read func(any) error, c *Claims) error {
	all := map[string]any{}
	if err := read(&all); err != nil {
		return fmt.Errorf("read the claims: %w", err)
	}
	if number, ok := all["phone_number"].(string); ok && all["phone_number_verified"] == true && c.Phone == "" {
		c.Phone = number
	}
	if p.settings.Groups == "" || c.Groups != nil {
		return nil
	}
	switch list := all[p.settings.Groups].(type) {
	case string:
		c.Groups = []string{list}
	case []any:
		c.Groups = []string{}
		for _, one := range list {
			if name, ok := one.(string); ok && !slices.Contains(c.Groups, name) {
				c.Groups = append(c.Groups, name)
			}
		}
	}
	return nil
}
