package criteria

import (
	"encoding/json"
	"errors"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

// version1Hash freezes version 1. Results carry it: a changed wording is version 2, never a new hash here.
const version1Hash = "87f970abec164936441f202cdb58f9a0e54828b0069baf1a6a3eb5d92c73ec33"

func TestVersion1IsFrozen(t *testing.T) {
	if got := Version1().Hash(); got != version1Hash {
		t.Errorf("version 1 has hash %s: a published set does not change, make version 2", got)
	}
	if parseVersion1().Hash() != version1Hash {
		t.Error("two readings of the same texts have two hashes")
	}
	changed := *Version1()
	changed.PassPercent = 71
	if changed.Hash() == version1Hash {
		t.Error("another rule has the same hash")
	}
}

func TestVersion1IsTheProgramme(t *testing.T) {
	set := Version1()
	var got []string
	required := map[string]int{}
	for _, c := range append(slices.Clone(set.Contents), set.Modules...) {
		got = append(got, c.Code+" "+c.Short.VI)
		for _, i := range c.Items {
			if i.Required {
				required[c.Code]++
			}
		}
	}
	want := []string{
		"VH Phòng văn hóa phẩm độc hại", "TC Phòng trộm cắp, cướp", "TN Phòng tệ nạn xã hội",
		"NK Cư trú", "GD Hỗ trợ hòa nhập", "HG Hòa giải, tình làng nghĩa xóm", "CC An toàn phòng cháy",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	// The ★ of domain.md §9.
	if d := cmp.Diff(map[string]int{"VH": 2, "TC": 2, "TN": 2, "NK": 2, "GD": 3, "HG": 3, "CC": 1}, required); d != "" {
		t.Error(d)
	}
	if set.Content("GD").Name.VI != "Hỗ trợ hòa nhập, phòng ngừa vi phạm" {
		t.Errorf("GD is shown as %q", set.Content("GD").Name.VI)
	}
	var na []string
	for i := range set.Len() {
		if item, _ := set.Item(i); item.AllowsNA() {
			na = append(na, item.Code)
		}
	}
	if got := strings.Join(na, " "); got != "VH3 VH7 TC1 TC4 TC6 TC8 TN2 TN6 NK2 NK6 NK7 GD6 HG3 HG4 HG5" {
		t.Errorf("may not apply: %s", got)
	}
	if n := len(set.HouseholdItems()); n < 12 || n > 15 {
		t.Errorf("a household is asked %d questions, want 12 to 15", n)
	}
	perContent := map[string]int{}
	for _, at := range set.HouseholdItems() {
		_, c := set.Item(at)
		perContent[c.Code]++
	}
	for _, c := range set.Contents {
		if perContent[c.Code] != 2 {
			t.Errorf("%s asks a household %d questions, want 2", c.Code, perContent[c.Code])
		}
	}
}

func TestParseRefusesWhatItDoesNotKnow(t *testing.T) {
	head := "version = 1\nname = ['Bộ', 'Set']\npass_percent = 70\nmend_days = 60\n"
	for name, files := range map[string][2]string{
		"misspelt key":      {head + "mend_day = 30", "code = 'VH'"},
		"misspelt item key": {head, "code = 'VH'\n[[item]]\ncode = 'VH1'\nquestoin = ['a', 'b']"},
		"text not a pair":   {head, "code = 'VH'\nname = 'Phòng'"},
		"pair of numbers":   {head, "code = 'VH'\nname = [1, 2]"},
		"not TOML":          {head, "code = "},
		"unsound set":       {head, "code = 'VH'\nname = ['a', 'b']\nshort = ['a', 'b']\nphone = ['a', 'b']"},
	} {
		dir := fstest.MapFS{"set.toml": {Data: []byte(files[0])}, "vh.toml": {Data: []byte(files[1])}}
		if err := check(dir, []string{"vh"}, nil); err == nil {
			t.Errorf("%s: read without a word", name)
		}
	}
	if err := check(fstest.MapFS{}, nil, nil); err == nil {
		t.Error("a set without files was read")
	}
}

func TestTextsFitThePhone(t *testing.T) {
	set := Version1()
	for _, c := range append(slices.Clone(set.Contents), set.Modules...) {
		for _, i := range c.Items {
			for _, line := range []Text{i.Pass, i.Partly, i.Fail, i.NA} {
				if n := len([]rune(line.VI)); n > 46 {
					t.Errorf("%s: %q has %d letters, want one short line", i.Code, line.VI, n)
				}
			}
			if n := len([]rune(i.Question.VI)); n > 125 || !strings.HasSuffix(i.Question.VI, "?") {
				t.Errorf("%s: question of %d letters: %q", i.Code, n, i.Question.VI)
			}
			if n := len([]rune(i.Label.VI)); n > 40 {
				t.Errorf("%s: label of %d letters: %q", i.Code, n, i.Label.VI)
			}
			if len(i.Chips) < 3 || len(i.Chips) > 4 {
				t.Errorf("%s has %d chips", i.Code, len(i.Chips))
			}
			for _, text := range i.texts() {
				for _, s := range []string{text.VI, text.EN} {
					if s != strings.TrimSpace(s) || !norm.NFC.IsNormalString(s) {
						t.Errorf("%s: %q is not tidy", i.Code, s)
					}
				}
				if text.In("en") != text.EN || text.In("en-GB") != text.EN || text.In("vi") != text.VI {
					t.Errorf("%s: %q mixes its languages", i.Code, text.VI)
				}
			}
		}
	}
}

// Every text of the set is looked at, in both languages; the sentences of the rules are made of them.
func TestNothingForbiddenIsAsked(t *testing.T) {
	data, err := Version1().Encode()
	if err != nil {
		t.Fatal(err)
	}
	var all any
	if err := json.Unmarshal(data, &all); err != nil {
		t.Fatal(err)
	}
	texts := 0
	var walk func(any)
	walk = func(v any) {
		switch v := v.(type) {
		case string:
			texts++
			if word, denied := Denied(v); denied {
				t.Errorf("%q speaks of %q", v, word)
			}
		case []any:
			for _, e := range v {
				walk(e)
			}
		case map[string]any:
			for _, e := range v {
				walk(e)
			}
		}
	}
	walk(all)
	if texts < 1000 {
		t.Errorf("only %d texts were looked at", texts)
	}
	if strings.Contains(strings.ToLower(string(data)), "đối tượng") {
		t.Error("residents are called đối tượng")
	}
}

func TestDenied(t *testing.T) {
	refused := []string{
		"Hộ theo tôn giáo nào?", "ton giao", "TÔN  GIÁO", "Tôn-giáo của hộ", "Có ai khiếu kiện đông người không?",
		"Quan điểm chính trị", "Hộ thuộc dân tộc nào", "Trong nhà có ai có tiền án, tiền sự không?",
		"Nhật ký ghi tên, tiền án, tiền sự", "Hộ có người nghiện không?", "Số hộ nghèo", "Số vụ mất trộm",
		"Có đối tượng mới về không?", "Does anyone have a criminal record?", "Religion of the household",
		// An allowed sentence does not cover what follows it.
		"Nhật ký, báo cáo không ghi tên, tiền án, tiền sự. Ai có tiền án?",
		// Nor does half of it.
		"Không ghi tên, tiền án, tiền sự",
	}
	for _, s := range refused {
		if _, denied := Denied(s); !denied {
			t.Errorf("%q is let through", s)
		}
	}
	fine := []string{
		"", "Nhật ký, báo cáo không ghi tên, tiền án, tiền sự", "Lối đi đủ sáng", "Nghiên cứu quy ước",
		"Ngân hàng Chính sách xã hội", "Rác dọn ra từ sáng", "Poor light on the stairs",
	}
	for _, s := range fine {
		if word, denied := Denied(s); denied {
			t.Errorf("%q is refused for %q", s, word)
		}
	}
}

func TestProblems(t *testing.T) {
	tests := []struct {
		name   string
		change func(*Set)
		where  string
		want   ProblemKind
	}{
		{"half the points are not a rule of 0 %", func(s *Set) { s.PassPercent = 0 }, "", BadRule},
		{"more days than the programme gives", func(s *Set) { s.MendDays = 61 }, "", BadRule},
		{"question about belief", func(s *Set) { s.Contents[0].Items[0].Question.VI = "Hộ theo tôn giáo nào?" }, "VH1", Refused},
		{"forbidden chip", func(s *Set) { s.Contents[2].Items[0].Chips[0].VI = "Có người nghiện" }, "TN1", Refused},
		{"no English", func(s *Set) { s.Contents[1].Items[1].Action.EN = " " }, "TC2", TextMissing},
		{"same code twice", func(s *Set) { s.Contents[1].Items[1].Code = "TC1" }, "TC1", BadCode},
		{"code of another content", func(s *Set) { s.Contents[1].Items[1].Code = "VH9" }, "VH9", BadCode},
		{"unknown source", func(s *Set) { s.Contents[1].Items[1].Sources = []Source{"Z"} }, "TC2", BadSource},
		{"effort out of range", func(s *Set) { s.Modules[0].Items[0].Effort = 6 }, "CC1", BadRule},
		{"too many items", func(s *Set) {
			s.Contents[0].Items = append(s.Contents[0].Items, s.Contents[0].Items...)
		}, "VH", BadRule},
		{"no contents", func(s *Set) { s.Contents = nil }, "", BadRule},
	}
	for _, tt := range tests {
		set := parseVersion1()
		tt.change(set)
		found := slices.ContainsFunc(set.Problems(), func(p Problem) bool { return p.Where == tt.where && p.Reason == tt.want })
		if !found {
			t.Errorf("%s: got %v", tt.name, set.Problems())
		}
		data, err := set.Encode()
		if err != nil {
			t.Fatal(err)
		}
		var problem Problem
		if _, err := Decode(data); !errors.As(err, &problem) {
			t.Errorf("%s: Decode gave %v", tt.name, err)
		}
	}
	if problems := Version1().Problems(); len(problems) > 0 {
		t.Errorf("version 1: %v", problems)
	}
}

func TestEncodeDecode(t *testing.T) {
	data, err := Version1().Encode()
	if err != nil {
		t.Fatal(err)
	}
	back, err := Decode(data)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(Version1(), back); d != "" {
		t.Error(d)
	}
	if _, err := Decode(data[:len(data)/2]); err == nil {
		t.Error("half a set was read")
	}
}

func TestParseAnswers(t *testing.T) {
	set := Version1()
	tests := []struct {
		name, text, code string
		reason           AnswerProblem
	}{
		{"too short", strings.Repeat("2", 41), "", WrongLength},
		{"too long", strings.Repeat("2", 43), "", WrongLength},
		{"unknown letter", strings.Repeat("2", 8) + "3" + strings.Repeat("2", 33), "TC2", NoSuchValue},
		{"letter of two bytes", strings.Repeat("2", 40) + "đ", "HG6", NoSuchValue},
		{"must apply", "-" + strings.Repeat("2", 41), "VH1", NotOptional},
	}
	for _, tt := range tests {
		_, err := set.ParseAnswers(tt.text)
		var wrong *AnswerError
		if !errors.As(err, &wrong) || wrong.Code != tt.code || wrong.Reason != tt.reason {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		a := anyAnswers(set, true).Draw(t, "answers")
		back, err := set.ParseAnswers(string(a))
		if err != nil || back != a {
			t.Fatalf("%q came back as %q, %v", a, back, err)
		}
		open := 0
		for i := range set.Len() {
			letter := string(a.At(i).Letter())
			v, ok := ParseValue(letter)
			if !ok || v != a.At(i) || letter != string(a[i]) {
				t.Fatalf("letter %q is %v", letter, v)
			}
			if v == Unanswered {
				open++
			}
		}
		if a.Unanswered() != open {
			t.Fatalf("%d open, counted %d", open, a.Unanswered())
		}
	})
}

func TestClassText(t *testing.T) {
	for c := NotInspected; c <= Safe; c++ {
		if back, ok := ParseClass(c.String()); !ok || back != c {
			t.Errorf("%v came back as %v", c, back)
		}
	}
	if _, ok := ParseClass("đạt"); ok {
		t.Error("an unknown class was read")
	}
	if got := NotSafe.Name().VI + ", " + Conditional.Name().VI; got != "Chưa đạt, Đạt có điều kiện" {
		t.Errorf("names %s", got)
	}
}

func TestInspectionOutweighsSelfRating(t *testing.T) {
	set := Version1()
	self := with(t, set, allPass(set), map[string]Value{"NK1": Partly})
	found := with(t, set, set.Blank(), map[string]Value{"TC2": Fail, "TC3": Pass, "VH3": NA})
	merged := Merge(set, self, found)
	if merged.At(set.Index("TC2")) != Fail || merged.At(set.Index("VH3")) != NA || merged.At(set.Index("NK1")) != Partly {
		t.Errorf("merged %s", merged)
	}
	list, compared := Differences(set, self, found)
	if compared != 3 || len(list) != 2 || list[0].Item.Code != "VH3" || list[1].Item.Code != "TC2" || list[1].Found != Fail {
		t.Errorf("%d compared, differences %v", compared, list)
	}
}

// check reads a set as the program does and refuses one that has problems.
func check(dir fs.FS, contents, modules []string) error {
	set, err := readSet(dir, contents, modules)
	if err != nil {
		return err
	}
	if problems := set.Problems(); len(problems) > 0 {
		return problems[0]
	}
	return nil
}
