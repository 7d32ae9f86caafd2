package logbook

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/periods"
)

// reportColumns read a report over the aliases h of houses, s of streets and r of monthly_reports, which may be missing.
const reportColumns = `h.id, h.number || ' ' || s.name, h.status = 'active', h.opened_on, coalesce(r.state, ''), coalesce(r.normal, false),
	case when coalesce(r.lights, '------') = '------' then h.households else r.households end,
	coalesce(r.reminders, 0), coalesce(r.moved_in, 0), coalesce(r.moved_out, 0), coalesce(r.passed_on, 0), coalesce(r.disputes_new, 0), coalesce(r.disputes_settled, 0),
	coalesce(r.met_on, ''), coalesce(r.alarm_on, ''), coalesce(r.lights, '------'), coalesce(r.reasons, ''), coalesce(r.shortfall, ''), coalesce(r.first_sent_on, ''),
	coalesce(r.sent_at, 0), coalesce(r.sent_by, ''), coalesce(r.seen_at, 0), coalesce(r.seen_by, ''), coalesce(r.return_reason, ''), coalesce(r.reminded_at, 0),
	coalesce(r.version, 0)`

func scanReport(scan func(...any) error, m Month) (Report, error) {
	r := Report{Month: m}
	var chosen string
	var sent, seen, reminded int64
	err := scan(&r.House, &r.Address, &r.Active, &r.Opened, &r.State, &r.Normal, &r.Households, &r.Reminders, &r.MovedIn, &r.MovedOut, &r.Passed,
		&r.DisputesNew, &r.DisputesSettled, &r.MetOn, &r.AlarmOn, &r.Lights, &chosen, &r.Shortfall, &r.FirstSent, &sent, &r.SentBy, &seen, &r.SeenBy, &r.Why, &reminded, &r.Version)
	if chosen != "" {
		r.Reasons = strings.Split(chosen, ",")
	}
	r.SentAt, r.SeenAt, r.RemindedAt = db.Moment(sent), db.Moment(seen), db.Moment(reminded)
	return r, err
}

// Report gives the report of a month, also one that has not begun: its counts are then those of the log.
func (s *Store) Report(ctx context.Context, who access.Actor, house string, m Month) (Report, error) {
	var r Report
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.SeeHouses); err != nil {
			return err
		}
		var err error
		r, err = report(ctx, tx, house, m)
		return err
	})
	return r, err
}

func report(ctx context.Context, tx *db.Tx, house string, m Month) (Report, error) {
	r, err := scanReport(tx.One(ctx, `select `+reportColumns+` from houses h join streets s on s.ward_id = h.ward_id and s.id = h.street_id
		left join monthly_reports r on r.ward_id = h.ward_id and r.house_id = h.id and r.month = $2 where {scope h} and h.id = $1`, house, string(m)).Scan, m)
	if err != nil || r.State != NotBegun && r.Lights != strings.Repeat("-", len(Contents())) {
		return r, err
	}
	return r, prefill(ctx, tx, &r)
}

// prefill takes what the log of the month already says.
func prefill(ctx context.Context, tx *db.Tx, r *Report) error {
	return tx.One(ctx, `select count(*) filter (where e.kind = 'residence'), count(*) filter (where e.kind = 'passed'), count(*) filter (where e.kind = 'dispute')
		from log_entries e where {scope e.house} and e.house_id = $1 and e.happened_on >= $2 and e.happened_on <= $3`,
		r.House, string(r.Month.First()), string(r.Month.Last())).Scan(&r.Reminders, &r.Passed, &r.DisputesNew)
}

