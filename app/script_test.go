package app_test

import (
	"database/sql"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/xuri/excelize/v2"

	"sonha/app"
	"sonha/engine/db/dbtest"
	"sonha/ground/civil"
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
//	tamper FILE STATEMENT  changes a SQLite file as somebody does who has it
//	find NAME FILE QUERY   puts what a query of a SQLite file gives into $NAME
//	answer FILE NUMBER COLUMN=VALUE…  fills the first sheet in for a house number; the column "all" is every item
//
// and $YEAR and $TODAY, the campaign that is under way and a day in it.
func TestScript(t *testing.T) {
	if testing.Short() {
		t.Skip("runs the program some dozen times")
	}
	testscript.Run(t, params(func(*testscript.Env) {}, "testdata/script/*.txtar"))
}

// TestScriptPostgres runs the whole main job on the other database too.
func TestScriptPostgres(t *testing.T) {
	address := dbtest.Postgres(t)
	testscript.Run(t, params(func(env *testscript.Env) { env.Setenv("SONHA_DB", address) }, "testdata/script/main_job.txtar"))
}

func params(prepare func(*testscript.Env), scripts string) testscript.Params {
	files, err := filepath.Glob(scripts)
	if err != nil || len(files) == 0 {
		panic("no scripts in " + scripts)
	}
	return testscript.Params{
		Files: files,
		Setup: func(env *testscript.Env) error {
			prepare(env)
			today := civil.DayOf(time.Now())
			env.Setenv("YEAR", strconv.Itoa(today.Year()))
			env.Setenv("TODAY", today.Display())
			for _, name := range []string{"roster-hoan-kiem.xlsx", "roster-hoan-kiem.expected.json", "results-2023-2025.xlsx", "results-2023-2025.expected.json", "series-1997-2025.csv", "series-1997-2025.expected.json"} {
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
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"same": same, "number": number, "cell": cell, "answer": answer, "tamper": tamper, "find": find},
	}
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

func tamper(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: tamper FILE STATEMENT")
	}
	pool, err := sql.Open("sqlite", ts.MkAbs(args[0]))
	ts.Check(err)
	res, err := pool.Exec(args[1])
	ts.Check(err)
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		ts.Fatalf("%s touched nothing (%v)", args[1], err)
	}
	ts.Check(pool.Close())
}

func find(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: find NAME FILE QUERY")
	}
	pool, err := sql.Open("sqlite", ts.MkAbs(args[1]))
	ts.Check(err)
	var got string
	ts.Check(pool.QueryRow(args[2]).Scan(&got))
	ts.Setenv(args[0], got)
	ts.Check(pool.Close())
}

// answer fills in a row of a workbook as a person does in Excel.
func answer(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 3 {
		ts.Fatalf("usage: answer FILE NUMBER COLUMN=VALUE…")
	}
	book, err := excelize.OpenFile(ts.MkAbs(args[0]))
	ts.Check(err)
	sheet := book.GetSheetName(0)
	rows, err := book.GetRows(sheet)
	ts.Check(err)
	var head []string
	row := 0
	for i, r := range rows {
		switch at := slices.Index(head, "Số nhà"); {
		case slices.Contains(r, "Số nhà"):
			head = r
		case at >= 0 && len(r) > at && r[at] == args[1]:
			row = i + 1
		}
	}
	filled := 0
	for _, arg := range args[2:] {
		column, value, _ := strings.Cut(arg, "=")
		for i, title := range head {
			first, _, two := strings.Cut(title, "\n")
			code, _, _ := strings.Cut(first, " ")
			if title != column && (!two || code != column && column != "all") {
				continue
			}
			ref, err := excelize.CoordinatesToCellName(i+1, row)
			ts.Check(err)
			ts.Check(book.SetCellValue(sheet, ref, value))
			filled++
		}
	}
	if row == 0 || filled < len(args)-2 {
		ts.Fatalf("%s: filled %d cells of %s in row %d", args[0], filled, args[1], row)
	}
	ts.Check(book.Save())
}
