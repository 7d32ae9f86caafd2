package words

import (
	"errors"
	"fmt"
	"io/fs"
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
	c := &Catalog{words: map[string]func() *Words{}}
	faults := make([]error, len(languages), len(languages)+1)
	for i, lang := range languages {
		w := &Words{lang: lang}
		c.words[lang] = func() *Words { return w }
		faults[i] = w.loadAll(fsys)
	}
	faults = append(faults, c.compare())
	if err := errors.Join(faults...); err != nil {
		return nil, err
	}
	return c, nil
}

// Open reads the texts of Default, and those of another language when one asks for it: reading is the longest part of a start.
// It is for catalogs that Load has found to be whole, as a test of the program does; a language that cannot be read is
// spoken in Default.
func Open(fsys ...fs.FS) (*Catalog, error) {
	first := &Words{lang: Default}
	if err := first.loadAll(fsys); err != nil {
		return nil, err
	}
	c := &Catalog{words: map[string]func() *Words{}}
	for _, lang := range languages {
		c.words[lang] = sync.OnceValue(func() *Words {
			w := &Words{lang: lang}
			if lang == Default || w.loadAll(fsys) != nil {
				return first
			}
			return w
		})
	}
	return c, nil
}

// loadAll adds the messages of all features.
func (w *Words) loadAll(fsys []fs.FS) error {
	w.plural = newPluralForms(w.lang)
	var faults []error
	sources := make([]string, len(fsys))
	size := 0
	for i, feature := range fsys {
		source, err := fs.ReadFile(feature, w.path())
		if err != nil {
			faults = append(faults, fmt.Errorf("words: %w", err))
		}
		sources[i] = string(source)
		size += len(source)
	}
	const mean = 64 // bytes of a message with its key
	w.texts = make(map[string]text, size/mean)
	for _, source := range sources {
		faults = append(faults, w.load(source))
	}
	return errors.Join(faults...)
}

func (w *Words) path() string { return "messages/" + w.lang + ".toml" }

// load adds the messages of one feature.
func (w *Words) load(source string) error {
	messages, ok := read(source)
	if !ok {
		var err error
		if messages, err = readTOML(source, w.path()); err != nil {
			return fmt.Errorf("words: %s: %w", w.path(), err)
		}
	}
	var faults []error
	for _, m := range messages {
		if err := w.add(m); err != nil {
			faults = append(faults, fmt.Errorf("words: %s: %s: %w", w.lang, m.ID, err))
		}
	}
	return errors.Join(faults...)
}

// readTOML reads any catalog that the message format allows.
func readTOML(source, path string) ([]*i18n.Message, error) {
	bundle := i18n.NewBundle(language.Vietnamese)
	bundle.RegisterUnmarshalFunc("toml", toml.Unmarshal)
	file, err := bundle.ParseMessageFileBytes([]byte(source), path)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(file.Messages, func(a, b *i18n.Message) int { return strings.Compare(a.ID, b.ID) })
	return file.Messages, nil
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
	t := text{other: other}
	for _, f := range [...]struct{ name, text string }{{"few", m.Few}, {"many", m.Many}, {"one", m.One}, {"two", m.Two}, {"zero", m.Zero}} {
		if f.text == "" {
			continue
		}
		if !w.plural.has(f.name) {
			return fmt.Errorf("plural form %q does not exist in this language", f.name)
		}
		form, err := parse(f.text)
		if err != nil {
			return err
		}
		if extra := without(form.fields(), other.fields()); len(extra) > 0 {
			return fmt.Errorf("form %q has placeholders %v that the form \"other\" has not", f.name, extra)
		}
		if t.forms == nil {
			t.forms = map[string]template{}
		}
		t.forms[f.name] = form
	}
	w.texts[m.ID] = t
	return nil
}

// compare finds keys that one language lacks and placeholders that differ.
func (c *Catalog) compare() error {
	var faults []string
	for _, lang := range languages {
		for _, other := range languages {
			if other == lang {
				continue
			}
			for key, mine := range c.In(lang).texts {
				theirs, ok := c.In(other).texts[key]
				if !ok {
					faults = append(faults, fmt.Sprintf("words: %s: %s: missing (it exists in %s)", other, key, lang))
					continue
				}
				if extra := without(mine.other.fields(), theirs.other.fields()); len(extra) > 0 {
					faults = append(faults, fmt.Sprintf("words: %s: %s: placeholders %v of %s are missing", other, key, extra, lang))
				}
			}
		}
	}
	if len(faults) == 0 {
		return nil
	}
	slices.Sort(faults)
	return errors.New(strings.Join(faults, "\n"))
}

// parse cuts a text at its placeholders.
func parse(s string) (template, error) {
	switch {
	case strings.TrimSpace(s) == "":
		return template{}, errors.New("text is empty")
	case !norm.NFC.IsNormalString(s):
		return template{}, errors.New("text is not Unicode NFC")
	}
	if !strings.Contains(s, "{{") && !strings.Contains(s, "}}") {
		return template{literal: s}, nil
	}
	var t template
	for rest := s; rest != ""; {
		before, behind, found := strings.Cut(rest, "{{")
		name, after, closed := strings.Cut(behind, "}}")
		if strings.Contains(before, "}}") || found && (!closed || !placeholder(strings.Trim(name, " \t\n"))) {
			return template{}, fmt.Errorf("only placeholders like {{.Name}} are allowed: %q", s)
		}
		if before != "" {
			t.pieces = append(t.pieces, piece{literal: before})
		}
		if found {
			t.pieces = append(t.pieces, piece{field: strings.Trim(name, " \t\n")[1:]})
		}
		rest = after
	}
	return t, nil
}

// placeholder reports whether what stands between the braces is a point and a name: .Name.
func placeholder(s string) bool {
	name, ok := strings.CutPrefix(s, ".")
	if !ok || name == "" || name[0] < 'A' || name[0] > 'Z' {
		return false
	}
	return !strings.ContainsFunc(name, func(c rune) bool { return c == '_' || c == '-' || c > 'z' || !bare(byte(c)) })
}

// fields returns the names of the placeholders, sorted, each once.
func (t template) fields() []string {
	var names []string
	for _, p := range t.pieces {
		if p.field != "" {
			names = append(names, p.field)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// without returns what a has and b has not.
func without(a, b []string) []string {
	if len(a) == 0 {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(a), func(s string) bool { return slices.Contains(b, s) })
}
