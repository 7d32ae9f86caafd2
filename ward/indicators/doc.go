// Package indicators keeps the official counts that a ward enters and reads the twelve indicators of the programme
// (domain.md §9.9): I1 to I12, over the years, within one reader's reach.
//
// Tables: series_points (official counts, every figure that was ever entered), indicator_settings (the base year),
// series_breaks (days on which a series changes its meaning). Other indicators are counted from the rows of other
// rooms: results and campaigns here, those of rooms above or beside through a Source that app connects. An indicator
// without a source is listed and says why it has no figure.
//
// What the room never does: compare across a break (the area of 1997 is the old district, domain.md §12 trap 8), give
// a percentage of a base of nought, or tell a count from 1 to 4 to who did not enter it; smallcells says what else has
// to stay untold for that. Official counts are of places and periods, never of persons.
package indicators
