package show_test

import (
	"strings"
	"testing"

	"sonha/engine/page/ui"
	"sonha/ward/criteria"
	"sonha/ward/criteria/show"
)

func TestContentsSayWhatIsMissing(t *testing.T) {
	t.Parallel()
	set := criteria.Version1()
	answers := criteria.Answers(strings.Repeat("2", set.Len())).With(set.Index("TC1"), criteria.Fail).With(set.Index("VH7"), criteria.NA).With(set.Index("HG7"), criteria.Unanswered)
	v := criteria.Judge(set, answers)
	list := show.Contents(&v, "vi")
	if len(list) != 6 {
		t.Fatalf("%d contents", len(list))
	}
	for i, want := range []ui.State{ui.Safe, ui.NotSafe, ui.Safe, ui.Safe, ui.Safe, ui.NotInspected} {
		if list[i].State != want {
			t.Errorf("%s: state %d, want %d", list[i].Name, list[i].State, want)
		}
	}
	if got := list[1].Missing; got != "Khóa cổng, giờ đóng cổng" {
		t.Errorf("missing in TC: %q", got)
	}
	if c := list[1].Cells[0]; c.Value != ui.CellZero || !c.Required || c.Code != "TC1" {
		t.Errorf("cell of TC1: %+v", c)
	}
	if c := list[0].Cells[6]; c.Value != ui.CellNotApplicable {
		t.Errorf("cell of VH7: %+v", c)
	}
	plan := criteria.MakePlan(set, answers.With(set.Index("HG7"), criteria.Pass))
	steps := show.Steps(&plan, "vi", func(i *criteria.Item) string { return "/" + i.Code })
	if len(steps) != 1 || steps[0].Href != "/TC1" || !strings.Contains(steps[0].Sub, "bắt buộc") {
		t.Errorf("steps: %+v", steps)
	}
}
