package moves_test

import (
	"bytes"
	"context"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"sonha/app/apptest"
	"sonha/engine/db"
	"sonha/engine/db/dbtest"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/accounts"
	"sonha/ward/areas"
	"sonha/ward/campaigns"
	"sonha/ward/criteria"
	"sonha/ward/houses/moves"
	"sonha/ward/measures"
	"sonha/ward/mediations"
	"sonha/ward/notices"
	"sonha/ward/results"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// inspected finishes an inspection of a house in the running campaign.
func inspected(t *testing.T, s *apptest.Site, house string) {
	t.Helper()
	sheet := criteria.Answers(strings.Repeat("2", s.Set.Len()))
	must(t, s.DB.Write(t.Context(), s.System(), func(tx *db.Tx) error {
		o := results.Outcome{Campaign: s.Campaign.ID, House: s.House[house], Self: sheet, Found: sheet, On: "2026-10-12", Class: criteria.Safe}
		if err := s.Results.Inspected(t.Context(), tx, o); err != nil {
			return err
		}
		return tx.Audit(t.Context(), db.Entry{Action: "inspection.finish", Object: "inspection", House: o.House})
	}))
}

// figures are the sums of a campaign by the name of the group, and of the ward.
func figures(t *testing.T, s *apptest.Site) (map[string]results.Tally, results.Tally) {
	t.Helper()
	groups, whole, _, err := s.Results.Tallies(t.Context(), s.System(), s.Campaign.ID)
	must(t, err)
	by := map[string]results.Tally{}
	for _, g := range groups {
		by[g.Name] = g
	}
	return by, whole
}

func exact(t *testing.T, s *apptest.Site) {
	t.Helper()
	drifts, _, err := s.Results.Drifts(t.Context(), s.System())
	must(t, err)
	if len(drifts) > 0 {
		t.Errorf("kept sums are not what their rows add up to: %+v", drifts)
	}
}

func terms() moves.Terms { return moves.Terms{Reason: "Sắp xếp lại tổ dân phố"} }

// merge previews and does a merge.
func merge(ctx context.Context, s *apptest.Site, w moves.Merging) error {
	who := s.Actor("administrator")
	p, err := s.Moves.PreviewMerge(ctx, who, w)
	if err != nil {
		return err
	}
	w.Seen = p.Seen
	_, err = s.Moves.Join(ctx, who, w)
	return err
}

func account(t *testing.T, s *apptest.Site, name string, role access.Role, of string) (accounts.Account, string) {
	t.Helper()
	a, err := s.Accounts.Create(t.Context(), s.System(), accounts.New{Name: name, Grants: []accounts.Grant{{Role: role, Of: of}}})
	must(t, err)
	return a, a.Grants[0].ID
}

// holds are the groups and beats that an account holds now, as role:id.
func holds(t *testing.T, s *apptest.Site, account string) []string {
	t.Helper()
	var list []string
	must(t, s.DB.Read(t.Context(), s.System(), func(tx *db.Tx) error {
		return tx.All(t.Context(), func(scan func(...any) error) error {
			var role, of string
			err := scan(&role, &of)
			list = append(list, role+":"+of)
			return err
		}, `select g.role, coalesce(g.group_id, g.beat_id, '') from grants g where g.ward_id = {ward} and g.account_id = $1 and g.ended_at is null order by g.granted_at, g.id`, account)
	}))
	return list
}

// told is the key of the latest message to an account.
func told(t *testing.T, s *apptest.Site, account string) string {
	t.Helper()
	var key string
	must(t, s.DB.Read(t.Context(), s.System(), func(tx *db.Tx) error {
		return tx.One(t.Context(), `select m.key from inbox i join messages m on m.ward_id = i.ward_id and m.id = i.message_id
			where i.ward_id = {ward} and i.account_id = $1 order by m.id desc limit 1`, account).Scan(&key)
	}))
	return key
}

func TestAMergeInMidCampaignAddsUpAndLeadsOldLinksOn(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		ctx := t.Context()
		one, two := s.Group["Tổ dân phố 1"], s.Group["Tổ dân phố 2"]
		inspected(t, s, "36A Hàng Bạc")
		inspected(t, s, "6 bis Đinh Liệt")
		before, whole := figures(t, s)

		leaves, _ := account(t, s, "Tổ trưởng một", access.GroupLead, one)
		stays, grant := account(t, s, "Tổ phó một", access.GroupLead, one)
		mediator, _ := account(t, s, "Hòa giải một", access.Mediator, one)
		var open, done string
		must(t, d.Write(ctx, s.System(), func(tx *db.Tx) error {
			var err error
			if open, err = measures.Open(ctx, tx, measures.New{From: measures.Origin{Source: measures.FromReview, ID: tx.NewID(), Href: "/reviews"}, Group: one, Content: "Sửa đèn ngõ", Owner: measures.ByGroup, Due: "2027-01-31", Silent: true}); err != nil {
				return err
			}
			done, err = measures.Open(ctx, tx, measures.New{From: measures.Origin{Source: measures.FromReview, ID: tx.NewID(), Href: "/reviews"}, Group: one, Content: "Dán nội quy", Owner: measures.ByGroup, Due: "2027-01-31", Silent: true})
			if err != nil {
				return err
			}
			for house, what := range map[string]string{"36A Hàng Bạc": "Thay bình chữa cháy", "6 bis Đinh Liệt": "Sửa khóa cổng"} {
				if _, err := measures.Open(ctx, tx, measures.New{From: measures.Origin{Source: measures.FromReview, ID: tx.NewID(), Href: "/reviews"}, House: s.House[house], Content: what, Owner: measures.ByGroup, Due: "2027-01-31", Silent: true}); err != nil {
					return err
				}
			}
			if _, err := tx.Exec(ctx, `update measures as m set state = 'verified' where m.ward_id = {ward} and m.id = $1`, done); err != nil {
				return err
			}
			return tx.Audit(ctx, db.Entry{Action: "test"})
		}))

		must(t, merge(ctx, s, moves.Merging{Terms: terms(), Part: areas.OfGroup, From: one, Into: two, GoOn: []string{grant}}))

		after, still := figures(t, s)
		if still != whole {
			t.Errorf("the ward was %+v and is %+v", whole, still)
		}
		a, b, now := before["Tổ dân phố 1"], before["Tổ dân phố 2"], after["Tổ dân phố 2"]
		if now.Houses != a.Houses+b.Houses || now.Households != a.Households+b.Households || now.Safe != a.Safe+b.Safe || now.Waiting != a.Waiting+b.Waiting || len(after) != 1 {
			t.Errorf("%+v and %+v came to %+v in %d groups", a, b, now, len(after))
		}
		exact(t, s)

		if got := holds(t, s, leaves.ID); len(got) != 0 {
			t.Errorf("who was not chosen holds %v", got)
		}
		if got := holds(t, s, stays.ID); !slices.Equal(got, []string{"group_lead:" + two}) {
			t.Errorf("who goes on holds %v", got)
		}
		if got := holds(t, s, mediator.ID); !slices.Equal(got, []string{"mediator:" + one}) {
			t.Errorf("the register of the former group has %v", got)
		}
		for account, want := range map[string]string{leaves.ID: "moves.told_off", stays.ID: "moves.told_on", mediator.ID: "moves.told_book"} {
			if got := told(t, s, account); got != want {
				t.Errorf("told %s, want %s", got, want)
			}
		}
		for id, want := range map[string]string{open: two, done: one} {
			var group string
			must(t, d.Read(ctx, s.System(), func(tx *db.Tx) error {
				return tx.One(ctx, `select m.group_id from measures m where m.ward_id = {ward} and m.id = $1`, id).Scan(&group)
			}))
			if group != want {
				t.Errorf("measure %s is of %s, want %s", id, group, want)
			}
		}

		// The lead of before reaches nothing any more, that of the other group reaches every house.
		house := "/houses/" + s.House["36A Hàng Bạc"]
		s.As("group lead").Get(house).Is(http.StatusNotFound)
		page := s.As("other group lead").Get(house).OK()
		page.Has("main", "thuộc Tổ dân phố 1")

		// Old links, old names.
		list := s.As("other group lead").Get("/houses?group=" + one).OK()
		list.Has(".notice", "Tổ dân phố 1 đã nhập vào Tổ dân phố 2 ngày").Has("#list", "36A Hàng Bạc").Lacks("#list table", "6 bis Đinh Liệt")
		s.As("other group lead").Get("/measures?state=all&group="+one).OK().Has(".notice", "Tổ dân phố 1 đã nhập vào Tổ dân phố 2 ngày").
			Has(".notice a[href='/measures?group="+two+"&state=all']", "Tổ dân phố 2").Has("table", "Thay bình chữa cháy").Lacks("table", "Sửa khóa cổng")
		s.As("command").Get("/measures?state=all&group="+one).OK().Has("table", "Dán nội quy").Has("table", "Thay bình chữa cháy").Lacks("table", "Sửa khóa cổng")
		s.As("command").Get("/proposals?group="+one).OK().Has(".notice a[href='/proposals?group="+two+"']", "Tổ dân phố 2")
		s.As("command").Get("/measures?group="+two).OK().Lacks("main", "đã nhập vào").Has("table", "Thay bình chữa cháy").Has("table", "Sửa khóa cổng").Has("table", "Sửa đèn ngõ")
		s.As("administrator").Get("/areas/groups/"+one).OK().Has(".notice", "đã nhập vào Tổ dân phố 2")
		s.As("administrator").Get("/areas").OK().Has(".tree", "tên cũ: Tổ dân phố 1").Has("main", "Tổ đã nhập vào tổ khác")
		s.As("command").Get("/search?q="+url.QueryEscape("Tổ dân phố 1")).OK().Has("main", "Tổ dân phố 2")
		s.As("other command").Get("/houses?group="+one).OK().Lacks("main", "đã nhập vào")

		// A list that still says the old name means the group of today.
		reg, err := registered(ctx, s, "Tổ 1")
		must(t, err)
		if reg != two {
			t.Errorf("an old list would make a new group: %s", reg)
		}
		if err := merge(ctx, s, moves.Merging{Terms: terms(), Part: areas.OfGroup, From: one, Into: two}); !fault.Is(err, fault.Missing) {
			t.Errorf("merged twice: %v", err)
		}
	})
}

