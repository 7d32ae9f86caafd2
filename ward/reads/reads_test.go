package reads_test

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"image"
	"image/jpeg"
	"slices"
	"strings"
	"testing"
	"time"

	"sonha/app/apptest"
	"sonha/engine/db"
	"sonha/engine/db/dbtest"
	"sonha/engine/files"
	"sonha/ground/civil"
	"sonha/ward/logbook"
)

const (
	bac = "36A Hàng Bạc"
	day = civil.Day("2026-10-20")
)

// written are the kinds of the lines of a house, the newest first, each with its role and duty.
func written(t *testing.T, s *apptest.Site, house string) []string {
	t.Helper()
	x, err := s.Reads.OfHouse(t.Context(), s.Actor("command"), house, "")
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, l := range x.Lines {
		text := string(l.Role) + " " + l.What + " " + l.Duty
		if l.Outside {
			text += " !"
		}
		list = append(list, text)
	}
	return list
}

func same(t *testing.T, got []string, want ...string) {
	t.Helper()
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("lines:\n got %q\nwant %q", got, want)
	}
}

// TestWhoOpenedAHouse follows the readings of a house through a morning: who sees the lines, what is one line, what leaves none.
func TestWhoOpenedAHouse(t *testing.T) {
	t.Parallel()
	apptest.EachMorning(t, day, func(t *testing.T, s *apptest.Site, clock *dbtest.Clock) {
		house := s.House[bac]
		home := "/houses/" + house
		head, officer, command := s.As("head"), s.As("officer"), s.As("command")
		head.Get(home+"/reads").OK().Has("main", "Chưa có ai xem")
		// What lies outside somebody's reach is not shown, and leaves no line.
		for _, stranger := range []string{"other head", "other officer", "household", "committee", "mediator", "other command"} {
			s.As(stranger).Get(home).Is(404)
			s.As(stranger).Get(home + "/reads").Is(404)
		}
		for _, person := range []string{"officer", "group lead"} { // they read houses; who read them is for the house and the command
			s.As(person).Get(home + "/reads").Is(404)
		}
		head.Get(home).OK()
		head.Get(home + "/log").OK()
		same(t, written(t, s, house)) // a head at home
		officer.Get(home).OK()
		clock.Set(dbtest.Morning(day).Add(5 * time.Minute))
		officer.Get(home).OK()
		officer.Get(home + "/history").OK()
		command.Get(home).OK()
		s.As("group lead").Get(home + "/pledges").OK()
		same(t, written(t, s, house), "officer house beat", "command house ward", "group_lead pledges group")
		clock.Set(dbtest.Morning(day).Add(20 * time.Minute))
		officer.With("Sonha-Part", "panel").Get(home).OK()
		officer.With("Sonha-Ahead", "1").Get(home + "/log").OK()
		same(t, written(t, s, house), "officer house beat", "officer house beat", "command house ward", "group_lead pledges group", "officer log ahead")
		page := head.Get(home+"/reads").OK().Has("td", "Cảnh sát khu vực (CSKV)").Has("td", "Mở cam kết của các hộ").Has("td", "Phụ trách tổ dân phố").Has("th", "09:20, 20/10/2026")
		page.Lacks("main table", "Ông/bà") // a role and its area, and no name
		head.Get(home).OK().Has("main", "Ai đã xem hồ sơ này")
		officer.Get(home).OK().Lacks("main", "Ai đã xem hồ sơ này")
		if other := written(t, s, s.House["6 bis Đinh Liệt"]); len(other) != 0 {
			t.Errorf("another house has lines: %q", other)
		}
	})
}

