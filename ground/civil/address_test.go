package civil

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

func TestParseHouseNumber(t *testing.T) {
	for _, c := range []struct {
		in, text, key, alley string
		main                 int
		side                 Side
	}{
		{"36A", "36A", "36a", "", 36, Even},
		{"36 A", "36A", "36a", "", 36, Even},
		{"36a", "36A", "36a", "", 36, Even},
		{"36 đ", "36Đ", "36đ", "", 36, Even},
		{"36D", "36D", "36d", "", 36, Even},
		{"122 b", "122B", "122b", "", 122, Even},
		{"36A1", "36A1", "36a1", "", 36, Even},
		{"36-38", "36-38", "36-38", "", 36, Even},
		{"101 - 103", "101-103", "101-103", "", 101, Odd},
		{"36–38", "36-38", "36-38", "", 36, Even},
		{"36+38", "36-38", "36-38", "", 36, Even},
		{"36 và 38", "36-38", "36-38", "", 36, Even},
		{"36, 38", "36-38", "36-38", "", 36, Even},
		{"36A-B", "36A-B", "36a-b", "", 36, Even},
		{"36A-36B", "36A-36B", "36a-36b", "", 36, Even},
		{"36/2", "36/2", "36/2", "36", 36, Even},
		{"12/5/7", "12/5/7", "12/5/7", "12 5", 12, Even},
		{"12 / 5 / 7", "12/5/7", "12/5/7", "12 5", 12, Even},
		{"12/5A", "12/5A", "12/5a", "12", 12, Even},
		{"6 bis", "6 bis", "6bis", "", 6, Even},
		{"6BIS", "6 bis", "6bis", "", 6, Even},
		{"6bis", "6 bis", "6bis", "", 6, Even},
		{"36A bis", "36A bis", "36abis", "", 36, Even},
		{"Số 36 (gác 2)", "36 (gác 2)", "36", "", 36, Even},
		{"số 36 gác 2", "36 (gác 2)", "36", "", 36, Even},
		{"Tầng 3, số 36", "36 (tầng 3)", "36", "", 36, Even},
		{"36 (gác xép)", "36 (gác xép)", "36", "", 36, Even},
		{"số nhà 36", "36", "36", "", 36, Even},
		{"SN 36", "36", "36", "", 36, Even},
		{"SN36", "36", "36", "", 36, Even},
		{"S.36", "36", "36", "", 36, Even},
		{"Số: 36", "36", "36", "", 36, Even},
		{"nhà số 36", "36", "36", "", 36, Even},
		{"05", "5", "5", "", 5, Odd},
		{"36.0", "36", "36", "", 36, Even},
		{"３６Ａ", "36A", "36a", "", 36, Even},
		{"  36\u00a0", "36", "36", "", 36, Even},
		{"P.203 nhà B2", "B2 (P.203)", "b2", "", 0, NoSide},
		{"P203", "P203", "p203", "", 0, NoSide},
		{"lô 5", "lô 5", "lô5", "", 0, NoSide},
		{"trong ngõ 5", "ngõ 5", "ngõ5", "5", 5, Odd},
		{"ngõ 5", "ngõ 5", "ngõ5", "5", 5, Odd},
		{"NGÕ 5", "ngõ 5", "ngõ5", "5", 5, Odd},
		{"7 ngõ 12", "12/7", "12/7", "12", 12, Even},
		{"Số 5 ngõ 85", "85/5", "85/5", "85", 85, Odd},
		{"số 7, hẻm 12/5/3", "12/5/3/7", "12/5/3/7", "12 5 3", 12, Even},
		{"số 7 hẻm 3 ngách 12/5", "12/5/3/7", "12/5/3/7", "12 5 3", 12, Even},
		{"số 7, ngách 5, ngõ 12", "12/5/7", "12/5/7", "12 5", 12, Even},
		{"ngõ 12 ngách 12/5 số 7", "12/5/7", "12/5/7", "12 5", 12, Even},
		{"7 (ngõ 12)", "12/7", "12/7", "12", 12, Even},
		{"36 bis ngõ 12", "12/36 bis", "12/36bis", "12", 12, Even},
		{"nhà không số", "không số", "khôngsố", "", 0, NoSide},
		{"Không số", "không số", "khôngsố", "", 0, NoSide},
		{"nhà không số trong ngõ 5", "không số, ngõ 5", "khôngsố,ngõ5", "5", 5, Odd},
		{"A12", "A12", "a12", "", 0, NoSide},
	} {
		for _, in := range []string{c.in, norm.NFD.String(c.in), " " + c.in + " "} {
			n, err := ParseHouseNumber(in)
			if err != nil {
				t.Errorf("%q: %v", in, err)
				continue
			}
			if n.Text != c.text || n.Key != c.key || strings.Join(n.Alley, " ") != c.alley || n.Main != c.main || n.Side != c.side {
				t.Errorf("%q: got %+v", in, n)
			}
			if n.Raw != NFC(in) {
				t.Errorf("%q: raw %q", in, n.Raw)
			}
			again, err := ParseHouseNumber(n.Text)
			if err != nil || again.Key != n.Key || again.Text != n.Text {
				t.Errorf("%q: %q read again: %+v %v", in, n.Text, again, err)
			}
		}
	}
}

