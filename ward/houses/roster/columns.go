package roster

import (
	"slices"
	"strings"
)

// The columns of a roster, by the names under which the header finder knows them.
const (
	colSeq        = "seq"
	colGroup      = "group"
	colBeat       = "beat"
	colNumber     = "number"
	colStreet     = "street"
	colAlley      = "alley"
	colSubAlley   = "sub_alley"
	colInnerAlley = "inner_alley"
	colAddress    = "address"
	colHouseholds = "households"
	colHead       = "head"
	colPhone      = "phone"
	colNote       = "note"
	colFormerWard = "former_ward"
	colKind       = "kind"
	colStoreys    = "storeys"
	colRented     = "rented"
)

// headings are the ways in which rosters name their columns, as sheet.Label
// makes them: without marks, so that unmarked and misspelt marks match too.
var headings = map[string]string{
	"stt": colSeq, "tt": colSeq, "so tt": colSeq, "so thu tu": colSeq, "thu tu": colSeq,

	"to dan pho": colGroup, "tdp": colGroup, "to dp": colGroup, "to": colGroup, "to so": colGroup, "cum dan cu": colGroup, "cum": colGroup,
	"khu dan cu": colGroup, "to dan pho so": colGroup, "tdp so": colGroup,

	"khu vuc": colBeat, "kv": colBeat, "cskv": colBeat, "canh sat khu vuc": colBeat, "dia ban": colBeat,

	"so nha": colNumber, "sn": colNumber, "nha so": colNumber, "so": colNumber, "s nha": colNumber, "sonha": colNumber,

	"pho": colStreet, "duong": colStreet, "ten pho": colStreet, "ten duong": colStreet, "duong pho": colStreet, "pho duong": colStreet,
	"pho ngo": colStreet, "ngo pho": colStreet, "tuyen pho": colStreet, "pho duong ngo": colStreet, "duong pho ngo": colStreet,
	"ten duong pho": colStreet, "ten pho ngo": colStreet,

	"ngo": colAlley, "ngo ngach": colAlley, "ngo ngach hem": colAlley, "so ngo": colAlley, "ngach": colSubAlley, "so ngach": colSubAlley,
	"hem": colInnerAlley, "so hem": colInnerAlley,

	"dia chi": colAddress, "dia chi nha": colAddress, "dia chi so nha": colAddress, "noi o": colAddress, "dia chi day du": colAddress,

	"so ho": colHouseholds, "ho": colHouseholds, "tong so ho": colHouseholds, "so luong ho": colHouseholds, "sl ho": colHouseholds,
	"so ho dan": colHouseholds, "so ho gia dinh": colHouseholds, "ho gia dinh": colHouseholds, "ho dan": colHouseholds,
	"so ho gd": colHouseholds, "tong ho": colHouseholds, "soho": colHouseholds,

	"truong so nha": colHead, "truong sn": colHead, "ho va ten": colHead, "ho ten": colHead, "ten truong so nha": colHead,
	"nguoi dai dien": colHead, "dai dien": colHead,

	"dien thoai": colPhone, "so dien thoai": colPhone, "dt": colPhone, "sdt": colPhone, "so dt": colPhone, "dtdd": colPhone,
	"di dong": colPhone, "so may": colPhone, "dien thoai lien he": colPhone, "lien he": colPhone,

	"ghi chu": colNote, "gc": colNote, "g chu": colNote,

	"phuong cu": colFormerWard, "ten phuong cu": colFormerWard, "phuong truoc sap nhap": colFormerWard,

	"loai": colKind, "loai nha": colKind, "loai hinh": colKind, "loai so nha": colKind, "loai hinh nha": colKind,

	"so tang": colStoreys, "tang": colStoreys, "so ho thue": colRented, "ho thue": colRented, "so ho cho thue": colRented, "cho thue": colRented,
}

// totals are headings that under "Số hộ" mean the whole of it. Under it, "thường
// trú" and the like are parts: to take one for the whole would lose households.
var totals = []string{"tong", "tong so", "tong cong", "so luong", "chung", "cong"}

// know names a column from its heading and the one above it.
func know(label, parent string) string {
	if name, ok := headings[label]; ok {
		return underParent(name, label, parent)
	}
	if parent != "" && headings[parent] == colHouseholds && slices.Contains(totals, label) {
		return colHouseholds
	}
	if len(label) > 60 {
		return ""
	}
	words := " " + label + " "
	has := func(phrases ...string) bool {
		return slices.ContainsFunc(phrases, func(p string) bool { return strings.Contains(words, " "+p+" ") })
	}
	switch {
	case has("pho truong", "cap pho", "danh sach", "ket qua"):
		return ""
	case has("dien thoai", "sdt"):
		return colPhone
	case has("ghi chu"):
		return colNote
	case has("truong so nha", "ho va ten", "ho ten"):
		return colHead
	case has("phuong cu"):
		return colFormerWard
	case has("cskv", "canh sat khu vuc") || strings.HasPrefix(label, "khu vuc "):
		return colBeat
	case has("to dan pho", "tdp"):
		return colGroup
	case has("thue"):
		return colRented
	case strings.HasPrefix(label, "loai "):
		return colKind
	case strings.HasPrefix(label, "tong so ho ") || label == "so ho ho" || strings.HasPrefix(label, "so ho trong "):
		return colHouseholds
	case has("so nha", "dia chi") && has("pho", "duong", "dia chi"):
		return colAddress
	case has("so nha"):
		return colNumber
	case has("ten pho", "ten duong", "duong pho"):
		return colStreet
	}
	return ""
}

// underParent mends headings that mean something else under another one: "Số" or
// "Tên" under "Địa chỉ", "Số" under "Điện thoại".
func underParent(name, label, parent string) string {
	switch {
	case parent == "":
		if label == "so" {
			return ""
		}
	case label == "so" && headings[parent] == colPhone:
		return colPhone
	case label == "so" && headings[parent] != colAddress:
		return ""
	}
	return name
}
