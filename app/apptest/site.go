// Package apptest starts the whole program over a small ward for tests of pages, and speaks to it as a
// person in a role would:
//
//	site := apptest.New(t, d)
//	site.As("officer").Get("/houses").Has("td", "36A Hàng Bạc")
package apptest

import (
	"context"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"sonha/app"
	"sonha/engine/db"
	"sonha/engine/mail"
	"sonha/engine/page"
	"sonha/engine/page/ui"
	"sonha/engine/push"
	"sonha/engine/sms"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ward/areas"
	"sonha/ward/campaigns"
	"sonha/ward/criteria"
	"sonha/ward/inbox"
)

// Site is the program over a small ward: Hoàn Kiếm with two groups, two beats, two streets and eight houses,
// and a second ward, Cửa Nam, with one house. The campaign 2026 is at inspection.
type Site struct {
	*app.Program
	T        testing.TB
	Ward     areas.Ward
	Other    areas.Ward
	Campaign campaigns.Campaign
	Set      *criteria.Set // by which Campaign is judged: the first version
	// House, Group and Beat give ids by name: "36A Hàng Bạc", "Tổ dân phố 1", "Khu vực 1". OtherHouse lies
	// in the other ward.
	House, Group, Beat map[string]string
	OtherHouse         string
	people             map[string]page.Identity
}

// houses of the small ward: group 1 and beat 1 hold the first four, group 2 and beat 2 the rest; 9 Hàng Bạc
// is in group 1 but beat 2, because beats have other borders than groups.
var sample = []struct {
	number, street string
	group, beat    int
	households     int
	head, phone    string
}{
	{"36", "Hàng Bạc", 1, 1, 3, "Trần Văn Thịnh", "+84912345678"},
	{"36A", "Hàng Bạc", 1, 1, 14, "Nguyễn Thị Ủy", "+84901000111"},
	{"12/5", "Hàng Bạc", 1, 1, 1, "", ""},
	{"9", "Hàng Bạc", 1, 2, 6, "Đặng Hữu Ỷ", ""},
	{"100", "Đinh Liệt", 2, 2, 2, "Lê Thị Bưởi", ""},
	{"6 bis", "Đinh Liệt", 2, 2, 9, "Phạm Văn Ẩn", ""},
	{"12/5/7", "Đinh Liệt", 2, 2, 4, "", ""},
	{"13-15", "Đinh Liệt", 2, 2, 5, "Hoàng Ngọc Ý", ""},
}

// New starts the program over the small ward.
func New(t testing.TB, d *db.DB) *Site {
	t.Helper()
	s := &Site{T: t, Set: criteria.Version1(), House: map[string]string{}, Group: map[string]string{}, Beat: map[string]string{}, people: map[string]page.Identity{}}
	s.Program = wire(t, d, app.Settings{Log: slog.New(slog.NewTextHandler(testLog{t}, nil)), Gate: s})
	var err error
	ctx := t.Context()
	s.Outside(ctx)
	s.Ward, err = s.Areas.Found(ctx, areas.Ward{City: "Hà Nội", Name: "Hoàn Kiếm", Invented: true})
	s.must(err)
	s.Other, err = s.Areas.Found(ctx, areas.Ward{City: "Hà Nội", Name: "Cửa Nam"})
	s.must(err)
	s.plant(ctx, s.System(), false)
	s.plant(ctx, access.System(s.Other.ID, "test"), true)
	s.Campaign, err = s.Campaigns.Create(ctx, s.System(), campaigns.New{Year: 2026, Criteria: 1})
	s.must(err)
	s.Phase(campaigns.Inspect)
	s.meet()
	return s
}

// Outside sets every channel out of the inbox up, with nobody at the other end.
func (s *Site) Outside(ctx context.Context) {
	s.T.Helper()
	s.Accounts.ServeAt("https://sonha.example")
	keys, err := s.Inbox.Keys(ctx, access.System(0, "test"))
	s.must(err)
	s.Inbox.Connect(inbox.Outside{
		Base: "https://sonha.example", Words: s.Words, Push: &push.Sender{Keys: keys, Subject: "https://sonha.example"},
		Mail: &mail.Sender{Host: "127.0.0.1", Port: 1, Security: mail.None, From: "sonha@phuong.example", Name: "Sonha"},
		SMS:  &sms.Gateway{URL: "http://127.0.0.1:1", Secret: "test"}, SMSDaily: 100,
	})
}

// System is the program itself in the small ward.
func (s *Site) System() access.Actor { return access.System(s.Ward.ID, "test") }

// Phase puts the campaign into a phase.
func (s *Site) Phase(p campaigns.Phase) {
	s.T.Helper()
	ctx := s.T.Context()
	s.must(s.DB.Write(ctx, s.System(), func(tx *db.Tx) error {
		c, err := campaigns.InTx(ctx, tx, s.Campaign.ID)
		if err != nil {
			return err
		}
		s.Campaign.Phase = p
		if err := campaigns.SetPhase(ctx, tx, c, p, c.Version); err != nil {
			return err
		}
		return s.Results.RecountAll(ctx, tx, s.Campaign.ID)
	}))
}

func (s *Site) plant(ctx context.Context, who access.Actor, other bool) {
	s.T.Helper()
	s.must(s.DB.Write(ctx, who, func(tx *db.Tx) error {
		reg, err := areas.NewRegister(ctx, tx)
		if err != nil {
			return err
		}
		for i, x := range sample {
			if other && i > 0 {
				break
			}
			id, err := plantHouse(ctx, tx, reg, i)
			if err != nil {
				return err
			}
			if other {
				s.OtherHouse = id
				continue
			}
			s.House[x.number+" "+x.street] = id
			group, beat := civil.ParseGroup(strconv.Itoa(x.group)), civil.ParseBeat(strconv.Itoa(x.beat))
			if s.Group[group.Name], err = reg.Group(ctx, group); err != nil {
				return err
			}
			if s.Beat[beat.Name], err = reg.Beat(ctx, beat); err != nil {
				return err
			}
		}
		return tx.Audit(ctx, db.Entry{Action: "test.plant", Object: "ward"})
	}))
}

