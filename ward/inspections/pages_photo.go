package inspections

import (
	"net/http"
	"os"

	"sonha/engine/files"
	"sonha/engine/page"
)

func (p *Pages) photo(w http.ResponseWriter, r *page.Request) error {
	return p.serve(w, r, p.files.Open)
}

func (p *Pages) thumb(w http.ResponseWriter, r *page.Request) error {
	return p.serve(w, r, p.files.OpenThumb)
}

// serve streams a photo to who reaches its house.
func (p *Pages) serve(w http.ResponseWriter, r *page.Request, open func(string) (*os.File, error)) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	photo, err := p.store.Photo(r.Context(), r.Actor, id)
	if err != nil {
		return err
	}
	r.Named(w)
	return files.Serve(w, r.Request, open, photo.Name, photo.SHA256)
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
