package reviews

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"

	"sonha/engine/page"
	"sonha/engine/page/ui"
	"sonha/engine/paper"
	"sonha/engine/words"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/criteria"
	"sonha/ward/measures"
)

// Pages are the pages of this feature.
type Pages struct {
	store  *Store
	spoken *words.Words // what is printed is in Vietnamese, whatever language its printer reads
	fonts  func() (*paper.Fonts, error)
}

// NewPages makes the pages. Fonts are read when the first document is made.
func NewPages(s *Store, w *words.Catalog) *Pages {
	return &Pages{store: s, spoken: w.In("vi"), fonts: sync.OnceValues(paper.LoadFonts)}
}

// Routes lists the routes.
func (p *Pages) Routes() []page.Route {
	return []page.Route{
		{Pattern: "GET /reviews", Need: access.Review, Handle: p.list},
		{Pattern: "GET /reviews/new", Need: access.Review, Handle: p.newForm},
		{Pattern: "POST /reviews", Need: access.Review, Handle: p.begin},
		{Pattern: "GET /reviews/{id}", Need: access.Review, Handle: p.show},
		{Pattern: "POST /reviews/{id}/achievements", Need: access.Review, Handle: p.achieve},
		{Pattern: "GET /reviews/{id}/shortcoming", Need: access.Review, Handle: p.noteForm},
		{Pattern: "POST /reviews/{id}/shortcoming", Need: access.Review, Handle: p.note},
		{Pattern: "POST /reviews/{id}/remove", Need: access.Review, Handle: p.remove},
		{Pattern: "GET /reviews/{id}/judge", Need: access.Review, Handle: p.judgeForm},
		{Pattern: "POST /reviews/{id}/judge", Need: access.Review, Handle: p.judge},
		{Pattern: "GET /reviews/{id}/measure", Need: access.Review, Handle: p.mendForm},
		{Pattern: "POST /reviews/{id}/measure", Need: access.Review, Handle: p.mend},
		{Pattern: "POST /reviews/{id}/sign", Need: access.Review, Handle: p.sign, Fresh: true},
		{Pattern: "POST /reviews/{id}/drop", Need: access.Review, Handle: p.drop},
		{Pattern: "GET /reviews/{id}/review.docx", Need: access.Review, Handle: p.document},
		{Pattern: "GET /reviews/{id}/review.pdf", Need: access.Review, Handle: p.document},
	}
}

func home(id string) string { return "/reviews/" + id }

// periodText is a period as people say it: "6 tháng đầu năm 2026".
func periodText(t *words.Words, p Period, year int) string {
	return t.F("reviews.period."+string(p), "Year", strconv.Itoa(year))
}

// scopeText is the scope as people say it: "Tổ dân phố 5", "Toàn phường".
func scopeText(t *words.Words, group string) string {
	if group == "" {
		return t.T("reviews.whole_ward")
	}
	return group
}

// aboutText is what a shortcoming is about: "TC2. Khóa cửa chung", or a content as a whole.
func aboutText(t *words.Words, set *criteria.Set, content, item string) string {
	if i, _ := set.Item(set.Index(item)); i != nil {
		return item + ". " + i.Label.In(t.Lang())
	}
	if c := set.Content(content); c != nil && item != "" { // an item of an earlier year that is not asked any more
		return item + ". " + c.Name.In(t.Lang())
	} else if c != nil {
		return c.Name.In(t.Lang())
	}
	return content
}

// shelf is the list of reviews.
type shelf struct {
	rows  []Review
	years []ui.Chip
}

func (p *Pages) list(w http.ResponseWriter, r *page.Request) error {
	year, _ := strconv.Atoi(r.Text("year"))
	list, err := p.store.List(r.Context(), r.Actor, year)
	if err != nil {
		return err
	}
	x := &shelf{rows: list}
	for y := r.Today().Year(); y > r.Today().Year()-4; y-- {
		href := "/reviews?year=" + strconv.Itoa(y)
		if y == year {
			href = "/reviews"
		}
		x.years = append(x.years, ui.Chip{Label: strconv.Itoa(y), Href: href, On: y == year})
	}
	t := r.Words
	return r.HTML(w, listPage(r.Frame(t.T("reviews.name"), ui.Link{Label: t.T("reviews.name")}), x))
}

// beginning is the form that begins a review.
type beginning struct {
	Choices

	n      New
	errors map[string]string
}

