package app_test

import (
	"slices"

	"sonha/engine/db"
	"sonha/engine/files"
	"sonha/ground/access"
	"sonha/ward/proposals"
)

// proposal is one that a household of the house sent, with a photo: the person itself where it lives there.
func (m *maker) proposal(person string, at spot) string {
	m.T.Helper()
	if who := m.Actor(person); who.Role() == access.Household && m.reachesDoor(who, at.house) {
		return m.propose(who, at, true)
	}
	return m.propose(m.dweller(at), at, true)
}

// proposalDraft is a draft of the person, or of a household of the house where the person may propose nothing there.
func (m *maker) proposalDraft(person string, at spot) string {
	m.T.Helper()
	who := m.Actor(person)
	if !who.May(access.Propose) || !m.reachesDoor(who, at.house) {
		who = m.dweller(at)
	}
	return m.propose(who, at, false)
}

func (m *maker) reachesDoor(who access.Actor, house string) bool {
	doors, err := m.Proposals.Doors(m.T.Context(), who)
	if err != nil {
		m.T.Fatal(err)
	}
	return slices.ContainsFunc(doors, func(d proposals.Door) bool { return d.ID == house })
}

// dweller is a household of the house that is none of the people of the site.
func (m *maker) dweller(at spot) access.Actor {
	ward := at.program.Ward()
	return access.SignedInAs(db.NewID(), "Hộ H03", access.Household, ward, []access.Grant{{Role: access.Household, Ward: ward, ID: at.house, Household: "H03"}})
}

func (m *maker) propose(who access.Actor, at spot, send bool) string {
	m.T.Helper()
	ctx := m.T.Context()
	f := proposals.Form{House: at.house, Category: "locks", Place: "gate", Title: "Cổng chung không khóa được", Urgent: true}
	id, _, err := m.Proposals.Sketch(ctx, who, "", f, []files.Photo{m.picture()}, false, proposals.Said{})
	if err == nil && send {
		_, err = m.Proposals.Send(ctx, who, id, proposals.Said{Warned: true, Other: true})
	}
	if err != nil {
		m.T.Fatal(err)
	}
	return id
}

func (m *maker) proposalPhoto(person string, at spot) string {
	m.T.Helper()
	id := m.proposal(person, at)
	p, err := m.Proposals.Get(m.T.Context(), at.program, id)
	if err != nil {
		m.T.Fatal(err)
	}
	return p.Photos[0].ID
}
