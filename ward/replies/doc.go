// Package replies keeps two days of a house for the content GD, support for reintegration: when an authority asked the community for
// support, and when the house answered (domain.md §9.5, GD6: within 15 days; by default the item does not apply).
//
// Table: replies. That is all there is: no text, no name, no number of people, no kind of matter, no office that asked. Whom it
// concerned stays where the law keeps it. The house head, the officer of the beat and the command see the days of one house at a
// time; nobody else does, there is no list over houses and no figure, because a house with a day on it would be a house that people
// talk about. Rows are kept as long as the log (ward/periods).
package replies
