package app_test

import (
	"sonha/ground/access"
	"sonha/ward/accounts"
	"sonha/ward/handovers"
)

// handoverThings say how to make what the routes of hand-overs name.
var handoverThings = map[string]func(m *maker, person string, at spot) string{
	"/handover/{token}": (*maker).handover,
}

// handover is the link of a hand-over that waits: of a head of the house who was made for it.
func (m *maker) handover(_ string, at spot) string {
	m.T.Helper()
	grant := accounts.Grant{Role: access.Head, Of: at.house}
	a, err := m.Accounts.Create(m.T.Context(), at.program, accounts.New{Name: "Lê Thị Giao", Grants: []accounts.Grant{grant}})
	if err != nil {
		m.T.Fatal(err)
	}
	who := access.SignedInAs(a.ID, a.Name, access.Head, at.program.Ward(), []access.Grant{{Role: access.Head, Ward: at.program.Ward(), ID: at.house}})
	link, err := m.Handovers.Start(m.T.Context(), who, at.house, "", handovers.Deputy)
	if err != nil {
		m.T.Fatal(err)
	}
	return link
}
