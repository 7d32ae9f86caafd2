// Touched names the packages that `make check` looks at: those in whose folder something changed since they last passed, or in what they
// are built from. Go's own cache knows that too, but the tests of a room open its pages in a whole site (app/apptest), so that for it
// one changed room is a change of all. Here that site does not count: whether rooms still fit together is asked by the tests of app,
// which run after every change, and by `make test`, which runs everything. Where nothing has passed yet, as in a new clone, what the
// main branch of its origin holds counts as passed: it came there through CI.
//
//	touched          looks at everything, and prints the packages whose tests may end otherwise, one a line
//	touched own      prints those of that look in whose own folder something changed, for what reads one package at a time
//	touched passed   notes that everything passes as it was at that look
package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

const (
	kept = ".tools/passed.json"  // what every package was made of when it passed, by path
	next = ".tools/touched.json" // what it is made of now
)

func main() {
	err := errors.New("say nothing, own or passed")
	switch strings.Join(os.Args[1:], " ") {
	case "":
		if err = look(); err == nil {
			err = differing(os.Stdout, func(was, is state) bool { return was != is })
		}
	case "own":
		err = differing(os.Stdout, func(was, is state) bool { return was.Own != is.Own })
	case "passed":
		err = os.Rename(next, kept)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "touched:", err)
		os.Exit(1)
	}
}

// pkg is what go list says of a package.
type pkg struct {
	ImportPath   string   `json:"ImportPath"`
	Dir          string   `json:"Dir"`
	Imports      []string `json:"Imports"`
	TestImports  []string `json:"TestImports"`
	XTestImports []string `json:"XTestImports"`
}

// state is what a package is made of.
type state struct {
	Own    string `json:"own"`    // the files of its folder
	Tested string `json:"tested"` // and all that its tests depend on
}

// look writes down what every package is made of now.
func look() error {
	root, err := os.Getwd()
	if err != nil {
		return err
	}
	packages, err := list()
	if err != nil {
		return err
	}
	files, err := tracked()
	if err != nil {
		return err
	}
	err = errors.Join(os.MkdirAll(filepath.Dir(next), 0o755), write(next, states(root, packages, files)))
	if _, missing := os.Stat(kept); err != nil || missing == nil {
		return err
	}
	changed, err := since()
	if err != nil {
		return nil //nolint:nilerr // a tree of which git knows no origin: nothing has passed
	}
	for _, name := range changed {
		files[name] = "as it was"
	}
	return write(kept, states(root, packages, files))
}

// since gives the files that are not as the main branch of the origin has them, and those that git does not know.
func since() ([]string, error) {
	if _, err := run("git", "rev-parse", "--verify", "--quiet", "origin/HEAD"); err != nil {
		return nil, err
	}
	base, err := run("git", "merge-base", "HEAD", "origin/HEAD")
	if err != nil {
		return nil, err
	}
	changed, err := run("git", "diff", "--name-only", "--no-renames", "-z", strings.TrimSpace(base))
	if err != nil {
		return nil, err
	}
	added, err := run("git", "ls-files", "--others", "--exclude-standard", "-z")
	return strings.FieldsFunc(changed+added, func(r rune) bool { return r == 0 }), err
}

// differing prints the packages that are not as they were when they passed.
func differing(out io.Writer, differs func(was, is state) bool) error {
	now, err := read(next)
	if err != nil {
		return err
	}
	before, err := read(kept)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	for _, path := range slices.Sorted(maps.Keys(now)) {
		if differs(before[path], now[path]) {
			fmt.Fprintln(out, path)
		}
	}
	return nil
}

func write(name string, list map[string]state) error {
	text, err := json.Marshal(list)
	if err != nil {
		return err
	}
	return os.WriteFile(name, text, 0o644)
}

func read(name string) (list map[string]state, err error) {
	text, err := os.ReadFile(name)
	if err == nil {
		err = json.Unmarshal(text, &list)
	}
	return list, err
}

