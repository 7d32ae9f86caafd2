package households_test

import (
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sonha/app/apptest"
	"sonha/engine/db"
	"sonha/engine/db/dbtest"
	"sonha/ground/fault"
	"sonha/ward/criteria"
	"sonha/ward/households"
)

// stored is all that the database holds of contacts and consents.
func stored(t *testing.T, s *apptest.Site) string {
	t.Helper()
	var b strings.Builder
	if err := s.DB.Read(t.Context(), s.System(), func(tx *db.Tx) error {
		for _, query := range []string{
			`select c.household || ' ' || c.kind || ' ' || c.sealed || ' ' || c.entered_by from contacts c where c.ward_id = {ward}`,
			`select c.purpose || ' ' || c.channel || ' ' || c.text_hash || case when c.withdrawn_at is null then ' holds' else ' ended' end from consents c where c.ward_id = {ward}`,
			`select a.action || ' ' || a.detail from audit a where a.ward_id = {ward}`,
		} {
			if err := tx.All(t.Context(), func(scan func(...any) error) error {
				var text string
				err := scan(&text)
				b.WriteString(text + "\n")
				return err
			}, query); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestAHouseholdGivesItsHeadAContactAndTakesItBack(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		s.Enrol()
		b, list := s.As("household"), "/houses/"+s.House[bac]+"/households"
		page := b.Get("/home/contact").OK().Has("main", "Chỉ hộ mình và trưởng số nhà")
		if page.Doc().Find(`input[name="agreed"]`).Is("[checked]") {
			t.Error("the box is ticked beforehand")
		}
		typed := url.Values{"contact": {"0987 123 456"}}
		b.Post("/home/contact", typed).Is(http.StatusUnprocessableEntity).Has("main", "đánh dấu vào ô này")
		if text := stored(t, s); strings.Contains(text, "contact") {
			t.Errorf("kept without consent: %s", text)
		}
		b.Post("/home/contact", url.Values{"contact": {"không có"}, "agreed": {"1"}}).Is(http.StatusUnprocessableEntity).Has("main", "10 chữ số")
		typed.Set("agreed", "1")
		b.Post("/home/contact", typed).Follow().OK().Has("main", "0987 123 456")
		s.As("head").Get(list).OK().Has("main", "0987 123 456").Has("main", "Hộ tự ghi")
		// Nobody else: not the neighbour, not those who reach the house for their work, not the administrator.
		for _, person := range apptest.People() {
			if person == "head" || person == "visitor" {
				continue
			}
			s.As(person).Get(list).Is(http.StatusNotFound)
		}
		s.As("other household").Get("/home/contact").OK().Lacks("main", "0987 123 456")
		s.As("officer").Get("/houses/"+s.House[bac]).OK().Lacks("main", "0987 123 456")
		text := stored(t, s)
		if strings.Contains(text, "987123456") || strings.Contains(text, "123 456") {
			t.Error("the number stands in the database as it is")
		}
		if !strings.Contains(text, "contact phone ") || !strings.Contains(text, " holds") {
			t.Errorf("no consent in the ledger: %s", text)
		}
		b.Get("/my-data").OK().Has("main", "0987 123 456").Has("main", "Trưởng số nhà giữ liên hệ của hộ").Has("main", "5 năm sau khi rút")
		// The key turns, and everything opens as before.
		if _, err := s.Households.Seal().Turn(); err != nil {
			t.Fatal(err)
		}
		if done, err := s.Households.Reseal(t.Context(), s.System()); err != nil || done.Contacts != 1 || done.Lost != 0 {
			t.Errorf("sealed anew: %+v %v", done, err)
		}
		if _, err := s.Households.Reseal(t.Context(), s.Actor("administrator")); err == nil {
			t.Error("the administrator seals contacts")
		}
		s.As("head").Get(list).OK().Has("main", "0987 123 456")
		b.Post("/home/contact", url.Values{"do": {"withdraw"}}).Follow().OK().Has("main", "Chưa cho")
		s.As("head").Get(list).OK().Lacks("main", "0987 123 456")
		if text := stored(t, s); strings.Contains(text, "H01 phone") || !strings.Contains(text, " ended") {
			t.Errorf("after the withdrawal: %s", text)
		}
		b.Post("/home/contact", url.Values{"do": {"withdraw"}}).Is(http.StatusSeeOther) // once more changes nothing
		b.Get("/my-data").OK().Has("main", "rút ngày")
	})
}

func TestTheHeadWritesAContactDownAtAHouseholdsWord(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		s.Enrol()
		list := "/houses/" + s.House[bac] + "/households"
		head := s.As("head")
		form := url.Values{"household": {"H01"}, "contact": {"nha.h01@vidu.example"}}
		again := head.Post(list, form).Is(http.StatusUnprocessableEntity)
		if again.Value("contact") != "nha.h01@vidu.example" {
			t.Error("what was typed is lost")
		}
		form.Set("agreed", "1")
		head.Post(list, form).Follow().OK().Has("main", "nha.h01@vidu.example").Has("main", "theo lời hộ")
		head.Post(list, url.Values{"contact": {"0987123456"}, "agreed": {"1"}}).Is(http.StatusUnprocessableEntity).Has("main", "chọn hộ trong danh sách")
		head.Post(list, url.Values{"household": {"H99"}, "contact": {"0987123456"}, "agreed": {"1"}}).Is(http.StatusUnprocessableEntity)
		s.As("household").Get("/my-data").OK().Has("main", "nha.h01@vidu.example").Has("main", "Ghi liên hệ của hộ")
		s.As("other head").Post(list+"/remove", url.Values{"household": {"H01"}}).Is(http.StatusNotFound)
		head.Post(list+"/remove", url.Values{"household": {"H01"}}).Follow().OK().Lacks("main", "nha.h01@vidu.example")
		// Whoever moves away takes it along: the card is taken back, and with it the contact goes.
		head.Post(list, form).Is(http.StatusSeeOther)
		head.Post("/houses/"+s.House[bac]+"/cards", url.Values{"household": {"H01"}}).OK()
		head.Post("/houses/"+s.House[bac]+"/cards/end", url.Values{"household": {"H01"}}).Is(http.StatusSeeOther)
		head.Get(list).OK().Lacks("main", "nha.h01@vidu.example")
	})
}

