package objections_test

import (
	"strings"
	"testing"

	"sonha/app/apptest"
	"sonha/engine/db"
	"sonha/engine/db/dbtest"
	"sonha/ground/civil"
	"sonha/ward/criteria"
	"sonha/ward/inspections"
	"sonha/ward/objections"
	"sonha/ward/results"
)

const bac = "36A Hàng Bạc"

// each runs a test over the small ward on both databases, on the morning of a working day, a Tuesday.
func each(t *testing.T, fn func(t *testing.T, s *apptest.Site, c *dbtest.Clock)) {
	t.Helper()
	apptest.EachMorning(t, "2026-10-20", fn)
}

// told inspects a house, finding some items lacking and the rest met, and lets the command approve what the rules give.
func told(t *testing.T, s *apptest.Site, house string, lacking ...string) results.Result {
	t.Helper()
	found := criteria.Answers(strings.Repeat("2", s.Set.Len()))
	for _, code := range lacking {
		found = found.With(s.Set.Index(code), criteria.Fail)
	}
	inspect(t, s, house, inspections.Planned, found)
	approve(t, s, house)
	return result(t, s, house)
}

func inspect(t *testing.T, s *apptest.Site, house string, kind inspections.Kind, found criteria.Answers) {
	t.Helper()
	who := s.System()
	if err := s.DB.Write(t.Context(), who, func(tx *db.Tx) error {
		_, err := s.Inspections.Record(t.Context(), tx, inspections.Full{
			CampaignID: s.Campaign.ID, HouseID: s.House[house], Kind: kind, Found: found,
			Visit: inspections.Visit{On: civil.DayOf(tx.Now), Members: "Cảnh sát khu vực", ResidentSide: "Tổ trưởng tổ dân phố"},
		})
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

func approve(t *testing.T, s *apptest.Site, house string) {
	t.Helper()
	r := result(t, s, house)
	if err := s.Results.Decide(t.Context(), s.Actor("command"), s.Campaign.ID, s.House[house], results.Decision{Class: r.Class, Version: r.Version}); err != nil {
		t.Fatal(err)
	}
}

func result(t *testing.T, s *apptest.Site, house string) results.Result {
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

func file(t *testing.T, s *apptest.Site, person, house string, n objections.New) string {
	t.Helper()
	id, err := s.Objections.File(t.Context(), s.Actor(person), s.House[house], n)
	if err != nil {
		t.Fatalf("%s: %v", person, err)
	}
	return id
}

func messages(t *testing.T, s *apptest.Site, person, key string) int {
	t.Helper()
	n := 0
	if err := s.DB.Read(t.Context(), s.System(), func(tx *db.Tx) error {
		return tx.One(t.Context(), `select count(*) from inbox i join messages m on m.ward_id = i.ward_id and m.id = i.message_id
			where i.ward_id = {ward} and i.account_id = $1 and m.key = $2`, s.Actor(person).Account(), key).Scan(&n)
	}); err != nil {
		t.Fatal(err)
	}
	return n
}
