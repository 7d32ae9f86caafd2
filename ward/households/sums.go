package households

import (
	"context"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ward/criteria"
)

// count brings the sums of a house from one sheet to another; an empty one is none. turn is by how many households the number of those
// who have answered changes.
func (s *Store) count(ctx context.Context, tx *db.Tx, campaign string, h *House, from, to criteria.Answers, turn int) error {
	set, err := s.sets.OfCampaign(ctx, tx, campaign)
	if err != nil {
		return err
	}
	for i, question := range Questions(set) {
		var delta [4]int
		if from != "" {
			addTo(&delta, from.At(i), -1)
		}
		if to != "" {
			addTo(&delta, to.At(i), 1)
		}
		if delta == [4]int{} {
			continue
		}
		// The first row of a question is made with zeros, so that a sum never depends on which household came first.
		if _, err := tx.Exec(ctx, `insert into answer_sums (ward_id, campaign_id, house_id, question, yes, partly, lacking, not_apply,
				shown_yes, shown_partly, shown_lacking, shown_not_apply)
			values ({ward}, $1, $2, $3, $4, $5, $6, $7, 0, 0, 0, 0)
			on conflict (ward_id, campaign_id, house_id, question) do update set yes = answer_sums.yes + excluded.yes, partly = answer_sums.partly + excluded.partly,
				lacking = answer_sums.lacking + excluded.lacking, not_apply = answer_sums.not_apply + excluded.not_apply`,
			campaign, h.ID, question.Code, delta[0], delta[1], delta[2], delta[3]); err != nil {
			return err
		}
	}
	if _, err := tx.Exec(ctx, `insert into turnouts (ward_id, campaign_id, house_id, answered, shown, verdict, updated_at) values ({ward}, $1, $2, $3, 0, '', $4)
		on conflict (ward_id, campaign_id, house_id) do update set answered = turnouts.answered + excluded.answered, updated_at = excluded.updated_at`,
		campaign, h.ID, turn, tx.Millis()); err != nil {
		return err
	}
	return s.show(ctx, tx, campaign, h)
}

func addTo(delta *[4]int, v criteria.Value, n int) {
	switch v {
	case criteria.Pass:
		delta[0] += n
	case criteria.Partly:
		delta[1] += n
	case criteria.Fail:
		delta[2] += n
	case criteria.NA:
		delta[3] += n
	}
}

// show brings what may be shown up to date. Shares move only when five more households stand behind them than before: of two tables
// that differ by one household, anyone could read that household's answers.
func (s *Store) show(ctx context.Context, tx *db.Tx, campaign string, h *House) error {
	if h.Households >= few {
		n, err := tx.Exec(ctx, `update turnouts as t set shown = t.answered, verdict = '' where t.ward_id = {ward} and t.campaign_id = $1 and t.house_id = $2
			and t.answered - t.shown >= $3`, campaign, h.ID, few)
		if err != nil || n == 0 {
			return err
		}
		if _, err := tx.Exec(ctx, `update answer_sums as x set shown_yes = x.yes, shown_partly = x.partly, shown_lacking = x.lacking, shown_not_apply = x.not_apply
			where x.ward_id = {ward} and x.campaign_id = $1 and x.house_id = $2`, campaign, h.ID); err != nil {
			return err
		}
		return showNeeds(ctx, tx, campaign, h.ID)
	}
	verdict := Unknown
	var answered, points, most int
	if err := tx.One(ctx, `select t.answered from turnouts t where t.ward_id = {ward} and t.campaign_id = $1 and t.house_id = $2`, campaign, h.ID).Scan(&answered); err != nil {
		return err
	}
	if h.Households > 1 && answered >= h.Households { // of one household alone nothing is told
		if err := tx.One(ctx, `select coalesce(sum(2 * x.yes + x.partly), 0), coalesce(sum(2 * (x.yes + x.partly + x.lacking)), 0) from answer_sums x
			where x.ward_id = {ward} and x.campaign_id = $1 and x.house_id = $2`, campaign, h.ID).Scan(&points, &most); err != nil {
			return err
		}
		set, err := s.sets.OfCampaign(ctx, tx, campaign)
		if err != nil {
			return err
		}
		verdict = NotMet
		if 100*points >= set.PassPercent*most {
			verdict = Met
		}
	}
	_, err := tx.Exec(ctx, `update turnouts as t set verdict = $3 where t.ward_id = {ward} and t.campaign_id = $1 and t.house_id = $2`, campaign, h.ID, string(verdict))
	return err
}

// Turnout gives what a head or group lead may know of the answers of a house's households.
func (s *Store) Turnout(ctx context.Context, who access.Actor, house string) (Turnout, error) {
	var t Turnout
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.Assess); err != nil {
			return err
		}
		var err error
		if t.House, t.Campaign, err = reached(ctx, tx, house); err != nil {
			return err
		}
		if t.Set, err = s.sets.OfCampaign(ctx, tx, t.Campaign.ID); err != nil {
			return err
		}
		shown := map[string]Share{}
		questions := Questions(t.Set)
		if err := tx.All(ctx, func(scan func(...any) error) error {
			var code string
			var yes, partly, lacking int
			if err := scan(&t.Answered, &t.Shown, &t.Verdict, &code, &yes, &partly, &lacking); err != nil {
				return err
			}
			if at := indexOf(t.Set, code); at >= 0 {
				shown[code] = share(questions[at], yes, partly, lacking)
			}
			return nil
		}, `select t.answered, t.shown, t.verdict, coalesce(x.question, ''), coalesce(x.shown_yes, 0), coalesce(x.shown_partly, 0), coalesce(x.shown_lacking, 0)
			from turnouts t left join answer_sums x on x.ward_id = t.ward_id and x.campaign_id = t.campaign_id and x.house_id = t.house_id
			where {scope t.house} and t.campaign_id = $1 and t.house_id = $2`, t.Campaign.ID, house); err != nil {
			return err
		}
		if t.Few() { // the number of households changed since: what was shown of more says too much of few
			t.Shown = 0
			return nil
		}
		t.Verdict = Unknown
		for _, q := range questions {
			if t.Shown >= few {
				if x, ok := shown[q.Code]; ok {
					t.Shares = append(t.Shares, x)
				}
			}
		}
		return nil
	})
	return t, err
}
