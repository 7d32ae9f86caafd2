package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"

	"sonha/engine/oidc"
	"sonha/ground/access"
	"sonha/ward/accounts"
)

// providing says by which identity provider people may sign in, beside phone number, card and passkey. Nobody is asked until it is said.
type providing struct {
	OIDCIssuer     string            `help:"Nơi xác thực OpenID Connect: địa chỉ như trong thẻ của nó. / Identity provider: its issuer." name:"oidc-issuer" env:"SONHA_OIDC_ISSUER" placeholder:"https://…"` //nolint:lll // a struct tag cannot be broken
	OIDCClient     string            `help:"Mã ứng dụng đã khai ở đó. / Client id." name:"oidc-client" env:"SONHA_OIDC_CLIENT"`
	OIDCSecretFile string            `help:"Tệp chứa mật khẩu ứng dụng. / File with the client secret." name:"oidc-secret-file" env:"SONHA_OIDC_SECRET_FILE" type:"path"`
	OIDCName       string            `help:"Tên ghi trên nút. / What people call it." name:"oidc-name" env:"SONHA_OIDC_NAME" default:"tài khoản cơ quan"`
	OIDCPhone      bool              `help:"Cho vào lần đầu theo số điện thoại mà nơi xác thực đã xác minh. / Bind at first by the phone number that it has verified." name:"oidc-phone" env:"SONHA_OIDC_PHONE"` //nolint:lll // a struct tag cannot be broken
	OIDCAMR        []string          `help:"Giá trị amr được coi là đã xác nhận hai bước. / Values of amr that stand for the second step." name:"oidc-amr" env:"SONHA_OIDC_AMR"`
	OIDCACR        []string          `help:"Giá trị acr được coi là đã xác nhận hai bước. / Values of acr that stand for it." name:"oidc-acr" env:"SONHA_OIDC_ACR"`
	OIDCGroups     string            `help:"Trường liệt kê nhóm. / The claim that lists groups." name:"oidc-groups" env:"SONHA_OIDC_GROUPS" default:"groups"`
	OIDCRoles      map[string]string `help:"Nhóm nào cho vai trò nào của cả phường: command hoặc committee. / Which group gives which role of the ward." name:"oidc-role" env:"SONHA_OIDC_ROLE" placeholder:"GROUP=ROLE"` //nolint:lll // a struct tag cannot be broken
	OIDCScopes     []string          `help:"Phạm vi hỏi thêm. / Scopes to ask for." name:"oidc-scopes" env:"SONHA_OIDC_SCOPES" default:"profile,phone"`
	OIDCCA         string            `help:"Tệp chứng thư (PEM) của nơi xác thực nội bộ. / Certificates that it is known by." name:"oidc-ca" env:"SONHA_OIDC_CA" type:"path"`
}

// provide sets the provider up, if one was stated. base is the address that people open.
func (c *providing) provide(p *Program, base string, log *slog.Logger) error {
	if c.OIDCIssuer == "" {
		return nil
	}
	if base == "" || c.OIDCClient == "" {
		return errors.New("--oidc-issuer cần thêm --oidc-client và --base-url")
	}
	key := ""
	if c.OIDCSecretFile != "" {
		var err error
		if key, err = secret("", c.OIDCSecretFile); err != nil {
			return err
		}
	}
	groups := c.OIDCGroups
	roles := map[string]access.Role{}
	for group, role := range c.OIDCRoles {
		roles[group] = access.Role(role)
	}
	if len(roles) == 0 {
		groups = ""
	}
	provider, err := oidc.New(oidc.Settings{
		Issuer: c.OIDCIssuer, Client: c.OIDCClient, Secret: key, Redirect: strings.TrimSuffix(base, "/") + "/sign-in/provider/back",
		Scopes: c.OIDCScopes, Groups: groups, CA: c.OIDCCA,
	})
	if err == nil {
		err = p.Accounts.SignInBy(&accounts.Provider{
			OIDC: provider, Issuer: c.OIDCIssuer, Name: c.OIDCName, ByPhone: c.OIDCPhone, Means: c.OIDCAMR, Strength: c.OIDCACR, Roles: roles,
			Odd: func(err error) { log.Warn("sign-in by the identity provider", "error", err) },
		})
	}
	if err != nil {
		return fmt.Errorf("--oidc: %w", err)
	}
	return nil
}

type bindCommand struct {
	place
	Phone   string `arg:"" help:"Số điện thoại của tài khoản."`
	Subject string `help:"Mã người dùng (sub) ở nơi xác thực. / The subject at the identity provider." required:""`
	Issuer  string `help:"Nơi xác thực. / Its issuer." name:"oidc-issuer" env:"SONHA_OIDC_ISSUER" required:""`
	Ward    string `help:"Mã phường, khi có nhiều phường."`
}

// Run binds an account to one whom the identity provider names.
func (c *bindCommand) Run(ctx context.Context, t *terminal) error {
	return withAccount(ctx, t, c.place, c.Ward, c.Phone, func(p *Program, who access.Actor, a accounts.Account) error {
		if err := p.Accounts.SignInBy(&accounts.Provider{Issuer: c.Issuer}); err != nil {
			return err
		}
		if err := p.Accounts.Bind(ctx, who, a.ID, c.Subject); err != nil {
			return err
		}
		t.say("Đã gắn tài khoản %s với người dùng ấy ở %s.", a.Name, c.Issuer)
		return nil
	})
}

type unbindCommand struct {
	place
	Phone string `arg:"" help:"Số điện thoại của tài khoản."`
	Ward  string `help:"Mã phường, khi có nhiều phường."`
}

// Run takes the binding of an account away.
func (c *unbindCommand) Run(ctx context.Context, t *terminal) error {
	return withAccount(ctx, t, c.place, c.Ward, c.Phone, func(p *Program, who access.Actor, a accounts.Account) error {
		if err := p.Accounts.Unbind(ctx, who, a.ID); err != nil {
			return err
		}
		t.say("Đã gỡ tài khoản %s khỏi nơi xác thực; các phiên đã kết thúc.", a.Name)
		return nil
	})
}

// withAccount opens a ward and does something to the account of a phone number.
func withAccount(ctx context.Context, t *terminal, at place, ward, phone string, do func(*Program, access.Actor, accounts.Account) error) error {
	p, err := at.open(ctx, t)
	if err != nil {
		return err
	}
	who, err := only(ctx, p, ward)
	if err == nil {
		var a accounts.Account
		if a, err = p.Accounts.ByPhone(ctx, who, phone); err == nil {
			err = do(p, who, a)
		}
	}
	return errors.Join(err, p.Close())
}
