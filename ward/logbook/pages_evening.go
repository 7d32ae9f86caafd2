package logbook

import (
	"net/http"
	"strconv"

	"sonha/engine/page"
	"sonha/engine/page/ui"
)

// eveningView is the one screen of the evening check.
type eveningView struct {
	ui.Frame

	Evenings

	errors map[string]string
	ticked Checks
	rows   []ui.Fact
	state  string // what was noted tonight
	hours  []ui.Option
}

func eveningHome(house string) string { return "/houses/" + house + "/evening" }

func (p *Pages) eveningView(r *page.Request) (*eveningView, error) {
	id, err := r.PathID("id")
	if err != nil {
		return nil, err
	}
	e, err := p.store.Evenings(r.Context(), r.Actor, id)
	if err != nil {
		return nil, err
	}
	t := r.Words
	v := &eveningView{Frame: frame(r, id, e.House.Address, t.F("logbook.evening_page", "House", e.House.Address), t.T("logbook.evening_name")), Evenings: e}
	v.ticked = Checks{Gate: true, Lights: true, Fire: true}
	if done := e.Done(); done != nil {
		v.ticked = done.Checks
		v.state = t.F("logbook.evening_done_at", "When", when(r, done.At), "Who", done.By, "What", looked(r, done.Checks))
	}
	for i := range e.Past {
		x := &e.Past[i]
		v.rows = append(v.rows, ui.Fact{Key: x.Day.DisplayIn(t.Lang()), Time: string(x.Day), Text: looked(r, x.Checks), Sub: t.F("logbook.by", "Who", x.By)})
	}
	for h := firstHour; h <= lastHour; h++ {
		v.hours = append(v.hours, ui.Option{Value: strconv.Itoa(h), Label: t.F("logbook.evening_at", "Hour", h)})
	}
	return v, nil
}

// looked says what was looked at: all, or what.
func looked(r *page.Request, c Checks) string {
	if c.All() {
		return r.Words.T("logbook.evening_all")
	}
	text := ""
	for _, x := range []struct {
		on  bool
		key string
	}{{c.Gate, "gate"}, {c.Lights, "lights"}, {c.Fire, "fire"}} {
		if x.on {
			if text != "" {
				text += " · "
			}
			text += r.Words.T("logbook.evening_check." + x.key)
		}
	}
	return text
}

func (p *Pages) evening(w http.ResponseWriter, r *page.Request) error {
	v, err := p.eveningView(r)
	if err != nil {
		return err
	}
	return r.HTML(w, eveningPage(v))
}

func (p *Pages) look(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	var c Checks
	for _, x := range r.PostForm["check"] {
		c.Gate, c.Lights, c.Fire = c.Gate || x == "gate", c.Lights || x == "lights", c.Fire || x == "fire"
	}
	return p.eveningDone(w, r, id, p.store.Look(r.Context(), r.Actor, id, c), "logbook.done_evening")
}

func (p *Pages) setEvening(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	hour, said := 0, "logbook.done_evening_off"
	if r.Text("off") == "" {
		hour, _ = strconv.Atoi(r.Text("hour"))
		said = "logbook.done_evening_on"
		if hour == 0 {
			hour = -1 // no hour: refused at the field
		}
	}
	return p.eveningDone(w, r, id, p.store.SetEvening(r.Context(), r.Actor, id, hour), said)
}

func (p *Pages) eveningDone(w http.ResponseWriter, r *page.Request, id string, err error, said string) error {
	if texts, refused := r.Refused(err); refused {
		v, err := p.eveningView(r)
		if err != nil {
			return err
		}
		v.errors = texts
		return r.Again(w, eveningPage(v))
	}
	if err != nil {
		return err
	}
	return r.Done(w, eveningHome(id), said)
}

func (v *eveningView) checks() ui.Choice {
	c := ui.Choice{Name: "check", Legend: v.Words.T("logbook.evening_what"), Error: v.errors["check"]}
	for _, x := range []struct {
		on  bool
		key string
	}{{v.ticked.Gate, "gate"}, {v.ticked.Lights, "lights"}, {v.ticked.Fire, "fire"}} {
		c.Options = append(c.Options, ui.Option{Value: x.key, Label: v.Words.T("logbook.evening_check." + x.key), Note: v.Words.T("logbook.evening_note." + x.key), Checked: x.on})
	}
	return c
}
