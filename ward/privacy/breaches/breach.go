package breaches

import (
	"slices"
	"time"

	"sonha/ground/civil"
	"sonha/ground/civil/personal"
	"sonha/ground/fault"
)

// NotifyWithin is how long the ward has to tell the specialised body, from the finding (Law 91/2025/QH15, Art. 23 k1).
const NotifyWithin = 72 * time.Hour

const (
	mostText   = 2000 // characters of what is typed
	mostHouses = 100000
	mostAgo    = 366 * 24 * time.Hour // how long ago something may have been found that is entered now
)

// Acts lists what may have happened. Each list is closed; its words are the catalog's breaches.act.<code> and so on.
func Acts() []string {
	return []string{"seen", "copied", "lost", "changed", "deleted", "published", "misused", "device"}
}

// Kinds lists the kinds of data that may be concerned: those that Sonha holds.
func Kinds() []string {
	return []string{"accounts", "contacts", "pledges", "answers", "log", "proposals", "photos", "reads", "whole"}
}

// Harms lists what may follow.
func Harms() []string { return []string{"none", "disturbed", "fraud", "known", "safety", "work"} }

// Measures lists what was done at once.
func Measures() []string {
	return []string{"cut", "sessions", "secrets", "restored", "taken_back", "told", "evidence"}
}

// Subjects says whether those whose data are concerned are told.
type Subjects string

// Whether they are told.
const (
	NotNeeded Subjects = "not_needed"
	ToTell    Subjects = "to_tell"
	Told      Subjects = "told"
)

// Channels lists how the notification is sent: by the national portal, handed over, by post (Decree 356/2025/NĐ-CP, Art. 28 k2).
func Channels() []string { return []string{"portal", "direct", "post"} }

// Ends lists why a breach is closed.
func Ends() []string { return []string{"mended", "no_harm", "exercise"} }

// Breach is one entry of the register.
type Breach struct {
	ID        string
	Exercise  bool
	Found     time.Time
	Due       time.Time
	Acts      []string
	Houses    int
	Kinds     []string
	Harms     []string
	Measures  []string
	Body      string
	Subjects  Subjects
	Entered   time.Time
	EnteredBy string
	Sent      time.Time // zero: not yet
	SentBy    string
	Channel   string
	LateWhy   string
	Ended     string // "": open
	EndedWhy  string
	Closed    time.Time
	ClosedBy  string
	Level     int
	Version   int
	Steps     []Step
}

// Step is a line of what was done later.
type Step struct {
	At   time.Time
	By   string
	Note string
}

// Open reports whether the entry is open.
func (b *Breach) Open() bool { return b.Ended == "" }

// Waits reports whether the notification is still to be sent.
func (b *Breach) Waits() bool { return b.Open() && b.Sent.IsZero() }

// Late reports whether the 72 hours are over without a notification, or were when it was sent.
func (b *Breach) Late(now time.Time) bool {
	if !b.Sent.IsZero() {
		return b.Sent.After(b.Due)
	}
	return b.Open() && now.After(b.Due)
}

// Left is how many whole hours are left, negative when they are over.
func (b *Breach) Left(now time.Time) int {
	left := b.Due.Sub(now)
	if left < 0 {
		return -int((-left + time.Hour - 1) / time.Hour)
	}
	return int(left / time.Hour)
}

// Entry is what is entered.
type Entry struct {
	Exercise bool
	Found    time.Time
	Acts     []string
	Houses   int
	Kinds    []string
	Harms    []string
	Measures []string
	Body     string
	Subjects Subjects
}

func (e *Entry) check(now time.Time) error {
	e.Body = civil.NFCLines(e.Body)
	wrong := personal.Text("body", e.Body, "breaches.say_body", mostText)
	if e.Found.IsZero() || e.Found.After(now) || now.Sub(e.Found) > mostAgo {
		wrong = append(wrong, fault.Field{Name: "found_on", Key: "breaches.found_range"})
	}
	if e.Houses < 0 || e.Houses > mostHouses {
		wrong = append(wrong, fault.Field{Name: "houses", Key: "breaches.count_houses"})
	}
	for _, x := range []struct {
		name  string
		list  *[]string
		known []string
	}{{"acts", &e.Acts, Acts()}, {"kinds", &e.Kinds, Kinds()}, {"harms", &e.Harms, Harms()}, {"measures", &e.Measures, Measures()}} {
		*x.list = among(x.known, *x.list)
		if len(*x.list) == 0 {
			wrong = append(wrong, fault.Field{Name: x.name, Key: "breaches.choose_some"})
		}
	}
	if !slices.Contains([]Subjects{NotNeeded, ToTell, Told}, e.Subjects) {
		wrong = append(wrong, fault.Field{Name: "subjects", Key: "breaches.choose_subjects"})
	}
	return fault.InvalidFields(wrong)
}

// among keeps the codes that are known, in the order of the list.
func among(known, chosen []string) []string {
	var list []string
	for _, code := range known {
		if slices.Contains(chosen, code) {
			list = append(list, code)
		}
	}
	return list
}
