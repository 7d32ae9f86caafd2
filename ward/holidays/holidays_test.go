package holidays_test

import (
	"net/url"
	"testing"
	"time"

	"pgregory.net/rapid"

	"sonha/app/apptest"
	"sonha/engine/db"
	"sonha/engine/db/dbtest"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/holidays"
)

// at is a database whose clock stands at a day of the ward.
func at(day civil.Day) db.Options {
	return db.Options{Clock: func() time.Time { return day.Time().Add(9 * time.Hour) }}
}

func calendar(t *testing.T, s *apptest.Site) (c civil.Calendar) {
	t.Helper()
	if err := s.DB.Read(t.Context(), s.System(), func(tx *db.Tx) (err error) {
		c, err = holidays.Calendar(t.Context(), tx)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return c
}

// TestTheWardDecidesItsOwnDays enters the exchange of a Tết: a day off beside those of the law, a Saturday that is worked for it,
// and a day off by law that is moved.
func TestTheWardDecidesItsOwnDays(t *testing.T) {
	t.Parallel()
	dbtest.EachWith(t, at("2027-01-20"), func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		// domain.md §7.5a: what came in on 29 Tết, Friday 05/02/2027, is due after the holidays, never on 07/02.
		if got := calendar(t, s).AddWorkingDays("2027-02-05", 2); got != "2027-02-15" {
			t.Errorf("two working days after 29 Tết are %s", got)
		}
		b := s.As("command")
		b.Get("/calendar").OK().Has("h1", "2027").Has("table", "Tết Nguyên đán").Has("aside", "06/02/2027").Has("aside", "02/02/2030")
		b.Post("/calendar", url.Values{"kind": {"off"}, "from": {"2027-02-12"}, "name": {"Nghỉ hoán đổi dịp Tết"}, "year": {"2027"}}).Follow().OK().Has("tr", "Nghỉ hoán đổi dịp Tết")
		b.Post("/calendar", url.Values{"kind": {"worked"}, "from": {"2027-02-20"}, "name": {"Làm bù"}, "year": {"2027"}}).Follow().OK().Has("tr", "Làm bù")
		b.Post("/calendar", url.Values{"kind": {"worked"}, "from": {"2027-04-30"}, "name": {"Chuyển sang ngày khác"}, "year": {"2027"}}).Follow().OK().Has("tr", "thay cho: Ngày Chiến thắng")
		c := calendar(t, s)
		for day, want := range map[civil.Day]bool{"2027-02-12": false, "2027-02-20": true, "2027-04-30": true, "2027-02-13": false, "2027-02-15": true} {
			if c.Working(day) != want {
				t.Errorf("%s worked: %v", day, !want)
			}
		}
		// The other ward decides for itself.
		if s.As("other command").Get("/calendar").OK().Lacks("table", "Làm bù"); !calendar(t, s).Working("2027-02-20") {
			t.Error("the day is gone")
		}
		b.Post("/calendar/remove", url.Values{"day": {"2027-04-30"}}).Follow().OK().Lacks("table", "Chuyển sang")
		if calendar(t, s).Working("2027-04-30") {
			t.Error("the law does not count again")
		}
	})
}

func TestWhatTheCalendarDoesNotTake(t *testing.T) {
	t.Parallel()
	d := dbtest.Lite(t)
	s := apptest.New(t, d)
	b := s.As("administrator")
	year := civil.DayOf(time.Now()).Year()
	good := func() url.Values {
		return url.Values{"kind": {"off"}, "from": {string(civil.NewDay(year+1, 3, 3))}, "to": {""}, "name": {"Ngày hội phường"}}
	}
	for field, bad := range map[string]string{"from": "31/02/2027", "to": "1900", "name": "", "kind": "maybe"} {
		v := good()
		v.Set(field, bad)
		r := b.Post("/calendar", v).Is(422)
		r.Has(".notice.bad", "").Has("main", "Thêm ngày của phường")
		if field != "name" && r.Value("name") != "Ngày hội phường" {
			t.Errorf("a bad %s loses the name that was typed", field)
		}
	}
	v := good()
	v.Set("to", string(civil.NewDay(year+1, 6, 3)))
	b.Post("/calendar", v).Is(422).Has(".notice.bad", "nhiều nhất 31 ngày")
	v = good()
	v.Set("from", string(civil.NewDay(year+40, 3, 3)))
	b.Post("/calendar", v).Is(422).Has(".notice.bad", "Lịch nhận các năm")
	if err := s.Holidays.Add(t.Context(), s.Actor("officer"), holidays.New{From: civil.NewDay(year+1, 3, 3), Kind: holidays.Off, Name: "Ngày hội"}); !fault.Is(err, fault.Missing) {
		t.Errorf("an officer sets the calendar: %v", err)
	}
	b.Post("/calendar", good()).Goes()
}

// TestCalendarProperties holds that what the ward entered counts more than the law and the weekend, whatever it is.
func TestCalendarProperties(t *testing.T) {
	t.Parallel()
	s := apptest.New(t, dbtest.Lite(t))
	today := civil.DayOf(s.DB.Now())
	rapid.Check(t, func(rt *rapid.T) {
		day := today.AddDays(rapid.IntRange(-200, 1500).Draw(rt, "day"))
		kind := rapid.SampledFrom([]holidays.Kind{holidays.Off, holidays.Worked}).Draw(rt, "kind")
		law := calendar(t, s).Working(day)
		if err := s.Holidays.Add(t.Context(), s.System(), holidays.New{From: day, Kind: kind, Name: "Thử"}); err != nil {
			rt.Fatal(err)
		}
		if calendar(t, s).Working(day) != (kind == holidays.Worked) {
			rt.Fatalf("%s is not %s", day, kind)
		}
		if err := s.Holidays.Remove(t.Context(), s.System(), day); err != nil {
			rt.Fatal(err)
		}
		if calendar(t, s).Working(day) != law {
			rt.Fatalf("%s does not follow the law again", day)
		}
	})
}
