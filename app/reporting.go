package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"sonha/engine/paper"
	"sonha/ground/fault"
	"sonha/ward/reports"
)

type reportCommand struct {
	Campaign   reportCampaign   `cmd:"" help:"Kết quả một năm. / The results of a year."`
	Ward       reportWard       `cmd:"" help:"Báo cáo quý, 6 tháng, năm của phường; với --group là báo cáo tháng của tổ dân phố. / The periodic report of the ward or of a group."`
	Indicators reportIndicators `cmd:"" help:"Mười hai chỉ số qua các năm. / The twelve indicators over the years."`
}

type reportCampaign struct {
	place
	Year    int    `help:"Năm; mặc định là đợt đang mở. / Year; the current campaign when left out."`
	Ward    string `help:"Mã phường, khi có nhiều phường. / Code of the ward."`
	Format  string `help:"json, xlsx, docx hoặc pdf; mặc định theo đuôi tệp ở --out, hoặc json. / By default the ending of --out, or json." enum:"json,xlsx,docx,pdf," default:""`
	List    string `help:"Danh sách số nhà kèm theo: all (tất cả), safe (chỉ số nhà đạt, để niêm yết), none (không kèm). / Houses to list." enum:"all,safe,none" default:"all"`
	Out     string `help:"Ghi vào tệp này; json không có --out thì in ra màn hình. / Write to this file." type:"path" placeholder:"FILE"`
	BaseURL string `help:"Địa chỉ trang Sonha của phường, để in mã QR. / Address of the site, for the QR code." placeholder:"URL" env:"SONHA_BASE_URL" name:"base-url"`
}

// Run writes the report of a campaign.
func (c *reportCampaign) Run(ctx context.Context, t *terminal) (err error) {
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
	progress := t.progress("Lập báo cáo")
	progress(0, reportSteps)
	r, err := p.Reports.Report(ctx, who, reports.Ask{Year: c.Year, List: reports.List(c.List)})
	if err != nil {
		return err
	}
	progress(1, reportSteps)
	fonts, err := paper.LoadFonts()
	if err != nil {
		return err
	}
	write := func(w io.Writer) error { return r.Write(w, format, reports.View{Base: c.BaseURL}, fonts) }
	if c.Out == "" {
		err = write(t.out)
	} else {
		err = replaceFile(c.Out, write)
	}
	if err != nil {
		return err
	}
	progress(2, reportSteps)
	if err := p.Reports.Took(ctx, who, r, format); err != nil {
		return err
	}
	progress(reportSteps, reportSteps)
	if c.Out != "" {
		t.say("%s", r.Headline)
		t.say("Đã ghi %s.", c.Out)
	}
	return nil
}

// reportSteps are counting, writing, and noting who took the report.
const reportSteps = 3

// watched reports whether the output goes to a person's screen.
func watched(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// fileKind gives the kind of file to write: the one asked for, what the file's name promises, or else the first of those there are.
func fileKind(asked, name, kinds string) (string, error) {
	end := strings.ToLower(strings.TrimPrefix(filepath.Ext(name), "."))
	all := strings.Split(kinds, ",")
	switch {
	case asked != "":
		return asked, nil
	case end == "":
		return all[0], nil
	case slices.Contains(all, end):
		return end, nil
	}
	return "", fault.Refused("app.file_kind", "Ending", end, "Kinds", strings.Join(all, ", "))
}

// replaceFile writes a file beside its place and puts it there when it is whole, so that a failure leaves what
// was there before.
func replaceFile(name string, write func(io.Writer) error) (err error) {
	if there, err := os.Stat(name); err == nil && there.IsDir() {
		return &os.PathError{Op: "write", Path: name, Err: syscall.EISDIR}
	}
	if _, err := os.Stat(filepath.Dir(name)); err != nil {
		return err // about the folder that was named, not about the file beside
	}
	f, err := os.CreateTemp(filepath.Dir(name), ".sonha-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, f.Close(), os.Remove(f.Name()))
		}
	}()
	if err := write(f); err != nil {
		return err
	}
	const readable = 0o640 // the office's group may open it
	if err := f.Chmod(readable); err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	if err := f.Sync(); err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	if err := os.Rename(f.Name(), name); err != nil {
		return err
	}
	return f.Close()
}
