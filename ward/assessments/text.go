package assessments

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"sonha/ward/criteria"
)

// PledgeText is one version of what a household pledges (domain.md §10 F2). A version that somebody signed never changes; a new
// wording is a new version. What was signed is kept with version and hash, so that anyone can prove which words it was.
type PledgeText struct {
	Version int
	Lead    criteria.Text
	// Points are the six contents of the programme, in its order.
	Points []PledgePoint
	// Rental is pledged apart, and only by households that let rooms or take guests.
	Rental criteria.Text
	// Free says that nobody must sign, and that nothing follows from not signing.
	Free criteria.Text
}

// PledgePoint is what is pledged for one content.
type PledgePoint struct {
	Content string // VH, TC, TN, NK, GD, HG
	Text    criteria.Text
}

// Hash is the SHA-256 of the words of the version, in both languages, in a fixed order.
func (t *PledgeText) Hash() string {
	lines := []string{t.Lead.VI, t.Lead.EN}
	for _, p := range t.Points {
		lines = append(lines, p.Content, p.Text.VI, p.Text.EN)
	}
	lines = append(lines, t.Rental.VI, t.Rental.EN, t.Free.VI, t.Free.EN)
	sum := sha256.Sum256([]byte(strings.Join(lines, "\n")))
	return hex.EncodeToString(sum[:])
}

// PledgeTexts lists all versions, the one that is signed today last.
func PledgeTexts() []*PledgeText { return []*PledgeText{pledge1()} }

// PledgeToday is the version that is signed today.
func PledgeToday() *PledgeText {
	all := PledgeTexts()
	return all[len(all)-1]
}

// PledgeVersion gives a version; nil for a number that is none, such as the 0 of a signature on paper.
func PledgeVersion(n int) *PledgeText {
	for _, t := range PledgeTexts() {
		if t.Version == n {
			return t
		}
	}
	return nil
}

func pledge1() *PledgeText {
	return &PledgeText{
		Version: 1,
		Lead:    criteria.Text{VI: "Hộ chúng tôi tự nguyện cam kết:", EN: "Our household pledges of its own free will:"},
		Points: []PledgePoint{
			{"VH", criteria.Text{
				VI: "Không giữ, không xem, không chuyển cho người khác tài liệu, văn hóa phẩm đồi trụy, độc hại; giúp trẻ em trong nhà dùng mạng an toàn.",
				EN: "not to keep, watch or pass on depraved or harmful material; to help the children of the household to be safe online.",
			}},
			{"TC", criteria.Text{
				VI: "Khóa cửa, khóa xe; đóng cổng chung đúng giờ đã quy ước; trông nhà giúp nhau khi có hộ đi vắng.",
				EN: "to lock doors and vehicles, to close the shared gate at the agreed hour, to look after each other's homes when somebody is away.",
			}},
			{"TN", criteria.Text{
				VI: "Không tham gia, không tiếp tay cho ma túy, cờ bạc, mại dâm.",
				EN: "to take no part in drugs, gambling or prostitution, nor to help them along.",
			}},
			{"NK", criteria.Text{
				VI: "Tự xem thông tin cư trú của gia đình trên VNeID; làm thủ tục cư trú đúng hạn khi có thay đổi.",
				EN: "to look at its own residence data on VNeID, and to register changes of residence in time.",
			}},
			{"GD", criteria.Text{
				VI: "Tôn trọng, giữ kín đời tư của nhau; không kỳ thị; sẵn lòng giúp người cần giúp để ổn định cuộc sống.",
				EN: "to respect one another and keep private matters private, to stigmatise nobody, to help those who want to settle down.",
			}},
			{"HG", criteria.Text{
				VI: "Giữ quy ước sinh hoạt chung; có chuyện chưa vừa ý thì nói với nhau hoặc nhờ tổ hòa giải, không dùng bạo lực.",
				EN: "to keep the rules for living together, to talk or ask the mediators when something is wrong, and never to use violence.",
			}},
		},
		Rental: criteria.Text{
			VI: "Khi cho thuê hoặc cho ở nhờ, thông báo lưu trú trước 23 giờ; khách đến sau 23 giờ thì thông báo trước 08 giờ hôm sau.",
			EN: "When letting rooms or taking guests, to notify their stay before 23:00; for guests who come after 23:00, before 08:00 the next day.",
		},
		Free: criteria.Text{
			VI: "Ký là tự nguyện. Không ký hoặc rút cam kết thì không phải nêu lý do và không ảnh hưởng gì đến hộ.",
			EN: "Signing is voluntary. Not signing, or withdrawing, needs no reason and has no consequence for the household.",
		},
	}
}
