package moves

import (
	"errors"
	"net/http"
	"net/url"

	"sonha/engine/page"
	"sonha/engine/page/ui"
	"sonha/engine/words"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ward/accounts"
	"sonha/ward/areas"
	"sonha/ward/campaigns"
)

// Pages are the pages of this feature.
type Pages struct {
	store *Store
	areas *areas.Store
}

// NewPages makes the pages.
func NewPages(s *Store, a *areas.Store) *Pages { return &Pages{store: s, areas: a} }

// Routes lists the routes. Whoever draws borders anew says once more who acts: it decides who sees which houses.
func (p *Pages) Routes() []page.Route {
	need := access.ManageAreas
	return []page.Route{
		{Pattern: "GET /areas/move", Need: need, Handle: p.move},
		{Pattern: "POST /areas/move", Need: need, Handle: p.doMove, Fresh: true},
		{Pattern: "GET /areas/changes", Need: need, Handle: p.changes},
		{Pattern: "GET /areas/changes/{id}/undo", Need: need, Handle: p.undo},
		{Pattern: "POST /areas/changes/{id}/undo", Need: need, Handle: p.doUndo, Fresh: true},
		{Pattern: "GET /areas/groups/{id}/merge", Need: need, Handle: p.mergeGroup},
		{Pattern: "POST /areas/groups/{id}/merge", Need: need, Handle: p.joinGroup, Fresh: true},
		{Pattern: "GET /areas/beats/{id}/merge", Need: need, Handle: p.mergeBeat},
		{Pattern: "POST /areas/beats/{id}/merge", Need: need, Handle: p.joinBeat, Fresh: true},
	}
}

// linesShown is how many houses a preview lists; the rest is counted.
const linesShown = 300

// The fields of a wish, as they stand in the address of a preview.
const (
	fieldStreet   = "street"
	fieldFrom     = "from"
	fieldTo       = "to"
	fieldSide     = "side"
	fieldNumbers  = "numbers"
	fieldGroup    = "group"
	fieldBeat     = "beat"
	fieldQuery    = "q"
	fieldToGroup  = "to_group"
	fieldNewGroup = "new_group"
	fieldToBeat   = "to_beat"
	fieldNewBeat  = "new_beat"
	fieldDay      = "day"
	fieldReason   = "reason"
	fieldInto     = "into"
	fieldSeen     = "seen"
	fieldGoOn     = "go_on"
)

// wishFields are the fields that the form of a preview sends on to the one that does it.
var wishFields = []string{
	fieldStreet, fieldFrom, fieldTo, fieldSide, fieldNumbers, fieldGroup, fieldBeat, fieldQuery, fieldToGroup, fieldNewGroup, fieldToBeat, fieldNewBeat, fieldDay, fieldReason,
}

func readWish(r *page.Request) Wish {
	w := Wish{
		Choice: Choice{
			Street: r.Text(fieldStreet), Group: r.Text(fieldGroup), Beat: r.Text(fieldBeat), From: r.Text(fieldFrom), To: r.Text(fieldTo),
			Numbers: r.Text(fieldNumbers), Query: r.Text(fieldQuery),
		},
		Terms:   Terms{Day: r.Text(fieldDay), Reason: r.Text(fieldReason), Seen: r.Text(fieldSeen)},
		ToGroup: r.Text(fieldToGroup), NewGroup: r.Text(fieldNewGroup), ToBeat: r.Text(fieldToBeat), NewBeat: r.Text(fieldNewBeat),
	}
	if side := r.Text(fieldSide); side == "odd" || side == "even" {
		w.Side = side
	}
	return w
}

// shown is a preview on a page.
type shown struct {
	Preview

	w     *words.Words
	lines []Line // the first of them
	more  int
}

func newShown(w *words.Words, p Preview) *shown {
	n := min(len(p.Lines), linesShown)
	return &shown{Preview: p, w: w, lines: p.Lines[:n], more: len(p.Lines) - n}
}

func (s *shown) count(n int) string { return civil.IntIn(s.w.Lang(), n) }

// figures is the heading over what changes in the campaign.
func (s *shown) figures() string {
	if s.Campaign.ID == "" {
		return s.w.T("moves.figures_plain")
	}
	return s.w.F("moves.figures", "Name", campaigns.TitleWithin(s.w, s.Campaign))
}

// cell is a figure before and after: "52 → 0", or one figure that stays.
func (s *shown) cell(before, after int) string {
	if before == after {
		return s.count(after)
	}
	return s.count(before) + " → " + s.count(after)
}

