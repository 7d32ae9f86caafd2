package reports

import (
	"context"
	"io"
	"net/http"
	"strconv"
	"sync"

	"sonha/engine/jobs"
	"sonha/engine/page"
	"sonha/engine/page/ui"
	"sonha/engine/paper"
	"sonha/ground/access"
	"sonha/ground/fault"
	"sonha/ward/campaigns"
	"sonha/ward/reads"
)

// Pages are the pages of this feature.
type Pages struct {
	store     *Store
	campaigns *campaigns.Store
	jobs      *jobs.Runner
	fonts     func() (*paper.Fonts, error)
}

// NewPages makes the pages; documents are written in the runner. Fonts are read when the first document is printed.
func NewPages(s *Store, c *campaigns.Store, j *jobs.Runner) *Pages {
	return &Pages{store: s, campaigns: c, jobs: j, fonts: sync.OnceValues(paper.LoadFonts)}
}

// Routes lists the routes.
func (p *Pages) Routes() []page.Route {
	routes := []page.Route{{Pattern: "GET /reports", Need: access.SeeFigures, Handle: p.show}}
	for _, f := range []Format{JSON, XLSX, DOCX, PDF} {
		routes = append(routes, page.Route{Pattern: "GET /reports/campaign." + string(f), Need: access.SeeFigures, Handle: p.take(f), Fresh: true, Shows: reads.ReportFile})
	}
	return routes
}

// shownRows is how many rows of a long table the page draws; the reader may ask for all of them, and files
// have them all.
const shownRows = 100

// screen is what the page of a report needs.
type screen struct {
	Report *Report
	Years  []ui.Option
	Lists  []ui.Option // nothing to choose when empty
	Files  []ui.Action
	Sheet  Preview
	// Periodic: the reader has the reports that are due by the calendar.
	Periodic bool
}

// Preview is a document to draw.
type Preview struct {
	*paper.Document
	Rows int    // of a table, at most; 0 draws all
	More string // address of the page with all rows
}

func (p *Pages) show(w http.ResponseWriter, r *page.Request) error {
	ask, err := asked(r)
	if err != nil {
		return err
	}
	years, err := p.campaigns.List(r.Context(), r.Actor)
	if err != nil {
		return err
	}
	title := r.Words.T("reports.title")
	if len(years) == 0 {
		return r.HTML(w, noCampaign(r.Frame(title), r.Actor.May(access.RunCampaign)))
	}
	report, err := p.store.Report(r.Context(), r.Actor, ask)
	if err != nil {
		return err
	}
	s := screen{Report: report, Files: files(r, report), Periodic: r.Actor.May(access.Review)}
	for _, c := range years {
		s.Years = append(s.Years, ui.Option{Value: strconv.Itoa(c.Year), Label: strconv.Itoa(c.Year)})
	}
	if MayList(r.Actor) {
		for _, l := range []List{AllHouses, Posted, NoHouses} {
			s.Lists = append(s.Lists, ui.Option{Value: string(l), Label: r.Words.T("reports.list." + string(l))})
		}
	}
	s.Sheet = Preview{Document: report.Document(View{Base: r.Base(), Open: OpenFor(r.Actor)})}
	if r.Text("full") == "" {
		s.Sheet.Rows, s.Sheet.More = shownRows, "/reports?full=1&"+query(report)+"#annexes"
	}
	f := r.Frame(r.Words.F("reports.title_year", "Year", strconv.Itoa(report.Year)))
	f.AsOf = r.AsOf()
	return r.HTML(w, reportPage(f, s))
}

// asked reads the year and the list from the address.
func asked(r *page.Request) (Ask, error) {
	ask := Ask{List: AllHouses}
	if l := List(r.Text("list")); l == NoHouses || l == Posted {
		ask.List = l
	}
	text := r.Text("year")
	if text == "" {
		return ask, nil
	}
	year, err := strconv.Atoi(text)
	if err != nil || year < 1 || year > 9999 {
		return ask, fault.NotFound("reports.no_year", "Year", text)
	}
	ask.Year = year
	return ask, nil
}

// query is the address of a report's own page and files.
func query(r *Report) string { return "year=" + strconv.Itoa(r.Year) + "&list=" + string(r.List) }

func files(r *page.Request, report *Report) []ui.Action {
	var list []ui.Action
	for i, f := range []Format{DOCX, PDF, XLSX, JSON} {
		list = append(list, ui.Action{
			Label: r.Words.T("reports.take." + string(f)), Href: "/reports/campaign." + string(f) + "?" + query(report), Icon: ui.IconDownload, Primary: i == 0,
		})
	}
	return list
}

// take gives the report as a file. The reader's powers are those of this moment, and the trail notes who took it.
func (p *Pages) take(f Format) page.Handler {
	return func(w http.ResponseWriter, r *page.Request) error {
		ask, err := asked(r)
		if err != nil {
			return err
		}
		report, err := p.store.Report(r.Context(), r.Actor, ask)
		if err != nil {
			return err
		}
		fonts, err := p.fonts()
		if err != nil {
			return err
		}
		view, who := View{Base: r.Base()}, r.Actor
		// Whole before the first byte leaves, so that a failure is a page and never half a document.
		return jobs.GiveFile(w, r, p.jobs, "reports.doing", access.SeeFigures, jobs.File{Name: report.FileName(f), Type: f.ContentType()},
			func(ctx context.Context, _ *jobs.Progress, out io.Writer) error {
				if err := report.Write(out, f, view, fonts); err != nil {
					return err
				}
				return p.store.Took(ctx, who, report, f)
			})
	}
}
