package notices

import (
	"net/http"

	"sonha/engine/db"
	"sonha/engine/page"
	"sonha/engine/page/ui"
	"sonha/ground/access"
	"sonha/ground/fault"
	"sonha/ward/areas"
)

// PublicPath is the address of an announcement that is open to everybody: it names the ward, because whoever opens it
// has none.
func PublicPath(ward int, id string) string { return "/n/" + db.WardToken(ward, id) }

// parsePublic reads the ward and the id from the address.
func parsePublic(token string) (ward int, id string, err error) {
	ward, id, ok := db.ParseWardToken(token, db.IDBytes)
	if !ok {
		return 0, "", fault.NotFound("fault.not_found")
	}
	return ward, id, nil
}

// newsView is the page with what a ward says to everybody.
type newsView struct {
	wards []areas.Ward
	ward  *areas.Ward
	lines []line
}

// news lists what the ward says to everybody. With several wards the visitor chooses one.
func (p *Pages) news(w http.ResponseWriter, r *page.Request) error {
	wards, err := p.areas.Wards(r.Context())
	if err != nil {
		return err
	}
	v := newsView{wards: wards, ward: areas.Choose(wards, r.URL.Query().Get("ward"))}
	if v.ward != nil {
		list, err := p.store.Public(r.Context(), access.Actor{}, v.ward.ID)
		if err != nil {
			return err
		}
		for i := range list {
			n := &list[i]
			v.lines = append(v.lines, line{
				href: PublicPath(v.ward.ID, n.ID), title: n.Title, when: n.Sender + " · " + when(r, n.SendAt), state: stateText(r.Words, n, r.Moment()),
				urgent: n.Urgent && n.State == Sent,
			})
		}
	}
	f := r.Frame(r.Words.T("notices.news"))
	f.NoShell, f.Crumbs = true, nil
	if v.ward != nil {
		f.Demo = v.ward.Invented
	}
	return r.HTML(w, newsPage(f, v))
}

// public gives the announcement in the path and its ward.
func (p *Pages) public(r *page.Request) (Notice, areas.Ward, error) {
	ward, id, err := parsePublic(r.PathValue("token"))
	if err != nil {
		return Notice{}, areas.Ward{}, err
	}
	wards, err := p.areas.Wards(r.Context())
	if err != nil {
		return Notice{}, areas.Ward{}, err
	}
	for _, x := range wards {
		if x.ID == ward {
			n, err := p.store.PublicOne(r.Context(), access.Actor{}, ward, id)
			return n, x, err
		}
	}
	return Notice{}, areas.Ward{}, fault.NotFound("fault.not_found")
}

func (p *Pages) newsItem(w http.ResponseWriter, r *page.Request) error {
	n, ward, err := p.public(r)
	if err != nil {
		return err
	}
	v := reading{Notice: n, w: r.Words, when: when(r, n.SendAt), state: stateText(r.Words, &n, r.Moment()), hidden: n.State == Withdrawn, public: true}
	if n.File.Kind != NoFile && !v.hidden {
		v.file = PublicPath(ward.ID, n.ID) + "/file"
	}
	if n.Corrected != "" {
		v.corrected = PublicPath(ward.ID, n.Corrected)
	}
	f := r.Frame(n.Title)
	f.NoShell, f.Crumbs, f.Demo = true, nil, ward.Invented
	v.links = []ui.Link{{Href: "/news?ward=" + ward.Code, Label: r.Words.T("notices.all_news")}}
	return r.HTML(w, readPage(f, v))
}

func (p *Pages) newsFile(w http.ResponseWriter, r *page.Request) error {
	n, _, err := p.public(r)
	if err != nil {
		return err
	}
	if n.State == Withdrawn {
		return fault.NotFound("fault.not_found")
	}
	return p.serve(w, r, n.File, "public, max-age=60")
}