// TestFilesPhotosAndAnswersForMachinesLeaveALine holds that there is no way to a record past its line.
func TestFilesPhotosAndAnswersForMachinesLeaveALine(t *testing.T) {
	t.Parallel()
	apptest.EachMorning(t, day, func(t *testing.T, s *apptest.Site, clock *dbtest.Clock) {
		house, home := s.House[bac], "/houses/"+s.House[bac]
		officer := s.As("officer")
		officer.Get("/houses/export.xlsx?class=safe&q=ông+Thịnh").OK()
		x, err := s.Reads.OfHouse(t.Context(), s.Actor("head"), house, "")
		if err != nil || len(x.Lines) != 1 {
			t.Fatalf("an export: %+v %v", x.Lines, err)
		}
		if l := x.Lines[0]; l.What != "file_houses" || l.Area != s.Beat["Khu vực 1"] || strings.Contains(l.Asked, "Th") || l.Asked != "class=safe q=…" || l.House != "" {
			t.Errorf("an export is %+v", l)
		}
		if other := written(t, s, s.House["6 bis Đinh Liệt"]); len(other) != 0 {
			t.Errorf("a list of beat 1 is told of at a house of beat 2: %q", other)
		}
		officer.Get("/houses/export.csv").OK()
		officer.Get("/houses/export.csv").OK() // each file is one
		officer.Get(home + "/volume.pdf?year=2026").OK()
		officer.Get(home + "/forms.pdf?form=assessment").OK()
		officer.With("Accept", "application/json").Get("/offline/pages").OK()
		s.As("head").Get(home + "/households").OK()
		s.As("household").Get("/my-data").OK()
		same(t, written(t, s, house), "officer file_houses beat", "officer file_houses beat", "officer file_houses beat", "officer volume beat",
			"officer sheets beat", "officer pack ahead", "head contacts head")
		rows := 0
		if err := s.DB.Read(t.Context(), s.System(), func(tx *db.Tx) error {
			return tx.One(t.Context(), `select max(x.listed) from seen x where x.ward_id = {ward} and x.what = 'file_houses'`).Scan(&rows)
		}); err != nil || rows != 3 {
			t.Errorf("the file of a beat of three houses had %d rows: %v", rows, err)
		}

		// A picture of the log, which the officer sees on its own address: one line for its eight smaller and larger looks.
		clock.Set(dbtest.Morning(day).Add(time.Hour))
		kept, err := s.Files.SavePhoto(picture(t), files.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		photo, err := s.Logbook.Add(t.Context(), s.System(), house, logbook.Draft{Kind: logbook.Infrastructure, On: day, Text: "Đèn cầu thang hỏng", FollowBy: day, Photo: kept})
		if err != nil {
			t.Fatal(err)
		}
		before := len(written(t, s, house))
		officer.Get("/log/" + photo + "/photo").OK()
		officer.Get("/log/" + photo + "/photo").OK()
		s.As("other officer").Get("/log/" + photo + "/photo").Is(404)
		got := written(t, s, house)
		if len(got) != before+1 || got[0] != "officer photo inspection" && got[0] != "officer photo beat" {
			t.Errorf("a picture left %q", got[:len(got)-before])
		}
	})
}

func picture(t *testing.T) *bytes.Buffer {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewRGBA(image.Rect(0, 0, 40, 30)), nil); err != nil {
		t.Fatal(err)
	}
	return &b
}

// TestAHouseholdSeesItsReadersAndNoNeighbours shows a household who looked at what it gave, in the page and in its file.
func TestAHouseholdSeesItsReadersAndNoNeighbours(t *testing.T) {
	t.Parallel()
	apptest.EachMorning(t, day, func(t *testing.T, s *apptest.Site, _ *dbtest.Clock) {
		home := "/houses/" + s.House[bac]
		household := s.As("household")
		household.Get("/my-data/reads").OK().Has("main", "Chưa có ai xem")
		s.As("head").Get(home + "/households").OK()
		s.As("officer").Get(home).OK() // the house, and nothing of a household
		s.As("group lead").Get(home + "/pledges").OK()
		for _, label := range []string{"H01", "H02"} {
			if err := s.DB.Write(t.Context(), s.System(), func(tx *db.Tx) error {
				tx.Untold("a test")
				_, err := tx.Exec(t.Context(), `insert into seen (ward_id, at, id, account_id, role, place, house_id, household, area_id, what, duty, asked, listed, outside)
					values ({ward}, $1, $2, 'x', 'officer', $3, $4, $5, '', 'proposal', 'beat', '', 0, $6)`, tx.Millis(), tx.NewID(), "Khu vực của "+label, s.House[bac], label, false)
				return err
			}); err != nil {
				t.Fatal(err)
			}
		}
		household.Get("/my-data/reads").OK().Has("td", "Mở liên hệ các hộ đã cho").Has("td", "Mở cam kết của các hộ").Has("td", "Khu vực của H01").
			Lacks("td", "H02").Lacks("td", "Mở trang số nhà")
		household.Get("/my-data").OK().Has("main", "Mở liên hệ các hộ đã cho").Has("main", "Xem ai đã xem")
		var file struct {
			Readers []struct {
				Who string `json:"ai"`
			} `json:"ai_da_xem"`
		}
		if err := json.Unmarshal(household.Get("/my-data.json").OK().Body, &file); err != nil || len(file.Readers) != 3 {
			t.Errorf("the file has %+v: %v", file.Readers, err)
		}
		for _, stranger := range []string{"head", "officer", "command", "committee", "administrator"} {
			s.As(stranger).Get("/my-data/reads").Is(404)
		}
	})
}

