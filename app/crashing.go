package app

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"net/netip"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"sonha/app/bench"
	"sonha/app/demo"
	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ward/accounts"
	"sonha/ward/criteria"
)

type benchCrash struct {
	DB      string        `help:"Cơ sở dữ liệu PostgreSQL trống; mặc định: SQLite trong thư mục tạm. / An empty PostgreSQL database." placeholder:"URL" name:"db"`
	Kills   int           `help:"Số lần tắt ngang. / How often the server is killed." default:"300"`
	Most    time.Duration `help:"Không tắt thêm sau khoảng này. / No more kills after this time." default:"20m"`
	Between time.Duration `help:"Mỗi lần tắt trong khoảng này sau khi máy chủ trả lời. / Each kill comes within this time." default:"700ms"`
	Writers int           `help:"Số người cùng ghi. / How many write at once." default:"16"`
	Every   int           `help:"Đối chiếu sau mỗi bao nhiêu lần tắt. / Kills between two checks." default:"10"`
	Program string        `hidden:""`
	Seed    uint64        `help:"Mầm của các thời điểm tắt; 0: theo đồng hồ. / Seed of the moments; 0: from the clock."`
}

// Run kills the real server again and again while people write, and compares what is stored with what was acknowledged.
func (c *benchCrash) Run(ctx context.Context, t *terminal) error {
	program, err := os.Executable()
	if err != nil {
		return err
	}
	if c.Program != "" {
		program = c.Program
	}
	folder, err := os.MkdirTemp("", "sonha-crash")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	if c.Seed == 0 {
		c.Seed = uint64(time.Now().UnixNano())
	}
	k := &crashing{place: place{Data: folder, DB: c.DB}, quiet: t}
	t.say("Tắt ngang %d lần trong lúc %d người cùng ghi, mầm %d …", c.Kills, c.Writers, c.Seed)
	if err := k.prepare(ctx, c.Writers); err != nil {
		return err
	}
	args := []string{"serve", "--addr", "127.0.0.1:0", "--data", folder}
	if c.DB != "" {
		args = append(args, "--db", c.DB)
	}
	began := time.Now()
	r, err := bench.Crash(ctx, bench.Crashing{
		Program: program, Args: args, Kills: c.Kills, Most: c.Most, Between: c.Between, Every: c.Every, Seed: c.Seed,
		Writers: k.writers, Check: k.check, Out: t.out,
	})
	t.say("%d lần tắt ngang (%d lần lúc đang mở) trong %s: %d phiếu được báo đã lưu, %d lần gửi lại vì mất trả lời, %d lần gửi trùng; %d lần đối chiếu",
		r.Kills, r.Unborn, time.Since(began).Round(time.Second), r.Acked, r.Retries, r.Repeats, r.Checks)
	if err != nil {
		return fmt.Errorf("mầm %d: %w", c.Seed, err)
	}
	slices.Sort(r.Starts)
	t.say("không mất, không trùng; mở lại: giữa %s, lâu nhất %s", r.Starts[len(r.Starts)/2].Round(time.Millisecond), r.Starts[len(r.Starts)-1].Round(time.Millisecond))
	return (&doctorCommand{place: k.place}).Run(ctx, t)
}

// crashing is a demo ward whose server is killed.
type crashing struct {
	place

	quiet   *terminal
	ids     []string // of the accounts, in the order of writers
	houses  []string
	writers []*bench.Writer
	set     *criteria.Set
	photo   []byte
}

// prepare builds a demo ward in which nobody has answered yet, with a head who writes for each writer.
func (k *crashing) prepare(ctx context.Context, writers int) error {
	p, err := k.openNew(ctx, k.quiet, Settings{}, nil)
	if err != nil {
		return err
	}
	return errors.Join(k.plant(ctx, p, writers), p.Close())
}

func (k *crashing) plant(ctx context.Context, p *Program, writers int) error {
	k.set = criteria.Version1()
	if _, err := demo.Build(ctx, p.DB, criteria.Version1(), max(writers, 60), func(int, int) {}); err != nil {
		return err
	}
	who := access.System(firstDemoWard, "crash")
	ids, err := untouched(ctx, p, who, writers)
	if err == nil {
		err = p.Results.Mend(ctx, who) // what was taken away above counts no more
	}
	if err != nil {
		return err
	}
	picture := image.NewRGBA(image.Rect(0, 0, 64, 48))
	for i := range 64 * 48 {
		picture.Set(i%64, i/64, color.RGBA{uint8(i), uint8(i / 7), 90, 255})
	}
	var body bytes.Buffer
	if err := jpeg.Encode(&body, picture, nil); err != nil {
		return err
	}
	k.photo, k.houses = body.Bytes(), ids
	const pin = "246813"
	for i, house := range ids {
		made, err := p.Accounts.Create(ctx, who, accounts.New{
			Name: "Trưởng số nhà", Phone: phoneNumber(i), Secret: pin, Grants: []accounts.Grant{{Role: access.Head, Of: house}},
		})
		if err != nil {
			return err
		}
		from := netip.AddrFrom4([4]byte{10, 1, byte(i >> 8), byte(i)})
		in, err := p.Accounts.SignIn(ctx, accounts.Attempt{Phone: phoneNumber(i), Secret: pin, Agent: "Sonha bench", From: from})
		if err != nil {
			return err
		}
		k.ids = append(k.ids, made.ID)
		today := civil.DayOf(p.DB.Now())
		k.writers = append(k.writers, &bench.Writer{
			Cookie: accounts.SessionCookie + "=" + in.Session, Next: func(n int) bench.Item { return k.item(house, today, n) },
		})
	}
	return nil
}

