package accounts_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"sonha/engine/db"
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

func TestOnePhoneOneAccountInAllWards(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		t.Helper()
		ctx := t.Context()
		a := w.head()
		elsewhere := access.System(w.site.Other.ID, "test")
		_, err := w.Accounts.Create(ctx, elsewhere, accounts.New{Name: "Ai đó", Phone: "84912345678", Grants: []accounts.Grant{{Role: access.Command}}})
		if key(err) != "phone: accounts.phone_taken" {
			t.Errorf("the number was taken twice: %v", err)
		}
		w.must(w.Accounts.Edit(ctx, w.site.System(), a.ID, "Nguyễn Thị Uỷ", "0913 000 000", a.Version))
		if err := w.Accounts.Edit(ctx, w.site.System(), a.ID, "Nguyễn Thị Ủy", "0913 000 000", a.Version); !fault.Is(err, fault.Clash) {
			t.Errorf("edited from an old page: %v", err)
		}
		if _, err := w.Accounts.Create(ctx, elsewhere, accounts.New{Name: "Ai đó", Phone: headPhone, Grants: []accounts.Grant{{Role: access.Command}}}); err != nil {
			t.Errorf("a number given up is not free: %v", err)
		}
		if b, err := w.Accounts.ByPhone(ctx, w.site.System(), "0913000000"); err != nil || b.ID != a.ID {
			t.Errorf("by phone: %v %v", b, err)
		}
		if _, err := w.Accounts.ByPhone(ctx, w.site.System(), headPhone); !fault.Is(err, fault.Missing) {
			t.Errorf("found an account of another ward: %v", err)
		}
	})
}

func TestWhatIsRefused(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		t.Helper()
		ctx, admin := t.Context(), w.site.Actor("administrator")
		house := w.site.House["36A Hàng Bạc"]
		for _, x := range []struct {
			n    accounts.New
			want string
		}{
			{accounts.New{Name: " ", Grants: []accounts.Grant{{Role: access.Command}}}, "name: fault.required"},
			{accounts.New{Name: "A", Phone: "123", Grants: []accounts.Grant{{Role: access.Command}}}, "phone: accounts.bad_phone"},
			{accounts.New{Name: "A", Grants: []accounts.Grant{{Role: access.Head}}}, "house: fault.required"},
			{accounts.New{Name: "A", Grants: []accounts.Grant{{Role: access.Head, Of: w.site.OtherHouse}}}, "house: accounts.no_such_scope"},
			{accounts.New{Name: "A", Grants: []accounts.Grant{{Role: access.Officer, Of: house}}}, "beat: accounts.no_such_scope"},
			{accounts.New{Name: "A", Grants: []accounts.Grant{{Role: access.Command, Of: house}}}, "role: accounts.bad_role"},
			{accounts.New{Name: "A", Grants: []accounts.Grant{{Role: access.City}}}, "role: accounts.bad_role"},
			{accounts.New{Name: "A", Grants: []accounts.Grant{{Role: "system"}}}, "role: accounts.bad_role"},
			{accounts.New{Name: "A", Secret: "804173", Grants: []accounts.Grant{{Role: access.Head, Of: house}}}, "secret: accounts.secret_by_owner"},
		} {
			if _, err := w.Accounts.Create(ctx, admin, x.n); key(err) != x.want {
				t.Errorf("%+v: %v, want %s", x.n, err, x.want)
			}
		}
		for address, want := range map[string]string{"": "house: fault.required", "Hàng Bạc": "house: accounts.bad_address", "99 Hàng Bạc": "house: accounts.no_house"} {
			if _, err := w.Accounts.FindHouse(ctx, admin, address); key(err) != want {
				t.Errorf("%q: %v", address, err)
			}
		}
		for _, address := range []string{"36A Hàng Bạc", "số 36 a phố hàng bạc"} {
			if id, err := w.Accounts.FindHouse(ctx, admin, address); err != nil || id != house {
				t.Errorf("%q: %v %v", address, id, err)
			}
		}
	})
}

