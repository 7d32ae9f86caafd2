// Package breaches keeps the register of breaches of the protection of personal data (Law 91/2025/QH15, Art. 23; Decree 356/2025/NĐ-CP,
// Art. 28 and 29; domain.md §5.4): what was found, when, how much is concerned, what was done.
//
// The specialised body is to be told within 72 hours of the finding, of the clock and not of working days. The register counts them,
// prints the notification with the four points of Art. 28 k1, notes when and how it was sent, and asks why where that was late. What is
// overdue is told to the officer, the command and the committee. A breach is closed with a reason and kept for five years after it.
//
// No house and nobody is named: numbers, and codes of closed lists; free text passes ground/civil/personal.
//
// Tables: breaches, breach_steps.
package breaches
