// Package assessments keeps what a house number says of itself: its answers to the items of the criteria,
// and the pledges of its households.
//
// Tables: assessments, pledges. The house head answers, or the group lead on the house's behalf ("nhập thay").
// Every answer is written as it is given. Sending turns the answers into a forecast (ward/results); they may
// be changed and sent again until an inspection is finished, from when on the findings count. Signing a
// pledge is voluntary, a household is a label (H01, H02 …), and withdrawing needs no reason (domain.md §10,
// F2 and F3).
//
// To know whether the house was inspected, statements here read results.stage; they never write it.
package assessments