// rows are the figures of the groups that change, and of the ward, which does not.
func (s *shown) rows() [][]string {
	list := append([]Shift(nil), s.Groups...)
	list = append(list, Shift{Name: s.w.T("moves.whole"), Before: s.Whole, After: s.Whole})
	out := make([][]string, len(list))
	for i, x := range list {
		if x.Name == "" {
			x.Name = s.w.T("moves.no_group")
		}
		out[i] = []string{x.Name, s.cell(x.Before.Houses, x.After.Houses), s.cell(x.Before.Households, x.After.Households)}
		if s.Campaign.ID != "" {
			out[i] = append(out[i], s.cell(x.Before.Assessed, x.After.Assessed), s.cell(x.Before.Inspected, x.After.Inspected))
		}
	}
	return out
}

func (s *shown) columns() []string {
	list := []string{"moves.group", "moves.houses", "moves.households"}
	if s.Campaign.ID != "" {
		list = append(list, "moves.assessed", "moves.inspected")
	}
	return list
}

// movePage is the form, and the preview once there is one.
type movePage struct {
	ui.Frame

	Houses  []ui.Field
	Target  []ui.Field
	Terms   []ui.Field
	Hidden  []ui.FieldValue
	Problem string
	Shown   *shown
}

func (p *Pages) movePage(r *page.Request, typed Wish, texts map[string]string) (*movePage, error) {
	w := r.Words
	title := w.T("moves.title")
	f := &movePage{Frame: r.Frame(title, ui.Link{Href: "/areas", Label: w.T("areas.name")}, ui.Link{Label: title}), Problem: texts[""]}
	ctx := r.Context()
	inGroup, err := p.options(r, areas.OfGroup)
	if err != nil {
		return nil, err
	}
	inBeat, err := p.options(r, areas.OfBeat)
	if err != nil {
		return nil, err
	}
	streets, err := p.areas.Streets(ctx, r.Actor)
	if err != nil {
		return nil, err
	}
	var inStreet []ui.Option
	for _, s := range streets {
		inStreet = append(inStreet, ui.Option{Value: s.ID, Label: s.Name})
	}
	sides := []ui.Option{{Value: "odd", Label: w.T("moves.odd")}, {Value: "even", Label: w.T("moves.even")}}
	add := func(list *[]ui.Field, f ui.Field) {
		f.Error, f.Complete = texts[f.Name], "off"
		*list = append(*list, f)
	}
	pick := func(list *[]ui.Field, name, label, blank, value string, options []ui.Option) {
		add(list, ui.Field{Kind: ui.SelectField, Name: name, Label: w.T(label), Blank: w.T(blank), Value: value, Options: options})
	}
	pick(&f.Houses, fieldStreet, "areas.street", "moves.any", typed.Street, inStreet)
	add(&f.Houses, ui.Field{Kind: ui.NumberField, Name: fieldFrom, Label: w.T("moves.from"), Value: typed.From, Short: true, Optional: true})
	add(&f.Houses, ui.Field{Kind: ui.NumberField, Name: fieldTo, Label: w.T("moves.to"), Hint: w.T("moves.range_hint"), Value: typed.To, Short: true, Optional: true})
	pick(&f.Houses, fieldSide, "moves.side", "moves.both_sides", typed.Side, sides)
	add(&f.Houses, ui.Field{Name: fieldNumbers, Label: w.T("moves.numbers"), Hint: w.T("moves.numbers_hint"), Value: typed.Numbers, Optional: true, MaxRunes: 2000})
	pick(&f.Houses, fieldGroup, "moves.in_group", "moves.any", typed.Group, inGroup)
	pick(&f.Houses, fieldBeat, "moves.in_beat", "moves.any", typed.Beat, inBeat)
	add(&f.Houses, ui.Field{Kind: ui.SearchField, Name: fieldQuery, Label: w.T("moves.words"), Hint: w.T("moves.words_hint"), Value: typed.Query, Optional: true, MaxRunes: 80})
	made := func(options []ui.Option, key string) []ui.Option {
		return append([]ui.Option{{Value: New, Label: w.T(key)}}, options...)
	}
	pick(&f.Target, fieldToGroup, "moves.to_group", "moves.keep", typed.ToGroup, made(inGroup, "moves.new_group"))
	add(&f.Target, ui.Field{Name: fieldNewGroup, Label: w.T("moves.new_group_name"), Hint: w.T("moves.new_hint"), Value: typed.NewGroup, Optional: true, MaxRunes: 80})
	pick(&f.Target, fieldToBeat, "moves.to_beat", "moves.keep", typed.ToBeat, made(inBeat, "moves.new_beat"))
	add(&f.Target, ui.Field{Name: fieldNewBeat, Label: w.T("moves.new_beat_name"), Hint: w.T("moves.new_hint"), Value: typed.NewBeat, Optional: true, MaxRunes: 80})
	f.Terms = termFields(r, typed.Terms, texts)
	for _, name := range wishFields {
		f.Hidden = append(f.Hidden, ui.FieldValue{Name: name, Value: r.Text(name)})
	}
	return f, nil
}

