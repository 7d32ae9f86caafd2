package criteria

import (
	"fmt"
	"time"
)

// Class is what the rules propose for a house. The order is from worst to best among the judged ones;
// NotInspected stands outside of it: not inspected is not "not safe" (domain.md §9).
type Class int8

// The classes.
const (
	NotInspected Class = iota // chưa kiểm tra: nothing answered, or some items still open
	NotSafe                   // chưa đạt
	Conditional               // đạt có điều kiện: counts as not safe in the headline rate until re-checked
	Safe                      // đạt an toàn
)

var classCodes = [...]string{"not_inspected", "not_safe", "conditional", "safe"}

// String is the class as it is stored and exported: not_inspected, not_safe, conditional or safe.
func (c Class) String() string {
	if c < NotInspected || c > Safe {
		return fmt.Sprintf("Class(%d)", int8(c))
	}
	return classCodes[c]
}

// ParseClass reads what [Class.String] wrote.
func ParseClass(s string) (Class, bool) {
	for i, code := range classCodes {
		if code == s {
			return Class(i), true
		}
	}
	return NotInspected, false
}

// Name is the class in words.
func (c Class) Name() Text {
	switch c {
	case Safe:
		return Text{"Đạt an toàn", "Safe"}
	case Conditional:
		return Text{"Đạt có điều kiện", "Safe on condition"}
	case NotSafe:
		return Text{"Chưa đạt", "Not safe yet"}
	}
	return Text{"Chưa kiểm tra", "Not inspected"}
}

// Verdict is what the rules say of a sheet of answers. It is a proposal: only findings of an inspection, or
// a self-rating that sampling has confirmed, can be approved as a class. Of a bare self-rating the verdict
// is a forecast.
type Verdict struct {
	Set     *Set
	Answers Answers
	Class   Class
	// Unanswered counts the open items. While there is one, Class is NotInspected.
	Unanswered int
	// Points of all contents together, and their maximum without the items that do not apply.
	Points, Max int
	// Contents are in the order of the set.
	Contents []ContentVerdict
}

// ContentVerdict is what a content, or a module, reached.
type ContentVerdict struct {
	Content *Content
	// First is the position of the content's first item in the answers.
	First int
	// Points reached, applicable maximum, and points needed. All three are 0 when no item applies.
	Points, Max, Need int
	// Passed is false while an item is open.
	Passed     bool
	Unanswered int
	// Below are the positions of the items under Pass, and MissingRequired the required ones among them.
	Below, MissingRequired []int
}

// Failed reports that everything is answered and the content does not pass.
func (c *ContentVerdict) Failed() bool { return !c.Passed && c.Unanswered == 0 }

// Judge applies the rules of domain.md §9 to the answers of one house.
//
// A content passes when every required item that applies is Pass, and its points reach [Set.Percent] of its
// applicable maximum, rounded up. A content of which no item applies passes with 0 of 0: there is nothing
// the house could mend. A house is Safe when all contents pass; Conditional when exactly one content
// fails, and on points only; NotSafe otherwise; NotInspected while an item is open. An NA on an item that
// does not allow it counts as open.
func Judge(set *Set, answers Answers) Verdict {
	v := Verdict{Set: set, Answers: answers, Contents: make([]ContentVerdict, len(set.Contents))}
	// One backing array for the lists of all contents: they are filled one after the other.
	positions := make([]int, 0, 2*set.Len())
	first, failed, missing := 0, 0, 0
	for i := range set.Contents {
		c := &v.Contents[i]
		positions = judgeContent(c, &set.Contents[i], first, set.Percent(&set.Contents[i]), answers, positions)
		first += len(set.Contents[i].Items)
		v.Points += c.Points
		v.Max += c.Max
		v.Unanswered += c.Unanswered
		missing += len(c.MissingRequired)
		if !c.Passed {
			failed++
		}
	}
	v.Class = classOf(v.Unanswered, failed, missing)
	return v
}

// JudgeModule judges a module of the set by the rule for a content. The answers are the module's own.
func JudgeModule(set *Set, module *Content, answers Answers) ContentVerdict {
	var c ContentVerdict
	judgeContent(&c, module, 0, set.Percent(module), answers, make([]int, 0, 2*len(module.Items)))
	return c
}

func classOf(unanswered, failed, missingRequired int) Class {
	switch {
	case unanswered > 0:
		return NotInspected
	case failed == 0:
		return Safe
	case failed == 1 && missingRequired == 0:
		return Conditional
	default:
		return NotSafe
	}
}

// judgeContent fills c and gives back positions, longer by the lists of c.
func judgeContent(c *ContentVerdict, content *Content, first, percent int, answers Answers, positions []int) []int {
	c.Content, c.First = content, first
	start := len(positions)
	for i := range content.Items {
		switch v := effective(&content.Items[i], answers.At(first+i)); v {
		case NA:
			continue
		case Unanswered:
			c.Unanswered++
		case Fail, Partly:
			c.Points += int(v)
			positions = append(positions, first+i)
		case Pass:
			c.Points += int(Pass)
		}
		c.Max += int(Pass)
	}
	end := len(positions)
	c.Below = positions[start:end:end]
	for _, at := range c.Below {
		if content.Items[at-first].Required {
			positions = append(positions, at)
		}
	}
	c.MissingRequired = positions[end:len(positions):len(positions)]
	c.Need = need(c.Max, percent)
	c.Passed = c.Unanswered == 0 && len(c.MissingRequired) == 0 && c.Points >= c.Need
	return positions
}

// effective refuses "does not apply" where the item does not allow it: such a sheet is unfinished.
func effective(item *Item, v Value) Value {
	if v == NA && !item.AllowsNA() {
		return Unanswered
	}
	return v
}

// need is percent of most, rounded up, in whole numbers: 70 % of 25 is 18.
func need(most, percent int) int { return (most*percent + 99) / 100 }

// MendBy is the last day to mend what a house that passes on condition lacks: MendDays after the day of
// the inspection.
func (s *Set) MendBy(inspected time.Time) time.Time { return inspected.AddDate(0, 0, s.MendDays) }
