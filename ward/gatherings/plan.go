package gatherings

import (
	"strconv"
	"strings"
	"time"

	"sonha/engine/page"
	"sonha/engine/words"
	"sonha/ground/civil"
	"sonha/ground/civil/personal"
	"sonha/ground/fault"
)

// Level is whose households or heads come.
type Level string

// The levels.
const (
	House Level = "house" // one house number
	Group Level = "group" // a residential group
	Ward  Level = "ward"  // all of the ward
)

// Of says whose households or heads come, where area is the house's address or the name of the group or ward: "Số nhà 36A Hàng Bạc",
// "Tổ dân phố 5", "Phường Hoàn Kiếm".
func (l Level) Of(w *words.Words, area string) string {
	switch l {
	case House:
		return w.F("gatherings.at_house", "House", area)
	case Ward:
		return w.F("gatherings.at_ward", "Ward", area)
	}
	return area
}

// When gatherings are.
const (
	MostPlace  = 120 // characters
	leastLasts = 15  // minutes
	mostLasts  = 480
	DaysBack   = 60 // how long afterwards one may still be written down
	DaysAhead  = 366

	DoorsOpen  = 2 * time.Hour // before the start; attendance is taken from then on
	doorsClose = 6 * time.Hour // after the start at the latest the code at the door ends
)

// Plan is where and when, and whose households or heads come.
type Plan struct {
	Level Level
	House string // of a house
	Group string // of a group
	Place string
	Day   civil.Day
	Clock string // hh:mm
	Lasts int    // minutes
}

// Begins gives the moment of the plan's day and clock.
func (p *Plan) Begins() time.Time { return p.Day.At(p.Clock) }

// Settle leaves of house and group what the level names.
func (p *Plan) Settle() {
	if p.Level != House {
		p.House = ""
	}
	if p.Level != Group {
		p.Group = ""
	}
}

// Whose gives the condition for the houses h that are invited, and its argument, which is the second of the statement.
func (p *Plan) Whose() (where, ref string) {
	switch p.Level {
	case House:
		return ` and h.id = $2`, p.House
	case Group:
		return ` and h.group_id = $2`, p.Group
	}
	return ` and $2 = ''`, ""
}

// Check says what is wrong with when and where, at the fields "day", "clock", "lasts" and "place"; noPlace is the word about a place that is
// left out.
func (p *Plan) Check(now time.Time, noPlace string) []fault.Field {
	p.Place = civil.NFC(p.Place)
	var bad []fault.Field
	add := func(name, key string, pairs ...any) {
		bad = append(bad, fault.Field{Name: name, Key: key, Pairs: pairs})
	}
	today := civil.DayOf(now)
	switch {
	case !p.Day.Valid():
		add("day", "fault.bad_day")
	case p.Day < today.AddDays(-DaysBack):
		add("day", "gatherings.day_early", "Days", DaysBack)
	case p.Day > today.AddDays(DaysAhead):
		add("day", "gatherings.day_far")
	}
	if !civil.ValidClock(p.Clock) {
		add("clock", "gatherings.bad_clock")
	}
	if p.Lasts < leastLasts || p.Lasts > mostLasts {
		add("lasts", "fault.number_between", "Low", leastLasts, "High", mostLasts)
	}
	return append(bad, personal.Text("place", p.Place, noPlace, MostPlace)...)
}

// Fill takes what was typed; where and lasts are the choice and the number as they stood in the form.
func (p *Plan) Fill(r *page.Request) (where, lasts string) {
	p.Place, p.Clock, p.Day = r.Text("place"), r.Text("clock"), r.Day("day")
	where, lasts = r.Text("where"), r.Text("lasts")
	p.Lasts, _ = strconv.Atoi(lasts)
	level, id, _ := strings.Cut(where, ":")
	switch p.Level = Level(level); p.Level {
	case House:
		p.House = id
	case Group:
		p.Group = id
	}
	return where, lasts
}

// Near reports whether the doors of a gathering are open already: two hours before its start.
func Near(starts, now time.Time) bool { return !now.Before(starts.Add(-DoorsOpen)) }

// Late reports whether the code at the door has ended, six hours after the start.
func Late(starts, now time.Time) bool { return now.After(starts.Add(doorsClose)) }
