package results

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"sonha/engine/db"
	"sonha/engine/page"
	"sonha/engine/page/ui"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/campaigns"
	"sonha/ward/criteria"
	"sonha/ward/reads"
)

// Pages are the pages of this feature: approvals, one house's proposal, and the close of a campaign.
type Pages struct{ store *Store }

// NewPages makes the pages.
func NewPages(s *Store, _ *campaigns.Store) *Pages { return &Pages{store: s} }

// Routes lists the routes.
func (p *Pages) Routes() []page.Route {
	return []page.Route{
		{Pattern: "GET /approvals", Need: access.Approve, Handle: p.waiting, Shows: reads.List},
		{Pattern: "POST /approvals", Need: access.Approve, Handle: p.approve, Fresh: true},
		{Pattern: "GET /houses/{id}/result", Need: access.Approve, Handle: p.sheet, Shows: reads.Result},
		{Pattern: "POST /houses/{id}/result", Need: access.Approve, Handle: p.decide, Fresh: true},
		{Pattern: "GET /campaigns/{id}/close", Need: access.RunCampaign, Handle: p.closing},
		{Pattern: "POST /campaigns/{id}/close", Need: access.RunCampaign, Handle: p.close, Fresh: true},
		{Pattern: "GET /campaigns/{id}/snapshot.json", Need: access.RunCampaign, Handle: p.snapshot, Fresh: true, Shows: reads.SnapshotFile},
	}
}

// desk is the page of what waits.
type desk struct {
	Waiting

	Year int  // that the address names; 0 for the running campaign
	Open bool // the phase allows approving
	Done int  // approved just now; -1 when the page was opened by itself
	Left []Left
	Lang string
}

// waiting shows the proposals; after an approval in bulk also what it did, so that the page can be reloaded.
func (p *Pages) waiting(w http.ResponseWriter, r *page.Request) error {
	title := r.Words.T("results.waiting_title")
	year, _ := strconv.Atoi(r.Text("year"))
	list, err := p.store.WaitingOf(r.Context(), r.Actor, year, r.Text("after"), r.Text("except"))
	if fault.Is(err, fault.Missing) {
		return r.HTML(w, emptyDesk(r.Frame(title, ui.Link{Label: title}), r.Words.T("campaigns.none")))
	}
	if err != nil {
		return err
	}
	x := desk{Waiting: list, Year: year, Open: list.Campaign.Phase.Allows(campaigns.Approving), Done: -1, Lang: r.Words.Lang()}
	if n, err := strconv.Atoi(r.Text("done")); err == nil && n >= 0 {
		x.Done = n
	}
	if x.Left, err = p.store.named(r.Context(), r.Actor, r.Text("left")); err != nil {
		return err
	}
	f := r.Frame(title, ui.Link{Label: title})
	f.AsOf = r.AsOf()
	return r.HTML(w, deskPage(f, x))
}

// approve takes the ticked proposals, or with "all" every one that follows the rule.
func (p *Pages) approve(w http.ResponseWriter, r *page.Request) error {
	if err := r.Parse(); err != nil {
		return err
	}
	campaign := r.Text("campaign")
	if !db.ValidID(campaign) {
		return fault.NotFound("fault.not_found")
	}
	var done Bulk
	var err error
	if r.Text("all") != "" {
		var seen int64
		var shown int
		if seen, err = strconv.ParseInt(r.Text("seen"), 10, 64); err == nil {
			shown, err = strconv.Atoi(r.Text("shown"))
		}
		if err != nil {
			return fault.Refused("fault.bad_form")
		}
		done, err = p.store.ApproveByRule(r.Context(), r.Actor, campaign, seen, shown)
	} else {
		var picks []Pick
		if picks, err = parsePicks(r.Form["pick"]); err != nil {
			return err
		}
		done, err = p.store.ApproveShown(r.Context(), r.Actor, campaign, picks)
	}
	if err != nil {
		return err
	}
	return r.Done(w, "/approvals?done="+strconv.Itoa(done.Count)+encodeLeft(done.Left)+inYear(r, "&"), "")
}

// inYear carries the year that the address of a form names on to the next page.
func inYear(r *page.Request, sign string) string {
	if year, err := strconv.Atoi(r.Text("year")); err == nil && year > 0 {
		return sign + "year=" + strconv.Itoa(year)
	}
	return ""
}

// address is the page of what waits in the same campaign; query begins with "&" or is empty.
func (x *desk) address(query string) string {
	if x.Year == 0 {
		return "/approvals" + strings.Replace(query, "&", "?", 1)
	}
	return "/approvals?year=" + strconv.Itoa(x.Year) + query
}

// result is the page of one house's proposal in the same campaign.
func (x *desk) result(house string) string {
	if x.Year == 0 {
		return "/houses/" + house + "/result"
	}
	return "/houses/" + house + "/result?year=" + strconv.Itoa(x.Year)
}

// parsePicks reads the ticked rows: "house:version" each.
func parsePicks(list []string) ([]Pick, error) {
	picks := make([]Pick, 0, len(list))
	for _, text := range list {
		house, version, _ := strings.Cut(text, ":")
		n, err := strconv.Atoi(version)
		if err != nil || !db.ValidID(house) {
			return nil, fault.Refused("fault.bad_form")
		}
		picks = append(picks, Pick{house, n})
	}
	if len(picks) == 0 {
		return nil, fault.Refused("results.none_picked")
	}
	return picks, nil
}

// mostNamed is how many proposals that were left are named in the address of the next page.
const mostNamed = 20

func encodeLeft(left []Left) string {
	if len(left) == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteString("&left=")
	for i, l := range left[:min(len(left), mostNamed)] {
		if i > 0 {
			b.WriteByte('.')
		}
		b.WriteString(string(l.Why) + "-" + l.House)
	}
	return b.String()
}

