package inspections

import (
	"maps"
	"net/http"
	"strconv"
	"strings"

	"sonha/engine/page"
	"sonha/engine/page/ui"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/criteria"
)

// sheet is what the page of one inspection shows: a draft to fill in, or a finished one to read. After a
// refused form it holds what was typed.
type sheet struct {
	Inspection
	set    *criteria.Set
	todo   map[int]bool
	filled criteria.Answers
	visit  Visit
	typed  map[string]Shortcoming
	errors map[string]string
	closed string
	may    bool // the sheet can be filled in now
	today  civil.Day
	known  map[string]criteria.Evidence // by the codes of the items
	sent   string                       // Coming.Sent
}

// part is one content of the sheet with the items that are shown.
type part struct {
	content *criteria.Content
	items   []int
	found   int
	agree   int // open findings that the house has rated
}

func (p *Pages) sheet(r *page.Request, i Inspection) sheet {
	s := sheet{Inspection: i, set: i.Set, filled: i.Found, visit: i.Visit, typed: map[string]Shortcoming{}, todo: map[int]bool{}}
	for _, at := range i.Wanted(i.Set) {
		s.todo[at] = true
	}
	for _, x := range i.Shortcomings {
		s.typed[x.Item] = x
	}
	if texts, refused := r.Refused(i.Closed()); refused {
		s.closed = texts[""]
	}
	s.today = r.Today()
	s.may = i.State == Draft && s.closed == ""
	return s
}

