// Tally runs the Go tests or the browser tests, shows them plainly and keeps the counts, so that `make test` can end in one line.
//
//	tally go ARGUMENT...       go test ARGUMENT..., one line a package, the whole output of what failed
//	tally browser ARGUMENT...  npx playwright test ARGUMENT...
//	tally total                prints "N passed, N failed"; exits 1 when a test failed or none ran
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
)

// folder is where one run leaves its counts for the total.
const folder = ".tools/tally"

// counts is how a run ended, in tests.
type counts struct {
	Passed  int `json:"passed"`
	Failed  int `json:"failed"`
	Skipped int `json:"skipped"`
	Flaky   int `json:"flaky"` // of those that passed: only when tried again
}

func main() {
	ok, err := run(os.Args[1:], os.Stdout)
	if err != nil {
		fmt.Fprintln(os.Stderr, "tally:", err)
	}
	if err != nil || !ok {
		os.Exit(1)
	}
}

func run(args []string, out io.Writer) (ok bool, err error) {
	if len(args) == 0 {
		return false, errors.New("say what to tally: go, browser or total")
	}
	switch args[0] {
	case "go":
		return goTest(args[1:], out)
	case "browser":
		return playwright(args[1:], out)
	case "total":
		return total(out)
	default:
		return false, fmt.Errorf("tally: no such command %q", args[0])
	}
}

// goTest runs go test and keeps its counts.
func goTest(args []string, out io.Writer) (bool, error) {
	cmd := exec.Command("go", append([]string{"test", "-json"}, args...)...)
	cmd.Stderr = os.Stderr
	events, err := cmd.StdoutPipe()
	if err != nil {
		return false, err
	}
	if err := cmd.Start(); err != nil {
		return false, err
	}
	c, err := follow(events, out)
	if err != nil {
		return false, err
	}
	ended := cmd.Wait()
	if ended != nil && c.Failed == 0 {
		c.Failed = 1 // go itself failed before any test could
	}
	return ended == nil, save("go", c)
}

// playwright runs the browser tests and keeps the counts that its JSON reporter wrote.
func playwright(args []string, out io.Writer) (bool, error) {
	report := filepath.Join(folder, "playwright.json")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return false, err
	}
	if err := os.Remove(report); err != nil && !errors.Is(err, os.ErrNotExist) {
		return false, err
	}
	absolute, err := filepath.Abs(report)
	if err != nil {
		return false, err
	}
	cmd := exec.Command("npx", append([]string{"playwright", "test", "--config", "e2e/playwright.config.ts", "--reporter", "list,json"}, args...)...)
	cmd.Env = append(os.Environ(), "PLAYWRIGHT_JSON_OUTPUT_FILE="+absolute)
	cmd.Stdout, cmd.Stderr = out, os.Stderr
	ended := cmd.Run()

	var result struct {
		Stats struct {
			Expected   int `json:"expected"`
			Unexpected int `json:"unexpected"`
			Flaky      int `json:"flaky"`
			Skipped    int `json:"skipped"`
		} `json:"stats"`
	}
	text, err := os.ReadFile(report)
	if err == nil {
		err = json.Unmarshal(text, &result)
	}
	if err != nil {
		return false, errors.Join(ended, err, save("browser", counts{Failed: 1}))
	}
	c := counts{Passed: result.Stats.Expected + result.Stats.Flaky, Failed: result.Stats.Unexpected, Skipped: result.Stats.Skipped, Flaky: result.Stats.Flaky}
	if ended != nil && c.Failed == 0 {
		c.Failed = 1
	}
	return c.Failed == 0, save("browser", c)
}

// total prints the sum of all runs since `make test` began.
func total(out io.Writer) (bool, error) {
	files, err := filepath.Glob(filepath.Join(folder, "*.count"))
	if err != nil {
		return false, err
	}
	var sum counts
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return false, err
		}
		var c counts
		if err := json.Unmarshal(text, &c); err != nil {
			return false, fmt.Errorf("%s: %w", file, err)
		}
		sum = counts{sum.Passed + c.Passed, sum.Failed + c.Failed, sum.Skipped + c.Skipped, sum.Flaky + c.Flaky}
	}
	if sum.Skipped > 0 {
		fmt.Fprintf(out, "\n%d skipped\n", sum.Skipped)
	}
	if sum.Flaky > 0 { // docs/decisions/0042
		fmt.Fprintf(out, "\n%d flaky: passed only when tried again, mend the test or the program\n", sum.Flaky)
	}
	fmt.Fprintf(out, "\n%d passed, %d failed\n", sum.Passed, sum.Failed)
	return sum.Failed == 0 && sum.Passed > 0, nil
}

func save(name string, c counts) error {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	text, err := json.Marshal(c)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, name+".count"), text, 0o644)
}
