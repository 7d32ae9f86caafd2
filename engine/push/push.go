// Package push wakes browsers that asked for it (Web Push: RFC 8030, 8291, 8292). It is the one place that knows the library.
package push

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	webpush "github.com/SherClockHolmes/webpush-go"
)

// Keys are the pair by which push services know this program (VAPID). A subscription belongs to its public key for ever.
type Keys struct{ Public, Private string }

// NewKeys makes a pair.
func NewKeys() (Keys, error) {
	private, public, err := webpush.GenerateVAPIDKeys()
	if err != nil {
		return Keys{}, fmt.Errorf("push: make keys: %w", err)
	}
	return Keys{Public: public, Private: private}, nil
}

// Subscription is what a browser gives to be woken by.
type Subscription struct{ Endpoint, P256dh, Auth string }

// services are the push services of the browsers that people use; the program posts to nobody else, whatever a browser says:
// an address of its own choosing would let anybody aim the program at machines inside the ward's network.
var services = []string{"fcm.googleapis.com", "updates.push.services.mozilla.com", "push.apple.com", "notify.windows.com"}

// ErrSubscription is returned for a subscription that no browser gave.
var ErrSubscription = errors.New("push: not a subscription of a browser")

const (
	mostAddress = 1000 // characters of an endpoint; real ones have about 200
	pointLength = 65   // bytes of an uncompressed point on P-256
	authLength  = 16
)

// Check refuses what is no subscription of a known push service.
func (s Subscription) Check() error {
	u, err := url.Parse(s.Endpoint)
	if err != nil || len(s.Endpoint) > mostAddress || u.Scheme != "https" || u.User != nil || u.Port() != "" ||
		!slices.ContainsFunc(services, func(host string) bool { return u.Hostname() == host || strings.HasSuffix(u.Hostname(), "."+host) }) {
		return ErrSubscription
	}
	return s.checkKeys()
}

func (s Subscription) checkKeys() error {
	point, err := decode(s.P256dh)
	if err != nil || len(point) != pointLength || point[0] != 4 {
		return ErrSubscription
	}
	auth, err := decode(s.Auth)
	if err != nil || len(auth) != authLength {
		return ErrSubscription
	}
	return nil
}

func decode(text string) ([]byte, error) {
	return base64.RawURLEncoding.DecodeString(strings.TrimRight(strings.NewReplacer("+", "-", "/", "_").Replace(text), "="))
}

// Note is what the browser shows.
type Note struct {
	Title string `json:"title"`
	Body  string `json:"body"`
	Href  string `json:"href"` // page to open
	Tag   string `json:"tag"`  // a newer note with the same tag takes the place of the older one

	Urgent bool `json:"-"`
}

// Sender sends notes.
type Sender struct {
	Keys Keys
	// Subject is how a push service reaches who runs this program: an https or a mailto address.
	Subject string
	// Client is for tests; one with timeouts when nil.
	Client *http.Client
	// AnyHost lets tests post to a service of their own.
	AnyHost bool
}

// ErrGone is returned for a subscription that the browser has ended: it is to be forgotten.
var ErrGone = errors.New("push: the subscription has ended")

// RefusedError is returned when the push service will not take the note, now or later.
type RefusedError struct{ Status int }

// Error says so with the status.
func (e *RefusedError) Error() string {
	return fmt.Sprintf("push: the service refused the note (%d)", e.Status)
}

const (
	patience = 15 * time.Second
	// life is how long a push service keeps a note for a telephone that is off.
	life = 24 * 60 * 60 // seconds
	// topicMost is the longest Topic (RFC 8030 §5.4).
	topicMost = 32
)

// Send encrypts a note for a subscription and hands it to its push service.
func (s *Sender) Send(ctx context.Context, to Subscription, n Note) error {
	err := to.checkKeys()
	if !s.AnyHost {
		err = to.Check()
	}
	if err != nil {
		return errors.Join(ErrGone, err)
	}
	body, err := json.Marshal(n)
	if err != nil {
		return fmt.Errorf("push: write the note: %w", err)
	}
	client := s.Client
	if client == nil {
		client = &http.Client{Timeout: patience, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	}
	o := &webpush.Options{
		HTTPClient: client, Subscriber: s.Subject, TTL: life, Urgency: webpush.UrgencyNormal, VAPIDPublicKey: s.Keys.Public, VAPIDPrivateKey: s.Keys.Private,
	}
	if len(n.Tag) <= topicMost {
		o.Topic = n.Tag
	}
	if n.Urgent {
		o.Urgency = webpush.UrgencyHigh
	}
	res, err := webpush.SendNotificationWithContext(ctx, body, &webpush.Subscription{Endpoint: to.Endpoint, Keys: webpush.Keys{Auth: to.Auth, P256dh: to.P256dh}}, o)
	if err != nil {
		return fmt.Errorf("push: %w", withoutAddress(err))
	}
	defer func() { _ = res.Body.Close() }()
	_, _ = io.Copy(io.Discard, io.LimitReader(res.Body, 1<<16))
	switch {
	case res.StatusCode < http.StatusMultipleChoices:
		return nil
	case res.StatusCode == http.StatusNotFound, res.StatusCode == http.StatusGone:
		return ErrGone
	case res.StatusCode == http.StatusTooManyRequests, res.StatusCode >= http.StatusInternalServerError:
		return fmt.Errorf("push: the service answered %d", res.StatusCode)
	}
	return &RefusedError{Status: res.StatusCode}
}

// withoutAddress takes the endpoint out of an error: whoever reads the log must not be able to wake the browser.
func withoutAddress(err error) error {
	if u, ok := errors.AsType[*url.Error](err); ok {
		return u.Err
	}
	return err
}
