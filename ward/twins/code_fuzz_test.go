package twins

import "testing"

// Whatever is typed or scanned is a code or is not; what is read is shown and read again as the same.
func FuzzParseCode(f *testing.F) {
	for _, text := range []string{string(makeCode("a", 0)), makeCode("b", 1).Shown(), "", "https://sonha.example/t/ABC-DEF-GHJ", "ÀÁ\x00", "o0l1-o0l1-o0"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		c, ok := ParseCode(text)
		if !ok {
			return
		}
		if again, ok := ParseCode(c.Shown()); !ok || again != c {
			t.Fatalf("%q is %q, shown %q, read again %q", text, c, c.Shown(), again)
		}
	})
}
