// Package awards is commendation (F12 of domain.md §10, §5.5): a proposal for a house number, a residential group or the head of a house,
// with the figures behind it; a vote; publication for ten days with remarks and their answers; a decision with its number, day and
// authority; a certificate that anybody can check; revocation by two people.
//
// Tables: award_kinds, awards, award_remarks. The head of a house is commended as the head of that house and with recorded consent to
// publish; there is no column for a name, which is written by hand on the certificate.
//
// The principles are those of the Law on emulation and commendation 06/2022/QH15: in public, in time, and not twice for one
// achievement, which a unique key of the table holds. The list of authorities is data and the administrator's to change, because
// competence at the ward changed with the two-level government (Decree 152/2025/NĐ-CP).
package awards
