// Package logbook is the house head's own work: the log (F4 of domain.md §10) and the monthly report (F5).
//
// Tables: log_entries, monthly_reports. The head writes; the area officer, the group lead and the ward's command read
// what lies in their reach. Everything here is about a place: free text is looked through by ground/civil/personal
// before anything is stored, and a text that names a person is refused with the way to 113 or the area officer. What
// was refused stands nowhere, neither in a table nor in the audit trail nor in a log.
//
// An entry is kept for 24 months, a report for 36 (domain.md §5.9).
package logbook
