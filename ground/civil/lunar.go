package civil

import (
	"fmt"
	"math"
	"time"
)

// The lunar calendar of Vietnam is reckoned at UTC+7: a month begins on the day
// of the new moon in Hà Nội, the month of the winter solstice is the eleventh,
// and in a year of thirteen months the first month without a principal solar
// term is the leap month. It differs from the Chinese calendar when the moon is
// new in the hour between: Tết 2030 is 02/02 here and 03/02 there.
// Positions of moon and sun follow Meeus, Astronomical Algorithms, 2nd ed.,
// chapters 25 and 49: right to well under a minute for our years.

// LunarDate is a day of the Vietnamese lunar calendar.
type LunarDate struct {
	Day, Month, Year int
	Leap             bool // in the leap month that follows Month
}

// Display writes the date as wall calendars do: "15/8", "10/6 nhuận".
func (l LunarDate) Display() string {
	leap := ""
	if l.Leap {
		leap = " nhuận"
	}
	return fmt.Sprintf("%d/%d%s", l.Day, l.Month, leap)
}

// Lunar returns the lunar date of a day between 1900 and 2199; the zero
// LunarDate for no day.
func Lunar(d Day) LunarDate {
	if y := d.Year(); y < firstYear || y > lastYear {
		return LunarDate{}
	}
	day := julianDay(d)
	year := d.Year()
	months := lunarMonths(year)
	if day >= months[len(months)-1].end {
		months = lunarMonths(year + 1)
	}
	for _, m := range months {
		if day < m.end {
			return LunarDate{Day: day - m.start + 1, Month: m.number, Year: m.year, Leap: m.leap}
		}
	}
	return LunarDate{}
}

// FromLunar returns the day of a lunar date in the years 1900 to 2199, or no day
// if there is none such.
func FromLunar(l LunarDate) Day {
	if l.Year < firstYear-1 || l.Year > lastYear {
		return ""
	}
	for _, year := range []int{l.Year, l.Year + 1} {
		for _, m := range lunarMonths(year) {
			if m.year == l.Year && m.number == l.Month && m.leap == l.Leap && l.Day >= 1 && l.Day <= m.end-m.start {
				return dayOfJulian(m.start + l.Day - 1)
			}
		}
	}
	return ""
}

// Tet returns mùng 1 tháng Giêng, the first day of the lunar year.
func Tet(year int) Day {
	return FromLunar(LunarDate{Day: 1, Month: 1, Year: year})
}

// lunarMonth is a month from its first Julian day up to the first of the next.
type lunarMonth struct {
	start, end   int
	number, year int
	leap         bool
}

// lunarMonths returns the twelve or thirteen months from the eleventh month of
// the lunar year before to the tenth month of year.
func lunarMonths(year int) []lunarMonth {
	first, next := solsticeMoon(year-1), solsticeMoon(year)
	count := next - first
	leapDone := count == 12
	months := make([]lunarMonth, 0, count)
	number, lunarYear := 11, year-1
	for i := range count {
		m := lunarMonth{start: newMoonDay(first + i), end: newMoonDay(first + i + 1)}
		if !leapDone && i > 0 && solarTerm(m.start) == solarTerm(m.end) {
			leapDone = true
			m.leap = true
			last := months[i-1]
			m.number, m.year = last.number, last.year
		} else {
			m.number, m.year = number, lunarYear
			number++
			if number > 12 {
				number, lunarYear = 1, year
			}
		}
		months = append(months, m)
	}
	return months
}

// solsticeMoon returns the number of the new moon that begins the month in which
// the winter solstice of year falls.
func solsticeMoon(year int) int {
	end := julianDay(NewDay(year, time.December, 31))
	k := moonNumber(end)
	for newMoonDay(k) > end {
		k--
	}
	const solstice = 9 // 270°, in twelfths of the circle
	for solarTerm(newMoonDay(k)) >= solstice {
		k--
	}
	return k
}

// synodicMonth is the mean time from new moon to new moon, in days.
const synodicMonth = 29.530588861

// firstMoon is the mean new moon number 0, of January 2000, as a Julian day.
const firstMoon = 2451550.09766

// moonNumber returns a number close to, and not less than, that of the new moon
// on or before a Julian day.
func moonNumber(day int) int {
	return int(math.Floor((float64(day)-firstMoon)/synodicMonth)) + 1
}

// julianDay numbers days; a Julian day of astronomy begins at noon UTC, so the
// day's number is that of its noon.
func julianDay(d Day) int {
	return unixEpoch + d.Sub("1970-01-01")
}

func dayOfJulian(day int) Day {
	return Day("1970-01-01").AddDays(day - unixEpoch)
}

