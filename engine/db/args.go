package db

import (
	"strconv"
	"strings"
)

// OrNull is an id as an argument: null when it is empty, because a foreign key points somewhere or nowhere.
func OrNull(id string) any {
	if id == "" {
		return nil
	}
	return id
}

// Among writes the condition that a column is one of the ids, of which there is at least one, with placeholders
// from the given number on: "h.id in ($2,$3)". The ids are its arguments. It names no ward: the statement does.
func Among(column string, first int, ids []string) (condition string, args []any) {
	var b strings.Builder
	b.WriteString(column + " in (")
	for i, id := range ids {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString("$" + strconv.Itoa(first+i))
		args = append(args, id)
	}
	b.WriteByte(')')
	return b.String(), args
}
