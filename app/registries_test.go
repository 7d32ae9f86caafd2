package app_test

import (
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"
)

// strays gives the parts of a package-lock.json that do not come from the npm registry, or without a digest. Where the file states no
// address, npm asks the registry by the name.
func strays(lock []byte) ([]string, error) {
	var file struct {
		Packages map[string]struct {
			Resolved  string `json:"resolved"`
			Integrity string `json:"integrity"`
			Link      bool   `json:"link"`
		} `json:"packages"`
	}
	if err := json.Unmarshal(lock, &file); err != nil {
		return nil, err
	}
	var out []string
	for name, p := range file.Packages {
		if name == "" { // ourselves
			continue
		}
		if p.Resolved != "" && !strings.HasPrefix(p.Resolved, "https://registry.npmjs.org/") || p.Link || !strings.HasPrefix(p.Integrity, "sha512-") {
			out = append(out, name)
		}
	}
	return out, nil
}

// What the program is built from comes from the registries of Go and npm alone, each part with its digest: nothing from a folder beside
// it, a fork or an address.
func TestEveryPartComesFromItsRegistry(t *testing.T) {
	t.Parallel()
	lock, err := os.ReadFile("../package-lock.json")
	if err != nil {
		t.Fatal(err)
	}
	found, err := strays(lock)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range found {
		t.Errorf("%s comes from elsewhere, or without a digest (package-lock.json)", name)
	}
	module, err := os.ReadFile("../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	if at := regexp.MustCompile(`(?m)^\s*replace\b.*`).Find(module); at != nil {
		t.Errorf("go.mod: %s", at)
	}
	if found, err := strays([]byte(`{"packages":{"":{},"a":{"resolved":"git+ssh://x","integrity":"sha512-x"},"b":{"resolved":"https://registry.npmjs.org/b"},"c":{"link":true,"integrity":"sha512-x"},"d":{"integrity":"sha512-x"}}}`)); err != nil || len(found) != 3 {
		t.Errorf("of three strays %v are found, %v", found, err)
	}
}
