package reports

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/areas"
	"sonha/ward/campaigns"
	"sonha/ward/criteria"
	"sonha/ward/measures"
	"sonha/ward/results"
)

// Store counts; it keeps no tables of its own.
type Store struct {
	db   *db.DB
	sets *criteria.Sets
}

// NewStore makes a store over an open database; items are named as in the version of the campaign that is reported on.
func NewStore(d *db.DB, sets *criteria.Sets) *Store { return &Store{db: d, sets: sets} }

// topItems is how many criteria the body of the report names as falling short most; the annex has all.
const topItems = 10

// boundary is the day from which the ward has its present borders (Resolution 1656/NQ-UBTVQH15). Shares on
// its two sides are of different house numbers and are not compared (domain.md §9.9, §12).
const boundary = civil.Day("2025-07-01")

// List says which houses a report lists.
type List string

// The lists. Posted is for the notice board: safe houses only, because one that falls short is told privately
// (domain.md §5.8).
const (
	NoHouses  List = "none"
	AllHouses List = "all"
	Posted    List = "safe"
)

// House is a line of the list.
type House struct {
	ID          string
	Address     string
	Group       string
	Class       criteria.Class
	InspectedOn civil.Day
	Waiting     bool // proposed, not approved yet
}

// Ask says which report is wanted.
type Ask struct {
	Year int // 0: the current campaign
	List List
}

// Report is the figures with the houses behind them, as far as the reader may have the list.
type Report struct {
	Figures
	List   List // what was listed: NoHouses for whoever may not have a list
	Houses []House
}

// MayList reports whether an actor may have the list of houses in a report: the command of the ward.
func MayList(who access.Actor) bool {
	level, _ := who.Reach()
	return level == access.WholeWard && who.May(access.SeeHouses)
}

// Figures counts a campaign over the actor's reach. fault.Missing when the ward has no campaign in that year.
func (s *Store) Figures(ctx context.Context, who access.Actor, year int) (*Figures, error) {
	r, err := s.Report(ctx, who, Ask{Year: year, List: NoHouses})
	if err != nil {
		return nil, err
	}
	return &r.Figures, nil
}

// Report counts a campaign over the actor's reach and lists its houses where the actor may have the list.
// Everything is read in one view of the database.
func (s *Store) Report(ctx context.Context, who access.Actor, ask Ask) (*Report, error) {
	r := &Report{List: NoHouses}
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.SeeFigures); err != nil {
			return err
		}
		if err := s.count(ctx, tx, &r.Figures, ask.Year); err != nil {
			return err
		}
		if !MayList(who) || (ask.List != AllHouses && ask.List != Posted) {
			return nil
		}
		r.List = ask.List
		var err error
		r.Houses, err = houses(ctx, tx, &r.Figures, ask.List)
		return err
	})
	return r, err
}

// Took leaves a line in the audit trail: who took which report away, in which form.
func (s *Store) Took(ctx context.Context, who access.Actor, r *Report, format Format) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.SeeFigures); err != nil {
			return err
		}
		detail := fmt.Sprintf("Báo cáo năm %d, tệp %s", r.Year, format)
		switch r.List {
		case AllHouses:
			detail += fmt.Sprintf(", danh sách %s số nhà", civil.Int(len(r.Houses)))
		case Posted:
			detail += fmt.Sprintf(", danh sách niêm yết %s số nhà đạt", civil.Int(len(r.Houses)))
		case NoHouses:
		}
		return tx.Audit(ctx, db.Entry{Action: "report.take", Object: "campaign", ID: r.campaign, Detail: detail})
	})
}

