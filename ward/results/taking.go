package results

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/campaigns"
	"sonha/ward/criteria"
	"sonha/ward/houses"
	"sonha/ward/results/history"
)

// HistorySource is where results of earlier years came from.
type HistorySource struct {
	houses.Source

	DryRun bool // say what would happen and write nothing
}

// Taken says what came of results of earlier years.
type Taken struct {
	Years      map[string]YearTaken // by year: "2023"
	Rows       int                  // accepted, duplicate and refused
	Duplicates int
	Refused    []history.Problem // by the parser, then rows of houses that the ward does not have
	Import     string            // the record to undo; empty when nothing was written
	Lines      []HistoryLine     // of a dry run: what each row of a house of the ward would do
}

// HistoryLine is one accepted row with what it would do.
type HistoryLine struct {
	Row    *history.Row
	Effect houses.Effect
	Class  history.Outcome // before, of Changed
	On     civil.Day
}

// YearTaken is one year: what its accepted rows say, and what they did. It prints as JSON.
type YearTaken struct {
	history.Count

	New       int `json:"new"`
	Changed   int `json:"changed"`
	Unchanged int `json:"unchanged"`
	Refused   int `json:"refused"`
}

// TakeHistory takes results of earlier years in: each year becomes a closed campaign of its own, whose houses
// carry the class as read and the day of the inspection. What falls short in words stays in the file, because
// it may name persons. All of it goes in or nothing; taking a file twice changes nothing. A row whose house is
// not in the registry is refused; a year that was run in Sonha itself is refused as a whole file, because its
// results are not to be overwritten. progress may be nil.
func (s *Store) TakeHistory(ctx context.Context, who access.Actor, from HistorySource, h *history.History, progress func(done, total int)) (*Taken, error) {
	if progress == nil {
		progress = func(int, int) {}
	}
	run := s.db.Write
	if from.DryRun {
		run = s.db.Read
	}
	var t *taking
	err := run(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.Import); err != nil {
			return err
		}
		t = &taking{store: s, tx: tx, dry: from.DryRun, progress: progress, taken: &Taken{
			Years: map[string]YearTaken{}, Rows: h.DataRows, Duplicates: h.Duplicates, Refused: slices.Clone(h.Refused),
		}}
		return t.all(ctx, from, h)
	})
	if err != nil {
		return nil, err
	}
	if t.taken.Import != "" {
		_ = s.db.Analyze(ctx) // what was taken is on disk: a planner that knows less is no reason to say otherwise
	}
	return t.taken, nil
}

type taking struct {
	store    *Store
	tx       *db.Tx
	dry      bool
	progress func(done, total int)
	taken    *Taken
	houses   map[houseKey]string
	undo     historyUndo
	inserts  []any
}

type houseKey struct{ street, number string }

// historyUndo is what undoing an import of results needs.
type historyUndo struct {
	Campaigns []string // that the import opened
	Touched   []string // campaigns that had rows before or after
	Added     [][2]string
	Changed   []restored
	Removed   []restored
}

// restored is a row as it was before the import.
type restored struct {
	Campaign, House, Class, On string
	Version                    int // that the import left
}

type knownResult struct {
	class   string
	on      civil.Day
	version int
}

func (t *taking) all(ctx context.Context, from HistorySource, h *history.History) error {
	if err := t.registry(ctx); err != nil {
		return err
	}
	byYear := map[int][]*history.Row{}
	for i := range h.Rows {
		byYear[h.Rows[i].Year] = append(byYear[h.Rows[i].Year], &h.Rows[i])
	}
	done := 0
	for _, year := range slices.Sorted(maps.Keys(byYear)) {
		if err := t.year(ctx, year, byYear[year]); err != nil {
			return err
		}
		done += len(byYear[year])
		t.progress(done, len(h.Rows))
	}
	if t.dry || len(t.undo.Added)+len(t.undo.Changed)+len(t.undo.Removed) == 0 {
		return nil
	}
	return t.record(ctx, from)
}

