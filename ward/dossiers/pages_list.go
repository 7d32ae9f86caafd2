package dossiers

import (
	"slices"
	"strconv"
	"strings"

	"sonha/engine/page"
	"sonha/engine/page/ui"
	"sonha/engine/words"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ward/areas"
	"sonha/ward/campaigns"
	"sonha/ward/criteria"
)

// listView is the list as a page.
type listView struct {
	frame   ui.Frame
	w       *words.Words
	title   string
	asOf    string
	filter  Filter
	hidden  []ui.FieldValue // the filter beside the search field
	chips   []ui.Chip
	columns [ui.HouseColumns]ui.Column
	rows    []ui.HouseRow
	pager   ui.Page
	counts  *[4]string // by ui.State, nil when not known
	xlsx    string
	csv     string
	here    string // the list from its first row
	former  []formerLine
	empty   emptyView
}

// emptyView is what stands where there are no rows.
type emptyView struct {
	text, more string
	do         ui.Action
}

// begin says that the ward has no house yet: the roster is to be imported, by the reader or by others.
func begin(r *page.Request) emptyView {
	w := r.Words
	v := emptyView{text: w.T("dossiers.none_yet"), more: w.T("dossiers.none_yet_others")}
	if r.Actor.May(access.Import) {
		v.more, v.do = w.T("dossiers.none_yet_import"), ui.Action{Label: w.T("dossiers.import"), Href: "/imports", Primary: true}
	}
	return v
}

// formerLine leads an old link to a group or beat that was merged on to what it has become.
type formerLine struct{ text, label, href string }

func formerLines(w *words.Words, f *Filter, list *Page) []formerLine {
	var out []formerLine
	add := func(x *areas.Former, to func(*Filter)) {
		if x == nil {
			return
		}
		next := *f
		to(&next)
		out = append(out, formerLine{x.Said(w) + " " + w.T("dossiers.formerly"), w.F("areas.open_now", "Name", x.NowName), next.Address("/houses")})
	}
	add(list.FormerGroup, func(f *Filter) { f.Group = list.FormerGroup.Now })
	add(list.FormerBeat, func(f *Filter) { f.Beat = list.FormerBeat.Now })
	return out
}

func crumb(href, label string) ui.Link { return ui.Link{Href: href, Label: label} }

func (p *Pages) listView(r *page.Request, f Filter, list *Page) *listView {
	w := r.Words
	v := &listView{w: w, filter: f, title: listTitle(r, &f, list)}
	total := civil.IntIn(w.Lang(), list.Figures.Total)
	if list.Figures.More {
		total = w.F("dossiers.more_than", "N", list.Figures.Total)
	}
	v.asOf = w.F("dossiers.count", "N", total) + " · " + w.F("page.as_of", "Time", civil.Clock(list.AsOf))
	base := f.first()
	v.chips = chips(w, &base, list)
	v.columns = columns(w, &base)
	v.rows = houseRows(w, list, civil.DayOf(list.AsOf))
	v.pager = ui.Page{From: list.From, To: list.From + len(list.Rows) - 1, Total: total, Note: w.T("dossiers.dots_order")}
	if len(list.Rows) == 0 {
		v.pager = ui.Page{}
	}
	if list.Next != "" {
		next := base
		next.After = list.Next
		v.pager.Next = next.Address("/houses")
	}
	if list.Previous != "" {
		previous := base
		previous.Before = list.Previous
		v.pager.Prev = previous.Address("/houses")
	}
	if !list.Figures.More {
		v.counts = counts(w, &list.Figures.ByClass)
	}
	v.xlsx, v.csv = base.Address("/houses/export.xlsx"), base.Address("/houses/export.csv")
	v.hidden, v.here = hidden(&base), base.Address("/houses")
	v.former = formerLines(w, &base, list)
	v.empty = emptyView{text: w.T("dossiers.empty"), more: w.T("dossiers.empty_more")}
	switch {
	case list.Empty:
		v.empty = begin(r)
	case f.Narrowed():
		v.empty.do = ui.Action{Label: w.T("dossiers.clear"), Href: "/houses"}
	}
	return v
}

