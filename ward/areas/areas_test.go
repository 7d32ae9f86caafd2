package areas_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"sonha/app/apptest"
	"sonha/engine/db"
	"sonha/engine/db/dbtest"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/accounts"
	"sonha/ward/areas"
)

func key(err error) string {
	e, ok := fault.As(err)
	switch {
	case !ok:
		return ""
	case len(e.Fields) > 0:
		return e.Fields[0].Name + ": " + e.Fields[0].Key
	}
	return e.Key
}

func each(t *testing.T, fn func(t *testing.T, s *apptest.Site)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		fn(t, apptest.New(t, d))
	})
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func groups(t *testing.T, s *apptest.Site) string {
	t.Helper()
	list, err := s.Areas.Groups(t.Context(), s.Actor("administrator"))
	must(t, err)
	var names []string
	for _, a := range list {
		names = append(names, a.Name)
	}
	return strings.Join(names, ", ")
}

func TestGroupsAreAddedRenamedAndClosed(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *apptest.Site) {
		t.Helper()
		ctx, admin := t.Context(), s.Actor("administrator")
		id, err := s.Areas.AddGroup(ctx, admin, "TDP số 10", "2026-01-01")
		must(t, err)
		if _, err := s.Areas.AddGroup(ctx, admin, "tổ dân phố 010", ""); key(err) != "name: areas.group_taken" {
			t.Errorf("the same group twice: %v", err)
		}
		if _, err := s.Areas.AddGroup(ctx, admin, "11", "2100-01-01"); key(err) != "from: areas.not_after_today" {
			t.Errorf("a group of the future: %v", err)
		}
		if got := groups(t, s); got != "Tổ dân phố 1, Tổ dân phố 2, Tổ dân phố 10" {
			t.Errorf("groups: %s", got)
		}
		must(t, s.Areas.RenameGroup(ctx, admin, areas.Change{ID: id, Was: "Tổ dân phố 10", Name: "Tổ dân phố Hàng Bạc"}))
		if err := s.Areas.RenameGroup(ctx, admin, areas.Change{ID: id, Was: "Tổ dân phố 10", Name: "Tổ dân phố 9"}); !fault.Is(err, fault.Clash) {
			t.Errorf("renamed from an old page: %v", err)
		}
		if err := s.Areas.RenameGroup(ctx, admin, areas.Change{ID: id, Was: "Tổ dân phố Hàng Bạc", Name: "Tổ 1"}); key(err) != "name: areas.group_taken" {
			t.Errorf("took a name that is there: %v", err)
		}
		g, err := s.Areas.Group(ctx, admin, id)
		if err != nil || g.Name != "Tổ dân phố Hàng Bạc" || strings.Join(g.Former, ",") != "Tổ dân phố 10" || g.From != "2026-01-01" {
			t.Errorf("%+v %v", g, err)
		}
		full := s.Group["Tổ dân phố 1"]
		if err := s.Areas.CloseGroup(ctx, admin, full, ""); key(err) != "areas.group_has_houses" {
			t.Errorf("closed with houses in it: %v", err)
		}
		if err := s.Areas.CloseGroup(ctx, admin, id, "2025-12-31"); key(err) != "until: areas.not_before_start" {
			t.Errorf("closed before it began: %v", err)
		}
		must(t, s.Areas.CloseGroup(ctx, admin, id, "2026-06-30"))
		if got := groups(t, s); got != "Tổ dân phố 1, Tổ dân phố 2" {
			t.Errorf("after closing: %s", got)
		}
		// Its row and its way up the tree stay, with their days.
		must(t, s.DB.Read(ctx, admin, func(tx *db.Tx) error {
			var until string
			var open int
			if err := tx.One(ctx, `select a.valid_to from areas a where a.ward_id = {ward} and a.id = $1`, id).Scan(&until); err != nil {
				return err
			}
			err := tx.One(ctx, `select count(*) from area_paths p where p.ward_id = {ward} and p.descendant_id = $1 and p.valid_to is null`, id).Scan(&open)
			if until != "2026-06-30" || open != 0 {
				t.Errorf("valid to %s, %d ways open", until, open)
			}
			return err
		}))
		_, err = s.Areas.AddGroup(ctx, admin, "Tổ dân phố Hàng Bạc", "")
		must(t, err) // the name is free again
	})
}