func (p *Pages) beginning(r *page.Request) (*beginning, ui.Frame, error) {
	c, err := p.store.Choices(r.Context(), r.Actor)
	if err != nil {
		return nil, ui.Frame{}, err
	}
	x := &beginning{Choices: c, n: New{Period: Half1}}
	if len(c.Years) > 0 {
		x.n.Year = c.Years[0]
	}
	if len(c.Groups) > 0 && !c.Ward {
		x.n.Group = c.Groups[0].ID
	}
	t := r.Words
	return x, r.Frame(t.T("reviews.new"), ui.Link{Href: "/reviews", Label: t.T("reviews.name")}, ui.Link{Label: t.T("reviews.new")}), nil
}

func (p *Pages) newForm(w http.ResponseWriter, r *page.Request) error {
	x, f, err := p.beginning(r)
	if err != nil {
		return err
	}
	return r.HTML(w, newPage(f, x))
}

func (p *Pages) begin(w http.ResponseWriter, r *page.Request) error {
	n := New{Period: Period(r.Text("period")), Group: r.Text("group")}
	n.Year, _ = strconv.Atoi(r.Text("year"))
	ask := n
	if ask.Group == atWard {
		ask.Group = ""
	}
	id, err := p.store.Begin(r.Context(), r.Actor, ask)
	if texts, refused := r.Refused(err); refused {
		x, f, err := p.beginning(r)
		if err != nil {
			return err
		}
		x.n, x.errors = ask, texts
		return r.Again(w, newPage(f, x))
	}
	if err != nil {
		return err
	}
	return r.Done(w, home(id), "reviews.done_begun")
}

func (x *beginning) years() []ui.Option {
	var list []ui.Option
	for _, y := range x.Years {
		list = append(list, ui.Option{Value: strconv.Itoa(y), Label: strconv.Itoa(y)})
	}
	return list
}

func (x *beginning) scopes(t *words.Words) []ui.Option {
	var list []ui.Option
	if x.Ward {
		list = append(list, ui.Option{Value: atWard, Label: t.T("reviews.whole_ward")})
	}
	for _, g := range x.Groups {
		list = append(list, ui.Option{Value: g.ID, Label: g.Name})
	}
	return list
}

func (x *beginning) scope() string {
	if x.n.Group == "" {
		return atWard
	}
	return x.n.Group
}

func (x *beginning) periods(t *words.Words) []ui.Option {
	var list []ui.Option
	for _, p := range Periods() {
		list = append(list, ui.Option{Value: string(p), Label: t.T("reviews.period_short." + string(p)), Checked: x.n.Period == p})
	}
	return list
}

// sheet is the page of one review, or of a form of it, with what was typed where the form was refused.
type sheet struct {
	Shown

	pages  *Pages
	today  civil.Day
	draft  bool // and who reads it writes it
	links  bool // who reads it opens its measures
	houses bool // its figures are of now, and who reads it opens the houses behind them
	about  *Earlier
	old    bool // about is an earlier shortcoming
	waits  string
	typed  map[string]string
	errors map[string]string
}

func (p *Pages) load(r *page.Request) (*sheet, ui.Frame, error) {
	id, err := r.PathID("id")
	if err != nil {
		return nil, ui.Frame{}, err
	}
	s, err := p.store.Get(r.Context(), r.Actor, id)
	if err != nil {
		return nil, ui.Frame{}, err
	}
	x := &sheet{
		Shown: s, pages: p, today: r.Today(), draft: s.Writes && s.Review.State == Draft, links: r.Actor.Role() != access.Committee || s.Review.Group == "",
		typed: map[string]string{"achievements": s.Review.Achievements}, houses: s.Review.State == Draft && r.Actor.May(access.SeeHouses),
	}
	if texts, refused := r.Refused(s.Record.Signable()); refused && x.draft {
		x.waits = texts[""]
	}
	t := r.Words
	title := t.F("reviews.page", "Period", periodText(t, s.Review.Period, s.Review.Year), "Scope", scopeText(t, s.Review.GroupName))
	return x, r.Frame(title, ui.Link{Href: "/reviews", Label: t.T("reviews.name")}, ui.Link{Label: s.Review.Code()}), nil
}

