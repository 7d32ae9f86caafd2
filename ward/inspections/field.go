package inspections

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"sonha/engine/db"
	"sonha/engine/files"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/criteria"
)

// Lender says with which reach an officer inspects a house: the own one, or that of a house of another beat which the plan has drawn
// for the officer. round reports that the house stands on the officer's round, sampled that it was drawn. Sends names the beat whose officer
// is to inspect a house of the officer's own, empty without one. ward/plans satisfies it.
type Lender interface {
	Lend(ctx context.Context, who access.Actor, house string) (as access.Actor, round, sampled bool, err error)
	Sends(ctx context.Context, who access.Actor, house string) (beat string, err error)
}

// Lends sets who lends houses of other beats.
func (s *Store) Lends(l Lender) { s.lender = l }

// Coming is a house before its inspection at the door: what the page for it shows.
type Coming struct {
	Inspection // the draft that is under way, or, without an id, the inspection that would begin now

	Base  string // what the page is made from: an inspection and its version
	Last  string // the last finished inspection of the campaign, empty without one
	Lent  bool   // of another beat
	Round bool   // on the officer's round
	Sent  string // the beat whose officer the plan sends instead; empty without one
}

// Field is a whole inspection as it was filled in at the door, on one page that works without a network: it begins and finishes in one
// unit of work, so that it counts once or not at all.
type Field struct {
	Asked        int              // version of the criteria by which the page asked
	Base         string           // Coming.Base of the page
	Opened       criteria.Answers // what was known to be found when the page was made
	Visit        Visit
	Found        criteria.Answers
	Agree        []string               // contents whose open findings are as the house rated itself
	Shortcomings map[string]Shortcoming // by item code
	Photos       map[string][]files.Photo
	Class        criteria.Class // NotInspected: what the rules give
	Reason       string
	Signing      Signing
}

// MeanwhileError is the error of an inspection that was filled in while somebody else inspected the house: nothing of it is written.
type MeanwhileError struct {
	Now   Coming // as it stands
	Mine  Field  // with what of the other one it takes along
	Lines []Apart
}

// Error is for logs; pages show both versions.
func (*MeanwhileError) Error() string { return "inspections: somebody else inspected meanwhile" }

// Apart is one field on which the two differ, by its name in the form.
type Apart struct {
	Field, Mine, Theirs string
	Item                *criteria.Item // nil for a text of the visit
}

// Comes gives a house before its inspection: with the house's own rating, what earlier inspections of the campaign found, and in a
// repeat what failed with its measures and photos.
func (s *Store) Comes(ctx context.Context, who access.Actor, house string) (Coming, error) {
	var c Coming
	as, round, sampled, err := s.lend(ctx, who, house)
	if err != nil {
		return c, err
	}
	err = s.db.Read(ctx, as, func(tx *db.Tx) error {
		if err := tx.Need(access.Inspect); err != nil {
			return err
		}
		var err error
		if c, err = s.atDoor(ctx, tx, house, sampled); err != nil {
			return err
		}
		draft := c.ID
		if draft == "" {
			c.ID = afterAll
		}
		err = s.mending(ctx, tx, &c.Inspection)
		c.ID = draft
		return err
	})
	if err != nil {
		return c, err
	}
	c.Round, c.Lent = round, lent(who, as)
	c.Sent, err = s.sends(ctx, who, house)
	return c, err
}

// sends names the beat whose officer the plan sends to a house of the own beat.
func (s *Store) sends(ctx context.Context, who access.Actor, house string) (beat string, err error) {
	if s.lender == nil {
		return "", nil
	}
	return s.lender.Sends(ctx, who, house)
}

// lent reports that an actor is not the one who asked.
func lent(who, as access.Actor) bool {
	before, _ := who.Reach()
	now, _ := as.Reach()
	return before != now
}

func (s *Store) lend(ctx context.Context, who access.Actor, house string) (as access.Actor, round, sampled bool, err error) {
	if s.lender == nil {
		return who, false, false, nil
	}
	return s.lender.Lend(ctx, who, house)
}

// afterAll stands where an inspection has no id yet: every id sorts before it.
const afterAll = "z"

// atDoor reads how far the inspections of a house are in the running campaign.
func (s *Store) atDoor(ctx context.Context, tx *db.Tx, house string, sampled bool) (Coming, error) {
	i, err := s.coming(ctx, tx, house)
	c := Coming{Inspection: i}
	if err != nil {
		return c, err
	}
	if i.ID != "" {
		c.Base = i.ID + "." + strconv.Itoa(i.Version)
		return c, nil
	}
	c.On = civil.DayOf(tx.Now)
	if sampled && c.Kind == Planned {
		c.Kind = Sample
	}
	if c.Ordered, err = ordered(ctx, tx, c.CampaignID, house); err != nil {
		return c, err
	}
	err = tx.One(ctx, `select coalesce(max(i.id), '') from inspections i where {scope i.house} and i.campaign_id = $1 and i.house_id = $2 and i.state = 'finished'`,
		c.CampaignID, house).Scan(&c.Last)
	c.Base = c.Last + ".0"
	return c, err
}

