package app_test

import (
	"go/ast"
	"maps"
	"slices"
	"strings"
	"testing"
)

// unasked are the doors to the rows of the ward that need nobody: they come before anybody is known, or are the program's own.
// Each has its reason; whoever adds one must be able to say why no actor could be asked for.
var unasked = map[string]string{
	"areas.Store.Found":                       "the program makes a ward before anybody belongs to it",
	"areas.Store.Wards":                       "the program looks which wards it holds: names only, on the command line and on the public page",
	"accounts.Store.CreateFirstAdministrator": "the first account of a ward: there is nobody yet who could make it",
	"accounts.Store.Invited":                  "the one-time link itself says for whom it is",
	"accounts.Store.Accept":                   "the one-time link itself says for whom it is",
	"accounts.Store.OpenCard":                 "the card itself says for whom it is",
	"accounts.Store.EnterByCard":              "the card itself says for whom it is",
	"accounts.Store.SignIn":                   "who signs in is not known yet",
	"accounts.Store.BeginProvider":            "who will sign in is not known yet",
	"accounts.Store.Return":                   "who signs in is not known yet, and is named by the identity provider",
	"accounts.Store.EnterByPasskey":           "who signs in is not known yet, and is named by the passkey",
	"accounts.Store.SecondStep":               "who signs in has shown the password, and is known by the session that waits",
	"handovers.Store.By":                      "the one-time link itself says which house is handed over",
	"handovers.Store.Take":                    "the one-time link itself says which house is handed over",
	"inbox.Store.Confirm":                     "the signed link in a letter says whose address it confirms",
	"inbox.Store.Stop":                        "the signed link in a letter says whose letters it ends",
}

func TestFloorsStoresAskWhoActs(t *testing.T) {
	h := project(t)
	report(t, unaskedDoors(h))
	doors := map[string]bool{}
	eachDoor(h, func(_ source, name string, _ *ast.FuncDecl) { doors[name] = true })
	for _, name := range slices.Sorted(maps.Keys(unasked)) {
		if !doors[name] {
			t.Errorf("unasked lists %s, which there is no longer", name)
		}
	}
	if len(doors) < 40 {
		t.Errorf("only %d doors were found in the ward: the test looks in the wrong place", len(doors))
	}

	flagged(t, unaskedDoors, `
-- ward/houses/store.go --
package houses

import (
	"context"

	"sonha/engine/db"
	"sonha/ground/access"
)

type Store struct{}

func (s *Store) Get(ctx context.Context, who access.Actor, id string) error { return nil }
func (s *Store) InTx(ctx context.Context, tx *db.Tx) error { return nil }
func (s *Store) All(ctx context.Context) error { return nil } // want
func (s Store) Copy(ctx context.Context, account string) error { return nil } // want
func (s *Store) Size() int { return 0 }
func (s *Store) Quick() error { return read(context.Background()) } // want
func (s *Store) all(ctx context.Context) error { return nil }
func Find(ctx context.Context, tx *db.Tx, key string) error { return nil }
func Loose(ctx context.Context, d *db.DB) error { return nil } // want
func (p *Pages) show(ctx context.Context) error { return nil }
func read(ctx context.Context) error { return nil }
-- ward/houses/store_test.go --
package houses

func (s *Store) ForTests(ctx context.Context) error { return nil }
-- engine/db/db.go --
package db

func Open(ctx context.Context) error { return nil }
`)
}

// unaskedDoors finds the doors to the rows of the ward through which one may go without saying who acts: exported methods of a
// store and exported functions of a room that take neither an access.Actor nor a *db.Tx, which is made only from one.
func unaskedDoors(h house) []offence {
	var found []offence
	eachDoor(h, func(s source, name string, f *ast.FuncDecl) {
		if unasked[name] != "" || takes(f, "access", "Actor") || takes(f, "db", "Tx") {
			return
		}
		found = append(found, offence{s, f.Pos(), name + " takes neither an access.Actor nor a *db.Tx: nobody is asked who acts (unasked in app/stores_test.go)"})
	})
	return found
}

// eachDoor calls fn for what can reach rows of the ward from outside its room: it takes a context, which every statement needs, or makes one.
func eachDoor(h house, fn func(s source, name string, f *ast.FuncDecl)) {
	for _, s := range h.files {
		if s.test || s.generated || !strings.HasPrefix(s.dir, "ward/") {
			continue
		}
		for _, d := range s.file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || !f.Name.IsExported() || !takes(f, "context", "Context") && !makesContext(f) {
				continue
			}
			name := s.file.Name.Name + "."
			if f.Recv != nil {
				if receiver(f) != "Store" {
					continue
				}
				name += "Store."
			}
			fn(s, name+f.Name.Name, f)
		}
	}
}

// takes reports whether a function has a parameter of the type pkg.name or a pointer to it.
func takes(f *ast.FuncDecl, pkg, name string) bool {
	return slices.ContainsFunc(f.Type.Params.List, func(p *ast.Field) bool {
		t := p.Type
		if star, ok := t.(*ast.StarExpr); ok {
			t = star.X
		}
		return selects(t, pkg, name)
	})
}

// makesContext reports whether a function runs statements under a context of its own.
func makesContext(f *ast.FuncDecl) bool {
	found := false
	ast.Inspect(f, func(n ast.Node) bool {
		if e, ok := n.(ast.Expr); ok && (selects(e, "context", "Background") || selects(e, "context", "TODO")) {
			found = true
		}
		return !found
	})
	return found
}

func selects(e ast.Expr, pkg, name string) bool {
	s, ok := e.(*ast.SelectorExpr)
	if !ok || s.Sel.Name != name {
		return false
	}
	x, ok := s.X.(*ast.Ident)
	return ok && x.Name == pkg
}

// receiver is the name of the type whose method a function is.
func receiver(f *ast.FuncDecl) string {
	t := f.Recv.List[0].Type
	if star, ok := t.(*ast.StarExpr); ok {
		t = star.X
	}
	if x, ok := t.(*ast.Ident); ok {
		return x.Name
	}
	return ""
}
