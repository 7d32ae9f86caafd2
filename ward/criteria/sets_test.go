package criteria_test

import (
	"context"
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"sonha/app/apptest"
	"sonha/engine/db"
	"sonha/engine/db/dbtest"
	"sonha/ground/access"
	"sonha/ground/fault"
	"sonha/ward/campaigns"
	"sonha/ward/criteria"
)

// stricter is a version in which 90 % of the points are needed, NK2 always applies, and TC2 asks in other words.
func stricter(tb testing.TB, version int) *criteria.Set {
	tb.Helper()
	data, err := criteria.Version1().Encode()
	if err != nil {
		tb.Fatal(err)
	}
	set := new(criteria.Set)
	if err := json.Unmarshal(data, set); err != nil {
		tb.Fatal(err)
	}
	set.Version, set.PassPercent = version, 90
	item, _ := set.Item(set.Index("TC2"))
	item.Question = criteria.Text{VI: "Cổng chung có khóa tốt và luôn đóng không?", EN: "Is the shared gate well locked and always shut?"}
	return set
}

// publish writes a version as the editor does.
func publish(tb testing.TB, d *db.DB, who access.Actor, set *criteria.Set, hash string) {
	tb.Helper()
	data, err := set.Encode()
	if err != nil {
		tb.Fatal(err)
	}
	if err := d.Write(tb.Context(), who, func(tx *db.Tx) error {
		if _, err := tx.Exec(tb.Context(), `insert into editions (ward_id, number, state, based_on, encoded, hash, note, editors, created_at, created_by, changed_at, changed_by,
				published_at, published_by, version)
			values ({ward}, $1, 'published', 1, $2, $3, '', '', $4, '', $4, '', $4, '', 1)`, set.Version, string(data), hash, tx.Millis()); err != nil {
			return err
		}
		tx.Untold("a test")
		return nil
	}); err != nil {
		tb.Fatal(err)
	}
}

func read[T any](tb testing.TB, d *db.DB, who access.Actor, fn func(context.Context, *db.Tx) (T, error)) (T, error) {
	tb.Helper()
	var x T
	err := d.Read(tb.Context(), who, func(tx *db.Tx) error {
		var err error
		x, err = fn(tb.Context(), tx)
		return err
	})
	return x, err
}

// TestCampaignKeepsItsCriteria: what was opened under one version is asked and judged by it also when another one is published, by every
// server on the database, and in its own ward only.
func TestCampaignKeepsItsCriteria(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		other := s.Open(false) // another server
		who := s.System()
		second := stricter(t, 2)
		latest := func(sets *criteria.Sets, who access.Actor) int {
			set, err := read(t, d, who, sets.Latest)
			if err != nil {
				t.Fatal(err)
			}
			return set.Version
		}
		if latest(s.Sets, who) != 1 || latest(other.Sets, who) != 1 {
			t.Error("a ward that published nothing has version 1")
		}
		if _, err := read(t, d, who, func(ctx context.Context, tx *db.Tx) (*criteria.Set, error) { return s.Sets.Of(ctx, tx, 2) }); err == nil || !strings.Contains(err.Error(), "version 2") {
			t.Errorf("an unknown version gives %v, want a refusal that names it", err)
		}
		publish(t, d, who, second, second.Hash())
		if latest(s.Sets, who) != 2 || latest(other.Sets, who) != 2 {
			t.Error("a server does not see what was published")
		}
		if latest(s.Sets, access.System(s.Other.ID, "test")) != 1 {
			t.Error("another ward takes the version of this one")
		}
		of := func(p *criteria.Sets, campaign string) int {
			set, err := read(t, d, who, func(ctx context.Context, tx *db.Tx) (*criteria.Set, error) { return p.OfCampaign(ctx, tx, campaign) })
			if err != nil {
				t.Fatal(err)
			}
			return set.Version
		}
		if of(s.Sets, s.Campaign.ID) != 1 || of(other.Sets, s.Campaign.ID) != 1 {
			t.Error("the campaign that was opened under version 1 has another one")
		}
		if _, err := read(t, d, access.System(s.Other.ID, "test"), func(ctx context.Context, tx *db.Tx) (*criteria.Set, error) {
			return s.Sets.OfCampaign(ctx, tx, s.Campaign.ID)
		}); !fault.Is(err, fault.Missing) {
			t.Errorf("another ward asks for a campaign of this one: %v", err)
		}

		// 36 of 42 points in a content pass with 70 %, and do not with 90 %.
		house := s.House["36A Hàng Bạc"]
		answers := criteria.Answers(strings.Repeat("2", s.Set.Len()))
		for _, code := range []string{"VH2", "TC6", "NK3"} {
			if item, _ := s.Set.Item(s.Set.Index(code)); !item.Required {
				answers = answers.With(s.Set.Index(code), criteria.Fail)
			}
		}
		if criteria.Judge(s.Set, answers).Class != criteria.Safe || criteria.Judge(second, answers).Class == criteria.Safe {
			t.Fatal("the two versions judge these answers alike: the test says nothing")
		}
		head := s.As("head")
		home := "/houses/" + house
		head.Get(home+"/assessment/TC2").Is(200).Has("h1", s.Set.Contents[1].Items[1].Question.VI)
		form := url.Values{"opened": {string(s.Set.Blank())}}
		for at := range s.Set.Len() {
			form.Set("a."+s.Set.Code(at), string(answers.At(at).Letter()))
		}
		head.Post(home+"/assessment", form).Is(303)
		head.Get(home+"/assessment/send").Is(200).Has("main", "Đạt an toàn")
		head.Post(home+"/assessment/send", nil).Is(303)

		next, err := s.Campaigns.Create(t.Context(), who, campaigns.New{Year: 2027})
		if err != nil || next.Criteria != 2 {
			t.Fatalf("the new campaign has version %d, %v; want the latest", next.Criteria, err)
		}
		if _, err := s.Campaigns.Create(t.Context(), who, campaigns.New{Year: 2028, Criteria: 3}); !fault.Is(err, fault.Wrong) {
			t.Errorf("a campaign by a version that does not exist: %v", err)
		}
		s.Phase(campaigns.Closed)
		s.Campaign = next
		s.Phase(campaigns.Assess)
		head.Get(home+"/assessment/TC2").Is(200).Has("h1", "Cổng chung có khóa tốt và luôn đóng không?")
		lateForms(t, s, home, house, form)
		form.Set(criteria.AskedField, "2")
		head.Post(home+"/assessment", form).Is(303)
		head.Get(home+"/assessment/send").Is(200).Has("main", "Chưa đạt")
		for year, want := range map[int]int{2026: 1, 2027: 2} {
			items, err := s.Dossiers.Items(t.Context(), s.Actor("officer"), year)
			if err != nil || items.Version != want {
				t.Errorf("houses of %d are shown by version %d, %v", year, items.Version, err)
			}
		}
	})
}