// Only the ward's own administrator manages accounts, at every door of the store.
func TestOnlyAdministratorsManageAccounts(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		t.Helper()
		ctx := t.Context()
		a := w.head()
		doors := map[string]func(access.Actor) error{
			"list":  func(who access.Actor) error { _, _, err := w.Accounts.List(ctx, who, accounts.Query{}); return err },
			"get":   func(who access.Actor) error { _, err := w.Accounts.Get(ctx, who, a.ID); return err },
			"phone": func(who access.Actor) error { _, err := w.Accounts.ByPhone(ctx, who, headPhone); return err },
			"house": func(who access.Actor) error { _, err := w.Accounts.FindHouse(ctx, who, "36A Hàng Bạc"); return err },
			"edit":  func(who access.Actor) error { return w.Accounts.Edit(ctx, who, a.ID, "X", "", a.Version) },
			"add": func(who access.Actor) error {
				return w.Accounts.AddRole(ctx, who, a.ID, accounts.Grant{Role: access.Command})
			},
			"end":     func(who access.Actor) error { return w.Accounts.EndRole(ctx, who, a.ID, a.Grants[0].ID) },
			"disable": func(who access.Actor) error { return w.Accounts.Disable(ctx, who, a.ID) },
			"enable":  func(who access.Actor) error { return w.Accounts.Enable(ctx, who, a.ID) },
			"invite":  func(who access.Actor) error { _, err := w.Accounts.Invite(ctx, who, a.ID); return err },
			"reset":   func(who access.Actor) error { _, err := w.Accounts.Reset(ctx, who, a.ID); return err },
			"create": func(who access.Actor) error {
				_, err := w.Accounts.Create(ctx, who, accounts.New{Name: "X", Grants: []accounts.Grant{{Role: access.Command}}})
				return err
			},
		}
		for _, person := range []string{"visitor", "head", "group lead", "officer", "command", "committee", "city"} {
			for door, open := range doors {
				if err := open(w.site.Actor(person)); !fault.Is(err, fault.Missing) {
					t.Errorf("%s as %s: %v", door, person, err)
				}
			}
		}
		other := access.SignedInAs(db.NewID(), "Quản trị Cửa Nam", access.Administrator, w.site.Other.ID, []access.Grant{{Role: access.Administrator, Ward: w.site.Other.ID}})
		for door, open := range doors {
			switch err := open(other); {
			case door == "list" || door == "create": // their own ward's
			case door == "house" && key(err) == "house: accounts.no_house":
			case !fault.Is(err, fault.Missing):
				t.Errorf("%s as the other ward's administrator: %v", door, err)
			}
		}
		if list, _, err := w.Accounts.List(ctx, other, accounts.Query{}); err != nil || strings.Contains(names(list), "Ủy") {
			t.Errorf("the other ward's administrator sees %s (%v)", names(list), err)
		}
		if _, err := w.Accounts.Get(ctx, w.site.Actor("administrator"), a.ID); err != nil {
			t.Errorf("the ward's own administrator: %v", err)
		}
	})
}

func names(list []accounts.Account) string {
	var out []string
	for _, a := range list {
		out = append(out, a.Name)
	}
	return strings.Join(out, ", ")
}

