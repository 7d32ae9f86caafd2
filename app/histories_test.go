package app_test

import (
	"go/ast"
	"slices"
	"testing"

	"sonha/app/apptest"
	"sonha/engine/db/dbtest"
)

// untitled are the acts of which the history of a house says only that the dossier was kept: what a household asked or agreed to is nobody
// else's business, and who looked at what has a page of its own.
func untitled() []string {
	return []string{
		"consent.give", "consent.withdraw", "contact.give", "contact.withdraw", "household.want", "reply.answered", "reply.asked", "reply.removed", "reads.answer",
		"reads.list",
	}
}

// The history of a house says of every act what it was: each one that the program tells of a house has its words in the catalog, or is one
// of those that are left untitled on purpose.
func TestHistoriesNameEveryAct(t *testing.T) {
	t.Parallel()
	w := apptest.New(t, dbtest.Lite(t)).Words.In("vi")
	untitled, seen := untitled(), map[string]bool{}
	for _, s := range project(t).files {
		if s.test || s.kit {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			action := actOfHouse(n)
			if action == "" {
				return true
			}
			seen[action] = true
			if named := w.Has("dossiers.action." + action); named == slices.Contains(untitled, action) {
				t.Errorf("%s tells of a house by %q: named in the catalog %v, left untitled on purpose %v", s.path, action, named, !named)
			}
			return true
		})
	}
	for _, action := range append(untitled, "assessment.answer", "log.add") {
		if !seen[action] {
			t.Errorf("%q is told of no house", action)
		}
	}
}

// actOfHouse gives the action of an entry of the trail that names a house, where both stand in the source.
func actOfHouse(n ast.Node) (action string) {
	entry, ok := n.(*ast.CompositeLit)
	if !ok {
		return ""
	}
	if of, ok := entry.Type.(*ast.SelectorExpr); !ok || of.Sel.Name != "Entry" {
		return ""
	}
	house := false
	for _, e := range entry.Elts {
		field, ok := e.(*ast.KeyValueExpr)
		if !ok {
			return ""
		}
		switch name, _ := field.Key.(*ast.Ident); name.Name {
		case "House":
			house = true
		case "Action":
			action = text(field.Value)
		}
	}
	if !house {
		return ""
	}
	return action
}
