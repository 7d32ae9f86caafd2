package results

import "sonha/ground/civil"

// AskDays is how long a house may ask for another look after it was told its result, in days (domain.md §10, F10).
const AskDays = 10

// Window is the last day on which a house that was told its result may ask for another look: a last day that is off moves to the next
// working day.
func Window(told civil.Day, c civil.Calendar) civil.Day {
	return c.AddWorkingDays(told.AddDays(AskDays), 0)
}

// firstTold is the earliest day such that a house that was told on it may still ask today.
func firstTold(today civil.Day, c civil.Calendar) civil.Day {
	day := today
	for Window(day.AddDays(-1), c) >= today {
		day = day.AddDays(-1)
	}
	return day
}
