package handovers

import (
	"context"
	"encoding/json"

	"sonha/engine/db"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/assessments"
	"sonha/ward/campaigns"
	"sonha/ward/criteria"
	"sonha/ward/logbook"
)

// Left is one kind of thing that is open in a house: how many, and the earliest day. Its words are "handovers.left.<key>". It says
// counts and days and no more, because it is also read behind a link.
type Left struct {
	Key  string    `json:"k"`
	N    int       `json:"n"`
	Due  civil.Day `json:"d,omitempty"`
	Href string    `json:"-"` // where the one who has the house finds it
}

func pack(list []Left) string {
	text, err := json.Marshal(list)
	if err != nil {
		return "[]" // a list of words and numbers always can be written
	}
	return string(text)
}

func unpack(text string) []Left {
	var list []Left
	if json.Unmarshal([]byte(text), &list) != nil {
		return nil
	}
	return list
}

// left reads what is open in a house: proposals, things to follow up, reports, shortcomings, measures, the self-assessment, pledges, dates.
func (s *Store) left(ctx context.Context, tx *db.Tx, house string) ([]Left, error) {
	var list []Left
	add := func(key string, n int, due civil.Day, href string) {
		if n > 0 {
			list = append(list, Left{Key: key, N: n, Due: due, Href: href})
		}
	}
	base := "/houses/" + house
	var n, answered int
	var due civil.Day
	if err := tx.One(ctx, `select count(*), coalesce(min(case when p.state <> 'answered' and p.due_on <> '' then p.due_on end), ''), count(*) filter (where p.state = 'answered')
		from proposals p where {scope p.house} and p.house_id = $1 and p.state not in ('draft', 'closed')`, house).Scan(&n, &due, &answered); err != nil {
		return nil, err
	}
	add("proposals", n-answered, due, "/proposals")
	add("answered", answered, "", "/proposals")
	if err := tx.One(ctx, `select count(*), coalesce(min(e.follow_by), '') from log_entries e
		where {scope e.house} and e.house_id = $1 and e.follow_by <> '' and e.followed_at is null`, house).Scan(&n, &due); err != nil {
		return nil, err
	}
	add("follow", n, due, base+"/log?open=1")
	if err := reports(ctx, tx, house, add); err != nil {
		return nil, err
	}
	if err := tx.One(ctx, `select count(*), coalesce(min(case when m.due_on <> '' then m.due_on when x.due_on <> '' then x.due_on end), '') from shortcomings x
		left join measures m on m.ward_id = x.ward_id and m.source = 'inspection' and m.source_id = x.id and m.state in ('planned', 'doing')
		where {scope x.house} and x.house_id = $1 and x.state = 'open'`, house).Scan(&n, &due); err != nil {
		return nil, err
	}
	add("shortcomings", n, due, base)
	if err := tx.One(ctx, `select count(*), coalesce(min(case when m.due_on <> '' then m.due_on end), '') from measures m
		where {scope m.house} and m.house_id = $1 and m.owner = 'house' and m.state in ('planned', 'doing')`, house).Scan(&n, &due); err != nil {
		return nil, err
	}
	add("measures", n, due, "/measures")
	return list, s.campaign(ctx, tx, house, add)
}

// reports adds the reports of this month and the month before that are not there, and those that were returned.
func reports(ctx context.Context, tx *db.Tx, house string, add func(string, int, civil.Day, string)) error {
	today := civil.DayOf(tx.Now)
	now := logbook.MonthOf(today)
	for _, m := range []logbook.Month{now.Back(1), now} {
		var state string
		var opened civil.Day
		if err := tx.One(ctx, `select coalesce(r.state, ''), h.opened_on from houses h
			left join monthly_reports r on r.ward_id = h.ward_id and r.house_id = h.id and r.month = $2 where {scope h} and h.id = $1`,
			house, string(m)).Scan(&state, &opened); err != nil {
			return err
		}
		href := "/houses/" + house + "/monthly/" + string(m)
		switch {
		case state == string(logbook.Returned):
			add("returned", 1, m.Due(), href)
		case (state == "" || state == string(logbook.Drafted)) && opened <= m.Last():
			add("report", 1, m.Due(), href)
		}
	}
	return nil
}

// campaign adds what the campaign of the year still asks of the house.
func (s *Store) campaign(ctx context.Context, tx *db.Tx, house string, add func(string, int, civil.Day, string)) error {
	c, err := campaigns.CurrentOf(ctx, tx)
	if fault.Is(err, fault.Missing) {
		return nil
	}
	if err != nil {
		return err
	}
	var answered, unpledged int
	var state, class string
	var recheck, ends civil.Day
	if err := tx.One(ctx, `select coalesce(a.state, ''), coalesce(a.answered, 0), h.households - coalesce(a.pledged, 0) - `+assessments.Withdrawn+`,
			coalesce(r.class, ''), coalesce(r.recheck_by, ''),
			coalesce((select p.ends_on from phases p where p.ward_id = h.ward_id and p.campaign_id = $1 and p.phase = $3), '')
		from houses h left join assessments a on a.ward_id = h.ward_id and a.house_id = h.id and a.campaign_id = $1
		left join results r on r.ward_id = h.ward_id and r.house_id = h.id and r.campaign_id = $1 where {scope h} and h.id = $2`,
		c.ID, house, string(c.Phase)).Scan(&state, &answered, &unpledged, &class, &recheck, &ends); err != nil {
		return err
	}
	base := "/houses/" + house
	if c.Phase.Allows(campaigns.Assessing) && state != "sent" {
		set, err := s.sets.OfCampaign(ctx, tx, c.ID)
		if err != nil {
			return err
		}
		add("assessment", max(1, set.Len()-answered), ends, base+"/assessment")
	}
	if c.Phase.Allows(campaigns.Pledging) {
		add("pledges", unpledged, ends, base+"/pledges")
	}
	if found, _ := criteria.ParseClass(class); found == criteria.Conditional && recheck != "" && c.Phase != campaigns.Closed {
		add("recheck", 1, recheck, base)
	}
	return nil
}