func TestTheListIsInOrderAndFound(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		t.Helper()
		ctx, admin := t.Context(), w.site.Actor("administrator")
		w.head()
		w.administrator()
		w.person("Đặng Hữu Ỷ", "0911 222 333", "", accounts.Grant{Role: access.Officer, Of: w.site.Beat["Khu vực 2"]})
		w.person("Phạm Văn Ẩn", "", "", accounts.Grant{Role: access.GroupLead, Of: w.site.Group["Tổ dân phố 1"]})
		for _, x := range []struct {
			q    accounts.Query
			want string
		}{
			{accounts.Query{}, "Phạm Văn Ẩn, Trần Văn Thịnh, Nguyễn Thị Ủy, Đặng Hữu Ỷ"},
			{accounts.Query{Text: "van"}, "Phạm Văn Ẩn, Trần Văn Thịnh"},
			{accounts.Query{Text: "ỦY"}, "Nguyễn Thị Ủy"},
			{accounts.Query{Text: "0911.222"}, "Đặng Hữu Ỷ"},
			{accounts.Query{Text: "+84 911 222 333"}, "Đặng Hữu Ỷ"},
			{accounts.Query{Text: "36a hang bac"}, "Nguyễn Thị Ủy"},
			{accounts.Query{Role: access.Officer}, "Đặng Hữu Ỷ"},
			{accounts.Query{Text: "%"}, ""},
			{accounts.Query{Text: "_"}, ""},
			{accounts.Query{From: 3}, "Đặng Hữu Ỷ"},
		} {
			list, total, err := w.Accounts.List(ctx, admin, x.q)
			if err != nil || names(list) != x.want || (x.q.From == 0 && total != len(list)) {
				t.Errorf("%+v: %s of %d (%v), want %s", x.q, names(list), total, err, x.want)
			}
		}
	})
}

func TestTheLastAdministratorStays(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		t.Helper()
		ctx := t.Context()
		a := w.administrator()
		who := access.SignedInAs(a.ID, a.Name, access.Administrator, w.site.Ward.ID, []access.Grant{{Role: access.Administrator, Ward: w.site.Ward.ID}})
		// A second one who has not used the slip does not count: it may be lost.
		b := w.person("Người thứ hai", "0911 222 333", "", accounts.Grant{Role: access.Administrator})
		for name, err := range map[string]error{
			"end": w.Accounts.EndRole(ctx, who, a.ID, a.Grants[0].ID), "disable": w.Accounts.Disable(ctx, who, a.ID),
			"end by the program": w.Accounts.EndRole(ctx, w.site.System(), a.ID, a.Grants[0].ID),
		} {
			if key(err) != "accounts.last_administrator" {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := w.Accounts.Reset(ctx, who, a.ID); key(err) != "accounts.reset_self" {
			t.Errorf("reset himself: %v", err)
		}
		link, err := w.Accounts.Invite(ctx, who, b.ID)
		w.must(err)
		_, err = w.Accounts.Accept(ctx, link, accounts.Attempt{Secret: "một câu của riêng tôi"})
		w.must(err)
		w.must(w.Accounts.EndRole(ctx, who, a.ID, a.Grants[0].ID))
		if err := w.Accounts.Disable(ctx, who, b.ID); key(err) != "accounts.last_administrator" {
			t.Errorf("the second, now the last: %v", err)
		}
	})
}

func TestTheFirstAdministratorOfAWardWithoutANameIsLedToNamingIt(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		t.Helper()
		ctx := t.Context()
		ward, err := w.site.Areas.Found(ctx, areas.Ward{City: "Hà Nội", Name: areas.Unnamed})
		w.must(err)
		w.must(w.Accounts.SetFactorRule(ctx, access.System(ward.ID, "test"), civil.DayOf(w.site.DB.Now()).AddDays(30)))
		link, err := w.Accounts.CreateFirstAdministrator(ctx, ward.ID, "Quản trị viên")
		w.must(err)
		b := w.browser()
		b.post("/welcome/"+link, "with", "password", "phone", staffPhone, "secret", staffWords, "again", staffWords).goes("/account/factor?next=%2Fareas%2Fward")
		b.get(areas.NamePath).is(http.StatusOK).says("Phường Chưa đặt tên")
		b.post(areas.NamePath, "name", "Hồng Hà", "city", "Hà Nội", "was", areas.Unnamed, "was_city", "Hà Nội").goes("/areas")
		if today := b.get("/today").is(http.StatusOK).says("Phường Hồng Hà"); strings.Contains(today.text("body"), "Chưa đặt tên") {
			t.Error("the next page still has no name of the ward")
		}
	})
}

