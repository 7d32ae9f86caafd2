package civil

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// First days of Tết as the government announced or domain.md §7.3 fixes them,
// and Giỗ Tổ (10/3 âm lịch) where it was announced.
func TestTet(t *testing.T) {
	for year, want := range map[int]Day{
		1968: "1968-01-29", 1985: "1985-01-21", 2007: "2007-02-17",
		2020: "2020-01-25", 2021: "2021-02-12", 2022: "2022-02-01", 2023: "2023-01-22", 2024: "2024-02-10",
		2025: "2025-01-29", 2026: "2026-02-17", 2027: "2027-02-06", 2028: "2028-01-26", 2029: "2029-02-13",
		2030: "2030-02-02", 2031: "2031-01-23", 2032: "2032-02-11", 2033: "2033-01-31", 2034: "2034-02-19",
		2035: "2035-02-08", 2036: "2036-01-28", 2037: "2037-02-15", 2038: "2038-02-04", 2039: "2039-01-24",
		2040: "2040-02-12",
	} {
		if got := Tet(year); got != want {
			t.Errorf("Tết %d: %s, want %s", year, got, want)
		}
	}
}

func TestLunar(t *testing.T) {
	for day, want := range map[Day]LunarDate{
		"2026-02-16": {29, 12, 2025, false},
		"2026-02-17": {1, 1, 2026, false},
		"2027-02-05": {29, 12, 2026, false}, // domain.md §7.5a: "29 Tết"
		"2020-04-02": {10, 3, 2020, false},
		"2021-04-21": {10, 3, 2021, false},
		"2022-04-10": {10, 3, 2022, false},
		"2023-04-29": {10, 3, 2023, false},
		"2024-04-18": {10, 3, 2024, false},
		"2025-04-07": {10, 3, 2025, false},
		"2026-04-26": {10, 3, 2026, false},
		"2020-05-23": {1, 4, 2020, true},  // nhuận tháng Tư
		"2023-03-22": {1, 2, 2023, true},  // nhuận tháng Hai
		"2025-07-25": {1, 6, 2025, true},  // nhuận tháng Sáu
		"2033-12-22": {1, 11, 2033, true}, // nhuận tháng Mười một
		"2024-09-17": {15, 8, 2024, false},
		"2025-10-06": {15, 8, 2025, false},
	} {
		if got := Lunar(day); got != want {
			t.Errorf("%s: %+v, want %+v", day, got, want)
		}
		if got := FromLunar(want); got != day {
			t.Errorf("%+v: %s, want %s", want, got, day)
		}
	}
	for _, none := range []LunarDate{{}, {31, 1, 2026, false}, {1, 13, 2026, false}, {1, 6, 2026, true}, {0, 1, 2026, false}} {
		if got := FromLunar(none); got != "" {
			t.Errorf("%+v: %s", none, got)
		}
	}
	if Lunar("") != (LunarDate{}) {
		t.Error("no day has a lunar date")
	}
	if got := Lunar("2025-08-03").Display(); got != "10/6 nhuận" {
		t.Error(got)
	}
}

// Each day's lunar date is that of the day before plus one, and leads back.
func TestLunarDaysFollowEachOther(t *testing.T) {
	before := Lunar("2019-12-31")
	for d := Day("2020-01-01"); d < "2041-01-01"; d = d.AddDays(1) {
		l := Lunar(d)
		follows := l.Day == before.Day+1 && l.Month == before.Month && l.Leap == before.Leap && l.Year == before.Year
		begins := l.Day == 1 && before.Day >= 29
		if !follows && !begins || l.Day > 30 {
			t.Fatalf("%s: %+v after %+v", d, l, before)
		}
		if l.Day == 1 || l.Day == 15 {
			if back := FromLunar(l); back != d {
				t.Fatalf("%s: %+v leads back to %s", d, l, back)
			}
		}
		before = l
	}
}

