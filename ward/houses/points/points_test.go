package points_test

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"sonha/app/apptest"
	"sonha/engine/db"
	"sonha/engine/db/dbtest"
	"sonha/engine/sheet"
	"sonha/engine/words"
	"sonha/ward/houses"
	"sonha/ward/houses/points"
)

func fileOf(t *testing.T, text string) *points.File {
	t.Helper()
	table, err := points.Table(strings.NewReader(text), "toa-do")
	if err != nil {
		t.Fatal(err)
	}
	var data bytes.Buffer
	if _, err := data.ReadFrom(table); err != nil {
		t.Fatal(err)
	}
	book, err := sheet.Open(bytes.NewReader(data.Bytes()), int64(data.Len()), "toa-do")
	if err != nil {
		t.Fatal(err)
	}
	f, err := points.ParseFile(book, nil)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

const listed = `Tọa độ số nhà phường Hoàn Kiếm
STT;Số nhà;Phố;Vĩ độ;Kinh độ
1;36A;Hàng Bạc;21,0332714;105,8519021
2;36;Phố Hàng Bạc;21.0333000;105.8520000
3;36 A;hàng bạc;21.0332714;105.8519021
4;9;Hàng Bạc;105.8519;21.0333
5;77;Hàng Bạc;21.0334;105.8519
6;36;Hàng Bạc;21.0399;105.8520
7;10;Hàng Bạc;2326000;585000
8;;Hàng Bạc;21.03;105.85
Tổng;;;;
`

// A row goes in, is passed over or comes back for a reason of its own.
func TestATableOfPoints(t *testing.T) {
	t.Parallel()
	f := fileOf(t, listed)
	var refused []string
	for _, p := range f.Refused {
		refused = append(refused, fmt.Sprint(p.Row, " ", p.Code))
	}
	want := "[6 swapped 8 conflict 9 metres 10 missing_number]"
	if got := fmt.Sprint(refused); got != want || f.DataRows != 8 || len(f.Rows) != 3 || len(f.Repeats) != 1 {
		t.Errorf("refused %s, want %s; %d rows, %d accepted, %d repeated", got, want, f.DataRows, len(f.Rows), len(f.Repeats))
	}
}

// TestAFileWithoutTheColumns: the sentence names what is missing and, where there is a header, what was seen.
func TestAFileWithoutTheColumns(t *testing.T) {
	t.Parallel()
	catalog, err := words.Load(points.Messages)
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		"Kính gửi phường\n1;2\n":                     "không có dòng tiêu đề",
		"Số nhà;Phố;Vĩ độ\n36;Hàng Bạc;21,03\n":      "thiếu cột: Kinh độ. Các cột đã thấy: Số nhà, Phố, Vĩ độ",
		"STT;Địa chỉ;Vĩ độ\n1;36 Hàng Bạc;21,03\n":   "thiếu cột: Kinh độ",
		"STT;Số nhà;Tọa độ\n1;36;21.0333,105.8520\n": "thiếu cột: Phố",
	} {
		book, err := sheet.Open(strings.NewReader(text), int64(len(text)), "toa-do.csv")
		if err != nil {
			t.Fatal(err)
		}
		_, err = points.ParseFile(book, nil)
		var refused *sheet.ColumnsError
		if !errors.As(err, &refused) {
			t.Errorf("%q: %v", text, err)
			continue
		}
		if said := catalog.In("vi").F(refused.Key(), refused.Pairs()...); !strings.Contains(said, want) || !strings.Contains(said, "toa-do.csv") {
			t.Errorf("%q: %s", text, said)
		}
		refused.Sheet = "Trang 1" // of a workbook
		for _, lang := range []string{"vi", "en"} {
			if said := catalog.In(lang).F(refused.Key(), refused.Pairs()...); strings.Contains(said, "⟦") || len(refused.Found) > 0 && !strings.Contains(said, "Trang 1") {
				t.Errorf("%s: %s", lang, said)
			}
		}
	}
}

func feature(number, street string, lon, lat any) string {
	return fmt.Sprintf(`{"type":"Feature","properties":{"addr:housenumber":%q,"addr:street":%q,"height":12},"geometry":{"type":"Point","coordinates":[%v,%v]}}`, number, street, lon, lat)
}

func collection(more string, features ...string) string {
	return `{"type":"FeatureCollection",` + more + `"features":[` + strings.Join(features, ",") + `]}`
}

