package indicators

import (
	"cmp"
	"context"
	"slices"
	"time"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/campaigns"
	"sonha/ward/indicators/smallcells"
	"sonha/ward/results"
)

// Cell is what a source counts for one residential group, or for houses that belong to none.
type Cell struct {
	GroupID, Name string
	Part, Of      int
}

// Source counts an indicator whose rows another room keeps, for the days from one to another, within the reach of who
// acts in tx. app connects it.
type Source interface {
	Count(ctx context.Context, tx *db.Tx, from, to civil.Day) ([]Cell, error)
}

// Store keeps official counts and reads indicators.
type Store struct {
	db      *db.DB
	sources map[Code]Source
	keeper  Keeper // nil: not known

	readings db.Counted[asked, []Reading]
	wards    db.PerWard[int, []WardSeries] // what the city is told of each, by year
}

// asked says which indicators are read at once.
type asked struct {
	first Code
	count int
}

// NewStore makes a store over an open database.
func NewStore(d *db.DB) *Store {
	return &Store{db: d, sources: map[Code]Source{Measures: measures{}}}
}

// Connect gives an indicator its source; app calls it while it wires the program.
func (s *Store) Connect(code Code, source Source) { s.sources[code] = source }

// Group is the course of an indicator in one residential group.
type Group struct {
	ID, Name string
	Points   []Point // one for each of the indicator's, in their order; of nought where nothing was counted
}

// Reading is an indicator within one reader's reach.
type Reading struct {
	Definition

	Points   []Point // by year
	Groups   []Group // of shares, where there is more than one
	Courses  map[Kind][]Point
	Breaks   []Break
	BaseYear int  // that the ward chose; 0: the first year
	Rows     bool // the reader may open the houses behind the figures
	Enters   bool // the reader may enter official counts, and sees them all
	Reports  *Point
	AsOf     time.Time
	Entered  time.Time // when the newest official count was entered; zero for none
	Sourced  bool      // there is something that counts it
	Privacy  *Privacy  // beside I12
}

// Base is the point that a segment is measured by; nil when there is none.
func (r *Reading) Base(segment int) *Point { return Base(r.Points, segment, r.BaseYear) }

// Latest is the last figure to tell; nil when there is none.
func (r *Reading) Latest() *Point {
	if i := Latest(r.Points); i >= 0 {
		return &r.Points[i]
	}
	return nil
}

// yearsBack is how many years the sources of other rooms are asked for.
const yearsBack = 5

// All reads every indicator, in their order, with what stands beside them.
func (s *Store) All(ctx context.Context, who access.Actor) ([]Reading, error) {
	list, err := s.read(ctx, who, Definitions())
	if err != nil {
		return nil, err
	}
	return list, s.beside(ctx, who, list)
}

// Get reads an indicator; not found for a code that is none.
func (s *Store) Get(ctx context.Context, who access.Actor, code Code) (Reading, error) {
	d, ok := Find(code)
	if !ok {
		return Reading{}, fault.NotFound("fault.not_found")
	}
	list := []Definition{d}
	if d.Origin == FromCounts {
		monthly, _ := Find(Monthly)
		list = append(list, monthly)
	}
	all, err := s.read(ctx, who, list)
	if err != nil {
		return Reading{}, err
	}
	if len(all) > 1 {
		all[0].Reports = all[1].Latest()
	}
	return all[0], s.beside(ctx, who, all)
}

// some reads one indicator, or all when code is empty.
func (s *Store) some(ctx context.Context, who access.Actor, code Code) ([]Reading, error) {
	if code == "" {
		return s.All(ctx, who)
	}
	one, err := s.Get(ctx, who, code)
	return []Reading{one}, err
}

// Took leaves a line in the audit trail: who took the figures of an indicator, or of all when code is empty, as which file.
func (s *Store) Took(ctx context.Context, who access.Actor, code Code, format string) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.SeeFigures); err != nil {
			return err
		}
		return tx.Audit(ctx, db.Entry{Action: "indicators.export", Object: "indicators", ID: string(code), Detail: format})
	})
}

// AllTx is All inside a unit of work, as it is for who opens no rows and enters no counts, whoever acts: for papers that leave the ward.
func (s *Store) AllTx(ctx context.Context, tx *db.Tx) ([]Reading, error) {
	if err := tx.Need(access.SeeFigures); err != nil {
		return nil, err
	}
	return s.readTx(ctx, tx, Definitions(), false)
}

func (s *Store) read(ctx context.Context, who access.Actor, list []Definition) ([]Reading, error) {
	var out []Reading
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.SeeFigures); err != nil {
			return err
		}
		// Lists that are asked for differ in their first or their length: all, or one with what it is read beside.
		of := asked{list[0].Code, len(list)}
		kept, err := s.readings.Of(ctx, tx, of, func() ([]Reading, error) { return s.readTx(ctx, tx, list, true) })
		out = slices.Clone(kept)
		for i := range out {
			out[i].AsOf = tx.Now // what is kept is what a count would give now
		}
		return err
	})
	return out, err
}

