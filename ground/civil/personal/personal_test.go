package personal_test

import (
	_ "embed"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"sonha/ground/civil/personal"
	"sonha/ground/fault"
)

//go:embed testdata/vectors.txt
var vectors string

// TestVectors holds Find to every line of testdata/vectors.txt, composed and decomposed.
func TestVectors(t *testing.T) {
	lines := 0
	for line := range strings.SplitSeq(vectors, "\n") {
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		lines++
		for _, form := range []string{line, norm.NFD.String(line), norm.NFC.String(line)} {
			text, _ := unmark(form)
			if got := mark(text, personal.Find(text)); got != form {
				t.Errorf("found %s\nwant  %s", got, form)
				break
			}
		}
	}
	const fewest = 250
	if lines < fewest {
		t.Errorf("%d vectors, want %d or more", lines, fewest)
	}
}

// mark writes a text with what was found in braces.
func mark(text string, found []personal.Found) string {
	var b strings.Builder
	at := 0
	for _, f := range found {
		b.WriteString(text[at:f.From] + "{" + string(f.Kind) + ":" + text[f.From:f.To] + "}")
		at = f.To
	}
	return b.String() + text[at:]
}

// unmark takes the braces out and says which kinds they named.
func unmark(line string) (string, []personal.Kind) {
	var b strings.Builder
	var kinds []personal.Kind
	for {
		before, rest, ok := strings.Cut(line, "{")
		b.WriteString(before)
		if !ok {
			return b.String(), kinds
		}
		kind, rest, _ := strings.Cut(rest, ":")
		inside, rest, _ := strings.Cut(rest, "}")
		b.WriteString(inside)
		kinds = append(kinds, personal.Kind(kind))
		line = rest
	}
}

func TestCheckSaysWhatWasFoundAndRepeatsNothing(t *testing.T) {
	for text, want := range map[string]string{
		"anh Hùng báo mất điện":             "personal.name",
		"gọi 0912 345 678":                  "personal.phone",
		"CCCD 001092012345":                 "personal.identity",
		"xe 29A1-12345 chắn cửa":            "personal.plate",
		"anh Hùng 0912 345 678":             "personal.several",
		"anh Hùng, chị Lan cùng báo":        "personal.name",
		"chập điện ở sảnh tầng 1, đã sửa":   "",
		"họp bà con Hàng Đào lúc 19 giờ 30": "",
		"": "",
	} {
		err := personal.Check("text", text)
		if want == "" {
			if err != nil {
				t.Errorf("%q refused: %v", text, err)
			}
			continue
		}
		e, ok := fault.As(err)
		if !ok || e.Kind != fault.Wrong || len(e.Fields) != 1 || e.Fields[0].Name != "text" || e.Fields[0].Key != want || len(e.Fields[0].Pairs) != 0 {
			t.Errorf("%q: %v, want %s at the field", text, err, want)
			continue
		}
		for _, f := range personal.Find(text) {
			if strings.Contains(err.Error(), text[f.From:f.To]) {
				t.Errorf("the error repeats what was found: %v", err)
			}
		}
	}
}

// Whatever stands around a name or number, it is found, unless what stands there makes another word of it.
func TestFoundAnywhere(t *testing.T) {
	around := rapid.SampledFrom([]string{"", "sáng nay", "đã báo", "tầng 2:", "Đã nhắc,", "cổng chính –", "(", "\n"})
	piece := rapid.SampledFrom([]string{"anh Hùng", "Nguyễn Văn Hùng", "nguyen van hung", "0912.345.678", "001092012345", "29A1-12345", "chị Lan", "bà Trần Thị Liên"})
	rapid.Check(t, func(t *rapid.T) {
		text := around.Draw(t, "before") + " " + piece.Draw(t, "piece") + ", " + around.Draw(t, "after")
		if len(personal.Find(text)) == 0 {
			t.Fatalf("nothing found in %q", text)
		}
	})
}

// FuzzFind holds Find to its promises for any bytes: places inside the text, in order, apart from each other, the
// same in a second run.
func FuzzFind(f *testing.F) {
	for line := range strings.SplitSeq(vectors, "\n") {
		text, _ := unmark(line)
		f.Add(text)
	}
	f.Add("anh\xff Hùng\x00 0912")
	f.Fuzz(func(t *testing.T, text string) {
		found := personal.Find(text)
		at := 0
		for _, f := range found {
			if f.From < at || f.To <= f.From || f.To > len(text) {
				t.Fatalf("%q: %v", text, found)
			}
			at = f.To
		}
		if !slices.Equal(found, personal.Find(text)) {
			t.Fatal("a second run differs")
		}
	})
}

// Time grows with the length of the text and not with its square: a text of 64 KB is read within seconds on a
// busy machine, whatever it is made of.
func TestLongTextsAreReadInLinearTime(t *testing.T) {
	const size = 1 << 16
	for _, unit := range []string{"anh ", "0", "09 ", "Nguyễn ", "29A", "a", "không ", ". ", "+", "Bà Triệu "} {
		start := time.Now()
		personal.Find(strings.Repeat(unit, size/len(unit)))
		if took := time.Since(start); took > 20*time.Second {
			t.Errorf("%q: %s", unit, took)
		}
	}
}

func BenchmarkFind(b *testing.B) {
	const text = "Sáng nay kiểm tra cổng chính, đèn cầu thang tầng 2 hỏng, đã báo điện lực lúc 9 giờ 30; nhắc các hộ thuê nhà thông báo lưu trú trước 23 giờ, hẹn ngày 05/12/2026 kiểm tra lại cùng các bác tổ trưởng."
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		personal.Find(text)
	}
}

// A text that was typed is there, is not too long, and is of nobody; one that may be left out may.
func TestTextThatWasTyped(t *testing.T) {
	for _, x := range []struct{ text, empty, want string }{
		{"", "fault.required", "fault.required"},
		{"", "", ""},
		{"Khóa cổng đã thay.", "fault.required", ""},
		{strings.Repeat("ả", 30), "", ""},
		{strings.Repeat("ả", 31), "", "fault.too_long"},
		{"Gọi 0901 000 111.", "fault.required", "personal.phone"},
	} {
		got := ""
		for _, f := range personal.Text("note", x.text, x.empty, 30) {
			got += f.Key
			if f.Name != "note" {
				t.Errorf("%q is wrong at %s", x.text, f.Name)
			}
		}
		if got != x.want {
			t.Errorf("%q: %q, want %q", x.text, got, x.want)
		}
	}
}
