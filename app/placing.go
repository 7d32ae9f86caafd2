package app

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"slices"

	"sonha/engine/sheet"
	"sonha/ground/civil"
	"sonha/ward/houses"
	"sonha/ward/houses/points"
)

type importPoints struct{ importing }

// pointSummary is what the command prints with --json.
type pointSummary struct {
	Rows       int            `json:"rows"`
	Accepted   int            `json:"accepted"`
	Duplicates int            `json:"duplicates"`
	New        int            `json:"new"`
	Changed    int            `json:"changed"`
	Unchanged  int            `json:"unchanged"`
	Refused    []pointRefusal `json:"refused"`
	Warnings   []pointRefusal `json:"warnings"`
}

type pointRefusal struct {
	Sheet string      `json:"sheet,omitempty"`
	Row   int         `json:"row"`
	Code  points.Code `json:"code"`
}

// Run imports the coordinates of house numbers.
func (c *importPoints) Run(ctx context.Context, t *terminal) error {
	table, err := c.table()
	if err != nil {
		return err
	}
	book, err := sheet.Open(bytes.NewReader(table), int64(len(table)), baseName(c.File))
	if err != nil {
		return err
	}
	f, err := points.ParseFile(book, t.progress("Đọc tệp"))
	if err != nil {
		return err
	}
	p, err := c.open(ctx, t)
	if err != nil {
		return err
	}
	return errors.Join(c.take(ctx, t, p, table, f), p.Close())
}

// table reads the file, GeoJSON as the table that it stands for.
func (c *importPoints) table() (table []byte, err error) {
	in, err := os.Open(c.File)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	r, err := points.Table(in, baseName(c.File))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(io.LimitReader(r, sheet.MaxFile+1))
}

// take writes the points and prints what came of them.
func (c *importPoints) take(ctx context.Context, t *terminal, p *Program, table []byte, f *points.File) error {
	who, err := only(ctx, p, c.Ward)
	if err != nil {
		return err
	}
	var taken *points.Taken
	if c.DryRun {
		taken, err = p.Points.Preview(ctx, who, f)
	} else {
		taken, err = p.Points.Take(ctx, who, houses.Source{File: baseName(c.File)}, f, t.progress("Ghi vào hồ sơ"))
	}
	if err != nil {
		return err
	}
	words := p.Words.In("vi")
	if c.Errors != "" {
		if err := replaceFile(c.Errors, func(w io.Writer) error {
			return sheet.Annotate(w, bytes.NewReader(table), int64(len(table)), baseName(c.File), points.Notes(words, f, taken))
		}); err != nil {
			return err
		}
	}
	if c.JSON {
		return writeJSON(t, pointSummary{
			Rows: f.DataRows, Accepted: len(taken.Lines), Duplicates: len(f.Repeats), New: taken.New, Changed: taken.Changed, Unchanged: taken.Unchanged,
			Refused: pointRefusals(taken.Refused), Warnings: pointRefusals(f.Warnings),
		})
	}
	if c.DryRun {
		t.say("Xem trước, chưa ghi gì.")
	}
	t.say("Đã đọc %s dòng. Mới %s, thay đổi %s, giữ nguyên %s, trùng %d, trả lại %d.", civil.Int(f.DataRows), civil.Int(taken.New), civil.Int(taken.Changed),
		civil.Int(taken.Unchanged), len(f.Repeats), len(taken.Refused))
	for _, x := range slices.Concat(taken.Refused, f.Warnings) {
		t.say("  %s: %s", t.where(x.Sheet, x.Row), x.Text(words))
	}
	return nil
}

func pointRefusals(list []points.Problem) []pointRefusal {
	out := make([]pointRefusal, 0, len(list))
	for _, x := range list {
		out = append(out, pointRefusal{x.Sheet, x.Row, x.Code})
	}
	return out
}
