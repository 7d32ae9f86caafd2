package qr_test

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"
	code "rsc.io/qr"

	"sonha/engine/qr"
)

// What is drawn are the modules of the code, each once, inside the white edge.
func TestThePathDrawsTheCode(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`https://[a-z]{3,20}/welcome/[0-9]\.[A-Za-z0-9_-]{43}`).Draw(t, "text")
		size, path, err := qr.Path(text)
		if err != nil {
			t.Fatal(err)
		}
		want, err := code.Encode(text, code.M)
		if err != nil {
			t.Fatal(err)
		}
		if size != want.Size+8 {
			t.Fatalf("side %d for a code of %d", size, want.Size)
		}
		black := map[[2]int]bool{}
		for bar := range strings.SplitSeq(strings.TrimSuffix(path, "z"), "z") {
			var x, y, width, back int
			if _, err := fmt.Sscanf(bar, "M%d %dh%dv1h-%d", &x, &y, &width, &back); err != nil || width != back || width < 1 {
				t.Fatalf("%q: %v", bar, err)
			}
			for i := range width {
				if black[[2]int{x + i, y}] {
					t.Fatalf("%d %d drawn twice", x+i, y)
				}
				black[[2]int{x + i, y}] = true
			}
		}
		for y := range size {
			for x := range size {
				if black[[2]int{x, y}] != want.Black(x-4, y-4) {
					t.Fatalf("module %d %d", x, y)
				}
			}
		}
	})
}

func TestATextTooLong(t *testing.T) {
	t.Parallel()
	if _, _, err := qr.Path(strings.Repeat("số nhà ", 1000)); err == nil {
		t.Error("a text of 7,000 letters has a code")
	}
}
