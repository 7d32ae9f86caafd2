package ui

import (
	"context"
	"io"
	"strings"

	"github.com/a-h/templ"
)

// Refused draws the page of a form that came back. It is drawn twice: the summary stands over the fields, and only when they have been
// drawn is it known which of them are wrong and by which labels the reader knows them.
func Refused(page templ.Component) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		found := &refused{}
		ctx = context.WithValue(ctx, refusedKey{}, found)
		if err := page.Render(ctx, io.Discard); err != nil {
			return err
		}
		found.known = true
		return page.Render(ctx, w)
	})
}

type refusedKey struct{}

// refused is what drawing a page that came back tells of it.
type refused struct {
	fields []wrongField
	summed bool // the page has a summary of its own
	known  bool // the page was drawn once: all is found
}

// wrongField is a field with an error, by the label that the reader sees.
type wrongField struct {
	name, id, label, text string
	focus                 bool // the field takes the focus itself
}

func refusedIn(ctx context.Context) *refused {
	found, _ := ctx.Value(refusedKey{}).(*refused)
	return found
}

// noteWrong keeps a field for the summary.
func noteWrong(ctx context.Context, f wrongField) {
	if found := refusedIn(ctx); found != nil && !found.known && f.text != "" {
		found.fields = append(found.fields, f)
	}
}

// summaryLine is a line of a summary: where it leads, and what it says.
type summaryLine struct{ href, text string }

// lines are those of a summary: what the page lists, by the labels of the fields, and after it each other field that is wrong.
func lines(ctx context.Context, list []FieldError) []summaryLine {
	found := refusedIn(ctx)
	if found == nil {
		found = &refused{}
	}
	found.summed = found.summed || len(list) > 0
	var out []summaryLine
	said := map[string]bool{}
	for _, e := range list {
		line := summaryLine{"#f-" + e.Name, e.Text}
		if e.Name == "" {
			line.href = ""
		}
		for i := range found.fields {
			if f := &found.fields[i]; f.is(e.Name) {
				line, said[f.id] = f.line(), true
				break
			}
		}
		out = append(out, line)
	}
	for i := range found.fields {
		if f := &found.fields[i]; !said[f.id] {
			out, said[f.id] = append(out, f.line()), true
		}
	}
	return out
}

// unsummed reports whether a page has wrong fields and no summary of its own. A wrong field that takes the focus needs none.
func unsummed(ctx context.Context) bool {
	found := refusedIn(ctx)
	if found == nil || !found.known || found.summed || len(found.fields) == 0 {
		return false
	}
	for _, f := range found.fields {
		if f.focus {
			return false
		}
	}
	return true
}

func (f *wrongField) is(name string) bool { return name != "" && (f.name == name || f.id == "f-"+name) }

// line names the field and says what is wrong in a sentence; what else there is to know stands at the field.
func (f *wrongField) line() summaryLine {
	text, _, more := strings.Cut(f.text, ". ")
	if more {
		text += "."
	}
	if label := strings.TrimRight(f.label, " :?"); label != "" {
		text = label + ": " + text
	}
	return summaryLine{"#" + f.id, text}
}

// labelled is the label of the field in the summary, with the heading that it stands under.
func (f *Field) labelled() string {
	if f.Under == "" {
		return f.Label
	}
	return f.Under + " – " + f.Label
}