// TestNoLineNoData takes the table away: pages go on, and what must be written first is not given out.
func TestNoLineNoData(t *testing.T) {
	t.Parallel()
	apptest.EachMorning(t, day, func(t *testing.T, s *apptest.Site, _ *dbtest.Clock) {
		home := "/houses/" + s.House[bac]
		if s.DB.File() == "" {
			return // SQLite is enough: nothing of this is asked of the database
		}
		raw, err := sql.Open("sqlite", s.DB.File())
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = raw.Close() }()
		rename := func(from, to string) {
			t.Helper()
			if _, err := raw.ExecContext(t.Context(), `alter table `+from+` rename to `+to); err != nil {
				t.Fatal(err)
			}
		}
		rename("seen", "unseen")
		officer := s.As("officer")
		officer.Get(home).OK()
		if r := officer.Get("/houses/export.csv"); r.Status != 503 || strings.Contains(string(r.Body), "Hàng Bạc,") || r.Header.Get("Content-Disposition") != "" {
			t.Errorf("a file without a line: %d %.200s", r.Status, r.Body)
		}
		if r := s.As("head").Get(home + "/households"); r.Status != 503 {
			t.Errorf("contacts without a line: %d", r.Status)
		}
		rename("unseen", "seen")
		officer.Get("/houses/export.csv").OK()
		same(t, written(t, s, s.House[bac]), "officer house beat", "officer file_houses beat")
	})
}

// TestLinesGoWhenTheirTimeIsOver runs the nightly work two years later.
func TestLinesGoWhenTheirTimeIsOver(t *testing.T) {
	t.Parallel()
	apptest.EachMorning(t, day, func(t *testing.T, s *apptest.Site, clock *dbtest.Clock) {
		s.As("officer").Get("/houses/" + s.House[bac]).OK()
		if got := written(t, s, s.House[bac]); len(got) != 1 {
			t.Fatalf("lines %q", got)
		}
		clock.Set(dbtest.Morning(day).AddDate(2, 0, 0).Add(-time.Hour))
		for _, want := range []int{1, 0} {
			if _, err := s.Queue.Run(t.Context(), s.System(), "reads.retention", false); err != nil {
				t.Fatal(err)
			}
			if got := written(t, s, s.House[bac]); len(got) != want {
				t.Errorf("%d lines, want %d", len(got), want)
			}
			clock.Set(dbtest.Morning(day).AddDate(2, 0, 1))
		}
	})
}

