package proposals

import (
	"sonha/ground/civil/personal"
	"sonha/ground/fault"
)

// personalIn refuses a text that names a person or gives away a number of one.
func personalIn(field, text string) *fault.Field {
	if e, ok := fault.As(personal.Check(field, text)); ok && len(e.Fields) > 0 {
		return &e.Fields[0]
	}
	return nil
}
