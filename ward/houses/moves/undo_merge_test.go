package moves_test

import (
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"sonha/app/apptest"
	"sonha/engine/db"
	"sonha/engine/db/dbtest"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ward/areas"
	"sonha/ward/campaigns"
	"sonha/ward/criteria"
	"sonha/ward/gatherings"
	"sonha/ward/houses/moves"
	"sonha/ward/measures"
	"sonha/ward/mediations"
	"sonha/ward/meetings"
	"sonha/ward/results"
	"sonha/ward/trainings"
)

// merged merges the first group into the second and gives the address on the pages where it can be taken back.
func merged(t *testing.T, s *apptest.Site, goOn ...string) string {
	t.Helper()
	must(t, merge(t.Context(), s, moves.Merging{Terms: terms(), Part: areas.OfGroup, From: s.Group["Tổ dân phố 1"], Into: s.Group["Tổ dân phố 2"], GoOn: goOn}))
	list, err := s.Areas.Changes(t.Context(), s.Actor("administrator"))
	must(t, err)
	return "/areas/changes/" + list[0].ID + "/undo"
}

// opened opens a measure of a group and gives its id.
func opened(t *testing.T, s *apptest.Site, group, content string) string {
	t.Helper()
	id := ""
	must(t, s.DB.Write(t.Context(), s.System(), func(tx *db.Tx) error {
		var err error
		id, err = measures.Open(t.Context(), tx, measures.New{From: measures.Origin{Source: measures.FromReview, ID: tx.NewID(), Href: "/reviews"}, Group: group, Content: content,
			Owner: measures.ByGroup, Due: "2027-01-31", Silent: true})
		return err
	}))
	return id
}

// set changes rows as if the room had.
func set(t *testing.T, s *apptest.Site, text string, args ...any) {
	t.Helper()
	must(t, s.DB.Write(t.Context(), s.System(), func(tx *db.Tx) error {
		if err := tx.Must1(tx.Exec(t.Context(), text, args...)); err != nil {
			return err
		}
		return tx.Audit(t.Context(), db.Entry{Action: "test"})
	}))
}

// groupOf gives the group to which a row of a table belongs.
func groupOf(t *testing.T, s *apptest.Site, table, id string) string {
	t.Helper()
	group := ""
	must(t, s.DB.Read(t.Context(), s.System(), func(tx *db.Tx) error {
		return tx.One(t.Context(), `select x.group_id from `+table+` x where x.ward_id = {ward} and x.id = $1`, id).Scan(&group)
	}))
	return group
}

// begun begins a case of mediation that passes the questions of exclusion.
func begun(t *testing.T, s *apptest.Site, person string) string {
	t.Helper()
	in := mediations.Intake{Answers: map[mediations.Question]string{}}
	for _, q := range mediations.Questions() {
		in.Answers[q] = "no"
	}
	id, err := s.Mediations.Begin(t.Context(), s.Actor(person), in)
	must(t, err)
	return id
}

