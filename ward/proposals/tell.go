package proposals

import (
	"context"

	"sonha/engine/db"
	"sonha/engine/files"
	"sonha/engine/queue"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ward/inbox"
	"sonha/ward/periods"
)

// tell puts what happened into the inboxes of those whom it concerns, in the same transaction: the sender reads every step, who
// answers reads what comes, comes back or climbs. Messages name the code, the kind and the house, never what somebody typed.
func tell(ctx context.Context, tx *db.Tx, p *Proposal, kind string) error {
	switch kind {
	case "sent":
		return toUnit(ctx, tx, p, "proposals.tell.sent")
	case "reopened":
		return toUnit(ctx, tx, p, "proposals.tell.reopened")
	case "withdrawn":
		return toUnit(ctx, tx, p, "proposals.tell.withdrawn")
	case "forwarded":
		if err := toUnit(ctx, tx, p, "proposals.tell.given"); err != nil {
			return err
		}
		return toSender(ctx, tx, p, "proposals.tell.forwarded")
	case "received":
		return toSender(ctx, tx, p, "proposals.tell.received")
	case "note":
		return toSender(ctx, tx, p, "proposals.tell.note")
	case "closed":
		return toSender(ctx, tx, p, "proposals.tell.closed")
	case "answered":
		if err := toSender(ctx, tx, p, "proposals.tell.answered"); err != nil {
			return err
		}
		return toJoined(ctx, tx, p)
	case "climbed_1":
		if err := send(ctx, tx, p, inbox.To{Roles: []access.Role{access.Officer, access.Command}, House: p.House.ID}, p.House.ID, "proposals.tell.climbed_1"); err != nil {
			return err
		}
		return toSender(ctx, tx, p, "proposals.tell.climbed_1")
	case "climbed_2":
		if err := send(ctx, tx, p, inbox.To{Roles: []access.Role{access.Committee}}, "", "proposals.tell.climbed_2"); err != nil {
			return err
		}
		return toSender(ctx, tx, p, "proposals.tell.climbed_2")
	}
	return nil
}

// toUnit tells who answers now. What a utility or the city mends is the officer's to follow up.
func toUnit(ctx context.Context, tx *db.Tx, p *Proposal, key string) error {
	switch p.Unit {
	case ByWard:
		return send(ctx, tx, p, inbox.To{Roles: []access.Role{access.Committee}}, "", key)
	case ByGroup:
		return send(ctx, tx, p, inbox.To{Roles: []access.Role{access.GroupLead}, House: p.House.ID}, p.House.ID, key)
	default:
		return send(ctx, tx, p, inbox.To{Roles: []access.Role{access.Officer}, House: p.House.ID}, p.House.ID, key)
	}
}

func toSender(ctx context.Context, tx *db.Tx, p *Proposal, key string) error {
	var account string
	if err := tx.One(ctx, `select p.sent_by from proposals p where p.ward_id = {ward} and p.id = $1`,
		p.ID).Scan(&account); err != nil || account == "" || account == tx.Who.Account() {
		return err
	}
	return send(ctx, tx, p, inbox.To{Accounts: []string{account}}, "", key)
}

// toJoined tells those who have the same thing that it is answered. They may live at another door: they learn the kind only.
func toJoined(ctx context.Context, tx *db.Tx, p *Proposal) error {
	var accounts []string
	if err := tx.All(ctx, func(scan func(...any) error) error {
		var account string
		err := scan(&account)
		accounts = append(accounts, account)
		return err
	}, `select j.account_id from proposal_joins j where j.ward_id = {ward} and j.proposal_id = $1`, p.ID); err != nil || len(accounts) == 0 {
		return err
	}
	return inbox.Tell(ctx, tx, inbox.To{Accounts: accounts}, inbox.Message{
		Kind: inbox.Proposals, Key: "proposals.tell.joined", Pairs: []any{"Category", inbox.Word("proposals.category." + p.Category.Code)}, Href: home, About: "proposal " + p.ID,
	})
}

func send(ctx context.Context, tx *db.Tx, p *Proposal, to inbox.To, house, key string) error {
	var unit any = inbox.Word("proposals.unit." + string(p.Unit))
	if p.UnitName != "" {
		unit = p.UnitName
	}
	return inbox.Tell(ctx, tx, to, inbox.Message{
		Kind: inbox.Proposals, Key: key, Href: at(p.ID), House: house, Urgent: p.Urgent && p.State == New, About: "proposal " + p.ID,
		Pairs: []any{"Code", p.Code(), "Category", inbox.Word("proposals.category." + p.Category.Code), "House", p.House.Address(), "Unit", unit, "Due", p.Due},
	})
}

// Rounds gives the program what comes round every day: what is overdue climbs before people begin their work, and what was
// closed long ago leaves at night. f keeps the photos.
func (s *Store) Rounds(q *queue.Runner, f *files.Store) {
	const earlyHour, earlyMinute, nightHour, nightMinute = 6, 30, 2, 20
	q.Every("proposals.climb", queue.Daily(earlyHour, earlyMinute), func(ctx context.Context, who access.Actor) error {
		list, err := s.Climb(ctx, who)
		queue.Note(ctx, "đã báo lên trên %d đề xuất quá hạn", len(list))
		return err
	})
	q.Every("proposals.purge", queue.Daily(nightHour, nightMinute), func(ctx context.Context, who access.Actor) error {
		for {
			done, err := s.Purge(ctx, who, queue.Dry(ctx))
			if err != nil {
				return err
			}
			queue.Note(ctx, "%d đề xuất đóng trước ngày %s, %d bản chưa gửi, %d ảnh", done.Proposals, civil.DayOf(periods.Proposal().Before(s.db.Now())).Display(), done.Drafts,
				done.Photos)
			for _, name := range done.Files {
				if err := f.Delete(name); err != nil {
					return err
				}
			}
			if queue.Dry(ctx) || done.Proposals+done.Drafts < purgeAtOnce {
				return nil
			}
		}
	}).DryRuns().Deletes()
}
