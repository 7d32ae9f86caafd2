package civil

import (
	"errors"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestParseDay(t *testing.T) {
	for in, want := range map[string]Day{
		"05/02/2026": "2026-02-05", "5/2/2026": "2026-02-05", "05-02-2026": "2026-02-05", "5.2.2026": "2026-02-05",
		" 15/9/2026 ": "2026-09-15", "2026-02-05": "2026-02-05", "2026-02-05T00:00:00Z": "2026-02-05",
		"2026-02-05 00:00:00": "2026-02-05", "29/02/2028": "2028-02-29",
		"46058": "2026-02-05", "46058.5": "2026-02-05", "36526": "2000-01-01",
		"ngày 05 tháng 02 năm 2026": "2026-02-05", "Ngày 15 tháng 9 năm 2026": "2026-09-15",
	} {
		if got, err := ParseDay(in); got != want || err != nil {
			t.Errorf("%q: %q %v, want %q", in, got, err, want)
		}
	}
	for _, in := range []string{
		"", "2026", "1586", "02/15/2026", "31/04/2026", "29/02/2026", "0/1/2026", "5/2/26", "5/2-2026", "05/02/1899",
		"01/01/2200", "2026-2-5", "2026-13-01", "99999", "19999", "-46058", "hôm nay", "05/02/2026 14:05", "5/2/2026x",
	} {
		if got, err := ParseDay(in); got != "" || !errors.Is(err, ErrDay) {
			t.Errorf("%q: %q %v, want ErrDay", in, got, err)
		}
	}
}

func TestDayTexts(t *testing.T) {
	d := Day("2026-02-05")
	for _, test := range []struct{ got, want string }{
		{d.Display(), "05/02/2026"},
		{d.Short(), "05/02"},
		{d.Long(), "ngày 05 tháng 02 năm 2026"},
		{Day("2026-09-15").Long(), "ngày 15 tháng 9 năm 2026"},
		{Day("2026-09-05").Long(), "ngày 05 tháng 9 năm 2026"},
		{Day("2026-01-10").Long(), "ngày 10 tháng 01 năm 2026"},
		{Day("2026-03-01").Long(), "ngày 01 tháng 3 năm 2026"},
		{Day("2026-12-31").Long(), "ngày 31 tháng 12 năm 2026"},
		{d.Weekday(), "thứ Năm"},
		{Day("2026-02-08").Weekday(), "Chủ nhật"},
		{Day("2026-02-17").Weekday(), "thứ Ba"},
		{d.WeekdayIn("en"), "Thursday"},
		{d.DisplayIn("en"), "5 February 2026"},
		{d.LongIn("en"), "5 February 2026"},
		{d.LongIn("vi"), "ngày 05 tháng 02 năm 2026"},
		{string(d.WeekStart()), "2026-02-02"},
		{string(Day("2026-02-02").WeekStart()), "2026-02-02"},
		{string(Day("2026-02-08").WeekStart()), "2026-02-02"},
		{string(d.MonthStart()), "2026-02-01"},
		{string(d.MonthEnd()), "2026-02-28"},
		{string(Day("2026-12-15").MonthEnd()), "2026-12-31"},
		{string(Day("2026-02-28").AddDays(1)), "2026-03-01"},
		{string(Day("2026-01-01").AddDays(-1)), "2025-12-31"},
		{Roman(d.Quarter()) + Roman(Day("2026-03-31").Quarter()) + " " + Roman(Day("2026-12-01").Quarter()), "II IV"},
		{Roman(0) + Roman(5) + Roman(-1), ""},
		{Clock(time.Date(2026, 2, 5, 7, 5, 0, 0, time.UTC)), "14:05"},
		{ClockLong(time.Date(2026, 2, 5, 1, 30, 0, 0, time.UTC)), "08 giờ 30"},
		{ClockLong(time.Date(2026, 2, 5, 16, 0, 0, 0, time.UTC)), "23 giờ"},
		{string(DayOf(time.Date(2026, 2, 5, 16, 59, 0, 0, time.UTC))), "2026-02-05"},
		{string(DayOf(time.Date(2026, 2, 5, 17, 0, 0, 0, time.UTC))), "2026-02-06"},
	} {
		if test.got != test.want {
			t.Errorf("got %q, want %q", test.got, test.want)
		}
	}
}

func TestNoDay(t *testing.T) {
	for _, d := range []Day{"", "2026-02-30", "rác", "05/02/2026"} {
		texts := d.Display() + d.Short() + d.Long() + d.Weekday() + d.DisplayIn("en") + d.WeekdayIn("en") +
			string(d.AddDays(1)+d.WeekStart()+d.MonthStart()+d.MonthEnd())
		if texts != "" || d.Valid() || d.Year() != 0 || d.Month() != 0 || d.Quarter() != 0 || !d.Time().IsZero() || d.Sub("2026-01-01") != 0 {
			t.Errorf("%q is taken for a day: %q", d, texts)
		}
	}
	if !Day("").IsZero() || DayOf(time.Time{}) != "" {
		t.Error("no day is not zero")
	}
}

func TestDaysReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := Day("1900-01-01").AddDays(rapid.IntRange(0, 109_000).Draw(t, "n"))
		for _, text := range []string{d.Display(), d.Long(), string(d)} {
			if got, err := ParseDay(text); got != d {
				t.Fatalf("%q: %q %v, want %q", text, got, err, d)
			}
		}
		n := rapid.IntRange(-40_000, 40_000).Draw(t, "days")
		later := d.AddDays(n)
		if got := later.Sub(d); got != n {
			t.Fatalf("%s - %s: %d, want %d", later, d, got, n)
		}
		if (later > d) != (n > 0) {
			t.Fatalf("%s and %s compare wrongly", later, d)
		}
	})
}

