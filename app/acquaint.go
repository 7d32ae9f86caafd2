package app

import (
	"cmp"
	"context"
	"slices"

	"sonha/app/demo"
	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ward/accounts"
	"sonha/ward/handovers"
)

// acquaint fills what the demo shows of the people's side and what needs accounts or keys: contacts that some households of the first
// head's house gave, a deputy who was handed over to, and who looked at it.
func acquaint(ctx context.Context, p *Program) error {
	who := access.System(firstDemoWard, "Dữ liệu mẫu")
	list, _, err := p.Accounts.List(ctx, who, accounts.Query{Role: access.Head})
	if err != nil {
		return err
	}
	i := slices.IndexFunc(list, func(a accounts.Account) bool { return len(a.Grants) > 0 && a.Grants[0].Role == access.Head })
	if i < 0 {
		return nil
	}
	house := list[i].Grants[0].Of
	households := 0
	if err := p.DB.Read(ctx, who, func(tx *db.Tx) error {
		return tx.One(ctx, `select h.households from houses h where {scope h} and h.id = $1`, house).Scan(&households)
	}); err != nil {
		return err
	}
	for n, contact := range []string{"0900 000 103", "h04@vidu.example", "0900 000 105"} {
		if label := accounts.HouseholdLabel(n + 3); n+3 <= households {
			if err := p.Households.EnterContact(ctx, who, house, label, contact, true); err != nil {
				return err
			}
		}
	}
	deputy, err := p.Accounts.Create(ctx, who, accounts.New{Name: "Phó trưởng số nhà (trước)", Grants: []accounts.Grant{{Role: access.Head, Of: house}}})
	if err != nil {
		return err
	}
	link, err := p.Handovers.Start(ctx, who, house, deputy.ID, handovers.Deputy)
	if err != nil {
		return err
	}
	if err := lookedAt(ctx, p, who, house); err != nil {
		return err
	}
	_, err = p.Handovers.Take(ctx, link, accounts.Successor{
		Name: "Phó trưởng số nhà", Attempt: accounts.Attempt{Phone: "0900000010", Secret: "804163", Agent: "Sonha"},
	}, true)
	return err
}

// lookedAt writes down who looked at the first head's house in the days before.
func lookedAt(ctx context.Context, p *Program, who access.Actor, house string) error {
	reader := func(role access.Role) (demo.Reader, error) {
		list, _, err := p.Accounts.List(ctx, who, accounts.Query{Role: role})
		r := demo.Reader{Role: role}
		for i := range list {
			for _, g := range list[i].Grants {
				if g.Role == role {
					r.Account, r.Place, r.Area = list[i].ID, g.Label, cmp.Or(g.Of, "ward")
				}
			}
		}
		return r, err
	}
	officer, err := reader(access.Officer)
	if err != nil {
		return err
	}
	lead, err := reader(access.GroupLead)
	if err != nil {
		return err
	}
	command, err := reader(access.Command)
	if err != nil {
		return err
	}
	return p.DB.Write(ctx, who, func(tx *db.Tx) error { return demo.Readers(ctx, tx, house, officer, lead, command) })
}
