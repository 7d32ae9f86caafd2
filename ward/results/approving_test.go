package results_test

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"sonha/app/apptest"
	"sonha/engine/db"
	"sonha/engine/db/dbtest"
	"sonha/ground/access"
	"sonha/ground/fault"
	"sonha/ward/campaigns"
	"sonha/ward/criteria"
	"sonha/ward/results"
)

// sheetOf gives answers to the whole set that make a class.
func sheetOf(set *criteria.Set, class criteria.Class) criteria.Answers {
	answers := criteria.Answers(strings.Repeat("2", set.Len()))
	switch class {
	case criteria.Conditional: // one content loses its points, no required item fails
		for i := range set.Contents[1].Items {
			if !set.Contents[1].Items[i].Required {
				answers = answers.With(set.Index(set.Contents[1].Items[i].Code), criteria.Fail)
			}
		}
	case criteria.NotSafe:
		for i := range set.Contents[0].Items {
			answers = answers.With(i, criteria.Fail)
		}
	}
	return answers
}

// propose finishes an inspection of a house with a class and the answers behind it.
func propose(t *testing.T, s *apptest.Site, who access.Actor, house string, class criteria.Class, change func(*results.Outcome)) {
	t.Helper()
	found := sheetOf(s.Set, class)
	o := results.Outcome{Campaign: s.Campaign.ID, House: s.House[house], Self: found, Found: found, On: "2026-10-12", Class: class}
	if change != nil {
		change(&o)
	}
	if err := s.DB.Write(t.Context(), who, func(tx *db.Tx) error {
		if err := s.Results.Inspected(t.Context(), tx, o); err != nil {
			return err
		}
		return tx.Audit(t.Context(), db.Entry{Action: "inspection.finish", Object: "inspection", House: o.House})
	}); err != nil {
		t.Fatal(err)
	}
}

