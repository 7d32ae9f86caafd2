package trainings

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/criteria"
)

// How far back training counts for each criterion (domain.md §9).
const (
	childrenMonths = 12 // VH5: at least one session in 12 months
	vicesMonths    = 6  // TN4: at least one session in 6 months
	headMonths     = 24 // GD2: in 24 months, both parts
)

// Attended is one held session to which somebody of a house came.
type Attended struct {
	ID         string
	Title      string
	Topics     []string
	Audience   Audience
	On         civil.Day
	Head       bool // the head came
	Came       int  // households that came
	Households int
	Code       string // of the certificate
}

// said is a session in a sentence.
func (a *Attended) said() criteria.Text {
	vi, en := "“"+a.Title+"” ngày "+a.On.Display(), "“"+a.Title+"” on "+a.On.DisplayIn("en")
	if a.Audience == Households {
		came := strconv.Itoa(a.Came) + "/" + strconv.Itoa(a.Households)
		vi, en = vi+" ("+came+" hộ dự)", en+" ("+came+" households)"
	}
	return criteria.Text{VI: vi, EN: en}
}

// evidence says what the training record of a house, newest session first, speaks for on a day. since is the day on which the head of
// the house took over, "" when it is not known: what an earlier head attended is not the head's.
//
// VH5 and TN4 ask for a session at which the households were; GD2 asks the head for both parts, which may lie in two sessions. Where
// nothing is recorded, nothing is suggested: a session may have been held that stands on paper only.
func evidence(today, since civil.Day, list []Attended) map[string]criteria.Evidence {
	return map[string]criteria.Evidence{
		"VH5": households(today, childrenMonths, Children, list),
		"TN4": households(today, vicesMonths, Vices, list),
		"GD2": head(today, since, list),
	}
}

func households(today civil.Day, months int, topic string, list []Attended) criteria.Evidence {
	from := addMonths(today, -months)
	var last *Attended
	for i := range list {
		a := &list[i]
		if a.Audience != Households || a.Came == 0 || a.On > today || !slices.Contains(a.Topics, topic) {
			continue
		}
		if a.On >= from {
			said := a.said()
			return criteria.Evidence{Suggest: criteria.Pass, Said: criteria.Text{VI: "Hồ sơ tập huấn: đã dự " + said.VI + ".", EN: "Training record: attended " + said.EN + "."}}
		}
		if last == nil {
			last = a
		}
	}
	return old(months, last, len(list) > 0)
}

// old is the evidence where nothing counts any more, or nothing is recorded. Who attended sessions about something else, or of other
// people, is told what is missing, not that there was nothing.
func old(months int, last *Attended, others bool) criteria.Evidence {
	n := strconv.Itoa(months)
	e := criteria.Evidence{Suggest: criteria.Unanswered, Said: criteria.Text{
		VI: "Hồ sơ tập huấn chưa ghi buổi nào trong " + n + " tháng qua.", EN: "The training record has no session in the last " + n + " months.",
	}}
	switch {
	case last == nil && others:
		e.Said = criteria.Text{
			VI: "Hồ sơ tập huấn chưa ghi buổi nào về nội dung này trong " + n + " tháng qua.", EN: "The training record has no session on this in the last " + n + " months.",
		}
	case last != nil:
		said := last.said()
		e.Said = criteria.Text{
			VI: "Hồ sơ tập huấn: buổi gần nhất là " + said.VI + ", đã quá " + n + " tháng.",
			EN: "Training record: the last session was " + said.EN + ", more than " + n + " months ago.",
		}
	}
	return e
}

