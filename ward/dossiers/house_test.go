package dossiers_test

import (
	"bytes"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"sonha/app/apptest"
	"sonha/engine/db"
	"sonha/engine/db/dbtest"
	"sonha/engine/sheet"
	"sonha/ward/criteria"
	"sonha/ward/dossiers"
	"sonha/ward/results"
	"sonha/ward/results/history"
)

func TestTheHousePageSaysWhatIsMissingAndWhoDoesWhatNext(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		id := s.House["36A Hàng Bạc"]
		s.As("head").Get("/houses/"+id).OK().Has("h1", "36A Hàng Bạc").Has(".verdict", "Chưa kiểm tra").Has(".todo h2", "Tự đánh giá số nhà, còn 42 câu").
			Has(".todo a", "Bắt đầu tự đánh giá").Has(".kv", "0/14 hộ").Has(".calls", "113").Lacks(".todo", "Duyệt")
		s.As("officer").Get("/houses/"+id).OK().Has(".todo form button", "Bắt đầu kiểm tra").Has(".calls", "0901 000 111").Has(".meta", "Nguyễn Thị Ủy")
		inspected(t, s, "36A Hàng Bạc", criteria.Conditional, "TC2", "TC4", "TC5", "TC7")
		page := s.As("command").Get("/houses/" + id).OK()
		page.Has(".verdict", "Đạt có điều kiện").Has(".verdict", "12/10/2026").Has(".verdict", "11/12/2026").Has(".verdict", "Chờ chỉ huy duyệt")
		page.Has(".todo h2", "là đạt").Has(".todo li", "Thêm 2 điểm").Has(".todo .actions a", "Xem và duyệt đề nghị").Has(".contents .miss", "Thiếu:")
		page.Has(".timeline", "Kiểm tra xong").Has(".timeline", "đề nghị: Đạt có điều kiện").Has(".years", "2026").Has(".kv", "Kiểm tra lại trước ngày này")
		s.As("group lead").Get("/houses/"+id).OK().Lacks(".todo", "Xem và duyệt").Lacks(".todo", "kiểm tra lại")
		s.As("head").Get("/houses/"+id).OK().Lacks(".timeline .t", "test")
		panel := s.As("command").With("Sonha-Part", "panel").Get("/houses/" + id).OK()
		panel.Has("h2", "36A Hàng Bạc").Has("ol.two li", "").Has(".bars", "/")
		if panel.Doc().Find("main").Length() != 0 {
			t.Error("the panel came with a whole page around it")
		}
		s.As("command").Get("/houses/"+id+"/history").OK().Has("h1", "Lịch sử hồ sơ 36A Hàng Bạc").Has(".timeline", "Kiểm tra xong")
		s.As("command").Get("/houses/00000000000000000000000000").Is(404)
		s.As("command").Get("/houses/anything").Is(404)
	})
}

// Of a year that came from a file the result is known and nothing else: the page has no zeros where nobody counted.
func TestAYearFromAFileShowsItsResultAndNoZeros(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		data := []byte("Số nhà;Phố;Năm;Kết quả;Ngày kiểm tra\n36A;Hàng Bạc;2024;Đạt có điều kiện;09/09/2024\n")
		book, err := sheet.Open(bytes.NewReader(data), int64(len(data)), "ket-qua.csv")
		if err != nil {
			t.Fatal(err)
		}
		h, err := history.Parse(book, nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Results.TakeHistory(t.Context(), s.System(), results.HistorySource{}, h, nil); err != nil {
			t.Fatal(err)
		}
		year := "?year=2024"
		s.As("command").Get("/houses/"+s.House["36A Hàng Bạc"]+year).OK().Has(".verdict", "Đạt có điều kiện").Has(".verdict", "09/09/2024").Has("main", "Năm 2024 chỉ có kết quả").
			Lacks("main", "0/84").Lacks("main", "0/14 hộ").Lacks("main", "0/42")
		s.As("command").Get("/houses/"+s.House["36 Hàng Bạc"]+year).OK().Has(".verdict", "Tệp kết quả năm 2024 không ghi").Lacks("main", "0/84")
		s.As("command").Get("/houses/"+s.House["36A Hàng Bạc"]).OK().Has(".kv", "0/14 hộ").Has(".kv", "0/42")
	})
}