func resultOf(t *testing.T, s *apptest.Site, house string) results.Result {
	t.Helper()
	var r results.Result
	if err := s.DB.Read(t.Context(), s.System(), func(tx *db.Tx) error {
		var err error
		r, err = results.Of(t.Context(), tx, s.Campaign.ID, s.House[house])
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return r
}

func audits(t *testing.T, s *apptest.Site, action, house string) int {
	t.Helper()
	n := 0
	if err := s.DB.Read(t.Context(), s.System(), func(tx *db.Tx) error {
		return tx.One(t.Context(), `select count(*) from audit a where a.ward_id = {ward} and a.action = $1 and a.house_id = $2`, action, s.House[house]).Scan(&n)
	}); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestExceptionsStandInFrontAndAreNeverApprovedInBulk(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		officer := s.Actor("officer")
		propose(t, s, officer, "36 Hàng Bạc", criteria.Safe, nil)
		propose(t, s, officer, "36A Hàng Bạc", criteria.Safe, nil)
		propose(t, s, officer, "12/5 Hàng Bạc", criteria.Safe, func(o *results.Outcome) {
			o.Class, o.Reason = criteria.Conditional, "Chỗ để xe chung vừa hỏng khóa."
		})
		propose(t, s, officer, "9 Hàng Bạc", criteria.Safe, func(o *results.Outcome) { o.Self = sheetOf(s.Set, criteria.NotSafe) })
		propose(t, s, officer, "100 Đinh Liệt", criteria.Safe, func(o *results.Outcome) { o.HeadComment = true })
		propose(t, s, officer, "6 bis Đinh Liệt", criteria.Safe, func(o *results.Outcome) {
			o.Found = criteria.Answers("222" + strings.Repeat(".", s.Set.Len()-3))
		})
		page := s.As("command").Get("/approvals").OK().Has("h1", "6 đề nghị chờ duyệt").Has("h2", "Xem trước 4 trường hợp").Has("h2", "2 đề nghị theo quy tắc")
		page.Has("button", "Duyệt 2 đề nghị theo quy tắc")
		page.Has("tr", "Quy tắc: đạt an toàn. Cán bộ đề nghị: đạt có điều kiện, vì chỗ để xe chung vừa hỏng khóa.")
		page.Has("tr", "lệch 7 mục").Has("tr", "Trưởng số nhà có ý kiến").Has("tr", "chưa đến một nửa số tiêu chí")
		if n := page.Doc().Find(`input[name=pick]`).Length(); n != 2 {
			t.Errorf("%d rows can be ticked, want 2", n)
		}
		// Ids of exceptions that are posted all the same are left and named.
		form := url.Values{"campaign": {s.Campaign.ID}}
		for _, house := range []string{"36 Hàng Bạc", "12/5 Hàng Bạc", "9 Hàng Bạc"} {
			form.Add("pick", s.House[house]+":1")
		}
		after := s.As("command").Post("/approvals", form).Follow().OK().Has(".notice", "Đã duyệt 1 đề nghị").Has(".notice", "12/5 Hàng Bạc: cần xem riêng").Has(".notice", "9 Hàng Bạc")
		after.Has("h1", "5 đề nghị chờ duyệt")
		// "All" takes what follows the rule and nothing else.
		s.As("command").Get("/approvals").OK()
		w, err := s.Results.Waiting(t.Context(), s.Actor("command"), "", "")
		if err != nil {
			t.Fatal(err)
		}
		done, err := s.Results.ApproveByRule(t.Context(), s.Actor("command"), s.Campaign.ID, w.Seen, w.ByRule)
		if err != nil || done.Count != 1 || len(done.Left) != 0 {
			t.Errorf("all by rule: %+v %v", done, err)
		}
		for _, house := range []string{"12/5 Hàng Bạc", "9 Hàng Bạc", "100 Đinh Liệt", "6 bis Đinh Liệt"} {
			if r := resultOf(t, s, house); r.Stage != results.Proposed {
				t.Errorf("%s was approved in bulk", house)
			}
		}
		if audits(t, s, "result.approve", "36 Hàng Bạc") != 1 || audits(t, s, "result.approve", "9 Hàng Bạc") != 0 {
			t.Error("the houses' histories do not tell who was approved")
		}
	})
}

func TestBulkApprovalLeavesWhatChangedMeanwhile(t *testing.T) {
	t.Parallel()
	var ticks atomic.Int64
	clock := func() time.Time {
		return time.Date(2026, 10, 20, 7, 5, 0, 0, time.UTC).Add(time.Duration(ticks.Add(1)) * time.Second)
	}
	dbtest.EachWith(t, db.Options{Clock: clock}, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		ctx, officer, command := t.Context(), s.Actor("officer"), s.Actor("command")
		for _, house := range []string{"36 Hàng Bạc", "36A Hàng Bạc", "9 Hàng Bạc"} {
			propose(t, s, officer, house, criteria.Safe, nil)
		}
		w, err := s.Results.Waiting(ctx, command, "", "")
		if err != nil || w.ByRule != 3 || len(w.Rows) != 3 {
			t.Fatalf("%+v %v", w, err)
		}
		var picks []results.Pick
		for _, row := range w.Rows {
			picks = append(picks, results.Pick{House: row.HouseID, Version: row.Version})
		}
		propose(t, s, officer, "36A Hàng Bạc", criteria.NotSafe, nil)
		propose(t, s, officer, "100 Đinh Liệt", criteria.Safe, nil)
		done, err := s.Results.ApproveByRule(ctx, command, s.Campaign.ID, w.Seen, w.ByRule)
		if err != nil || done.Count != 2 || len(done.Left) != 2 {
			t.Fatalf("by rule: %+v %v", done, err)
		}
		for _, l := range done.Left {
			if l.Why != results.LeftChanged || (l.Address != "36A Hàng Bạc" && l.Address != "100 Đinh Liệt") {
				t.Errorf("left %+v", l)
			}
		}
		done, err = s.Results.ApproveShown(ctx, command, s.Campaign.ID, picks)
		if err != nil || done.Count != 0 || len(done.Left) != 3 {
			t.Errorf("the same rows again: %+v %v", done, err)
		}
		if r := resultOf(t, s, "36A Hàng Bạc"); r.Stage != results.Proposed || r.Class != criteria.NotSafe {
			t.Errorf("36A: %+v", r)
		}
		if _, whole, _, err := s.Results.Tallies(ctx, command, s.Campaign.ID); err != nil || whole.Waiting != 2 || whole.Safe != 3 || whole.NotSafe != 1 {
			t.Errorf("sums %+v %v", whole, err)
		}
		// Fewer were shown than there are: somebody's proposal slipped in under the same moment.
		if _, err := s.Results.ApproveByRule(ctx, command, s.Campaign.ID, 1<<60, 1); !fault.Is(err, fault.Clash) {
			t.Errorf("approved more than was shown: %v", err)
		}
	})
}

func TestNobodyApprovesAProposalOfTheirOwn(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		ctx, command := t.Context(), s.Actor("command")
		// The same account, acting as an officer.
		both := access.SignedInAs(command.Account(), "Ông Hai Vai", access.Officer, s.Ward.ID, []access.Grant{{Role: access.Officer, Ward: s.Ward.ID, ID: s.Beat["Khu vực 1"]}})
		propose(t, s, both, "36 Hàng Bạc", criteria.Safe, nil)
		propose(t, s, s.Actor("officer"), "36A Hàng Bạc", criteria.Safe, nil)
		w, err := s.Results.Waiting(ctx, command, "", "")
		if err != nil {
			t.Fatal(err)
		}
		done, err := s.Results.ApproveByRule(ctx, command, s.Campaign.ID, w.Seen, w.ByRule)
		if err != nil || done.Count != 1 || len(done.Left) != 1 || done.Left[0].Why != results.LeftOwn || done.Left[0].Address != "36 Hàng Bạc" {
			t.Errorf("%+v %v", done, err)
		}
		if err := s.Results.Decide(ctx, command, s.Campaign.ID, s.House["36 Hàng Bạc"], results.Decision{Class: criteria.Safe, Version: 1}); !fault.Is(err, fault.Closed) {
			t.Errorf("decided on an own proposal: %v", err)
		}
		s.As("command").Get("/houses/"+s.House["36 Hàng Bạc"]+"/result").OK().Has("main", "do chính ông/bà lập").Lacks("button", "Duyệt")
	})
}

