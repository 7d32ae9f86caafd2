package civil

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

func TestNFC(t *testing.T) {
	for in, want := range map[string]string{
		"":                              "",
		"36A Hàng Bạc":                  "36A Hàng Bạc",
		norm.NFD.String("Hoàn Kiếm"):    "Hoàn Kiếm",
		"  36A \t Hàng\r\nBạc ":         "36A Hàng Bạc",
		"36A\u00a0Hàng\u3000Bạc\u00a0":  "36A Hàng Bạc",
		"Hàng\u200b Bạc\ufeff\u200e":    "Hàng Bạc",
		"Ho\u0061\u200d\u0300":          "Hoà",
		"a\x00b\x7f\u0085c\x1b":         "ab c",
		"hoà hòa":                       "hoà hòa",
		"Lỗi \xff đây":                  "Lỗi \ufffd đây",
		" ":                             "",
		"a ":                            "a",
		"\u202e36A Hàng Bạc":            "36A Hàng Bạc",
		"Đinh Liệt \u0009\u000b\u2028x": "Đinh Liệt x",
	} {
		if got := NFC(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

func TestNFCLines(t *testing.T) {
	got := NFCLines("\r\n  Kính gửi  \r\n\r\n\n ông/bà \u00a0x\rHết\u2028\n")
	if diff := cmp.Diff("Kính gửi\n\nông/bà x\nHết", got); diff != "" {
		t.Error(diff)
	}
}

func TestFold(t *testing.T) {
	for in, want := range map[string]string{
		"Đinh Liệt":                   "dinh liet",
		norm.NFD.String("ĐINH  LIỆT"): "dinh liet",
		"Hoà":                         "hoa", "Hòa": "hoa", "Hoạ": "hoa", "hoa": "hoa", "HOA": "hoa",
		"đĐÐƉð": "ddddd",
		"ằẳẵắặ ầẩẫấậ Ưữ Ợ Ỹ":   "aaaaa aaaaa uu o y",
		" 36A\u00a0 Hàng\tBạc": "36a hang bac",
		"":                     "",
		"  ":                   "",
		"36a hang bac":         "36a hang bac",
		"a  b":                 "a b",
		"b ":                   "b",
		"Hàng\u200b Bạc":       "hang bac",
		"İstanbul":             "istanbul",
		"Москва":               "москва",
	} {
		if got := Fold(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

// The fast path of Fold says what the slow one does, for every character there is.
func TestFoldOfEveryRune(t *testing.T) {
	for r := rune(0); r <= utf8.MaxRune; r++ {
		s := "a" + string(r) + "Z"
		got := Fold(s)
		if again := Fold(got); again != got {
			t.Fatalf("%U: folded %q, folded again %q", r, got, again)
		}
		if slow := foldSlow(s); slow != got {
			t.Fatalf("%U: %q, slowly %q", r, got, slow)
		}
		if nfd := Fold(norm.NFD.String(s)); nfd != got {
			t.Fatalf("%U: NFC %q, NFD %q", r, got, nfd)
		}
	}
}

func TestFoldProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.String().Draw(t, "s")
		folded := Fold(s)
		if Fold(folded) != folded {
			t.Fatalf("not idempotent: %q", folded)
		}
		if got := Fold(NFC(s)); got != folded {
			t.Fatalf("cleaned %q, raw %q", got, folded)
		}
		if clean := NFC(s); NFC(clean) != clean || !norm.NFC.IsNormalString(clean) {
			t.Fatalf("NFC is not NFC: %q", clean)
		}
	})
}

func vector(s string) []string { return strings.Split(s, ", ") }

// The vectors of domain.md §7.5a.
func TestSortKey(t *testing.T) {
	for _, want := range [][]string{
		vector("Anh, Ánh, Ăn, Ân, Ba, Bà, Bả, Bã, Bá, Bạ, Dao, Dũng, Dương, Đào, Đăng, Oanh, Ông, Ơn, Uy, Ưu"),
		vector("9, 12/5, 12/5/7, 12/15, 36, 36A, 36B, 100"),
		vector("Hàng Bạc, Hàng Bồ, Hàng Buồm, Hàng Dầu, Hàng Đào"),
	} {
		for _, form := range []norm.Form{norm.NFC, norm.NFD} {
			got := slices.Clone(want)
			slices.Reverse(got)
			slices.SortFunc(got, func(a, b string) int { return bytes.Compare(SortKey(form.String(a)), SortKey(b)) })
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		}
	}
	if bytes.Equal(SortKey("Hoà"), SortKey("Hoa")) {
		t.Error("a tone makes no difference")
	}
}

func TestSortKeyOrdersNumbersByValue(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.IntRange(0, 1e9).Draw(t, "a"), rapid.IntRange(0, 1e9).Draw(t, "b")
		got := bytes.Compare(SortKey("Số "+plainInt(a)), SortKey("Số "+plainInt(b)))
		want := 0
		if a < b {
			want = -1
		} else if a > b {
			want = 1
		}
		if got != want {
			t.Fatalf("%d and %d: %d", a, b, got)
		}
	})
}

func plainInt(n int) string { return strings.ReplaceAll(Int(n), ".", "") }

func TestSortKeyIsTheSameInNFCAndNFD(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := strings.Join(rapid.SliceOf(syllables()).Draw(t, "words"), " ")
		if !bytes.Equal(SortKey(s), SortKey(norm.NFD.String(s))) {
			t.Fatal(s)
		}
	})
}