func listTitle(r *page.Request, f *Filter, list *Page) string {
	w := r.Words
	switch {
	case list.Group != "":
		return w.F("dossiers.title_of", "Place", list.Group)
	case list.Street != "":
		return w.F("dossiers.title_of", "Place", list.Street)
	case list.Beat != "":
		return w.F("dossiers.title_of", "Place", list.Beat)
	case f.Year != 0:
		return w.F("dossiers.title_year", "Year", strconv.Itoa(f.Year))
	case r.Actor.Role() == access.Officer:
		return w.T("dossiers.title_beat")
	case r.Actor.Role() == access.GroupLead:
		return w.T("dossiers.title_group")
	}
	return w.T("dossiers.title")
}

// counts writes the number of houses by state.
func counts(w *words.Words, byClass *[4]int) *[4]string {
	var out [4]string
	for class, n := range byClass {
		out[state(criteria.Class(class))] = civil.IntIn(w.Lang(), n)
	}
	return &out
}

// chips are the filters in force, each with the list without it, then the four results, then the way to more.
func chips(w *words.Words, f *Filter, list *Page) []ui.Chip {
	chips := make([]ui.Chip, 0, 6)
	on := func(label string, off func(*Filter)) {
		without := *f
		off(&without)
		chips = append(chips, ui.Chip{Label: label, Href: without.Address("/houses"), On: true})
	}
	if f.Year != 0 {
		on(w.F("dossiers.campaign", "Year", strconv.Itoa(f.Year)), func(f *Filter) { f.Year = 0 })
	}
	if f.Query != "" {
		on(w.F("dossiers.chip.query", "Query", f.Query), func(f *Filter) { f.Query = "" })
	}
	if f.Street != "" {
		on(orElse(list.Street, w.T("dossiers.column.street")), func(f *Filter) { f.Street = "" })
	}
	if f.Group != "" {
		on(orElse(list.Group, w.T("dossiers.column.group")), func(f *Filter) { f.Group = "" })
	}
	if f.Beat != "" {
		on(orElse(list.Beat, w.T("dossiers.column.beat")), func(f *Filter) { f.Beat = "" })
	}
	if f.Stage != "" {
		on(w.T(stageKey(f.Stage)), func(f *Filter) { f.Stage = "" })
	}
	if item, _ := list.Set.Item(list.Set.Index(f.Missing)); item != nil {
		on(w.F("dossiers.chip.missing", "Item", item.Label.In(w.Lang()), "Code", f.Missing), func(f *Filter) { f.Missing = "" })
	}
	if item, _ := list.Set.Item(list.Set.Index(f.Below)); item != nil {
		on(w.F("dossiers.chip.below", "Item", item.Label.In(w.Lang()), "Code", f.Below), func(f *Filter) { f.Below = "" })
	}
	if item, _ := list.Set.Item(list.Set.Index(f.Found.Code)); item != nil {
		name := findings[f.Found.As].Name().In(w.Lang())
		on(w.F("dossiers.chip.found", "Item", item.Label.In(w.Lang()), "Code", f.Found.Code, "Found", name), func(f *Filter) { f.Found = Finding{} })
	}
	if at := slices.Index(list.Set.ContentCodes(), f.Passed); at >= 0 {
		on(w.F("dossiers.chip.passed", "Content", list.Set.Contents[at].Short.In(w.Lang())), func(f *Filter) { f.Passed = "" })
	}
	if f.Former != "" {
		on(w.F("dossiers.chip.former", "Ward", f.Former), func(f *Filter) { f.Former = "" })
	}
	if f.Open {
		on(w.T("dossiers.chip.unpledged"), func(f *Filter) { f.Open = false })
	}
	if f.Late {
		on(w.T("dossiers.chip.late"), func(f *Filter) { f.Late = false })
	}
	if f.Differs {
		on(w.T("dossiers.chip.differs"), func(f *Filter) { f.Differs = false })
	}
	if f.Week != "" {
		on(w.T("dossiers.week."+f.Week), func(f *Filter) { f.Week = "" })
	}
	if f.Class == anyClass {
		on(w.T("dossiers.stage.inspected"), func(f *Filter) { f.Class = "" })
	}
	if f.Class == shortClass {
		on(w.T("dossiers.chip.short"), func(f *Filter) { f.Class = "" })
	}
	for _, s := range ui.States {
		to, class := *f, criteria.Class(s).String()
		chip := ui.Chip{Label: ui.StateText(w, s), State: s, HasState: true, On: f.Class == class}
		if to.Class = class; chip.On {
			to.Class = ""
		}
		chip.Href = to.Address("/houses")
		if !list.Figures.More {
			chip.Count = civil.IntIn(w.Lang(), list.Figures.ByClass[s])
		}
		chips = append(chips, chip)
	}
	return append(chips, ui.Chip{Label: w.T("dossiers.narrow"), Href: f.Address("/houses/filter"), Icon: ui.IconPlus})
}

