package civil

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"sonha/ground/pattern"
)

// Hanoi is the time zone of all days and clocks: UTC+7, without summer time. It
// is fixed, so that a machine without a time zone database reckons the same.
var Hanoi = time.FixedZone("Asia/Ho_Chi_Minh", 7*60*60)

// Day is a calendar day in Hà Nội as ISO text, "2026-02-05": the form in which
// days are stored, and in which they compare with < and ==. The zero Day is no
// day; all texts about it are empty.
type Day string

// ErrDay is returned by ParseDay.
var ErrDay = errors.New("civil: not a day")

// NewDay makes a Day; months and days out of range carry over as in time.Date.
func NewDay(year int, month time.Month, day int) Day {
	return DayOf(time.Date(year, month, day, 0, 0, 0, 0, Hanoi))
}

// DayOf returns the day on which t falls in Hà Nội, or no day for the zero time.
func DayOf(t time.Time) Day {
	if t.IsZero() {
		return ""
	}
	return Day(t.In(Hanoi).Format(time.DateOnly))
}

// Years outside these are taken for typing errors.
const (
	firstYear = 1900
	lastYear  = 2199
)

// Serial numbers of days in spreadsheets count from 30/12/1899. Only those from
// 1954 to 2118 are taken, so that a year or a house number is not a day.
const (
	serialZero  = Day("1899-12-30")
	firstSerial = 20000
	lastSerial  = 80000
)

var (
	dayFirst   = pattern.Of(`^([0-9]{1,2})([/.-])([0-9]{1,2})([/.-])([0-9]{4})$`)
	yearFirst  = pattern.Of(`^([0-9]{4})-([0-9]{2})-([0-9]{2})$`)
	longDay    = pattern.Of(`^(?:ngày )?([0-9]{1,2}) tháng ([0-9]{1,2}) năm ([0-9]{4})$`)
	excelDay   = pattern.Of(`^([0-9]{5})(?:[.,][0-9]+)?$`)
	midnight   = pattern.Of(`[T ]00:00(:00(\.0+)?)?Z?$`)
	romanTable = [...]string{"", "I", "II", "III", "IV"}
)

// ParseDay reads 05/02/2026, 5/2/2026 (also with dots or dashes), 2026-02-05,
// "ngày 05 tháng 02 năm 2026" and the serial number of a spreadsheet (46058).
// The day always comes before the month. Two-digit years, days that do not exist
// and years outside 1900–2199 are ErrDay.
func ParseDay(s string) (Day, error) {
	s = midnight().ReplaceAllString(NFC(s), "")
	var year, month, day string
	if m := dayFirst().FindStringSubmatch(s); m != nil && m[2] == m[4] {
		year, month, day = m[5], m[3], m[1]
	} else if m := yearFirst().FindStringSubmatch(s); m != nil {
		year, month, day = m[1], m[2], m[3]
	} else if m := longDay().FindStringSubmatch(strings.ToLower(s)); m != nil {
		year, month, day = m[3], m[2], m[1]
	} else if m := excelDay().FindStringSubmatch(s); m != nil {
		if n, _ := strconv.Atoi(m[1]); n >= firstSerial && n <= lastSerial {
			return serialZero.AddDays(n), nil
		}
		return "", ErrDay
	} else {
		return "", ErrDay
	}
	y, _ := strconv.Atoi(year)
	m, _ := strconv.Atoi(month)
	d, _ := strconv.Atoi(day)
	made := NewDay(y, time.Month(m), d)
	if y < firstYear || y > lastYear || string(made) != fmt.Sprintf("%04d-%02d-%02d", y, m, d) {
		return "", ErrDay
	}
	return made, nil
}

// IsZero reports whether d is no day.
func (d Day) IsZero() bool { return d == "" }

// Valid reports whether d is a day that exists, written as ISO text.
func (d Day) Valid() bool {
	_, err := time.Parse(time.DateOnly, string(d))
	return err == nil
}

// Time returns the beginning of the day in Hà Nội, or the zero time.
func (d Day) Time() time.Time {
	t, err := time.ParseInLocation(time.DateOnly, string(d), Hanoi)
	if err != nil {
		return time.Time{}
	}
	return t
}

// Year returns the year, or 0 for no day.
func (d Day) Year() int {
	if !d.Valid() {
		return 0
	}
	return d.Time().Year()
}

// Month returns the month, or 0 for no day.
func (d Day) Month() time.Month {
	if !d.Valid() {
		return 0
	}
	return d.Time().Month()
}

// Quarter returns 1 to 4, or 0 for no day.
func (d Day) Quarter() int { return (int(d.Month()) + 2) / 3 }

