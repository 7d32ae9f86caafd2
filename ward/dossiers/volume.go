package dossiers

import (
	"context"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"sonha/engine/db"
	"sonha/engine/jobs"
	"sonha/engine/page"
	"sonha/engine/paper"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/areas"
	"sonha/ward/campaigns"
)

// Volume is what the dossier of a house holds of one campaign year, to be printed as one file (domain.md §2.6, "tập năm"). It holds no list
// of residents and nothing of a single household.
type Volume struct {
	House

	Ward, City   string
	Invented     bool
	Visit        Visit // of the inspection behind the result; zero without one
	Shortcomings []Short
	Other        []Other // measures that did not come from an inspection
	Months       []Month
	Meetings     []Met
	Trainings    []Met
	Asked        []Asked
	Awards       []Award
	Changes      []Event // newest first
	MoreChanges  bool

	contacts bool // the reader works with the heads themselves
	drafts   bool // the reader may see answers that were not sent yet
	hands    bool // the reader is of the house or of its inspection, and gets the signatures themselves
}

// Visit is who came to an inspection, what was said, and how it was signed.
type Visit struct {
	Members, ResidentSide, Present, Remarks, HeadComment string

	SignedHouse, SignedOfficer   bool   // on glass
	StrokesHouse, StrokesOfficer string // these, for who works on the inspection and for the house; others read that it was signed
	SignedPaper                  string // number of the sheet that was signed with a pen
}

// Short is a shortcoming that an inspection of the year noted. Due is the day of the measure that mends it.
type Short struct {
	Item, Measure, State string
	Noted, Due           civil.Day
	Late                 bool
}

// Other is a measure of the house that a meeting, a review, a proposal or the ward asked for.
type Other struct {
	Content, Source, State string
	Opened, Due            civil.Day
}

// Month is a monthly report of the house that was sent.
type Month struct {
	Month  string // "2026-11"
	Sent   civil.Day
	State  string
	Normal bool
}

// Met is a meeting of the house, or a training to which it was invited.
type Met struct {
	On               civil.Day
	Title            string
	Households, Came int
}

// Asked is a proposal about the house.
type Asked struct {
	Number, Year   int
	Category       string
	Sent, Answered civil.Day
}

// Award is a commendation of the house that was decided.
type Award struct {
	Kind, Decision string
	On             civil.Day
	Revoked        bool
}

// Volume gives the volume of a year; 0 is the current campaign. fault.Missing when the house is outside the reader's reach, or the ward
// had no campaign in that year.
func (s *Store) Volume(ctx context.Context, who access.Actor, id string, year int) (*Volume, error) {
	v := &Volume{contacts: SeesContacts(who.Role()), drafts: who.May(access.Assess),
		hands: who.May(access.KeepLog) || who.May(access.Inspect) || who.May(access.Approve)}
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.SeeHouses); err != nil {
			return err
		}
		var err error
		if v.House, err = s.house(ctx, tx, id, year); err != nil {
			return err
		}
		if v.Campaign.ID == "" {
			return fault.NotFound("dossiers.volume.no_year")
		}
		if err := s.around(ctx, tx, &v.House); err != nil {
			return err
		}
		ward, err := areas.WardOf(ctx, tx)
		if err != nil {
			return err
		}
		v.Ward, v.City, v.Invented = ward.Name, ward.City, ward.Invented
		c, err := campaigns.InTx(ctx, tx, v.Campaign.ID)
		if err != nil {
			return err
		}
		v.Campaign.Starts, v.Campaign.Ends = c.Starts, c.Ends
		for _, read := range []func(context.Context, *db.Tx) error{v.visit, v.shortcomings, v.others, v.months, v.meetings, v.trainings, v.asked, v.awards, v.changes} {
			if err := read(ctx, tx); err != nil {
				return err
			}
		}
		return nil
	})
	return v, err
}

