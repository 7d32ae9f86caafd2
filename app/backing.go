package app

import (
	"context"
	"errors"
	"io"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"sonha/engine/backup"
	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/areas"
)

type backupCommand struct {
	Run      backupRun      `cmd:"" default:"withargs" help:"Sao lưu tất cả vào một tệp mã hóa, máy chủ vẫn chạy. / Copy everything into one encrypted file while serving."`
	Key      backupKey      `cmd:"" help:"Tạo khóa mở bản sao lưu. / Make the key that opens backups."`
	Rehearse backupRehearse `cmd:"" help:"Khôi phục thử vào chỗ tạm và đối chiếu. / Restore into a scratch place and prove it."`
}

type backupKey struct {
	place
	Out string `help:"Ghi khóa bí mật vào tệp này; cất xa máy chủ. / Write the secret key here; keep it away from the server." type:"path" required:"" placeholder:"FILE"`
}

// Run makes a key.
func (c *backupKey) Run(t *terminal) error {
	if err := os.MkdirAll(c.Data, 0o700); err != nil {
		return err
	}
	public, err := backup.NewKey(c.Data, c.Out)
	if err != nil {
		return err
	}
	t.say("Đã tạo khóa %s\nTệp %s mở được mọi bản sao lưu từ nay. Chép tệp này ra nơi khác (USB trong két, in ra giấy) rồi xóa khỏi máy chủ.", public, c.Out)
	return nil
}

type backupRun struct {
	place
	Out  string `help:"Thư mục cất bản sao lưu, nên ở ổ đĩa khác. / Folder of the copies, best on another disk." type:"path" required:"" placeholder:"DIR"`
	Keep int    `help:"Giữ bao nhiêu bản mới nhất; bản cũ hơn bị xóa. 0: giữ tất cả. / How many copies to keep; 0 keeps all." default:"0"`
	JSON bool   `help:"In kết quả dạng JSON. / Print JSON." name:"json"`
}

// copied is what the command prints with --json.
type copied struct {
	File   string    `json:"file"`
	Bytes  int64     `json:"bytes"`
	Files  int       `json:"files"`
	Rows   int64     `json:"rows"`
	Tables int       `json:"tables"`
	Made   time.Time `json:"made"`
}

// Run makes a copy: complete under its name, or not there at all.
func (c *backupRun) Run(ctx context.Context, t *terminal) error {
	if err := c.exists(); err != nil {
		return err
	}
	to, err := backup.Recipients(c.Data)
	if err != nil {
		return err
	}
	made := time.Now()
	name := backup.FileName(made)
	done := copied{File: filepath.Join(c.Out, name), Made: made.UTC().Truncate(time.Second)}
	draw := t.bytes("Sao lưu")
	if err := backup.Folder(c.Out).Put(ctx, name, func(out io.Writer) error {
		m, files, err := backup.Write(ctx, out, backup.Source{Address: c.address(), Folder: c.Data, Apart: upgradeFolder, Program: version(), Made: made}, to, draw)
		done.Files, done.Rows, done.Tables = files, m.Census.Total(), len(m.Census.Rows)
		return err
	}); err != nil {
		return err
	}
	info, err := os.Stat(done.File)
	if err != nil {
		return err
	}
	done.Bytes = info.Size()
	gone, err := backup.Prune(c.Out, c.Keep)
	if err != nil {
		return err
	}
	if c.JSON {
		return writeJSON(t, done)
	}
	t.say("Đã sao lưu %s dòng trong %d bảng và %s tệp vào %s (%s).", civil.Int(int(done.Rows)), done.Tables, civil.Int(done.Files), done.File, megabytes(done.Bytes))
	if len(gone) > 0 {
		t.say("Đã xóa %d bản cũ, giữ %d bản mới nhất.", len(gone), c.Keep)
	}
	return nil
}

func megabytes(bytes int64) string { return civil.Decimal1(int(bytes/100_000)) + "\u00a0MB" }

// bytes draws the progress of a copy.
func (t *terminal) bytes(label string) backup.Progress {
	draw := t.progress(label)
	return func(done, total int64) { draw(int(done>>10), int(total>>10)) }
}

// opening is what reading a copy asks for.
type opening struct {
	File string `arg:"" help:"Bản sao lưu: tệp, hoặc địa chỉ trong kho S3 (s3://HOST/BUCKET/DIR: bản mới nhất ở đó). / The copy: a file, or its address in an S3 store." placeholder:"FILE"` //nolint:lll // a struct tag cannot be broken
	Key  string `help:"Tệp khóa đã tạo bằng sonha backup key. / The key file." type:"existingfile" required:"" placeholder:"FILE"`
	storing
}

// reach opens the copy and says how many bytes it has. Of an address that names no copy it is the newest that lies there.
func (c *opening) reach(ctx context.Context, t *terminal) (io.ReadCloser, int64, error) {
	if !backup.IsS3(c.File) {
		f, err := os.Open(c.File)
		if err != nil {
			return nil, 0, err
		}
		info, err := f.Stat()
		if err != nil {
			return nil, 0, errors.Join(err, f.Close())
		}
		return f, info.Size(), nil
	}
	folder, name := c.File, ""
	if u, err := url.Parse(c.File); err == nil && strings.HasSuffix(u.Path, backup.Ending) {
		name, u.Path = path.Base(u.Path), path.Dir(u.Path)
		folder = u.String()
	}
	s, err := c.store(folder)
	if err != nil {
		return nil, 0, err
	}
	if name == "" {
		if name, err = s.Newest(ctx); err != nil {
			return nil, 0, err
		}
		if name == "" {
			return nil, 0, fault.NotFound("app.no_copy_there", "Place", c.File)
		}
		t.say("Bản sao lưu mới nhất trong kho: %s", name)
	}
	return s.Open(ctx, name)
}

