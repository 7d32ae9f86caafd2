package db

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"sonha/ground/access"
	"sonha/ground/pattern"
)

// plan is a statement ready for one shape of actor: its markers are expanded, tail says which of the
// actor's values follow the statement's own arguments.
type plan struct {
	text   string
	tail   bool // the ward, then the reach's ids
	ids    bool
	label  bool // and the label of the household
	touch  bool
	writes bool
}

// planKey says for whom a plan was made: actors of one level with as many ids share it.
type planKey struct {
	query     string
	level     access.Level
	ids, args int
}

// mostPlans bounds the memory of plans; a program has some hundred texts, and lists of keys make a few more.
const mostPlans = 4096

// errNoReach is returned for a statement that says neither whose rows it means nor why it needs none.
var errNoReach = errors.New("db: statement names no reach: write {scope x}, {home x}, {own x}, {figures x}, {ward} or {any: reason}")

// errPrivate is returned for a statement that reads a private table otherwise than as the household whose rows they are.
var errPrivate = errors.New("db: a table whose name begins with own_ is read with {own x} only, first behind where or on")

// nowhere is the ward of nobody: no row has it.
const nowhere = -1

// expand finds or makes the plan of a statement for the actor and appends the actor's values.
func (tx *Tx) expand(query string, args []any) (*plan, []any, error) {
	level, ids := tx.Who.Reach()
	if tx.Who.Figures() && level == access.Nothing {
		level = figuresOnly
	}
	p, err := tx.db.plan(planKey{query, level, len(ids), len(args)})
	if err != nil {
		return nil, nil, err
	}
	if p.touch {
		tx.Who.Touch()
	}
	if !p.tail {
		return p, args, nil
	}
	full := make([]any, 0, len(args)+1+len(ids))
	full = append(full, args...)
	if tx.Who.Known() {
		full = append(full, tx.Who.Ward())
	} else {
		full = append(full, nowhere)
	}
	if p.ids {
		for _, id := range ids {
			full = append(full, id)
		}
	}
	if p.label {
		_, label := tx.Who.Household()
		full = append(full, label)
	}
	return p, full, nil
}

func (d *DB) plan(key planKey) (*plan, error) {
	if found, ok := d.plans.Load(key); ok {
		return found.(*plan), nil //nolint:forcetypeassert // only plans are stored
	}
	p, err := makePlan(key.query, key.level, key.ids, key.args)
	if err != nil {
		return nil, fmt.Errorf("%w (in: %.120s)", err, key.query)
	}
	if d.planned.Add(1) > mostPlans {
		d.plans.Clear()
		d.planned.Store(1)
	}
	d.plans.Store(key, p)
	return p, nil
}

// figuresOnly is the level of an actor who may count over the ward and open no row of it.
const figuresOnly access.Level = 100

// marker takes {scope h}, {scope x.household}, {home h}, {own x}, {figures x.house}, {ward} and {any: reason} apart.
//
//	{scope h}            houses in reach; {scope x.house} rows with a house_id in reach. A household reaches none of them:
//	                     what was written for a head must not show neighbours to one another.
//	{scope x.household}  rows with ward_id, house_id and household: a household has its own, everybody else as {scope x.house}
//	{home h}             houses in reach, and for a household the one in which it lives. Whoever writes it says that nothing
//	                     in the statement belongs to another household.
//	{own x}              rows with ward_id, house_id and household: a household has its own, nobody else has any, not even
//	                     the program. A table whose name begins with own_ can be read in no other way.
var marker = pattern.Of(`^\{(?:(scope|figures) ([a-z_][a-z0-9_]*(?:\.house(?:hold)?)?)|(home|own) ([a-z_][a-z0-9_]*)|(ward)|(any): *([^} ][^}]*))\}$`)