func orElse(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}

func columns(w *words.Words, f *Filter) [ui.HouseColumns]ui.Column {
	head := func(label string, order Order, num bool) ui.Column {
		to := *f
		c := ui.Column{Label: label, Num: num}
		to.Order, to.Desc = order, false
		if f.Order == order {
			c.Sort, to.Desc = "ascending", !f.Desc
			if f.Desc {
				c.Sort = "descending"
			}
		}
		c.Href = to.Address("/houses")
		return c
	}
	return [ui.HouseColumns]ui.Column{
		head(w.T("dossiers.column.house"), ByAddress, false), head(w.T("dossiers.column.result"), ByResult, false), {Label: w.T("dossiers.column.contents")},
		head(w.T("dossiers.column.points"), ByPoints, true), {Label: w.T("dossiers.column.missing")},
		head(w.T("dossiers.column.inspected"), ByInspected, true), head(w.T("dossiers.column.due"), ByDue, true),
	}
}

// closeAt is how many days before its end the visit of a house that nobody inspected is shown as pressing.
const closeAt = 14

func houseRows(w *words.Words, list *Page, today civil.Day) []ui.HouseRow {
	rows := make([]ui.HouseRow, len(list.Rows))
	visits := list.Campaign.Phase.Allows(campaigns.Visiting)
	for i := range list.Rows {
		x := &list.Rows[i]
		row := &rows[i]
		row.Href, row.Address, row.State = "/houses/"+x.ID, x.Address(), state(x.Class)
		if x.Class == criteria.NotInspected {
			if visits && list.Campaign.Ends != "" {
				row.Due, row.Overdue = list.Campaign.Ends.Short(), today.AddDays(closeAt) > list.Campaign.Ends
			}
			continue
		}
		row.Contents = contentStates(x.Contents)
		row.Points = strconv.Itoa(x.Points) + "/" + strconv.Itoa(x.Max)
		row.Missing = labels(w, list.Set, x.Missing)
		row.Inspected = x.Inspected.Short()
		row.Due, row.Overdue = x.RecheckBy.Short(), x.RecheckBy != "" && x.RecheckBy < today
	}
	return rows
}

func contentStates(letters string) (states [6]ui.State) {
	for i := range min(len(letters), len(states)) {
		switch letters[i] {
		case 'p':
			states[i] = ui.Safe
		case 'f':
			states[i] = ui.NotSafe
		}
	}
	return states
}

// labels names the first items of a list of codes: "Đèn lối đi, cầu thang; danh bạ khẩn cấp".
func labels(w *words.Words, set *criteria.Set, codes string) string {
	const shown = 2
	if codes == "" {
		return ""
	}
	var b strings.Builder
	n := 0
	for code := range strings.SplitSeq(codes, ",") {
		if n++; n > shown {
			continue
		}
		item, _ := set.Item(set.Index(code))
		if item == nil {
			continue
		}
		if b.Len() > 0 {
			b.WriteString("; ")
		}
		b.WriteString(item.Label.In(w.Lang()))
	}
	if n > shown {
		b.WriteString(" (+" + strconv.Itoa(n-shown) + ")")
	}
	return b.String()
}

