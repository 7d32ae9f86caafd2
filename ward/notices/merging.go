package notices

import (
	"context"

	"sonha/engine/db"
	"sonha/ward/areas"
)

// drafts is the condition that an area a is of an announcement that is still written.
const drafts = `exists (select 1 from notices n where n.ward_id = a.ward_id and n.id = a.notice_id and n.state = 'draft')`

// AreasRedrawn addresses announcements that are not sent yet to the group or beat into which theirs was merged. What was sent keeps
// the houses that had it.
func (s *Store) AreasRedrawn(ctx context.Context, tx *db.Tx, m areas.Merge) error {
	if m.From == "" {
		return nil
	}
	// Whoever has the announcement open sees that it goes to others by now before they send it.
	if _, err := tx.Exec(ctx, `update notices as n set version = n.version + 1 where n.ward_id = {ward} and n.state = 'draft'
		and exists (select 1 from notice_areas a where a.ward_id = n.ward_id and a.notice_id = n.id and a.ref_id = $1)`, m.From); err != nil {
		return err
	}
	const both = `exists (select 1 from notice_areas x where x.ward_id = a.ward_id and x.notice_id = a.notice_id and x.ref_id = $2)`
	for what, which := range map[areas.Carried]string{areas.CarriedNoticeBoth: both, areas.CarriedNotice: `not ` + both} {
		if err := areas.Keep(ctx, tx, m, what, `select a.ward_id, a.notice_id as id from notice_areas a
			where a.ward_id = {ward} and a.ref_id = $1 and `+drafts+` and `+which, m.From, m.Into); err != nil {
			return err
		}
	}
	if _, err := tx.Exec(ctx, `delete from notice_areas as a where a.ward_id = {ward} and a.ref_id = $1 and `+drafts+` and `+both, m.From, m.Into); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `update notice_areas as a set ref_id = $2 where a.ward_id = {ward} and a.ref_id = $1 and `+drafts, m.From, m.Into)
	return err
}

// AreasReturned addresses announcements that are still not sent to the group or beat that is there again, and lets those that were for both
// be for both. One from which the author took the area out meanwhile stays as it is.
func (s *Store) AreasReturned(ctx context.Context, tx *db.Tx, r areas.Return) error {
	came := `(` + areas.Came(areas.CarriedNotice, "a", "notice_id", "$1") + ` or ` + areas.Came(areas.CarriedNoticeBoth, "a", "notice_id", "$1") + `)`
	if _, err := tx.Exec(ctx, `update notices as n set version = n.version + 1 where n.ward_id = {ward} and n.state = 'draft'
		and exists (select 1 from notice_areas a where a.ward_id = n.ward_id and a.notice_id = n.id and a.ref_id = $2 and `+came+`)`, r.Change, r.Into); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `insert into notice_areas (ward_id, notice_id, ref_id) select a.ward_id, a.notice_id, cast($3 as text) from notice_areas a
		where a.ward_id = {ward} and a.ref_id = $2 and `+drafts+` and `+areas.Came(areas.CarriedNoticeBoth, "a", "notice_id", "$1"), r.Change, r.Into, r.From); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `update notice_areas as a set ref_id = $3 where a.ward_id = {ward} and a.ref_id = $2 and `+drafts+` and `+
		areas.Came(areas.CarriedNotice, "a", "notice_id", "$1"), r.Change, r.Into, r.From)
	return err
}
