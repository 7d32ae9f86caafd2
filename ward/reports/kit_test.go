package reports_test

import (
	"bytes"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"testing"

	"sonha/app/apptest"
	"sonha/engine/db"
	"sonha/engine/paper"
	"sonha/engine/sheet"
	"sonha/ground/civil"
	"sonha/ward/campaigns"
	"sonha/ward/criteria"
	"sonha/ward/reports"
	"sonha/ward/results"
)

// planted is what a test knows of a house, because it put it there.
type planted struct {
	id, address, group, beat string
	households, pledged      int
	sent                     bool // the self-assessment
	stage                    results.Stage
	class                    criteria.Class
	self, found              criteria.Answers // empty without them
	on                       civil.Day
}

// inspected reports whether the house counts as inspected.
func (p *planted) inspected() bool { return p.class != criteria.NotInspected }

// ward says where the houses of the small ward lie.
var ward = []struct {
	address, group, beat string
	households           int
}{
	{"9 Hàng Bạc", "Tổ dân phố 1", "Khu vực 2", 6},
	{"12/5 Hàng Bạc", "Tổ dân phố 1", "Khu vực 1", 1},
	{"36 Hàng Bạc", "Tổ dân phố 1", "Khu vực 1", 3},
	{"36A Hàng Bạc", "Tổ dân phố 1", "Khu vực 1", 14},
	{"6 bis Đinh Liệt", "Tổ dân phố 2", "Khu vực 2", 9},
	{"12/5/7 Đinh Liệt", "Tổ dân phố 2", "Khu vực 2", 4},
	{"13-15 Đinh Liệt", "Tổ dân phố 2", "Khu vực 2", 5},
	{"100 Đinh Liệt", "Tổ dân phố 2", "Khu vực 2", 2},
}

// draw gives every house of the small ward a year of its own. The first four houses take the four classes in
// turn, one of them still waiting for approval, so that no state is missing from any test.
func draw(site *apptest.Site, seed uint64) []planted {
	dice := rand.New(rand.NewPCG(seed, 1997))
	var list []planted
	for i, x := range ward {
		p := planted{
			id: site.House[x.address], address: x.address, group: x.group, beat: x.beat, households: x.households, pledged: dice.IntN(x.households + 1),
			sent: dice.IntN(4) > 0, class: criteria.Class(i % 4), on: civil.Day("2026-09-1" + strconv.Itoa(i)),
		}
		if i >= 4 {
			p.class = criteria.Class(dice.IntN(4))
		}
		p.self, p.found = sheetOf(site.Set, dice), sheetOf(site.Set, dice)
		switch {
		case p.inspected() && (i == 3 || dice.IntN(3) == 0):
			p.stage = results.Proposed
		case p.inspected():
			p.stage = results.Approved
		case p.sent:
			p.stage = results.Assessed
		}
		list = append(list, p)
	}
	return list
}

// sheetOf draws answers: some below Đạt, some that do not apply.
func sheetOf(set *criteria.Set, dice *rand.Rand) criteria.Answers {
	a := set.Blank()
	for i := range set.Len() {
		item, _ := set.Item(i)
		v := criteria.Value(dice.IntN(3))
		if item.AllowsNA() && dice.IntN(4) == 0 {
			v = criteria.NA
		}
		a = a.With(i, v)
	}
	return a
}

// plant writes the year of the houses: one letter a content, pledges, self-assessments, inspections, and a
// shortcoming for every item found not done, the first of each house mended.
func plant(t *testing.T, site *apptest.Site, list []planted) {
	t.Helper()
	ctx := t.Context()
	err := site.DB.Write(ctx, site.System(), func(tx *db.Tx) error {
		for i := range list {
			if err := plantOne(t, tx, site, &list[i]); err != nil {
				return err
			}
		}
		if err := site.Results.RecountAll(ctx, tx, site.Campaign.ID); err != nil {
			return err
		}
		return tx.Audit(ctx, db.Entry{Action: "test.plant", Object: "results"})
	})
	if err != nil {
		t.Fatal(err)
	}
}