// Take takes an inspection that was filled in at the door: it begins, is filled in, signed and finished in one unit of work. It gives its
// id and the photos whose files are not needed. What is missing comes back field by field, and what somebody else found meanwhile as a
// *MeanwhileError; nothing is written then. A house that was inspected in this campaign is inspected again.
func (s *Store) Take(ctx context.Context, who access.Actor, house string, f Field) (id string, unneeded []files.Photo, err error) {
	as, _, sampled, err := s.lend(ctx, who, house)
	if err != nil {
		return "", nil, err
	}
	f.Visit = f.Visit.tidy()
	err = s.db.Write(ctx, as, func(tx *db.Tx) error {
		if err := tx.Need(access.Inspect); err != nil {
			return err
		}
		now, err := s.atDoor(ctx, tx, house, sampled)
		if err != nil {
			return err
		}
		if err := now.Set.Asked(f.Asked); err != nil {
			return err
		}
		mine := f
		if now.Base != f.Base {
			if id, err = s.same(ctx, tx, &now, &f); err != nil || id != "" {
				unneeded = every(f.Photos)
				return err
			}
			if lines := s.meet(&now, &mine); len(lines) > 0 {
				return &MeanwhileError{Now: now, Mine: mine, Lines: lines}
			}
		}
		if id, err = s.StartTx(ctx, tx, house, now.Kind); err != nil {
			return err
		}
		unneeded, err = s.take(ctx, tx, id, &mine)
		return err
	})
	return id, unneeded, err
}

// same gives the inspection by the same account that says all that this one says: it came twice, under two numbers.
func (s *Store) same(ctx context.Context, tx *db.Tx, now *Coming, f *Field) (string, error) {
	if now.ID != "" || now.Last == "" {
		return "", nil
	}
	last, err := s.get(ctx, tx, now.Last)
	if err != nil || last.By != tx.Who.Name() || last.Visit != f.Visit {
		return "", err
	}
	for at := range last.Set.Len() {
		if v := f.Found.At(at); v != criteria.Unanswered && v != last.Found.At(at) {
			return "", nil
		}
	}
	return last.ID, nil
}

// meet brings an inspection together with what somebody else has noted since its page was made. What only one of them says is kept; on
// what both say, and not the same, somebody has to choose.
func (s *Store) meet(now *Coming, f *Field) []Apart {
	var lines []Apart
	theirs := now.Findings(now.Set)
	for at := range now.Set.Len() {
		item, _ := now.Set.Item(at)
		mine, other := f.Found.At(at), theirs.At(at)
		if mine == criteria.Unanswered || other == criteria.Unanswered || other == f.Opened.At(at) || mine == other {
			continue
		}
		lines = append(lines, Apart{Field: "f." + item.Code, Mine: string(mine.Letter()), Theirs: string(other.Letter()), Item: item})
	}
	if now.ID == "" {
		return lines // the other one is finished and keeps its own sheet
	}
	for i := range now.Shortcomings {
		x := &now.Shortcomings[i]
		mine, given := f.Shortcomings[x.Item]
		item, _ := now.Set.Item(now.Set.Index(x.Item))
		if !given || item == nil || !short(f.Found.At(now.Set.Index(x.Item))) || mine.proposed(item) {
			continue
		}
		for _, y := range [][3]string{
			{"measure.", mine.Measure, x.Measure}, {"note.", mine.Note, x.Note}, {"owner.", string(mine.Owner), string(x.Owner)}, {"due.", string(mine.Due), string(x.Due)},
		} {
			if y[1] != y[2] {
				lines = append(lines, Apart{Field: y[0] + x.Item, Mine: y[1], Theirs: y[2], Item: item})
			}
		}
	}
	f.Visit.Members, f.Visit.ResidentSide = both(now.Members, f.Visit.Members), both(now.ResidentSide, f.Visit.ResidentSide)
	f.Visit.Present = both(now.Present, f.Visit.Present)
	for _, x := range []struct {
		name   string
		mine   *string
		theirs string
	}{{"remarks", &f.Visit.Remarks, now.Remarks}, {"head_comment", &f.Visit.HeadComment, now.HeadComment}} {
		switch {
		case *x.mine == "":
			*x.mine = x.theirs
		case x.theirs != "" && x.theirs != *x.mine:
			lines = append(lines, Apart{Field: x.name, Mine: *x.mine, Theirs: x.theirs})
		}
	}
	return lines
}

// both joins two lists of people, one a line, without saying anybody twice.
func both(a, b string) string {
	var list []string
	for x := range strings.SplitSeq(a+"\n"+b, "\n") {
		if x = strings.TrimSpace(x); x != "" && !slices.Contains(list, x) {
			list = append(list, x)
		}
	}
	return strings.Join(list, "\n")
}

