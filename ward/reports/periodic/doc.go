// Package periodic writes the reports that are due by the calendar (domain.md §10.1): the month of a residential group; the quarter,
// the half-year and the year of the ward.
//
// Tables: periodic_reports, periodic_remarks, periodic_files. A draft holds the figures as they were when they were last pulled, so
// that its writer signs what he has read. The signature freezes the whole as a Record with its SHA-256, and with it the four files
// that were made from it; what is signed is downloaded byte for byte.
//
// Every figure has a number. The number leads to how it is counted and, as far as the reader may see them, to its rows. Page, JSON,
// XLSX, DOCX and PDF are made from one and the same Record, so that they cannot disagree.
//
//	period.go    months, quarters, half-years and years, and the days that they take
//	record.go    the figures, tables and remarks of a report
//	count.go     where they are counted, work.go those of the work in the period, trend.go the indicators
//	document.go  the document in the layout of Decree 30/2020/NĐ-CP
//	workbook.go  the XLSX annex
//	store.go     the tables
//
// A report leaves the ward, so small cells are left out of it for everybody (ward/indicators/smallcells): of residential groups, of
// mediations, of official counts. It counts places and work, never persons. Documents stay Vietnamese in every language of the page.
package periodic
