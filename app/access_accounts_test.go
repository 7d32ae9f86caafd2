package app_test

import (
	"context"
	"io"
	"time"

	"sonha/engine/db"
	"sonha/engine/jobs"
	"sonha/ground/access"
	"sonha/ground/fault"
	"sonha/ward/accounts"
	"sonha/ward/inbox"
)

// message is one in the person's own inbox, about the house.
func (m *maker) message(person string, at spot) string {
	m.T.Helper()
	id := db.NewID() // of nobody, when the person has no account in that ward
	err := m.DB.Write(m.T.Context(), at.program, func(tx *db.Tx) error {
		to := inbox.To{Accounts: []string{m.Actor(person).Account()}}
		about := "test " + person + " " + at.name
		if err := inbox.Tell(m.T.Context(), tx, to, inbox.Message{Kind: inbox.Results, Key: "inbox.new", Href: "/today", House: at.house, About: about}); err != nil {
			return err
		}
		tx.Untold("a test")
		err := tx.One(m.T.Context(), `select m.id from messages m where m.ward_id = {ward} and m.about = $1`, about).Scan(&id)
		if fault.Is(err, fault.Missing) {
			return nil
		}
		return err
	})
	if err != nil {
		m.T.Fatal(err)
	}
	return id
}

// address is the link that confirms an address of the head of the house.
func (m *maker) address(_ string, at spot) string {
	a, err := m.Accounts.Create(m.T.Context(), at.program, accounts.New{Name: "Trần Thị Thử", Grants: []accounts.Grant{{Role: access.Head, Of: at.house}}})
	if err == nil {
		who := access.SignedInAs(a.ID, a.Name, access.Head, at.program.Ward(), []access.Grant{{Role: access.Head, Ward: at.program.Ward(), ID: at.house}})
		_, err = m.Inbox.SetMail(m.T.Context(), who, "thu@phuong.example", inbox.Digest)
	}
	if err != nil {
		m.T.Fatal(err)
	}
	return m.Inbox.ConfirmToken(at.program.Ward(), a.ID, "thu@phuong.example")
}

// account is a new head of the house.
func (m *maker) account(_ string, at spot) string {
	m.T.Helper()
	a, err := m.Accounts.Create(m.T.Context(), at.program, accounts.New{Name: "Trần Thị Thử", Grants: []accounts.Grant{{Role: access.Head, Of: at.house}}})
	if err != nil {
		m.T.Fatal(err)
	}
	return a.ID
}

// link is a one-time link that nobody has used.
func (m *maker) link(person string, at spot) string {
	m.T.Helper()
	token, err := m.Accounts.Invite(m.T.Context(), at.program, m.account(person, at))
	if err != nil {
		m.T.Fatal(err)
	}
	return token
}

// card is the card of a household, whose PIN is still to be chosen.
func (m *maker) card(at spot, household string) string {
	m.T.Helper()
	issued, err := m.Households.Issue(m.T.Context(), at.program, at.house, []string{household}, nil)
	if err != nil {
		m.T.Fatal(err)
	}
	return issued[0].Token
}

// job is long work that the person began, or, elsewhere, that somebody else began.
func (m *maker) job(person string, at spot) string {
	m.T.Helper()
	who := m.Actor(person)
	if at.house != m.House["36A Hàng Bạc"] {
		who = m.Actor(at.command)
	}
	if person == at.command && at.house != m.House["36A Hàng Bạc"] {
		who = m.Actor("administrator")
	}
	return m.Jobs.Start(who, "houses.import_reading", func(context.Context, *jobs.Progress) (string, error) { return "/today", nil })
}

// export is a file that the person had made, or, elsewhere, that somebody else had.
func (m *maker) export(person string, at spot) string {
	m.T.Helper()
	who := m.Actor(person)
	if at.house != m.House["36A Hàng Bạc"] {
		who = m.Actor(at.command)
	}
	if person == at.command && at.house != m.House["36A Hàng Bạc"] {
		who = m.Actor("administrator")
	}
	id := m.Jobs.Export(who, "dossiers.export.doing", person, access.SignedIn, jobs.File{Name: "a.csv", Type: "text/csv"},
		func(_ context.Context, _ *jobs.Progress, out io.Writer) error {
			_, err := io.WriteString(out, "36A")
			return err
		})
	if _, err := m.Jobs.Get(who, id, time.Minute); err != nil && who.Known() {
		m.T.Fatal(err)
	}
	return id
}