// An announcement that somebody has open is looked at again before it is sent to others; what was referred is over and stays.
func TestAMergeTakesAlongWhatIsOpen(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		ctx := t.Context()
		one, two := s.Group["Tổ dân phố 1"], s.Group["Tổ dân phố 2"]
		draft, err := s.Notices.Create(ctx, s.Actor("command"), notices.Write{
			Text:     notices.Text{Title: "Ngừng cấp nước", Body: "Các hộ trữ nước dùng trong buổi sáng.", Urgent: true, Reason: "Đường ống vỡ"},
			Audience: notices.Audience{Heads: true, Households: true, Area: notices.Groups, Refs: []string{one}},
		})
		must(t, err)
		cases := map[string]string{} // id to the group where it belongs after the merge
		for answer, group := range map[string]string{"no": two, "yes": one} {
			in := mediations.Intake{Answers: map[mediations.Question]string{}}
			for _, q := range mediations.Questions() {
				in.Answers[q] = answer
			}
			id, err := s.Mediations.Begin(ctx, s.Actor("mediator"), in)
			must(t, err)
			cases[id] = group
		}
		must(t, merge(ctx, s, moves.Merging{Terms: terms(), Part: areas.OfGroup, From: one, Into: two}))
		if _, err := s.Notices.Send(ctx, s.Actor("command"), draft, time.Time{}, 1); !fault.Is(err, fault.Clash) {
			t.Errorf("sent to whom nobody looked at: %v", err)
		}
		_, err = s.Notices.Send(ctx, s.Actor("command"), draft, time.Time{}, 2)
		must(t, err)
		for id, want := range cases {
			var group string
			must(t, d.Read(ctx, s.System(), func(tx *db.Tx) error {
				return tx.One(ctx, `select m.group_id from mediations m where m.ward_id = {ward} and m.id = $1`, id).Scan(&group)
			}))
			if group != want {
				t.Errorf("a case went to %s, want %s", group, want)
			}
		}
	})
}