// form is load for a form of a draft that is about one shortcoming, or with none asked for about the draft itself.
func (p *Pages) form(r *page.Request, title string, shortcoming bool) (*sheet, ui.Frame, error) {
	x, f, err := p.load(r)
	if err != nil {
		return nil, f, err
	}
	if !x.Writes {
		return nil, f, fault.Shut("reviews.only_reads")
	}
	if x.Review.State != Draft {
		return nil, f, fault.Shut("reviews.is_signed")
	}
	if shortcoming {
		if x.about, x.old = x.Find(r.Text("shortcoming")); x.about == nil {
			return nil, f, fault.Shut("reviews.no_shortcoming")
		}
	}
	t := r.Words
	return x, r.Frame(t.T(title), ui.Link{Href: "/reviews", Label: t.T("reviews.name")}, ui.Link{Href: home(x.Review.ID), Label: x.Review.Code()}, ui.Link{Label: t.T(title)}), nil
}

func (x *sheet) keep(r *page.Request, texts map[string]string, names ...string) {
	x.errors = texts
	for _, name := range names {
		x.typed[name] = r.FormValue(name)
	}
}

func (p *Pages) show(w http.ResponseWriter, r *page.Request) error {
	x, f, err := p.load(r)
	if err != nil {
		return err
	}
	return r.HTML(w, showPage(f, x))
}

// finish answers a form of the review's own page.
func (p *Pages) finish(w http.ResponseWriter, r *page.Request, id string, err error, done string, names ...string) error {
	texts, refused := r.Refused(err)
	if err != nil && !refused {
		return err
	}
	if !refused {
		return r.Done(w, home(id), done)
	}
	x, f, err := p.load(r)
	if err != nil {
		return err
	}
	x.keep(r, texts, names...)
	return r.Again(w, showPage(f, x))
}

// seen is the version from which the form of the achievements was made: where somebody else wrote meanwhile it stays refused until the
// page is loaded again, so that nobody writes over what he has not read.
func (x *sheet) seen() string {
	if text := x.typed["version"]; text != "" {
		return text
	}
	return strconv.Itoa(x.Review.Version)
}

func (p *Pages) achieve(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	return p.finish(w, r, id, p.store.Achieve(r.Context(), r.Actor, id, r.Version(), r.FormValue("achievements")), "reviews.done_achieved", "achievements", "version")
}

func (p *Pages) sign(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	return p.finish(w, r, id, p.store.Sign(r.Context(), r.Actor, id, r.Version()), "reviews.done_signed")
}

func (p *Pages) drop(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	return p.finish(w, r, id, p.store.Drop(r.Context(), r.Actor, id), "reviews.done_dropped")
}

func (p *Pages) remove(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	return p.finish(w, r, id, p.store.Remove(r.Context(), r.Actor, id, r.Text("shortcoming")), "reviews.done_removed")
}

func (p *Pages) noteForm(w http.ResponseWriter, r *page.Request) error {
	x, f, err := p.form(r, "reviews.note", false)
	if err != nil {
		return err
	}
	x.typed["about"] = r.Text("about")
	for _, s := range x.Suggestions {
		if s.Item == x.typed["about"] {
			x.typed["houses"] = strconv.Itoa(s.Houses)
		}
	}
	return r.HTML(w, notePage(f, x))
}

func (p *Pages) note(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	n := NewShortcoming{About: r.Text("about"), Body: r.FormValue("body"), Kind: Cause(r.Text("kind")), Cause: r.FormValue("cause")}
	if text := r.Text("houses"); text != "" {
		if n.Houses, err = strconv.Atoi(strings.ReplaceAll(text, ".", "")); err != nil {
			n.Houses = -1
		}
	}
	made, err := p.store.Note(r.Context(), r.Actor, id, n)
	if texts, refused := r.Refused(err); refused {
		x, f, err := p.form(r, "reviews.note", false)
		if err != nil {
			return err
		}
		x.keep(r, texts, "about", "body", "houses", "kind", "cause")
		return r.Again(w, notePage(f, x))
	}
	if err != nil {
		return err
	}
	return r.Done(w, home(id)+"/measure?shortcoming="+made, "reviews.done_noted")
}