// Reports gives the reports of a house, newest first, with the months of which none was begun since the dossier was
// opened, at most a year.
func (s *Store) Reports(ctx context.Context, who access.Actor, house string) ([]Report, error) {
	var list []Report
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.SeeHouses); err != nil {
			return err
		}
		now := MonthOf(civil.DayOf(tx.Now))
		first, err := report(ctx, tx, house, now)
		if err != nil {
			return err
		}
		kept := map[Month]Report{now: first}
		if err := tx.All(ctx, func(scan func(...any) error) error {
			var m Month
			r, err := scanReport(func(dest ...any) error { return scan(append([]any{&m}, dest...)...) }, "")
			r.Month = m
			kept[m] = r
			return err
		}, `select r.month, `+reportColumns+` from monthly_reports r join houses h on h.ward_id = r.ward_id and h.id = r.house_id
			join streets s on s.ward_id = h.ward_id and s.id = h.street_id
			where {scope h} and h.id = $1 and r.month <> $2 and r.month >= $3`, house, string(now), string(now.Back(periods.Report().Months))); err != nil {
			return err
		}
		const year = 12
		for n := range year {
			m := now.Back(n)
			if _, ok := kept[m]; !ok && m.Last() >= first.Opened && n <= mostBack {
				kept[m] = Report{House: first.House, Address: first.Address, Active: first.Active, Opened: first.Opened, Month: m}
			}
		}
		for _, r := range kept {
			list = append(list, r)
		}
		slices.SortFunc(list, func(a, b Report) int { return strings.Compare(string(b.Month), string(a.Month)) })
		return nil
	})
	return list, err
}

// Save keeps a sheet as a draft, or sends it.
func (s *Store) Save(ctx context.Context, who access.Actor, house string, m Month, x Sheet, send bool) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error { return s.SaveTx(ctx, tx, house, m, x, send) })
}

// SaveTx is Save inside a unit of work.
func (s *Store) SaveTx(ctx context.Context, tx *db.Tx, house string, m Month, x Sheet, send bool) error {
	r, err := writableReport(ctx, tx, house, m)
	if err != nil {
		return err
	}
	send = send || r.State == Sent // what the officer has before them is never half done
	if err := x.check(m, civil.DayOf(tx.Now), send); err != nil {
		return err
	}
	r.Sheet, r.Normal = x, false
	return s.put(ctx, tx, &r, send)
}

// Normal sends the report of a month in which nothing fell short, with one press: all green, the counts those of the
// log.
func (s *Store) Normal(ctx context.Context, who access.Actor, house string, m Month) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error { return s.NormalTx(ctx, tx, house, m) })
}

// NormalTx is Normal inside a unit of work.
func (s *Store) NormalTx(ctx context.Context, tx *db.Tx, house string, m Month) error {
	r, err := writableReport(ctx, tx, house, m)
	if err != nil {
		return err
	}
	if r.State == Sent {
		return fault.Shut("logbook.sent_already")
	}
	if r.State == NotBegun || r.State == Drafted {
		if err := prefill(ctx, tx, &r); err != nil {
			return err
		}
	}
	r.Normal, r.Lights, r.Reasons, r.Shortfall = true, allGreen, nil, ""
	return s.put(ctx, tx, &r, true)
}

func writableReport(ctx context.Context, tx *db.Tx, house string, m Month) (Report, error) {
	if err := tx.Need(access.KeepLog); err != nil {
		return Report{}, err
	}
	r, err := report(ctx, tx, house, m)
	if err != nil {
		return r, err
	}
	return r, r.Writable(civil.DayOf(tx.Now))
}

// put writes a report; the day on which it was first sent stays when it is sent again after it was returned.
func (s *Store) put(ctx context.Context, tx *db.Tx, r *Report, send bool) error {
	state, action, sent, by := Drafted, "report.draft", any(nil), ""
	if r.State == Returned {
		state = Returned // until it is sent again
	}
	if send {
		state, action, sent, by = Sent, "report.send", tx.Millis(), tx.Who.Name()
		if r.FirstSent == "" {
			r.FirstSent = civil.DayOf(tx.Now)
		}
	}
	r.Reasons = known(r.Reasons, r.Lights)
	if _, err := tx.Exec(ctx, `insert into monthly_reports (ward_id, house_id, month, state, normal, households, reminders, moved_in, moved_out, passed_on, disputes_new,
			disputes_settled, met_on, alarm_on, lights, reasons, shortfall, first_sent_on, sent_at, sent_by, updated_at, version)
		values ({ward}, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, 1)
		on conflict (ward_id, house_id, month) do update set state = excluded.state, normal = excluded.normal, households = excluded.households, reminders = excluded.reminders,
			moved_in = excluded.moved_in, moved_out = excluded.moved_out, passed_on = excluded.passed_on, disputes_new = excluded.disputes_new,
			disputes_settled = excluded.disputes_settled, met_on = excluded.met_on, alarm_on = excluded.alarm_on, lights = excluded.lights, reasons = excluded.reasons,
			shortfall = excluded.shortfall, first_sent_on = excluded.first_sent_on, sent_at = excluded.sent_at, sent_by = excluded.sent_by,
			updated_at = excluded.updated_at, version = monthly_reports.version + 1`,
		r.House, string(r.Month), string(state), r.Normal, r.Households, r.Reminders, r.MovedIn, r.MovedOut, r.Passed, r.DisputesNew, r.DisputesSettled,
		string(r.MetOn), string(r.AlarmOn), r.Lights, strings.Join(r.Reasons, ","), r.Shortfall, string(r.FirstSent), sent, by, tx.Millis()); err != nil {
		return err
	}
	return tx.Audit(ctx, db.Entry{Action: action, Object: "monthly_report", ID: string(r.Month), House: r.House, Detail: r.Month.Text()})
}

