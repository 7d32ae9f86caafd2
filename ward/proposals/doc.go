// Package proposals takes what households, house heads and group leads propose about a place, and follows it until its
// sender says that it is well (domain.md §10, F6, and §11).
//
// Tables: proposals, proposal_steps, proposal_joins, proposals_apart, proposal_photos, proposal_numbers, proposal_months.
//
// A category decides who answers and in how many working days; the day is reckoned on the ward's calendar
// (ward/holidays). New → received → in work → answered → the sender says "đã ổn", or opens it again. Nothing is closed by
// a timer: after some days without a word an answered proposal shows that it waits, and a person closes it. What is
// overdue climbs, one step at a time, from the area officer to the command and then to the committee, and says so.
//
// It is about places, never about persons. What accuses somebody, and what is a complaint in the sense of the law, is
// pointed to its own channel and not stored at all (channel.go). Photos are of places; a draft of a form that was refused
// keeps its photos and none of its text.
//
// To say who lives in the same street, statements here read houses, streets and areas; they never write them.
package proposals
