package app

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/inspections"
	"sonha/ward/proposals"
)

type doctorCommand struct {
	place
	Ward string `help:"Mã phường, khi có nhiều phường; mặc định: mọi phường. / Code of the ward; all of them if left out."`
	Mend bool   `help:"Tính lại số tổng hợp đang lệch. / Count sums that differ anew."`
	JSON bool   `help:"In kết quả dạng JSON. / Print JSON." name:"json"`
}

// finding is what one examination says.
type finding struct {
	Ward  string   `json:"ward,omitempty"` // name; empty: of the whole database
	About string   `json:"about"`          // database, references, sums, snapshots, photos
	Seen  int64    `json:"seen"`           // how many rows, sums or files were looked at
	Bad   []string `json:"bad"`            // one line each, in words; empty: sound
	Done  []string `json:"done,omitempty"` // what was mended just now
}

// errUnsound ends the command with an exit code that a script notices.
var errUnsound = errors.New("có điều cần xem lại, xem các dòng có dấu ✗ ở trên")

// beyond is the advice when the database itself is damaged.
const beyond = "dừng máy chủ, giữ nguyên thư mục dữ liệu, rồi khôi phục bản sao lưu gần nhất vào thư mục mới: sonha restore"

// Run examines the data and says what was found. Nothing is changed without --mend.
func (c *doctorCommand) Run(ctx context.Context, t *terminal) (err error) {
	p, err := c.open(ctx, t)
	if _, said := fault.As(err); err != nil && !said {
		return c.report(t, []finding{{About: "database", Bad: []string{"không mở được: " + err.Error(), beyond}}})
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.Close()) }()
	findings, err := c.database(ctx)
	if err != nil {
		return err
	}
	wards, err := p.Areas.Wards(ctx)
	if err != nil {
		return err
	}
	if c.Ward != "" {
		if _, err := only(ctx, p, c.Ward); err != nil {
			return err
		}
	}
	for _, w := range wards {
		if w.ID == 0 || c.Ward != "" && w.Code != c.Ward {
			continue
		}
		of, err := c.ward(ctx, p, access.System(w.ID, "sonha"))
		if err != nil {
			return err
		}
		for i := range of {
			of[i].Ward = w.Name
		}
		findings = append(findings, of...)
	}
	return c.report(t, findings)
}

// database looks at the file or the server itself.
func (c *doctorCommand) database(ctx context.Context) ([]finding, error) {
	sound := finding{About: "database", Bad: []string{}}
	census, err := db.Count(ctx, c.address())
	if err != nil {
		sound.Bad = append(sound.Bad, err.Error(), beyond)
	}
	sound.Seen = census.Total()
	references := finding{About: "references", Seen: int64(len(census.Rows)), Bad: []string{}}
	astray, err := db.Astray(ctx, c.address())
	references.Bad = append(references.Bad, astray...)
	return []finding{sound, references}, err
}

func (c *doctorCommand) ward(ctx context.Context, p *Program, who access.Actor) ([]finding, error) {
	sums, err := c.sums(ctx, p, who)
	if err != nil {
		return nil, err
	}
	years, snapshots, err := p.Results.Altered(ctx, who)
	if err != nil {
		return nil, err
	}
	closed := finding{About: "snapshots", Seen: int64(snapshots), Bad: []string{}}
	for _, year := range years {
		closed.Bad = append(closed.Bad, fmt.Sprintf("bản chốt năm %d không còn đúng như khi chốt", year))
	}
	photos, err := photosOf(ctx, p, who)
	return []finding{sums, closed, photos}, err
}

