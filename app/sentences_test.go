package app_test

import (
	"errors"
	"go/ast"
	"go/token"
	"io/fs"
	"os"
	"regexp"
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
	h := project(t)
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

// A ward is named in English as "Hoàn Kiếm ward": the name first, the word small behind it, everywhere alike.
func TestHabitsWardsAreNamedAlikeInEnglish(t *testing.T) {
	otherwise := regexp.MustCompile(`(?i)\bward \{\{\.Ward\}\}|ward police of \{\{|\}\} (?-i:Ward)\b`)
	look := func(root fs.FS) (found []string, read int) {
		for _, dir := range []string{"app", "engine", "ward"} {
			if err := fs.WalkDir(root, dir, func(path string, d fs.DirEntry, err error) error {
				if err != nil || d.Name() != "en.toml" {
					return err
				}
				b, err := fs.ReadFile(root, path)
				read++
				for line := range strings.SplitSeq(string(b), "\n") {
					if otherwise.MatchString(line) {
						found = append(found, path+": "+line)
					}
				}
				return err
			}); err != nil && !errors.Is(err, fs.ErrNotExist) {
				t.Fatal(err)
			}
		}
		return found, read
	}
	found, read := look(os.DirFS(".."))
	if len(found) > 0 || read < 20 {
		t.Errorf("of %d catalogs these name wards otherwise: %q", read, found)
	}
	if found, _ := look(fstest.MapFS{"ward/a/messages/en.toml": {Data: []byte("a = \"The ward {{.Ward}} exists\"\nb = \"{{.Ward}} Ward\"\nc = \"{{.Ward}} ward\"\nd = \"Ward police of {{.Ward}}\"")}}); len(found) != 3 {
		t.Errorf("found %q", found)
	}
}
