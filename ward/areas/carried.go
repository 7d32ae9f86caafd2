package areas

import (
	"context"
	"fmt"

	"sonha/engine/db"
	"sonha/ground/civil"
)

// Carried says what a merge did to a row of which it keeps the id, so that it can be given back.
type Carried string

// What a merge keeps. Proposals for awards are not among them: they follow their house.
const (
	carriedArea  Carried = "area"  // what was closed; without this line nothing is known of what came along
	carriedMerge Carried = "merge" // an earlier merge that has come to the new area
	carriedName  Carried = "name"  // a former name that went along
	madeName     Carried = "name_made"
	carriedPhone Carried = "phone" // of a beat, whose number the other one has now

	EndedGrant        Carried = "grant_ended"
	MadeGrant         Carried = "grant_made"
	CarriedMeasure    Carried = "measure"
	CarriedMeeting    Carried = "meeting"
	CarriedTraining   Carried = "training"
	CarriedReview     Carried = "review"
	CarriedReport     Carried = "report"
	CarriedMediation  Carried = "mediation"
	CarriedNotice     Carried = "notice"
	CarriedNoticeBoth Carried = "notice_both" // it was for both areas
	CarriedVisitHome  Carried = "visit_home"  // visits of the plan by their house
	CarriedVisitBy    Carried = "visit_by"
	CarriedVisitCross Carried = "visit_cross"
)

// Return is a merge that is taken back: Into gives From what came with it.
type Return struct {
	Change string // the merge
	Part   Part
	From   string // was closed, and is there again
	Into   string
	Day    civil.Day
	// Book says that a case which came along has a number in the register of Into by now: its mediators keep that.
	Book bool
}

// Keep writes down which rows a merge is about to carry over. rows is a statement that selects them by ward and id, and args are its
// arguments.
func Keep(ctx context.Context, tx *db.Tx, m Merge, what Carried, rows string, args ...any) error {
	n := len(args)
	_, err := tx.Exec(ctx, fmt.Sprintf(`insert into area_carried (ward_id, change_id, what, row_id)
		select x.ward_id, cast($%d as text), cast($%d as text), x.id from (%s) x`, n+1, n+2, rows), append(args, m.Change, string(what))...)
	return err
}

// KeepOne writes down one row that a merge carries over.
func KeepOne(ctx context.Context, tx *db.Tx, m Merge, what Carried, id string) error {
	_, err := tx.Exec(ctx, `insert into area_carried (ward_id, change_id, what, row_id) values ({ward}, $1, $2, $3)`, m.Change, string(what), id)
	return err
}

// InPlaceOf lets a row stand for another one of which merges keep the id.
func InPlaceOf(ctx context.Context, tx *db.Tx, what Carried, was, is string) error {
	_, err := tx.Exec(ctx, `update area_carried as k set row_id = $1 where k.ward_id = {ward} and k.what = $2 and k.row_id = $3`, is, string(what), was)
	return err
}

// Came is the condition that a row came along with a merge: alias is that of its table, id its column, change the argument of the
// statement that holds the merge, such as $2.
func Came(what Carried, alias, id, change string) string {
	return `exists (select 1 from area_carried k where k.ward_id = ` + alias + `.ward_id and k.change_id = ` + change + ` and k.what = '` + string(what) + `' and k.row_id = ` +
		alias + `.` + id + `)`
}

// Kept reports whether a merge wrote down what it carried over. Those of earlier versions did not.
func Kept(ctx context.Context, tx *db.Tx, change string) (bool, error) {
	n := 0
	err := tx.One(ctx, `select count(*) from area_carried k where k.ward_id = {ward} and k.change_id = $1 and k.what = 'area'`, change).Scan(&n)
	return n > 0, err
}

// Standing is the condition that a line of house_moves, of the alias w, counts: neither was its change taken back nor did it take one back.
// The two together moved nothing.
func Standing(w string) string {
	return `not exists (select 1 from area_changes d where d.ward_id = ` + w + `.ward_id
		and (d.id = ` + w + `.change_id and d.undone_id is not null or d.undone_id = ` + w + `.change_id))`
}

// NameTaken reports whether another group or beat has the name of one that is closed by now.
func NameTaken(ctx context.Context, tx *db.Tx, part Part, id string) (bool, error) {
	text := `select count(*) from areas a join areas x on x.ward_id = a.ward_id and x.kind = a.kind and x.name_key = a.name_key and x.id <> a.id and x.valid_to is null
		where a.ward_id = {ward} and a.id = $1`
	if part == OfBeat {
		text = `select count(*) from beats b join beats x on x.ward_id = b.ward_id and x.name_key = b.name_key and x.id <> b.id and x.valid_to is null
			where b.ward_id = {ward} and b.id = $1`
	}
	n := 0
	err := tx.One(ctx, text, id).Scan(&n)
	return n > 0, err
}

// OpenAgain lets a group or beat be valid again that a merge closed, as if it had never ended, and gives it back its former names, what
// had been merged into it before, and its telephone number unless a newer one was written since.
func OpenAgain(ctx context.Context, tx *db.Tx, r Return) error {
	if r.Part == OfBeat {
		if err := openBeat(ctx, tx, r); err != nil {
			return err
		}
	} else if err := openGroup(ctx, tx, r); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `update area_changes as c set present_id = $1 where c.ward_id = {ward} and c.kind = 'merge' and c.present_id = $2 and `+
		Came(carriedMerge, "c", "id", "$3"), r.From, r.Into, r.Change)
	return err
}

func openGroup(ctx context.Context, tx *db.Tx, r Return) error {
	if err := tx.Must1(tx.Exec(ctx, `update areas as a set valid_to = null where a.ward_id = {ward} and a.id = $1 and a.kind = 'group' and a.valid_to = $2`,
		r.From, string(r.Day))); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `update area_paths as p set valid_to = null where p.ward_id = {ward} and p.descendant_id = $1 and p.valid_to = $2`,
		r.From, string(r.Day)); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `update area_names as n set area_id = $1 where n.ward_id = {ward} and `+Came(carriedName, "n", "id", "$2"), r.From, r.Change); err != nil {
		return err
	}
	// It is no former name any more: it is the name of a group of today.
	_, err := tx.Exec(ctx, `delete from area_names as n where n.ward_id = {ward} and `+Came(madeName, "n", "id", "$1"), r.Change)
	return err
}

func openBeat(ctx context.Context, tx *db.Tx, r Return) error {
	if err := tx.Must1(tx.Exec(ctx, `update beats as b set valid_to = null where b.ward_id = {ward} and b.id = $1 and b.valid_to = $2`, r.From, string(r.Day))); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `update office_phones as p set beat_id = $1 where p.ward_id = {ward} and p.office = 'beat' and p.beat_id = $2
		and exists (select 1 from area_carried k join area_changes c on c.ward_id = k.ward_id and c.id = k.change_id
			where k.ward_id = p.ward_id and k.change_id = $3 and k.what = '`+string(carriedPhone)+`' and k.row_id = $1 and p.updated_at <= c.made_at)`,
		r.From, r.Into, r.Change)
	return err
}

// TakenBack notes of a change by which one it was taken back. Where it was the taking back of another one itself, that one holds again.
func TakenBack(ctx context.Context, tx *db.Tx, change, by string) error {
	if _, err := tx.Exec(ctx, `update area_changes as c set undone_id = null where c.ward_id = {ward} and c.undone_id = $1`, change); err != nil {
		return err
	}
	return tx.Must1(tx.Exec(ctx, `update area_changes as c set undone_id = $1 where c.ward_id = {ward} and c.id = $2 and c.undone_id is null`, by, change))
}
