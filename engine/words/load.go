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
	c := &Catalog{words: map[string]*Words{}}
	faults := make([]error, len(languages), len(languages)+1)
	for i, lang := range languages {
		texts, err := loadAll(lang, fsys)
		w := newWords(lang, func() map[string]text { return texts })
		c.words[lang] = w
		faults[i] = errors.Join(err, w.sound())
	}
	faults = append(faults, c.compare())
	if err := errors.Join(faults...); err != nil {
		return nil, err
	}
	return c, nil
}

// Open gives a catalog whose texts are read when somebody first asks for one of a language: reading is the longest part of a start, and
// nothing but a page waits for it. It is for texts that Load has found to be sound, as a test of the program does. A language that cannot be
// read is spoken in Default; where Default cannot be read, asking for a text panics, for the texts are compiled in and the build is at fault.
func Open(fsys ...fs.FS) *Catalog {
	first := sync.OnceValue(func() map[string]text {
		texts, err := loadAll(Default, fsys)
		if err != nil {
			panic(err)
		}
		return texts
	})
	c := &Catalog{words: map[string]*Words{Default: newWords(Default, first)}}
	for _, lang := range languages[1:] {
		c.words[lang] = newWords(lang, sync.OnceValue(func() map[string]text {
			texts, err := loadAll(lang, fsys)
			if err != nil {
				return first()
			}
			return texts
		}))
	}
	return c
}

func newWords(lang string, texts func() map[string]text) *Words {
	return &Words{lang: lang, texts: texts, plural: plurals(lang)}
}

// loader gathers the texts of one language.
type loader struct {
	texts  map[string]text
	plural func() *pluralForms
}

// loadAll reads the messages of all features. It gives what it could read, with the error.
func loadAll(lang string, fsys []fs.FS) (map[string]text, error) {
	path := "messages/" + lang + ".toml"
	var faults []error
	sources := make([]string, len(fsys))
	size := 0
	for i, feature := range fsys {
		source, err := fs.ReadFile(feature, path)
		if err != nil {
			faults = append(faults, fmt.Errorf("words: %w", err))
		}
		sources[i] = string(source)
		size += len(source)
	}
	const mean = 52 // bytes of a message with its key
	l := loader{texts: make(map[string]text, size/mean), plural: plurals(lang)}
	var room []i18n.Message
	for _, source := range sources {
		messages, ok := read(source, room)
		if !ok {
			var err error
			if messages, err = readTOML(source, path); err != nil {
				faults = append(faults, fmt.Errorf("words: %s: %w", path, err))
			}
		}
		for i := range messages {
			if err := l.add(&messages[i]); err != nil {
				faults = append(faults, fmt.Errorf("words: %s: %s: %w", lang, messages[i].ID, err))
			}
		}
		room = messages[:0]
	}
	return l.texts, errors.Join(faults...)
}

// readTOML reads any catalog that the message format allows.
func readTOML(source, path string) ([]i18n.Message, error) {
	bundle := i18n.NewBundle(language.Vietnamese)
	bundle.RegisterUnmarshalFunc("toml", toml.Unmarshal)
	file, err := bundle.ParseMessageFileBytes([]byte(source), path)
	if err != nil {
		return nil, err
	}
	messages := make([]i18n.Message, len(file.Messages))
	for i, m := range file.Messages {
		messages[i] = *m
	}
	slices.SortFunc(messages, func(a, b i18n.Message) int { return strings.Compare(a.ID, b.ID) })
	return messages, nil
}

// add cuts one message into pieces and keeps it.
func (l *loader) add(m *i18n.Message) error {
	if _, ok := l.texts[m.ID]; ok {
		return errors.New("key is used twice")
	}
	if m.LeftDelim != "" || m.RightDelim != "" {
		return errors.New("own delimiters are not allowed")
	}
	pieces, err := cut(m.Other)
	if err != nil {
		return err
	}
	t := text{other: m.Other}
	if pieces != nil {
		t.more = &more{pieces: pieces}
	}
	for _, f := range [...]struct{ name, text string }{{"few", m.Few}, {"many", m.Many}, {"one", m.One}, {"two", m.Two}, {"zero", m.Zero}} {
		if f.text == "" {
			continue
		}
		if err := l.addForm(&t, f.name, f.text); err != nil {
			return err
		}
	}
	l.texts[m.ID] = t
	return nil
}

