package boards

import (
	"context"
	"io"
	"net/http"
	"strconv"

	"sonha/engine/jobs"
	"sonha/engine/page"
	"sonha/engine/page/ui"
	"sonha/engine/sheet"
	"sonha/engine/words"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/campaigns"
)

// Pages are the boards of a ward and of the city.
type Pages struct {
	store *Store
	jobs  *jobs.Runner
}

// NewPages makes the pages; workbooks are written in the runner.
func NewPages(s *Store, j *jobs.Runner) *Pages { return &Pages{store: s, jobs: j} }

// Routes lists the routes.
func (p *Pages) Routes() []page.Route {
	return []page.Route{
		{Pattern: "GET /board", Need: access.SeeFigures, Handle: p.board},
		{Pattern: "GET /board/live", Need: access.SeeFigures, Handle: p.live, Watch: true},
		{Pattern: "GET /board/items", Need: access.SeeFigures, Handle: p.items},
		{Pattern: "GET /board.xlsx", Need: access.SeeFigures, Handle: p.download},
		{Pattern: "GET /city", Need: access.SeeCity, Handle: p.city},
		{Pattern: "GET /city/wards.xlsx", Need: access.SeeCity, Handle: p.cityFile},
		{Pattern: "GET /city/wards.csv", Need: access.SeeCity, Handle: p.cityFile},
	}
}

// view is a board with the words around its figures.
type view struct {
	Board

	Title     string
	WholeName string // of the last row: "Cả phường"
	all       bool   // every group, however many there are
	When      string // when the figures were read, and how long the phase still lasts
	w         *words.Words
	lang      string
}

// read gives the board of the year in the address. ok is false when the ward has no campaign: the page that says
// so has been sent then.
func (p *Pages) read(w http.ResponseWriter, r *page.Request) (view, bool, error) {
	year, err := yearOf(r)
	if err != nil {
		return view{}, false, err
	}
	b, err := p.store.Board(r.Context(), r.Actor, year)
	if year == 0 && fault.Is(err, fault.Missing) {
		title := r.Words.T("boards.name")
		return view{}, false, r.HTML(w, emptyPage(r.Frame(title, ui.Link{Label: title}), r.Actor.May(access.RunCampaign)))
	}
	if err != nil {
		return view{}, false, err
	}
	x := view{Board: b, w: r.Words, lang: r.Words.Lang(), all: r.Text("groups") == "all"}
	name, whole := place(r)
	x.WholeName = whole
	x.Title = r.Words.F("boards.title", "Name", campaigns.Title(r.Words, b.Campaign), "Place", name)
	x.When = r.AsOf() + ", " + r.Today().WeekdayIn(x.lang) + " " + r.Today().DisplayIn(x.lang)
	if left := x.left(r.Today()); left != "" {
		x.When += " · " + left
	}
	return x, true, nil
}

// yearOf is the year in the address, 0 for the current campaign.
func yearOf(r *page.Request) (int, error) {
	text := r.Text("year")
	if text == "" {
		return 0, nil
	}
	year, err := strconv.Atoi(text)
	if err != nil {
		return 0, fault.NotFound("fault.not_found")
	}
	return year, nil
}

// place is what the figures are of, the ward or the reader's own part of it, and how its sum is called.
func place(r *page.Request) (name, whole string) {
	switch r.Actor.Role() {
	case access.Officer:
		return r.Words.T("boards.own_beat"), r.Words.T("boards.whole_beat")
	case access.GroupLead:
		return r.Words.T("boards.own_group"), r.Words.T("boards.whole_group")
	}
	return civil.LowerFirst(r.Identity.Place), r.Words.T("boards.whole_ward")
}

// left says how long the current phase still lasts, or by how much it is over.
func (x *view) left(today civil.Day) string {
	if x.Until.IsZero() || !x.Running() {
		return ""
	}
	phase := x.w.T("campaigns.phase_in." + string(x.Campaign.Phase))
	switch days := x.Until.Sub(today); {
	case days > 0:
		return x.w.F("boards.days_left", "Days", days, "Phase", phase)
	case days == 0:
		return x.w.F("boards.last_day", "Phase", phase)
	default:
		return x.w.F("boards.days_over", "Days", -days, "Phase", phase)
	}
}

func (p *Pages) board(w http.ResponseWriter, r *page.Request) error {
	x, ok, err := p.read(w, r)
	if !ok {
		return err
	}
	return r.HTML(w, boardPage(r.Frame(x.Title, ui.Link{Label: campaigns.Title(r.Words, x.Campaign)}), x))
}

func (p *Pages) items(w http.ResponseWriter, r *page.Request) error {
	x, ok, err := p.read(w, r)
	if !ok {
		return err
	}
	x.Title = r.Words.F("boards.items_title", "N", len(x.Items), "Name", campaigns.TitleWithin(r.Words, x.Campaign))
	return r.HTML(w, itemsPage(r.Frame(x.Title, ui.Link{Href: x.self(""), Label: campaigns.Title(r.Words, x.Campaign)}, ui.Link{Label: r.Words.T("boards.items")}), x))
}

// download writes the board as a workbook: the groups, then the items.
func (p *Pages) download(w http.ResponseWriter, r *page.Request) error {
	x, ok, err := p.read(w, r)
	if !ok {
		return err
	}
	who, f := r.Actor, jobs.File{Name: "sonha-" + strconv.Itoa(x.Campaign.Year) + ".xlsx", Type: sheet.TypeXLSX}
	return jobs.GiveFile(w, r, p.jobs, "boards.exporting", access.SeeFigures, f, func(ctx context.Context, _ *jobs.Progress, out io.Writer) error {
		book, err := sheet.NewXLSX(out)
		if err != nil {
			return err
		}
		if err := x.groupSheet(book); err != nil {
			return err
		}
		if err := x.itemSheet(book); err != nil {
			return err
		}
		if err := book.Close(); err != nil {
			return err
		}
		return p.store.Took(ctx, who, x.Campaign)
	})
}

func (p *Pages) city(w http.ResponseWriter, r *page.Request) error {
	c, err := p.store.City(r.Context(), r.Actor)
	if err != nil {
		return err
	}
	f := r.Frame(r.Words.T("boards.city"), ui.Link{Label: r.Words.T("boards.city")})
	f.AsOf = r.AsOf() + ", " + r.Today().DisplayIn(r.Words.Lang())
	return r.HTML(w, cityPage(f, c))
}
