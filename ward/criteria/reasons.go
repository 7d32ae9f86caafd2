package criteria

import (
	"fmt"
	"strings"
)

// ReasonKind says how an item holds its content back.
type ReasonKind string

// The kinds of reason.
const (
	RequiredMissing ReasonKind = "required" // a required item is not Pass
	PointsMissing   ReasonKind = "points"   // the item costs points in a content that lacks points
	Open            ReasonKind = "open"     // not answered yet
)

// Reason is one item that keeps the house from passing.
type Reason struct {
	Kind    ReasonKind
	Index   int
	Item    *Item
	Content *Content
	Value   Value
	// Text is the reason as a sentence.
	Text Text
}

// Reasons says item by item why the house does not pass, in the order of the set. Items below Pass in a
// content that passes all the same are no reason, nor, while an item is open, points that it may still
// bring; a house that is safe has none.
func (v *Verdict) Reasons() []Reason {
	var list []Reason
	for i := range v.Contents {
		list = append(list, v.Contents[i].reasons(v.Answers)...)
	}
	return list
}

func (c *ContentVerdict) reasons(answers Answers) []Reason {
	if c.Passed {
		return nil
	}
	var list []Reason
	for i := range c.Content.Items {
		item := &c.Content.Items[i]
		r := Reason{Index: c.First + i, Item: item, Content: c.Content, Value: effective(item, answers.At(c.First+i))}
		switch {
		case r.Value == Unanswered:
			r.Kind = Open
		case r.Value != Fail && r.Value != Partly:
			continue
		case item.Required:
			r.Kind = RequiredMissing
		case c.Failed() && c.Points < c.Need:
			r.Kind = PointsMissing
		default:
			continue
		}
		r.Text = r.sentence()
		list = append(list, r)
	}
	return list
}

func (r *Reason) sentence() Text {
	vi, en := r.Item.Code+", "+r.Item.Label.VI, r.Item.Code+", "+r.Item.Label.EN
	switch r.Kind {
	case RequiredMissing:
		if r.Value == Partly {
			return Text{vi + ": bắt buộc, mới đạt một phần.", en + ": required, only partly met."}
		}
		return Text{vi + ": bắt buộc, chưa đạt.", en + ": required, not met."}
	case PointsMissing:
		if r.Value == Partly {
			return Text{vi + ": mới đạt một phần, thiếu 1 điểm.", en + ": partly met, 1 point short."}
		}
		return Text{vi + ": chưa đạt, thiếu 2 điểm.", en + ": not met, 2 points short."}
	}
	return Text{vi + ": chưa trả lời.", en + ": not answered."}
}

// Summary says in one sentence how the content stands: points, and what is needed or open.
func (c *ContentVerdict) Summary() Text {
	switch {
	case c.Unanswered > 0:
		return Text{fmt.Sprintf("Còn %d câu.", c.Unanswered), fmt.Sprintf("%s to go.", questions(c.Unanswered))}
	case c.Max == 0:
		return Text{"Không áp dụng mục nào.", "No item applies."}
	case c.Passed:
		return Text{fmt.Sprintf("%d/%d điểm, đạt.", c.Points, c.Max), fmt.Sprintf("%d/%d points, passed.", c.Points, c.Max)}
	}
	vi, en := fmt.Sprintf("%d/%d điểm", c.Points, c.Max), fmt.Sprintf("%d/%d points", c.Points, c.Max)
	if c.Points < c.Need {
		vi += fmt.Sprintf(", cần %d", c.Need)
		en += fmt.Sprintf(", %d needed", c.Need)
	}
	if len(c.MissingRequired) > 0 {
		codes := make([]string, len(c.MissingRequired))
		for i, at := range c.MissingRequired {
			codes[i] = c.Content.Items[at-c.First].Code
		}
		vi += "; thiếu mục bắt buộc " + strings.Join(codes, ", ")
		en += "; required and missing: " + strings.Join(codes, ", ")
	}
	return Text{vi + ".", en + "."}
}

// Summary says in one sentence why the house is in its class.
func (v *Verdict) Summary() Text {
	failed, required := 0, 0
	for i := range v.Contents {
		if v.Contents[i].Failed() {
			failed++
		}
		required += len(v.Contents[i].MissingRequired)
	}
	switch v.Class {
	case NotInspected:
		return Text{fmt.Sprintf("Còn %d câu.", v.Unanswered), fmt.Sprintf("%s to go.", questions(v.Unanswered))}
	case Safe:
		return Text{fmt.Sprintf("Đạt cả %d nội dung.", len(v.Contents)), fmt.Sprintf("All %d contents pass.", len(v.Contents))}
	case Conditional:
		return Text{
			fmt.Sprintf("Còn 1 nội dung thiếu điểm, đủ mục bắt buộc. Làm xong trong %d ngày.", v.Set.MendDays),
			fmt.Sprintf("1 content lacks points, no required item is missing. To be mended within %d days.", v.Set.MendDays),
		}
	}
	if required == 0 {
		return Text{fmt.Sprintf("Còn %d nội dung chưa đạt.", failed), fmt.Sprintf("%d contents do not pass.", failed)}
	}
	return Text{
		fmt.Sprintf("Còn %d nội dung chưa đạt, thiếu %d mục bắt buộc.", failed, required),
		fmt.Sprintf("%d of the contents do not pass, %d required items are missing.", failed, required),
	}
}

func questions(n int) string {
	if n == 1 {
		return "1 question"
	}
	return fmt.Sprintf("%d questions", n)
}
