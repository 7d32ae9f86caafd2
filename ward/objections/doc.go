// Package objections keeps what a house says to its result: that it asks the command to look again, at which items and why, and what
// the command answers (product.md B; domain.md §10, F10).
//
// Table: objections. From the day on which a house is told its class it has ten days (Window); a last day that is off becomes the next
// working day (Civil Code 91/2015/QH13, Article 148.5). The command answers within ten working days of the ward's calendar. It leaves
// the result as it is, corrects findings or the class, or sends the officer to look again at what failed. What was found before is
// never changed: a correction stands beside it, and counts from then on. What is late climbs, to the command and then to the
// committee; nothing is answered by a timer.
//
// This is no complaint in the sense of the law on complaints, which has its own channels: the words on the screen are "đề nghị xem
// lại" (docs/words.md, docs/decisions/0032).
package objections