func (v *Volume) visit(ctx context.Context, tx *db.Tx) error {
	x := &v.Visit
	if v.Result.Inspection == "" {
		return nil
	}
	if err := tx.One(ctx, `select i.members, i.resident_side, i.present, i.remarks, i.head_comment, i.signed_paper from inspections i where {scope i.house} and i.id = $1`,
		v.Result.Inspection).Scan(&x.Members, &x.ResidentSide, &x.Present, &x.Remarks, &x.HeadComment, &x.SignedPaper); err != nil {
		return err
	}
	return tx.All(ctx, func(scan func(...any) error) error {
		var side, strokes string
		if err := scan(&side, &strokes); err != nil {
			return err
		}
		if !v.hands {
			strokes = ""
		}
		switch side {
		case "house":
			x.SignedHouse, x.StrokesHouse = true, strokes
		case "officer":
			x.SignedOfficer, x.StrokesOfficer = true, strokes
		}
		return nil
	}, `select g.side, g.strokes from signatures g where {scope g.house} and g.inspection_id = $1`, v.Result.Inspection)
}

// span is the campaign year: from its first moment to before the next.
func (v *Volume) span() (from, to int64) {
	return v.Campaign.Starts.Time().UnixMilli(), v.Campaign.Ends.AddDays(1).Time().UnixMilli()
}

func dayAt(ms int64) civil.Day { return civil.DayOf(time.UnixMilli(ms)) }

func (v *Volume) shortcomings(ctx context.Context, tx *db.Tx) error {
	const due = `coalesce((select max(d.due_on) from measures d where d.ward_id = s.ward_id and d.source = 'inspection' and d.source_id = s.id and d.due_on <> ''), s.due_on)`
	return tx.All(ctx, func(scan func(...any) error) error {
		var x Short
		var noted int64
		err := scan(&x.Item, &x.Measure, &x.State, &noted, &x.Due)
		x.Noted = dayAt(noted)
		x.Late = x.State == "open" && x.Due != "" && x.Due < civil.DayOf(v.AsOf)
		v.Shortcomings = append(v.Shortcomings, x)
		return err
	}, `select s.item, s.measure, s.state, s.noted_at, `+due+` from shortcomings s
		where {scope s.house} and s.house_id = $1 and s.campaign_id = $2 and s.state in ('open', 'mended') order by s.noted_at, s.item`, v.ID, v.Campaign.ID)
}

func (v *Volume) others(ctx context.Context, tx *db.Tx) error {
	if !tx.Who.May(access.SeeMeasures) {
		return nil
	}
	from, to := v.span()
	return tx.All(ctx, func(scan func(...any) error) error {
		var x Other
		var opened int64
		err := scan(&x.Content, &x.Source, &x.State, &opened, &x.Due)
		x.Opened = dayAt(opened)
		v.Other = append(v.Other, x)
		return err
	}, `select m.content, m.source, m.state, m.opened_at, m.due_on from measures m
		where {scope m.house} and m.house_id = $1 and m.source <> 'inspection' and m.opened_at >= $2 and m.opened_at < $3 order by m.opened_at, m.id`, v.ID, from, to)
}

func (v *Volume) months(ctx context.Context, tx *db.Tx) error {
	const month = len("2026-11")
	return tx.All(ctx, func(scan func(...any) error) error {
		var x Month
		err := scan(&x.Month, &x.State, &x.Normal, &x.Sent)
		v.Months = append(v.Months, x)
		return err
	}, `select r.month, r.state, r.normal, r.first_sent_on from monthly_reports r
		where {scope r.house} and r.house_id = $1 and r.first_sent_on <> '' and r.month >= $2 and r.month <= $3 order by r.month`,
		v.ID, string(v.Campaign.Starts)[:month], string(v.Campaign.Ends)[:month])
}

func (v *Volume) meetings(ctx context.Context, tx *db.Tx) error {
	from, to := v.span()
	return tx.All(ctx, met(&v.Meetings), `select m.starts_at, m.title, m.households, m.present from meetings m
		where {scope m.house} and m.house_id = $1 and m.level = 'house' and m.state in ('held', 'minuted') and m.starts_at >= $2 and m.starts_at < $3
		order by m.starts_at, m.id`, v.ID, from, to)
}

// trainings counts those of the house's households that came.
func (v *Volume) trainings(ctx context.Context, tx *db.Tx) error {
	from, to := v.span()
	return tx.All(ctx, met(&v.Trainings), `select t.starts_at, t.title, x.households, x.present from training_houses x
		join trainings t on t.ward_id = x.ward_id and t.id = x.training_id
		where {scope x.house} and x.house_id = $1 and t.state = 'held' and t.starts_at >= $2 and t.starts_at < $3 order by t.starts_at, t.id`, v.ID, from, to)
}

