package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"time"

	"sonha/engine/backup"
	"sonha/engine/db"
	"sonha/engine/queue"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/inbox"
	"sonha/ward/today"
)

// keeping says where the server copies itself to every day. Nothing is copied until it is said.
type keeping struct {
	BackupTo    string `help:"Mỗi đêm sao lưu vào thư mục này. / Copy everything here every night." name:"backup-to" env:"SONHA_BACKUP_TO" type:"path" placeholder:"DIR"`
	BackupAt    string `help:"Giờ sao lưu. / When." name:"backup-at" env:"SONHA_BACKUP_AT" default:"02:30" placeholder:"HH:MM"`
	BackupRule  string `help:"Giữ bao nhiêu bản ngày, tuần, tháng. / How many daily, weekly, monthly copies to keep." name:"backup-rule" env:"SONHA_BACKUP_RULE" default:"7,4,3"`
	BackupSFTP  string `help:"Gửi thêm sang máy khác. / Send each copy to another machine as well." name:"backup-sftp" env:"SONHA_BACKUP_SFTP" placeholder:"sftp://USER@HOST/DIR"`
	BackupKey   string `help:"Tệp khóa SSH để vào máy đó. / SSH key file." name:"backup-sftp-key" env:"SONHA_BACKUP_SFTP_KEY" type:"path" placeholder:"FILE"`
	BackupHosts string `help:"Tệp known_hosts có khóa của máy đó. / known_hosts file with its key." name:"backup-sftp-hosts" env:"SONHA_BACKUP_SFTP_HOSTS" type:"path"`
	BackupS3    string `help:"Gửi thêm vào một kho S3. / Send each copy to an S3-compatible store as well." name:"backup-s3" env:"SONHA_BACKUP_S3" placeholder:"s3://HOST/BUCKET/DIR"` //nolint:lll // a struct tag cannot be broken
	storing
}

// storing is what a store of S3 asks for, to send copies to it or to read one there.
type storing struct {
	BackupS3Key string `help:"Tệp hai dòng: mã truy cập rồi mã bí mật của kho S3. / File of two lines: access key and secret." name:"backup-s3-key" env:"SONHA_BACKUP_S3_KEY" type:"path" placeholder:"FILE"`                           //nolint:lll // a struct tag cannot be broken
	BackupS3CA  string `help:"Tệp chứng thư (PEM) của kho S3 dùng chứng thư riêng; mặc định: của hệ điều hành. / Certificates that the store is known by." name:"backup-s3-ca" env:"SONHA_BACKUP_S3_CA" type:"path" placeholder:"FILE"` //nolint:lll // a struct tag cannot be broken
}

// schedule sets the daily copy up, if one was asked for. What is wrong in the settings is said at the start, not at night.
func (c *keeping) schedule(p *Program, at place) error {
	folders := []string{at.Data}
	if c.BackupTo != "" {
		folders = append(folders, c.BackupTo)
	}
	p.Queue.Every("audit.heads", queue.Daily(0, 25), p.keepHeads(folders...)).DryRuns()
	if c.BackupTo == "" {
		if c.BackupSFTP != "" || c.BackupS3 != "" {
			return errors.New("--backup-sftp, --backup-s3 cần thêm --backup-to: bản sao được ghi vào thư mục ấy rồi gửi đi")
		}
		return nil
	}
	clock, err := time.Parse("15:04", c.BackupAt)
	if err != nil {
		return errors.New("--backup-at: nhập giờ và phút, ví dụ 02:30")
	}
	rule, err := backup.ParseRule(c.BackupRule)
	if err != nil {
		return errors.New("--backup-rule: nhập số bản ngày, tuần, tháng, ví dụ 7,4,3")
	}
	if inside, err := filepath.Rel(at.Data, c.BackupTo); err == nil && filepath.IsLocal(inside) {
		return errors.New("--backup-to: chọn thư mục ngoài thư mục dữ liệu, tốt nhất ở ổ đĩa khác")
	}
	if _, err := backup.Recipients(at.Data); err != nil {
		return err
	}
	when := queue.Daily(clock.Hour(), clock.Minute())
	d := &daily{program: p, plan: backup.Plan{Local: backup.Folder(c.BackupTo), Rule: rule, Now: p.DB.Now, Due: due(when), Write: at.copyTo}}
	if d.plan.Remotes, err = c.remotes(); err != nil {
		return err
	}
	p.Queue.Every(today.BackupWork, when, d.run).Takes(backupLimit)
	return nil
}

// remotes are the other places that copies go to.
func (c *keeping) remotes() (to []backup.Place, err error) {
	if c.BackupSFTP != "" {
		far, err := backup.NewSFTP(c.BackupSFTP, c.BackupKey, c.BackupHosts)
		if err != nil {
			return nil, fmt.Errorf("--backup-sftp: %w", err)
		}
		to = append(to, far)
	}
	if c.BackupS3 != "" {
		far, err := c.store(c.BackupS3)
		if err != nil {
			return nil, fmt.Errorf("--backup-s3: %w", err)
		}
		to = append(to, far)
	}
	return to, nil
}

func (s storing) store(address string) (*backup.S3, error) {
	if s.BackupS3Key == "" {
		return nil, errors.New("cần thêm --backup-s3-key, tệp hai dòng: mã truy cập rồi mã bí mật")
	}
	return backup.NewS3(address, s.BackupS3Key, s.BackupS3CA)
}

