package app_test

import (
	"errors"
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"maps"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// The limits of a file and of a function, in lines. Generated files and tests are free of them.
const (
	longestFile     = 620
	longestFunction = 80
)

func TestFloorsNoVariableChanges(t *testing.T) {
	report(t, changes(project(t)))

	flagged(t, changes, `
-- engine/db/a.go --
package db

import (
	"errors"
	"regexp"
	"sync"
	"sync/atomic"

	"sonha/engine/page"
)

var ErrGone = errors.New("gone")
var digits = regexp.MustCompile("[0-9]+")
var table = map[string]int{"a": 1}
var image = sync.OnceValue(func() int { return 1 })
var _ error = (*failure)(nil)

var counter int
var list []string
var cache = map[string]int{}
var config struct{ name string }
var shared *int = new(int)
var mu sync.Mutex           // want
var hits atomic.Int64       // want
var queue = make(chan int)  // want

type failure struct{}

func (*failure) Error() string { return digits.String() }

func work(table []int, x *int) {
	table[0] = 1
	counter := 1
	counter++
	_ = counter
	*x = image()
}

func change() {
	counter++              // want
	list = append(list, "") // want
	cache["a"] = 1         // want
	delete(cache, "a")     // want
	config.name = "a"      // want
	*shared = 2            // want
	work(nil, &counter)    // want
	page.Default = "b"     // want
	for counter = range 3 { // want
	}
}
-- engine/db/b.go --
package db

func elsewhere() { list = nil } // want
-- engine/db/b_test.go --
package db

func inTest() { list = nil }
`)
}

// changes finds package-level variables that the program changes after its start, or that exist in order to change (locks, counters, channels).
// Errors, compiled expressions, tables and sync.OnceValue are fine: they are constants that Go cannot write as such.
func changes(h house) []offence {
	packages := map[string][]source{}
	for _, s := range h.files {
		if !s.test && !s.generated {
			packages[s.dir] = append(packages[s.dir], s)
		}
	}
	var found []offence
	for _, dir := range slices.Sorted(maps.Keys(packages)) {
		p := resolve(h.fset, dir, packages[dir])
		for _, s := range packages[dir] {
			found = append(found, p.born(s)...)
			ast.Inspect(s.file, func(n ast.Node) bool {
				for _, target := range written(n) {
					if name := p.global(target); name != "" {
						found = append(found, offence{s, target.Pos(), fmt.Sprintf("line %d changes the package-level variable %s", h.fset.Position(target.Pos()).Line, name)})
					}
				}
				return true
			})
		}
	}
	return found
}

// resolved knows what each name of a package means.
type resolved struct {
	scope *types.Scope
	uses  map[*ast.Ident]types.Object
}

// noImports leaves imported packages empty: the names of this package are all that matters here.
type noImports struct{}

func (noImports) Import(string) (*types.Package, error) { return nil, errors.New("not needed") }

func resolve(fset *token.FileSet, dir string, sources []source) resolved {
	files := make([]*ast.File, len(sources))
	for i, s := range sources {
		files[i] = s.file
	}
	info := types.Info{Uses: map[*ast.Ident]types.Object{}}
	config := types.Config{Importer: noImports{}, Error: func(error) {}, DisableUnusedImportCheck: true}
	p, _ := config.Check(dir, fset, files, &info) // fails for want of the imports, and still resolves the names
	return resolved{p.Scope(), info.Uses}
}

// born finds declarations of things that are made to change.
func (p resolved) born(s source) []offence {
	var found []offence
	for _, d := range s.file.Decls {
		g, ok := d.(*ast.GenDecl)
		if !ok || g.Tok != token.VAR {
			continue
		}
		for _, spec := range g.Specs {
			v, ok := spec.(*ast.ValueSpec)
			if !ok {
				continue
			}
			for _, e := range append([]ast.Expr{v.Type}, v.Values...) {
				if e != nil && changeable(e) {
					found = append(found, offence{s, v.Pos(), fmt.Sprintf("the package-level variable %s is made to change", v.Names[0].Name)})
				}
			}
		}
	}
	return found
}

// changeable recognises sync.Mutex, atomic.Int64, chan int, make(chan int) and their like at the head of an expression.
func changeable(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.ChanType:
		return true
	case *ast.StarExpr:
		return changeable(e.X)
	case *ast.UnaryExpr:
		return changeable(e.X)
	case *ast.CompositeLit:
		return e.Type != nil && changeable(e.Type)
	case *ast.IndexExpr:
		return changeable(e.X)
	case *ast.CallExpr:
		made, ok := e.Fun.(*ast.Ident)
		return ok && (made.Name == "make" || made.Name == "new") && len(e.Args) > 0 && changeable(e.Args[0])
	case *ast.SelectorExpr:
		from, ok := e.X.(*ast.Ident)
		return ok && (from.Name == "atomic" || from.Name == "sync" && slices.Contains([]string{"Mutex", "RWMutex", "Map", "Once", "WaitGroup"}, e.Sel.Name))
	}
	return false
}

