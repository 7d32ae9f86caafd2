// Package accounts knows who works with the program: accounts with their roles, how they sign in, and the
// sessions that follow.
//
// Tables: accounts, grants, sessions, invitations, cards, factors, recovery_codes, passkeys, and the rows of claims of kind "phone". An account
// belongs to one ward; accounts of the city belong to ward 0. A grant is one role, for a head with its
// house, for a household with its label (H01) in a house, for an officer with its beat, for a group lead with its group.
//
// Nobody registers: the administrator makes an account and hands over a one-time link on paper, by which
// the person chooses a PIN of six digits (house heads, group leads) or a password. An account acts in one role at a time.
//
//	account.go      model and rules of names, phones and scopes
//	secret.go       PINs and passwords: what may be chosen, how it is kept
//	pace.go         slowing down who guesses, without locking out who knows
//	passkey.go      passkeys: at which address, and what browsers are asked
//	waits.go        browsers that are waited for: with an answer, or from the identity provider
//	token.go        the tokens of sessions, one-time links and known devices
//	gate.go         from a request to its Identity, behind a small cache
//	store*.go       all SQL
//	pages*.go       sign-in, welcome, "my account", the administrator's pages
package accounts
