// Package pattern keeps regular expressions that are compiled when they are first asked.
package pattern

import (
	"regexp"
	"sync"
)

// Of gives a regular expression, which is compiled at the first call. A package that compiles its own when the program starts has every start
// wait for it, and a start needs hardly any: ours together took a tenth of it. A text that is no regular expression panics at the
// first call, so that a test (app/habits_test.go) compiles them all.
func Of(text string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(text) })
}