// written returns the expressions that a statement changes or lets others change.
func written(n ast.Node) []ast.Expr {
	switch n := n.(type) {
	case *ast.AssignStmt:
		if n.Tok != token.DEFINE {
			return n.Lhs
		}
	case *ast.IncDecStmt:
		return []ast.Expr{n.X}
	case *ast.RangeStmt:
		if n.Tok == token.ASSIGN {
			return slices.DeleteFunc([]ast.Expr{n.Key, n.Value}, func(e ast.Expr) bool { return e == nil })
		}
	case *ast.UnaryExpr:
		if n.Op == token.AND {
			return []ast.Expr{n.X}
		}
	case *ast.CallExpr:
		if f, ok := n.Fun.(*ast.Ident); ok && len(n.Args) > 0 && slices.Contains([]string{"delete", "clear", "copy"}, f.Name) {
			return n.Args[:1]
		}
	}
	return nil
}

// global returns the name of the package-level variable at the root of an expression, ours or another package's; "" when it has another root.
func (p resolved) global(e ast.Expr) string {
	for {
		switch x := e.(type) {
		case *ast.ParenExpr:
			e = x.X
		case *ast.StarExpr:
			e = x.X
		case *ast.IndexExpr:
			e = x.X
		case *ast.SliceExpr:
			e = x.X
		case *ast.SelectorExpr:
			if id, ok := x.X.(*ast.Ident); ok {
				if imported, ok := p.uses[id].(*types.PkgName); ok {
					return imported.Imported().Path() + "." + x.Sel.Name
				}
			}
			e = x.X
		case *ast.Ident:
			if v, ok := p.uses[x].(*types.Var); ok && v.Parent() == p.scope {
				return x.Name
			}
			return ""
		default:
			return "" // a composite literal or the result of a call is nobody's variable
		}
	}
}

func TestFloorsNoInit(t *testing.T) {
	report(t, inits(project(t)))

	flagged(t, inits, `
-- engine/db/a.go --
package db
func init() {} // want
type store struct{}
func (store) init() {}
`)
}

// inits finds functions that run before main: nobody who reads main sees them.
func inits(h house) []offence {
	var found []offence
	for _, s := range h.files {
		for _, d := range s.file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == "init" {
				found = append(found, offence{s, f.Pos(), "has an init function; let a constructor do it"})
			}
		}
	}
	return found
}

func TestFloorsPatterns(t *testing.T) {
	report(t, patterns(project(t)))

	flagged(t, patterns, `
-- engine/db/a.go --
package db

import (
	"regexp"

	"sonha/ground/pattern"
)

var word = pattern.Of("[a-z]+")
var other = pattern.Of("[a-z")           // want
var text = pattern.Of(word().String())   // want
var early = regexp.MustCompile("[0-9]+") // want

func find(s string) bool {
	const local = "x"
	return regexp.MustCompile(local).MatchString(s)
}
`)
}

