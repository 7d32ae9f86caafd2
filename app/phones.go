package app

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"os"
	"time"

	"sonha/app/bench"
	"sonha/app/demo"
	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ward/accounts"
	"sonha/ward/criteria"
)

type benchPhones struct {
	DB     string        `help:"Cơ sở dữ liệu PostgreSQL trống; mặc định: SQLite trong thư mục tạm. / An empty PostgreSQL database." placeholder:"URL" name:"db"`
	Phones int           `help:"Số điện thoại quay lại có mạng. / Phones that come back." default:"1000"`
	Items  int           `help:"Số phiếu chờ trên mỗi máy. / Items that wait on each." default:"20"`
	Within time.Duration `help:"Tất cả quay lại trong khoảng này. / All of them come back within this time." default:"60s"`
	Lost   float64       `help:"Tỷ lệ trả lời bị mất trên đường. / Share of answers lost on the way." default:"0.2"`
}

// Run lets many phones come back at once to the real server and counts what arrived: every item once, none twice.
func (c *benchPhones) Run(ctx context.Context, t *terminal) error {
	program, err := os.Executable()
	if err != nil {
		return err
	}
	folder, err := os.MkdirTemp("", "sonha-phones")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	at := place{Data: folder, DB: c.DB}
	t.say("Chuẩn bị %d máy, mỗi máy %d phiếu …", c.Phones, c.Items)
	phones, err := c.prepare(ctx, t, at)
	if err != nil {
		return err
	}
	args := []string{"serve", "--addr", "127.0.0.1:0", "--data", folder}
	if c.DB != "" {
		args = append(args, "--db", c.DB)
	}
	r, err := bench.Phones(ctx, program, args, phones, bench.Returning{Within: c.Within, Lost: c.Lost, Out: t.out})
	if err != nil {
		return err
	}
	t.say("%d lượt gửi trong %s, %d trả lời bị mất, %d lần phải chờ; trả lời p50 %s, p99 %s",
		r.Requests, r.Took.Round(time.Millisecond), r.LostAnswers, r.Refused, r.P50.Round(100*time.Microsecond), r.P99.Round(100*time.Microsecond))
	return c.count(ctx, t, at)
}

// phoneNumber is the number of one simulated phone.
func phoneNumber(i int) string { return fmt.Sprintf("09%08d", 50_000_000+i) }

// prepare builds a demo ward in which nobody has answered yet, with a head for each phone, signed in.
func (c *benchPhones) prepare(ctx context.Context, t *terminal, at place) ([]bench.Phone, error) {
	p, err := at.openNew(ctx, t, Settings{}, nil)
	if err != nil {
		return nil, err
	}
	phones, err := c.plant(ctx, p)
	return phones, errors.Join(err, p.Close())
}

func (c *benchPhones) plant(ctx context.Context, p *Program) ([]bench.Phone, error) {
	wards, err := p.Areas.Wards(ctx)
	if err != nil {
		return nil, err
	}
	if len(wards) > 0 {
		return nil, errors.New("thư mục hoặc cơ sở dữ liệu này đã có phường; phép đo cần chỗ trống")
	}
	if _, err := demo.Build(ctx, p.DB, criteria.Version1(), max(c.Phones, 60), func(int, int) {}); err != nil {
		return nil, err
	}
	who := access.System(firstDemoWard, "bench")
	ids, err := untouched(ctx, p, who, c.Phones)
	if err != nil {
		return nil, err
	}
	phones := make([]bench.Phone, len(ids))
	const pin = "246813"
	for i, id := range ids {
		if _, err := p.Accounts.Create(ctx, who, accounts.New{
			Name: "Trưởng số nhà", Phone: phoneNumber(i), Secret: pin, Grants: []accounts.Grant{{Role: access.Head, Of: id}},
		}); err != nil {
			return nil, err
		}
		from := netip.AddrFrom4([4]byte{10, 1, byte(i >> 8), byte(i)})
		in, err := p.Accounts.SignIn(ctx, accounts.Attempt{Phone: phoneNumber(i), Secret: pin, Agent: "Sonha bench", From: from})
		if err != nil {
			return nil, err
		}
		phones[i] = bench.Phone{Cookie: accounts.SessionCookie + "=" + in.Session, Items: c.items(criteria.Version1(), id)}
	}
	return phones, nil
}

// untouched makes the year one in which nobody has answered yet and gives some of its houses.
func untouched(ctx context.Context, p *Program, who access.Actor, most int) (ids []string, err error) {
	err = p.DB.Write(ctx, who, func(tx *db.Tx) error {
		ids = nil
		tx.Untold("a ward made for measuring")
		if _, err := tx.Exec(ctx, `update results as r set stage = 'assessed' where {scope r.house} and r.stage <> 'assessed'`); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `delete from assessments as a where {scope a.house}`); err != nil {
			return err
		}
		return tx.All(ctx, func(scan func(...any) error) error {
			var id string
			err := scan(&id)
			ids = append(ids, id)
			return err
		}, `select h.id from houses h where {scope h} and h.status = 'active' order by h.sort_key, h.id limit $1`, most)
	})
	return ids, err
}

// items are answers to questions of a house, each question twice and differently: an item that takes effect a second
// time, after a later one, would leave one more line in the history of the house.
func (c *benchPhones) items(set *criteria.Set, house string) []bench.Item {
	list := make([]bench.Item, c.Items)
	for i := range list {
		item, _ := set.Item(i / 2 % set.Len())
		v := criteria.Partly
		if i%2 == 1 {
			v = criteria.Fail
		}
		list[i] = bench.Item{Path: "/houses/" + house + "/assessment/" + item.Code, Form: url.Values{"answer": {string(v.Letter())}}}
	}
	return list
}

// count compares what the houses' histories tell with what was sent.
func (c *benchPhones) count(ctx context.Context, t *terminal, at place) error {
	p, err := at.open(ctx, t)
	if err != nil {
		return err
	}
	want, houses, lost, doubled := int64(c.Items), 0, int64(0), int64(0)
	err = p.DB.Read(ctx, access.System(firstDemoWard, "bench"), func(tx *db.Tx) error {
		return tx.All(ctx, func(scan func(...any) error) error {
			var n int64
			if err := scan(&n); err != nil {
				return err
			}
			houses++
			lost, doubled = lost+max(want-n, 0), doubled+max(n-want, 0)
			return nil
		}, `select count(*) from audit x where {scope x.house} and x.action = 'assessment.answer' and x.role = 'head' group by x.house_id`)
	})
	if err = errors.Join(err, p.Close()); err != nil {
		return err
	}
	lost += want * int64(c.Phones-houses)
	t.say("%d máy, %d phiếu: %d mất, %d tính hai lần", c.Phones, c.Phones*c.Items, lost, doubled)
	if lost+doubled > 0 {
		return errors.New("có phiếu bị mất hoặc tính hai lần")
	}
	return nil
}
