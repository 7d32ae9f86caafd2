package moves

import (
	"net/http"
	"strings"

	"sonha/engine/page"
	"sonha/engine/page/ui"
	"sonha/engine/words"
	"sonha/ground/civil"
	"sonha/ward/accounts"
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
	if m.Undoing != "" {
		return f.Words.F("moves.made_back", "N", n)
	}
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
	Becomes []string // what is given back and what stays
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
		f.Becomes = becomes(r.Words, &u)
	} else {
		why, _ := r.Refused(u.Why)
		f.Why = why[""]
	}
	return f, nil
}

// becomes says in sentences what taking a change back does.
func becomes(w *words.Words, u *Undo) []string {
	m := &u.Made
	if m.Kind != "merge" {
		return []string{w.T("moves.undo_lead")}
	}
	keys := []string{"moves.undo_lead_merge", "moves.undo_groups", "moves.undo_groups_stay", "moves.undo_groups_report"}
	if m.Part == areas.OfBeat {
		keys = []string{"moves.undo_lead_merge", "moves.undo_beats", "moves.undo_beats_stay"}
	}
	var list []string
	for _, key := range keys {
		list = append(list, w.F(key, "From", m.FromName, "Into", m.IntoName))
	}
	who := func(holders []accounts.Holder) string {
		var names []string
		for _, h := range holders {
			names = append(names, h.Name+" ("+w.T("role."+string(h.Role))+")")
		}
		return strings.Join(names, ", ")
	}
	if len(u.Back) > 0 {
		list = append(list, w.F("moves.again_who", "From", m.FromName, "Who", who(u.Back)))
	} else {
		list = append(list, w.F("moves.again_nobody", "From", m.FromName))
	}
	if len(u.Off) > 0 {
		list = append(list, w.F("moves.no_more_who", "Into", m.IntoName, "Who", who(u.Off)))
	}
	if len(u.Back)+len(u.Off) > 0 {
		list = append(list, w.T("moves.again_told"))
	}
	return list
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
