package areas

import (
	"net/http"

	"sonha/engine/page"
	"sonha/engine/page/ui"
	"sonha/ground/access"
	"sonha/ground/civil"
)

// phonesPage is the page with the telephone numbers of the ward's offices, as typed when some are wrong.
type phonesPage struct {
	ui.Frame

	fields []ui.Field
	errors []ui.FieldError
}

// phoneRoutes are the routes of the telephone numbers.
func (p *Pages) phoneRoutes() []page.Route {
	return []page.Route{
		{Pattern: "GET /phones", Need: access.KeepPhones, Handle: p.phones},
		{Pattern: "POST /phones", Need: access.KeepPhones, Handle: p.savePhones},
	}
}

func (p *Pages) phones(w http.ResponseWriter, r *page.Request) error {
	x, err := p.store.Phones(r.Context(), r.Actor)
	if err != nil {
		return err
	}
	typed := map[string]string{"duty": x.Duty.Display(), "committee": x.Committee.Display()}
	for beat, phone := range x.Beats {
		typed[beat] = phone.Display()
	}
	f, err := p.phonesPage(r, typed, nil)
	if err != nil {
		return err
	}
	return r.HTML(w, phonesForm(f))
}

func (p *Pages) phonesPage(r *page.Request, typed, errs map[string]string) (*phonesPage, error) {
	beats, err := p.store.Beats(r.Context(), r.Actor)
	if err != nil {
		return nil, err
	}
	f := &phonesPage{Frame: r.Frame(r.Words.T("areas.phones"))}
	f.Crumbs = append(f.Crumbs, ui.Link{Label: f.Title})
	add := func(name, label, hint string) {
		f.fields = append(f.fields, ui.Field{
			Kind: ui.TelField, Name: name, Label: label, Hint: hint, Value: typed[name], Error: errs[name], Optional: true, Complete: "off", Short: true,
		})
		if errs[name] != "" {
			f.errors = append(f.errors, ui.FieldError{Name: name, Text: label + ": " + errs[name]})
		}
	}
	add("duty", r.Words.T("areas.phone_duty"), r.Words.T("areas.phone_duty_hint"))
	add("committee", r.Words.T("areas.phone_committee"), "")
	for _, b := range beats {
		add(b.ID, r.Words.F("areas.phone_beat", "Beat", b.Name), "")
	}
	return f, nil
}

func (p *Pages) savePhones(w http.ResponseWriter, r *page.Request) error {
	beats, err := p.store.Beats(r.Context(), r.Actor)
	if err != nil {
		return err
	}
	typed := map[string]string{}
	for _, name := range append([]string{"duty", "committee"}, ids(beats)...) {
		if r.PostForm.Has(name) {
			typed[name] = civil.NFC(r.PostFormValue(name))
		}
	}
	err = p.store.SetPhones(r.Context(), r.Actor, typed)
	if texts, refused := r.Refused(err); refused {
		f, err := p.phonesPage(r, typed, texts)
		if err != nil {
			return err
		}
		return r.Again(w, phonesForm(f))
	}
	if err != nil {
		return err
	}
	return r.Done(w, "/phones", "areas.done_phones")
}

func ids(beats []Beat) []string {
	list := make([]string, len(beats))
	for i, b := range beats {
		list[i] = b.ID
	}
	return list
}
