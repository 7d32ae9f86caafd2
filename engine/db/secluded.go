package db

import "strings"

// secluded keeps the tables of which only the household itself may read a row. Their names begin with own_. Writing to one, or deleting
// from it, tells nobody what stands there; every other mention must carry {own x} for its alias, or the statement is refused. So the
// answers of a household (domain.md §9.8) stay its own whatever a later room forgets.
func secluded(tokens []token, owns map[string]bool) error {
	var before []token // the words so far, without columns behind a dot
	for i, t := range tokens {
		if t.kind == quoted && strings.HasPrefix(strings.ToLower(t.text), `"own_`) {
			return errPrivate
		}
		if t.kind != word || i > 0 && tokens[i-1].text == "." {
			continue
		}
		column := i+1 < len(tokens) && tokens[i+1].text == "." // own_answers.state reads what another mention opened
		if strings.HasPrefix(strings.ToLower(t.text), "own_") && !column && !written(before) && !owns[aliasOf(tokens, i)] {
			return errPrivate
		}
		before = append(before, t)
	}
	return nil
}

// written reports whether the words before a table make it the one that is written to.
func written(before []token) bool {
	n := len(before)
	return n > 0 && (before[n-1].is("into", "update") || n > 1 && before[n-1].is("from") && before[n-2].is("delete"))
}

// aliasOf is the name under which a statement speaks of a table: the word behind it, or the table's own.
func aliasOf(tokens []token, at int) string {
	for i := at + 1; i < len(tokens); i++ {
		t := tokens[i]
		switch {
		case t.is("as"), t.kind == sign && strings.TrimSpace(t.text) == "", t.kind == remark:
			continue
		case t.kind == word && !t.is("where", "on", "join", "left", "right", "full", "inner", "cross", "group", "order", "limit", "union"):
			return t.text
		}
		return tokens[at].text
	}
	return tokens[at].text
}

// decides reports whether the marker at a place is a condition that nothing turns round: first behind where or on, and followed by
// no more than further conditions.
func decides(tokens []token, at int) bool {
	near := func(step int) token {
		for i := at + step; i >= 0 && i < len(tokens); i += step {
			if t := tokens[i]; t.kind != remark && strings.TrimSpace(t.text) != "" {
				return t
			}
		}
		return token{}
	}
	next := near(1)
	return near(-1).is("where", "on") &&
		(next.text == "" || next.text == ")" || next.is("and", "where", "join", "left", "group", "order", "limit", "union"))
}
