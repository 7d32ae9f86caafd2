package files

import (
	"errors"
	"mime/multipart"
	"net/http"
	"os"
	"slices"
	"time"

	"sonha/ground/civil"
	"sonha/ground/fault"
)

// Chosen lists what was chosen in a field of a form: a browser sends an empty file when nothing was.
func Chosen(form *multipart.Form, field string) []*multipart.FileHeader {
	if form == nil {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(form.File[field]), func(h *multipart.FileHeader) bool { return h.Filename == "" && h.Size == 0 })
}

// Refused is a chosen file that is no photo that can be kept.
type Refused struct {
	Name string // as its sender calls it
	Why  Kind
}

// Take keeps the chosen photos and names those that it cannot take. When something else goes wrong it keeps none.
func (s *Store) Take(chosen []*multipart.FileHeader) (kept []Photo, refused []Refused, err error) {
	for _, h := range chosen {
		photo, err := s.take(h)
		if kind := KindOf(err); kind != "" {
			refused = append(refused, Refused{civil.NFC(h.Filename), kind})
			continue
		}
		if err != nil {
			return nil, nil, errors.Join(err, s.Discard(kept))
		}
		kept = append(kept, photo)
	}
	return kept, refused, nil
}

func (s *Store) take(h *multipart.FileHeader) (Photo, error) {
	f, err := h.Open()
	if err != nil {
		return Photo{}, err
	}
	defer func() { _ = f.Close() }()
	return s.SavePhoto(f, Limits{})
}

// Discard takes back photos that no row points to.
func (s *Store) Discard(list []Photo) error {
	var all error
	for _, x := range list {
		all = errors.Join(all, s.Delete(x.Name))
	}
	return all
}

// Sift parts photos into those that are new and those whose sum one of have has already, or that come twice.
func Sift[P any](have []P, sum func(P) string, list []Photo) (fresh, twice []Photo) {
	known := map[string]bool{}
	for _, p := range have {
		known[sum(p)] = true
	}
	for _, p := range list {
		if known[p.SHA256] {
			twice = append(twice, p)
			continue
		}
		known[p.SHA256] = true
		fresh = append(fresh, p)
	}
	return fresh, twice
}

// Serve streams a photo whose row the reader may see; open is Store.Open or Store.OpenThumb. The browser keeps it but asks each
// time whether it may still show it: who lost the role, or signed out of a shared computer, does not see it again.
func Serve(w http.ResponseWriter, r *http.Request, open func(string) (*os.File, error), name, sum string) error {
	f, err := open(name)
	if KindOf(err) == NotFound {
		return &fault.Error{Kind: fault.Missing, Key: "fault.not_found", Err: err}
	}
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	h := w.Header()
	h.Set("Content-Type", "image/jpeg")
	h.Set("Cache-Control", "private, no-cache")
	h.Set("ETag", `"`+sum+`"`) // a photo never changes; its two sizes have two addresses
	http.ServeContent(w, r, "", time.Time{}, f)
	return nil
}
