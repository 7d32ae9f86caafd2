package measures_test

import (
	"testing"

	"sonha/app/apptest"
	"sonha/engine/db"
	"sonha/engine/db/dbtest"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/measures"
)

// told is how many messages of a key stand in the inbox of a person.
func told(t *testing.T, s *apptest.Site, person, key string) int {
	t.Helper()
	n := 0
	if err := s.DB.Read(t.Context(), s.System(), func(tx *db.Tx) error {
		return tx.One(t.Context(), `select count(*) from inbox i join messages m on m.ward_id = i.ward_id and m.id = i.message_id
			where i.ward_id = {ward} and i.account_id = $1 and m.key = $2`, s.Actor(person).Account(), key).Scan(&n)
	}); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestAMeasureIsClosedByTheSecondKey(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *apptest.Site, _ *dbtest.Clock) {
		id := opened(t, s, "officer", lamp(s))
		if told(t, s, "head", "measures.tell.opened") != 1 {
			t.Error("the head was not told of what is to be done")
		}
		m := do(t, s, "head", id, measures.Work{Act: measures.Note, Percent: 40, Note: "Đã mua đèn"})
		if m.State != measures.Doing || m.Percent != 40 {
			t.Errorf("after progress: %s, %d %%", m.State, m.Percent)
		}
		do(t, s, "head", id, measures.Work{Act: measures.Report})
		if told(t, s, "officer", "measures.tell.reported") != 1 {
			t.Error("the officer was not asked to look")
		}
		_, err := s.Measures.Do(t.Context(), s.Actor("head"), id, measures.Work{Act: measures.Verify})
		if !fault.Is(err, fault.Wrong) {
			t.Errorf("the head verified what the head reported: %v", err)
		}
		do(t, s, "officer", id, measures.Work{Act: measures.Return, Note: "Đèn chưa sáng"})
		if m := get(t, s, "head", id); m.State != measures.Doing || m.ReportedAs != "" || told(t, s, "head", "measures.tell.return") != 1 {
			t.Errorf("sent back: %s, reported as %q", m.State, m.ReportedAs)
		}
		do(t, s, "officer", id, measures.Work{Act: measures.Report})
		for _, person := range []string{"officer", "command"} {
			if _, err := s.Measures.Do(t.Context(), s.Actor(person), id, measures.Work{Act: measures.Verify}); err == nil {
				t.Errorf("the %s verified what the officer reported at a house that has a head", person)
			}
		}
		if m = do(t, s, "head", id, measures.Work{Act: measures.Verify}); m.State != measures.Verified || m.Closed.IsZero() || m.Percent != 100 {
			t.Errorf("the head's word: %s", m.State)
		}
		if _, err := s.Measures.Do(t.Context(), s.Actor("officer"), id, measures.Work{Act: measures.Report}); !fault.Is(err, fault.Closed) {
			t.Errorf("a closed measure was reported again: %v", err)
		}
		if m = get(t, s, "command", id); len(m.Steps) != 6 {
			t.Errorf("%d steps are kept, 6 were done", len(m.Steps))
		}
	})
}

func TestWhatDidNotHelpHasAnotherInItsPlace(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *apptest.Site, _ *dbtest.Clock) {
		id := opened(t, s, "officer", lamp(s))
		do(t, s, "head", id, measures.Work{Act: measures.Report})
		_, err := s.Measures.Do(t.Context(), s.Actor("officer"), id, measures.Work{Act: measures.Fail, Note: "Vẫn tối", Next: measures.New{Owner: measures.ByHouse}})
		if e, ok := fault.As(err); !ok || len(e.Fields) != 1 || e.Fields[0].Name != "content" {
			t.Fatalf("a successor without content: %v", err)
		}
		if m := get(t, s, "officer", id); m.State != measures.Reported {
			t.Fatalf("a refused act left the measure %s", m.State)
		}
		m := do(t, s, "officer", id, measures.Work{Act: measures.Fail, Note: "Vẫn tối", Next: measures.New{Content: "  Thay đèn loại lớn ", Owner: measures.ByWard, OwnerName: "còn lại từ ô khác", Due: "2026-11-10"}})
		if m.State != measures.Ineffective || m.Next == "" {
			t.Fatalf("%s, next %q", m.State, m.Next)
		}
		next := get(t, s, "head", m.Next)
		if next.Content != "Thay đèn loại lớn" || next.OwnerName != "" {
			t.Errorf("stored as it was typed: %q, %q", next.Content, next.OwnerName)
		}
		if next.Previous != id || next.State != measures.Planned || next.House.ID != s.House[bac] || next.From != m.From || next.Owner != measures.ByWard {
			t.Errorf("the successor: %+v", next)
		}
		if got := get(t, s, "head", id); got.Next != next.ID {
			t.Errorf("the old one leads to %q, not to %q", got.Next, next.ID)
		}
		if told(t, s, "committee", "measures.tell.opened") != 1 {
			t.Error("the committee was not told of what it is to do now")
		}
	})
}

func TestADayOffIsTheNextWorkingDay(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *apptest.Site, _ *dbtest.Clock) {
		// 24/10/2026 is a Saturday. Without a day it is 30 working days from Tuesday 20/10, six weeks later.
		for given, want := range map[civil.Day]civil.Day{"2026-10-24": "2026-10-26", "2026-10-23": "2026-10-23", "": "2026-12-01"} {
			n := lamp(s)
			n.Due = given
			if got := get(t, s, "officer", opened(t, s, "officer", n)).Due; got != want {
				t.Errorf("due on %q becomes %s, not %s", given, got, want)
			}
		}
	})
}

