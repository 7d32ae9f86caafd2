package inspections

import (
	"context"
	"strings"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/criteria"
	"sonha/ward/measures"
)

// Proposal is the class that the officer proposes when finishing. Reason is required when it is not the
// rule's.
type Proposal struct {
	Class   criteria.Class
	Reason  string
	Version int // of the inspection that the officer saw
	Signing Signing

	crews *crews // nil: read anew
}

// Finish ends an inspection: its findings become the house's result, waiting for approval. From then on
// nothing in it changes. Earlier shortcomings of the items that were looked at are mended or replaced.
func (s *Store) Finish(ctx context.Context, who access.Actor, id string, p Proposal) (Inspection, error) {
	var i Inspection
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		var err error
		if i, err = s.draft(ctx, tx, id); err != nil {
			return err
		}
		if i.Version != p.Version {
			return fault.Conflict("inspections.finish_changed")
		}
		if missing := MissingIn(i.Set, &i, civil.DayOf(tx.Now)); len(missing) > 0 {
			return fault.Refused("inspections.not_complete", "N", len(missing))
		}
		if len([]rune(p.Reason)) > mostText {
			return fault.Invalid("reason", "fault.too_long", "Most", mostText)
		}
		if err := fault.InvalidFields(p.Signing.check()); err != nil {
			return err
		}
		if err := sign(ctx, tx, &i, p.Signing); err != nil {
			return err
		}
		return s.finish(ctx, tx, &i, p)
	})
	return i, err
}

func (s *Store) finish(ctx context.Context, tx *db.Tx, i *Inspection, p Proposal) error {
	home, by, err := beats(ctx, tx, i, p.crews)
	if err != nil {
		return err
	}
	if err := tx.Must1(tx.Exec(ctx, `update inspections as i set state = 'finished', finished_at = $1, finished_by = $2, home_beat = $4, by_beat = $5, updated_at = $1,
			version = i.version + 1
		where {scope i.house} and i.id = $3 and i.state = 'draft'`, tx.Millis(), tx.Who.Name(), i.ID, db.OrNull(home), db.OrNull(by))); err != nil {
		return err
	}
	if err := s.settle(ctx, tx, i); err != nil {
		return err
	}
	if err := s.judge.Inspected(ctx, tx, Outcome{
		Campaign: i.CampaignID, House: i.House.ID, Inspection: i.ID, Self: i.Self, Found: i.Findings(i.Set), On: i.On,
		Class: p.Class, Reason: p.Reason, HeadComment: i.HeadComment != "",
	}); err != nil {
		return err
	}
	if err := s.tell(ctx, tx, i); err != nil {
		return err
	}
	return s.audit(ctx, tx, i, "inspection.finish", saidKind[i.Kind]+", đề nghị "+strings.ToLower(p.Class.Name().VI))
}

// settle closes the earlier shortcomings of the items that this inspection looked at: mended where they pass
// now, replaced where this inspection notes them anew. What this inspection notes becomes a measure; where it
// takes the place of an earlier one, that one has not helped.
func (s *Store) settle(ctx context.Context, tx *db.Tx, i *Inspection) error {
	before, err := OpenShortcomings(ctx, tx, i.House.ID)
	if err != nil {
		return err
	}
	fresh := map[string]bool{}
	for at := range i.Shortcomings {
		fresh[i.Shortcomings[at].ID] = true
	}
	for _, old := range before {
		at := i.Set.Index(old.Item)
		if old.InspectionID == i.ID || i.Found.At(at) == criteria.Unanswered {
			continue
		}
		state, now := Mended, (*Shortcoming)(nil)
		if short(i.Found.At(at)) {
			state, now = Replaced, i.Shortcoming(old.Item)
		}
		var next *measures.New
		if now != nil {
			next = asMeasure(i, now)
			delete(fresh, now.ID)
		}
		if _, err := measures.Settle(ctx, tx, origin(&old), next); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `update shortcomings as x set state = $1 where {scope x.house} and x.id = $2`, state, old.ID); err != nil {
			return err
		}
	}
	for at := range i.Shortcomings {
		x := &i.Shortcomings[at]
		if !fresh[x.ID] {
			continue
		}
		if _, err := measures.Open(ctx, tx, *asMeasure(i, x)); err != nil {
			return err
		}
	}
	return sameDays(ctx, tx, i)
}