// due gives the last moment, not after another, at which work of every day was to be done. The days of Hanoi are all of one length.
func due(when queue.Schedule) func(time.Time) time.Time {
	return func(now time.Time) time.Time { return when.Next(now.Add(-24 * time.Hour)) }
}

// backupLimit is how long one copy may take: years of photos over a slow line.
const backupLimit = 5 * time.Hour

// copyTo writes a copy of everything.
func (p place) copyTo(ctx context.Context, out io.Writer, made time.Time) error {
	to, err := backup.Recipients(p.Data)
	if err != nil {
		return err
	}
	_, _, err = backup.Write(ctx, out, backup.Source{Address: p.address(), Folder: p.Data, Apart: upgradeFolder, Program: version(), Made: made}, to, nil)
	return err
}

// daily is the copy of every day. Periodic work runs in each ward: the first makes the copy, the others find it made, and each ward's
// administrator hears when it could not be.
type daily struct {
	program *Program
	plan    backup.Plan

	mu     sync.Mutex
	failed error
	last   time.Time
}

// soon is for how long a failure is told to the other wards without another try.
const soon = 4 * time.Minute

func (d *daily) run(ctx context.Context, who access.Actor) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	now := d.plan.Now()
	if d.failed == nil || now.Sub(d.last) >= soon || now.Before(d.last) {
		done, err := d.plan.Run(ctx)
		if errors.Is(ctx.Err(), context.Canceled) {
			return ctx.Err() // the program stops: that is no failure
		}
		// The wards that have waited meanwhile hear of a long failure too, instead of repeating it.
		d.failed, d.last = err, d.plan.Now()
		d.note(ctx, done)
	}
	if d.failed == nil {
		return nil
	}
	// A copy that took too long has failed like any other: that its time is up is no reason to say nothing.
	if err := d.tell(context.WithoutCancel(ctx), who); err != nil {
		return errors.Join(d.failed, err)
	}
	return d.failed
}

func (d *daily) note(ctx context.Context, done backup.Done) {
	if done.Made != "" {
		queue.Note(ctx, "đã sao lưu %s", done.Made)
	}
	if done.Sent != "" {
		queue.Note(ctx, "đã gửi sang nơi khác")
	}
	if done.Gone > 0 {
		queue.Note(ctx, "xóa %d bản cũ", done.Gone)
	}
}

// forgetCopies takes away what older work left in the data folder: copies from before an upgrade whose time is over (docs/operate.md),
// and what is left of copies that were broken off. The folder is of all wards: the first does it.
func (p *Program) forgetCopies(ctx context.Context, _ access.Actor) error {
	now, dry := p.DB.Now(), queue.Dry(ctx)
	old, err := db.ForgetUpgrades(filepath.Join(p.Files.Dir, upgradeFolder), now, dry)
	if err != nil {
		return err
	}
	broken, err := backup.Sweep(p.Files.Dir, now, dry)
	if err != nil {
		return err
	}
	queue.Note(ctx, "xóa %d bản sao trước nâng cấp quá %d ngày, %d bản sao lưu dở dang", old, int(db.KeepUpgrades.Hours())/24, broken)
	return nil
}

// tell writes once a day to the administrators of a ward what could not be done.
func (d *daily) tell(ctx context.Context, who access.Actor) error {
	key := "app.backup_failed_local"
	if _, far := errors.AsType[*backup.RemoteError](d.failed); far {
		key = "app.backup_failed_remote"
	}
	return d.program.DB.Write(ctx, who, func(tx *db.Tx) error {
		tx.Untold("word of periodic work that failed is no act of anybody")
		return inbox.Tell(ctx, tx, inbox.To{Roles: []access.Role{access.Administrator}}, inbox.Message{
			Kind: inbox.Server, Key: key, Pairs: []any{"Day", civil.DayOf(tx.Now)}, Href: "/today", Urgent: true, About: "backup " + string(civil.DayOf(tx.Now)), Once: true,
		})
	})
}

// restoredMark is a file in the data folder of a restored copy whose periods have not been looked at yet.
const restoredMark = "khoi-phuc.moi"

// mark notes that a copy was brought back.
func (p place) mark() error {
	return os.WriteFile(filepath.Join(p.Data, restoredMark), nil, 0o600)
}

// expire deletes, from a restored copy, all whose time has run out since the copy was made, in every ward and before anybody sees it.
// It gives what was done, in words; nothing when the data are not newly restored.
func (p *Program) expire(ctx context.Context, data string) (lines []string, err error) {
	name := filepath.Join(data, restoredMark)
	if _, err := os.Stat(name); err != nil {
		if errors.Is(err, os.ErrNotExist) {
			return nil, nil
		}
		return nil, err
	}
	wards, err := p.Areas.Wards(ctx)
	if err != nil {
		return nil, err
	}
	for _, w := range wards {
		if w.ID == 0 {
			continue
		}
		for _, work := range p.Queue.Works() {
			if !work.Forgets {
				continue
			}
			told, err := p.Queue.Run(ctx, access.System(w.ID, "sonha"), work.Name, false)
			if err != nil {
				return lines, &fault.Error{Kind: fault.Closed, Key: "app.restore_not_expired", Pairs: []any{"Work", work.Name}, Err: err}
			}
			lines = append(lines, told...)
		}
	}
	return lines, os.Remove(name)
}
