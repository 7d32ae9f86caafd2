// Package offline lets the program be installed on a phone and used without a network: the worker and the manifest,
// the page of what waits to be sent, the page that opens when nothing else can, and the list of pages that a phone
// keeps ahead. The queue itself lives in the browser (web/src/queue.ts); the server's half of it is that every
// submission counts once (engine/db, Receipt).
package offline

import (
	"context"
	"embed"
	"net/http"
	"slices"

	"sonha/engine/page"
	"sonha/engine/page/asset"
	"sonha/engine/page/ui"
	"sonha/ground/access"
)

// Messages holds the words of the pages.
//
//go:embed messages/*.toml
var Messages embed.FS

// Keeper gives the addresses of a room's pages that its reader needs without a network, the most needed first. With
// all it gives also what is worth fetching only when asked for, such as every sheet of today's round.
type Keeper func(ctx context.Context, who access.Actor, all bool) ([]string, error)

// Pages are the pages of this package.
type Pages struct {
	assets *asset.Set
	keep   []Keeper
}

// NewPages makes the pages; keep are asked in their order.
func NewPages(a *asset.Set, keep ...Keeper) *Pages { return &Pages{assets: a, keep: keep} }

// Routes lists the routes.
func (p *Pages) Routes() []page.Route {
	return []page.Route{
		{Pattern: "GET /worker.js", Need: access.Public, Handle: p.worker},
		{Pattern: "GET /app.webmanifest", Need: access.Public, Handle: p.manifest},
		{Pattern: "GET /queue", Need: access.Public, Handle: p.queue},
		{Pattern: "GET /offline", Need: access.Public, Handle: p.away},
		{Pattern: "GET /offline/pages", Need: access.SignedIn, Handle: p.pages, Shows: page.ShowsAhead},
	}
}

// worker answers under the root, so that it may answer for every page; a browser asks for it anew each day.
func (p *Pages) worker(w http.ResponseWriter, _ *page.Request) error {
	w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
	w.Header().Set("Cache-Control", "no-cache")
	_, err := w.Write(p.assets.Bytes("worker.js"))
	return err
}

type icon struct {
	Src     string `json:"src"`
	Sizes   string `json:"sizes"`
	Type    string `json:"type"`
	Purpose string `json:"purpose"`
}

type shortcut struct {
	Name string `json:"name"`
	URL  string `json:"url"`
}

type manifest struct {
	ID         string     `json:"id"`
	Name       string     `json:"name"`
	Short      string     `json:"short_name"`
	About      string     `json:"description"`
	Lang       string     `json:"lang"`
	Start      string     `json:"start_url"`
	Scope      string     `json:"scope"`
	Display    string     `json:"display"`
	Background string     `json:"background_color"`
	Theme      string     `json:"theme_color"`
	Icons      []icon     `json:"icons"`
	Shortcuts  []shortcut `json:"shortcuts"`
}

// manifest is asked for without cookies: the page says in its address in which language.
func (p *Pages) manifest(w http.ResponseWriter, r *page.Request) error {
	words := r.Words
	if lang := r.URL.Query().Get("lang"); lang == "en" || lang == "vi" {
		words = r.In(lang)
	}
	m := manifest{
		ID: "/", Name: words.T("offline.app"), Short: words.T("ui.product"), About: words.T("ui.about"), Lang: words.Lang(), Start: "/today", Scope: "/",
		Display: "standalone", Background: "#fbf8f1", Theme: "#fbf8f1",
		Icons: []icon{
			{p.assets.URL("icon.svg"), "any", "image/svg+xml", "any"},
			{p.assets.URL("icon-192.png"), "192x192", "image/png", "any"},
			{p.assets.URL("icon-512.png"), "512x512", "image/png", "any"},
			{p.assets.URL("maskable-512.png"), "512x512", "image/png", "maskable"},
		},
		Shortcuts: []shortcut{{words.T("nav.today"), "/today"}, {words.T("offline.queue"), "/queue"}},
	}
	if err := r.JSON(w, m); err != nil {
		return err
	}
	return nil
}

// plain is a frame that belongs to nobody: the worker keeps the page for every reader of the phone.
func plain(r *page.Request, title string) ui.Frame {
	f := r.Frame(title)
	return ui.Frame{Words: f.Words, Assets: f.Assets, Title: f.Title, Home: "/today", NoShell: true, Crumbs: []ui.Link{{Label: title}}}
}

func (p *Pages) queue(w http.ResponseWriter, r *page.Request) error {
	return r.HTML(w, queuePage(plain(r, r.Words.T("offline.queue")), p.assets.URL("queuepage.js")))
}

func (p *Pages) away(w http.ResponseWriter, r *page.Request) error {
	return r.HTML(w, awayPage(plain(r, r.Words.T("offline.away_title"))))
}

// most bounds the list: a phone keeps what one needs today, not the ward.
const most = 600

func (p *Pages) pages(w http.ResponseWriter, r *page.Request) error {
	list := []string{"/today"}
	if r.Actor.May(access.OwnHome) {
		list = []string{"/home"} // where /today leads a household
	}
	keep := p.keep
	if r.Identity.Shared {
		r.Actor.Touch()
		list, keep = []string{}, nil // on somebody else's device nothing stays
	}
	for _, k := range keep {
		more, err := k(r.Context(), r.Actor, r.URL.Query().Get("all") != "")
		if err != nil {
			return err
		}
		for _, path := range more {
			if len(list) < most && !slices.Contains(list, path) {
				list = append(list, path)
			}
		}
	}
	return r.JSON(w, map[string][]string{"pages": list})
}
