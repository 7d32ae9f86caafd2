package moves

import (
	"net/http"

	"sonha/engine/page"
	"sonha/engine/page/ui"
	"sonha/ground/civil"
	"sonha/ward/areas"
)

// changesPage lists the changes that were made.
type changesPage struct {
	ui.Frame

	List []areas.Made
}

// what says in a sentence what a change did.
func what(f *ui.Frame, m *areas.Made) string {
	n := civil.IntIn(f.Words.Lang(), m.Houses)
	switch m.Kind {
	case "merge":
		return f.Words.F("moves.made_merge", "From", m.FromName, "Into", m.IntoName, "N", n)
	case "split":
		return f.Words.F("moves.made_split", "Into", m.IntoName, "N", n)
	}
	return f.Words.F("moves.made_move."+string(m.Part), "N", n)
}

func (p *Pages) changes(w http.ResponseWriter, r *page.Request) error {
	list, err := p.areas.Changes(r.Context(), r.Actor)
	if err != nil {
		return err
	}
	title := r.Words.T("moves.changes")
	return r.HTML(w, changesList(&changesPage{Frame: r.Frame(title, ui.Link{Href: "/areas", Label: r.Words.T("areas.name")}, ui.Link{Label: title}), List: list}))
}

// undoPage is the page on which a change is taken back.
type undoPage struct {
	ui.Frame

	Made    areas.Made
	Why     string
	Shown   *shown
	Reason  ui.Field
	Problem string
	Hidden  []ui.FieldValue
}

func (p *Pages) undo(w http.ResponseWriter, r *page.Request) error {
	f, err := p.undoPage(r, "", nil)
	if err != nil {
		return err
	}
	return r.HTML(w, undoing(f))
}

func (p *Pages) undoPage(r *page.Request, reason string, texts map[string]string) (*undoPage, error) {
	id, err := r.PathID("id")
	if err != nil {
		return nil, err
	}
	u, err := p.store.PreviewUndo(r.Context(), r.Actor, id)
	if err != nil {
		return nil, err
	}
	title := r.Words.T("moves.undo")
	f := &undoPage{
		Frame: r.Frame(title, ui.Link{Href: "/areas", Label: r.Words.T("areas.name")}, ui.Link{Href: "/areas/changes", Label: r.Words.T("moves.changes")}, ui.Link{Label: title}),
		Made:  u.Made, Problem: texts[""],
		Reason: ui.Field{Name: fieldReason, Label: r.Words.T("moves.undo_reason"), Hint: r.Words.T("moves.undo_reason_hint"), Value: reason, Error: texts[fieldReason],
			Required: true, MaxRunes: mostReason, Complete: "off"},
	}
	if u.Why == nil {
		f.Shown = newShown(r.Words, u.Preview)
		f.Hidden = []ui.FieldValue{{Name: fieldSeen, Value: u.Seen}}
	} else {
		why, _ := r.Refused(u.Why)
		f.Why = why[""]
	}
	return f, nil
}

func (p *Pages) doUndo(w http.ResponseWriter, r *page.Request) error {
	if err := r.Parse(); err != nil {
		return err
	}
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	reason := r.Text(fieldReason)
	_, err = p.store.Undo(r.Context(), r.Actor, Undoing{Change: id, Terms: Terms{Reason: reason, Seen: r.Text(fieldSeen)}})
	texts, refused := r.Refused(err)
	if refused {
		f, e := p.undoPage(r, reason, texts)
		if e != nil {
			return e
		}
		return r.Again(w, undoing(f))
	}
	if err != nil {
		return err
	}
	return r.Done(w, "/areas/changes", "moves.undone")
}