// termFields are the day and the reason.
func termFields(r *page.Request, t Terms, texts map[string]string) []ui.Field {
	if t.Day == "" {
		t.Day = string(r.Today())
	}
	return []ui.Field{
		{Kind: ui.DateField, Name: fieldDay, Label: r.Words.T("moves.day"), Hint: r.Words.T("moves.day_hint"), Value: t.Day, Error: texts[fieldDay],
			Max: string(r.Today()), Required: true, Short: true},
		{Name: fieldReason, Label: r.Words.T("moves.reason"), Hint: r.Words.T("moves.reason_hint"), Value: t.Reason, Error: texts[fieldReason], Required: true,
			MaxRunes: mostReason, Complete: "off"},
	}
}

func (p *Pages) move(w http.ResponseWriter, r *page.Request) error {
	if r.URL.RawQuery == "" {
		return p.again(w, r, Wish{}, nil)
	}
	typed := readWish(r)
	if len(r.URL.Query()) == 1 && typed.Group+typed.Beat+typed.Street != "" {
		// A link from the page of a group, a beat or a street: the form, filled in so far.
		return p.again(w, r, typed, nil)
	}
	pre, err := p.store.Preview(r.Context(), r.Actor, typed)
	if err != nil {
		return p.again(w, r, typed, err)
	}
	f, err := p.movePage(r, typed, nil)
	if err != nil {
		return err
	}
	f.Shown = newShown(r.Words, pre)
	f.Hidden = append(f.Hidden, ui.FieldValue{Name: fieldSeen, Value: pre.Seen})
	return r.HTML(w, moving(f))
}

// again shows the form with what was typed, and with why it was not taken.
func (p *Pages) again(w http.ResponseWriter, r *page.Request, typed Wish, why error) error {
	texts, refused := r.Refused(why)
	if why != nil && !refused {
		return why
	}
	f, err := p.movePage(r, typed, texts)
	if err != nil {
		return errors.Join(why, err)
	}
	if why == nil {
		return r.HTML(w, moving(f))
	}
	return r.Again(w, moving(f))
}

func (p *Pages) doMove(w http.ResponseWriter, r *page.Request) error {
	if err := r.Parse(); err != nil {
		return err
	}
	typed := readWish(r)
	if _, err := p.store.Do(r.Context(), r.Actor, typed); err != nil {
		return p.again(w, r, typed, err)
	}
	return r.Done(w, "/areas", "moves.moved")
}

// mergePage is the page of a merge.
type mergePage struct {
	ui.Frame

	What    string // "groups", "beats"
	ID      string
	Name    string
	Into    string
	Fields  []ui.Field
	Hidden  []ui.FieldValue
	Problem string
	Holders []accounts.Holder
	GoOn    []string
	Shown   *shown
}

func (f *mergePage) address() string { return "/areas/" + f.What + "/" + f.ID + "/merge" }

// stays are what becomes of what belongs to the group or beat, in sentences.
func (f *mergePage) stays() []string {
	list := []string{"moves.becomes_name", "moves.becomes_open", "moves.becomes_closed"}
	if f.What == "beats" {
		list = []string{"moves.becomes_beat", "moves.becomes_closed_beat"}
	}
	for i := range list {
		list[i] = f.Words.F(list[i], "From", f.Name, "Into", f.Into)
	}
	return list
}

// goOn are the accounts that answer for what is closed, to be ticked.
func (f *mergePage) goOn() ui.Choice {
	c := ui.Choice{Name: fieldGoOn, Legend: f.Words.F("moves.go_on", "Into", f.Into), Hint: f.Words.T("moves.go_on_hint")}
	for _, h := range f.Holders {
		note := f.Words.T("moves.ends." + string(h.Role))
		o := ui.Option{Value: h.Grant, Label: h.Name, Note: f.Words.T("role."+string(h.Role)) + " · " + note}
		for _, id := range f.GoOn {
			o.Checked = o.Checked || id == h.Grant
		}
		c.Options = append(c.Options, o)
	}
	return c
}

func (p *Pages) mergeGroup(w http.ResponseWriter, r *page.Request) error {
	return p.merge(w, r, areas.OfGroup)
}
func (p *Pages) mergeBeat(w http.ResponseWriter, r *page.Request) error {
	return p.merge(w, r, areas.OfBeat)
}
func (p *Pages) joinGroup(w http.ResponseWriter, r *page.Request) error {
	return p.join(w, r, areas.OfGroup)
}
func (p *Pages) joinBeat(w http.ResponseWriter, r *page.Request) error {
	return p.join(w, r, areas.OfBeat)
}

