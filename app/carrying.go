package app

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"

	"sonha/engine/mail"
	"sonha/engine/push"
	"sonha/engine/sms"
	"sonha/ground/access"
	"sonha/ward/inbox"
)

// carrying says who carries messages out of the inbox. Nothing is carried until it is said.
type carrying struct {
	BaseURL string `help:"Địa chỉ mà người dùng mở, có trong thư và tin nhắn. / Address that people open; stands in letters." name:"base-url" env:"SONHA_BASE_URL" placeholder:"https://…"` //nolint:lll // a struct tag cannot be broken

	SMTPHost         string `help:"Máy chủ thư đi. / Mail server." name:"smtp-host" env:"SONHA_SMTP_HOST"`
	SMTPPort         int    `help:"Cổng của máy chủ thư. / Its port." name:"smtp-port" env:"SONHA_SMTP_PORT" default:"587"`
	SMTPSecurity     string `help:"starttls, tls, hoặc none (chỉ khi máy chủ thư ở cùng máy). / How the line is kept from others." name:"smtp-security" env:"SONHA_SMTP_SECURITY" enum:"starttls,tls,none" default:"starttls"` //nolint:lll // a struct tag cannot be broken
	SMTPUser         string `help:"Tên đăng nhập máy chủ thư. / User." name:"smtp-user" env:"SONHA_SMTP_USER"`
	SMTPPassword     string `name:"smtp-password" env:"SONHA_SMTP_PASSWORD" hidden:""`
	SMTPPasswordFile string `help:"Tệp chứa mật khẩu máy chủ thư. / File with its password." name:"smtp-password-file" env:"SONHA_SMTP_PASSWORD_FILE" type:"path"`
	MailFrom         string `help:"Địa chỉ e-mail gửi đi. / Address of the sender." name:"mail-from" env:"SONHA_MAIL_FROM"`

	SMSURL        string `help:"Địa chỉ cổng tin nhắn; xem docs/sms-gateway.md. / SMS gateway." name:"sms-url" env:"SONHA_SMS_URL"`
	SMSSecret     string `name:"sms-secret" env:"SONHA_SMS_SECRET" hidden:""`
	SMSSecretFile string `help:"Tệp chứa khóa ký với cổng tin nhắn. / File with the key that signs requests." name:"sms-secret-file" env:"SONHA_SMS_SECRET_FILE" type:"path"`
	SMSDaily      int    `help:"Số tin nhắn nhiều nhất mỗi phường mỗi ngày. / The most SMS a ward sends in a day." name:"sms-daily" env:"SONHA_SMS_DAILY" default:"100"`
}

// connect sets the channels up that were asked for.
func (c *carrying) connect(ctx context.Context, p *Program) error {
	keys, err := p.Inbox.Keys(ctx, access.System(0, "sonha"))
	if err != nil {
		return err
	}
	out := inbox.Outside{Base: strings.TrimSuffix(c.BaseURL, "/"), Words: p.Words, SMSDaily: c.SMSDaily}
	u, err := url.Parse(out.Base)
	if out.Base != "" && (err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http") {
		return errors.New("--base-url: nhập địa chỉ đầy đủ, ví dụ https://sonha.phuong.vn")
	}
	if u != nil && u.Scheme == "https" { // browsers wake for pages over https alone
		out.Push = &push.Sender{Keys: keys, Subject: out.Base}
	}
	if out.Mail, err = c.mail(out.Base); err != nil {
		return err
	}
	if out.SMS, err = c.sms(out.Base); err != nil {
		return err
	}
	p.Inbox.Connect(out)
	p.Accounts.ServeAt(out.Base)
	p.Server.ServeAt(out.Base)
	return nil
}

func (c *carrying) mail(base string) (*mail.Sender, error) {
	if c.SMTPHost == "" {
		return nil, nil //nolint:nilnil // not set up
	}
	from, ok := mail.Address(c.MailFrom)
	if !ok || base == "" {
		return nil, errors.New("--smtp-host cần thêm --mail-from (địa chỉ e-mail gửi đi) và --base-url")
	}
	password, err := secret(c.SMTPPassword, c.SMTPPasswordFile)
	if err != nil {
		return nil, err
	}
	return &mail.Sender{
		Host: c.SMTPHost, Port: c.SMTPPort, Security: mail.Security(c.SMTPSecurity), User: c.SMTPUser, Password: password, From: from, Name: "Sonha",
	}, nil
}

func (c *carrying) sms(base string) (*sms.Gateway, error) {
	if c.SMSURL == "" {
		return nil, nil //nolint:nilnil // not set up
	}
	key, err := secret(c.SMSSecret, c.SMSSecretFile)
	if err != nil {
		return nil, err
	}
	if key == "" || base == "" {
		return nil, errors.New("--sms-url cần thêm --sms-secret-file (khóa ký) và --base-url")
	}
	if err := sms.Check(c.SMSURL); err != nil {
		return nil, errors.New("--sms-url: địa chỉ phải bắt đầu bằng https://")
	}
	return &sms.Gateway{URL: c.SMSURL, Secret: key}, nil
}

// secret is a secret given by itself or in a file.
func secret(text, file string) (string, error) {
	if file == "" {
		return text, nil
	}
	body, err := os.ReadFile(file)
	if err != nil {
		return "", fmt.Errorf("đọc tệp bí mật: %w", err)
	}
	return strings.TrimSpace(string(body)), nil
}