func TestHolidays(t *testing.T) {
	days := func(year int) (out []Day) {
		for _, h := range Holidays(year) {
			out = append(out, h.Day)
		}
		return out
	}
	if diff := cmp.Diff([]Day{
		"2026-01-01",
		"2026-02-16", "2026-02-17", "2026-02-18", "2026-02-19", "2026-02-20", // as the Prime Minister decided
		"2026-04-26", "2026-04-27", // Giỗ Tổ on a Sunday, Monday off
		"2026-04-30", "2026-05-01",
		"2026-09-01", "2026-09-02",
	}, days(2026)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]Day{
		"2027-01-01",
		"2027-02-05", "2027-02-06", "2027-02-07", "2027-02-08", "2027-02-09", "2027-02-10", "2027-02-11",
		"2027-04-16", "2027-04-30", "2027-05-01", "2027-05-03",
		"2027-09-02", "2027-09-03",
	}, days(2027)); diff != "" {
		t.Error(diff)
	}
	for year := 2020; year <= 2040; year++ {
		working := 0
		for _, h := range Holidays(year) {
			if !weekend(h.Day) {
				working++
			}
			if h.Vi == "" || h.NameIn("en") == h.NameIn("vi") || !h.Day.Valid() {
				t.Errorf("%d: %+v", year, h)
			}
		}
		if working != 11 {
			t.Errorf("%d: %d working days are off, want the 11 of Article 112", year, working)
		}
	}
}

func TestAddWorkingDays(t *testing.T) {
	statutory := StatutoryCalendar(2025, 2028)
	shifted := NewCalendar([]Day{"2026-08-31"}, "2026-08-22")
	for _, test := range []struct {
		name     string
		calendar Calendar
		from     Day
		n        int
		want     Day
	}{
		{"request on 29 Tết, answer after Tết", statutory, "2027-02-05", 2, "2027-02-15"},
		{"over a weekend", statutory, "2026-11-20", 1, "2026-11-23"},
		{"same week", statutory, "2026-11-16", 3, "2026-11-19"},
		{"over 30/4 and 1/5", statutory, "2026-04-29", 1, "2026-05-04"},
		{"from a day off", statutory, "2026-11-21", 1, "2026-11-23"},
		{"nothing to add, working", statutory, "2026-11-20", 0, "2026-11-20"},
		{"nothing to add, off", statutory, "2026-11-21", 0, "2026-11-23"},
		{"backwards over Tết", statutory, "2026-02-23", -1, "2026-02-13"},
		{"exchanged Saturday is worked", shifted, "2026-08-21", 1, "2026-08-22"},
		{"exchanged Monday is off", shifted, "2026-08-28", 1, "2026-09-01"},
		{"weekends only", Calendar{}, "2026-04-29", 1, "2026-04-30"},
		{"no day", statutory, "", 5, ""},
	} {
		if got := test.calendar.AddWorkingDays(test.from, test.n); got != test.want {
			t.Errorf("%s: %s, want %s", test.name, got, test.want)
		}
	}
}

func TestWorkingDaysCountBack(t *testing.T) {
	c := StatutoryCalendar(2025, 2029)
	rapid.Check(t, func(t *rapid.T) {
		from := Day("2026-01-01").AddDays(rapid.IntRange(0, 900).Draw(t, "day"))
		n := rapid.IntRange(-60, 60).Filter(func(n int) bool { return n != 0 }).Draw(t, "n")
		to := c.AddWorkingDays(from, n)
		if !c.Working(to) {
			t.Fatalf("%s is not worked", to)
		}
		if got := c.WorkingDays(from, to); got != n {
			t.Fatalf("%s + %d = %s, counted back %d", from, n, to, got)
		}
	})
}

func TestHolidaysAreSorted(t *testing.T) {
	for year := 2020; year <= 2040; year++ {
		if !slices.IsSortedFunc(Holidays(year), byDay) {
			t.Errorf("%d", year)
		}
	}
}