const unixEpoch = 2440588 // Julian day of noon, 01/01/1970

// localDay returns the Julian day in Hà Nội in which an instant falls that is
// given as Julian days of Universal Time.
func localDay(instant float64) int {
	const hanoi = 7.0 / 24
	return int(math.Floor(instant + 0.5 + hanoi))
}

// solarTerm returns in which twelfth of the ecliptic the sun stands when a Julian
// day begins in Hà Nội; 0 begins at the spring equinox, 9 at the winter solstice.
func solarTerm(day int) int {
	const hanoi = 7.0 / 24
	midnight := float64(day) - 0.5 - hanoi
	return int(sunLongitude(midnight+deltaT(midnight)) / 30)
}

// deltaT is how far Terrestrial Time is ahead of Universal Time, in days: about
// 70 seconds in our decades. A parabola through measured values is enough; a
// minute decides nothing but a new moon within that minute of midnight.
func deltaT(instant float64) float64 {
	year := 2000 + (instant-2451545)/365.25
	t := year - 2000
	seconds := 62.92 + 0.32217*t + 0.005589*t*t
	if year < 2005 {
		seconds = 63.86 + 0.3345*t - 0.060374*t*t
		seconds = math.Max(seconds, 30)
	}
	return seconds / 86400
}

// sunLongitude returns the apparent longitude of the sun in degrees, 0 to 360,
// at a Julian day of Terrestrial Time (Meeus chapter 25, lower accuracy: 0,01°).
func sunLongitude(instant float64) float64 {
	t := (instant - 2451545) / 36525
	mean := 280.46646 + 36000.76983*t + 0.0003032*t*t
	anomaly := 357.52911 + 35999.05029*t - 0.0001537*t*t
	centre := (1.914602-0.004817*t-0.000014*t*t)*sin(anomaly) +
		(0.019993-0.000101*t)*sin(2*anomaly) + 0.000289*sin(3*anomaly)
	node := 125.04 - 1934.136*t
	longitude := math.Mod(mean+centre-0.00569-0.00478*sin(node), 360)
	if longitude < 0 {
		longitude += 360
	}
	return longitude
}

// newMoonDay returns the Julian day in Hà Nội of new moon number k (Meeus
// chapter 49; the planetary terms left out are under a minute together).
func newMoonDay(k int) int {
	n := float64(k)
	t := n / 1236.85
	t2, t3, t4 := t*t, t*t*t, t*t*t*t
	instant := firstMoon + synodicMonth*n + 0.00015437*t2 - 0.000000150*t3 + 0.00000000073*t4
	e := 1 - 0.002516*t - 0.0000074*t2
	sun := 2.5534 + 29.10535670*n - 0.0000014*t2 - 0.00000011*t3
	moon := 201.5643 + 385.81693528*n + 0.0107582*t2 + 0.00001238*t3 - 0.000000058*t4
	arg := 160.7108 + 390.67050284*n - 0.0016118*t2 - 0.00000227*t3 + 0.000000011*t4
	node := 124.7746 - 1.56375588*n + 0.0020672*t2 + 0.00000215*t3
	instant += -0.40720*sin(moon) + 0.17241*e*sin(sun) + 0.01608*sin(2*moon) + 0.01039*sin(2*arg) +
		0.00739*e*sin(moon-sun) - 0.00514*e*sin(moon+sun) + 0.00208*e*e*sin(2*sun) -
		0.00111*sin(moon-2*arg) - 0.00057*sin(moon+2*arg) + 0.00056*e*sin(2*moon+sun) -
		0.00042*sin(3*moon) + 0.00042*e*sin(sun+2*arg) + 0.00038*e*sin(sun-2*arg) -
		0.00024*e*sin(2*moon-sun) - 0.00017*sin(node) - 0.00007*sin(moon+2*sun) +
		0.00004*sin(2*moon-2*arg) + 0.00004*sin(3*sun) + 0.00003*sin(moon+sun-2*arg) +
		0.00003*sin(2*moon+2*arg) - 0.00003*sin(moon+sun+2*arg) + 0.00003*sin(moon-sun+2*arg) -
		0.00002*sin(moon-sun-2*arg) - 0.00002*sin(3*moon+sun) + 0.00002*sin(4*moon)
	instant += 0.000325*sin(299.77+0.107408*n-0.009173*t2) + 0.000165*sin(251.88+0.016321*n) +
		0.000164*sin(251.83+26.651886*n) + 0.000126*sin(349.42+36.412478*n) + 0.000110*sin(84.66+18.206239*n)
	return localDay(instant - deltaT(instant))
}

func sin(degrees float64) float64 { return math.Sin(degrees * math.Pi / 180) }
