package app_test

import (
	"go/ast"
	"go/token"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"sonha/app/apptest"
	"sonha/engine/db/dbtest"
)

// Every sentence of the catalogs is said somewhere: the program names its key, or builds it from the beginning
// that a name is added to ("campaigns.phase." + phase). A sentence that nobody says would be translated for nothing.
func TestHabitsEverySentenceIsSaid(t *testing.T) {
	keys := apptest.New(t, dbtest.Lite(t)).Words.Keys()
	h := parse(t, os.DirFS(".."))
	for _, key := range unsaid(h, keys) {
		t.Errorf("no code says %s: take it out of messages/vi.toml and en.toml, or name it", key)
	}

	fixture := parse(t, fstest.MapFS{
		"ward/houses/a.go":      {Data: []byte(`package houses; func f(name string) []string { return []string{"houses.title", "houses.phase." + name, "houses.group."} }`)},
		"ward/houses/a_test.go": {Data: []byte(`package houses; var tested = "houses.tested"`)},
	})
	got := unsaid(fixture, []string{"houses.title", "houses.phase.open", "houses.group.other", "houses.tested"})
	if want := []string{"houses.group.other", "houses.tested"}; !slices.Equal(got, want) {
		t.Errorf("unsaid = %q, want %q", got, want)
	}
}

// unsaid returns the keys that stand in no string of the program, whole or as what a built key begins with.
func unsaid(h house, keys []string) []string {
	whole, begins := map[string]bool{}, []string{}
	for _, s := range h.files {
		if s.test || s.kit {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.BasicLit:
				whole[text(n)] = true
			case *ast.BinaryExpr:
				if first := text(n.X); n.Op == token.ADD && strings.Contains(first, ".") {
					begins = append(begins, first)
				}
			}
			return true
		})
	}
	var out []string
	for _, key := range keys {
		if !whole[key] && !slices.ContainsFunc(begins, func(first string) bool { return strings.HasPrefix(key, first) }) {
			out = append(out, key)
		}
	}
	return out
}

// text is what a string literal says, "" for any other expression.
func text(e ast.Node) string {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return ""
	}
	s, err := strconv.Unquote(lit.Value)
	if err != nil {
		return ""
	}
	return s
}
