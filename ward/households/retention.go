package households

import (
	"context"
	"strconv"

	"sonha/engine/db"
	"sonha/engine/queue"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ward/periods"
)

// Destroyed says what of a campaign was destroyed, or would be.
type Destroyed struct {
	Year       int
	Households int // sheets, sent or not
}

// Retain is Destroy as work that comes round every night; a dry run says what it would destroy (sonha jobs run households.retention --dry-run).
func (s *Store) Retain(ctx context.Context, who access.Actor) error {
	done, err := s.Destroy(ctx, who, queue.Dry(ctx))
	for _, x := range done {
		queue.Note(ctx, "hủy câu trả lời của %d hộ, đợt năm %d; giữ số tổng hợp", x.Households, x.Year)
	}
	return err
}

// Destroy deletes the answers of single households in all campaigns of the ward that were closed more than ninety days ago, with what
// they wrote in their own words (domain.md §5.9, §9.8), and writes a line of destruction into the audit trail for each. A rehearsal does
// the same and takes it back: it counts what nobody may read.
func (s *Store) Destroy(ctx context.Context, who access.Actor, rehearse bool) ([]Destroyed, error) {
	var out []Destroyed
	err := s.db.Rehearse(ctx, who, rehearse, func(tx *db.Tx) error {
		out = nil
		if err := tx.Need(access.RunCampaign); err != nil {
			return err
		}
		type old struct {
			id   string
			year int
		}
		var due []old
		if err := tx.All(ctx, func(scan func(...any) error) error {
			var c old
			err := scan(&c.id, &c.year)
			due = append(due, c)
			return err
		}, `select c.id, c.year from campaigns c where c.ward_id = {ward} and c.phase = 'closed' and c.closed_at <= $1
			order by c.year, c.id`, periods.Answers().Before(tx.Now).UnixMilli()); err != nil {
			return err
		}
		tx.Untold("nothing was old enough")
		for _, c := range due {
			n, err := tx.Exec(ctx, `delete from own_answers as a where a.ward_id = {ward} and a.campaign_id = $1`, c.id)
			if err != nil {
				return err
			}
			if _, err := tx.Exec(ctx, `delete from need_notes as n where n.ward_id = {ward} and n.campaign_id = $1`, c.id); err != nil {
				return err
			}
			if n == 0 {
				continue
			}
			out = append(out, Destroyed{Year: c.year, Households: int(n)})
			if err := periods.Answers().Destroyed(ctx, tx, int(n), civil.DayOf(periods.Answers().Before(tx.Now))); err != nil {
				return err
			}
			if err := tx.Audit(ctx, db.Entry{
				Action: "household.destroy", Object: "campaign", ID: c.id,
				Detail: "hủy câu trả lời của " + civil.Int(int(n)) + " hộ, năm " + strconv.Itoa(c.year) + ", sau 90 ngày; giữ số tổng hợp",
			}); err != nil {
				return err
			}
		}
		return nil
	})
	return out, err
}
