package app

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"sonha/app/demo"
	"sonha/engine/backup"
	"sonha/engine/db"
	"sonha/engine/memory"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/accounts"
	"sonha/ward/areas"
	"sonha/ward/criteria"
	"sonha/ward/dossiers"
)

// listening says where and how to listen; serve and demo share it.
type listening struct {
	Addr    string   `help:"Địa chỉ mở. / Address to listen on." default:"127.0.0.1:8080" env:"SONHA_ADDR"`
	Proxies []string `help:"Máy chủ đại diện được tin khi nói người dùng từ đâu tới: địa chỉ hoặc mạng; none: không tin ai. / Proxies whose X-Forwarded-For is taken." default:"127.0.0.0/8,::1" env:"SONHA_TRUST_PROXY" name:"trust-proxy"` //nolint:lll // a struct tag cannot be broken
	Cert    string   `help:"Tệp chứng thư TLS; có thì mở thẳng https. / TLS certificate file." env:"SONHA_TLS_CERT" type:"existingfile" name:"tls-cert"`
	Key     string   `help:"Tệp khóa của chứng thư TLS. / TLS key file." env:"SONHA_TLS_KEY" type:"existingfile" name:"tls-key"`
	certifying
	Secure bool `help:"Trang được mở qua https (sau máy chủ đại diện có chứng thư). / The outside address is https." env:"SONHA_SECURE"`
}

// mapping says where the picture below the map comes from.
type mapping struct {
	MapTiles  string `help:"Máy chủ ảnh nền bản đồ, dạng https://…/{z}/{x}/{y}.png; không đặt thì không tải gì từ nơi khác. / Map tiles." env:"SONHA_MAP_TILES" name:"map-tiles"`
	MapCredit string `help:"Dòng ghi nguồn ảnh nền bản đồ. / Credit of the map pictures." env:"SONHA_MAP_CREDIT" name:"map-credit"`
}

func (m mapping) tiles() dossiers.Tiles { return dossiers.Tiles{URL: m.MapTiles, Credit: m.MapCredit} }

// Validate refuses an address that no map can use; kong calls it.
func (m mapping) Validate() error {
	if m.MapTiles == "" {
		return nil
	}
	u, err := url.Parse(m.MapTiles)
	for _, part := range []string{"{z}", "{x}", "{y}"} {
		if !strings.Contains(m.MapTiles, part) {
			err = errors.New(part)
		}
	}
	if err != nil || u.Scheme != "https" || u.Host == "" || strings.ContainsAny(u.Host, "{};, ") {
		return errors.New("--map-tiles phải có dạng https://máy-chủ/{z}/{x}/{y}.png")
	}
	return nil
}

// secure reports whether the outside address is https.
func (l listening) secure() bool { return l.Secure || l.Cert != "" || len(l.ACME) > 0 }

// Validate refuses a certificate without its key, and two ways to one; kong calls it.
func (l listening) Validate() error {
	if (l.Cert == "") != (l.Key == "") {
		return errors.New("--tls-cert và --tls-key đi cùng nhau")
	}
	if l.Cert != "" && len(l.ACME) > 0 {
		return errors.New("chọn một: --acme (tự xin chứng thư) hoặc --tls-cert (chứng thư của phường)")
	}
	return l.check()
}

// usualAddr is where the server listens when nothing is said; behind a proxy, on this machine.
const usualAddr = "127.0.0.1:8080"

// at is where to listen: with a certificate of its own by ACME there is no proxy in front, and everybody comes to the port of https.
func (l listening) at() string {
	if len(l.ACME) > 0 && l.Addr == usualAddr {
		return ":443"
	}
	return l.Addr
}

type serveCommand struct {
	place
	listening
	carrying
	keeping
	providing
	mapping
	City string `help:"Thành phố, khi lập phường mới. / City of a new ward." default:"Hà Nội"`
	Ward string `help:"Tên phường, khi lập phường mới; quản trị viên đổi được ở mục Địa bàn. / Name of a new ward." default:"${unnamed}"`
}

// Validate refuses what belongs together and is not given together; kong calls it.
func (c *serveCommand) Validate() error {
	return errors.Join(c.listening.Validate(), c.mapping.Validate())
}

