package criteria

import (
	"context"
	"slices"

	"sonha/ground/access"
)

// Evidence is what the ward's own records say about one item of a house: "đã dự “…” ngày 12/05/2026". It is shown beside the question
// and beside the finding. Suggest is the answer that the records speak for, Unanswered where they speak for none; nothing is answered
// by it: the house head or the inspector does that (product.md, principle 3).
type Evidence struct {
	Said    Text
	Suggest Value
	// Href leads to the record, Link names it.
	Href string
	Link Text
}

// Suggestion is the suggested answer in a sentence; empty where there is none.
func (e *Evidence) Suggestion() Text {
	if e.Suggest == Unanswered {
		return Text{}
	}
	name := e.Suggest.Name()
	return Text{"Gợi ý: " + name.VI + ". Ông/bà xem lại rồi tự chọn.", "Suggested: " + name.EN + ". Please check and choose."}
}

// Records are those of other rooms that speak for items of the criteria.
type Records interface {
	// Evidence gives what they say about the items of a house, by the codes of the items: about those that are named, or about all
	// when none is. It may hold more than what was asked for.
	Evidence(ctx context.Context, who access.Actor, house string, items ...string) (map[string]Evidence, error)
}

// Asks reports whether one of the codes is asked for: it is named, or nothing is.
func Asks(items []string, codes ...string) bool {
	return len(items) == 0 || slices.ContainsFunc(items, func(c string) bool { return slices.Contains(codes, c) })
}
