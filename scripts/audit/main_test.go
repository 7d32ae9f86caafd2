package main

import (
	"slices"
	"strings"
	"testing"
)

const goAnswer = `{"config":{"protocol_version":"v1.0.0","db":"https://vuln.go.dev"}}
{"progress":{"message":"Scanning"}}
{"osv":{"id":"GO-2026-0001","summary":"Loops for ever"}}
{"osv":{"id":"GO-2026-0002","summary":"Reads too far"}}
{"finding":{"osv":"GO-2026-0001","trace":[{"module":"example.org/used","package":"example.org/used","function":"Parse"},{"module":"sonha","function":"read"}]}}
{"finding":{"osv":"GO-2026-0002","trace":[{"module":"example.org/carried"}]}}
`

const npmAnswer = `{"auditReportVersion":2,"vulnerabilities":{
"deep":{"name":"deep","severity":"high","via":[{"source":1,"title":"Reads files","url":"https://github.com/advisories/GHSA-aaaa-bbbb-cccc","severity":"high"}]},
"above":{"name":"above","severity":"high","via":["deep"]}}}`

func TestWhatIsReachedIsFound(t *testing.T) {
	t.Parallel()
	got, err := goFindings([]byte(goAnswer))
	if err != nil || !slices.Equal(got, []finding{{"GO-2026-0001", "example.org/used", "Loops for ever"}}) {
		t.Errorf("%v, %v", got, err)
	}
	got, err = npmFindings([]byte(npmAnswer))
	if err != nil || !slices.Equal(got, []finding{{"GHSA-aaaa-bbbb-cccc", "deep", "Reads files (high)"}}) {
		t.Errorf("%v, %v", got, err)
	}
}

// Where the database cannot be reached a copy of it is asked, when one is named.
func TestACopyOfTheDatabaseIsAsked(t *testing.T) {
	t.Parallel()
	if got := strings.Join(govulncheck([]string{"tool"}), " "); got != "tool -format json -test ./..." {
		t.Error(got)
	}
	if got := strings.Join(govulncheck([]string{"tool", "file:///copy"}), " "); got != "tool -db file:///copy -format json -test ./..." {
		t.Error(got)
	}
}

// A database that does not answer is no clean result.
func TestNoAnswerIsNoResult(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "{}", `{"message":"request failed","error":{"summary":""}}`, "<html>"} {
		if got, err := npmFindings([]byte(text)); err == nil {
			t.Errorf("npm: %q gives %v", text, got)
		}
		if got, err := goFindings([]byte(text)); err == nil {
			t.Errorf("govulncheck: %q gives %v", text, got)
		}
	}
	if code := judge(new(strings.Builder), nil, nil, "2026-11-27", true); code != 2 {
		t.Errorf("ends with %d", code)
	}
}

func TestOnlyWhatIsExplainedPasses(t *testing.T) {
	t.Parallel()
	found := []finding{{"GO-2026-0001", "example.org/used", "Loops for ever"}}
	table := func(until string) map[string]exception {
		return exceptions("| Số | Đến ngày | Vì sao |\n|---|---|---|\n| GO-2026-0001 | " + until + " | chỉ trong phép thử |\n")
	}
	for name, x := range map[string]struct {
		found []finding
		known map[string]exception
		code  int
		says  string
	}{
		"nothing":     {nil, nil, 0, "✓"},
		"unexplained": {found, nil, 1, "✗ GO-2026-0001"},
		"explained":   {found, table("2026-12-31"), 0, "chỉ trong phép thử"},
		"too long":    {found, table("2026-11-26"), 1, "until 2026-11-26 only"},
		"not there":   {nil, table("2026-12-31"), 1, "take the line out"},
	} {
		var out strings.Builder
		if code := judge(&out, x.found, x.known, "2026-11-27", false); code != x.code || !strings.Contains(out.String(), x.says) {
			t.Errorf("%s: %d\n%s", name, code, out.String())
		}
	}
}
