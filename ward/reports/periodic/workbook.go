package periodic

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"sonha/engine/paper"
	"sonha/engine/sheet"
	"sonha/ground/civil"
	"sonha/ward/reports"
)

// Formats lists the formats in the order in which they are offered.
func Formats() []reports.Format {
	return []reports.Format{reports.DOCX, reports.PDF, reports.XLSX, reports.JSON}
}

// FileName is the name under which the report is saved: "bao-cao-2026-Q3-hoan-kiem.docx".
func (x *Record) FileName(f reports.Format) string {
	name := "bao-cao-" + x.Period + "-" + x.WardCode
	if x.Group != "" {
		name += "-" + strings.ReplaceAll(civil.Fold(x.Group), " ", "-")
	}
	return name + "." + string(f)
}

// Write writes the report. fonts are needed for DOCX and PDF only.
func (x *Record) Write(out io.Writer, f reports.Format, v View, fonts *paper.Fonts) error {
	switch f {
	case reports.DOCX:
		return x.Document(v).WriteDOCX(out, fonts)
	case reports.PDF:
		return x.Document(v).WritePDF(out, fonts)
	case reports.XLSX:
		return x.workbook(out)
	case reports.JSON:
		e := json.NewEncoder(out)
		e.SetIndent("", " ")
		e.SetEscapeHTML(false)
		return e.Encode(x)
	}
	return fmt.Errorf("periodic: no format %q", f)
}

// workbook writes the XLSX annex: the figures with how each is counted, then a sheet a table.
func (x *Record) workbook(out io.Writer) error {
	book, err := sheet.NewXLSX(out)
	if err != nil {
		return err
	}
	note := "Số liệu từ " + x.From.Display() + " đến " + x.To.Display() + ", lấy lúc " + civil.Clock(x.AsOf) + " ngày " + civil.DayOf(x.AsOf).Display()
	if x.Invented {
		note += ". Dữ liệu giả định"
	}
	begin := func(name, title string, columns []sheet.Column) error {
		return book.Begin(sheet.Table{
			Name: name, Title: title + ", " + x.Of().Name(), Note: note + ".", Columns: columns,
			Footer: reports.Rows,
		})
	}
	if err := begin("Số liệu", "Số liệu của báo cáo", []sheet.Column{
		{Title: "Số", Width: 6}, {Title: "Chỉ tiêu", Width: 46}, {Title: "Số liệu", Width: 14}, {Title: "Tổng số"}, {Title: "Tỷ lệ (%)"}, {Title: "In là",
			Width: 16}, {Title: "Cách tính", Width: 80},
	}); err != nil {
		return err
	}
	for i := range x.Figures {
		f := &x.Figures[i]
		if !x.Has(f.Section) {
			continue
		}
		var rate any
		if p, ok := f.Percent(); ok {
			rate = p
		}
		if err := book.Row(f.No, f.Label, sheet.Known(f.Value), sheet.Known(f.Of), rate, f.Text, f.How); err != nil {
			return err
		}
	}
	for i := range x.Tables {
		t := &x.Tables[i]
		if !x.Has(t.Section) {
			continue
		}
		var columns []sheet.Column
		for k, head := range t.Head {
			columns = append(columns, sheet.Column{Title: head, Width: widest(t, k)})
		}
		if err := begin(t.Title, t.Title, columns); err != nil {
			return err
		}
		for _, row := range t.Rows {
			cells := make([]any, len(row))
			for k, v := range row {
				if cells[k] = v.Text; v.N != nil {
					cells[k] = *v.N
				}
			}
			if err := book.Row(cells...); err != nil {
				return err
			}
		}
	}
	return book.Close()
}

// widest is the width that the texts of a column need, in characters.
func widest(t *Table, column int) float64 {
	most := len([]rune(t.Head[column])) + 2
	for _, row := range t.Rows {
		most = max(most, len([]rune(row[column].Text)))
	}
	const limit = 80
	return float64(min(max(most, 8), limit))
}