func TestBeats(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *apptest.Site) {
		t.Helper()
		ctx, admin := t.Context(), s.Actor("administrator")
		id, err := s.Areas.AddBeat(ctx, admin, "KV 3", "")
		must(t, err)
		must(t, s.Areas.RenameBeat(ctx, admin, areas.Change{ID: id, Was: "Khu vực 3", Name: "Khu vực chợ"}))
		a, err := s.Accounts.Create(ctx, s.System(), accounts.New{Name: "Trần Văn Thịnh", Grants: []accounts.Grant{{Role: access.Officer, Of: id}}})
		must(t, err)
		if err := s.Areas.CloseBeat(ctx, admin, id, ""); key(err) != "areas.beat_has_officer" {
			t.Errorf("closed under its officer: %v", err)
		}
		must(t, s.Accounts.EndRole(ctx, s.System(), a.ID, a.Grants[0].ID))
		for of, want := range map[string]string{s.Beat["Khu vực 1"]: "areas.beat_has_houses", db.NewID(): "fault.not_found"} {
			if err := s.Areas.CloseBeat(ctx, admin, of, ""); key(err) != want {
				t.Errorf("closed %s: %v", of, err)
			}
		}
		must(t, s.Areas.CloseBeat(ctx, admin, id, ""))
		list, err := s.Areas.Beats(ctx, admin)
		if err != nil || len(list) != 2 {
			t.Errorf("%v %v", list, err)
		}
	})
}

func TestAStreetsHousesFollowItsName(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *apptest.Site) {
		t.Helper()
		ctx, admin := t.Context(), s.Actor("administrator")
		streets, err := s.Areas.Streets(ctx, admin)
		must(t, err)
		id := streets[0].ID // Đinh Liệt comes before Hàng Bạc
		if streets[0].Name != "Đinh Liệt" {
			t.Fatalf("%+v", streets)
		}
		must(t, s.Areas.RenameStreet(ctx, admin, areas.Change{ID: id, Was: "Đinh Liệt", Name: "phố Tạ Hiện", Former: "Ngõ Quảng Lạc"}))
		x, err := s.Areas.Street(ctx, admin, id)
		if err != nil || x.Name != "Tạ Hiện" || x.Former != "Ngõ Quảng Lạc; Đinh Liệt" {
			t.Errorf("%+v %v", x, err)
		}
		must(t, s.DB.Read(ctx, s.System(), func(tx *db.Tx) error {
			var order []string
			err := tx.All(ctx, func(scan func(...any) error) error {
				var number, street, fold string
				if err := scan(&number, &street, &fold); err != nil {
					return err
				}
				order = append(order, number+" "+street)
				if street == "Tạ Hiện" && (!civil.Contains(fold, "Tạ Hiện") || !civil.Contains(fold, "Đinh Liệt") || !civil.Contains(fold, "Quảng Lạc")) {
					t.Errorf("%s is not found by its new and its former names: %s", number, fold)
				}
				return nil
			}, `select h.number, s.name, h.fold from houses h join streets s on s.ward_id = h.ward_id and s.id = h.street_id where {scope h} order by h.sort_key, h.id`)
			if got := strings.Join(order, ", "); got != "9 Hàng Bạc, 12/5 Hàng Bạc, 36 Hàng Bạc, 36A Hàng Bạc, 6 bis Tạ Hiện, 12/5/7 Tạ Hiện, 13-15 Tạ Hiện, 100 Tạ Hiện" {
				t.Errorf("order: %s", got)
			}
			return err
		}))
		for name, want := range map[string]string{"Hàng Bạc": "name: areas.street_taken", "": "name: fault.required", "ngõ 12 Hàng Bạc": "name: areas.bad_street", "36": "name: areas.bad_street"} {
			if err := s.Areas.RenameStreet(ctx, admin, areas.Change{ID: id, Was: "Tạ Hiện", Name: name}); key(err) != want {
				t.Errorf("%q: %v", name, err)
			}
		}
		if _, err := s.Areas.AddStreet(ctx, admin, areas.NewStreet{Name: "PHỐ HÀNG BẠC", Other: true}); key(err) != "name: areas.street_taken" {
			t.Errorf("a street twice: %v", err)
		}
	})
}

