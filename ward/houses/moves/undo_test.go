package moves_test

import (
	"maps"
	"net/url"
	"strings"
	"testing"
	"time"

	"sonha/app/apptest"
	"sonha/engine/db"
	"sonha/engine/db/dbtest"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ward/campaigns"
	"sonha/ward/criteria"
	"sonha/ward/houses/moves"
	"sonha/ward/results"
)

// do makes a move or a split and gives its address on the pages.
func do(t *testing.T, s *apptest.Site, w moves.Wish) string {
	t.Helper()
	w.Terms = terms()
	p, err := s.Moves.Preview(t.Context(), s.Actor("administrator"), w)
	must(t, err)
	w.Seen = p.Seen
	_, err = s.Moves.Do(t.Context(), s.Actor("administrator"), w)
	must(t, err)
	list, err := s.Areas.Changes(t.Context(), s.Actor("administrator"))
	must(t, err)
	return "/areas/changes/" + list[0].ID + "/undo"
}

// lies gives the group and the beat of every house.
func lies(t *testing.T, s *apptest.Site) map[string]string {
	t.Helper()
	all := map[string]string{}
	must(t, s.DB.Read(t.Context(), s.System(), func(tx *db.Tx) error {
		return tx.All(t.Context(), func(scan func(...any) error) error {
			var id, group, beat string
			err := scan(&id, &group, &beat)
			all[id] = group + " " + beat
			return err
		}, `select h.id, coalesce(h.group_id, ''), coalesce(h.beat_id, '') from houses h where {scope h}`)
	}))
	return all
}

func back(s *apptest.Site, at, reason string) *apptest.Reply {
	page := s.As("administrator").Get(at).OK()
	return s.As("administrator").Post(at, url.Values{"reason": {reason}, "seen": {page.Value("seen")}})
}

// TestAMoveByMistakeIsTakenBackAsAWhole moves a street that lies in two groups to one group and one beat, which nobody could move back
// by hand without knowing each house, and takes it back: every house and every figure is where it was.
func TestAMoveByMistakeIsTakenBackAsAWhole(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		s.Enrol()
		inspected(t, s, "36A Hàng Bạc")
		inspected(t, s, "6 bis Đinh Liệt")
		was := lies(t, s)
		before, whole := figures(t, s)
		admin := s.As("administrator")
		admin.Get("/areas/changes").OK().Has("main", "Chưa có thay đổi nào")
		at := do(t, s, moves.Wish{Choice: moves.Choice{To: "36"}, ToGroup: s.Group["Tổ dân phố 2"], ToBeat: s.Beat["Khu vực 2"]})
		if maps.Equal(was, lies(t, s)) {
			t.Fatal("nothing moved")
		}
		admin.Get("/areas/changes").OK().Has(`a[href="`+at+`"]`, "sang tổ và khu vực khác")
		page := admin.Get(at).OK().Has("h2", "trở về nơi cũ").Has("table", "36A Hàng Bạc").Has("table", "Tổ dân phố 2 → Tổ dân phố 1").Has("table", "Cả phường")
		admin.Post(at, url.Values{"seen": {page.Value("seen")}}).Is(422).Has(".error-text", "lý do")
		admin.Post(at, url.Values{"reason": {"Chọn nhầm phố"}, "seen": {"x"}}).Is(422).Has("main", "Danh sách số nhà vừa thay đổi")
		for _, stranger := range []string{"command", "group lead", "officer", "committee", "head", "other command"} {
			s.As(stranger).Get(at).Is(404)
			s.As(stranger).Get("/areas/changes").Is(404)
			s.As(stranger).Post(at, url.Values{"reason": {"Chọn nhầm phố"}, "seen": {page.Value("seen")}}).Is(404)
		}
		if to := back(s, at, "Chọn nhầm phố").Goes(); to != "/areas/changes" {
			t.Errorf("on to %s", to)
		}
		if now := lies(t, s); !maps.Equal(was, now) {
			t.Errorf("houses lay in %v and lie in %v", was, now)
		}
		after, still := figures(t, s)
		if still != whole || !maps.Equal(before, after) {
			t.Errorf("figures were %+v %+v and are %+v %+v", before, whole, after, still)
		}
		exact(t, s)
		entry := ""
		must(t, d.Read(t.Context(), s.System(), func(tx *db.Tx) error {
			return tx.One(t.Context(), `select a.detail from audit a where a.ward_id = {ward} and a.action = 'area.undo'`).Scan(&entry)
		}))
		if !strings.Contains(entry, "Chọn nhầm phố") {
			t.Errorf("the trail says %q", entry)
		}
		// It is taken back once; and so can the taking back be.
		admin.Get(at).OK().Has(".notice", "đã được bỏ rồi").Lacks("main", "Bỏ thay đổi này")
		admin.Post(at, url.Values{"reason": {"Chọn nhầm phố"}, "seen": {page.Value("seen")}}).Is(422)
		list, err := s.Areas.Changes(t.Context(), s.Actor("administrator"))
		must(t, err)
		at = "/areas/changes/" + list[0].ID + "/undo"
		if n := admin.Get(at).OK().Doc().Find("#move-houses + table tbody tr").Length(); n != 4 {
			t.Errorf("%d houses would go again, want 4", n)
		}
		back(s, at, "Bỏ nhầm").Goes()
		if maps.Equal(was, lies(t, s)) {
			t.Error("the second taking back moved nothing")
		}
		exact(t, s)
	})
}

