package db

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// tokenKind says what a piece of a statement is.
type tokenKind uint8

const (
	sign   tokenKind = iota // blanks, operators, digits: one byte
	word                    // select, h, house_id
	quoted                  // 'a text' or "a name", with its quotes
	remark                  // a comment
	braces                  // {a marker}, with its braces
)

type token struct {
	kind tokenKind
	text string
}

// lex cuts a statement into its pieces, so that a marker in a quoted text or in a comment is never taken for one.
func lex(query string) ([]token, error) {
	var out []token
	for query != "" {
		kind, n := sign, 1
		switch c := query[0]; {
		case c == '\'' || c == '"':
			kind, n = quoted, closing(query, 1, query[:1])
		case strings.HasPrefix(query, "--"):
			kind, n = remark, strings.IndexByte(query+"\n", '\n')
		case strings.HasPrefix(query, "/*"):
			kind, n = remark, closing(query, 2, "*/")
		case c == '{':
			kind, n = braces, closing(query, 1, "}")
		case c == '}':
			return nil, errors.New("db: } without {")
		case c == '$' && (len(query) == 1 || query[1] < '0' || query[1] > '9'):
			return nil, errors.New("db: $ is only for numbered arguments")
		case letter(c):
			kind = word
			for n < len(query) && (letter(query[n]) || query[n] >= '0' && query[n] <= '9') {
				n++
			}
		}
		if n <= 0 {
			return nil, fmt.Errorf("db: no end of %.20s", query)
		}
		out = append(out, token{kind, query[:n]})
		query = query[n:]
	}
	return out, nil
}

func letter(c byte) bool {
	return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80
}

// closing is the length of a text up to and with its end sign, looked for behind its first bytes; -1 without one.
// Two quotes inside a quoted text read as two texts side by side, which comes to the same.
func closing(text string, first int, end string) int {
	n := strings.Index(text[first:], end)
	if n < 0 {
		return -1
	}
	return first + n + len(end)
}

// is reports whether the token is one of the words, in any case.
func (t token) is(words ...string) bool {
	return t.kind == word && slices.Contains(words, strings.ToLower(t.text))
}

// digit reports whether the token is one.
func (t token) digit() bool { return t.kind == sign && t.text[0] >= '0' && t.text[0] <= '9' }

// shape is what a statement does, as its words say.
type shape struct {
	// writes: it changes rows, perhaps inside a with.
	writes bool
	// counts: every select that gives rows out takes a count or a sum over them.
	counts bool
}

// inspect reads the words of a statement. It refuses what the expansion of markers cannot make safe: a second
// statement, a statement that is not of rows, and a condition by an "or" beside a marker, which would open
// everything that the marker closes.
func inspect(tokens []token) (shape, error) {
	var first token
	var s shape
	clauses := []clause{{}}
	var words [2]string // the two before
	lists := selectLists{}
	for i, t := range tokens {
		if t.kind == word && first.text == "" {
			first = t
		}
		if t.kind == word {
			if into := words[0] + " " + words[1]; t.is("audit", "audit_heads") && (words[1] == "into" || words[1] == "update" || into == "delete from") {
				return s, errTrail
			}
			words[0], words[1] = words[1], strings.ToLower(t.text)
		}
		here := &clauses[len(clauses)-1]
		switch {
		case t.kind == sign && t.text == "(":
			clauses = append(clauses, clause{})
		case t.kind == sign && t.text == ")":
			if len(clauses) == 1 {
				return s, errors.New("db: ) without (")
			}
			clauses = clauses[:len(clauses)-1]
		case t.kind == sign && t.text == ";":
			return s, errors.New("db: one statement at a time")
		case t.is("insert", "update", "delete"):
			s.writes = true
		case t.is("select", "from", "where", "on", "join", "group", "having", "order", "limit", "union", "except", "intersect", "returning", "set", "values"):
			*here = clause{}
		case t.is("or"):
			here.or = true
		case t.kind == braces && !strings.HasPrefix(t.text, "{any"):
			here.marked = true
		}
		if here.or && here.marked {
			return s, errors.New("db: an or beside a marker opens what the marker closes: put the or in brackets")
		}
		lists.take(tokens, i, len(clauses)-1)
	}
	if !first.is("select", "with", "insert", "update", "delete") {
		return s, fmt.Errorf("db: a statement begins with select, with, insert, update or delete, not %q", first.text)
	}
	if first.is("select") {
		s.writes = false // for update
	}
	s.counts = lists.count()
	return s, nil
}

// errTrail is returned for a statement that would write into the audit trail past its chain.
var errTrail = errors.New("db: the audit trail is written by Tx.Audit and never changed")

// clause is what stands side by side between two brackets or key words.
type clause struct{ or, marked bool }

// selectLists finds out whether every select at the outermost level gives only counts.
type selectLists struct {
	lists, counting int
	inside          bool
	inner           []bool // for each open bracket, whether it is a select of its own
	counted, window bool
}

// take looks at one token; depth is the number of open brackets behind it.
func (s *selectLists) take(tokens []token, i, depth int) {
	t := tokens[i]
	for len(s.inner) > depth {
		s.inner = s.inner[:len(s.inner)-1]
	}
	for len(s.inner) < depth {
		s.inner = append(s.inner, nextWord(tokens, i).is("select", "with"))
	}
	switch {
	case depth == 0 && t.is("select"):
		s.lists++
		s.inside, s.counted = true, false
	case depth == 0 && t.is("from", "union") && s.inside:
		s.inside = false
		if s.counted {
			s.counting++
		}
	case s.inside && t.is("count", "sum") && !slices.Contains(s.inner, true):
		s.counted = true
	case t.is("over"):
		s.window = true
	}
}

func (s *selectLists) count() bool { return s.lists > 0 && s.lists == s.counting && !s.window }

// oneByOne reports whether a statement groups by the very houses that an alias stands for: that counts nothing.
func oneByOne(tokens []token, operand string) bool {
	alias, byHouse := strings.CutSuffix(operand, ".house")
	key := "id"
	if byHouse {
		key = "house_id"
	}
	grouping := false
	for i, t := range tokens {
		switch {
		case t.is("group"):
			grouping = true
		case t.is("having", "order", "limit", "select", "from"):
			grouping = false
		case grouping && t.is(alias) && i+2 < len(tokens) && tokens[i+1].text == "." && tokens[i+2].is(key):
			return true
		}
	}
	return false
}

// nextWord is the word behind a token.
func nextWord(tokens []token, i int) token {
	for _, t := range tokens[i+1:] {
		if t.kind == word {
			return t
		}
		if t.kind == sign && strings.TrimSpace(t.text) != "" {
			break
		}
	}
	return token{}
}