func TestGeoJSONIsATableToo(t *testing.T) {
	t.Parallel()
	f := fileOf(t, collection(`"crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:OGC:1.3:CRS84"}},`,
		feature("36A", "Phố Hàng Bạc", 105.8519021, 21.0332714), feature("36", "Hàng Bạc", 21.0333, 105.852),
		`{"type":"Feature","properties":{"so_nha":"9","pho":"Hàng Bạc"},"geometry":{"type":"Polygon","coordinates":[[[105.8,21.0],[105.9,21.0],[105.8,21.0]]]}}`,
		`{"type":"Feature","properties":{"so_nha":12,"pho":"Hàng Bạc"},"geometry":{"type":"Point","coordinates":[105.85,21.03,7]}}`))
	if len(f.Rows) != 2 || f.Rows[0].At != (points.Point{Lat: 210332714, Lon: 1058519021}) || f.Rows[1].Address() != "12 Hàng Bạc" {
		t.Errorf("%+v", f.Rows)
	}
	if len(f.Refused) != 2 || f.Refused[0].Code != points.Swapped || f.Refused[1].Code != points.MissingPoint {
		t.Errorf("%+v", f.Refused)
	}
	for text, key := range map[string]string{
		`{"type":"FeatureCollection","features":[`: "points.geo_broken",
		feature("1", "Hàng Bạc", 1, 2):             "points.geo_collection",
		collection(`"crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::3405"}},`, "null"): "points.geo_system",
	} {
		_, err := points.Table(strings.NewReader(text), "x.geojson")
		said, ok := err.(interface{ Key() string })
		if !ok || said.Key() != key {
			t.Errorf("%.40s: %v, want %s", text, err, key)
		}
	}
}

// Whatever a file of places holds: it is read, or refused in words, and what is read lies on the globe.
func FuzzGeoJSON(f *testing.F) {
	f.Add(collection("", feature("36A", "Phố Hàng Bạc", 105.8519021, 21.0332714)))
	f.Add(collection(`"crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::3405"}},`, "null"))
	f.Add(`{"type":"FeatureCollection","features":[{"geometry":{"type":"Point","coordinates":[1e400,"x"]},"properties":{"pho":[{}],"so_nha":null}}]}`)
	f.Add("\xef\xbb\xbf{")
	f.Fuzz(func(t *testing.T, text string) {
		table, err := points.Table(strings.NewReader(text), "x.geojson")
		if err != nil {
			if said, ok := err.(interface{ Key() string }); !ok || said.Key() == "" {
				t.Fatalf("refused without words: %v", err)
			}
			return
		}
		var data bytes.Buffer
		if _, err := data.ReadFrom(table); err != nil {
			t.Fatal(err)
		}
		book, err := sheet.Open(bytes.NewReader(data.Bytes()), int64(data.Len()), "x.geojson")
		if err != nil {
			return // what a table may not be is for the fuzzing of engine/sheet
		}
		file, err := points.ParseFile(book, nil)
		if err != nil {
			return
		}
		for _, r := range file.Rows {
			if r.At.Lat < -900000000 || r.At.Lat > 900000000 || r.At.Lon < -1800000000 || r.At.Lon > 1800000000 {
				t.Errorf("%q lies at %+v", text, r.At)
			}
		}
	})
}

// One wrong figure puts a house in another province; the row goes in and is asked about.
func TestAHouseFarFromAllOthers(t *testing.T) {
	t.Parallel()
	text := "Địa chỉ;Tọa độ\n"
	for n := range 6 {
		text += fmt.Sprintf("%d Hàng Bạc;21.033%d, 105.8519\n", n+1, n)
	}
	f := fileOf(t, text+"20 Hàng Bạc;20.0331, 105.8519\n")
	if len(f.Rows) != 7 || len(f.Warnings) != 1 || f.Warnings[0].Code != points.Far || f.Warnings[0].Row != 8 || f.Warnings[0].Other < 100 {
		t.Errorf("%d rows, %+v", len(f.Rows), f.Warnings)
	}
}

func settle(b *apptest.Browser, r *apptest.Reply) string {
	to := r.Goes()
	for range 200 {
		if !strings.HasPrefix(to, "/jobs/") {
			break
		}
		if r = b.Get(to); r.Status != http.StatusOK {
			to = r.Goes()
		}
	}
	return to
}

