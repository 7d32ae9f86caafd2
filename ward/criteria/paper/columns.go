package paper

import (
	"cmp"
	"slices"
	"strings"

	"sonha/engine/sheet"
	"sonha/ground/pattern"
	"sonha/ward/criteria"
)

// The columns beside those of the items, which go by their codes.
const (
	colSeq          = "seq"
	colGroup        = "group"
	colNumber       = "number"
	colStreet       = "street"
	colAddress      = "address"
	colHouseholds   = "households"
	colPledged      = "pledged"
	colDate         = "date"
	colMembers      = "members"
	colResidentSide = "resident_side"
	colRemarks      = "remarks"
	colHeadComment  = "head_comment"
)

var headings = map[string]string{
	"stt": colSeq, "tt": colSeq, "so tt": colSeq, "so thu tu": colSeq,
	"to": colGroup, "to dan pho": colGroup, "tdp": colGroup,
	"so nha": colNumber, "sn": colNumber, "nha so": colNumber, "sonha": colNumber,
	"pho": colStreet, "duong": colStreet, "ten pho": colStreet, "ten duong": colStreet, "duong pho": colStreet, "pho duong": colStreet,
	"dia chi": colAddress, "dia chi nha": colAddress, "dia chi so nha": colAddress,
	"so ho": colHouseholds, "ho": colHouseholds, "tong so ho": colHouseholds,
	"cam ket": colPledged, "da ky cam ket": colPledged, "so ho cam ket": colPledged, "so ho ky cam ket": colPledged, "so ho da ky cam ket": colPledged, "ho ky cam ket": colPledged,
	"ngay": colDate, "ngay kiem tra": colDate, "ngay kt": colDate,
	"doan": colMembers, "thanh phan doan": colMembers, "doan kiem tra": colMembers, "thanh vien": colMembers, "can bo kiem tra": colMembers, "nguoi kiem tra": colMembers,
	"dai dien phia nhan dan": colResidentSide, "phia nhan dan": colResidentSide, "dai dien nhan dan": colResidentSide, "dai dien dan cu": colResidentSide,
	"nhan xet": colRemarks, "nhan xet chung": colRemarks, "ghi chu": colRemarks,
	"y kien cua truong so nha": colHeadComment, "y kien truong so nha": colHeadComment, "y kien chu nha": colHeadComment,
}

var codePattern = pattern.Of(`\b([a-z]{2}) ?([0-9]{1,2})\b`)

// knower names the columns of workbooks: a heading with the code of an item of one of the contents anywhere in it is the item's, whatever
// version of the criteria has the item.
func knower(contents []string) func(label, parent string) string {
	return func(label, parent string) string {
		if name, ok := headings[label]; ok {
			return name
		}
		for _, m := range codePattern().FindAllStringSubmatch(label, -1) {
			if content := strings.ToUpper(m[1]); slices.Contains(contents, content) && m[2][0] != '0' {
				return content + m[2]
			}
		}
		for _, p := range []struct{ phrase, name string }{
			{"so ho ky", colPledged}, {"so ho da ky", colPledged}, {"ngay kiem tra", colDate}, {"thanh phan doan", colMembers},
			{"phia nhan dan", colResidentSide}, {"y kien", colHeadComment}, {"nhan xet", colRemarks},
		} {
			if len(label) <= 60 && strings.HasPrefix(label, p.phrase) {
				return p.name
			}
		}
		return ""
	}
}

// Spellings of answers as sheet.Label makes them. What could be two things is none: "K" may be Không đạt or KAD.
var spellings = map[string]criteria.Value{
	"dat": criteria.Pass, "d": criteria.Pass, "x": criteria.Pass, "v": criteria.Pass, "2": criteria.Pass, "2 0": criteria.Pass,
	"dat yeu cau": criteria.Pass, "2 diem": criteria.Pass,

	"mot phan": criteria.Partly, "1 phan": criteria.Partly, "dat mot phan": criteria.Partly, "dat 1 phan": criteria.Partly, "mp": criteria.Partly, "1": criteria.Partly,
	"1 0": criteria.Partly, "1 diem": criteria.Partly,

	"chua dat": criteria.Fail, "khong dat": criteria.Fail, "k dat": criteria.Fail, "ko dat": criteria.Fail, "chua": criteria.Fail, "c": criteria.Fail, "cd": criteria.Fail,
	"kd": criteria.Fail, "0": criteria.Fail, "0 0": criteria.Fail, "0 diem": criteria.Fail,

	"kad": criteria.NA, "khong ap dung": criteria.NA, "k ap dung": criteria.NA, "ko ap dung": criteria.NA, "n a": criteria.NA, "na": criteria.NA,
}

// value reads the answer in a cell; ok is false where it is none. A blank cell is Unanswered.
func value(text string) (v criteria.Value, ok bool) {
	switch text {
	case "":
		return criteria.Unanswered, true
	case "-", "–", "—", "−":
		return criteria.NA, true
	case "✓", "✔", "☑", "√":
		return criteria.Pass, true
	}
	if strings.HasPrefix(text, "-") {
		return criteria.Unanswered, false // "-1" is no point
	}
	v, ok = spellings[sheet.Label(text)]
	return v, ok
}

// items are the codes of the items among the columns, in the order of the contents and their numbers.
func items(columns map[string]int) []string {
	contents := criteria.Version1().ContentCodes() // the contents are the same in all versions
	var list []string
	for name := range columns {
		if content, _ := criteria.SplitCode(name); slices.Contains(contents, content) {
			list = append(list, name)
		}
	}
	slices.SortFunc(list, func(a, b string) int {
		contentA, x := criteria.SplitCode(a)
		contentB, y := criteria.SplitCode(b)
		return cmp.Or(cmp.Compare(slices.Index(contents, contentA), slices.Index(contents, contentB)), cmp.Compare(x, y))
	})
	return list
}

// laid writes what is said of items as letters in the order of the codes.
func laid(codes []string, said map[string]criteria.Value) criteria.Answers {
	b := make([]byte, len(codes))
	for at, code := range codes {
		b[at] = criteria.Unanswered.Letter()
		if v, ok := said[code]; ok {
			b[at] = v.Letter()
		}
	}
	return criteria.Answers(b)
}

// missing names, in Vietnamese, the columns without which there is no workbook of sheets.
func missing(f *sheet.Finder) []string {
	var list []string
	if f.Column(colAddress) < 0 {
		for _, c := range []struct{ name, title string }{{colNumber, titleNumber}, {colStreet, titleStreet}} {
			if f.Column(c.name) < 0 {
				list = append(list, c.title)
			}
		}
	}
	if len(items(f.Columns)) > 0 {
		return list
	}
	first := criteria.Version1()
	return slices.Concat(list, []string{first.Code(0) + "…" + first.Code(first.Len()-1)})
}