// sameDays puts the days of the measures onto the sheet: one that fell on a day off was moved to the next working day, and the house
// reads one day in both places.
func sameDays(ctx context.Context, tx *db.Tx, i *Inspection) error {
	_, err := tx.Exec(ctx, `update shortcomings as x set due_on = coalesce((select min(m.due_on) from measures m
			where m.ward_id = x.ward_id and m.source = 'inspection' and m.source_id = x.id and m.due_on <> ''), x.due_on)
		where {scope x.house} and x.inspection_id = $1 and x.state = 'open'`, i.ID)
	return err
}

// Corrected closes the open shortcomings of the items that the command has corrected to pass, after the house asked for another look:
// corrected are answers to the set. House and command say the same, which turns the second key on their measures. What was found and noted stays on its sheet.
func (s *Store) Corrected(ctx context.Context, tx *db.Tx, house string, set *criteria.Set, corrected criteria.Answers) error {
	open, err := OpenShortcomings(ctx, tx, house)
	if err != nil {
		return err
	}
	for i := range open {
		x := &open[i]
		if v := corrected.At(set.Index(x.Item)); v == criteria.Unanswered || short(v) {
			continue
		}
		if _, err := measures.Settle(ctx, tx, origin(x), nil); err != nil {
			return err
		}
		if err := tx.Must1(tx.Exec(ctx, `update shortcomings as x set state = $1 where {scope x.house} and x.id = $2`, Mended, x.ID)); err != nil {
			return err
		}
		if err := tx.Audit(ctx, db.Entry{Action: "shortcoming.mended", Object: "shortcoming", ID: x.ID, House: house, Detail: x.Item + ": sửa theo đề nghị xem lại"}); err != nil {
			return err
		}
	}
	return nil
}

func scanShortcoming(scan func(...any) error) (Shortcoming, error) {
	var x Shortcoming
	var what string
	err := scan(&x.ID, &x.InspectionID, &x.HouseID, &x.Item, &what, &x.Note, &x.Measure, &x.Owner, &x.Due, &x.State)
	if what != "" {
		x.What = strings.Split(what, whatDivider)
	}
	return x, err
}

const shortColumns = `x.id, x.inspection_id, x.house_id, x.item, x.what, x.note, x.measure, x.owner, x.due_on, x.state`

// shortcomings lists those of one inspection in the order of the set, dropped ones left out.
func shortcomings(ctx context.Context, tx *db.Tx, set *criteria.Set, id string) ([]Shortcoming, error) {
	byItem := map[string]Shortcoming{}
	if err := tx.All(ctx, func(scan func(...any) error) error {
		x, err := scanShortcoming(scan)
		byItem[x.Item] = x
		return err
	}, `select `+shortColumns+` from shortcomings x where {scope x.house} and x.inspection_id = $1 and x.state <> 'dropped'`, id); err != nil || len(byItem) == 0 {
		return nil, err
	}
	var list []Shortcoming
	for _, code := range set.Codes() {
		if x, ok := byItem[code]; ok {
			list = append(list, x)
		}
	}
	return list, nil
}

// OpenShortcomings lists what falls short at a house and is not mended yet, of finished inspections of any
// year, the nearest due day first. Its reach is the actor's.
func OpenShortcomings(ctx context.Context, tx *db.Tx, house string) ([]Shortcoming, error) {
	var list []Shortcoming
	err := tx.All(ctx, func(scan func(...any) error) error {
		x, err := scanShortcoming(scan)
		list = append(list, x)
		return err
	}, `select `+shortColumns+` from shortcomings x
		join inspections i on i.ward_id = x.ward_id and i.id = x.inspection_id
		where {scope x.house} and x.house_id = $1 and x.state = 'open' and i.state = 'finished' order by x.due_on, x.id`, house)
	return list, err
}

