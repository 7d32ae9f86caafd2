// Package plans keeps the plan of a campaign's inspections: which houses are drawn at random, who goes where in which week, and what
// will not be reached, said beforehand (domain.md §10, F10).
//
// Tables: plans, plan_visits. The command sets the share; of the houses that rated themselves safe at least a tenth is drawn, and
// of those at least three tenths are inspected by the officer of another beat. The draw is a pure function of the seed and the ids
// of the houses (Draw), so that anybody who has the printed seed can draw it again; a plan is never changed, another one takes its
// place and says why. The split over officers and weeks is a pure function too (Split).
//
// The plan lends: an officer reaches the houses of the own beat, and a house of another beat that was drawn for the officer only to
// inspect it, on the page for the door (Lend); neither its dossier nor its results can be opened with that. decision 0049.
package plans
