package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

// event is one line of `go test -json`; see `go doc test2json`.
type event struct {
	Action  string `json:"Action"`
	Package string `json:"Package"` // empty in build events
	Test    string `json:"Test"`
	Output  string `json:"Output"`
}

// tally gathers the events of one run of go test.
type tally struct {
	counts

	out      io.Writer
	output   map[string]*strings.Builder // of a test that has not ended, by package and test
	parents  map[string]bool             // tests that have subtests: only the leaves are counted
	failures map[string]bool             // packages in which a test failed
}

// follow reads the events to their end, prints a line for each package and everything that a failed test said.
// Tests are counted by their leaves: a table of ten cases is ten tests. A package that fails without a failed test
// (it does not compile, it panicked, TestMain gave up) counts as one failure.
func follow(events io.Reader, out io.Writer) (counts, error) {
	t := tally{out: out, output: map[string]*strings.Builder{}, parents: map[string]bool{}, failures: map[string]bool{}}
	lines := bufio.NewReader(events)
	for {
		line, err := lines.ReadString('\n')
		if line != "" {
			t.line(line)
		}
		if err == io.EOF {
			return t.counts, nil
		}
		if err != nil {
			return t.counts, err
		}
	}
}

func (t *tally) line(line string) {
	var e event
	if err := json.Unmarshal([]byte(line), &e); err != nil {
		fmt.Fprint(t.out, line) // go also prints plain words, about a missing package for one
		return
	}
	switch {
	case e.Action == "build-output":
		fmt.Fprint(t.out, e.Output)
	case e.Test == "":
		t.ofPackage(e)
	default:
		t.ofTest(e)
	}
}

func (t *tally) ofPackage(e event) {
	switch e.Action {
	case "output":
		if e.Output != "PASS\n" {
			fmt.Fprint(t.out, e.Output)
		}
	case "fail":
		// A panic leaves its test without an end; what it said is the only trace of it.
		for key, said := range t.output {
			if strings.HasPrefix(key, e.Package+" ") {
				fmt.Fprint(t.out, said)
				delete(t.output, key)
			}
		}
		if !t.failures[e.Package] {
			t.Failed++
		}
	}
}

func (t *tally) ofTest(e event) {
	key := e.Package + " " + e.Test
	if t.output[key] == nil {
		t.output[key] = &strings.Builder{}
	}
	if parent := strings.LastIndex(e.Test, "/"); parent >= 0 {
		t.parents[e.Package+" "+e.Test[:parent]] = true
	}
	leaf := !t.parents[key]
	switch e.Action {
	case "output":
		t.output[key].WriteString(e.Output)
		return
	case "pass":
		if leaf {
			t.Passed++
		}
	case "skip":
		if leaf {
			t.Skipped++
		}
	case "fail":
		fmt.Fprint(t.out, t.output[key])
		t.failures[e.Package] = true
		if leaf {
			t.Failed++
		}
	default:
		return // run, pause, cont, start
	}
	delete(t.output, key)
}
