// Package criteria holds what a house number is measured by, and the rules that turn answers into a
// proposed class.
//
// A [Set] is a version of the criteria: the six contents of the programme with their items, and optional
// modules that carry a badge of their own. Version 1 is compiled in ([Version1], 42 items, domain.md §9).
// [Answers] are one letter an item. [Judge] reads the answers and says what each content reached and which
// class follows; [MakePlan] says what is the least to mend for the house to pass.
//
// The rules see answers to the items of the set and nothing else. Counts of incidents, of victims, of
// reports, of quarrels or of tenants are not an input, so that being a victim or reporting can never lower
// a score (domain.md §9, guard rails a and b). What they give is a proposal: people inspect, approve and
// may object (domain.md §11).
//
// A ward may publish further versions (ward/editions keeps them). Every campaign is answered and judged by the one it was opened with,
// and [Sets] gives it: a room never asks for "the" criteria, but for those of the campaign whose answers it reads. Which
// letter of answers belongs to which item is known of a version only; between versions an item goes by its code.
//
// The package is model and rules; it writes nothing.
package criteria
