package notices_test

import (
	"bytes"
	"image/png"
	"net/url"
	"strings"
	"testing"
	"time"

	"sonha/app/apptest"
	"sonha/engine/db"
	"sonha/engine/db/dbtest"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/civil/personal"
	"sonha/ground/fault"
	"sonha/ward/notices"
)

// urgent goes at any hour, so that the tests do not ask the clock.
func urgent(title string) notices.Text {
	return notices.Text{Title: title, Body: "Các hộ trữ nước dùng trong buổi sáng.\n\nCó nước lại trước 11 giờ.", Urgent: true, Reason: "Đường ống vỡ"}
}

func everybody(area notices.Area, refs ...string) notices.Audience {
	return notices.Audience{Heads: true, Households: true, Officers: true, Leads: true, Area: area, Refs: refs}
}

func send(t *testing.T, s *apptest.Site, person string, w notices.Write) string {
	t.Helper()
	id, err := s.Notices.Create(t.Context(), s.Actor(person), w)
	if err == nil {
		_, err = s.Notices.Send(t.Context(), s.Actor(person), id, time.Time{}, 1)
	}
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func spread(t *testing.T, s *apptest.Site, person, id string) notices.Spread {
	t.Helper()
	p, err := s.Notices.Spread(t.Context(), s.Actor(person), id)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// stops gives the numbers of the walk in their order.
func stops(p notices.Spread) []string {
	var list []string
	for _, w := range p.Ways {
		for _, s := range w.Stops {
			list = append(list, s.Number)
		}
	}
	return list
}

// TestWordComesToEveryDoor follows an announcement from the group lead's desk to the last household.
func TestWordComesToEveryDoor(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		s.Enrol()
		ctx := t.Context()
		lead := s.As("group lead")
		draft := lead.Post("/notices", url.Values{
			"title": {"Cắt nước sáng thứ Bảy"}, "body": {"Các hộ trữ nước."}, "to": {"heads", "households"}, "area": {"ward"}, "urgent": {"1"}, "reason": {"Đường ống vỡ"},
		}).Follow().OK().Has("main", "4 số nhà, 24 hộ").Has("main", "Khẩn: Đường ống vỡ")
		version := draft.Value("version")
		id := draft.Doc().Find(`form[action$="/send"]`).AttrOr("action", "")[len("/notices/"):][:26]
		lead.Post("/notices/"+id+"/send", url.Values{"when": {"now"}, "version": {version}}).Follow().OK().Has("main", "4 số nhà")

		if got := stops(spread(t, s, "group lead", id)); len(got) != 4 {
			t.Fatalf("the walk begins with %v", got)
		}
		head := s.As("head")
		head.Get("/notices").OK().Has("main", "1 thông báo chưa đọc")
		head.Get("/notices/"+id).OK().Has("main", "Các hộ trữ nước.").Has("main", "Hộ đã biết")
		head.Get("/notices").OK().Lacks("main", "chưa đọc")
		head.Post("/notices/"+id+"/known", nil).Follow().OK().Has("main", "Ông/bà báo đã đọc")
		head.Post("/notices/"+id+"/told", url.Values{"house": {s.House["36A Hàng Bạc"]}, "household": {"H01", "H03"}}).Follow().OK().Has("main", "2/14 hộ đã biết")
		head.Post("/notices/"+id+"/told", url.Values{"house": {s.House["36A Hàng Bạc"]}, "household": {"H99"}}).Is(422)
		head.Post("/notices/"+id+"/told", url.Values{"house": {s.House["9 Hàng Bạc"]}, "household": {"H01"}}).Is(404)

		p := spread(t, s, "group lead", id)
		if p.HeadsRead != 1 || p.HeadsKnown != 1 || p.Known != 2 || p.All.Households != 24 {
			t.Errorf("the counts are %+v", p)
		}
		// The officer of beat 1 walks to its three houses of the group, not to 9 Hàng Bạc.
		if got := stops(spread(t, s, "officer", id)); len(got) != 3 {
			t.Errorf("the officer walks to %v", got)
		}
		lead.Get("/today").OK().Has("main", "Đi báo 4 số nhà chưa biết: Cắt nước sáng thứ Bảy")
		head.Get("/today").OK().Lacks("main", "thông báo mới")
		lead.Get("/notices/"+id+"/reach").OK().Has("main", "còn 12/14 hộ").Lacks("main", "Nguyễn Thị Ủy")
		for _, name := range []string{"36A Hàng Bạc", "36 Hàng Bạc", "12/5 Hàng Bạc", "9 Hàng Bạc"} {
			lead.Post("/notices/"+id+"/told", url.Values{"house": {s.House[name]}, "all": {"1"}}).Follow().OK()
		}
		if p := spread(t, s, "group lead", id); p.Waiting != 0 || p.Known != 24 || p.HeadsKnown != 4 {
			t.Errorf("after the walk %+v", p)
		}
		if err := s.Notices.Tell(ctx, s.Actor("other group lead"), id, s.House["36A Hàng Bạc"], nil, true); !fault.Is(err, fault.Missing) {
			t.Errorf("another group's lead tells the house: %v", err)
		}
	})
}