// readTx reads indicators; without own they hide what they hide from who opens nothing.
func (s *Store) readTx(ctx context.Context, tx *db.Tx, list []Definition, own bool) ([]Reading, error) {
	var out []Reading
	bases, err := baseYears(ctx, tx)
	if err != nil {
		return nil, err
	}
	var years []yearly
	for _, d := range list {
		r := Reading{Definition: d, BaseYear: bases[d.Code], Rows: own && tx.Who.May(access.SeeHouses) && d.Code != Mediations && d.Code != Requests,
			Enters: own && tx.Who.May(access.EnterCounts), AsOf: tx.Now, Sourced: true}
		switch d.Origin {
		case FromResults:
			if years == nil {
				if years, err = campaignYears(ctx, tx); err != nil {
					return nil, err
				}
			}
			r.fromResults(years)
		case FromCounts:
			err = r.fromCounts(ctx, tx)
		case FromSource:
			err = s.fromSource(ctx, tx, &r)
		}
		if err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, nil
}

// yearly is a campaign with its sums.
type yearly struct {
	campaign campaigns.Campaign
	groups   []results.Tally
}

// campaignYears reads the sums of every campaign within reach, the earliest first.
func campaignYears(ctx context.Context, tx *db.Tx) ([]yearly, error) {
	years := []yearly{}
	if err := tx.All(ctx, func(scan func(...any) error) error {
		var y yearly
		c := &y.campaign
		err := scan(&c.ID, &c.Year, &c.Criteria, &c.Phase, &c.Origin)
		years = append(years, y)
		return err
	}, `select c.id, c.year, c.criteria, c.phase, c.origin from campaigns c where c.ward_id = {ward} order by c.year`); err != nil {
		return nil, err
	}
	for i := range years {
		groups, _, err := results.TalliesTx(ctx, tx, years[i].campaign.ID)
		if err != nil {
			return nil, err
		}
		years[i].groups = groups
	}
	return years, nil
}

// fromResults counts a share from the sums of campaigns. The share of safe houses begins anew where the criteria
// become others: what was safe by the old set is not what is safe by the new one.
func (r *Reading) fromResults(years []yearly) {
	table := map[int][]Cell{}
	segment, criteria := 0, 0
	for i := range years {
		c := &years[i].campaign
		if r.Code == Pledged && c.Origin != campaigns.Ours {
			continue // files of earlier years hold no pledges
		}
		if r.Code == Safe && criteria != 0 && c.Criteria != criteria {
			segment++
		}
		criteria = c.Criteria
		p, ok := NewPeriod(Year, c.Year, 0)
		if !ok {
			continue
		}
		r.Points = append(r.Points, Point{Period: p, Segment: segment, Differs: -1, Running: c.Phase != campaigns.Closed, share: true})
		for k := range years[i].groups {
			t := &years[i].groups[k]
			cell := Cell{GroupID: t.GroupID, Name: t.Name}
			switch r.Code {
			case Safe:
				cell.Part, cell.Of = t.Safe, t.Inspected
			case Coverage:
				cell.Part, cell.Of = t.Inspected, t.Houses
			default:
				cell.Part, cell.Of = t.Pledged, t.Households
			}
			table[c.Year] = append(table[c.Year], cell)
		}
	}
	r.fill(table)
}

// fromSource asks another room for the last years.
func (s *Store) fromSource(ctx context.Context, tx *db.Tx, r *Reading) error {
	source := s.sources[r.Code]
	r.Sourced = source != nil
	if source == nil {
		return nil
	}
	today := civil.DayOf(tx.Now)
	table := map[int][]Cell{}
	for year := today.Year() - yearsBack; year <= today.Year(); year++ {
		p, _ := NewPeriod(Year, year, 0)
		cells, err := source.Count(ctx, tx, p.Starts, p.Ends)
		if err != nil {
			return err
		}
		of := 0
		for _, c := range cells {
			of += c.Of
		}
		if of == 0 && len(r.Points) == 0 {
			continue
		}
		table[year] = cells
		r.Points = append(r.Points, Point{Period: p, Differs: -1, Running: p.Ends >= today, share: true})
	}
	r.fill(table)
	return nil
}

// fill adds the groups up to the points, and hides what would tell of a single house from readers who open no rows.
func (r *Reading) fill(table map[int][]Cell) {
	for i := range r.Points {
		for _, c := range table[r.Points[i].Period.Year] {
			g := r.group(c)
			g.Points[i].Part, g.Points[i].Of = c.Part, c.Of
			r.Points[i].Part += c.Part
			r.Points[i].Of += c.Of
		}
	}
	switch {
	case r.Code == Requests:
		r.hideRequests()
	case r.Code == Mediations:
		r.hideCases()
	case !r.Rows && r.Code != Coverage: // coverage is a count of visits; it tells nothing about what was found
		for i := range r.Points {
			shares := make([]smallcells.Share, len(r.Groups))
			for k := range r.Groups {
				p := &r.Groups[k].Points[i]
				shares[k] = smallcells.Share{ID: r.Groups[k].ID, Part: p.Part, Of: p.Of}
			}
			hidden, whole := smallcells.Groups(shares)
			r.Points[i].Hidden = whole
			for k := range r.Groups {
				r.Groups[k].Points[i].Hidden = hidden[k]
			}
		}
	}
	if len(r.Groups) < 2 {
		r.Groups = nil
	}
}

// hideRequests leaves of requests about personal data the sum alone, and hides one of fewer than five, from everybody: nobody but who
// protects the data opens them, and the only request of a group is somebody's.
func (r *Reading) hideRequests() {
	for i := range r.Points {
		r.Points[i].Hidden = r.Points[i].Of > 0 && r.Points[i].Of < smallcells.Least
	}
	r.Groups = nil
}

// hideCases hides the shares of mediations from which a small count of cases could be worked out, from everybody: nobody but the
// mediators of a group opens its cases. A case that was not settled is a case as well.
func (r *Reading) hideCases() {
	for i := range r.Points {
		var t smallcells.Table
		cells := make([][3]int, len(r.Groups)+1) // of each group, then of the whole: settled, not settled, ended
		add := func(at int, p *Point) {
			cells[at] = [3]int{len(t.Values), len(t.Values) + 1, len(t.Values) + 2}
			t.Values = append(t.Values, p.Part, p.Of-p.Part, p.Of)
			t.Sums = append(t.Sums, smallcells.Sum{Total: cells[at][2], Parts: []int{cells[at][0], cells[at][1]}})
		}
		for k := range r.Groups {
			add(k, &r.Groups[k].Points[i])
		}
		last := len(r.Groups)
		add(last, &r.Points[i])
		for part := range 3 {
			s := smallcells.Sum{Total: cells[last][part]}
			for k := range r.Groups {
				s.Parts = append(s.Parts, cells[k][part])
			}
			if len(s.Parts) > 0 {
				t.Sums = append(t.Sums, s)
			}
		}
		hidden := smallcells.Hide(t)
		touched := func(c [3]int) bool { return hidden[c[0]] || hidden[c[1]] || hidden[c[2]] }
		for k := range r.Groups {
			r.Groups[k].Points[i].Hidden = touched(cells[k])
		}
		r.Points[i].Hidden = touched(cells[last])
	}
}

// group finds the course of a cell's group, or begins it.
func (r *Reading) group(c Cell) *Group {
	i := slices.IndexFunc(r.Groups, func(g Group) bool { return g.ID == c.GroupID })
	if i < 0 {
		i = len(r.Groups)
		g := Group{ID: c.GroupID, Name: c.Name, Points: make([]Point, len(r.Points))}
		for k := range g.Points {
			g.Points[k] = r.Points[k]
			g.Points[k].Part, g.Points[k].Of = 0, 0
		}
		r.Groups = append(r.Groups, g)
	}
	return &r.Groups[i]
}

// fromCounts reads the official counts of a series.
func (r *Reading) fromCounts(ctx context.Context, tx *db.Tx) error {
	entries, err := current(ctx, tx, r.Code)
	if err != nil {
		return err
	}
	if r.Breaks, err = Breaks(ctx, tx); err != nil {
		return err
	}
	r.Courses = map[Kind][]Point{}
	for _, kind := range Kinds() {
		r.Courses[kind] = Course(entries, r.Breaks, kind)
	}
	for i := range entries {
		if entries[i].At.After(r.Entered) {
			r.Entered = entries[i].At
		}
	}
	if err := r.perHouseholds(ctx, tx); err != nil {
		return err
	}
	if !r.Enters {
		HideSmall(r.Courses)
	}
	r.Points = r.Courses[Year]
	return nil
}

// perHouseholds gives the figures of the last two years of the present area its number of households from the list of
// houses, where none was entered with them.
func (r *Reading) perHouseholds(ctx context.Context, tx *db.Tx) error {
	list := r.Courses[Year]
	if len(list) == 0 {
		return nil
	}
	last, now := list[len(list)-1].Segment, civil.DayOf(tx.Now)
	if countBefore(r.Breaks, now) != countBefore(r.Breaks, list[len(list)-1].Period.Starts) {
		return nil // the newest figures are of an area that is gone
	}
	var households int
	if err := tx.One(ctx, `select coalesce(sum(h.households), 0) from houses h where h.ward_id = {ward} and h.status = 'active'`).Scan(&households); err != nil {
		return err
	}
	for i := range list {
		p := &list[i]
		if p.Households == 0 && p.Segment == last && p.Period.Year >= now.Year()-1 {
			p.Households = households
		}
	}
	return nil
}

const entryColumns = `p.id, p.series, p.period, p.starts_on, p.ends_on, p.area, p.value, p.households, p.import_id, p.file_name, p.entered_at, p.entered_by,
	coalesce(p.replaced_at, 0), p.replaced_by`

func scanEntry(scan func(...any) error) (Entry, error) {
	var e Entry
	var period string
	var starts, ends civil.Day
	var at, replaced int64
	if err := scan(&e.ID, &e.Series, &period, &starts, &ends, &e.Area, &e.Value, &e.Households, &e.Import, &e.File, &at, &e.By, &replaced, &e.ReplacedBy); err != nil {
		return e, err
	}
	e.Period, _ = ParsePeriod(period)
	e.Period.Starts, e.Period.Ends = starts, ends
	e.At = time.UnixMilli(at)
	if replaced != 0 {
		e.ReplacedAt = time.UnixMilli(replaced)
	}
	return e, nil
}

// current lists the counts of a series that hold, in the order of time.
func current(ctx context.Context, tx *db.Tx, series Code) ([]Entry, error) {
	var list []Entry
	err := tx.All(ctx, func(scan func(...any) error) error {
		e, err := scanEntry(scan)
		list = append(list, e)
		return err
	}, `select `+entryColumns+` from series_points p where p.ward_id = {ward} and p.series = $1 and p.replaced_at is null order by p.starts_on, p.ends_on`, string(series))
	return list, err
}

// Breaks lists the days on which official counts change their meaning: the reform, and those that the ward added.
func Breaks(ctx context.Context, tx *db.Tx) ([]Break, error) {
	list := []Break{{On: Reform}}
	err := tx.All(ctx, func(scan func(...any) error) error {
		var b Break
		err := scan(&b.ID, &b.On, &b.Reason)
		list = append(list, b)
		return err
	}, `select b.id, b.on_day, b.reason from series_breaks b where b.ward_id = {ward} order by b.on_day`)
	slices.SortFunc(list, func(a, b Break) int { return cmp.Compare(a.On, b.On) })
	return list, err
}

func baseYears(ctx context.Context, tx *db.Tx) (map[Code]int, error) {
	years := map[Code]int{}
	err := tx.All(ctx, func(scan func(...any) error) error {
		var code Code
		var year int
		err := scan(&code, &year)
		years[code] = year
		return err
	}, `select s.indicator, s.base_year from indicator_settings s where s.ward_id = {ward}`)
	return years, err
}

// measures counts the shortcomings that have a measure of all that inspections noted, by the day on which they did.
type measures struct{}

// Which shortcomings s of houses h were noted from $1 to $2 (Unix milliseconds), and which of them have a measure.
const (
	noted      = `h.status = 'active' and s.state <> 'dropped' and s.noted_at >= $1 and s.noted_at < $2`
	hasMeasure = `s.measure <> ''`
)

// Count implements Source.
func (measures) Count(ctx context.Context, tx *db.Tx, from, to civil.Day) ([]Cell, error) {
	var cells []Cell
	if err := tx.All(ctx, func(scan func(...any) error) error {
		var c Cell
		err := scan(&c.GroupID, &c.Part, &c.Of)
		cells = append(cells, c)
		return err
	}, `select coalesce(h.group_id, ''), count(*) filter (where `+hasMeasure+`), count(*) from shortcomings s
		join houses h on h.ward_id = s.ward_id and h.id = s.house_id
		where {figures h} and `+noted+`
		group by h.group_id order by h.group_id`,
		from.Time().UnixMilli(), to.AddDays(1).Time().UnixMilli()); err != nil {
		return nil, err
	}
	return cells, Named(ctx, tx, cells)
}

// Named fills in the names of the groups of cells and puts them in the order of the ward's groups.
func Named(ctx context.Context, tx *db.Tx, cells []Cell) error {
	type group struct {
		name string
		rank int
	}
	groups := map[string]group{}
	if err := tx.All(ctx, func(scan func(...any) error) error {
		var id string
		g := group{rank: len(groups)}
		err := scan(&id, &g.name)
		groups[id] = g
		return err
	}, `select a.id, a.name from areas a where a.ward_id = {ward} and a.kind = 'group' order by a.sort_key, a.id`); err != nil {
		return err
	}
	rank := func(id string) int {
		if g, ok := groups[id]; ok {
			return g.rank
		}
		return len(groups)
	}
	for i := range cells {
		cells[i].Name = groups[cells[i].GroupID].name
	}
	slices.SortStableFunc(cells, func(a, b Cell) int { return cmp.Compare(rank(a.GroupID), rank(b.GroupID)) })
	return nil
}
