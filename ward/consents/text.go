package consents

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"sonha/ward/criteria"
)

// Purpose is what is agreed to; its name is the catalog's "consents.purpose.<purpose>".
type Purpose string

// The purposes.
const (
	Contact   Purpose = "contact"  // the head of the house keeps a way to reach the household
	Reminders Purpose = "messages" // word of new messages is sent to a browser, a mailbox or a telephone
)

// Purposes lists the purposes.
func Purposes() []Purpose { return []Purpose{Contact, Reminders} }

// Text is one version of the words of a purpose. A version that somebody agreed to never changes; new words are a new version.
type Text struct {
	Purpose Purpose
	Version int
	Lines   []criteria.Text
}

// Hash is the SHA-256 of the words in both languages, in order.
func (t *Text) Hash() string {
	lines := []string{string(t.Purpose)}
	for _, l := range t.Lines {
		lines = append(lines, l.VI, l.EN)
	}
	sum := sha256.Sum256([]byte(strings.Join(lines, "\n")))
	return hex.EncodeToString(sum[:])
}

// Today is the version of a purpose that is agreed to today.
func Today(p Purpose) *Text {
	all := Texts(p)
	return all[len(all)-1]
}

// Texts lists all versions of a purpose, the one of today last.
func Texts(p Purpose) []*Text {
	switch p {
	case Contact:
		return []*Text{{Purpose: p, Version: 1, Lines: []criteria.Text{
			{
				VI: "Hộ cho số điện thoại hoặc e-mail để trưởng số nhà gọi khi có việc chung: cháy, mất nước, mất điện, họp số nhà, có người cần giúp.",
				EN: "The household gives a phone number or an e-mail address so that the house head can call about shared matters: " +
					"fire, water, power, a house meeting, somebody in need of help.",
			},
			{
				VI: "Chỉ hộ mình và trưởng số nhà, phó trưởng số nhà xem được. Công an, tổ dân phố và quản trị viên không xem được.",
				EN: "Only the household itself and the head and deputy of the house can see it. The police, the residential group and the administrator cannot.",
			},
			{
				VI: "Cho hay không là tùy hộ, không ảnh hưởng gì đến hộ. Rút lúc nào cũng được, không phải nêu lý do; rút là xóa ngay.",
				EN: "Giving it is up to the household, and not giving it has no consequence. It can be withdrawn at any time without a reason, and is deleted at once.",
			},
		}}}
	case Reminders:
		return []*Text{{Purpose: p, Version: 1, Lines: []criteria.Text{
			{
				VI: "Sonha nhắc qua trình duyệt, e-mail hoặc SMS khi có tin mới; lời nhắc chỉ nói số nhà có tin, không nói nội dung.",
				EN: "Sonha reminds by the browser, e-mail or SMS when there is something new; the reminder says only that the house number has news, never what.",
			},
			{
				VI: "Tách riêng với cam kết; tắt lúc nào cũng được, tin vẫn ở trong hộp thư.",
				EN: "Apart from the pledge; it can be turned off at any time, and messages stay in the inbox.",
			},
		}}}
	}
	return []*Text{{Purpose: p}}
}
