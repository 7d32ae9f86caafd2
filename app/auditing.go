package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/areas"
)

type auditCommand struct {
	Verify auditVerify `cmd:"" help:"Kiểm tra nhật ký thao tác có còn nguyên vẹn. / Check that the audit trail is as it was written."`
	Head   auditHead   `cmd:"" help:"In mã chốt nhật ký thao tác của một ngày. / Print where the audit trail stood on a day."`
}

type auditVerify struct {
	place
	Ward  string   `help:"Mã phường; mặc định là mọi phường. / Code of a ward; all when empty."`
	Head  []string `help:"Mã chốt đã in: DÒNG:MÃ, dùng cùng --ward khi có nhiều phường. / A printed head: LINE:HASH." placeholder:"LINE:HASH"`
	Heads string   `help:"Tệp mã chốt đã lưu (sonha audit head --json). / A file of kept heads." type:"existingfile" placeholder:"FILE"`
	JSON  bool     `help:"In kết quả dạng JSON. / Print JSON." name:"json"`
}

// verified is what the command prints of a ward with --json.
type verified struct {
	Code string `json:"code"`
	Name string `json:"name"`
	db.Checked
}

// Run checks the chain of every ward and names the first line of each that is not as it was written.
func (c *auditVerify) Run(ctx context.Context, t *terminal) (err error) {
	p, err := c.open(ctx, t)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.Close()) }()
	kept, err := c.kept(ctx, p)
	if err != nil {
		return err
	}
	found, err := verifyAll(ctx, p, c.Ward, kept, t.progress("Đọc nhật ký thao tác"))
	if err != nil {
		return err
	}
	if c.JSON {
		err = writeJSON(t, found)
	}
	for i := range found {
		switch f := &found[i]; {
		case f.Break != nil:
			err = errors.Join(err, broken(f))
		case !c.JSON:
			t.say("%s: nhật ký thao tác nguyên vẹn, %s dòng. Mã chốt dòng %s: %s", f.Name, civil.Int(int(f.Lines)), civil.Int(int(f.Head.Seq)), f.Head.Shown())
		}
	}
	return err
}

// kept gathers the heads that were kept elsewhere.
func (c *auditVerify) kept(ctx context.Context, p *Program) ([]db.Head, error) {
	var all []db.Head
	if c.Heads != "" {
		body, err := os.ReadFile(c.Heads)
		if err != nil {
			return nil, err
		}
		if err := json.Unmarshal(body, &all); err != nil {
			return nil, fault.Refused("app.audit_heads", "File", c.Heads)
		}
	}
	if len(c.Head) == 0 {
		return all, nil
	}
	who, err := only(ctx, p, c.Ward)
	if err != nil {
		return nil, err
	}
	for _, text := range c.Head {
		number, hash, _ := strings.Cut(text, ":")
		seq, err := strconv.ParseInt(strings.NewReplacer(".", "", " ", "").Replace(number), 10, 64)
		if err != nil {
			return nil, fault.Refused("app.audit_head", "Text", text)
		}
		h, err := db.ParseHead(seq, hash)
		if err != nil {
			return nil, fault.Refused("app.audit_head", "Text", text)
		}
		h.Ward = who.Ward()
		all = append(all, h)
	}
	return all, nil
}

// chained is a chain of audit lines: of a ward, or of what belongs to none.
type chained struct {
	id         int
	code, name string
}

// trailsOf lists every trail that there is, or the one of the ward with the code.
func trailsOf(ctx context.Context, p *Program, code string) ([]chained, error) {
	ids, err := p.DB.ChainedWards(ctx)
	if err != nil {
		return nil, err
	}
	wards, err := p.Areas.Wards(ctx)
	if err != nil {
		return nil, err
	}
	byID := map[int]areas.Ward{}
	for _, w := range wards {
		byID[w.ID] = w
	}
	var list []chained
	for _, id := range ids {
		w := byID[id]
		if code != "" && w.Code != code {
			continue
		}
		x := chained{id, w.Code, "Phường " + w.Name}
		if id <= 0 {
			x.name = "Việc chung, ngoài các phường"
		}
		list = append(list, x)
	}
	return list, nil
}

// verifyAll checks the chains of all wards, or of the one with the code.
func verifyAll(ctx context.Context, p *Program, code string, kept []db.Head, progress func(done, total int)) ([]verified, error) {
	trails, err := trailsOf(ctx, p, code)
	if err != nil {
		return nil, err
	}
	var found []verified
	for _, x := range trails {
		f := verified{Code: x.code, Name: x.name}
		if f.Checked, err = p.DB.CheckChain(ctx, access.System(x.id, "sonha"), kept, func(done, total int64) { progress(int(done), int(total)) }); err != nil {
			return nil, err
		}
		found = append(found, f)
	}
	if code != "" && len(found) == 0 {
		return nil, fault.NotFound("app.no_ward")
	}
	return found, nil
}

// broken says which line is not as it was written.
func broken(f *verified) error {
	when := ""
	if !f.Break.At.IsZero() {
		when = civil.Clock(f.Break.At)
	}
	return fault.Refused("app.audit_"+strings.ReplaceAll(string(f.Break.Wrong), " ", "_"), "Ward", f.Name, "Line", civil.Int(int(f.Break.Seq)), "When", when)
}

type auditHead struct {
	place
	Ward string `help:"Mã phường; mặc định là mọi phường. / Code of a ward; all when empty."`
	Day  string `help:"Ngày, mặc định hôm nay. / The day, today when empty." placeholder:"YYYY-MM-DD"`
	JSON bool   `help:"In dạng JSON, để lưu và đối chiếu sau. / Print JSON, to keep and compare later." name:"json"`
}

// Run prints the last line of a day and its hash for each ward, and for what belongs to none: kept elsewhere, it finds a trail that was made anew.
func (c *auditHead) Run(ctx context.Context, t *terminal) (err error) {
	p, err := c.open(ctx, t)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.Close()) }()
	day := civil.DayOf(p.DB.Now())
	if c.Day != "" {
		if day, err = civil.ParseDay(c.Day); err != nil {
			return fault.Refused("app.audit_day", "Text", c.Day)
		}
	}
	trails, err := trailsOf(ctx, p, c.Ward)
	if err != nil {
		return err
	}
	heads := []db.Head{}
	for _, x := range trails {
		h, err := p.DB.ChainHead(ctx, access.System(x.id, "sonha"), day.AddDays(1).Time())
		if fault.Is(err, fault.Missing) {
			continue
		}
		if err != nil {
			return err
		}
		heads = append(heads, h)
		if !c.JSON {
			t.say("%s, hết ngày %s: dòng %s, mã chốt %s", x.name, day.Display(), civil.Int(int(h.Seq)), h.Shown())
		}
	}
	if c.JSON {
		return writeJSON(t, heads)
	}
	if len(heads) == 0 {
		return fault.NotFound("app.audit_none", "Day", day.Display())
	}
	return nil
}

// trailsWhole checks the trails of a restored copy and gives the number of their lines.
func trailsWhole(ctx context.Context, p *Program) (lines int64, err error) {
	found, err := verifyAll(ctx, p, "", nil, func(int, int) {})
	if err != nil {
		return 0, err
	}
	for i := range found {
		if found[i].Break != nil {
			return 0, fmt.Errorf("audit trail: %w", broken(&found[i]))
		}
		lines += found[i].Lines
	}
	return lines, nil
}