// abouts are the contents and under each its items, as the form offers them.
func (x *sheet) abouts(t *words.Words) []ui.Option {
	var list []ui.Option
	for i := range x.Record.Set.Contents {
		c := &x.Record.Set.Contents[i]
		list = append(list, ui.Option{Value: c.Code, Label: t.F("reviews.whole_content", "Content", c.Name.In(t.Lang()))})
		for j := range c.Items {
			list = append(list, ui.Option{Value: c.Items[j].Code, Label: c.Items[j].Code + ". " + c.Items[j].Label.In(t.Lang())})
		}
	}
	return list
}

func (x *sheet) causes(t *words.Words) []ui.Option {
	var list []ui.Option
	for _, c := range []Cause{Subjective, Objective} {
		list = append(list, ui.Option{
			Value: string(c), Label: t.T("reviews.cause." + string(c)), Note: t.T("reviews.cause_note." + string(c)), Checked: x.typed["kind"] == string(c),
		})
	}
	return list
}

func (p *Pages) judgeForm(w http.ResponseWriter, r *page.Request) error {
	x, f, err := p.form(r, "reviews.judge", true)
	if err != nil {
		return err
	}
	if !x.old {
		return fault.Shut("reviews.no_shortcoming")
	}
	x.typed["effect"], x.typed["note"] = string(x.about.Effect), x.about.Note
	return r.HTML(w, judgePage(f, x))
}

func (p *Pages) judge(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	err = p.store.Judge(r.Context(), r.Actor, id, r.Text("shortcoming"), Effect(r.Text("effect")), r.FormValue("note"))
	if texts, refused := r.Refused(err); refused {
		x, f, err := p.form(r, "reviews.judge", true)
		if err != nil {
			return err
		}
		x.keep(r, texts, "effect", "note")
		return r.Again(w, judgePage(f, x))
	}
	if err != nil {
		return err
	}
	return r.Done(w, home(id), "reviews.done_judged")
}

func (x *sheet) effects(t *words.Words) []ui.Option {
	var list []ui.Option
	for _, e := range Effects() {
		o := ui.Option{Value: string(e), Label: t.T("reviews.effect." + string(e)), Checked: x.typed["effect"] == string(e)}
		if e == Gone {
			o.Note = t.T("reviews.gone_note")
		}
		list = append(list, o)
	}
	return list
}

func (p *Pages) mendForm(w http.ResponseWriter, r *page.Request) error {
	x, f, err := p.form(r, "reviews.mend", true)
	if err != nil {
		return err
	}
	return r.HTML(w, mendPage(f, x))
}

func (p *Pages) mend(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	n := measures.New{Content: r.FormValue("content"), Owner: measures.Owner(r.Text("owner")), OwnerName: r.Text("owner_name"), Due: r.Day("due")}
	err = p.store.Mend(r.Context(), r.Actor, id, r.Text("shortcoming"), n)
	if texts, refused := r.Refused(err); refused {
		x, f, err := p.form(r, "reviews.mend", true)
		if err != nil {
			return err
		}
		x.keep(r, texts, "content", "owner", "owner_name", "due")
		return r.Again(w, mendPage(f, x))
	}
	if err != nil {
		return err
	}
	return r.Done(w, home(id), "reviews.done_mended")
}

func (x *sheet) owners(t *words.Words) []ui.Option {
	list := []measures.Owner{measures.ByGroup, measures.ByOfficer, measures.ByCommand, measures.ByWard, measures.Elsewhere}
	if x.Review.Group == "" {
		list = list[2:]
	}
	var out []ui.Option
	for _, o := range list {
		out = append(out, ui.Option{Value: string(o), Label: t.T("measures.owner." + string(o))})
	}
	return out
}

// lineText is who carries a measure out, how far it is and by when.
func lineText(t *words.Words, m *Line) string {
	who := t.T("measures.owner." + m.Owner)
	if m.OwnerName != "" {
		who = m.OwnerName
	}
	return t.F("reviews.line", "Who", who, "State", t.T("measures.state."+m.State), "Day", m.Due)
}

// within is a list under a path, of the scope of a draft, empty for who opens no houses, and for a figure that stands as it was signed.
// Who opens no houses does not see all measures that a review counts either.
func (x *sheet) within(path string, v url.Values) string {
	if !x.houses {
		return ""
	}
	if x.Review.Group != "" {
		v.Set("group", x.Review.Group)
	}
	return path + "?" + v.Encode()
}

// behind is the list of the houses that a figure of a draft counts.
func (x *sheet) behind(name, value string) string {
	return x.within("/houses", url.Values{"year": {strconv.Itoa(x.Review.Year)}, name: {value}})
}