// registry maps every house of the ward by the keys of its street and number.
func (t *taking) registry(ctx context.Context) error {
	t.houses = map[houseKey]string{}
	return t.tx.All(ctx, func(scan func(...any) error) error {
		var k houseKey
		var id string
		err := scan(&k.street, &k.number, &id)
		t.houses[k] = id
		return err
	}, `select s.name_key, h.number_key, h.id from houses h join streets s on s.ward_id = h.ward_id and s.id = h.street_id where {scope h}`)
}

func (t *taking) year(ctx context.Context, year int, rows []*history.Row) error {
	sum := YearTaken{}
	rows = t.found(&sum, rows)
	campaign, err := t.campaign(ctx, year, slices.ContainsFunc(rows, func(r *history.Row) bool { return r.Outcome != history.NotInspected }))
	if err != nil {
		return err
	}
	have, err := t.known(ctx, campaign)
	if err != nil {
		return err
	}
	for _, row := range rows {
		house := t.houses[keyOf(row)]
		switch row.Outcome {
		case history.Safe:
			sum.Safe++
		case history.Conditional:
			sum.Conditional++
		case history.NotSafe:
			sum.NotSafe++
		}
		if err := t.row(ctx, &sum, campaign, house, have[house], row); err != nil {
			return err
		}
	}
	if err := t.flush(ctx); err != nil {
		return err
	}
	sum.Inspected = sum.Safe + sum.Conditional + sum.NotSafe
	t.taken.Years[strconv.Itoa(year)] = sum
	if t.dry || sum.New+sum.Changed == 0 {
		return nil
	}
	t.undo.Touched = append(t.undo.Touched, campaign)
	return t.store.RecountAll(ctx, t.tx, campaign)
}

func keyOf(row *history.Row) houseKey { return houseKey{row.Street.Key, row.Number.Key} }

// found gives the rows whose house is in the registry and refuses the others, and those of a year that has not come.
func (t *taking) found(sum *YearTaken, rows []*history.Row) []*history.Row {
	var known []*history.Row
	for _, row := range rows {
		_, ok := t.houses[keyOf(row)]
		if ok && row.Year <= civil.DayOf(t.tx.Now).Year() {
			known = append(known, row)
			continue
		}
		sum.Refused++
		if ok {
			t.taken.Refused = append(t.taken.Refused, history.Problem{Sheet: row.Sheet, Row: row.Row, Code: history.FutureYear, Value: strconv.Itoa(row.Year)})
			continue
		}
		t.taken.Refused = append(t.taken.Refused, history.Problem{
			Sheet: row.Sheet, Row: row.Row, Code: history.UnknownHouse, Value: civil.NFC(row.Number.Text + " " + row.Street.Name),
		})
	}
	return known
}

// campaign finds the closed campaign of an earlier year, or makes it when the file has an inspected house in it;
// empty where there is none.
func (t *taking) campaign(ctx context.Context, year int, needed bool) (string, error) {
	c, err := campaigns.ByYearTx(ctx, t.tx, year)
	switch {
	case err == nil && c.Origin != campaigns.Imported:
		return "", fault.Refused("results.own_year", "Year", strconv.Itoa(year))
	case err == nil:
		return c.ID, nil
	case !fault.Is(err, fault.Missing):
		return "", err
	case t.dry || !needed:
		return "", nil
	}
	c, err = campaigns.Add(ctx, t.tx, campaigns.New{Year: year, Criteria: criteria.Version1().Version, Dates: campaigns.Plan(year)}, campaigns.Imported, campaigns.Closed)
	t.undo.Campaigns = append(t.undo.Campaigns, c.ID)
	return c.ID, err
}