// TestUnusualReadingIsLookedAtAndExplained follows a day on which an officer read far more than the work asked for: found the next
// morning, once; told to the data protection officer; asked, answered, and noted as explained.
func TestUnusualReadingIsLookedAtAndExplained(t *testing.T) {
	t.Parallel()
	apptest.EachMorning(t, day, func(t *testing.T, s *apptest.Site, clock *dbtest.Clock) {
		ctx, house := t.Context(), s.House[bac]
		officer, protector := s.As("officer"), s.As("protector")
		protector.Get("/reads").OK().Has("main", "Không có việc nào")
		for i := range 9 { // every quarter of an hour
			clock.Set(dbtest.Morning(day).Add(time.Duration(i) * 15 * time.Minute))
			officer.Get("/houses/" + house).OK()
			if _, err := s.Reads.OfHouse(ctx, s.Actor("command"), house, ""); err != nil {
				t.Fatal(err)
			}
		}
		clock.Set(dbtest.Morning(day).Add(13*time.Hour + 30*time.Minute))
		officer.Get("/houses/export.csv").OK()
		clock.Set(dbtest.Morning(day.AddDays(1)))
		for range 2 { // the second time finds nothing new
			if _, err := s.Queue.Run(ctx, s.System(), "reads.unusual", false); err != nil {
				t.Fatal(err)
			}
		}
		protector.Get("/inbox").OK().Has("main", "2 việc xem hồ sơ ngày 20/10/2026")
		list := protector.Get("/reads").OK().Has("th", "Mở đi mở lại 36A Hàng Bạc, 9 lần").Has("th", "Tải, in 1 lần trong đêm").Has("td", "Cảnh sát khu vực")
		href, _ := list.Doc().Find(`th a:contains("Mở đi mở lại")`).Attr("href")
		page := protector.Get(href).OK().Has("td", "Mở trang số nhà").Has("main", "8 dòng cùng một mục")
		if n := page.Doc().Find("tbody tr").Length(); n != 9 {
			t.Errorf("the case opens to %d lines, want 9", n)
		}
		form := func(state, note string) map[string][]string {
			return map[string][]string{"version": {page.Value("version")}, "state": {state}, "note": {note}}
		}
		protector.Post(href, form("", "")).Is(422).Has(".error-text", "Chọn có lý do")
		protector.Post(href, form("asked", "")).Is(422).Has(".error-text", "Ghi điều cần")
		protector.Post(href, form("asked", "Hỏi ông Nguyễn Văn Bình vì sao")).Is(422).Has(".error-text", "tên người")
		protector.Post(href, form("asked", "Vì sao mở nhiều lần")).Goes()
		protector.Post(href, form("fine", "")).Is(422).Has("main", "vừa được người khác ghi")

		asked := strings.Replace(href, "/unusual/", "/asked/", 1)
		officer.Get("/inbox").OK().Has("main", "cho biết lý do xem hồ sơ ngày 20/10/2026")
		for _, stranger := range []string{"other officer", "command", "protector", "other command"} {
			s.As(stranger).Get(asked).Is(404)
		}
		officer.Get(href).Is(404)
		version := officer.Get(asked).OK().Has("main", "Vì sao mở nhiều lần").Value("version")
		officer.Post(asked, map[string][]string{"version": {version}, "answer": {""}}).Is(422).Has(".error-text", "Ghi lý do")
		officer.Post(asked, map[string][]string{"version": {version}, "answer": {"Đối chiếu hồ sơ trước khi kiểm tra lại"}}).Follow().OK().Has("textarea", "Đối chiếu hồ sơ")
		page = protector.Get(href).OK().Has("main", "Đối chiếu hồ sơ trước khi kiểm tra lại")
		protector.Post(href, form("fine", "")).Goes()
		protector.Get("/reads").OK().Lacks("main", "Mở đi mở lại")
		protector.Get("/reads?done=1").OK().Has("th", "Mở đi mở lại")
		officer.Get(asked).Is(404) // it is over

		found := protector.Get("/reads?house=36a+hang+bac").OK().Has("main a", "36A Hàng Bạc")
		lines, _ := found.Doc().Find(`main a:contains("36A")`).Last().Attr("href")
		protector.Get(lines).OK().Has("td", "Mở trang số nhà")
		protector.Get("/houses/" + house).Is(404)
		for _, stranger := range []string{"head", "officer", "command", "committee", "administrator", "household"} {
			s.As(stranger).Get("/reads").Is(404)
			s.As(stranger).Get(lines).Is(404)
		}
	})
}

// TestAnOfficerWhoInspectsIsNotTold opens each house of a beat as often as an inspection takes and finds nothing.
func TestAnOfficerWhoInspectsIsNotTold(t *testing.T) {
	t.Parallel()
	apptest.EachMorning(t, day, func(t *testing.T, s *apptest.Site, clock *dbtest.Clock) {
		ctx, home := t.Context(), "/houses/"+s.House[bac]
		officer := s.As("officer")
		officer.Post(home+"/inspections", map[string][]string{"kind": {"planned"}}).Goes()
		for i := range 10 {
			clock.Set(dbtest.Morning(day).Add(time.Duration(i) * 12 * time.Minute))
			officer.Get(home).OK()
			if _, err := s.Reads.OfHouse(ctx, s.Actor("command"), s.House[bac], ""); err != nil {
				t.Fatal(err)
			}
		}
		clock.Set(dbtest.Morning(day.AddDays(1)))
		if lines, err := s.Queue.Run(ctx, s.System(), "reads.unusual", false); err != nil || !slices.Equal(lines, []string{"0 việc xem cần để ý"}) {
			t.Errorf("found %q: %v", lines, err)
		}
	})
}
