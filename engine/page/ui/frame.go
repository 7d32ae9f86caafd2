package ui

import (
	"embed"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"sonha/engine/words"
)

// Messages holds the words of the shell and of the components, one file a language; keys begin with "ui.".
//
//go:embed messages/*.toml
var Messages embed.FS

// Frame is everything around a page's own content. The page layer fills it from the request;
// a feature sets Title, Crumbs, AsOf and Flash. A zero field leaves its part of the frame out.
type Frame struct {
	Words  *words.Words
	Assets Assets

	Title  string // what the page is about, without the product's name
	About  string // one sentence for search engines on public pages; a general one when empty
	AsOf   string // when the figures were read: "Số liệu lúc 14:05"
	Crumbs []Link // the area tree down to this page; the last has no Href
	Flash  Flash  // what the last action did

	SignedIn bool
	NoShell  bool      // no rail, no tabs: sign-in, errors, public pages
	Nav      []NavItem // rail on a desk, in the role's own words
	Tabs     []NavItem // bottom bar of the phone, at most four
	Home     string    // address behind the emblem; "/" when empty
	Plate    string    // number of the reader's own house, "36A"
	Place    string    // its street, or the reader's ward
	Inbox    NavItem   // shown in the phone's top bar when Href is set
	Who      []string  // role, then ward: the foot of the rail
	Account  Link      // the reader's own account, foot of the rail
	SignIn   Link      // shown at the top to those who are not signed in
	Language Link      // the same page in the other language

	SearchAction string // where the search form goes; empty: no search
	SearchQuery  string

	Back  Link // Phone: the way back
	Aside Link // Phone: the one link at the right, "42 mục" or "Lưu và thoát"

	Demo         bool // every figure is invented: say so on every page
	LargeText    bool
	HighContrast bool
	TextSize     Link   // the same page in the other size of letters
	Reader       string // whose page it is, for what the phone keeps; empty on pages of nobody
}

// Assets are the addresses of the built files, from asset.Set.URL.
type Assets struct {
	CSS      string   // app.css
	JS       string   // app.js, loaded as a module
	Icon     string   // icon.svg
	Fonts    []string // fonts to fetch early
	Manifest string   // web app manifest, may be empty
}

// Link is an address and its words.
type Link struct {
	Href, Label string
}

// NavItem is a line of the rail or of the bottom bar.
type NavItem struct {
	Href, Label string
	Icon        Glyph
	Count       int // what waits there; 0 shows nothing
	Current     bool
	Apart       bool // on the page behind the last of the tabs, and not in the rail
}

// Kind says how a notice is meant.
type Kind uint8

// The kinds of notice.
const (
	Info    Kind = iota // something to know
	Success             // done; says what happens next
	Warning             // time or a break: look before going on
	Failure             // not done; says what to do
)

var (
	kindClass = [...]string{"info", "ok", "warn", "bad"}
	kindIcon  = [...]Glyph{IconInfo, IconCircleCheck, IconTriangleAlert, IconCircleX}
)

// Flash is what the last action did, shown once at the head of the next page.
type Flash struct {
	Kind Kind
	Text string
}

func (f *Frame) home() string {
	if f.Home == "" {
		return "/"
	}
	return f.Home
}

// hasRail reports whether the page stands inside the shell of those who are signed in.
func (f *Frame) hasRail() bool { return f.SignedIn && !f.NoShell && len(f.Nav) > 0 }

// rail gives the lines of the rail: those that do not stand apart, and behind them the one that leads to the others.
func (f *Frame) rail() []NavItem {
	var list []NavItem
	for _, item := range f.Nav {
		if !item.Apart {
			list = append(list, item)
		}
	}
	if len(list) < len(f.Nav) && len(f.Tabs) > 0 {
		more := f.Tabs[len(f.Tabs)-1]
		more.Current = more.Current && !slices.ContainsFunc(list, func(x NavItem) bool { return x.Current })
		list = append(list, more)
	}
	return list
}

// nearPlace is the place for the top bar of the phone, where "Khu vực 1, phường Hoàn Kiếm" would take three lines.
func (f *Frame) nearPlace() string {
	near, _, _ := strings.Cut(f.Place, ", ")
	kind, name, _ := strings.Cut(near, " ")
	return kind + " " + strings.ReplaceAll(name, " ", "\u00a0") // a name is not broken in two
}

func (f *Frame) hasTabs() bool { return f.SignedIn && !f.NoShell && len(f.Tabs) > 0 }

// above is the end of the way down to this page without the page itself: the phone has room for two steps.
func (f *Frame) above() []Link {
	parents := f.Crumbs[:len(f.Crumbs)-1]
	return parents[max(len(parents)-2, 0):]
}

func (f *Frame) description() string {
	if f.About == "" {
		return f.Words.T("ui.about")
	}
	return f.About
}

func (f *Frame) fullTitle() string {
	if f.Title == "" {
		return f.Words.T("ui.product")
	}
	return f.Title + " – " + f.Words.T("ui.product")
}

// sprite holds the four marks; it stands once in every page and Mark refers to it.
var sprite templ.Component = markup(`<svg class="sprite" aria-hidden="true"><symbol id="m-ok" viewBox="0 0 24 24"><circle cx="12" cy="12" r="10.5"
	fill="currentColor"/></symbol><symbol id="m-cond" viewBox="0 0 24 24"><circle cx="12" cy="12" r="9.2" fill="none" stroke="currentColor" stroke-width="2.6"/><path d="M12
		2.8a9.2 9.2 0 0 0 0 18.4z" fill="currentColor"/></symbol><symbol id="m-bad" viewBox="0 0 24 24"><circle cx="12" cy="12" r="9.2" fill="none" stroke="currentColor"
			stroke-width="2.6"/><path d="M6.8 12h10.4" stroke="currentColor" stroke-width="3.2" stroke-linecap="round"/></symbol><symbol id="m-none" viewBox="0 0 24 24"><circle cx="12" cy="12" r="9.4" fill="none" stroke="currentColor" stroke-width="2.7" stroke-linecap="round" stroke-dasharray="0 5.9"/></symbol></svg>`)
