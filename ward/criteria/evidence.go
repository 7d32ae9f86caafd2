package criteria

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