// Run serves the ward; the first start makes it and prints the administrator's one-time link.
func (c *serveCommand) Run(ctx context.Context, t *terminal) error {
	p, err := c.openWhenThere(ctx, t, Settings{Secure: c.secure(), Tiles: c.tiles()})
	if err != nil {
		return err
	}
	wards, err := p.Areas.Wards(ctx)
	if err != nil {
		return errors.Join(err, p.Close())
	}
	token := ""
	if len(wards) == 0 {
		if _, token, err = found(ctx, p, c.City, c.Ward); err != nil {
			return errors.Join(err, p.Close())
		}
	}
	if err := c.ready(ctx, t, p); err != nil {
		return errors.Join(err, p.Close())
	}
	return c.serve(ctx, t, p, c.Data, func(base string) {
		t.say("Sonha đang chạy tại %s", base)
		if token != "" {
			t.invitation(base, token)
		}
	})
}

// ready sets up what goes on beside the pages, and looks at the periods of data that were restored.
func (c *serveCommand) ready(ctx context.Context, t *terminal, p *Program) error {
	if err := c.connect(ctx, p); err != nil {
		return err
	}
	if err := c.provide(p, c.BaseURL, slog.New(slog.NewTextHandler(t.err, nil))); err != nil {
		return err
	}
	if err := c.schedule(p, c.place); err != nil {
		return err
	}
	lines, err := p.expire(ctx, c.Data)
	for _, line := range lines {
		t.say("Dữ liệu vừa khôi phục: %s", line)
	}
	return err
}

// openWhenThere opens the data, and waits for a PostgreSQL server that does not answer yet: after a power cut both start at once.
func (p place) openWhenThere(ctx context.Context, t *terminal, s Settings) (*Program, error) {
	const pause = 2 * time.Second
	for told := false; ; told = true {
		program, err := p.openNew(ctx, t, s, nil)
		if !fault.Is(err, fault.Busy) || !db.IsPostgres(p.address()) {
			return program, err
		}
		if !told {
			t.fail(err)
			_, _ = fmt.Fprintln(t.err, "Sonha chờ và tự mở khi cơ sở dữ liệu trả lời. Dừng: Ctrl+C.")
		}
		if !passes(ctx, pause) {
			return nil, err
		}
	}
}

type initCommand struct {
	place
	City string `help:"Thành phố. / City." required:""`
	Ward string `help:"Tên phường. / Ward." required:""`
	Base string `help:"Địa chỉ mà quản trị viên mở. / Address the administrator opens." default:"http://127.0.0.1:8080" name:"base-url"`
}

// Run makes an empty ward.
func (c *initCommand) Run(ctx context.Context, t *terminal) error {
	p, err := c.openNew(ctx, t, Settings{}, nil)
	if err != nil {
		return err
	}
	_, token, err := found(ctx, p, c.City, c.Ward)
	if err == nil {
		t.invitation(c.Base, token)
	}
	return errors.Join(err, p.Close())
}

// reached gives an address that can be opened on this machine: one that listens everywhere has none of its own.
func reached(a net.Addr) string {
	if tcp, ok := a.(*net.TCPAddr); ok && tcp.IP.IsUnspecified() {
		return net.JoinHostPort("127.0.0.1", strconv.Itoa(tcp.Port))
	}
	return a.String()
}

func (t *terminal) invitation(base, token string) {
	t.say("Quản trị viên đầu tiên mở đường dẫn này một lần, trong 7 ngày, để đặt mật khẩu:\n  %s/welcome/%s", strings.TrimSuffix(base, "/"), token)
}

// found makes a ward with its first administrator and gives the one-time token.
func found(ctx context.Context, p *Program, city, ward string) (areas.Ward, string, error) {
	w, err := p.Areas.Found(ctx, areas.Ward{City: city, Name: ward})
	if err != nil {
		return w, "", err
	}
	if err := p.Accounts.SetFactorRule(ctx, access.System(w.ID, "sonha"), civil.DayOf(p.DB.Now()).AddDays(graceDays)); err != nil {
		return w, "", err
	}
	token, err := p.Accounts.CreateFirstAdministrator(ctx, w.ID, "Quản trị viên")
	return w, token, err
}

// graceDays is how long those who command, administer or keep the registers of a new ward may put their second factor off. The
// administrator may set another day.
const graceDays = 30

type demoCommand struct {
	listening
	carrying
	providing
	Data   string `help:"Thư mục dữ liệu mẫu. / Data folder of the demo." default:"demo-data" type:"path"`
	DB     string `help:"Địa chỉ PostgreSQL thay cho tệp. / postgres://… instead of a file." name:"db" placeholder:"URL"`
	Houses int    `help:"Số nhà giả định. / House numbers to invent." default:"1586"`
}