// origin is the source of a shortcoming's measure.
func origin(x *Shortcoming) measures.Origin {
	return measures.Origin{Source: measures.FromInspection, ID: x.ID, Href: home(x.InspectionID)}
}

// The owners of a shortcoming among those of a measure.
var ownerOf = map[Owner]measures.Owner{ByHouse: measures.ByHouse, ByOfficer: measures.ByOfficer, ByWard: measures.ByWard, ByOther: measures.Elsewhere}

// asMeasure is the measure of a shortcoming. The head hears of all of them at once.
func asMeasure(i *Inspection, x *Shortcoming) *measures.New {
	n := &measures.New{From: origin(x), House: i.House.ID, Item: x.Item, Content: x.Measure, Owner: ownerOf[x.Owner], Due: x.Due, On: i.On, Silent: x.Owner == ByHouse}
	if item, _ := i.Set.Item(i.Set.Index(x.Item)); item != nil && n.Content == "" {
		n.Content = item.Action.VI
	}
	if n.Owner == "" {
		n.Owner, n.Silent = measures.ByHouse, true
	}
	return n
}

// MeasureClosed notes that a shortcoming is mended once the second key has turned on its measure. While another measure takes the
// place of one that did not help, it stays open. ward/measures calls it in its own transaction.
func (s *Store) MeasureClosed(ctx context.Context, tx *db.Tx, m measures.Measure) error {
	if m.State != measures.Verified {
		return nil
	}
	if _, err := tx.Exec(ctx, `update shortcomings as x set state = 'mended' where {scope x.house} and x.id = $1 and x.state = 'open'`, m.From.ID); err != nil {
		return err
	}
	return tx.Audit(ctx, db.Entry{Action: "shortcoming.mended", Object: "shortcoming", ID: m.From.ID, House: m.House.ID, Detail: m.Item + ": đã khắc phục"})
}

// Full is a whole inspection, for demo data and tests of rooms above.
type Full struct {
	CampaignID, HouseID string
	Kind                Kind
	Visit               Visit
	Self, Found         criteria.Answers // Self as it was sent, all open without one
	Class               criteria.Class   // NotInspected: the rule's
	Reason              string
	Shortcomings        []Shortcoming // those left out get the measure that the criteria propose
}

// Record writes a finished inspection in one go, whatever the phase of its campaign, and gives its id.
func (s *Store) Record(ctx context.Context, tx *db.Tx, f Full) (string, error) {
	return s.record(ctx, tx, f, nil)
}

func (s *Store) record(ctx context.Context, tx *db.Tx, f Full, of *crews) (string, error) {
	if err := tx.Need(access.Inspect); err != nil {
		return "", err
	}
	i := Inspection{
		ID: tx.NewID(), CampaignID: f.CampaignID, House: House{ID: f.HouseID}, Kind: f.Kind, State: Draft,
		Visit: f.Visit.tidy(),
	}
	var err error
	if i.Set, err = s.sets.OfCampaign(ctx, tx, f.CampaignID); err != nil {
		return "", err
	}
	i.Self, i.Found = sound(i.Set, f.Self), sound(i.Set, f.Found)
	if i.Earlier, err = earlier(ctx, tx, i.Set, f.CampaignID, f.HouseID, i.ID); err != nil {
		return "", err
	}
	if _, err := tx.Exec(ctx, insert, i.ID, f.CampaignID, f.HouseID, string(f.Kind), string(Draft), string(i.On), string(i.Found), len(i.Found)-i.Found.Unanswered(),
		i.Members, i.ResidentSide, i.Present, i.Remarks, i.HeadComment, tx.Millis(), tx.Who.Name(), nil, ""); err != nil {
		return "", err
	}
	typed := map[string]Shortcoming{}
	for _, x := range f.Shortcomings {
		typed[x.Item] = x
	}
	if _, err := s.noteAll(ctx, tx, &i, typed); err != nil {
		return "", err
	}
	if f.Class == criteria.NotInspected {
		f.Class = criteria.Judge(i.Set, i.Known(i.Set)).Class
	}
	return i.ID, s.finish(ctx, tx, &i, Proposal{Class: f.Class, Reason: f.Reason, crews: of})
}
