package app_test

import (
	"bytes"
	"image"
	"image/jpeg"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"

	"sonha/app/apptest"
	"sonha/engine/db"
	"sonha/engine/db/dbtest"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ward/campaigns"
	"sonha/ward/criteria"
	"sonha/ward/households"
	"sonha/ward/logbook"
	"sonha/ward/periods"
)

// The misuse table of domain.md §5.8, one test a row, each as somebody at the pages would try it.

const lane = "36A Hàng Bạc"

// misused runs a test on both databases, with an account for every person.
func misused(t *testing.T, fn func(t *testing.T, m *maker)) {
	t.Helper()
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		s.Enrol()
		fn(t, &maker{Site: s, kept: map[string]string{}, visits: map[string]visit{}})
	})
}

// everyText is all text of a column list, one row a line.
func everyText(m *maker, query string) string {
	m.T.Helper()
	var b strings.Builder
	m.read(m.System(), func(tx *db.Tx) error {
		return tx.All(m.T.Context(), func(scan func(...any) error) error {
			var text string
			err := scan(&text)
			b.WriteString(text + "\n")
			return err
		}, query)
	})
	return b.String()
}

// "Officer asks for an export of all tenants/residents": exports are rows of houses; what households gave to their head is in none.
func TestMisuseExportOfResidents(t *testing.T) {
	misused(t, func(t *testing.T, m *maker) {
		m.As("household").Post("/home/contact", url.Values{"contact": {"0987 123 456"}, "agreed": {"1"}}).Is(http.StatusSeeOther)
		for _, person := range []string{"officer", "group lead", "command"} {
			b := m.As(person)
			csv := b.Get("/houses/export.csv").OK()
			rows := strings.Split(strings.TrimSpace(string(csv.Body)), "\n")
			for _, word := range []string{"cư dân", "nhân khẩu", "người thuê", "họ tên hộ", "căn cước", "ngày sinh"} {
				if strings.Contains(strings.ToLower(civil.NFC(string(csv.Body))), word) {
					t.Errorf("the export of %s has %q", person, word)
				}
			}
			if len(rows) > len(m.House)+4 {
				t.Errorf("the export of %s has %d lines: more than one a house", person, len(rows))
			}
			for _, path := range []string{"/houses/export.csv", "/houses/" + m.House[lane], "/search?q=987123456", "/houses?q=0987123456", "/houses/" + m.House[lane] + "/answers"} {
				if body := string(b.Get(path).Body); strings.Contains(body, "123 456") {
					t.Errorf("%s reads the number of a household at %s", person, path)
				}
			}
		}
		for _, route := range m.Server.Routes() {
			if regexp.MustCompile(`resident|people|person|tenant|citizen`).MatchString(route.Pattern) {
				t.Errorf("%s speaks of people", route.Pattern)
			}
		}
	})
}

// "House head writes “nhà 3 có đối tượng nghiện mới về” in log": refused, 113 and the area officer are offered, nothing of it is stored.
func TestMisuseAccusationInTheLog(t *testing.T) {
	misused(t, func(t *testing.T, m *maker) {
		const text = "nhà 3 có đối tượng nghiện mới về"
		m.As("head").Post("/houses/"+m.House[lane]+"/log", url.Values{"kind": {"misc"}, "on": {string(civil.DayOf(m.DB.Now()))}, "text": {text}}).
			Is(http.StatusUnprocessableEntity).Has(".callrow", "113").Has("main", "chưa lưu gì")
		all := everyText(m, `select e.body from log_entries e where {scope e.house}`) + everyText(m, `select a.detail || a.action from audit a where a.ward_id = {ward}`) +
			everyText(m, `select r.body || r.content from receipts r where r.ward_id = {ward}`)
		for _, word := range []string{"nghiện", "đối tượng", "nhà 3"} {
			if strings.Contains(all, word) {
				t.Errorf("%q is stored", word)
			}
		}
	})
}

