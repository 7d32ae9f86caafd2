package inspections

import (
	"errors"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"sonha/engine/db"
	"sonha/engine/files"
	"sonha/engine/page"
	"sonha/engine/page/ui"
	"sonha/ground/civil"
	"sonha/ward/criteria"
	"sonha/ward/criteria/show"
)

// visit is the page of an inspection at the door. After a refused form it holds what was typed.
type visit struct {
	Coming

	set     *criteria.Set
	base    string // the page from which the form was filled in
	opened  criteria.Answers
	filled  criteria.Answers
	visit   Visit
	typed   map[string]Shortcoming
	agree   []string
	class   criteria.Class
	reason  string
	signing Signing
	errors  map[string]string
	closed  string
	known   map[string]criteria.Evidence // by the codes of the items
	today   civil.Day
}

func visitHome(house string) string { return "/houses/" + house + "/visit" }

// list is where the officer goes on from a door: the round of the week, or the list of the beat.
func (c *Coming) list() string {
	if c.Round {
		return "/plan/week"
	}
	return "/inspections"
}

func (p *Pages) visit(r *page.Request, c Coming) (*visit, error) {
	set := c.Set
	v := &visit{
		Coming: c, set: set, base: c.Base, opened: c.Findings(set), filled: c.Found, visit: c.Visit, signing: c.Signing,
		typed: map[string]Shortcoming{}, today: r.Today(),
	}
	for _, x := range c.Shortcomings {
		v.typed[x.Item] = x
	}
	if texts, refused := r.Refused(c.Closed()); refused {
		v.closed = texts[""]
	}
	if c.Lent {
		return v, nil // what the records say of a house of another beat stays there
	}
	var err error
	v.known, err = p.records.Evidence(r.Context(), r.Actor, c.House.ID)
	return v, err
}

// parts gives the contents with the items to look at.
func (v *visit) parts() []part {
	todo := v.Wanted(v.set)
	var list []part
	at := 0
	for c := range v.set.Contents {
		x := part{content: &v.set.Contents[c]}
		for range x.content.Items {
			if slices.Contains(todo, at) {
				x.items = append(x.items, at)
				if v.Self.At(at) != criteria.Unanswered {
					x.agree++
				}
			}
			at++
		}
		if len(x.items) > 0 {
			list = append(list, x)
		}
	}
	return list
}

func (v *visit) item(at int) *criteria.Item {
	item, _ := v.set.Item(at)
	return item
}

// shortcoming is what an item's form shows of its shortcoming: what was typed, else what the criteria propose.
func (v *visit) shortcoming(at int) Shortcoming {
	item := v.item(at)
	if x, ok := v.typed[item.Code]; ok {
		return x
	}
	return Prefill(item, v.visit.On)
}

// must says when an item has to be looked at: always, unless the content is as the house rated itself, or not.
func (v *visit) must(at int) string {
	switch {
	case v.item(at).Required && v.Earlier.At(at) == criteria.Unanswered:
		return "required"
	case v.Self.At(at) == criteria.Unanswered && v.Earlier.At(at) == criteria.Unanswered:
		return "open"
	default:
		return ""
	}
}

func (v *visit) offline(f *ui.Frame) templ.Attributes {
	o := ui.Offline{Title: f.Words.F("inspections.of", "House", v.House.Address()), Next: v.list()}
	a := o.Attributes()
	a["data-draft"] = ""
	return a
}

func (v *visit) classes(f *ui.Frame) []ui.Option {
	list := []ui.Option{{Value: "", Label: f.Words.T("inspections.by_rule"), Note: f.Words.T("inspections.by_rule_note"), Checked: v.class == criteria.NotInspected}}
	for _, c := range []criteria.Class{criteria.Safe, criteria.Conditional, criteria.NotSafe} {
		list = append(list, ui.Option{Value: c.String(), Label: c.Name().In(f.Words.Lang()), State: show.Class(c), HasState: true, Checked: v.class == c})
	}
	return list
}

// problems are the errors of the form, for the head of the page.
func (v *visit) problems() []ui.FieldError {
	list := ui.FieldErrors(v.errors, "")
	for at := range v.set.Len() {
		code := v.item(at).Code
		for _, name := range []string{"f.", "measure.", "note.", "owner.", "due.", "photos."} {
			if text := v.errors[name+code]; text != "" {
				list = append(list, ui.FieldError{Name: name + code, Text: code + ": " + text})
			}
		}
	}
	return append(list, ui.FieldErrors(v.errors, "item", "on", "members", "resident_side", "present", "remarks", "head_comment", "sign_house", "sign_officer", "signed_paper",
		"class", "reason")...)
}

