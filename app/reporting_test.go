package app_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sonha/app"
	"sonha/app/demo"
	"sonha/engine/db"
	"sonha/ground/civil"
	"sonha/ward/criteria"
)

// sonha runs the program with its arguments.
func sonha(t *testing.T, args ...string) (code int, out, errs string) {
	t.Helper()
	var o, e bytes.Buffer
	code = app.Main(args, &o, &e)
	return code, o.String(), e.String()
}

// TestReportOfAWard goes the way of a ward on the command line: an empty ward, its roster, its earlier results,
// the report in every format.
func TestReportOfAWard(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	data := "--data=" + filepath.Join(dir, "data")
	must := func(args ...string) string {
		t.Helper()
		code, out, errs := sonha(t, append(args, data)...)
		if code != 0 {
			t.Fatalf("sonha %s: exit %d\n%s%s", strings.Join(args, " "), code, out, errs)
		}
		return out
	}
	must("init", "--city=Hà Nội", "--ward=Hoàn Kiếm")
	must("import", "roster", "../testdata/roster-hoan-kiem.xlsx")
	must("import", "results", "../testdata/results-2023-2025.xlsx")

	var f map[string]any
	if err := json.Unmarshal([]byte(must("report", "campaign", "--year=2025", "--format=json")), &f); err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]any{
		"year": 2025., "dossiers": 1586., "inspected": 1586., "safe": 1411., "conditional": 55., "not_safe": 120., "safe_percent": 89., "ward": "Hoàn Kiếm",
	} {
		if f[key] != want {
			t.Errorf("%s is %v, want %v", key, f[key], want)
		}
	}
	for format, magic := range map[string]string{"json": "{", "xlsx": "PK", "docx": "PK", "pdf": "%PDF-"} {
		name := filepath.Join(dir, "bao-cao."+format)
		out := must("report", "campaign", "--year=2025", "--format="+format, "--out="+name)
		if !strings.Contains(out, "1.411 số nhà đạt an toàn (89,0\u00a0%)") || !strings.Contains(out, name) {
			t.Errorf("%s: the command says %q", format, out)
		}
		body, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.HasPrefix(body, []byte(magic)) {
			t.Errorf("%s begins with %q", format, body[:min(8, len(body))])
		}
	}
	if out := must("report", "campaign", "--year=2025", "--format=pdf"); !strings.HasPrefix(out, "%PDF-") {
		t.Error("a PDF does not go to an output that is no screen")
	}
}

func TestReportThatCannotBe(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	data := "--data=" + filepath.Join(dir, "data")
	if code, out, errs := sonha(t, "init", data, "--city=Hà Nội", "--ward=Hoàn Kiếm"); code != 0 {
		t.Fatalf("init: %d %s%s", code, out, errs)
	}
	there := filepath.Join(dir, "bao-cao.pdf")
	if err := os.WriteFile(there, []byte("bản cũ"), 0o600); err != nil {
		t.Fatal(err)
	}
	code, out, errs := sonha(t, "report", "campaign", data, "--year=1999", "--format=pdf", "--out="+there)
	if code == 0 || out != "" || !strings.Contains(errs, "Phường không có đợt năm 1999") {
		t.Errorf("a year that is not there: exit %d, %q, %q", code, out, errs)
	}
	if kept, err := os.ReadFile(there); err != nil || string(kept) != "bản cũ" {
		t.Errorf("the file that was there: %q, %v", kept, err)
	}
	if code, _, errs := sonha(t, "report", "campaign", data, "--format=odt"); code != 2 || !strings.Contains(errs, "odt") {
		t.Errorf("a format that is not there: exit %d, %q", code, errs)
	}
}

// A report of the demo says the same on the command line as on its pages, whenever it is asked for: what is overdue goes by the demo's time.
func TestAReportOfTheDemoHasTheTimeOfTheDemo(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	d, err := db.Open(t.Context(), db.Options{URL: filepath.Join(data, "sonha.db"), Clock: demo.Moment})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := demo.Build(t.Context(), d, criteria.Version1(), 40, nil); err != nil {
		t.Fatal(err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	code, out, errs := sonha(t, "report", "campaign", "--year=2026", "--format=json", "--data="+data)
	var f struct {
		AsOf time.Time `json:"as_of"`
	}
	if err := json.Unmarshal([]byte(out), &f); err != nil || code != 0 || civil.DayOf(f.AsOf) != civil.DayOf(demo.Moment()) {
		t.Errorf("exit %d, figures of %s: %v %s", code, f.AsOf, err, errs)
	}
}