func TestMatchRank(t *testing.T) {
	for query, want := range map[string][]string{ // best first
		"hàng đào":   {"Hàng Đào", "Hàng Đào B", "Ngõ Hàng Đào", "Hàng Dao", "Hàng Đáo", "Đào Hàng"},
		"hang dao":   {"Hang Dao", "Hàng Đào", "Hàng Đào B", "Ngõ Hàng Đào", "Đào 5 Hàng"},
		"hoa":        {"Hoa", "Hoa Lư", "Hoà", "Hòa Mã", "Phố Hoạ"},
		"dinh liet":  {"Đinh Liệt", "Phố Đinh Liệt"},
		"Đinh  LIỆT": {"Đinh Liệt", "Dinh Liet"},
		"36 bac":     {"36 Bạc", "36A Hàng Bạc"},
	} {
		got := slices.Clone(want)
		slices.Reverse(got)
		slices.SortStableFunc(got, func(a, b string) int { return MatchRank(query, b) - MatchRank(query, a) })
		for _, text := range got {
			if MatchRank(query, text) == 0 {
				t.Errorf("%q does not find %q", query, text)
			}
		}
		sameRank := func(a, b string) bool { return a == b || MatchRank(query, a) == MatchRank(query, b) }
		if !slices.EqualFunc(got, want, sameRank) {
			t.Errorf("%q: %q, want %q", query, got, want)
		}
	}
	for _, text := range []string{"Hòa", "Hoà", norm.NFD.String("Hòa"), "HOÀ"} {
		if MatchRank("hoà", text) != matchWhole+matchExact {
			t.Errorf("%q is not exact", text)
		}
	}
	for query, text := range map[string]string{"hang bo": "Hàng Bạc", "": "Hàng Bạc", "bac x": "Hàng Bạc", "hang": ""} {
		if rank := MatchRank(query, text); rank != 0 {
			t.Errorf("%q in %q ranks %d", query, text, rank)
		}
	}
	if MatchRank("ang", "Hàng Bạc") >= MatchRank("bac", "Hàng Bạc") {
		t.Error("inside a word counts as much as at its beginning")
	}
	if !Contains("Đinh Liệt", norm.NFD.String("ĐINH L")) || Contains("Hàng Bạc", "bo") {
		t.Error("Contains is wrong")
	}
}

func TestNames(t *testing.T) {
	if got := GivenName(" Nguyễn Thị  Bích Liên "); got != "Liên" {
		t.Error(got)
	}
	if got := GivenName("Liên"); got != "Liên" {
		t.Error(got)
	}
	want := vector("Trần Văn An, Lê Thị Anh, Lê Văn Anh, Nguyễn Anh, Nguyễn Bá Anh, Bùi Ánh, Đỗ Ân, Phạm Văn Dũng, An Thị Đào, Liên, Bùi Thị Liên, Vũ Liên")
	got := slices.Clone(want)
	slices.Reverse(got)
	slices.SortFunc(got, func(a, b string) int { return bytes.Compare(NameKey(norm.NFD.String(a)), NameKey(b)) })
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func FuzzFold(f *testing.F) {
	f.Add("ĐINH LIỆT")
	f.Add("a\xff\u200b\u0300 ")
	f.Fuzz(func(t *testing.T, s string) {
		folded := Fold(s)
		if Fold(folded) != folded || Fold(NFC(s)) != folded || !utf8.ValidString(folded) {
			t.Fatalf("%q → %q → %q, from NFC %q", s, folded, Fold(folded), Fold(NFC(s)))
		}
	})
}

func TestLowerFirst(t *testing.T) {
	for in, want := range map[string]string{"": "", "Đạt an toàn": "đạt an toàn", "Ở tầng 1": "ở tầng 1", "36A": "36A", "đã": "đã", "Ô": "ô"} {
		if got := LowerFirst(in); got != want {
			t.Errorf("LowerFirst(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestUpperFirst(t *testing.T) {
	for in, want := range map[string]string{"": "", "tổ dân phố 5": "Tổ dân phố 5", "ở tầng 1": "Ở tầng 1", "36A": "36A", "đã": "Đã", "Ô": "Ô"} {
		if got := UpperFirst(in); got != want {
			t.Errorf("UpperFirst(%q) = %q, want %q", in, got, want)
		}
	}
}

func BenchmarkFold(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		Fold("36A Phố Hàng Bạc, phường Hoàn Kiếm")
	}
}

func BenchmarkFoldFolded(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		Fold("36a pho hang bac, phuong hoan kiem")
	}
}

func BenchmarkSortKey(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		SortKey("36A Hàng Bạc")
	}
}
