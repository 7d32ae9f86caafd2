package db

import (
	"context"
	"database/sql"
	sqldriver "database/sql/driver"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"

	driver "modernc.org/sqlite"
)

// prepared is one SQLite connection with its statements, each prepared once. It speaks with the driver itself: one unit at a time
// has it, so that the locks, copies and goroutines of database/sql protect nothing here, and cost as much as a short statement.
type prepared struct {
	conn  sqldriver.Conn
	stmts map[string]*statement
	clock int // counts the uses
	args  []sqldriver.NamedValue
}

// statement is a text that was prepared. Its parameters have no names, for which SQLite would be asked at every use; order says which of
// the arguments, counted from one, each of them is.
type statement struct {
	prepared liteStatement
	order    []int
	used     int
}

// liteStatement is what the driver of SQLite prepares.
type liteStatement interface {
	sqldriver.Stmt
	sqldriver.StmtExecContext
	sqldriver.StmtQueryContext
}

// mostStatements is how many statements a connection keeps between two units of work.
const mostStatements = 512

// connect opens a connection by an address that sqliteDSN made.
func connect(address string) (*prepared, error) {
	c, err := new(driver.Driver).Open(address)
	if err != nil {
		return nil, fmt.Errorf("connect: %w", err)
	}
	return &prepared{conn: c, stmts: map[string]*statement{}}, nil
}

// known gives what is prepared of a text, for one more use.
func (p *prepared) known(ctx context.Context, query string) (*statement, error) {
	p.clock++
	if s, ok := p.stmts[query]; ok {
		s.used = p.clock
		return s, nil
	}
	c, ok := p.conn.(sqldriver.ConnPrepareContext)
	if !ok {
		return nil, errDriver
	}
	text, order, err := unnamed(query)
	if err != nil {
		return nil, err
	}
	fresh, err := c.PrepareContext(ctx, text)
	if err != nil {
		return nil, err
	}
	s, ok := fresh.(liteStatement)
	if !ok {
		return nil, errors.Join(errDriver, fresh.Close())
	}
	known := &statement{prepared: s, order: order, used: p.clock}
	p.stmts[query] = known
	return known, nil
}

// unnamed writes a question mark for each numbered parameter of a text, and says of all that it has which argument they are: a question
// mark that stood there is the one of its place.
func unnamed(query string) (text string, order []int, err error) {
	tokens, err := lex(query)
	if err != nil {
		return "", nil, err
	}
	var b strings.Builder
	for i := 0; i < len(tokens); i++ {
		switch t := tokens[i]; {
		case t.kind == sign && t.text == "?":
			order = append(order, len(order)+1)
		case t.kind == sign && t.text == "$":
			n := 0
			for ; i+1 < len(tokens) && tokens[i+1].digit(); i++ {
				n = 10*n + int(tokens[i+1].text[0]-'0')
			}
			order = append(order, n)
		default:
			b.WriteString(t.text)
			continue
		}
		b.WriteByte('?')
	}
	return b.String(), order, nil
}

var errDriver = errors.New("db: the driver of SQLite prepares no statements")

// trim lets the half go that was not used for longest, once there are too many. No rows may be open.
func (p *prepared) trim() {
	if len(p.stmts) <= mostStatements {
		return
	}
	uses := make([]int, 0, len(p.stmts))
	for _, s := range p.stmts {
		uses = append(uses, s.used)
	}
	slices.Sort(uses)
	for query, s := range p.stmts {
		if s.used < uses[len(uses)-mostStatements/2] {
			_ = s.prepared.Close()
			delete(p.stmts, query)
		}
	}
}

// ready gives what is prepared of a text and its arguments as the driver takes them, until the next statement.
func (p *prepared) ready(ctx context.Context, query string, args []any) (liteStatement, []sqldriver.NamedValue, error) {
	s, err := p.known(ctx, query)
	if err != nil {
		return nil, nil, err
	}
	p.args = p.args[:0]
	for i, n := range s.order {
		if n < 1 || n > len(args) {
			return nil, nil, fmt.Errorf("db: no argument $%d", n)
		}
		v, err := sqldriver.DefaultParameterConverter.ConvertValue(args[n-1])
		if err != nil {
			return nil, nil, fmt.Errorf("argument %d: %w", n, err)
		}
		p.args = append(p.args, sqldriver.NamedValue{Ordinal: i + 1, Value: v})
	}
	return s.prepared, p.args, nil
}

