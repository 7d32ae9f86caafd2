package assessments

import (
	"context"
	"fmt"
	"strings"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/campaigns"
	"sonha/ward/criteria"
)

// Author says who filled a sheet of paper in.
type Author string

// The authors.
const (
	ByHead Author = "head" // the house head or the deputy
	ByLead Author = "lead" // the group lead, on behalf of the house
)

// Authors lists the authors as a form shows them.
func Authors() []Author { return []Author{ByHead, ByLead} }

// Handwritten is a self-assessment that was filled in on paper.
type Handwritten struct {
	Opened, Filled criteria.Answers // as the screen showed them, and as the paper has them
	On             civil.Day        // the day on the paper
	By             Author
}

// FromPaper writes what a sheet of paper says: of the items that differ from what the screen showed, the new answers,
// with a word in the trail that they come from paper and who filled it in. A whole sheet is sent. It gives the
// assessment as it stands then, and the number of answers that changed.
func (s *Store) FromPaper(ctx context.Context, who access.Actor, house string, h Handwritten) (Assessment, int, error) {
	var a Assessment
	changed := 0
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		var err error
		if a, err = s.opened(ctx, tx, house); err != nil {
			return err
		}
		c, err := campaigns.InTx(ctx, tx, a.CampaignID)
		if err != nil {
			return err
		}
		answers, told, err := readPaper(&a, &h, c.Starts, civil.DayOf(tx.Now))
		if err != nil {
			return err
		}
		if changed = len(told); changed > 0 {
			a.ByProxy = a.ByProxy || h.By == ByLead
			if a, err = s.write(ctx, tx, a, answers, fmt.Sprintf("từ phiếu giấy ngày %s (%s ghi): %s", h.On.Display(), saidAuthor[h.By], strings.Join(told, ", "))); err != nil {
				return err
			}
		}
		if a.Answers.Unanswered() > 0 {
			return nil
		}
		if err := s.send(ctx, tx, &a); err != nil {
			return err
		}
		a, err = s.get(ctx, tx, house)
		return err
	})
	return a, changed, err
}

// How the history of the house names an author.
var saidAuthor = map[Author]string{ByHead: "trưởng số nhà", ByLead: "tổ trưởng"}

// readPaper checks what a sheet of paper says and gives the answers with it, and what changed in words.
func readPaper(a *Assessment, h *Handwritten, starts, today civil.Day) (criteria.Answers, []string, error) {
	var bad []fault.Field
	switch {
	case !h.On.Valid():
		bad = append(bad, fault.Field{Name: "on", Key: "fault.bad_day"})
	case h.On > today:
		bad = append(bad, fault.Field{Name: "on", Key: "assessments.paper_ahead"})
	case h.On < starts:
		bad = append(bad, fault.Field{Name: "on", Key: "assessments.paper_early", Pairs: []any{"Day", starts.Display()}})
	}
	if saidAuthor[h.By] == "" {
		bad = append(bad, fault.Field{Name: "by", Key: "assessments.choose_author"})
	}
	answers := a.Answers
	var told []string
	for i := range a.Set.Len() {
		v := h.Filled.At(i)
		if v == criteria.Unanswered || v == h.Opened.At(i) || v == answers.At(i) {
			continue
		}
		item, _ := a.Set.Item(i)
		if Check(item, v) != nil {
			bad = append(bad, fault.Field{Name: "a." + item.Code, Key: "assessments.applies_to_all"})
			continue
		}
		answers = answers.With(i, v)
		told = append(told, item.Code+": "+said(v))
	}
	return answers, told, fault.InvalidFields(bad)
}
