// Package privacy says what is processed of whom, why, and for how long (Law 91/2025/QH15, Decree 356/2025/NĐ-CP; domain.md §5.4): the
// register of processing, made from the schema itself, and the record of what was destroyed because its time was over.
//
// Every column of the schema stands in columns.go with its class; every table with its use and how long it is kept. A column that is not
// there fails the tests (docs/decisions/0044). The register holds no record of anybody, so the data protection officer and the command
// read it whole, take it along and print it.
//
// Tables: none of its own; it reads destructions, which ward/periods writes.
package privacy
