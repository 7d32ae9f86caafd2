package words

import (
	"sync"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

// pluralForms holds the plural form of each count, asked once of the library's
// CLDR rules, which are too slow to ask for every sentence. In every language the
// form of a whole number from 100 on depends on its last two digits only (a few
// Romance languages treat whole millions apart; they are not ours).
type pluralForms [200]string

// plurals gives the forms of a language, asked for when they are first needed.
func plurals(lang string) func() *pluralForms {
	return sync.OnceValue(func() *pluralForms { return newPluralForms(lang) })
}

// newPluralForms asks the rules of lang through a message whose forms are their
// own names: the library does not export the rules.
func newPluralForms(lang string) *pluralForms {
	tag := language.Make(lang)
	bundle := i18n.NewBundle(tag)
	probe := &i18n.Message{ID: "probe", Zero: "zero", One: "one", Two: "two", Few: "few", Many: "many", Other: "other"}
	bundle.MustAddMessages(tag, probe)
	localizer := i18n.NewLocalizer(bundle, lang)
	forms := new(pluralForms)
	for n := range forms {
		forms[n] = localizer.MustLocalize(&i18n.LocalizeConfig{MessageID: probe.ID, PluralCount: n})
	}
	return forms
}

// of returns the form for n things.
func (p *pluralForms) of(n int) string {
	rest := n
	if n <= -len(p) || n >= len(p) {
		rest = n % 100
	}
	if rest < 0 {
		rest = -rest
	}
	if rest != n && rest != -n {
		rest += 100
	}
	return p[rest]
}

// has reports whether any count has this form.
func (p *pluralForms) has(form string) bool {
	for _, f := range p {
		if f == form {
			return true
		}
	}
	return false
}
