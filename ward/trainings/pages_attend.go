package trainings

import (
	"net/http"
	"slices"

	"sonha/engine/db"
	"sonha/engine/page"
	"sonha/engine/page/ui"
	"sonha/engine/qr"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/accounts"
	"sonha/ward/gatherings"
)

func errMissing() error { return fault.NotFound("fault.not_found") }

// attendView is the page on which attendance is noted: the groups of a session of the ward, the houses of one of them with a box each
// for heads, or with their numbers for households, and one house with its labels.
type attendView struct {
	Training
	groups []groupCount
	group  string // the group that is shown
	houses []Count
	roll   *Roll
	came   []string
	shut   string
	errors map[string]string
}

type groupCount struct {
	id, name   string
	came, asks int
}

// manyGroups is how many groups a session has at least before they are gone through one by one.
const manyGroups = 2

func (p *Pages) attendView(r *page.Request) (*attendView, error) {
	id, err := r.PathID("id")
	if err != nil {
		return nil, err
	}
	t, err := p.store.Noting(r.Context(), r.Actor, id)
	if err != nil {
		return nil, err
	}
	v := &attendView{Training: t}
	house := r.Text("house")
	if house == "" && t.Level == gatherings.House {
		house = t.House
	}
	if !v.Receiving(r.Moment()) {
		if texts, ok := r.Refused(notReceiving(&v.Training)); ok {
			v.shut = texts[""]
		}
	}
	if t.Audience == Households && house != "" {
		if !db.ValidID(house) {
			return nil, errMissing()
		}
		var one Roll
		if v.Training, one, err = p.store.Roll(r.Context(), r.Actor, id, house); err != nil {
			return nil, err
		}
		v.roll, v.came = &one, one.Labels
		return v, nil
	}
	_, list, err := p.store.Houses(r.Context(), r.Actor, id)
	if err != nil {
		return nil, err
	}
	v.choose(list, r.Text("group"))
	return v, nil
}

// choose shows the houses of a group, or, where there are several, the groups.
func (v *attendView) choose(list []Count, group string) {
	for i := range list {
		c := &list[i]
		at := slices.IndexFunc(v.groups, func(g groupCount) bool { return g.id == c.GroupID })
		if at < 0 {
			at = len(v.groups)
			v.groups = append(v.groups, groupCount{id: c.GroupID, name: c.Group})
		}
		g := &v.groups[at]
		if v.Audience == Heads {
			g.asks++
			if c.Head {
				g.came++
			}
		} else {
			g.asks, g.came = g.asks+c.Households, g.came+c.Present
		}
	}
	if len(v.groups) >= manyGroups && !slices.ContainsFunc(v.groups, func(g groupCount) bool { return g.id == group && group != "" || group == "-" && g.id == "" }) {
		return
	}
	v.group = group
	for i := range list {
		if c := &list[i]; len(v.groups) < manyGroups || c.GroupID == group || group == "-" && c.GroupID == "" {
			v.houses = append(v.houses, *c)
			if c.Head {
				v.came = append(v.came, c.House)
			}
		}
	}
}

// key is how a group is named in an address: houses in none are "-".
func (g *groupCount) key() string {
	if g.id == "" {
		return "-"
	}
	return g.id
}

func (p *Pages) attendFrame(r *page.Request, v *attendView) ui.Frame {
	title := r.Words.T("trainings.attendance")
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
	return r.HTML(w, attendPage(p.attendFrame(r, v), v))
}