func (v *visit) frame(r *page.Request) ui.Frame {
	list := ui.Link{Href: v.list(), Label: r.Words.T("inspections.page")}
	return r.Frame(r.Words.F("inspections.of", "House", v.House.Address()), list, ui.Link{Label: v.House.Address()})
}

func (p *Pages) visitDoor(w http.ResponseWriter, r *page.Request) error {
	house, err := r.PathID("id")
	if err != nil {
		return err
	}
	c, err := p.store.Comes(r.Context(), r.Actor, house)
	if err != nil {
		return err
	}
	if c.Lent && c.ID == "" && c.Last != "" {
		return r.Done(w, c.list(), "inspections.lent_done") // it was lent for one inspection
	}
	v, err := p.visit(r, c)
	if err != nil {
		return err
	}
	return r.HTML(w, visitPage(v.frame(r), v))
}

// takeVisit takes the whole inspection with its photos.
func (p *Pages) takeVisit(w http.ResponseWriter, r *page.Request) error {
	if err := r.Parse(); err != nil {
		return err
	}
	house, err := r.PathID("id")
	if err != nil {
		return err
	}
	// Nobody outside the reach of the house makes the server unpack a picture.
	c, err := p.store.Comes(r.Context(), r.Actor, house)
	if err != nil {
		return err
	}
	in := readVisit(r, c.Set)
	problems, err := p.unpack(r, c.Set, &in)
	if err != nil {
		return err
	}
	if len(problems) > 0 {
		return errors.Join(p.files.Discard(every(in.Photos)), p.visitAgain(w, r, c, &in, problems))
	}
	_, unneeded, err := p.store.Take(r.Context(), r.Actor, house, in)
	if err != nil && !db.Unknown(err) {
		unneeded = every(in.Photos)
	}
	if e := p.files.Discard(unneeded); e != nil {
		return errors.Join(err, e)
	}
	if m, meanwhile := errors.AsType[*MeanwhileError](err); meanwhile {
		return r.TwoVersions(w, p.apart(r, m))
	}
	if texts, refused := r.Refused(err); refused {
		return p.visitAgain(w, r, c, &in, texts)
	}
	if err != nil {
		return err
	}
	return r.Done(w, c.list(), "inspections.done_finished")
}

// readVisit reads the form of an inspection at the door, on a set.
func readVisit(r *page.Request, set *criteria.Set) Field {
	on, _ := civil.ParseDay(r.Text("on"))
	class, _ := criteria.ParseClass(r.Text("class"))
	in := Field{
		Asked: criteria.AskedBy(r.Text(criteria.AskedField)), Base: r.Text("base"), Opened: set.Blank(), Found: set.Blank(), Agree: r.PostForm["agree"],
		Shortcomings: map[string]Shortcoming{}, Photos: map[string][]files.Photo{},
		Visit: Visit{
			On: on, Members: r.FormValue("members"), ResidentSide: r.FormValue("resident_side"), Present: r.FormValue("present"),
			Remarks: r.FormValue("remarks"), HeadComment: r.FormValue("head_comment"),
		}.tidy(),
		Class: class, Reason: r.Text("reason"),
		Signing: Signing{House: r.Text("sign_house"), Officer: r.Text("sign_officer"), OnPaper: r.Text("signed_on_paper") != "", Paper: r.Text("signed_paper")},
	}
	if opened, err := set.ParseAnswers(r.Text("opened")); err == nil && len(opened) == set.Len() {
		in.Opened = opened // a page of criteria that were replaced is one that knew nothing
	}
	for at := range set.Len() {
		item, _ := set.Item(at)
		if v, ok := criteria.ParseValue(r.Text("f." + item.Code)); ok && v != criteria.Unanswered {
			in.Found = in.Found.With(at, v)
		}
		if r.PostForm.Has("measure." + item.Code) {
			in.Shortcomings[item.Code] = readShortcoming(r, item, "."+item.Code)
		}
	}
	return in
}

