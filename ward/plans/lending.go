package plans

import (
	"context"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/fault"
	"sonha/ward/campaigns"
)

// Lend gives the officer a house for its inspection: a house within the own reach with the actor as it is; one of another beat, while
// the current plan of the running campaign has it drawn for one of the officer's beats and inspections go on, with an actor that reaches
// this house and nothing else. Every other house is not found. round says that the house stands on the officer's round, sampled that it
// was drawn for the random sample.
func (s *Store) Lend(ctx context.Context, who access.Actor, house string) (as access.Actor, round, sampled bool, err error) {
	as = who
	err = s.db.Read(ctx, who, func(tx *db.Tx) error {
		as, round, sampled = who, false, false
		if err := tx.Need(access.Inspect); err != nil {
			return err
		}
		var found string
		missing := tx.One(ctx, `select h.id from houses h where {scope h} and h.id = $1`, house).Scan(&found)
		if missing != nil && !fault.Is(missing, fault.Missing) {
			return missing
		}
		level, beats := who.Reach()
		if level != access.OwnBeats || len(beats) == 0 {
			return missing
		}
		c, err := campaigns.CurrentOf(ctx, tx)
		if fault.Is(err, fault.Missing) {
			return missing
		} else if err != nil {
			return err
		}
		which, args := db.Among("v.by_beat", 3, beats)
		err = tx.One(ctx, `select v.sampled from plan_visits v join plans p on p.ward_id = v.ward_id and p.id = v.plan_id
			where v.ward_id = {ward} and v.house_id = $1 and v.week > 0 and p.state = 'current' and p.campaign_id = $2 and `+which,
			append([]any{house, c.ID}, args...)...).Scan(&sampled)
		switch {
		case fault.Is(err, fault.Missing):
			return missing
		case err != nil:
			return err
		}
		round = true
		if missing == nil {
			return nil
		}
		if !c.Phase.Allows(campaigns.Visiting) {
			return missing
		}
		as = who.Lent(house)
		return nil
	})
	return as, round, sampled, err
}

// Sends names the beat whose officer the current plan sends to a house of the officer's own beats, while that inspection has not been made;
// empty when the plan sends nobody else. Whoever answers for the house may still inspect it, and should know.
func (s *Store) Sends(ctx context.Context, who access.Actor, house string) (beat string, err error) {
	err = s.db.Read(ctx, who, func(tx *db.Tx) error {
		beat = ""
		if err := tx.Need(access.Inspect); err != nil {
			return err
		}
		level, beats := who.Reach()
		if level != access.OwnBeats || len(beats) == 0 {
			return nil
		}
		c, err := campaigns.CurrentOf(ctx, tx)
		if fault.Is(err, fault.Missing) {
			return nil
		} else if err != nil {
			return err
		}
		own, args := db.Among("v.by_beat", 3, beats)
		err = tx.One(ctx, `select b.name from plan_visits v
			join plans p on p.ward_id = v.ward_id and p.id = v.plan_id
			join houses h on h.ward_id = v.ward_id and h.id = v.house_id
			join beats b on b.ward_id = v.ward_id and b.id = v.by_beat
			where {scope h} and v.house_id = $1 and v.crossed and v.week > 0 and p.state = 'current' and p.campaign_id = $2 and not `+own+`
				and not exists (select 1 from inspections i where i.ward_id = v.ward_id and i.campaign_id = p.campaign_id and i.house_id = v.house_id and i.state = 'finished')`,
			append([]any{house, c.ID}, args...)...).Scan(&beat)
		if fault.Is(err, fault.Missing) {
			return nil
		}
		return err
	})
	return beat, err
}
