// Package moves draws the borders of residential groups and beats anew: houses go to another group or beat, a group or beat is merged
// into another, a new one is split off. The administrator looks at a preview first; a change is one unit, with the sums of the open
// campaigns, and never touches a closed one (decision 0041).
//
// It has no tables: areas keeps area_changes, houses keeps house_moves.
//
//	choice.go   which houses are meant
//	store.go    houses go to another group or beat, or to a new one
//	merge.go    a group or beat goes into another
//	undo.go     a move or a split is taken back as a whole
//	undo_merge.go  a merge is taken back: what came along and is still open is given back
//	pages.go    the pages
package moves
