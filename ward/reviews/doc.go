// Package reviews is the review of a period (sơ kết, tổng kết; F11 of domain.md §10): for a residential group or the ward, the figures
// pulled in, what was achieved, what fell short with its cause, the measures that mend it, and whether earlier shortcomings are gone.
//
// Tables: reviews, review_shortcomings, review_judgements. A draft shows its figures as they are today; the signature freezes the
// whole review as a Record with its SHA-256, and from then on the page and the document are made from that record alone.
//
// Rules (F11): every shortcoming has a cause and at least one measure (ward/measures, source "review"); every shortcoming of the same
// scope that is still open is judged gone, less, same or more before the next review is signed; none is closed without a verified
// measure; one that was noted before in the same scope is flagged. A shortcoming is about a place and a kind of work, never a person.
package reviews
