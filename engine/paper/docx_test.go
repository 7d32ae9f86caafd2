package paper

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"slices"
	"strings"
	"testing"
)

// node is an element with its attributes and children, prefixes kept off.
type node struct {
	XMLName  xml.Name
	Attrs    []xml.Attr `xml:",any,attr"`
	Children []node     `xml:",any"`
	Text     string     `xml:",chardata"`
}

func (n node) attr(name string) string {
	for _, a := range n.Attrs {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// all are the descendants of a name.
func (n node) all(name string) []node {
	var out []node
	for _, c := range n.Children {
		if c.XMLName.Local == name {
			out = append(out, c)
		}
		out = append(out, c.all(name)...)
	}
	return out
}

// child is the first child of a name, or an empty node.
func (n node) child(name string) node {
	for _, c := range n.Children {
		if c.XMLName.Local == name {
			return c
		}
	}
	return node{}
}

// unpack reads every part of a DOCX; each XML part must be well formed.
func unpack(t *testing.T, d *Document) (map[string]node, map[string][]byte) {
	t.Helper()
	var out bytes.Buffer
	if err := d.WriteDOCX(&out, testFonts(t)); err != nil {
		t.Fatal(err)
	}
	archive, err := zip.NewReader(bytes.NewReader(out.Bytes()), int64(out.Len()))
	if err != nil {
		t.Fatal(err)
	}
	parts, raw := map[string]node{}, map[string][]byte{}
	for _, file := range archive.File {
		r, err := file.Open()
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		raw[file.Name] = data
		if strings.HasSuffix(file.Name, ".png") {
			continue
		}
		wellFormed(t, file.Name, data)
		var n node
		if err := xml.Unmarshal(data, &n); err != nil {
			t.Errorf("%s: %v", file.Name, err)
		}
		parts[file.Name] = n
	}
	return parts, raw
}

func wellFormed(t *testing.T, name string, data []byte) {
	t.Helper()
	decoder := xml.NewDecoder(bytes.NewReader(data))
	for {
		if _, err := decoder.Token(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Fatalf("%s is not well formed: %v", name, err)
		}
	}
}

func TestPackageHoldsWhatItNames(t *testing.T) {
	parts, raw := unpack(t, yearReport(30))
	for _, override := range parts["[Content_Types].xml"].all("Override") {
		if name := strings.TrimPrefix(override.attr("PartName"), "/"); raw[name] == nil {
			t.Errorf("content types name %s, which is missing", name)
		}
	}
	for name, part := range parts {
		if !strings.HasSuffix(name, ".rels") {
			continue
		}
		base := path.Dir(path.Dir(name))
		for _, rel := range part.all("Relationship") {
			if rel.attr("TargetMode") == "External" {
				continue
			}
			if target := path.Join(base, rel.attr("Target")); raw[target] == nil {
				t.Errorf("%s names %s, which is missing", name, target)
			}
		}
	}
	for name, part := range parts {
		ids := map[string]bool{}
		for _, rel := range parts[path.Dir(name)+"/_rels/"+path.Base(name)+".rels"].all("Relationship") {
			ids[rel.attr("Id")] = true
		}
		for _, used := range relationsUsed(part) {
			if !ids[used] {
				t.Errorf("%s uses the relationship %s, which is missing", name, used)
			}
		}
	}
}

// relationsUsed are the values of attributes in the relationship name space.
func relationsUsed(n node) []string {
	var out []string
	for _, a := range n.Attrs {
		if a.Name.Space == "http://schemas.openxmlformats.org/officeDocument/2006/relationships" {
			out = append(out, a.Value)
		}
	}
	for _, c := range n.Children {
		out = append(out, relationsUsed(c)...)
	}
	return out
}

func TestDocumentIsARealWordDocument(t *testing.T) {
	parts, raw := unpack(t, yearReport(30))
	body := parts["word/document.xml"]
	styles := map[string]bool{}
	for _, s := range parts["word/styles.xml"].all("style") {
		styles[s.attr("styleId")] = true
	}
	used := map[string]int{}
	for name, part := range parts {
		for _, kind := range []string{"pStyle", "tblStyle"} {
			for _, s := range part.all(kind) {
				used[s.attr("val")]++
				if !styles[s.attr("val")] {
					t.Errorf("%s uses the style %s, which is missing", name, s.attr("val"))
				}
			}
		}
	}
	for _, want := range []string{"Heading1", "Heading2", "Heading3", "Title", "TableGrid", "ListParagraph", "Signature", "Recipients"} {
		if used[want] == 0 {
			t.Errorf("the style %s is not used", want)
		}
	}
	if !bytes.Contains(raw["word/styles.xml"], []byte(`w:lang w:val="vi-VN"`)) {
		t.Error("the language is not Vietnamese")
	}
	if !bytes.Contains(raw["word/styles.xml"], []byte("Times New Roman")) {
		t.Error("the font is not Times New Roman")
	}
	numbers := map[string]bool{}
	for _, n := range parts["word/numbering.xml"].all("num") {
		numbers[n.attr("numId")] = true
	}
	for _, n := range body.all("numId") {
		if !numbers[n.attr("val")] {
			t.Errorf("list %s is not defined", n.attr("val"))
		}
	}
	if core := parts["docProps/core.xml"]; !strings.Contains(core.child("title").Text, "05/BC-CAP") || core.child("creator").Text != "Công an phường Hoàn Kiếm" {
		t.Errorf("properties: title %q, creator %q", core.child("title").Text, core.child("creator").Text)
	}
}

func TestSectionsAndPageFields(t *testing.T) {
	parts, raw := unpack(t, yearReport(30))
	sections := parts["word/document.xml"].all("sectPr")
	if len(sections) != 3 {
		t.Fatalf("%d sections, want the report and two annexes", len(sections))
	}
	for i, s := range sections {
		if s.child("titlePg").XMLName.Local == "" || s.child("pgNumType").attr("start") != "1" {
			t.Errorf("section %d shows its first number or does not begin at 1", i+1)
		}
	}
	if sections[2].child("pgSz").attr("orient") != "landscape" || sections[1].child("pgSz").attr("orient") != "" {
		t.Error("only the last annex is landscape")
	}
	if !bytes.Contains(raw["word/header1.xml"], []byte(" PAGE ")) {
		t.Error("the header has no page number")
	}
	if bytes.Contains(raw["word/headerFirst1.xml"], []byte(" PAGE ")) {
		t.Error("the first page shows its number")
	}
	for i, want := range []string{"BC-2026-0005", "14:05 20/10/2026", "Dữ liệu giả định"} {
		if !bytes.Contains(raw["word/footer1.xml"], []byte(want)) {
			t.Errorf("foot lacks its word %d: %s", i+1, want)
		}
	}
}

// Word refuses a file whose tables do not add up or whose cells hold no paragraph.
func TestTablesAddUp(t *testing.T) {
	parts, _ := unpack(t, yearReport(30))
	heads, rows := 0, 0
	for _, table := range parts["word/document.xml"].all("tbl") {
		columns := len(table.child("tblGrid").Children)
		for n, row := range table.Children {
			if row.XMLName.Local != "tr" {
				continue
			}
			rows++
			if row.child("trPr").child("cantSplit").XMLName.Local == "" {
				t.Errorf("row %d may be cut", n)
			}
			heads += len(row.child("trPr").all("tblHeader"))
			sum := 0
			for _, cell := range row.Children {
				if cell.XMLName.Local != "tc" {
					continue
				}
				span := 1
				for _, s := range cell.child("tcPr").all("gridSpan") {
					span = int(s.attr("val")[0] - '0')
				}
				sum += span
				if last := cell.Children[len(cell.Children)-1].XMLName.Local; last != "p" {
					t.Errorf("a cell ends with %s", last)
				}
			}
			if sum != columns {
				t.Errorf("a row covers %d of %d columns", sum, columns)
			}
		}
	}
	if heads != 2+1+2 || rows < 30+36+5 {
		t.Errorf("%d repeated head rows, %d rows", heads, rows)
	}
}

// The order of properties is part of the schema; Word calls a file corrupt over it.
func TestPropertiesStandInTheirOrder(t *testing.T) {
	orders := map[string][]string{
		"pPr":    {"pStyle", "keepNext", "pageBreakBefore", "widowControl", "numPr", "pBdr", "tabs", "spacing", "ind", "jc", "outlineLvl", "rPr", "sectPr"},
		"rPr":    {"rFonts", "b", "i", "color", "sz", "szCs", "bdr", "lang"},
		"tcPr":   {"tcW", "gridSpan", "vMerge", "tcBorders", "vAlign"},
		"tblPr":  {"tblStyle", "tblW", "tblInd", "tblBorders", "tblLayout", "tblCellMar"},
		"sectPr": {"headerReference", "footerReference", "type", "pgSz", "pgMar", "pgNumType", "titlePg"},
	}
	for _, d := range []*Document{yearReport(5), minutes(), inspectionSheet()} {
		parts, _ := unpack(t, d)
		for name, part := range parts {
			for kind, order := range orders {
				for _, properties := range part.all(kind) {
					last := -1
					for _, child := range properties.Children {
						at := slices.Index(order, child.XMLName.Local)
						if at < 0 || at < last {
							t.Fatalf("%s: %s stands out of order in %s", name, child.XMLName.Local, kind)
						}
						last = at
					}
				}
			}
		}
	}
}

func TestTextIsEscapedAndNormalised(t *testing.T) {
	_, raw := unpack(t, &Document{
		Type: "Báo cáo", Subject: "A & B <c> \"d\"", Foot: Foot{URL: "https://a.example/?x=1&y=2", Record: "a<b"},
		Body: []Block{P("Nguye\u0302\u0303n \x01\uFFFF Văn & <Bình>")},
	})
	if doc := string(raw["word/document.xml"]); !strings.Contains(doc, "Nguyễn  Văn &amp; &lt;Bình&gt;") {
		t.Error("the text is not NFC, or not escaped")
	}
}