func TestAnswersNotYetSentAreNotForThoseWhoJudge(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		ctx, id := t.Context(), s.House["36A Hàng Bạc"]
		if err := d.Write(ctx, s.System(), func(tx *db.Tx) error {
			half := strings.Repeat("2", 21) + strings.Repeat(".", s.Set.Len()-21)
			if _, err := tx.Exec(ctx, `insert into assessments (ward_id, campaign_id, house_id, answers, answered, pledged, by_proxy, state, updated_at, updated_by, sent_by, version)
				values ({ward}, $1, $2, $3, 21, 3, false, 'draft', $4, '', '', 1)`, s.Campaign.ID, id, half, tx.Millis()); err != nil {
				return err
			}
			return tx.Audit(ctx, db.Entry{Action: "test", Object: "house"})
		}); err != nil {
			t.Fatal(err)
		}
		s.As("head").Get("/houses/"+id).OK().Has(".todo h2", "còn 21 câu").Has(".todo a", "Tự đánh giá tiếp").Has(".contents", "14/14").Has(".kv", "3/14 hộ")
		for _, person := range []string{"officer", "command"} {
			page := s.As(person).Get("/houses/"+id).OK().Has(".verdict", "21/42").Lacks(".contents", "14/14")
			if n := page.Doc().Find(".contents .cells i:not(.open)").Length(); n != 0 {
				t.Errorf("%s sees %d answers that were not sent", person, n)
			}
		}
		// The history says that they were given, as one line on the page of the house.
		head, officer := s.Actor("head"), s.Actor("officer")
		for _, code := range []string{"TC1", "TC2"} {
			if err := d.Write(ctx, head, func(tx *db.Tx) error {
				return tx.Audit(ctx, db.Entry{Action: "assessment.answer", Object: "assessment", ID: s.Campaign.ID, House: id, Detail: code + ": đạt"})
			}); err != nil {
				t.Fatal(err)
			}
		}
		for person, sees := range map[string]bool{"head": true, "group lead": true, "officer": false, "command": false} {
			s.As(person).Get("/houses/"+id).OK().Has(".timeline", "Đang tự đánh giá: 21/42 câu.").Lacks(".timeline", "Trả lời tự đánh giá")
			page := s.As(person).Get("/houses/"+id+"/history").OK().Has(".timeline", "Trả lời tự đánh giá")
			if sees {
				page.Has(".timeline", "TC2: đạt")
			} else {
				page.Lacks(".timeline", "TC2: đạt")
			}
		}
		if err := d.Write(ctx, head, func(tx *db.Tx) error {
			if _, err := tx.Exec(ctx, `update assessments as a set state = 'sent', sent_at = $1, updated_at = $1
				where {scope a.house} and a.campaign_id = $2 and a.house_id = $3`, tx.Millis(), s.Campaign.ID, id); err != nil {
				return err
			}
			return tx.Audit(ctx, db.Entry{Action: "assessment.send", Object: "assessment", ID: s.Campaign.ID, House: id})
		}); err != nil {
			t.Fatal(err)
		}
		s.As("officer").Get("/houses/"+id).OK().Lacks(".timeline", "Đang tự đánh giá").Has(".timeline", "Gửi bản tự đánh giá").Has(".section a", "Xem tất cả")
		if trail, err := s.Dossiers.Trail(ctx, officer, id, ""); err != nil || !slices.ContainsFunc(trail.Events, func(e dossiers.Event) bool { return e.Detail == "TC2: đạt" }) {
			t.Errorf("the officer reads of what was sent %+v, %v", trail.Events, err)
		}
	})
}

