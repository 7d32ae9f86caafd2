package dossiers

import (
	"context"
	"strconv"
	"strings"
	"time"

	"sonha/engine/db"
	"sonha/engine/sheet"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ward/campaigns"
	"sonha/ward/criteria"
)

// SeesContacts reports whether a role works with the house heads themselves, so that their names and telephone
// numbers belong on its pages and in its lists.
func SeesContacts(r access.Role) bool {
	switch r {
	case access.Head, access.GroupLead, access.Officer, access.Command:
		return true
	}
	return false
}

// exported is a row of an export: what the list shows, and what an office needs beside it.
type exported struct {
	Row
	stage                          string
	group, beat                    string
	households, pledged            int
	head                           string
	phone                          civil.Phone
	proposedOn, approvedOn, sentOn time.Time
}

// Export writes all houses under the filter as a table and leaves a line in the audit trail. It gives the number
// of rows. The rows are those of one moment, the one that the file names; they go to the file one by one, so that a
// list of a hundred thousand needs no more memory than one of a hundred. progress may be nil.
func (s *Store) Export(ctx context.Context, who access.Actor, f Filter, out sheet.Writer, w wordsOf, progress func(done, total int)) (int, error) {
	if progress == nil {
		progress = func(int, int) {}
	}
	t := table{contacts: SeesContacts(who.Role())}
	done := 0
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.SeeHouses); err != nil {
			return err
		}
		if err := s.heading(ctx, tx, &t, &f); err != nil {
			return err
		}
		if err := s.begin(out, w, &t); err != nil {
			return err
		}
		return s.exported(ctx, tx, t.campaign.ID, &f, func(x *exported) error {
			if done%exportStep == 0 {
				progress(done, t.rows)
				if err := ctx.Err(); err != nil {
					return err
				}
			}
			done++
			return out.Row(s.cells(x, w, t.set, t.contacts)...)
		})
	})
	if err != nil {
		return 0, err
	}
	if err := out.Close(); err != nil {
		return 0, err
	}
	progress(done, t.rows)
	return done, s.db.Write(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.SeeHouses); err != nil {
			return err
		}
		return tx.Audit(ctx, db.Entry{Action: "houses.export", Object: "houses", Detail: strconv.Itoa(done)})
	})
}

// exportStep is after how many rows an export tells how far it is, and looks whether it is still wanted.
const exportStep = 500

type table struct {
	ward     string
	campaign campaigns.Campaign
	asOf     time.Time
	rows     int
	contacts bool
	set      *criteria.Set
}

// heading reads what stands above the rows, their number among it.
func (s *Store) heading(ctx context.Context, tx *db.Tx, t *table, f *Filter) error {
	t.asOf = tx.Now
	var err error
	if t.campaign, err = campaignOf(ctx, tx, f.Year); err != nil {
		return err
	}
	if err := s.resolve(ctx, tx, f, &t.campaign, nil); err != nil {
		return err
	}
	if t.set, err = s.sets.OfCampaign(ctx, tx, t.campaign.ID); err != nil {
		return err
	}
	if err := tx.One(ctx, `select w.name from wards w where w.id = {ward}`).Scan(&t.ward); err != nil {
		return err
	}
	q := query{args: []any{t.campaign.ID}}
	q.text.WriteString(`select count(*)` + rowTables)
	q.where(f, true, tx.Now)
	return tx.One(ctx, q.text.String(), q.args...).Scan(&t.rows)
}

func (s *Store) exported(ctx context.Context, tx *db.Tx, campaign string, f *Filter, each func(*exported) error) error {
	q := query{args: []any{campaign}}
	q.text.WriteString(`select ` + rowColumns + `, coalesce(r.stage, ''), coalesce(g.name, ''), coalesce(b.name, ''), h.households, coalesce(a.pledged, 0),
		h.head_name, h.head_phone, coalesce(a.sent_at, 0), coalesce(r.proposed_at, 0), coalesce(r.approved_at, 0)` +
		strings.Replace(rowTables, `where {scope h}`, `left join areas g on g.ward_id = h.ward_id and g.id = `+q.group(f)+`
		left join beats b on b.ward_id = h.ward_id and b.id = h.beat_id
		left join assessments a on a.ward_id = h.ward_id and a.campaign_id = $1 and a.house_id = h.id
		where {scope h}`, 1))
	q.where(f, true, tx.Now)
	direction := ""
	if f.Desc {
		direction = " desc"
	}
	q.text.WriteString(` order by `)
	if value := f.sortValue(); value != "" {
		q.text.WriteString(value + direction + `, `)
	}
	q.text.WriteString(`h.sort_key` + direction + `, h.id` + direction)
	return tx.All(ctx, func(scan func(...any) error) error {
		var x exported
		var class string
		var sent, proposed, approved int64
		if err := scan(&x.ID, &x.Number, &x.Street, &class, &x.Contents, &x.Points, &x.Max, &x.Missing, &x.Inspected, &x.RecheckBy, &x.key,
			&x.stage, &x.group, &x.beat, &x.households, &x.pledged, &x.head, &x.phone, &sent, &proposed, &approved); err != nil {
			return err
		}
		x.Class = classOf(class)
		x.sentOn, x.proposedOn, x.approvedOn = db.Moment(sent), db.Moment(proposed), db.Moment(approved)
		return each(&x)
	}, q.text.String(), q.args...)
}

