package paper

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"sonha/engine/sheet"
	"sonha/engine/words"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/criteria"
)

func parse(kind Kind, data []byte) (*Batch, error) {
	book, err := sheet.Open(bytes.NewReader(data), int64(len(data)), "phiếu.xlsx")
	if err != nil {
		return nil, err
	}
	b, err := Parse(book, kind, nil)
	if err == nil {
		err = b.Fits(criteria.Version1(), 2026)
	}
	return b, err
}

func csvOf(lines ...string) []byte {
	return []byte(strings.ReplaceAll(strings.Join(lines, "\n"), "|", ";") + "\n")
}

// said writes what a row says in a form that a clerk could read: the answers that are there, by code.
func said(r *Row) string {
	var parts []string
	set := criteria.Version1()
	for at := range set.Len() {
		if v := r.Answers.At(at); v != criteria.Unanswered {
			item, _ := set.Item(at)
			parts = append(parts, item.Code+string(v.Letter()))
		}
	}
	if r.Pledged != NotSaid {
		parts = append(parts, fmt.Sprint("hộ ", r.Pledged))
	}
	for _, text := range []string{string(r.On), r.Members, r.ResidentSide, r.Remarks, r.HeadComment} {
		if text != "" {
			parts = append(parts, strings.ReplaceAll(text, "\n", "/"))
		}
	}
	return fmt.Sprintf("%d: %s %s", r.Row, r.Address(), strings.Join(parts, " "))
}

func lines(b *Batch) []string {
	var out []string
	refused := slices.Clone(b.Refused)
	for i := range b.Rows {
		r := &b.Rows[i]
		if p := r.Check(criteria.Version1()); p.Code != "" {
			p.Row = r.Row
			refused = append(refused, p)
			continue
		}
		out = append(out, said(r))
	}
	slices.SortStableFunc(refused, func(a, b Problem) int { return a.Row - b.Row })
	for _, p := range refused {
		out = append(out, strings.TrimSpace(fmt.Sprintf("%d: %s %s", p.Row, p.Code, strings.Join(p.Items, ","))))
	}
	if b.Blank+b.Duplicates > 0 {
		out = append(out, fmt.Sprintf("để trống %d, trùng %d", b.Blank, b.Duplicates))
	}
	return out
}

