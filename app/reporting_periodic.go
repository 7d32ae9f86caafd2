package app

import (
	"bytes"
	"context"
	"errors"
	"io"

	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/reports"
	"sonha/ward/reports/periodic"
)

type reportWard struct {
	place
	Period  string `help:"Kỳ: 2026 (năm), 2026-H1 (6 tháng), 2026-Q3 (quý); của tổ dân phố: 2026-09 (tháng). / Period of the report." required:"" placeholder:"KỲ"`
	Group   string `help:"Tên tổ dân phố, khi là báo cáo tháng của tổ. / Name of the residential group, for its monthly report." placeholder:"TỔ"`
	Basis   string `help:"decree: từ ngày 15 đến ngày 14 (Nghị định 09/2019); calendar: theo lịch. / How the period is counted." enum:"decree,calendar" default:"decree"`
	Ward    string `help:"Mã phường, khi có nhiều phường. / Code of the ward."`
	Format  string `help:"json, xlsx, docx hoặc pdf; mặc định theo đuôi tệp ở --out, hoặc json. / By default the ending of --out, or json." enum:"json,xlsx,docx,pdf," default:""`
	Out     string `help:"Ghi vào tệp này; json không có --out thì in ra màn hình. / Write to this file." type:"path" placeholder:"FILE"`
	Compose bool   `help:"Tính lại số liệu, kể cả khi kỳ này đã có bản ký. / Count anew even where a signed report exists."`
}

// Run writes the report of a period: the file that was signed, or what the rows say now where nobody signed one.
func (c *reportWard) Run(ctx context.Context, t *terminal) (err error) {
	period, ok := periodic.ParsePeriod(c.Period)
	if !ok || !period.For(c.Group != "") {
		return fault.Refused("periodic.bad_period", "Period", c.Period)
	}
	if c.Format, err = fileKind(c.Format, c.Out, "json,xlsx,docx,pdf"); err != nil {
		return err
	}
	format := reports.Format(c.Format)
	if c.Out == "" && format != reports.JSON && watched(t.out) {
		return fault.Refused("reports.needs_file", "Format", c.Format)
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
	ask := periodic.Ask{Period: period, Basis: periodic.Basis(c.Basis)}
	if ask.Group, err = groupNamed(ctx, p, who, c.Group); err != nil {
		return err
	}
	body, done, err := c.body(ctx, p, who, ask, format)
	if err != nil {
		return err
	}
	write := func(w io.Writer) error {
		_, err := io.Copy(w, bytes.NewReader(body))
		return err
	}
	if c.Out == "" {
		return write(t.out)
	}
	if err := replaceFile(c.Out, write); err != nil {
		return err
	}
	t.say(done, c.Out)
	return nil
}

// body is the report as a file, and what to say when it is written: whether it is one that was signed.
func (c *reportWard) body(ctx context.Context, p *Program, who access.Actor, ask periodic.Ask, format reports.Format) (body []byte, done string, err error) {
	id, err := p.Periodic.Kept(ctx, who, ask)
	switch {
	case err == nil && !c.Compose:
		x, err := p.Periodic.Get(ctx, who, id)
		if err != nil {
			return nil, "", err
		}
		body, err = p.Periodic.File(ctx, who, &x, format)
		return body, "Kỳ này đã có bản ký; đã ghi đúng tệp đã ký vào %s.", err
	case err != nil && !fault.Is(err, fault.Missing):
		return nil, "", err
	}
	signed := err == nil
	record, err := p.Periodic.Compose(ctx, who, ask)
	if err != nil {
		return nil, "", err
	}
	body, err = p.Periodic.Draft(ctx, who, record, format)
	if signed {
		return body, "Kỳ này đã có bản ký; theo --compose đã tính lại và ghi bản dự thảo vào %s, bản ký vẫn như cũ.", err
	}
	return body, "Chưa ai ký báo cáo kỳ này; đã ghi bản dự thảo vào %s.", err
}

// groupNamed finds a residential group by its name; "" is none.
func groupNamed(ctx context.Context, p *Program, who access.Actor, name string) (string, error) {
	if name = civil.NFC(name); name == "" {
		return "", nil
	}
	groups, _, err := p.Periodic.Choices(ctx, who)
	if err != nil {
		return "", err
	}
	for _, g := range groups {
		if g.Name == name {
			return g.ID, nil
		}
	}
	return "", fault.Refused("periodic.no_group", "Name", name)
}
