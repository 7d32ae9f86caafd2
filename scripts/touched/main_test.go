package main

import (
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// A change is a reason to test where it was made, what is built from it, and app; not the rooms whose tests only open it in a site.
func TestWhatIsTouched(t *testing.T) {
	packages := map[string]*pkg{
		"sonha/ground/civil": {Dir: "/x/ground/civil"},
		"sonha/engine/page":  {Dir: "/x/engine/page", Imports: []string{"sonha/ground/civil", "net/http"}},
		"sonha/engine/try":   {Dir: "/x/engine/try"},
		"sonha/ward/houses":  {Dir: "/x/ward/houses", Imports: []string{"sonha/engine/page"}, XTestImports: []string{"sonha/app/apptest", "sonha/engine/try"}},
		"sonha/ward/plans":   {Dir: "/x/ward/plans", Imports: []string{"sonha/ward/houses"}, XTestImports: []string{"sonha/app/apptest"}},
		"sonha/ward/doors":   {Dir: "/x/ward/doors", XTestImports: []string{"sonha/app/apptest"}},
		"sonha/app":          {Dir: "/x/app", Imports: []string{"sonha/ward/plans", "sonha/ward/doors"}},
		"sonha/app/apptest":  {Dir: "/x/app/apptest", Imports: []string{"sonha/app"}},
	}
	files := map[string]string{
		"go.mod": "1", "docs/words.md": "1", "ground/civil/day.go": "1", "engine/page/page.go": "1", "engine/try/try.go": "1", "ward/houses/house.go": "1",
		"ward/houses/messages/vi.toml": "1", "ward/houses/house_test.go": "1", "ward/plans/plan.go": "1", "ward/doors/door.go": "1", "app/app.go": "1",
	}
	before := states("/x", packages, files)
	app := []string{"sonha/app", "sonha/app/apptest"}
	for changed, want := range map[string][]string{
		"docs/words.md":                app,
		"Makefile":                     app,
		"app/app.go":                   app,
		"ward/plans/plan.go":           append(app, "sonha/ward/plans"),
		"ward/houses/messages/vi.toml": append(app, "sonha/ward/houses", "sonha/ward/plans"),
		"engine/try/try.go":            append(app, "sonha/engine/try", "sonha/ward/houses"),
		"ground/civil/day.go":          append(app, "sonha/engine/page", "sonha/ground/civil", "sonha/ward/houses", "sonha/ward/plans"),
		"go.mod":                       slices.Sorted(maps.Keys(packages)),
		"ward/doors/more.go":           append(app, "sonha/ward/doors"), // a file that was not there
	} {
		now := maps.Clone(files)
		now[changed] = "2"
		var got, own []string
		for path, s := range states("/x", packages, now) {
			if s != before[path] {
				got = append(got, path)
			}
			if s.Own != before[path].Own {
				own = append(own, path)
			}
		}
		slices.Sort(got)
		if folder := "sonha/" + path.Dir(changed); changed != "go.mod" && (len(own) > 1 || len(own) == 1 && !strings.HasPrefix(folder, own[0])) {
			t.Errorf("%s is of %v", changed, own)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", changed, diff)
		}
	}
	gone := maps.Clone(files)
	delete(gone, "ward/doors/door.go")
	if now := states("/x", packages, gone); now["sonha/ward/doors"] == before["sonha/ward/doors"] || now["sonha/ward/houses"] != before["sonha/ward/houses"] {
		t.Error("a file that was removed is no change, or one of another room")
	}
}

// In a new clone only what is not yet on the main branch of its origin is looked at, committed or not; without an origin everything is.
func TestWhatIsTouchedInANewClone(t *testing.T) {
	origin := t.TempDir()
	put(t, origin, "go.mod", "module sonha\n\ngo 1.26\n")
	put(t, origin, ".gitignore", ".tools\n")
	for _, dir := range []string{"ground/civil", "ward/doors", "ward/plans", "app"} {
		put(t, origin, dir+"/x.go", "package x\n")
	}
	git(t, origin, "init", "-q", "-b", "main")
	commit(t, origin)
	clone := filepath.Join(t.TempDir(), "clone")
	git(t, origin, "clone", "-q", origin, clone)
	touched(t, clone)

	put(t, clone, "ward/doors/x.go", "package x // changed\n")
	touched(t, clone, "sonha/app", "sonha/ward/doors")
	if err := os.Remove(filepath.Join(clone, kept)); err != nil {
		t.Fatal(err)
	}
	commit(t, clone)
	put(t, clone, "ward/plans/more.go", "package x\n")
	touched(t, clone, "sonha/app", "sonha/ward/doors", "sonha/ward/plans")

	touched(t, origin, "sonha/app", "sonha/ground/civil", "sonha/ward/doors", "sonha/ward/plans")
}

func put(t *testing.T, dir, name, text string) {
	t.Helper()
	name = filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func commit(t *testing.T, dir string) {
	t.Helper()
	git(t, dir, "add", ".")
	git(t, dir, "-c", "user.name=x", "-c", "user.email=x@example.vn", "commit", "-q", "-m", "x")
}

func git(t *testing.T, dir string, args ...string) {
	t.Helper()
	cmd := exec.Command("git", args...)
	cmd.Dir = dir
	if said, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, said)
	}
}

// touched looks at the tree in dir, which is to name those packages.
func touched(t *testing.T, dir string, want ...string) {
	t.Helper()
	t.Chdir(dir)
	if err := look(); err != nil {
		t.Fatal(err)
	}
	var said strings.Builder
	if err := differing(&said, func(was, is state) bool { return was != is }); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, strings.Fields(said.String()), cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("touched (-want +got):\n%s", diff)
	}
}