func registered(ctx context.Context, s *apptest.Site, name string) (string, error) {
	var id string
	err := s.DB.Read(ctx, s.System(), func(tx *db.Tx) error {
		groups, _, err := areas.Renamed(ctx, tx)
		if err != nil {
			return err
		}
		for key, now := range groups {
			if key == civil.ParseGroup(name).Key {
				return tx.One(ctx, `select a.id from areas a where a.ward_id = {ward} and a.name = $1 and a.valid_to is null`, now.Name).Scan(&id)
			}
		}
		return nil
	})
	return id, err
}

func TestHousesMoveByHandWithAPreviewAndAWord(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		one, two := s.Group["Tổ dân phố 1"], s.Group["Tổ dân phố 2"]
		inspected(t, s, "36A Hàng Bạc")
		_, whole := figures(t, s)
		admin := s.As("administrator")

		ask := url.Values{"group": {one}, "side": {"even"}, "from": {"30"}, "to": {"40"}, "to_group": {two}, "reason": {"Theo quyết định 12"}}
		page := admin.Get("/areas/move?" + ask.Encode()).OK()
		page.Has("#preview", "2 số nhà sang Tổ dân phố 2").Has("main table", "4 → 2").Has("main table", "36A Hàng Bạc").Lacks("main", "Nguyễn Thị Ủy")
		exact(t, s)

		ask.Set("seen", page.Value("seen"))
		admin.Post("/areas/move", ask).Follow().OK()
		by, still := figures(t, s)
		if by["Tổ dân phố 1"].Houses != 2 || by["Tổ dân phố 2"].Houses != 6 || by["Tổ dân phố 2"].Safe != 1 || still != whole {
			t.Errorf("%+v, whole %+v, was %+v", by, still, whole)
		}
		exact(t, s)
		admin.Post("/areas/move", ask).Is(http.StatusUnprocessableEntity).Has("main", "Không có số nhà nào như ông/bà chọn")

		// What was not looked at is not done.
		ask = url.Values{"numbers": {"9"}, "to_group": {two}, "reason": {"Theo quyết định 12"}, "seen": {"0"}}
		admin.Post("/areas/move", ask).Is(http.StatusUnprocessableEntity).Has(".notice", "vừa thay đổi")
		// A split: the new group has the house, and the ward as many as before.
		ask.Set("to_group", "new")
		ask.Set("new_group", "Tổ 7")
		page = admin.Get("/areas/move?" + ask.Encode()).OK()
		ask.Set("seen", page.Value("seen"))
		admin.Post("/areas/move", ask).Follow().OK().Has(".tree", "Tổ dân phố 7")
		by, still = figures(t, s)
		if by["Tổ dân phố 7"].Houses != 1 || still != whole {
			t.Errorf("%+v, whole %+v", by, still)
		}
		exact(t, s)

		// A group takes in no house, and goes into no other, before it is there: the page says which of the two.
		groups, err := s.Areas.Groups(t.Context(), s.System())
		must(t, err)
		for _, g := range groups {
			if g.Name == "Tổ dân phố 7" {
				early := url.Values{"into": {one}, "day": {string(civil.DayOf(d.Now()).AddDays(-1))}, "reason": {"Theo quyết định 12"}}
				admin.Get("/areas/groups/"+g.ID+"/merge?"+early.Encode()).Is(http.StatusUnprocessableEntity).Has(".error-text", "Tổ dân phố 7 có từ ngày")
			}
		}

		// A person's name is no reason.
		ask = url.Values{"numbers": {"36"}, "to_beat": {s.Beat["Khu vực 2"]}, "reason": {"Theo đề nghị của ông Nguyễn Văn Hùng"}}
		admin.Get("/areas/move?" + ask.Encode()).Is(http.StatusUnprocessableEntity)
		for _, person := range []string{"command", "group lead", "officer", "committee", "household"} {
			s.As(person).Get("/areas/move").Is(http.StatusNotFound)
		}
	})
}

