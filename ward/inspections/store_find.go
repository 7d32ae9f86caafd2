package inspections

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/civil/personal"
	"sonha/ground/fault"
	"sonha/ward/criteria"
)

// Finding is what the inspectors found at one item. What falls short carries its shortcoming.
type Finding struct {
	Item  string
	Value criteria.Value
	Short Shortcoming // only of Partly and Fail
	// Base is the finding that the form was opened with, when HasBase: changed meanwhile to yet another, it is not
	// overwritten.
	Base    criteria.Value
	HasBase bool
}

// DiffersError is the error of a finding that was made without knowing of another: nothing of it is written.
type DiffersError struct{ Stored Inspection }

// Error is for logs; pages show both versions.
func (d *DiffersError) Error() string { return "inspections: the finding was changed meanwhile" }

// check refuses a finding that the item does not have.
func check(item *criteria.Item, v criteria.Value) error {
	if v <= criteria.Unanswered || v > criteria.Pass {
		return fault.Invalid("finding", "inspections.choose_finding")
	}
	if v == criteria.NA && !item.AllowsNA() {
		return fault.Invalid("finding", "inspections.applies_to_all")
	}
	return nil
}

// Find writes one finding, at once and for good; the last one counts, earlier ones stay in the history.
// The same again writes nothing.
func (s *Store) Find(ctx context.Context, who access.Actor, id string, f Finding) (Inspection, error) {
	var i Inspection
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		var err error
		if i, err = s.draft(ctx, tx, id); err != nil {
			return err
		}
		at := i.Set.Index(f.Item)
		item, _ := i.Set.Item(at)
		if item == nil {
			return fault.NotFound("fault.not_found")
		}
		if err := check(item, f.Value); err != nil {
			return err
		}
		if now := i.Found.At(at); f.HasBase && now != f.Base && now != f.Value {
			return &DiffersError{i}
		}
		if short(f.Value) {
			f.Short = f.Short.tidy(item)
			if err := fault.InvalidFields(f.Short.check(i.On)); err != nil {
				return err
			}
		}
		changed := i.Found.At(at) != f.Value
		i.Found = i.Found.With(at, f.Value)
		noted, err := s.note(ctx, tx, &i, item, f.Value, f.Short)
		if err != nil || (!changed && !noted) {
			return err
		}
		if err := s.write(ctx, tx, &i); err != nil {
			return err
		}
		return s.audit(ctx, tx, &i, "inspection.find", item.Code+": "+said(f.Value))
	})
	return i, err
}

func (s *Store) audit(ctx context.Context, tx *db.Tx, i *Inspection, action, detail string) error {
	return tx.Audit(ctx, db.Entry{Action: action, Object: "inspection", ID: i.ID, House: i.House.ID, Detail: detail})
}

// write brings the findings and the visit of a draft to the table.
func (s *Store) write(ctx context.Context, tx *db.Tx, i *Inspection) error {
	i.Version++
	return tx.Must1(tx.Exec(ctx, `update inspections as i set findings = $1, found = $2, inspected_on = $3, members = $4, resident_side = $5, present = $6, remarks = $7,
			head_comment = $8, updated_at = $9, version = i.version + 1
		where {scope i.house} and i.id = $10 and i.state = 'draft'`,
		string(i.Found), len(i.Found)-i.Found.Unanswered(), string(i.On), i.Members, i.ResidentSide, i.Present, i.Remarks, i.HeadComment, tx.Millis(), i.ID))
}

// tidy cleans what was typed and keeps only the chips that the item has.
func (s Shortcoming) tidy(item *criteria.Item) Shortcoming {
	s.Note, s.Measure = civil.NFCLines(s.Note), civil.NFC(s.Measure)
	var known []string
	for _, chip := range item.Chips {
		if slices.Contains(s.What, chip.VI) {
			known = append(known, chip.VI)
		}
	}
	s.What, s.Item, s.State = known, item.Code, Open
	return s
}

