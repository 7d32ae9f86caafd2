package households

import (
	"net/http"

	"sonha/engine/page"
	"sonha/engine/page/ui"
	"sonha/ground/access"
	"sonha/ward/consents"
)

// contactView is where a household gives, changes and takes back the way to reach it.
type contactView struct {
	frame   ui.Frame
	contact Contact
	lines   []string // of the words that are agreed to
	version string
	stands  []ui.Fact
	typed   string
	agreed  bool
	errors  map[string]string
}

// agreement is the words of a purpose in the reader's language, and their version with its hash.
func agreement(r *page.Request, p consents.Purpose) (lines []string, version string) {
	text := consents.Today(p)
	for _, l := range text.Lines {
		lines = append(lines, l.In(r.Words.Lang()))
	}
	return lines, r.Words.F("consents.version", "Version", text.Version, "Hash", text.Hash()[:12])
}

// said writes a contact as people do.
func (c *Contact) said(r *page.Request) string {
	switch {
	case c.Hidden:
		return r.Words.T("households.contact_hidden")
	case c.Lost:
		return r.Words.T("households.contact_lost")
	case c.Mail != "":
		return c.Mail
	default:
		return c.Phone.Display()
	}
}

// href calls the contact, or writes to it.
func (c *Contact) href() string {
	switch {
	case c.Lost, c.Hidden:
		return ""
	case c.Mail != "":
		return "mailto:" + c.Mail
	default:
		return "tel:" + c.Phone.Local()
	}
}

// source says when it was given and by whom it was written down.
func (c *Contact) source(r *page.Request) string {
	key := "households.contact_self"
	if c.ByHead {
		key = "households.contact_by_head"
	}
	return r.Words.F(key, "Day", day(c.Given, r.Words.Lang()), "Who", c.By)
}

func (p *Pages) contactView(r *page.Request) (*contactView, error) {
	c, err := p.store.Contact(r.Context(), r.Actor)
	if err != nil {
		return nil, err
	}
	v := &contactView{frame: frame(r, r.Words.T("households.contact")), contact: c}
	v.lines, v.version = agreement(r, consents.Contact)
	if c.Has() {
		v.stands = []ui.Fact{{Key: r.Words.T("households.contact_given"), Text: c.said(r), Sub: c.source(r)}}
	}
	return v, nil
}

func (p *Pages) contactForm(w http.ResponseWriter, r *page.Request) error {
	v, err := p.contactView(r)
	if err != nil {
		return err
	}
	return r.HTML(w, contactPage(v))
}

func (p *Pages) contact(w http.ResponseWriter, r *page.Request) error {
	if r.PostFormValue("do") == "withdraw" {
		if err := p.store.WithdrawContact(r.Context(), r.Actor); err != nil {
			return err
		}
		return r.Done(w, "/home", "households.done_contact_gone")
	}
	typed, agreed := r.Text("contact"), r.PostFormValue("agreed") != ""
	err := p.store.GiveContact(r.Context(), r.Actor, typed, agreed)
	if texts, refused := r.Refused(err); refused {
		v, err := p.contactView(r)
		if err != nil {
			return err
		}
		v.errors, v.typed, v.agreed = texts, typed, agreed
		return r.Again(w, contactPage(v))
	}
	if err != nil {
		return err
	}
	return r.Done(w, "/home", "households.done_contact")
}

// listView is the head's list of households: labels, and what they chose to give.
type listView struct {
	frame   ui.Frame
	house   *House
	rows    []listRow
	options []ui.Option // for whom a contact may be written down
	given   []ui.Option // for whom one may be removed
	lines   []string
	version string
	typed   map[string]string
	agreed  bool
	errors  map[string]string
	summary []ui.FieldError
	open    bool // the form stands open: it was refused
}

// listRow is one household.
type listRow struct {
	label, text, href, sub, card string
}

func (p *Pages) listView(r *page.Request) (*listView, error) {
	id, err := r.PathID("id")
	if err != nil {
		return nil, err
	}
	h, list, err := p.store.List(r.Context(), r.Actor, id)
	if err != nil {
		return nil, err
	}
	t := r.Words
	v := &listView{frame: houseFrame(r, &h, t.F("households.list", "House", h.Address())), house: &h, typed: map[string]string{}}
	v.lines, v.version = agreement(r, consents.Contact)
	for i := range list {
		x := &list[i]
		row := listRow{label: x.Household, card: t.T("households.no_card")}
		if !x.Card.Given.IsZero() {
			row.card = cardState(r, x.Card)
		}
		o := ui.Option{Value: x.Household, Label: x.Household}
		if x.Contact.Has() {
			row.text, row.href, row.sub = x.Contact.said(r), x.Contact.href(), x.Contact.source(r)
			v.given = append(v.given, o)
		}
		v.options = append(v.options, o)
		v.rows = append(v.rows, row)
	}
	return v, nil
}

func (p *Pages) list(w http.ResponseWriter, r *page.Request) error {
	v, err := p.listView(r)
	if err != nil {
		return err
	}
	r.Secret(w) // neither browser nor service worker keeps other people's numbers
	return r.HTML(w, listPage(v))
}

