package reopenings_test

import (
	"bytes"
	"encoding/json"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"sonha/app/apptest"
	"sonha/engine/db"
	"sonha/engine/db/dbtest"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/areas"
	"sonha/ward/campaigns"
	"sonha/ward/criteria"
	"sonha/ward/houses/moves"
	"sonha/ward/posted"
	"sonha/ward/results"
	"sonha/ward/results/reopenings"
)

const bac = "36A Hàng Bạc"

// approved gives a house a result and lets the command approve it.
func approved(t *testing.T, s *apptest.Site, class criteria.Class) {
	t.Helper()
	found := criteria.Answers(strings.Repeat("2", s.Set.Len()))
	if class != criteria.Safe {
		for i := range s.Set.Contents[0].Items {
			found = found.With(i, criteria.Fail)
		}
	}
	if err := s.DB.Write(t.Context(), s.Actor("officer"), func(tx *db.Tx) error {
		o := results.Outcome{Campaign: s.Campaign.ID, House: s.House[bac], Self: found, Found: found, On: "2026-10-12", Class: class}
		if err := s.Results.Inspected(t.Context(), tx, o); err != nil {
			return err
		}
		return tx.Audit(t.Context(), db.Entry{Action: "inspection.finish", Object: "inspection", House: o.House})
	}); err != nil {
		t.Fatal(err)
	}
	decide(t, s, class, "")
}

func decide(t *testing.T, s *apptest.Site, class criteria.Class, reason string) {
	t.Helper()
	var r results.Result
	err := s.DB.Read(t.Context(), s.System(), func(tx *db.Tx) error {
		var err error
		r, err = results.Of(t.Context(), tx, s.Campaign.ID, s.House[bac])
		return err
	})
	if err == nil {
		err = s.Results.Decide(t.Context(), s.Actor("command"), s.Campaign.ID, s.House[bac], results.Decision{Class: class, Reason: reason, Version: r.Version})
	}
	if err != nil {
		t.Fatal(err)
	}
}