// unpack keeps the photos of a form by their items and gives, by field, the reasons for those that it cannot take.
func (p *Pages) unpack(r *page.Request, set *criteria.Set, in *Field) (map[string]string, error) {
	problems := map[string]string{}
	if r.MultipartForm == nil {
		return problems, nil
	}
	defer func() { _ = r.MultipartForm.RemoveAll() }()
	for _, code := range set.Codes() {
		kept, refused, err := p.files.Take(files.Chosen(r.MultipartForm, "photos."+code))
		if err != nil {
			return nil, errors.Join(err, p.files.Discard(every(in.Photos)))
		}
		if len(kept) > 0 {
			in.Photos[code] = kept
		}
		for _, x := range refused {
			problems["photos."+code] += r.Words.F("inspections.photo."+string(x.Why), "Name", x.Name) + " "
		}
	}
	return problems, nil
}

// visitAgain shows a refused form with everything that was typed. What a browser cannot offer again are the photos: with a script they are
// still on the phone, without one the page says so.
func (p *Pages) visitAgain(w http.ResponseWriter, r *page.Request, c Coming, in *Field, texts map[string]string) error {
	v, err := p.visit(r, c)
	if err != nil {
		return err
	}
	v.base, v.opened, v.filled, v.visit, v.agree = in.Base, in.Opened, in.Found, in.Visit, in.Agree
	v.class, v.reason, v.signing, v.errors = in.Class, in.Reason, in.Signing, texts
	maps.Copy(v.typed, in.Shortcomings)
	return r.Again(w, visitPage(v.frame(r), v))
}

// apart are the two versions of an inspection, as the page of the choice shows them.
func (p *Pages) apart(r *page.Request, m *MeanwhileError) page.Versions {
	lang, set := r.Words.Lang(), m.Now.Set
	out := page.Versions{Base: []ui.FieldValue{
		{Name: "base", Value: m.Now.Base}, {Name: "opened", Value: string(m.Now.Findings(set))},
		{Name: "members", Value: m.Mine.Visit.Members}, {Name: "resident_side", Value: m.Mine.Visit.ResidentSide}, {Name: "present", Value: m.Mine.Visit.Present},
	}}
	for _, x := range []ui.FieldValue{{Name: "remarks", Value: m.Mine.Visit.Remarks}, {Name: "head_comment", Value: m.Mine.Visit.HeadComment}} {
		if !slices.ContainsFunc(m.Lines, func(l Apart) bool { return l.Field == x.Name }) {
			out.Base = append(out.Base, x)
		}
	}
	for _, x := range m.Lines {
		name, _, _ := strings.Cut(x.Field, ".")
		line := page.Line{Name: x.Field, Label: r.Words.T("inspections." + lineKey[name]), Mine: p.said(r, name, x.Mine), Theirs: p.said(r, name, x.Theirs)}
		if x.Item != nil {
			line.Label = x.Item.Code + " · " + x.Item.Label.In(lang)
			if name != "f" {
				line.Label += ": " + r.Words.T("inspections."+lineKey[name])
			}
		}
		out.Lines = append(out.Lines, line)
	}
	return out
}

// The labels of the fields on which two inspections may differ.
var lineKey = map[string]string{
	"f": "name", "measure": "measure", "note": "note", "owner": "who", "due": "due", "remarks": "remarks", "head_comment": "head_comment",
}

// said is one side of a line in plain words.
func (p *Pages) said(r *page.Request, field, value string) page.Version {
	v := page.Version{Value: value, Text: value}
	switch field {
	case "f":
		x, _ := criteria.ParseValue(value)
		v.Text = x.Name().In(r.Words.Lang())
	case "owner":
		f := ui.Frame{Words: r.Words}
		v.Text = ownerText(&f, Owner(value))
	case "due":
		v.Text = civil.Day(value).DisplayIn(r.Words.Lang())
	}
	if v.Text == "" {
		v.Text = "–"
	}
	return v
}

// options are the findings to choose from at an item.
func (v *visit) options(f *ui.Frame, at int) []ui.Option {
	var list []ui.Option
	for _, x := range []criteria.Value{criteria.Pass, criteria.Partly, criteria.Fail, criteria.NA} {
		if x != criteria.NA || v.item(at).AllowsNA() {
			list = append(list, ui.Option{Value: string(x.Letter()), Label: x.Name().In(f.Words.Lang()), State: show.Value(x), HasState: true, Checked: v.filled.At(at) == x})
		}
	}
	return list
}

// selfClassAt names the mark of the self-rating of an item, "open" without one.
func (v *visit) selfClassAt(at int) string {
	if x := v.Self.At(at); x != criteria.Unanswered {
		return show.Value(x).Class()
	}
	return "open"
}