func (s *Store) begin(out sheet.Writer, w wordsOf, t *table) error {
	columns := []sheet.Column{
		{Title: w.T("dossiers.column.number"), Width: 11}, {Title: w.T("dossiers.column.street"), Width: 22}, {Title: w.T("dossiers.column.group"), Width: 16},
		{Title: w.T("dossiers.column.beat"), Width: 12}, {Title: w.T("dossiers.column.households"), Width: 8},
	}
	if t.contacts {
		columns = append(columns, sheet.Column{Title: w.T("dossiers.column.head"), Width: 24}, sheet.Column{Title: w.T("dossiers.column.phone"), Width: 15})
	}
	columns = append(columns,
		sheet.Column{Title: w.T("dossiers.column.pledged"), Width: 12}, sheet.Column{Title: w.T("dossiers.column.assessed"), Width: 12},
		sheet.Column{Title: w.T("dossiers.column.stage"), Width: 16}, sheet.Column{Title: w.T("dossiers.column.result"), Width: 18},
		sheet.Column{Title: w.T("dossiers.column.points"), Width: 8}, sheet.Column{Title: w.T("dossiers.column.most"), Width: 8})
	for _, code := range s.sets.ContentCodes() {
		columns = append(columns, sheet.Column{Title: code, Width: 10})
	}
	columns = append(columns,
		sheet.Column{Title: w.T("dossiers.column.missing"), Width: 44}, sheet.Column{Title: w.T("dossiers.column.inspected"), Width: 12},
		sheet.Column{Title: w.T("dossiers.column.recheck"), Width: 12}, sheet.Column{Title: w.T("dossiers.column.approved"), Width: 12})
	title := w.F("dossiers.export.title", "Ward", t.ward)
	if t.campaign.Year != 0 {
		title += ", " + w.F("dossiers.campaign", "Year", strconv.Itoa(t.campaign.Year))
	}
	return out.Begin(sheet.Table{
		Fixed: 2, // number and street
		Name:  w.T("dossiers.export.sheet"), Title: title,
		Note:    w.F("dossiers.export.note", "Time", civil.Clock(t.asOf), "Day", civil.DayOf(t.asOf), "Rows", t.rows),
		Columns: columns,
	})
}

func (s *Store) cells(x *exported, w wordsOf, set *criteria.Set, contacts bool) []any {
	cells := []any{x.Number, x.Street, x.group, x.beat, x.households}
	if contacts {
		cells = append(cells, x.head, x.phone.Display())
	}
	cells = append(cells, x.pledged, day(x.sentOn), w.T(stageKey(x.stage)), w.T(classKey(x.Class)))
	if x.Points < 0 {
		cells = append(cells, nil, nil)
	} else {
		cells = append(cells, x.Points, x.Max)
	}
	for i := range s.sets.ContentCodes() {
		switch {
		case x.Class == criteria.NotInspected:
			cells = append(cells, nil)
		case i < len(x.Contents):
			cells = append(cells, w.T(letterKey(x.Contents[i])))
		default:
			cells = append(cells, w.T(letterKey('.')))
		}
	}
	return append(cells, lacking(w, set, x.Missing), x.Inspected, x.RecheckBy, day(x.approvedOn))
}

// lacking gives what items are about, each with its code: "Khóa cổng, giờ đóng cổng (TC1); Họp mỗi quý (HG2)".
func lacking(w wordsOf, set *criteria.Set, codes string) string {
	var list []string
	for code := range strings.SplitSeq(codes, ",") {
		if item, _ := set.Item(set.Index(code)); item != nil {
			list = append(list, item.Label.In(w.Lang())+" ("+code+")")
		}
	}
	return strings.Join(list, "; ")
}

func day(t time.Time) civil.Day {
	if t.IsZero() {
		return ""
	}
	return civil.DayOf(t)
}

func stageKey(stage string) string {
	if stage == "" {
		stage = "none"
	}
	return "dossiers.stage." + stage
}

func classKey(c criteria.Class) string { return "dossiers.class." + c.String() }

func letterKey(letter byte) string {
	switch letter {
	case 'p':
		return "dossiers.letter.passed"
	case 'f':
		return "dossiers.letter.failed"
	}
	return "dossiers.letter.open"
}