func TestOneHouseIsDecidedWithAReason(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		propose(t, s, s.Actor("officer"), "36A Hàng Bạc", criteria.Conditional, func(o *results.Outcome) { o.Self = sheetOf(s.Set, criteria.Safe) })
		command, at := s.As("command"), "/houses/"+s.House["36A Hàng Bạc"]+"/result"
		page := command.Get(at).OK().Has("h1", "36A Hàng Bạc").Has(".verdict", "Đạt có điều kiện").Has("main", "chờ chỉ huy duyệt").Has(".timeline", "Ông/bà officer")
		form := url.Values{"campaign": {page.Value("campaign")}, "version": {page.Value("version")}, "class": {"safe"}}
		command.Post(at, form).Is(http.StatusUnprocessableEntity).Has(".error-text", "Ông/bà ghi lý do")
		form.Set("class", "not_inspected")
		command.Post(at, form).Is(http.StatusUnprocessableEntity).Has(".error-text", "chọn một mức")
		form.Set("class", "safe")
		form.Set("reason", "Anh Hùng 0912345678 chưa sửa")
		command.Post(at, form).Is(http.StatusUnprocessableEntity).Has(".error-text", "Chỗ này có")
		form.Set("reason", "Đèn cầu thang đã thay xong, phường đã xem lại.")
		if to := command.Post(at, form).Goes(); to != "/approvals" {
			t.Errorf("goes to %s", to)
		}
		r := resultOf(t, s, "36A Hàng Bạc")
		if r.Stage != results.Approved || r.Class != criteria.Safe || r.Proposed != criteria.Conditional || r.RecheckBy != "" || !strings.HasPrefix(r.Decision, "Đèn") || r.ApprovedBy != "Ông/bà command" {
			t.Errorf("%+v", r)
		}
		// A window that still shows the proposal decides nothing: it shows the new result and keeps the words typed.
		late := command.Post(at, form).Is(http.StatusUnprocessableEntity).Has(".notice", "Người khác vừa duyệt").Has(".notice", "nay là: Đạt an toàn").Has("textarea", "Đèn cầu thang đã thay xong").Has("button", "Đổi xếp loại")
		if late.Value("version") != strconv.Itoa(r.Version) {
			t.Errorf("the page shown again is of version %s", late.Value("version"))
		}
		command.Get(at).OK().Has(".timeline", "Duyệt: đạt an toàn").Has(".timeline", "Đèn cầu thang đã thay xong").Has("button", "Đổi xếp loại")
		// After an objection the class can change, with a reason, also while results are published.
		s.Phase(campaigns.Publish)
		form.Set("version", strconv.Itoa(r.Version))
		command.Post(at, form).Is(http.StatusUnprocessableEntity).Has(".error-text", "chọn mức khác")
		form.Set("class", "conditional")
		command.Post(at, form).Goes()
		if r := resultOf(t, s, "36A Hàng Bạc"); r.Class != criteria.Conditional || r.RecheckBy != "2026-12-11" {
			t.Errorf("changed: %+v", r)
		}
		// A house that nobody inspected has nothing to decide.
		if err := s.Results.Decide(t.Context(), s.Actor("command"), s.Campaign.ID, s.House["9 Hàng Bạc"], results.Decision{Class: criteria.Safe}); !fault.Is(err, fault.Closed) {
			t.Errorf("decided without a proposal: %v", err)
		}
		s.Phase(campaigns.Assess)
		if err := s.Results.Decide(t.Context(), s.Actor("command"), s.Campaign.ID, s.House["36A Hàng Bạc"], results.Decision{Class: criteria.Safe, Reason: "x", Version: 9}); !fault.Is(err, fault.Closed) {
			t.Errorf("decided outside the phases: %v", err)
		}
	})
}

