package plans

import (
	"strings"
	"unicode/utf8"

	"sonha/ground/civil"
	"sonha/ground/civil/personal"
	"sonha/ground/fault"
)

// Order is what the command asks of a plan.
type Order struct {
	Seed      string
	Share     int  // percent of the houses that rated themselves safe
	Cross     int  // percent of the sample for officers of other beats
	Others    bool // also every house that did not rate itself safe and was not inspected yet
	PerDay    int  // houses that an officer inspects in a day
	DaysAWeek int  // on which officers inspect
	From, To  civil.Day
	Reason    string // why the plan before is replaced
}

// The usual figures of an order, and how far they go.
const (
	usualPerDay   = 8
	usualDays     = 3
	mostPerDay    = 40
	mostDaysAWeek = 6
	mostAhead     = 366 // days
	mostReason    = 300
)

// MostSeed is how long a seed may be, in characters.
const MostSeed = 40

// check says what is wrong with an order.
func (o *Order) check(today civil.Day) []fault.Field {
	var wrong []fault.Field
	add := func(field, key string, pairs ...any) {
		wrong = append(wrong, fault.Field{Name: field, Key: key, Pairs: pairs})
	}
	for _, x := range []struct {
		field, key   string
		n, least, to int
	}{
		{"share", "plans.share_range", o.Share, LeastShare, whole}, {"cross", "plans.cross_range", o.Cross, LeastCross, whole},
		{"per_day", "plans.per_day_range", o.PerDay, 1, mostPerDay}, {"days", "plans.days_range", o.DaysAWeek, 1, mostDaysAWeek},
	} {
		if x.n < x.least || x.n > x.to {
			add(x.field, x.key, "Least", x.least, "Most", x.to)
		}
	}
	switch {
	case !o.From.Valid():
		add("from", "fault.bad_day")
	case o.From < today:
		add("from", "plans.from_before")
	}
	switch {
	case !o.To.Valid():
		add("to", "fault.bad_day")
	case o.From.Valid() && (o.To < o.From || o.To.Sub(o.From) > mostAhead):
		add("to", "plans.to_range")
	}
	return wrong
}

// checkDraw says what is wrong with an order that is to be drawn.
func (o *Order) checkDraw(today civil.Day, again bool) []fault.Field {
	o.Seed, o.Reason = civil.NFC(o.Seed), civil.NFC(o.Reason)
	wrong := o.check(today)
	if n := utf8.RuneCountInString(o.Seed); n == 0 || n > MostSeed {
		wrong = append(wrong, fault.Field{Name: "seed", Key: "plans.say_seed", Pairs: []any{"Most", MostSeed}})
	} else if e, ok := fault.As(personal.Check("seed", o.Seed)); ok && len(e.Fields) > 0 && !digits(o.Seed) {
		wrong = append(wrong, e.Fields[0])
	}
	empty := ""
	if again {
		empty = "plans.say_reason"
	}
	return append(wrong, personal.Text("reason", o.Reason, empty, mostReason)...)
}

// digits reports whether a seed is figures alone, which name nobody however many there are.
func digits(text string) bool {
	return strings.IndexFunc(text, func(r rune) bool { return r < '0' || r > '9' }) < 0
}
