// Package doors makes the plates with a code that hang at the doors of house numbers, and the page that the code opens.
//
// Table: doors. A house has one code that holds; renewing it ends the old one, whose page says so. Whoever scans the code,
// with no account, sees the number and the street, whom to call, and how to propose something. A house that is safe says
// so; of any other the page says nothing at all about how it stands, neither in words nor by its shape, and gives no name
// and no private telephone number (domain.md §5.8).
package doors
