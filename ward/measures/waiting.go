package measures

import (
	"context"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/civil"
)

// Turn is what measures wait for from whoever reads the list: the part of a list that Hôm nay counts.
type Turn string

// The turns.
const (
	ToDo      Turn = "do"      // the reader carries them out
	ToCheck   Turn = "check"   // overdue in the reach of an officer or group lead, who looks whether they are done
	ToConfirm Turn = "confirm" // reported: the reader's second key is waited for
	ToUrge    Turn = "urge"    // overdue, and told to the command or the committee
)

// Turns lists them.
func Turns() []Turn { return []Turn{ToDo, ToCheck, ToConfirm, ToUrge} }

// Waiting is what the actor is to do about measures today.
type Waiting struct {
	Do, Check, Confirm []Measure // of each turn, the first due first
	Climbed            int       // those to urge
	Earliest           civil.Day // of what has climbed
}

// shown is how many single measures are read for Hôm nay, more than a beat or a ward has waiting; the list has them all.
const shown = 500

// WaitingTx gives what the actor is to do, for Hôm nay: the rows that the list gives for each turn.
func WaitingTx(ctx context.Context, tx *db.Tx) (Waiting, error) {
	var w Waiting
	if !tx.Who.May(access.SeeMeasures) || tx.Who.Ward() == 0 {
		return w, nil
	}
	for turn, list := range map[Turn]*[]Measure{ToDo: &w.Do, ToCheck: &w.Check, ToConfirm: &w.Confirm} {
		if !turn.of(tx.Who.Role()) {
			continue
		}
		var err error
		if *list, err = rows(ctx, tx, &Filter{Turn: turn}, shown); err != nil {
			return w, err
		}
	}
	if !ToUrge.of(tx.Who.Role()) {
		return w, nil
	}
	q, err := (&Filter{Turn: ToUrge}).query(ctx, tx)
	if err != nil {
		return w, err
	}
	err = tx.One(ctx, `select count(*), coalesce(min(m.due_on), '')`+q.text.String(), q.args...).Scan(&w.Climbed, &w.Earliest)
	return w, err
}

// of reports whether measures wait for this from the role at all.
func (t Turn) of(r access.Role) bool {
	switch t {
	case ToDo:
		return len(ownedBy(r)) > 0
	case ToCheck:
		return r == access.Officer || r == access.GroupLead
	case ToConfirm:
		return secondKey(r) != nobody
	case ToUrge:
		return r == access.Command || r == access.Committee
	}
	return false
}

// turn adds that the measure waits for this from the actor.
func (q *query) turn(t Turn, who access.Actor, today civil.Day) {
	and := func(text string) { q.text.WriteString(" and " + text) }
	r := who.Role()
	switch {
	case !t.of(r):
		and(nobody)
	case t == ToDo:
		which, args := db.Among("m.owner", len(q.args)+1, ownedBy(r))
		q.args = append(q.args, args...)
		and(running + ` and ` + which)
	case t == ToCheck:
		and(running + ` and m.due_on <> '' and m.due_on < ` + q.arg(string(today)) + ` and m.owner not in ('officer', 'group')`)
	case t == ToConfirm:
		account := q.arg(who.Account())
		and(`m.state = 'reported' and m.reported_as <> ` + q.arg(string(r)) + ` and (m.reported_by <> ` + account + ` or ` + account + ` = '') and ` + secondKey(r))
	case r == access.Committee:
		and(running + ` and m.level >= ` + q.arg(atCommittee))
	default:
		and(running + ` and m.level >= ` + q.arg(atCommand))
	}
}

// ownedBy are the owners whose measures the role carries out. What an office elsewhere does, the officer only follows.
func ownedBy(r access.Role) []string {
	var list []string
	for _, o := range Owners() {
		if roleOf[o] == r && o != Elsewhere {
			list = append(list, string(o))
		}
	}
	return list
}

// nobody is the condition of a turn that the role does not have.
const nobody = `1 = 0`

// secondKey is Measure.Verifies as a condition, so that what others confirm does not fill the list of what the actor does.
func secondKey(r access.Role) string {
	const atHouse, atGroup, atWard = `m.house_id is not null`, `m.house_id is null and m.group_id is not null`, `m.house_id is null and m.group_id is null`
	switch r {
	case access.Head:
		return atHouse
	case access.GroupLead:
		return atGroup
	case access.Officer:
		return `(` + atGroup + ` or ` + atHouse + ` and m.reported_as = 'head')`
	case access.Command:
		return `(m.house_id is null or m.reported_as = 'head' or not ` + headed + `)`
	case access.Committee:
		return atWard
	}
	return nobody
}