func TestParseHouseNumberRefuses(t *testing.T) {
	for in, want := range map[string]error{
		"":                    ErrNoHouseNumber,
		"  ":                  ErrNoHouseNumber,
		"?":                   ErrNoHouseNumber,
		"chưa rõ":             ErrNoHouseNumber,
		"Đình Kim Ngân":       ErrNoHouseNumber,
		"2026-05-12":          ErrNumberIsDate,
		"2026-05-12 00:00:00": ErrNumberIsDate,
		"12/05/2026":          ErrNumberIsDate,
		"12-May":              ErrNumberIsDate,
		"46154":               ErrNumberIsDate,
		"46154.0":             ErrNumberIsDate,
		"36A Hàng Bạc":        ErrNumberUnread,
		"0901000318":          ErrNumberUnread,
		"36.5":                ErrNumberUnread,
		"36/":                 ErrNumberUnread,
		"36-":                 ErrNumberUnread,
		"#REF!":               ErrNoHouseNumber,
	} {
		if n, err := ParseHouseNumber(in); !errors.Is(err, want) {
			t.Errorf("%q: got %+v, %v; want %v", in, n, err, want)
		}
	}
}

func TestDifferentNumbersDiffer(t *testing.T) {
	seen := map[string]string{}
	for _, in := range []string{"36", "36A", "36Đ", "36D", "36 bis", "36-38", "36/38", "3/638", "A36", "36A1", "ngõ 36", "lô 36", "không số", "38/36"} {
		n, err := ParseHouseNumber(in)
		if err != nil {
			t.Fatalf("%q: %v", in, err)
		}
		if other, ok := seen[n.Key]; ok {
			t.Errorf("%q and %q are taken for one house", in, other)
		}
		seen[n.Key] = in
	}
}

func TestHouseNumbersSort(t *testing.T) {
	want := []string{"9", "12/5", "12/5/7", "12/15", "36", "36A", "36B", "100"}
	got := slices.Clone(want)
	slices.Reverse(got)
	slices.SortFunc(got, func(a, b string) int { return bytes.Compare(SortKey(a), SortKey(b)) })
	if !slices.Equal(got, want) {
		t.Errorf("got %v", got)
	}
}

func TestHouseNumberIn(t *testing.T) {
	n, _ := ParseHouseNumber("7")
	if got := n.In("12", "5"); got.Text != "12/5/7" || got.Main != 12 || got.Raw != "7" {
		t.Errorf("got %+v", got)
	}
	n, _ = ParseHouseNumber("12/5/7 (gác 2)")
	if got := n.In("12"); got.Text != "12/5/7 (gác 2)" {
		t.Errorf("alley repeated: %+v", got)
	}
}

