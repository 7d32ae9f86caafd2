package criteria

import "fmt"

// Text is a wording in Vietnamese with its English twin.
type Text struct { //nolint:recvcheck // reading TOML fills it in place, everything else takes it by value
	VI string `json:"vi"`
	EN string `json:"en"`
}

// In gives the wording for a language tag: English for "en" and "en-…" where there is an English twin,
// Vietnamese otherwise.
func (t Text) In(lang string) string {
	if t.EN != "" && (lang == "en" || len(lang) > 2 && lang[:3] == "en-") {
		return t.EN
	}
	return t.VI
}

// UnmarshalTOML reads the pair ["tiếng Việt", "English"].
func (t *Text) UnmarshalTOML(data any) error {
	pair, ok := data.([]any)
	if !ok || len(pair) != 2 {
		return fmt.Errorf("criteria: want a pair of texts, got %v", data)
	}
	vi, okVI := pair[0].(string)
	en, okEN := pair[1].(string)
	if !okVI || !okEN {
		return fmt.Errorf("criteria: want a pair of texts, got %v", data)
	}
	t.VI, t.EN = vi, en
	return nil
}