// lacking are the inspected houses of the scope that fall short on an item, as the suggestions count them.
func (x *sheet) lacking(item string) string {
	return x.within("/houses", url.Values{"year": {strconv.Itoa(x.Review.Year)}, "missing": {item}, "stage": {"seen"}})
}

// opened is a number of a figure with the list that it opens.
type opened struct {
	n    int
	href string
}

// opens gives what each figure opens, in the order of figureRows: houses, the households of the pledges, which the indicator lists house by
// house, and measures.
func (x *sheet) opens() []opened {
	f := &x.Record.Figures
	list := []opened{
		{f.Inspected, x.behind("stage", "seen")}, {f.Safe, x.behind("state", "safe")}, {f.Conditional, x.behind("state", "conditional")},
		{f.NotSafe, x.behind("state", "not_safe")},
		{n: f.Pledged},
	}
	if f.Households > 0 { // of a scope without households the indicator has no figure
		list[4].href = x.within("/indicators/I5/rows", url.Values{"year": {strconv.Itoa(x.Review.Year)}, "part": {"1"}})
	}
	for i, code := range x.Record.Set.ContentCodes()[:len(f.Passed)] {
		list = append(list, opened{f.Passed[i], x.behind("passed", code)})
	}
	period := measures.Span{From: x.Review.From, To: x.Review.To}.String()
	return append(list,
		opened{f.Opened, x.within("/measures", url.Values{"state": {measures.AnyState}, "opened": {period}})},
		opened{f.Verified, x.within("/measures", url.Values{"state": {string(measures.Verified)}, "closed": {period}})},
		opened{f.Running, x.within("/measures", url.Values{"state": {measures.UnderWay}})},
		opened{f.Overdue, x.within("/measures", url.Values{"overdue": {"1"}})})
}

// figures are those of the review, each with what it counts.
func (x *sheet) figures(t *words.Words) []figureRow {
	list := figureRows(t, &x.Record)
	for i, o := range x.opens() {
		number := civil.IntIn(t.Lang(), o.n)
		if rest, ok := strings.CutPrefix(list[i].now, number); ok {
			list[i].number, list[i].rest, list[i].href = number, rest, o.href
		}
	}
	return list
}

// figureRow is one figure of a review beside that of the review before.
type figureRow struct {
	label, now, before string
	number, rest, href string // now in two parts, where the number opens what it counts
}

// figureRows are the figures in words; the page and the document say the same.
func figureRows(t *words.Words, x *Record) []figureRow {
	lang := t.Lang()
	share := func(a, b int) string {
		if b == 0 {
			return civil.IntIn(lang, a)
		}
		return t.F("reviews.share", "A", civil.IntIn(lang, a), "B", civil.IntIn(lang, b), "Share", civil.PercentIn(lang, a, b))
	}
	say := func(f *Figures) []string {
		if f == nil {
			return nil
		}
		class := share
		if f.Hidden {
			class = func(int, int) string { return t.T("reviews.untold") }
		}
		list := []string{share(f.Inspected, f.Houses), class(f.Safe, f.Inspected), class(f.Conditional, f.Inspected), class(f.NotSafe, f.Inspected), share(f.Pledged, f.Households)}
		for i := range f.Passed {
			list = append(list, class(f.Passed[i], f.Inspected))
		}
		return append(list, civil.IntIn(lang, f.Opened), civil.IntIn(lang, f.Verified), civil.IntIn(lang, f.Running), civil.IntIn(lang, f.Overdue))
	}
	labels := make([]string, 0, 15)
	for _, key := range []string{"inspected", "safe", "conditional", "not_safe", "pledged"} {
		labels = append(labels, t.T("reviews.figure."+key))
	}
	for i := range x.Figures.Passed {
		labels = append(labels, t.F("reviews.figure.passed", "Content", x.Set.Contents[i].Short.In(lang)))
	}
	labels = append(labels, t.T("reviews.figure.opened"), t.T("reviews.figure.verified"), t.T("reviews.figure.running"), t.T("reviews.figure.overdue"))
	now, old := say(&x.Figures), say(x.Before)
	list := make([]figureRow, len(labels))
	for i := range labels {
		list[i] = figureRow{label: labels[i], now: now[i]}
		if old != nil {
			list[i].before = old[i]
		}
	}
	return list
}
