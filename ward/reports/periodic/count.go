package periodic

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"slices"
	"strconv"

	"sonha/engine/db"
	"sonha/ground/civil"
	"sonha/ward/areas"
	"sonha/ward/campaigns"
	"sonha/ward/criteria"
	"sonha/ward/indicators/smallcells"
	"sonha/ward/measures"
	"sonha/ward/results"
)

// untold stands for a figure that is not told.
const untold = "không nêu"

// counting gathers the figures of one report. Its steps are run one after another within one view of the database.
type counting struct {
	*Record

	s        *Store
	tx       *db.Tx
	group    string        // id; empty for the ward
	campaign string        // id; empty while there is none
	set      *criteria.Set // of the campaign
	ours     bool          // the campaign was run here, not read from a file
	tally    results.Tally
	groups   []results.Tally
}

// milli are the first moment of the period and the first after it, Unix milliseconds.
func (c *counting) milli() (from, to int64) {
	return c.From.Time().UnixMilli(), c.To.AddDays(1).Time().UnixMilli()
}

// span is the period inside a sentence that says how something is counted.
func (c *counting) span() string { return "từ " + c.From.Display() + " đến " + c.To.Display() }

// until is the moment of the figures inside such a sentence.
func (c *counting) until() string { return "đến ngày " + civil.DayOf(c.AsOf).Display() }

// count adds a count.
func (c *counting) count(s Section, key, label string, n int, how, rows string) {
	c.Figures = append(c.Figures, Figure{No: c.next(), Key: key, Section: s, Label: label, Value: &n, Text: civil.Int(n), How: how, Rows: rows})
}

// share adds a part of a whole; hidden leaves it untold.
func (c *counting) share(s Section, key, label string, part, of int, hidden bool, how, rows string) {
	f := Figure{No: c.next(), Key: key, Section: s, Label: label, Of: &of, Text: untold, How: how, Rows: rows}
	if !hidden {
		f.Value, f.Text = &part, civil.Percent(part, of)
	}
	c.Figures = append(c.Figures, f)
}

// table adds a table, which has a number among those of the figures.
func (c *counting) table(t Table) {
	t.No = c.next()
	c.Tables = append(c.Tables, t)
}

func (c *counting) next() int { return len(c.Figures) + len(c.Tables) + 1 }

// say adds a sentence, once; it is left out of documents when a figure of it is missing.
func (c *counting) say(s Section, text string) {
	if x := (Sentence{s, text}); !slices.Contains(c.Said, x) {
		c.Said = append(c.Said, x)
	}
}

// houses is the address of the list of houses with a filter of names and values in turn.
func (c *counting) houses(pairs ...string) string {
	if c.Campaign > 0 {
		pairs = append(pairs, "year", strconv.Itoa(c.Campaign))
	}
	return c.narrowed("/houses", pairs...)
}

// narrowed is the address of a list, of the report's group, with a filter of names and values in turn.
func (c *counting) narrowed(path string, pairs ...string) string {
	v := url.Values{}
	if c.group != "" {
		v.Set("group", c.group)
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Set(pairs[i], pairs[i+1])
	}
	if len(v) == 0 {
		return path
	}
	return path + "?" + v.Encode()
}

