package breaches

import (
	"time"

	"sonha/engine/paper"
	"sonha/engine/words"
	"sonha/ground/civil"
)

// Document is the notification of a breach to the specialised body: the content of Form 08 of Decree 356/2025/NĐ-CP, in the order of its
// Art. 28 k1: a) the nature of the breach, b) whom to reach, c) what may follow, d) what is done. The number is written by hand.
func Document(t *words.Words, b *Breach, ward string, now time.Time) *paper.Document {
	d := &paper.Document{
		Issuer: paper.Issuer{Over: t.T("breaches.paper.over"), Name: t.F("breaches.paper.issuer", "Ward", ward)}, Place: ward, Date: now.In(civil.Hanoi), Kind: paper.Official,
		Type: t.T("breaches.paper.type"), Subject: t.T("breaches.paper.subject"), To: []string{t.T("breaches.paper.to")},
		Signers: []paper.Signer{{Title: t.T("breaches.paper.signer")}}, Recipients: []string{t.T("breaches.paper.as_above"), t.T("breaches.paper.officer"), "Lưu: VT"},
		Foot: paper.Foot{Record: t.T("breaches.paper.file"), PrintedAt: now},
	}
	head := func(key string) { d.Body = append(d.Body, paper.Heading{Level: 2, Text: t.T("breaches.paper." + key)}) }
	say := func(key string, pairs ...any) { d.Body = append(d.Body, paper.P(t.F("breaches.paper."+key, pairs...))) }
	if b.Exercise {
		say("exercise")
	}
	say("basis")
	head("nature")
	say("found", "When", when(t, b.Found))
	say("place", "Ward", ward)
	say("acts", "Acts", said(t, "act", b.Acts))
	say("described", "Text", b.Body)
	say("data", "Kinds", said(t, "kind", b.Kinds), "Houses", civil.Int(b.Houses))
	head("contact")
	say("reach")
	head("harm")
	say("harms", "Harms", said(t, "harm", b.Harms))
	head("measure")
	say("measures", "Measures", said(t, "measure", b.Measures))
	say("subjects", "Subjects", t.T("breaches.subjects."+string(b.Subjects)))
	for i := range b.Steps {
		s := &b.Steps[len(b.Steps)-1-i]
		say("step", "When", when(t, s.At), "Text", s.Note)
	}
	if late := b.LateWhy; late != "" {
		head("late")
		d.Body = append(d.Body, paper.P(late))
	}
	return d
}
