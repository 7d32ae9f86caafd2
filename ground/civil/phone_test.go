package civil

import (
	"errors"
	"strconv"
	"testing"

	"pgregory.net/rapid"
)

func TestParsePhone(t *testing.T) {
	for in, want := range map[string]Phone{
		"+84912345678":       "+84912345678",
		"0912.345.678":       "+84912345678",
		"0912 345 678":       "+84912345678",
		"0912-345-678":       "+84912345678",
		" 0912\u00a0345 678": "+84912345678",
		"84912345678":        "+84912345678",
		"0084912345678":      "+84912345678",
		"+84 (0)912 345 678": "+84912345678",
		"'0912345678":        "+84912345678",
		"912345678":          "+84912345678",
		"901000318":          "+84901000318",
		"9.01000318E8":       "+84901000318",
		"9,01000318E+08":     "+84901000318",
		"901000318.0":        "+84901000318",
		"9.01E8":             "+84901000000",
		"843456789":          "+84843456789", // 084… without its zero
		"0321234567":         "+84321234567",
		"0561234567":         "+84561234567",
		"0781234567":         "+84781234567",
		"0861234567":         "+84861234567",
		"024 3825 1234":      "+842438251234",
		"(024) 38251234":     "+842438251234",
		"+84 24 3825 1234":   "+842438251234",
		"2438251234":         "+842438251234",
		"2.438251234E9":      "+842438251234",
	} {
		if got, err := ParsePhone(in); got != want || err != nil {
			t.Errorf("%q: %q %v, want %q", in, got, err, want)
		}
	}
	for _, in := range []string{
		"", " ", "không có", "113", "0412345678", "0112345678", "0212345678", "091234567", "09123456789",
		"+85912345678", "+0912345678", "9.01E+08", "9.0100031E+8", "901000318.5", "0912345678x", "091234567８",
		"028 3822 1234", "024 0825 1234", "024 3825 123", "001092012345", "0912345678 / 0987654321", "00", "+84", "1E99", "0984",
	} {
		if got, err := ParsePhone(in); got != "" || !errors.Is(err, ErrPhone) {
			t.Errorf("%q: %q %v, want ErrPhone", in, got, err)
		}
	}
}

func TestPhoneDisplay(t *testing.T) {
	for p, want := range map[Phone]string{
		"+84912345678":  "0912 345 678",
		"+842438251234": "024 3825 1234",
		"":              "",
		"+1":            "+1",
	} {
		if got := p.Display(); got != want {
			t.Errorf("%q: %q, want %q", p, got, want)
		}
	}
	if got := Phone("+84912345678").Local(); got != "0912345678" {
		t.Error(got)
	}
}

func TestPhonesReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := Phone("+84" + rapid.StringMatching(`[35789][0-9]{8}|24[2-9][0-9]{7}`).Draw(t, "national"))
		for _, form := range []string{want.Display(), want.Local(), want.Local()[1:], string(want), string(want[1:])} {
			if got, err := ParsePhone(form); got != want {
				t.Fatalf("%q: %q %v", form, got, err)
			}
		}
		n, err := strconv.ParseFloat(want.Local(), 64)
		if err != nil {
			t.Fatal(err)
		}
		for _, cell := range []string{strconv.FormatFloat(n, 'f', 1, 64), strconv.FormatFloat(n, 'E', 9, 64)} {
			got, err := ParsePhone(cell)
			if mobileCell := want[3] != '2'; got != want && (mobileCell || got != "") {
				t.Fatalf("%q: %q %v, want %q", cell, got, err, want)
			}
		}
	})
}

func FuzzParsePhone(f *testing.F) {
	for _, seed := range []string{"0912 345 678", "9.01000318E8", "+84 24 3825 1234", "1E99"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p, err := ParsePhone(s)
		if err != nil {
			return
		}
		if again, err := ParsePhone(p.Display()); again != p || err != nil {
			t.Fatalf("%q: %q shown as %q reads %q %v", s, p, p.Display(), again, err)
		}
	})
}