// hidden carries the filter along when the search field beside it is used.
func hidden(f *Filter) []ui.FieldValue {
	var out []ui.FieldValue
	f.narrowed(func(name, value string) {
		if value != "" {
			out = append(out, ui.FieldValue{Name: name, Value: value})
		}
	})
	return out
}

// narrowView is the page of further filters.
type narrowView struct {
	frame  ui.Frame
	w      *words.Words
	fields []ui.Field
	hidden []ui.FieldValue
	back   string
}

func (p *Pages) narrowView(r *page.Request, f Filter) (*narrowView, error) {
	w := r.Words
	streets, _, _, err := p.store.Streets(r.Context(), r.Actor)
	if err != nil {
		return nil, err
	}
	groups, err := p.areas.Groups(r.Context(), r.Actor)
	if err != nil {
		return nil, err
	}
	beats, err := p.areas.Beats(r.Context(), r.Actor)
	if err != nil {
		return nil, err
	}
	years, err := p.campaigns.List(r.Context(), r.Actor)
	if err != nil {
		return nil, err
	}
	set, err := p.store.Items(r.Context(), r.Actor, f.Year)
	if err != nil {
		return nil, err
	}
	base := f.first()
	v := &narrowView{w: w, back: base.Address("/houses")}
	title := w.T("dossiers.narrow_title")
	v.frame = r.Frame(title, crumb(v.back, w.T("dossiers.title")), crumb("", title))
	v.hidden = slices.DeleteFunc(hidden(&base), func(x ui.FieldValue) bool {
		return slices.Contains([]string{paramYear, paramClass, paramStreet, paramGroup, paramBeat, paramStage, paramMissing}, x.Name)
	})
	if f.Query != "" {
		v.hidden = append(v.hidden, ui.FieldValue{Name: paramQuery, Value: f.Query})
	}
	choose := func(name, value, label string, options []ui.Option) {
		if len(options) > 1 {
			v.fields = append(v.fields, ui.Field{Kind: ui.SelectField, Name: name, Value: value, Label: label, Blank: w.T("dossiers.all"), Options: options})
		}
	}
	choose(paramClass, f.Class, w.T("dossiers.column.result"), options(ui.States[:], func(s ui.State) (string, string) {
		return criteria.Class(s).String(), ui.StateText(w, s)
	}))
	choose(paramStreet, f.Street, w.T("dossiers.column.street"), options(streets, func(s StreetCount) (string, string) { return s.ID, s.Name }))
	level, _ := r.Actor.Reach()
	if level == access.WholeWard || level == access.OwnBeats {
		choose(paramGroup, f.Group, w.T("dossiers.column.group"), options(groups, func(a areas.Area) (string, string) { return a.ID, a.Name }))
	}
	if level == access.WholeWard || level == access.OwnGroups {
		choose(paramBeat, f.Beat, w.T("dossiers.column.beat"), options(beats, func(b areas.Beat) (string, string) { return b.ID, b.Name }))
	}
	choose(paramStage, f.Stage, w.T("dossiers.column.stage"), options(stages, func(s string) (string, string) { return s, w.T(stageKey(s)) }))
	choose(paramMissing, f.Missing, w.T("dossiers.column.missing"), itemOptions(w, set))
	year := ""
	if f.Year != 0 {
		year = strconv.Itoa(f.Year)
	}
	choose(paramYear, year, w.T("dossiers.column.year"), options(years, func(c campaigns.Campaign) (string, string) { return strconv.Itoa(c.Year), strconv.Itoa(c.Year) }))
	return v, nil
}

func itemOptions(w *words.Words, set *criteria.Set) []ui.Option {
	list := make([]ui.Option, set.Len())
	for i := range list {
		item, _ := set.Item(i)
		list[i] = ui.Option{Value: item.Code, Label: item.Code + ". " + item.Label.In(w.Lang())}
	}
	return list
}

func options[T any](list []T, of func(T) (value, label string)) []ui.Option {
	out := make([]ui.Option, len(list))
	for i, x := range list {
		out[i].Value, out[i].Label = of(x)
	}
	return out
}
