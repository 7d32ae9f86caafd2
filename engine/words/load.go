package words

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/BurntSushi/toml"
	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
	"golang.org/x/text/unicode/norm"
)

// languages are those every text must exist in.
var languages = []string{Default, "en"}

// Load reads messages/vi.toml and messages/en.toml of every file system, one a
// feature, into a Catalog. Its error names everything that is wrong, one fault a
// line, so that a translator can mend a file in one go.
func Load(fsys ...fs.FS) (*Catalog, error) {
	c := &Catalog{words: map[string]*Words{}}
	faults := make([]error, len(languages), len(languages)+1)
	var reading sync.WaitGroup // reading the texts is the longest part of a start
	for i, lang := range languages {
		w := &Words{lang: lang, plural: newPluralForms(lang), plain: map[string]string{}, texts: map[string]*text{}}
		c.words[lang] = w
		reading.Go(func() { faults[i] = w.loadAll(fsys) })
	}
	reading.Wait()
	faults = append(faults, c.compare())
	if err := errors.Join(faults...); err != nil {
		return nil, err
	}
	return c, nil
}

// loadAll adds the messages of all features.
func (w *Words) loadAll(fsys []fs.FS) error {
	bundle := i18n.NewBundle(language.Vietnamese)
	bundle.RegisterUnmarshalFunc("toml", toml.Unmarshal)
	var faults []error
	for _, feature := range fsys {
		faults = append(faults, w.load(bundle, feature))
	}
	return errors.Join(faults...)
}

// load adds the messages of one feature.
func (w *Words) load(bundle *i18n.Bundle, feature fs.FS) error {
	path := "messages/" + w.lang + ".toml"
	source, err := fs.ReadFile(feature, path)
	if err != nil {
		return fmt.Errorf("words: %w", err)
	}
	file, err := bundle.ParseMessageFileBytes(source, path)
	if err != nil {
		return fmt.Errorf("words: %s: %w", path, err)
	}
	slices.SortFunc(file.Messages, func(a, b *i18n.Message) int { return strings.Compare(a.ID, b.ID) })
	var faults []error
	for _, m := range file.Messages {
		if err := w.add(m); err != nil {
			faults = append(faults, fmt.Errorf("words: %s: %s: %w", w.lang, m.ID, err))
		}
	}
	return errors.Join(faults...)
}

// add cuts one message into pieces and keeps it.
func (w *Words) add(m *i18n.Message) error {
	if _, ok := w.texts[m.ID]; ok {
		return errors.New("key is used twice")
	}
	if m.LeftDelim != "" || m.RightDelim != "" {
		return errors.New("own delimiters are not allowed")
	}
	other, err := parse(m.Other)
	if err != nil {
		return err
	}
	t := &text{other: other}
	forms := map[string]string{"zero": m.Zero, "one": m.One, "two": m.Two, "few": m.Few, "many": m.Many}
	for _, name := range slices.Sorted(maps.Keys(forms)) {
		if forms[name] == "" {
			continue
		}
		if !w.plural.has(name) {
			return fmt.Errorf("plural form %q does not exist in this language", name)
		}
		form, err := parse(forms[name])
		if err != nil {
			return err
		}
		if extra := without(form.fields(), other.fields()); len(extra) > 0 {
			return fmt.Errorf("form %q has placeholders %v that the form \"other\" has not", name, extra)
		}
		if t.forms == nil {
			t.forms = map[string]template{}
		}
		t.forms[name] = form
	}
	w.texts[m.ID] = t
	if t.forms == nil && len(other) == 1 && other[0].field == "" {
		w.plain[m.ID] = other[0].literal
	}
	return nil
}

// compare finds keys that one language lacks and placeholders that differ.
func (c *Catalog) compare() error {
	var faults []error
	for _, lang := range languages {
		for _, other := range languages {
			for _, key := range slices.Sorted(maps.Keys(c.words[lang].texts)) {
				mine, theirs := c.words[lang].texts[key], c.words[other].texts[key]
				if theirs == nil {
					faults = append(faults, fmt.Errorf("words: %s: %s: missing (it exists in %s)", other, key, lang))
					continue
				}
				if extra := without(mine.other.fields(), theirs.other.fields()); len(extra) > 0 {
					faults = append(faults, fmt.Errorf("words: %s: %s: placeholders %v of %s are missing", other, key, extra, lang))
				}
			}
		}
	}
	return errors.Join(faults...)
}

var placeholder = regexp.MustCompile(`\{\{\s*\.([A-Z][A-Za-z0-9]*)\s*\}\}`)

// parse cuts a text at its placeholders.
func parse(s string) (template, error) {
	switch {
	case strings.TrimSpace(s) == "":
		return nil, errors.New("text is empty")
	case !norm.NFC.IsNormalString(s):
		return nil, errors.New("text is not Unicode NFC")
	}
	if !strings.Contains(s, "{{") && !strings.Contains(s, "}}") {
		return template{{literal: s}}, nil
	}
	var t template
	at := 0
	for _, m := range placeholder.FindAllStringSubmatchIndex(s, -1) {
		if m[0] > at {
			t = append(t, piece{literal: s[at:m[0]]})
		}
		t = append(t, piece{field: s[m[2]:m[3]]})
		at = m[1]
	}
	if at < len(s) {
		t = append(t, piece{literal: s[at:]})
	}
	for _, p := range t {
		if strings.Contains(p.literal, "{{") || strings.Contains(p.literal, "}}") {
			return nil, fmt.Errorf("only placeholders like {{.Name}} are allowed: %q", s)
		}
	}
	return t, nil
}

// fields returns the names of the placeholders, sorted, each once.
func (t template) fields() []string {
	var names []string
	for _, p := range t {
		if p.field != "" {
			names = append(names, p.field)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// without returns what a has and b has not.
func without(a, b []string) []string {
	return slices.DeleteFunc(slices.Clone(a), func(s string) bool { return slices.Contains(b, s) })
}