func (p *Pages) tick(w http.ResponseWriter, r *page.Request) error {
	if err := r.Parse(); err != nil {
		return err
	}
	v, err := p.attendView(r)
	if err != nil {
		return err
	}
	to := home(v.ID) + "/attendance"
	if v.roll != nil {
		v.came = r.PostForm["household"]
		err = p.store.Tick(r.Context(), r.Actor, v.ID, v.roll.House, v.came)
	} else {
		v.came = r.PostForm["came"]
		err = p.store.TickHeads(r.Context(), r.Actor, v.ID, r.PostForm["shown"], v.came)
		if v.group != "" && len(v.groups) < manyGroups {
			to += "?group=" + v.group
		}
	}
	if texts, refused := r.Refused(err); refused {
		v.errors = texts
		return r.Again(w, attendPage(p.attendFrame(r, v), v))
	}
	if err != nil {
		return err
	}
	return r.Done(w, to, "trainings.done_ticked")
}

// ticks are the boxes of the households of a house.
func (v *attendView) ticks() []ui.Option {
	var list []ui.Option
	for _, l := range accounts.HouseholdLabels(v.roll.Households) {
		list = append(list, ui.Option{Value: l, Label: l, Checked: slices.Contains(v.came, l)})
	}
	return list
}

// headTicks are the boxes of the houses whose heads are invited.
func (v *attendView) headTicks() []ui.Option {
	var list []ui.Option
	for i := range v.houses {
		c := &v.houses[i]
		list = append(list, ui.Option{Value: c.House, Label: c.Address, Checked: slices.Contains(v.came, c.House)})
	}
	return list
}

// doorView is the code at the door, on a screen or printed.
type doorView struct {
	Training
	size int
	path string
	shut string
}

func (p *Pages) door(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	t, err := p.store.Noting(r.Context(), r.Actor, id)
	if err != nil {
		return err
	}
	v := doorView{Training: t}
	if v.size, v.path, err = qr.Path(r.Base() + ArrivePath(t.Token)); err != nil {
		return err
	}
	if !t.DoorOpen(r.Moment()) {
		at := t.Starts.Add(-gatherings.DoorsOpen)
		v.shut = r.Words.F("trainings.door_later", "When", civil.Moment(at, r.Words.Lang()))
		if r.Moment().After(t.Starts) || t.State != Planned {
			v.shut = r.Words.T("trainings.door_shut")
		}
	}
	return r.HTML(w, doorPage(frame(r, r.Words.T("trainings.door"), ui.Link{Href: home(t.ID), Label: t.Title}), v))
}

// arriveView is what the code at the door opens.
type arriveView struct {
	Arrival
	begins, whose string
	problem       string
}

func (v *arriveView) label(f ui.Frame) string {
	if v.Label == "" {
		return f.Words.T("trainings.arrive_head")
	}
	return f.Words.F("trainings.arrive_household", "Label", v.Label)
}

func (p *Pages) arriveView(r *page.Request) (*arriveView, error) {
	a, err := p.store.AtToken(r.Context(), r.Actor, r.PathValue("token"))
	if err != nil {
		return nil, err
	}
	v := &arriveView{Arrival: a, begins: a.begins(r.Words), whose: a.whose(r.Words)}
	switch {
	case a.At == "":
		v.problem = r.Words.T("trainings.not_awaited." + string(a.Audience))
	case !a.DoorOpen(r.Moment()) && !a.Came:
		v.problem = r.Words.T("trainings.door_shut")
		if texts, ok := r.Refused(notReceiving(&a.Training)); ok && a.State == Planned && !a.Receiving(r.Moment()) {
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
	return r.HTML(w, arrivePage(frame(r, r.Words.T("trainings.arrive")), r.PathValue("token"), v))
}

func (p *Pages) arrive(w http.ResponseWriter, r *page.Request) error {
	err := p.store.Arrive(r.Context(), r.Actor, r.PathValue("token"))
	if texts, refused := r.Refused(err); refused {
		v, err := p.arriveView(r)
		if err != nil {
			return err
		}
		v.problem = texts[""]
		return r.Again(w, arrivePage(frame(r, r.Words.T("trainings.arrive")), r.PathValue("token"), v))
	}
	if err != nil {
		return err
	}
	return r.Done(w, ArrivePath(r.PathValue("token")), "trainings.done_arrived")
}
