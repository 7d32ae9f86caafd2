// Audit looks whether anything that the program is built from is known to be vulnerable: Go modules and the standard library by
// govulncheck, what the browser gets and what builds it by npm audit. What is known and explained stands in docs/audit.md, with a day.
//
//	go run ./scripts/audit .tools/bin/govulncheck-v1.9.0 [file:///a/copy/of/the/database]
//
// It ends with 0 when nothing is found or all of it is explained, 1 when something is not, 2 when one of the databases could not be
// asked: then nothing is proved.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"
)

// finding is one known vulnerability in one part of the program.
type finding struct{ id, part, what string }

// exception is a line of docs/audit.md: not answered by an update yet, until a day.
type exception struct{ until, why string }

const explained = "docs/audit.md"

func main() {
	if len(os.Args) < 2 || len(os.Args) > 3 {
		fmt.Fprintln(os.Stderr, "usage: audit GOVULNCHECK [DATABASE]")
		os.Exit(2)
	}
	text, err := os.ReadFile(explained)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	var found []finding
	unasked := false
	for _, ask := range []struct {
		name, host string
		args       []string
		read       func([]byte) ([]finding, error)
	}{
		{"govulncheck", "https://vuln.go.dev", govulncheck(os.Args[1:]), goFindings},
		// Everything in package.json is a devDependency, also what the browser gets: nothing is left out.
		{"npm audit", "the npm registry (its audit endpoint)", []string{"npm", "audit", "--json"}, npmFindings},
	} {
		cmd := exec.Command(ask.args[0], ask.args[1:]...)
		var out, told bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &told
		failed := cmd.Run()
		some, err := ask.read(out.Bytes())
		if err == nil && failed != nil && len(some) == 0 {
			err = failed
		}
		if err != nil {
			unasked = true
			fmt.Printf("%s: NOT ASKED, so nothing is proved. It needs %s: run it where that can be reached.\n  %v\n%s", ask.name, ask.host, err, indent(told.String()))
			continue
		}
		fmt.Printf("%s: %d known vulnerabilities in what is used\n", ask.name, len(some))
		found = append(found, some...)
	}
	code := judge(os.Stdout, found, exceptions(string(text)), time.Now().UTC().Format(time.DateOnly), unasked)
	os.Exit(code)
}

// govulncheck is the command that asks about Go: of the database that is open to everybody, or of a copy of it that was named.
func govulncheck(args []string) []string {
	out := []string{args[0]}
	if len(args) > 1 {
		out = append(out, "-db", args[1])
	}
	return append(out, "-format", "json", "-test", "./...")
}

func indent(text string) string {
	var out strings.Builder
	for line := range strings.Lines(strings.TrimSpace(text)) {
		out.WriteString("  " + strings.TrimRight(line, "\n") + "\n")
	}
	return out.String()
}

// judge lists what was found and gives the exit code.
func judge(out io.Writer, found []finding, known map[string]exception, today string, unasked bool) int {
	code := 0
	if unasked {
		code = 2
	}
	seen := map[string]bool{}
	for _, f := range found {
		e, ok := known[f.id]
		seen[f.id] = true
		switch {
		case !ok:
			code = 1
			_, _ = fmt.Fprintf(out, "✗ %s in %s: %s\n  Update it; where there is no update yet, explain it in %s.\n", f.id, f.part, f.what, explained)
		case e.until < today:
			code = 1
			_, _ = fmt.Fprintf(out, "✗ %s in %s: explained until %s only (%s)\n", f.id, f.part, e.until, e.why)
		default:
			_, _ = fmt.Fprintf(out, "– %s in %s: explained until %s: %s\n", f.id, f.part, e.until, e.why)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(known)) {
		if !seen[id] && !unasked {
			code = max(code, 1)
			_, _ = fmt.Fprintf(out, "✗ %s is explained in %s but not found any more: take the line out\n", id, explained)
		}
	}
	if code == 0 {
		_, _ = fmt.Fprintln(out, "✓ nothing that is not explained")
	}
	return code
}

// row is a line of the table: the number of an advisory, until which day it is explained, and why.
var row = regexp.MustCompile(`(?m)^\| *((?:GO|GHSA|CVE)-[A-Za-z0-9-]+) *\| *(\d{4}-\d{2}-\d{2}) *\| *(.+?) *\|$`)

func exceptions(text string) map[string]exception {
	out := map[string]exception{}
	for _, m := range row.FindAllStringSubmatch(text, -1) {
		out[m[1]] = exception{until: m[2], why: m[3]}
	}
	return out
}

// goFindings reads what govulncheck prints: a stream of objects. Only what our code reaches counts (the trace begins with a function).
func goFindings(text []byte) ([]finding, error) {
	summaries, reached := map[string]string{}, map[string]string{}
	begun := false
	for in := json.NewDecoder(bytes.NewReader(text)); ; {
		var m struct {
			Config *struct {
				DB string `json:"db"`
			} `json:"config"`
			OSV *struct {
				ID      string `json:"id"`
				Summary string `json:"summary"`
			} `json:"osv"`
			Finding *struct {
				OSV   string `json:"osv"`
				Trace []struct {
					Module   string `json:"module"`
					Function string `json:"function"`
				} `json:"trace"`
			} `json:"finding"`
			SBOM *struct{} `json:"SBOM"`
		}
		err := in.Decode(&m)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("read the answer: %w", err)
		}
		begun = begun || m.Config != nil
		if m.OSV != nil {
			summaries[m.OSV.ID] = m.OSV.Summary
		}
		if f := m.Finding; f != nil && len(f.Trace) > 0 && f.Trace[0].Function != "" {
			reached[f.OSV] = f.Trace[0].Module
		}
	}
	if !begun {
		return nil, errors.New("no answer")
	}
	var out []finding
	for _, id := range slices.Sorted(maps.Keys(reached)) {
		out = append(out, finding{id: id, part: reached[id], what: summaries[id]})
	}
	return out, nil
}

// npmFindings reads what npm audit --json prints. A part that is vulnerable only through another is told with that other.
func npmFindings(text []byte) ([]finding, error) {
	var answer struct {
		Message         string          `json:"message"`
		Error           json.RawMessage `json:"error"`
		Vulnerabilities map[string]struct {
			Via []json.RawMessage `json:"via"`
		} `json:"vulnerabilities"`
	}
	if err := json.Unmarshal(text, &answer); err != nil {
		return nil, fmt.Errorf("read the answer: %w", err)
	}
	if answer.Vulnerabilities == nil {
		return nil, fmt.Errorf("no answer: %s %s", answer.Message, answer.Error)
	}
	var out []finding
	for _, part := range slices.Sorted(maps.Keys(answer.Vulnerabilities)) {
		for _, via := range answer.Vulnerabilities[part].Via {
			var v struct {
				Title    string `json:"title"`
				URL      string `json:"url"`
				Severity string `json:"severity"`
			}
			if json.Unmarshal(via, &v) == nil && v.URL != "" {
				out = append(out, finding{id: path.Base(v.URL), part: part, what: v.Title + " (" + v.Severity + ")"})
			}
		}
	}
	return out, nil
}