// note keeps the shortcoming of an item as its value wants it: written while it falls short, dropped
// otherwise. It says whether something changed.
func (s *Store) note(ctx context.Context, tx *db.Tx, i *Inspection, item *criteria.Item, v criteria.Value, n Shortcoming) (bool, error) {
	old := i.Shortcoming(item.Code)
	if !short(v) {
		if old == nil {
			return false, nil
		}
		i.Shortcomings = slices.DeleteFunc(i.Shortcomings, func(x Shortcoming) bool { return x.Item == item.Code })
		_, err := tx.Exec(ctx, `update shortcomings as x set state = 'dropped', noted_at = $1 where {scope x.house} and x.inspection_id = $2 and x.item = $3`,
			tx.Millis(), i.ID, item.Code)
		return true, err
	}
	if old != nil && old.same(n) {
		return false, nil
	}
	n.ID, n.InspectionID, n.HouseID = tx.NewID(), i.ID, i.House.ID
	if old != nil {
		n.ID = old.ID
		*old = n
	} else {
		i.Shortcomings = append(i.Shortcomings, n)
	}
	_, err := tx.Exec(ctx, `insert into shortcomings (ward_id, id, inspection_id, campaign_id, house_id, item, what, note, measure, owner, due_on, state, noted_at, noted_by)
		values ({ward}, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'open', $11, $12)
		on conflict (ward_id, inspection_id, item) do update set what = excluded.what, note = excluded.note, measure = excluded.measure, owner = excluded.owner,
			due_on = excluded.due_on, state = 'open', noted_at = excluded.noted_at, noted_by = excluded.noted_by`,
		n.ID, i.ID, i.CampaignID, i.House.ID, n.Item, strings.Join(n.What, whatDivider), n.Note, n.Measure, string(n.Owner), string(n.Due), tx.Millis(), tx.Who.Name())
	return true, err
}

func (s Shortcoming) same(o Shortcoming) bool {
	return slices.Equal(s.What, o.What) && s.Note == o.Note && s.Measure == o.Measure && s.Owner == o.Owner && s.Due == o.Due
}

// Sheet is the whole sheet of a desk as it came back.
type Sheet struct {
	Version        int              // of the inspection when the sheet was opened
	Opened, Filled criteria.Answers // findings when it was opened, and as filled in
	Visit          Visit
	Shortcomings   map[string]Shortcoming // by item code, those that the form showed
	Agree          string                 // content whose open findings are as the house rated itself
	Paper          bool                   // entered from a sheet that was filled in by hand: the trail says so
}

// source is how the trail begins what was entered from paper.
func (s *Sheet) source() string {
	if s.Paper {
		return "từ phiếu giấy: "
	}
	return ""
}

// SaveSheet writes what changed on a whole sheet. fault.Clash when the inspection was changed meanwhile; then
// nothing is written. An item that newly falls short gets the measure that the criteria propose. It gives the
// number of findings that changed.
func (s *Store) SaveSheet(ctx context.Context, who access.Actor, id string, sheet Sheet) (int, error) {
	changed := 0
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		var err error
		changed, err = s.saveSheet(ctx, tx, id, sheet)
		return err
	})
	return changed, err
}