func plantHouse(ctx context.Context, tx *db.Tx, reg *areas.Register, i int) (string, error) {
	x := sample[i]
	street, err := reg.Street(ctx, civil.ParseStreet(x.street))
	if err != nil {
		return "", err
	}
	group, err := reg.Group(ctx, civil.ParseGroup(strconv.Itoa(x.group)))
	if err != nil {
		return "", err
	}
	beat, err := reg.Beat(ctx, civil.ParseBeat(strconv.Itoa(x.beat)))
	if err != nil {
		return "", err
	}
	n, err := civil.ParseHouseNumber(x.number)
	if err != nil {
		return "", err
	}
	id := tx.NewID()
	key := append(append(append([]byte(nil), street.SortKey...), 0, 0), civil.SortKey(n.Text)...)
	_, err = tx.Exec(ctx, `insert into houses (ward_id, id, street_id, group_id, beat_id, number, number_key, main, alley, sort_key, fold, kind, storeys,
		households, rented, head_name, head_phone, former_ward, note, status, opened_on, version, created_at, updated_at)
		values ({ward}, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, '', 0, $11, 0, $12, $13, '', '', 'active', '2026-01-05', 1, $14, $14)`,
		id, street.ID, group, beat, n.Text, n.Key, n.Main, strings.Join(n.Alley, "/"), key, civil.Fold(n.Text+" "+x.street+" "+x.head), x.households,
		x.head, x.phone, tx.Millis())
	return id, err
}

// Person adds somebody with a role in a ward, in the places of those ids.
func (s *Site) Person(name string, role access.Role, ward areas.Ward, ids ...string) {
	var grants []access.Grant
	for _, id := range ids {
		grants = append(grants, access.Grant{Role: role, Ward: ward.ID, ID: id})
	}
	account := db.NewID()
	s.people[name] = page.Identity{
		Actor: access.SignedInAs(account, "Ông/bà "+name, role, ward.ID, grants), Language: "vi", Session: account,
		Place: "Phường " + ward.Name, Invented: ward.Invented,
		Crumbs: []ui.Link{{Label: ward.City}, {Label: ward.Name}},
	}
}

// meet makes one person for each role, at home and elsewhere.
func (s *Site) meet() {
	person := s.Person
	household := func(name string, ward areas.Ward, house, label string) {
		person(name, access.Household, ward)
		p := s.people[name]
		account := db.NewID()
		p.Actor = access.SignedInAs(account, "Hộ "+label, access.Household, ward.ID, []access.Grant{{Role: access.Household, Ward: ward.ID, ID: house, Household: label}})
		s.people[name] = p
	}
	household("household", s.Ward, s.House["36A Hàng Bạc"], "H01")
	household("other household", s.Ward, s.House["36A Hàng Bạc"], "H02")
	person("head", access.Head, s.Ward, s.House["36A Hàng Bạc"])
	person("other head", access.Head, s.Ward, s.House["6 bis Đinh Liệt"])
	person("group lead", access.GroupLead, s.Ward, s.Group["Tổ dân phố 1"])
	person("other group lead", access.GroupLead, s.Ward, s.Group["Tổ dân phố 2"])
	person("mediator", access.Mediator, s.Ward, s.Group["Tổ dân phố 1"])
	person("other mediator", access.Mediator, s.Ward, s.Group["Tổ dân phố 2"])
	person("officer", access.Officer, s.Ward, s.Beat["Khu vực 1"])
	person("other officer", access.Officer, s.Ward, s.Beat["Khu vực 2"])
	person("command", access.Command, s.Ward, "")
	person("other command", access.Command, s.Other, "")
	person("committee", access.Committee, s.Ward, "")
	person("city", access.City, areas.Ward{Name: "", City: "Hà Nội"}, "")
	person("administrator", access.Administrator, s.Ward, "")
	person("protector", access.Protector, s.Ward, "")
	s.people["visitor"] = page.Identity{}
}

// People lists who can be asked for with As, in a fixed order.
func People() []string {
	return []string{
		"visitor", "household", "other household", "head", "other head", "group lead", "other group lead", "mediator", "other mediator", "officer", "other officer", "command",
		"other command",
		"committee", "city", "administrator", "protector",
	}
}

// Actor is the actor of a person.
func (s *Site) Actor(person string) access.Actor {
	s.T.Helper()
	p, ok := s.people[person]
	if !ok {
		s.T.Fatalf("nobody is called %q", person)
	}
	return p.Actor.Fresh()
}

// Identify is the gate of the site: the person named in the test's own header, who reads Vietnamese unless
// With("Test-Language", "en").
func (s *Site) Identify(r *http.Request) (page.Identity, error) {
	person := s.people[r.Header.Get("Test-Person")]
	if lang := r.Header.Get("Test-Language"); lang != "" {
		person.Language = lang
	}
	person.Proved = s.DB.Now()
	return person, nil
}

func (s *Site) must(err error) {
	s.T.Helper()
	if err != nil {
		s.T.Fatal(err)
	}
}

type testLog struct{ t testing.TB }

func (l testLog) Write(b []byte) (int, error) {
	l.t.Log(strings.TrimSpace(string(b)))
	return len(b), nil
}