// list gives the packages of the module by path.
func list() (map[string]*pkg, error) {
	text, err := run("go", "list", "-json=ImportPath,Dir,Imports,TestImports,XTestImports", "./...")
	if err != nil {
		return nil, err
	}
	packages := map[string]*pkg{}
	for all := json.NewDecoder(strings.NewReader(text)); ; {
		var p pkg
		err := all.Decode(&p)
		if errors.Is(err, io.EOF) {
			return packages, nil
		}
		if err != nil {
			return nil, err
		}
		packages[p.ImportPath] = &p
	}
}

// tracked gives the files of the project, with slashes, and a digest of each: those that git knows and those that it would take.
func tracked() (map[string]string, error) {
	text, err := run("git", "ls-files", "--cached", "--others", "--exclude-standard", "-z")
	if err != nil {
		return nil, err
	}
	files := map[string]string{}
	for name := range strings.SplitSeq(strings.TrimSuffix(text, "\x00"), "\x00") {
		body, err := os.ReadFile(filepath.FromSlash(name))
		if errors.Is(err, fs.ErrNotExist) {
			continue // removed, and not yet committed
		}
		if err != nil {
			return nil, err
		}
		files[name] = digest(string(body))
	}
	return files, nil
}

func run(name string, args ...string) (string, error) {
	cmd := exec.Command(name, args...)
	cmd.Stderr = os.Stderr
	text, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%s: %w", name, err)
	}
	return string(text), nil
}

// states gives the state of each package.
func states(root string, packages map[string]*pkg, files map[string]string) map[string]state {
	at := map[string]string{} // package by folder
	for path, p := range packages {
		if dir, err := filepath.Rel(root, p.Dir); err == nil {
			at[filepath.ToSlash(dir)] = path
		}
	}
	s := sums{packages: packages, own: map[string][]string{}, built: map[string]string{}}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		line := name + " " + files[name]
		s.tree = append(s.tree, line)
		if slices.Contains([]string{"go.mod", "go.sum", ".golangci.yml"}, name) {
			s.module = append(s.module, line)
		}
		// A folder without Go files of its own, such as messages and testdata, is of the package above it.
		for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
			if owner, ok := at[dir]; ok {
				s.own[owner] = append(s.own[owner], line)
				break
			}
		}
	}
	now := map[string]state{}
	for path, p := range packages {
		now[path] = state{digest(slices.Concat(s.module, s.own[path])...), s.tested(path, p)}
	}
	return now
}

type sums struct {
	packages map[string]*pkg
	own      map[string][]string // files of a package, with their digests
	module   []string            // what holds for every package
	tree     []string            // all files
	built    map[string]string
}

// tested is what the tests of a package depend on. Those of app look at the whole tree.
func (s *sums) tested(name string, p *pkg) string {
	if inApp(name) {
		return digest(s.tree...)
	}
	parts := slices.Concat(s.module, s.own[name])
	for _, list := range [][]string{p.Imports, p.TestImports, p.XTestImports} {
		for _, path := range list {
			if !inApp(path) {
				parts = append(parts, s.of(path))
			}
		}
	}
	return digest(parts...)
}

// of is what a package is built from; the same for all of other modules, which go.mod beside them names.
func (s *sums) of(path string) string {
	p := s.packages[path]
	if p == nil {
		return ""
	}
	if sum, ok := s.built[path]; ok {
		return sum
	}
	parts := slices.Clone(s.own[path])
	for _, imported := range p.Imports {
		parts = append(parts, s.of(imported))
	}
	s.built[path] = digest(parts...)
	return s.built[path]
}

func inApp(path string) bool { return path == "sonha/app" || strings.HasPrefix(path, "sonha/app/") }

func digest(parts ...string) string {
	h := sha256.New()
	for _, part := range parts {
		_, _ = fmt.Fprintf(h, "%d %s", len(part), part)
	}
	return hex.EncodeToString(h.Sum(nil))
}
