// Package words holds what the program says, in Vietnamese and in English.
//
// Each feature keeps its sentences beside its code, in messages/vi.toml and
// messages/en.toml, and exports them as an embed.FS. Load reads them all into a
// Catalog and refuses what would show as a fault on a page: a key that is
// missing in one language or used by two features, an empty text, texts whose
// placeholders differ. In gives the Words of one language.
//
//	title = "Số nhà"                      # key "title"
//	[house]
//	line = "Số nhà {{.Name}}"             # key "house.line"
//	[house.count]                         # plural: forms of the language
//	other = "{{.N}} số nhà"               # en.toml adds one = "{{.N}} house"
//
// The names other, one, zero, two, few, many, description, id and hash belong to
// the message format and cannot be the last part of a key.
//
// A text may hold plain placeholders only, {{.Name}}; they are cut into pieces
// when loaded, so that a page costs no template. Values are put in as they are:
// escaping is the business of the page.
package words

import (
	"fmt"
	"maps"
	"slices"

	"sonha/ground/civil"
)

// Default is the language of the program.
const Default = "vi"

// Catalog holds all texts in all languages. It does not change once loaded.
type Catalog struct {
	words map[string]*Words
}

// In returns the words of a language, "vi" or "en"; of Default for any other.
func (c *Catalog) In(lang string) *Words {
	if w, ok := c.words[lang]; ok {
		return w
	}
	return c.words[Default]
}

// Keys returns every key, sorted.
func (c *Catalog) Keys() []string {
	return slices.Sorted(maps.Keys(c.In(Default).texts()))
}

// Words says things in one language. It does not change and may be used by many
// goroutines.
type Words struct {
	lang   string
	plural func() *pluralForms
	texts  func() map[string]text
}

// text is one message: the form other, and what few have.
type text struct {
	other string
	more  *more
}

// more is of a text that has placeholders, or several plural forms.
type more struct {
	pieces []piece // of the form other, cut at its placeholders: literal, value, literal, and so on; none when it has no placeholders
	forms  map[string]template
}

// template is a plural form other than other, whole and cut at its placeholders.
type template struct {
	literal string
	pieces  []piece
}

// template gives the form other.
func (t text) template() template {
	if t.more == nil {
		return template{literal: t.other}
	}
	return template{t.other, t.more.pieces}
}

// piece is a literal, or the name of a value if field is set.
type piece struct {
	literal string
	field   string
}

// Lang returns the language, "vi" or "en".
func (w *Words) Lang() string { return w.lang }

// T returns the text of key. An unknown key, and a text that needs values, give
// ⟦key⟧, which a test that renders pages can look for.
func (w *Words) T(key string) string {
	if t, ok := w.texts()[key]; ok && t.more == nil {
		return t.other
	}
	return missing(key)
}

// Has reports whether key is known.
func (w *Words) Has(key string) bool {
	_, ok := w.texts()[key]
	return ok
}

// F returns the text of key with values put in, given as name and value in
// turn: F("house.line", "Name", house.Name). Whole numbers are written as the
// language does (1.586). A value that is not given shows as ⟦Name⟧.
func (w *Words) F(key string, pairs ...any) string {
	t, ok := w.texts()[key]
	if !ok {
		return missing(key)
	}
	return w.fill(t.template(), "", pairs)
}

// N returns the form of the text of key that goes with n things. {{.N}} is n
// as the language writes it; other values are given as for F.
func (w *Words) N(key string, n int, pairs ...any) string {
	t, ok := w.texts()[key]
	if !ok {
		return missing(key)
	}
	form := t.template()
	if t.more != nil && t.more.forms != nil {
		if f, ok := t.more.forms[w.plural().of(n)]; ok {
			form = f
		}
	}
	return w.fill(form, civil.IntIn(w.lang, n), pairs)
}

// fill joins the pieces of a template.
func (w *Words) fill(t template, n string, pairs []any) string {
	if t.pieces == nil {
		return t.literal
	}
	var room [256]byte // most sentences fit, so that only the result is allocated
	out := room[:0]
	for _, p := range t.pieces {
		switch {
		case p.field == "":
			out = append(out, p.literal...)
		case p.field == "N" && n != "":
			out = append(out, n...)
		default:
			out = w.appendValue(out, p.field, pairs)
		}
	}
	return string(out)
}

// appendValue appends the value named field.
func (w *Words) appendValue(out []byte, field string, pairs []any) []byte {
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i] != field {
			continue
		}
		switch v := pairs[i+1].(type) {
		case string:
			return append(out, v...)
		case int:
			return append(out, civil.IntIn(w.lang, v)...)
		case int64:
			return append(out, civil.IntIn(w.lang, int(v))...)
		case civil.Day:
			return append(out, v.DisplayIn(w.lang)...)
		default:
			return append(out, fmt.Sprint(v)...)
		}
	}
	return append(out, missing(field)...)
}

func missing(name string) string { return "⟦" + name + "⟧" }
