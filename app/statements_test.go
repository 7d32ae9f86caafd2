package app_test

import (
	"fmt"
	"go/ast"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"sonha/engine/db"
)

// banned are the words of one database only, or words that mean different things on the two. Each has its way round in Go.
var banned = []struct {
	word *regexp.Regexp
	why  string
}{
	{regexp.MustCompile(`(?i)\b(now|random|randomblob|datetime|strftime|julianday|unixepoch|date_trunc|age)\s*\(|\bcurrent_(timestamp|date|time)\b`), "time and chance come from Go: tx.Now, tx.NewID"},
	{regexp.MustCompile(`(?i)\b(lower|upper|initcap|unaccent)\s*\(|\bilike\b|\bcollate\b`), "text is folded in Go: the columns fold and sort_key"},
	{regexp.MustCompile(`(?i)=\s*(any|all)\s*\(`), "lists are written out: in ($3, $4)"},
	{regexp.MustCompile(`(?i)\b(ifnull|iif|group_concat|string_agg|array_agg|instr|strpos|printf|json[a-z_]*|to_char)\s*\(`), "a function of one database only"},
	{regexp.MustCompile(`(?i)\b(on delete|on update)\s+(set null|set default|cascade)`), "rows go by a statement that names their ward"},
	{regexp.MustCompile(`(?i)\binsert\s+or\b|\breplace\s+into\b|\bautoincrement\b|\bserial\b|\b(where|and|or|select|by)\s+rowid\b|\bcreate\s+(unlogged|temp|trigger|sequence)`), "SQLite or PostgreSQL only, or not for a distributed one"},
	{regexp.MustCompile(`(?is)\b(insert|update|delete)\b.*\breturning\b`), "ids are made in Go and versions are known; what is written need not be read"},
	{regexp.MustCompile(`[a-z0-9_)']::[a-z]+\b`), "cast(x as text), not x::text"},
}

func TestFloorsWordsOfStatements(t *testing.T) {
	root := os.DirFS("..")
	report(t, dialects(parse(t, root)))
	err := fs.WalkDir(root, "engine/db/migrate", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		for i, line := range strings.Split(string(text), "\n") {
			if why := dialect(line); why != "" && !strings.HasPrefix(line, "--") {
				t.Errorf("%s:%d: %s", name, i+1, why)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}

	flagged(t, dialects, `
-- ward/houses/store.go --
package houses

const a = "select now() from houses h" // want
const b = "select h.id from houses h where lower(h.number) = $1" // want
const c = "select h.id from houses h where h.id = any ($1)" // want
const d = "select datetime(h.created_at, 'unixepoch') from houses h" // want
const e = "select h.id from houses h order by random()" // want
const f = "insert into x (id) values ($1) returning id" // want
const g = "create table x (house_id text references houses on delete set null)" // want
const h = "select h.id::text from houses h" // want
const i = "insert or ignore into x values ($1)" // want
const j = "update x set y = 1 " + // want
	"returning id"
const k = "select h.created_at, h.lower_floor from houses h where h.any_of = $1"

type row struct {
	A int `+"`help:\"now() or later\"`"+`
}

// now() is said in a comment
-- ward/houses/store_test.go --
package houses
const a = "select now()"
`)
}

func dialect(text string) string {
	for _, b := range banned {
		if b.word.MatchString(text) {
			return b.why
		}
	}
	return ""
}

// dialects finds texts with words that the two databases do not share.
func dialects(h house) []offence {
	var found []offence
	for _, s := range h.files {
		if first, _, _ := strings.Cut(s.dir, "/"); s.test || s.kit || s.generated || storeys[first] < 2 || s.dir == "app/bench" {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.ImportSpec:
				return false
			case *ast.Field:
				return n.Tag == nil
			case ast.Expr:
				text, has := fixed(n, nil)
				if !has {
					return true
				}
				if why := dialect(text); why != "" {
					found = append(found, offence{s, n.Pos(), fmt.Sprintf("%s (%.60s)", why, text)})
				}
				return false
			}
			return true
		})
	}
	return found
}

// gap stands for what is known only while the program runs.
const gap = "…"

// fixed returns the text of an expression as far as it stands in the source, with a gap for the rest, and whether any of it does.
func fixed(e ast.Expr, constants map[string]ast.Expr) (text string, has bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		if e.Kind == token.STRING {
			text, err := strconv.Unquote(e.Value)
			return text, err == nil
		}
	case *ast.ParenExpr:
		return fixed(e.X, constants)
	case *ast.BinaryExpr:
		if e.Op == token.ADD {
			left, some := fixed(e.X, constants)
			right, more := fixed(e.Y, constants)
			return left + right, some || more
		}
	case *ast.Ident:
		if value, ok := constants[e.Name]; ok {
			return fixed(value, nil)
		}
	}
	return gap, false
}

// statement is one call of tx.One, tx.All or tx.Exec.
type statement struct {
	source
	pos      token.Pos
	function string
	text     string
}

// whole reports whether the text stands in the source from end to end.
func (s statement) whole() bool { return !strings.Contains(s.text, gap) }

// String says where the statement is and begins to say it.
func (s statement) String() string {
	text := []rune(strings.Join(strings.Fields(s.text), " "))
	if len(text) > 90 {
		text = append(text[:90], '…')
	}
	return fmt.Sprintf("%s %s: %s", s.path, s.function, string(text))
}