// TestAMergeByMistakeIsTakenBackAsAWhole takes a merge back after some work was done on what had come along: what is open goes back, what was
// finished meanwhile stays with who did it, and names, links, roles and figures are those of before.
func TestAMergeByMistakeIsTakenBackAsAWhole(t *testing.T) {
	t.Parallel()
	apptest.EachMorning(t, civil.Day("2026-10-20"), func(t *testing.T, s *apptest.Site, clock *dbtest.Clock) {
		ctx := t.Context()
		one, two := s.Group["Tổ dân phố 1"], s.Group["Tổ dân phố 2"]
		inspected(t, s, "36A Hàng Bạc")
		leaves, _ := account(t, s, "Tổ trưởng một", access.GroupLead, one)
		stays, grant := account(t, s, "Tổ phó một", access.GroupLead, one)
		mediator, mediates := account(t, s, "Hòa giải một", access.Mediator, one)
		gone, _ := account(t, s, "Tổ phó hai", access.GroupLead, one)
		open, done, failed := opened(t, s, one, "Sửa đèn ngõ"), opened(t, s, one, "Dán nội quy"), opened(t, s, one, "Thông cống")
		waits, numbered := begun(t, s, "mediator"), begun(t, s, "mediator")
		was, before := lies(t, s), held(t, s, leaves.ID, stays.ID, mediator.ID)
		figuresBefore, whole := figures(t, s)

		at := merged(t, s, grant, mediates)
		clock.Set(dbtest.Morning("2026-10-21"))

		// What came along is worked on.
		set(t, s, `update measures as m set state = 'verified' where m.ward_id = {ward} and m.id = $1`, done)
		set(t, s, `update measures as m set state = 'ineffective' where m.ward_id = {ward} and m.id = $1`, failed)
		fresh, again := opened(t, s, two, "Việc mới của tổ hai"), opened(t, s, two, "Thông cống lần nữa")
		set(t, s, `update measures as m set previous_id = $2 where m.ward_id = {ward} and m.id = $1`, again, failed)
		must(t, s.Mediations.Describe(ctx, s.Actor("other mediator"), numbered, mediations.Details{Received: "2026-10-21", Ground: "asked", Scope: "noise", Parties: 2}))
		set(t, s, `update accounts as a set disabled_at = 1 where a.ward_id = {ward} and a.id = $1`, gone.ID)

		admin := s.As("administrator")
		admin.Get("/areas/changes").OK().Has(`a[href="`+at+`"]`, "Nhập Tổ dân phố 1 vào Tổ dân phố 2")
		page := admin.Get(at).OK().Has("main li", "Tổ dân phố 1 mở lại như chưa từng nhập").Has("main", "Phụ trách Tổ dân phố 1 trở lại:").
			Has("main", "Tổ phó một (").Has("main", "Tổ trưởng một (").Lacks("main", "Tổ phó hai").Has("main", "Thôi phụ trách Tổ dân phố 2: Tổ phó một (").
			Has("table", "Tổ dân phố 2 → Tổ dân phố 1").Has("table", "Cả phường")
		for _, stranger := range []string{"command", "group lead", "mediator", "officer", "committee", "head", "city", "other command"} {
			s.As(stranger).Get(at).Is(404)
			s.As(stranger).Post(at, url.Values{"reason": {"Nhập nhầm"}, "seen": {page.Value("seen")}}).Is(404)
		}
		admin.Post(at, url.Values{"seen": {page.Value("seen")}}).Is(422).Has(".error-text", "lý do")
		admin.Post(at, url.Values{"reason": {"Nhập nhầm"}, "seen": {"x"}}).Is(422).Has("main", "vừa thay đổi")
		if to := back(s, at, "Nhập nhầm").Goes(); to != "/areas/changes" {
			t.Errorf("on to %s", to)
		}

		if now := lies(t, s); !maps.Equal(was, now) {
			t.Errorf("houses lay in %v and lie in %v", was, now)
		}
		after, still := figures(t, s)
		if still != whole || !maps.Equal(figuresBefore, after) {
			t.Errorf("figures were %+v %+v and are %+v %+v", figuresBefore, whole, after, still)
		}
		exact(t, s)
		// A mediator keeps the book in which a case that came along has a number by now.
		if now := held(t, s, leaves.ID, stays.ID); !slices.Equal(now, before[:2]) {
			t.Errorf("held %v, holds %v", before, now)
		}
		if got := holds(t, s, mediator.ID); !slices.Equal(got, []string{"mediator:" + one, "mediator:" + two}) {
			t.Errorf("the mediator holds %v", got)
		}
		if got := holds(t, s, gone.ID); len(got) != 0 {
			t.Errorf("a closed account holds %v", got)
		}
		for _, key := range []string{"moves.told_again", "moves.told_no_more"} {
			n := 0
			must(t, s.DB.Read(ctx, s.System(), func(tx *db.Tx) error {
				return tx.One(ctx, `select count(*) from inbox i join messages m on m.ward_id = i.ward_id and m.id = i.message_id
					where i.ward_id = {ward} and i.account_id = $1 and m.key = $2`, stays.ID, key).Scan(&n)
			}))
			if n != 1 {
				t.Errorf("who went on was told %s %d times", key, n)
			}
		}
		for _, x := range []struct{ table, id, want, what string }{
			{"measures", open, one, "an open measure"}, {"measures", done, two, "a measure that was verified meanwhile"},
			{"measures", failed, two, "a measure that did not help"}, {"measures", again, one, "the measure that took its place"}, {"measures", fresh, two, "a measure of the other group"},
			{"mediations", waits, one, "a case without a number"}, {"mediations", numbered, two, "a case that has a number in the other book"},
		} {
			if got := groupOf(t, s, x.table, x.id); got != x.want {
				t.Errorf("%s is of the wrong group", x.what)
			}
		}
		trail := ""
		must(t, s.DB.Read(ctx, s.System(), func(tx *db.Tx) error {
			return tx.One(ctx, `select a.detail from audit a where a.ward_id = {ward} and a.action = 'area.undo'`).Scan(&trail)
		}))
		if !strings.Contains(trail, "Nhập nhầm") {
			t.Errorf("the trail says %q", trail)
		}

		// The name is one of today again, and links of either time lead where they say.
		admin.Get("/areas").OK().Has(".tree", "Tổ dân phố 1").Lacks(".tree", "tên cũ: Tổ dân phố 1").Lacks("main", "Tổ đã nhập vào tổ khác")
		admin.Get("/areas/groups/"+one).OK().Lacks("main", "đã nhập vào")
		s.As("command").Get("/houses?group="+one).OK().Lacks("main", "đã nhập vào").Has("#list table", "36A Hàng Bạc").Lacks("#list table", "6 bis Đinh Liệt")
		s.As("command").Get("/houses?group="+two).OK().Has("#list table", "6 bis Đinh Liệt").Lacks("#list table", "36A Hàng Bạc")
		s.As("command").Get("/measures?state=all&group="+one).OK().Lacks("main", "đã nhập vào").Has("table", "Sửa đèn ngõ").Lacks("table", "Việc mới của tổ hai")
		s.As("group lead").Get("/houses/" + s.House["36A Hàng Bạc"]).OK()
		if id, err := registered(ctx, s, "Tổ 1"); err != nil || id != "" {
			t.Errorf("an old list is led on to %q, %v", id, err)
		}

		// It is taken back once, the taking back is no change to take back, and the group may be merged again.
		admin.Get("/areas/changes").OK().Has("tbody tr:nth-child(2)", "đã bỏ")
		admin.Get(at).OK().Has(".notice", "đã được bỏ rồi").Lacks("main", "Bỏ thay đổi này")
		list, err := s.Areas.Changes(ctx, s.Actor("administrator"))
		must(t, err)
		admin.Get("/areas/changes/"+list[0].ID+"/undo").OK().Has(".notice", "Muốn nhập lại").Lacks("main", "Bỏ thay đổi này")
		merged(t, s)
		s.As("command").Get("/houses?group="+one).OK().Has(".notice", "Tổ dân phố 1 đã nhập vào Tổ dân phố 2")
	})
}