func places(part areas.Part) string {
	if part == areas.OfBeat {
		return "beats"
	}
	return "groups"
}

func readMerging(r *page.Request, part areas.Part, form url.Values) (Merging, error) {
	id, err := r.PathID("id")
	return Merging{
		Terms: Terms{Day: r.Text(fieldDay), Reason: r.Text(fieldReason), Seen: r.Text(fieldSeen)},
		Part:  part, From: id, Into: r.Text(fieldInto), GoOn: form[fieldGoOn],
	}, err
}

// mergePage is the page with what was chosen so far, and with why it was not taken.
func (p *Pages) mergePage(r *page.Request, typed Merging, texts map[string]string) (*mergePage, error) {
	m, err := p.store.Merge(r.Context(), r.Actor, typed)
	if err != nil {
		return nil, err
	}
	w, what := r.Words, places(typed.Part)
	title := w.F("moves.merge_title_"+what, "From", m.Name)
	f := &mergePage{
		Frame: r.Frame(title, ui.Link{Href: "/areas#" + what, Label: w.T("areas.name")}, ui.Link{Href: "/areas/" + what + "/" + typed.From, Label: m.Name},
			ui.Link{Label: w.T("moves.merge")}),
		What: what, ID: typed.From, Name: m.Name, Holders: m.Holders, GoOn: typed.GoOn, Problem: texts[""],
	}
	list, err := p.options(r, typed.Part)
	if err != nil {
		return nil, err
	}
	var options []ui.Option
	for _, o := range list {
		if o.Value != typed.From {
			options = append(options, o)
		}
		if o.Value == typed.Into {
			f.Into = o.Label
		}
	}
	f.Fields = append([]ui.Field{{
		Kind: ui.SelectField, Name: fieldInto, Label: w.T("moves.into_" + what), Blank: w.T("moves.choose"), Value: typed.Into, Options: options,
		Error: texts[fieldInto], Required: true,
	}}, termFields(r, typed.Terms, texts)...)
	f.Hidden = []ui.FieldValue{{Name: fieldInto, Value: typed.Into}, {Name: fieldDay, Value: typed.Day}, {Name: fieldReason, Value: typed.Reason}}
	return f, nil
}

// options are the groups or beats of today, to choose from.
func (p *Pages) options(r *page.Request, part areas.Part) ([]ui.Option, error) {
	var list []ui.Option
	if part == areas.OfBeat {
		beats, err := p.areas.Beats(r.Context(), r.Actor)
		for _, b := range beats {
			list = append(list, ui.Option{Value: b.ID, Label: b.Name})
		}
		return list, err
	}
	groups, err := p.areas.Groups(r.Context(), r.Actor)
	for _, g := range groups {
		list = append(list, ui.Option{Value: g.ID, Label: g.Name})
	}
	return list, err
}

func (p *Pages) merge(w http.ResponseWriter, r *page.Request, part areas.Part) error {
	typed, err := readMerging(r, part, nil)
	if err != nil {
		return err
	}
	return p.preview(w, r, typed, nil)
}

// preview shows the page of a merge: with the preview when all is given, with why it cannot be otherwise. refused is why the merge
// itself was not taken.
func (p *Pages) preview(w http.ResponseWriter, r *page.Request, typed Merging, refused map[string]string) error {
	texts := refused
	var pre Preview
	asked := typed.Into != "" || typed.Reason != ""
	if asked {
		var err error
		if pre, err = p.store.PreviewMerge(r.Context(), r.Actor, typed); err != nil {
			var ok bool
			if texts, ok = r.Refused(err); !ok {
				return err
			}
			asked = false
		}
	}
	f, err := p.mergePage(r, typed, texts)
	if err != nil {
		return err
	}
	if asked {
		f.Shown = newShown(r.Words, pre)
		f.Hidden = append(f.Hidden, ui.FieldValue{Name: fieldSeen, Value: pre.Seen})
	}
	if texts != nil {
		return r.Again(w, merging(f))
	}
	return r.HTML(w, merging(f))
}

func (p *Pages) join(w http.ResponseWriter, r *page.Request, part areas.Part) error {
	if err := r.Parse(); err != nil {
		return err
	}
	typed, err := readMerging(r, part, r.PostForm)
	if err != nil {
		return err
	}
	if _, err := p.store.Join(r.Context(), r.Actor, typed); err != nil {
		texts, ok := r.Refused(err)
		if !ok {
			return err
		}
		return p.preview(w, r, typed, texts)
	}
	return r.Done(w, "/areas/"+places(part)+"/"+typed.Into, "moves.merged_"+places(part))
}
