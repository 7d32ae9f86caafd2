package main

import (
	"strings"
	"testing"
)

func TestFollow(t *testing.T) {
	for _, c := range []struct {
		name, events string
		want         counts
		says         []string
		hushes       []string
	}{
		{
			name: "leaves are counted, passing tests are quiet",
			events: `{"Action":"run","Package":"p","Test":"TestA"}
{"Action":"run","Package":"p","Test":"TestA/one"}
{"Action":"output","Package":"p","Test":"TestA/one","Output":"chatter\n"}
{"Action":"pass","Package":"p","Test":"TestA/one"}
{"Action":"skip","Package":"p","Test":"TestA/two"}
{"Action":"pass","Package":"p","Test":"TestA"}
{"Action":"output","Package":"p","Output":"PASS\n"}
{"Action":"output","Package":"p","Output":"ok  \tp\t0.01s\n"}
{"Action":"pass","Package":"p"}
`,
			want: counts{Passed: 1, Skipped: 1}, says: []string{"ok  \tp\t0.01s"}, hushes: []string{"chatter", "PASS"},
		},
		{
			name: "a failed leaf counts once and says why",
			events: `{"Action":"output","Package":"p","Test":"TestA/one","Output":"want 1, got 2\n"}
{"Action":"fail","Package":"p","Test":"TestA/one"}
{"Action":"fail","Package":"p","Test":"TestA"}
{"Action":"fail","Package":"p"}
`,
			want: counts{Failed: 1}, says: []string{"want 1, got 2"},
		},
		{
			name: "a package that does not compile is one failure",
			events: `{"ImportPath":"p","Action":"build-output","Output":"p.go:1: undefined: x\n"}
{"ImportPath":"p","Action":"build-fail"}
{"Action":"output","Package":"p","Output":"FAIL\tp [build failed]\n"}
{"Action":"fail","Package":"p","FailedBuild":"p"}
`,
			want: counts{Failed: 1}, says: []string{"undefined: x", "[build failed]"},
		},
		{
			name: "a panic is one failure and is shown",
			events: `{"Action":"run","Package":"p","Test":"TestA"}
{"Action":"output","Package":"p","Test":"TestA","Output":"panic: boom\n"}
{"Action":"fail","Package":"p"}
`,
			want: counts{Failed: 1}, says: []string{"panic: boom"},
		},
		{name: "plain words pass through", events: "no such package\n", says: []string{"no such package"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var out strings.Builder
			got, err := follow(strings.NewReader(c.events), &out)
			if err != nil || got != c.want {
				t.Errorf("follow = %+v, %v; want %+v", got, err, c.want)
			}
			for _, s := range c.says {
				if !strings.Contains(out.String(), s) {
					t.Errorf("%q is missing in:\n%s", s, out.String())
				}
			}
			for _, s := range c.hushes {
				if strings.Contains(out.String(), s) {
					t.Errorf("%q should not be in:\n%s", s, out.String())
				}
			}
		})
	}
}
