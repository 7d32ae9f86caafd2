package holidays

import "sonha/ground/civil"

// The ends of the way up: something late begins with nobody above who answers for it, and goes no higher than the committee.
const (
	withNobody    = 0
	withCommittee = 2
)

// climbAfter is how many working days something late stays with the command before the committee hears of it.
const climbAfter = 3

// Climbs reports whether what is late since a day that it was due goes one step up today, from the level at which it is: to the command
// at once, to the committee when it stayed with the command long enough. What was put off and is late again waits at least as long.
func Climbs(c civil.Calendar, due, climbed, today civil.Day, level int) bool {
	switch {
	case level >= withCommittee:
		return false
	case level == withNobody:
		return true
	}
	return c.AddWorkingDays(max(climbed, due), climbAfter) < today
}
