package results_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sonha/app/apptest"
	"sonha/engine/db"
	"sonha/engine/db/dbtest"
	"sonha/ground/fault"
	"sonha/ward/campaigns"
	"sonha/ward/criteria"
	"sonha/ward/inspections"
	"sonha/ward/results"
)

func TestACampaignIsClosedForGood(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		ctx, command, at := t.Context(), s.As("command"), "/campaigns/"+s.Campaign.ID+"/close"
		propose(t, s, s.Actor("officer"), "36A Hàng Bạc", criteria.Safe, nil)
		propose(t, s, s.Actor("officer"), "9 Hàng Bạc", criteria.NotSafe, nil)
		version := func() string {
			c, err := s.Campaigns.Get(ctx, s.Actor("command"), s.Campaign.ID)
			if err != nil {
				t.Fatal(err)
			}
			return strconv.Itoa(c.Version)
		}
		command.Get(at).OK().Has("main", "Đợt chỉ chốt được từ bước công khai").Lacks("button", "Chốt")
		command.Post(at, url.Values{"version": {version()}}).Is(http.StatusConflict)
		s.Phase(campaigns.Publish)
		command.Get(at).OK().Has("main", "Còn 2 đề nghị chờ duyệt").Lacks("button", "Chốt")
		command.Post(at, url.Values{"version": {version()}}).Is(http.StatusConflict).Has("main", "Còn 2 đề nghị")
		for _, x := range []struct {
			house string
			class criteria.Class
		}{{"36A Hàng Bạc", criteria.Safe}, {"9 Hàng Bạc", criteria.NotSafe}} {
			if err := s.Results.Decide(ctx, s.Actor("command"), s.Campaign.ID, s.House[x.house], results.Decision{Class: x.class, Version: 1}); err != nil {
				t.Fatal(err)
			}
		}
		page := command.Get(at).OK().Has("main", "1/2 (50,0 %)").Has("main", "không tính là chưa đạt").Has("button", "Chốt đợt 2026")
		command.Post(at, url.Values{"version": {"1"}}).Is(http.StatusConflict)
		command.Post(at, url.Values{"version": {page.Value("version")}}).Follow().OK().Has("h1", "Bản chốt đợt 2026").Has("main", "Đợt đã chốt")

		shot, err := s.Results.Snapshot(ctx, s.Actor("command"), s.Campaign.ID)
		if err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256(shot.Body)
		if shot.SHA256 != hex.EncodeToString(sum[:]) || shot.Houses != 8 {
			t.Errorf("snapshot of %d houses, sum %s", shot.Houses, shot.SHA256)
		}
		down := command.Get("/campaigns/" + s.Campaign.ID + "/snapshot.json").OK()
		if !bytes.Equal(down.Body, shot.Body) || down.Header.Get("Content-Type") != "application/json; charset=utf-8" {
			t.Error("the download is not the snapshot")
		}
		for _, name := range []string{"Trần Văn Thịnh", "Nguyễn Thị Ủy", "912345678", "Ông/bà"} {
			if strings.Contains(string(shot.Body), name) {
				t.Errorf("the snapshot names %s", name)
			}
		}
		checkSnapshot(t, s, shot.Body)
		refuseEverything(t, s)
		again, err := s.Results.Snapshot(ctx, s.Actor("command"), s.Campaign.ID)
		if err != nil || !bytes.Equal(again.Body, shot.Body) || again.SHA256 != shot.SHA256 || again.ID != shot.ID {
			t.Errorf("the snapshot changed: %v", err)
		}
	})
}

func checkSnapshot(t *testing.T, s *apptest.Site, body []byte) {
	t.Helper()
	var got struct {
		Year, Dossiers, Inspected, Safe, Criteria int
		NotSafe                                   int `json:"not_safe"`
		Houses                                    []struct {
			ID, Address, Class, Answers string
			Inspected                   string `json:"inspected_on"`
		}
	}
	if err := json.Unmarshal(body, &got); err != nil {
		t.Fatal(err)
	}
	if got.Year != 2026 || got.Dossiers != 8 || got.Inspected != 2 || got.Safe != 1 || got.NotSafe != 1 || got.Criteria != s.Set.Version {
		t.Errorf("%+v", got)
	}
	var order []string
	for _, h := range got.Houses {
		order = append(order, h.Address)
		if h.Address == "36A Hàng Bạc" && (h.Class != "safe" || h.ID != s.House[h.Address] || len(h.Answers) != s.Set.Len() || h.Inspected != "2026-10-12") {
			t.Errorf("%+v", h)
		}
	}
	want := []string{"6 bis Đinh Liệt", "12/5/7 Đinh Liệt", "13-15 Đinh Liệt", "100 Đinh Liệt", "9 Hàng Bạc", "12/5 Hàng Bạc", "36 Hàng Bạc", "36A Hàng Bạc"}
	if diff := cmp.Diff(want, order); diff != "" {
		t.Errorf("walking order: %s", diff)
	}
}

