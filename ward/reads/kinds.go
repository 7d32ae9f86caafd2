package reads

import (
	"fmt"
	"slices"
	"strings"

	"sonha/engine/page"
)

// The kinds of record that a route may give out. What stands before a dot is what people read ("reads.what.photo"), what stands after
// it says by what the path names it.
const (
	House      page.Shows = "house"
	Volume     page.Shows = "volume"     // the dossier of a year as a file
	Log        page.Shows = "log"        // the head's log, evening checks, what was settled early
	Monthly    page.Shows = "monthly"    // reports of months
	Assessment page.Shows = "assessment" // the self-assessment
	Pledges    page.Shows = "pledges"    // pledges of households
	Answers    page.Shows = "answers"    // answers and needs of households
	Contacts   page.Shows = "contacts"   // what households chose to give
	Cards      page.Shows = "cards"      // which households have cards to sign in with
	Inspection page.Shows = "inspection"
	Visit      page.Shows = "inspection.house" // the sheet of a house that is about to be inspected
	Result     page.Shows = "result"           // class, and what was said to it
	Objection  page.Shows = "result.objection"
	Replies    page.Shows = "replies" // days on which the house was asked for support
	Trained    page.Shows = "trained"
	Attested   page.Shows = "certificate" // a certificate: the house stands behind the question mark
	Handover   page.Shows = "handover"
	Measure    page.Shows = "measure"
	Proposal   page.Shows = "proposal"
	Sheets     page.Shows = "sheets" // paper twins of one house
	// DataRequest is what a household asked about its own data.
	DataRequest page.Shows = "data_request"

	Photo         page.Shows = "photo"
	MeasurePhoto  page.Shows = "photo.measure"
	ProposalPhoto page.Shows = "photo.proposal"
	LogPhoto      page.Shows = "photo.log"

	List   page.Shows = "list"          // a page that lists houses or what is about them
	Search page.Shows = "search"        // what was typed is not kept
	Ahead             = page.ShowsAhead // the pages that a phone fetches to have them without a network

	HousesFile       page.Shows = "file_houses"
	MeasuresFile     page.Shows = "file_measures"
	ProposalsFile    page.Shows = "file_proposals"
	TrainingsFile    page.Shows = "file_trainings"
	MeetingsFile     page.Shows = "file_meetings"
	ObjectionsFile   page.Shows = "file_objections"
	RequestsFile     page.Shows = "file_requests"
	CommendationFile page.Shows = "file_commendations"
	SheetsFile       page.Shows = "file_sheets"
	SnapshotFile     page.Shows = "file_snapshot"
	ReportFile       page.Shows = "file_report"
	PlanFile         page.Shows = "file_plan"
)

// kind is how reading of a kind is written down.
type kind struct {
	of    string // what the id is of; "" for a list
	first bool   // written before anything is given out; else within a second
	own   bool   // of what the households of a house gave: also their own head's reading is written down
	file  bool   // is taken away
	lent  bool   // opens nothing but own houses and those that the plan lends (plans.Lend): none of it lies outside
}

const byHouse = "house"

// kinds say it of all; a kind that is missing here stops the program at start.
func kinds(s page.Shows) (kind, bool) {
	switch s {
	case House, Log, Monthly, Assessment, Result, Trained, Handover:
		return kind{of: byHouse}, true
	case Visit:
		return kind{of: byHouse, lent: true}, true
	case Volume, Sheets:
		return kind{of: byHouse, first: true, file: true}, true
	case Attested:
		return kind{of: "query", first: true, file: true}, true
	case Pledges, Answers, Cards:
		return kind{of: byHouse, own: true}, true
	case Contacts:
		return kind{of: byHouse, first: true, own: true}, true
	case Replies:
		return kind{of: byHouse, first: true}, true
	case Inspection, Objection, Measure:
		return kind{of: map[page.Shows]string{Inspection: "inspection", Objection: "objection", Measure: "measure"}[s]}, true
	case Proposal:
		return kind{of: "proposal", own: true}, true
	case DataRequest:
		return kind{of: "data request", own: true}, true
	case Photo, MeasurePhoto, LogPhoto:
		return kind{of: map[page.Shows]string{Photo: "photo", MeasurePhoto: "measure photo", LogPhoto: "log"}[s], first: true}, true
	case ProposalPhoto:
		return kind{of: "proposal photo", first: true, own: true}, true
	case List, Search:
		return kind{}, true
	case Ahead:
		return kind{first: true, file: true}, true
	case HousesFile, MeasuresFile, ProposalsFile, TrainingsFile, MeetingsFile, ObjectionsFile, RequestsFile, CommendationFile, SheetsFile, SnapshotFile, ReportFile,
		PlanFile:
		return kind{first: true, file: true}, true
	}
	return kind{}, false
}

// what is how people name a kind.
func what(s page.Shows) string { w, _, _ := strings.Cut(string(s), "."); return w }

// ofAll are the kinds that show at once what all households of a house gave, as the table has them.
func ofAll() []string { return []string{"pledges", "answers", "contacts", "cards"} }

// takenAway are the kinds that leave the program as a file or on paper, as the table has them.
func takenAway() []string {
	var all []string
	for _, s := range []page.Shows{
		Volume, Sheets, Attested, Ahead, HousesFile, MeasuresFile, ProposalsFile, TrainingsFile, MeetingsFile, ObjectionsFile, RequestsFile,
		CommendationFile, SheetsFile, SnapshotFile, ReportFile, PlanFile,
	} {
		if w := what(s); !slices.Contains(all, w) {
			all = append(all, w)
		}
	}
	return all
}

// Check says which route names a kind that nobody knows.
func Check(routes []page.Route) error {
	for _, r := range routes {
		if _, known := kinds(r.Shows); r.Shows != "" && r.Shows != page.ShowsMade && !known {
			return fmt.Errorf("route %q shows %q: say in ward/reads/kinds.go what that is", r.Pattern, r.Shows)
		}
	}
	return nil
}