func TestParseAddress(t *testing.T) {
	for _, c := range []struct {
		in, number, street string
		err                error
	}{
		{"36A Hàng Bạc", "36A", "Hàng Bạc", nil},
		{"36 A Hàng Bạc", "36A", "Hàng Bạc", nil},
		{"36 P. Hàng Bạc", "36", "Hàng Bạc", nil},
		{"36 p Hàng Bạc", "36", "Hàng Bạc", nil},
		{"36 Đ. Hàng Bạc", "36", "Hàng Bạc", nil},
		{"số 36-38 phố HÀNG BẠC, phường Hoàn Kiếm, Hà Nội", "36-38", "Hàng Bạc", nil},
		{"Số 5 ngõ 85 phố Hàng Buồm", "85/5", "Hàng Buồm", nil},
		{"Số 5, ngõ 85, phố Hàng Buồm", "85/5", "Hàng Buồm", nil},
		{"12/5/7 Hàng Bạc", "12/5/7", "Hàng Bạc", nil},
		{"7 Ngõ Gạch", "7", "Ngõ Gạch", nil},
		{"7 ngõ Gạch - TDP 1", "7", "Ngõ Gạch", nil},
		{"Số 36 (gác 2) Hàng Bạc", "36 (gác 2)", "Hàng Bạc", nil},
		{"gác 2, số 36 Hàng Bạc", "36 (gác 2)", "Hàng Bạc", nil},
		{"ngõ 5 Hàng Bạc", "ngõ 5", "Hàng Bạc", nil},
		{"phố Hàng Bạc, số 36A", "36A", "Hàng Bạc", nil},
		{"Hàng Bạc 36A", "36A", "Hàng Bạc", nil},
		{"9 Đường Thành", "9", "Đường Thành", nil},
		{"1 Ô Quan Chưởng", "1", "Ô Quan Chưởng", nil},
		{"không số Hàng Bạc", "không số", "Hàng Bạc", nil},
		{"Hàng Bạc", "", "Hàng Bạc", ErrNoHouseNumber},
		{"36A", "36A", "", ErrNoStreet},
		{"", "", "", ErrNoHouseNumber},
	} {
		for _, in := range []string{c.in, norm.NFD.String(c.in)} {
			n, s, err := ParseAddress(in)
			if n.Text != c.number || s.Name != c.street || !errors.Is(err, c.err) {
				t.Errorf("%q: got %q, %q, %v", in, n.Text, s.Name, err)
			}
		}
	}
}

func TestParseStreet(t *testing.T) {
	for in, want := range map[string]string{
		"Hàng Buồm": "Hàng Buồm", "phố Hàng Buồm": "Hàng Buồm", "P. Hàng Buồm": "Hàng Buồm", "P.Hàng Buồm": "Hàng Buồm",
		"HÀNG BUỒM": "Hàng Buồm", "  Hàng Buồm\u00a0": "Hàng Buồm", "hàng buồm": "Hàng Buồm", "Phố: Hàng Buồm": "Hàng Buồm",
		"PHỐ HÀNG BUỒM": "Hàng Buồm", "Hàng buồm": "Hàng Buồm", "đường Lý Thái Tổ": "Lý Thái Tổ", "Đ. Lý Thái Tổ": "Lý Thái Tổ",
		"Ngõ Gạch": "Ngõ Gạch", "NGÕ PHẤT LỘC": "Ngõ Phất Lộc", "ngõ Tạm Thương": "Ngõ Tạm Thương", "phố Ngõ Huyện": "Ngõ Huyện", "Ngõ Trạm": "Ngõ Trạm", "Ngõ Trung Yên": "Ngõ Trung Yên",
		"Đường Thành": "Đường Thành", "phố Đường Thành": "Đường Thành", "phố Hàng Đường": "Hàng Đường", "Phó Đức Chính": "Phó Đức Chính",
		"KHU TẬP THỂ II": "Khu Tập Thể II", "": "", "123": "", "-": "",
	} {
		for _, in := range []string{in, norm.NFD.String(in)} {
			s := ParseStreet(in)
			if s.Name != want || len(s.Alley) > 0 {
				t.Errorf("%q: got %+v", in, s)
			}
			if want != "" && s.Key != ParseStreet(want).Key {
				t.Errorf("%q: key %q", in, s.Key)
			}
		}
	}
	for _, in := range []string{"ngõ 12 Hàng Bạc", "Ngõ 12, phố Hàng Bạc", "trong ngõ 12 phố Hàng Bạc"} {
		in = strings.TrimPrefix(in, "trong ")
		if s := ParseStreet(in); s.Name != "Hàng Bạc" || !slices.Equal(s.Alley, []string{"12"}) {
			t.Errorf("%q: got %+v", in, s)
		}
	}
	if ParseStreet("Hàng Dầu").Key == ParseStreet("Hàng Đậu").Key {
		t.Error("Hàng Dầu and Hàng Đậu are two streets")
	}
	if ParseStreet("Phố Hoà Mã").Key != ParseStreet("Hòa Mã").Key {
		t.Error("hoà and hòa are one spelling")
	}
}