func TestSheetsAsTheyAre(t *testing.T) {
	for name, c := range map[string]struct {
		kind     Kind
		in, want []string
	}{
		"values in any spelling": {
			Assessment,
			[]string{"PHIẾU TỰ ĐÁNH GIÁ NĂM 2026", "STT|Phố|Số nhà|VH1 ★|TC1|TC2|Tiêu chí NK2", "1|Hàng Bạc|36A|Đạt|đạt.|Đ|x", "2|Hàng Bạc|38|2|MP|Một phần|1", "3|Hàng Bạc|40|Chưa đạt|C|0|KHÔNG ĐẠT", "4|Hàng Bạc|42|✓|KAD|2|-", "5|Hàng Bạc|44|chua dat|không áp dụng|mot phan|–"},
			[]string{"3: 36A Hàng Bạc VH12 TC12 TC22 NK22", "4: 38 Hàng Bạc VH12 TC11 TC21 NK21", "5: 40 Hàng Bạc VH10 TC10 TC20 NK20", "6: 42 Hàng Bạc VH12 TC1- TC22 NK2-", "7: 44 Hàng Bạc VH10 TC1- TC21 NK2-"},
		},
		"what cannot be": {
			Assessment,
			[]string{"Địa chỉ|VH1|TC1|TC 2 Đèn", "36A Hàng Bạc|KAD||", "38 Hàng Bạc|3|k|đạt", "40 Hàng Bạc|-1||", "|đạt|đạt|đạt", "Hàng Bạc|đạt||", "Cộng||2|3", "42 Hàng Bạc|||1"},
			[]string{"8: 42 Hàng Bạc TC21", "2: not_optional VH1", "3: bad_value VH1,TC1", "4: bad_value VH1", "5: missing_number", "6: missing_number"},
		},
		"counts": {
			Assessment,
			[]string{"Phố|Số nhà|Số hộ|VH1|Số hộ ký cam kết", "Hàng Bạc|36A|14||12/14", "Hàng Bạc|38|3||3 hộ", "Hàng Bạc|40|3||0", "Hàng Bạc|42|3||", "Hàng Bạc|44|3||nhiều"},
			[]string{"2: 36A Hàng Bạc hộ 12", "3: 38 Hàng Bạc hộ 3", "4: 40 Hàng Bạc hộ 0", "6: bad_pledges", "để trống 1, trùng 0"},
		},
		"twice": {
			Assessment,
			[]string{"Phố|Số nhà|VH1", "Hàng Bạc|36A|đạt", "HÀNG BẠC|36 a|2", "Hàng Bạc|36A|0"},
			[]string{"2: 36A Hàng Bạc VH12", "4: conflict", "để trống 0, trùng 1"},
		},
		"inspections": {
			Inspection,
			[]string{"Phố|Số nhà|Ngày kiểm tra|Thành phần đoàn|Đại diện phía nhân dân|TC1|TC2|Nhận xét chung|Ý kiến của trưởng số nhà", `Hàng Bạc|36A|5/9/2026|"CSKV; Tổ phó"|Mặt trận|đạt|chưa|TC1 tốt, NK2 thiếu|không`, "Hàng Bạc|38||CSKV|Mặt trận||||", "Hàng Bạc|40|31/02/2026|CSKV|Mặt trận|đạt|||", "Hàng Bạc|42|6/9/2026|||||TC1 đèn hỏng|TC2 khóa"},
			[]string{"2: 36A Hàng Bạc TC12 TC20 2026-09-05 CSKV; Tổ phó Mặt trận TC1 tốt, NK2 thiếu không", "5: 42 Hàng Bạc 2026-09-06 TC1 đèn hỏng TC2 khóa", "4: bad_date", "để trống 1, trùng 0"},
		},
		"numbers under the header": {
			Assessment,
			[]string{"STT|Phố|Số nhà|VH1|TC1", "(1)|(2)|(3)|(4)|(5)", "1|Hàng Bạc|36A|1|0"},
			[]string{"3: 36A Hàng Bạc VH11 TC10"},
		},
	} {
		for form, data := range map[string][]byte{"NFC": csvOf(c.in...), "NFD": []byte(norm.NFD.String(string(csvOf(c.in...))))} {
			t.Run(name+"/"+form, func(t *testing.T) {
				if c.kind == Inspection {
					c.want[0] = strings.ReplaceAll(c.want[0], "CSKV; Tổ phó", "CSKV/Tổ phó")
				}
				b, err := parse(c.kind, data)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(c.want, lines(b)); diff != "" {
					t.Error(diff)
				}
				if len(b.Rows)+b.Blank+b.Duplicates+len(b.Refused) != b.DataRows {
					t.Error("a row was lost")
				}
				for _, p := range b.Refused {
					if text := p.Text(); text == string(p.Code) || strings.Contains(text, "%!") {
						t.Errorf("%s: %s", p.Code, text)
					}
				}
			})
		}
	}
}

func TestNoSheets(t *testing.T) {
	for _, c := range []struct {
		in   []string
		want string
	}{
		{[]string{"Phố|Số nhà|Số hộ", "Hàng Bạc|36A|5"}, "VH1…HG7"},
		{[]string{"VH1|TC1", "đạt|đạt"}, "Số nhà, Phố"},
		{[]string{"Kính gửi phường", "đạt"}, "Số nhà, Phố, VH1…HG7"},
	} {
		_, err := parse(Assessment, csvOf(c.in...))
		var refused *sheet.ColumnsError
		if !errors.As(err, &refused) || strings.Join(refused.Missing, ", ") != c.want {
			t.Errorf("%v: got %v, want %s", c.in, err, c.want)
			continue
		}
		catalog, err := words.Load(Messages)
		if err != nil {
			t.Fatal(err)
		}
		for _, lang := range []string{"vi", "en"} {
			if text := catalog.In(lang).F(refused.Key(), refused.Pairs()...); strings.Contains(text, "⟦") || !strings.Contains(text, "VH1") && !strings.Contains(text, "Phố") {
				t.Errorf("%s: %s", lang, text)
			}
		}
	}
}

func TestEveryCodeSpeaks(t *testing.T) {
	for _, code := range []Code{
		MissingNumber, MissingStreet, BadValue, NotOptional, BadPledges, BadDate, Conflict, UnknownHouse, NotActive, WrongPhase, AlreadyInspected, UnderWay, Incomplete, TooLong,
	} {
		text := Problem{Code: code, Items: []string{"TC1"}, Value: "open", Other: 7}.Text()
		if text == string(code) || strings.Contains(text, "%!") || !strings.Contains(text, ".") || !norm.NFC.IsNormalString(text) {
			t.Errorf("%s: %q", code, text)
		}
	}
}

