// Package inbox brings word of what happened to those whom it concerns: into the inbox of their account, always, and from
// there to a telephone or mailbox where the person has turned that on.
//
// A room tells in the transaction of what it tells of, so that there is never one without the other:
//
//	inbox.Tell(ctx, tx, inbox.To{Roles: []access.Role{access.Head}, House: house}, inbox.Message{
//		Kind: inbox.Results, Key: "results.told", Pairs: []any{"House", address, "Class", inbox.Word("ui.state.safe")},
//		Href: "/houses/" + house, House: house, About: "result:" + house,
//	})
//
// What is told is a sentence of the catalogs with its values, and each reader gets it in their own language. What leaves the
// program (web push, e-mail, SMS) never carries that sentence: a locked screen may be read by anybody, so it says no more than
// "Số nhà 36A có thông báo mới" (docs/decisions/0016).
package inbox
