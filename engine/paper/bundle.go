package paper

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"unicode/utf16"

	"sonha/ground/pattern"
)

// Bundle writes many documents into one PDF, one behind the other, each with page numbers of its own. Memory does not
// grow with their number: every few documents are written by the PDF library as a file of their own, whose objects
// are then renumbered and passed on.
type Bundle struct {
	w     io.Writer
	fonts *Fonts
	title string

	pen     *pen // of the documents that wait; nil when none does
	waiting int
	first   *Document
	at      int64   // bytes written
	offsets []int64 // of every object, from the first
	parts   []int   // object numbers of the page trees
	pages   int
}

// together is how many documents share one subset of the fonts: more make the file smaller, fewer the memory.
const together = 64

// The objects of a bundle's own: the tree over all page trees, the catalog, and what is said of the file.
const (
	bundleTree = 1 + iota
	bundleCatalog
	bundleInfo
	bundleOwn = bundleInfo
)

// errShape reports that the PDF library writes files of another shape than Bundle knows.
var errShape = errors.New("paper: the PDF library wrote something unexpected")

// NewBundle begins a file with a title. Close ends it.
func NewBundle(w io.Writer, fonts *Fonts, title string) *Bundle {
	return &Bundle{w: w, fonts: fonts, title: clean(title), offsets: make([]int64, bundleOwn)}
}

// Add puts a document behind the others. Errors are those of [Document.WritePDF].
func (b *Bundle) Add(d *Document) error {
	if b.pen == nil {
		b.pen, b.first = newPen(d, b.fonts), d
	}
	if err := b.pen.document(d); err != nil {
		return err
	}
	if b.waiting++; b.waiting < together {
		return nil
	}
	return b.pass()
}

// Pages counts the pages so far.
func (b *Bundle) Pages() int {
	if b.pen == nil {
		return b.pages
	}
	return b.pages + b.pen.pdf.PageCount()
}

// pass writes the documents that wait.
func (b *Bundle) pass() error {
	if b.pen == nil {
		return nil
	}
	pages := b.pen.pdf.PageCount()
	var file bytes.Buffer
	if err := b.pen.pdf.Output(&file); err != nil {
		return fmt.Errorf("paper: write PDF: %w", err)
	}
	b.pen, b.waiting = nil, 0
	f, err := parseFile(file.Bytes())
	if err != nil {
		return err
	}
	if b.at == 0 {
		if err := b.write([]byte("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")); err != nil {
			return err
		}
	}
	base := len(b.offsets)
	for number, object := range f.objects {
		b.offsets = append(b.offsets, b.at)
		switch number + 1 {
		case f.root, f.info:
			object = fmt.Appendf(nil, "%d 0 obj\nnull\nendobj\n", base+number+1) // the bundle has its own
		case 1:
			object = bytes.Replace(renumbered(object, base), []byte("/Type /Pages"), fmt.Appendf(nil, "/Type /Pages /Parent %d 0 R", bundleTree), 1)
		default:
			object = renumbered(object, base)
		}
		if err := b.write(object); err != nil {
			return err
		}
	}
	b.parts = append(b.parts, base+1)
	b.pages += pages
	return nil
}

func (b *Bundle) write(data []byte) error {
	n, err := b.w.Write(data)
	b.at += int64(n)
	if err != nil {
		return fmt.Errorf("paper: write PDF: %w", err)
	}
	return nil
}

// Close writes what waits and ends the file. A bundle without a document is an error.
func (b *Bundle) Close() error {
	made := vietnamDay(b.first)
	if err := b.pass(); err != nil {
		return err
	}
	if b.pages == 0 {
		return errors.New("paper: a bundle without a document")
	}
	var kids bytes.Buffer
	for _, n := range b.parts {
		fmt.Fprintf(&kids, "%d 0 R ", n)
	}
	for _, own := range []struct {
		number int
		body   string
	}{
		{bundleTree, fmt.Sprintf("<</Type /Pages /Kids [%s] /Count %d>>", kids.String(), b.pages)},
		{bundleCatalog, fmt.Sprintf("<</Type /Catalog /Pages %d 0 R /Lang (vi-VN)>>", bundleTree)},
		{bundleInfo, fmt.Sprintf("<</Title %s /Creator (Sonha) /Producer (Sonha) /CreationDate (%s)>>", hexText(b.title), made)},
	} {
		b.offsets[own.number-1] = b.at
		if err := b.write(fmt.Appendf(nil, "%d 0 obj\n%s\nendobj\n", own.number, own.body)); err != nil {
			return err
		}
	}
	start := b.at
	var end bytes.Buffer
	fmt.Fprintf(&end, "xref\n0 %d\n0000000000 65535 f \n", len(b.offsets)+1)
	for _, at := range b.offsets {
		fmt.Fprintf(&end, "%010d 00000 n \n", at)
	}
	fmt.Fprintf(&end, "trailer\n<</Size %d /Root %d 0 R /Info %d 0 R>>\nstartxref\n%d\n%%%%EOF\n", len(b.offsets)+1, bundleCatalog, bundleInfo, start)
	return b.write(end.Bytes())
}