func (p *Pages) enterContact(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	household, typed, agreed := r.Text("household"), r.Text("contact"), r.PostFormValue("agreed") != ""
	err = p.store.EnterContact(r.Context(), r.Actor, id, household, typed, agreed)
	if texts, refused := r.Refused(err); refused {
		v, err := p.listView(r)
		if err != nil {
			return err
		}
		v.errors, v.agreed, v.open = texts, agreed, true
		v.typed = map[string]string{"household": household, "contact": typed}
		for _, name := range []string{"household", "contact", "agreed"} {
			if text := texts[name]; text != "" {
				v.summary = append(v.summary, ui.FieldError{Name: name, Text: text})
			}
		}
		r.Secret(w)
		return r.Again(w, listPage(v))
	}
	if err != nil {
		return err
	}
	return r.Done(w, listHome(id), "households.done_entered_contact")
}

func (p *Pages) removeContact(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	if err := p.store.RemoveContact(r.Context(), r.Actor, id, r.Text("household")); err != nil {
		return err
	}
	return r.Done(w, listHome(id), "households.done_removed_contact")
}

func listHome(house string) string { return "/houses/" + house + "/households" }

// wishView is where a household says what it would like help with.
type wishView struct {
	frame  ui.Frame
	choice ui.Choice
	note   string
	errors map[string]string
	closed string
}

func needOptions(r *page.Request, chosen []Need) []ui.Option {
	var list []ui.Option
	for _, n := range Needs() {
		o := ui.Option{Value: string(n), Label: r.Words.T("households.need." + string(n))}
		for _, c := range chosen {
			o.Checked = o.Checked || c == n
		}
		list = append(list, o)
	}
	return list
}

func chosenNeeds(r *page.Request) []Need {
	var list []Need
	for _, x := range r.PostForm["need"] {
		list = append(list, Need(x))
	}
	return list
}

func (p *Pages) wishView(r *page.Request, s *Sheet, w Wish) *wishView {
	v := &wishView{frame: r.Frame(r.Words.T("households.needs")), note: w.Note}
	v.frame.Back = ui.Link{Href: "/home/answers", Label: r.Words.T("households.answers")}
	v.choice = ui.Choice{Name: "need", Legend: r.Words.T("households.needs_which"), Options: needOptions(r, w.Needs)}
	if texts, refused := r.Refused(s.Open()); refused {
		v.closed = texts[""]
	}
	return v
}

func (p *Pages) wishForm(w http.ResponseWriter, r *page.Request) error {
	s, x, err := p.store.Wish(r.Context(), r.Actor)
	if err != nil {
		return err
	}
	return r.HTML(w, wishPage(p.wishView(r, &s, x)))
}

func (p *Pages) wish(w http.ResponseWriter, r *page.Request) error {
	typed := Wish{Needs: chosenNeeds(r), Note: r.Lines("note")}
	err := p.store.Want(r.Context(), r.Actor, typed)
	if texts, refused := r.Refused(err); refused {
		s, _, err := p.store.Wish(r.Context(), r.Actor)
		if err != nil {
			return err
		}
		v := p.wishView(r, &s, typed)
		v.errors = texts
		return r.Again(w, wishPage(v))
	}
	if err != nil {
		return err
	}
	return r.Done(w, "/home/answers", "households.done_wish")
}

// wantedRow is a kind of help with how many would like it.
type wantedRow struct{ what, n, of string }

func wantedRows(r *page.Request, list []Wanted) []wantedRow {
	var out []wantedRow
	for _, x := range list {
		out = append(out, wantedRow{
			what: r.Words.T("households.need." + string(x.Need)), n: r.Words.N("households.n_households", x.N), of: r.Words.N("households.n_houses", x.Of),
		})
	}
	return out
}

// wantsView is what the households of all houses in reach would like.
type wantsView struct {
	frame ui.Frame
	asOf  string
	lede  string
	rows  []wantedRow
}

func (p *Pages) wants(w http.ResponseWriter, r *page.Request) error {
	list, err := p.store.AllWants(r.Context(), r.Actor)
	if err != nil {
		return err
	}
	v := &wantsView{frame: r.Frame(r.Words.T("households.wants")), asOf: r.AsOf(), rows: wantedRows(r, list), lede: r.Words.T("households.wants_lede_few")}
	if r.Actor.May(access.Assess) {
		v.lede = r.Words.T("households.wants_lede")
	}
	v.frame.Crumbs = append(v.frame.Crumbs, ui.Link{Href: "/monthly", Label: r.Words.T("nav.monthly")}, ui.Link{Label: v.frame.Title})
	return r.HTML(w, wantsPage(v))
}

// contactDoor is the line of the first page about the way to reach the household.
func contactDoor(r *page.Request, c *Contact) ui.Task {
	d := ui.Task{Href: "/home/contact", What: r.Words.T("households.contact"), When: r.Words.T("households.contact_none")}
	switch {
	case c.Hidden:
		d.When = r.Words.T("households.contact_hidden_short")
	case c.Has():
		d.When = c.said(r)
	}
	return d
}

// mayList reports whether the reader keeps the list of the house's households.
func mayList(r *page.Request) bool { return r.Actor.May(access.KeepContacts) }
