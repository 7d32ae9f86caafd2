package inspections

import (
	"slices"
	"strings"
	"time"

	"sonha/ground/civil"
	"sonha/ground/civil/personal"
	"sonha/ground/fault"
	"sonha/ward/campaigns"
	"sonha/ward/criteria"
	"sonha/ward/measures"
)

// Kind says why an inspection takes place.
type Kind string

// The kinds.
const (
	Planned Kind = "planned" // định kỳ
	Sudden  Kind = "sudden"  // đột xuất
	Repeat  Kind = "repeat"  // kiểm tra lại
	Sample  Kind = "sample"  // mẫu ngẫu nhiên
)

// Kinds lists the kinds.
func Kinds() []Kind { return []Kind{Planned, Sudden, Repeat, Sample} }

// State says how far an inspection has come.
type State string

// The states.
const (
	Draft    State = "draft"
	Finished State = "finished"
	Dropped  State = "dropped"
)

// House is the house that is inspected.
type House struct {
	ID     string
	Number string
	Street string
}

// Address is the house as people say it: "36A Hàng Bạc".
func (h House) Address() string { return h.Number + " " + h.Street }

// Visit is what is noted about an inspection as a whole.
type Visit struct {
	On           civil.Day
	Members      string // the inspectors, one a line, by function and name
	ResidentSide string // who came for the residents: Front committee, residential group
	Present      string // who of the house was there, by function
	Remarks      string
	HeadComment  string
}

// tidy brings typed lines into their stored form.
func (v Visit) tidy() Visit {
	v.Members, v.ResidentSide, v.Present = civil.NFCLines(v.Members), civil.NFCLines(v.ResidentSide), civil.NFCLines(v.Present)
	v.Remarks, v.HeadComment = civil.NFCLines(v.Remarks), civil.NFCLines(v.HeadComment)
	return v
}

// people counts the persons in a list, one a line or divided by semicolons.
func people(list string) int { return len(named(list)) }

// named gives the people of a list as they are told apart.
func named(list string) []string {
	var out []string
	for _, x := range strings.FieldsFunc(list, func(r rune) bool { return r == '\n' || r == ';' }) {
		if x = civil.Fold(strings.Join(strings.Fields(x), " ")); x != "" {
			out = append(out, x)
		}
	}
	return out
}

// beside reports whether somebody came for the residents who is not among the inspectors: one person in both fields is one, not two.
func (v Visit) beside() bool {
	members := named(v.Members)
	return slices.ContainsFunc(named(v.ResidentSide), func(x string) bool { return !slices.Contains(members, x) })
}

// Inspection is one inspection of a house.
type Inspection struct {
	ID         string
	CampaignID string
	Year       int
	Phase      campaigns.Phase
	Starts     civil.Day // of the campaign
	House      House
	Kind       Kind
	State      State
	Visit
	Self     criteria.Answers // the self-rating that was sent, all open without one
	Earlier  criteria.Answers // what finished inspections of this campaign found before
	Found    criteria.Answers // what this one found
	Started  time.Time
	By       string
	Updated  time.Time
	Finished time.Time
	Version  int
	Set      *criteria.Set // the version of the criteria that the campaign is judged by
	Signing  Signing
	Ordered  bool // the command asked for it in answer to an objection

	Shortcomings []Shortcoming // of this inspection, open ones in the order of the set
	Photos       []Photo

	// Measures are those that stand for the shortcomings of a finished inspection, by the shortcoming's id. Former are, in a
	// repeat, the measures of what failed before, by the item's code, and Before the photos that were taken then.
	Measures map[string]measures.Measure
	Former   map[string]measures.Measure
	Before   []Photo
}

// BeforeOf are the photos of an item that earlier inspections took.
func (i *Inspection) BeforeOf(code string) []Photo { return ofItem(i.Before, code) }

// Known is what is known of each item: found now, else found before, else rated by the house.
func (i *Inspection) Known(set *criteria.Set) criteria.Answers {
	return criteria.Merge(set, i.Self, i.Findings(set))
}

// Findings are this inspection's findings over those of earlier ones in the campaign.
func (i *Inspection) Findings(set *criteria.Set) criteria.Answers {
	return criteria.Merge(set, i.Earlier, i.Found)
}

// Wanted lists the items that this inspection looks at: all of them, or of a repeat those that failed.
func (i *Inspection) Wanted(set *criteria.Set) []int {
	before := criteria.Merge(set, i.Self, i.Earlier)
	var list []int
	for at := range set.Len() {
		v := before.At(at)
		if i.Kind != Repeat || short(v) || v == criteria.Unanswered {
			list = append(list, at)
		}
	}
	return list
}

// Next gives the first item to look at after a position that has no finding yet, going round; -1 when all
// have one.
func (i *Inspection) Next(set *criteria.Set, after int) int {
	todo := i.Wanted(set)
	start := 0
	for start < len(todo) && todo[start] <= after {
		start++
	}
	for step := range todo {
		if at := todo[(start+step)%len(todo)]; i.Found.At(at) == criteria.Unanswered {
			return at
		}
	}
	return -1
}

// Shortcoming gives the open shortcoming noted for an item in this inspection, or nil.
func (i *Inspection) Shortcoming(code string) *Shortcoming {
	for at := range i.Shortcomings {
		if i.Shortcomings[at].Item == code {
			return &i.Shortcomings[at]
		}
	}
	return nil
}

// PhotosOf are the photos taken for an item.
func (i *Inspection) PhotosOf(code string) []Photo { return ofItem(i.Photos, code) }

