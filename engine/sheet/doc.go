// Package sheet reads and writes tables as people keep them: Excel workbooks
// (XLSX) and text with separators (CSV).
//
//	Open      a workbook or CSV file; Book.Rows streams the rows of one sheet
//	NewXLSX   writes sheets row by row
//	NewCSV    writes one table as CSV that Excel opens with its marks
//	Annotate  gives a file back with a column that says what is wrong in a row
//
// Reading uses a scanner of its own over the parts of the workbook: it is
// several times faster than excelize, knows the type of a cell (a day, an error
// value), and refuses a damaged sheet, where excelize ends without an error and
// rows would be lost in silence. Writing uses excelize, and only here.
//
// Gói sheet đọc và ghi bảng tính Excel, CSV; mọi lỗi đọc tệp đều nói rõ người
// dùng phải làm gì tiếp theo.
package sheet
