// Package boards reads a campaign as figures: the ward's board with a row for each residential group, what falls
// short most, what waits, and the city's table with a row for each ward.
//
// It has no tables and writes nothing. Every figure is counted within the reader's reach; who may count but not
// open rows gets no links to houses, and no share of so few houses that it would tell of a single one.
package boards

import (
	"cmp"
	"slices"
	"time"

	"sonha/ground/civil"
	"sonha/ward/campaigns"
	"sonha/ward/criteria"
	"sonha/ward/indicators/smallcells"
	"sonha/ward/objections"
	"sonha/ward/results"
)

// Weeks is how many weeks back the course of inspections is drawn.
const Weeks = 9

// smallest is the number of inspected houses from which a share may be shown to readers who open no rows
// (small cells, product.md E).
const smallest = smallcells.Least

// Board is a campaign within one reader's reach.
type Board struct {
	Campaign campaigns.Campaign
	Until    civil.Day // planned end of the phase that it is in
	Years    []int     // with a campaign, newest first
	Groups   []Group   // the best covered first
	Whole    Group
	Items    []Item // every item of the set, in its order
	// Exceptions are the first proposals that the command should look at; Excepted and ByRule count all. They
	// are left empty for who may not approve.
	Exceptions       []results.Proposal
	Excepted, ByRule int
	Changes          []Change       // what happened in the last seven days; nothing of a campaign that is closed
	Rows             bool           // the reader may open the houses behind the figures
	Objections       objections.Sum // requests for another look that wait for the command
	Approves         bool           // the reader may approve
	AsOf             time.Time
}

// Change is how many houses something happened to in the last seven days.
type Change struct {
	What string // as the list of houses calls it: "inspected", "approved", "sent", "noted"
	N    int
	Safe int // of those approved
}

// Group is a residential group, or the whole.
type Group struct {
	results.Tally

	Late   int        // houses with a shortcoming whose day has passed
	Week   int        // inspected in the last seven days
	Course [Weeks]int // inspected up to the end of each of the last weeks
	Hidden bool       // too few inspected houses for a share that tells of no single one
}

// Item is one item of the criteria over the inspected houses.
type Item struct {
	results.Answered

	Item    *criteria.Item
	Content *criteria.Content
}

// Running reports whether the campaign still goes on: then there are weeks and delays to show.
func (b *Board) Running() bool { return b.Campaign.Phase != campaigns.Closed }

// Provisional reports whether figures rest on proposals that nobody approved yet.
func (b *Board) Provisional() bool { return b.Whole.Waiting > 0 }

// Contents reports whether it is known which contents houses passed; results of earlier years only have a class.
func (b *Board) Contents() bool {
	return slices.ContainsFunc(b.Items, func(i Item) bool { return i.Known()+i.NA > 0 })
}

// Worst gives the items on which most inspected houses fall short, at most n; required items first among equals.
func (b *Board) Worst(n int) []Item {
	list := slices.DeleteFunc(slices.Clone(b.Items), func(i Item) bool { return i.Below() == 0 })
	slices.SortStableFunc(list, func(x, y Item) int {
		if d := cmp.Compare(y.Below(), x.Below()); d != 0 || x.Item.Required == y.Item.Required {
			return d
		}
		if x.Item.Required {
			return -1
		}
		return 1
	})
	return list[:min(n, len(list))]
}

// Covered is the share of inspected houses, in percent from 0 to 100.
func (g *Group) Covered() float64 { return share(g.Inspected, g.Houses) }

// Passes are the shares of inspected houses that passed each content; -1 where nothing is known.
func (g *Group) Passes() (shares [6]float64) {
	for i := range shares {
		shares[i] = -1
		if g.Inspected > 0 && !g.Hidden {
			shares[i] = share(g.Passed[i], g.Inspected)
		}
	}
	return shares
}

func share(part, whole int) float64 {
	if whole == 0 {
		return 0
	}
	return 100 * float64(part) / float64(whole)
}

// sortGroups puts the best covered group first, and groups of equal coverage in their own order.
func sortGroups(groups []Group) {
	slices.SortStableFunc(groups, func(a, b Group) int {
		return cmp.Compare(b.Inspected*max(1, a.Houses), a.Inspected*max(1, b.Houses))
	})
}

// hideSmall marks the groups of which a share would tell of a single house, and those that would give it away; the
// report and the indicators leave out the same ones.
func hideSmall(groups []Group) {
	shares := make([]smallcells.Share, len(groups))
	for i := range groups {
		shares[i] = smallcells.Share{ID: groups[i].GroupID, Part: groups[i].Safe, Of: groups[i].Inspected}
	}
	hidden, _ := smallcells.Groups(shares)
	for i := range groups {
		groups[i].Hidden = hidden[i]
	}
}

// weekOf says in which of the last weeks a day lies, counted back from today: 0 are the last seven days.
func weekOf(today, day civil.Day) int { return max(0, today.Sub(day)) / 7 }

// course adds up the inspections of the last weeks, given how many days back each was, to the sums at the end of
// each week.
func (g *Group) course(perWeek [Weeks]int) {
	g.Week = perWeek[0]
	sum := g.Inspected
	for back := range Weeks {
		g.Course[Weeks-1-back] = sum
		sum -= perWeek[back]
	}
}
