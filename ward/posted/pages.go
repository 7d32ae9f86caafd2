package posted

import (
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"sonha/engine/page"
	"sonha/engine/page/ui"
	"sonha/engine/sheet"
	"sonha/engine/words"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/areas"
)

// Pages are the pages of this feature.
type Pages struct {
	store  *Store
	areas  *areas.Store
	spoken *words.Words // what is printed is Vietnamese
}

// NewPages makes the pages.
func NewPages(s *Store, a *areas.Store, w *words.Catalog) *Pages {
	return &Pages{store: s, areas: a, spoken: w.In(words.Default)}
}

// Routes lists the routes.
func (p *Pages) Routes() []page.Route {
	return []page.Route{
		{Pattern: "GET /safe", Need: access.Public, Handle: p.safe},
		{Pattern: "GET /open", Need: access.Public, Handle: p.open},
		{Pattern: "GET /open/{file}", Need: access.Public, Handle: p.file},
		{Pattern: "GET /posted", Need: access.RunCampaign, Handle: p.setting},
		{Pattern: "POST /posted", Need: access.RunCampaign, Handle: p.decide},
		{Pattern: "GET /posted/paper", Need: access.RunCampaign, Handle: p.paper},
		{Pattern: "POST /posted/paper", Need: access.RunCampaign, Handle: p.post},
		{Pattern: "GET /posted/list.pdf", Need: access.RunCampaign, Handle: p.sheet},
		{Pattern: "POST /posted/remarks", Need: access.RunCampaign, Handle: p.noteRemark},
		{Pattern: "POST /posted/remarks/{id}/answer", Need: access.RunCampaign, Handle: p.answerRemark},
	}
}

// view is what both public pages know.
type view struct {
	ui.Frame

	self  string // path of the page
	wards []areas.Ward
	ward  *areas.Ward
	list  List
	asOf  string
}

// about gives the ward that the address names, and the frame of a page that has no shell.
func (p *Pages) about(r *page.Request, path, title string) (*view, error) {
	wards, err := p.areas.Wards(r.Context())
	if err != nil {
		return nil, err
	}
	v := &view{Frame: r.Frame(title), self: path, wards: wards, ward: areas.Choose(wards, r.URL.Query().Get("ward"))}
	v.NoShell, v.Crumbs = true, nil
	if v.ward != nil {
		v.Demo = v.ward.Invented
	}
	return v, nil
}

func asOf(w *words.Words, at time.Time) string {
	return w.F("page.as_of", "Time", civil.Moment(at, w.Lang()))
}

func (p *Pages) safe(w http.ResponseWriter, r *page.Request) error {
	v, err := p.about(r, "/safe", r.Words.T("posted.safe"))
	if err != nil {
		return err
	}
	if v.ward != nil {
		year, _ := strconv.Atoi(r.URL.Query().Get("year"))
		if v.list, err = p.store.Safe(r.Context(), access.Actor{}, v.ward.ID, year); err != nil {
			return err
		}
		v.asOf = asOf(r.Words, v.list.AsOf)
	}
	return r.HTML(w, safePage(v))
}

func (p *Pages) open(w http.ResponseWriter, r *page.Request) error {
	v, err := p.about(r, "/open", r.Words.T("posted.open"))
	if err != nil {
		return err
	}
	if v.ward != nil {
		if v.list, err = p.store.Posted(r.Context(), access.Actor{}, v.ward.ID); err != nil {
			return err
		}
	}
	return r.HTML(w, openPage(v))
}

// files are the open files, and the kind of each.
var files = map[string]string{
	"figures.csv": sheet.TypeCSV + "; header=present", "figures.json": "application/json",
	"safe.csv": sheet.TypeCSV + "; header=present", "safe.json": "application/json",
}

// file gives one of the open files. Anybody may read it from any site.
func (p *Pages) file(w http.ResponseWriter, r *page.Request) error {
	name := r.PathValue("file")
	kind, known := files[name]
	if !known {
		return fault.NotFound("fault.no_page")
	}
	wards, err := p.areas.Wards(r.Context())
	if err != nil {
		return err
	}
	ward := areas.Choose(wards, r.URL.Query().Get("ward"))
	if ward == nil {
		return fault.NotFound("fault.no_page")
	}
	h := w.Header()
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	h.Set("Cache-Control", "public, max-age=300")
	if name == "figures.csv" || name == "figures.json" {
		list, at, err := p.store.Figures(r.Context(), access.Actor{}, ward.ID)
		if err != nil {
			return err
		}
		h.Set("Content-Type", kind)
		if name == "figures.json" {
			return write(w, opened{Ward: ward.Name, City: ward.City, AsOf: at.UTC().Truncate(time.Second), Invented: ward.Invented, Figures: list})
		}
		return figuresCSV(w, r.Words, list)
	}
	year, _ := strconv.Atoi(r.URL.Query().Get("year"))
	list, err := p.store.Safe(r.Context(), access.Actor{}, ward.ID, year)
	if err != nil {
		return err
	}
	if list.Year == 0 {
		return fault.NotFound("posted.no_list")
	}
	h.Set("Content-Type", kind)
	if name == "safe.json" {
		return write(w, opened{Ward: ward.Name, City: ward.City, AsOf: list.AsOf.UTC().Truncate(time.Second), Invented: ward.Invented, Year: list.Year, Final: &list.Settled,
			Streets: list.Streets})
	}
	return safeCSV(w, r.Words, &list)
}

