package inbox

import (
	"testing"

	"sonha/ground/fault"
)

// Whatever stands in the address of a link in a letter: what nobody signed is not found, and what was signed says what it said.
func FuzzLink(f *testing.F) {
	s := &Store{signing: []byte("khóa của phép thử")}
	stop := s.StopToken(1, "06h21c3z6nxrz14bfyyrbncqt8", Mail)
	f.Add(stop)
	f.Add(s.ConfirmToken(2, "06h21c3z6nxrz14bfyyrbncqt8", "a@example.vn"))
	f.Add("MS5hLmI.AAAA")
	f.Add(".")
	f.Fuzz(func(t *testing.T, text string) {
		got, err := s.parse(useStop, text)
		if err != nil {
			if !fault.Is(err, fault.Missing) {
				t.Fatalf("%q: %v", text, err)
			}
			return
		}
		if want := (claim{1, "06h21c3z6nxrz14bfyyrbncqt8", string(Mail)}); got != want {
			t.Fatalf("%q is read as %+v, which nobody signed", text, got)
		}
	})
}
