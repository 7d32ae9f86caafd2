// Package app is the roof: it wires the rooms over one database, lists the routes and owns the commands.
package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/alecthomas/kong"

	"sonha/app/demo"
	"sonha/engine/db"
	"sonha/engine/words"
	"sonha/ground/access"
	"sonha/ground/fault"
	"sonha/ward/areas"
)

// The exit codes of every command.
const (
	exitOK     = 0
	exitFailed = 1
	exitInput  = 2 // a file or an argument could not be read; nothing was written
)

// command is what stands first among the arguments.
type command struct {
	name, help string
	grammar    any // a struct with the command's flags and arguments, or with commands below it
}

func commands() []command {
	return []command{
		{"serve", "Mở máy chủ cho phường. / Serve the ward.", &serveCommand{}},
		{"demo", "Mở phường mẫu với dữ liệu giả định. / Serve a demo ward with invented data.", &demoCommand{}},
		{"init", "Lập phường mới, in đường dẫn dùng một lần cho quản trị viên. / Make an empty ward.", &initCommand{}},
		{"import", "Nhập danh sách số nhà, phiếu giấy, kết quả các năm trước. / Import a roster, paper sheets or earlier results.", &importCommand{}},
		{"campaign", "Đợt thi đua: mở, chuyển bước, duyệt, chốt. / Run a campaign.", &campaignCommand{}},
		{"export", "Xuất bảng nhập phiếu giấy, danh sách số nhà. / Export sheets to fill in, and lists.", &exportCommand{}},
		{"report", "Lập báo cáo. / Write a report.", &reportCommand{}},
		{"account", "Tài khoản: cấp lại đường dẫn dùng một lần. / Accounts.", &accountCommand{}},
		{"jobs", "Việc chạy nền: liệt kê, chạy ngay. / Background work: list it, run it now.", &jobsCommand{}},
		{"backup", "Sao lưu, khôi phục thử. / Back up, and rehearse restoring.", &backupCommand{}},
		{"key", "Khóa mã hóa: đổi khóa. / Keys of what is sealed: turn them.", &keyCommand{}},
		{"restore", "Khôi phục bản sao lưu vào chỗ trống. / Restore a backup into an empty place.", &restoreCommand{}},
		{"audit", "Nhật ký thao tác: kiểm tra nguyên vẹn, in mã chốt ngày. / The audit trail: check it, print its head.", &auditCommand{}},
		{"reads", "Ai đã xem: liệt kê theo số nhà hay tài khoản, kiểm tra nguyên vẹn. / Who read what: list it by house or account, check it.", &readsCommand{}},
		{"register", "Sổ xử lý dữ liệu cá nhân: mỗi cột giữ gì, để làm gì, bao lâu. / The register of processing of personal data.", &registerCommand{}},
		{"doctor", "Kiểm tra dữ liệu: tệp, liên kết, số tổng hợp, ảnh. / Examine the data: file, references, sums, photos.", &doctorCommand{}},
		{"config", "In các thiết lập đang dùng, không in bí mật. / Print the settings in force.", &configCommand{}},
		{"bench", "Đo tốc độ trên dữ liệu mẫu. / Measure speed on invented data.", &benchCommand{}},
	}
}

// named gives the command that the arguments name, or all of them when they name none: kong reads the tags of every flag of every command
// that it is given, which was a fifth of the time that a start takes.
func named(args []string) []command {
	all := commands()
	for i, c := range all {
		if len(args) > 0 && args[0] == c.name {
			return all[i : i+1]
		}
	}
	return all
}

// place says where the data are; every command that touches them embeds it.
type place struct {
	Data string `help:"Thư mục dữ liệu. / Data folder." default:"sonha-data" env:"SONHA_DATA" type:"path"`
	DB   string `help:"Địa chỉ PostgreSQL, hoặc tệp SQLite; mặc định: sonha.db trong thư mục dữ liệu. / postgres://… or a SQLite file." env:"SONHA_DB" placeholder:"URL" name:"db"`
	Copy bool   `help:"Sao một bản trước khi nâng cấp dữ liệu. / Copy the data before they are upgraded." env:"SONHA_UPGRADE_COPY" name:"upgrade-copy" default:"true" negatable:""`
}

