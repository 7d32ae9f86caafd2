package civil

import (
	"strings"
	"testing"
	"unicode"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

func TestLegacyBytes(t *testing.T) {
	for text, want := range map[string]string{
		"Hµng B¹c":               TCVN3,
		"Hµng §µo":               TCVN3,
		"Hµng":                   TCVN3,
		"NguyÔn V¨n B×nh":        TCVN3,
		"TrÇn ThÞ H\u00adêng":    TCVN3,
		"36A phè Hµng B¹c":       TCVN3,
		"TrÇn":                   TCVN3,
		"®−êng Lª Th¸i Tæ":       TCVN3,
		"HµNG B¹C":               TCVN3,
		"Haøng Baïc":             VNI,
		"HAØNG BAÏC":             VNI,
		"Nguyeãn Vaên Bình":      VNI,
		"Traàn Thò Höôøng":       VNI,
		"Ñinh Lieät":             VNI,
		"H\xb5ng B\xb9c;36A":     TCVN3,
		"Ha\xf8ng Ba\xefc;36A":   VNI,
		"":                       "",
		"Hàng Bạc":               "",
		"Hoà, Hòa, thuỷ, quý":    "",
		"Số 36, ngách 12/5":      "",
		"Đắk Lắk, Krông Nô, Niê": "",
		"café, naïve, Loïc, Zoë": "",
		"Loïc":                   "",
		"José García, Muñoz":     "",
		"für Köln, schön, Björn": "",
		"Haïti et Israël":        "",
		"5 µm, 10 µg, m², 1½":    "",
		"N·m, m×n, 20 °C ± 3":    "",
		"© 2026 «Sonha»®, §5":    "",
		"36A Hang Bac":           "",
		"1.586; 89,0 %":          "",
		"—…“”":                   "",
		"\xff\xfe\x00":           "",
		"東京 Москва":              "",
	} {
		got, yes := LegacyBytes(text)
		if got != want || yes != (want != "") {
			t.Errorf("%q: %q %v, want %q", text, got, yes, want)
		}
		if b, _ := LegacyBytes([]byte(text)); b != got {
			t.Errorf("%q: %q as bytes", text, b)
		}
	}
}

// syllables draws a correct Vietnamese syllable, in any case.
func syllables() *rapid.Generator[string] {
	onset := rapid.SampledFrom(keysOf(onsets))
	rime := rapid.SampledFrom(keysOf(rimes))
	return rapid.Custom(func(t *rapid.T) string {
		word := rime.Draw(t, "rime")
		if rapid.Bool().Draw(t, "with onset") {
			word = onset.Draw(t, "onset") + word
		}
		tones := []string{"", "\u0300", "\u0301", "\u0309", "\u0303", "\u0323"}
		if strings.ContainsAny(word[len(word)-1:], "cpt") || strings.HasSuffix(word, "ch") {
			tones = []string{"\u0301", "\u0323"}
		}
		word = putTone(word, rapid.SampledFrom(tones).Draw(t, "tone"))
		switch rapid.IntRange(0, 3).Draw(t, "case") {
		case 0:
			return strings.ToUpper(word)
		case 1:
			r := []rune(word)
			r[0] = unicode.ToUpper(r[0])
			return string(r)
		}
		return word
	})
}

// putTone puts the tone on a vowel that may carry it: the last one that has a
// circumflex, breve or horn, else the last one that does not glide.
func putTone(word, tone string) string {
	runes := []rune(word)
	at := -1
	for i, r := range runes {
		if strings.ContainsRune("aeiouy", r) && (at < 0 || i < len(runes)-1 || !glides(word)) {
			at = max(at, i)
		}
	}
	for i, r := range runes {
		if strings.ContainsRune("ăâêôơư", r) {
			at = i
		}
	}
	return norm.NFC.String(string(runes[:at+1]) + tone + string(runes[at+1:]))
}

func keysOf(set map[string]bool) (keys []string) {
	for key := range set {
		keys = append(keys, key)
	}
	return keys
}

func TestProperVietnameseIsNeverLegacy(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(syllables(), 1, 8).Draw(t, "words"), " ")
		for _, s := range []string{text, norm.NFD.String(text)} {
			if name, yes := LegacyBytes(s); yes {
				t.Fatalf("%q is taken for %s", s, name)
			}
		}
	})
}

func TestEnglishAndNumbersAreNeverLegacy(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[ -~–—“”’€]{0,60}`).Draw(t, "text")
		if name, yes := LegacyBytes(text); yes {
			t.Fatalf("%q is taken for %s", text, name)
		}
	})
}

// Ordinary names and addresses, written in either encoding as text or as bytes,
// are recognised as what they are.
func TestConvertedTextIsRecognised(t *testing.T) {
	texts := []string{
		"Nguyễn Văn Bình", "Trần Thị Hường", "Lê Thái Tổ", "Hàng Bạc", "Hàng Đào", "Đinh Liệt", "Lương Ngọc Quyến",
		"Phạm Thị Bích Liên", "Vũ Đức Thắng", "Đặng Thuỳ Trâm", "Hoàng Quốc Việt", "Bùi Xuân Phái", "Phố Cầu Gỗ",
		"Ngõ Phất Lộc", "Tạ Hiện", "Mã Mây", "Hàng Buồm", "Đồng Xuân", "Số điện thoại", "Tổ dân phố số 5",
	}
	for _, text := range texts {
		for _, small := range []string{text, strings.ToLower(text)} {
			tcvn3, vni := writeTCVN3(small), writeVNI(small)
			if name, _ := LegacyBytes(tcvn3); name != TCVN3 {
				t.Errorf("%s: %q is %q", small, tcvn3, name)
			}
			if name, _ := LegacyBytes(toLatin1(tcvn3)); name != TCVN3 {
				t.Errorf("%s: bytes are %q", small, name)
			}
			if name, _ := LegacyBytes(vni); name != VNI {
				t.Errorf("%s: %q is %q", small, vni, name)
			}
			if name, _ := LegacyBytes(toLatin1(vni)); name != VNI {
				t.Errorf("%s: bytes are %q", small, name)
			}
		}
	}
}

func writeTCVN3(s string) string {
	return strings.Map(func(r rune) rune {
		for from, to := range tcvn3Letters {
			if to == unicode.ToLower(r) && from <= 0xff && (from >= 0xa8) {
				return from
			}
		}
		return r
	}, s)
}

func writeVNI(s string) string {
	var b strings.Builder
	for _, r := range s {
		b.WriteString(vniOf(r))
	}
	return b.String()
}

func vniOf(r rune) string {
	small := unicode.ToLower(r)
	for from, to := range vniLetters {
		if to == string(small) {
			return string(from)
		}
	}
	for _, letter := range "aeouyôö" {
		written, _ := readVNI(string(letter))
		for mark, marks := range vniMarks {
			if vniCarries(letter, mark) && norm.NFC.String(written+marks) == string(small) {
				return string(letter) + string(mark)
			}
		}
	}
	return string(r)
}

func toLatin1(s string) []byte {
	var out []byte
	for _, r := range s {
		out = append(out, byte(r))
	}
	return out
}

func FuzzLegacyBytes(f *testing.F) {
	f.Add([]byte("H\xb5ng B\xb9c"))
	f.Add([]byte("Haøng Baïc"))
	f.Fuzz(func(t *testing.T, b []byte) {
		name, yes := LegacyBytes(b)
		if yes != (name != "") {
			t.Fatal(name, yes)
		}
	})
}