func met(list *[]Met) func(scan func(...any) error) error {
	return func(scan func(...any) error) error {
		var x Met
		var at int64
		err := scan(&at, &x.Title, &x.Households, &x.Came)
		x.On = dayAt(at)
		*list = append(*list, x)
		return err
	}
}

func (v *Volume) asked(ctx context.Context, tx *db.Tx) error {
	if !tx.Who.May(access.SeeProposals) {
		return nil
	}
	from, to := v.span()
	return tx.All(ctx, func(scan func(...any) error) error {
		var x Asked
		var sent int64
		err := scan(&x.Number, &x.Year, &x.Category, &sent, &x.Answered)
		x.Sent = dayAt(sent)
		v.Asked = append(v.Asked, x)
		return err
	}, `select p.number, p.year, p.category, p.sent_at, p.first_answered_on from proposals p
		where {scope p.house} and p.house_id = $1 and p.state <> 'draft' and p.sent_at >= $2 and p.sent_at < $3 order by p.sent_at, p.number`, v.ID, from, to)
}

// awards are those of the house itself; one of its head is his own.
func (v *Volume) awards(ctx context.Context, tx *db.Tx) error {
	return tx.All(ctx, func(scan func(...any) error) error {
		var x Award
		err := scan(&x.Kind, &x.Decision, &x.On, &x.Revoked)
		v.Awards = append(v.Awards, x)
		return err
	}, `select a.kind_name, a.decision, a.decided_on, a.state = 'revoked' from awards a
		where {scope a.house} and a.house_id = $1 and a.subject = 'house' and a.campaign_id = $2 and a.state in ('decided', 'revoked')
		order by a.decided_on, a.id`, v.ID, v.Campaign.ID)
}

// changesMost is how many lines of the trail a volume prints; all of them stand on the page of the house.
const changesMost = 200

func (v *Volume) changes(ctx context.Context, tx *db.Tx) error {
	from, to := v.span()
	for after, more := "", true; more && !v.MoreChanges; {
		var list []Event
		var err error
		if list, more, err = events(ctx, tx, v.ID, after, changesMost); err != nil {
			return err
		}
		for _, e := range list {
			if at := e.At.UnixMilli(); at < from || at >= to {
				continue
			}
			if v.MoreChanges = len(v.Changes) == changesMost; v.MoreChanges {
				break
			}
			v.Changes = append(v.Changes, e)
		}
		if more {
			last := &list[len(list)-1]
			after, more = last.ID, last.At.UnixMilli() >= from
		}
	}
	slices.SortStableFunc(v.Changes, func(a, b Event) int { return b.At.Compare(a.At) })
	return nil
}

// tookVolume leaves a line in the audit trail: who took the volume of a house away.
func (s *Store) tookVolume(ctx context.Context, who access.Actor, v *Volume) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.SeeHouses); err != nil {
			return err
		}
		return tx.Audit(ctx, db.Entry{Action: "dossier.volume", Object: "house", ID: v.ID, House: v.ID, Detail: strconv.Itoa(v.Campaign.Year)})
	})
}

// FileName is the name under which the volume is saved: "ho-so-36a-hang-bac-2026.pdf".
func (v *Volume) FileName() string {
	name := strings.NewReplacer(" ", "-", "/", "-").Replace(civil.Fold(v.Address()))
	return "ho-so-" + name + "-" + strconv.Itoa(v.Campaign.Year) + ".pdf"
}

// volume gives the volume of a house as one PDF.
func (p *Pages) volume(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	year := 0
	if text := r.Text("year"); text != "" {
		if year, err = strconv.Atoi(text); err != nil || year < 1 {
			return fault.NotFound("dossiers.volume.no_year")
		}
	}
	v, err := p.store.Volume(r.Context(), r.Actor, id, year)
	if err != nil {
		return err
	}
	who, base := r.Actor, r.Base()
	return jobs.GiveFile(w, r, p.jobs, "dossiers.volume.doing", access.SeeHouses, jobs.File{Name: v.FileName(), Type: paper.TypePDF},
		func(ctx context.Context, _ *jobs.Progress, out io.Writer) error {
			if err := p.store.tookVolume(ctx, who, v); err != nil {
				return err
			}
			return p.store.writeVolume(out, v, p.spoken, base)
		})
}