// TestHouseholdSpeaksForItself reads as a household, and as its neighbour.
// What is not urgent gives its readers a day before others walk to their doors; then the list is there, without a name.
func TestTheWalkBeginsAfterADay(t *testing.T) {
	t.Parallel()
	dbtest.EachAt(t, time.Date(2026, 10, 20, 9, 0, 0, 0, civil.Hanoi), func(t *testing.T, d *db.DB, clock *dbtest.Clock) {
		s := apptest.New(t, d)
		s.Enrol()
		id := send(t, s, "command", notices.Write{Text: notices.Text{Title: "Họp bàn sửa mái", Body: "Tối thứ Sáu ở sân chung."}, Audience: everybody(notices.Groups, s.Group["Tổ dân phố 1"])})
		lead := s.As("group lead")
		clock.Pass(24*time.Hour - time.Minute)
		if p := spread(t, s, "group lead", id); p.Walking || len(stops(p)) != 0 {
			t.Errorf("a minute early the walk has %v", stops(p))
		}
		lead.Get("/today").OK().Lacks("main", "chưa biết")
		clock.Pass(time.Minute)
		if p := spread(t, s, "group lead", id); !p.Walking || len(stops(p)) != 4 {
			t.Errorf("after a day the walk has %v", stops(p))
		}
		lead.Get("/today").OK().Has("main", "Đi báo 4 số nhà chưa biết: Họp bàn sửa mái")
		lead.Get("/notices/"+id+"/reach").OK().Has("main", "36A").Lacks("main", "Nguyễn Thị Ủy")
	})
}

func TestHouseholdSpeaksForItself(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		s.Enrol()
		id := send(t, s, "command", notices.Write{Text: urgent("Cắt nước"), Audience: everybody(notices.Houses, s.House["36A Hàng Bạc"])})
		s.As("household").Get("/notices/"+id).OK().Has("main", "Cắt nước")
		s.As("household").Post("/notices/"+id+"/known", nil).Follow().OK()
		if p := spread(t, s, "command", id); p.Known != 1 || p.HeadsKnown != 0 {
			t.Errorf("one household knows: %+v", p)
		}
		s.As("other household").Get("/notices").OK().Has("main", "1 thông báo chưa đọc")
		// A head who saves the ticks does not take the household's own word back.
		s.As("head").Post("/notices/"+id+"/told", url.Values{"house": {s.House["36A Hàng Bạc"]}}).Follow().OK().Has("main", "1/14 hộ đã biết")
		only := send(t, s, "command", notices.Write{Text: urgent("Họp tổ trưởng"), Audience: notices.Audience{Leads: true, Area: notices.Whole}})
		s.As("household").Get("/notices/" + only).Is(404)
		s.As("head").Get("/notices/" + only).Is(404)
		s.As("group lead").Get("/notices/" + only).OK()
	})
}