// unpack reads the copy into a folder and proves that it is whole.
func (c *opening) unpack(ctx context.Context, t *terminal, dir string) (u backup.Unpacked, err error) {
	keys, err := backup.Identities(c.Key)
	if err != nil {
		return u, err
	}
	f, size, err := c.reach(ctx, t)
	if err != nil {
		return u, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return backup.Read(ctx, f, size, keys, dir, t.bytes("Đọc bản sao lưu"))
}

type restoreCommand struct {
	place
	opening
}

// Run restores a copy into an empty place.
func (c *restoreCommand) Run(ctx context.Context, t *terminal) error {
	u, err := c.bring(ctx, t)
	if err == nil {
		err = c.mark()
	}
	if err != nil {
		return err
	}
	t.say("Đã khôi phục bản sao lưu ngày %s: %s dòng trong %d bảng và %s tệp, khớp từng bảng. Mở máy chủ bằng: sonha serve --data %s\n"+
		"Trước khi mở, Sonha xóa những gì đã quá hạn giữ từ ngày sao lưu. Điều mà người dân đã rút hoặc yêu cầu xóa sau ngày đó thì người phụ trách bảo vệ dữ "+
		"liệu xóa lại theo sổ yêu cầu.", civil.DayOf(u.Manifest.Made).Display(),
		civil.Int(int(u.Manifest.Census.Total())), len(u.Manifest.Census.Rows), civil.Int(u.Count), c.Data)
	return nil
}

// bring unpacks beside the place, so that a copy that is not whole leaves the place as it was, and moves it in.
func (c *restoreCommand) bring(ctx context.Context, t *terminal) (u backup.Unpacked, err error) {
	if err := os.MkdirAll(c.Data, 0o700); err != nil {
		return u, err
	}
	if err := empty(c.Data); err != nil {
		return u, err
	}
	dir, err := os.MkdirTemp(filepath.Dir(c.Data), ".restore-")
	if err != nil {
		return u, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	if u, err = c.unpack(ctx, t, dir); err != nil {
		return u, err
	}
	if (u.Manifest.Database == "postgres") != db.IsPostgres(c.address()) {
		return u, otherDatabase(u.Manifest.Database)
	}
	if err := db.Restore(ctx, u.Database, c.address()); err != nil {
		return u, err
	}
	found, err := db.Count(ctx, c.address())
	if err != nil {
		return u, err
	}
	if err := backup.Same(u.Manifest.Census, found); err != nil {
		return u, err
	}
	entries, err := os.ReadDir(u.Files)
	if err != nil {
		return u, err
	}
	for _, e := range entries {
		if err := os.Rename(filepath.Join(u.Files, e.Name()), filepath.Join(c.Data, e.Name())); err != nil {
			return u, err
		}
	}
	return u, nil
}

type backupRehearse struct {
	opening
	DB string `help:"Cơ sở dữ liệu PostgreSQL trống để khôi phục thử. / An empty PostgreSQL database to restore into." name:"db" placeholder:"URL"`
}

// Run restores into a scratch place, opens it with this program and says in one sentence what was proved.
func (c *backupRehearse) Run(ctx context.Context, t *terminal) (err error) {
	began := time.Now()
	dir, err := os.MkdirTemp("", "sonha-rehearse-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	restore := restoreCommand{place: place{Data: filepath.Join(dir, "data"), DB: c.DB}, opening: c.opening}
	u, err := restore.bring(ctx, t)
	if err != nil {
		return err
	}
	p, err := restore.open(ctx, t) // migrations included: an upgrade is rehearsed as well
	if err != nil {
		return err
	}
	wards, err := p.Areas.Wards(ctx)
	lines, broken := trailsWhole(ctx, p)
	photos, missing := photosWhole(ctx, p, wards)
	if err = errors.Join(err, broken, missing, p.Close()); err != nil {
		return err
	}
	t.say("Bản sao lưu ngày %s dùng được: khôi phục trong %s giây, %s dòng trong %d bảng và %s tệp khớp với lúc sao lưu, "+
		"mở được %d phường (%s số nhà), nhật ký thao tác nguyên vẹn (%s dòng), %s ảnh mở ra đúng như khi nhận.",
		civil.DayOf(u.Manifest.Made).Display(), civil.Decimal1(int(time.Since(began).Milliseconds()/100)), civil.Int(int(u.Manifest.Census.Total())),
		len(u.Manifest.Census.Rows), civil.Int(u.Count), len(wards), civil.Int(int(u.Manifest.Census.Rows["houses"])), civil.Int(int(lines)), civil.Int(int(photos)))
	return nil
}

// photosWhole opens every photo that the rows of a restored copy speak of and compares it with what was received.
func photosWhole(ctx context.Context, p *Program, wards []areas.Ward) (seen int64, err error) {
	for _, w := range wards {
		if w.ID == 0 {
			continue
		}
		f, err := photosOf(ctx, p, access.System(w.ID, "sonha"))
		if err != nil {
			return seen, err
		}
		if len(f.Bad) > 0 {
			return seen, fault.Refused("app.rehearse_photos", "N", len(f.Bad), "First", f.Bad[0])
		}
		seen += f.Seen
	}
	return seen, nil
}

// empty refuses a folder in which something lies.
func empty(folder string) error {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return err
	}
	if len(entries) > 0 {
		return fault.Refused("backup.not_empty", "Place", folder)
	}
	return nil
}

// otherDatabase says how to restore a copy of the other kind of database.
func otherDatabase(kind string) error {
	if kind == "postgres" {
		return fault.Refused("app.restore_postgres")
	}
	return fault.Refused("app.restore_sqlite")
}