// held are the roles of accounts now, in one text each.
func held(t *testing.T, s *apptest.Site, accounts ...string) []string {
	t.Helper()
	var list []string
	for _, id := range accounts {
		list = append(list, strings.Join(holds(t, s, id), " "))
	}
	return list
}

// TestAMergeStaysWhereSomethingStandsOnIt says what stands in the way of taking a merge back, and what to do, and does nothing.
func TestAMergeStaysWhereSomethingStandsOnIt(t *testing.T) {
	t.Parallel()
	for _, x := range []struct {
		name   string
		before func(t *testing.T, s *apptest.Site)
		use    func(t *testing.T, s *apptest.Site)
		says   string
	}{
		{name: "of an earlier version", says: "chưa ghi lại việc nào đi theo", use: func(t *testing.T, s *apptest.Site) {
			t.Helper()
			set(t, s, `delete from area_carried where ward_id = {ward}`)
		}},
		{name: "the name is taken", says: "Nay có nơi khác mang tên Tổ dân phố 1", use: func(t *testing.T, s *apptest.Site) {
			t.Helper()
			do(t, s, moves.Wish{Choice: moves.Choice{Numbers: "6 bis"}, ToGroup: moves.New, NewGroup: "Tổ dân phố 1"})
		}},
		{name: "merged on", says: "Tổ dân phố 2 nay đã đóng hoặc đã nhập vào nơi khác", use: func(t *testing.T, s *apptest.Site) {
			t.Helper()
			three, err := s.Areas.AddGroup(t.Context(), s.Actor("administrator"), "Tổ dân phố 3", "")
			must(t, err)
			must(t, merge(t.Context(), s, moves.Merging{Terms: terms(), Part: areas.OfGroup, From: s.Group["Tổ dân phố 2"], Into: three}))
		}},
		{name: "a house moved on", says: "đã được chuyển tiếp", use: func(t *testing.T, s *apptest.Site) {
			t.Helper()
			do(t, s, moves.Wish{Choice: moves.Choice{Numbers: "36A"}, ToGroup: moves.New, NewGroup: "Tổ dân phố 7"})
		}},
		{name: "a meeting of both", says: "Cuộc họp “Họp tổ” của Tổ dân phố 1 đã mời cả Tổ dân phố 2", before: func(t *testing.T, s *apptest.Site) {
			t.Helper()
			_, err := s.Meetings.Create(t.Context(), s.Actor("group lead"), meetings.Plan{Plan: gatherings.Plan{Level: gatherings.Group, Group: s.Group["Tổ dân phố 1"], Place: "Nhà văn hóa", Day: "2026-11-01", Clock: "19:30", Lasts: 60}, Title: "Họp tổ", Agenda: []string{"Đèn ngõ"}})
			must(t, err)
		}, use: func(t *testing.T, s *apptest.Site) {
			t.Helper()
			list, _, err := s.Meetings.List(t.Context(), s.Actor("other group lead"), meetings.Coming, 0)
			must(t, err)
			must(t, s.Meetings.Invite(t.Context(), s.Actor("other group lead"), list[0].ID))
		}},
		{name: "a training of both", says: "Buổi tập huấn “", before: func(t *testing.T, s *apptest.Site) {
			t.Helper()
			must(t, s.Trainings.Begin(t.Context(), s.Actor("command"), s.Words.In("vi")))
			courses, err := s.Trainings.Courses(t.Context(), s.Actor("command"))
			must(t, err)
			_, err = s.Trainings.Create(t.Context(), s.Actor("group lead"), trainings.Plan{Plan: gatherings.Plan{Level: gatherings.Group, Group: s.Group["Tổ dân phố 1"], Place: "Nhà văn hóa", Day: "2026-11-01", Clock: "19:30", Lasts: 90}, Course: courses[0].ID, Speaker: "officer"})
			must(t, err)
		}, use: func(t *testing.T, s *apptest.Site) {
			t.Helper()
			set(t, s, `update trainings as x set invited_at = $1 where x.ward_id = {ward}`, s.DB.Now().UnixMilli())
		}},
		{name: "a signed review", says: "đã ký sau thay đổi này", use: func(t *testing.T, s *apptest.Site) {
			t.Helper()
			set(t, s, `insert into reviews (ward_id, id, number, campaign_id, year, period, from_on, to_on, scope_key, group_id, state, achievements, record, hash, signed_at, signed_by,
					created_account, created_at, updated_at, version)
				values ({ward}, 'r', 1, $1, 2026, 'q3', '2026-07-01', '2026-09-30', $2, $2, 'signed', '', '', 'x', $3, '', '', 0, 0, 1)`,
				s.Campaign.ID, s.Group["Tổ dân phố 2"], s.DB.Now().UnixMilli())
		}},
		{name: "a closed campaign", says: "Một đợt đã chốt", use: func(t *testing.T, s *apptest.Site) {
			t.Helper()
			inspected(t, s, "36A Hàng Bạc")
			must(t, s.Results.Decide(t.Context(), s.Actor("command"), s.Campaign.ID, s.House["36A Hàng Bạc"], results.Decision{Class: criteria.Safe, Version: 1}))
			s.Phase(campaigns.Publish)
			c, err := s.Campaigns.Get(t.Context(), s.Actor("command"), s.Campaign.ID)
			must(t, err)
			must(t, s.Results.Close(t.Context(), s.Actor("command"), s.Campaign.ID, c.Version))
		}},
	} {
		t.Run(x.name, func(t *testing.T) {
			t.Parallel()
			apptest.EachMorning(t, civil.Day("2026-10-20"), func(t *testing.T, s *apptest.Site, clock *dbtest.Clock) {
				if x.before != nil {
					x.before(t, s)
				}
				at := merged(t, s)
				clock.Set(dbtest.Morning("2026-10-20").Add(time.Minute))
				x.use(t, s)
				there := lies(t, s)
				admin := s.As("administrator")
				admin.Get(at).OK().Has(".notice", x.says).Lacks("main", "Bỏ thay đổi này")
				admin.Post(at, url.Values{"reason": {"Nhập nhầm"}}).Is(422).Has("main", x.says)
				if !maps.Equal(there, lies(t, s)) {
					t.Error("houses went back although they could not")
				}
			})
		})
	}
}

