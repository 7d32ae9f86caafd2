package doors_test

import (
	"bytes"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"sonha/app/apptest"
	"sonha/engine/db"
	"sonha/engine/db/dbtest"
	"sonha/ground/civil"
	"sonha/ward/campaigns"
	"sonha/ward/doors"
	"sonha/ward/gatherings"
	"sonha/ward/meetings"
)

func plate(t *testing.T, s *apptest.Site, house string) string {
	t.Helper()
	list, err := s.Doors.Print(t.Context(), s.System(), doors.Filter{House: s.House[house]})
	if err != nil || len(list) != 1 {
		t.Fatalf("%v %v", list, err)
	}
	return doors.Path(s.Ward.ID, list[0].Token)
}

// result writes how a house stands in the campaign, as far on as stage.
func result(t *testing.T, s *apptest.Site, house, stage, class string) {
	t.Helper()
	if err := s.DB.Write(t.Context(), s.System(), func(tx *db.Tx) error {
		tx.Untold("test")
		_, err := tx.Exec(t.Context(), `insert into results (ward_id, campaign_id, house_id, stage, class, rule_class, proposed_class, answers, contents, points, points_max, missing, differs,
			exception, inspected_on, recheck_by, inspection_id, proposed_by, reason, approved_by, updated_at, version)
			values ({ward}, $1, $2, $3, $4, $4, $4, '', '', 0, 0, '', 0, '', '', '', '', '', '', '', $5, 1)`, s.Campaign.ID, s.House[house], stage, class, tx.Millis())
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

// TestDoorSaysSafeOrNothing compares, byte by byte, the doors of houses that are not safe in every way, after taking out
// number, street and code: nobody can tell them apart, not even by a header. Only a safe house, published, says so.
func TestDoorSaysSafeOrNothing(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		result(t, s, "36 Hàng Bạc", "approved", "safe")
		result(t, s, "36A Hàng Bạc", "approved", "not_safe")
		result(t, s, "12/5 Hàng Bạc", "approved", "conditional")
		result(t, s, "12/5/7 Đinh Liệt", "proposed", "safe")
		visitor := s.As("visitor")
		face := func(house string) string {
			number, street, _ := strings.Cut(house, " ")
			path := plate(t, s, house)
			r := visitor.Get(path).OK().Lacks("main", "chưa đạt").Lacks("main", "kiểm tra").Lacks("main", "Ông/bà head")
			body := string(bytes.ReplaceAll(r.Body, []byte(path), []byte("PATH")))
			body = strings.ReplaceAll(body, url.QueryEscape(path), "PATH")
			// The plate's own size follows its number.
			body = strings.ReplaceAll(strings.ReplaceAll(body, ` long"`, `"`), ">"+number+"<", ">N<")
			body = strings.ReplaceAll(strings.ReplaceAll(body, number+" "+street, "ADDRESS"), number, "N")
			h := r.Header.Clone()
			h.Del("Content-Length")
			var headers strings.Builder
			_ = h.Write(&headers)
			return headers.String() + body
		}
		s.Phase(campaigns.Review)
		for _, house := range []string{"36 Hàng Bạc", "36A Hàng Bạc", "12/5 Hàng Bạc", "12/5/7 Đinh Liệt", "13-15 Đinh Liệt"} {
			if strings.Contains(face(house), "đạt an toàn") {
				t.Errorf("%s says how it stands before that is published", house)
			}
		}
		s.Phase(campaigns.Publish)
		if !strings.Contains(face("36 Hàng Bạc"), "Số nhà đạt an toàn") {
			t.Error("the safe house does not say so")
		}
		same := face("36A Hàng Bạc")
		for _, house := range []string{"12/5 Hàng Bạc", "12/5/7 Đinh Liệt", "13-15 Đinh Liệt"} {
			if got := face(house); got != same {
				t.Errorf("the door of %s differs from that of a house that is not safe", house)
			}
		}
		if strings.Contains(same, "đạt an toàn") {
			t.Error("a house that is not safe says that it is")
		}
	})
}

// TestRenewedPlateSaysSo renews a code: the old one is kindly dead, the new one opens.
func TestRenewedPlateSaysSo(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		old := plate(t, s, "36A Hàng Bạc")
		if again := plate(t, s, "36A Hàng Bạc"); again != old {
			t.Error("printing twice makes another code")
		}
		s.As("group lead").Post("/houses/"+s.House["36A Hàng Bạc"]+"/door", nil).Follow().OK().Has("main", "Thay mã mới")
		s.As("visitor").Get(old).OK().Has("h1", "Biển này không còn dùng").Has("main", "biển mới").Lacks("main", "36A")
		s.As("visitor").Get(plate(t, s, "36A Hàng Bạc")).OK().Has("h1", "36A Hàng Bạc")
		s.As("other group lead").Post("/houses/"+s.House["36A Hàng Bạc"]+"/door", nil).Is(http.StatusNotFound)
		for _, path := range []string{"/d/1", "/d/1-", "/d/x-0000000000000000", "/d/1-0000000000000000", "/d/99-0000000000000000"} {
			s.As("visitor").Get(path).Is(http.StatusNotFound)
		}
	})
}

