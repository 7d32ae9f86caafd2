// Package meetings is the meeting of the households of a house, of a residential group or of the ward: plan, invitation,
// attendance, votes, minutes (domain.md §4 and §10, F8; Law 10/2022/QH15; Decree 59/2023/NĐ-CP, forms 01 and 03).
//
// Tables: meetings, meeting_houses, meeting_households, meeting_votes, meeting_themes, meeting_conclusions, meeting_addenda,
// meeting_rules, calendar_feeds. The head convenes the house, the group lead the group or a house of it, the command the ward;
// everybody whose house is invited reads what was invited to and, at the end, the minutes.
//
// A household is its label (H01, H02 …) and nothing else: no list of persons, no names in what was said. Attendance of single
// households is seen by who convenes; all others see how many came.
//
// A meeting is planned, then held, then minuted; a planned one may be cancelled. Minutes are frozen when the chair and the
// secretary have confirmed the same text; after that there are only addenda. Meetings are kept for five years (F8).
package meetings
