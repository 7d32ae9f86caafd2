package ui

import (
	"strings"

	"github.com/a-h/templ"
)

// FieldKind is what is typed into a field.
type FieldKind uint8

// The kinds of field.
const (
	TextField     FieldKind = iota
	TextArea                // several lines
	NumberField             // digits, typed as text so that "1.586" is not lost
	DateField               // yyyy-mm-dd, shown by the browser in the reader's way
	TimeField               // hh:mm
	MonthField              // yyyy-mm
	SelectField             // one of Options
	TelField                // telephone
	PINField                // six digits, hidden as they are typed; with MaxRunes a password may be typed as well
	CodeField               // one-time code of an authenticator
	EmailField              //
	PasswordField           // current password
	NewPassword             // new password
	SearchField             //
	FileField               // a document
	PhotoField              // a picture: opens the camera, made smaller before it is sent
)

// Field is a labelled field of a form. The typed Value is kept when the form comes back with an Error.
type Field struct {
	Kind     FieldKind
	Name     string
	ID       string // "f-" + Name when empty
	Label    string
	Under    string // the heading or row over the field, where its label alone does not tell the reader of a summary which field it is
	Hint     string // how to fill it in, said before it is typed
	Error    string // what is wrong and what to do
	Value    string
	Required bool
	Optional bool // says "không bắt buộc" beside the label
	Options  []Option
	Blank    string // SelectField: the first, empty option, "Tất cả phố"
	Min, Max string
	MaxRunes int
	Rows     int    // TextArea
	Accept   string // FileField: ".xlsx,.csv"
	Multiple bool
	Unit     string // stands after the field: "hộ", "vụ"
	Short    bool   // as wide as a number or a date
	Focus    bool   // takes the focus when the page opens
	Auto     bool   // SelectField: sends its form as soon as it changes
	Complete string // autocomplete token; filled in for the kinds that have one
	ReadOnly bool
}

// Option is a choice in a SelectField, RadioCards or CheckList.
type Option struct {
	Value    string
	Label    string
	Note     string // second line of a card
	State    State
	HasState bool // draw the mark of State on a card
	Checked  bool // RadioCards and CheckList; a SelectField compares with Value
	Disabled bool
	Key      string // the key that chooses it in a row of a form[data-grid]
}

// keys are the attributes of an option that a key chooses.
func (o *Option) keys() templ.Attributes {
	if o.Key == "" {
		return nil
	}
	return templ.Attributes{"data-key": o.Key}
}

// Choice is a group of radio cards or of check boxes under one question.
type Choice struct {
	Name    string
	Legend  string
	Hint    string
	Error   string
	Options []Option
	Inline  bool // side by side as chips
}

// FieldError is one line of the summary over a form; Name is the field it leads to.
type FieldError struct {
	Name, Text string
}

// FieldErrors lists the texts of refused fields in the order of their names, for the summary over a form; "" is the form itself.
func FieldErrors(texts map[string]string, names ...string) []FieldError {
	var list []FieldError
	for _, name := range names {
		if text := texts[name]; text != "" {
			list = append(list, FieldError{Name: name, Text: text})
		}
	}
	return list
}

func (f *Field) id() string {
	if f.ID != "" {
		return f.ID
	}
	return "f-" + f.Name
}

// described lists the ids of hint and error for aria-describedby.
func described(id, hint, problem string) string {
	var ids []string
	if hint != "" {
		ids = append(ids, id+"-hint")
	}
	if problem != "" {
		ids = append(ids, id+"-error")
	}
	return strings.Join(ids, " ")
}

var inputType = [...]string{
	TextField: "text", NumberField: "text", DateField: "date", TimeField: "time", MonthField: "month", TelField: "tel", PINField: "password",
	CodeField: "text", EmailField: "email", PasswordField: "password", NewPassword: "password", SearchField: "search",
	FileField: "file", PhotoField: "file",
}

func (f *Field) inputMode() string {
	switch f.Kind {
	case NumberField, PINField, CodeField:
		return "numeric"
	default:
		return ""
	}
}

func (f *Field) complete() string {
	if f.Complete != "" {
		return f.Complete
	}
	switch f.Kind {
	case TelField:
		return "tel"
	case PINField, PasswordField:
		return "current-password"
	case NewPassword:
		return "new-password"
	case CodeField:
		return "one-time-code"
	case EmailField:
		return "email"
	default:
		return ""
	}
}

func (f *Field) accept() string {
	if f.Accept == "" && f.Kind == PhotoField {
		return "image/*"
	}
	return f.Accept
}

func (f *Field) rows() int {
	if f.Rows > 0 {
		return f.Rows
	}
	const rowsForAFewSentences = 4
	return rowsForAFewSentences
}

// Ask is one question on a screen of its own, answered by one press.
type Ask struct {
	Action   string // where the answer is sent
	Groups   []int  // how many questions each content has, for the row of steps
	At       int    // this question, from 0 over all groups
	Content  string // "Phòng trộm cắp"
	Question string
	HintHead string // "Thế nào là đạt?"
	Hint     string
	Record   Record       // what the records say
	Hidden   []FieldValue // carried along: request id, version
	Answers  []Answer
	Aside    Answer // a fourth answer, small at the foot: "Không có cổng chung"
	Other    []Link // "Để trả lời sau"
	Saved    string // "Đã lưu lúc 14:05"
	Offline  Offline
	Sample   bool // only shown: an answer leads to Action and is kept nowhere
}

// method is how the answer is sent.
func (a *Ask) method() string {
	if a.Sample {
		return "get"
	}
	return "post"
}

// Record is what is recorded elsewhere about a question, with a suggestion; the reader answers.
type Record struct {
	Text    string // empty: nothing is shown
	Suggest string // may be empty
	Link    Link   // to the record; without Href there is none
}

// Offline lets a form be kept on the phone when there is no network.
type Offline struct {
	Title string // what it is, in plain words, for the page of what waits; empty: the form is sent or not
	Next  string // the page that one goes on to without an answer from the server; empty: the reader stays
}

// Attributes are those of the form.
func (o Offline) Attributes() templ.Attributes {
	a := templ.Attributes{}
	if o.Title != "" {
		a["data-offline"] = o.Title
	}
	if o.Next != "" {
		a["data-offline-next"] = o.Next
	}
	return a
}

// Answer is one of the three large buttons.
type Answer struct {
	Value string
	Label string
	Note  string
	State State
	Given bool // the answer given before
}

// FieldValue is a hidden field.
type FieldValue struct {
	Name, Value string
}

func (a *Ask) total() int {
	n := 0
	for _, g := range a.Groups {
		n += g
	}
	return n
}

// steps gives for each group the class of each step: done, now or nothing.
func (a *Ask) steps() [][]string {
	groups, n := make([][]string, len(a.Groups)), 0
	for i, size := range a.Groups {
		groups[i] = make([]string, size)
		for j := range groups[i] {
			switch {
			case n < a.At:
				groups[i][j] = "done"
			case n == a.At:
				groups[i][j] = "now"
			}
			n++
		}
	}
	return groups
}

// Versus is a self-rating beside the inspectors' finding.
type Versus struct {
	Name     string // form field of the finding
	Self     State
	SelfText string // "Đạt", or "Chưa tự chấm"
	HasSelf  bool
	Options  []Option // with State; Checked is the finding so far
}