func (s *Store) saveSheet(ctx context.Context, tx *db.Tx, id string, sheet Sheet) (changed int, err error) {
	i, err := s.draft(ctx, tx, id)
	if err != nil {
		return 0, err
	}
	if i.Version != sheet.Version {
		return 0, fault.Conflict("inspections.sheet_changed")
	}
	sheet.Visit = sheet.Visit.tidy()
	told, err := fill(&i, &sheet)
	if err != nil {
		return 0, err
	}
	agreed, visit := agree(&i, sheet.Agree), i.Visit != sheet.Visit
	changed, i.Visit = len(told)+agreed, sheet.Visit
	noted, err := s.noteAll(ctx, tx, &i, sheet.Shortcomings)
	if err != nil || changed == 0 && !noted && !visit {
		return changed, err
	}
	if err := s.write(ctx, tx, &i); err != nil {
		return changed, err
	}
	if agreed > 0 {
		if err := s.audit(ctx, tx, &i, "inspection.agree", fmt.Sprintf("%s: như nhà tự chấm, %d mục", sheet.Agree, agreed)); err != nil {
			return changed, err
		}
	}
	switch {
	case len(told) > 0:
		err = s.audit(ctx, tx, &i, "inspection.find", sheet.source()+strings.Join(told, ", "))
	case noted || visit:
		err = s.audit(ctx, tx, &i, "inspection.note", sheet.source()+"ghi chú phiếu kiểm tra")
	}
	return changed, err
}

// fill puts the findings of a sheet in their place and says which changed.
func fill(i *Inspection, sheet *Sheet) ([]string, error) {
	bad := sheet.Visit.check()
	var told []string
	for at := range i.Set.Len() {
		v := sheet.Filled.At(at)
		if v == criteria.Unanswered || v == sheet.Opened.At(at) || v == i.Found.At(at) {
			continue
		}
		item, _ := i.Set.Item(at)
		if check(item, v) != nil {
			bad = append(bad, fault.Field{Name: "f." + item.Code, Key: "inspections.applies_to_all"})
			continue
		}
		i.Found = i.Found.With(at, v)
		told = append(told, item.Code+": "+said(v))
	}
	for _, code := range slices.Sorted(maps.Keys(sheet.Shortcomings)) {
		at := i.Set.Index(code)
		item, _ := i.Set.Item(at)
		if item == nil || !short(i.Found.At(at)) {
			continue
		}
		n := sheet.Shortcomings[code].tidy(item)
		for _, f := range n.check(sheet.Visit.On) {
			f.Name += "." + code
			bad = append(bad, f)
		}
		sheet.Shortcomings[code] = n
	}
	return told, fault.InvalidFields(bad)
}

// agree fills the open findings of a content with the house's own rating and counts them.
func agree(i *Inspection, content string) int {
	n := 0
	for _, at := range i.Wanted(i.Set) {
		_, c := i.Set.Item(at)
		if v := i.Self.At(at); c.Code == content && i.Found.At(at) == criteria.Unanswered && v != criteria.Unanswered {
			i.Found = i.Found.With(at, v)
			n++
		}
	}
	return n
}

// noteAll keeps the shortcomings of every item as the findings want them.
func (s *Store) noteAll(ctx context.Context, tx *db.Tx, i *Inspection, typed map[string]Shortcoming) (bool, error) {
	noted := false
	for at := range i.Set.Len() {
		item, _ := i.Set.Item(at)
		n, given := typed[item.Code]
		switch old := i.Shortcoming(item.Code); {
		case given:
		case old != nil:
			n = *old
		default:
			n = Prefill(item, i.On)
		}
		one, err := s.note(ctx, tx, i, item, i.Found.At(at), n)
		if err != nil {
			return noted, err
		}
		noted = noted || one
	}
	return noted, nil
}

// check refuses a visit whose day cannot be read or whose texts are too long. What may be missing until the
// end is for MissingIn.
func (v Visit) check() []fault.Field {
	var bad []fault.Field
	if !v.On.Valid() {
		bad = append(bad, fault.Field{Name: "on", Key: "fault.bad_day"})
	}
	for _, x := range []struct{ name, text string }{
		{"members", v.Members}, {"resident_side", v.ResidentSide}, {"present", v.Present}, {"head_comment", v.HeadComment},
	} {
		if len([]rune(x.text)) > mostText {
			bad = append(bad, fault.Field{Name: x.name, Key: "fault.too_long", Pairs: []any{"Most", mostText}})
		}
	}
	bad = append(bad, personal.Text("remarks", v.Remarks, "", mostText)...)
	return bad
}