// TestCorrectionReachesExactlyThose corrects an announcement after a house has moved to another group.
func TestCorrectionReachesExactlyThose(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		s.Enrol()
		ctx := t.Context()
		wrong := send(t, s, "command", notices.Write{Text: urgent("Cắt nước thứ Bảy"), Audience: everybody(notices.Groups, s.Group["Tổ dân phố 1"])})
		if err := s.DB.Write(ctx, s.System(), func(tx *db.Tx) error {
			tx.Untold("test")
			_, err := tx.Exec(ctx, `update houses as h set group_id = $1 where {scope h} and h.id = $2`, s.Group["Tổ dân phố 2"], s.House["36A Hàng Bạc"])
			if err == nil {
				_, err = tx.Exec(ctx, `update houses as h set group_id = $1 where {scope h} and h.id = $2`, s.Group["Tổ dân phố 1"], s.House["100 Đinh Liệt"])
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		right, err := s.Notices.Correct(ctx, s.Actor("command"), wrong, urgent("Đính chính: cắt nước Chủ nhật"))
		if err != nil {
			t.Fatal(err)
		}
		s.As("head").Get("/notices/"+wrong).OK().Lacks("main", "đính chính") // not sent yet
		if _, err := s.Notices.Send(ctx, s.Actor("command"), right, time.Time{}, 1); err != nil {
			t.Fatal(err)
		}
		if p := spread(t, s, "command", right); p.All.Houses != 4 {
			t.Errorf("the correction reaches %d houses", p.All.Houses)
		}
		s.As("head").Get("/notices/"+right).OK().Has("main", "Đây là bản đính chính")
		s.As("head").Get("/notices/"+wrong).OK().Has("main", "đã được đính chính").Has("main", "Các hộ trữ nước")
		s.As("other head").Get("/notices/" + right).Is(404)
		if p := spread(t, s, "command", wrong); p.Walking {
			t.Error("people still walk for what was wrong")
		}
		if _, err := s.Notices.Correct(ctx, s.Actor("command"), wrong, urgent("Lần nữa")); !fault.Is(err, fault.Closed) {
			t.Errorf("a second correction of the same: %v", err)
		}
		if err := s.Notices.Withdraw(ctx, s.Actor("command"), right, "Lịch đã hoãn"); err != nil {
			t.Fatal(err)
		}
		s.As("head").Get("/notices/"+right).OK().Has("main", "Lịch đã hoãn").Lacks("main", "Các hộ trữ nước")
		s.As("head").Get("/notices/" + right + "/poster.pdf").Is(409)
	})
}

// TestReachOfWriters writes to more than the writer answers for: only the own houses are meant.
func TestReachOfWriters(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		s.Enrol()
		ctx := t.Context()
		for person, want := range map[string]notices.Reach{
			"group lead": {Houses: 4, Households: 24, Officers: 2, Leads: 1}, "officer": {Houses: 3, Households: 18, Officers: 1, Leads: 1},
			"command": {Houses: 8, Households: 44, Officers: 2, Leads: 2}, "committee": {Houses: 8, Households: 44, Officers: 2, Leads: 2}, "other command": {Houses: 1, Households: 3},
		} {
			id, err := s.Notices.Create(ctx, s.Actor(person), notices.Write{Text: urgent("Thử"), Audience: everybody(notices.Whole)})
			if err != nil {
				t.Fatal(err)
			}
			_, r, err := s.Notices.Preview(ctx, s.Actor(person), id)
			if err != nil || r != want {
				t.Errorf("%s reaches %+v, want %+v (%v)", person, r, want, err)
			}
		}
		id, err := s.Notices.Create(ctx, s.Actor("officer"), notices.Write{Text: urgent("Thử"), Audience: everybody(notices.Groups, s.Group["Tổ dân phố 2"])})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Notices.Send(ctx, s.Actor("officer"), id, time.Time{}, 1); !fault.Is(err, fault.Wrong) {
			t.Errorf("an officer writes to a group without houses of the beat: %v", err)
		}
		_, unknown, err := s.Notices.FindHouses(ctx, s.Actor("group lead"), "36a hang bac, số 12/5 Hàng Bạc; 6 bis Đinh Liệt")
		if err != nil || len(unknown) != 1 || unknown[0] != "6 bis Đinh Liệt" {
			t.Errorf("not found: %v (%v)", unknown, err)
		}
	})
}

