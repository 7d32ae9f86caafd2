// Package gatherings has what a meeting and a training session have in common: whose households or heads come, when and where, the hours
// of the doors, and the attendance of the houses that were invited (product.md, F8 and F9). It has no tables of its own; both rooms keep
// theirs alike.
package gatherings
