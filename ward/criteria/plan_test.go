package criteria

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestPlanHouse36A(t *testing.T) {
	set := Version1()
	plan := MakePlan(set, house36A)
	if got := plan.Title().VI; got != "Làm 2 việc này là đạt" {
		t.Errorf("title %q", got)
	}
	var got []string
	for i := range plan.Contents {
		got = append(got, plan.Contents[i].Line().VI)
	}
	for i := range plan.Steps {
		s := &plan.Steps[i]
		got = append(got, s.Item.Action.VI+". "+s.Item.How.VI+". "+s.Worth().VI+".")
	}
	want := []string{
		"Phòng trộm cắp lên 11/14 điểm, cần 10.",
		"Thử chuông báo động liên hộ. Mỗi quý một lần, chừng 10 phút. Thêm 2 điểm.",
		"Sửa đèn lối đi, cầu thang. Thay bóng, hoặc gửi đề xuất tới Điện lực. Thêm 2 điểm.",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if v := Judge(set, plan.Apply(house36A)); v.Class != Safe || v.Contents[1].Points != 11 {
		t.Errorf("after the plan: %v with %d points", v.Class, v.Contents[1].Points)
	}
}

func TestPlanPutsRequiredItemsFirst(t *testing.T) {
	set := Version1()
	a := with(t, set, house36A, map[string]Value{"GD2": Partly})
	plan := MakePlan(set, a)
	if first := plan.Steps[0]; first.Item.Code != "GD2" || first.Points != 1 {
		t.Errorf("first step %s with %d points", first.Item.Code, first.Points)
	}
	if got := plan.Contents[1].Line().VI; got != "Hỗ trợ hòa nhập đủ điểm, thiếu mục bắt buộc." {
		t.Errorf("line %q", got)
	}
	if got := plan.Steps[0].Worth().VI; got != "Thêm 1 điểm, mục bắt buộc" {
		t.Errorf("worth %q", got)
	}
}

func TestPlanOfOneStep(t *testing.T) {
	set := Version1()
	plan := MakePlan(set, with(t, set, allPass(set), map[string]Value{"TC3": Fail}))
	if got := plan.Title(); got != (Text{"Làm 1 việc này là đạt", "Do this 1 thing to pass"}) {
		t.Errorf("title %q", got)
	}
}

func TestPlanOfPassingAndOpenSheets(t *testing.T) {
	set := Version1()
	if plan := MakePlan(set, allPass(set)); len(plan.Steps) != 0 || plan.Title().VI != "" {
		t.Errorf("a safe house has %d steps, title %q", len(plan.Steps), plan.Title().VI)
	}
	plan := MakePlan(set, with(t, set, house36A, map[string]Value{"TC5": Unanswered}))
	if len(plan.Steps) != 0 || plan.Title().VI != "Còn 1 câu" {
		t.Errorf("an open content has %d steps, title %q", len(plan.Steps), plan.Title().VI)
	}
}

func TestPlanAlwaysLeadsToSafe(t *testing.T) {
	set := Version1()
	rapid.Check(t, func(t *rapid.T) {
		a := anyAnswers(set, false).Draw(t, "answers")
		plan := MakePlan(set, a)
		if v := Judge(set, plan.Apply(a)); v.Class != Safe {
			t.Fatalf("%s is %v after its plan", a, v.Class)
		}
		effort := 0
		for i, s := range plan.Steps {
			effort += s.Item.Effort
			if i > 0 && s.Item.Required && !plan.Steps[i-1].Item.Required {
				t.Fatal("a required item comes late")
			}
		}
		if effort != plan.Effort {
			t.Fatalf("effort %d, steps sum to %d", plan.Effort, effort)
		}
	})
}

// No set of items of a content, tried one and all, makes it pass with less effort than the plan.
func TestNoCheaperPlanExists(t *testing.T) {
	set := Version1()
	rapid.Check(t, func(t *rapid.T) {
		a := anyAnswers(set, false).Draw(t, "answers")
		plan := MakePlan(set, a)
		for i, c := range Judge(set, a).Contents {
			effort, steps := 0, 0
			for _, s := range plan.Steps {
				if s.Content == c.Content {
					effort += s.Item.Effort
					steps++
				}
			}
			for choice := range 1 << len(c.Content.Items) {
				mended, cost, count := a, 0, 0
				for j := range c.Content.Items {
					if choice&(1<<j) != 0 && a.At(c.First+j) >= Fail {
						mended = mended.With(c.First+j, Pass)
						cost += c.Content.Items[j].Effort
						count++
					}
				}
				if (cost < effort || cost == effort && count < steps) && Judge(set, mended).Contents[i].Passed {
					t.Fatalf("%s: %s takes effort %d in %d steps, but %b does it with %d", a, c.Content.Code, effort, steps, choice, cost)
				}
			}
		}
	})
}
