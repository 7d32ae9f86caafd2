package meetings

import (
	"net/http"
	"slices"

	"sonha/engine/db"
	"sonha/engine/page"
	"sonha/engine/page/ui"
	"sonha/engine/qr"
	"sonha/ground/civil"
	"sonha/ward/gatherings"
)

// attendView is the page on which who convenes ticks the households that came: the houses of a group or ward, or one house.
type attendView struct {
	Meeting
	houses []Count
	roll   *Roll
	quorum string
	kind   ui.Kind
	shut   string
	errors map[string]string
}

func (p *Pages) attendView(r *page.Request) (*attendView, error) {
	id, err := r.PathID("id")
	if err != nil {
		return nil, err
	}
	v := &attendView{}
	house := r.Text("house")
	if house != "" && !db.ValidID(house) {
		house = ""
	}
	m, list, err := p.store.Houses(r.Context(), r.Actor, id)
	if err != nil {
		return nil, err
	}
	v.Meeting = m
	if m.Level == gatherings.House || house != "" {
		var one Roll
		if v.Meeting, one, err = p.store.Roll(r.Context(), r.Actor, id, house); err != nil {
			return nil, err
		}
		v.roll = &one
	} else {
		v.houses = list
	}
	v.quorum, v.kind = quorum(r.Words, &v.Meeting), ui.Warning
	if v.Quorate() {
		v.kind = ui.Success
	}
	if !v.Receiving(r.Moment()) {
		if texts, ok := r.Refused(notReceiving(&v.Meeting)); ok {
			v.shut = texts[""]
		}
	}
	return v, nil
}

func (p *Pages) attendFrame(r *page.Request, v *attendView, title string) ui.Frame {
	under := []ui.Link{{Href: home(v.ID), Label: v.Title}}
	if v.roll != nil && v.Level != gatherings.House {
		under = append(under, ui.Link{Href: home(v.ID) + "/attendance", Label: title})
		title = v.roll.Address
	}
	return frame(r, title, under...)
}

func (p *Pages) attendance(w http.ResponseWriter, r *page.Request) error {
	v, err := p.attendView(r)
	if err != nil {
		return err
	}
	return r.HTML(w, attendPage(p.attendFrame(r, v, r.Words.T("meetings.attendance")), v))
}

func (p *Pages) tick(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	house := r.Text("house")
	err = p.store.Tick(r.Context(), r.Actor, id, house, r.Form["household"])
	if texts, refused := r.Refused(err); refused {
		v, err := p.attendView(r)
		if err != nil {
			return err
		}
		v.errors = texts
		if v.roll != nil {
			v.roll.Came = r.Form["household"]
		}
		return r.Again(w, attendPage(p.attendFrame(r, v, r.Words.T("meetings.attendance")), v))
	}
	if err != nil {
		return err
	}
	return r.Done(w, home(id)+"/attendance", "meetings.done_ticked")
}

// ticks are the boxes of the households of a house.
func (v *attendView) ticks() []ui.Option {
	var list []ui.Option
	for _, l := range v.roll.Labels() {
		list = append(list, ui.Option{Value: l, Label: l, Checked: slices.Contains(v.roll.Came, l)})
	}
	return list
}

// round is the page on the phone that goes round: one large button for each household that has not come yet, and nothing else.
func (p *Pages) round(w http.ResponseWriter, r *page.Request) error {
	v, err := p.attendView(r)
	if err != nil {
		return err
	}
	f := p.attendFrame(r, v, r.Words.T("meetings.round"))
	f.NoShell = v.roll != nil
	return r.HTML(w, roundPage(f, v))
}

func (p *Pages) come(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	house := r.Text("house")
	err = p.store.Come(r.Context(), r.Actor, id, house, r.Text("household"))
	if texts, refused := r.Refused(err); refused {
		v, err := p.attendView(r)
		if err != nil {
			return err
		}
		v.errors = texts
		f := p.attendFrame(r, v, r.Words.T("meetings.round"))
		f.NoShell = v.roll != nil
		return r.Again(w, roundPage(f, v))
	}
	if err != nil {
		return err
	}
	to := home(id) + "/round"
	if house != "" {
		to += "?house=" + house
	}
	return r.Done(w, to, "meetings.done_came")
}

// doorView is the code at the door, on a screen or printed.
type doorView struct {
	Meeting
	size int
	path string
	shut string
}

func (p *Pages) door(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	m, _, err := p.store.Houses(r.Context(), r.Actor, id)
	if err != nil {
		return err
	}
	v := doorView{Meeting: m}
	if v.size, v.path, err = qr.Path(r.Base() + ArrivePath(m.Token)); err != nil {
		return err
	}
	if !m.DoorOpen(r.Moment()) {
		v.shut = r.Words.F("meetings.door_later", "When", civil.Moment(m.Starts.Add(-gatherings.DoorsOpen), r.Words.Lang()))
		if r.Moment().After(m.Starts) || m.State == Minuted || m.State == Cancelled {
			v.shut = r.Words.T("meetings.door_shut")
		}
	}
	return r.HTML(w, doorPage(frame(r, r.Words.T("meetings.door"), ui.Link{Href: home(m.ID), Label: m.Title}), v))
}

// arriveView is what the code at the door opens.
type arriveView struct {
	Arrival
	begins, whose string
	problem       string
	open          bool
}

func (p *Pages) arriveView(r *page.Request) (*arriveView, error) {
	a, err := p.store.AtToken(r.Context(), r.Actor, r.PathValue("token"))
	if err != nil {
		return nil, err
	}
	v := &arriveView{Arrival: a, begins: a.begins(r.Words), whose: a.whose(r.Words), open: a.DoorOpen(r.Moment())}
	switch {
	case a.Label == "":
		v.problem = r.Words.T("meetings.not_a_household")
	case !v.open && !a.Came:
		v.problem = r.Words.T("meetings.door_shut")
		if texts, ok := r.Refused(notReceiving(&a.Meeting)); ok && a.State == Planned && !a.Receiving(r.Moment()) {
			v.problem = texts[""]
		}
	}
	return v, nil
}

func (p *Pages) arrival(w http.ResponseWriter, r *page.Request) error {
	v, err := p.arriveView(r)
	if err != nil {
		return err
	}
	return r.HTML(w, arrivePage(frame(r, r.Words.T("meetings.arrive")), r.PathValue("token"), v))
}

func (p *Pages) arrive(w http.ResponseWriter, r *page.Request) error {
	err := p.store.Arrive(r.Context(), r.Actor, r.PathValue("token"))
	if texts, refused := r.Refused(err); refused {
		v, err := p.arriveView(r)
		if err != nil {
			return err
		}
		v.problem, v.open = texts[""], false
		return r.Again(w, arrivePage(frame(r, r.Words.T("meetings.arrive")), r.PathValue("token"), v))
	}
	if err != nil {
		return err
	}
	return r.Done(w, ArrivePath(r.PathValue("token")), "meetings.done_arrived")
}
