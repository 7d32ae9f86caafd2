// Package mediations keeps the mediation register of a residential group (F7 of domain.md §10, §5.2): early settling by a house head,
// and mediation at the grass roots after Law 35/2013/QH13. Two kinds of record, because a house head is a mediator only when
// recognised as one.
//
// Tables: mediations, mediation_sessions, mediation_steps. They hold days, counts and codes. Names, ages, addresses and what was
// said stand in the paper book of the Ministry of Justice, which is printed from here with its columns for them blank. The one free
// text is a line of an agreement card, looked through by ground/civil/personal.
//
// The mediators of a group open the register of that group; a head opens what was settled early in the own house. Nobody else opens
// a case: not the group lead, not the officer, not the command, not the administrator. They read counts, small ones hidden.
//
// Every case begins with the exclusion check: violence, crime, administrative violation, harm to the State or the public, what the
// law bars from mediation (Law, Art. 3; Decree 15/2014). One yes refers the case at once, and referred is the end.
//
// Cases are kept for five years (domain.md §5.9).
package mediations