// TestABeatComesBackWithItsPhone takes the merge of a beat back: each has the number that it had, unless a newer one was written meanwhile.
func TestABeatComesBackWithItsPhone(t *testing.T) {
	t.Parallel()
	const own, others, newer = "024 3825 1234", "024 3825 9999", "024 3825 5555"
	for _, x := range []struct {
		name                                   string
		one, two, meanwhile, wantOne, wantBoth string
	}{
		{name: "only of the first", one: own, wantOne: own},
		{name: "of both", one: own, two: others, wantOne: own, wantBoth: others},
		{name: "a newer one", one: own, meanwhile: newer, wantBoth: newer},
	} {
		t.Run(x.name, func(t *testing.T) {
			t.Parallel()
			apptest.EachMorning(t, civil.Day("2026-10-20"), func(t *testing.T, s *apptest.Site, clock *dbtest.Clock) {
				ctx, admin := t.Context(), s.Actor("administrator")
				one, two := s.Beat["Khu vực 1"], s.Beat["Khu vực 2"]
				was := lies(t, s)
				must(t, s.Areas.SetPhones(ctx, admin, map[string]string{one: x.one, two: x.two}))
				must(t, merge(ctx, s, moves.Merging{Terms: terms(), Part: areas.OfBeat, From: one, Into: two}))
				phones, err := s.Areas.Phones(ctx, admin)
				if must(t, err); phones.Beats[one] != "" || phones.Beats[two] == "" {
					t.Errorf("while they are one, the numbers are %v", phones.Beats)
				}
				clock.Set(dbtest.Morning("2026-10-21"))
				if x.meanwhile != "" {
					must(t, s.Areas.SetPhones(ctx, admin, map[string]string{two: x.meanwhile}))
				}
				list, err := s.Areas.Changes(ctx, admin)
				must(t, err)
				back(s, "/areas/changes/"+list[0].ID+"/undo", "Nhập nhầm").Goes()
				if phones, err = s.Areas.Phones(ctx, admin); err != nil {
					t.Fatal(err)
				}
				read := func(text string) civil.Phone {
					p, _ := civil.ParsePhone(text)
					return p
				}
				if phones.Beats[one] != read(x.wantOne) || phones.Beats[two] != read(x.wantBoth) {
					t.Errorf("numbers %v", phones.Beats)
				}
				if !maps.Equal(was, lies(t, s)) {
					t.Error("houses lie elsewhere")
				}
				s.As("officer").Get("/houses/" + s.House["36 Hàng Bạc"]).OK()
				exact(t, s)
			})
		})
	}
}