func TestTheFirstAdministrator(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		t.Helper()
		ctx := t.Context()
		first, err := w.Accounts.CreateFirstAdministrator(ctx, w.site.Ward.ID, "Quản trị viên")
		w.must(err)
		again, err := w.Accounts.CreateFirstAdministrator(ctx, w.site.Ward.ID, "Quản trị viên")
		w.must(err)
		if _, total, err := w.Accounts.List(ctx, w.site.System(), accounts.Query{}); err != nil || total != 1 {
			t.Errorf("asked twice, made %d accounts (%v)", total, err)
		}
		b := w.browser()
		b.get("/welcome/" + first).is(http.StatusNotFound).says("hết hạn")
		b.get("/welcome/" + again).is(http.StatusOK).says("Quản trị viên").says("Phường Hoàn Kiếm")
		b.post("/welcome/"+again, "with", "password", "phone", "12", "secret", staffWords, "again", staffWords).is(http.StatusUnprocessableEntity).says("10 chữ số")
		b.post("/welcome/"+again, "with", "password", "phone", "12", "secret", staffWords, "again", "khác").is(http.StatusUnprocessableEntity).says("10 chữ số").says("chưa giống")
		b.post("/welcome/"+again, "with", "password", "phone", staffPhone, "secret", "804173", "again", "804173").is(http.StatusUnprocessableEntity).says("ít nhất 10")
		b.post("/welcome/"+again, "with", "password", "phone", staffPhone, "secret", staffWords, "again", staffWords).goes("/today")
		b.get("/accounts").is(http.StatusOK).says("Quản trị viên")
		b.get("/welcome/" + again).is(http.StatusNotFound)
		w.browser().post("/sign-in", "phone", staffPhone, "secret", staffWords).goes("/today")
		if _, err := w.Accounts.CreateFirstAdministrator(ctx, w.site.Ward.ID, "Người khác"); key(err) != "accounts.has_administrator" {
			t.Errorf("a second first administrator: %v", err)
		}
	})
}

func TestAccountsOfTheCity(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		t.Helper()
		ctx, city := t.Context(), access.System(0, "test")
		_, err := w.Accounts.Create(ctx, city, accounts.New{Name: "Phòng PV05", Phone: staffPhone, Secret: staffWords, Grants: []accounts.Grant{{Role: access.City}}})
		w.must(err)
		_, err = w.Accounts.Create(ctx, city, accounts.New{Name: "Quản trị thành phố", Phone: "0911 222 333", Grants: []accounts.Grant{{Role: access.Administrator}}})
		w.must(err)
		_, err = w.Accounts.Create(ctx, city, accounts.New{Name: "X", Grants: []accounts.Grant{{Role: access.Command}}})
		if key(err) != "role: accounts.bad_role" {
			t.Errorf("a command of no ward: %v", err)
		}
		wards, err := w.Areas.Wards(ctx)
		if err != nil || len(wards) != 2 {
			t.Errorf("the city is listed as a ward: %v %v", wards, err)
		}
		b := w.browser()
		b.signIn(staffPhone, staffWords).goes("/today")
		b.get("/account").is(http.StatusOK).says("Thành phố Hà Nội").says("Dữ liệu giả định")
		b.get("/accounts").is(http.StatusNotFound)
	})
}