func (s *Store) count(ctx context.Context, tx *db.Tx, f *Figures, year int) error {
	c, err := campaign(ctx, tx, year)
	if err != nil {
		return err
	}
	ward, err := areas.WardOf(ctx, tx)
	if err != nil {
		return err
	}
	*f = Figures{
		Year: c.Year, City: ward.City, Ward: ward.Name, Code: ward.Code, Invented: ward.Invented, Phase: c.Phase, PhaseName: phaseNames[c.Phase],
		Origin: c.Origin, Starts: c.Starts, Ends: c.Ends, Closed: civil.DayOf(c.ClosedAt), AsOf: tx.Now.In(civil.Hanoi),
		Groups: []Group{}, Contents: []Content{}, FallingShort: []Item{}, Items: []Item{}, Phases: []Phase{}, Left: []string{}, campaign: c.ID,
	}
	if f.set, err = s.sets.OfCampaign(ctx, tx, c.ID); err != nil {
		return err
	}
	if c.Phase == campaigns.Closed {
		shots, err := results.Snapshots(ctx, tx, c.ID)
		if err != nil {
			return err
		}
		if len(shots) > 1 {
			f.Version = len(shots)
		}
	}
	if c.Origin == campaigns.Ours {
		f.Criteria = c.Criteria
	}
	for _, step := range []func(context.Context, *db.Tx, *Figures) error{reach, phases, s.tallies, s.items, s.reliability, s.shortcomings, before} {
		if err := step(ctx, tx, f); err != nil {
			return err
		}
	}
	if !tx.Who.May(access.SeeHouses) {
		f.hideSmall()
	}
	f.Provisional = f.Waiting > 0
	f.Headline = f.headline()
	f.leave()
	return nil
}

func campaign(ctx context.Context, tx *db.Tx, year int) (campaigns.Campaign, error) {
	c, err := campaigns.OfYearTx(ctx, tx, year)
	if year != 0 && fault.Is(err, fault.Missing) {
		err = fault.NotFound("reports.no_year", "Year", strconv.Itoa(year))
	}
	return c, err
}

// reach names what was counted over.
func reach(ctx context.Context, tx *db.Tx, f *Figures) error {
	level, ids := tx.Who.Reach()
	statement := ""
	switch level {
	case access.OwnBeats:
		f.Level, statement = OfBeat, `select b.id, b.name from beats b where b.ward_id = {ward} order by b.sort_key, b.id`
	case access.OwnGroups:
		f.Level, statement = OfGroup, `select a.id, a.name from areas a where a.ward_id = {ward} and a.kind = 'group' order by a.sort_key, a.id`
	case access.OwnHouses, access.WholeWard, access.Nothing:
		f.Level, f.Reach = OfWard, []string{"Phường " + f.Ward}
		return nil
	}
	return tx.All(ctx, func(scan func(...any) error) error {
		var id, name string
		if err := scan(&id, &name); err != nil {
			return err
		}
		if slices.Contains(ids, id) {
			f.Reach = append(f.Reach, name)
		}
		return nil
	}, statement)
}

func phases(ctx context.Context, tx *db.Tx, f *Figures) error {
	return tx.All(ctx, func(scan func(...any) error) error {
		var p Phase
		err := scan(&p.Phase, &p.Starts, &p.Ends)
		p.Name = phaseNames[p.Phase]
		f.Phases = append(f.Phases, p)
		return err
	}, `select p.phase, p.starts_on, p.ends_on from phases p where p.ward_id = {ward} and p.campaign_id = $1 order by p.starts_on, p.ends_on`, f.campaign)
}

// live is the condition on the houses whose rows count. A closed campaign keeps the houses that it inspected,
// also when their dossier was closed since.
func (f *Figures) live() string {
	if f.Phase == campaigns.Closed {
		return ` and (h.status = 'active' or coalesce(r.class, 'not_inspected') <> 'not_inspected')`
	}
	return ` and h.status = 'active'`
}

const withResults = ` from houses h left join results r on r.ward_id = h.ward_id and r.house_id = h.id and r.campaign_id = $1 where {figures h}`

// tallies takes the counts that boards show too, and adds what the six contents need: how many houses of each
// group were inspected item by item.
func (s *Store) tallies(ctx context.Context, tx *db.Tx, f *Figures) error {
	groups, whole, err := results.TalliesTx(ctx, tx, f.campaign)
	if err != nil {
		return err
	}
	detailed, all := map[string]int{}, 0
	if err := tx.All(ctx, func(scan func(...any) error) error {
		var group string
		var n int
		err := scan(&group, &n)
		detailed[group] = n
		all += n
		return err
	}, `select coalesce(h.group_id, ''), count(*)`+withResults+f.live()+` and r.class <> 'not_inspected' and r.contents <> '' group by h.group_id`, f.campaign); err != nil {
		return err
	}
	if err := tx.One(ctx, `select count(distinct h.street_id)`+withResults+f.live(), f.campaign).Scan(&f.Streets); err != nil {
		return err
	}
	f.Counts = f.counts(whole)
	if all > 0 {
		f.Contents = f.contents(whole, all)
	}
	for _, t := range groups {
		if t.Houses == 0 && t.Inspected == 0 {
			continue
		}
		g := Group{ID: t.GroupID, Name: t.Name, Counts: f.counts(t), Contents: []Content{}}
		if all > 0 {
			g.Contents = f.contents(t, detailed[t.GroupID])
		}
		f.Groups = append(f.Groups, g)
	}
	return nil
}