// TestAPlanDrawnForTheMergedBeatsHoldsUpTheirUndo says so.
func TestAPlanDrawnForTheMergedBeatsHoldsUpTheirUndo(t *testing.T) {
	t.Parallel()
	apptest.EachMorning(t, civil.Day("2026-10-20"), func(t *testing.T, s *apptest.Site, clock *dbtest.Clock) {
		ctx := t.Context()
		must(t, merge(ctx, s, moves.Merging{Terms: terms(), Part: areas.OfBeat, From: s.Beat["Khu vực 1"], Into: s.Beat["Khu vực 2"]}))
		clock.Set(dbtest.Morning("2026-10-21"))
		set(t, s, `insert into plans (ward_id, id, campaign_id, state, seed, share, cross_share, others, per_day, days_a_week, from_on, to_on, frame, frame_digest, reason, drawn_at, drawn_by)
			values ({ward}, 'p', $1, 'current', 'x', 10, 30, false, 8, 3, '2026-10-21', '2026-10-31', '', '', '', $2, '')`, s.Campaign.ID, s.DB.Now().UnixMilli())
		list, err := s.Areas.Changes(ctx, s.Actor("administrator"))
		must(t, err)
		s.As("administrator").Get("/areas/changes/"+list[0].ID+"/undo").OK().Has(".notice", "Kế hoạch kiểm tra đã lập sau thay đổi này")
	})
}
