// Package households is the household's half of the program: what one household does for itself on a phone, and what the house's head
// does for households that have none.
//
// Tables: own_answers, turnouts, answer_sums; cards are those of ward/accounts, pledges those of ward/assessments. A household is its
// label (H01) in a house; there is no list of its members.
//
// The answers of a household are its own. The engine lets nobody else read the table (engine/db/secluded.go), and this package gives out
// sums only when they tell nothing of one household (domain.md §9.8): how many have answered, always; shares by question once five
// more households stand behind them than behind what was shown before; in a house of fewer than five households one word for all
// questions together, when all have answered.
//
//	answers.go     the sheet of a household, and what may be shown of a house
//	store.go       answering, question by question, or entered on the household's behalf
//	sums.go        the sums of a house, kept in the transaction that changes an answer
//	cards.go       giving out QR cards
//	home.go        how the own house stands, and all that is kept about the household
//	retention.go   what is destroyed, when
//	pages*.go      the pages of households; those of heads and group leads
package households
