package sheet

import (
	"slices"
	"strings"
	"unicode"

	"sonha/ground/civil"
	"sonha/ground/pattern"
)

// totalWords begin a totals row. They are compared with their marks, because
// Tống Duy Tân and Cống Trắng are streets; rosters without any marks have the
// words in notTotals.
var (
	totalWords = []string{"cộng", "tổng", "cong", "tong", "tc", "lũy", "luỹ"}
	notTotals  = []string{"hòa", "hoà", "hoa", "duy", "trắng", "trang", "đản", "vọng"}
)

// IsTotal recognises the text of a totals row: "Cộng TDP 1", "Tổng cộng:".
func IsTotal(s string) bool {
	if s == "" || len(s) > 200 {
		return false
	}
	words := strings.FieldsFunc(strings.ToLower(civil.NFC(s)), func(r rune) bool { return !unicode.IsLetter(r) })
	if len(words) == 0 || !slices.Contains(totalWords, words[0]) {
		return false
	}
	return len(words) == 1 || !slices.Contains(notTotals, words[1])
}

var signature = pattern.Of(`^(?:nguoi lap|nguoi tong hop|nguoi ky|lap bieu|to truong|chu tich|pho chu tich|pho truong|truong ban|can bo|truong cong an|chi huy|tm\.? |kt\.? |noi nhan|ha noi,? ngay|ngay .* thang|hoan kiem,? ngay|xac nhan|cong an |ghi chu|\(ky|\* )`)

// IsSignature recognises the lines of signature and remarks under a table, which
// may stand below any heading.
func IsSignature(s string) bool {
	return len(s) > 160 || signature().MatchString(civil.Fold(s))
}

var dittoMarks = []string{`"`, `''`, "”", "“", "〃", "nt", "-nt-", "- nt -", "như trên", "//", "-//-", "- // -"}

// Repeat resolves a ditto mark by the text above, which it keeps up to date.
func Repeat(text string, above *string) string {
	if slices.Contains(dittoMarks, strings.ToLower(text)) {
		return *above
	}
	*above = text
	return text
}