// A ward brings its map in, sees it beforehand, mends it with a second file, takes that back, and no other role does any of it.
func TestPointsComeInAndGo(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		command := s.As("command")
		send := func(name, text string) string {
			return settle(command, command.Upload("/imports", "file", name, []byte(text), url.Values{"kind": {"points"}}))
		}
		at := send("so-nha.geojson", collection("", feature("36A", "Hàng Bạc", 105.8519021, 21.0332714), feature("36", "Hàng Bạc", 105.852, 21.0333), feature("77", "Hàng Bạc", 105.852, 21.0333)))
		command.Get(at).OK().Has("main", "so-nha.geojson").Has("main", "Nhập 2 vị trí").Has("main", "Không có số nhà “77 Hàng Bạc”")
		if got := command.Get(at + "/errors.csv").OK(); !bytes.Contains(got.Body, []byte("Không có số nhà “77 Hàng Bạc”")) {
			t.Errorf("the file came back as %.200s", got.Body)
		}
		command.Get("/houses/map").OK().Has("main", "Chưa số nhà nào ở đây có vị trí")
		settle(command, command.Post(at+"/apply", nil))
		place := func(who string) string { return string(s.As(who).Get("/houses/points.json").OK().Body) }
		if got := place("command"); !strings.Contains(got, `[21.0332714,105.8519021,`) || strings.Count(got, `"36`) != 2 {
			t.Errorf("on the map: %s", got)
		}
		second := send("sua.csv", "Số nhà;Phố;Vĩ độ;Kinh độ\n36A;Hàng Bạc;21.0340000;105.8530000\n36;Hàng Bạc;21.0333;105.852\n")
		command.Get(second).OK().Has("main", "Nhập 1 vị trí").Has("main", "21.0332714, 105.8519021").Has("main", "21.0340000, 105.8530000")
		settle(command, command.Post(second+"/apply", nil))
		if got := place("command"); !strings.Contains(got, "[21.0340000,105.8530000,") {
			t.Errorf("after the second file: %s", got)
		}
		command.Post(at+"/undo", nil).Has("main", "đã được thay sau đó")
		command.Post(second+"/undo", nil).Goes()
		if got := place("command"); !strings.Contains(got, "[21.0332714,105.8519021,") {
			t.Errorf("after taking the second back: %s", got)
		}
		command.Post(at+"/undo", nil).Goes()
		if got := place("command"); strings.Contains(got, "[21.") {
			t.Errorf("after taking both back: %s", got)
		}
		// The same file once more changes nothing, and the command line takes it the same way.
		f := fileOf(t, "Số nhà;Phố;Tọa độ\n36A;Hàng Bạc;\"21.0332714, 105.8519021\"\n")
		for i, want := range []int{1, 0} {
			taken, err := s.Points.Take(t.Context(), s.Actor("command"), houses.Source{File: "x.csv"}, f, nil)
			if err != nil || taken.New != want || taken.Unchanged != 1-want || (taken.Import == "") != (i == 1) {
				t.Errorf("time %d: %+v, %v", i+1, taken, err)
			}
		}
	})
}

// A single house is placed by what a map on the phone copies; what is wrong is said at the field and stays typed.
func TestOneHouseIsPlaced(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		command, house := s.As("command"), "/houses/"+s.House["36A Hàng Bạc"]
		set := func(text string) *apptest.Reply { return command.Post(house+"/point", url.Values{"point": {text}}) }
		set("105.8519021, 21.0332714").Is(http.StatusUnprocessableEntity).Has("main", "bị đổi chỗ").Has("input[name=point][value='105.8519021, 21.0332714']", "")
		set("ở đầu ngõ").Is(http.StatusUnprocessableEntity).Has("main", "Không đọc được tọa độ")
		set(`21°01'59.8"N 105°51'06.8"E`).Goes()
		command.Get(house+"/point").OK().Has("input[name=point][value='21.0332778, 105.8518889']", "")
		s.As("head").Get("/houses/map").OK().Has("main", "1/1 số nhà có vị trí")
		set("21.0332778, 105.8518889").Goes()
		set("").Goes()
		if got := command.Get("/houses/points.json").OK().Body; !bytes.Contains(got, []byte(`"houses":[]`)) {
			t.Errorf("still on the map: %s", got)
		}
	})
}
