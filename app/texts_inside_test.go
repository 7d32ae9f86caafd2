package app

import (
	"testing"

	"sonha/engine/words"
)

// The program reads a language when somebody asks for it (words.Open), so what is wrong in one must be found here.
func TestTheTextsAreWholeInEveryLanguage(t *testing.T) {
	t.Parallel()
	if _, err := words.Load(messages()...); err != nil {
		t.Error(err)
	}
}
