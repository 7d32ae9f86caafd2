// Package sms hands short messages to a gateway over HTTP, as docs/sms-gateway.md describes for whoever runs one.
package sms

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// Gateway is who sends short messages for the ward.
type Gateway struct {
	URL    string
	Secret string // signs each request
	// Client is for tests; one with timeouts when nil.
	Client *http.Client
	// Now is for tests; time.Now when nil.
	Now func() time.Time
}

// Text is one short message.
type Text struct {
	ID   string `json:"id"` // the same one sent twice is one message
	To   string `json:"to"` // +84…
	Text string `json:"text"`
}

// ErrRefused is returned when the gateway will not take the message, now or later.
var ErrRefused = errors.New("sms: the gateway refused the message")

// SlowError is returned when the gateway asks to come later.
type SlowError struct{ Wait time.Duration }

// Error says for how long.
func (e *SlowError) Error() string { return "sms: the gateway asks to wait " + e.Wait.String() }

const (
	patience = 15 * time.Second
	mostWait = time.Hour
)

// Check refuses an address to which a secret must not be sent: anything but https, except on this machine.
func Check(address string) error {
	u, err := url.Parse(address)
	here := err == nil && u.Scheme == "http" && (u.Hostname() == "127.0.0.1" || u.Hostname() == "localhost")
	if err != nil || u.Host == "" || u.Scheme != "https" && !here {
		return errors.New("sms: the gateway's address must begin with https://")
	}
	return nil
}

// Sign is the signature of a request: HMAC-SHA-256 over the time, a dot and the body, in hex.
func Sign(secret, at string, body []byte) string {
	h := hmac.New(sha256.New, []byte(secret))
	_, _ = h.Write([]byte(at + "."))
	_, _ = h.Write(body)
	return hex.EncodeToString(h.Sum(nil))
}

// Send hands a message to the gateway. A nil error says that the gateway has it, not that the telephone has.
func (g *Gateway) Send(ctx context.Context, t Text) error {
	if err := Check(g.URL); err != nil {
		return err
	}
	body, err := json.Marshal(t)
	if err != nil {
		return fmt.Errorf("sms: write the request: %w", err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, g.URL, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("sms: %w", err)
	}
	now := time.Now
	if g.Now != nil {
		now = g.Now
	}
	at := strconv.FormatInt(now().Unix(), 10)
	req.Header.Set("Content-Type", "application/json; charset=utf-8")
	req.Header.Set("Idempotency-Key", t.ID)
	req.Header.Set("Sonha-Time", at)
	req.Header.Set("Sonha-Signature", Sign(g.Secret, at, body))
	client := g.Client
	if client == nil {
		client = &http.Client{Timeout: patience, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	}
	res, err := client.Do(req)
	if err != nil {
		return fmt.Errorf("sms: %w", err)
	}
	defer func() { _ = res.Body.Close() }()
	_, _ = io.Copy(io.Discard, io.LimitReader(res.Body, 1<<16))
	switch {
	case res.StatusCode >= 200 && res.StatusCode < 300, res.StatusCode == http.StatusConflict: // 409: it has it already
		return nil
	case res.StatusCode == http.StatusTooManyRequests:
		seconds, err := strconv.Atoi(res.Header.Get("Retry-After"))
		if err != nil || seconds < 1 {
			seconds = 60
		}
		return &SlowError{Wait: min(time.Duration(seconds)*time.Second, mostWait)}
	case res.StatusCode == http.StatusBadRequest, res.StatusCode == http.StatusUnprocessableEntity:
		return fmt.Errorf("%w (%d)", ErrRefused, res.StatusCode)
	}
	return fmt.Errorf("sms: the gateway answered %d", res.StatusCode)
}
