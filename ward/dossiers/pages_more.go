package dossiers

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
	"sonha/ward/criteria"
	"sonha/ward/twins"
)

// trailView is everything that was entered or decided about a house.
type trailView struct {
	frame       ui.Frame
	title       string
	events      []ui.Event
	house, next string
}

// streetsView is the list of streets.
type streetsView struct {
	frame   ui.Frame
	w       *words.Words
	asOf    string
	streets []streetLine
	empty   emptyView
}

type streetLine struct {
	href, name, former                    string
	houses, inspected, share, cover, safe string
	percent                               float64
}

func (p *Pages) streets(w http.ResponseWriter, r *page.Request) error {
	list, _, asOf, err := p.store.Streets(r.Context(), r.Actor)
	if err != nil {
		return err
	}
	t := r.Words
	title := t.T("dossiers.streets.title")
	v := streetsView{frame: r.Frame(title, crumb("", title)), w: t, asOf: t.F("page.as_of", "Time", civil.Clock(asOf))}
	for i := range list {
		s := &list[i]
		line := streetLine{href: "/streets/" + s.ID, name: s.Name, former: s.Former}
		seen, safe := s.Inspected(), s.ByClass[criteria.Safe]
		line.houses, line.inspected = civil.IntIn(t.Lang(), s.Houses()), civil.IntIn(t.Lang(), seen)+"/"+civil.IntIn(t.Lang(), s.Houses())
		line.cover = civil.PercentIn(t.Lang(), seen, s.Houses())
		line.percent = 100 * float64(seen) / float64(max(1, s.Houses()))
		if seen > 0 {
			line.safe, line.share = civil.IntIn(t.Lang(), safe), civil.PercentIn(t.Lang(), safe, seen)
		}
		v.streets = append(v.streets, line)
	}
	if len(list) == 0 {
		empty, err := p.store.Empty(r.Context(), r.Actor)
		if err != nil {
			return err
		}
		v.empty = emptyView{text: t.T("dossiers.streets.empty"), more: t.T("dossiers.empty_more")}
		if empty {
			v.empty = begin(r)
		}
	}
	return r.HTML(w, streetsPage(v))
}

// streetView is a street as a strip map.
type streetView struct {
	frame           ui.Frame
	w               *words.Words
	title           string
	figure, cover   string
	chips           []ui.Chip
	strip           ui.Strip
	loose           []ui.Door
	table, campaign string
	forms           string
}

func (p *Pages) street(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	s, err := p.store.Street(r.Context(), r.Actor, id)
	if err != nil {
		return err
	}
	class := r.URL.Query().Get(paramClass)
	if _, ok := criteria.ParseClass(class); !ok {
		class = ""
	}
	t := r.Words
	count := func(n int) string { return civil.IntIn(t.Lang(), n) }
	v := streetView{w: t, title: t.F("dossiers.street.title", "Street", s.Name), table: "/houses?" + paramStreet + "=" + id, forms: "/forms?where=street:" + id}
	v.frame = r.Frame(v.title, crumb("/streets", t.T("dossiers.streets.crumb")), crumb("", s.Name))
	seen, safe := s.Inspected(), s.ByClass[criteria.Safe]
	if seen > 0 {
		v.figure = t.F("dossiers.street.figure", "Safe", safe, "Seen", seen, "Share", civil.PercentIn(t.Lang(), safe, seen))
	}
	v.cover = t.F("dossiers.street.cover", "Seen", seen, "All", s.Houses(), "Share", civil.PercentIn(t.Lang(), seen, s.Houses()), "Time", civil.Clock(s.AsOf))
	href := "/streets/" + id
	v.chips = append(v.chips, ui.Chip{Label: t.T("dossiers.all"), Count: count(s.Houses()), Href: href, On: class == "", OneOf: true})
	for _, k := range ui.States {
		c := criteria.Class(k)
		v.chips = append(v.chips, ui.Chip{
			Label: ui.StateText(t, k), Count: count(s.ByClass[c]), State: k, HasState: true, On: class == c.String(), OneOf: true,
			Href: href + "?" + paramClass + "=" + c.String(),
		})
	}
	odd, even, loose := lay(s.Doors, class, r.URL.Query().Get("at"))
	v.strip, v.loose = ui.Strip{Name: s.Name, Staves: staves(t, odd, even)}, loose
	if s.Campaign.Year != 0 {
		v.campaign = t.F("dossiers.campaign", "Year", strconv.Itoa(s.Campaign.Year)) + ". "
	}
	return r.HTML(w, streetPage(v))
}