func TestOnlyTheCommandOfTheWardApproves(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		propose(t, s, s.Actor("officer"), "36A Hàng Bạc", criteria.Safe, nil)
		house := s.House["36A Hàng Bạc"]
		for _, person := range apptest.People() {
			if person == "command" || person == "visitor" {
				continue
			}
			s.As(person).Get("/houses/" + house + "/result").Is(http.StatusNotFound)
			s.As(person).Get("/campaigns/" + s.Campaign.ID + "/close").Is(http.StatusNotFound)
			s.As(person).Get("/campaigns/" + s.Campaign.ID + "/snapshot.json").Is(http.StatusNotFound)
			s.As(person).Post("/houses/"+house+"/result", url.Values{"campaign": {s.Campaign.ID}, "version": {"1"}, "class": {"safe"}}).Is(http.StatusNotFound)
			s.As(person).Post("/approvals", url.Values{"campaign": {s.Campaign.ID}, "pick": {house + ":1"}}).Is(http.StatusNotFound)
			if person != "other command" {
				s.As(person).Get("/approvals").Is(http.StatusNotFound)
			} else {
				s.As(person).Get("/approvals").OK().Lacks("main", "36A")
			}
		}
		if r := resultOf(t, s, "36A Hàng Bạc"); r.Stage != results.Proposed {
			t.Errorf("somebody else approved it: %+v", r)
		}
		s.As("visitor").Get("/approvals").Is(http.StatusSeeOther)
	})
}

// TestManyProposalsComePageByPage approves more proposals than a page or a statement holds.
func TestManyProposalsComePageByPage(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		const many = 1234
		plantMany(t, s, many)
		command := s.Actor("command")
		seen, after := map[string]bool{}, ""
		for {
			w, err := s.Results.Waiting(t.Context(), command, after, "")
			if err != nil || w.ByRule != many {
				t.Fatalf("%d by rule, %v", w.ByRule, err)
			}
			for i := range w.Rows {
				if seen[w.Rows[i].HouseID] {
					t.Fatalf("%s came twice", w.Rows[i].Address())
				}
				seen[w.Rows[i].HouseID] = true
			}
			if after = w.Next; after == "" {
				break
			}
		}
		if len(seen) != many {
			t.Errorf("%d rows over all pages, want %d", len(seen), many)
		}
		page := s.As("command").Get("/approvals").OK().Has("button", "Duyệt 100 đề nghị trên trang này").Has("button", "Duyệt cả 1.234 đề nghị theo quy tắc").Has("main", "Đang hiện 100 trên 1.234")
		form := url.Values{"campaign": {s.Campaign.ID}, "all": {"1"}, "seen": {page.Value("seen")}, "shown": {page.Value("shown")}}
		s.As("command").Post("/approvals", form).Follow().OK().Has(".notice", "Đã duyệt 1.234 đề nghị").Has("main", "Không còn đề nghị nào")
		if _, whole, _, err := s.Results.Tallies(t.Context(), command, s.Campaign.ID); err != nil || whole.Waiting != 0 || whole.Safe != many {
			t.Errorf("%+v %v", whole, err)
		}
	})
}

// plantMany adds houses with a proposal each to the street of 36 Hàng Bạc.
func plantMany(t *testing.T, s *apptest.Site, many int) {
	t.Helper()
	ctx := t.Context()
	if err := s.DB.Write(ctx, s.System(), func(tx *db.Tx) error {
		for i := range many {
			id, number := tx.NewID(), strconv.Itoa(1000+i)
			if _, err := tx.Exec(ctx, `insert into houses (ward_id, id, street_id, group_id, beat_id, number, number_key, main, alley, sort_key, fold, kind, storeys, households, rented,
					head_name, head_phone, former_ward, note, status, opened_on, version, created_at, updated_at)
				select h.ward_id, cast($1 as text), h.street_id, h.group_id, h.beat_id, cast($2 as text), cast($2 as text), h.main, '', h.sort_key, h.fold, '', 0, 1, 0, '', '', '', '', 'active', h.opened_on, 1, 1, 1
				from houses h where {scope h} and h.id = $3`, id, number, s.House["36 Hàng Bạc"]); err != nil {
				return err
			}
			if _, err := tx.Exec(ctx, `insert into results (ward_id, campaign_id, house_id, stage, class, rule_class, proposed_class, answers, contents, points, points_max, missing, differs,
					exception, inspected_on, recheck_by, inspection_id, proposed_at, proposed_by, reason, approved_by, updated_at, version)
				values ({ward}, $1, $2, 'proposed', 'safe', 'safe', 'safe', '', 'pppppp', 84, 84, '', 0, '', '2026-10-12', '', '', 1, 'CSKV', '', '', $3, 1)`, s.Campaign.ID, id, tx.Millis()); err != nil {
				return err
			}
		}
		if err := s.Results.RecountAll(ctx, tx, s.Campaign.ID); err != nil {
			return err
		}
		return tx.Audit(ctx, db.Entry{Action: "test.plant", Object: "ward"})
	}); err != nil {
		t.Fatal(err)
	}
}
