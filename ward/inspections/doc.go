// Package inspections keeps what inspectors find at a house number: the sheet with the house's own rating
// beside each finding, what falls short and how it is mended, and photos of places.
//
// Tables: inspections, shortcomings, photos, signatures. The area officer inspects with somebody of the residents' side
// (domain.md §10, F10). An inspection is a draft while it is under way, one a house and campaign; finished,
// it never changes: a correction is a new one. Findings of the campaign add up: where a later inspection
// looked, it counts, elsewhere the earlier finding stays. A repeat therefore shows only what failed.
//
// A shortcoming is never deleted; it is open, mended, or dropped because its inspection was dropped or a
// later finding took its place. When the inspection is finished each becomes a measure (ward/measures), and
// only a verified measure, or a later inspection at which the item passes, makes it mended. To say which houses wait for an inspection, statements here read
// assessments and results; they never write them.
package inspections
