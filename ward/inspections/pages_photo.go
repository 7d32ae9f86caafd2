package inspections

import (
	"net/http"
	"os"
	"time"

	"sonha/engine/files"
	"sonha/engine/page"
	"sonha/ground/fault"
)

func (p *Pages) photo(w http.ResponseWriter, r *page.Request) error {
	return p.serve(w, r, p.files.Open)
}

func (p *Pages) thumb(w http.ResponseWriter, r *page.Request) error {
	return p.serve(w, r, p.files.OpenThumb)
}

// serve streams a photo to who reaches its house. The browser keeps it but asks each time whether it may still show
// it: who lost the role, or signed out of a shared computer, does not see it again.
func (p *Pages) serve(w http.ResponseWriter, r *page.Request, open func(string) (*os.File, error)) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	photo, err := p.store.Photo(r.Context(), r.Actor, id)
	if err != nil {
		return err
	}
	f, err := open(photo.Name)
	if files.KindOf(err) == files.NotFound {
		return &fault.Error{Kind: fault.Missing, Key: "fault.not_found", Err: err}
	}
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	h := w.Header()
	h.Set("Content-Type", "image/jpeg")
	h.Set("Cache-Control", "private, no-cache")
	h.Set("ETag", `"`+photo.SHA256+`"`) // a photo never changes; its two sizes have two addresses
	http.ServeContent(w, r.Request, "", time.Time{}, f)
	return nil
}

func (p *Pages) deletePhoto(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	photo, err := p.store.DeletePhoto(r.Context(), r.Actor, id)
	if err != nil {
		return err
	}
	if err := p.files.Delete(photo.Name); err != nil {
		return err
	}
	return r.Done(w, home(photo.InspectionID)+"/items/"+photo.Item, "inspections.done_photo")
}