// run counts everything.
func (c *counting) run(ctx context.Context) error {
	for _, step := range []func(context.Context) error{
		c.registry, c.results, c.contents, c.monthly, c.proposals, c.meetings, c.trainings, c.mediations, c.awards, c.measures, c.shortfalls, c.reviewed, c.trend, c.byGroup,
	} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// registry counts house numbers, and says whose report it is.
func (c *counting) registry(ctx context.Context) error {
	ward, err := areas.WardOf(ctx, c.tx)
	if err != nil {
		return err
	}
	c.City, c.Ward, c.WardCode, c.Invented = ward.City, ward.Name, ward.Code, ward.Invented
	var houses, households, streets, groups int
	if err := c.tx.One(ctx, `select count(*), coalesce(sum(h.households), 0), count(distinct h.street_id) from houses h
		where {figures h} and h.status = 'active' and ($1 = '' or h.group_id = $1)`, c.group).Scan(&houses, &households, &streets); err != nil {
		return err
	}
	if err := c.tx.One(ctx, `select count(*) from areas a where a.ward_id = {ward} and a.kind = 'group' and a.valid_to is null`).Scan(&groups); err != nil {
		return err
	}
	how := "Số nhà có hồ sơ đang hoạt động, " + c.until()
	c.count(always, "houses", "Số nhà có hồ sơ", houses, how, c.houses())
	c.count(always, "households", "Số hộ", households, "Cộng số hộ của các số nhà đó", "")
	if c.group != "" {
		c.count(always, "streets", "Số tuyến phố", streets, "Tuyến phố có số nhà trong các hồ sơ đó", "")
		c.say(always, "Tổ có {streets} tuyến phố, {houses} số nhà có hồ sơ đang hoạt động với {households} hộ.")
		return nil
	}
	c.count(always, "streets", "Số tuyến phố", streets, "Tuyến phố có số nhà trong các hồ sơ đó", "/streets")
	c.count(always, "groups", "Số tổ dân phố", groups, "Tổ dân phố đang hoạt động", "")
	c.say(always, "Phường có {groups} tổ dân phố, {streets} tuyến phố, {houses} số nhà có hồ sơ đang hoạt động với {households} hộ.")
	return nil
}

// choose finds the campaign to which the period belongs. The year of a campaign begins before that of the calendar (on 01/11), so that
// the last campaign that had begun is often that of the year to come: quarters, half-years and years take the campaign of their own
// year, months the one that has most of their days, the later one of equals. Where there is none it is the last that had begun.
func (c *counting) choose(ctx context.Context) (found bool, err error) {
	most := -1
	err = c.tx.All(ctx, func(scan func(...any) error) error {
		var id string
		var year, fits int
		var origin campaigns.Origin
		var starts, ends civil.Day
		if err := scan(&id, &year, &origin, &starts, &ends); err != nil {
			return err
		}
		if of := c.Of(); of.Kind == Month {
			fits = max(0, min(ends, c.To).Sub(max(starts, c.From))+1)
		} else if of.Year == year {
			fits = 1
		}
		if fits > most {
			most, found = fits, true
			c.campaign, c.Campaign, c.ours = id, year, origin == campaigns.Ours
		}
		return nil
	}, `select x.id, x.year, x.origin, x.starts_on, x.ends_on from campaigns x where x.ward_id = {ward} and x.starts_on <= $1 order by x.year desc`, string(c.To))
	return found, err
}

// results counts pledges, self-assessments, inspections and classes of the campaign to which the period belongs.
func (c *counting) results(ctx context.Context) error {
	if found, err := c.choose(ctx); err != nil || !found {
		c.Headline = "Chưa có đợt thi đua nào trong kỳ."
		return err
	}
	var err error
	if c.set, err = c.s.sets.OfCampaign(ctx, c.tx, c.campaign); err != nil {
		return err
	}
	groups, whole, err := results.TalliesTx(ctx, c.tx, c.campaign)
	if err != nil {
		return err
	}
	c.groups, c.tally = groups, whole
	if c.group != "" {
		c.tally = results.Tally{}
		for i := range groups {
			if groups[i].GroupID == c.group {
				c.tally = groups[i]
			}
		}
	}
	inside, err := c.inspectedInPeriod(ctx)
	if err != nil {
		return err
	}
	c.pledges()
	c.classes(inside)
	return nil
}

// inspectedInPeriod counts the houses that were inspected within the period, in whichever campaign: a period may go over from one to the
// next.
func (c *counting) inspectedInPeriod(ctx context.Context) (n int, err error) {
	err = c.tx.One(ctx, `select count(distinct r.house_id) from results r join houses h on h.ward_id = r.ward_id and h.id = r.house_id
		where {figures h} and h.status = 'active' and r.class <> 'not_inspected' and r.inspected_on >= $1 and r.inspected_on <= $2 and ($3 = '' or h.group_id = $3)`,
		string(c.From), string(c.To), c.group).Scan(&n)
	return n, err
}

func (c *counting) pledges() {
	t := &c.tally
	if !c.ours {
		return
	}
	c.count(Pledges, "pledged", "Hộ ký cam kết", t.Pledged, "Hộ đang giữ cam kết của đợt, "+c.until(), "")
	c.share(Pledges, "pledged_share", "Tỷ lệ hộ ký cam kết", t.Pledged, t.Households, false, "Hộ ký cam kết trên tổng số hộ", "/indicators/I5")
	c.count(Pledges, "assessed", "Số nhà gửi tự đánh giá", t.Assessed, "Số nhà đã gửi tự đánh giá của đợt, "+c.until(), "")
	c.share(Pledges, "assessed_share", "Tỷ lệ số nhà gửi tự đánh giá", t.Assessed, t.Houses, false, "Số nhà gửi tự đánh giá trên số hồ sơ", "")
	c.say(Pledges, "Đã có {pledged} hộ ký cam kết ({pledged_share}); {assessed} số nhà gửi tự đánh giá ({assessed_share}).")
}

func (c *counting) classes(inside int) {
	t, year := &c.tally, strconv.Itoa(c.Campaign)
	few := t.Inspected > 0 && t.Inspected < smallcells.Least
	c.count(always, "inspected_in", "Số nhà kiểm tra trong kỳ", inside, "Số nhà có lần kiểm tra được tính "+c.span(), "")
	c.count(always, "inspected", "Số nhà đã kiểm tra trong đợt", t.Inspected, "Lũy kế của đợt năm "+year+", "+c.until(), c.houses("state", "inspected"))
	c.share(always, "coverage", "Độ phủ kiểm tra", t.Inspected, t.Houses, false, "Số nhà đã kiểm tra trên số hồ sơ", "/indicators/I2")
	c.say(always, "Trong kỳ đã kiểm tra {inspected_in} số nhà; lũy kế cả đợt năm "+year+" đã kiểm tra {inspected} số nhà, độ phủ {coverage}.")
	c.Headline = "Đã kiểm tra " + civil.Int(t.Inspected) + "/" + civil.Int(t.Houses) + " hồ sơ; chưa đủ số để nêu kết quả."
	if few || t.Inspected == 0 {
		c.say(always, "Mới kiểm tra dưới 5 số nhà nên chưa nêu kết quả, để không lộ kết quả của từng số nhà.")
		return
	}
	how := "Kết quả đã duyệt hoặc đang chờ duyệt của đợt, " + c.until()
	c.count(always, "safe", "Số nhà đạt an toàn", t.Safe, how, c.houses("state", criteria.Safe.String()))
	c.share(always, "safe_share", "Tỷ lệ số nhà đạt an toàn", t.Safe, t.Inspected, false, "Số nhà đạt an toàn trên số đã kiểm tra", "/indicators/I1")
	c.count(always, "conditional", "Số nhà đạt có điều kiện", t.Conditional, how+"; chưa tính là đạt an toàn", c.houses("state", criteria.Conditional.String()))
	c.count(always, "not_safe", "Số nhà chưa đạt", t.NotSafe, how, c.houses("state", criteria.NotSafe.String()))
	c.say(always, "{safe} số nhà đạt an toàn ({safe_share} số đã kiểm tra); {conditional} số nhà đạt có điều kiện, {not_safe} số nhà chưa đạt.")
	if t.Waiting > 0 {
		c.count(always, "waiting", "Đề nghị xếp loại chờ duyệt", t.Waiting, "Đề nghị chưa được chỉ huy duyệt, "+c.until(), c.houses("stage", "proposed"))
		c.say(always, "Số liệu tạm tính: còn {waiting} đề nghị xếp loại chờ chỉ huy duyệt.")
	}
	c.Headline = "Đã kiểm tra " + civil.Int(t.Inspected) + "/" + civil.Int(t.Houses) + " hồ sơ; " + civil.Int(t.Safe) + " số nhà đạt an toàn (" +
		civil.Percent(t.Safe, t.Inspected) + ")."
}

// contents says how many of the houses inspected item by item pass each of the six contents.
func (c *counting) contents(ctx context.Context) error {
	if c.campaign == "" {
		return nil
	}
	var n int
	if err := c.tx.One(ctx, `select count(*) from results r join houses h on h.ward_id = r.ward_id and h.id = r.house_id
		where {figures h} and h.status = 'active' and r.campaign_id = $1 and r.class <> 'not_inspected' and r.contents <> '' and ($2 = '' or h.group_id = $2)`,
		c.campaign, c.group).Scan(&n); err != nil || n < smallcells.Least {
		return err
	}
	t := Table{
		Section: Contents, Title: "Ba tự phòng, ba tự quản", Unit: "Đơn vị: số nhà", How: "Số nhà đạt nội dung trên số nhà đã kiểm tra theo từng tiêu chí, " + c.until(),
		Head: []string{"Mã", "Nội dung", "Đã kiểm tra", "Đạt", "Tỷ lệ đạt"},
	}
	for i := range min(len(c.tally.Passed), len(c.set.Contents)) {
		x, passed := &c.set.Contents[i], c.tally.Passed[i]
		t.Rows = append(t.Rows, []Value{{Text: x.Code}, {Text: x.Name.VI}, number(n), number(passed), percent(passed, n)})
	}
	c.table(t)
	return nil
}

func number(n int) Value {
	f := float64(n)
	return Value{Text: civil.Int(n), N: &f}
}

func percent(part, of int) Value {
	if of == 0 {
		return Value{Text: "–"}
	}
	f := float64(civil.PercentTenths(part, of)) / 10
	return Value{Text: civil.Percent(part, of), N: &f}
}

func linked(v Value, rows string) Value {
	v.Rows = rows
	return v
}

// mostShort is how many criteria the report names as falling short most.
const mostShort = 10

// shortfalls names the criteria on which most inspected houses do not reach Đạt, as boards and the report of the campaign count them,
// and counts what inspections noted. One on which only a few houses fall short would tell of them, and is no shortcoming of the ward.
func (c *counting) shortfalls(ctx context.Context) error {
	if c.campaign == "" || c.tally.Inspected < smallcells.Least {
		return nil
	}
	answered, err := results.ItemsTx(ctx, c.tx, c.set, c.campaign, c.group)
	if err != nil {
		return err
	}
	below := func(i int) int { return answered[i].Below() }
	var worst []int
	for i := range answered {
		if below(i) >= smallcells.Least {
			worst = append(worst, i)
		}
	}
	slices.SortStableFunc(worst, func(a, b int) int { return cmp.Compare(below(b), below(a)) })
	worst = worst[:min(len(worst), mostShort)]
	if len(worst) > 0 {
		t := Table{
			Section: Shortfalls, Title: fmt.Sprintf("%d tiêu chí nhiều số nhà chưa đạt nhất", len(worst)), Unit: "Đơn vị: số nhà",
			How:  fmt.Sprintf("Số nhà đã kiểm tra chưa đạt hoặc mới đạt một phần tiêu chí đó, từ %d số nhà trở lên, %s", smallcells.Least, c.until()),
			Head: []string{"Mã", "Tiêu chí", "Số nhà"},
		}
		for _, i := range worst {
			item, _ := c.set.Item(i)
			text := item.Text.VI
			if item.Required {
				text, t.Note = "★ "+text, "★: điều kiện bắt buộc."
			}
			t.Rows = append(t.Rows, []Value{{Text: item.Code}, {Text: text}, linked(number(below(i)), c.houses("below", item.Code))})
		}
		c.table(t)
	}
	return c.noted(ctx)
}

// noted counts the shortcomings that inspections noted: within the period, and in the campaign. One is overdue as boards and lists of
// houses say it is.
func (c *counting) noted(ctx context.Context) error {
	from, to := c.milli()
	late := `s.state = 'open' and ` + measures.LateShortcoming("s", "$4")
	var inside, open, overdue, mended, houses int
	if err := c.tx.One(ctx, `select count(*) filter (where s.noted_at >= $2 and s.noted_at < $3), count(*) filter (where s.campaign_id = $1 and s.state = 'open'),
			count(*) filter (where s.campaign_id = $1 and `+late+`), count(*) filter (where s.campaign_id = $1 and s.state = 'mended'),
			count(distinct s.house_id) filter (where `+late+`)
		from shortcomings s join houses h on h.ward_id = s.ward_id and h.id = s.house_id
		where {figures h} and h.status = 'active' and s.state in ('open', 'mended') and ($5 = '' or h.group_id = $5)`,
		c.campaign, from, to, string(civil.DayOf(c.AsOf)), c.group).Scan(&inside, &open, &overdue, &mended, &houses); err != nil {
		return err
	}
	how := "Tồn tại do kiểm tra của đợt ghi nhận, " + c.until()
	c.count(Shortfalls, "noted_in", "Tồn tại ghi nhận trong kỳ", inside, "Tồn tại do kiểm tra ghi nhận "+c.span(), "")
	c.count(Shortfalls, "short_open", "Tồn tại chờ khắc phục", open, how, "")
	c.count(Shortfalls, "short_late", "Tồn tại quá hạn", overdue, how+"; hạn lấy ở biện pháp khắc phục", "")
	c.count(Shortfalls, "short_late_houses", "Số nhà có tồn tại quá hạn", houses, "Số nhà có tồn tại quá hạn, kể cả của các đợt trước, "+c.until(), c.houses("late", "1"))
	c.count(Shortfalls, "short_mended", "Tồn tại đã khắc phục", mended, how, "")
	c.say(Shortfalls, "Kiểm tra trong kỳ ghi nhận {noted_in} tồn tại; tính cả đợt đã khắc phục {short_mended}, đang chờ khắc phục {short_open}, trong đó quá hạn {short_late}.")
	return nil
}

// byGroup is the annex of the ward with a line for each residential group; small groups stay untold, with what would give them away.
func (c *counting) byGroup(context.Context) error {
	if c.group != "" || c.campaign == "" || len(c.groups) < 2 {
		return nil
	}
	shares := make([]smallcells.Share, len(c.groups))
	for i := range c.groups {
		shares[i] = smallcells.Share{ID: c.groups[i].GroupID, Part: c.groups[i].Safe, Of: c.groups[i].Inspected}
	}
	hidden, whole := smallcells.Groups(shares)
	t := Table{
		Section: ByGroup, Title: "Kết quả theo tổ dân phố", Unit: "Đơn vị: số nhà", How: "Lũy kế của đợt năm " + strconv.Itoa(c.Campaign) + ", " + c.until(),
		Head: []string{"TT", "Tổ dân phố", "Số hộ", "Hồ sơ", "Đã kiểm tra", "Đạt an toàn", "Có điều kiện", "Chưa đạt", "Độ phủ", "Tỷ lệ đạt an toàn"},
	}
	line := func(first, name string, g *results.Tally, hide bool, group string) {
		filter := func(pairs ...string) string {
			if group == "" {
				return ""
			}
			return c.houses(append(pairs, "group", group)...)
		}
		told := func(n int, rows string) Value {
			if hide {
				return Value{Text: "–"}
			}
			return linked(number(n), rows)
		}
		rate := percent(g.Safe, g.Inspected)
		if hide {
			rate = Value{Text: "–"}
		}
		t.Rows = append(t.Rows, []Value{
			{Text: first}, {Text: name}, number(g.Households), linked(number(g.Houses), filter()), linked(number(g.Inspected), filter("state", "inspected")),
			told(g.Safe, filter("state", criteria.Safe.String())), told(g.Conditional, filter("state", criteria.Conditional.String())),
			told(g.NotSafe, filter("state", criteria.NotSafe.String())), percent(g.Inspected, g.Houses), rate,
		})
	}
	for i := range c.groups {
		g := &c.groups[i]
		line(strconv.Itoa(i+1), cmp.Or(g.Name, "Chưa thuộc tổ nào"), g, hidden[i], g.GroupID)
	}
	line("", "Cộng", &c.tally, whole, "")
	if slices.Contains(hidden, true) {
		t.Note = fmt.Sprintf("–: có tổ mới kiểm tra dưới %d số nhà; không nêu để không lộ kết quả của từng số nhà.", smallcells.Least)
	}
	c.table(t)
	return nil
}
