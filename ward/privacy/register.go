package privacy

import (
	"slices"
	"strings"

	"sonha/engine/db"
	"sonha/engine/words"
	"sonha/ward/periods"
)

// Class says what a column holds of a person (Decree 356/2025/NĐ-CP, Art. 3 and 4). Its name is the catalog's "privacy.class.<class>".
type Class string

// The classes, the weightiest first.
const (
	Sensitive Class = "sensitive" // sensitive data, or what lets one conclude to it
	Secret    Class = "secret"    // opens something: kept as a hash or sealed, shown to nobody
	Typed     Class = "typed"     // typed freely: ground/civil/personal turned names and numbers away, treated as basic data
	Basic     Class = "basic"     // basic data, also where only an account or a household's label points to somebody
	Plain     Class = "plain"     // about a place, a day, a count; no personal data
)

// Classes lists the classes in the order in which they are shown.
func Classes() []Class { return []Class{Sensitive, Secret, Typed, Basic, Plain} }

// Use is what a table is for: one purpose, with what it rests on. Its texts are the catalog's "privacy.use.<use>", "privacy.why.<use>"
// and "privacy.basis.<Basis>".
type Use string

// The uses, in the order of the register.
const (
	Areas      Use = "areas"
	Houses     Use = "houses"
	Accounts   Use = "accounts"
	Trail      Use = "trail"
	Campaign   Use = "campaign"
	Pledges    Use = "pledges"
	Answers    Use = "answers"
	Contacts   Use = "contacts"
	Consents   Use = "consents"
	Log        Use = "log"
	Proposals  Use = "proposals"
	Inbox      Use = "messages"
	Meetings   Use = "meetings"
	Trainings  Use = "trainings"
	Mediations Use = "mediations"
	Replies    Use = "replies"
	Awards     Use = "awards"
	Figures    Use = "figures"
	Protection Use = "protection"
)

// Uses lists all uses.
func Uses() []Use {
	return []Use{
		Areas, Houses, Accounts, Trail, Campaign, Pledges, Answers, Contacts, Consents, Log, Proposals, Inbox, Meetings, Trainings, Mediations, Replies, Awards, Figures,
		Protection,
	}
}

// Basis is what the processing rests on: "none" (no personal data), "state" (the work of a state agency under the law, Art. 19 k1 c),
// "consent" (Art. 9), "duty" (the law's own duty to protect, and to prove it).
func (u Use) Basis() string {
	switch u {
	case Areas:
		return "none"
	case Trail, Consents, Protection:
		return "duty"
	case Pledges, Answers, Contacts:
		return "consent"
	}
	return "state"
}

// Keep says how long: a key of ward/periods, or one of the words below, the catalog's "privacy.keep.<word>".
type Keep string

// How long what no timer deletes stays.
const (
	open      Keep = "open"      // while the ward uses it
	record    Keep = "record"    // a record of the ward: by the law on archives
	renewed   Keep = "renewed"   // replaced by the next one, gone when it has done its work
	withdrawn Keep = "withdrawn" // gone at once when the household or the account takes it back
)

func until(p periods.Period) Keep { return Keep(p.Key) }

// Text says it in words.
func (k Keep) Text(w *words.Words) string {
	for _, p := range periods.All() {
		if p.Key == string(k) {
			return p.Line(w)
		}
	}
	return w.T("privacy.keep." + string(k))
}

// Table is a table of the schema with what was thought of it. The lists name the columns that are not usual, by spaces.
type Table struct {
	Name string
	Use  Use
	Keep Keep

	Sensitive, Secret, Typed, Basic, Plain string
}

// tables are all tables that were thought of.
func tables() []Table {
	return slices.Concat(
		placeTables(), accountTables(), trailTables(), householdTables(), campaignTables(), measureTables(), logTables(), messageTables(),
		gatheringTables(), restTables(), protectionTables(),
	)
}

