package houses_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sonha/app/apptest"
	"sonha/engine/db"
	"sonha/engine/db/dbtest"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/campaigns"
	"sonha/ward/houses"
	"sonha/ward/houses/moves"
)

const twoHouses = "Phố;Số nhà;Số hộ\nHàng Bạc;36A;15\nHàng Trống;7;2\n"

// imported sends and takes a roster with one changed and one new house, and gives its address and the id of
// the new house.
func imported(t *testing.T, s *apptest.Site) (at, house string) {
	t.Helper()
	b := s.As("command")
	at = send(b, "hai.csv", []byte(twoHouses))
	take(b, at)
	return at, find(t, s, "7", "Hàng Trống").ID
}

func find(t *testing.T, s *apptest.Site, number, street string) houses.House {
	t.Helper()
	n, err := civil.ParseHouseNumber(number)
	if err != nil {
		t.Fatal(err)
	}
	var h houses.House
	if err := s.DB.Read(t.Context(), s.System(), func(tx *db.Tx) error {
		h, err = houses.Find(t.Context(), tx, civil.ParseStreet(street).Key, n.Key)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return h
}

func write(t *testing.T, s *apptest.Site, statement string, args ...any) {
	t.Helper()
	err := s.DB.Write(t.Context(), s.System(), func(tx *db.Tx) error {
		if _, err := tx.Exec(t.Context(), statement, args...); err != nil {
			return err
		}
		return tx.Audit(t.Context(), db.Entry{Action: "test.write", Object: "house"})
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestUndoIsRefusedWhereWorkWouldBeLost(t *testing.T) {
	const edited = `update houses as h set head_name = 'Trần Thị Mới', version = h.version + 1 where {scope h} and h.id = $1`
	for _, x := range []struct {
		name string
		use  func(t *testing.T, s *apptest.Site, added string)
		says string
	}{
		{"assessed", func(t *testing.T, s *apptest.Site, added string) {
			t.Helper()
			write(t, s, `insert into assessments (ward_id, campaign_id, house_id, answers, answered, pledged, by_proxy, state, updated_at, updated_by, sent_by, version)
				values ({ward}, $1, $2, '', 0, 0, $3, 'draft', 0, '', '', 1)`, s.Campaign.ID, added, false)
		}, "tự đánh giá"},
		{"new house edited", func(t *testing.T, s *apptest.Site, added string) { t.Helper(); write(t, s, edited, added) }, "7 Hàng Trống đã được sửa"},
		{"changed house edited", func(t *testing.T, s *apptest.Site, _ string) {
			t.Helper()
			write(t, s, edited, s.House["36A Hàng Bạc"])
		}, "36A Hàng Bạc đã được sửa"},
		{"imported over", func(t *testing.T, s *apptest.Site, _ string) {
			t.Helper()
			take(s.As("command"), send(s.As("command"), "ba.csv", []byte("Phố;Số nhà;Số hộ\nHàng Trống;7;3\n")))
		}, "7 Hàng Trống đã được sửa"},
	} {
		t.Run(x.name, func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, d *db.DB) {
				s := apptest.New(t, d)
				at, added := imported(t, s)
				x.use(t, s, added)
				before := registry(t, s)
				s.As("command").Post(at+"/undo", nil).Is(http.StatusUnprocessableEntity).Has(".notice", x.says).Has("h1", "Hoàn tác lần nhập này?")
				if diff := cmp.Diff(before, registry(t, s)); diff != "" {
					t.Errorf("a refused undo wrote: %s", diff)
				}
				s.As("command").Get(at).OK().Has(".notice", "Đã nhập xong")
			})
		})
	}
}

const anotherGroup = "Tổ dân phố;Phố;Số nhà;Số hộ\n9;Hàng Bạc;36A;15\n"

// group is the id of the residential group of today with a name, empty without one.
func group(t *testing.T, s *apptest.Site, name string) string {
	t.Helper()
	all, err := s.Areas.Groups(t.Context(), s.System())
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range all {
		if g.Name == name {
			return g.ID
		}
	}
	return ""
}

// TestUndoLeavesAClosedCampaignAsItWas takes back an import after whose day a campaign was closed: its list holds the house where the
// import had put it, as its sums do.
func TestUndoLeavesAClosedCampaignAsItWas(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		command := s.As("command")
		at := send(command, "tổ.csv", []byte(anotherGroup))
		take(command, at)
		nine := group(t, s, "Tổ dân phố 9")
		s.Phase(campaigns.Publish)
		c, err := s.Campaigns.Get(t.Context(), s.System(), s.Campaign.ID)
		if err == nil {
			err = s.Results.Close(t.Context(), s.Actor("command"), c.ID, c.Version)
		}
		if err != nil {
			t.Fatal(err)
		}
		if to := command.Post(at+"/undo", nil).Goes(); to != at {
			t.Errorf("undoing leads to %s", to)
		}
		command.Get("/houses?year=2026&group="+nine).OK().Has("#list", "1 số nhà").Has("#list table", "36A Hàng Bạc")
		command.Get("/houses?year=2026&group="+s.Group["Tổ dân phố 1"]).OK().Lacks("#list table", "36A Hàng Bạc")
		s.As("group lead").Get("/houses/" + s.House["36A Hàng Bạc"]).OK()
	})
}