// TakeBack makes a draft of a report that was sent and that the officer has not seen.
func (s *Store) TakeBack(ctx context.Context, who access.Actor, house string, m Month) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		r, err := writableReport(ctx, tx, house, m)
		if err != nil {
			return err
		}
		if r.State != Sent {
			return fault.Conflict("fault.changed")
		}
		if _, err := tx.Exec(ctx, `update monthly_reports as r set state = 'draft', first_sent_on = '', sent_at = null, sent_by = '', updated_at = $1, version = r.version + 1
			where {scope r.house} and r.house_id = $2 and r.month = $3`, tx.Millis(), house, string(m)); err != nil {
			return err
		}
		return tx.Audit(ctx, db.Entry{Action: "report.take_back", Object: "monthly_report", ID: string(m), House: house, Detail: m.Text()})
	})
}

// See notes that the officer has read a report that was sent.
func (s *Store) See(ctx context.Context, who access.Actor, house string, m Month) error {
	return s.answer(ctx, who, house, m, Seen, "")
}

// SeeTx is See inside a unit of work.
func (s *Store) SeeTx(ctx context.Context, tx *db.Tx, house string, m Month) error {
	return s.answerTx(ctx, tx, house, m, Seen, "")
}

// Return gives a report back to the head with the reason; the head mends it and sends it again.
func (s *Store) Return(ctx context.Context, who access.Actor, house string, m Month, why string) error {
	return s.answer(ctx, who, house, m, Returned, why)
}

func (s *Store) answer(ctx context.Context, who access.Actor, house string, m Month, to State, why string) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error { return s.answerTx(ctx, tx, house, m, to, why) })
}

func (s *Store) answerTx(ctx context.Context, tx *db.Tx, house string, m Month, to State, why string) error {
	if err := tx.Need(access.Inspect); err != nil {
		return err
	}
	r, err := report(ctx, tx, house, m)
	if err != nil {
		return err
	}
	if err := checkWhy(to, why); err != nil {
		return err
	}
	if r.State != Sent {
		return fault.Shut("logbook.not_sent")
	}
	if _, err := tx.Exec(ctx, `update monthly_reports as r set state = $1, return_reason = $2, seen_at = $3, seen_by = $4, updated_at = $3, version = r.version + 1
		where {scope r.house} and r.house_id = $5 and r.month = $6 and r.state = 'sent'`,
		string(to), civil.NFCLines(why), tx.Millis(), tx.Who.Name(), house, string(m)); err != nil {
		return err
	}
	if to == Returned {
		if err := tellHead(ctx, tx, place{house, r.Address}, m, "logbook.told_returned", "report:"+house+":"+string(m)); err != nil {
			return err
		}
	}
	return tx.Audit(ctx, db.Entry{Action: "report." + string(to), Object: "monthly_report", ID: string(m), House: house, Detail: m.Text()})
}

// SeeNormal notes that the officer has read all the reports of a month that say nothing fell short, and gives their
// number.
func (s *Store) SeeNormal(ctx context.Context, who access.Actor, m Month) (int, error) {
	var n int64
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.Inspect); err != nil {
			return err
		}
		var err error
		if n, err = tx.Exec(ctx, `update monthly_reports as r set state = 'seen', seen_at = $1, seen_by = $2, updated_at = $1, version = r.version + 1
			where {scope r.house} and r.month = $3 and r.state = 'sent' and r.normal`, tx.Millis(), tx.Who.Name(), string(m)); err != nil {
			return err
		}
		return tx.Audit(ctx, db.Entry{Action: "report.seen", Object: "monthly_report", ID: string(m), Detail: m.Text() + ": " + strconv.FormatInt(n, 10) + " báo cáo bình thường"})
	})
	return int(n), err
}
