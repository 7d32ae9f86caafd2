package proposals

import (
	"strings"

	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ground/pattern"
)

// Channel is where a text belongs that is no proposal about a place.
type Channel string

// The channels. Each has its own law; Sonha is none of them and keeps nothing of such a text (docs/words.md).
const (
	Here   Channel = ""       // a proposal: it may stay
	Crime  Channel = "crime"  // somebody is said to do something criminal: 113, or the police's channel in VNeID
	Formal Channel = "formal" // a complaint or denunciation in the sense of the law: the ward's reception of citizens
)

// ambiguous means something else without its marks: "tường to cao" is a high wall.
const ambiguous = "tố cáo"

// Phrases are written as people type them, in lower case. A sentence that has no mark at all is compared without marks.
var (
	// formal are the names of the channels that have a law of their own.
	formal = []string{
		"khiếu nại", "khiếu kiện", ambiguous, "đơn tố cáo", "tôi tố cáo", "xin tố cáo", "đơn thư", "đơn kiện", "kiện ra tòa", "kiện ra toà", "khởi kiện",
		"nhận hối lộ", "đòi hối lộ", "tham nhũng", "tham ô", "ăn chặn", "vòi tiền", "vòi vĩnh",
	}
	// plainly are crimes told of a person whoever it is.
	plainly = []string{
		"tố giác", "con nghiện", "bán ma túy", "bán ma tuý", "dùng ma túy", "dùng ma tuý", "chơi ma túy", "chơi ma tuý", "hút chích", "chích hút",
		"hút ma túy", "hút ma tuý", "tụ điểm ma túy", "tụ điểm ma tuý", "tụ điểm cờ bạc", "sòng bạc", "chứa bạc", "chứa gái",
		"dọa giết", "doạ giết", "giết người", "bán dâm",
	}
	// somebody are words for a person or a household, none of them a name.
	somebody = []string{
		"đối tượng", "có người", "mấy người", "nhóm người", "người ta", "người lạ", "người đàn ông", "người phụ nữ", "thanh niên", "hàng xóm", "nhà bên",
		"nhà hàng xóm", "nhà số", "nhà đối diện",
		"nhà trên", "nhà dưới", "chủ nhà", "người thuê", "khách thuê", "anh ta", "chị ta", "ông ta", "bà ta", "thằng", "mụ", "lão", "bọn", "băng nhóm",
		"quán", "nhà nghỉ", "vợ chồng", "con trai", "con gái", "kẻ gian", "kẻ trộm",
	}
	// crimes are what somebody is said to do.
	crimes = []string{
		"nghiện", "ma túy", "ma tuý", "đánh bạc", "cờ bạc", "lô đề", "ghi đề", "cá độ", "mại dâm", "ăn trộm", "lấy trộm", "trộm cắp", "trộm đồ", "trộm xe",
		"ăn cắp", "lấy cắp", "móc túi", "cướp",
		"lừa đảo", "cho vay nặng lãi", "bạo hành", "hành hung", "đánh người", "đánh vợ", "đánh con", "đánh đập",
		"đánh nhau", "bị đánh", "bị đâm", "bị chém", "chém nhau", "đâm nhau", "dâm ô", "hiếp dâm",
		"bẻ khóa", "bẻ khoá", "phá khóa", "phá khoá", "tàng trữ", "buôn lậu", "bảo kê", "tội phạm",
	}
	// harmless are turns of speech in which such words are right in a proposal; they are taken out before the rest is looked at.
	harmless = []string{
		"chống trộm cắp", "chống trộm", "phòng trộm cắp", "phòng trộm", "sợ trộm", "phòng chống ma túy", "phòng chống ma tuý", "phòng chống tội phạm",
		"phòng chống bạo hành", "phòng chống lừa đảo",
		"tố giác tội phạm", "tránh lừa đảo", "anh em", "bà con", "cảnh báo lừa đảo", "chống lừa đảo", "cai nghiện",
		"sợ kẻ gian", "lo kẻ gian", "phòng kẻ gian", "tránh kẻ gian", "chống kẻ gian",
		"bị đánh dấu", "bị đánh số", "bị đánh cắp", "bị đâm thủng", "mèo đánh nhau", "mèo hoang đánh nhau", "chó đánh nhau",
	}
	// teaching makes a sentence one about leaflets and evenings, not about somebody.
	teaching = []string{"tuyên truyền", "tập huấn", "hướng dẫn", "phổ biến", "tờ rơi", "tờ dán", "bảng tin", "áp phích", "quảng cáo"}
	// numbered is a household named by its number: "nhà 3", "phòng 203", "hộ 5".
	numbered = pattern.Of(` (?:nhà|phòng|hộ|căn|gác|nha|phong|ho|can|gac) (?:số |so )?[0-9]+[a-zđ]? `)
)

// ChannelOf says where a text belongs. It looks at one sentence after another, so that a person in one and a crime in the
// next, which say nothing of each other, do not add up. It is a help to the sender and no proof of anything: what it lets
// through is read by people.
func ChannelOf(text string) Channel {
	text = strings.ToLower(civil.NFC(text))
	for sentence := range strings.FieldsFuncSeq(text, func(r rune) bool { return strings.ContainsRune(".!?;\n\r", r) }) {
		words, marked := spaced(sentence), hasMarks(sentence)
		has := func(list []string) bool {
			for _, phrase := range list {
				if !marked {
					if phrase == ambiguous {
						continue
					}
					phrase = civil.Fold(phrase)
				}
				if strings.Contains(words, " "+phrase+" ") {
					return true
				}
			}
			return false
		}
		for _, phrase := range harmless {
			if !marked {
				phrase = civil.Fold(phrase)
			}
			words = strings.ReplaceAll(words, " "+phrase+" ", " ")
		}
		about := has(somebody) || numbered().MatchString(words)
		switch {
		case has(teaching) && !about:
		case has(plainly), about && has(crimes):
			return Crime
		case has(formal):
			return Formal
		}
	}
	return Here
}

// hasMarks reports whether a text was typed with Vietnamese marks.
func hasMarks(text string) bool {
	for _, r := range text {
		if r > 0x7f && r != '“' && r != '”' && r != '–' && r != '’' {
			return true
		}
	}
	return false
}

// spaced leaves the words of a sentence with one space around each.
func spaced(sentence string) string {
	words := strings.FieldsFunc(sentence, func(r rune) bool { return strings.ContainsRune(" \t,:()\"“”'’-–/\u00a0", r) })
	return " " + strings.Join(words, " ") + " "
}

// proper refuses a text that belongs elsewhere; the page shows where, and keeps what was typed for the sender alone.
func proper(field, text string) *fault.Field {
	if c := ChannelOf(text); c != Here {
		return &fault.Field{Name: field, Key: "proposals.channel." + string(c)}
	}
	return nil
}
