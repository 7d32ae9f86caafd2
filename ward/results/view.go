package results

import (
	"strings"
	"time"

	"sonha/engine/page/ui"
	"sonha/engine/words"
	"sonha/ground/civil"
	"sonha/ward/criteria"
	"sonha/ward/criteria/show"
)

// dots draws the letters of the contents.
func dots(letters string) (states [6]ui.State) {
	for i := range states {
		if i < len(letters) {
			switch letters[i] {
			case 'p':
				states[i] = ui.Safe
			case 'f':
				states[i] = ui.NotSafe
			}
		}
	}
	return states
}

// dotsLabel says the six marks for those who do not see them.
func dotsLabel(w *words.Words, letters string) string {
	var short []string
	for i, s := range dots(letters) {
		if s == ui.NotSafe {
			short = append(short, ui.ContentCodes[i])
		}
	}
	if len(short) == 0 {
		return w.T("ui.dots.all")
	}
	return w.T("ui.dots.lack") + " " + strings.Join(short, ", ")
}

// Because says in sentences why the command should look at a proposal first.
func (r *Result) Because(w *words.Words) []string {
	var list []string
	for _, key := range r.Exception {
		switch key {
		case OtherThanRule:
			list = append(list, w.F("results.because.other_than_rule",
				"Rule", lower(r.Rule.Name().In(w.Lang())), "Proposed", lower(r.Proposed.Name().In(w.Lang())), "Reason", lower(r.Reason)))
		case ManyDiffer:
			list = append(list, w.F("results.because.many_differ", "N", r.Differs))
		case HeadComments:
			list = append(list, w.T("results.because.head_comments"))
		case FewFound:
			list = append(list, w.T("results.because.few_found"))
		}
	}
	return list
}

// lower begins a text with a small letter, for use inside a sentence, and drops its full stop.
func lower(s string) string { return civil.LowerFirst(strings.TrimSuffix(s, ".")) }

// missing names the items to mend, in the order of least effort.
func (x *desk) missing(set *criteria.Set, codes []string) string {
	var labels []string
	for _, code := range codes {
		if at := set.Index(code); at >= 0 {
			item, _ := set.Item(at)
			labels = append(labels, item.Label.In(x.Lang))
		}
	}
	return strings.Join(labels, ", ")
}

// contents turns a verdict into the six rows of cells.
func contents(v *criteria.Verdict, lang string) []ui.Content {
	reasons := map[string][]string{}
	for _, reason := range v.Reasons() {
		reasons[reason.Content.Code] = append(reasons[reason.Content.Code], reason.Text.In(lang))
	}
	list := make([]ui.Content, len(v.Contents))
	for i := range v.Contents {
		c := &v.Contents[i]
		row := ui.Content{
			Name: c.Content.Short.In(lang), Points: c.Points, Max: c.Max, Need: c.Need,
			Cells: show.Cells(c, v.Answers, lang), Missing: strings.Join(reasons[c.Content.Code], " "),
		}
		switch {
		case c.Passed:
			row.State = ui.Safe
		case c.Failed():
			row.State = ui.NotSafe
		}
		list[i] = row
	}
	return list
}

// differences are the items on which self-rating and finding do not agree.
func (x *decision) differences() []criteria.Difference {
	if x.Verdict.Set == nil {
		return nil
	}
	list, _ := criteria.Differences(x.Verdict.Set, x.Self, x.Result.Answers)
	return list
}

// label names an item of the set by its code.
func (x *decision) label(code string) string {
	if x.Verdict.Set == nil {
		return code
	}
	if at := x.Verdict.Set.Index(code); at >= 0 {
		item, _ := x.Verdict.Set.Item(at)
		return item.Label.In(x.Lang) + " (" + code + ")"
	}
	return code
}

// classes are the choices of a decision.
func (x *decision) classes(w *words.Words) []ui.Option {
	var list []ui.Option
	for _, c := range []criteria.Class{criteria.Safe, criteria.Conditional, criteria.NotSafe} {
		o := ui.Option{Value: c.String(), Label: c.Name().In(x.Lang), State: show.Class(c), HasState: true, Checked: c.String() == x.Class}
		switch byRule, byOfficer := c == x.Result.Rule, c == x.Result.Proposed; {
		case byRule && byOfficer:
			o.Note = w.T("results.by_rule_and_officer")
		case byOfficer:
			o.Note = w.T("results.by_officer")
		case byRule:
			o.Note = w.T("results.by_rule")
		}
		list = append(list, o)
	}
	return list
}

// whereabouts is the line under the plate: the group and how many households.
func (x *decision) whereabouts(w *words.Words) string {
	households := w.N("results.households", x.House.Households)
	if x.House.Group == "" {
		return households
	}
	return x.House.Group + " · " + households
}

// standing says where the decision stands, for the head of the page.
func (x *decision) standing(w *words.Words) string {
	switch x.Result.Stage {
	case Proposed:
		return w.T("results.standing.proposed")
	case Approved:
		return w.F("results.standing.approved", "Day", civil.DayOf(x.Result.ApprovedAt), "By", x.Result.ApprovedBy)
	case Assessed:
		return w.T("results.standing.assessed")
	case Inspected:
		return w.T("results.standing.imported")
	}
	return w.T("results.standing.none")
}

// events are who proposed and who approved, newest first.
func (x *decision) events(w *words.Words) []ui.Event {
	var list []ui.Event
	r := &x.Result
	if r.Stage == Approved && !r.ApprovedAt.IsZero() {
		list = append(list, x.event(r.ApprovedAt, r.ApprovedBy, w.F("results.event.approved", "Class", lower(r.Class.Name().In(x.Lang))), r.Decision))
	}
	if !r.ProposedAt.IsZero() {
		list = append(list, x.event(r.ProposedAt, r.ProposedBy, w.F("results.event.proposed", "Class", lower(r.Proposed.Name().In(x.Lang))), r.Reason))
	}
	return list
}

func (x *decision) event(at time.Time, by, what, note string) ui.Event {
	return ui.Event{Time: at.Format(time.RFC3339), When: civil.Moment(at, x.Lang), Who: by, What: what, Note: note}
}

// visit is what the inspection noted, line by line.
func (x *decision) visit(w *words.Words) []ui.Fact {
	v := &x.Visit
	var list []ui.Fact
	add := func(key, text string) {
		if text != "" {
			list = append(list, ui.Fact{Key: w.T("results.visit." + key), Text: text})
		}
	}
	if !v.On.IsZero() {
		add("on", v.On.DisplayIn(x.Lang)+", "+w.T("results.kind."+v.Kind))
	}
	if v.Found > 0 {
		add("found", w.N("results.items", v.Found))
	}
	add("members", v.Members)
	add("resident_side", v.ResidentSide)
	add("present", v.Present)
	add("remarks", v.Remarks)
	add("head_comment", v.HeadComment)
	return list
}
