package access

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

const ward = 7

// each role as somebody who holds it properly.
func properly(r Role) Actor {
	return SignedInAs("account", "Ông/bà "+string(r), r, ward, []Grant{{Role: r, Ward: ward, ID: "id", Household: "H01"}})
}

func TestNobodyHasNoPower(t *testing.T) {
	t.Parallel()
	strangers := map[string]Actor{
		"the zero actor":            {},
		"an account without grants": SignedInAs("a", "A", Command, ward, nil),
		"a grant of another role":   SignedInAs("a", "A", Command, ward, []Grant{{Role: Head, Ward: ward, ID: "h1"}}),
		"a grant in another ward":   SignedInAs("a", "A", Command, ward, []Grant{{Role: Command, Ward: ward + 1}}),
		"a role that is none":       SignedInAs("a", "A", "mayor", ward, []Grant{{Role: "mayor", Ward: ward}}),
		"the name of the program":   SignedInAs("a", "A", "system", ward, []Grant{{Role: "system", Ward: ward}}),
	}
	for name, a := range strangers {
		level, ids := a.Reach()
		if a.Known() || level != Nothing || len(ids) > 0 || a.Figures() || a.Ward() != 0 || a.Account() != "" || a.Name() != "" || a.Role() != "" {
			t.Errorf("%s is somebody: %+v", name, a)
		}
		for _, x := range needNames {
			if a.May(x.need) != (x.need == Public) {
				t.Errorf("%s: %s is %v", name, x.name, a.May(x.need))
			}
		}
		if a.May(None) || a.May(None|SeeHouses) {
			t.Errorf("%s may what nobody named", name)
		}
		a.Touch() // and nothing breaks
		if a.Touched() || a.Fresh().Touched() {
			t.Errorf("%s used a reach that it has not", name)
		}
	}
}

// The table of who may do what and how far each role reaches, as a clerk would read it. UPDATE_GOLDEN=1 writes it anew.
func TestPowersOfTheRoles(t *testing.T) {
	t.Parallel()
	levels := map[Level]string{Nothing: "no house", OwnHouses: "own houses", OwnBeats: "own beats", OwnGroups: "own groups", WholeWard: "whole ward", OwnHousehold: "own household"}
	columns := []string{"nobody"}
	actors := []Actor{{}}
	for _, r := range Roles() {
		columns, actors = append(columns, string(r)), append(actors, properly(r))
	}
	columns, actors = append(columns, "program"), append(actors, System(ward, "test"))
	var b strings.Builder
	line := func(name string, cell func(Actor) string) {
		fmt.Fprintf(&b, "%-16s", name)
		for i, a := range actors {
			fmt.Fprintf(&b, "  %-*s", max(len(columns[i]), 10), cell(a))
		}
		b.WriteByte('\n')
	}
	names := slices.Clone(columns)
	line("", func(Actor) string { n := names[0]; names = names[1:]; return n })
	yes := func(is bool) string {
		if is {
			return "yes"
		}
		return "·"
	}
	for _, x := range needNames {
		line(x.name, func(a Actor) string { return yes(a.May(x.need)) })
	}
	line("reaches", func(a Actor) string { level, _ := a.Reach(); return levels[level] })
	line("counts the ward", func(a Actor) string { return yes(a.Figures()) })
	golden(t, "testdata/powers.golden", b.String())

	for _, r := range Roles() {
		for _, x := range needNames {
			if r.Holds(x.need) != properly(r).May(x.need) {
				t.Errorf("the page on roles says %v of %s and %s", r.Holds(x.need), r, x.name)
			}
		}
		if r.Holds(None) || Role("mayor").Holds(SignedIn) {
			t.Errorf("%s holds what is no power, or nobody holds one", r)
		}
	}
}

func golden(t *testing.T, path, got string) {
	t.Helper()
	var lines []string
	for line := range strings.Lines(got) {
		lines = append(lines, strings.TrimRight(line, " \n"))
	}
	got = strings.Join(lines, "\n") + "\n"
	if os.Getenv("UPDATE_GOLDEN") != "" {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s says\n%s\nthe program says\n%s", path, want, got)
	}
}