// patterns finds regular expressions that every start of the program would compile, and those of package pattern that are none: the
// program would find that out when it first asks them.
func patterns(h house) []offence {
	var found []offence
	for _, s := range h.files {
		storey, _, _ := strings.Cut(s.dir, "/")
		if s.test || storeys[storey] == 0 {
			continue
		}
		for _, d := range s.file.Decls {
			if g, ok := d.(*ast.GenDecl); !ok || g.Tok != token.VAR {
				continue
			}
			ast.Inspect(d, func(n ast.Node) bool {
				if _, ok := n.(*ast.FuncLit); ok {
					return false
				}
				call, ok := n.(*ast.CallExpr)
				if !ok {
					return true
				}
				switch types.ExprString(call.Fun) {
				case "regexp.MustCompile":
					found = append(found, offence{s, call.Pos(), "is compiled at each start; write pattern.Of"})
				case "pattern.Of":
					if !compiles(call.Args) {
						found = append(found, offence{s, call.Pos(), "is not given a literal that is a regular expression"})
					}
				}
				return true
			})
		}
	}
	return found
}

func compiles(args []ast.Expr) bool {
	if len(args) != 1 {
		return false
	}
	literal, ok := args[0].(*ast.BasicLit)
	if !ok {
		return false
	}
	text, err := strconv.Unquote(literal.Value)
	if err != nil {
		return false
	}
	_, err = regexp.Compile(text)
	return err == nil
}

func TestFloorsSizes(t *testing.T) {
	report(t, sizes(project(t)))

	lines := func(n int) string {
		text := make([]byte, n)
		for i := range text {
			text[i] = '\n'
		}
		return string(text)
	}
	flagged(t, sizes, "-- engine/db/a.go --\npackage db // want\n"+lines(longestFile+1)+
		"-- engine/db/b.go --\npackage db\n"+lines(longestFile)+
		"-- engine/db/c.go --\npackage db\nfunc long() { // want\n"+lines(longestFunction-1)+"}\nfunc justRight() {\n"+lines(longestFunction-2)+"}\n"+
		"-- engine/db/a_test.go --\npackage db\n"+lines(longestFile+1)+
		"-- engine/db/a_gen.go --\n// Code generated by hand. DO NOT EDIT.\n\npackage db\n"+lines(longestFile+1))
}

// sizes finds files and functions that want to be two.
func sizes(h house) []offence {
	var found []offence
	for _, s := range h.files {
		if s.test || s.generated {
			continue
		}
		if s.lines > longestFile {
			found = append(found, offence{s, s.file.Package, fmt.Sprintf("has %d lines, more than %d", s.lines, longestFile)})
		}
		for _, d := range s.file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			if n := h.fset.Position(f.End()).Line - h.fset.Position(f.Pos()).Line + 1; n > longestFunction {
				found = append(found, offence{s, f.Pos(), fmt.Sprintf("%s has %d lines, more than %d", f.Name.Name, n, longestFunction)})
			}
		}
	}
	return found
}

func TestFloorsFolderNames(t *testing.T) {
	report(t, drawers(project(t)))

	flagged(t, drawers, `
-- engine/utils/a.go --
package utils // want
-- ward/houses/common/a.go --
package common // want
-- ward/houses/a.go --
package houses
`)
}

// drawers finds folders that are named after nothing: a helper lives with its first user until a third needs it.
func drawers(h house) []offence {
	names := []string{"common", "commons", "helper", "helpers", "lib", "misc", "models", "shared", "util", "utils"}
	var found []offence
	for _, s := range h.files {
		if slices.Contains(names, path.Base(s.dir)) {
			found = append(found, offence{s, s.file.Package, "lies in a folder that says nothing"})
		}
	}
	return found
}