// vietnamDay is the time in the file's own metadata, from its documents.
func vietnamDay(d *Document) string {
	if d == nil {
		return "D:20000101000000+07'00'"
	}
	return d.madeAt().Format("D:20060102150405") + "+07'00'"
}

// hexText writes a text as PDF keeps titles: UTF-16, big end first.
func hexText(text string) string {
	var b bytes.Buffer
	b.WriteString("<FEFF")
	for _, u := range utf16.Encode([]rune(text)) {
		fmt.Fprintf(&b, "%04X", u)
	}
	return b.String() + ">"
}

// written is a file of the PDF library, object by object.
type written struct {
	objects    [][]byte // the first is number 1
	root, info int      // numbers
}

// The parts of a file's end that tell where everything lies.
var (
	startAt  = pattern.Of(`startxref\n(\d+)\n%%EOF\s*$`)
	tableAt  = pattern.Of(`^xref\n0 (\d+)\n`)
	rootAt   = pattern.Of(`/Root (\d+) 0 R`)
	infoAt   = pattern.Of(`/Info (\d+) 0 R`)
	referTo  = pattern.Of(`\b(\d+) 0 (R|obj)\b`)
	streamIn = []byte("stream\n")
)

// parseFile cuts a file at its table of objects. It reads what the PDF library writes, not PDF at large: one table, no
// object streams.
func parseFile(data []byte) (written, error) {
	const line = 20 // bytes of an entry of the table
	var f written
	number := func(re *regexp.Regexp, in []byte) int {
		m := re.FindSubmatch(in)
		if m == nil {
			return -1
		}
		n, _ := strconv.Atoi(string(m[1]))
		return n
	}
	start := number(startAt(), data[max(0, len(data)-64):])
	if start < 0 || start >= len(data) {
		return f, errShape
	}
	head := tableAt().FindSubmatchIndex(data[start:])
	count := number(tableAt(), data[start:])
	if head == nil || count < 2 || start+head[1]+count*line > len(data) {
		return f, errShape
	}
	entries := data[start+head[1]:]
	f.root, f.info = number(rootAt(), entries[count*line:]), number(infoAt(), entries[count*line:])
	at := make([]int, 0, count)
	for i := 1; i < count; i++ {
		offset, err := strconv.Atoi(string(entries[i*line : i*line+10]))
		if err != nil || offset <= 0 || offset >= start {
			return f, errShape
		}
		at = append(at, offset)
	}
	ends := append(slices.Sorted(slices.Values(at)), start)
	for i, from := range at {
		next, _ := slices.BinarySearch(ends, from+1)
		object := data[from:ends[next]]
		if !bytes.HasPrefix(object, fmt.Appendf(nil, "%d 0 obj", i+1)) {
			return f, errShape
		}
		f.objects = append(f.objects, object)
	}
	if f.root < 1 || !bytes.Contains(f.objects[0], []byte("/Type /Pages")) {
		return f, errShape
	}
	return f, nil
}

// renumbered adds base to the number of an object and to those it refers to. What its stream holds stays as it is.
func renumbered(object []byte, base int) []byte {
	head, stream := object, []byte(nil)
	if i := bytes.Index(object, streamIn); i >= 0 {
		head, stream = object[:i], object[i:]
	}
	head = referTo().ReplaceAllFunc(head, func(m []byte) []byte {
		n, _ := strconv.Atoi(string(m[:bytes.IndexByte(m, ' ')]))
		return append(strconv.AppendInt(nil, int64(n+base), 10), m[bytes.IndexByte(m, ' '):]...)
	})
	return append(head, stream...)
}