func (t *taking) known(ctx context.Context, campaign string) (map[string]*knownResult, error) {
	have := map[string]*knownResult{}
	if campaign == "" {
		return have, nil
	}
	err := t.tx.All(ctx, func(scan func(...any) error) error {
		var house string
		var k knownResult
		err := scan(&house, &k.class, &k.on, &k.version)
		have[house] = &k
		return err
	}, `select r.house_id, r.class, r.inspected_on, r.version from results r where r.ward_id = {ward} and r.campaign_id = $1`, campaign)
	return have, err
}

// row takes one row. A house that was not inspected has no row; a blank day says nothing.
func (t *taking) row(ctx context.Context, sum *YearTaken, campaign, house string, have *knownResult, row *history.Row) error {
	class := string(row.Outcome)
	seen := row.Outcome != history.NotInspected
	line := HistoryLine{Row: row}
	if have != nil {
		line.Class, line.On = history.Outcome(have.class), have.on
	}
	switch {
	case have == nil && !seen, have != nil && have.class == class && (row.InspectedOn == "" || row.InspectedOn == have.on):
		sum.Unchanged++
		t.note(line, houses.Unchanged)
		return nil
	case have == nil:
		sum.New++
		if t.dry {
			t.note(line, houses.New)
			return nil
		}
		t.undo.Added = append(t.undo.Added, [2]string{campaign, house})
		t.inserts = append(t.inserts, campaign, house, class, string(row.InspectedOn), t.tx.Millis())
		if len(t.inserts) >= historyBatch*historyColumns {
			return t.flush(ctx)
		}
		return nil
	}
	sum.Changed++
	if t.dry {
		t.note(line, houses.Changed)
		return nil
	}
	before := restored{Campaign: campaign, House: house, Class: have.class, On: string(have.on), Version: have.version + 1}
	if !seen {
		t.undo.Removed = append(t.undo.Removed, before)
		n, err := t.tx.Exec(ctx, `delete from results as r where r.ward_id = {ward} and r.campaign_id = $1 and r.house_id = $2`, campaign, house)
		return t.tx.Must1(n, err)
	}
	t.undo.Changed = append(t.undo.Changed, before)
	on := row.InspectedOn
	if on == "" {
		on = have.on
	}
	n, err := t.tx.Exec(ctx, `update results as r set class = $1, inspected_on = $2, updated_at = $3, version = r.version + 1
		where r.ward_id = {ward} and r.campaign_id = $4 and r.house_id = $5 and r.version = $6`, class, string(on), t.tx.Millis(), campaign, house, have.version)
	return t.tx.Must1(n, err)
}

// note keeps what a row would do, for the preview.
func (t *taking) note(line HistoryLine, effect houses.Effect) {
	if t.dry {
		line.Effect = effect
		t.taken.Lines = append(t.taken.Lines, line)
	}
}

// historyBatch rows are inserted in one statement, well under the limits of both databases on parameters.
const (
	historyBatch   = 100
	historyColumns = 5
)

// flush inserts the rows gathered so far.
func (t *taking) flush(ctx context.Context) error {
	if len(t.inserts) == 0 {
		return nil
	}
	var q strings.Builder
	q.WriteString(`insert into results (ward_id, campaign_id, house_id, class, inspected_on, updated_at, stage, rule_class, proposed_class, answers, contents, points, points_max,
		missing, differs, exception, recheck_by, inspection_id, proposed_by, reason, approved_by, version) values `)
	for i := range len(t.inserts) / historyColumns {
		if i > 0 {
			q.WriteByte(',')
		}
		q.WriteString("({ward}")
		for c := range historyColumns {
			fmt.Fprintf(&q, ", $%d", i*historyColumns+c+1)
		}
		q.WriteString(", 'inspected', '', '', '', '', 0, 0, '', 0, '', '', '', '', '', '', 1)")
	}
	_, err := t.tx.Exec(ctx, q.String(), t.inserts...)
	t.inserts = t.inserts[:0]
	return err
}

// HistoryKind is the kind of import that brings results of earlier years.
const HistoryKind = "results"