// opened is an open file as JSON.
type opened struct {
	Ward     string    `json:"ward"`
	City     string    `json:"city"`
	AsOf     time.Time `json:"as_of"`
	Invented bool      `json:"invented,omitempty"` // a demo ward: nothing in it is real
	Year     int       `json:"year,omitempty"`
	Final    *bool     `json:"final,omitempty"`
	Figures  []Figure  `json:"figures,omitempty"`
	Streets  []Street  `json:"streets,omitempty"`
}

func write(w http.ResponseWriter, x opened) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(x)
}

// figuresCSV writes the same rows as the JSON, without lines above the header: a program reads it.
func figuresCSV(w http.ResponseWriter, t *words.Words, list []Figure) error {
	out := sheet.NewCSV(w)
	var table sheet.Table
	for _, key := range []string{"year", "level", "area", "final", "houses", "households", "inspected", "safe", "conditional", "not_safe", "safe_percent"} {
		table.Columns = append(table.Columns, sheet.Column{Title: t.T("posted.column." + key)})
	}
	if err := out.Begin(table); err != nil {
		return err
	}
	for i := range list {
		f := &list[i]
		var share any
		if f.SharePercent != nil {
			share = f.SharePercent.Float()
		}
		if err := out.Row(f.Year, t.T("posted.level."+f.Level), f.Area, yes(t, f.Final), f.Houses, f.Households, f.Inspected, sheet.Known(f.Safe), sheet.Known(f.Conditional),
			sheet.Known(f.NotSafe), share); err != nil {
			return err
		}
	}
	return out.Close()
}

func safeCSV(w http.ResponseWriter, t *words.Words, list *List) error {
	out := sheet.NewCSV(w)
	if err := out.Begin(sheet.Table{Columns: []sheet.Column{{Title: t.T("posted.column.year")}, {Title: t.T("posted.column.street")},
		{Title: t.T("posted.column.house")}}}); err != nil {
		return err
	}
	for _, s := range list.Streets {
		for _, h := range s.Houses {
			if err := out.Row(list.Year, s.Name, h); err != nil {
				return err
			}
		}
	}
	return out.Close()
}

func yes(t *words.Words, b bool) string {
	if b {
		return t.T("posted.yes")
	}
	return t.T("posted.no")
}

// settingView is the page on which the ward decides.
type settingView struct {
	ui.Frame
	Setting

	ward areas.Ward
}

func (p *Pages) setting(w http.ResponseWriter, r *page.Request) error {
	s, err := p.store.Setting(r.Context(), r.Actor)
	if err != nil {
		return err
	}
	ward, err := p.areas.Ward(r.Context(), r.Actor)
	if err != nil {
		return err
	}
	title := r.Words.T("posted.name")
	return r.HTML(w, settingPage(&settingView{Frame: r.Frame(title, ui.Link{Label: title}), Setting: s, ward: ward}))
}

func (p *Pages) decide(w http.ResponseWriter, r *page.Request) error {
	on := r.Text("safe_list") == "1"
	if err := p.store.Decide(r.Context(), r.Actor, on); err != nil {
		return err
	}
	if on {
		return r.Done(w, "/posted", "posted.done_on")
	}
	return r.Done(w, "/posted", "posted.done_off")
}

// address is the page for a ward and, if there is one, a year.
func (v *view) address(path string, year int) string {
	a := path + "?ward=" + v.ward.Code
	if year != 0 {
		a += "&year=" + strconv.Itoa(year)
	}
	return a
}

// lead says what the list is, and until when one may object.
func (v *view) lead() string {
	w, l := v.Words, &v.list
	pairs := []any{"N", l.Safe, "Year", strconv.Itoa(l.Year), "Ward", v.ward.Name, "Until", l.Until.DisplayIn(w.Lang())}
	switch {
	case l.Settled:
		return w.F("posted.lead_final", pairs...)
	case l.Until.IsZero():
		return w.F("posted.lead_running", pairs...)
	}
	return w.F("posted.lead_until", pairs...)
}

// years are the years that can be chosen.
func (v *view) years() []ui.Chip {
	var list []ui.Chip
	for _, year := range v.list.Years {
		list = append(list, ui.Chip{Label: strconv.Itoa(year), Href: v.address("/safe", year), On: year == v.list.Year, OneOf: true})
	}
	return list
}
