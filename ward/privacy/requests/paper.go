package requests

import (
	"context"
	"time"

	"sonha/engine/db"
	"sonha/engine/paper"
	"sonha/engine/words"
	"sonha/ground/access"
	"sonha/ground/civil"
)

// Document is the answer to a request on paper.
func Document(t *words.Words, q *Request, ward string, now time.Time) *paper.Document {
	lang := t.Lang()
	d := &paper.Document{
		Issuer: paper.Issuer{Name: t.F("requests.paper.issuer", "Ward", ward)}, Place: ward, Date: q.AnsweredAt.In(civil.Hanoi), Kind: paper.Sheet,
		Type: t.T("requests.paper.type"), Subject: t.F("requests.paper.subject", "Kind", civil.LowerFirst(t.T("requests.kind."+string(q.Kind)))),
		Signers: []paper.Signer{{Title: t.T("role.protector")}},
		Foot:    paper.Foot{Record: t.T("requests.paper.file"), PrintedAt: now},
	}
	say := func(key string, pairs ...any) { d.Body = append(d.Body, paper.P(t.F("requests.paper."+key, pairs...))) }
	say("to", "Household", q.Household, "House", q.House.Address())
	say("received", "Day", q.ReceivedOn.DisplayIn(lang), "How", civil.LowerFirst(t.T("requests.channel."+string(q.Channel))))
	if q.Body != "" {
		say("asked", "Text", q.Body)
	}
	say("outcome", "Outcome", t.T("requests.outcome."+string(q.Outcome)))
	say("answer", "Text", q.Answer)
	if q.Ground != "" {
		say("ground", "Ground", t.T("requests.ground."+string(q.Ground)), "Law", t.T("requests.law."+string(q.Ground)))
	}
	if !q.Extended.IsZero() {
		say("extended", "Why", q.ExtendedWhy)
	}
	d.Body = append(d.Body, paper.P(t.T("requests.complain")))
	return d
}

// Take notes that the data protection officer took an answer along on paper.
func (s *Store) Take(ctx context.Context, who access.Actor, q *Request) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.ProtectData); err != nil {
			return err
		}
		return audit(ctx, tx, q, "print", "")
	})
}