// "Posting a “blacklist” of chưa đạt houses": what anybody can read says "đạt" or nothing.
func TestMisuseListOfHousesThatFellShort(t *testing.T) {
	misused(t, func(t *testing.T, m *maker) {
		at := spots(m.Site)[0]
		m.inspected(at)
		if err := m.DB.Write(t.Context(), m.System(), func(tx *db.Tx) error {
			tx.Untold("the test makes a house that fell short")
			return tx.Must1(tx.Exec(t.Context(), `update results as r set class = 'not_safe', stage = 'approved' where {scope r.house} and r.house_id = $1`, at.house))
		}); err != nil {
			t.Fatal(err)
		}
		visitor := m.As("visitor")
		for _, path := range []string{"/", "/d/" + m.plated("", at)} {
			page := visitor.Get(path).OK()
			for _, word := range []string{"Chưa đạt", "có điều kiện", "chưa đạt"} {
				if path != "/" || word == "Chưa đạt" { // the first page may say how many, never which
					page.Lacks("main", word)
				}
			}
			if path == "/" {
				page.Lacks("main", lane)
			}
		}
		for _, person := range []string{"visitor", "other head", "committee", "city", "other group lead"} {
			if r := m.As(person).Get("/houses/" + at.house); r.Status == http.StatusOK {
				t.Errorf("%s opens the house that fell short", person)
			}
		}
	})
}

// "Pressure to sign pledge": it is free, taken back in one press, and no neighbour sees who signed.
func TestMisusePressureToSign(t *testing.T) {
	misused(t, func(t *testing.T, m *maker) {
		b := m.As("household")
		page := b.Get("/home/pledge").OK().Has("main", "Ký là tự nguyện").Has("main", "không ảnh hưởng gì đến hộ")
		b.Post("/home/pledge", url.Values{"version": {page.Value("version")}}).Is(http.StatusSeeOther)
		for _, path := range []string{"/home", "/home/pledge", "/my-house", "/my-data", "/home/contact"} {
			m.As("other household").Get(path).OK().Lacks("main", "Đã ký").Lacks("main", "H01")
		}
		for _, path := range []string{"/houses/" + m.House[lane] + "/pledges", "/houses/" + m.House[lane]} {
			m.As("other household").Get(path).Is(http.StatusNotFound)
		}
		b.Post("/home/pledge", url.Values{"do": {"withdraw"}}).Follow().OK().Has("main", "Đã rút")
		// Withdrawn, everything else goes on as before.
		b.Get("/home/answers/VH4").OK()
		b.Get("/proposals/new").OK()
	})
}

// "Score drop after reporting a theft": whatever is reported, points and class stay as they were.
func TestMisuseReportingLowersAScore(t *testing.T) {
	misused(t, func(t *testing.T, m *maker) {
		at := spots(m.Site)[0]
		m.inspected(at)
		const query = `select r.class || ' ' || r.points || '/' || r.points_max || ' ' || r.answers || ' ' || r.contents from results r where {scope r.house}`
		before := everyText(m, query)
		head := m.As("head")
		for _, kind := range logbook.Kinds() {
			head.Post("/houses/"+at.house+"/log", url.Values{"kind": {string(kind)}, "on": {string(civil.DayOf(m.DB.Now()))}, "text": {"Mất xe đạp ở sân chung, đã báo"}, "told": {"113"}}).
				Is(http.StatusSeeOther)
		}
		m.propose(m.Actor("household"), at, true)
		head.Post("/houses/"+at.house+"/monthly/"+string(logbook.MonthOf(civil.DayOf(m.DB.Now()))), url.Values{
			"do": {"send"}, "households": {"14"}, "reminders": {"0"}, "moved_in": {"0"}, "moved_out": {"0"}, "passed": {"9"}, "disputes_new": {"3"}, "disputes_settled": {"0"},
			"light.VH": {"g"}, "light.TC": {"r"}, "light.TN": {"g"}, "light.NK": {"g"}, "light.GD": {"g"}, "light.HG": {"y"}, "reason": {"tc_lock", "hg_open"},
		}).Is(http.StatusSeeOther)
		if after := everyText(m, query); after != before {
			t.Errorf("what was reported moved the result\n%s\n%s", before, after)
		}
	})
}

