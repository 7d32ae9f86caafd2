package inspections

import (
	"context"
	"fmt"
	"strings"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ward/campaigns"
	"sonha/ward/criteria"
	"sonha/ward/criteria/paper"
)

// Taken says what came of inspection sheets that were filled in on paper. The classes are those that the rules gave
// and that wait for approval now.
type Taken struct {
	paper.Taken

	Safe        int `json:"safe"`
	Conditional int `json:"conditional"`
	NotSafe     int `json:"not_safe"`
}

// TakePaper takes inspections in that were noted on paper: each is recorded as finished with the class that the
// rules give, what falls short gets the measure that the criteria propose, and the proposal waits for approval. A
// sheet must say as much as one that is finished in the browser (MissingIn). All of the good rows go in or none;
// taking a file twice changes nothing. With dry nothing is written. progress may be nil.
func (s *Store) TakePaper(ctx context.Context, who access.Actor, campaign string, b *paper.Batch, dry bool, progress func(done, total int)) (*Taken, error) {
	if progress == nil {
		progress = func(int, int) {}
	}
	run := s.db.Write
	if dry {
		run = s.db.Read
	}
	var t *taking
	err := run(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.Inspect); err != nil {
			return err
		}
		t = &taking{store: s, tx: tx, dry: dry, batch: b, taken: &Taken{Taken: b.Begin()}}
		if err := t.known(ctx, campaign); err != nil {
			return err
		}
		for i := range b.Rows {
			if err := t.row(ctx, &b.Rows[i]); err != nil {
				return err
			}
			progress(i+1, len(b.Rows))
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return t.taken, nil
}

type taking struct {
	store    *Store
	tx       *db.Tx
	dry      bool
	batch    *paper.Batch
	taken    *Taken
	campaign campaigns.Campaign
	houses   map[houseKey]*visited
	crews    *crews // read when the first sheet is recorded
}

type houseKey struct{ street, number string }

// visited is a house with what the campaign has of its inspections. Earlier holds all their findings, Visit the
// last one that was finished.
type visited struct {
	Inspection

	key      houseKey
	line     paper.Line
	active   bool
	finished bool
	draft    bool
}

// known reads every house within reach with what the campaign has of it.
func (t *taking) known(ctx context.Context, campaign string) error {
	var err error
	if t.campaign, err = campaigns.InTx(ctx, t.tx, campaign); err != nil {
		return err
	}
	set, err := t.store.sets.OfCampaign(ctx, t.tx, campaign)
	if err != nil {
		return err
	}
	if err := t.batch.Fits(set, t.campaign.Year); err != nil {
		return err
	}
	list, err := t.store.visited(ctx, t.tx, &t.campaign)
	t.houses = make(map[houseKey]*visited, len(list))
	for i := range list {
		t.houses[list[i].key] = &list[i]
	}
	return err
}

// visited lists the houses within reach, in walking order, with their inspections of the campaign.
func (s *Store) visited(ctx context.Context, tx *db.Tx, c *campaigns.Campaign) ([]visited, error) {
	var list []visited
	set, err := s.sets.OfCampaign(ctx, tx, c.ID)
	if err != nil {
		return nil, err
	}
	if err := tx.All(ctx, func(scan func(...any) error) error {
		v := visited{Inspection: Inspection{
			CampaignID: c.ID, Year: c.Year, Phase: c.Phase, Starts: c.Starts, Kind: Planned, State: Draft, Earlier: set.Blank(), Set: set,
		}}
		if err := scan(&v.key.street, &v.key.number, &v.House.ID, &v.line.Group, &v.line.Street, &v.line.Number, &v.line.Households, &v.active, &v.Self); err != nil {
			return err
		}
		v.House.Number, v.House.Street, v.Self = v.line.Number, v.line.Street, sound(set, v.Self)
		list = append(list, v)
		return nil
	}, `select st.name_key, h.number_key, h.id, coalesce(g.name, ''), st.name, h.number, h.households, h.status = 'active',
			coalesce(case when a.state = 'sent' then a.answers end, '')
		from houses h
		join streets st on st.ward_id = h.ward_id and st.id = h.street_id
		left join areas g on g.ward_id = h.ward_id and g.id = h.group_id
		left join assessments a on a.ward_id = h.ward_id and a.campaign_id = $1 and a.house_id = h.id
		where {scope h} order by h.sort_key, h.id`, c.ID); err != nil {
		return nil, err
	}
	byID := make(map[string]*visited, len(list))
	for i := range list {
		byID[list[i].House.ID] = &list[i]
	}
	return list, tx.All(ctx, func(scan func(...any) error) error {
		var house string
		var state State
		var v Visit
		var found criteria.Answers
		if err := scan(&house, &state, &v.On, &found, &v.Members, &v.ResidentSide, &v.Remarks, &v.HeadComment); err != nil {
			return err
		}
		x := byID[house]
		switch {
		case x == nil:
		case state == Draft:
			x.draft = true
		default:
			x.finished, x.Visit, x.Earlier = true, v, criteria.Merge(set, x.Earlier, sound(set, found))
		}
		return nil
	}, `select i.house_id, i.state, i.inspected_on, i.findings, i.members, i.resident_side, i.remarks, i.head_comment from inspections i
		where {scope i.house} and i.campaign_id = $1 and i.state <> 'dropped' order by i.id`, c.ID)
}

// row takes one sheet.
func (t *taking) row(ctx context.Context, r *paper.Row) error {
	v := t.houses[houseKey{r.Street.Key, r.Number.Key}]
	refuse := func(p paper.Problem) error {
		t.taken.Refuse(r, p)
		return nil
	}
	switch {
	case v == nil:
		return refuse(paper.Problem{Code: paper.UnknownHouse, Value: r.Address()})
	case v.finished && v.agrees(r):
		t.taken.Unchanged++
		return nil
	case v.finished:
		return refuse(paper.Problem{Code: paper.AlreadyInspected})
	case !v.active:
		return refuse(paper.Problem{Code: paper.NotActive})
	case !t.campaign.Phase.Allows(campaigns.Visiting):
		return refuse(paper.Problem{Code: paper.WrongPhase, Value: string(t.campaign.Phase)})
	case v.draft:
		return refuse(paper.Problem{Code: paper.UnderWay})
	}
	if p := r.Check(v.Set); p.Code != "" {
		return refuse(p)
	}
	i := v.Inspection
	i.Found = r.Answers
	i.Visit = Visit{On: r.On, Members: r.Members, ResidentSide: r.ResidentSide, Remarks: r.Remarks, HeadComment: r.HeadComment}.tidy()
	if p := t.incomplete(&i); p.Code != "" {
		return refuse(p)
	}
	t.taken.New++
	switch criteria.Judge(i.Set, i.Known(i.Set)).Class {
	case criteria.Safe:
		t.taken.Safe++
	case criteria.Conditional:
		t.taken.Conditional++
	case criteria.NotSafe:
		t.taken.NotSafe++
	}
	if t.dry {
		return nil
	}
	if t.crews == nil {
		of, err := crewsOf(ctx, t.tx)
		if err != nil {
			return err
		}
		t.crews = &of
	}
	_, err := t.store.record(ctx, t.tx, Full{CampaignID: i.CampaignID, HouseID: i.House.ID, Kind: i.Kind, Visit: i.Visit, Self: i.Self, Found: i.Found}, t.crews)
	return err
}

// agrees reports that a sheet says nothing else than what is known.
func (v *visited) agrees(r *paper.Row) bool {
	for at := range len(r.Answers) {
		if said := r.Answers.At(at); said != criteria.Unanswered && said != v.Earlier.At(at) {
			return false
		}
	}
	for _, x := range [][2]string{
		{string(r.On), string(v.On)}, {r.Members, v.Members}, {r.ResidentSide, v.ResidentSide}, {r.Remarks, v.Remarks}, {r.HeadComment, v.HeadComment},
	} {
		if x[0] != "" && listed(x[0]) != listed(x[1]) {
			return false
		}
	}
	return true
}

// listed brings a text into the form in which the workbook keeps it: one line, or one item a line.
func listed(s string) string {
	return strings.Join(strings.FieldsFunc(civil.NFCLines(strings.ReplaceAll(s, ";", "\n")), func(r rune) bool { return r == '\n' }), "\n")
}

// incomplete says what keeps a sheet from being a finished inspection; its code is empty when nothing does.
func (t *taking) incomplete(i *Inspection) paper.Problem {
	for _, f := range i.check() {
		if f.Key == "fault.too_long" {
			return paper.Problem{Code: paper.TooLong}
		}
	}
	p := paper.Problem{}
	var said []string
	lacks := map[string][]string{} // codes of items by what they lack
	for _, m := range MissingIn(i.Set, i, civil.DayOf(t.tx.Now)) {
		key := strings.TrimPrefix(m.Key, "inspections.missing.")
		switch {
		case key == "measure": // the criteria propose one
		case key == "day_ahead" || key == "day_early":
			return paper.Problem{Code: paper.BadDate, Value: i.On.Display()}
		case m.Item != nil:
			lacks[key] = append(lacks[key], m.Item.Code)
			p.Items = append(p.Items, m.Item.Code)
			p.Code = paper.Incomplete
		default:
			said = append(said, saidMissing[key])
			p.Code = paper.Incomplete
		}
	}
	if codes := lacks["required"]; len(codes) > 0 {
		said = append(said, "Xem tiêu chí bắt buộc: "+strings.Join(codes, ", ")+".")
	}
	if codes := lacks["open"]; len(codes) > 0 {
		said = append(said, "Xem thêm tiêu chí mà nhà chưa tự đánh giá: "+strings.Join(codes, ", ")+".")
	}
	p.Value = strings.Join(said, " ")
	return p
}

// What a sheet as a whole lacks, for the column of errors.
var saidMissing = map[string]string{
	"day": "Ghi ngày kiểm tra.", "members": "Ghi thành phần đoàn.", "resident_side": "Ghi đại diện phía nhân dân.",
	"same_person": "Ghi đại diện phía nhân dân là người khác với người trong đoàn.", "nothing": "Chưa ghi kết quả mục nào.",
}

// PaperLines gives a line for every house in use within the actor's reach, in walking order, with what finished
// inspections of the campaign found, and leaves a line in the audit trail. The house's own rating is left out: a
// finding is what the inspectors saw.
func (s *Store) PaperLines(ctx context.Context, who access.Actor, campaign string) ([]paper.Line, error) {
	var lines []paper.Line
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.SeeHouses); err != nil {
			return err
		}
		c, err := campaigns.InTx(ctx, tx, campaign)
		if err != nil {
			return err
		}
		list, err := s.visited(ctx, tx, &c)
		if err != nil {
			return err
		}
		lines = nil
		for i := range list {
			v := &list[i]
			if !v.active {
				continue
			}
			v.line.Entry = paper.Entry{
				Answers: v.Earlier, Pledged: paper.NotSaid, On: v.On,
				Members: v.Members, ResidentSide: v.ResidentSide, Remarks: v.Remarks, HeadComment: v.HeadComment,
			}
			lines = append(lines, v.line)
		}
		return tx.Audit(ctx, db.Entry{Action: "inspection.sheet", Object: "campaign", ID: campaign, Detail: fmt.Sprintf("%d số nhà", len(lines))})
	})
	return lines, err
}