// Run serves a demo ward; the second start finds it made.
func (c *demoCommand) Run(ctx context.Context, t *terminal) error {
	var clock demo.Clock
	p, err := place{Data: c.Data, DB: c.DB}.openNew(ctx, t, Settings{Secure: c.secure()}, clock.Now)
	if err != nil {
		return err
	}
	people, made, err := c.fill(ctx, t, p)
	if err == nil {
		err = clock.Continue(ctx, p.DB, firstDemoWard)
	}
	if err == nil && made {
		err = p.morning(ctx)
	}
	if err == nil {
		err = c.connect(ctx, p)
	}
	if err == nil {
		err = c.provide(p, c.BaseURL, slog.New(slog.NewTextHandler(t.err, nil)))
	}
	if err != nil {
		return errors.Join(err, p.Close())
	}
	return c.serve(ctx, t, p, c.Data, func(base string) {
		t.say("Sonha đang chạy tại %s", base)
		t.say("Phường mẫu, mọi dữ liệu là giả định. Đăng nhập bằng số điện thoại và mã:")
		for _, x := range people {
			t.say("  %-26s  %s   %s", x.title, x.phone, x.shown())
		}
		t.say("Phường mẫu không bắt buộc xác nhận hai bước; muốn thử thì bật ở trang Tài khoản của tôi.")
		if made {
			return
		}
		go func() { // nobody waits for it, and it is not to keep the first pages waiting
			if !passes(ctx, time.Second) {
				return
			}
			if err := p.morning(ctx); err != nil && ctx.Err() == nil {
				t.fail(err)
			}
		}()
	})
}

// morning puts the messages of the morning into the inboxes of the demo. It says nothing twice.
func (p *Program) morning(ctx context.Context) error {
	for _, name := range []string{"measures.climb", "results.rechecks", "reads.unusual"} {
		if _, err := p.Queue.Run(ctx, access.System(firstDemoWard, "Dữ liệu mẫu"), name, false); err != nil {
			return err
		}
	}
	return nil
}

// settle reads what the first page did not need, and gives the memory back that only the start did, when the first pages have been answered.
func settle(ctx context.Context) {
	if passes(ctx, 2*time.Second) {
		criteria.Version1()
		memory.Settle()
	}
}

// passes waits, and reports whether the program still runs then.
func passes(ctx context.Context, wait time.Duration) bool {
	select {
	case <-time.After(wait):
		return true
	case <-ctx.Done():
		return false
	}
}

// firstDemoWard is the number of the ward whose accounts the demo prints.
const firstDemoWard = 1

// fill makes the demo in an empty database and gives its people, and whether it was made now.
func (c *demoCommand) fill(ctx context.Context, t *terminal, p *Program) (people []person, made bool, err error) {
	if c.Houses < 1 {
		return nil, false, errors.New("--houses: nhập số nhà từ 1 trở lên")
	}
	wards, err := p.Areas.Wards(ctx)
	if err != nil {
		return nil, false, err
	}
	people, made = demoPeople(), len(wards) == 0
	switch {
	case made:
		if _, err := demo.Build(ctx, p.DB, criteria.Version1(), c.Houses, t.progress("Lập phường mẫu")); err != nil {
			return nil, false, err
		}
	case !wards[0].Invented && wards[len(wards)-1].ID != 0 && !wards[len(wards)-1].Invented:
		return nil, false, fmt.Errorf("thư mục %s giữ dữ liệu thật, không dùng cho phường mẫu; chọn thư mục khác bằng --data", c.Data)
	}
	if err := admit(ctx, p, people); err != nil || !made {
		return people, made, err
	}
	return people, made, acquaint(ctx, p)
}

// person is one account of the demo.
type person struct {
	role          access.Role
	title         string
	phone, secret string
}

// shown is the secret as the person types it, with its kind.
func (x person) shown() string {
	if len(x.secret) == 6 {
		return "PIN " + x.secret
	}
	return "mật khẩu " + x.secret
}

func demoPeople() []person {
	return []person{
		{access.Head, "Trưởng số nhà", "0900000001", "246810"},
		{access.GroupLead, "Tổ trưởng tổ dân phố", "0900000002", "246810"},
		{access.Officer, "Cảnh sát khu vực", "0900000003", "ho-tu-phong"},
		{access.Command, "Chỉ huy Công an phường", "0900000004", "ho-tu-phong"},
		{access.Committee, "Ủy ban nhân dân phường", "0900000005", "ho-tu-phong"},
		{access.City, "Thành phố", "0900000006", "ho-tu-phong"},
		{access.Administrator, "Quản trị viên", "0900000007", "ho-tu-phong"},
		{access.Household, "Đại diện hộ", "0900000008", "246810"},
		{access.Mediator, "Hòa giải viên", "0900000009", "246810"},
		{access.Protector, "Người phụ trách bảo vệ dữ liệu cá nhân", "0900000011", "ho-tu-phong"},
	}
}

