package households

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"

	"sonha/engine/db"
	"sonha/engine/page"
	"sonha/engine/page/ui"
	"sonha/engine/paper"
	"sonha/engine/words"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/consents"
	"sonha/ward/privacy/requests"
	"sonha/ward/reads"
)

// Handout gives what is kept of a household that asked on paper or by word to see it, for the data protection officer to hand over once the
// request is answered (docs/decisions/0061). What the household alone may read stays closed to the officer, too: its answers, and the contact
// that its head keeps. It leaves a line.
func (s *Store) Handout(ctx context.Context, who access.Actor, request string) (Record, error) {
	r := Record{AsOf: s.db.Now()}
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		q, err := requests.HandOver(ctx, tx, request)
		if err != nil {
			return err
		}
		r.House, r.Household = House{ID: q.House.ID, Number: q.House.Number, Street: q.House.Street}, q.Household
		if err := given(ctx, tx, &r); err != nil {
			return err
		}
		if r.Pledges, err = pledgesWhere(ctx, tx, `p.ward_id = {ward} and p.house_id = $1 and p.household = $2`, r.House.ID, r.Household); err != nil {
			return err
		}
		if r.Consents, err = consents.OfHousehold(ctx, tx, r.House.ID, r.Household); err != nil {
			return err
		}
		if r.Requests, err = requests.OfHousehold(ctx, tx, r.House.ID, r.Household); err != nil {
			return err
		}
		r.Readers, err = reads.OfHousehold(ctx, tx, r.House.ID, r.Household, mostReaders)
		return err
	})
	return r, err
}

// given says that the household gave a contact, and not which.
func given(ctx context.Context, tx *db.Tx, r *Record) error {
	var at int64
	err := tx.One(ctx, `select k.created_at, k.entered_by, k.by_head from contacts k where k.ward_id = {ward} and k.house_id = $1 and k.household = $2`, r.House.ID,
		r.Household).Scan(&at, &r.Contact.By, &r.Contact.ByHead)
	if fault.Is(err, fault.Missing) {
		return nil
	}
	r.Contact.Given, r.Contact.Hidden = db.Moment(at), true
	return err
}

// handout gives what the request that the address names is answered with.
func (p *Pages) handout(r *page.Request) (Record, error) {
	id, err := r.PathID("id")
	if err != nil {
		return Record{}, err
	}
	return p.store.Handout(r.Context(), r.Actor, id)
}

// handoutFile is the form for machines.
func (p *Pages) handoutFile(w http.ResponseWriter, r *page.Request) error {
	x, err := p.handout(r)
	if err != nil {
		return err
	}
	f := p.file(r, &x)
	f.Account = fileAccount{House: x.House.Address(), Household: x.Household}
	if x.Contact.Has() {
		f.Contact = r.Words.T("households.handout.contact")
	}
	f.Closed, f.Purposes = r.Words.T("households.handout.answers"), nil
	for _, part := range p.handed(r, &x) {
		f.Purposes = append(f.Purposes, filePurpose{part.title, part.why, part.kept})
	}
	body, err := json.MarshalIndent(f, "", "  ")
	if err != nil {
		return err
	}
	r.Attach(w, "application/json; charset=utf-8", x.fileName()+".json")
	_, err = w.Write(append(body, '\n'))
	return err
}

// handoutPaper is the form for people, on paper.
func (p *Pages) handoutPaper(w http.ResponseWriter, r *page.Request) error {
	x, err := p.handout(r)
	if err != nil {
		return err
	}
	fonts, err := paper.LoadFonts()
	if err != nil {
		return err
	}
	r.Words = r.In(words.Default) // what is printed is Vietnamese
	d := p.Document(r, &x)
	if r.Identity.Invented {
		d.Foot.Mark = r.Words.T("households.handout.invented")
	}
	r.Attach(w, paper.TypePDF, x.fileName()+".pdf")
	return d.WritePDF(w, fonts)
}

func (r *Record) fileName() string { return "du-lieu-" + r.House.Number + "-" + r.Household }

// handed are the parts of what is kept that the officer hands over: nothing of an account, which the household would see for itself, and of
// what it alone may read that there is such a thing.
func (p *Pages) handed(r *page.Request, x *Record) []dataPart {
	t := r.Words
	var list []dataPart
	for _, part := range p.parts(r, x) {
		switch part.id {
		case "sessions", "events":
			continue
		case "account":
			part.rows = []ui.Fact{{Key: t.T("households.data.house"), Text: x.House.Address()}, {Key: t.T("households.data.household"), Text: x.Household}}
		case "answers":
			part.none = t.T("households.handout.answers")
		case "contact":
			for i := range part.rows {
				part.rows[i].Text = t.T("households.handout.contact")
			}
		case "readers":
			part.rows = looked(r, x.Readers) // on paper nothing leads to the others
		}
		list = append(list, part)
	}
	return list
}

// Document is what is kept of a household on paper: each part with what it is for and how long it stays.
func (p *Pages) Document(r *page.Request, x *Record) *paper.Document {
	t, ward := r.Words, r.WardName()
	d := &paper.Document{
		Issuer: paper.Issuer{Name: t.F("households.handout.issuer", "Ward", ward)}, Place: ward, Date: x.AsOf.In(civil.Hanoi), Kind: paper.Sheet,
		Type: t.T("households.handout.type"), Subject: t.F("households.data.about", "House", x.House.Address(), "Household", x.Household),
		Signers: []paper.Signer{{Title: t.T("role.protector")}}, Foot: paper.Foot{Record: x.fileName(), PrintedAt: x.AsOf},
	}
	d.Body = append(d.Body, paper.P(t.T("households.handout.lead")))
	for _, part := range p.handed(r, x) {
		d.Body = append(d.Body, paper.Heading{Level: 1, Text: part.title}, paper.P(part.why+" "+part.kept))
		if len(part.rows) == 0 {
			d.Body = append(d.Body, paper.P(part.none))
			continue
		}
		var kv paper.KeyValues
		for _, f := range part.rows {
			text := f.Text
			if f.Sub != "" {
				text = strings.TrimSuffix(text, ".") + ". " + f.Sub
			}
			kv = append(kv, paper.KeyValue{Key: f.Key, Value: text})
		}
		d.Body = append(d.Body, kv)
	}
	return d
}
