package app_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/xuri/excelize/v2"

	"sonha/app"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"sonha": func() { os.Exit(app.Main(os.Args[1:], os.Stdout, os.Stderr)) },
	})
}

// TestScript runs the commands as a person types them. Beside testscript's own words there are
//
//	same GOT WANT        every field of the JSON file WANT but "invented" stands in GOT with the same value
//	number FILE KEY N    the JSON file has the number N under KEY
//	cell FILE SHEET REF TEXT
func TestScript(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(env *testscript.Env) error {
			for _, name := range []string{"roster-hoan-kiem.xlsx", "roster-hoan-kiem.expected.json", "results-2023-2025.xlsx", "results-2023-2025.expected.json"} {
				data, err := os.ReadFile(filepath.Join("..", "testdata", name))
				if err != nil {
					return err
				}
				if err := os.WriteFile(filepath.Join(env.WorkDir, name), data, 0o600); err != nil {
					return err
				}
			}
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"same": same, "number": number, "cell": cell},
	})
}

func same(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: same GOT WANT")
	}
	got, want := object(ts, args[0]), object(ts, args[1])
	delete(want, "invented")
	for key, value := range want {
		if !reflect.DeepEqual(got[key], value) {
			ts.Fatalf("%s: %s is %v, want %v", args[0], key, got[key], value)
		}
	}
}

func number(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: number FILE KEY N")
	}
	want, err := strconv.ParseFloat(args[2], 64)
	ts.Check(err)
	if got := object(ts, args[0])[args[1]]; got != want {
		ts.Fatalf("%s: %s is %v, want %v", args[0], args[1], got, want)
	}
}

func object(ts *testscript.TestScript, name string) map[string]any {
	var v map[string]any
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(name)), &v))
	return v
}

func cell(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 4 {
		ts.Fatalf("usage: cell FILE SHEET REF TEXT")
	}
	book, err := excelize.OpenFile(ts.MkAbs(args[0]))
	ts.Check(err)
	got, err := book.GetCellValue(args[1], args[2])
	ts.Check(err)
	if !strings.Contains(got, args[3]) {
		ts.Fatalf("%s %s %s says %q, want %q", args[0], args[1], args[2], got, args[3])
	}
}