// item is the n-th form of a house: answers and entries of the log in turn, every tenth form with a photo. An answer never
// repeats the one before it, so that each leaves one line in the trail.
func (k *crashing) item(house string, today civil.Day, n int) bench.Item {
	if n%2 == 0 {
		code, v := k.answer(n)
		return bench.Item{Path: "/houses/" + house + "/assessment/" + code, Form: url.Values{"answer": {v}}}
	}
	item := bench.Item{Path: "/houses/" + house + "/log", Form: url.Values{"kind": {"routine"}, "on": {string(today)}, "text": {entryText(n)}}}
	if n%10 == 9 {
		item.Photo = k.photo
	}
	return item
}

func entryText(n int) string { return fmt.Sprintf("Đã xem đèn cổng, lượt %d.", n) }

// answer is the item and the value of the n-th form when that is an answer.
func (k *crashing) answer(n int) (code, value string) {
	i := n / 2
	item, _ := k.set.Item(i % k.set.Len())
	v := criteria.Partly
	if i/k.set.Len()%2 == 1 {
		v = criteria.Fail
	}
	return item.Code, string(v.Letter())
}

// stored is what the database has of one writer.
type stored struct {
	entries map[string]int // texts of the log, with how often each is there
	photos  map[string]int // the same of those with a photo that is there and whole
	added   int            // lines of the trail that tell of an entry
	answers int            // lines of the trail that tell of an answer
	sheet   string
}

// check compares what is stored with what was acknowledged, and looks whether the trail and the file are sound.
func (k *crashing) check(ctx context.Context) error {
	p, err := k.open(ctx, k.quiet)
	if err != nil {
		return err
	}
	defer func() { _ = p.Close() }()
	who := access.System(firstDemoWard, "crash")
	for i, w := range k.writers {
		s, err := k.stored(ctx, p, who, i)
		if err != nil {
			return err
		}
		if err := k.compare(s, w.Acked()); err != nil {
			return fmt.Errorf("writer %d: %w", i, err)
		}
	}
	if _, err := trailsWhole(ctx, p); err != nil {
		return err
	}
	if _, err := db.Count(ctx, k.address()); err != nil {
		return err
	}
	switch drifts, _, err := p.Results.Drifts(ctx, who); {
	case err != nil:
		return err
	case len(drifts) > 0:
		return fmt.Errorf("%d sums differ from their rows", len(drifts))
	}
	astray, err := db.Astray(ctx, k.address())
	if err == nil && len(astray) > 0 {
		err = fmt.Errorf("references astray: %s", strings.Join(astray, "; "))
	}
	return err
}

// kept is an entry of the log as it is stored.
type kept struct{ text, name, digest string }

func (k *crashing) stored(ctx context.Context, p *Program, who access.Actor, i int) (stored, error) {
	s := stored{entries: map[string]int{}, photos: map[string]int{}}
	var photos []kept
	err := p.DB.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.All(ctx, func(scan func(...any) error) error {
			var x kept
			err := scan(&x.text, &x.name, &x.digest)
			if s.entries[x.text]++; x.name != "" {
				photos = append(photos, x)
			}
			return err
		}, `select e.body, e.photo, e.photo_sha256 from log_entries e where {scope e.house} and e.house_id = $1 and e.account_id = $2`, k.houses[i], k.ids[i]); err != nil {
			return err
		}
		return tx.One(ctx, `select count(*) filter (where x.action = 'log.add'), count(*) filter (where x.action = 'assessment.answer')
			from audit x where {scope x.house} and x.house_id = $1 and x.account_id = $2`, k.houses[i], k.ids[i]).Scan(&s.added, &s.answers)
	})
	if err != nil {
		return s, err
	}
	for _, x := range photos {
		sum, err := digestOf(p, x.name)
		if err != nil || sum != x.digest {
			return s, errors.Join(fmt.Errorf("the photo of %q has the digest %q, not %q", x.text, sum, x.digest), err)
		}
		s.photos[x.text]++
	}
	a, err := p.Assessments.Get(ctx, who, k.houses[i])
	if err == nil {
		s.sheet = string(a.Answers)
	}
	return s, err
}

// compare says what is missing or there twice, given how many forms were acknowledged: those are all there, the next one may be.
func (k *crashing) compare(s stored, acked int) error {
	entries, answers := acked/2, (acked+1)/2
	for n := 1; n < acked; n += 2 {
		if s.entries[entryText(n)] != 1 {
			return fmt.Errorf("form %d of %d acknowledged ones is there %d times", n, acked, s.entries[entryText(n)])
		}
		if n%10 == 9 && s.photos[entryText(n)] != 1 {
			return fmt.Errorf("the photo of form %d of %d acknowledged ones is not there", n, acked)
		}
	}
	perhaps := 1 - acked%2 // the next form is an answer
	if s.answers != answers && s.answers != answers+perhaps {
		return fmt.Errorf("%d answers told of in the trail, %d acknowledged", s.answers, answers)
	}
	if n := len(s.entries); n != s.added || n != entries && n != entries+1-perhaps {
		return fmt.Errorf("%d entries, %d told of in the trail, %d acknowledged", n, s.added, entries)
	}
	want := []byte(k.set.Blank())
	for i := range s.answers {
		_, v := k.answer(2 * i)
		want[i%k.set.Len()] = v[0]
	}
	if s.sheet != string(want) {
		return fmt.Errorf("the sheet says %s, the answers %s", s.sheet, want)
	}
	return nil
}
