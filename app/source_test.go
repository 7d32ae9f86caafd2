package app_test

import (
	"cmp"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
)

// house is the parsed source of the whole program, or of a fixture that a check must flag.
type house struct {
	fset  *token.FileSet
	files []source
}

// source is one Go file.
type source struct {
	path, dir string // with slashes, from the root of the repository
	file      *ast.File
	lines     int
	test      bool // a _test.go file
	kit       bool // in a package made for tests, such as dbtest
	generated bool
}

// offence is one place that breaks a rule of the house.
type offence struct {
	source
	pos token.Pos
	why string
}

// parse reads every Go file below a folder.
func parse(t *testing.T, root fs.FS) house {
	t.Helper()
	h, err := sources(root)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// project is parse of the whole project, read once for all tests that look at it.
func project(t *testing.T) house {
	t.Helper()
	h, err := read()
	if err != nil {
		t.Fatal(err)
	}
	return h
}

var read = sync.OnceValues(func() (house, error) { return sources(os.DirFS("..")) })

func sources(root fs.FS) (house, error) {
	h := house{fset: token.NewFileSet()}
	err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if base := d.Name(); name != "." && (strings.HasPrefix(base, ".") || base == "node_modules" || base == "testdata") {
				return fs.SkipDir
			}
			return nil
		}
		if path.Ext(name) != ".go" {
			return nil
		}
		text, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		file, err := parser.ParseFile(h.fset, name, text, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		dir := path.Dir(name)
		h.files = append(h.files, source{
			path: name, dir: dir, file: file, lines: strings.Count(string(text), "\n"),
			test: strings.HasSuffix(name, "_test.go"), kit: strings.Contains(dir+"/", "test/"), generated: ast.IsGenerated(file),
		})
		return nil
	})
	return h, err
}

// report fails the test with each offence and its place.
func report(t *testing.T, found []offence) {
	t.Helper()
	for _, o := range found {
		t.Errorf("%s: %s", o.path, o.why)
	}
}

// place is a line of a file.
type place struct {
	path string
	line int
}

// flagged proves that a check can fail: in a fixture it must find exactly the lines that say "// want".
// A line "-- path --" begins a file of the fixture.
func flagged(t *testing.T, check func(house) []offence, fixture string) {
	t.Helper()
	root := fstest.MapFS{}
	var want, got []place
	for part := range strings.SplitSeq("\n"+strings.TrimSpace(fixture), "\n-- ") {
		name, text, found := strings.Cut(part, " --\n")
		if !found {
			continue
		}
		root[name] = &fstest.MapFile{Data: []byte(text)}
		for i, line := range strings.Split(text, "\n") {
			if strings.HasSuffix(line, "// want") {
				want = append(want, place{name, i + 1})
			}
		}
	}
	h := parse(t, root)
	for _, o := range check(h) {
		got = append(got, place{o.path, h.fset.Position(o.pos).Line})
	}
	byPlace := func(a, b place) int { return cmp.Or(cmp.Compare(a.path, b.path), a.line-b.line) }
	slices.SortFunc(want, byPlace)
	slices.SortFunc(got, byPlace)
	if len(want) == 0 || !slices.Equal(got, want) {
		t.Errorf("the check flagged %v of the fixture, want %v", got, want)
	}
}