func TestParseGroupAndBeat(t *testing.T) {
	for in, want := range map[string]string{
		"TDP số 1": "Tổ dân phố 1", "Tổ dân phố 1": "Tổ dân phố 1", "Tổ 1": "Tổ dân phố 1", "TDP1": "Tổ dân phố 1", "tdp 01": "Tổ dân phố 1",
		"TDP S.1": "Tổ dân phố 1", "Tổ DP 1": "Tổ dân phố 1", "1": "Tổ dân phố 1", "1.0": "Tổ dân phố 1", "to dan pho so 1": "Tổ dân phố 1", "TỔ DÂN PHỐ 1": "Tổ dân phố 1",
		"Tổ 1a": "Tổ dân phố 1A", "TDP Hàng Bạc": "Tổ dân phố Hàng Bạc", "Cụm 3": "Cụm dân cư 3", "Tô Hoàng": "Tô Hoàng", "": "",
	} {
		for _, in := range []string{in, norm.NFD.String(in)} {
			if g := ParseGroup(in); g.Name != want || g.Key != ParseGroup(want).Key {
				t.Errorf("%q: got %+v", in, g)
			}
		}
	}
	for in, want := range map[string]string{
		"KV 1": "Khu vực 1", "KV1": "Khu vực 1", "Khu vực 1": "Khu vực 1", "khu vực số 01": "Khu vực 1", "Khu vực CSKV 1": "Khu vực 1", "CSKV 1": "Khu vực 1", "1": "Khu vực 1", "": "",
	} {
		for _, in := range []string{in, norm.NFD.String(in)} {
			if b := ParseBeat(in); b.Name != want || b.Key != ParseBeat(want).Key {
				t.Errorf("%q: got %+v", in, b)
			}
		}
	}
	if ParseGroup("Tổ 1").Key == ParseGroup("Tổ 11").Key {
		t.Error("Tổ 1 and Tổ 11 are two groups")
	}
}

// TestAnySpellingOneKey builds numbers and writes each in several ways.
func TestAnySpellingOneKey(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		figure := rapid.StringMatching(`[1-9][0-9]{0,2}`)
		letter := rapid.SampledFrom([]string{"", "A", "B", "C", "D", "Đ", "A1"})
		number := figure.Draw(t, "number") + letter.Draw(t, "letter")
		alley := rapid.SliceOfN(figure, 0, 3).Draw(t, "alley")
		unit := rapid.SampledFrom([]string{"", "gác 2", "tầng 1", "P.203"}).Draw(t, "unit")
		slash := strings.Join(append(slices.Clone(alley), number), "/")
		words := "Số " + number
		for i, a := range slices.Backward(alley) {
			words += ", " + []string{"ngõ", "ngách", "hẻm"}[i] + " " + a
		}
		want, err := ParseHouseNumber(slash)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(want.Alley, alley) && len(alley) > 0 {
			t.Fatalf("alley %v of %q", want.Alley, slash)
		}
		repeats := len(alley) > 1 && (alley[0] == alley[1] || len(alley) > 2 && (alley[1] == alley[2] || alley[0] == alley[2]))
		spellings := []string{strings.ToLower(slash), "SN " + slash, strings.ReplaceAll(slash, "/", " / ")}
		if !repeats { // "ngách 5, ngõ 5" may be 5/5 or ngách 5 named from the street
			spellings = append(spellings, words, strings.ToUpper(words))
		}
		for _, s := range spellings {
			if unit != "" {
				s += " (" + unit + ")"
			}
			got, err := ParseHouseNumber(norm.NFD.String(s))
			if err != nil || got.Key != want.Key || got.Unit != unit && !strings.EqualFold(got.Unit, unit) {
				t.Fatalf("%q: %+v %v, want key %q", s, got, err, want.Key)
			}
			address, street, err := ParseAddress(s + " phố Hàng Bạc")
			if err != nil || address.Key != want.Key || street.Name != "Hàng Bạc" {
				t.Fatalf("%q: %+v %+v %v", s, address, street, err)
			}
		}
	})
}

func FuzzParseHouseNumber(f *testing.F) {
	for _, s := range []string{"36A", "36 A", "36-38", "36+38", "12/5/7", "36 bis", "Số 36 (gác 2)", "P.203 nhà B2", "trong ngõ 5", "số 7, hẻm 12/5/3", "nhà không số", "36.0", "2026-05-12", "lô 5 ngõ 3", "A-B", "(36)", "１２"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if _, street, err := ParseAddress(s); err == nil {
			if again := ParseStreet(street.Name); again.Name == "" {
				t.Fatalf("%q: street %q cannot be read again", s, street.Name)
			}
		}
		n, err := ParseHouseNumber(s)
		if err != nil {
			return
		}
		if n.Key == "" || n.Text == "" || n.Text != NFC(n.Text) {
			t.Fatalf("%q: %+v", s, n)
		}
		again, err := ParseHouseNumber(n.Text)
		if err != nil || again.Key != n.Key {
			t.Fatalf("%q: %q read again: %+v %v", s, n.Text, again, err)
		}
	})
}