// admit makes the demo's accounts that are missing, as after a first start that was cut short: each answers
// for the first house, group or beat of the first ward.
func admit(ctx context.Context, p *Program, people []person) error {
	who := access.System(firstDemoWard, "Dữ liệu mẫu")
	people = slices.DeleteFunc(slices.Clone(people), func(x person) bool {
		ward := who
		if x.role == access.City {
			ward = access.System(0, "Dữ liệu mẫu")
		}
		_, err := p.Accounts.ByPhone(ctx, ward, x.phone)
		return err == nil
	})
	if len(people) == 0 {
		return nil
	}
	var house, group, beat string
	err := p.DB.Read(ctx, who, func(tx *db.Tx) error {
		return tx.One(ctx, `select h.id, h.group_id, h.beat_id from houses h join streets s on s.ward_id = h.ward_id and s.id = h.street_id
			join results r on r.ward_id = h.ward_id and r.house_id = h.id join campaigns c on c.ward_id = r.ward_id and c.id = r.campaign_id
			where {scope h} and c.year = $1
			order by case r.class when 'conditional' then 0 when 'not_safe' then 1 else 2 end, case s.name when 'Hàng Bạc' then 0 else 1 end, h.sort_key, h.id limit 1`,
			demo.Year).Scan(&house, &group, &beat)
	})
	if err != nil {
		return err
	}
	for _, x := range people {
		grant := accounts.Grant{Role: x.role}
		by := who
		switch x.role {
		case access.Head:
			grant.Of = house
		case access.Household:
			grant.Of, grant.Household = house, "H01"
		case access.GroupLead, access.Mediator:
			grant.Of = group
		case access.Officer:
			grant.Of = beat
		case access.City:
			by = access.System(0, "Dữ liệu mẫu")
		}
		if _, err := p.Accounts.Create(ctx, by, accounts.New{Name: x.title, Phone: x.phone, Secret: x.secret, Grants: []accounts.Grant{grant}}); err != nil {
			return fmt.Errorf("account of %s: %w", x.role, err)
		}
	}
	return nil
}