func TestOnlyTheWardsAdministratorEditsAreas(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *apptest.Site) {
		t.Helper()
		ctx := t.Context()
		id, beat := s.Group["Tổ dân phố 1"], s.Beat["Khu vực 1"]
		streets, err := s.Areas.Streets(ctx, s.System())
		must(t, err)
		doors := map[string]func(access.Actor) error{
			"add group": func(who access.Actor) error { _, err := s.Areas.AddGroup(ctx, who, "7", ""); return err },
			"rename group": func(who access.Actor) error {
				return s.Areas.RenameGroup(ctx, who, areas.Change{ID: id, Was: "Tổ dân phố 1", Name: "8"})
			},
			"close group": func(who access.Actor) error { return s.Areas.CloseGroup(ctx, who, id, "") },
			"add beat":    func(who access.Actor) error { _, err := s.Areas.AddBeat(ctx, who, "7", ""); return err },
			"rename beat": func(who access.Actor) error {
				return s.Areas.RenameBeat(ctx, who, areas.Change{ID: beat, Was: "Khu vực 1", Name: "8"})
			},
			"close beat": func(who access.Actor) error { return s.Areas.CloseBeat(ctx, who, beat, "") },
			"add street": func(who access.Actor) error {
				_, err := s.Areas.AddStreet(ctx, who, areas.NewStreet{Name: "Hàng Mã"})
				return err
			},
			"remove street": func(who access.Actor) error { return s.Areas.RemoveStreet(ctx, who, streets[0].ID) },
			"name ward": func(who access.Actor) error {
				return s.Areas.NameWard(ctx, who, areas.Naming{Name: "Hàng Mã", City: "Hà Nội", Was: "Hoàn Kiếm", WasCity: "Hà Nội"})
			},
			"rename street": func(who access.Actor) error {
				return s.Areas.RenameStreet(ctx, who, areas.Change{ID: streets[0].ID, Was: streets[0].Name, Name: "Hàng Mã"})
			},
		}
		for _, person := range []string{"visitor", "head", "group lead", "officer", "command", "committee", "city"} {
			for door, open := range doors {
				if err := open(s.Actor(person)); !fault.Is(err, fault.Missing) {
					t.Errorf("%s as %s: %v", door, person, err)
				}
			}
			if person == "visitor" {
				continue
			}
			for _, path := range []string{"/areas", "/areas/groups/" + id, "/areas/beats/" + beat, "/areas/streets/" + streets[0].ID, areas.NamePath} {
				s.As(person).Get(path).Is(http.StatusNotFound)
			}
		}
		other := access.SignedInAs(db.NewID(), "Quản trị Cửa Nam", access.Administrator, s.Other.ID, []access.Grant{{Role: access.Administrator, Ward: s.Other.ID}})
		for door, open := range doors {
			if err := open(other); !strings.HasPrefix(door, "add") && !fault.Is(err, fault.Missing) && !fault.Is(err, fault.Clash) {
				t.Errorf("%s as the other ward's administrator: %v", door, err)
			}
		}
		if got := groups(t, s); got != "Tổ dân phố 1, Tổ dân phố 2" {
			t.Errorf("the ward's groups were changed from outside: %s", got)
		}
	})
}

func TestPagesOfAreas(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *apptest.Site) {
		t.Helper()
		admin := s.As("administrator")
		admin.Get("/areas").OK().Has(".tree", "Tổ dân phố 1 4 số nhà").Has(".facts", "Khu vực 2").Has("table", "Hàng Bạc").Has(".asof", "8 số nhà")
		admin.Post("/areas/groups", url.Values{"name": {"Tổ 2"}}).Is(http.StatusUnprocessableEntity).Has("details[open]", "đã có tổ dân phố tên này")
		if to := admin.Post("/areas/groups", url.Values{"name": {"3"}}).Goes(); to != "/areas#groups" {
			t.Errorf("goes to %s", to)
		}
		page := "/areas/groups/" + s.Group["Tổ dân phố 2"]
		admin.Get(page).OK().Has("h1", "Tổ dân phố 2").Has("dl", "4")
		admin.Post(page, url.Values{"was": {"Tổ dân phố 2"}, "name": {"Tổ dân phố Đinh Liệt"}}).Goes()
		admin.Get("/areas").Has(".tree", "tên cũ: Tổ dân phố 2")
		admin.Post(page+"/close", url.Values{"until": {""}}).Is(http.StatusUnprocessableEntity).Has(".notice", "còn 4 số nhà")
		admin.Post(page, url.Values{"was": {"Tổ dân phố 2"}, "name": {"Tổ dân phố 9"}}).Is(http.StatusUnprocessableEntity).Has(".notice", "vừa sửa")
		admin.Get("/areas/beats/" + s.Group["Tổ dân phố 1"]).Is(http.StatusNotFound)
	})
}
