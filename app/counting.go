package app

import (
	"context"
	"errors"
	"io"
	"time"

	"sonha/engine/sheet"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/houses"
	"sonha/ward/indicators"
)

type importSeries struct{ importing }

// countSummary is what the command prints with --json.
type countSummary struct {
	Rows       int                  `json:"rows"`
	Accepted   int                  `json:"accepted"`
	Duplicates int                  `json:"duplicates"`
	New        int                  `json:"new"`
	Changed    int                  `json:"changed"`
	Unchanged  int                  `json:"unchanged"`
	Series     []indicators.Series  `json:"series"`
	Refused    []indicators.Problem `json:"refused"`
	Warnings   []indicators.Problem `json:"warnings"`
}

// Run imports official counts.
func (c *importSeries) Run(ctx context.Context, t *terminal) error {
	var f *indicators.File
	read := func(book *sheet.Book) (err error) {
		f, err = indicators.Parse(book, civil.DayOf(time.Now()), t.progress("Đọc tệp"))
		return err
	}
	return c.with(ctx, t, read, func(p *Program) error {
		who, err := only(ctx, p, c.Ward)
		if err != nil {
			return err
		}
		return c.take(ctx, t, p, who, f)
	})
}

// take writes the counts and prints what came of them.
func (c *importSeries) take(ctx context.Context, t *terminal, p *Program, who access.Actor, f *indicators.File) error {
	taken, err := p.Indicators.TakeFile(ctx, who, indicators.FileSource{Source: houses.Source{File: baseName(c.File)}, DryRun: c.DryRun}, f)
	if err != nil {
		return err
	}
	if c.Errors != "" {
		f.Refused = taken.Refused
		if err := c.annotate(f.Notes()); err != nil {
			return err
		}
	}
	sum := countSummary{
		Rows: taken.Rows, Accepted: len(taken.Lines), Duplicates: taken.Duplicates, New: taken.New, Changed: taken.Changed, Unchanged: taken.Unchanged,
		Series: taken.Series(), Refused: append([]indicators.Problem{}, taken.Refused...), Warnings: append([]indicators.Problem{}, f.Warnings...),
	}
	if c.JSON {
		return writeJSON(t, sum)
	}
	if c.DryRun {
		t.say("Xem trước, chưa ghi gì.")
	}
	for _, s := range sum.Series {
		t.say("%s: %d kỳ, từ %d đến %d, tổng %s vụ.", p.Words.In("vi").T("indicators.name."+string(s.Code)), s.Points, s.First, s.Last, civil.Int(s.Total))
	}
	t.say("Mới %d, thay đổi %d, giữ nguyên %d, trùng %d, trả lại %d.", sum.New, sum.Changed, sum.Unchanged, sum.Duplicates, len(sum.Refused))
	for _, list := range [][]indicators.Problem{sum.Refused, sum.Warnings} {
		for _, x := range list {
			t.say("  %s: %s", t.where(x.Sheet, x.Row), x.Text())
		}
	}
	return nil
}

type reportIndicators struct {
	place
	Ward   string `help:"Mã phường, khi có nhiều phường. / Code of the ward."`
	Format string `help:"json, xlsx hoặc csv; mặc định theo đuôi tệp ở --out, hoặc json. / By default the ending of --out, or json." enum:"json,xlsx,csv," default:""`
	Out    string `help:"Ghi vào tệp này; json và csv không có --out thì in ra màn hình. / Write to this file." type:"path" placeholder:"FILE"`
}

// Run writes the indicators over the years.
func (c *reportIndicators) Run(ctx context.Context, t *terminal) (err error) {
	if c.Format, err = fileKind(c.Format, c.Out, "json,xlsx,csv"); err != nil {
		return err
	}
	if c.Out == "" && c.Format == "xlsx" && watched(t.out) {
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
	ward, err := wardOf(ctx, p, who)
	if err != nil {
		return err
	}
	list, err := p.Indicators.All(ctx, who)
	if err != nil {
		return err
	}
	write := func(w io.Writer) error { return c.write(p, ward.Name, list, w) }
	if c.Out == "" {
		return write(t.out)
	}
	if err := replaceFile(c.Out, write); err != nil {
		return err
	}
	t.say("Đã ghi %s.", c.Out)
	return nil
}

func (c *reportIndicators) write(p *Program, ward string, list []indicators.Reading, w io.Writer) error {
	words := p.Words.In("vi")
	now := p.DB.Now()
	asOf := words.F("page.as_of", "Time", civil.Clock(now)) + ", " + civil.DayOf(now).Display()
	if c.Format == "json" {
		return writeJSON(&terminal{out: w}, indicators.NewDocument(words, ward, asOf, list))
	}
	var out sheet.Writer = sheet.NewCSV(w)
	if c.Format == "xlsx" {
		book, err := sheet.NewXLSX(w)
		if err != nil {
			return err
		}
		out = book
	}
	if err := indicators.Write(out, words, list, words.T("indicators.page")+", "+ward, asOf); err != nil {
		return err
	}
	return out.Close()
}