// upgradeFolder is where, in the data folder, the copies from before upgrades lie.
const upgradeFolder = "truoc-nang-cap"

func (p place) address() string {
	if p.DB != "" {
		return p.DB
	}
	return filepath.Join(p.Data, "sonha.db")
}

// open opens a ward's data and wires the program over them. A place without data is refused: a mistyped folder is
// not to become an empty ward. Commands on a demo have the time of its pages, so that both say the same of what is overdue.
func (p place) open(ctx context.Context, t *terminal) (*Program, error) {
	if err := p.exists(); err != nil {
		return nil, err
	}
	var own atomic.Pointer[demo.Clock]
	program, err := p.openNew(ctx, t, Settings{}, func() time.Time {
		if c := own.Load(); c != nil {
			return c.Now()
		}
		return time.Now()
	})
	if err != nil {
		return nil, err
	}
	wards, err := program.Areas.Wards(ctx)
	if err == nil && len(wards) > 0 && wards[0].Invented {
		var c demo.Clock
		err = c.Continue(ctx, program.DB, wards[0].ID)
		own.Store(&c)
	}
	if err != nil {
		return nil, errors.Join(err, program.Close())
	}
	return program, nil
}

// known refuses an address of a database that Sonha does not speak to: taken for the name of a file, it would make an empty ward there.
func (p place) known() error {
	if !db.IsPostgres(p.address()) && strings.Contains(p.DB, "://") {
		return fault.Refused("app.db_address", "Address", p.DB)
	}
	return nil
}

func (p place) exists() error {
	if err := p.known(); err != nil {
		return err
	}
	if !db.IsPostgres(p.address()) {
		if _, err := os.Stat(p.address()); errors.Is(err, os.ErrNotExist) {
			return fault.NotFound("app.no_data", "Place", p.address())
		}
	}
	return nil
}

// openNew opens the data or makes them, with a clock of the caller's own; time.Now when nil.
func (p place) openNew(ctx context.Context, t *terminal, s Settings, clock func() time.Time) (*Program, error) {
	if err := p.known(); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(p.Data, 0o700); err != nil {
		return nil, unwritable(p.Data, fmt.Errorf("make the data folder: %w", err))
	}
	d, err := db.Open(ctx, db.Options{
		URL: p.address(), Clock: clock, Copies: filepath.Join(p.Data, upgradeFolder), Uncopied: !p.Copy,
		Upgrading: func(from, to int64, kept string) {
			_, _ = fmt.Fprintf(t.err, "Nâng cấp dữ liệu từ bậc %d lên %d. Bản sao trước khi nâng cấp: %s\n", from, to, cmp.Or(kept, "không có (--no-upgrade-copy)"))
		},
	})
	if err != nil {
		return nil, unwritable(p.address(), err)
	}
	s.Data = p.Data
	if s.Log == nil {
		s.Log = slog.New(slog.NewTextHandler(t.err, nil))
	}
	program, err := Wire(d, s)
	if err != nil {
		return nil, errors.Join(err, d.Close())
	}
	return program, nil
}

// unwritable says that a place cannot be written to, when that is what an error means.
func unwritable(place string, err error) error {
	if _, told := fault.As(err); told || !errors.Is(err, os.ErrPermission) && !errors.Is(err, syscall.EROFS) {
		return err
	}
	return &fault.Error{Kind: fault.Wrong, Key: "fault.not_writable", Pairs: []any{"Place", place}, Err: err}
}

// Close stops running jobs, waits for what is written behind requests, and closes the database.
func (p *Program) Close() error {
	p.Queue.Stop()
	p.Jobs.Stop()
	p.Accounts.Settle()
	p.Reads.Stop()
	return p.DB.Close()
}

// terminal is where a command writes.
type terminal struct {
	out, err io.Writer
	live     bool // a person watches: progress may be drawn
}

func (t *terminal) say(format string, args ...any) { _, _ = fmt.Fprintf(t.out, format+"\n", args...) }

// progress draws how far long work is, at most ten times a second, and only for a person who watches.
func (t *terminal) progress(label string) func(done, total int) {
	var last time.Time
	return func(done, total int) {
		if !t.live || total == 0 || (done < total && time.Since(last) < 100*time.Millisecond) {
			return
		}
		last = time.Now()
		end := ""
		if done >= total {
			end = "\n"
		}
		_, _ = fmt.Fprintf(t.err, "\r%s %3d %%%s", label, done*100/total, end)
	}
}

