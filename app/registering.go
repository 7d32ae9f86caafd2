package app

import (
	"context"
	"encoding/json"
	"errors"
	"io"

	"sonha/engine/paper"
	"sonha/engine/words"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/areas"
	"sonha/ward/privacy"
)

type registerCommand struct {
	place
	Ward   string `help:"Mã phường, khi có nhiều phường. / Code of the ward."`
	Format string `help:"json, xlsx hoặc pdf; mặc định theo đuôi tệp ở --out, hoặc json. / By default the ending of --out, or json." enum:"json,xlsx,pdf," default:""`
	Out    string `help:"Ghi vào tệp này; json không có --out thì in ra màn hình. / Write to this file." type:"path" placeholder:"FILE"`
}

// registerLine is one column of the register as JSON.
type registerLine struct {
	Use     string `json:"use"`
	Purpose string `json:"purpose"`
	Basis   string `json:"basis"`
	Table   string `json:"table"`
	Column  string `json:"column"`
	Class   string `json:"class"`
	Kept    string `json:"kept"`
}

// Run writes the register of processing of personal data, with what of the ward was destroyed.
func (c *registerCommand) Run(ctx context.Context, t *terminal) (err error) {
	if c.Format, err = fileKind(c.Format, c.Out, "json,xlsx,pdf"); err != nil {
		return err
	}
	if c.Out == "" && c.Format != "json" && watched(t.out) {
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
	reg, err := p.Privacy.Register(ctx, who)
	if err != nil {
		return err
	}
	gone, err := p.Privacy.Destroyed(ctx, who)
	if err != nil {
		return err
	}
	wards, err := p.Areas.Wards(ctx)
	if err != nil {
		return err
	}
	ward := areas.Ward{}
	for _, w := range wards {
		if w.ID == who.Ward() {
			ward = w
		}
	}
	write := func(out io.Writer) error { return writeRegister(out, p, c.Format, reg, gone, ward) }
	if err := p.Privacy.Take(ctx, who, c.Format); err != nil {
		return err
	}
	if c.Out == "" {
		return write(t.out)
	}
	if err := replaceFile(c.Out, write); err != nil {
		return err
	}
	t.say("Đã ghi %s.", c.Out)
	return nil
}

func writeRegister(out io.Writer, p *Program, format string, reg *privacy.Register, gone []privacy.Gone, ward areas.Ward) error {
	w := p.Words.In(words.Default)
	switch format {
	case "xlsx":
		return privacy.WriteXLSX(out, w, reg, gone, p.DB.Now())
	case "pdf":
		fonts, err := paper.LoadFonts()
		if err != nil {
			return err
		}
		d := privacy.Document(w, reg, gone, ward.Name, p.DB.Now())
		if ward.Invented {
			d.Foot.Mark = w.T("privacy.paper.invented")
		}
		return d.WritePDF(out, fonts)
	}
	lines := []registerLine{}
	for i := range reg.Entries {
		e := &reg.Entries[i]
		for _, c := range e.Columns {
			lines = append(lines, registerLine{
				Use: string(e.Use), Purpose: w.T("privacy.why." + string(e.Use)), Basis: w.T("privacy.basis." + e.Use.Basis()), Table: e.Name, Column: c.Name,
				Class: string(c.Class), Kept: e.Keep.Text(w),
			})
		}
	}
	destroyed := []map[string]any{}
	for _, g := range gone {
		destroyed = append(destroyed, map[string]any{
			"month": g.Month, "kind": g.Kind, "records": g.Records, "before": g.Before, "last": g.Last.In(civil.Hanoi),
		})
	}
	enc := json.NewEncoder(out)
	enc.SetIndent("", "  ")
	return enc.Encode(map[string]any{"ward": ward.Name, "columns": lines, "destroyed": destroyed})
}
