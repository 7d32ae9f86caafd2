// Package notices keeps announcements: what is said to a part of the ward, whom it reached, and who still has to be told.
//
// Tables: notices, notice_areas, notice_houses, notice_households, notice_reads. A group lead writes to the own group, an
// officer to the own beat, the ward to all of it. The houses are fixed when it is sent: a correction reaches exactly those
// that had the wrong one. Who opened it is known to the reader's own list and counted for everybody else; who still has to
// be told is a walk of house numbers, never a list of persons (product.md, principle 1). A head tells households at their
// doors and ticks their labels (domain.md §7.5: many read nothing on a phone).
package notices