func closed(t *testing.T, s *apptest.Site) {
	t.Helper()
	c, err := s.Campaigns.Get(t.Context(), s.System(), s.Campaign.ID)
	if err == nil {
		err = s.Results.Close(t.Context(), s.Actor("command"), c.ID, c.Version)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func phase(t *testing.T, s *apptest.Site) campaigns.Phase {
	t.Helper()
	c, err := s.Campaigns.Get(t.Context(), s.System(), s.Campaign.ID)
	if err != nil {
		t.Fatal(err)
	}
	return c.Phase
}

// Two people and a reason; the first close stays byte for byte, the next one says why it is another.
func TestTwoPeopleOpenAClosedCampaign(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		s.Enrol()
		at := "/campaigns/" + s.Campaign.ID
		command := s.As("command")
		if _, err := s.Reopenings.Propose(t.Context(), s.Actor("command"), s.Campaign.ID, "Sửa"); !fault.Is(err, fault.Closed) {
			t.Errorf("a campaign that is open was to be opened: %v", err)
		}
		approved(t, s, criteria.NotSafe)
		s.Phase(campaigns.Publish)
		command.Get(at+"/close").OK().Has(".notice", "Chưa ghi việc niêm yết danh sách").Has(".notice", "kéo dài đến hết ngày").Has("button", "Chốt")
		closed(t, s)
		first, err := s.Results.Snapshot(t.Context(), s.Actor("command"), s.Campaign.ID)
		if err != nil {
			t.Fatal(err)
		}
		command.Get(at+"/close").OK().Has("main", "Bản chốt lần 1").Has("main a", "Mở lại đợt")
		command.Get(at+"/reopen").OK().Has("h2", "Đề nghị mở lại")
		command.Post(at+"/reopen", url.Values{"reason": {""}}).Is(422).Has(".error-text", "vì sao cần mở lại")
		command.Post(at+"/reopen", url.Values{"reason": {"Chép nhầm kết quả một số nhà từ phiếu giấy."}}).Follow().OK().Has("main", "Chờ người thứ hai xác nhận").Lacks("h2", "Đề nghị mở lại")
		command.Post(at+"/reopen", url.Values{"reason": {"Lần nữa."}}).Is(422)
		href, _ := command.Get(at + "/reopen").OK().Doc().Find(`main a[href^="/reopenings/"]`).Attr("href")
		command.Get(href).OK().Has(".notice", "do ông/bà lập").Lacks("button", "Đồng ý")
		command.Post(href, url.Values{"do": {"confirm"}}).Is(422)
		if phase(t, s) != campaigns.Closed {
			t.Fatal("one person opened it")
		}
		s.As("other command").Get(href).Is(404)
		s.As("officer").Get(href).Is(404)
		committee := s.As("committee")
		committee.Get("/inbox").OK().Has("main", "Có đề nghị mở lại đợt 2026 đã chốt")
		committee.Get("/today").OK().Has(`main a[href="`+href+`"]`, "Xem đề nghị mở lại đợt 2026 đã chốt")
		command.Get("/today").OK().Lacks("main", "mở lại đợt") // the one who asked cannot answer
		committee.Post(href, url.Values{"do": {"decline"}}).Is(422).Has(".error-text", "vì sao không đồng ý")
		committee.Get(href).OK().Has("dl", "Chép nhầm kết quả").Has("button", "Đồng ý mở lại")
		committee.Post(href, url.Values{"do": {"confirm"}}).Follow().OK().Has("main", "Đã mở lại").Lacks("button", "Đồng ý")
		committee.Post(href, url.Values{"do": {"decline"}, "note": {"Không"}}).Is(422)
		committee.Get("/today").OK().Lacks("main", "mở lại đợt")
		if phase(t, s) != campaigns.Review {
			t.Fatalf("it stands at %s", phase(t, s))
		}

		decide(t, s, criteria.Safe, "Phiếu giấy ghi đạt đủ các mục.")
		s.Phase(campaigns.Publish)
		command.Get(at+"/close").OK().Has("h2", "Các bản chốt trước").Has("main", first.SHA256)
		closed(t, s)
		second, err := s.Results.Snapshot(t.Context(), s.Actor("command"), s.Campaign.ID)
		if err != nil {
			t.Fatal(err)
		}
		var said struct {
			Version  int      `json:"version"`
			Reopened []string `json:"reopened"`
			Safe     int      `json:"safe"`
		}
		if err := json.Unmarshal(second.Body, &said); err != nil || second.N != 2 || said.Version != 2 || said.Safe != 1 || len(said.Reopened) != 1 {
			t.Errorf("the second close says %+v, %v", said, err)
		}
		again, err := s.Results.SnapshotOf(t.Context(), s.Actor("command"), s.Campaign.ID, 1)
		if err != nil || !bytes.Equal(again.Body, first.Body) || again.SHA256 != first.SHA256 {
			t.Errorf("the first close has changed: %v", err)
		}
		old := command.Get(at + "/snapshot.json?version=1").OK()
		if old.Header.Get("Sonha-Sha256") != first.SHA256 {
			t.Error("the old close is not given out")
		}
		command.Get(at + "/snapshot.json?version=3").Is(404)
		if altered, n, err := s.Results.Altered(t.Context(), s.System()); err != nil || len(altered) > 0 || n != 2 {
			t.Errorf("altered %v of %d: %v", altered, n, err)
		}
		if drifts, _, err := s.Results.Drifts(t.Context(), s.System()); err != nil || len(drifts) > 0 {
			t.Errorf("sums differ: %v %v", drifts, err)
		}
		f, err := s.Reports.Figures(t.Context(), s.Actor("command"), 2026)
		if err != nil || f.Version != 2 {
			t.Errorf("the report is of version %d: %v", f.Version, err)
		}
	})
}

// However often a campaign is opened and closed, nothing that was closed before changes, and every proposal ends once.
func TestEveryCloseStays(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		s.Enrol()
		ctx := t.Context()
		approved(t, s, criteria.NotSafe)
		var bodies [][]byte
		for round := range 3 {
			s.Phase(campaigns.Publish)
			closed(t, s)
			for n := 1; n <= round+1; n++ {
				x, err := s.Results.SnapshotOf(ctx, s.System(), s.Campaign.ID, n)
				if err != nil {
					t.Fatal(err)
				}
				if n <= len(bodies) && !bytes.Equal(bodies[n-1], x.Body) {
					t.Errorf("close %d changed in round %d", n, round)
				}
				if n > len(bodies) {
					bodies = append(bodies, x.Body)
				}
			}
			for _, end := range []struct {
				person string
				do     reopenings.Decision
				note   string
				want   campaigns.Phase
			}{{"command", reopenings.Withdraw, "", campaigns.Closed}, {"committee", reopenings.Decline, "Chưa cần.", campaigns.Closed}, {"committee", reopenings.Confirm, "", campaigns.Review}} {
				id, err := s.Reopenings.Propose(ctx, s.Actor("command"), s.Campaign.ID, "Lý do lần "+strconv.Itoa(round))
				if err == nil {
					_, err = s.Reopenings.Decide(ctx, s.Actor(end.person), id, end.do, end.note)
				}
				if err != nil || phase(t, s) != end.want {
					t.Fatalf("%s %s: %s, %v", end.person, end.do, phase(t, s), err)
				}
				if _, err := s.Reopenings.Decide(ctx, s.Actor("committee"), id, reopenings.Confirm, ""); !fault.Is(err, fault.Closed) {
					t.Errorf("decided twice: %v", err)
				}
			}
			decide(t, s, map[bool]criteria.Class{true: criteria.Safe, false: criteria.Conditional}[round%2 == 0], "Xem lại phiếu.")
		}
		if _, err := s.Reopenings.Propose(ctx, s.System(), s.Campaign.ID, "x"); !fault.Is(err, fault.Closed) {
			t.Errorf("an open campaign: %v", err)
		}
	})
}