// usual gives the class of columns that mean the same wherever they stand: keys, days and moments are about no one; who did it, for which
// account, of which household points to somebody.
func usual(column string) (Class, bool) {
	switch column {
	case "ward_id", "id", "seq", "n", "version", "year", "kind", "state", "phase", "at", "sort_key", "name_key", "follow_by", "recheck_by", "repeat_by":
		return Plain, true
	case "household", "account_id", "actor", "by":
		return Basic, true
	}
	for _, end := range []string{"_by", "_account", "_household"} {
		if strings.HasSuffix(column, end) {
			return Basic, true
		}
	}
	for _, end := range []string{"_id", "_at", "_on"} {
		if strings.HasSuffix(column, end) {
			return Plain, true
		}
	}
	return "", false
}

// named gives the class under which a table names a column.
func (t *Table) named(column string) (Class, bool) {
	for class, list := range map[Class]string{Sensitive: t.Sensitive, Secret: t.Secret, Typed: t.Typed, Basic: t.Basic, Plain: t.Plain} {
		if slices.Contains(strings.Fields(list), column) {
			return class, true
		}
	}
	return "", false
}

// Column is one column of the schema with its class; "" when nobody has thought of it.
type Column struct {
	Name  string
	Class Class
}

// Entry is one table of the register.
type Entry struct {
	Table

	Columns []Column
}

// Of lists the columns of a class.
func (e *Entry) Of(c Class) []Column {
	var list []Column
	for _, x := range e.Columns {
		if x.Class == c {
			list = append(list, x)
		}
	}
	return list
}

// Personal reports whether a column of the table points to somebody.
func (e *Entry) Personal() bool {
	return slices.ContainsFunc(e.Columns, func(c Column) bool { return c.Class != Plain })
}

// Register is the register of processing: every table and column of the schema, in the order of the uses.
type Register struct{ Entries []Entry }

// Make reads the schema and joins what was thought of each table. A table or a column that nobody has thought of comes along with an empty
// use or class; the tests let none through.
func Make() (*Register, error) {
	schema, err := db.SchemaOf()
	if err != nil {
		return nil, err
	}
	known := map[string]Table{}
	for _, t := range tables() {
		known[t.Name] = t
	}
	r := &Register{}
	for _, s := range schema {
		e := Entry{Table: known[s.Name]}
		e.Name = s.Name
		for _, name := range s.Columns {
			class, ok := e.named(name)
			if !ok {
				class, _ = usual(name)
			}
			e.Columns = append(e.Columns, Column{Name: name, Class: class})
		}
		r.Entries = append(r.Entries, e)
	}
	order := Uses()
	slices.SortStableFunc(r.Entries, func(a, b Entry) int { return slices.Index(order, a.Use) - slices.Index(order, b.Use) })
	return r, nil
}

// Count gives how many columns of a class there are.
func (r *Register) Count(c Class) (n int) {
	for i := range r.Entries {
		n += len(r.Entries[i].Of(c))
	}
	return n
}

// In lists the tables of a use.
func (r *Register) In(u Use) []*Entry {
	var list []*Entry
	for i := range r.Entries {
		if r.Entries[i].Use == u {
			list = append(list, &r.Entries[i])
		}
	}
	return list
}

// Stale lists tables and columns that are named in columns.go and are not in the schema any longer.
func Stale(r *Register) []string {
	schema := map[string][]Column{}
	for i := range r.Entries {
		schema[r.Entries[i].Name] = r.Entries[i].Columns
	}
	var list []string
	for _, t := range tables() {
		columns, ok := schema[t.Name]
		if !ok {
			list = append(list, t.Name)
			continue
		}
		for name := range strings.FieldsSeq(strings.Join([]string{t.Sensitive, t.Secret, t.Typed, t.Basic, t.Plain}, " ")) {
			if !slices.ContainsFunc(columns, func(c Column) bool { return c.Name == name }) {
				list = append(list, t.Name+"."+name)
			}
		}
	}
	return list
}
