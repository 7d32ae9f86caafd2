package editions

import (
	"net/http"
	"slices"

	"sonha/engine/page"
	"sonha/ground/fault"
	"sonha/ward/criteria"
)

// newView is the form of an item that does not exist yet.
func (p *Pages) newView(r *page.Request) (*itemView, error) {
	e, err := p.load(r)
	if err != nil {
		return nil, err
	}
	if err := e.open(); err != nil {
		return nil, err
	}
	content := r.PathValue("content")
	at := slices.Index(e.Set.ContentCodes(), content)
	if at < 0 {
		return nil, fault.NotFound("fault.not_found")
	}
	v := &itemView{e: e, content: &e.Set.Contents[at], item: &criteria.Item{Code: e.Set.NextCode(content, e.Earlier...), Effort: 1}, edit: true, fresh: true}
	v.form = FormOf(v.item)
	v.Frame = frame(r, &e, r.Words.F("editions.new_item", "Code", v.item.Code))
	return v, nil
}

func (p *Pages) newItem(w http.ResponseWriter, r *page.Request) error {
	v, err := p.newView(r)
	if err != nil {
		return err
	}
	return r.HTML(w, newPage(v))
}

func (p *Pages) addItem(w http.ResponseWriter, r *page.Request) error {
	if err := r.Parse(); err != nil {
		return err
	}
	v, err := p.newView(r)
	if err != nil {
		return err
	}
	v.form = readForm(r)
	code, err := p.store.AddItem(r.Context(), r.Actor, v.e.Number, v.content.Code, v.form)
	if texts, refused := r.Refused(err); refused {
		v.errors = texts
		return r.Again(w, newPage(v))
	}
	if err != nil {
		return err
	}
	return r.Done(w, itemAddress(v.e.Number, code), "editions.done_added")
}

// draftItem is an item of a version that may still be changed.
func (p *Pages) draftItem(r *page.Request) (*itemView, error) {
	v, err := p.itemView(r)
	if err != nil {
		return nil, err
	}
	return v, v.e.open()
}

// retire takes an item out of a draft.
func (p *Pages) retire(w http.ResponseWriter, r *page.Request) error {
	if err := r.Parse(); err != nil {
		return err
	}
	v, err := p.draftItem(r)
	if err != nil {
		return err
	}
	v.reason = r.Lines("reason")
	err = p.store.Retire(r.Context(), r.Actor, v.e.Number, v.item.Code, v.reason)
	if texts, refused := r.Refused(err); refused {
		v.errors = texts
		return r.Again(w, itemPage(v))
	}
	if err != nil {
		return err
	}
	return r.Done(w, address(v.e.Number), "editions.done_retired")
}

// keep takes it back.
func (p *Pages) keep(w http.ResponseWriter, r *page.Request) error {
	v, err := p.draftItem(r)
	if err != nil {
		return err
	}
	err = p.store.Keep(r.Context(), r.Actor, v.e.Number, v.item.Code)
	if texts, refused := r.Refused(err); refused {
		v.errors = texts
		return r.Again(w, itemPage(v))
	}
	if err != nil {
		return err
	}
	return r.Done(w, itemAddress(v.e.Number, v.item.Code), "editions.done_kept")
}
