package criteria

import (
	"cmp"
	"fmt"
	"math/bits"
	"slices"
)

// Plan is the least work after which the house passes: "Vì sao chưa đạt – làm gì để đạt".
type Plan struct {
	// Steps in the order to take them: required items first, then by effort, then by gain.
	Steps []Step
	// Contents are those that fail today, with what the steps bring.
	Contents []Gain
	// Effort is the sum over the steps.
	Effort int
	// Unanswered counts open items. Contents with an open item are left out: what they lack is not known.
	Unanswered int
}

// Step is one item to mend.
type Step struct {
	Index   int
	Item    *Item
	Content *Content
	// Points the step adds, 1 or 2.
	Points int
}

// Gain is what the plan does for one content.
type Gain struct {
	Content *Content
	// From the points of today To the points after the steps; Max and Need as in the verdict.
	From, To, Max, Need int
}

// MakePlan finds the steps of least effort that make every failing content pass. Required items that are
// not Pass cannot be avoided; of the others it takes, in each content, the choice of least total effort
// that reaches the points needed. Among equals it prefers fewer steps, then more points, then the order of
// the set. An empty plan belongs to a house that passes, or to one whose answers are still open.
func MakePlan(set *Set, answers Answers) Plan {
	v := Judge(set, answers)
	plan := Plan{Unanswered: v.Unanswered}
	for i := range v.Contents {
		c := &v.Contents[i]
		if !c.Failed() {
			continue
		}
		gain := Gain{Content: c.Content, From: c.Points, To: c.Points, Max: c.Max, Need: c.Need}
		for _, step := range mend(c, answers) {
			gain.To += step.Points
			plan.Effort += step.Item.Effort
			plan.Steps = append(plan.Steps, step)
		}
		plan.Contents = append(plan.Contents, gain)
	}
	slices.SortStableFunc(plan.Steps, func(a, b Step) int {
		return cmp.Or(
			-compareBool(a.Item.Required, b.Item.Required),
			cmp.Compare(a.Item.Effort, b.Item.Effort),
			cmp.Compare(b.Points, a.Points),
		)
	})
	return plan
}

// mend gives the steps for one failing content, in the order of the set.
func mend(c *ContentVerdict, answers Answers) []Step {
	var steps, optional []Step
	points := c.Points
	for _, at := range c.Below {
		item := &c.Content.Items[at-c.First]
		step := Step{Index: at, Item: item, Content: c.Content, Points: int(Pass - answers.At(at))}
		if item.Required {
			steps = append(steps, step)
			points += step.Points
		} else {
			optional = append(optional, step)
		}
	}
	return append(steps, cheapest(optional, c.Need-points)...)
}

// cheapest tries every choice of steps: a content has at most maxItems items, mostly about eight.
func cheapest(steps []Step, missing int) []Step {
	if missing <= 0 {
		return nil
	}
	best, bestEffort, bestPoints := uint(0), 0, 0
	for choice := uint(1); choice < 1<<len(steps); choice++ {
		effort, points := 0, 0
		for i := range steps {
			if choice&(1<<i) != 0 {
				effort += steps[i].Item.Effort
				points += steps[i].Points
			}
		}
		if points < missing {
			continue
		}
		better := cmp.Or(
			cmp.Compare(effort, bestEffort),
			cmp.Compare(bits.OnesCount(choice), bits.OnesCount(best)),
			cmp.Compare(bestPoints, points),
			// The choice that has the earlier item where the two first differ.
			-cmp.Compare(bits.Reverse(choice), bits.Reverse(best)),
		)
		if best == 0 || better < 0 {
			best, bestEffort, bestPoints = choice, effort, points
		}
	}
	var chosen []Step
	for i := range steps {
		if best&(1<<i) != 0 {
			chosen = append(chosen, steps[i])
		}
	}
	return chosen
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// Apply gives the answers as they will be when every step is done.
func (p *Plan) Apply(answers Answers) Answers {
	for i := range p.Steps {
		answers = answers.With(p.Steps[i].Index, Pass)
	}
	return answers
}

// Title is the plan's heading: "Làm 2 việc này là đạt", or how many questions are open. It is empty for an
// empty plan of a house that passes.
func (p *Plan) Title() Text {
	switch {
	case p.Unanswered > 0:
		return Text{fmt.Sprintf("Còn %d câu", p.Unanswered), questions(p.Unanswered) + " to go"}
	case len(p.Steps) == 0:
		return Text{}
	case len(p.Steps) == 1:
		return Text{"Làm 1 việc này là đạt", "Do this 1 thing to pass"}
	}
	return Text{fmt.Sprintf("Làm %d việc này là đạt", len(p.Steps)), fmt.Sprintf("Do these %d things to pass", len(p.Steps))}
}

// Line says what the plan does for the content: "Phòng trộm cắp lên 11/14 điểm, cần 10." Of a content that
// has its points it says that only required items are missing.
func (g *Gain) Line() Text {
	if g.From >= g.Need {
		return Text{
			fmt.Sprintf("%s đủ điểm, thiếu mục bắt buộc.", g.Content.Phone.VI),
			fmt.Sprintf("%s has its points, required items are missing.", g.Content.Phone.EN),
		}
	}
	return Text{
		fmt.Sprintf("%s lên %d/%d điểm, cần %d.", g.Content.Phone.VI, g.To, g.Max, g.Need),
		fmt.Sprintf("%s rises to %d/%d points, %d needed.", g.Content.Phone.EN, g.To, g.Max, g.Need),
	}
}

// Worth says what the step brings: "Thêm 2 điểm", with "bắt buộc" for a required item.
func (s *Step) Worth() Text {
	vi, en := fmt.Sprintf("Thêm %d điểm", s.Points), fmt.Sprintf("Adds %d points", s.Points)
	if s.Points == 1 {
		en = "Adds 1 point"
	}
	if s.Item.Required {
		return Text{vi + ", mục bắt buộc", en + ", required"}
	}
	return Text{vi, en}
}