// record keeps what the import did and how to take it back.
func (t *taking) record(ctx context.Context, from HistorySource) error {
	did := houses.Outcome{Read: t.taken.Rows, Refused: len(t.taken.Refused)}
	for _, y := range t.taken.Years {
		did.New, did.Changed, did.Unchanged = did.New+y.New, did.Changed+y.Changed, did.Unchanged+y.Unchanged
	}
	var err error
	if t.taken.Import, err = houses.RecordTx(ctx, t.tx, HistoryKind, from.Source, did, &t.undo); err != nil {
		return err
	}
	return t.tx.Audit(ctx, db.Entry{Action: "results.import", Object: "import", ID: t.taken.Import, Detail: did.String()})
}

// UndoHistory takes an import of results back: rows that it added go, rows that it changed are as before, and a
// year that it opened goes when it is empty again. It refuses when a later import changed one of its rows.
func (s *Store) UndoHistory(ctx context.Context, who access.Actor, id string) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.Import); err != nil {
			return err
		}
		var undo historyUndo
		if _, err := houses.UndoableTx(ctx, tx, HistoryKind, id, "results.undo_late", &undo); err != nil {
			return err
		}
		if err := s.takeBack(ctx, tx, &undo); err != nil {
			return err
		}
		if err := houses.UndoneTx(ctx, tx, id); err != nil {
			return err
		}
		return tx.Audit(ctx, db.Entry{
			Action: "results.undo", Object: "import", ID: id,
			Detail: fmt.Sprintf("%d kết quả bỏ, %d trở lại như trước", len(undo.Added), len(undo.Changed)+len(undo.Removed)),
		})
	})
}

func (s *Store) takeBack(ctx context.Context, tx *db.Tx, undo *historyUndo) error {
	used := func(n int64, err error) error {
		if err == nil && n == 0 {
			err = fault.Conflict("results.undo_used")
		}
		return err
	}
	for _, a := range undo.Added {
		if err := used(tx.Exec(ctx, `delete from results as r where r.ward_id = {ward} and r.campaign_id = $1 and r.house_id = $2 and r.version = 1`, a[0], a[1])); err != nil {
			return err
		}
	}
	for _, c := range undo.Changed {
		if err := used(tx.Exec(ctx, `update results as r set class = $1, inspected_on = $2, updated_at = $3, version = r.version + 1
			where r.ward_id = {ward} and r.campaign_id = $4 and r.house_id = $5 and r.version = $6`, c.Class, c.On, tx.Millis(), c.Campaign, c.House, c.Version)); err != nil {
			return err
		}
	}
	back := taking{store: s, tx: tx}
	for _, c := range undo.Removed {
		back.inserts = append(back.inserts, c.Campaign, c.House, c.Class, c.On, tx.Millis())
		if err := back.flush(ctx); err != nil {
			if fault.Is(err, fault.Clash) {
				return fault.Conflict("results.undo_used")
			}
			return err
		}
	}
	for _, campaign := range undo.Touched {
		if err := s.emptied(ctx, tx, campaign, slices.Contains(undo.Campaigns, campaign)); err != nil {
			return err
		}
	}
	return nil
}

// emptied recounts a campaign after rows went, and removes the one that the import had opened when it is empty.
func (s *Store) emptied(ctx context.Context, tx *db.Tx, campaign string, opened bool) error {
	var left int
	if err := tx.One(ctx, `select count(*) from results r where r.ward_id = {ward} and r.campaign_id = $1`, campaign).Scan(&left); err != nil {
		return err
	}
	if left > 0 || !opened {
		return s.RecountAll(ctx, tx, campaign)
	}
	for _, statement := range []string{
		`delete from tallies as t where t.ward_id = {ward} and t.campaign_id = $1`,
		`delete from phases as p where p.ward_id = {ward} and p.campaign_id = $1`,
		`delete from campaigns as c where c.ward_id = {ward} and c.id = $1 and c.origin = 'import'`,
	} {
		if _, err := tx.Exec(ctx, statement, campaign); err != nil {
			return err
		}
	}
	return nil
}