// sums compares what boards show with the rows behind it.
func (c *doctorCommand) sums(ctx context.Context, p *Program, who access.Actor) (finding, error) {
	f := finding{About: "sums", Bad: []string{}}
	drifts, checked, err := p.Results.Drifts(ctx, who)
	if err != nil {
		return f, err
	}
	f.Seen = int64(checked)
	if c.Mend && len(drifts) > 0 {
		if err := p.Results.Mend(ctx, who); err != nil {
			return f, err
		}
		f.Done = []string{fmt.Sprintf("đã tính lại %d số lệch", len(drifts))}
		if drifts, _, err = p.Results.Drifts(ctx, who); err != nil { // what differs still is said, and ends the command as unsound
			return f, err
		}
	}
	for _, d := range drifts {
		name := d.Name
		if name == "" {
			name = "ngoài các tổ dân phố"
		}
		f.Bad = append(f.Bad, fmt.Sprintf("năm %d, %s: đang ghi %d số nhà, %d đã kiểm tra, %d đạt an toàn; đếm lại được %d, %d, %d", d.Year, name,
			d.Stored.Houses, d.Stored.Inspected, d.Stored.Safe, d.Counted.Houses, d.Counted.Inspected, d.Counted.Safe))
	}
	return f, nil
}

// photosOf looks whether every photo is there and is the one that was kept.
func photosOf(ctx context.Context, p *Program, who access.Actor) (finding, error) {
	f := finding{About: "photos", Bad: []string{}}
	look := func(name, digest string) error {
		f.Seen++
		switch sum, err := digestOf(p, name); {
		case errors.Is(err, fs.ErrNotExist):
			f.Bad = append(f.Bad, "thiếu ảnh "+name)
		case err != nil:
			f.Bad = append(f.Bad, "không đọc được ảnh "+name+": "+err.Error())
		case sum != digest:
			f.Bad = append(f.Bad, "ảnh "+name+" không còn đúng như khi nhận")
		}
		return ctx.Err()
	}
	for _, each := range []func() error{
		func() error {
			return p.Inspections.EachPhoto(ctx, who, func(x inspections.Photo) error { return look(x.Name, x.SHA256) })
		},
		func() error {
			return p.Proposals.EachPhoto(ctx, who, func(x proposals.Photo) error { return look(x.Name, x.SHA256) })
		},
		func() error { return p.Measures.EachPhoto(ctx, who, look) },
		func() error { return p.Logbook.EachPhoto(ctx, who, look) },
	} {
		if err := each(); err != nil {
			return f, err
		}
	}
	return f, nil
}

func digestOf(p *Program, name string) (string, error) {
	file, err := p.Files.Open(name)
	if err != nil {
		return "", err
	}
	defer func() { _ = file.Close() }()
	sum := sha256.New()
	if _, err := io.Copy(sum, file); err != nil {
		return "", err
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// examined says in words what each finding looked at.
func examined(f finding) string {
	n := civil.IntIn("vi", int(f.Seen))
	return map[string]string{
		"database":   "cơ sở dữ liệu: " + n + " dòng",
		"references": "liên kết giữa các bảng: " + n + " bảng",
		"sums":       "số tổng hợp theo tổ dân phố: " + n + " số",
		"snapshots":  "bản chốt các năm: " + n + " bản",
		"photos":     "ảnh: " + n + " tệp",
	}[f.About]
}

// most is how many lines of one kind are said on a terminal; JSON has them all.
const most = 20

func (c *doctorCommand) report(t *terminal, findings []finding) error {
	sound := true
	for _, f := range findings {
		sound = sound && len(f.Bad) == 0
	}
	if c.JSON {
		e := json.NewEncoder(t.out)
		e.SetIndent("", "  ")
		if err := e.Encode(map[string]any{"sound": sound, "findings": findings}); err != nil {
			return err
		}
	} else {
		said := ""
		for _, f := range findings {
			if f.Ward != said {
				said = f.Ward
				t.say("%s", said)
			}
			mark := "✓"
			if len(f.Bad) > 0 {
				mark = "✗"
			}
			t.say("%s%s %s", strings.Repeat("  ", min(len(said), 1)), mark, examined(f))
			for _, line := range f.Done {
				t.say("      %s", line)
			}
			for i, line := range f.Bad {
				if i == most {
					t.say("      … và %d điều nữa; in đủ bằng --json", len(f.Bad)-most)
					break
				}
				t.say("      %s", line)
			}
		}
	}
	if !sound {
		return errUnsound
	}
	if !c.JSON {
		t.say("Dữ liệu nguyên vẹn.")
	}
	return nil
}