func TestOneTimeLinks(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		t.Helper()
		ctx, who := t.Context(), w.site.System()
		a := w.person("Nguyễn Thị Ủy", headPhone, "", accounts.Grant{Role: access.Head, Of: w.site.House["36A Hàng Bạc"]})
		link, err := w.Accounts.Invite(ctx, who, a.ID)
		w.must(err)
		b := w.browser()
		if shown := b.get("/welcome/" + link).is(http.StatusOK).says("Nguyễn Thị Ủy").says("36A Hàng Bạc"); shown.attr("#f-phone", "value") != headPhone {
			t.Errorf("does not say with which number to sign in: %s", shown.text("form"))
		}
		b.get("/welcome/" + link + "x").is(http.StatusNotFound)
		w.clock.pass(7*24*time.Hour + time.Minute)
		b.get("/welcome/" + link).is(http.StatusNotFound)
		b.post("/welcome/"+link, "secret", headPIN, "again", headPIN).is(http.StatusNotFound)

		link, err = w.Accounts.Invite(ctx, who, a.ID)
		w.must(err)
		b.post("/welcome/"+link, "secret", "111111", "again", "111111").is(http.StatusUnprocessableEntity).says("dễ đoán")
		b.post("/welcome/"+link, "secret", headPIN, "again", headPIN).goes("/today")
		if !b.in() {
			t.Error("not signed in by the link")
		}
		b.post("/welcome/"+link, "secret", "730415", "again", "730415").is(http.StatusNotFound)
		w.browser().signIn(headPhone, headPIN).goes("/today")

		// Reset ends everything at once.
		link, err = w.Accounts.Reset(ctx, who, a.ID)
		w.must(err)
		if b.in() {
			t.Error("in after the reset")
		}
		w.browser().signIn(headPhone, headPIN).is(http.StatusUnprocessableEntity)
		w.must(w.Accounts.Disable(ctx, who, a.ID))
		b.get("/welcome/" + link).is(http.StatusNotFound)
		w.must(w.Accounts.Enable(ctx, who, a.ID))
		b.get("/welcome/" + link).is(http.StatusOK)
	})
}

// Every change is in the trail, and nothing secret is.
func TestTheTrailTellsNothingSecret(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		t.Helper()
		ctx, who := t.Context(), w.site.System()
		a := w.head()
		b := w.browser()
		b.signIn(headPhone, headPIN).is(http.StatusSeeOther)
		b.post("/account/secret", "with", "pin", "present", headPIN, "secret", "730415", "again", "730415").goes("/account")
		b.get("/language/en")
		b.post("/account/text", "large", "1")
		b.post("/sign-out")
		w.must(w.Accounts.AddRole(ctx, who, a.ID, accounts.Grant{Role: access.GroupLead, Of: w.site.Group["Tổ dân phố 1"]}))
		w.must(w.Accounts.EndRole(ctx, who, a.ID, a.Grants[0].ID))
		link, err := w.Accounts.Reset(ctx, who, a.ID)
		w.must(err)
		w.must(w.Accounts.Disable(ctx, who, a.ID))
		w.must(w.Accounts.Enable(ctx, who, a.ID))
		got := map[string]bool{}
		w.must(w.DB.Read(ctx, who, func(tx *db.Tx) error {
			return tx.All(ctx, func(scan func(...any) error) error {
				var action, object, id, house, detail string
				if err := scan(&action, &object, &id, &house, &detail); err != nil {
					return err
				}
				got[action] = true
				line := strings.Join([]string{action, object, id, house, detail}, " ")
				for _, secret := range []string{headPIN, "730415", "912345678", "912 345", "Ủy", link, "argon2"} {
					if strings.Contains(line, secret) {
						t.Errorf("the trail says %q: %s", secret, line)
					}
				}
				if action == "account.role_end" && house != w.site.House["36A Hàng Bạc"] {
					t.Errorf("not in the history of the house: %s", line)
				}
				return nil
			}, `select u.action, u.object, u.object_id, u.house_id, u.detail from audit u where u.ward_id = {ward} and (u.action like 'account.%' or u.action like 'session.%')`)
		}))
		for _, action := range []string{
			"account.create", "account.role_add", "account.role_end", "account.secret", "account.language", "account.text", "account.reset", "account.invite",
			"account.disable", "account.enable", "session.start", "session.end", "session.end_all",
		} {
			if !got[action] {
				t.Errorf("the trail lacks %s", action)
			}
		}
	})
}