// AddDays returns the day n days later (earlier if n < 0); no day stays no day.
func (d Day) AddDays(n int) Day {
	if !d.Valid() {
		return ""
	}
	return DayOf(d.Time().AddDate(0, 0, n))
}

// Sub returns the number of days from e to d, positive if d is later; 0 if
// either is no day.
func (d Day) Sub(e Day) int {
	if !d.Valid() || !e.Valid() {
		return 0
	}
	const secondsADay = 24 * 60 * 60
	return int((d.Time().Unix() - e.Time().Unix()) / secondsADay)
}

// Display writes the day as on screens: "05/02/2026".
func (d Day) Display() string {
	if !d.Valid() {
		return ""
	}
	return string(d[8:10] + "/" + d[5:7] + "/" + d[:4])
}

// Short writes day and month: "05/02".
func (d Day) Short() string {
	if !d.Valid() {
		return ""
	}
	return string(d[8:10] + "/" + d[5:7])
}

// Long writes the day as in documents: "ngày 05 tháng 02 năm 2026", "ngày 15
// tháng 9 năm 2026". Days under 10 and months 1 and 2 take a leading zero so
// that nobody can add a digit before them (Decree 30/2020/NĐ-CP).
func (d Day) Long() string {
	if !d.Valid() {
		return ""
	}
	t := d.Time()
	month := strconv.Itoa(int(t.Month()))
	if t.Month() <= time.February {
		month = "0" + month
	}
	return fmt.Sprintf("ngày %02d tháng %s năm %d", t.Day(), month, t.Year())
}

// DisplayIn is Display in a language: "05/02/2026" or "5 February 2026", since
// figures alone would be read the wrong way round by some readers of English.
func (d Day) DisplayIn(lang string) string {
	if lang != "en" || !d.Valid() {
		return d.Display()
	}
	return d.Time().Format("2 January 2006")
}

// LongIn is Long in a language.
func (d Day) LongIn(lang string) string {
	if lang != "en" {
		return d.Long()
	}
	return d.DisplayIn(lang)
}

var weekdays = [...]string{"Chủ nhật", "thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy"}

// Weekday names the day of the week: "thứ Ba", "Chủ nhật".
func (d Day) Weekday() string { return d.WeekdayIn("vi") }

// WeekdayIn is Weekday in a language: "thứ Ba" or "Tuesday".
func (d Day) WeekdayIn(lang string) string {
	if !d.Valid() {
		return ""
	}
	weekday := d.Time().Weekday()
	if lang == "en" {
		return weekday.String()
	}
	return weekdays[weekday]
}

// WeekStart returns the Monday of the week of d.
func (d Day) WeekStart() Day {
	if !d.Valid() {
		return ""
	}
	return d.AddDays(-((int(d.Time().Weekday()) + 6) % 7))
}

// MonthStart returns the first day of the month of d.
func (d Day) MonthStart() Day {
	if !d.Valid() {
		return ""
	}
	return NewDay(d.Year(), d.Month(), 1)
}

// MonthEnd returns the last day of the month of d.
func (d Day) MonthEnd() Day {
	if !d.Valid() {
		return ""
	}
	return NewDay(d.Year(), d.Month()+1, 0)
}

// Roman writes the number of a quarter as in reports: 1 → "I", for "quý I".
// It is empty for anything but 1 to 4.
func Roman(quarter int) string {
	if quarter < 1 || quarter >= len(romanTable) {
		return ""
	}
	return romanTable[quarter]
}

// Clock writes the hour and minute of t in Hà Nội: "14:05".
func Clock(t time.Time) string {
	return t.In(Hanoi).Format("15:04")
}

// Moment writes the hour and the day of t in Hà Nội, the day in a language: "14:05, 05/02/2026".
func Moment(t time.Time, lang string) string {
	return Clock(t) + ", " + DayOf(t).DisplayIn(lang)
}

// ValidClock reports whether s is an hour as Clock writes it, from "00:00" to "23:59".
func ValidClock(s string) bool {
	_, err := time.Parse("15:04", s)
	return err == nil && len(s) == len("15:04")
}

// At gives the moment of d in Hà Nội at an hour as Clock writes it; at none, that of its beginning.
func (d Day) At(clock string) time.Time {
	t, err := time.Parse("15:04", clock)
	if err != nil {
		return d.Time()
	}
	return d.Time().Add(time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute)
}

// ClockLong writes the hour as in documents: "14 giờ 05", "08 giờ 30", "23 giờ".
func ClockLong(t time.Time) string {
	t = t.In(Hanoi)
	if t.Minute() == 0 {
		return fmt.Sprintf("%02d giờ", t.Hour())
	}
	return fmt.Sprintf("%02d giờ %02d", t.Hour(), t.Minute())
}