// searchView is what a search brought.
type searchView struct {
	frame   ui.Frame
	w       *words.Words
	found   *Found
	houses  []hitLine
	streets []ui.Fact
	groups  []ui.Fact
	more    string
	sheet   string // the query is the code of a sheet of paper
	shown   string
}

type hitLine struct {
	href, address, head string
	state               ui.State
}

func (p *Pages) search(w http.ResponseWriter, r *page.Request) error {
	found, err := p.store.Search(r.Context(), r.Actor, r.URL.Query().Get(paramQuery))
	if err != nil {
		return err
	}
	t := r.Words
	v := searchView{w: t, found: &found}
	if code, ok := twins.ParseCode(found.Query); ok {
		v.sheet, v.shown = string(code), code.Shown()
	}
	heads := SeesContacts(r.Actor.Role())
	for i := range found.Houses {
		x := &found.Houses[i]
		line := hitLine{href: "/houses/" + x.ID, address: x.Address(), state: state(x.Class)}
		if heads {
			line.head = x.Head
		}
		v.houses = append(v.houses, line)
	}
	for _, s := range found.Streets {
		fact := ui.Fact{Text: t.F("dossiers.street.title", "Street", s.Name), Href: "/streets/" + s.ID}
		if s.Former != "" {
			fact.Sub = t.F("dossiers.search.was", "Former", s.Former)
		}
		v.streets = append(v.streets, fact)
	}
	for _, g := range found.Groups {
		fact := ui.Fact{Text: g.Name, Href: (&Filter{Group: g.ID}).Address("/houses")}
		if g.Former != "" {
			fact.Sub = t.F("dossiers.search.was", "Former", g.Former)
		}
		v.groups = append(v.groups, fact)
	}
	if found.More {
		v.more = (&Filter{Query: found.Query}).Address("/houses")
	}
	if r.Part() == "list" {
		return r.HTML(w, searchPart(v))
	}
	title := t.T("dossiers.search.title")
	v.frame = r.Frame(title, crumb("", title))
	v.frame.SearchAction = "" // the page has the field itself
	return r.HTML(w, searchPage(v))
}

func (p *Pages) xlsx(w http.ResponseWriter, r *page.Request) error {
	return p.export(w, r, sheet.AsXLSX)
}

func (p *Pages) csv(w http.ResponseWriter, r *page.Request) error {
	return p.export(w, r, sheet.AsCSV)
}

// export gives the rows under the filter as a file, whole before its first byte leaves: one that breaks off would look complete.
func (p *Pages) export(w http.ResponseWriter, r *page.Request, f sheet.Format) error {
	name := r.Words.T("dossiers.export.file") + "-" + string(r.Today()) + "." + string(f)
	who, words, filter := r.Actor, r.Words, ParseFilter(r.URL.Query())
	return jobs.GiveFile(w, r, p.jobs, "dossiers.export.doing", access.SeeHouses, jobs.File{Name: name, Type: f.Type()},
		func(ctx context.Context, progress *jobs.Progress, to io.Writer) error {
			out, err := f.New(to)
			if err != nil {
				return err
			}
			_, err = p.store.Export(ctx, who, filter, out, words, progress.Set)
			return err
		})
}
