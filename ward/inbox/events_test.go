package inbox_test

import (
	"strings"
	"testing"
	"time"

	"sonha/engine/db"
	"sonha/engine/queue"
	"sonha/ground/civil"
	"sonha/ward/campaigns"
	"sonha/ward/criteria"
	"sonha/ward/inspections"
	"sonha/ward/results"
)

// texts are the messages of the head, newest first.
func (p *post) texts4head() []string {
	p.T.Helper()
	l, err := p.Inbox.List(p.T.Context(), p.head, "")
	if err != nil {
		p.T.Fatal(err)
	}
	var out []string
	for i := range l.Items {
		out = append(out, l.Items[i].Text(p.Words.In("vi")))
	}
	return out
}

func (p *post) newest(want string) {
	p.T.Helper()
	all := p.texts4head()
	if len(all) == 0 || !strings.Contains(all[0], want) {
		p.T.Errorf("the newest message is not %q: %q", want, all)
	}
}

func TestTheHeadIsToldWhatHappensToTheHouse(t *testing.T) {
	t.Parallel()
	posts(t, func(t *testing.T, p *post) {
		ctx, house := t.Context(), p.House["36A Hàng Bạc"]
		found := criteria.Answers(strings.Repeat("2", p.Set.Len())).With(p.Set.Index("TC2"), criteria.Fail)
		if err := p.DB.Write(ctx, p.System(), func(tx *db.Tx) error {
			_, err := p.Inspections.Record(ctx, tx, inspections.Full{
				CampaignID: p.Campaign.ID, HouseID: house, Kind: inspections.Planned, Self: p.Set.Blank(), Found: found,
				Visit:        inspections.Visit{On: "2026-10-20", ResidentSide: "Tổ dân phố"},
				Shortcomings: []inspections.Shortcoming{{Item: "TC2", Measure: "Lắp khóa", Owner: "head", Due: "2026-10-25"}},
			})
			return err
		}); err != nil {
			t.Fatal(err)
		}
		p.newest("Kiểm tra số nhà 36A Hàng Bạc ghi 1 việc cần khắc phục, hạn sớm nhất 26/10/2026")

		w, err := p.Results.Waiting(ctx, p.Actor("command"), "", "")
		if err != nil {
			t.Fatal(err)
		}
		r := append(w.Rows, w.Exceptions...)[0]
		if err := p.Results.Decide(ctx, p.Actor("command"), p.Campaign.ID, house, results.Decision{Class: r.Class, Version: r.Version}); err != nil {
			t.Fatal(err)
		}
		p.newest("Kết quả xếp loại số nhà 36A Hàng Bạc:")

		morning := func(day, name string) {
			t.Helper()
			p.at(day + " 07:00:00")
			if _, err := p.runner.Run(ctx, p.System(), name, false); err != nil {
				t.Fatal(err)
			}
		}
		p.Measures.Rounds(p.runner)
		morning("2026-10-26", "measures.climb") // the 25th was a Sunday: the day itself is not late
		before := len(p.texts4head())
		morning("2026-10-27", "measures.climb")
		p.newest("Số nhà 36A Hàng Bạc có 1 việc vừa quá hạn, sớm nhất là 26/10/2026")
		morning("2026-10-28", "measures.climb")
		if n := len(p.texts4head()); n != before+1 {
			t.Errorf("told %d times of one day", n-before)
		}

		p.Phase(campaigns.Review)
		p.newest("Đợt 2026 ở bước xét.")
	})
}

func TestTheHeadIsToldOfARecheckAWeekBefore(t *testing.T) {
	t.Parallel()
	posts(t, func(t *testing.T, p *post) {
		ctx, house := t.Context(), p.House["36A Hàng Bạc"]
		if err := p.DB.Write(ctx, p.System(), func(tx *db.Tx) error {
			if err := p.Results.Inspected(ctx, tx, results.Outcome{
				Campaign: p.Campaign.ID, House: house, Self: p.Set.Blank(), Found: criteria.Answers(strings.Repeat("2", p.Set.Len())), On: "2026-10-20", Class: criteria.Conditional, Reason: "x",
			}); err != nil {
				return err
			}
			return tx.Audit(ctx, db.Entry{Action: "test"})
		}); err != nil {
			t.Fatal(err)
		}
		r, err := p.Results.Waiting(ctx, p.Actor("command"), "", "")
		if err != nil {
			t.Fatal(err)
		}
		by := append(r.Rows, r.Exceptions...)[0].RecheckBy
		if by == "" {
			t.Fatal("no day of a recheck")
		}
		p.runner.Every("rechecks", queue.Daily(7, 0), p.Results.Rechecks)
		for i, day := range []civil.Day{by.AddDays(-8), by.AddDays(-7), by.AddDays(-6)} {
			p.at(day.Time().Add(7 * time.Hour).In(civil.Hanoi).Format("2006-01-02 15:04:05"))
			if _, err := p.runner.Run(ctx, p.System(), "rechecks", false); err != nil {
				t.Fatal(err)
			}
			if n := len(p.texts4head()); n != min(i, 1) {
				t.Errorf("%s: %d messages", day, n)
			}
		}
		p.newest("Số nhà 36A Hàng Bạc cần kiểm tra lại chậm nhất ngày " + by.Display())
	})
}