// TestWhatIsRefused types what an announcement must not hold.
func TestWhatIsRefused(t *testing.T) {
	t.Parallel()
	s := apptest.New(t, dbtest.Lite(t))
	s.Enrol()
	if err := s.Areas.SetPhones(t.Context(), s.Actor("command"), map[string]string{"duty": "024 3825 1234"}); err != nil {
		t.Fatal(err)
	}
	form := func(change func(url.Values)) url.Values {
		v := url.Values{"title": {"Cắt nước"}, "body": {"Trữ nước buổi sáng."}, "to": {"heads"}, "area": {"ward"}}
		change(v)
		return v
	}
	for name, change := range map[string]func(url.Values){
		"a name":           func(v url.Values) { v.Set("body", "Gặp anh Hùng ở phòng 203 để biết thêm.") },
		"a private number": func(v url.Values) { v.Set("body", "Gọi 0912 345 678.") },
		"no title":         func(v url.Values) { v.Set("title", " ") },
		"urgent for none":  func(v url.Values) { v.Set("urgent", "1") },
		"to nobody":        func(v url.Values) { v.Del("to") },
		"a street unnamed": func(v url.Values) { v.Set("area", "streets") },
		"a house unknown":  func(v url.Values) { v.Set("area", "houses"); v.Set("houses", "999 Hàng Bạc") },
		"a day gone by":    func(v url.Values) { v.Set("expires", "2020-01-01") },
	} {
		r := s.As("command").Post("/notices", form(change)).Is(422)
		if r.Value("title") == "" && name != "no title" || r.Doc().Find(".error-text").Length() == 0 {
			t.Errorf("%s: nothing is said at the field, or what was typed is lost", name)
		}
	}
	s.As("command").Post("/notices", form(func(v url.Values) { v.Set("body", "Trực ban: 024 3825 1234, hoặc 113.") })).Is(303)
	s.As("group lead").Post("/notices", form(func(v url.Values) { v.Set("public", "1") })).Follow().OK().Lacks("main", "trang công khai")
}

// TestForTheBoardAndForZalo takes what leaves the program by hand: a sheet for the notice board, and a text and a picture for a
// group chat, which hold what was written and the office, and nobody's name, number or household.
func TestForTheBoardAndForZalo(t *testing.T) {
	t.Parallel()
	s := apptest.New(t, dbtest.Lite(t))
	s.Enrol()
	id := send(t, s, "group lead", notices.Write{Text: urgent("Cắt nước sáng thứ Bảy"), Audience: everybody(notices.Whole)})
	head := s.As("head")
	text := head.Get("/notices/"+id+"/share").OK().Has("main", "Chép sang Zalo").Text("textarea[name=text]")
	for _, want := range []string{"Cắt nước sáng thứ Bảy", "Khẩn: Đường ống vỡ", "Có nước lại trước 11 giờ.", "Tổ dân phố 1"} {
		if !strings.Contains(text, want) {
			t.Errorf("the text for Zalo lacks %q: %s", want, text)
		}
	}
	if found := personal.Find(text); len(found) > 0 || strings.Contains(text, "H01") || strings.Contains(text, "head") {
		t.Errorf("the text for Zalo says whose it is: %s (%v)", text, found)
	}
	picture, err := png.Decode(bytes.NewReader(head.Get("/notices/" + id + "/share.png").OK().Body))
	if err != nil || picture.Bounds().Dx() < 600 {
		t.Errorf("no picture for a phone: %v", err)
	}
	if sheet := head.Get("/notices/" + id + "/poster.pdf").OK(); !bytes.HasPrefix(sheet.Body, []byte("%PDF-")) {
		t.Error("no sheet for the notice board")
	}
	for _, paper := range []string{"/share", "/share.png", "/poster.pdf"} {
		s.As("other head").Get("/notices/" + id + paper).Is(404)
	}
}

