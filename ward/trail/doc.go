// Package trail shows where the audit trail of the ward stood at the end of each day: the number of the last line and its hash, which people
// call the mã chốt. Printed and kept off the server, it finds a trail that was changed or made anew since (docs/decisions/0018, 0061); the
// file is what sonha audit verify --heads reads. It opens no line of the trail.
//
// Tables: none of its own; engine/db writes audit.
package trail