// Principles of product.md that the table must keep, whatever else changes in it.
func TestWhatNoRoleMayCombine(t *testing.T) {
	t.Parallel()
	for _, r := range Roles() {
		a := properly(r)
		level, _ := a.Reach()
		switch {
		case a.May(Inspect) && a.May(Approve):
			t.Errorf("%s approves what it found itself", r)
		case a.May(ManageUsers) && (a.May(SeeHouses) || level != Nothing):
			t.Errorf("%s gives out powers and reads dossiers", r)
		case a.May(ProtectData) && (level != Nothing || a.Figures() || a.May(SeeHouses) || a.May(ManageUsers) || a.May(KeepContacts)):
			t.Errorf("%s watches over personal data and reads or changes what is watched", r)
		case a.May(SeeReads) && !a.May(ProtectData):
			t.Errorf("%s watches the readers without being asked to", r)
		case a.May(SeeCity) && level != Nothing:
			t.Errorf("%s sees below the wards", r)
		case a.May(OwnHome) && (r != Household || a.May(SeeHouses) || a.May(Assess)):
			t.Errorf("%s speaks for a household and sees others", r)
		case level != Nothing && !a.May(SeeHouses) && r != Household && r != Mediator: // a mediator reaches the register of the group, and no house
			t.Errorf("%s reaches houses that it may not see", r)
		case level != WholeWard && level != Nothing && a.Figures():
			t.Errorf("%s counts beyond its reach", r)
		}
	}
}

// Whatever an account holds, it acts in one role: its powers are that role's and its rows come from that role's
// grants in that ward.
func TestOneRoleAtATime(t *testing.T) {
	t.Parallel()
	role := rapid.SampledFrom(append(Roles(), "mayor", ""))
	rapid.Check(t, func(t *rapid.T) {
		grants := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Grant {
			return Grant{Role: role.Draw(t, "role"), Ward: rapid.IntRange(0, 2).Draw(t, "ward"), ID: rapid.SampledFrom([]string{"", "a", "b", "c"}).Draw(t, "id"),
				Household: rapid.SampledFrom([]string{"", "H01", "H02"}).Draw(t, "household")}
		}), 0, 8).Draw(t, "grants")
		as, in := role.Draw(t, "as"), rapid.IntRange(0, 2).Draw(t, "in")
		a := SignedInAs("account", "A", as, in, grants)

		var ids []string
		holds, label := false, ""
		for _, g := range grants {
			if g.Role == as && g.Ward == in && slices.Contains(Roles(), as) {
				if as == Household { // one household, of one house
					if g.ID == "" || g.Household == "" || holds {
						continue
					}
					label = g.Household
				}
				holds = true
				if g.ID != "" {
					ids = append(ids, g.ID)
				}
			}
		}
		slices.Sort(ids)
		ids = slices.Compact(ids)
		if a.Known() != holds {
			t.Fatalf("known %v", a.Known())
		}
		if !holds {
			return
		}
		for _, x := range needNames {
			if a.May(x.need) != as.Holds(x.need) {
				t.Errorf("%s: %v", x.name, a.May(x.need))
			}
		}
		level, got := a.Reach()
		if house, household := a.Household(); household != label || (label != "") != (house != "") || (house != "" && house != ids[0]) {
			t.Errorf("speaks for %q of %q, want %q", household, house, label)
		}
		if !slices.Equal(got, ids) || a.Role() != as || a.Ward() != in {
			t.Errorf("reaches %v of %v as %s in %d", got, ids, a.Role(), a.Ward())
		}
		if len(ids) == 0 && level != Nothing && level != WholeWard {
			t.Errorf("reaches level %d of nothing in particular", level)
		}
	})
}

func TestEveryNeedHasAName(t *testing.T) {
	t.Parallel()
	var all Need
	for _, x := range needNames {
		if x.need == None || all&x.need != 0 || x.need.String() != x.name {
			t.Errorf("%s is not one power of its own", x.name)
		}
		all |= x.need
	}
	if last := needNames[len(needNames)-1].need; all != last<<1-Public { // from the first to the last, without a gap
		t.Errorf("a power has no name: %b", all)
	}
	if None.String() != "none" || (Inspect|Approve).String() != "none" {
		t.Error("what is no single power has a name")
	}
}

func TestTouchBelongsToOneRequest(t *testing.T) {
	t.Parallel()
	session := properly(Officer)
	first, second := session.Fresh(), session.Fresh()
	first.Touch()
	if !first.Touched() || second.Touched() || session.Touched() {
		t.Error("requests of one session share their mark")
	}
	within := second
	within.Touch()
	if !second.Touched() {
		t.Error("a copy inside the request keeps its mark to itself")
	}
}