func TestWhatHouseholdsWouldLikeIsCountedFromFiveOn(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		s.Enrol()
		b, answers := s.As("household"), "/houses/"+s.House[bac]+"/answers"
		want := url.Values{"need": {"light", "wiring", "something else"}, "note": {"Anh Tuấn ở gác 2 hay để xe chắn lối"}}
		b.Post("/home/answers/needs", want).Is(http.StatusUnprocessableEntity).Has("textarea", "Anh Tuấn")
		want.Set("note", "Đèn lối vào\ntối từ 19 giờ")
		b.Post("/home/answers/needs", want).Is(http.StatusSeeOther)
		b.Get("/home/answers/needs").OK().Has("textarea", "tối từ 19 giờ")
		fill(t, s, s.Actor("household"), criteria.Pass)
		for n := 2; n <= 4; n++ {
			who := speaker(s, bac, "H0"+string(rune('0'+n)))
			if err := s.Households.Want(t.Context(), who, households.Wish{Needs: []households.Need{"light"}}); err != nil {
				t.Fatal(err)
			}
			fill(t, s, who, criteria.Pass)
		}
		s.As("head").Get(answers).OK().Lacks("main", "Đèn lối đi").Lacks("main", "tối từ 19 giờ")
		s.As("officer").Get("/needs").OK().Has("main", "Chưa có số liệu")
		// A note of a household that has not sent its answers is a draft, however many of its neighbours have.
		draft := speaker(s, bac, "H06")
		if err := s.Households.Want(t.Context(), draft, households.Wish{Needs: []households.Need{"light"}, Note: "Còn đang nghĩ về khóa"}); err != nil {
			t.Fatal(err)
		}
		fill(t, s, speaker(s, bac, "H05"), criteria.Pass)
		s.As("head").Get(answers).OK().Lacks("main", "đang nghĩ")
		s.As("head").Get(answers).OK().Has("#needs, [aria-labelledby*=needs], main", "Đèn lối đi").Has("main", "4 hộ").Has("main", "tối từ 19 giờ").Lacks("main", "H01")
		// An officer reads no kind of help that fewer than five households ask for; whoever looks after the houses reads it house by house.
		s.As("officer").Get("/needs").OK().Has("main", "Chưa có số liệu").Has("main", "chưa tới 5 hộ")
		s.As("group lead").Get("/needs").OK().Has("main", "Đèn lối đi").Has("main", "4 hộ").Lacks("main", "tối từ 19 giờ")
		if _, _, err := s.Households.Wants(t.Context(), s.Actor("officer"), s.House[bac]); !fault.Is(err, fault.Missing) {
			t.Errorf("an officer reads the wishes of one house: %v", err)
		}
		s.As("other officer").Get("/needs").OK().Has("main", "Chưa có số liệu")
		// The draft is sent; its words wait for the next five households.
		fill(t, s, draft, criteria.Pass)
		s.As("head").Get(answers).OK().Lacks("main", "đang nghĩ").Has("main", "tối từ 19 giờ")
		// One household changes its mind: nothing moves until five more have spoken.
		if err := s.Households.Want(t.Context(), s.Actor("household"), households.Wish{Needs: []households.Need{"lock"}, Note: "Khóa cổng phụ"}); err != nil {
			t.Fatal(err)
		}
		s.As("head").Get(answers).OK().Has("main", "4 hộ").Lacks("main", "Khóa cổng phụ").Lacks("main", "tối từ 19 giờ")
		b.Get("/my-data").OK().Has("main", "Khóa cửa, khóa cổng").Has("main", "Khóa cổng phụ")
	})
}