// TestPublicPage shows what is open to everybody, and nothing else.
func TestPublicPage(t *testing.T) {
	t.Parallel()
	s := apptest.New(t, dbtest.Lite(t))
	s.Enrol()
	text := urgent("Ngày hội ở sân đình")
	text.Public = true
	id := send(t, s, "command", notices.Write{Text: text, Audience: everybody(notices.Whole)})
	closed := send(t, s, "command", notices.Write{Text: urgent("Chỉ cho số nhà"), Audience: everybody(notices.Whole)})
	v := s.As("visitor")
	v.Get("/news?ward="+s.Ward.Code).OK().Has("main", "Ngày hội ở sân đình").Lacks("main", "Chỉ cho số nhà")
	v.Get("/news?ward="+s.Other.Code).OK().Lacks("main", "Ngày hội")
	v.Get(notices.PublicPath(s.Ward.ID, id)).OK().Has("main", "Các hộ trữ nước")
	v.Get(notices.PublicPath(s.Ward.ID, closed)).Is(404)
	v.Get(notices.PublicPath(s.Other.ID, id)).Is(404)
	v.Get("/n/nothing").Is(404)
}

// TestSeasons asks which drafts are offered on days of several years: Tết by the moon at UTC+7.
func TestSeasons(t *testing.T) {
	t.Parallel()
	for day, want := range map[string]string{
		"2027-01-10": "tet-2027", "2027-02-06": "tet-2027", "2027-02-07": "", "2030-01-05": "tet-2030", "2030-02-02": "tet-2030", "2030-02-03": "", // not the 3rd, as in China
		"2026-04-20": "apr30-2026", "2026-06-26": "jun26-2026", "2026-08-01": "aug19-2026", "2026-09-25": "oct4-2026", "2026-11-01": "nov18-2026", "2026-07-01": "",
	} {
		got := ""
		if list := notices.Seasons(civil.Day(day)); len(list) > 0 {
			got = list[0].Key
		}
		if got != want {
			t.Errorf("on %s %q is offered, want %q", day, got, want)
		}
	}
}

// TestSeasonsAreTheCommandsAndSendNothing takes a draft: nobody else sees it, and a second try gives the same one.
func TestSeasonsAreTheCommandsAndSendNothing(t *testing.T) {
	t.Parallel()
	s := apptest.New(t, dbtest.Lite(t))
	s.Enrol()
	ctx := t.Context()
	x := notices.Season{Name: "tet", Key: "tet-2031", Day: civil.Tet(2031), Last: civil.Tet(2031).AddDays(5)}
	text := notices.Text{Title: "Đón Tết an toàn", Body: "Khóa cửa, ngắt điện."}
	id, err := s.Notices.TakeSeason(ctx, s.Actor("command"), x, text)
	again, err2 := s.Notices.TakeSeason(ctx, s.Actor("command"), x, text)
	if err != nil || err2 != nil || id != again {
		t.Fatalf("%s %s %v %v", id, again, err, err2)
	}
	s.As("head").Get("/notices/" + id).Is(404)
	s.As("committee").Get("/notices/" + id).Is(404)
	s.As("group lead").Get("/notices/" + id).Is(404)
	if access.Head.Holds(access.Announce) || access.Household.Holds(access.Announce) {
		t.Error("heads and households do not announce")
	}
}

