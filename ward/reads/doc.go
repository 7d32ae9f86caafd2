// Package reads keeps who opened, printed or took along which record of a house or household: when, in which role, what of it and on
// which duty (decision 0045; Law 91/2025 and Decree 356/2025, domain.md §5.4).
//
// Tables: seen, unusual. A route says at its own line which record it gives out (page.Route.Shows, one of the kinds of kinds.go); the
// chain of requests tells Store.Witness before the first byte leaves. Views of pages are gathered in memory and written within a second;
// contacts, photos, prints and files are written before they are given out: no line, no data. The same reader of the same record within
// ten minutes is one line.
//
// What a household, or a head, reads of what is its own leaves no line, but for what the households of the house gave: their contacts,
// pledges, answers and proposals. Heads, households, the command and the data protection officer see the lines that concern them as a
// role and its area, never as a name or a telephone number. Once a day rules.go looks for reading that is unusual for its reader; the
// data protection officer looks at what was found, and asks the reader where a reason is missing.
package reads
