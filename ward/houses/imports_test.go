package houses_test

import (
	"bytes"
	"errors"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"sonha/app/apptest"
	"sonha/engine/db"
	"sonha/engine/db/dbtest"
	"sonha/engine/sheet"
	"sonha/ward/houses"
	"sonha/ward/houses/roster"
)

func sampleFile(t testing.TB) []byte {
	t.Helper()
	data, err := os.ReadFile("../../testdata/roster-hoan-kiem.xlsx")
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func rosterOf(t testing.TB, data []byte, name string) *roster.Roster {
	t.Helper()
	book, err := sheet.Open(bytes.NewReader(data), int64(len(data)), name)
	if err != nil {
		t.Fatal(err)
	}
	r, err := roster.Parse(book, nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// settle follows a reply through the page of its job to where the job leads.
func settle(b *apptest.Browser, r *apptest.Reply) string {
	to := r.Goes()
	for range 200 {
		if !strings.HasPrefix(to, "/jobs/") {
			return to
		}
		if r = b.Get(to); r.Status == http.StatusOK {
			continue
		}
		to = r.Goes()
	}
	return to
}

// send uploads a roster and gives the address of its preview.
func send(b *apptest.Browser, name string, data []byte) string {
	return settle(b, b.Upload("/imports", "file", name, data, url.Values{"kind": {"roster"}}))
}

func take(b *apptest.Browser, at string) *apptest.Reply {
	return b.Get(settle(b, b.Post(at+"/apply", nil))).OK()
}

// tallies are the counts over a preview, by their words.
func tallies(r *apptest.Reply) map[string]string {
	got := map[string]string{}
	items := r.Doc().Find(".tallies li")
	for i := range items.Length() {
		got[strings.TrimSpace(items.Eq(i).Find("span").Text())] = strings.TrimSpace(items.Eq(i).Find("b").Text())
	}
	return got
}

// registry is everything that an import may touch, as lines.
func registry(t *testing.T, s *apptest.Site) []string {
	t.Helper()
	var lines []string
	err := s.DB.Read(t.Context(), s.System(), func(tx *db.Tx) error {
		for _, query := range []string{
			`select h.id || ' ' || h.number || ' ' || s.name || ' ' || coalesce(g.name, '-') || ' ' || coalesce(b.name, '-') || ' ' || h.fold || ' ' || h.head_name || ' ' || h.head_phone
				|| ' ' || h.note || ' ' || h.kind || ' ' || h.former_ward || ' ' || cast(h.households as text) || ' ' || cast(h.storeys as text) || ' ' || cast(h.rented as text)
				from houses h join streets s on s.ward_id = h.ward_id and s.id = h.street_id left join areas g on g.ward_id = h.ward_id and g.id = h.group_id
				left join beats b on b.ward_id = h.ward_id and b.id = h.beat_id where {scope h} order by h.sort_key, h.id`,
			`select 'area ' || a.name from areas a where a.ward_id = {ward} order by a.id`,
			`select 'path ' || p.ancestor_id || ' ' || p.descendant_id from area_paths p where p.ward_id = {ward} order by p.ancestor_id, p.descendant_id`,
			`select 'beat ' || b.name from beats b where b.ward_id = {ward} order by b.id`,
			`select 'street ' || s.name from streets s where s.ward_id = {ward} order by s.id`,
		} {
			if err := tx.All(t.Context(), func(scan func(...any) error) error {
				var line string
				err := scan(&line)
				lines = append(lines, line)
				return err
			}, query); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return lines
}

// keptUploads counts the files that wait on disk.
func keptUploads(t *testing.T, s *apptest.Site) int {
	t.Helper()
	n := 0
	err := filepath.WalkDir(filepath.Join(s.Files.Dir, "uploads"), func(_ string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			n++
		}
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestRosterThereAndBack(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		before := registry(t, s)
		b := s.As("command")
		at := send(b, "Danh sách số nhà.xlsx", sampleFile(t))

		page := b.Get(at).OK().Has("h1", "Danh sách số nhà.xlsx").Has(".notice", "chưa ghi gì").Has("main", "Ghi chú").Lacks("body", "⟦")
		counts := tallies(page)
		fresh := counts["mới"]
		want := map[string]string{"mới": fresh, "thay đổi": counts["thay đổi"], "giữ nguyên": counts["giữ nguyên"], "trả lại": "14", "trùng, bỏ qua": "5", "cần lưu ý": "16"}
		if diff := cmp.Diff(want, counts); diff != "" {
			t.Errorf("counts over the preview: %s", diff)
		}
		if diff := cmp.Diff(before, registry(t, s)); diff != "" {
			t.Fatalf("the preview wrote: %s", diff)
		}
		page.Has(".chip.on", "Trả lại").Has("tr.refused", "TDP 1-10, 174").Has("tr.refused", "Thiếu số nhà.")
		b.Get(at+"?show=warnings").OK().Has("tbody tr", "Số điện thoại không đúng").Has(".pager", "1–16")
		b.Get(at+"?show=duplicates").OK().Has("tbody tr", "Đã bỏ qua dòng này")
		b.Get(at+"?show=new&page=2").OK().Has(".pager", "51–100").Has(".pager", fresh)

		plan, err := s.Houses.Preview(t.Context(), s.Actor("command"), rosterOf(t, sampleFile(t), "x.xlsx"))
		if err != nil {
			t.Fatal(err)
		}
		if plan.New+plan.Changed+plan.Unchanged != 1586 {
			t.Fatalf("%d new, %d changed, %d unchanged of 1586", plan.New, plan.Changed, plan.Unchanged)
		}

		take(b, at).Has(".notice", "Đã nhập xong").Has(".actions a", "Xem danh sách số nhà").Has(".actions a", "Hoàn tác")
		if n := len(registry(t, s)); n <= 1586 {
			t.Fatalf("%d lines in the registry after the import", n)
		}
		b.Get("/imports").OK().Has("tbody", "Đã nhập").Has("tbody", fresh)

		again := send(b, "Danh sách số nhà.xlsx", sampleFile(t))
		counts = tallies(b.Get(again).OK().Has(".notice", "không có gì mới").Lacks("button", "Nhập"))
		if counts["mới"] != "0" || counts["thay đổi"] != "0" || counts["giữ nguyên"] != "1.586" {
			t.Errorf("the second time: %v", counts)
		}
		if to := b.Post(again+"/drop", nil).Goes(); to != "/imports" {
			t.Errorf("dropping leads to %s", to)
		}
		b.Get(again).Is(http.StatusNotFound)

		b.Get(at+"/undo").OK().Has("main", fresh+" số nhà do tệp này thêm sẽ bị bỏ")
		if to := b.Post(at+"/undo", nil).Goes(); to != at {
			t.Errorf("undoing leads to %s", to)
		}
		b.Get(at).OK().Has(".notice", "Đã hoàn tác").Lacks(".actions a", "Hoàn tác")
		if diff := cmp.Diff(before, registry(t, s)); diff != "" {
			t.Errorf("after undo: %s", diff)
		}
		b.Get(at + "/undo").Is(http.StatusNotFound)
		b.Post(at+"/undo", nil).Is(http.StatusNotFound)
	})
}

func TestChangedRowsKeepWhatIsKnown(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		before := registry(t, s)
		b := s.As("command")
		csv := "\ufeffDanh sách;;;;;\nTổ dân phố;Phố;Số nhà;Số hộ;Trưởng số nhà;Điện thoại\n3;Hàng Bạc;36 a;15;;\n1;hang bac;36;3;Trần Văn Thịnh;0912345678\n;Đinh Liệt;100;2;Lê Thị Bưởi;0912 000 111\n"
		at := send(b, "sửa.csv", []byte(csv))
		page := b.Get(at).OK()
		if got := tallies(page); got["mới"] != "0" || got["thay đổi"] != "2" || got["giữ nguyên"] != "1" {
			t.Errorf("counts: %v", got)
		}
		page.Has("main", "5 số nhà của phường không có trong tệp").Has(".chip.on", "Thay đổi").Has("thead", "Dòng")
		page.Has("tr.changed", "Tổ dân phố: Tổ dân phố 1 → Tổ dân phố 3").Has("tr.changed", "Số hộ: 14 → 15").Has("tr.changed", "Điện thoại: chưa có → 0912 000 111")
		page.Lacks("tr.changed", "Trưởng số nhà")

		take(b, at)
		h, err := s.Houses.Get(t.Context(), s.System(), s.House["36A Hàng Bạc"])
		if err != nil {
			t.Fatal(err)
		}
		if h.Households != 15 || h.Group != "Tổ dân phố 3" || h.HeadName != "Nguyễn Thị Ủy" || h.Beat != "Khu vực 1" || h.HeadPhone == "" {
			t.Errorf("after a row with blanks: %+v", h)
		}
		s.As("officer").Get("/imports").Is(http.StatusNotFound)

		b.Post(at+"/undo", nil).Goes()
		if diff := cmp.Diff(before, registry(t, s)); diff != "" {
			t.Errorf("after undo: %s", diff)
		}
	})
}

func TestTheFileComesBackWithItsErrors(t *testing.T) {
	s := apptest.New(t, dbtest.Lite(t))
	b := s.As("command")
	at := send(b, "Danh sách.xlsx", sampleFile(t))
	link, _ := b.Get(at).OK().Doc().Find(`a[href$="errors.xlsx"]`).Attr("href")
	reply := b.Get(link).OK()
	if got := reply.Header.Get("Content-Disposition"); !strings.Contains(got, "L%E1%BB%97i.xlsx") {
		t.Errorf("the file is called %s", got)
	}
	book, err := excelize.OpenReader(bytes.NewReader(reply.Body))
	if err != nil {
		t.Fatal(err)
	}
	r := rosterOf(t, sampleFile(t), "x.xlsx")
	for _, p := range append(r.Refused, r.Warnings...) {
		rows, err := book.GetRows(p.Sheet)
		if err != nil {
			t.Fatal(err)
		}
		cells := rows[p.Row-1]
		if last := cells[len(cells)-1]; last != p.Text() {
			t.Errorf("%s row %d says %q, want %q", p.Sheet, p.Row, last, p.Text())
		}
	}
	header, err := book.GetRows("TDP 1-10")
	if err != nil {
		t.Fatal(err)
	}
	if head := header[r.Headers["TDP 1-10"]-1]; head[len(head)-1] != "Lỗi" {
		t.Errorf("the header ends with %q", head[len(head)-1])
	}
	b.Get(at + "/errors.csv").Is(http.StatusNotFound)
	take(b, at)
	b.Get(at + "/errors.xlsx").OK()
}

func TestAFileThatCannotBeRead(t *testing.T) {
	s := apptest.New(t, dbtest.Lite(t))
	b := s.As("command")
	for _, x := range []struct {
		name string
		data string
		says string
	}{
		{"ảnh.xlsx", "\x89PNG\r\n\x1a\n…", "Tệp ảnh.xlsx không phải bảng tính"},
		{"cũ.xls", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + strings.Repeat("\x00", 600) + "W\x00o\x00r\x00k\x00b\x00o\x00o\x00k\x00", "Lưu thành (Save As)"},
		{"trống.csv", "", "không có dữ liệu"},
		{"thiếu.csv", "Phố;Số nhà\nHàng Bạc;36A\n", "thiếu cột: Số hộ"},
		{"khác.csv", "Ngày;Việc\n01/02/2026;Họp\n", "không tìm thấy dòng tiêu đề"},
		{"tcvn3.csv", tcvn3("Phố;Số nhà;Số hộ\nHàng Bạc;36A;14\nHàng Trống;7;2\nĐinh Liệt;100;3\nphường Hoàn Kiếm, tổ dân phố số một\n"), "bảng mã cũ TCVN3 (ABC). Ông/bà chuyển sang Unicode"},
	} {
		t.Run(x.name, func(t *testing.T) {
			reply := b.Upload("/imports", "file", x.name, []byte(x.data), url.Values{"kind": {"roster"}}).Is(http.StatusUnprocessableEntity)
			reply.Has("#f-file-error", x.says).Has(`.notice.bad a[href="#f-file"]`, "Tệp: ").Lacks("body", "⟦")
			if n := keptUploads(t, s); n != 0 {
				t.Errorf("%d files kept", n)
			}
		})
	}
	b.Post("/imports", url.Values{"kind": {"roster"}}).Is(http.StatusUnprocessableEntity).Has("#f-file-error", "chọn một tệp")
	b.Upload("/imports", "file", "x.csv", []byte(twoHouses), url.Values{"kind": {"people"}}).Is(http.StatusUnprocessableEntity).Has(".notice.bad", "chọn loại tệp")
	large := b.Upload("/imports", "file", "to.csv", bytes.Repeat([]byte("Hàng Bạc;36A;14\n"), 2_300_000), url.Values{"kind": {"roster"}})
	large.Is(http.StatusUnprocessableEntity).Has("#f-file-error", "lớn hơn 32 MB")
	b.Get("/imports").OK().Has("main", "Chưa nhập tệp nào")
	if n := keptUploads(t, s); n != 0 {
		t.Errorf("%d files kept", n)
	}
}

// tcvn3 writes Vietnamese small letters as fonts such as .VnTime expect them.
func tcvn3(s string) string {
	pairs := []string{"ố", "\xe8", "à", "\xb5", "ạ", "\xb9", "ộ", "\xe9", "ệ", "\xd6", "ờ", "\xea", "ế", "\xd5", "ổ", "\xe6", "â", "\xa9", "ư", "\xad", "Đ", "\xa7"}
	return strings.NewReplacer(pairs...).Replace(s)
}

func TestTheRegistryMovesOnDuringAPreview(t *testing.T) {
	s := apptest.New(t, dbtest.Lite(t))
	b := s.As("command")
	at := send(b, "hai.csv", []byte(twoHouses))
	b.Get(at).OK().Has("button", "Nhập 2 số nhà")
	r := rosterOf(t, []byte("Phố;Số nhà;Số hộ\nHàng Trống;7;2\n"), "khác.csv")
	if _, _, err := s.Houses.Take(t.Context(), s.System(), houses.Source{File: "khác.csv"}, r, nil); err != nil {
		t.Fatal(err)
	}
	if got := tallies(b.Get(at).OK().Has("button", "Nhập 1 số nhà")); got["mới"] != "0" || got["giữ nguyên"] != "1" {
		t.Errorf("the preview still says %v", got)
	}
	if got := tallies(take(b, at)); got["mới"] != "0" || got["thay đổi"] != "1" || got["giữ nguyên"] != "1" {
		t.Errorf("the result says %v", got)
	}
	b.Post(at+"/apply", nil).Is(http.StatusConflict).Has("main", "đã được nhập hoặc đã bỏ")
	b.Post(at+"/drop", nil).Is(http.StatusConflict)
}

func TestTheTemplateReadsBack(t *testing.T) {
	s := apptest.New(t, dbtest.Lite(t))
	b := s.As("command")
	data := b.Get("/imports/template.xlsx").OK().Body
	b.Upload("/imports", "file", "mẫu.xlsx", data, url.Values{"kind": {"roster"}}).Is(http.StatusUnprocessableEntity).Has("#f-file-error", "không có dữ liệu")
	book, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	rules, err := book.GetDataValidations("Danh sách số nhà")
	if err != nil || len(rules) != 3 {
		t.Errorf("drop-downs: %d %v", len(rules), err)
	}
	for column, value := range map[string]any{"A": "Tổ dân phố 1", "B": "Khu vực 1", "C": "8", "D": "Hàng Bạc", "E": 3, "F": "Vũ Thị Hà", "G": "0912 345 670", "H": "Nhà ở", "I": 3, "J": 1, "K": "Hàng Bạc", "L": "Cổng sau"} {
		if err := book.SetCellValue("Danh sách số nhà", column+"5", value); err != nil {
			t.Fatal(err)
		}
	}
	var filled bytes.Buffer
	if err := book.Write(&filled); err != nil {
		t.Fatal(err)
	}
	take(b, send(b, "đã điền.xlsx", filled.Bytes()))
	h := find(t, s, "8", "Hàng Bạc")
	got := []any{h.Group, h.Beat, h.Number, h.Street, h.Households, h.HeadName, h.HeadPhone.Display(), h.Kind, h.Storeys, h.Rented, h.FormerWard, h.Note}
	want := []any{"Tổ dân phố 1", "Khu vực 1", "8", "Hàng Bạc", 3, "Vũ Thị Hà", "0912 345 670", "Nhà ở", 3, 1, "Hàng Bạc", "Cổng sau"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

// TestTwoFilesAtOnce sends two files of one person at the same time: both are read.
func TestTwoFilesAtOnce(t *testing.T) {
	s := apptest.New(t, dbtest.Lite(t))
	b := s.As("command")
	done := make(chan string, 2)
	for _, name := range []string{"một.xlsx", "hai.xlsx"} {
		go func() { done <- send(b, name, sampleFile(t)) }()
	}
	if one, two := <-done, <-done; one == two {
		t.Errorf("both files lead to %s", one)
	}
	b.Get("/imports").OK().Has("tbody", "một.xlsx").Has("tbody", "hai.xlsx")
}

func TestInEnglish(t *testing.T) {
	s := apptest.New(t, dbtest.Lite(t))
	b := s.As("command").With("Test-Language", "en")
	at := send(b, "list.xlsx", sampleFile(t))
	b.Get("/imports").OK().Has("h1", "Import").Lacks("body", "⟦")
	for _, view := range houses.Views() {
		b.Get(at+"?show="+string(view)).OK().Lacks("body", "⟦").Lacks("main", "dòng")
	}
	b.Get(at+"?show=refused").OK().Has("tr.refused", "The house number is missing")
}

func TestARowThatIsRefusedSaysWhichHouseItIs(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		b := s.As("command")
		at := send(b, "so-nha.csv", []byte("Số nhà,Phố,Số hộ\n21,Hàng Mắm,4\n,Hàng Mắm,3\n23,Hàng Mắm,nhiều\n21,Hàng Mắm,5\n"))
		page := b.Get(at + "?show=refused").OK()
		page.Has("thead", "Số nhà").Has("tbody th", "Hàng Mắm").Has("tbody th", "23 Hàng Mắm").Has("tbody th", "21 Hàng Mắm")
	})
}