func TestWhoAsksForACardInAHouseholdsNameReadsNoContact(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		s.Enrol()
		house := "/houses/" + s.House[bac]
		head, holder := s.As("head"), s.As("household")
		head.Post(house+"/households", url.Values{"household": {"H01"}, "contact": {"0987123456"}, "agreed": {"1"}}).Is(http.StatusSeeOther)
		holder.Get("/home/contact").OK().Has("main", "0987 123 456")
		s.As("group lead").Post(house+"/cards", url.Values{"household": {"H01"}}).OK()
		for _, path := range []string{"/home", "/home/contact", "/my-data", "/my-data.json"} {
			if body := string(holder.Get(path).OK().Body); strings.Contains(body, "987 123 456") || strings.Contains(body, "987123456") {
				t.Errorf("%s tells the holder of the new card the number", path)
			}
		}
		holder.Get("/home/contact").Has("main", "trước khi hộ có thẻ này").Has("main", "Rút đồng ý")
		head.Get(house+"/households").OK().Has("main", "0987 123 456") // to whom it was given
		// The household says it again, and reads it again.
		holder.Post("/home/contact", url.Values{"contact": {"0987123457"}, "agreed": {"1"}}).Follow().OK().Has("main", "0987 123 457")
	})
}

func TestAContactThatCannotBeReadNowIsNotLost(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		s.Enrol()
		b := s.As("household")
		b.Post("/home/contact", url.Values{"contact": {"0987123456"}, "agreed": {"1"}}).Is(http.StatusSeeOther)
		path := filepath.Join(s.Files.Dir, "contact-keys.txt")
		keys, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte("hỏng\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		b.Get("/home/contact").Is(http.StatusInternalServerError)
		s.As("head").Get("/houses/" + s.House[bac] + "/households").Is(http.StatusInternalServerError)
		b.Post("/home/contact", url.Values{"contact": {"0987123457"}, "agreed": {"1"}}).Is(http.StatusInternalServerError)
		if err := os.WriteFile(path, keys, 0o600); err != nil {
			t.Fatal(err)
		}
		b.Get("/home/contact").OK().Has("main", "0987 123 456")
	})
}
