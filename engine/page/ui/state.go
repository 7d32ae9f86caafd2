package ui

import (
	"github.com/a-h/templ"

	"sonha/engine/words"
)

// State is how a house number stands in a campaign, as a page shows it.
// The zero value is NotInspected: what nobody has looked at is not good and not bad.
type State uint8

// The four states, each with its own mark, so that none depends on colour.
const (
	NotInspected State = iota // chưa kiểm tra: dotted ring
	NotSafe                   // chưa đạt: ring with a bar
	Conditional               // đạt có điều kiện: half circle
	Safe                      // đạt an toàn: full circle
)

// States lists the four in the order in which legends and filters show them.
var States = [...]State{Safe, Conditional, NotSafe, NotInspected}

var (
	stateClass = [...]string{"none", "bad", "cond", "ok"}
	stateMark  = [...]markup{
		`<svg class="mark none" aria-hidden="true"><use href="#m-none"/></svg>`,
		`<svg class="mark bad" aria-hidden="true"><use href="#m-bad"/></svg>`,
		`<svg class="mark cond" aria-hidden="true"><use href="#m-cond"/></svg>`,
		`<svg class="mark ok" aria-hidden="true"><use href="#m-ok"/></svg>`,
	}
	stateKey      = [...]string{"ui.state.none", "ui.state.bad", "ui.state.cond", "ui.state.ok"}
	stateShortKey = [...]string{"ui.state.none", "ui.state.bad", "ui.state.cond_short", "ui.state.ok"}
	markComponent = components(stateMark[:])
)

// Class is the state's class in the stylesheet: ok, cond, bad or none.
func (s State) Class() string { return stateClass[s&3] }

// StateText is the state in words: "Đạt", "Đạt có điều kiện", "Chưa đạt", "Chưa kiểm tra".
func StateText(w *words.Words, s State) string { return w.T(stateKey[s&3]) }

// StateShort is the state in the fewest words, for narrow columns: "Có điều kiện".
func StateShort(w *words.Words, s State) string { return w.T(stateShortKey[s&3]) }

// Mark draws the state's shape alone. A word or a hidden label must stand beside it.
func Mark(s State) templ.Component { return markComponent[s&3] }

// StateLabel draws the mark and the words in the state's colour; text is usually StateText.
func StateLabel(s State, text string) templ.Component {
	return drafted(160, func(d *draft) { d.state(s, text, "") })
}

// StatePlain draws the mark in colour and the words in ink, for dense tables.
func StatePlain(s State, text string) templ.Component {
	return drafted(160, func(d *draft) { d.state(s, text, " plain") })
}

func (d *draft) state(s State, text, extra string) {
	d.put(`<span class="state `)
	d.put(s.Class())
	d.put(extra)
	d.put(`">`)
	d.put(string(stateMark[s&3]))
	d.text(text)
	d.put(`</span>`)
}

// Glyph is one of the icons in icons_gen.go; the zero value draws nothing.
type Glyph uint8

var glyphComponent = components(glyphs[:])

// Icon draws a line icon at the size of the text around it. A word always stands beside it.
func Icon(g Glyph) templ.Component {
	if int(g) >= len(glyphComponent) {
		return glyphComponent[0]
	}
	return glyphComponent[g]
}

// components boxes constants once, so that drawing one allocates nothing.
func components(list []markup) []templ.Component {
	boxed := make([]templ.Component, len(list))
	for i, m := range list {
		boxed[i] = m
	}
	return boxed
}
