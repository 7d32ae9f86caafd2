// Package trainings is the training of house heads and households: courses with the versions of their materials, sessions from the
// invitation to the certificate, who came, what the class knew before and after, and who is due again (domain.md §10, F9).
//
// Tables: training_courses, training_materials, training_questions, trainings, training_houses, training_households, training_quiz.
// The ward's command and committee keep the courses; they, and the group lead for the own group, plan sessions. Who came is noted by
// whoever reaches the house: the group lead, the area officer, the command; or by the code at the door.
//
// Attendance is of a house (its head came) or of a household label (H01, H02 …): there is no list of persons, no photo of a class and
// no result of anybody. The quick test counts, for each question, how many of the class knew it; fewer than five slips are not written
// down, because they would tell of single people. Who taught is an office, not a name.
//
// What is recorded here is shown beside the criteria that ask for it, VH5, TN4 and GD2 (domain.md §9), with a suggestion; the head and
// the inspector answer. The head's training counts for as long as the head is the same: a hand-over (table handovers, read here and
// never written) begins anew. Sessions are kept for 36 months (F9).
package trainings
