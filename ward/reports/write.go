package reports

import (
	"encoding/json"
	"fmt"
	"io"

	"sonha/engine/paper"
	"sonha/engine/sheet"
)

// Format is a kind of file that a report is written as.
type Format string

// The formats.
const (
	JSON Format = "json"
	XLSX Format = "xlsx"
	DOCX Format = "docx"
	PDF  Format = "pdf"
)

// ContentType is the format as browsers know it.
func (f Format) ContentType() string {
	switch f {
	case XLSX:
		return sheet.TypeXLSX
	case DOCX:
		return paper.TypeDOCX
	case PDF:
		return paper.TypePDF
	case JSON:
	}
	return "application/json; charset=utf-8"
}

// FileName is the name under which the report is saved: "bao-cao-2026-hoan-kiem.docx".
func (r *Report) FileName(f Format) string {
	return fmt.Sprintf("bao-cao-%d-%s.%s", r.Year, r.Code, f)
}

// Write writes the report. fonts are needed for DOCX and PDF only.
func (r *Report) Write(w io.Writer, f Format, v View, fonts *paper.Fonts) error {
	switch f {
	case JSON:
		e := json.NewEncoder(w)
		e.SetIndent("", " ")
		e.SetEscapeHTML(false)
		return e.Encode(&r.Figures)
	case XLSX:
		return r.workbook(w)
	case DOCX:
		return r.Document(v).WriteDOCX(w, fonts)
	case PDF:
		return r.Document(v).WritePDF(w, fonts)
	}
	return fmt.Errorf("reports: no format %q", f)
}