func (f *Figures) counts(t results.Tally) Counts {
	c := Counts{
		Dossiers: t.Houses, Households: t.Households, Inspected: t.Inspected, Safe: t.Safe, Conditional: t.Conditional, NotSafe: t.NotSafe,
		NotInspected: t.NotInspected(), Waiting: t.Waiting, SafePercent: Share{t.Safe, t.Inspected}, Coverage: Share{t.Inspected, t.Houses},
	}
	if f.Origin == campaigns.Ours {
		c.Pledged, c.Assessed = &t.Pledged, &t.Assessed
	}
	return c
}

func (f *Figures) contents(t results.Tally, inspected int) []Content {
	list := make([]Content, 0, len(t.Passed))
	for i := range min(len(t.Passed), len(f.set.Contents)) {
		c := &f.set.Contents[i]
		list = append(list, Content{Code: c.Code, Name: c.Name.VI, Passed: t.Passed[i], Inspected: inspected, Percent: Share{t.Passed[i], inspected}})
	}
	return list
}

// items counts the answers of the inspected houses. Equal sheets of answers are gathered by the database, so
// that who may count but not open rows gets the same figures.
func (s *Store) items(ctx context.Context, tx *db.Tx, f *Figures) error {
	if !f.Detailed() {
		return nil
	}
	for i := range f.set.Len() {
		item, content := f.set.Item(i)
		f.Items = append(f.Items, Item{Code: item.Code, Content: content.Code, Text: item.Text.VI, Label: item.Label.VI, Required: item.Required})
	}
	counted := make([]results.Answered, len(f.Items))
	if err := tx.All(ctx, func(scan func(...any) error) error {
		var answers criteria.Answers
		var n int
		if err := scan(&answers, &n); err != nil {
			return err
		}
		for i := range counted {
			counted[i].Add(answers.At(i), n)
		}
		return nil
	}, `select r.answers, count(*)`+withResults+f.live()+` and r.class <> 'not_inspected' and r.answers <> '' group by r.answers`, f.campaign); err != nil {
		return err
	}
	for i := range f.Items {
		x, c := &f.Items[i], &counted[i]
		x.Pass, x.Partly, x.Fail, x.Below = c.Pass, c.Partly, c.Fail, c.Below()
		x.Percent = Share{x.Pass, x.Pass + x.Below}
	}
	f.FallingShort = worst(f.Items)
	return nil
}

// worst gives the items that most houses fall short on; among equals the required ones first.
func worst(items []Item) []Item {
	list := slices.DeleteFunc(slices.Clone(items), func(x Item) bool { return x.Below == 0 })
	slices.SortStableFunc(list, func(a, b Item) int {
		if d := cmp.Compare(b.Below, a.Below); d != 0 || a.Required == b.Required {
			return d
		}
		if a.Required {
			return -1
		}
		return 1
	})
	return list[:min(len(list), topItems)]
}