func FuzzParseDay(f *testing.F) {
	for _, seed := range []string{"5/2/2026", "2026-02-05", "46058", "ngày 05 tháng 02 năm 2026"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := ParseDay(s)
		if (err == nil) != d.Valid() {
			t.Fatalf("%q: %q %v", s, d, err)
		}
		if again, _ := ParseDay(d.Display()); again != d {
			t.Fatalf("%q: %q shown as %q reads %q", s, d, d.Display(), again)
		}
	})
}

// A Day may come from anywhere, a database included: nothing about it panics.
func FuzzDay(f *testing.F) {
	f.Add("2026-02-05", 3)
	f.Add("2026-02-30", -1)
	f.Fuzz(func(t *testing.T, s string, n int) {
		d := Day(s)
		if shown := d.Display(); (shown != "") != d.Valid() || (d.Long() != "") != d.Valid() {
			t.Fatalf("%q: %q %q", s, shown, d.Long())
		}
		n %= 100_000
		if later := d.AddDays(n); later.Valid() && d.Valid() && later.Sub(d) != n {
			t.Fatalf("%q + %d = %q", s, n, later)
		}
		if l := Lunar(d); l != (LunarDate{}) && FromLunar(l) != d {
			t.Fatalf("%q: %+v", s, l)
		}
	})
}

func TestHoursAreReadAsTheyAreWritten(t *testing.T) {
	d := Day("2026-02-05")
	for _, good := range []string{"00:00", "07:05", "19:30", "23:59"} {
		if !ValidClock(good) || Clock(d.At(good)) != good || DayOf(d.At(good)) != d {
			t.Errorf("%s is read as %v", good, d.At(good))
		}
	}
	for _, bad := range []string{"", "7:05", "24:00", "19:60", "19.30", "19:3", "19:30 ", " 19:30", "-1:30", "19:30:00", "1930"} {
		if ValidClock(bad) {
			t.Errorf("%q is an hour", bad)
		}
	}
	if !d.At("").Equal(d.Time()) {
		t.Error("no hour is not the beginning of the day")
	}
}