// addForm adds a plural form to a text.
func (l *loader) addForm(t *text, name, form string) error {
	if !l.plural().has(name) {
		return fmt.Errorf("plural form %q does not exist in this language", name)
	}
	pieces, err := cut(form)
	if err != nil {
		return err
	}
	if extra := without(fields(pieces), t.fields()); len(extra) > 0 {
		return fmt.Errorf("form %q has placeholders %v that the form \"other\" has not", name, extra)
	}
	if t.more == nil {
		t.more = &more{}
	}
	if t.more.forms == nil {
		t.more.forms = map[string]template{}
	}
	t.more.forms[name] = template{literal: form, pieces: pieces}
	return nil
}

// sound names the texts that are empty, or written with letters and marks apart.
func (w *Words) sound() error {
	var faults []string
	for key, t := range w.texts() {
		all := []string{t.other}
		if t.more != nil {
			for _, f := range t.more.forms {
				all = append(all, f.literal)
			}
		}
		for _, s := range all {
			switch {
			case strings.TrimSpace(s) == "":
				faults = append(faults, fmt.Sprintf("words: %s: %s: text is empty", w.lang, key))
			case !norm.NFC.IsNormalString(s):
				faults = append(faults, fmt.Sprintf("words: %s: %s: text is not Unicode NFC", w.lang, key))
			}
		}
	}
	return listed(faults)
}

// compare finds keys that one language lacks and placeholders that differ.
func (c *Catalog) compare() error {
	var faults []string
	for _, lang := range languages {
		for _, other := range languages {
			if other == lang {
				continue
			}
			for key, mine := range c.In(lang).texts() {
				theirs, ok := c.In(other).texts()[key]
				if !ok {
					faults = append(faults, fmt.Sprintf("words: %s: %s: missing (it exists in %s)", other, key, lang))
					continue
				}
				if extra := without(mine.fields(), theirs.fields()); len(extra) > 0 {
					faults = append(faults, fmt.Sprintf("words: %s: %s: placeholders %v of %s are missing", other, key, extra, lang))
				}
			}
		}
	}
	return listed(faults)
}

// listed is an error of so many faults, one a line in the order of their words; nil of none.
func listed(faults []string) error {
	if len(faults) == 0 {
		return nil
	}
	slices.Sort(faults)
	return errors.New(strings.Join(faults, "\n"))
}

// cut cuts a text at its placeholders; a text without any has no pieces.
func cut(s string) ([]piece, error) {
	if !strings.Contains(s, "{{") && !strings.Contains(s, "}}") {
		return nil, nil
	}
	var pieces []piece
	for rest := s; rest != ""; {
		before, behind, found := strings.Cut(rest, "{{")
		name, after, closed := strings.Cut(behind, "}}")
		if strings.Contains(before, "}}") || found && (!closed || !placeholder(strings.Trim(name, " \t\n"))) {
			return nil, fmt.Errorf("only placeholders like {{.Name}} are allowed: %q", s)
		}
		if before != "" {
			pieces = append(pieces, piece{literal: before})
		}
		if found {
			pieces = append(pieces, piece{field: strings.Trim(name, " \t\n")[1:]})
		}
		rest = after
	}
	return pieces, nil
}

// placeholder reports whether what stands between the braces is a point and a name: .Name.
func placeholder(s string) bool {
	name, ok := strings.CutPrefix(s, ".")
	if !ok || name == "" || name[0] < 'A' || name[0] > 'Z' {
		return false
	}
	return !strings.ContainsFunc(name, func(c rune) bool { return c == '_' || c == '-' || c > 'z' || !bare(byte(c)) })
}

// fields returns the names of the placeholders of the form other.
func (t text) fields() []string {
	if t.more == nil {
		return nil
	}
	return fields(t.more.pieces)
}

// fields returns the names of the placeholders, sorted, each once.
func fields(pieces []piece) []string {
	var names []string
	for _, p := range pieces {
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