// TestPlatesArePrintedWithinReach prints what a role reaches, and no more.
func TestPlatesArePrintedWithinReach(t *testing.T) {
	t.Parallel()
	s := apptest.New(t, dbtest.Lite(t))
	s.Enrol()
	for person, want := range map[string]int{"command": 8, "group lead": 4, "officer": 3, "other command": 1} {
		if all, _, err := s.Doors.Count(t.Context(), s.Actor(person), doors.Filter{}); err != nil || all != want {
			t.Errorf("%s prints %d plates, want %d (%v)", person, all, want, err)
		}
	}
	r := s.As("group lead").Post("/doors/plates.pdf", url.Values{"size": {"small"}}).OK()
	if !bytes.HasPrefix(r.Body, []byte("%PDF-")) || r.Header.Get("Content-Type") != "application/pdf" {
		t.Errorf("no PDF: %s", r.Header)
	}
	if _, missing, _ := s.Doors.Count(t.Context(), s.Actor("group lead"), doors.Filter{}); missing != 0 {
		t.Errorf("%d plates still count as never printed", missing)
	}
	s.As("group lead").Post("/doors/plates.pdf", url.Values{"missing": {"1"}}).Is(http.StatusUnprocessableEntity).Has("main", "Không có số nhà nào để in")
}

// TestDoorsAreNotWalkedThrough opens more doors than anybody passes in a minute.
func TestDoorsAreNotWalkedThrough(t *testing.T) {
	t.Parallel()
	s := apptest.New(t, dbtest.Lite(t))
	path := plate(t, s, "36A Hàng Bạc")
	slowed := false
	for range 260 { // two minutes' worth, should the minute turn meanwhile
		if r := s.As("visitor").Get(path); r.Status == http.StatusTooManyRequests {
			slowed = r.Header.Get("Retry-After") != ""
			break
		}
	}
	if !slowed {
		t.Error("one address opens any number of doors")
	}
}

// TestOfficePhones enters the numbers of offices and finds them at the door.
func TestOfficePhones(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		s.Enrol()
		admin := s.As("administrator")
		admin.Post("/phones", url.Values{"duty": {"12"}}).Is(http.StatusUnprocessableEntity).Has(".error-text", "Số điện thoại chưa đúng")
		admin.Post("/phones", url.Values{"duty": {"024 3825 1234"}, s.Beat["Khu vực 1"]: {"024 3825 0001"}}).Follow().OK()
		s.As("head").Post("/phones", url.Values{"duty": {"024 3825 9999"}}).Is(http.StatusNotFound)
		s.As("visitor").Get(plate(t, s, "36A Hàng Bạc")).OK().Has(".calls", "024 3825 1234").Has(".calls", "024 3825 0001")
		s.As("visitor").Get(plate(t, s, "9 Hàng Bạc")).OK().Lacks(".calls", "024 3825 0001") // beat 2 has none
		if body := string(s.As("head").Get("/today").OK().Body); !strings.Contains(body, "tel:02438251234") {
			t.Error("a head's first page does not lead to the ward police on duty")
		}
	})
}

// TestTheDoorSaysTheNextMeeting: when and where, at the doors that were invited, from the invitation until it begins.
func TestTheDoorSaysTheNextMeeting(t *testing.T) {
	t.Parallel()
	dbtest.EachAt(t, time.Date(2026, 10, 20, 9, 0, 0, 0, civil.Hanoi), func(t *testing.T, d *db.DB, clock *dbtest.Clock) {
		s := apptest.New(t, d)
		s.Enrol()
		path, visitor := plate(t, s, "36A Hàng Bạc"), s.As("visitor")
		id, err := s.Meetings.Create(t.Context(), s.Actor("head"), meetings.Plan{
			Plan: gatherings.Plan{Level: gatherings.House, House: s.House["36A Hàng Bạc"], Place: "Sân chung", Day: "2026-10-24", Clock: "19:30", Lasts: 60}, Title: "Họp bàn khóa cổng", Agenda: []string{"Khóa cổng chung"},
		})
		if err != nil {
			t.Fatal(err)
		}
		visitor.Get(path).OK().Lacks("main", "Họp bàn khóa cổng").Has("main", "đăng nhập để gửi đề xuất")
		if err := s.Meetings.Invite(t.Context(), s.Actor("head"), id); err != nil {
			t.Fatal(err)
		}
		visitor.Get(path).OK().Has("main", "Họp bàn khóa cổng – 19:30").Has("main", "24/10/2026").Has("main", "Sân chung")
		visitor.Get(plate(t, s, "36 Hàng Bạc")).OK().Lacks("main", "Họp bàn khóa cổng")
		clock.Pass(5 * 24 * time.Hour)
		visitor.Get(path).OK().Lacks("main", "Họp bàn khóa cổng")
	})
}

// TestEarlierYears takes the year before from the ward's own list: it counts until this year is published.
func TestEarlierYears(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		ctx := t.Context()
		if err := s.DB.Write(ctx, s.System(), func(tx *db.Tx) error {
			tx.Untold("test")
			c, err := campaigns.Add(ctx, tx, campaigns.New{Year: 2025, Criteria: s.Set.Version, Dates: campaigns.Plan(2025)}, campaigns.Imported, campaigns.Closed)
			if err != nil {
				return err
			}
			_, err = tx.Exec(ctx, `insert into results (ward_id, campaign_id, house_id, stage, class, rule_class, proposed_class, answers, contents, points, points_max, missing, differs,
				exception, inspected_on, recheck_by, inspection_id, proposed_by, reason, approved_by, updated_at, version)
				values ({ward}, $1, $2, 'inspected', 'safe', 'safe', 'safe', '', '', 0, 0, '', 0, '', '', '', '', '', '', '', $3, 1)`, c.ID, s.House["36A Hàng Bạc"], tx.Millis())
			return err
		}); err != nil {
			t.Fatal(err)
		}
		path := plate(t, s, "36A Hàng Bạc")
		s.As("visitor").Get(path).OK().Has(".verdict", "Đợt 2025")
		result(t, s, "36A Hàng Bạc", "approved", "conditional")
		s.As("visitor").Get(path).OK().Has(".verdict", "Đợt 2025")
		s.Phase(campaigns.Publish)
		s.As("visitor").Get(path).OK().Lacks("main", "đạt an toàn")
	})
}