func plantOne(t *testing.T, tx *db.Tx, site *apptest.Site, p *planted) error {
	t.Helper()
	ctx, c := t.Context(), site.Campaign.ID
	state := "draft"
	if p.sent {
		state = "sent"
	}
	if _, err := tx.Exec(ctx, `insert into assessments (ward_id, campaign_id, house_id, answers, answered, pledged, by_proxy, state, updated_at, updated_by, sent_by, version)
		values ({ward}, $1, $2, $3, $4, $5, $6, $7, $8, '', '', 1)`, c, p.id, string(p.self), site.Set.Len(), p.pledged, false, state, tx.Millis()); err != nil {
		return err
	}
	if p.stage == results.None {
		return nil
	}
	inspection, known := "", p.self
	if p.inspected() {
		inspection, known = tx.NewID(), p.found
		if _, err := tx.Exec(ctx, `insert into inspections (ward_id, id, campaign_id, house_id, kind, state, inspected_on, findings, found, members, resident_side, present,
				remarks, head_comment, started_at, started_by, updated_at, finished_by, version)
			values ({ward}, $1, $2, $3, 'planned', 'finished', $4, $5, $6, '', '', '', '', '', $7, '', $7, '', 1)`,
			inspection, c, p.id, string(p.on), string(p.found), site.Set.Len(), tx.Millis()); err != nil {
			return err
		}
		if err := plantShort(t, tx, site, p, inspection); err != nil {
			return err
		}
	}
	v := criteria.Judge(site.Set, known)
	_, err := tx.Exec(ctx, `insert into results (ward_id, campaign_id, house_id, stage, class, rule_class, proposed_class, answers, contents, points, points_max, missing,
			differs, exception, inspected_on, recheck_by, inspection_id, proposed_by, reason, approved_by, updated_at, version)
		values ({ward}, $1, $2, $3, $4, $5, '', $6, $7, 0, 0, '', 0, '', $8, '', $9, '', '', '', $10, 1)`,
		c, p.id, string(p.stage), p.class.String(), v.Class.String(), string(known), results.ContentLetters(&v), string(p.day()), inspection, tx.Millis())
	return err
}

// day is when the house was inspected, empty when it was not.
func (p *planted) day() civil.Day {
	if !p.inspected() {
		return ""
	}
	return p.on
}

func plantShort(t *testing.T, tx *db.Tx, site *apptest.Site, p *planted, inspection string) error {
	t.Helper()
	state := "mended"
	for i := range site.Set.Len() {
		if p.found.At(i) != criteria.Fail {
			continue
		}
		item, _ := site.Set.Item(i)
		if _, err := tx.Exec(t.Context(), `insert into shortcomings (ward_id, id, inspection_id, campaign_id, house_id, item, what, note, measure, owner, due_on, state, noted_at, noted_by)
			values ({ward}, $1, $2, $3, $4, $5, '', '', 'chữ gõ tay', 'house', $6, $7, $8, '')`,
			tx.NewID(), inspection, site.Campaign.ID, p.id, item.Code, string(due(tx, i)), state, tx.Millis()); err != nil {
			return err
		}
		state = "open"
	}
	return nil
}

// due is past for every third item.
func due(tx *db.Tx, item int) civil.Day {
	today := civil.DayOf(tx.Now)
	if item%3 == 0 {
		return today.AddDays(-1)
	}
	return today
}

// earlier opens a closed campaign of a year read from a file, with a class a house and nothing else.
func earlier(t *testing.T, site *apptest.Site, classes map[string]criteria.Class) {
	t.Helper()
	ctx := t.Context()
	if err := site.DB.Write(ctx, site.System(), func(tx *db.Tx) error {
		c, err := campaigns.Add(ctx, tx, campaigns.New{Year: 2025, Criteria: 1, Dates: campaigns.Plan(2025)}, campaigns.Imported, campaigns.Closed)
		if err != nil {
			return err
		}
		for address, class := range classes {
			if _, err := tx.Exec(ctx, `insert into results (ward_id, campaign_id, house_id, stage, class, rule_class, proposed_class, answers, contents, points, points_max, missing,
					differs, exception, inspected_on, recheck_by, inspection_id, proposed_by, reason, approved_by, updated_at, version)
				values ({ward}, $1, $2, 'inspected', $3, '', '', '', '', 0, 0, '', 0, '', '2025-09-20', '', '', '', '', '', $4, 1)`,
				c.ID, site.House[address], class.String(), tx.Millis()); err != nil {
				return err
			}
		}
		return site.Results.RecountAll(ctx, tx, c.ID)
	}); err != nil {
		t.Fatal(err)
	}
}

// written is the report in a format, as the command would take it.
func written(t *testing.T, r *reports.Report, f reports.Format) []byte {
	t.Helper()
	fonts, err := paper.LoadFonts()
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := r.Write(&b, f, reports.View{Base: "https://sonha.example"}, fonts); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// pdfText is what a reader copies out of a PDF.
func pdfText(t *testing.T, pdf []byte) string {
	t.Helper()
	path, err := exec.LookPath("pdftotext")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("pdftotext is not installed (Debian: poppler-utils), so nobody read the PDF")
		}
		t.Skip("pdftotext is not installed (Debian: poppler-utils)")
	}
	cmd := exec.Command(path, "-layout", "-", "-")
	cmd.Stdin = bytes.NewReader(pdf)
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// grid is a sheet of a workbook as texts; numbers stand as they are stored.
func grid(t *testing.T, data []byte) map[string][][]string {
	t.Helper()
	book, err := sheet.Open(bytes.NewReader(data), int64(len(data)), "bao-cao.xlsx")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][][]string{}
	for _, s := range book.Sheets {
		for row, err := range book.Rows(s) {
			if err != nil {
				t.Fatal(err)
			}
			var cells []string
			for _, c := range row.Cells {
				cells = append(cells, c.Text)
			}
			out[s.Name] = append(out[s.Name], cells)
		}
	}
	return out
}
