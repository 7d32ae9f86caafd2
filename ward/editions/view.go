package editions

import (
	"slices"
	"strconv"
	"strings"

	"sonha/engine/page/ui"
	"sonha/ground/civil"
	"sonha/ward/criteria"
)

// facts are the rules of a version and why it was made.
func (v *showView) facts() []ui.Fact {
	w := v.Words
	note := v.e.Note
	if note == "" {
		note = w.T("editions.no_note_yet")
	}
	list := []ui.Fact{}
	if v.e.Base != nil {
		list = append(list, ui.Fact{Key: w.T("editions.note"), Text: note})
	}
	list = append(list, ui.Fact{Key: w.T("editions.field.percent"), Text: strconv.Itoa(v.e.Set.PassPercent) + " %"})
	for i := range v.e.Set.Contents {
		if c := &v.e.Set.Contents[i]; c.PassPercent > 0 {
			list = append(list, ui.Fact{Key: w.F("editions.percent_for", "Content", c.Short.In(v.lang)), Text: strconv.Itoa(c.PassPercent) + " %"})
		}
	}
	return append(list, ui.Fact{Key: w.T("editions.field.days"), Text: w.F("editions.days", "Days", strconv.Itoa(v.e.Set.MendDays))},
		ui.Fact{Key: w.T("editions.column.years"), Text: used(w, &v.e)})
}

// items are the items of a content, each a link to its page, with a mark where it is new or the version before had it and this one does
// not. In a draft those are among them that an earlier version retired: they may come back.
func (v *showView) items(c *criteria.Content) []ui.Fact {
	var all []*criteria.Item
	for i := range c.Items {
		all = append(all, &c.Items[i])
	}
	all = append(all, v.e.former(c.Code)...)
	slices.SortFunc(all, func(a, b *criteria.Item) int { return byNumber(*a, *b) })
	list := make([]ui.Fact, len(all))
	for i, x := range all {
		list[i] = ui.Fact{Key: x.Starred(), Text: x.Label.In(v.lang), Href: itemAddress(v.e.Number, x.Code)}
		if mark := v.e.mark(x.Code); mark != "" {
			list[i].Sub = v.Words.T("editions.mark_" + mark)
		}
	}
	return list
}

// grows gives the code of a further item of a content, nothing where it may have none: modules stay as they are.
func (v *showView) grows(c *criteria.Content) string {
	if v.e.State != Draft || !v.keeps || len(c.Items) >= criteria.MostItems || !slices.Contains(v.e.Set.ContentCodes(), c.Code) {
		return ""
	}
	return v.e.Set.NextCode(c.Code, v.e.Earlier...)
}

// facts are the wordings of an item that cannot be changed here.
func (v *itemView) facts() []ui.Fact {
	w, lang := v.Words, v.Words.Lang()
	var list []ui.Fact
	for _, x := range wordings() {
		if text := x.of(v.item).In(lang); text != "" {
			list = append(list, ui.Fact{Key: w.T("editions.field." + x.name), Text: text})
		}
	}
	return append(list, ui.Fact{Key: w.T("editions.field.chips"), Text: chips(v.item, lang)},
		ui.Fact{Key: w.T("editions.field.required"), Text: required(v.item, lang)},
		ui.Fact{Key: w.T("editions.field.sources"), Text: sources(v.item, lang)},
		ui.Fact{Key: w.T("editions.field.effort"), Text: w.T("editions.effort." + strconv.Itoa(v.item.Effort))})
}

// leaves says why the item is not in the version.
func (v *itemView) leaves() string {
	if v.why == "" {
		return v.Words.F("editions.former_item", "Code", v.item.Code)
	}
	return v.Words.F("editions.retired_item", "Code", v.item.Code, "Reason", v.why)
}

// field is one wording in one of the languages.
func (v *itemView) field(w *wording, english bool) ui.Field {
	f := ui.Field{Kind: ui.TextField, Name: w.name + "_vi", Label: v.Words.T("editions.field." + w.name), Value: v.form.VI[w.name], MaxRunes: mostText, Rows: 2}
	if w.long {
		f.Kind = ui.TextArea
	}
	switch {
	case english:
		f.Name, f.Label, f.Value, f.Optional = w.name+"_en", v.english(w.name), v.form.EN[w.name], v.fresh
	case w.name == "na":
		f.Hint, f.Optional = v.Words.T("editions.na_hint"), true
	case w.optional(v.fresh):
		f.Hint, f.Optional = v.Words.T("editions.household_hint"), true
	default:
		f.Required = true
	}
	f.Error = v.errors[f.Name]
	return f
}

func (v *itemView) english(field string) string {
	return v.Words.T("editions.field."+field) + " (" + v.Words.T("editions.english") + ")"
}

// wrongInEnglish reports whether the part that is folded away holds what is wrong.
func (v *itemView) wrongInEnglish() bool {
	for name := range v.errors {
		if strings.HasSuffix(name, "_en") {
			return true
		}
	}
	return false
}

// of is a count with its denominator.
func (v *effectView) of(n int) string { return v.share(n, v.Whole) }

// share is a count, of how many, and the share in per cent.
func (v *effectView) share(n, of int) string {
	text := civil.IntIn(v.lang, n) + "/" + civil.IntIn(v.lang, of)
	if of == 0 {
		return text
	}
	return text + " (" + strings.TrimSpace(civil.PercentIn(v.lang, n, of)) + ")"
}

func (v *effectView) group(g *GroupEffect) string {
	if g.Name == "" {
		return v.Words.T("editions.no_group")
	}
	return g.Name
}