// "Inference of a household's answer in a 2-household house": nothing of one, one merged word of both.
func TestMisuseAnswersOfASmallHouse(t *testing.T) {
	misused(t, func(t *testing.T, m *maker) {
		house := m.House["100 Đinh Liệt"]
		lead := m.As("other group lead")
		answer := func(label string, v criteria.Value) {
			who := access.SignedInAs(db.NewID(), "Hộ "+label, access.Household, m.Ward.ID, []access.Grant{{Role: access.Household, Ward: m.Ward.ID, ID: house, Household: label}})
			for _, q := range households.Questions(m.Set) {
				if _, err := m.Households.Answer(t.Context(), who, q.Code, criteria.NotAsked, v); err != nil {
					t.Fatal(err)
				}
			}
			err := m.Households.Want(t.Context(), who, households.Wish{Needs: []households.Need{"lock"}, Note: "Khóa cổng phụ kẹt"})
			if err == nil {
				err = m.Households.Send(t.Context(), who, criteria.NotAsked)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		answer("H01", criteria.Fail)
		page := lead.Get("/houses/"+house+"/answers").OK().Has("main", "1 trên 2 hộ")
		answer("H02", criteria.Pass)
		both := lead.Get("/houses/"+house+"/answers").OK().Has("main", "Gộp chung")
		for _, r := range []*apptest.Reply{page, both} {
			if r.Doc().Find("main table").Length() > 0 || strings.Contains(r.Text("main"), "Khóa") || strings.Contains(r.Text("main"), "%") {
				t.Errorf("two households can be told apart: %s", r.Text("main"))
			}
		}
	})
}

// "Adding a “tôn giáo / khiếu kiện / chính trị” tag or question via admin": there is no place for it, in no form, column or catalog.
func TestMisuseTagsOnPeople(t *testing.T) {
	misused(t, func(t *testing.T, m *maker) {
		for _, o := range subjects(t, os.DirFS("..")) {
			t.Error(o)
		}
		admin := m.As("administrator")
		for _, route := range m.Server.Routes() {
			if route.Method() != http.MethodGet || strings.Contains(route.Pattern, "{") {
				continue
			}
			_, path, _ := strings.Cut(route.Pattern, " ")
			page := admin.Get(path)
			if page.Status != http.StatusOK || !strings.HasPrefix(page.Header.Get("Content-Type"), "text/html") {
				continue
			}
			if found := offers(page.Text("main select, main legend, main label, main option")); len(found) > 0 {
				t.Errorf("%s offers %v", path, found)
			}
		}
		// What is typed into a free text about it is refused or belongs elsewhere; the administrator writes into no dossier at all.
		for _, path := range []string{"/houses/" + m.House[lane] + "/log", "/proposals", "/houses/" + m.House[lane] + "/monthly/2026-11"} {
			if r := admin.Post(path, url.Values{"text": {"tôn giáo"}}); r.Status != http.StatusNotFound {
				t.Errorf("the administrator writes to %s: %d", path, r.Status)
			}
		}
	})
}

// "Silent back-dating before year-end": days of long ago are refused, the clock is the server's, and a closed year stays as it was.
func TestMisuseBackDating(t *testing.T) {
	misused(t, func(t *testing.T, m *maker) {
		at := spots(m.Site)[0]
		today := civil.DayOf(m.DB.Now())
		head := m.As("head")
		head.Post("/houses/"+at.house+"/log", url.Values{"kind": {"routine"}, "on": {string(today.AddDays(-60))}}).Is(http.StatusUnprocessableEntity)
		head.Post("/houses/"+at.house+"/log", url.Values{"kind": {"routine"}, "on": {string(today.AddDays(1))}}).Is(http.StatusUnprocessableEntity)
		head.Post("/houses/"+at.house+"/log", url.Values{"kind": {"routine"}, "on": {string(today)}, "created_at": {"2020-01-01"}}).Is(http.StatusSeeOther)
		if text := everyText(m, `select cast(e.created_at as text) from log_entries e where {scope e.house}`); !strings.HasPrefix(text, "1") || len(text) < 13 || strings.HasPrefix(text, "15778") {
			t.Errorf("the time of an entry is the sender's: %s", text)
		}
		m.Phase(campaigns.Publish)
		c, err := m.Campaigns.ByYear(t.Context(), m.System(), 2026)
		if err == nil {
			err = m.Results.Close(t.Context(), m.System(), c.ID, c.Version)
		}
		if err != nil {
			t.Fatal(err)
		}
		before := m.As("command").Get("/campaigns/" + c.ID + "/snapshot.json").OK().Body
		for path, form := range map[string]url.Values{
			"/houses/" + at.house + "/assessment/TC2": {"answer": {"2"}},
			"/houses/" + at.house + "/pledges":        {"household": {"H03"}, "on": {string(today)}, "channel": {"paper"}},
		} {
			if r := head.Post(path, form); r.Status < 400 {
				t.Errorf("%s is taken after the close: %d", path, r.Status)
			}
		}
		if r := m.As("command").Post("/houses/"+at.house+"/result", url.Values{"class": {"safe"}, "campaign": {c.ID}, "version": {"1"}, "reason": {"Đổi sau khi chốt"}}); r.Status < 400 {
			t.Errorf("a class is changed after the close: %d", r.Status)
		}
		if after := m.As("command").Get("/campaigns/" + c.ID + "/snapshot.json").OK().Body; !bytes.Equal(before, after) {
			t.Error("the snapshot of a closed year changed")
		}
		// What was changed before stands in the history that everybody with the house reads.
		if text := everyText(m, `select a.action from audit a where a.ward_id = {ward} and a.house_id <> ''`); !strings.Contains(text, "log.add") {
			t.Errorf("the history lacks what was done: %s", text)
		}
	})
}

// "Camera footage upload": pictures of the building only; no video, no animation, and nothing of where and with what it was taken.
func TestMisuseCameraFootage(t *testing.T) {
	misused(t, func(t *testing.T, m *maker) {
		house := "/houses/" + m.House[lane] + "/log"
		form := url.Values{"kind": {"infrastructure"}, "on": {string(civil.DayOf(m.DB.Now()))}, "text": {"Đèn cầu thang hỏng"}}
		head := m.As("head")
		mp4 := append([]byte("\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom"), bytes.Repeat([]byte{0x11}, 4000)...)
		for name, body := range map[string][]byte{"cong.mp4": mp4, "cong.jpg": mp4, "cong.webm": []byte("\x1a\x45\xdf\xa3webm"), "cong.gif": []byte("GIF89a\x01\x00\x01\x00")} {
			head.Upload(house, "photo", name, body, form).Is(http.StatusUnprocessableEntity)
		}
		if text := everyText(m, `select e.photo from log_entries e where {scope e.house}`); text != "" {
			t.Errorf("kept: %s", text)
		}
		head.Get(house+"/new").OK().Has("main", "không chụp người")
		var plain bytes.Buffer
		if err := jpeg.Encode(&plain, image.NewGray(image.Rect(0, 0, 64, 48)), nil); err != nil {
			t.Fatal(err)
		}
		block := append([]byte("Exif\x00\x00MM\x00\x2a\x00\x00\x00\x08\x00\x00\x00\x00\x00\x00"), []byte("GPS 21.0333 105.85")...)
		withPlace := append([]byte{0xff, 0xd8, 0xff, 0xe1, 0x00, byte(len(block) + 2)}, block...)
		withPlace = append(withPlace, plain.Bytes()[2:]...)
		head.Upload(house, "photo", "den.jpg", withPlace, form).Is(http.StatusSeeOther)
		id := strings.TrimSpace(everyText(m, `select e.id from log_entries e where {scope e.house} and e.photo <> ''`))
		if body := head.Get("/log/" + id + "/photo").OK().Body; bytes.Contains(body, []byte("Exif")) || bytes.Contains(body, []byte("GPS")) {
			t.Error("the picture still says where it was taken")
		}
	})
}

// "Using the system to assign “điểm công dân”": no row about an account or a household has a score, and no data file lists persons.
func TestMisuseScoresOfPersons(t *testing.T) {
	misused(t, func(t *testing.T, m *maker) {
		files, err := os.ReadDir("../engine/db/migrate")
		if err != nil {
			t.Fatal(err)
		}
		table := regexp.MustCompile(`(?s)create table (\w+) \((.*?)\n\)`)
		score := regexp.MustCompile(`(?m)^  (\w*(?:points|score|rank|rating|grade|class|stars|level)\w*) `)
		found := 0
		for _, f := range files {
			text, err := os.ReadFile("../engine/db/migrate/" + f.Name())
			if err != nil {
				t.Fatal(err)
			}
			for _, x := range table.FindAllStringSubmatch(string(text), -1) {
				ofPersons := x[1] == "accounts" || regexp.MustCompile(`primary key \([^)]*(account_id|household)`).MatchString(x[2])
				if !ofPersons {
					continue
				}
				found++
				if column := score.FindStringSubmatch(x[2]); column != nil {
					t.Errorf("table %s has %s for a person or household", x[1], column[1])
				}
			}
		}
		if found < 5 {
			t.Errorf("only %d tables of persons were looked at", found)
		}
		names := m.Actor("head").Name()
		for _, route := range m.Server.Routes() {
			_, path, _ := strings.Cut(route.Pattern, " ")
			if route.Method() != http.MethodGet || strings.Contains(path, "{") || !strings.HasSuffix(path, ".json") || path == "/my-data.json" {
				continue
			}
			for _, person := range []string{"command", "officer", "group lead"} {
				if r := m.As(person).Get(path); r.Status == http.StatusOK && (strings.Contains(string(r.Body), names) || strings.Contains(string(r.Body), `"household"`)) {
					t.Errorf("%s lists persons to %s", path, person)
				}
			}
		}
	})
}

// "Anonymous malicious tips": a stranger at the door writes nothing; security goes to 113 and VNeID.
func TestMisuseAnonymousTips(t *testing.T) {
	misused(t, func(t *testing.T, m *maker) {
		visitor := m.As("visitor")
		page := visitor.Get("/d/"+m.plated("", spots(m.Site)[0])).OK().Has("main", "113").Has("main", "VNeID")
		if n := page.Doc().Find(`main textarea, main form[method="post"], main input[type="file"]`).Length(); n > 0 {
			t.Errorf("a stranger may write something at the door: %d fields", n)
		}
		before := everyText(m, `select a.action from audit a where a.ward_id = {ward}`)
		for _, path := range []string{"/proposals", "/houses/" + m.House[lane] + "/log", "/home/answers/needs", "/notices"} {
			if r := visitor.Post(path, url.Values{"body": {"Nhà bên cạnh buôn lậu"}, "title": {"Nhà bên cạnh buôn lậu"}}); r.Status < 300 || r.Status == http.StatusUnprocessableEntity {
				t.Errorf("a stranger posts to %s: %d", path, r.Status)
			}
		}
		if after := everyText(m, `select a.action from audit a where a.ward_id = {ward}`); after != before {
			t.Error("a stranger left something behind")
		}
		// Whoever is signed in is known to who answers: a proposal is never without its sender.
		id := m.propose(m.Actor("household"), spots(m.Site)[0], true)
		if text := everyText(m, `select p.raised_as || ' by ' || p.sent_by from proposals p where {scope p.house}`); id == "" || !strings.HasPrefix(text, "household by ") || len(text) < len("household by X\n") {
			t.Errorf("a proposal without a sender: %q", text)
		}
	})
}

// What /my-data promises is what the nightly work does: every period that ends by itself has its work, which can be tried first.
func TestPeriodsArePromisedAndKept(t *testing.T) {
	misused(t, func(t *testing.T, m *maker) {
		page := m.As("household").Get("/my-data").OK()
		for _, p := range periods.All() {
			page.Has("main", p.Line(m.Words.In("vi")))
			if p.AtLeast {
				continue
			}
			if p.Key == "receipt" && p.Days != int(db.KeepReceipts.Hours()/24) {
				t.Errorf("receipts are kept %v and promised for %d days", db.KeepReceipts, p.Days)
			}
			if _, err := m.Queue.Run(t.Context(), m.System(), p.Work, true); err != nil {
				t.Errorf("%s: the work %q cannot be tried: %v", p.Key, p.Work, err)
			}
			if _, err := m.Queue.Run(t.Context(), m.System(), p.Work, false); err != nil {
				t.Errorf("%s: the work %q: %v", p.Key, p.Work, err)
			}
		}
	})
}