// refuseEverything tries every way by which a closed campaign's rows could change.
func refuseEverything(t *testing.T, s *apptest.Site) {
	t.Helper()
	ctx, command := t.Context(), s.Actor("command")
	before := dump(t, s.DB, s.System())
	if _, _, _, err := s.Results.Tallies(ctx, command, s.Campaign.ID); err != nil {
		t.Fatal(err)
	}
	house := s.House["36A Hàng Bạc"]
	write := func(fn func(tx *db.Tx) error) error {
		return s.DB.Write(ctx, s.System(), func(tx *db.Tx) error {
			if err := fn(tx); err != nil {
				return err
			}
			return tx.Audit(ctx, db.Entry{Action: "test.write", Object: "result"})
		})
	}
	answers := sheetOf(s.Set, criteria.Safe)
	for name, err := range map[string]error{
		"Close":    s.Results.Close(ctx, command, s.Campaign.ID, s.Campaign.Version+9),
		"Decide":   s.Results.Decide(ctx, command, s.Campaign.ID, house, results.Decision{Class: criteria.NotSafe, Reason: "x", Version: 2}),
		"Assessed": write(func(tx *db.Tx) error { return s.Results.Assessed(ctx, tx, s.Campaign.ID, house, answers) }),
		"Inspected": write(func(tx *db.Tx) error {
			return s.Results.Inspected(ctx, tx, results.Outcome{Campaign: s.Campaign.ID, House: house, Self: answers, Found: answers, On: "2026-11-30", Class: criteria.Safe})
		}),
		"Recount":      write(func(tx *db.Tx) error { return s.Results.Recount(ctx, tx, s.Campaign.ID, s.Group["Tổ dân phố 1"]) }),
		"RecountHouse": write(func(tx *db.Tx) error { return s.Results.RecountHouse(ctx, tx, s.Campaign.ID, house) }),
		"RecountAll":   write(func(tx *db.Tx) error { return s.Results.RecountAll(ctx, tx, s.Campaign.ID) }),
		"Opened":       write(func(tx *db.Tx) error { return s.Results.Opened(ctx, tx, s.Campaign.ID) }),
		"Move":         s.Campaigns.Move(ctx, command, s.Campaign.ID, campaigns.Publish, s.Campaign.Version+9),
		"SetDates":     s.Campaigns.SetDates(ctx, command, s.Campaign.ID, campaigns.Plan(2026), s.Campaign.Version+9),
	} {
		if !fault.Is(err, fault.Closed) {
			t.Errorf("%s on a closed campaign: %v", name, err)
		}
	}
	if _, err := s.Results.ApproveShown(ctx, command, s.Campaign.ID, []results.Pick{{House: house, Version: 2}}); !fault.Is(err, fault.Closed) {
		t.Errorf("ApproveShown: %v", err)
	}
	if _, err := s.Results.ApproveByRule(ctx, command, s.Campaign.ID, 1<<60, 99); !fault.Is(err, fault.Closed) {
		t.Errorf("ApproveByRule: %v", err)
	}
	if _, _, err := s.Inspections.Take(ctx, s.Actor("officer"), house, inspections.Field{
		Visit: inspections.Visit{On: "2026-11-30", Members: "Đại úy Ba", ResidentSide: "Bà Lan"}, Opened: s.Set.Blank(), Found: s.Set.Blank(),
	}); !fault.Is(err, fault.Closed) {
		t.Errorf("Take: %v", err)
	}
	// A change of the houses brings open campaigns up to date and leaves this one alone.
	_, was, _, err := s.Results.Tallies(ctx, command, s.Campaign.ID)
	if err != nil {
		t.Fatal(err)
	}
	if err := write(func(tx *db.Tx) error {
		if _, err := tx.Exec(ctx, `update houses as h set households = 99, version = h.version + 1 where {scope h} and h.id = $1`, house); err != nil {
			return err
		}
		return s.Results.HousesChanged(ctx, tx)
	}); err != nil {
		t.Fatal(err)
	}
	if _, is, _, err := s.Results.Tallies(ctx, command, s.Campaign.ID); err != nil || is != was {
		t.Errorf("sums moved from %+v to %+v, %v", was, is, err)
	}
	if diff := cmp.Diff(before, dump(t, s.DB, s.System())); diff != "" {
		t.Errorf("rows changed: %s", diff)
	}
}
