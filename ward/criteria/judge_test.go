package criteria

import (
	"maps"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// house36A is the house of the mockup: 36A Hàng Bạc, safe on condition.
const house36A = "22-2222" + "20210-11" + "2-122-2" + "222122-" + "22221-" + "2222-21"

func allPass(set *Set) Answers { return Answers(strings.Repeat("2", set.Len())) }

// set gives answers with the values of some items changed.
func with(t testing.TB, set *Set, a Answers, changes map[string]Value) Answers {
	t.Helper()
	for code, v := range changes {
		at := set.Index(code)
		if at < 0 {
			t.Fatalf("no item %s", code)
		}
		a = a.With(at, v)
	}
	return a
}

func TestJudgeHouse36A(t *testing.T) {
	set := Version1()
	answers, err := set.ParseAnswers(house36A)
	if err != nil {
		t.Fatal(err)
	}
	v := Judge(set, answers)
	if v.Class != Conditional || v.Points != 59 || v.Max != 70 {
		t.Errorf("got %v with %d/%d, want conditional with 59/70", v.Class, v.Points, v.Max)
	}
	want := []string{
		"12/12 điểm, đạt.", "7/14 điểm, cần 10.", "9/10 điểm, đạt.",
		"11/12 điểm, đạt.", "9/10 điểm, đạt.", "11/12 điểm, đạt.",
	}
	var got []string
	for i := range v.Contents {
		got = append(got, v.Contents[i].Summary().VI)
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	var codes []string
	for _, r := range v.Reasons() {
		codes = append(codes, r.Text.VI)
	}
	wantReasons := []string{
		"TC2, Đèn lối đi, cầu thang: chưa đạt, thiếu 2 điểm.",
		"TC4, Giữ xe ở nơi để xe chung: mới đạt một phần, thiếu 1 điểm.",
		"TC5, Thử chuông báo động mỗi quý: chưa đạt, thiếu 2 điểm.",
		"TC7, Trông coi nhà vắng dịp lễ, Tết: mới đạt một phần, thiếu 1 điểm.",
		"TC8, Khắc phục sơ hở đúng hạn: mới đạt một phần, thiếu 1 điểm.",
	}
	if d := cmp.Diff(wantReasons, codes); d != "" {
		t.Error(d)
	}
	inspected := time.Date(2026, 10, 12, 0, 0, 0, 0, time.UTC)
	if got := set.MendBy(inspected).Format("02/01/2006"); got != "11/12/2026" {
		t.Errorf("to be mended by %s, want 11/12/2026", got)
	}
}

func TestClasses(t *testing.T) {
	set := Version1()
	allOf := func(code string, v Value) map[string]Value {
		m := map[string]Value{}
		for _, i := range set.Content(code).Items {
			if !i.Required {
				m[i.Code] = v
			}
		}
		return m
	}
	join := func(ms ...map[string]Value) map[string]Value {
		all := map[string]Value{}
		for _, m := range ms {
			maps.Copy(all, m)
		}
		return all
	}
	tests := []struct {
		name    string
		changes map[string]Value
		want    Class
		summary string
	}{
		{"everything met", nil, Safe, "Đạt cả 6 nội dung."},
		{"points missing in one content", allOf("TC", Fail), Conditional, "Còn 1 nội dung thiếu điểm, đủ mục bắt buộc. Làm xong trong 60 ngày."},
		{"points missing in two contents", join(allOf("TC", Fail), allOf("VH", Fail)), NotSafe, "Còn 2 nội dung chưa đạt."},
		{"one required item partly met", map[string]Value{"TC3": Partly}, NotSafe, "Còn 1 nội dung chưa đạt, thiếu 1 mục bắt buộc."},
		{"one required item not met", map[string]Value{"GD2": Fail}, NotSafe, "Còn 1 nội dung chưa đạt, thiếu 1 mục bắt buộc."},
		{"points missing and a required item elsewhere", join(allOf("TC", Fail), map[string]Value{"HG1": Partly}), NotSafe, "Còn 2 nội dung chưa đạt, thiếu 1 mục bắt buộc."},
		{"required item that does not apply", map[string]Value{"TC1": NA, "TN2": NA, "NK2": NA, "HG4": NA}, Safe, "Đạt cả 6 nội dung."},
		{"one item open", map[string]Value{"VH4": Unanswered}, NotInspected, "Còn 1 câu."},
		{"an open item hides nothing else", map[string]Value{"VH4": Unanswered, "TC3": Fail}, NotInspected, "Còn 1 câu."},
		{"does not apply where it must", map[string]Value{"VH1": NA}, NotInspected, "Còn 1 câu."},
	}
	for _, tt := range tests {
		v := Judge(set, with(t, set, allPass(set), tt.changes))
		if v.Class != tt.want {
			t.Errorf("%s: %v, want %v", tt.name, v.Class, tt.want)
		}
		if got := v.Summary().VI; got != tt.summary {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.summary)
		}
	}
	if v := Judge(set, set.Blank()); v.Class != NotInspected || v.Unanswered != 42 {
		t.Errorf("blank sheet: %v with %d open", v.Class, v.Unanswered)
	}
	if v := Judge(set, ""); v.Class != NotInspected || v.Unanswered != 42 {
		t.Errorf("no sheet: %v with %d open", v.Class, v.Unanswered)
	}
}

func TestContentSummaries(t *testing.T) {
	set := Version1()
	tests := []struct {
		changes map[string]Value
		want    Text
	}{
		{nil, Text{"16/16 điểm, đạt.", "16/16 points, passed."}},
		{map[string]Value{"TC3": Partly}, Text{"15/16 điểm; thiếu mục bắt buộc TC3.", "15/16 points; required and missing: TC3."}},
		{
			map[string]Value{"TC1": Fail, "TC3": Partly, "TC2": Fail, "TC5": Fail},
			Text{"9/16 điểm, cần 12; thiếu mục bắt buộc TC1, TC3.", "9/16 points, 12 needed; required and missing: TC1, TC3."},
		},
		{map[string]Value{"TC2": Unanswered, "TC3": Fail}, Text{"Còn 1 câu.", "1 question to go."}},
		{map[string]Value{"TC2": Unanswered, "TC5": Unanswered}, Text{"Còn 2 câu.", "2 questions to go."}},
	}
	for _, tt := range tests {
		v := Judge(set, with(t, set, allPass(set), tt.changes))
		if got := v.Contents[1].Summary(); got != tt.want {
			t.Errorf("%v: %q, want %q", tt.changes, got, tt.want)
		}
	}
	v := Judge(set, with(t, set, allPass(set), map[string]Value{"TC3": Partly, "TC2": Fail, "TC5": Unanswered}))
	var got []string
	for _, r := range v.Reasons() {
		got = append(got, string(r.Kind)+" "+r.Text.VI)
	}
	want := []string{
		"required TC3, Danh bạ khẩn cấp: bắt buộc, mới đạt một phần.",
		"open TC5, Thử chuông báo động mỗi quý: chưa trả lời.",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestAnswerLines(t *testing.T) {
	gate, _ := Version1().Item(Version1().Index("TC1"))
	want := map[Value]string{
		Pass: "Đạt: Khóa tốt, có giờ đóng", Partly: "Một phần: Có khóa, chưa ghi giờ đóng",
		Fail: "Chưa đạt: Chưa khóa được", NA: "Không áp dụng: Không có cổng chung", Unanswered: "Chưa trả lời: ",
	}
	for v, line := range want {
		if got := v.Name().VI + ": " + gate.Line(v).VI; got != line {
			t.Errorf("%q, want %q", got, line)
		}
	}
}

func TestNeedRoundsUp(t *testing.T) {
	for _, tt := range []struct{ most, want int }{{0, 0}, {2, 2}, {10, 7}, {12, 9}, {14, 10}, {16, 12}, {20, 14}, {25, 18}} {
		if got := need(tt.most, 70); got != tt.want {
			t.Errorf("70 %% of %d: %d, want %d", tt.most, got, tt.want)
		}
	}
	if points := 18; points < need(25, 70) {
		t.Error("18 of 25 must pass")
	}
	if points := 17; points >= need(25, 70) {
		t.Error("17 of 25 must not pass")
	}
	// Fourteen points: ten pass, nine do not (TC with TC6 left out).
	set := Version1()
	ten := with(t, set, allPass(set), map[string]Value{"TC6": NA, "TC2": Fail, "TC5": Fail})
	if v := Judge(set, ten); v.Contents[1].Points != 10 || !v.Contents[1].Passed {
		t.Errorf("10 of 14: %+v", v.Contents[1])
	}
	nine := with(t, set, ten, map[string]Value{"TC4": Partly})
	if v := Judge(set, nine); v.Contents[1].Points != 9 || v.Contents[1].Passed {
		t.Errorf("9 of 14: %+v", v.Contents[1])
	}
}

func TestContentWithoutApplicableItemPasses(t *testing.T) {
	yes := Text{"x", "x"}
	module := Content{Code: "ZZ", Items: []Item{{Code: "ZZ1", Required: true, NA: yes}, {Code: "ZZ2", NA: yes}}}
	c := JudgeModule(Version1(), &module, "--")
	if !c.Passed || c.Points != 0 || c.Max != 0 || c.Need != 0 {
		t.Errorf("got %+v, want passed with 0 of 0", c)
	}
	if got := c.Summary().VI; got != "Không áp dụng mục nào." {
		t.Errorf("summary %q", got)
	}
}

func TestModuleIsNotCounted(t *testing.T) {
	set := Version1()
	cc := set.Content("CC")
	if set.Len() != 42 || len(cc.Items) != 7 || set.Index("CC1") != -1 {
		t.Fatalf("set has %d items, module %d", set.Len(), len(cc.Items))
	}
	if c := JudgeModule(set, cc, "0000000"); c.Passed {
		t.Error("a module without a point passed")
	}
	if c := JudgeModule(set, cc, "2222122"); !c.Failed() {
		t.Error("a module passed without its second way out")
	}
	// Answers that run on past the six contents change nothing.
	if v := Judge(set, allPass(set)+"0000000"); v.Class != Safe || v.Max != 84 {
		t.Errorf("got %v with maximum %d", v.Class, v.Max)
	}
}

// anyAnswers draws a sheet that ParseAnswers would take: a house where all is met, spoilt in some contents,
// and there in all items or only in those that are not required, so that every class comes up often.
func anyAnswers(set *Set, open bool) *rapid.Generator[Answers] {
	return rapid.Custom(func(t *rapid.T) Answers {
		spoilt := rapid.SampledFrom([]int{0, 1, 1, 2, 6}).Draw(t, "spoilt contents")
		order := rapid.Permutation([]int{0, 1, 2, 3, 4, 5}).Draw(t, "contents")
		sparesRequired := rapid.Bool().Draw(t, "spares required items")
		a := allPass(set)
		for _, at := range order[:spoilt] {
			c := &set.Contents[at]
			first := set.Index(c.Items[0].Code)
			for j := range c.Items {
				item := &c.Items[j]
				if item.Required && sparesRequired {
					continue
				}
				values := []Value{Fail, Partly, Pass}
				if item.AllowsNA() {
					values = append(values, NA)
				}
				if open {
					values = append(values, Unanswered)
				}
				a = a.With(first+j, rapid.SampledFrom(values).Draw(t, item.Code))
			}
		}
		return a
	})
}

func TestImprovingNeverWorsens(t *testing.T) {
	set := Version1()
	rapid.Check(t, func(t *rapid.T) {
		a := anyAnswers(set, false).Draw(t, "answers")
		at := rapid.IntRange(0, set.Len()-1).Draw(t, "item")
		if v := a.At(at); v != Fail && v != Partly {
			t.Skip("nothing to improve")
		}
		before, after := Judge(set, a), Judge(set, a.With(at, a.At(at)+1))
		if after.Class < before.Class {
			t.Fatalf("class fell from %v to %v", before.Class, after.Class)
		}
		for i := range before.Contents {
			b, c := before.Contents[i], after.Contents[i]
			if b.Passed && !c.Passed || c.Points < b.Points || len(c.MissingRequired) > len(b.MissingRequired) {
				t.Fatalf("%s worsened: %+v to %+v", b.Content.Code, b, c)
			}
		}
	})
}

func TestLeavingOutNeverHelpsARequiredItem(t *testing.T) {
	set := Version1()
	rapid.Check(t, func(t *rapid.T) {
		a := anyAnswers(set, false).Draw(t, "answers")
		failing := map[int]bool{}
		for i, c := range Judge(set, a).Contents {
			failing[i] = len(c.MissingRequired) > 0
		}
		for i := range set.Len() {
			item, _ := set.Item(i)
			if item.AllowsNA() && !item.Required && rapid.Bool().Draw(t, item.Code+" left out") {
				a = a.With(i, NA)
			}
		}
		v := Judge(set, a)
		for i := range v.Contents {
			if failing[i] && v.Contents[i].Passed {
				t.Fatalf("%s passes with a required item missing", v.Contents[i].Content.Code)
			}
		}
	})
}

func TestClassFollowsItsDefinition(t *testing.T) {
	set := Version1()
	seen := map[Class]int{}
	rapid.Check(t, func(t *rapid.T) {
		a := anyAnswers(set, rapid.IntRange(0, 3).Draw(t, "open sheets") == 0).Draw(t, "answers")
		v := Judge(set, a)
		seen[v.Class]++
		// The definition of domain.md §9, told once more without the code under test.
		failing, starFailing, open, at := 0, false, false, 0
		for _, c := range set.Contents {
			points, most, star := 0, 0, false
			for _, item := range c.Items {
				switch a[at] {
				case '2', '1', '0':
					points += int(a[at] - '0')
					most += 2
					star = star || item.Required && a[at] != '2'
				case '.':
					open = true
				}
				at++
			}
			if star || 10*points < 7*most {
				failing++
			}
			starFailing = starFailing || star
		}
		want := NotSafe
		switch {
		case open:
			want = NotInspected
		case failing == 0:
			want = Safe
		case failing == 1 && !starFailing:
			want = Conditional
		}
		if v.Class != want {
			t.Fatalf("%s: %v, want %v", a, v.Class, want)
		}
		if (v.Class == Safe) != (len(v.Reasons()) == 0) {
			t.Fatalf("%s: %v with %d reasons", a, v.Class, len(v.Reasons()))
		}
	})
	for _, c := range []Class{NotInspected, NotSafe, Conditional, Safe} {
		if seen[c] == 0 {
			t.Errorf("no house came out %v: the test does not reach it", c)
		}
	}
}

func TestOrderDoesNotMatter(t *testing.T) {
	set := Version1()
	rapid.Check(t, func(t *rapid.T) {
		a := anyAnswers(set, true).Draw(t, "answers")
		shuffled, moved := *set, Answers("")
		shuffled.Contents = nil
		for _, i := range rapid.Permutation([]int{0, 1, 2, 3, 4, 5}).Draw(t, "contents") {
			c := set.Contents[i]
			first := set.Index(c.Items[0].Code)
			places := make([]int, len(c.Items))
			for j := range places {
				places[j] = j
			}
			c.Items = nil
			for _, j := range rapid.Permutation(places).Draw(t, "items") {
				c.Items = append(c.Items, set.Contents[i].Items[j])
				moved += Answers(a.At(first + j).Letter())
			}
			shuffled.Contents = append(shuffled.Contents, c)
		}
		one, two := Judge(set, a), Judge(&shuffled, moved)
		if one.Class != two.Class || one.Points != two.Points || one.Max != two.Max || one.Unanswered != two.Unanswered {
			t.Fatalf("%v and %v", one.Summary(), two.Summary())
		}
		if p, q := MakePlan(set, a), MakePlan(&shuffled, moved); p.Effort != q.Effort || len(p.Steps) != len(q.Steps) {
			t.Fatalf("plans of effort %d and %d", p.Effort, q.Effort)
		}
	})
}

// The inputs of the rules are the wording of the set and one letter an item. Nobody can pass a count of
// incidents, victims or reports, because there is nowhere to put one (domain.md §9, guard rails a and b).
func TestRulesHaveNoOtherInput(t *testing.T) {
	judge := reflect.TypeOf(Judge)
	if judge.NumIn() != 2 || judge.In(0) != reflect.TypeFor[*Set]() || judge.In(1) != reflect.TypeFor[Answers]() {
		t.Fatalf("Judge takes %v", judge)
	}
	if judge.In(1).Kind() != reflect.String {
		t.Fatalf("answers are a %v: look whether they can carry a count", judge.In(1).Kind())
	}
	numbers := map[string]bool{"Set.Version": true, "Set.PassPercent": true, "Content.PassPercent": true, "Set.MendDays": true, "Item.Effort": true, "Item.Required": true}
	var walk func(t reflect.Type, name string)
	walk = func(typ reflect.Type, name string) {
		switch typ.Kind() {
		case reflect.Pointer, reflect.Slice:
			walk(typ.Elem(), name)
		case reflect.Struct:
			for field := range typ.Fields() {
				walk(field.Type, typ.Name()+"."+field.Name)
			}
		case reflect.String:
		default:
			if !numbers[name] {
				t.Errorf("%s (%v) is a number the rules could read: is it about the house's own work?", name, typ)
			}
		}
	}
	walk(reflect.TypeFor[Set](), "Set")
}

func BenchmarkJudge(b *testing.B) {
	set := Version1()
	for b.Loop() {
		Judge(set, house36A)
	}
}

func BenchmarkMakePlan(b *testing.B) {
	set := Version1()
	for b.Loop() {
		MakePlan(set, house36A)
	}
}
