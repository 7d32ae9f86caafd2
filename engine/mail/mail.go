// Package mail sends letters through the ward's mail server (SMTP). It is the one place that knows the library.
package mail

import (
	"context"
	"errors"
	"fmt"
	stdmail "net/mail"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"

	"sonha/ground/pattern"
)

// Security is how the line to the mail server is kept from others.
type Security string

// The kinds of line. None is for a mail server on the same machine only.
const (
	StartTLS Security = "starttls" // port 587
	TLS      Security = "tls"      // port 465
	None     Security = "none"
)

// Sender knows the mail server.
type Sender struct {
	Host     string
	Port     int
	Security Security
	User     string // empty: the server asks for none
	Password string
	From     string // address of the sender; its part behind @ stands in the letters' numbers
	Name     string // how the sender is called
}

// Letter is a message to one reader, in plain text.
type Letter struct {
	To, Subject, Text string
	// ID is the number of the letter: the same one sent twice is seen by mail programs as one.
	ID string
	// Stop is an https address that ends such letters with one click (RFC 8058); empty for none.
	Stop string
}

// ErrRefused is joined to the error of a letter that the server will never take: no such box, no such address.
var ErrRefused = errors.New("mail: refused for good")

const patience = 20 * time.Second

// Address reads an address as typed; ok is false when it is none that letters go to.
func Address(text string) (address string, ok bool) {
	const most = 254 // RFC 5321 §4.5.3.1.3
	text = strings.TrimSpace(text)
	a, err := stdmail.ParseAddress(text)
	if err != nil || a.Name != "" || a.Address != text || len(text) > most || !plain().MatchString(text) {
		return "", false
	}
	return text, true
}

// plain is an address as people have them; quoted and internationalised local parts are left out on purpose.
var plain = pattern.Of(`^[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}$`)

// Send hands a letter to the mail server.
func (s *Sender) Send(ctx context.Context, l Letter) error {
	m, err := s.compose(l)
	if err != nil {
		return errors.Join(ErrRefused, err)
	}
	options := []gomail.Option{gomail.WithPort(s.Port), gomail.WithTimeout(patience), gomail.WithHELO(s.domain())}
	switch s.Security {
	case TLS:
		options = append(options, gomail.WithSSL())
	case None:
		options = append(options, gomail.WithTLSPolicy(gomail.NoTLS))
	default:
		options = append(options, gomail.WithTLSPolicy(gomail.TLSMandatory))
	}
	if s.User != "" {
		options = append(options, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover), gomail.WithUsername(s.User), gomail.WithPassword(s.Password))
	}
	c, err := gomail.NewClient(s.Host, options...)
	if err != nil {
		return fmt.Errorf("mail: %w", err)
	}
	if err := c.DialAndSendWithContext(ctx, m); err != nil {
		told := errors.New("mail: " + addresses().ReplaceAllString(err.Error(), "…@…"))
		if sent, ok := errors.AsType[*gomail.SendError](err); ok && !sent.IsTemp() && sent.ErrorCode() >= 500 {
			return errors.Join(ErrRefused, told)
		}
		return told
	}
	return nil
}

// addresses are taken out of errors: the list of jobs shows why a letter did not go, not to whom.
var addresses = pattern.Of(`[^\s<>:"]+@[^\s<>:"]+`)

func (s *Sender) domain() string {
	_, domain, _ := strings.Cut(s.From, "@")
	return domain
}

func (s *Sender) compose(l Letter) (*gomail.Msg, error) {
	m := gomail.NewMsg()
	if err := m.FromFormat(s.Name, s.From); err != nil {
		return nil, fmt.Errorf("mail: sender: %w", err)
	}
	to, ok := Address(l.To)
	if !ok {
		return nil, errors.New("mail: no address of a reader")
	}
	if err := m.To(to); err != nil {
		return nil, fmt.Errorf("mail: reader: %w", err)
	}
	m.Subject(l.Subject)
	if l.ID != "" {
		m.SetMessageIDWithValue(l.ID + "@" + s.domain())
	}
	m.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: no out-of-office answers to it
	if l.Stop != "" {
		m.SetGenHeaderPreformatted(gomail.HeaderListUnsubscribe, "<"+l.Stop+">")
		m.SetGenHeaderPreformatted(gomail.HeaderListUnsubscribePost, "List-Unsubscribe=One-Click")
	}
	m.SetBodyString(gomail.TypeTextPlain, l.Text)
	return m, nil
}