// proposed reports that a shortcoming says no more than what the criteria propose: nobody has touched its fields.
func (s Shortcoming) proposed(item *criteria.Item) bool {
	return len(s.What) == 0 && s.Note == "" && (s.Measure == item.Action.VI || s.Measure == "") && (s.Owner == ByHouse || s.Owner == "")
}

// take fills a draft in and finishes it.
func (s *Store) take(ctx context.Context, tx *db.Tx, id string, f *Field) ([]files.Photo, error) {
	i, err := s.get(ctx, tx, id)
	if err != nil {
		return nil, err
	}
	if err := i.Closed(); err != nil {
		return nil, err
	}
	typed, err := s.fillIn(&i, f, civil.DayOf(tx.Now))
	if err != nil {
		return nil, err
	}
	if _, err := s.noteAll(ctx, tx, &i, typed); err != nil {
		return nil, err
	}
	if err := s.write(ctx, tx, &i); err != nil {
		return nil, err
	}
	twice, added, err := s.keepPhotos(ctx, tx, &i, f.Photos)
	if err != nil {
		return nil, err
	}
	if err := sign(ctx, tx, &i, f.Signing); err != nil {
		return nil, err
	}
	if err := s.audit(ctx, tx, &i, "inspection.find", fmt.Sprintf("tại số nhà: %d mục, %d ảnh", len(i.Found)-i.Found.Unanswered(), added)); err != nil {
		return nil, err
	}
	class := f.Class
	if class == criteria.NotInspected {
		class = criteria.Judge(i.Set, i.Known(i.Set)).Class
	}
	return twice, s.finish(ctx, tx, &i, Proposal{Class: class, Reason: f.Reason})
}

// fillIn puts what was filled in into a draft and gives the shortcomings to note, or says field by field what is wrong or missing.
func (s *Store) fillIn(i *Inspection, f *Field, today civil.Day) (map[string]Shortcoming, error) {
	bad := append(f.Visit.check(), f.Signing.check()...)
	if len([]rune(f.Reason)) > mostText {
		bad = append(bad, fault.Field{Name: "reason", Key: "fault.too_long", Pairs: []any{"Most", mostText}})
	}
	i.Visit = f.Visit
	for at := range i.Set.Len() {
		v := f.Found.At(at)
		if v == criteria.Unanswered {
			continue
		}
		item, _ := i.Set.Item(at)
		if check(item, v) != nil {
			bad = append(bad, fault.Field{Name: "f." + item.Code, Key: "inspections.applies_to_all"})
			continue
		}
		i.Found = i.Found.With(at, v)
	}
	for _, content := range f.Agree {
		agree(i, content)
	}
	typed := map[string]Shortcoming{}
	noted := slices.Clone(i.Shortcomings)
	for at := range i.Set.Len() {
		item, _ := i.Set.Item(at)
		if !short(i.Found.At(at)) {
			continue
		}
		n, given := f.Shortcomings[item.Code]
		switch old := i.Shortcoming(item.Code); {
		case given && (old == nil || !n.proposed(item)):
		case old != nil:
			n = *old
		default:
			n = Prefill(item, i.On)
		}
		n = n.tidy(item)
		for _, x := range n.check(i.On) {
			x.Name += "." + item.Code
			bad = append(bad, x)
		}
		typed[item.Code] = n
	}
	i.Shortcomings = nil
	for _, n := range typed {
		i.Shortcomings = append(i.Shortcomings, n)
	}
	for _, m := range MissingIn(i.Set, i, today) {
		name := m.Field
		switch {
		case m.Item != nil && strings.HasSuffix(m.Key, ".measure"):
			continue // said at its own fields
		case m.Item != nil:
			name = "f." + m.Item.Code
		}
		bad = append(bad, fault.Field{Name: name, Key: m.Key})
	}
	i.Shortcomings = noted
	return typed, fault.InvalidFields(bad)
}

// keepPhotos writes photos of a draft in its own unit of work. It gives those that it has already, and how many it wrote.
func (s *Store) keepPhotos(ctx context.Context, tx *db.Tx, i *Inspection, photos map[string][]files.Photo) (twice []files.Photo, added int, err error) {
	for at := range i.Set.Len() {
		item, _ := i.Set.Item(at)
		list := photos[item.Code]
		if len(list) == 0 {
			continue
		}
		have := i.PhotosOf(item.Code)
		fresh, known := files.Sift(have, sumOf, list)
		if len(have)+len(fresh) > mostPhotos {
			return nil, 0, fault.Invalid("photos."+item.Code, "inspections.photo.too_many", "Most", mostPhotos)
		}
		if err := addPhotos(ctx, tx, i, item.Code, fresh); err != nil {
			return nil, 0, err
		}
		twice, added = append(twice, known...), added+len(fresh)
	}
	return twice, added, nil
}

func every(photos map[string][]files.Photo) []files.Photo {
	var list []files.Photo
	for _, some := range photos {
		list = append(list, some...)
	}
	return list
}