// Pages make short-lived garbage over a small heap. Collecting at 200 instead of 100 takes 7 MB more and 5 % less computing time for an
// answer; at 150 nothing could be measured. From the ceiling on memory comes first.
const (
	collectAt     = 200
	memoryCeiling = 384 << 20
)

// Main runs the program with its arguments and gives the exit code.
func Main(args []string, out, errs io.Writer) int {
	debug.SetGCPercent(collectAt)
	debug.SetMemoryLimit(memoryCeiling)
	go vietnamese().Has("") // reads the texts while the arguments are read and the database opens: the first page needs them
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	t := &terminal{out: out, err: errs}
	if f, ok := errs.(*os.File); ok {
		if info, err := f.Stat(); err == nil {
			t.live = info.Mode()&os.ModeCharDevice != 0
		}
	}
	var root struct {
		Version kong.VersionFlag `name:"version" help:"In phiên bản. / Print the version."`
	}
	code := -1
	options := []kong.Option{
		kong.Name("sonha"), kong.Description("Hộ tự phòng – Số nhà tự quản"), kong.Writers(out, errs), kong.Vars{"version": version(), "unnamed": areas.Unnamed},
		kong.Exit(func(c int) { code = c }), kong.BindTo(ctx, (*context.Context)(nil)), kong.Bind(t), kong.UsageOnError(),
	}
	for _, c := range named(args) {
		options = append(options, kong.DynamicCommand(c.name, c.help, "", c.grammar))
	}
	parser, err := kong.New(&root, options...)
	if err != nil {
		_, _ = fmt.Fprintln(errs, err)
		return exitFailed
	}
	k, err := parser.Parse(args)
	if code >= 0 {
		return code // help was asked for
	}
	if err != nil {
		_, _ = fmt.Fprintln(errs, misused(vietnamese(), err))
		return exitInput
	}
	if err := k.Run(); err != nil {
		return t.fail(err)
	}
	return exitOK
}

// fail says what went wrong, in the words of a page where the error has some.
func (t *terminal) fail(err error) int {
	text, code := err.Error(), exitFailed
	var unreadable interface { // a file: sheet.Error, sheet.ColumnsError
		error
		Key() string
		Pairs() []any
	}
	w := vietnamese()
	e, classified := fault.As(err)
	switch {
	case errors.As(err, &unreadable):
		text, code = w.F(unreadable.Key(), unreadable.Pairs()...), exitInput
	case !classified && unopened(w, err) != "":
		text, code = unopened(w, err), exitInput
	case classified:
		said := make([]string, 0, len(e.Fields))
		for _, f := range e.Fields {
			said = append(said, w.F(f.Key, f.Pairs...))
		}
		if len(said) == 0 { // where fields are wrong, the sentence before them is about the boxes of a page
			said = append(said, w.F(e.Key, e.Pairs...))
		}
		text = strings.Join(said, " ")
		if e.Err != nil {
			text += "\n" + e.Err.Error()
		}
	}
	_, _ = fmt.Fprintln(t.err, text)
	return code
}

// only gives an actor in the ward that a command means: the one named, or the only one there is.
func only(ctx context.Context, p *Program, code string) (access.Actor, error) {
	all, err := p.Areas.Wards(ctx)
	if err != nil {
		return access.Actor{}, err
	}
	var found []int
	for _, w := range all {
		if w.ID != 0 && (code == "" || w.Code == code) {
			found = append(found, w.ID)
		}
	}
	switch len(found) {
	case 0:
		return access.Actor{}, fault.NotFound("app.no_ward")
	case 1:
		return access.System(found[0], "sonha"), nil
	}
	return access.Actor{}, fault.Refused("app.which_ward")
}

// vietnamese gives the words for the terminal.
func vietnamese() *words.Words { return catalogs().In(words.Default) }

// version is what the build knows of itself: the released version, or the commit it was made from.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "sonha"
	}
	revision := ""
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			revision = " " + s.Value
		}
	}
	return "sonha " + info.Main.Version + revision + ", " + info.GoVersion
}
