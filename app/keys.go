package app

import (
	"context"
	"errors"

	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ward/households"
)

type keyCommand struct {
	Rotate keyRotate `cmd:"" help:"Tạo khóa mới và mã hóa lại, máy chủ vẫn chạy. / Make a new key and seal everything anew while serving."`
}

type keyRotate struct {
	place
	What string `arg:"" enum:"contacts" help:"contacts: liên hệ mà các hộ cho. / contacts: what households gave."`
}

// Run turns the key of contacts: a new one is made first, then every contact of every ward is sealed with it. Cut short, it is run again.
func (c *keyRotate) Run(ctx context.Context, t *terminal) (err error) {
	p, err := c.open(ctx, t)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.Close()) }()
	number, err := p.Households.Seal().Turn()
	if err != nil {
		return err
	}
	wards, err := p.Areas.Wards(ctx)
	if err != nil {
		return err
	}
	var all households.Resealed
	for _, w := range wards {
		done, err := p.Households.Reseal(ctx, access.System(w.ID, "sonha key rotate"))
		if err != nil {
			return err
		}
		all.Contacts, all.Lost = all.Contacts+done.Contacts, all.Lost+done.Lost
	}
	if all.Lost == 0 { // while something does not open, no key is thrown away
		if err := p.Households.Seal().Prune(); err != nil {
			return err
		}
	}
	t.say("Khóa số %d đang dùng. Đã mã hóa lại %s liên hệ.", number, civil.Int(all.Contacts))
	if all.Lost > 0 {
		t.say("%s liên hệ không mở được bằng khóa nào trong %s; các khóa cũ được giữ lại.", civil.Int(all.Lost), ContactKeys)
	}
	t.say("Sao lưu ngay sau khi đổi khóa: sonha backup.")
	return nil
}
