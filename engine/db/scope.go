package db

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"sonha/ground/access"
)

// plan is a statement ready for one shape of actor: its markers are expanded, tail says which of the
// actor's values follow the statement's own arguments.
type plan struct {
	text   string
	tail   bool // the ward, then the reach's ids
	ids    bool
	touch  bool
	writes bool
}

type planKey struct {
	query string
	shape uint32
}

var marker = regexp.MustCompile(`\{(scope|figures|ward|any)\b:?\s*([^}]*)\}`)

// errNoReach is returned for a statement that says neither whose rows it means nor why it needs none.
var errNoReach = errors.New("db: statement names no reach: write {scope x}, {figures x}, {ward} or {any: reason}")

// expand finds or makes the plan of a statement for the actor and appends the actor's values.
func (tx *Tx) expand(query string, args []any) (*plan, []any, error) {
	level, ids := tx.Who.Reach()
	if tx.Who.Figures() && level == access.Nothing {
		level = figuresOnly
	}
	key := planKey{query, uint32(level)<<24 | uint32(len(ids))<<8 | uint32(len(args))}
	var p *plan
	if found, ok := tx.db.plans.Load(key); ok {
		p = found.(*plan) //nolint:forcetypeassert // only plans are stored
	} else {
		made, err := makePlan(query, level, len(ids), len(args))
		if err != nil {
			return nil, nil, err
		}
		tx.db.plans.Store(key, made)
		p = made
	}
	if p.touch {
		tx.Who.Touch()
	}
	if !p.tail {
		return p, args, nil
	}
	full := make([]any, 0, len(args)+1+len(ids))
	full = append(full, args...)
	full = append(full, tx.Who.Ward())
	if p.ids {
		for _, id := range ids {
			full = append(full, id)
		}
	}
	return p, full, nil
}

// figuresOnly is the level of an actor who may count over the ward and open no row of it.
const figuresOnly access.Level = 100

func makePlan(query string, level access.Level, ids, args int) (*plan, error) {
	p := &plan{}
	b := &expansion{level: level, ids: ids, ward: "$" + strconv.Itoa(args+1), first: args + 2, plan: p}
	found, counts := false, counting.MatchString(query)
	var failed error
	p.text = marker.ReplaceAllStringFunc(query, func(m string) string {
		found = true
		parts := marker.FindStringSubmatch(m)
		kind, operand := parts[1], strings.TrimSpace(parts[2])
		switch kind {
		case "any":
			if operand == "" {
				failed = errors.New("db: {any} without a reason")
			}
			return ""
		case "ward":
			p.tail, p.touch = true, true
			return b.ward
		case "figures":
			if !counts {
				failed = fmt.Errorf("db: {figures} in a statement that does not count: %.80s", query)
			}
			return b.scope(operand, true)
		default:
			return b.scope(operand, false)
		}
	})
	if failed != nil {
		return nil, failed
	}
	if !found {
		return nil, fmt.Errorf("%w: %.80s", errNoReach, query)
	}
	p.writes = writing.MatchString(query)
	if p.ids {
		p.tail = true
	}
	return p, nil
}

var (
	writing  = regexp.MustCompile(`(?is)^\s*(insert|update|delete|with\b.*\b(insert|update|delete)\b)`)
	counting = regexp.MustCompile(`(?i)\b(count|sum)\s*\(`)
)

type expansion struct {
	level access.Level
	ids   int
	ward  string
	first int
	plan  *plan
}

// scope writes the condition for an alias of houses ("h") or for an alias with a house_id ("x.house").
func (e *expansion) scope(operand string, figures bool) string {
	e.plan.touch = true
	alias, byHouse := strings.CutSuffix(operand, ".house")
	level := e.level
	if level == figuresOnly {
		level = access.Nothing
		if figures {
			level = access.WholeWard
		}
	}
	if level == access.Nothing {
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
		return own + " and " + alias + ".house_id" + e.among()
	case byHouse:
		return own + " and exists (select 1 from houses reach_h where reach_h.ward_id = " + alias + ".ward_id and reach_h.id = " +
			alias + ".house_id and reach_h." + column(level) + e.among() + ")"
	default:
		return own + " and " + alias + "." + column(level) + e.among()
	}
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
