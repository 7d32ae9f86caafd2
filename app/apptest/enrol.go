package apptest

import (
	"sonha/ground/access"
	"sonha/ward/accounts"
)

// Enrol gives every person an account in the database, for tests of pages that show one's own account. Without it people are
// known to the gate alone.
func (s *Site) Enrol() {
	s.T.Helper()
	for _, name := range People() {
		p := s.people[name]
		if !p.Actor.Known() {
			continue
		}
		role, ward := p.Actor.Role(), p.Actor.Ward()
		_, ids := p.Actor.Reach()
		of := ""
		if len(ids) > 0 {
			of = ids[0]
		}
		_, label := p.Actor.Household()
		a, err := s.Accounts.Create(s.T.Context(), access.System(ward, "test"),
			accounts.New{Name: p.Actor.Name(), Grants: []accounts.Grant{{Role: role, Of: of, Household: label}}})
		s.must(err)
		p.Actor = access.SignedInAs(a.ID, a.Name, role, ward, []access.Grant{{Role: role, Ward: ward, ID: of, Household: label}})
		s.people[name] = p
	}
}
