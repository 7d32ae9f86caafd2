package proposals

import (
	"context"
	"slices"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/holidays"
)

// Act is what those who answer do with a proposal.
type Act string

// The acts.
const (
	Receive Act = "receive" // tiếp nhận
	Note    Act = "note"    // ghi việc đã làm
	Forward Act = "forward" // chuyển nơi khác xử lý
	Reply   Act = "answer"  // trả lời
	Shut    Act = "close"   // đóng khi người gửi im lặng
)

// Work is one act with what was typed for it.
type Work struct {
	Act      Act
	Note     string // what was done; why it is forwarded or closed; the text of the answer
	Unit     Unit   // Forward
	UnitName string // Forward, for a utility or an agency of the city
	Result   Result // Reply
	Document string // Reply: number of the written answer
	Version  int    // of the proposal as the page showed it; 0 asks for none
}

// Do does one act and gives the proposal as it stands then. What is not the actor's to do is not found; what the state does
// not allow is refused with the reason.
func (s *Store) Do(ctx context.Context, who access.Actor, id string, w Work) (Proposal, error) {
	var p Proposal
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		var err error
		p, err = s.do(ctx, tx, id, w)
		return err
	})
	return p, err
}

func (s *Store) do(ctx context.Context, tx *db.Tx, id string, w Work) (Proposal, error) {
	if err := tx.Need(access.AnswerProposals); err != nil {
		return Proposal{}, err
	}
	p, err := get(ctx, tx, id)
	if err != nil {
		return p, err
	}
	if !p.Handles(tx.Who) {
		return p, notFound()
	}
	if w.Version != 0 && w.Version != p.Version {
		return p, fault.Conflict("proposals.changed")
	}
	if err := fault.InvalidFields(w.check()); err != nil {
		return p, err
	}
	switch w.Act {
	case Receive:
		err = receive(&p)
	case Note:
		err = noteDone(&p)
	case Forward:
		err = forward(&p, &w)
	case Reply:
		err = reply(&p, &w, civil.DayOf(tx.Now), tx.Millis())
	case Shut:
		err = shut(&p, tx.Millis())
	default:
		err = fault.Refused("proposals.choose_act")
	}
	if err != nil {
		return p, err
	}
	if err := save(ctx, tx, &p); err != nil {
		return p, err
	}
	if err := step(ctx, tx, &p, saidAct[w.Act], w.Note, w.Document); err != nil {
		return p, err
	}
	return p, audit(ctx, tx, &p, saidAct[w.Act])
}

// How steps and the audit trail name an act.
var saidAct = map[Act]string{Receive: "received", Note: "note", Forward: "forwarded", Reply: "answered", Shut: "closed"}

// check says what is wrong with what was typed for an act.
func (w *Work) check() []fault.Field {
	var wrong []fault.Field
	add := func(x *fault.Field) {
		if x != nil {
			wrong = append(wrong, *x)
		}
	}
	most, missing := NoteMost, map[Act]string{Note: "proposals.say_done", Forward: "proposals.say_why", Reply: "proposals.say_answer", Shut: "proposals.say_why"}[w.Act]
	if w.Act == Reply {
		most = AnswerMost
	}
	if w.Note == "" && missing != "" {
		add(&fault.Field{Name: "note", Key: missing})
	}
	add(typed("note", w.Note, most))
	add(typed("document", w.Document, DocumentMost))
	add(typed("unit_name", w.UnitName, UnitMost))
	if w.Act == Forward && !slices.Contains(Units(), w.Unit) {
		add(&fault.Field{Name: "unit", Key: "proposals.choose_unit"})
	}
	if w.Act == Reply && !slices.Contains(Results(), w.Result) {
		add(&fault.Field{Name: "result", Key: "proposals.choose_result"})
	}
	return wrong
}

func receive(p *Proposal) error {
	if p.State != New {
		return fault.Shut("proposals.not_now." + string(p.State))
	}
	p.State = Received
	return nil
}

func noteDone(p *Proposal) error {
	if !p.State.Open() {
		return fault.Shut("proposals.not_now." + string(p.State))
	}
	p.State = Working
	return nil
}

// forward gives the proposal to somebody else; its day stays, because the sender waits for an answer and not for an office.
func forward(p *Proposal, w *Work) error {
	switch {
	case !p.State.Open():
		return fault.Shut("proposals.not_now." + string(p.State))
	case w.Unit == p.Unit && w.UnitName == p.UnitName:
		return fault.Invalid("unit", "proposals.same_unit")
	}
	p.State, p.Unit, p.UnitName = Working, w.Unit, ""
	if w.Unit == ByUtility || w.Unit == ByCity {
		p.UnitName = w.UnitName
	}
	return nil
}

func reply(p *Proposal, w *Work, today civil.Day, now int64) error {
	if !p.State.Open() {
		return fault.Shut("proposals.not_now." + string(p.State))
	}
	p.State, p.Result, p.Answer, p.Document, p.Satisfied, p.AnsweredAt = Answered, w.Result, w.Note, w.Document, "", db.Moment(now)
	if p.FirstAnswered == "" {
		p.FirstAnswered = today
	}
	return nil
}

