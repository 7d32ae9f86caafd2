// Package paper writes documents that an office would accept: one description
// of a document, set on A4 after Decree 30/2020/NĐ-CP (domain.md §5.6) by two
// writers, PDF and DOCX.
//
// A report is described once as a [Document]: who issues it, its number, type
// and subject, a body of blocks, signatures, recipients, annexes. From that,
// [Document.WritePDF] and [Document.WriteDOCX] make the same pages: both walk
// over one list of composed pieces and share styles, texts and column widths.
//
// Text is brought to NFC. The PDF embeds a subset of Tinos, which has the
// metrics of Times New Roman and every Vietnamese letter; the DOCX names
// Times New Roman. The same Document gives the same bytes each time.
package paper