// reliability compares what the houses said of themselves with what their inspections found, by group and in all.
func (s *Store) reliability(ctx context.Context, tx *db.Tx, f *Figures) error {
	groups := map[string]*Group{}
	for i := range f.Groups {
		groups[f.Groups[i].ID] = &f.Groups[i]
	}
	err := tx.All(ctx, func(scan func(...any) error) error {
		var self, found criteria.Answers
		var group string
		var n int
		if err := scan(&group, &self, &found, &n); err != nil {
			return err
		}
		differ, compared := criteria.Differences(f.set, self, found)
		if compared == 0 {
			return nil
		}
		f.compared += n
		f.Reliability = f.Reliability.plus(compared*n, len(differ)*n)
		if g := groups[group]; g != nil {
			g.compared += n
			g.Reliability = g.Reliability.plus(compared*n, len(differ)*n)
		}
		return nil
	}, `select coalesce(h.group_id, ''), a.answers, i.findings, count(*) from houses h
		join results r on r.ward_id = h.ward_id and r.house_id = h.id and r.campaign_id = $1
		join inspections i on i.ward_id = r.ward_id and i.id = r.inspection_id
		join assessments a on a.ward_id = r.ward_id and a.campaign_id = r.campaign_id and a.house_id = r.house_id
		where {figures h}`+f.live()+` and r.class <> 'not_inspected' and a.state = 'sent' group by h.group_id, a.answers, i.findings`, f.campaign)
	return err
}

// plus adds answers that were compared, and those of them that differ; to nil as to nothing.
func (r *Reliability) plus(compared, differs int) *Reliability {
	if r == nil {
		r = &Reliability{}
	}
	r.Compared += compared
	r.Differs += differs
	r.Agrees = Share{r.Compared - r.Differs, r.Compared}
	return r
}

// shortcomings counts what inspections noted. Measures are named by the criteria's own words, never by what
// somebody typed.
func (s *Store) shortcomings(ctx context.Context, tx *db.Tx, f *Figures) error {
	x := Shortcomings{ByItem: []Measure{}}
	err := tx.All(ctx, func(scan func(...any) error) error {
		var m Measure
		var mended int
		if err := scan(&m.Item, &m.Open, &m.Overdue, &mended, &m.Houses); err != nil {
			return err
		}
		x.Open += m.Open
		x.Overdue += m.Overdue
		x.Mended += mended
		if m.Open == 0 {
			return nil
		}
		if i := f.set.Index(m.Item); i >= 0 {
			item, _ := f.set.Item(i)
			m.Action = item.Action.VI
		}
		x.ByItem = append(x.ByItem, m)
		return nil
	}, `select s.item, count(*) filter (where s.state = 'open'), count(*) filter (where s.state = 'open' and `+measures.LateShortcoming("s", "$2")+`),
			count(*) filter (where s.state = 'mended'), count(distinct case when s.state = 'open' then s.house_id end)
		from shortcomings s join houses h on h.ward_id = s.ward_id and h.id = s.house_id
		where {figures h} and s.campaign_id = $1 and h.status = 'active' and s.state in ('open', 'mended') group by s.item order by s.item`,
		f.campaign, string(civil.DayOf(tx.Now)))
	if err != nil || x.Open+x.Mended == 0 {
		return err
	}
	if x.Overdue > 0 {
		if err := tx.One(ctx, `select count(distinct s.house_id) from shortcomings s join houses h on h.ward_id = s.ward_id and h.id = s.house_id
			where {figures h} and s.campaign_id = $1 and h.status = 'active' and s.state = 'open' and `+measures.LateShortcoming("s", "$2"),
			f.campaign, string(civil.DayOf(tx.Now))).Scan(&x.Late); err != nil {
			return err
		}
	}
	slices.SortStableFunc(x.ByItem, func(a, b Measure) int { return cmp.Compare(b.Open, a.Open) })
	f.Shortcomings = &x
	return nil
}

// before reads the year before and says whether the two may be compared.
func before(ctx context.Context, tx *db.Tx, f *Figures) error {
	c, err := campaigns.ByYearTx(ctx, tx, f.Year-1)
	if fault.Is(err, fault.Missing) {
		return nil
	}
	if err != nil {
		return err
	}
	_, whole, err := results.TalliesTx(ctx, tx, c.ID)
	if err != nil {
		return err
	}
	b := &Before{
		Year: c.Year, Inspected: whole.Inspected, Safe: whole.Safe, Conditional: whole.Conditional, NotSafe: whole.NotSafe,
		SafePercent: Share{whole.Safe, whole.Inspected},
	}
	switch {
	case b.Inspected == 0 || f.Inspected == 0:
		b.Words = fmt.Sprintf("Không so sánh tỷ lệ với năm %d, vì có năm chưa kiểm tra số nhà nào.", b.Year)
	case c.Ends < boundary && f.Ends >= boundary:
		b.Words = fmt.Sprintf("Không so sánh tỷ lệ với năm %d, vì địa giới phường thay đổi từ ngày %s.", b.Year, boundary.Display())
	case c.Origin != f.Origin:
		b.Words = fmt.Sprintf("Không so sánh tỷ lệ, vì kết quả năm %d nhập từ sổ sách cũ, không rõ có dùng cùng bộ tiêu chí hay không.", b.Year)
	case c.Origin == campaigns.Ours && c.Criteria != f.Criteria:
		b.Words = fmt.Sprintf("Không so sánh tỷ lệ với năm %d, vì bộ tiêu chí đã thay đổi.", b.Year)
	default:
		b.Comparable = true
		b.Words = moved(b, f)
	}
	f.YearBefore = b
	return nil
}