// parts gives the contents with the items to look at, or with the others.
func (s *sheet) parts(todo bool) []part {
	var list []part
	at := 0
	for c := range s.set.Contents {
		x := part{content: &s.set.Contents[c]}
		for range x.content.Items {
			if s.todo[at] == todo {
				x.items = append(x.items, at)
				if s.Found.At(at) != criteria.Unanswered {
					x.found++
				} else if s.Self.At(at) != criteria.Unanswered {
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

func (s *sheet) item(at int) *criteria.Item {
	item, _ := s.set.Item(at)
	return item
}

// done counts the findings among the items to look at.
func (s *sheet) done() int {
	n := 0
	for at := range s.todo {
		if s.Found.At(at) != criteria.Unanswered {
			n++
		}
	}
	return n
}

// next is the one thing to do now on the phone.
func (s *sheet) next(f *ui.Frame) ui.Action {
	if at := s.Next(s.set, -1); at >= 0 {
		return ui.Action{Href: home(s.ID) + "/items/" + s.item(at).Code, Label: f.Words.F("inspections.go_on", "N", at+1), Primary: true, Block: true}
	}
	return ui.Action{Href: home(s.ID) + "/finish", Label: f.Words.T("inspections.to_finish"), Primary: true, Block: true}
}

// problems are the errors of the whole form, for the head of the page.
func (s *sheet) problems() []ui.FieldError {
	var list []ui.FieldError
	for _, name := range []string{"", "on", "members", "resident_side", "present", "remarks", "head_comment"} {
		if text := s.errors[name]; text != "" {
			list = append(list, ui.FieldError{Name: name, Text: text})
		}
	}
	for at := range s.set.Len() {
		code := s.item(at).Code
		for _, name := range []string{"f.", "measure.", "note.", "owner.", "due."} {
			if text := s.errors[name+code]; text != "" {
				list = append(list, ui.FieldError{Name: name + code, Text: code + ": " + text})
			}
		}
	}
	return list
}

func (p *Pages) show(w http.ResponseWriter, r *page.Request) error {
	i, err := p.load(r)
	if err != nil {
		return err
	}
	s := p.sheet(r, i)
	f := i.frame(r, r.Words.F("inspections.of", "House", i.House.Address()))
	if i.State != Draft {
		return r.HTML(w, readPage(f, s, p.ending(r, i)))
	}
	if s.known, err = p.records.Evidence(r.Context(), r.Actor, i.House.ID); err != nil {
		return err
	}
	if s.may {
		if s.sent, err = p.store.sends(r.Context(), r.Actor, i.House.ID); err != nil {
			return err
		}
	}
	return r.HTML(w, sheetPage(f, s))
}

// saveSheet takes the whole sheet: findings, measures of what falls short, and the visit.
func (p *Pages) saveSheet(w http.ResponseWriter, r *page.Request) error {
	if err := r.Parse(); err != nil {
		return err
	}
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	set, err := p.store.SetOf(r.Context(), r.Actor, id)
	if err != nil {
		return err
	}
	in, err := readSheet(r, set)
	if err != nil {
		return err
	}
	_, err = p.store.SaveSheet(r.Context(), r.Actor, id, in)
	if texts, refused := r.Refused(err); refused {
		return p.again(w, r, id, &in, texts)
	}
	if err != nil {
		return err
	}
	switch {
	case r.Text("go") == "finish":
		return r.Done(w, home(id)+"/finish", "")
	case in.Agree != "":
		return r.Done(w, home(id)+"#part-"+in.Agree, "inspections.done_agreed")
	}
	return r.Done(w, home(id), "inspections.done_saved")
}

// readSheet reads the form of a whole sheet on a set.
func readSheet(r *page.Request, set *criteria.Set) (Sheet, error) {
	opened, err := set.ParseAnswers(r.Text("opened"))
	if err != nil {
		return Sheet{}, &fault.Error{Kind: fault.Wrong, Key: "fault.bad_form", Err: err}
	}
	version, err := strconv.Atoi(r.Text("version"))
	if err != nil {
		return Sheet{}, &fault.Error{Kind: fault.Wrong, Key: "fault.bad_form", Err: err}
	}
	on, _ := civil.ParseDay(r.Text("on"))
	in := Sheet{
		Version: version, Opened: opened, Filled: opened, Agree: r.Text("agree"), Shortcomings: map[string]Shortcoming{},
		Visit: Visit{
			On: on, Members: r.FormValue("members"), ResidentSide: r.FormValue("resident_side"), Present: r.FormValue("present"),
			Remarks: r.FormValue("remarks"), HeadComment: r.FormValue("head_comment"),
		}.tidy(),
	}
	for at := range set.Len() {
		item, _ := set.Item(at)
		if v, ok := criteria.ParseValue(r.Text("f." + item.Code)); ok && v != criteria.Unanswered {
			in.Filled = in.Filled.With(at, v)
		}
		if r.PostForm.Has("measure." + item.Code) {
			in.Shortcomings[item.Code] = readShortcoming(r, item, "."+item.Code)
		}
	}
	return in, nil
}

// readShortcoming reads the fields of one shortcoming, whose names end in suffix. Chips are numbered.
func readShortcoming(r *page.Request, item *criteria.Item, suffix string) Shortcoming {
	due, _ := civil.ParseDay(r.Text("due" + suffix))
	s := Shortcoming{Item: item.Code, Note: civil.NFCLines(r.FormValue("note" + suffix)), Measure: r.Text("measure" + suffix), Owner: Owner(r.Text("owner" + suffix)), Due: due}
	for _, text := range r.PostForm["what"+suffix] {
		if n, err := strconv.Atoi(text); err == nil && n >= 0 && n < len(item.Chips) {
			s.What = append(s.What, item.Chips[n].VI)
		}
	}
	return s
}

// again shows a refused sheet with everything that was typed. What others changed meanwhile is shown where
// this form did not change it, so that saving once more loses nothing of either.
func (p *Pages) again(w http.ResponseWriter, r *page.Request, id string, in *Sheet, texts map[string]string) error {
	i, err := p.store.Get(r.Context(), r.Actor, id)
	if err != nil {
		return err
	}
	s := p.sheet(r, i)
	s.errors, s.visit = texts, in.Visit
	for at := range s.set.Len() {
		if v := in.Filled.At(at); v != in.Opened.At(at) {
			s.filled = s.filled.With(at, v)
		}
	}
	maps.Copy(s.typed, in.Shortcomings)
	if s.known, err = p.records.Evidence(r.Context(), r.Actor, i.House.ID); err != nil {
		return err
	}
	return r.Again(w, sheetPage(i.frame(r, r.Words.F("inspections.of", "House", i.House.Address())), s))
}

// lines joins what a shortcoming says for one cell of a table.
func lines(item *criteria.Item, x *Shortcoming, lang string) string {
	list := chipsIn(item, x.What, lang)
	if x.Note != "" {
		list = append(list, x.Note)
	}
	return strings.Join(list, "; ")
}
