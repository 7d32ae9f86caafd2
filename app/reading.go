package app

import (
	"context"
	"errors"

	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/areas"
	"sonha/ward/reads"
)

type readsCommand struct {
	House   readsHouse   `cmd:"" help:"Ai đã xem hồ sơ của số nhà, theo mã số nhà. / Who read the record of houses, by id."`
	Account readsAccount `cmd:"" help:"Tài khoản đã xem những gì, theo mã tài khoản. / What accounts read, by id."`
	Verify  readsVerify  `cmd:"" help:"Kiểm tra các dòng có còn như lúc niêm phong trong nhật ký thao tác. / Compare the lines with what the audit trail sealed."`
}

// reading is what both lists ask for.
type reading struct {
	place
	Ward string `help:"Mã phường, khi có nhiều phường. / Code of the ward."`
	From string `help:"Từ ngày; mặc định mọi dòng còn giữ. / From this day; all that is kept when empty." placeholder:"YYYY-MM-DD"`
	JSON bool   `help:"In dạng JSON. / Print JSON." name:"json"`
}

type readsHouse struct {
	reading
	ID []string `arg:"" help:"Mã số nhà: phần cuối địa chỉ trang số nhà. / Ids of houses."`
}

// Run lists who read the record of houses, and writes into the trail that it was listed.
func (c *readsHouse) Run(ctx context.Context, t *terminal) error {
	return c.list(ctx, t, reads.Wanted{Houses: c.ID})
}

type readsAccount struct {
	reading
	ID []string `arg:"" help:"Mã tài khoản: phần cuối địa chỉ trang tài khoản. / Ids of accounts."`
}

// Run lists what accounts read, and writes into the trail that it was listed.
func (c *readsAccount) Run(ctx context.Context, t *terminal) error {
	return c.list(ctx, t, reads.Wanted{Accounts: c.ID})
}

// readLine is what is printed of a line with --json. It names the reader as pages do, by role and area.
type readLine struct {
	At        string `json:"at"`
	ID        string `json:"id"`
	Role      string `json:"role"`
	Place     string `json:"place,omitempty"`
	House     string `json:"house,omitempty"`
	Address   string `json:"address,omitempty"`
	Household string `json:"household,omitempty"`
	Area      string `json:"area,omitempty"`
	What      string `json:"what"`
	Duty      string `json:"duty"`
	Asked     string `json:"asked,omitempty"`
	Rows      int    `json:"rows,omitempty"`
	Outside   bool   `json:"outside,omitempty"`
}

func (c *reading) list(ctx context.Context, t *terminal, w reads.Wanted) (err error) {
	if c.From != "" {
		if w.From, err = civil.ParseDay(c.From); err != nil {
			return fault.Refused("app.audit_day", "Text", c.From)
		}
	}
	p, err := c.open(ctx, t)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.Close()) }()
	who, err := only(ctx, p, c.Ward)
	if err != nil {
		return err
	}
	lines, err := p.Reads.Of(ctx, who, w)
	if err != nil {
		return err
	}
	if c.JSON {
		out := make([]readLine, len(lines))
		for i := range lines {
			l := &lines[i]
			out[i] = readLine{
				l.Stamp(), l.ID, string(l.Role), l.Place, l.House, l.Address, l.Household, l.Area, l.What, l.Duty, l.Asked, l.Rows, l.Outside,
			}
		}
		return writeJSON(t, out)
	}
	words := vietnamese()
	for i := range lines {
		l := &lines[i]
		t.say("%s", l.Told(l.Who(words), l.WhatText(words), l.WhyText(words)))
	}
	t.say("%s dòng.", civil.Int(len(lines)))
	return nil
}

type readsVerify struct {
	place
	Ward string `help:"Mã phường; mặc định là mọi phường. / Code of a ward; all when empty."`
	JSON bool   `help:"In kết quả dạng JSON. / Print JSON." name:"json"`
}

// readSeals is what is printed of a ward with --json.
type readSeals struct {
	Code string       `json:"code"`
	Days []reads.Seal `json:"days"`
}

// Run compares the lines of each sealed day with the trail, after the trail itself.
func (c *readsVerify) Run(ctx context.Context, t *terminal) (err error) {
	p, err := c.open(ctx, t)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.Close()) }()
	trails, err := verifyAll(ctx, p, c.Ward, nil, t.progress("Đọc nhật ký thao tác"))
	if err != nil {
		return err
	}
	for i := range trails { // a seal is worth what the chain is that holds it
		if trails[i].Break != nil {
			return broken(&trails[i])
		}
	}
	wards, err := p.Areas.Wards(ctx)
	if err != nil {
		return err
	}
	out := []readSeals{}
	var wrong error
	for i := range wards {
		if w := &wards[i]; w.ID > 0 && (c.Ward == "" || w.Code == c.Ward) {
			days, err := p.Reads.Verify(ctx, access.System(w.ID, "sonha reads verify"))
			if err != nil {
				return err
			}
			out = append(out, readSeals{w.Code, days})
			wrong = errors.Join(wrong, c.told(t, w, days))
		}
	}
	if c.JSON {
		err = writeJSON(t, out)
	}
	return errors.Join(err, wrong)
}

// told says of a ward that its days are whole, or gives what is wrong with the first that is not.
func (c *readsVerify) told(t *terminal, w *areas.Ward, days []reads.Seal) error {
	for _, x := range days {
		if !x.Whole {
			return fault.Refused("app.reads_changed", "Ward", "Phường "+w.Name, "Day", x.Day.Display(), "Lines", civil.Int(x.Lines), "Found", civil.Int(x.Found))
		}
	}
	if !c.JSON {
		t.say("Phường %s: “Ai đã xem” nguyên vẹn, %s ngày đã niêm phong.", w.Name, civil.Int(len(days)))
	}
	return nil
}