// lateForms sends what was filled in under version 1, and waited on a phone without a network, into the campaign of version 2: every form
// is refused with a sentence that names both, and nothing of it is written.
func lateForms(t *testing.T, s *apptest.Site, home, house string, sheet url.Values) {
	t.Helper()
	head, family, officer := s.As("head"), s.As("household"), s.As("officer")
	const said = "bộ tiêu chí bản 1"
	for name, reply := range map[string]*apptest.Reply{
		"a question":              head.Post(home+"/assessment/TC2", url.Values{"answer": {"2"}, "base": {"."}, criteria.AskedField: {"1"}}),
		"one of before the field": head.Post(home+"/assessment/TC2", url.Values{"answer": {"2"}, "base": {"."}}),
		"a sheet":                 head.Post(home+"/assessment", sheet),
		"sending":                 head.Post(home+"/assessment/send", url.Values{criteria.AskedField: {"1"}}),
		"an item that is gone":    head.Post(home+"/assessment/VH99", url.Values{"answer": {"2"}, "base": {"."}, criteria.AskedField: {"1"}}),
		"a sheet of fewer items":  head.Post(home+"/assessment", url.Values{"opened": {string(s.Set.Blank())[1:]}, "a.VH1": {"2"}, criteria.AskedField: {"1"}}),
		"a question that is gone": family.Post("/home/answers/VH99", url.Values{"answer": {"2"}, criteria.AskedField: {"1"}}),
		"a household's answer":    family.Post("/home/answers/TC2", url.Values{"answer": {"2"}, criteria.AskedField: {"1"}}),
		"a household's sending":   family.Post("/home/answers", url.Values{criteria.AskedField: {"1"}}),
	} {
		t.Log(name)
		reply.Is(422).Has("body", said)
	}
	a, err := s.Assessments.Get(t.Context(), s.Actor("head"), house)
	if err != nil || a.Answered != 0 {
		t.Errorf("%d answers of the old version were taken, %v", a.Answered, err)
	}
	own, err := s.Households.Sheet(t.Context(), s.Actor("household"))
	if err != nil || own.Answered() != 0 {
		t.Errorf("%d answers of a household to the old version were taken, %v", own.Answered(), err)
	}
	// A script that sends what waited gets the same sentence, for the page of what waits.
	head.With("Accept", "application/json").Post(home+"/assessment/TC2", url.Values{"answer": {"2"}, "base": {"."}, criteria.AskedField: {"1"}}).Is(422).Has("body", said)
	head.Post(home+"/assessment/TC2", url.Values{"answer": {"."}, "base": {"."}, criteria.AskedField: {"x"}}).Is(422)

	// On a page of this version the item is none, and a filter by it is left out.
	head.Post(home+"/assessment/VH99", url.Values{"answer": {"2"}, "base": {"."}, criteria.AskedField: {"2"}}).Is(404)
	family.Post("/home/answers/VH99", url.Values{"answer": {"2"}, criteria.AskedField: {"2"}}).Is(404)
	officer.Get("/houses?missing=VH99&below=HG12").Is(200).Has("main", "36A")

	s.Phase(campaigns.Inspect)
	if asked := officer.Get("/houses/" + house + "/visit").Is(200).Value(criteria.AskedField); asked != "2" {
		t.Errorf("the page at the door asks by version %q", asked)
	}
	officer.Post("/houses/"+house+"/visit", url.Values{"on": {string(s.Campaign.Starts)}, "remarks": {"Đèn sáng đủ"}, "f.TC2": {"2"}, criteria.AskedField: {"1"}}).
		Is(422).Has("body", said).Has("form#door", "Đèn sáng đủ")
	s.Phase(campaigns.Assess)
}

// TestChangedVersionIsRefused: what is kept and not what was published is not used.
func TestChangedVersionIsRefused(t *testing.T) {
	d := dbtest.Lite(t)
	s := apptest.New(t, d)
	of := func(version int) error {
		_, err := read(t, d, s.System(), func(ctx context.Context, tx *db.Tx) (*criteria.Set, error) { return s.Sets.Of(ctx, tx, version) })
		return err
	}
	publish(t, d, s.System(), stricter(t, 2), criteria.Version1().Hash())
	if err := of(2); err == nil {
		t.Error("a version with another hash is used")
	}
	swapped := stricter(t, 3)
	items := swapped.Contents[0].Items
	items[0], items[1] = items[1], items[0]
	publish(t, d, s.System(), swapped, swapped.Hash())
	if err := of(3); err == nil {
		t.Error("a version whose letters mean other items is used")
	}
}
