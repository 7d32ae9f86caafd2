// Package show draws criteria with the parts of every page: a class and an answer as a mark, a content as a
// bar that can be counted, a plan as the few things to do.
package show

import (
	"strings"

	"sonha/engine/page/ui"
	"sonha/ward/criteria"
)

// Class is the mark of a class.
func Class(c criteria.Class) ui.State {
	switch c {
	case criteria.Safe:
		return ui.Safe
	case criteria.Conditional:
		return ui.Conditional
	case criteria.NotSafe:
		return ui.NotSafe
	default:
		return ui.NotInspected
	}
}

// Value is the mark of an answer; "does not apply" and "not answered" share the dotted ring, so their word
// must stand beside it.
func Value(v criteria.Value) ui.State {
	switch v {
	case criteria.Pass:
		return ui.Safe
	case criteria.Partly:
		return ui.Conditional
	case criteria.Fail:
		return ui.NotSafe
	default:
		return ui.NotInspected
	}
}

// Content is the mark of a content: open while an item is open.
func Content(c *criteria.ContentVerdict) ui.State {
	switch {
	case c.Unanswered > 0:
		return ui.NotInspected
	case c.Passed:
		return ui.Safe
	default:
		return ui.NotSafe
	}
}

// Cells are the items of a content, one cell each.
func Cells(c *criteria.ContentVerdict, answers criteria.Answers, lang string) []ui.Cell {
	cells := make([]ui.Cell, len(c.Content.Items))
	for i := range c.Content.Items {
		item := &c.Content.Items[i]
		cells[i] = ui.Cell{Value: Cell(answers.At(c.First + i)), Required: item.Required, Code: item.Code, Title: item.Label.In(lang)}
	}
	return cells
}

// Cell is the fill of an item's cell.
func Cell(v criteria.Value) ui.CellValue {
	switch v {
	case criteria.Pass:
		return ui.CellFull
	case criteria.Partly:
		return ui.CellHalf
	case criteria.Fail:
		return ui.CellZero
	case criteria.NA:
		return ui.CellNotApplicable
	default:
		return ui.CellOpen
	}
}

// Contents are the contents of a verdict, each with what is missing in it, least effort first.
func Contents(v *criteria.Verdict, lang string) []ui.Content {
	plan := criteria.MakePlan(v.Set, v.Answers)
	list := make([]ui.Content, len(v.Contents))
	for i := range v.Contents {
		c := &v.Contents[i]
		list[i] = ui.Content{
			State: Content(c), Name: c.Content.Name.In(lang), Points: c.Points, Max: c.Max, Need: c.Need,
			Cells: Cells(c, v.Answers, lang), Missing: missing(&plan, c.Content, lang),
		}
	}
	return list
}

func missing(plan *criteria.Plan, content *criteria.Content, lang string) string {
	var labels []string
	for i := range plan.Steps {
		if plan.Steps[i].Content == content {
			labels = append(labels, plan.Steps[i].Item.Label.In(lang))
		}
	}
	return strings.Join(labels, " · ")
}

// Steps are the steps of a plan for ui.Todo; href, when given, makes the address of a step.
func Steps(plan *criteria.Plan, lang string, href func(*criteria.Item) string) []ui.Fact {
	facts := make([]ui.Fact, len(plan.Steps))
	for i := range plan.Steps {
		s := &plan.Steps[i]
		facts[i] = ui.Fact{Text: s.Item.Action.In(lang), Sub: s.Item.How.In(lang) + " · " + s.Worth().In(lang)}
		if href != nil {
			facts[i].Href = href(s.Item)
		}
	}
	return facts
}

// Recorded is what the ward's records say about an item, in a language.
func Recorded(e criteria.Evidence, lang string) ui.Record {
	return ui.Record{Text: e.Said.In(lang), Suggest: e.Suggestion().In(lang), Link: ui.Link{Href: e.Href, Label: e.Link.In(lang)}}
}
