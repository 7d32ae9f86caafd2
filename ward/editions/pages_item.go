package editions

import (
	"net/http"
	"slices"
	"strconv"

	"sonha/engine/page"
	"sonha/engine/page/ui"
	"sonha/ground/access"
	"sonha/ground/fault"
	"sonha/ward/criteria"
	"sonha/ward/criteria/show"
)

// itemView is one item: to change in a draft, to read otherwise.
type itemView struct {
	ui.Frame
	e       Edition
	item    *criteria.Item
	content *criteria.Content
	form    Form
	opened  string // stamp of the item that the form was filled in from
	changes []Change
	errors  map[string]string
	edit    bool
	fresh   bool   // no published version has it
	gone    bool   // an earlier version has it, this one does not
	why     string // why this version retires it
	back    bool   // the reader may take it back
	retires bool   // the reader may take it out
	reason  string // as it was typed, of taking it out
	next    string // the code of the item behind this one
}

func (p *Pages) itemView(r *page.Request) (*itemView, error) {
	e, err := p.load(r)
	if err != nil {
		return nil, err
	}
	v := &itemView{e: e, edit: e.State == Draft && r.Actor.May(access.KeepCriteria)}
	code := r.PathValue("item")
	if v.item, v.content = find(e.Set, code); v.item == nil && e.Base != nil {
		v.item, v.content = e.last(code)
		v.gone, v.why, v.back, v.edit = true, why(e.Set, code), v.edit, false
	}
	if v.item == nil {
		return nil, fault.NotFound("fault.not_found")
	}
	v.fresh, v.retires = v.edit && e.fresh(code), v.edit && contentOf(e.Set, code) != nil
	v.form, v.opened = FormOf(v.item), Stamp(v.item)
	if e.Base != nil && !v.gone {
		if old, _ := find(e.Base, code); old != nil {
			v.changes = itemChanges(old, v.item, r.Words.Lang())
		}
	}
	if at := e.Set.Index(code); at >= 0 {
		if item, _ := e.Set.Item(at + 1); item != nil {
			v.next = item.Code
		}
	}
	v.Frame = frame(r, &e, r.Words.F("editions.item", "Code", v.item.Code, "Label", v.item.Label.In(r.Words.Lang())))
	return v, nil
}

// names are the fields of the form in the order of the page.
func (v *itemView) names() []string {
	list := []string{"", "reason", "required"}
	for _, w := range wordings() {
		list = append(list, w.name+"_vi", w.name+"_en")
	}
	return append(list, "chips_vi", "chips_en", "sources", "effort")
}

func (v *itemView) sources(f *ui.Frame) []ui.Option {
	var list []ui.Option
	for _, s := range []criteria.Source{criteria.FromHouseholds, criteria.FromLog, criteria.FromInspection, criteria.FromDossier} {
		list = append(list, ui.Option{Value: string(s), Label: s.Name().In(f.Words.Lang()), Checked: slices.Contains(v.form.Sources, string(s))})
	}
	return list
}

func efforts(f *ui.Frame) []ui.Option {
	var list []ui.Option
	for n := 1; n <= 5; n++ {
		list = append(list, ui.Option{Value: strconv.Itoa(n), Label: f.Words.T("editions.effort." + strconv.Itoa(n))})
	}
	return list
}

func (p *Pages) item(w http.ResponseWriter, r *page.Request) error {
	v, err := p.itemView(r)
	if err != nil {
		return err
	}
	return r.HTML(w, itemPage(v))
}

func (p *Pages) saveItem(w http.ResponseWriter, r *page.Request) error {
	if err := r.Parse(); err != nil {
		return err
	}
	v, err := p.draftItem(r)
	if err != nil {
		return err
	}
	if v.gone {
		return fault.Shut("editions.keep_first", "Code", v.item.Code)
	}
	v.form = readForm(r)
	err = p.store.SaveItem(r.Context(), r.Actor, v.e.Number, v.item.Code, r.Text("opened"), v.form)
	if texts, refused := r.Refused(err); refused {
		v.errors = texts
		if !fault.Is(err, fault.Clash) {
			v.opened = r.Text("opened") // what somebody else has changed meanwhile is said before it is overwritten
		}
		return r.Again(w, itemPage(v))
	}
	if err != nil {
		return err
	}
	return r.Done(w, itemAddress(v.e.Number, v.item.Code), "editions.done_item")
}

func readForm(r *page.Request) Form {
	f := Form{VI: map[string]string{}, EN: map[string]string{}}
	for _, w := range wordings() {
		f.VI[w.name], f.EN[w.name] = r.Text(w.name+"_vi"), r.Text(w.name+"_en")
	}
	f.ChipsVI, f.ChipsEN = r.Lines("chips_vi"), r.Lines("chips_en")
	f.Required, f.Sources, f.Effort = r.Text("required") != "", r.PostForm["sources"], typed(r.Text("effort"))
	return f
}

// phone shows the question as a house head sees it. Its answers lead back and are kept nowhere.
func (p *Pages) phone(w http.ResponseWriter, r *page.Request) error {
	v, err := p.itemView(r)
	if err != nil {
		return err
	}
	lang, back := r.Words.Lang(), itemAddress(v.e.Number, v.item.Code)
	f := r.Frame(r.Words.F("editions.phone_title", "Code", v.item.Code))
	f.Plate = ""
	f.Back = ui.Link{Href: back, Label: r.Words.T("editions.back_item")}
	f.Aside = ui.Link{Href: address(v.e.Number), Label: r.Words.T("editions.back_version")}
	q := ui.Ask{
		Action: back, Sample: true, At: max(0, v.e.Set.Index(v.item.Code)), Content: v.content.Phone.In(lang), Question: v.item.Question.In(lang),
		HintHead: r.Words.T("editions.hint_head"), Hint: v.item.Explain.In(lang), Saved: r.Words.T("editions.sample"),
	}
	for i := range v.e.Set.Contents {
		q.Groups = append(q.Groups, len(v.e.Set.Contents[i].Items))
	}
	for _, x := range []criteria.Value{criteria.Pass, criteria.Partly, criteria.Fail} {
		q.Answers = append(q.Answers, ui.Answer{Value: string(x.Letter()), Label: x.Name().In(lang), Note: v.item.Line(x).In(lang), State: show.Value(x)})
	}
	if v.item.AllowsNA() {
		q.Aside = ui.Answer{Value: string(criteria.NA.Letter()), Label: v.item.NA.In(lang)}
	}
	if v.next != "" {
		q.Other = []ui.Link{{Href: itemAddress(v.e.Number, v.next) + "/phone", Label: r.Words.T("editions.next_question")}}
	}
	return r.HTML(w, phonePage(f, q))
}