// shut closes what was answered and has waited for its sender long enough; a person does it and says why.
func shut(p *Proposal, now int64) error {
	switch {
	case p.State != Answered:
		return fault.Shut("proposals.not_now." + string(p.State))
	case !p.Waits:
		return fault.Shut("proposals.wait_first", "N", silentAfter)
	}
	p.State, p.Satisfied, p.ClosedAt = Closed, silent, db.Moment(now)
	return nil
}

// save writes what an act changed. Two at once: the second finds another version.
func save(ctx context.Context, tx *db.Tx, p *Proposal) error {
	n, err := tx.Exec(ctx, `update proposals as p set state = $3, unit = $4, unit_name = $5, level = $6, climbed_on = $7, counted_from = $8, due_on = $9, first_answered_on = $10,
			result = $11, answer = $12, document = $13, ticket = $14, satisfied = $15, reopened = $16, answered_at = $17, closed_at = $18, updated_at = $19, version = p.version + 1
		where p.ward_id = {ward} and p.id = $1 and p.version = $2`,
		p.ID, p.Version, string(p.State), string(p.Unit), p.UnitName, p.Level, string(p.ClimbedOn), string(p.CountedFrom), string(p.Due), string(p.FirstAnswered),
		string(p.Result), p.Answer, p.Document, p.Ticket, p.Satisfied, p.Reopened, millis(p.AnsweredAt), millis(p.ClosedAt), tx.Millis())
	if err == nil && n == 0 {
		err = fault.Conflict("proposals.changed")
	}
	p.Version++
	return err
}

// ReceiveAll receives several new proposals at once and gives how many; those that somebody else received meanwhile, or that
// are not the actor's, are passed over.
func (s *Store) ReceiveAll(ctx context.Context, who access.Actor, ids []string) (int, error) {
	const most = 200
	n := 0
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		n = 0
		if err := tx.Need(access.AnswerProposals); err != nil {
			return err
		}
		for _, id := range ids[:min(len(ids), most)] {
			_, err := s.do(ctx, tx, id, Work{Act: Receive})
			switch {
			case err == nil:
				n++
			case !fault.Is(err, fault.Missing) && !fault.Is(err, fault.Closed):
				return err
			}
		}
		if n == 0 {
			return fault.Refused("proposals.nothing_to_receive")
		}
		return nil
	})
	return n, err
}

// SetTicket notes the number under which iHanoi or VNeID has the same thing; nothing else of it is kept.
func (s *Store) SetTicket(ctx context.Context, who access.Actor, id, ticket string) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.SeeProposals); err != nil {
			return err
		}
		p, err := get(ctx, tx, id)
		if err != nil {
			return err
		}
		if !p.Handles(who) && !p.Raised(who) {
			return notFound()
		}
		if p.Ticket, err = ticketOf(ticket); err != nil {
			return err
		}
		if err := save(ctx, tx, &p); err != nil {
			return err
		}
		if err := step(ctx, tx, &p, "ticket", p.Ticket, ""); err != nil {
			return err
		}
		return audit(ctx, tx, &p, "ticket")
	})
}

// Verdict is what the sender says.
type Verdict string

// The verdicts.
const (
	Content  Verdict = "ok"       // đã ổn: it is closed
	Again    Verdict = "reopen"   // chưa ổn, mở lại: it falls due anew
	Withdraw Verdict = "withdraw" // rút đề xuất, before it is answered
)

// Judge takes the word of the sender, with the reason when it is opened again, and gives the proposal as it stands then.
func (s *Store) Judge(ctx context.Context, who access.Actor, id string, v Verdict, reason string) (Proposal, error) {
	var p Proposal
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.Propose); err != nil {
			return err
		}
		var err error
		if p, err = get(ctx, tx, id); err != nil {
			return err
		}
		if !p.Raised(who) {
			return notFound()
		}
		if x := typed("reason", reason, NoteMost); x != nil {
			return fault.InvalidFields([]fault.Field{*x})
		}
		kind, err := s.judge(ctx, tx, &p, v, reason)
		if err != nil {
			return err
		}
		if err := save(ctx, tx, &p); err != nil {
			return err
		}
		if err := step(ctx, tx, &p, kind, reason, ""); err != nil {
			return err
		}
		return audit(ctx, tx, &p, kind)
	})
	return p, err
}

func (s *Store) judge(ctx context.Context, tx *db.Tx, p *Proposal, v Verdict, reason string) (kind string, err error) {
	switch {
	case v == Content && p.State == Answered:
		p.State, p.Satisfied, p.ClosedAt = Closed, satisfied, tx.Now
		return "confirmed", nil
	case v == Again && reason == "":
		return "", fault.Invalid("reason", "proposals.say_reason")
	case v == Again && p.MayReopen(tx.Now):
		c, err := holidays.Calendar(ctx, tx)
		if err != nil {
			return "", err
		}
		p.State, p.Satisfied, p.ClosedAt = Reopened, unsatisfied, db.Moment(0)
		p.Reopened++
		p.CountedFrom = civil.DayOf(tx.Now)
		p.Due = c.AddWorkingDays(p.CountedFrom, p.Days)
		return "reopened", nil
	case v == Withdraw && p.State.Open():
		p.State, p.Satisfied, p.ClosedAt = Closed, withdrawn, tx.Now
		return "withdrawn", nil
	case v != Content && v != Again && v != Withdraw:
		return "", fault.Refused("proposals.choose_act")
	}
	return "", fault.Shut("proposals.not_now." + string(p.State))
}
