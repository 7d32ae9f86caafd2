package today

import (
	"net/http"
	"slices"

	"sonha/engine/page"
	"sonha/engine/page/ui"
)

// more is the page behind the last word of the phone's bottom bar: all that the bar has no room for, in the words of the rail.
func (p *Pages) more(w http.ResponseWriter, r *page.Request) error {
	f := r.Frame(r.Words.T("today.more.title"))
	f.Crumbs = append(f.Crumbs, ui.Link{Label: f.Title})
	var links, apart []ui.NavItem
	for _, x := range f.Nav {
		switch {
		case slices.ContainsFunc(f.Tabs, func(tab ui.NavItem) bool { return tab.Href == x.Href }):
		case x.Apart:
			apart = append(apart, x)
		default:
			links = append(links, x)
		}
	}
	return r.HTML(w, morePage(moreView{frame: f, links: links, apart: apart, own: []ui.NavItem{
		{Href: f.Account.Href, Label: r.Words.T("today.more.account"), Icon: ui.IconUser},
		{Href: f.Language.Href, Label: f.Language.Label, Icon: ui.IconLanguages},
	}}))
}

// moreView is the page of all other words: those of the work, and those about the reader's own account.
type moreView struct {
	frame ui.Frame
	links []ui.NavItem // those of the rail for which the phone's bar has no room
	apart []ui.NavItem // those that the rail leaves to this page
	own   []ui.NavItem
}