func TestAMeasureNamesNobodyAndStaysInReach(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *apptest.Site, _ *dbtest.Clock) {
		try := func(person string, n measures.New) error {
			return s.DB.Write(t.Context(), s.Actor(person), func(tx *db.Tx) error {
				_, err := measures.Open(t.Context(), tx, n)
				return err
			})
		}
		n := lamp(s)
		n.Content = "Nhắc ông Nguyễn Văn Hùng khóa cổng"
		if e, ok := fault.As(try("officer", n)); !ok || len(e.Fields) != 1 || e.Fields[0].Name != "content" {
			t.Errorf("a name was taken: %v", e)
		}
		n = lamp(s)
		if err := try("other officer", n); !fault.Is(err, fault.Missing) {
			t.Errorf("a measure outside the beat: %v", err)
		}
		n.House, n.Group, n.Owner = "", s.Group["Tổ dân phố 1"], measures.ByHouse
		if e, ok := fault.As(try("group lead", n)); !ok || len(e.Fields) != 1 || e.Fields[0].Name != "owner" {
			t.Errorf("a house carries out what is the group's: %v", e)
		}
		n.Owner = measures.ByGroup
		id := opened(t, s, "officer", n)
		for _, person := range []string{"group lead", "officer", "other officer", "command"} { // 9 Hàng Bạc of the other beat lies in the group
			get(t, s, person, id)
		}
		for _, person := range []string{"head", "other group lead", "committee", "city", "administrator", "household", "visitor", "other command"} {
			if _, err := s.Measures.Get(t.Context(), s.Actor(person), id); !fault.Is(err, fault.Missing) {
				t.Errorf("%s sees what is the group's: %v", person, err)
			}
		}
		if told(t, s, "group lead", "measures.tell.opened") != 1 || told(t, s, "other group lead", "measures.tell.opened") != 0 {
			t.Error("not the lead of the group was told")
		}
	})
}

func TestWhatIsOverdueClimbs(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *apptest.Site, c *dbtest.Clock) {
		first, second := opened(t, s, "officer", lamp(s)), opened(t, s, "officer", lamp(s))
		do(t, s, "head", second, measures.Work{Act: measures.Report})
		climb := func(want int) {
			t.Helper()
			list, err := s.Measures.Climb(t.Context(), s.System())
			if err != nil || len(list) != want {
				t.Fatalf("on %s %d climbed, %d should: %v", c.Today(), len(list), want, err)
			}
		}
		c.Morning("2026-11-03")
		climb(0)
		c.Days(1) // Wednesday
		climb(1)
		climb(0)
		if m := get(t, s, "officer", first); m.Level != 1 || m.Left != -1 {
			t.Errorf("level %d, %d days left", m.Level, m.Left)
		}
		for person, key := range map[string]string{"head": "measures.tell.house_late", "officer": "measures.tell.house_late", "command": "measures.tell.climbed"} {
			if told(t, s, person, key) != 1 {
				t.Errorf("%s was not told that a day has passed", person)
			}
		}
		if _, err := s.Measures.Get(t.Context(), s.Actor("committee"), first); !fault.Is(err, fault.Missing) {
			t.Errorf("the committee sees what has not climbed to it: %v", err)
		}
		c.Days(5) // Monday: Thursday, Friday and Monday are three working days
		climb(0)
		c.Days(1)
		climb(1)
		if m := get(t, s, "committee", first); m.Level != 2 {
			t.Errorf("level %d", m.Level)
		}
		do(t, s, "command", first, measures.Work{Act: measures.Move, On: "2026-12-01", Note: "Chờ vật tư"})
		if m := get(t, s, "head", first); m.Due != "2026-12-01" || m.FirstDue != "2026-11-03" || m.Level != 0 {
			t.Errorf("moved: due %s, at first %s, level %d", m.Due, m.FirstDue, m.Level)
		}
		c.Days(1)
		climb(0)
	})
}

// Whoever follows a source is told once, in the transaction that closed the measure.
func TestAFinishedInspectionSettles(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *apptest.Site, _ *dbtest.Clock) {
		id := opened(t, s, "officer", lamp(s))
		from := lamp(s).From
		next := lamp(s)
		next.Content = "Thay bóng đèn"
		var after string
		if err := s.DB.Write(t.Context(), s.Actor("officer"), func(tx *db.Tx) error {
			var err error
			after, err = measures.Settle(t.Context(), tx, from, &next)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if m := get(t, s, "head", id); m.State != measures.Ineffective || m.Next != after {
			t.Errorf("still short: %s, next %q", m.State, m.Next)
		}
		if err := s.DB.Write(t.Context(), s.Actor("officer"), func(tx *db.Tx) error {
			_, err := measures.Settle(t.Context(), tx, from, nil)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if m := get(t, s, "head", after); m.State != measures.Verified {
			t.Errorf("passes now: %s", m.State)
		}
		var w measures.Waiting
		if err := s.DB.Read(t.Context(), s.Actor("head"), func(tx *db.Tx) error {
			var err error
			w, err = measures.WaitingTx(t.Context(), tx)
			return err
		}); err != nil || len(w.Do)+len(w.Confirm) != 0 {
			t.Errorf("the head still has %d to do and %d to confirm: %v", len(w.Do), len(w.Confirm), err)
		}
	})
}
