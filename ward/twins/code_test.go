package twins

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestACodeIsReadAsPeopleTypeIt(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := makeCode(rapid.String().Draw(t, "subject"), rapid.IntRange(0, 8).Draw(t, "attempt"))
		typed := strings.NewReplacer("0", "o", "1", "l").Replace(strings.ToLower(c.Shown()))
		for _, text := range []string{string(c), c.Shown(), typed, " " + strings.ReplaceAll(typed, "-", " ")} {
			if got, ok := ParseCode(text); !ok || got != c {
				t.Fatalf("%q was read as %q, %v; want %q", text, got, ok, c)
			}
		}
	})
}

// One wrong digit, or two neighbours swapped, never lead to somebody else's sheet.
func TestAMistypedCodeIsNoCode(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := makeCode(rapid.String().Draw(t, "subject"), 0)
		at := rapid.IntRange(0, codeLen-1).Draw(t, "at")
		other := digits[rapid.IntRange(0, len(digits)-1).Draw(t, "digit")]
		if wrong := string(c[:at]) + string(other) + string(c[at+1:]); wrong != string(c) {
			if _, ok := ParseCode(wrong); ok {
				t.Fatalf("%s was taken for %s", wrong, c)
			}
		}
		if at > 0 && c[at-1] != c[at] {
			swapped := string(c[:at-1]) + string(c[at]) + string(c[at-1]) + string(c[at+1:])
			if _, ok := ParseCode(swapped); ok {
				t.Fatalf("%s was taken for %s", swapped, c)
			}
		}
	})
	for _, bad := range []string{"", "36A", "36A Hàng Bạc", "UUUUUUUUU", strings.Repeat("A", 10), "Hàng Bạc 12"} {
		if c, ok := ParseCode(bad); ok {
			t.Errorf("%q was read as the code %s", bad, c)
		}
	}
}
