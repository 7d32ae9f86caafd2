package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"

	"sonha/engine/sheet"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ward/houses"
	"sonha/ward/houses/roster"
	"sonha/ward/results"
	"sonha/ward/results/history"
)

type importCommand struct {
	Roster      importRoster      `cmd:"" help:"Danh sách số nhà, XLSX hoặc CSV. / A roster of house numbers."`
	Assessments importAssessments `cmd:"" help:"Phiếu tự đánh giá trên giấy, từ bảng của lệnh export sheet. / Self-assessments on paper."`
	Inspections importInspections `cmd:"" help:"Phiếu kiểm tra trên giấy, từ bảng của lệnh export sheet. / Inspections on paper."`
	Results     importResults     `cmd:"" help:"Kết quả các năm trước, XLSX hoặc CSV. / Results of earlier years."`
	Series      importSeries      `cmd:"" help:"Số vụ theo thống kê chính thức, XLSX hoặc CSV. / Official counts of cases."`
	Points      importPoints      `cmd:"" help:"Tọa độ của các số nhà: GeoJSON, XLSX hoặc CSV. / Coordinates of the house numbers."`
}

type importing struct {
	place
	File   string `arg:"" help:"Tệp XLSX hoặc CSV." type:"path"`
	Ward   string `help:"Mã phường, khi có nhiều phường. / Code of the ward."`
	DryRun bool   `help:"Chỉ xem trước, không ghi. / Write nothing."`
	JSON   bool   `help:"In kết quả dạng JSON." name:"json"`
	Errors string `help:"Ghi tệp có thêm cột Lỗi vào đây. / Write the file with a column of errors here." type:"path" placeholder:"FILE"`
}

type importRoster struct{ importing }

// rosterSummary is what the command prints with --json.
type rosterSummary struct {
	roster.Summary
	New       int `json:"new"`
	Changed   int `json:"changed"`
	Unchanged int `json:"unchanged"`
}

// Run imports a roster.
func (c *importRoster) Run(ctx context.Context, t *terminal) error {
	var r *roster.Roster
	read := func(book *sheet.Book) (err error) {
		r, err = roster.Parse(book, t.progress("Đọc tệp"))
		return err
	}
	return c.with(ctx, t, read, func(p *Program) error {
		who, err := only(ctx, p, c.Ward)
		if err != nil {
			return err
		}
		if c.Errors != "" {
			if err := c.annotate(r.Notes()); err != nil {
				return err
			}
		}
		var plan *houses.Plan
		if c.DryRun {
			plan, err = p.Houses.Preview(ctx, who, r)
		} else {
			plan, _, err = p.Houses.Take(ctx, who, houses.Source{File: baseName(c.File)}, r, t.progress("Ghi vào hồ sơ"))
		}
		if err != nil {
			return err
		}
		sum := rosterSummary{Summary: r.Summary(), New: plan.New, Changed: plan.Changed, Unchanged: plan.Unchanged}
		if c.JSON {
			return writeJSON(t, sum)
		}
		t.roster(&sum, r, c.DryRun)
		return nil
	})
}

func (t *terminal) roster(s *rosterSummary, r *roster.Roster, dry bool) {
	if dry {
		t.say("Xem trước, chưa ghi gì.")
	}
	t.say("Đã đọc %s dòng: %s số nhà, %s hộ, %d tổ dân phố, %d phố.", civil.Int(s.Rows), civil.Int(s.Houses), civil.Int(s.Households), s.Groups, s.Streets)
	t.say("Mới %s, thay đổi %s, giữ nguyên %s, trùng %d, trả lại %d.", civil.Int(s.New), civil.Int(s.Changed), civil.Int(s.Unchanged), s.Duplicates, len(s.Refused))
	for _, list := range [][]roster.Problem{r.Refused, r.Warnings} {
		for _, p := range list {
			t.say("  %s: %s", t.where(p.Sheet, p.Row), p.Text())
		}
	}
}

type importResults struct{ importing }

// Run imports the results of earlier years.
func (c *importResults) Run(ctx context.Context, t *terminal) error {
	var h *history.History
	read := func(book *sheet.Book) (err error) {
		h, err = history.Parse(book, t.progress("Đọc tệp"))
		return err
	}
	return c.with(ctx, t, read, func(p *Program) error {
		who, err := only(ctx, p, c.Ward)
		if err != nil {
			return err
		}
		return c.take(ctx, t, p, who, h)
	})
}

// with reads the whole file, then opens the program, so that an unreadable file leaves nothing behind.
func (c *importing) with(ctx context.Context, t *terminal, read func(*sheet.Book) error, do func(*Program) error) (err error) {
	f, err := os.Open(c.File)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	book, err := sheet.Open(f, info.Size(), baseName(c.File))
	if err != nil {
		return err
	}
	if err := read(book); err != nil {
		return err
	}
	p, err := c.open(ctx, t)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.Close()) }()
	return do(p)
}

func writeJSON(t *terminal, v any) error {
	e := json.NewEncoder(t.out)
	e.SetIndent("", " ")
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

// annotate writes the imported file again with a column of errors.
func (c *importing) annotate(notes []sheet.Notes) (err error) {
	in, err := os.Open(c.File)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	info, err := in.Stat()
	if err != nil {
		return err
	}
	out, err := os.Create(c.Errors)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	return sheet.Annotate(out, in, info.Size(), baseName(c.File), notes)
}

// yearCount is what the command prints of a year with --json.
type yearCount struct {
	Inspected   int `json:"inspected"`
	Safe        int `json:"safe"`
	Conditional int `json:"conditional"`
	NotSafe     int `json:"not_safe"`
}

// take writes the history and prints what came of it, year by year.
func (c *importResults) take(ctx context.Context, t *terminal, p *Program, who access.Actor, h *history.History) error {
	taken, err := p.Results.TakeHistory(ctx, who, results.HistorySource{Source: houses.Source{File: baseName(c.File)}, DryRun: c.DryRun}, h, t.progress("Ghi vào hồ sơ"))
	if err != nil {
		return err
	}
	if c.Errors != "" {
		h.Refused = taken.Refused
		if err := c.annotate(h.Notes()); err != nil {
			return err
		}
	}
	if c.JSON {
		years := map[string]yearCount{}
		for year, y := range taken.Years {
			years[year] = yearCount{y.Inspected, y.Safe, y.Conditional, y.NotSafe}
		}
		return writeJSON(t, years)
	}
	t.history(taken, c.DryRun)
	return nil
}

func (t *terminal) history(taken *results.Taken, dry bool) {
	if dry {
		t.say("Xem trước, chưa ghi gì.")
	}
	for _, year := range slices.Sorted(maps.Keys(taken.Years)) {
		y := taken.Years[year]
		t.say("Năm %s: đã kiểm tra %s hồ sơ; %s số nhà đạt an toàn (%s), %d đạt có điều kiện, %d chưa đạt. Mới %d, thay đổi %d, giữ nguyên %d, trả lại %d.", year,
			civil.Int(y.Inspected), civil.Int(y.Safe), civil.Percent(y.Safe, y.Inspected), y.Conditional, y.NotSafe, y.New, y.Changed, y.Unchanged, y.Refused)
	}
	for _, p := range taken.Refused {
		t.say("  %s: %s", t.where(p.Sheet, p.Row), p.Text())
	}
}

// where names a row as Excel shows it.
func (t *terminal) where(sheet string, row int) string {
	if sheet == "" {
		return fmt.Sprintf("dòng %d", row)
	}
	return fmt.Sprintf("trang “%s”, dòng %d", sheet, row)
}