func makePlan(query string, level access.Level, ids, args int) (*plan, error) {
	tokens, err := lex(query)
	if err != nil {
		return nil, err
	}
	s, err := inspect(tokens)
	if err != nil {
		return nil, err
	}
	p := &plan{writes: s.writes}
	e := &expansion{level: level, ids: ids, ward: "$" + strconv.Itoa(args+1), first: args + 2, plan: p}
	found := false
	owns := map[string]bool{}
	var b strings.Builder
	for i, t := range tokens {
		if t.kind != braces {
			b.WriteString(t.text)
			continue
		}
		found = true
		m := marker().FindStringSubmatch(t.text)
		switch {
		case m == nil:
			return nil, fmt.Errorf("db: no such marker: %s", t.text)
		case m[5] == "ward":
			p.tail, p.touch = true, true
			b.WriteString(e.ward)
		case m[1] == "figures" && (!s.counts || oneByOne(tokens, m[2])):
			return nil, errors.New("db: {figures} in a statement that gives out more than counts and sums")
		case m[1] == "figures" && strings.HasSuffix(m[2], ".household"):
			return nil, fmt.Errorf("db: no such marker: %s", t.text)
		case m[1] != "":
			b.WriteString(e.scope(m[2], m[1] == "figures"))
		case m[3] == "home":
			b.WriteString(e.home(m[4]))
		case m[3] == "own" && !decides(tokens, i):
			return nil, errPrivate
		case m[3] == "own":
			owns[m[4]] = true
			b.WriteString(e.own(m[4]))
		}
	}
	if err := secluded(tokens, owns); err != nil {
		return nil, err
	}
	if !found {
		return nil, errNoReach
	}
	p.text = b.String()
	return p, nil
}

type expansion struct {
	level access.Level
	ids   int
	ward  string
	first int
	plan  *plan
}

// scope writes the condition for an alias of houses ("h") or for an alias with a house_id ("x.house"), in brackets
// so that a not before it means all of it.
func (e *expansion) scope(operand string, figures bool) string {
	e.plan.touch = true
	if alias, ok := strings.CutSuffix(operand, ".household"); ok {
		if e.level == access.OwnHousehold {
			return e.own(alias)
		}
		operand = alias + ".house"
	}
	alias, byHouse := strings.CutSuffix(operand, ".house")
	level := e.level
	if level == figuresOnly {
		level = access.Nothing
		if figures {
			level = access.WholeWard
		}
	}
	if level == access.Nothing || level == access.OwnHousehold {
		return "1 = 0"
	}
	e.plan.tail = true
	own := alias + ".ward_id = " + e.ward
	if level == access.WholeWard {
		return own
	}
	e.plan.ids = true
	switch {
	case level == access.OwnHouses && byHouse:
		return "(" + own + " and " + alias + ".house_id" + e.among() + ")"
	case byHouse:
		return "(" + own + " and exists (select 1 from houses reach_h where reach_h.ward_id = " + alias + ".ward_id and reach_h.id = " +
			alias + ".house_id and reach_h." + column(level) + e.among() + "))"
	default:
		return "(" + own + " and " + alias + "." + column(level) + e.among() + ")"
	}
}

// home writes the condition for an alias of houses: those in reach, and of a household the one in which it lives.
func (e *expansion) home(alias string) string {
	if e.level != access.OwnHousehold {
		return e.scope(alias, false)
	}
	e.plan.touch, e.plan.tail, e.plan.ids = true, true, true
	return "(" + alias + ".ward_id = " + e.ward + " and " + alias + ".id = $" + strconv.Itoa(e.first) + ")"
}

// own writes the condition for rows of the household that acts; nobody else has any.
func (e *expansion) own(alias string) string {
	e.plan.touch = true
	if e.level != access.OwnHousehold {
		return "1 = 0"
	}
	e.plan.tail, e.plan.ids, e.plan.label = true, true, true
	return "(" + alias + ".ward_id = " + e.ward + " and " + alias + ".house_id = $" + strconv.Itoa(e.first) + " and " + alias + ".household = $" +
		strconv.Itoa(e.first+e.ids) + ")"
}

func column(l access.Level) string {
	switch l {
	case access.OwnBeats:
		return "beat_id"
	case access.OwnGroups:
		return "group_id"
	default:
		return "id"
	}
}

func (e *expansion) among() string {
	if e.ids == 1 {
		return " = $" + strconv.Itoa(e.first)
	}
	var b strings.Builder
	b.WriteString(" in (")
	for i := range e.ids {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString("$" + strconv.Itoa(e.first+i))
	}
	b.WriteByte(')')
	return b.String()
}

// Check says why a statement would be refused, for some actor or for all. The program's own test asks it about every
// statement that stands in the source.
func Check(query string) error {
	for _, reach := range []planKey{
		{level: access.WholeWard}, {level: access.Nothing}, {level: figuresOnly}, {level: access.OwnHouses, ids: 1}, {level: access.OwnHousehold, ids: 1},
	} {
		if _, err := makePlan(query, reach.level, reach.ids, 0); err != nil {
			return err
		}
	}
	return nil
}