// TestAGroupThroughWhichAHouseWentStays takes back an import whose new group another house has been in since.
func TestAGroupThroughWhichAHouseWentStays(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		command := s.As("command")
		at := send(command, "tổ.csv", []byte(anotherGroup))
		take(command, at)
		nine := group(t, s, "Tổ dân phố 9")
		for _, to := range []string{nine, s.Group["Tổ dân phố 1"]} {
			admin, w := s.Actor("administrator"), moves.Wish{Choice: moves.Choice{Numbers: "36"}, Terms: moves.Terms{Reason: "Sắp xếp lại tổ dân phố"}, ToGroup: to}
			p, err := s.Moves.Preview(t.Context(), admin, w)
			if err == nil {
				w.Seen = p.Seen
				_, err = s.Moves.Do(t.Context(), admin, w)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		command.Post(at+"/undo", nil).Follow().OK().Has(".notice", "Đã hoàn tác")
		if group(t, s, "Tổ dân phố 9") != nine {
			t.Error("the group of which a house tells is gone")
		}
		if n := len(history(t, s, "36A Hàng Bạc")); n != 0 {
			t.Errorf("a house that was never moved tells of %d moves", n)
		}
	})
}

func history(t *testing.T, s *apptest.Site, house string) []houses.Left {
	t.Helper()
	var list []houses.Left
	if err := s.DB.Read(t.Context(), s.System(), func(tx *db.Tx) error {
		var err error
		list, err = houses.History(t.Context(), tx, s.House[house])
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return list
}

// clock is a time that a test moves.
type clock struct{ at time.Time }

func (c *clock) now() time.Time { return c.at }

func TestTimeRunsOut(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, empty *db.DB) {
		c := &clock{time.Date(2026, 10, 1, 9, 0, 0, 0, time.UTC)}
		address := empty.File()
		if address == "" {
			address = dbtest.Postgres(t)
		} else {
			address = dbtest.SQLite(t)
		}
		d, err := db.Open(t.Context(), db.Options{URL: address, Clock: c.now})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = d.Close() })
		s := apptest.New(t, d)
		b := s.As("command")
		at, _ := imported(t, s)
		waiting := send(b, "ba.csv", []byte("Phố;Số nhà;Số hộ\nHàng Trống;7;3\n"))
		b.Get("/imports").OK().Has("tbody", "ba.csv").Has("tbody", "giữ đến 08/10/2026").Has("tbody a", "Hoàn tác")
		if n := keptUploads(t, s); n != 2 {
			t.Fatalf("%d files kept, want 2", n)
		}

		c.at = c.at.AddDate(0, 0, 8)
		b.Get("/imports").OK().Lacks("tbody", "ba.csv")
		b.Get(waiting).Is(http.StatusNotFound)
		b.Post(waiting+"/apply", nil).Is(http.StatusNotFound)
		if n := keptUploads(t, s); n != 1 {
			t.Errorf("%d files kept after 8 days, want the applied one", n)
		}
		b.Get(at + "/errors.csv").OK()

		c.at = c.at.AddDate(0, 0, 23)
		b.Get("/imports").OK().Has("tbody", "hai.csv").Lacks("tbody a", "Hoàn tác")
		b.Post(at+"/undo", nil).Is(http.StatusUnprocessableEntity).Has(".notice", "Đã quá 30 ngày")

		c.at = c.at.AddDate(0, 0, 1)
		b.Get("/imports").OK()
		if n := keptUploads(t, s); n != 0 {
			t.Errorf("%d files kept when nothing can be taken back", n)
		}
		b.Get(at).OK().Has(".tallies", "1").Lacks(".actions a", "Lỗi")
		b.Get(at + "/errors.csv").Is(http.StatusNotFound)
	})
}

