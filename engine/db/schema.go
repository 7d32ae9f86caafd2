package db

import (
	"io/fs"
	"regexp"
	"slices"
)

// SchemaTable is a table as the migrations make it, with its columns in the order in which they came.
type SchemaTable struct {
	Name    string
	Columns []string
}

// SchemaOf reads the tables and columns from the texts of the migrations, in the order in which the tables came. It needs no database: who
// asks what is kept gets the same answer from the program alone.
func SchemaOf() ([]SchemaTable, error) { return schemaOf(migrations) }

func schemaOf(from fs.FS) ([]SchemaTable, error) {
	names, err := fs.Glob(from, "migrate/*.sql")
	if err != nil {
		return nil, err
	}
	var (
		statement = regexp.MustCompile(`(?s)create table (\w+) \((.*?)\n\)|alter table (\w+) add column (\w+)|alter table (\w+) rename to (\w+)|drop table (\w+);`)
		column    = regexp.MustCompile(`(?m)^\s+(\w+) (?:text|integer|bigint|boolean|double precision|real|\{bytes\})`)
		list      []SchemaTable
	)
	at := func(name string) int {
		return slices.IndexFunc(list, func(t SchemaTable) bool { return t.Name == name })
	}
	for _, name := range names {
		text, err := fs.ReadFile(from, name)
		if err != nil {
			return nil, err
		}
		for _, m := range statement.FindAllStringSubmatch(string(text), -1) {
			switch {
			case m[1] != "":
				t := SchemaTable{Name: m[1]}
				for _, c := range column.FindAllStringSubmatch(m[2], -1) {
					t.Columns = append(t.Columns, c[1])
				}
				list = append(list, t)
			case m[3] != "":
				if i := at(m[3]); i >= 0 {
					list[i].Columns = append(list[i].Columns, m[4])
				}
			case m[5] != "":
				// What takes the place of a table of before is rebuilt under another name first.
				if old := at(m[6]); old >= 0 {
					list = slices.Delete(list, old, old+1)
				}
				if i := at(m[5]); i >= 0 {
					list[i].Name = m[6]
				}
			case m[7] != "":
				if i := at(m[7]); i >= 0 {
					list = slices.Delete(list, i, i+1)
				}
			}
		}
	}
	return list, nil
}