// TestWhatIsWrittenIsRead: the workbook comes back as it left, whatever is known of the houses, and a value that
// another hand wrote means the same.
func TestWhatIsWrittenIsRead(t *testing.T) {
	set := criteria.Version1()
	rapid.Check(t, func(t *rapid.T) {
		kind := rapid.SampledFrom([]Kind{Assessment, Inspection}).Draw(t, "kind")
		text := rapid.StringOfN(rapid.SampledFrom([]rune("aăâđêôơưẫộỳÝ TC1.,-=+0")), 0, 30, -1)
		var in []Line
		for i := range rapid.IntRange(1, 4).Draw(t, "houses") {
			l := Line{Group: "Tổ dân phố 5", Street: "Hàng Bạc", Number: fmt.Sprintf("%dA", 30+i), Households: 14, Entry: Entry{Answers: set.Blank(), Pledged: NotSaid}}
			for at := range set.Len() {
				values := []criteria.Value{criteria.Unanswered, criteria.Fail, criteria.Partly, criteria.Pass}
				if item, _ := set.Item(at); item.AllowsNA() {
					values = append(values, criteria.NA)
				}
				l.Answers = l.Answers.With(at, rapid.SampledFrom(values).Draw(t, "value"))
			}
			if kind == Assessment {
				l.Pledged = rapid.IntRange(NotSaid, 14).Draw(t, "pledged")
			} else {
				l.On = civil.NewDay(2026, 9, 1+i)
				l.Members, l.ResidentSide = civil.NFC(text.Draw(t, "members")), civil.NFC(text.Draw(t, "side"))
				l.Remarks, l.HeadComment = civil.NFC(text.Draw(t, "remarks")), civil.NFC(text.Draw(t, "comment"))
			}
			in = append(in, l)
		}
		var file bytes.Buffer
		out, err := sheet.NewXLSX(&file)
		if err != nil {
			t.Fatal(err)
		}
		if err := Write(out, kind, set, Head{Ward: "Hoàn Kiếm", Year: 2026}, in); err != nil {
			t.Fatal(err)
		}
		b, err := parse(kind, file.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]Entry{}
		for i := range b.Rows {
			got[b.Rows[i].Address()] = b.Rows[i].Entry
		}
		blank := 0
		for _, l := range in {
			if l.silent(kind) {
				blank++
				continue
			}
			if diff := cmp.Diff(l.Entry, got[l.Number+" "+l.Street]); diff != "" {
				t.Fatalf("%s: %s", l.Number, diff)
			}
		}
		if b.Blank != blank || len(b.Refused) != 0 || b.DataRows != len(in) {
			t.Fatalf("blank %d, want %d; refused %v; %d rows of %d", b.Blank, blank, b.Refused, b.DataRows, len(in))
		}
	})
}

// TestOrderOfColumnsSaysNothing: items may stand anywhere, in any order, beside columns that nobody knows.
func TestOrderOfColumnsSaysNothing(t *testing.T) {
	set := criteria.Version1()
	rapid.Check(t, func(t *rapid.T) {
		type column struct{ head, cell string }
		columns := []column{{"Phố", "Hàng Bạc"}, {"Số nhà", "36A"}, {"Người lập", "lung tung"}}
		want := set.Blank()
		for at := range set.Len() {
			item, _ := set.Item(at)
			word := rapid.SampledFrom([]string{"Đạt", "mp", "0", ""}).Draw(t, item.Code)
			v, ok := value(word)
			if !ok {
				t.Fatalf("%q is no value", word)
			}
			want = want.With(at, v)
			columns = append(columns, column{rapid.SampledFrom([]string{"%s", "%s ★", "Tiêu chí %s", "%s. Nội dung"}).Draw(t, "head"), word})
			columns[len(columns)-1].head = fmt.Sprintf(columns[len(columns)-1].head, item.Code)
		}
		columns = rapid.Permutation(columns).Draw(t, "order")
		var heads, cells []string
		for _, c := range columns {
			heads, cells = append(heads, c.head), append(cells, c.cell)
		}
		b, err := parse(Assessment, csvOf(strings.Join(heads, "|"), strings.Join(cells, "|")))
		if err != nil {
			t.Fatal(err)
		}
		if want == set.Blank() {
			return
		}
		if len(b.Rows) != 1 || b.Rows[0].Answers != want {
			t.Fatalf("got %v, refused %v, want %s", b.Rows, b.Refused, want)
		}
	})
}