// statements finds the calls that run a statement, in the program.
func statements(h house) []statement {
	constants := map[string]map[string]ast.Expr{}
	for _, s := range h.files {
		for _, d := range s.file.Decls {
			if g, ok := d.(*ast.GenDecl); ok && g.Tok == token.CONST {
				if constants[s.dir] == nil {
					constants[s.dir] = map[string]ast.Expr{}
				}
				collect(g, constants[s.dir])
			}
		}
	}
	var found []statement
	for _, s := range h.files {
		if s.test || s.kit || s.generated {
			continue
		}
		for _, d := range s.file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || f.Body == nil {
				continue
			}
			local := map[string]ast.Expr{}
			maps.Copy(local, constants[s.dir])
			ast.Inspect(f, func(n ast.Node) bool {
				if g, ok := n.(*ast.GenDecl); ok && g.Tok == token.CONST {
					collect(g, local)
				}
				if query := asked(n); query != nil {
					text, _ := fixed(query, local)
					found = append(found, statement{s, query.Pos(), f.Name.Name, text})
				}
				return true
			})
		}
	}
	return found
}

func collect(g *ast.GenDecl, into map[string]ast.Expr) {
	for _, spec := range g.Specs {
		if v, ok := spec.(*ast.ValueSpec); ok {
			for i, value := range v.Values {
				into[v.Names[i].Name] = value
			}
		}
	}
}

// asked returns the statement of a call of One, All or Exec, nil for every other node.
func asked(n ast.Node) ast.Expr {
	call, ok := n.(*ast.CallExpr)
	if !ok {
		return nil
	}
	method, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return nil
	}
	at, ok := map[string]int{"One": 1, "Exec": 1, "All": 2}[method.Sel.Name]
	if !ok || len(call.Args) <= at {
		return nil
	}
	switch ctx := call.Args[0].(type) {
	case *ast.Ident:
		if ctx.Name == "ctx" {
			return call.Args[at]
		}
	case *ast.CallExpr:
		if of, ok := ctx.Fun.(*ast.SelectorExpr); ok && of.Sel.Name == "Context" {
			return call.Args[at]
		}
	}
	return nil
}

// TestFloorsStatements reads every statement as engine/db will: also those that no test runs.
func TestFloorsStatements(t *testing.T) {
	report(t, unfit(project(t)))

	flagged(t, unfit, `
-- ward/houses/store.go --
package houses

const all = "select h.id from houses h"

func f(ctx context.Context, tx *db.Tx) {
	const mine = all + " where {scope h}"
	tx.One(ctx, mine)
	tx.One(r.Context(), all) // want
	tx.Exec(ctx, "update houses as h set note = '' where {Scope h}") // want
	tx.All(ctx, nil, "select h.id from houses h where {scope h} or h.rented") // want
	tx.All(ctx, nil, "select h.id from houses h where {scope h}" + more())
	slices.All(ctx)
}
`)
}

func unfit(h house) []offence {
	var found []offence
	for _, s := range statements(h) {
		if !s.whole() {
			continue
		}
		if err := db.Check(s.text); err != nil {
			found = append(found, offence{s.source, s.pos, fmt.Sprintf("%s: %v", s, err)})
		}
	}
	return found
}

var unlimited = regexp.MustCompile(`\{any:\s*([^}]*)\}`)

// TestFloorsReviewLists holds what a reviewer must look at by eye: statements without a limit, writes without an audit
// line, actors that the program makes itself, and statements put together while it runs.
func TestFloorsReviewLists(t *testing.T) {
	h := project(t)
	var free, built []string
	for _, s := range statements(h) {
		for _, m := range unlimited.FindAllStringSubmatch(s.text, -1) {
			free = append(free, fmt.Sprintf("%s\n    %s", strings.TrimSpace(m[1]), s))
		}
		if !s.whole() && s.dir != "engine/db" {
			built = append(built, s.String())
		}
	}
	golden(t, "testdata/any.golden", list("Statements without a limit, each with its reason. A new one is read by two people.", free))
	golden(t, "testdata/built.golden", list("Statements put together while the program runs. Only texts of the program go in, never what somebody typed.", built))
	golden(t, "testdata/untold.golden", list("Writes without an audit line, each with its reason.", calls(h, "Untold")))
	golden(t, "testdata/actors.golden", list("Actors that the program makes: System reaches a whole ward, SignedInAs is for the session gate alone.",
		calls(h, "access.System", "access.SignedInAs")))
	for _, line := range calls(h, "Lent") {
		if !strings.HasPrefix(line, "ward/plans/lending.go ") {
			t.Errorf("a house is lent outside the plan of inspections: %s", line)
		}
	}
	for _, line := range calls(h, "access.SignedInAs") {
		if !strings.HasPrefix(line, "ward/accounts/store_session.go ") {
			t.Errorf("an actor is signed in outside the session gate: %s", line)
		}
	}
}

// calls lists where the program calls a function, with its words.
func calls(h house, names ...string) []string {
	var found []string
	for _, s := range h.files {
		if s.test || s.kit || s.generated {
			continue
		}
		for _, d := range s.file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			ast.Inspect(f, func(n ast.Node) bool {
				call, ok := n.(*ast.CallExpr)
				if !ok {
					return true
				}
				name, ok := call.Fun.(*ast.SelectorExpr)
				if !ok {
					return true
				}
				from, _ := name.X.(*ast.Ident)
				if !slices.Contains(names, name.Sel.Name) && (from == nil || !slices.Contains(names, from.Name+"."+name.Sel.Name)) {
					return true
				}
				words := []string{name.Sel.Name}
				for _, a := range call.Args {
					if text, has := fixed(a, nil); has {
						words = append(words, strconv.Quote(text))
					}
				}
				found = append(found, fmt.Sprintf("%s %s: %s", s.path, f.Name.Name, strings.Join(words, " ")))
				return true
			})
		}
	}
	return found
}

func list(title string, lines []string) string {
	slices.Sort(lines)
	return "# " + title + "\n" + strings.Join(lines, "\n") + "\n"
}
