package app

import (
	"context"
	"errors"
	"io"

	"sonha/engine/db"
	"sonha/engine/sheet"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ward/areas"
	"sonha/ward/criteria"
	"sonha/ward/criteria/paper"
	"sonha/ward/dossiers"
)

type exportCommand struct {
	Sheet  exportSheet  `cmd:"" help:"Bảng nhập phiếu giấy: mỗi số nhà một dòng, mỗi tiêu chí một cột. / A workbook to enter paper sheets in."`
	Houses exportHouses `cmd:"" help:"Danh sách số nhà với kết quả. / The list of houses with their results."`
}

// exporting is what both exports ask for.
type exporting struct {
	place
	Ward string `help:"Mã phường, khi có nhiều phường. / Code of the ward."`
	Out  string `help:"Ghi vào tệp này. / Write to this file." type:"path" placeholder:"FILE" required:""`
}

// with opens the program for an export.
func (c *exporting) with(ctx context.Context, t *terminal, do func(*Program, access.Actor) error) (err error) {
	p, err := c.open(ctx, t)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.Close()) }()
	who, err := only(ctx, p, c.Ward)
	if err != nil {
		return err
	}
	return do(p, who)
}

type exportSheet struct {
	exporting
	Kind string `help:"assessment (phiếu tự đánh giá) hoặc inspection (phiếu kiểm tra)." enum:"assessment,inspection" required:""`
	Year int    `help:"Năm của đợt. / Year of the campaign." required:""`
}

// Run writes the workbook, filled in with what is known.
func (c *exportSheet) Run(ctx context.Context, t *terminal) error {
	return c.with(ctx, t, func(p *Program, who access.Actor) error {
		campaign, err := ofYear(ctx, p, who, c.Year)
		if err != nil {
			return err
		}
		ward, err := wardOf(ctx, p, who)
		if err != nil {
			return err
		}
		known := p.Assessments.PaperLines
		if paper.Kind(c.Kind) == paper.Inspection {
			known = p.Inspections.PaperLines
		}
		set, err := p.criteriaOf(ctx, who, campaign.ID)
		if err != nil {
			return err
		}
		lines, err := known(ctx, who, campaign.ID)
		if err != nil {
			return err
		}
		if err := replaceFile(c.Out, func(w io.Writer) error {
			out, err := sheet.NewXLSX(w)
			if err != nil {
				return err
			}
			return paper.Write(out, paper.Kind(c.Kind), set, paper.Head{Ward: ward.Name, Year: c.Year}, lines)
		}); err != nil {
			return err
		}
		t.say("Đã ghi %s: %s số nhà. Điền xong, nhập lại bằng: sonha import %ss %s --year %d", c.Out, civil.Int(len(lines)), c.Kind, baseName(c.Out), c.Year)
		return nil
	})
}

// criteriaOf gives the criteria that a campaign is answered and judged by.
func (p *Program) criteriaOf(ctx context.Context, who access.Actor, campaign string) (*criteria.Set, error) {
	var set *criteria.Set
	err := p.DB.Read(ctx, who, func(tx *db.Tx) error {
		var err error
		set, err = p.Sets.OfCampaign(ctx, tx, campaign)
		return err
	})
	return set, err
}

// wardOf gives the ward in which somebody acts.
func wardOf(ctx context.Context, p *Program, who access.Actor) (areas.Ward, error) {
	all, err := p.Areas.Wards(ctx)
	for _, w := range all {
		if w.ID == who.Ward() {
			return w, err
		}
	}
	return areas.Ward{}, err
}

type exportHouses struct {
	exporting
	Format string `help:"xlsx hoặc csv; mặc định theo đuôi tệp. / xlsx or csv; the file's ending when left out." enum:"xlsx,csv," default:""`
	Year   int    `help:"Năm; mặc định là đợt đang mở. / Year; the current campaign when left out."`
}

// Run writes the list of houses.
func (c *exportHouses) Run(ctx context.Context, t *terminal) error {
	kind, err := fileKind(c.Format, c.Out, "xlsx,csv")
	if err != nil {
		return err
	}
	return c.with(ctx, t, func(p *Program, who access.Actor) error {
		rows := 0
		if err := replaceFile(c.Out, func(w io.Writer) error {
			var out sheet.Writer = sheet.NewCSV(w)
			if kind == "xlsx" {
				book, err := sheet.NewXLSX(w)
				if err != nil {
					return err
				}
				out = book
			}
			var err error
			rows, err = p.Dossiers.Export(ctx, who, dossiers.Filter{Year: c.Year}, out, p.Words.In("vi"), t.progress("Ghi danh sách"))
			return err
		}); err != nil {
			return err
		}
		t.say("Đã ghi %s: %s số nhà.", c.Out, civil.Int(rows))
		return nil
	})
}