func ofItem(photos []Photo, code string) []Photo {
	var list []Photo
	for _, p := range photos {
		if p.Item == code {
			list = append(list, p)
		}
	}
	return list
}

// short reports that a value falls short of Pass.
func short(v criteria.Value) bool { return v == criteria.Fail || v == criteria.Partly }

// Owner says who mends a shortcoming.
type Owner string

// The owners.
const (
	ByHouse   Owner = "house"     // số nhà
	ByOfficer Owner = "officer"   // cảnh sát khu vực
	ByWard    Owner = "ward"      // phường
	ByOther   Owner = "elsewhere" // đơn vị khác: điện, nước, …
)

// Owners lists the owners as a form shows them.
func Owners() []Owner { return []Owner{ByHouse, ByOfficer, ByWard, ByOther} }

// Shortcoming is what falls short at an item, and the measure that mends it (tồn tại → biện pháp).
type Shortcoming struct {
	ID           string
	InspectionID string
	HouseID      string
	Item         string // code
	What         []string
	Note         string
	Measure      string
	Owner        Owner
	Due          civil.Day
	State        string // open, mended, replaced, dropped
}

// The states of a shortcoming.
const (
	Open     = "open"
	Mended   = "mended"
	Replaced = "replaced" // a later inspection notes the same item anew: it stays on the earlier sheet
	Gone     = "dropped"  // taken off a draft
)

// What is kept in one column: the chips' Vietnamese texts, which never change once the set is in use.
const whatDivider = "; "

// usualDays is how long mending usually takes, and mostDays how far away a due day may lie: a house that
// passes on condition has at most 60 days (domain.md §9), a larger work a year.
const (
	usualDays = 30
	mostDays  = 366
	mostNote  = 500
	mostText  = 2000
)

// Prefill is a shortcoming as the criteria propose it, to be corrected on the spot.
func Prefill(item *criteria.Item, on civil.Day) Shortcoming {
	return Shortcoming{Item: item.Code, Measure: item.Action.VI, Owner: ByHouse, Due: on.AddDays(usualDays), State: Open}
}

// check refuses a shortcoming that says too little or what cannot be.
func (s Shortcoming) check(on civil.Day) []fault.Field {
	var bad []fault.Field
	if s.Measure == "" {
		bad = append(bad, fault.Field{Name: "measure", Key: "inspections.say_measure"})
	}
	for _, x := range []struct{ name, text string }{{"measure", s.Measure}, {"note", s.Note}} {
		bad = append(bad, personal.Text(x.name, x.text, "", mostNote)...)
	}
	if !slices.Contains(Owners(), s.Owner) {
		bad = append(bad, fault.Field{Name: "owner", Key: "inspections.choose_owner"})
	}
	switch {
	case !s.Due.Valid():
		bad = append(bad, fault.Field{Name: "due", Key: "fault.bad_day"})
	case on.Valid() && s.Due < on:
		bad = append(bad, fault.Field{Name: "due", Key: "inspections.due_before"})
	case on.Valid() && s.Due.Sub(on) > mostDays:
		bad = append(bad, fault.Field{Name: "due", Key: "inspections.due_far"})
	}
	return bad
}

// Photo is a picture of a place, without any metadata.
type Photo struct {
	ID            string
	InspectionID  string
	Item          string
	Name          string // in files.Store
	Width, Height int
	Size          int64
	SHA256        string
}

// Missing is something that keeps an inspection from being finished. Item is set where it concerns one.
type Missing struct {
	Field string // form field of the visit, or "item"
	Key   string // catalog key of the reason
	Item  *criteria.Item
}

// MissingIn lists what keeps the inspection from being finished on the day: every required item found,
// nothing left open, at least two inspectors with one of the residents' side, and for each item that falls
// short a measure with who and by when (domain.md §10, F10).
func MissingIn(set *criteria.Set, i *Inspection, today civil.Day) []Missing {
	var list []Missing
	add := func(field, key string) { list = append(list, Missing{Field: field, Key: "inspections.missing." + key}) }
	switch {
	case !i.On.Valid():
		add("on", "day")
	case i.On > today:
		add("on", "day_ahead")
	case i.On < i.Starts:
		add("on", "day_early")
	}
	switch {
	case people(i.Members) == 0:
		add("members", "members")
	case people(i.ResidentSide) == 0:
		add("resident_side", "resident_side")
	case !i.beside():
		add("resident_side", "same_person")
	}
	if i.Found.Unanswered() == set.Len() {
		add("item", "nothing")
	}
	found, known := i.Findings(set), i.Known(set)
	for at := range set.Len() {
		item, _ := set.Item(at)
		key := ""
		s := i.Shortcoming(item.Code)
		switch {
		case item.Required && found.At(at) == criteria.Unanswered:
			key = "required"
		case known.At(at) == criteria.Unanswered:
			key = "open"
		case short(i.Found.At(at)) && (s == nil || len(s.check(i.On)) > 0):
			key = "measure"
		}
		if key != "" {
			list = append(list, Missing{Field: "item", Key: "inspections.missing." + key, Item: item})
		}
	}
	return list
}

// Outcome is what a finished inspection says of a house; ward/results makes a proposal of it.
type Outcome struct {
	Campaign, House, Inspection string
	Self, Found                 criteria.Answers // Found: with what earlier inspections of the campaign found
	On                          civil.Day
	Class                       criteria.Class // the officer's proposal
	Reason                      string         // required when Class is not the rule's
	HeadComment                 bool           // the house head wrote a comment
}