func head(today, since civil.Day, list []Attended) criteria.Evidence {
	from := addMonths(today, -headMonths)
	parts := []struct {
		topic  string
		vi, en string
		at     *Attended
	}{{Reintegration, "tái hòa nhập", "reintegration", nil}, {Privacy, "bảo vệ dữ liệu cá nhân", "data protection", nil}}
	var last *Attended
	for i := range list {
		a := &list[i]
		if !a.Head || a.On > today || a.On < since {
			continue
		}
		for j := range parts {
			if !slices.Contains(a.Topics, parts[j].topic) {
				continue
			}
			if a.On >= from && parts[j].at == nil {
				parts[j].at = a
			}
			if last == nil {
				last = a
			}
		}
	}
	var vi, en, lackVI, lackEN []string
	for _, p := range parts {
		if p.at == nil {
			lackVI, lackEN = append(lackVI, p.vi), append(lackEN, p.en)
			continue
		}
		said := p.at.said()
		vi, en = append(vi, p.vi+": "+said.VI), append(en, p.en+": "+said.EN)
	}
	switch len(vi) {
	case 0:
		e := old(headMonths, last, len(list) > 0)
		if last == nil && since >= from {
			e.Said.VI += " Chỉ tính từ khi trưởng số nhà nhận việc, ngày " + since.Display() + "."
			e.Said.EN += " It counts since the head took over on " + since.DisplayIn("en") + "."
		}
		return e
	case len(parts):
		if parts[0].at == parts[1].at {
			said := parts[0].at.said()
			return criteria.Evidence{Suggest: criteria.Pass, Said: criteria.Text{
				VI: "Hồ sơ tập huấn: đã dự cả hai phần tại buổi " + said.VI + ".", EN: "Training record: both parts attended in one session, " + said.EN + ".",
			}}
		}
		return criteria.Evidence{Suggest: criteria.Pass, Said: criteria.Text{
			VI: "Hồ sơ tập huấn: đã dự cả hai phần. " + sentence(vi), EN: "Training record: both parts attended. " + sentence(en),
		}}
	default:
		return criteria.Evidence{Suggest: criteria.Partly, Said: criteria.Text{
			VI: "Hồ sơ tập huấn: mới dự một phần. " + sentence(vi) + " Chưa dự phần " + lackVI[0] + ".",
			EN: "Training record: one part attended. " + sentence(en) + " Not yet: " + lackEN[0] + ".",
		}}
	}
}

// sentence joins parts into one sentence.
func sentence(parts []string) string {
	text := strings.Join(parts, "; ")
	first, rest := text[:1], text[1:]
	return strings.ToUpper(first) + rest + "."
}

// attended gives what a house came to, newest first. Whoever reads it reaches the house.
func attended(ctx context.Context, tx *db.Tx, house string) ([]Attended, error) {
	var list []Attended
	err := tx.All(ctx, func(scan func(...any) error) error {
		var a Attended
		var topics string
		var starts int64
		err := scan(&a.ID, &a.Title, &topics, &a.Audience, &starts, &a.Head, &a.Came, &a.Households, &a.Code)
		a.Topics, a.On = split(topics), civil.DayOf(moment(starts))
		list = append(list, a)
		return err
	}, `select t.id, t.title, t.topics, t.audience, t.starts_at, x.head, x.present, x.households, x.certificate
		from training_houses x join trainings t on t.ward_id = x.ward_id and t.id = x.training_id
		where {scope x.house} and x.house_id = $1 and t.state = 'held' and (x.head or x.present > 0) order by t.starts_at desc, t.id desc limit 200`, house)
	return list, err
}

// headFrom is the moment at which the day began on which the head of the house h took over from another, among the hand-overs before
// the moment $2; 0 when none is known. What was attended on that day is the new head's already: nobody notes the hour.
const headFrom = `coalesce((select max(v.ended_at - (v.ended_at + 25200000) % 86400000) from handovers v where v.ward_id = h.ward_id and v.house_id = h.id
		and v.state = 'done' and v.duty = 'head' and v.ended_at < $2), 0)`

// tomorrow is the moment at which the day ends.
func tomorrow(tx *db.Tx) int64 { return civil.DayOf(tx.Now).AddDays(1).Time().UnixMilli() }

// headSince gives the day on which the head of a house took over from another, "" when no hand-over is known.
func headSince(ctx context.Context, tx *db.Tx, house string) (civil.Day, error) {
	var at int64
	err := tx.One(ctx, `select `+headFrom+` from houses h where {scope h} and h.id = $1`, house, tomorrow(tx)).Scan(&at)
	if fault.Is(err, fault.Missing) { // a house out of reach has no hand-over either
		return "", nil
	}
	if err != nil || at == 0 {
		return "", err
	}
	return civil.DayOf(moment(at)), nil
}

// Evidence gives what the training record says about the items of the criteria that ask for training, by their codes: VH5, TN4 and
// GD2. Where items are named and none of them is one of these, it reads nothing. A house outside the actor's reach has none.
func (s *Store) Evidence(ctx context.Context, who access.Actor, house string, items ...string) (map[string]criteria.Evidence, error) {
	if !criteria.Asks(items, "VH5", "TN4", "GD2") {
		return map[string]criteria.Evidence{}, nil
	}
	var found map[string]criteria.Evidence
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.SeeHouses); err != nil {
			return err
		}
		list, err := attended(ctx, tx, house)
		if err != nil {
			return err
		}
		since, err := headSince(ctx, tx, house)
		if err != nil {
			return err
		}
		found = evidence(civil.DayOf(tx.Now), since, list)
		for code, e := range found {
			e.Href, e.Link = "/houses/"+house+"/trainings", criteria.Text{VI: "Xem hồ sơ tập huấn", EN: "See the training record"}
			found[code] = e
		}
		return nil
	})
	return found, err
}
