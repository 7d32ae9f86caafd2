package words

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
	"pgregory.net/rapid"

	"sonha/ground/civil"
)

// feature makes the file system of one feature.
func feature(vi, en string) fs.FS {
	return fstest.MapFS{
		"messages/vi.toml": {Data: []byte(vi)},
		"messages/en.toml": {Data: []byte(en)},
	}
}

var houses = feature(`
title = "Số nhà"
[house]
line = "Số nhà {{.Name}}, tổ {{ .Group }}"
[house.count]
other = "{{.N}} số nhà trên {{.Street}}"
[deep.er.still]
other = "Sâu"
description = "for the translator"
`, `
title = "Houses"
"house.line" = "House {{.Name}}, group {{.Group}}"
[house.count]
one = "{{.N}} house in {{.Street}}"
other = "{{.N}} houses in {{.Street}}"
[deep.er]
still = "Deep"
`)

func load(tb testing.TB, fsys ...fs.FS) *Catalog {
	tb.Helper()
	c, err := Load(fsys...)
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

func TestOpenSpeaksEveryLanguage(t *testing.T) {
	c := Open(houses)
	if got := c.In("en").N("house.count", 1, "Street", "Hàng Bạc"); got != "1 house in Hàng Bạc" {
		t.Errorf("en: %q", got)
	}
	if got := c.In("vi").T("title"); got != "Số nhà" || c.In("fr") != c.In("vi") {
		t.Errorf("vi: %q", got)
	}
	if got := Open(feature(`a = "Một"`, `a = "{{if}}"`)).In("en").T("a"); got != "Một" {
		t.Errorf("a language that cannot be read: %q", got)
	}
	defer func() {
		if recover() == nil {
			t.Error("a program that cannot speak its own language went on")
		}
	}()
	Open(feature(`a = "{{if}}"`, `a = "A"`)).In("vi").T("a")
}

func TestWords(t *testing.T) {
	c := load(t, houses, feature(`
[award]
title = "Khen thưởng"
any = "Một trong {{.N}}"
`, `
[award]
title = "Awards"
any = "One of {{.N}}"
`))
	vi, en := c.In("vi"), c.In("en")
	for _, test := range []struct{ name, got, want string }{
		{"T", vi.T("title"), "Số nhà"},
		{"T en", en.T("title"), "Houses"},
		{"T of another feature", en.T("award.title"), "Awards"},
		{"T nested", vi.T("deep.er.still"), "Sâu"},
		{"T nested another way", en.T("deep.er.still"), "Deep"},
		{"T unknown", vi.T("no.such"), "⟦no.such⟧"},
		{"T needs values", vi.T("house.line"), "⟦house.line⟧"},
		{"T is plural", en.T("house.count"), "⟦house.count⟧"},
		{"F", vi.F("house.line", "Name", "36A", "Group", 12), "Số nhà 36A, tổ 12"},
		{"F en, other order", en.F("house.line", "Group", int64(1586), "Name", "36A"), "House 36A, group 1,586"},
		{"F int in vi", vi.F("house.line", "Name", 1586, "Group", 1.5), "Số nhà 1.586, tổ 1.5"},
		{"F day", vi.F("house.line", "Name", civil.Day("2026-02-05"), "Group", ""), "Số nhà 05/02/2026, tổ "},
		{"F day en", en.F("house.line", "Name", civil.Day("2026-02-05"), "Group", ""), "House 5 February 2026, group "},
		{"F markup is left to the page", vi.F("house.line", "Name", "<b>{{.Group}}", "Group", "1"), "Số nhà <b>{{.Group}}, tổ 1"},
		{"F value missing", vi.F("house.line", "Name", "36A"), "Số nhà 36A, tổ ⟦Group⟧"},
		{"F odd pairs", vi.F("house.line", "Name", "36A", "Group"), "Số nhà 36A, tổ ⟦Group⟧"},
		{"F unknown", vi.F("no.such"), "⟦no.such⟧"},
		{"F plain", vi.F("title"), "Số nhà"},
		{"F with N", vi.F("award.any", "N", 2000), "Một trong 2.000"},
		{"N", vi.N("house.count", 1586, "Street", "Hàng Bạc"), "1.586 số nhà trên Hàng Bạc"},
		{"N one in vi", vi.N("house.count", 1, "Street", "Hàng Bạc"), "1 số nhà trên Hàng Bạc"},
		{"N zero", en.N("house.count", 0, "Street", "Hàng Bạc"), "0 houses in Hàng Bạc"},
		{"N one", en.N("house.count", 1, "Street", "Hàng Bạc"), "1 house in Hàng Bạc"},
		{"N 101", en.N("house.count", 101, "Street", "Hàng Bạc"), "101 houses in Hàng Bạc"},
		{"N many", en.N("house.count", 1586, "Street", "Hàng Bạc"), "1,586 houses in Hàng Bạc"},
		{"N unknown", en.N("no.such", 1), "⟦no.such⟧"},
		{"language", vi.Lang() + en.Lang(), "vien"},
		{"any other language", c.In("fr").Lang(), "vi"},
	} {
		if test.got != test.want {
			t.Errorf("%s: got %q, want %q", test.name, test.got, test.want)
		}
	}
	want := []string{"award.any", "award.title", "deep.er.still", "house.count", "house.line", "title"}
	if diff := cmp.Diff(want, c.Keys()); diff != "" {
		t.Error(diff)
	}
	if !vi.Has("house.line") || vi.Has("house") {
		t.Error("Has is wrong")
	}
}

func TestLoadRefuses(t *testing.T) {
	for _, test := range []struct{ name, vi, en, want string }{
		{"missing in en", `a = "A"` + "\n" + `b = "B"`, `a = "A"`, "en: b: missing (it exists in vi)"},
		{"missing in vi", `a = "A"`, `a = "A"` + "\n" + `b = "B"`, "vi: b: missing (it exists in en)"},
		{"empty", `a = ""`, `a = "A"`, "vi: a: text is empty"},
		{"blank", `a = "A"`, `a = "  "`, "en: a: text is empty"},
		{"only one", `a = "A"`, "[a]\none = \"A\"", "en: a: text is empty"},
		{"placeholder lacking", `a = "A {{.Name}}"`, `a = "A"`, "en: a: placeholders [Name] of vi are missing"},
		{"placeholder misspelt", `a = "{{.Name}}"`, `a = "{{.Nam}}"`, "vi: a: placeholders [Nam] of en are missing"},
		{"placeholder only in a form", `a = "A"`, "[a]\none = \"{{.X}}\"\nother = \"A\"", `form "one" has placeholders [X]`},
		{"no real template", `a = "{{if .X}}A{{end}}"`, `a = "A"`, "only placeholders like {{.Name}} are allowed"},
		{"field of a field", `a = "{{.A.B}}"`, `a = "A"`, "only placeholders"},
		{"an end alone", `a = "A }} {{.X}}"`, `a = "A {{.X}}"`, "only placeholders"},
		{"small placeholder", `a = "A {{.x}}"`, `a = "A"`, "only placeholders"},
		{"half a placeholder", `a = "{{.A}"`, `a = "A"`, "only placeholders"},
		{"strange form", `a = "A"`, "[a]\nfew = \"A\"\nother = \"A\"", `plural form "few" does not exist`},
		{"delimiters", "[a]\nleftDelim = \"<<\"\nother = \"A\"", `a = "A"`, "own delimiters"},
		{"NFD", "a = \"A\u0300\"", `a = "A"`, "vi: a: text is not Unicode NFC"},
		{"twice in a file", `"a.b" = "A"` + "\n[a]\nb = \"B\"", "[a]\nb = \"B\"", "vi: a.b: key is used twice"},
		{"no TOML", `a = `, `a = "A"`, "messages/vi.toml"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := Load(feature(test.vi, test.en))
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
	t.Run("key in two features", func(t *testing.T) {
		_, err := Load(houses, feature(`title = "A"`, `title = "A"`))
		if err == nil || !strings.Contains(err.Error(), "vi: title: key is used twice") {
			t.Error(err)
		}
	})
	t.Run("language file missing", func(t *testing.T) {
		_, err := Load(fstest.MapFS{"messages/vi.toml": {Data: []byte(`a = "A"`)}})
		if err == nil || !strings.Contains(err.Error(), "messages/en.toml") {
			t.Error(err)
		}
	})
	t.Run("all faults at once", func(t *testing.T) {
		_, err := Load(feature(`a = ""`, `b = "{{.X.Y}}"`))
		if n := strings.Count(err.Error(), "words: "); n < 2 {
			t.Errorf("%d faults in %v", n, err)
		}
	})
}

// Whatever the short reader takes, it takes as the library does.
func TestTheShortReaderAgreesWithTheLibrary(t *testing.T) {
	key := rapid.SampledFrom([]string{"a", "b", "title", "I1", "-", "one", "other", "Other", "few", "description", "id", "translation", `"a.b"`, `"x y"`, "a.b", "b . other", "ä"})
	value := rapid.SampledFrom([]string{
		`"A"`, `""`, `"Số {{.N}} “nhà”"`, `"a \"b\" \\ c\nd\te"`, `"\u00e0"`, `"no end`, `'raw'`, "1", "{ other = \"x\" }", "\"\"\"\nmany\nlines\n\"\"\"", "\"\"\"one\"\"\"", `"#"`, `["x"]`,
	})
	line := rapid.Custom(func(t *rapid.T) string {
		switch rapid.IntRange(0, 5).Draw(t, "kind") {
		case 0:
			return "[" + key.Draw(t, "table") + "]"
		case 1:
			return rapid.SampledFrom([]string{"", "  ", "# a remark", "\t# [x]", "[[a]]", "x", "\r"}).Draw(t, "other")
		default:
			return key.Draw(t, "key") + rapid.SampledFrom([]string{" = ", "=", " =\t"}).Draw(t, "sign") + value.Draw(t, "value") +
				rapid.SampledFrom([]string{"", " ", " # why", " x"}).Draw(t, "end")
		}
	})
	taken := 0
	rapid.Check(t, func(t *rapid.T) {
		source := strings.Join(rapid.SliceOfN(line, 0, 7).Draw(t, "lines"), "\n")
		got, ok := read(source, nil)
		if !ok {
			return
		}
		taken++
		want, err := readTOML(source, "messages/vi.toml")
		if err != nil {
			if strings.Contains(err.Error(), "already been defined") || strings.Contains(err.Error(), "already exists") || strings.Contains(err.Error(), "mixed") {
				return // a key that is there twice: the test below holds our own catalogs to it
			}
			t.Fatalf("the library refuses %q: %v", source, err)
		}
		slices.SortFunc(got, func(a, b i18n.Message) int { return strings.Compare(a.ID, b.ID) })
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" && !twice(got) {
			t.Fatalf("%q: %s", source, diff)
		}
	})
	if taken == 0 {
		t.Error("the short reader takes nothing")
	}
}

// twice reports whether two messages have one key, which Load refuses.
func twice(messages []i18n.Message) bool {
	for i := range messages {
		if i > 0 && messages[i].ID == messages[i-1].ID {
			return true
		}
	}
	return false
}

// A start takes as long as the catalogs: each of the program's own is written so that the short reader takes it, and is
// sound TOML.
func TestTheCatalogsOfTheProgramAreReadShort(t *testing.T) {
	seen := 0
	for _, storey := range []string{"app", "ward", "engine"} {
		err := filepath.WalkDir(filepath.Join("..", "..", storey), func(path string, _ fs.DirEntry, err error) error {
			if err != nil || filepath.Base(filepath.Dir(path)) != "messages" || filepath.Ext(path) != ".toml" {
				return err
			}
			source, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			seen++
			got, ok := read(string(source), nil)
			if !ok {
				t.Errorf("%s: needs more of TOML than the short reader knows", path)
				return nil
			}
			want, err := readTOML(string(source), path)
			slices.SortFunc(got, func(a, b i18n.Message) int { return strings.Compare(a.ID, b.ID) })
			if diff := cmp.Diff(want, got); err != nil || diff != "" {
				t.Errorf("%s: %v %s", path, err, diff)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if seen < 40 {
		t.Errorf("%d catalogs found", seen)
	}
}

// The precomputed forms agree with the library's plural rules for every count.
func TestPluralFormsAgreeWithLibrary(t *testing.T) {
	for _, lang := range languages {
		forms := newPluralForms(lang)
		tag := language.Make(lang)
		bundle := i18n.NewBundle(tag)
		bundle.MustAddMessages(tag, &i18n.Message{ID: "x", Zero: "zero", One: "one", Two: "two", Few: "few", Many: "many", Other: "other"})
		localizer := i18n.NewLocalizer(bundle, lang)
		rapid.Check(t, func(t *rapid.T) {
			n := rapid.IntRange(-100_000_000, 100_000_000).Draw(t, "n")
			want := localizer.MustLocalize(&i18n.LocalizeConfig{MessageID: "x", PluralCount: n})
			if got := forms.of(n); got != want {
				t.Fatalf("%s: %d is %q, want %q", lang, n, got, want)
			}
		})
	}
}

func TestWordsAreSafeForManyGoroutines(t *testing.T) {
	c := load(t, houses)
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for range 200 {
				if got := c.In("en").N("house.count", 1, "Street", i); !strings.HasPrefix(got, "1 house in ") {
					t.Error(got)
				}
			}
		})
	}
	wg.Wait()
}

func TestTextsWithoutValuesAllocateNothing(t *testing.T) {
	vi := load(t, houses).In("vi")
	if n := testing.AllocsPerRun(100, func() { _ = vi.T("title"); _ = vi.F("title") }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkT(b *testing.B) {
	vi := load(b, houses).In("vi")
	b.ReportAllocs()
	for b.Loop() {
		vi.T("title")
	}
}

func BenchmarkF(b *testing.B) {
	vi := load(b, houses).In("vi")
	b.ReportAllocs()
	for b.Loop() {
		vi.F("house.line", "Name", "36A Hàng Bạc", "Group", 12)
	}
}

func BenchmarkN(b *testing.B) {
	vi := load(b, houses).In("vi")
	b.ReportAllocs()
	for b.Loop() {
		vi.N("house.count", 1586, "Street", "Hàng Bạc")
	}
}
