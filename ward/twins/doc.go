// Package twins keeps the paper twins of the forms (product.md, principle 7): each form of a house prints on A4
// with a QR code and a short code that bring back the same form, of the same house, household and campaign, ready to
// be entered from paper.
//
// Table: papers, which says what a short code stands for. What a form asks and who may fill it in belongs to the
// room of the form: this one prints, and hands what was entered over.
package twins
