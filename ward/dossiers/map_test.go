package dossiers_test

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"sonha/app/apptest"
	"sonha/engine/db"
	"sonha/engine/db/dbtest"
)

// Everybody sees on the map the houses of their own list and no others; what is taken along holds no name and reads back as an import.
func TestTheMapShowsWhatTheListShows(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		command := s.As("command")
		for i, house := range []string{"36A Hàng Bạc", "36 Hàng Bạc", "9 Hàng Bạc"} {
			command.Post("/houses/"+s.House[house]+"/point", url.Values{"point": {"21.033" + string(rune('1'+i)) + ", 105.852"}}).Goes()
		}
		var all struct {
			Streets []string
			Houses  [][6]any
		}
		for _, person := range []string{"command", "officer", "other officer", "group lead", "other group lead", "head", "other head"} {
			reply := s.As(person).Get("/houses/points.json").OK()
			if err := json.Unmarshal(reply.Body, &all); err != nil {
				t.Fatal(err)
			}
			list := s.As(person).Get("/houses")
			for list.Status >= 300 && list.Status < 400 {
				list = list.Follow()
			}
			page := string(list.Body)
			for _, h := range all.Houses {
				if id, _ := h[5].(string); !strings.Contains(page, id) {
					t.Errorf("%s sees %v on the map and not in the list", person, h)
				}
			}
			if person == "command" && len(all.Houses) != 3 || person == "head" && len(all.Houses) != 1 {
				t.Errorf("%s sees %d houses on the map", person, len(all.Houses))
			}
		}
		command.Get("/houses/map?q=36A").OK().Has("main", "1/1 số nhà có vị trí").Has("a[href^='/streets/']", "Hàng Bạc")
		command.Get("/houses?q=36A").OK().Has("a[href='/houses/map?q=36A']", "Bản đồ")

		var doc struct {
			Type     string
			Rows     int
			Features []struct {
				Geometry   struct{ Coordinates [2]float64 }
				Properties map[string]string
			}
		}
		reply := command.Get("/houses/export.geojson").OK()
		if err := json.Unmarshal(reply.Body, &doc); err != nil {
			t.Fatal(err)
		}
		if doc.Type != "FeatureCollection" || doc.Rows != 3 || len(doc.Features) != 3 || doc.Features[0].Geometry.Coordinates[0] != 105.852 {
			t.Errorf("%.300s", reply.Body)
		}
		for _, f := range doc.Features {
			if f.Properties["so_nha"] == "" || f.Properties["pho"] != "Hàng Bạc" || f.Properties["ket_qua"] == "" {
				t.Errorf("%+v", f)
			}
		}
		if strings.Contains(string(reply.Body), "+84") || strings.Contains(string(reply.Body), "head") {
			t.Errorf("a file of places holds people: %.400s", reply.Body)
		}
		at := command.Upload("/imports", "file", "lai.geojson", reply.Body, url.Values{"kind": {"points"}}).Goes()
		for range 200 {
			if !strings.HasPrefix(at, "/jobs/") {
				break
			}
			if r := command.Get(at); r.Status != 200 {
				at = r.Goes()
			}
		}
		command.Get(at).OK().Has("main", "Giữ nguyên")
		command.Get(at).OK().Lacks("main", "Nhập 3 vị trí")
	})
}
