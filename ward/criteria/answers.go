package criteria

import (
	"fmt"
	"strings"
)

// Value is the answer to one item. The first three are its points.
type Value int8

// The answers. Unanswered is not a judgement: it means "not yet known".
const (
	Fail       Value = 0  // chưa đạt
	Partly     Value = 1  // một phần
	Pass       Value = 2  // đạt
	NA         Value = -1 // không áp dụng (KAD): left out of points and maximum
	Unanswered Value = -2 // chưa trả lời
)

// The letters of the answers, in the order of their values from Unanswered to Pass.
const letters = ".-012"

// Letter is the value as one byte of [Answers]: '2', '1', '0', '-' or '.'.
func (v Value) Letter() byte {
	if v < Unanswered || v > Pass {
		return '.'
	}
	return letters[v-Unanswered]
}

// ParseValue reads one letter as [Value.Letter] writes it, for a form field.
func ParseValue(s string) (Value, bool) {
	if len(s) != 1 {
		return Unanswered, false
	}
	at := strings.IndexByte(letters, s[0])
	if at < 0 {
		return Unanswered, false
	}
	return Value(at) + Unanswered, true
}

// Name is the value in words.
func (v Value) Name() Text {
	switch v {
	case Pass:
		return Text{"Đạt", "Met"}
	case Partly:
		return Text{"Một phần", "Partly"}
	case Fail:
		return Text{"Chưa đạt", "Not met"}
	case NA:
		return Text{"Không áp dụng", "Does not apply"}
	}
	return Text{"Chưa trả lời", "Not answered"}
}

// Answers are the answers to all items of a set, or of a module, one letter each in the order of the set:
// 42 letters such as "22-1…" for version 1. They can be kept in a text column as they are. Answers that came
// from outside go through [Set.ParseAnswers]; a letter that is missing or unknown counts as unanswered.
type Answers string

// At gives the answer at a position.
func (a Answers) At(index int) Value {
	if index < 0 || index >= len(a) {
		return Unanswered
	}
	switch a[index] {
	case '2':
		return Pass
	case '1':
		return Partly
	case '0':
		return Fail
	case '-':
		return NA
	}
	return Unanswered
}

// With gives the answers with another value at a position; outside of the answers nothing changes.
func (a Answers) With(index int, v Value) Answers {
	if index < 0 || index >= len(a) {
		return a
	}
	return a[:index] + Answers(v.Letter()) + a[index+1:]
}

// Unanswered counts the positions that have no answer yet.
func (a Answers) Unanswered() int {
	n := 0
	for i := range len(a) {
		if a.At(i) == Unanswered {
			n++
		}
	}
	return n
}

// AnswerError says which answer cannot be taken. Code is the item's code; it is empty when the number of
// answers is wrong, which happens with answers to another version of the set.
type AnswerError struct {
	Code   string
	Reason AnswerProblem
}

// AnswerProblem is why an answer cannot be taken.
type AnswerProblem string

// The reasons to refuse answers.
const (
	WrongLength AnswerProblem = "wrong_length"   // not one letter an item
	NoSuchValue AnswerProblem = "no_such_value"  // a letter other than 2 1 0 - .
	NotOptional AnswerProblem = "not_applicable" // "does not apply" where the item applies to every house
)

// Error gives the technical text.
func (e *AnswerError) Error() string {
	return fmt.Sprintf("criteria: answer %s: %s", e.Code, e.Reason)
}

// Blank gives answers to the set with nothing answered.
func (s *Set) Blank() Answers { return blank(s.Len()) }

// Blank gives answers to a module with nothing answered.
func (c *Content) Blank() Answers { return blank(len(c.Items)) }

func blank(n int) Answers { return Answers(strings.Repeat(".", n)) }

// ParseAnswers reads answers to the set's contents. It refuses, with an [AnswerError], another length than
// the set's, unknown letters, and "does not apply" where an item does not allow it.
func (s *Set) ParseAnswers(text string) (Answers, error) {
	if len(text) != s.Len() {
		return "", &AnswerError{Reason: WrongLength}
	}
	at := 0
	for i := range s.Contents {
		c := &s.Contents[i]
		if _, err := c.ParseAnswers(text[at : at+len(c.Items)]); err != nil {
			return "", err
		}
		at += len(c.Items)
	}
	return Answers(text), nil
}

// ParseAnswers reads answers to a single content or module, with the errors of [Set.ParseAnswers].
func (c *Content) ParseAnswers(text string) (Answers, error) {
	if len(text) != len(c.Items) {
		return "", &AnswerError{Reason: WrongLength}
	}
	for i := range c.Items {
		v, ok := ParseValue(text[i : i+1])
		if !ok {
			return "", &AnswerError{Code: c.Items[i].Code, Reason: NoSuchValue}
		}
		if v == NA && !c.Items[i].AllowsNA() {
			return "", &AnswerError{Code: c.Items[i].Code, Reason: NotOptional}
		}
	}
	return Answers(text), nil
}

// Difference is an item on which the house and the inspection do not agree.
type Difference struct {
	Index       int
	Item        *Item
	Self, Found Value
}

// Differences lists the items that both sides answered, and answered differently, in the order of the set.
// compared counts the items both answered: 1 - len(list)/compared is the reliability of the self-rating.
func Differences(set *Set, self, found Answers) (list []Difference, compared int) {
	for i := range set.Len() {
		s, f := self.At(i), found.At(i)
		if s == Unanswered || f == Unanswered {
			continue
		}
		compared++
		if s != f {
			item, _ := set.Item(i)
			list = append(list, Difference{Index: i, Item: item, Self: s, Found: f})
		}
	}
	return list, compared
}

// Merge joins a self-rating and the findings of an inspection: where the inspection looked, it wins
// (domain.md §9, sources).
func Merge(set *Set, self, found Answers) Answers {
	merged := make([]byte, set.Len())
	for i := range merged {
		v := found.At(i)
		if v == Unanswered {
			v = self.At(i)
		}
		merged[i] = v.Letter()
	}
	return Answers(merged)
}