func TestABeatIsMergedWithItsPhone(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		ctx := t.Context()
		one, two := s.Beat["Khu vực 1"], s.Beat["Khu vực 2"]
		must(t, s.Areas.SetPhones(ctx, s.Actor("administrator"), map[string]string{one: "024 3825 1234"}))
		must(t, merge(ctx, s, moves.Merging{Terms: terms(), Part: areas.OfBeat, From: one, Into: two}))
		phones, err := s.Areas.Phones(ctx, s.Actor("administrator"))
		must(t, err)
		if phones.Beats[two] == "" || phones.Beats[one] != "" {
			t.Errorf("office phones: %v", phones.Beats)
		}
		s.As("officer").Get("/houses/" + s.House["36 Hàng Bạc"]).Is(http.StatusNotFound)
		s.As("other officer").Get("/houses/" + s.House["36 Hàng Bạc"]).OK()
		s.As("other officer").Get("/houses?beat="+one).OK().Has(".notice", "Khu vực 1 đã nhập vào Khu vực 2").Has("#list", "36 Hàng Bạc")
		exact(t, s)
	})
}

// TestWhateverIsDrawnAnewTheGroupsAddUpToTheWard moves, splits and merges at random: no house and no figure is lost or counted twice.
func TestWhateverIsDrawnAnewTheGroupsAddUpToTheWard(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		ctx, admin := t.Context(), s.Actor("administrator")
		inspected(t, s, "36A Hàng Bạc")
		inspected(t, s, "9 Hàng Bạc")
		inspected(t, s, "100 Đinh Liệt")
		_, whole := figures(t, s)
		made := 10
		rapid.Check(t, func(r *rapid.T) {
			for range rapid.IntRange(1, 3).Draw(r, "steps") {
				groups, err := s.Areas.Groups(ctx, admin)
				if err != nil {
					r.Fatal(err)
				}
				from := rapid.SampledFrom(groups).Draw(r, "from")
				into := rapid.SampledFrom(groups).Draw(r, "into")
				w := moves.Wish{Terms: terms(), ToGroup: into.ID, Choice: moves.Choice{Group: from.ID, Side: rapid.SampledFrom([]string{"", "odd", "even"}).Draw(r, "side")}}
				switch kind := rapid.SampledFrom([]string{"move", "split", "merge"}).Draw(r, "kind"); {
				case kind == "merge":
					err = merge(ctx, s, moves.Merging{Terms: terms(), Part: areas.OfGroup, From: from.ID, Into: into.ID})
				case kind == "split" && len(groups) < 6:
					made++
					w.ToGroup, w.NewGroup = moves.New, strconv.Itoa(made)
					fallthrough
				default:
					var p moves.Preview
					if p, err = s.Moves.Preview(ctx, admin, w); err == nil {
						w.Seen = p.Seen
						_, err = s.Moves.Do(ctx, admin, w)
					}
				}
				if err != nil && !fault.Is(err, fault.Wrong) { // nothing to move, or into itself
					r.Fatal(err)
				}
				by, _, _, err := s.Results.Tallies(ctx, s.System(), s.Campaign.ID)
				if err != nil {
					r.Fatal(err)
				}
				var sum results.Tally
				for _, g := range by {
					sum.Houses += g.Houses
					sum.Households += g.Households
					sum.Safe += g.Safe
					sum.Waiting += g.Waiting
				}
				if sum.Houses != whole.Houses || sum.Households != whole.Households || sum.Safe != whole.Safe || sum.Waiting != whole.Waiting {
					r.Fatalf("groups add up to %+v, the ward is %+v", sum, whole)
				}
				if drifts, _, err := s.Results.Drifts(ctx, s.System()); err != nil || len(drifts) > 0 {
					r.Fatalf("%v %v", drifts, err)
				}
			}
		})
	})
}