// TestWordComesIntoInboxes tells those whom an announcement is addressed to, once, when its time has come.
func TestWordComesIntoInboxes(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		s.Enrol()
		ctx := t.Context()
		unread := func(person string) int {
			n, err := s.Inbox.Unread(ctx, s.Actor(person))
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		tell := func(id string) {
			if err := s.Notices.TellOut(ctx, s.System(), []byte(id)); err != nil {
				t.Fatal(err)
			}
		}
		id := send(t, s, "group lead", notices.Write{Text: urgent("Cắt nước"), Audience: everybody(notices.Whole)})
		tell(id)
		tell(id)
		for person, want := range map[string]int{"head": 1, "household": 1, "officer": 1, "other head": 0, "group lead": 0, "other group lead": 0, "command": 0} {
			if got := unread(person); got != want {
				t.Errorf("%s has %d messages, want %d", person, got, want)
			}
		}
		s.As("head").Get("/inbox").OK().Has("main", "Tổ dân phố 1: Cắt nước").Has("main", "Đường ống vỡ")

		later, err := s.Notices.Create(ctx, s.Actor("group lead"), notices.Write{Text: urgent("Họp tổ"), Audience: everybody(notices.Whole)})
		if err == nil {
			_, err = s.Notices.Send(ctx, s.Actor("group lead"), later, d.Now().Add(48*time.Hour), 1)
		}
		if err != nil {
			t.Fatal(err)
		}
		tell(later) // before its time
		if err := s.Notices.Recall(ctx, s.Actor("group lead"), later); err != nil {
			t.Fatal(err)
		}
		tell(later)
		tell(db.NewID())
		if got := unread("head"); got != 1 {
			t.Errorf("what is not out was told: %d", got)
		}
	})
}

// TestWalkOfOneStreet narrows the walk to a street that the address names.
func TestWalkOfOneStreet(t *testing.T) {
	t.Parallel()
	s := apptest.New(t, dbtest.Lite(t))
	s.Enrol()
	id := send(t, s, "command", notices.Write{Text: urgent("Cắt nước"), Audience: everybody(notices.Whole)})
	street := spread(t, s, "command", id).Ways[0].ID
	s.As("command").Get("/notices/"+id+"/reach").OK().Has("h3", "Hàng Bạc").Has("h3", "Đinh Liệt")
	s.As("command").Get("/notices/"+id+"/reach?street="+street).OK().Has("main", "Mọi phố còn phải báo")
	if r := s.As("command").Get("/notices/" + id + "/reach?street=" + street).OK(); r.Doc().Find("main h3").Length() != 1 {
		t.Errorf("one street shows %s", r.Text("main h3"))
	}
}

// The list as a file has what its reader sent, the command what everybody sent; drafts and what others sent are not in it.
func TestWhatWasSentAsAFile(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		s.Enrol()
		send(t, s, "group lead", notices.Write{Text: urgent("Cắt nước sáng thứ Bảy"), Audience: everybody(notices.Whole)})
		send(t, s, "officer", notices.Write{Text: urgent("Khóa cổng ban đêm"), Audience: everybody(notices.Whole)})
		if _, err := s.Notices.Create(t.Context(), s.Actor("group lead"), notices.Write{Text: urgent("Chưa gửi"), Audience: everybody(notices.Whole)}); err != nil {
			t.Fatal(err)
		}
		s.As("group lead").Get("/notices").OK().Has(".actions a", "Tải Excel")
		others := []string{"other group lead", "officer", "other officer", "command", "other command", "committee"}
		text := s.ListFile("/notices/export", "notice.export", 1, append([]string{"group lead"}, others...)...)
		for _, want := range []string{"Cắt nước sáng thứ Bảy", "Trưởng số nhà, Các hộ", ";4;24;Khẩn;"} {
			if !strings.Contains(text, want) {
				t.Errorf("the file lacks %q:\n%s", want, text)
			}
		}
		all := string(s.As("command").Get("/notices/export.csv").OK().Body)
		if strings.Contains(text, "Khóa cổng") || !strings.Contains(all, "Khóa cổng") || !strings.Contains(all, "Cắt nước") || strings.Contains(text+all, "Chưa gửi") {
			t.Errorf("the lead has:\n%s\nthe command has:\n%s", text, all)
		}
		if other := string(s.As("other command").Get("/notices/export.csv").OK().Body); !strings.Contains(other, "Cộng 0 dòng.") {
			t.Errorf("another ward has:\n%s", other)
		}
	})
}