// reopen opens the closed campaign again, by two people.
func reopen(t *testing.T, s *apptest.Site) {
	t.Helper()
	id, err := s.Reopenings.Propose(t.Context(), s.Actor("command"), s.Campaign.ID, "Chép nhầm kết quả.")
	if err == nil {
		_, err = s.Reopenings.Decide(t.Context(), s.Actor("committee"), id, reopenings.Confirm, "")
	}
	if err != nil {
		t.Fatal(err)
	}
}

// Houses that changed over while a campaign was closed count in their group of now as soon as it is opened again.
func TestWhatIsOpenedAgainAddsUpAfterAMerge(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		s.Enrol()
		ctx := t.Context()
		approved(t, s, criteria.Safe)
		s.Phase(campaigns.Publish)
		closed(t, s)
		_, whole, _, err := s.Results.Tallies(ctx, s.System(), s.Campaign.ID)
		if err != nil {
			t.Fatal(err)
		}
		w := moves.Merging{
			Terms: moves.Terms{Reason: "Sắp xếp lại tổ dân phố"}, Part: areas.OfGroup, From: s.Group["Tổ dân phố 1"], Into: s.Group["Tổ dân phố 2"],
		}
		p, err := s.Moves.PreviewMerge(ctx, s.Actor("administrator"), w)
		if err == nil {
			w.Seen = p.Seen
			_, err = s.Moves.Join(ctx, s.Actor("administrator"), w)
		}
		if err != nil {
			t.Fatal(err)
		}
		reopen(t, s)
		if drifts, _, err := s.Results.Drifts(ctx, s.System()); err != nil || len(drifts) > 0 {
			t.Errorf("sums differ: %v %v", drifts, err)
		}
		groups, now, _, err := s.Results.Tallies(ctx, s.System(), s.Campaign.ID)
		if err != nil || len(groups) != 1 || groups[0].Name != "Tổ dân phố 2" || groups[0].Houses != whole.Houses || now != whole {
			t.Errorf("the ward was %+v and is %+v in %+v: %v", whole, now, groups, err)
		}
	})
}

// What was posted before is not the list of now, and only those who run the campaign hear of its last phases once more.
func TestAfterAReopeningTheListIsPostedAnew(t *testing.T) {
	t.Parallel()
	apptest.EachMorning(t, "2026-11-10", func(t *testing.T, s *apptest.Site, c *dbtest.Clock) {
		ctx := t.Context()
		approved(t, s, criteria.Safe)
		s.Phase(campaigns.Publish)
		post := func() {
			t.Helper()
			p := posted.Posting{From: c.Today(), Until: c.Today().AddDays(posted.PostDays), Places: "Trụ sở Công an phường"}
			if err := s.Posted.Post(ctx, s.Actor("command"), 0, p); err != nil {
				t.Fatal(err)
			}
		}
		until := func(want civil.Day) {
			t.Helper()
			x, err := s.Results.Closing(ctx, s.Actor("command"), s.Campaign.ID)
			if err != nil || x.Posted != want {
				t.Errorf("posted until %q, want %q: %v", x.Posted, want, err)
			}
		}
		// The latest message about the campaign: a newer one takes the place of one that was not read.
		told := func(person string) string {
			t.Helper()
			var id string
			if err := s.DB.Read(ctx, s.System(), func(tx *db.Tx) error {
				return tx.One(ctx, `select coalesce(max(m.id), '') from inbox i join messages m on m.ward_id = i.ward_id and m.id = i.message_id
					where i.ward_id = {ward} and i.account_id = $1 and m.about = $2`, s.Actor(person).Account(), "campaign:"+s.Campaign.ID).Scan(&id)
			}); err != nil {
				t.Fatal(err)
			}
			return id
		}
		post()
		until("2026-11-20")
		c.Days(11)
		closed(t, s)
		before := map[string]string{}
		for _, person := range []string{"head", "group lead", "officer", "command", "committee"} {
			before[person] = told(person)
		}
		c.Pass(time.Hour)
		reopen(t, s)
		c.Pass(time.Hour)
		s.Phase(campaigns.Publish)
		until("")
		post()
		until("2026-12-01")
		for person, was := range before {
			if now := told(person); (now != was) != (person == "command" || person == "committee") {
				t.Errorf("%s was told %s, and %s before", person, now, was)
			}
		}
	})
}
