// Package reports writes the report of a campaign: one set of figures, counted once, shown as a page, JSON,
// an XLSX annex, and a document after Decree 30/2020 as DOCX and PDF (domain.md §10.1).
//
// It owns no tables and reads across the rooms below: tallies and results, assessments, inspections,
// shortcomings, phases. Whoever may see figures gets the report of their own reach: the command and the
// committee of the ward, an officer of the beat, a group lead of the group. The list of houses goes to the
// command alone; its posted variant names safe houses only (domain.md §5.8).
//
//	figures.go    the figures and how they read as JSON
//	count.go      where they are counted
//	document.go   the document that the page shows and that PDF and DOCX print
//	workbook.go   the XLSX annex
//	write.go      formats and names of files
//
// Documents and workbooks are papers of a Vietnamese office and stay Vietnamese in every language of the page.
package reports