// TestItemsGoByTheirCodes: a workbook is laid into the order of the version that the campaign has, whatever items that one has; a column for
// an item that it does not have is refused by name, so that no answer is lost without a word.
func TestItemsGoByTheirCodes(t *testing.T) {
	other := *criteria.Version1()
	other.Version, other.Contents = 2, slices.Clone(other.Contents)
	vh, hg := &other.Contents[0], &other.Contents[5]
	vh.Items = slices.Delete(slices.Clone(vh.Items), 2, 3) // VH3
	item := hg.Items[6]
	item.Code = "HG10"
	hg.Items = append(slices.Clone(hg.Items), item)

	book := func(head string) *Batch {
		data := csvOf("Phố|Số nhà|"+head, "Hàng Bạc|36A|Đạt|0|mp")
		file, err := sheet.Open(bytes.NewReader(data), int64(len(data)), "phiếu.csv")
		if err != nil {
			t.Fatal(err)
		}
		b, err := Parse(file, Assessment, nil)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	b := book("HG10 ★|TC1|HG1")
	for range 2 { // a unit of work may run again
		if err := b.Fits(&other, 2027); err != nil {
			t.Fatal(err)
		}
	}
	want := other.Blank().With(other.Index("HG10"), criteria.Pass).With(other.Index("TC1"), criteria.Fail).With(other.Index("HG1"), criteria.Partly)
	if got := b.Rows[0].Answers; got != want || len(got) != 42 || got.At(6) != criteria.Fail || got.At(41) != criteria.Pass {
		t.Errorf("got %s, want %s", got, want)
	}
	for head, set := range map[string]*criteria.Set{"VH3|TC1|HG1": &other, "HG10|TC1|HG1": criteria.Version1()} {
		err := book(head).Fits(set, 2027)
		if e, ok := fault.As(err); !ok || e.Key != "paper.other_items" || e.Pairs[1] != strings.Split(head, "|")[0] {
			t.Errorf("%s for version %d: %v", head, set.Version, err)
		}
	}
}

func TestNotesNameTheRow(t *testing.T) {
	b, err := parse(Assessment, csvOf("Đợt 2026", "Phố|Số nhà|VH1", "Hàng Bạc|1|khá", "Hàng Bạc|2|đạt"))
	if err != nil {
		t.Fatal(err)
	}
	taken := b.Begin()
	taken.Refuse(&b.Rows[0], Problem{Code: UnknownHouse, Value: b.Rows[0].Address()})
	notes := b.Notes(taken.Refused)
	if len(notes) != 1 || notes[0].Header != 2 || !strings.Contains(notes[0].Rows[3], "“khá”") || !strings.Contains(notes[0].Rows[4], "2 Hàng Bạc") {
		t.Errorf("got %+v", notes)
	}
	if !slices.Equal(lines(b), []string{"4: 2 Hàng Bạc VH12", "3: bad_value VH1"}) {
		t.Errorf("the batch itself changed: %v", lines(b))
	}
}

// FuzzParse: any text as CSV; no row is lost, and what is read and not refused is an answer to the set.
func FuzzParse(f *testing.F) {
	f.Add([]byte("Phố;Số nhà;VH1;TC1\nHàng Bạc;36A;Đạt;KAD\n"), false)
	f.Add([]byte("Địa chỉ,TC1 ★,Ngày kiểm tra\n36 Hàng Bạc,x,5/9/2026\n"), true)
	f.Fuzz(func(t *testing.T, data []byte, inspection bool) {
		kind := Assessment
		if inspection {
			kind = Inspection
		}
		b, err := parse(kind, data)
		if err != nil {
			return
		}
		if len(b.Rows)+b.Blank+b.Duplicates+len(b.Refused) != b.DataRows {
			t.Fatal("a row was lost")
		}
		for i := range b.Rows {
			if b.Rows[i].Check(criteria.Version1()).Code != "" {
				continue // refused at its row: KAD where it must not be
			}
			if _, err := criteria.Version1().ParseAnswers(string(b.Rows[i].Answers)); err != nil {
				t.Fatal(err)
			}
		}
	})
}