// moved says by how many percentage points the safe share moved.
func moved(b *Before, f *Figures) string {
	tenths := civil.PercentTenths(f.Safe, f.Inspected) - civil.PercentTenths(b.Safe, b.Inspected)
	switch {
	case tenths > 0:
		return fmt.Sprintf("Tỷ lệ đạt an toàn tăng %s điểm phần trăm so với năm %d.", civil.Decimal1(tenths), b.Year)
	case tenths < 0:
		return fmt.Sprintf("Tỷ lệ đạt an toàn giảm %s điểm phần trăm so với năm %d.", civil.Decimal1(-tenths), b.Year)
	}
	return fmt.Sprintf("Tỷ lệ đạt an toàn bằng năm %d.", b.Year)
}

// leave says which parts have no data, so that nobody reads their absence as a zero.
func (f *Figures) leave() {
	switch {
	case f.Inspected == 0:
		f.Left = append(f.Left, "Chưa kiểm tra số nhà nào nên chưa có kết quả theo nội dung, theo tiêu chí.")
	case f.Hidden:
		f.Left = append(f.Left, fmt.Sprintf("Mới kiểm tra dưới %d số nhà nên chưa nêu kết quả, để không lộ kết quả của từng số nhà.", smallest))
	case !f.Detailed():
		f.Left = append(f.Left, fmt.Sprintf("Kết quả năm %d nhập từ sổ sách cũ, chỉ có mức xếp loại của từng số nhà; không có kết quả theo sáu nội dung, theo tiêu chí, "+
			"số liệu cam kết, tự đánh giá và biện pháp khắc phục.", f.Year))
	case f.Contents[0].Inspected < f.Inspected:
		f.Left = append(f.Left, fmt.Sprintf("Trong %s số nhà đã kiểm tra, %s số nhà có kết quả theo từng tiêu chí; tỷ lệ theo nội dung tính trên số này.",
			civil.Int(f.Inspected), civil.Int(f.Contents[0].Inspected)))
	}
}

// houses lists the houses of the ward in walking order.
func houses(ctx context.Context, tx *db.Tx, f *Figures, list List) ([]House, error) {
	only := ""
	if list == Posted {
		only = ` and r.class = 'safe' and r.stage <> 'proposed'` // nothing is posted that nobody approved
	}
	out := make([]House, 0, f.Dossiers)
	err := tx.All(ctx, func(scan func(...any) error) error {
		var h House
		var number, street, class, stage string
		if err := scan(&h.ID, &number, &street, &h.Group, &class, &stage, &h.InspectedOn); err != nil {
			return err
		}
		h.Address = number + " " + street
		h.Class, _ = criteria.ParseClass(class)
		h.Waiting = stage == string(results.Proposed)
		out = append(out, h)
		return nil
	}, `select h.id, h.number, s.name, coalesce(g.name, ''), coalesce(r.class, 'not_inspected'), coalesce(r.stage, ''), coalesce(r.inspected_on, '')
		from houses h join streets s on s.ward_id = h.ward_id and s.id = h.street_id
		left join areas g on g.ward_id = h.ward_id and g.id = h.group_id
		left join results r on r.ward_id = h.ward_id and r.house_id = h.id and r.campaign_id = $1
		where {scope h}`+f.live()+only+` order by h.sort_key, h.id`, f.campaign)
	return out, err
}