// named reads what encodeLeft wrote and gives the houses their addresses, as far as the actor reaches.
func (s *Store) named(ctx context.Context, who access.Actor, text string) ([]Left, error) {
	var left []Left
	for i, part := range strings.Split(text, ".") {
		why, house, _ := strings.Cut(part, "-")
		if i < mostNamed && db.ValidID(house) && slices.Contains([]Reason{LeftChanged, LeftException, LeftOwn}, Reason(why)) {
			left = append(left, Left{House: house, Why: Reason(why)})
		}
	}
	if len(left) == 0 {
		return nil, nil
	}
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		for i := range left {
			var number, street string
			if err := tx.One(ctx, `select h.number, s.name from houses h join streets s on s.ward_id = h.ward_id and s.id = h.street_id where {scope h} and h.id = $1`,
				left[i].House).Scan(&number, &street); err != nil {
				return err
			}
			left[i].Address = number + " " + street
		}
		return nil
	})
	return left, err
}

// decision is the page on which the command decides on one house.
type decision struct {
	Sheet

	Open   bool
	Own    bool
	Class  string // chosen
	Reason string // typed
	Errors map[string]string
	Lang   string
}

func (p *Pages) sheet(w http.ResponseWriter, r *page.Request) error {
	year, _ := strconv.Atoi(r.Text("year"))
	x, f, err := p.decision(r, year)
	if err != nil {
		return err
	}
	return r.HTML(w, sheetPage(f, x))
}

func (p *Pages) decision(r *page.Request, year int) (decision, ui.Frame, error) {
	id, err := r.PathID("id")
	if err != nil {
		return decision{}, ui.Frame{}, err
	}
	s, err := p.store.Sheet(r.Context(), r.Actor, id, year)
	if err != nil {
		return decision{}, ui.Frame{}, err
	}
	x := decision{
		Sheet: s, Lang: r.Words.Lang(), Class: s.Result.Class.String(), Own: s.Result.Own(r.Actor.Account()),
		Open: s.Campaign.Phase.Allows(campaigns.Approving) && (s.Result.Stage == Proposed || s.Result.Stage == Approved),
	}
	f := r.Frame(s.House.Address(), ui.Link{Href: "/houses/" + id, Label: s.House.Address()}, ui.Link{Label: r.Words.T("results.name")})
	f.AsOf = r.AsOf()
	return x, f, nil
}

func (p *Pages) decide(w http.ResponseWriter, r *page.Request) error {
	if err := r.Parse(); err != nil {
		return err
	}
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	version, err := r.Number("version", 1, 1<<30)
	if err != nil {
		return err
	}
	class, ok := criteria.ParseClass(r.Text("class"))
	if !ok {
		class = criteria.NotInspected
	}
	campaign := r.Text("campaign")
	if !db.ValidID(campaign) {
		return fault.NotFound("fault.not_found")
	}
	d := Decision{Class: class, Reason: r.Text("reason"), Version: version}
	if err := p.store.Decide(r.Context(), r.Actor, campaign, id, d); err != nil {
		texts, refused := r.Refused(err)
		meanwhile := fault.Is(err, fault.Clash)
		if !refused || !meanwhile && !fault.Is(err, fault.Wrong) {
			return err
		}
		year, _ := strconv.Atoi(r.Text("year"))
		x, f, err := p.decision(r, year)
		if err != nil {
			return err
		}
		x.Class, x.Reason, x.Errors = r.Text("class"), d.Reason, texts
		if meanwhile { // the page as it is now, with the words that were typed
			x.Errors = map[string]string{"": r.Words.F("results.decided_meanwhile", "State", x.Result.Class.Name().In(x.Lang))}
		}
		return r.Again(w, sheetPage(f, x))
	}
	return r.Done(w, "/approvals"+inYear(r, "?"), "results.decided")
}

func (p *Pages) closing(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	c, err := p.store.Closing(r.Context(), r.Actor, id)
	if err != nil {
		return err
	}
	title := r.Words.F("results.close_title", "Name", campaigns.TitleWithin(r.Words, c.Campaign))
	if c.Snapshot != nil {
		title = r.Words.F("results.snapshot_title", "Name", campaigns.TitleWithin(r.Words, c.Campaign))
	}
	f := r.Frame(title, ui.Link{Href: "/campaigns", Label: r.Words.T("campaigns.name")}, ui.Link{Href: "/campaigns/" + id, Label: campaigns.Title(r.Words, c.Campaign)},
		ui.Link{Label: r.Words.T("campaigns.phase.closed")})
	f.AsOf = r.AsOf()
	return r.HTML(w, closePage(f, c))
}

func (p *Pages) close(w http.ResponseWriter, r *page.Request) error {
	if err := r.Parse(); err != nil {
		return err
	}
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	version, err := r.Number("version", 1, 1<<30)
	if err != nil {
		return err
	}
	if err := p.store.Close(r.Context(), r.Actor, id, version); err != nil {
		return err
	}
	return r.Done(w, "/campaigns/"+id+"/close", "results.closed")
}

// snapshot hands the snapshot out as it was written; its checksum stands in a header.
func (p *Pages) snapshot(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	n := 0
	if r.Text("version") != "" {
		if n, err = r.Number("version", 1, 1<<20); err != nil {
			return err
		}
	}
	shot, err := p.store.SnapshotOf(r.Context(), r.Actor, id, n)
	if err != nil {
		return err
	}
	r.Attach(w, "application/json; charset=utf-8", "sonha-"+civil.DayOf(shot.TakenAt).Display()[6:]+"-"+shot.SHA256[:12]+".json")
	w.Header().Set("Sonha-Sha256", shot.SHA256)
	_, _ = w.Write(shot.Body)
	return nil
}