// TestASplitIsTakenBackWhileNothingStandsOnIt closes what the split made, and says why it cannot once something stands on it.
func TestASplitIsTakenBackWhileNothingStandsOnIt(t *testing.T) {
	t.Parallel()
	split := moves.Wish{Choice: moves.Choice{To: "12"}, ToGroup: moves.New, NewGroup: "Tổ dân phố 7"}
	for _, x := range []struct {
		name string
		use  func(t *testing.T, s *apptest.Site, group string)
		says string
	}{
		{name: "nothing"},
		{"a lead", func(t *testing.T, s *apptest.Site, group string) {
			t.Helper()
			account(t, s, "Tổ trưởng bảy", access.GroupLead, group)
		}, "đã có người phụ trách"},
		{"another house", func(t *testing.T, s *apptest.Site, group string) {
			t.Helper()
			do(t, s, moves.Wish{Choice: moves.Choice{Numbers: "36A"}, ToGroup: group})
		}, "đã có số nhà khác"},
		{"moved on", func(t *testing.T, s *apptest.Site, _ string) {
			t.Helper()
			do(t, s, moves.Wish{Choice: moves.Choice{Numbers: "9"}, ToGroup: s.Group["Tổ dân phố 2"]})
		}, "9 Hàng Bạc đã được chuyển tiếp"},
		{"a closed campaign", func(t *testing.T, s *apptest.Site, _ string) {
			t.Helper()
			inspected(t, s, "36A Hàng Bạc")
			must(t, s.Results.Decide(t.Context(), s.Actor("command"), s.Campaign.ID, s.House["36A Hàng Bạc"], results.Decision{Class: criteria.Safe, Version: 1}))
			s.Phase(campaigns.Publish)
			c, err := s.Campaigns.Get(t.Context(), s.Actor("command"), s.Campaign.ID)
			must(t, err)
			must(t, s.Results.Close(t.Context(), s.Actor("command"), s.Campaign.ID, c.Version))
		}, "Một đợt đã chốt"},
	} {
		t.Run(x.name, func(t *testing.T) {
			t.Parallel()
			apptest.EachMorning(t, civil.Day("2026-10-20"), func(t *testing.T, s *apptest.Site, clock *dbtest.Clock) {
				was := lies(t, s)
				at := do(t, s, split)
				groups, err := s.Areas.Groups(t.Context(), s.Actor("administrator"))
				must(t, err)
				seven := ""
				for _, g := range groups {
					if g.Name == "Tổ dân phố 7" {
						seven = g.ID
					}
				}
				clock.Set(dbtest.Morning("2026-10-20").Add(time.Minute))
				admin := s.As("administrator")
				if x.use == nil {
					back(s, at, "Tách nhầm").Follow().OK()
					if now := lies(t, s); !maps.Equal(was, now) {
						t.Errorf("houses lay in %v and lie in %v", was, now)
					}
					admin.Get("/areas").OK().Lacks("main", "Tổ dân phố 7")
					exact(t, s)
					do(t, s, split) // the name is free again
					return
				}
				x.use(t, s, seven)
				there := lies(t, s)
				admin.Get(at).OK().Has(".notice", x.says).Lacks("main", "Bỏ thay đổi này")
				admin.Post(at, url.Values{"reason": {"Tách nhầm"}}).Is(422).Has("main", x.says)
				if !maps.Equal(there, lies(t, s)) {
					t.Error("houses went back although they could not")
				}
			})
		})
	}
}