// failing breaks the last step of an import.
type failing struct{ err error }

func (f failing) HousesChanged(context.Context, *db.Tx) error { return f.err }

func TestABrokenImportWritesNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		before := registry(t, s)
		r := rosterOf(t, sampleFile(t), "x.xlsx")
		who := s.Actor("command")

		broken := errors.New("the disk is full")
		if _, _, err := houses.NewStore(d, failing{broken}).Take(t.Context(), who, houses.Source{File: "x.xlsx"}, r, nil); !errors.Is(err, broken) {
			t.Errorf("a failing step: %v", err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		if _, _, err := s.Houses.Take(ctx, who, houses.Source{File: "x.xlsx"}, r, func(done, total int) {
			if done > total/2 {
				cancel()
			}
		}); err == nil {
			t.Error("an import that was broken off says that it was done")
		}
		if _, _, err := s.Houses.Take(t.Context(), s.Actor("officer"), houses.Source{File: "x.xlsx"}, r, nil); !fault.Is(err, fault.Missing) {
			t.Errorf("an officer imported: %v", err)
		}
		if diff := cmp.Diff(before, registry(t, s)); diff != "" {
			t.Fatalf("broken imports left: %s", diff)
		}
		all, err := s.Houses.Imports(t.Context(), who)
		if err != nil || len(all) != 0 {
			t.Errorf("broken imports are listed: %v %v", all, err)
		}
		plan, _, err := s.Houses.Take(t.Context(), who, houses.Source{File: "x.xlsx"}, r, nil)
		if err != nil || plan.New+plan.Changed+plan.Unchanged != 1586 {
			t.Errorf("after them: %v", err)
		}
	})
}

// TestOnlyTheCommandOfTheWard walks the pages of an import as everybody.
func TestOnlyTheCommandOfTheWard(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		at := send(s.As("command"), "hai.csv", []byte(twoHouses))
		before := registry(t, s)
		for _, person := range apptest.People() {
			b := s.As(person)
			may := s.Actor(person).May(access.Import)
			if person == "visitor" {
				if to := b.Get("/imports").Goes(); to != "/sign-in?next=%2Fimports" {
					t.Errorf("a visitor is led to %s", to)
				}
				b.Post(at+"/apply", nil).Is(http.StatusUnauthorized)
				continue
			}
			want := http.StatusNotFound
			if may {
				want = http.StatusOK
			}
			b.Get("/imports").Is(want)
			b.Get("/imports/template.xlsx").Is(want)
			if person == "command" {
				continue
			}
			for _, page := range []string{"", "/errors.csv", "/undo", "?show=new"} {
				b.Get(at + page).Is(http.StatusNotFound)
			}
			for _, deed := range []string{"/apply", "/drop", "/undo"} {
				b.Post(at+deed, nil).Is(http.StatusNotFound)
			}
			if !may {
				b.Upload("/imports", "file", "hai.csv", []byte(twoHouses), nil).Is(http.StatusNotFound)
			} else {
				b.Get("/imports").OK().Lacks("main", "hai.csv")
			}
		}
		if diff := cmp.Diff(before, registry(t, s)); diff != "" {
			t.Errorf("strangers wrote: %s", diff)
		}
		s.As("command").Get(at).OK().Has("button", "Nhập 2 số nhà")
	})
}
