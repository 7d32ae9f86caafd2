// Package measures keeps what mends a shortcoming or carries out a conclusion (biện pháp): one list over inspections, meetings,
// reviews and proposals, each measure with who does it, by when, how far it is, what shows it, and whose second key said that it
// helped (domain.md §10, F10 and F11; §11).
//
// Tables: measures, measure_steps, measure_photos. A measure is opened by the room in which it was decided, in that room's own
// transaction:
//
//	id, err := measures.Open(ctx, tx, measures.New{
//		From:    measures.Origin{Source: measures.FromMeeting, ID: conclusion.ID, Href: "/meetings/" + meeting.ID},
//		Group:   meeting.Group,                // or House; neither: the ward as a whole
//		Content: "Lắp đèn ngõ 12",             // refused when it names a person (ground/civil/personal)
//		Owner:   measures.ByGroup,             // a role or an office, never a person
//		Days:    10,                           // working days of the ward from today; or Due, a day
//	})
//
// Errors of Open are fault.Invalid with the fields "content", "owner", "owner_name" and "due", so that a form of the caller can
// show them at its own fields. OfSourceTx gives the measures of a source, for its page; Lines draws them.
//
// States: planned → doing → reported → verified, or → ineffective with another measure in its place. Only the second key closes:
// who reported a measure done cannot be the one who verifies it, neither the account nor the role (Measure.Verifies). So a
// shortcoming is never closed without a verified measure. A room that must know of the end connects itself to the store
// (Store.Connect); its Follower is called in the transaction that closed the measure.
//
// What is overdue climbs to the command and then to the committee (Store.Climb), as proposals do; nothing is closed by a clock.
package measures
