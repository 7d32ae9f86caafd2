package app

import (
	"context"
	"strconv"

	"sonha/engine/sheet"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/campaigns"
	"sonha/ward/criteria/paper"
)

// sheets is an import of sheets that were filled in on paper, from the workbook of `sonha export sheet`.
type sheets struct {
	importing
	Year int `help:"Năm của đợt. / Year of the campaign." required:""`
}

type importAssessments struct{ sheets }

// Run imports self-assessments.
func (c *importAssessments) Run(ctx context.Context, t *terminal) error {
	return c.take(ctx, t, paper.Assessment, func(p *Program, who access.Actor, campaign string, b *paper.Batch) (any, *paper.Taken, error) {
		taken, err := p.Assessments.TakePaper(ctx, who, campaign, b, c.DryRun, t.progress("Ghi vào hồ sơ"))
		if err != nil {
			return nil, nil, err
		}
		if !c.JSON {
			t.sheets(&taken.Taken, c.DryRun)
			t.say("Đã gửi %s phiếu đủ câu trả lời; %s phiếu còn thiếu, giữ ở dạng nháp.", civil.Int(taken.Sent), civil.Int(taken.Drafts))
		}
		return taken, &taken.Taken, nil
	})
}

type importInspections struct{ sheets }

// Run imports inspections.
func (c *importInspections) Run(ctx context.Context, t *terminal) error {
	return c.take(ctx, t, paper.Inspection, func(p *Program, who access.Actor, campaign string, b *paper.Batch) (any, *paper.Taken, error) {
		taken, err := p.Inspections.TakePaper(ctx, who, campaign, b, c.DryRun, t.progress("Ghi vào hồ sơ"))
		if err != nil {
			return nil, nil, err
		}
		if !c.JSON {
			t.sheets(&taken.Taken, c.DryRun)
			t.say("Đề nghị theo quy tắc: %s đạt an toàn, %s đạt có điều kiện, %s chưa đạt; chờ duyệt.",
				civil.Int(taken.Safe), civil.Int(taken.Conditional), civil.Int(taken.NotSafe))
		}
		return taken, &taken.Taken, nil
	})
}

// take reads the whole file, takes it in, prints what came of it and writes the file with the errors.
func (c *sheets) take(ctx context.Context, t *terminal, kind paper.Kind, do func(*Program, access.Actor, string, *paper.Batch) (any, *paper.Taken, error)) error {
	var b *paper.Batch
	read := func(book *sheet.Book) (err error) {
		b, err = paper.Parse(book, kind, t.progress("Đọc tệp"))
		return err
	}
	return c.with(ctx, t, read, func(p *Program) error {
		who, err := only(ctx, p, c.Ward)
		if err != nil {
			return err
		}
		campaign, err := ofYear(ctx, p, who, c.Year)
		if err != nil {
			return err
		}
		whole, taken, err := do(p, who, campaign.ID, b)
		if err != nil {
			return err
		}
		if c.Errors != "" {
			if err := c.annotate(b.Notes(taken.Refused)); err != nil {
				return err
			}
		}
		if c.JSON {
			return writeJSON(t, whole)
		}
		for _, p := range taken.Refused {
			t.say("  %s: %s", t.where(p.Sheet, p.Row), p.Text())
		}
		return nil
	})
}

func (t *terminal) sheets(x *paper.Taken, dry bool) {
	if dry {
		t.say("Xem trước, chưa ghi gì.")
	}
	t.say("Đã đọc %s dòng: mới %s, thay đổi %s, giữ nguyên %s, để trống %s, trùng %d, trả lại %d.", civil.Int(x.Rows), civil.Int(x.New), civil.Int(x.Changed),
		civil.Int(x.Unchanged), civil.Int(x.Blank), x.Duplicates, len(x.Refused))
}

// ofYear gives the campaign of a year, or says how to open it.
func ofYear(ctx context.Context, p *Program, who access.Actor, year int) (campaigns.Campaign, error) {
	c, err := p.Campaigns.ByYear(ctx, who, year)
	if fault.Is(err, fault.Missing) {
		err = fault.NotFound("app.no_campaign", "Year", strconv.Itoa(year))
	}
	return c, err
}
