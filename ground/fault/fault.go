// Package fault names the few kinds of error that a person can do something about.
//
// An error that is none of these is a defect or an outage: the reader gets one calm sentence with a
// number to quote, the log gets the cause. Texts are catalog keys (engine/words), never sentences, so
// that the page decides the language.
package fault

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// Kind says what went wrong in terms of what the reader can do next.
type Kind int

// The kinds. Internal is the zero value: whatever nobody classified.
const (
	Internal    Kind = iota
	Missing          // there is no such thing, or it is outside the reader's reach: both look the same
	Wrong            // something typed cannot be taken; Fields say where
	Clash            // somebody else changed it meanwhile, or it is already there
	Closed           // the thing is right but the time is not (phase over, record frozen)
	SignInFirst      // nobody is signed in
	TooMany          // slow down; Wait says how long
	TooLarge         // the upload exceeds its limit
	Foreign          // another site sent it in the reader's name
	Busy             // the database or a neighbour is away; try again
)

// Field is one refused input: the form field's name and the catalog key of the reason.
type Field struct {
	Name  string
	Key   string
	Pairs []any
}

// Error is a classified error. Key and Pairs are for the reader, Err is for the log.
type Error struct {
	Kind   Kind
	Key    string
	Pairs  []any
	Fields []Field
	Wait   time.Duration
	Err    error
}

// Error gives the technical text for the log.
func (e *Error) Error() string {
	var text strings.Builder
	text.WriteString(e.Key)
	for _, f := range e.Fields {
		fmt.Fprintf(&text, " [%s: %s]", f.Name, f.Key)
	}
	if e.Err != nil {
		text.WriteString(": " + e.Err.Error())
	}
	return text.String()
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// NotFound says that there is no such record within the reader's reach.
func NotFound(key string, pairs ...any) error { return &Error{Kind: Missing, Key: key, Pairs: pairs} }

// Invalid refuses one field of a form.
func Invalid(field, key string, pairs ...any) error {
	return &Error{Kind: Wrong, Key: "fault.check_form", Fields: []Field{{Name: field, Key: key, Pairs: pairs}}}
}

// InvalidFields refuses several fields at once; with none it returns nil.
func InvalidFields(fields []Field) error {
	if len(fields) == 0 {
		return nil
	}
	return &Error{Kind: Wrong, Key: "fault.check_form", Fields: fields}
}

// Together refuses the fields that several checks refuse, at once; with none it returns nil.
func Together(checks ...error) error {
	var fields []Field
	for _, err := range checks {
		if e, ok := As(err); ok {
			fields = append(fields, e.Fields...)
		}
	}
	return InvalidFields(fields)
}

// Refused says that the whole request cannot be taken, with the reason and what to do.
func Refused(key string, pairs ...any) error { return &Error{Kind: Wrong, Key: key, Pairs: pairs} }

// Conflict says that the record changed meanwhile or already exists.
func Conflict(key string, pairs ...any) error { return &Error{Kind: Clash, Key: key, Pairs: pairs} }

// Shut says that this cannot be done now: the phase is over or the record is frozen.
func Shut(key string, pairs ...any) error { return &Error{Kind: Closed, Key: key, Pairs: pairs} }

// SignIn asks the reader to sign in.
func SignIn() error { return &Error{Kind: SignInFirst, Key: "fault.sign_in"} }

// Slow asks the reader to wait.
func Slow(key string, wait time.Duration, pairs ...any) error {
	return &Error{Kind: TooMany, Key: key, Wait: wait, Pairs: pairs}
}

// Large refuses an upload over its limit.
func Large(key string, pairs ...any) error { return &Error{Kind: TooLarge, Key: key, Pairs: pairs} }

// Unavailable says that something we depend on is away for now.
func Unavailable(err error) error { return &Error{Kind: Busy, Key: "fault.busy", Err: err} }

// KindOf classifies any error; nil and unclassified errors are Internal.
func KindOf(err error) Kind {
	if e, ok := As(err); ok {
		return e.Kind
	}
	return Internal
}

// As finds the classified error in a chain.
func As(err error) (*Error, bool) {
	var e *Error
	ok := errors.As(err, &e)
	return e, ok
}

// Is reports whether err is of the kind.
func Is(err error, k Kind) bool { return err != nil && KindOf(err) == k }