// QueryContext runs a statement that returns rows.
func (p *prepared) QueryContext(ctx context.Context, query string, args ...any) (rows, error) {
	s, values, err := p.ready(ctx, query, args)
	if err != nil {
		return nil, err
	}
	defer clear(values)
	found, err := s.QueryContext(ctx, values)
	if err != nil {
		return nil, err
	}
	return &liteRows{rows: found, values: make([]sqldriver.Value, len(found.Columns()))}, nil
}

// ExecContext runs a statement that returns none.
func (p *prepared) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	s, values, err := p.ready(ctx, query, args)
	if err != nil {
		return nil, err
	}
	defer clear(values)
	return s.ExecContext(ctx, values)
}

func (p *prepared) close() {
	for _, s := range p.stmts {
		_ = s.prepared.Close()
	}
	_ = p.conn.Close()
}

// liteRows are the rows of a statement of SQLite; values is the row that Next went to.
type liteRows struct {
	rows   sqldriver.Rows
	values []sqldriver.Value
	err    error
	closed bool
}

// Next goes to the next row; there is none at the end, and after an error.
func (r *liteRows) Next() bool {
	if r.closed {
		return false
	}
	if r.err = r.rows.Next(r.values); r.err == nil {
		return true
	}
	if errors.Is(r.err, io.EOF) {
		r.err = nil
	}
	r.err = errors.Join(r.err, r.Close())
	return false
}

// Scan gives the values of the row.
func (r *liteRows) Scan(dest ...any) error {
	if len(dest) != len(r.values) {
		return fmt.Errorf("db: %d columns for %d places", len(r.values), len(dest))
	}
	for i, v := range r.values {
		if err := assign(dest[i], v); err != nil {
			return fmt.Errorf("column %s: %w", r.rows.Columns()[i], err)
		}
	}
	return nil
}

// Close lets the statement be used again.
func (r *liteRows) Close() error {
	if r.closed {
		return nil
	}
	r.closed = true
	return r.rows.Close()
}

// Err is what ended the rows before their end.
func (r *liteRows) Err() error { return r.err }

// assign puts a value of the driver where Scan shall put it, under the rules of database/sql.
func assign(dest any, v sqldriver.Value) error {
	switch v := v.(type) {
	case string:
		if d, ok := dest.(*string); ok {
			*d = v
			return nil
		}
	case int64:
		switch d := dest.(type) {
		case *int64:
			*d = v
			return nil
		case *int:
			*d = int(v)
			return nil
		case *bool:
			if v == 0 || v == 1 {
				*d = v == 1
				return nil
			}
		}
	}
	return convert(dest, v)
}

// convert is assign for what is less usual: named types, mixed kinds, a null where none may be.
func convert(dest any, v sqldriver.Value) error {
	switch d := dest.(type) {
	case sql.Scanner:
		return d.Scan(v)
	case *any:
		*d = v
		return nil
	}
	to := reflect.ValueOf(dest)
	if to.Kind() != reflect.Pointer || to.IsNil() {
		return fmt.Errorf("db: %T is no place for %T", dest, v)
	}
	to = to.Elem()
	switch {
	case to.Kind() == reflect.String && (worded(v) || to.Type() == reflect.TypeFor[string]()):
		return put(v, to.SetString)
	case to.Kind() == reflect.Bool:
		return put(v, to.SetBool)
	case to.CanInt():
		if n, ok := v.(int64); ok && to.OverflowInt(n) {
			return fmt.Errorf("%d does not fit into %s", n, to.Type())
		}
		return put(v, to.SetInt)
	case to.CanFloat():
		return put(v, to.SetFloat)
	case to.Type() == reflect.TypeFor[[]byte]() && v == nil:
		to.SetZero()
		return nil
	case to.Type() == reflect.TypeFor[[]byte]():
		return put(v, to.SetBytes)
	}
	return fmt.Errorf("db: %T is no place for %T", dest, v)
}

// worded reports whether a value is a text, or none: no other becomes a word of ours.
func worded(v sqldriver.Value) bool {
	switch v.(type) {
	case string, []byte, nil:
		return true
	}
	return false
}

// put converts to one of the types of database/sql by its rules.
func put[T any](v sqldriver.Value, set func(T)) error {
	var n sql.Null[T]
	if err := n.Scan(v); err != nil {
		return err
	}
	if !n.Valid {
		return errors.New("null where the program expects a value")
	}
	set(n.V)
	return nil
}