// serve answers until the program is told to stop, then lets running requests finish. What it fetches for itself lies in the data folder.
func (l listening) serve(ctx context.Context, t *terminal, p *Program, data string, ready func(base string)) error {
	trusted, err := parseProxies(l.Proxies)
	if err != nil {
		return errors.Join(err, p.Close())
	}
	socket, err := (&net.ListenConfig{}).Listen(ctx, "tcp", l.at())
	if err != nil {
		key := "app.listen_wrong"
		if errors.Is(err, syscall.EADDRINUSE) {
			key = "app.listen_used"
		}
		return errors.Join(fault.Refused(key, "Addr", l.at()), p.Close())
	}
	log := slog.NewTextHandler(t.err, nil)
	server := &http.Server{
		Handler: behind(trusted, p.Server), ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 20 * time.Second, WriteTimeout: 30 * time.Second, IdleTimeout: 2 * time.Minute,
		MaxHeaderBytes: 32 << 10, ErrorLog: slog.NewLogLogger(log, slog.LevelWarn),
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	ended := make(chan error, 2)
	scheme, beside, err := l.start(ctx, server, socket, data, slog.New(log), ended)
	if err != nil {
		return errors.Join(err, socket.Close(), p.Close())
	}
	defer runtime.GOMAXPROCS(oneMore())
	p.Queue.Start()
	go p.learn(ctx, slog.New(log))
	go settle(ctx)
	ready(scheme + reached(socket.Addr()))
	select {
	case err = <-ended:
	case <-ctx.Done():
		t.say("Đang dừng, chờ các việc dở dang xong.")
		finish, cancel := context.WithTimeout(context.WithoutCancel(ctx), 15*time.Second)
		defer cancel()
		err = server.Shutdown(finish)
	}
	if errors.Is(err, http.ErrServerClosed) {
		err = nil
	}
	if beside != nil {
		err = errors.Join(err, beside.Close())
	}
	return errors.Join(err, p.Close())
}

// oneMore lets one goroutine more run than before, and gives how many could: the one that writes waits for the disk with its turn in hand.
// Who states the number in the environment has chosen.
func oneMore() (before int) {
	before = runtime.GOMAXPROCS(0)
	if os.Getenv("GOMAXPROCS") == "" {
		runtime.GOMAXPROCS(before + 1)
	}
	return before
}

// start answers on the socket as the settings say: plain, with the ward's certificate, or with one that it fetches itself; then there may
// be a server of plain http beside it.
func (l listening) start(ctx context.Context, server *http.Server, socket net.Listener, data string, log *slog.Logger, ended chan<- error) (
	scheme string, beside *http.Server, err error,
) {
	switch {
	case len(l.ACME) > 0:
		m, err := l.manager(data)
		if err != nil {
			return "", nil, err
		}
		if beside = l.certified(server, m); beside != nil {
			open, err := (&net.ListenConfig{}).Listen(ctx, "tcp", beside.Addr)
			if err != nil {
				return "", nil, fmt.Errorf("không mở được %s; nơi cấp chứng thư hỏi tên miền ở cổng 80 từ ngoài vào: "+
					"cho phép cổng ấy, chọn địa chỉ khác hoặc none bằng --acme-http: %w", beside.Addr, err)
			}
			go func() { ended <- beside.Serve(open) }()
		}
		go l.watch(ctx, m, log)
		go func() { ended <- server.ServeTLS(socket, "", "") }()
		return "https://", beside, nil
	case l.Cert != "":
		server.TLSConfig = &tls.Config{MinVersion: tls.VersionTLS12}
		go func() { ended <- server.ServeTLS(socket, l.Cert, l.Key) }()
		return "https://", nil, nil
	}
	go func() { ended <- server.Serve(socket) }()
	return "http://", nil, nil
}

type configCommand struct {
	place
	listening
	keeping
}

// Run prints the settings in force; a password in the address of the database or of the other machine is left out.
func (c *configCommand) Run(t *terminal) error {
	t.say("data   = %s\ndb     = %s\naddr   = %s\nsecure = %t\n"+
		"trust proxy = %s\ntls cert = %s\nacme = %s\nbackup = %s, %s, %s %s %s\ncriteria version = %d (%s)", c.Data, db.Redacted(c.address()), c.at(), c.secure(),
		strings.Join(c.Proxies, ","), c.Cert, strings.Join(c.ACME, ","),
		c.BackupTo, c.BackupAt, c.BackupRule, backup.Redacted(c.BackupSFTP), backup.Redacted(c.BackupS3), criteria.Version1().Version, criteria.Version1().Hash())
	return nil
}

type accountCommand struct {
	Invite inviteCommand `cmd:"" help:"Cấp lại đường dẫn dùng một lần cho một tài khoản. / Print a new one-time link."`
	Bind   bindCommand   `cmd:"" help:"Gắn một tài khoản với người dùng ở nơi xác thực. / Bind an account to a user of the identity provider."`
	Unbind unbindCommand `cmd:"" help:"Gỡ một tài khoản khỏi nơi xác thực. / Take such a binding away."`
}

type inviteCommand struct {
	place
	Phone string `arg:"" help:"Số điện thoại của tài khoản."`
	Ward  string `help:"Mã phường, khi có nhiều phường."`
	Base  string `help:"Địa chỉ mà người dùng mở." default:"http://127.0.0.1:8080" name:"base-url"`
}

// Run prints a new one-time link, for an administrator who lost the way in.
func (c *inviteCommand) Run(ctx context.Context, t *terminal) error {
	p, err := c.open(ctx, t)
	if err != nil {
		return err
	}
	who, err := only(ctx, p, c.Ward)
	if err == nil {
		var a accounts.Account
		if a, err = p.Accounts.ByPhone(ctx, who, c.Phone); fault.Is(err, fault.Missing) {
			err = fault.NotFound("app.no_account", "Phone", c.Phone)
		}
		if err == nil {
			var token string
			if token, err = p.Accounts.Invite(ctx, who, a.ID); err == nil {
				t.say("%s mở đường dẫn này một lần, trong 7 ngày:\n  %s/welcome/%s", a.Name, strings.TrimSuffix(c.Base, "/"), token)
			}
		}
	}
	return errors.Join(err, p.Close())
}

func baseName(path string) string {
	if i := strings.LastIndexAny(path, `/\`); i >= 0 {
		return path[i+1:]
	}
	return path
}

// learn tells the planner of the database from time to time what the tables hold by now: soon after the start, since an older
// version may have left it without, and four times a day, since a campaign fills tables that were empty in the morning.
func (p *Program) learn(ctx context.Context, log *slog.Logger) {
	const soon, again = 10 * time.Second, 6 * time.Hour
	for wait := soon; passes(ctx, wait); wait = again {
		if err := p.DB.Analyze(ctx); err != nil && ctx.Err() == nil {
			log.WarnContext(ctx, "the planner of the database was told nothing new", "error", err)
		}
	}
}
