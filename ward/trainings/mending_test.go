package trainings_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"sonha/app/apptest"
	"sonha/engine/db"
	"sonha/engine/db/dbtest"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/areas"
	"sonha/ward/criteria"
	"sonha/ward/gatherings"
	"sonha/ward/houses/moves"
	"sonha/ward/trainings"
)

// came plans a session for heads in group 1, at which the head of one house was, and closes it an hour after its start.
func came(t *testing.T, s *apptest.Site, clock *dbtest.Clock, topic string) string {
	t.Helper()
	id := planned(t, s, "group lead", plan(course(t, s, topic), gatherings.Group, s.Group["Tổ dân phố 1"]))
	err := s.Trainings.TickHeads(t.Context(), s.Actor("group lead"), id, []string{s.House[bac]}, []string{s.House[bac]})
	clock.Set(start().Add(time.Hour))
	if err == nil {
		err = s.Trainings.Close(t.Context(), s.Actor("group lead"), id)
	}
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// The planned sessions of a group that is merged go along to the lead who answers for its houses now; what was held stays where it was.
func TestAMergeTakesPlannedSessionsAlong(t *testing.T) {
	each(t, func(t *testing.T, s *apptest.Site, clock *dbtest.Clock) {
		one, two := s.Group["Tổ dân phố 1"], s.Group["Tổ dân phố 2"]
		held := came(t, s, clock, trainings.Privacy)
		next := plan(course(t, s, trainings.Method), gatherings.Group, one)
		next.Day = "2026-12-01"
		ahead := planned(t, s, "group lead", next)
		who := s.Actor("administrator")
		w := moves.Merging{Terms: moves.Terms{Reason: "Sắp xếp lại tổ dân phố"}, Part: areas.OfGroup, From: one, Into: two}
		p, err := s.Moves.PreviewMerge(t.Context(), who, w)
		if err != nil {
			t.Fatal(err)
		}
		w.Seen = p.Seen
		if _, err := s.Moves.Join(t.Context(), who, w); err != nil {
			t.Fatal(err)
		}
		if x := get(t, s, "other group lead", ahead); x.Group != two || !x.May {
			t.Errorf("the planned session stayed with the closed group: %+v", x.Plan)
		}
		if err := s.Trainings.Cancel(t.Context(), s.Actor("other group lead"), ahead, "Trùng ngày tiêm phòng"); err != nil {
			t.Errorf("nobody answers for the session: %v", err)
		}
		if x := get(t, s, "command", held); x.Group != one {
			t.Errorf("the held session left its group: %+v", x.Plan)
		}
	})
}

// The committee opens what it is shown: drafts of groups are not, in no list.
func TestTheCommitteeListsWhatItOpens(t *testing.T) {
	each(t, func(t *testing.T, s *apptest.Site, _ *dbtest.Clock) {
		s.Enrol()
		ctx, committee := t.Context(), s.As("committee")
		id, err := s.Trainings.Create(ctx, s.Actor("group lead"), plan(course(t, s, trainings.Privacy), gatherings.Group, s.Group["Tổ dân phố 1"]))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Trainings.Create(ctx, s.Actor("command"), plan(course(t, s, trainings.Method), gatherings.Ward, "")); err != nil {
			t.Fatal(err)
		}
		listed := func() string {
			t.Helper()
			return string(committee.Get("/trainings/list.csv").OK().Body)
		}
		committee.Get("/trainings/" + id).Is(404)
		committee.Get("/trainings").OK().Lacks("tbody th", "Tái hòa nhập").Has("tbody th", "Phương pháp")
		if text := listed(); strings.Contains(text, "Tái hòa nhập") || !strings.Contains(text, "Phương pháp") {
			t.Errorf("the file holds %s", text)
		}
		if err := s.Trainings.Invite(ctx, s.Actor("group lead"), id); err != nil {
			t.Fatal(err)
		}
		committee.Get("/trainings/" + id).OK()
		committee.Get("/trainings").OK().Has("tbody th", "Tái hòa nhập")
		if text := listed(); !strings.Contains(text, "Tái hòa nhập") || !strings.Contains(text, "Phương pháp") {
			t.Errorf("the file holds %s", text)
		}
	})
}

// Once somebody came, a session took place: neither is it cancelled nor does its day change, also when it was opened again.
func TestWhatSomebodyCameToIsNotCalledOff(t *testing.T) {
	each(t, func(t *testing.T, s *apptest.Site, clock *dbtest.Clock) {
		s.Enrol()
		ctx, lead := t.Context(), s.As("group lead")
		id := came(t, s, clock, trainings.Privacy)
		home := "/trainings/" + id
		lead.Post(home+"/reopen", nil).Goes()
		lead.Get(home).OK().Lacks("main summary", "Hủy").Lacks("main a", "Sửa")
		lead.Post(home+"/cancel", url.Values{"why": {"Trùng ngày tiêm phòng"}}).Is(422).Has("body", "Đã ghi có người dự")
		p := plan("", gatherings.Group, "")
		p.Day, p.Version = "2026-12-21", get(t, s, "group lead", id).Version
		if err := s.Trainings.Change(ctx, s.Actor("group lead"), id, p); !fault.Is(err, fault.Closed) {
			t.Errorf("the day of a session that was held was changed: %v", err)
		}
		if err := s.Trainings.TickHeads(ctx, s.Actor("group lead"), id, []string{s.House[bac]}, nil); err != nil {
			t.Fatal(err)
		}
		lead.Get(home).OK().Has("main summary", "Hủy")
		lead.Post(home+"/cancel", url.Values{"why": {"Trùng ngày tiêm phòng"}}).Goes()
	})
}

// A class whose slips were counted without questions was not asked what its course asks today, and who comes meanwhile takes no form away.
func TestSlipsWithoutQuestionsStayWithout(t *testing.T) {
	each(t, func(t *testing.T, s *apptest.Site, clock *dbtest.Clock) {
		ctx, lead := t.Context(), s.Actor("group lead")
		id := planned(t, s, "group lead", plan(course(t, s, trainings.Privacy), gatherings.Group, s.Group["Tổ dân phố 1"]))
		clock.Set(start().Add(time.Hour))
		was := get(t, s, "group lead", id)
		if len(was.Results.Quiz) == 0 {
			t.Fatal("the course asks nothing")
		}
		if err := s.Trainings.TickHeads(ctx, lead, id, []string{s.House[bac]}, []string{s.House[bac]}); err != nil {
			t.Fatal(err)
		}
		if err := s.Trainings.SetResults(ctx, lead, id, trainings.Results{Before: 12, After: 12, Version: was.Version}); err != nil {
			t.Fatal(err)
		}
		if x := get(t, s, "group lead", id); len(x.Results.Quiz) != 0 || x.Results.Scored() {
			t.Errorf("the class was asked today's questions: %+v", x.Results)
		}
		if err := s.Trainings.SetResults(ctx, lead, id, trainings.Results{Version: was.Version}); !fault.Is(err, fault.Clash) {
			t.Errorf("results were written over others: %v", err)
		}
	})
}

// A head who took over on the day of the session was there as the head, in the record, in the list of who is due and in the figures; one who
// took over after a period says nothing about it.
func TestAHandOverCountsFromItsDayEverywhere(t *testing.T) {
	each(t, func(t *testing.T, s *apptest.Site, clock *dbtest.Clock) {
		s.Enrol()
		ctx := t.Context()
		id := came(t, s, clock, trainings.Privacy)
		trained := func(until civil.Day) int {
			n := 0
			if err := s.DB.Read(ctx, s.System(), func(tx *db.Tx) error {
				list, err := trainings.TrainedByGroupTx(ctx, tx, until)
				for _, x := range list {
					n += x.Part
				}
				return err
			}); err != nil {
				t.Fatal(err)
			}
			return n
		}
		handOver(t, s, start().Add(4*time.Hour)) // at 23:00, after the session
		clock.Set(start().AddDate(0, 0, 1))
		found, err := s.Trainings.Evidence(ctx, s.Actor("officer"), s.House[bac])
		if err != nil || found["GD2"].Suggest != criteria.Pass {
			t.Errorf("%+v %v", found["GD2"], err)
		}
		s.As("officer").Get("/trainings/due?course="+get(t, s, "group lead", id).Course).OK().Lacks("tbody th", bac)
		if n := trained("2026-11-30"); n != 1 {
			t.Errorf("%d heads were trained", n)
		}
		handOver(t, s, start().AddDate(0, 0, 20)) // in December
		clock.Set(start().AddDate(0, 1, 0))
		if was, is := trained("2026-11-30"), trained("2026-12-21"); was != 1 || is != 0 {
			t.Errorf("%d trained in November, %d in December", was, is)
		}
	})
}

// Both lists as files are of the reader's reach, say how many rows they have, and leave a line in the trail.
func TestListsAsFiles(t *testing.T) {
	each(t, func(t *testing.T, s *apptest.Site, _ *dbtest.Clock) {
		s.Enrol()
		id := planned(t, s, "group lead", plan(course(t, s, trainings.Privacy), gatherings.Group, s.Group["Tổ dân phố 1"]))
		planners := []string{"group lead", "other group lead", "command", "other command", "committee"}
		if text := s.ListFile("/trainings/list", "training.export", 1, planners...); !strings.Contains(text, "Tổ dân phố 1") {
			t.Errorf("the sessions of the lead:\n%s", text)
		}
		noters := []string{"group lead", "other group lead", "officer", "other officer", "command", "other command"}
		due := s.ListFile("/trainings/due?course="+get(t, s, "group lead", id).Course, "training.export", 3, noters...)
		if !strings.Contains(due, bac) || strings.Contains(due, "Đinh Liệt") {
			t.Errorf("the lead's houses that are due:\n%s", due)
		}
	})
}
