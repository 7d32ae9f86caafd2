package accounts

import (
	"context"
	"slices"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/fault"
)

// AddRole gives an account one more role. Its sessions end, so that the next sign-in knows of it.
func (s *Store) AddRole(ctx context.Context, who access.Actor, id string, g Grant) error {
	return s.change(ctx, who, id, func(tx *db.Tx, a Account) error {
		if err := checkGrant(who.Ward(), g); err != nil {
			return err
		}
		if slices.ContainsFunc(a.Grants, func(x Grant) bool { return x.Role == g.Role && x.Of == g.Of && x.Household == g.Household }) {
			return fault.Invalid(field(g.Role), "accounts.has_role")
		}
		if g.Role == access.Household && a.holds(access.Household) {
			return fault.Invalid("household", "accounts.one_household")
		}
		if err := grant(ctx, tx, id, g); err != nil {
			return err
		}
		return endSessions(ctx, tx, id, "")
	})
}

func field(r access.Role) string {
	if f := scoped[r]; f != "" {
		return f
	}
	return "role"
}

// grant writes one role after looking whether its house, beat or group is one of the ward's.
func grant(ctx context.Context, tx *db.Tx, account string, g Grant) error {
	const house = `select h.number || ' ' || s.name from houses h join streets s on s.ward_id = h.ward_id and s.id = h.street_id
			where h.ward_id = {ward} and h.id = $1`
	const group = `select a.name from areas a where a.ward_id = {ward} and a.id = $1 and a.kind = 'group' and a.valid_to is null`
	looks := map[access.Role]string{
		access.Household: house,
		access.Head:      house,
		access.Officer:   `select b.name from beats b where b.ward_id = {ward} and b.id = $1 and b.valid_to is null`,
		access.GroupLead: group,
		access.Mediator:  group,
	}
	if look, ok := looks[g.Role]; ok {
		err := tx.One(ctx, look, g.Of).Scan(&g.Label)
		if fault.Is(err, fault.Missing) {
			return fault.Invalid(field(g.Role), "accounts.no_such_scope")
		}
		if err != nil {
			return err
		}
	}
	if g.Role == access.Household {
		if err := freeHousehold(ctx, tx, g); err != nil {
			return err
		}
		g.Label += " · hộ " + g.Household
	}
	of := func(roles ...access.Role) any {
		if slices.Contains(roles, g.Role) {
			return g.Of
		}
		return nil
	}
	if _, err := tx.Exec(ctx, `insert into grants (ward_id, id, account_id, role, house_id, household, beat_id, group_id, granted_at, granted_by)
		values ({ward}, $1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		tx.NewID(), account, string(g.Role), of(access.Head, access.Household), g.Household, of(access.Officer), of(access.GroupLead, access.Mediator), tx.Millis(),
		tx.Who.Name()); err != nil {
		return err
	}
	return tx.Audit(ctx, db.Entry{Action: "account.role_add", Object: "account", ID: account, House: g.house(), Detail: g.told()})
}

// freeHousehold refuses a household that the house does not have, and one for which somebody speaks already: what one of two
// accounts answered would be open to the other.
func freeHousehold(ctx context.Context, tx *db.Tx, g Grant) error {
	var households, taken int
	if err := tx.One(ctx, `select h.households, (select count(*) from grants g where g.ward_id = h.ward_id and g.house_id = h.id and g.role = 'household'
			and g.household = $2 and g.ended_at is null)
		from houses h where h.ward_id = {ward} and h.id = $1`, g.Of, g.Household).Scan(&households, &taken); err != nil {
		return err
	}
	switch {
	case householdNumber(g.Household) > households:
		return fault.Invalid("household", "accounts.no_such_household", "Households", households)
	case taken > 0:
		return fault.Invalid("household", "accounts.household_taken", "Household", g.Household)
	}
	return nil
}

// EndRole ends one role of an account and all its sessions. The role stays in the record with its days.
func (s *Store) EndRole(ctx context.Context, who access.Actor, id, grantID string) error {
	return s.change(ctx, who, id, func(tx *db.Tx, a Account) error {
		i := slices.IndexFunc(a.Grants, func(g Grant) bool { return g.ID == grantID })
		if i < 0 {
			return fault.NotFound("fault.not_found")
		}
		g := a.Grants[i]
		if g.Role == access.Administrator {
			if err := anotherAdministrator(ctx, tx, id); err != nil {
				return err
			}
		}
		if err := tx.Must1(tx.Exec(ctx, `update grants as g set ended_at = $1 where g.ward_id = {ward} and g.id = $2 and g.account_id = $3 and g.ended_at is null`,
			tx.Millis(), grantID, id)); err != nil {
			return err
		}
		if err := tx.Audit(ctx, db.Entry{Action: "account.role_end", Object: "account", ID: id, House: g.house(), Detail: g.told()}); err != nil {
			return err
		}
		return endSessions(ctx, tx, id, "")
	})
}

// anotherAdministrator refuses what would leave the ward without an administrator who can sign in.
func anotherAdministrator(ctx context.Context, tx *db.Tx, but string) error {
	n := 0
	err := tx.One(ctx, `select count(*) from grants g join accounts a on a.ward_id = g.ward_id and a.id = g.account_id
		where g.ward_id = {ward} and g.role = 'administrator' and g.ended_at is null and a.disabled_at is null and a.secret_kind = 'password' and a.id <> $1`, but).Scan(&n)
	if err == nil && n == 0 {
		return fault.Refused("accounts.last_administrator")
	}
	return err
}

func (a Account) holds(r access.Role) bool {
	return slices.ContainsFunc(a.Grants, func(g Grant) bool { return g.Role == r })
}

// Disable stops an account for now: it cannot sign in, its sessions end, its roles stay written.
func (s *Store) Disable(ctx context.Context, who access.Actor, id string) error {
	return s.change(ctx, who, id, func(tx *db.Tx, a Account) error {
		if a.holds(access.Administrator) {
			if err := anotherAdministrator(ctx, tx, id); err != nil {
				return err
			}
		}
		n, err := tx.Exec(ctx, `update accounts as a set disabled_at = $1, version = a.version + 1 where a.ward_id = {ward} and a.id = $2 and a.disabled_at is null`,
			tx.Millis(), id)
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.Conflict("fault.changed")
		}
		if err := tx.Audit(ctx, db.Entry{Action: "account.disable", Object: "account", ID: id}); err != nil {
			return err
		}
		return endSessions(ctx, tx, id, "")
	})
}

// Enable lets a disabled account sign in again.
func (s *Store) Enable(ctx context.Context, who access.Actor, id string) error {
	return s.change(ctx, who, id, func(tx *db.Tx, _ Account) error {
		n, err := tx.Exec(ctx, `update accounts as a set disabled_at = null, version = a.version + 1 where a.ward_id = {ward} and a.id = $1 and a.disabled_at is not null`, id)
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.Conflict("fault.changed")
		}
		return tx.Audit(ctx, db.Entry{Action: "account.enable", Object: "account", ID: id})
	})
}
