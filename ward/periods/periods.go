// Package periods says how long everything is kept (domain.md §5.9). It is the one table of them: the work that deletes reads it, and
// the pages that promise it read it too, so that nothing is promised that is not done.
package periods

import (
	"time"

	"sonha/engine/words"
	"sonha/ground/civil"
)

// Period is how long one kind of record is kept, and from when it counts. Its name is the catalog's "periods.what.<Key>", its
// beginning "periods.from.<From>".
type Period struct {
	Key          string
	Months, Days int    // one of them is set
	From         string // closed, written, ended, withdrawn, read, sent, held, asked
	AtLeast      bool   // kept longer where it is needed to check; nothing deletes it by a timer
	Work         string // the periodic work that deletes it, as `sonha jobs list` prints it; "" for what ends with its account
}

// Before is the moment before which a record that began to count then is past its time.
func (p Period) Before(now time.Time) time.Time { return now.AddDate(0, -p.Months, -p.Days) }

// Until is the day on which a record that begins to count at a moment is past its time.
func (p Period) Until(from time.Time) civil.Day {
	return civil.DayOf(from.AddDate(0, p.Months, p.Days))
}

// Text says how long in words: "90 ngày", "24 tháng", "5 năm".
func (p Period) Text(w *words.Words) string {
	const year = 12
	switch {
	case p.Days > 0:
		return w.N("periods.days", p.Days)
	case p.Months%year == 0:
		return w.N("periods.years", p.Months/year)
	default:
		return w.N("periods.months", p.Months)
	}
}

// Line says the whole: "90 ngày sau khi chốt đợt".
func (p Period) Line(w *words.Words) string {
	line := w.F("periods.from."+p.From, "Period", p.Text(w))
	if p.AtLeast {
		return w.F("periods.at_least", "Line", line)
	}
	return line
}

// Answers is how long the answers of a household are kept. The numbers of the periods stand here and nowhere else.
func Answers() Period {
	return Period{Key: "answers", Days: 90, From: "closed", Work: "households.retention"}
}

// Pledge is the pledge of a household after it was withdrawn (domain.md §10, F2).
func Pledge() Period {
	return Period{Key: "pledge", Months: 12, From: "withdrawn", Work: "pledges.retention"}
}

// Consent is a line of the ledger after it was withdrawn.
func Consent() Period {
	return Period{Key: "consent", Months: 60, From: "withdrawn", Work: "consents.retention"}
}

// Request is a request about data after it was answered: as long as the proof of consent.
func Request() Period {
	return Period{Key: "request", Months: 60, From: "answered", Work: "requests.retention"}
}

// Breach is a breach of the protection of personal data after it was closed (Decree 356/2025/NĐ-CP, Art. 29 k1).
func Breach() Period {
	return Period{Key: "breach", Months: 60, From: "ended", Work: "breaches.retention"}
}

// Log is an entry of a house's log, and what was looked at on an evening.
func Log() Period { return Period{Key: "log", Months: 24, From: "written", Work: "logbook.retention"} }

// Report is the report of a month.
func Report() Period {
	return Period{Key: "report", Months: 36, From: "written", Work: "logbook.retention"}
}

// Proposal is a proposal after it was closed.
func Proposal() Period {
	return Period{Key: "proposal", Months: 36, From: "ended", Work: "proposals.purge"}
}

// Training is a session of training, with who came to it (domain.md §10, F9).
func Training() Period {
	return Period{Key: "training", Months: 36, From: "held", Work: "trainings.retention"}
}

// Meeting is a meeting with its minutes (domain.md §10, F8).
func Meeting() Period {
	return Period{Key: "meeting", Months: 60, From: "held", Work: "meetings.retention"}
}

// Mediation is a case of the mediation register: whole years after the year in which it was taken up (domain.md §5.9).
func Mediation() Period {
	return Period{Key: "mediation", Months: 60, From: "year", Work: "mediations.retention"}
}

// Reply is the day on which a house was asked for support, with the day of its answer. It is kept as long as the log.
func Reply() Period {
	return Period{Key: "reply", Months: 24, From: "asked", Work: "replies.retention"}
}

// Message is a message in somebody's inbox after it was read.
func Message() Period {
	return Period{Key: "message", Months: 12, From: "read", Work: "inbox.retention"}
}

// Receipt is the number of a form that was sent, by which a repeat is known.
func Receipt() Period {
	return Period{Key: "receipt", Days: 30, From: "sent", Work: "receipts.retention"}
}

// Session is a session that is over.
func Session() Period {
	return Period{Key: "session", Days: 1, From: "ended", Work: "sessions.retention"}
}

// Audit is a line of the trail: who did what, and when.
func Audit() Period { return Period{Key: "audit", Months: 24, From: "written", AtLeast: true} }

// Read is a line of who opened, printed or took along which record, and what was unusual in them: as long as the trail, so that both can
// be held beside each other.
func Read() Period {
	return Period{Key: "seen", Months: 24, From: "written", Work: "reads.retention"}
}

// Destruction is a line that says how many records were deleted, and when.
func Destruction() Period {
	return Period{Key: "destruction", Months: 60, From: "written", AtLeast: true}
}

// All lists the periods in the order in which people read them.
func All() []Period {
	return []Period{
		Answers(), Pledge(), Consent(), Request(), Breach(), Proposal(), Log(), Report(), Meeting(), Training(), Reply(), Mediation(),
		Message(), Session(), Receipt(), Read(), Audit(), Destruction(),
	}
}