// Which household signed or withdrew is for those who keep the pledges of the house; the others read how many hold one.
func TestNobodyElseReadsWhichHouseholdWithdrew(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		s.Enrol()
		id := s.House["36A Hàng Bạc"]
		signed := s.As("household").Get("/home/pledge").OK()
		s.As("household").Post("/home/pledge", url.Values{"version": {signed.Value("version")}, "rental": {"1"}}).Is(http.StatusSeeOther)
		s.As("head").Post("/houses/"+id+"/pledges", url.Values{"do": {"withdraw"}, "household": {"H01"}}).Is(http.StatusSeeOther)
		for person, keeps := range map[string]bool{"head": true, "group lead": true, "officer": false, "command": false} {
			for _, path := range []string{"/houses/" + id, "/houses/" + id + "/history"} {
				page := s.As(person).Get(path).OK().Has(".timeline", "Ký cam kết").Has(".timeline", "Rút cam kết").Has(".timeline", "0/14 hộ")
				if keeps {
					page.Has(".timeline", "H01: đã rút")
				} else {
					page.Lacks(".timeline", "H01: ").Lacks(".timeline", "nội dung bản")
				}
			}
		}
	})
}

func TestTheTrailIsPagedWithoutLoss(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		ctx, id := t.Context(), s.House["36A Hàng Bạc"]
		const lines = 70
		if err := d.Write(ctx, s.System(), func(tx *db.Tx) error {
			for i := range lines {
				e := db.Entry{Action: "assessment.answer", Object: "assessment", House: id, Detail: "câu " + itoa(i)}
				if i%2 == 1 {
					e.Action, e.Object = "log.add", "log"
				}
				if err := tx.Audit(ctx, e); err != nil {
					return err
				}
				e.House, e.Detail = s.House["9 Hàng Bạc"], "nhà khác"
				for range 20 { // so that the lines of the house stand on two shelves
					if err := tx.Audit(ctx, e); err != nil {
						return err
					}
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		s.As("command").Get("/houses/"+id).OK().Has(".timeline", "câu 69").Has(".timeline", "câu 31").Lacks(".timeline", "câu 68").
			Lacks(".timeline", "nhà khác").Has(".section a", "Xem tất cả")
		seen, last := map[string]bool{}, lines
		for after, n := "", 0; n < 5; n++ {
			trail, err := s.Dossiers.Trail(ctx, s.Actor("head"), id, after)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range trail.Events {
				n, _ := strconv.Atoi(strings.TrimPrefix(e.Detail, "câu "))
				if seen[e.Detail] = true; n >= last {
					t.Errorf("%q stands behind number %d", e.Detail, last)
				}
				last = n
			}
			if after = trail.Next; after == "" {
				break
			}
		}
		if len(seen) != lines || seen["nhà khác"] {
			t.Errorf("walked %d of %d lines", len(seen), lines)
		}
	})
}

// What a household agreed to, gave its head or came to is between the two: the trail of the house, which officers read, leaves it out.
func TestTheTrailTellsOfNoHousehold(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		s.Enrol()
		id := s.House["36A Hàng Bạc"]
		s.As("household").Post("/home/contact", url.Values{"contact": {"0987123456"}, "agreed": {"1"}}).Is(http.StatusSeeOther)
		s.As("head").Post("/houses/"+id+"/households", url.Values{"household": {"H02"}, "contact": {"0987123457"}, "agreed": {"1"}}).Is(http.StatusSeeOther)
		for _, person := range []string{"head", "group lead", "officer", "command"} {
			trail, err := s.Dossiers.Trail(t.Context(), s.Actor(person), id, "")
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range trail.Events {
				if strings.HasPrefix(e.Action, "contact.") || strings.HasPrefix(e.Action, "consent.") {
					t.Errorf("%s reads %s %s", person, e.Action, e.Detail)
				}
			}
		}
	})
}