func TestAClosedCampaignStaysAsItWas(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		ctx := t.Context()
		one, two := s.Group["Tổ dân phố 1"], s.Group["Tổ dân phố 2"]
		inspected(t, s, "36A Hàng Bạc")
		must(t, s.Results.Decide(ctx, s.Actor("command"), s.Campaign.ID, s.House["36A Hàng Bạc"], results.Decision{Class: criteria.Safe, Version: 1}))
		s.Phase(campaigns.Publish)
		c, err := s.Campaigns.Get(ctx, s.Actor("command"), s.Campaign.ID)
		must(t, err)
		must(t, s.Results.Close(ctx, s.Actor("command"), s.Campaign.ID, c.Version))
		before, err := s.Results.Snapshot(ctx, s.Actor("command"), s.Campaign.ID)
		must(t, err)
		was, whole := figures(t, s)

		must(t, merge(ctx, s, moves.Merging{Terms: terms(), Part: areas.OfGroup, From: one, Into: two}))

		after, err := s.Results.Snapshot(ctx, s.Actor("command"), s.Campaign.ID)
		must(t, err)
		if !bytes.Equal(before.Body, after.Body) {
			t.Error("the snapshot of a closed campaign changed")
		}
		is, still := figures(t, s)
		if !maps.Equal(was, is) || whole != still {
			t.Errorf("closed sums were %+v and are %+v", was, is)
		}
		// The lists of the closed year hold the houses of then, as many as its sums say; those of today are elsewhere.
		for group, here := range map[string]string{one: "36A Hàng Bạc", two: "6 bis Đinh Liệt"} {
			s.As("command").Get("/houses?year=2026&group="+group).OK().Has("#list", "4 số nhà").Has("#list table", here)
		}
		s.As("command").Get("/houses?year=2026&group="+two).OK().Lacks("#list table", "36A Hàng Bạc")
		// The file of it names the groups by which it was chosen.
		if file := string(s.As("command").Get("/houses/export.csv?year=2026&group=" + one).OK().Body); strings.Count(file, ";Tổ dân phố 1;") != 4 || strings.Contains(file, "Tổ dân phố 2") {
			t.Errorf("the houses of then stand in other groups:\n%s", file)
		}
	})
}
