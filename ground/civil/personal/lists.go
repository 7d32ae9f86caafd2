package personal

import (
	"strings"
	"sync"

	"sonha/ground/civil"
)

// list is a set of words or phrases. It is read when it is first asked for: the lists together are long, and most starts of the
// program never look at a free text.
type list struct{ read func() *phrases }

// phrases are in the key that keeps marks and without them.
type phrases struct {
	marked map[string]bool
	folded map[string]bool
	most   int // words in the longest phrase
}

// newList reads phrases separated by commas or line breaks.
func newList(text string) list {
	return list{sync.OnceValue(func() *phrases {
		l := &phrases{marked: map[string]bool{}, folded: map[string]bool{}}
		for _, phrase := range strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == '\n' }) {
			if phrase = civil.NFC(phrase); phrase == "" {
				continue
			}
			l.marked[civil.MarkedKey(phrase)] = true
			l.folded[civil.Fold(phrase)] = true
			l.most = max(l.most, strings.Count(phrase, " ")+1)
		}
		return l
	})}
}

// words splits on spaces.
func newWords(text string) list { return newList(strings.ReplaceAll(text, " ", ",")) }

// has reports whether a word is in the list. A word without marks is also looked for without them.
func (l list) has(w word) bool {
	p := l.read()
	return p.marked[w.marked] || w.ascii && p.folded[w.fold]
}

// exact reports whether a word is in the list as written, marks and all.
func (l list) exact(w word) bool { return l.read().marked[w.marked] }

// folds reports whether a word is in the list when marks are taken away.
func (l list) folds(w word) bool { return l.read().folded[w.fold] }

// match is how many of the words, from the first on, make the longest phrase of the list; 0 for none.
func (l list) match(words []word) int {
	p := l.read()
	marked, folded, ascii, best := "", "", true, 0
	for i, w := range words {
		if i == p.most || i > 0 && !w.joined && (!w.dotted || !short(words[i-1])) {
			break
		}
		if i > 0 {
			marked += " "
			folded += " "
		}
		marked += w.marked
		folded += w.fold
		ascii = ascii && w.ascii
		if p.marked[marked] || ascii && p.folded[folded] {
			best = i + 1
		}
	}
	return best
}

var digitNames = digitKeys("không một hai ba bốn tư năm lăm sáu bảy bẩy tám chín")

func digitKeys(text string) []string {
	var keys []string
	for w := range strings.FieldsSeq(text) {
		keys = append(keys, civil.MarkedKey(w))
	}
	return keys
}

// Forms of address. After a sure one any capital begins a name; a loose one is an everyday word as well ("con
// phố", "chủ nhà", "nhà báo") and asks for a given name that is known.
var (
	address       = newWords("anh chị ông bà cô chú bác em cháu cậu mợ dì thím cụ lão mụ thằng gã ả ngài mr mrs ms")
	looseAddress  = newWords("con vợ chồng bố mẹ bạn tên")
	plainAddress  = newWords("anh chi ong em chu bac chau cu co ba di cau thang") // without marks some are other words: "co", "ba", "thang"
	shortAddress  = newWords("a ô c b e")
	officeAddress = newList(`
đồng chí, đ c, đc, tổ trưởng, tổ phó, chủ nhà, chủ hộ, chủ quán, chủ cửa hàng, trưởng số nhà, phó trưởng số nhà, cảnh sát khu vực, cskv, công an,
bảo vệ, bác sĩ, thầy giáo, cô giáo, thầy, thợ điện, thợ nước, thợ khóa, thợ khoá, dân phòng, cán bộ, hộ, khách thuê, người thuê, người thuê nhà,
hàng xóm, trưởng ban, bí thư, chủ tịch, kẻ gian, họ tên, họ và tên, tên là, vợ chồng`)
	collective = newList(`
bà con, anh em, chị em, anh chị em, trẻ em, các em, các cháu, các bác, các anh, các chị, các cô, các chú, các ông, các bà, các cụ, quý ông bà,
ông bà, anh chị, cô bác, cô chú, chú bác, thiếu niên, người con`)
)

// together are words that make another thing of the form of address after them: "bà con", "anh em", "trẻ em".
var together = newList(`
bà con, anh em, chị em, trẻ em, đàn em, em em, dân anh, nước anh, tiếng anh, trẻ con, người con, gà con, lợn con, mèo con, tổ con, số con, nhà con,
anh bà`)

// notNames follow a form of address with a capital and are no names: offices, groups, legends, everyday words.
var notNames = newList(`
tổ, tổ trưởng, tổ phó, ban, hội, chi hội, chi bộ, chi đoàn, chi ủy, khu, khu phố, khu vực, khu dân cư, phố, ngõ, ngách, hẻm, nhà, số, phường, quận,
trưởng, phó, bí thư, chủ, chủ nhà, chủ hộ, chủ tịch, giám đốc, giám sát, cán bộ, nhân dân, nhân viên, nhân khẩu, thiếu nhi, thiếu niên, nhi đồng,
cựu, điện lực, thợ, công an, công ty, công nhân, công tác, công dân, công đoàn, cảnh sát, dân phòng, dân phố, dân quân, dân cư, bảo vệ, bảo hiểm,
bảo dưỡng, giáo, giáo viên, y tế, y tá, y sĩ, trạm, lực lượng, mặt trận, đoàn thanh niên, đoàn viên, đoàn thể, đoàn phường, thanh niên, thanh tra,
phụ nữ, phụ lão, phụ trách, môi trường, vệ sinh, quản lý, quản trị, tuần tra, an ninh, đảng, đảng viên, đảng ủy, uỷ, ủy, ủy ban, uỷ ban, nguyên tổ,
nguyên trưởng, đại diện, đại biểu, đồng chí, thường trực, văn phòng, kế toán, thủ quỹ, thu ngân, lao công, xe ôm, bưu điện, bưu tá, giao hàng,
hàng xóm, khách, sinh viên, học sinh, thương binh, hưu trí, cao tuổi, người, giữ xe, trông xe, bán hàng, hòa giải, hoà giải, khóm, cụm, nhóm, đội,
khối, lớp, trường tiểu học, trường mầm non, trường học, bệnh viện, liên gia, tự quản, chiến sĩ, chiến sỹ, hộ, cư dân, thành viên, thành phố,
tình nguyện, ngoan, hàng, khách thuê, thuê, ở, trên, dưới, hồ chí minh, công ông táo, công ông, táo, già noel, già, bụt, cuội, hằng nga, rùa, ý,
trọng tâm, con, bà, ông, em, chị, anh, cô, chú, bác, cháu, mẹ, phòng, tầng, gác, căn, lầu, lưu ý, nhớ, hãy, đã, vui lòng, không, cần, có, được, và,
hoặc, cũng, đang, sẽ, xin, cho, về, nào, này, ấy, kia, đó, nếu, khi, thì, là, việt nam, hà nội, hoàn kiếm, nhé, ạ, hợp tác, nội trợ, văn hóa,
văn hoá, chính quyền, chính sách, công trình, cấp, cơ sở, doanh nghiệp, kinh doanh, thi công, kỹ thuật, sửa chữa, lái xe, tài xế, rửa, nông dân,
quân đội, bộ đội, hướng dẫn, hưởng ứng`)

// notAcronyms are capitals that are offices.
var acronyms = newWords(`
ca cs cskv tdp tt tp ubnd mttq pccc hpn ccb tn dp bv bvdp hlhpn nct hnd cb nv cty tnhh evn hn vneid bch ct pct bt cnch gd gv hs sv cand qtv dv
ubmttq ttdp tsn sn`)

// legends begin with a form of address and are streets, places, feasts or sayings.
var legends = newList(`
bà triệu, bà huyện thanh quan, bà huyện, bà trưng, bà kiệu, bà đá, bà đanh, bà nành, bà ngô, bà móc, bà tấm, bà nà, bà rịa, bà đen, bà chiểu,
bà điểm, bà hạt, bà hom, bà chúa, bà ba, bà tám, bà la, bà mụ, bà hỏa, bà hoả, bà cốt, cô tô, cô bắc, cô giang, cô hồn, cô đơn, cô lập, cô đọng,
cô độc, cô loa, cô vy, cô vít, ông ích khiêm, ông đốc, ông lãnh, ông công, ông táo, ông tạ, ông địa, ông trăng, ông già noel, bác hồ, bác tôn,
bác cổ, bác bỏ, bác sĩ, bác sỹ, bác ái, cụ rùa, cụ thể, cụ hồ, chú ý, chú trọng, chú thích, chú tâm, chú dẫn, chú giải, chú cuội, chị hằng nga,
em bé, anh hùng liệt sĩ, anh hùng liệt sỹ, anh hùng lao động, anh hùng lực lượng, anh văn, anh ngữ, ả rập, ả đào, cháu ngoan bác hồ, cậu ấm,
cậu ông trời, co loa, co so, co to, ba dinh, ba vi, ba trieu, ba la, ba lan can, bac giang, bac ninh, bac lieu, bac kan, bac bo, thang long,
thang loi, thang gieng, thang hai, thang ba, thang tu, thang nam, thang sau, thang bay, thang tam, thang chin, thang muoi, co hai, co ba, chi minh,
chi bo, chi hoi, chi linh, chi cuc, chi nhanh, chi tiet, chi phi, chi tieu, chi lang, chau long, chau phu, chau a, chau au, cau giay, cau go,
cau dien, cau dong, cau thang, cau long, cau lac bo, em hien, con dao, con cuong, mẹ tĩnh, mẹ việt nam, chu van an, chu trinh, chu ky, ong ich khiem,
ong cong, ong tao, cu the, di chuc, di an, di linh`)

// sayings are legends in small letters only.
var sayings = newList("bà ba, bà tám")

// surnames are the family names of nearly all Vietnamese; sureSurnames need no middle name to be recognised.
var (
	surnames = newWords(`
nguyễn trần lê phạm hoàng huỳnh phan vũ võ đặng bùi đỗ hồ ngô dương lý đinh đoàn trịnh mai cao lưu lương tạ hà tô đào chu trương nghiêm kiều quách
thái phùng tống lâm hứa la vương tăng từ kim mạc ninh đàm thân thạch triệu văn châu âu doãn khuất khúc lại lã lục mẫn nhâm ông phí quản sái tiêu tôn
trang trà vi viên giang giáp đậu đồng cù cấn bạch an bành cung chử diệp`)
	sureSurnames = newWords("nguyễn trần lê phạm huỳnh phan vũ võ đặng bùi đỗ ngô dương trịnh hoàng đinh trương")
	// openSurnames are recognised in small letters without marks: they are no other word.
	openSurnames = newWords(`
nguyễn phạm huỳnh trịnh ngô trần bùi đặng phan trương đoàn dương hoàng đinh lương phùng vũ võ lê đỗ hồ lý mai cao tạ hà đào chu tô lưu`)
	middles = newWords(`
văn thị đình hữu đức ngọc minh quang thanh xuân công duy quốc bá thế trọng tiến anh hoàng mạnh thành việt hải thu hồng kim mỹ bích thùy thuỳ phương
tuấn gia bảo khánh như diệu quỳnh thúy thuý huy trung viết danh đăng nhật chí vĩnh tất doãn phúc hà mai lan ánh tuyết cẩm nguyên thái hùng vân
trường tấn khắc sỹ sĩ huyền`)
	gender = newWords("văn thị")
)

// givens are given names. Every one is also some other word in some sentence; where a name must be told from a
// word without a capital, plainGivens are used.
var givens = newWords(`
an anh ánh ân ẩn bách bạch bảo bắc băng bằng bích biên bình bính bổng ca cầm cẩm canh cảnh cát châu chi chí chiến chính chinh chương chung chúc
chuyên côi công cúc cường cương cừ danh dần dân diễm diễn diện diệp diệu dinh doan doanh du dung dũng duy duyên dư dương đài đại đan đàn đào đạo đạt
đăng đắc đằng đệ điềm điền điệp đình định đoan đoàn đoài độ đô đông đồng đương đường đức gấm giang giao giáp hà hạ hải hàn hân hằng hạnh hảo hào hạo
hậu hiên hiến hiền hiển hiếu hiệp hiệu hinh hoa hoà hoá hoài hoan hoàn hoàng hoạt hồng hội huân huấn huế huệ hùng huy huyên huyền huỳnh hưng hương
hường hữu hỷ kha khải khang khanh khánh khiêm khiết khoa khoát khôi khởi khuê khương kiên kiếm kiều kiệt kim kính kỳ ký lam lâm lan lành lăng lân
lập lê lệ lễ liêm liên liễu linh loan long lộc lợi lụa luân luận luật lực lương lượng lưu lựu ly lý mai mạnh mão mận mây miên minh mơ mùi mười my mỹ
na nam năm nga ngà ngạn ngân nghi nghĩa nghiêm nghiệp ngoan ngọ ngọc ngôn nguyên nguyện nguyệt nhã nhài nhàn nhân nhâm nhất nhật nhi nhiên nhung như
nhường nhượng ninh nụ nương oanh ổn phác phan phát phấn phê phi phong phú phúc phụng phước phương phượng quân quang quảng quế quốc quy quý quyên
quyền quyết quỳnh sáng sang sao sâm sen sinh sĩ sỹ sơn sung sửu tài tam tân tấn tâm tần tây thạch thái tham thanh thành thảo thạo thắm thăng thắng
thân thập thế thể thi thìn thiên thiện thiết thiệu thịnh thọ thoa thoại thoan thông thơ thơm thu thuần thuận thuật thục thúy thuý thủy thuỷ thùy
thuỳ thụy thuyên thuyết thư thức thương thường thưởng tiên tiến tín tính tình toán toàn toản tố tôn tới trà trang tráng tranh trâm trân trí triết
triển triều triệu trình trinh trịnh trọng trúc trung trường trưởng trực tú tuân tuấn tuất tuệ tùng tuyên tuyển tuyến tuyền tuyết tư từ tường tửu tý
tỵ uy uyên vân văn vệ vị viên viễn việt vinh vĩnh vĩ vịnh vỵ vọng vũ vui vương vượng vy hai ba sáu bảy tám chín xuân xuyên xuyến yên yến yêu ý`)

// plainGivens are given names that are hardly a word after a form of address, so that "anh tuấn" is a name without
// its capital.
var plainGivens = newWords(`
tuấn dũng cường hùng hưng huy khánh linh thảo phượng phương nhung oanh thủy thuỷ thùy thuỳ thúy thuý quỳnh tùng khoa lan hương hoa hằng hạnh hiền
hiếu hiệp huệ huyền hường dung duyên diệp hải hà long lâm loan liên mai minh nam nga ngân ngọc nguyệt nghĩa phúc quân quang sơn tâm thanh thắng
thịnh thu trang trinh trâm trung tú tuyết uyên vân vinh vy xuân yến đức đạt kiên khải khang đông bảo bình cúc châu chung dương giang thái thành thọ
thuận tiến toản tuyến việt nhàn nhân lương luân kiệt hoàng phong`)

// plainStops are second words that make another word of a plain given name: "anh hùng lao động", "ông bình tĩnh".
var plainStops = newList(`
hùng liệt, hùng lao, hùng lực, hùng dân, hùng trong, hùng của, hoa quả, hoa văn, hoa kiểng, hoa cảnh, minh bạch, minh họa, minh hoạ, minh chứng,
thanh toán, thanh niên, thanh tra, thanh lý, thu gom, thu tiền, thu dọn, thu hồi, thu phí, thu xếp, thu hộ, trang trí, trang bị, trang trải,
trung bình, trung thực, trung thu, trung tâm, quân đội, quân sự, quang cảnh, quang gánh, tâm sự, tâm huyết, tiến hành, thành viên, thành lập,
thành phố, thái độ, thuận tiện, thuận lợi, thuận tình, đạt giải, đạt danh, đạt chuẩn, đạt yêu, đạt thành, đức độ, bảo vệ, bảo là, bảo rằng, bảo quản,
bảo nhau, bảo dưỡng, bảo hiểm, bảo trì, bình tĩnh, bình thường, bình an, bình chọn, bình xét, bình chữa, bình cứu, bình ga, bình gas, bình nước,
nhân dân, nhân viên, nhân dịp, nhân hậu, liên hệ, liên lạc, liên quan, liên gia, liên hoan, phong trào, phương án, phương tiện, phương châm,
phương pháp, chung cư, chung tay, chung sức, chung cổng, chung sân, chung nhà, chung tường, chung ngõ, chung số, chung lối, hiền lành, hiền hòa,
hạnh phúc, hiếu học, hiếu thảo, hải quan, hà nội, nam giới, nam nữ, nam và, lâm thời, lan can, mai mối, mai sẽ, mai họp, mai đi, ngân hàng,
ngân sách, nghĩa vụ, nghĩa trang, nghĩa tình, đông người, đông đủ, đông con, đông cháu, vinh dự, vân tay, vinh danh, xuân này, xuân mới, xuân sang,
giang hồ, châu âu, khoa học, khoa bảng, khánh thành, phúc lợi, phúc thọ, thọ mừng, thọ bảy, thọ tám, thọ chín, tú tài, kiên quyết, kiên trì,
kiên nhẫn, thắng cuộc, thắng giải, dũng cảm, dương tính, việt kiều, việt nam, hoàng thành, long trọng, cường độ, thịnh vượng, hương khói, hương ước,
hưng phấn, khang trang, linh hoạt, linh đình, ngọc lan, yến tiệc, thảo luận, thảo dược, thủy điện, thuỷ điện, kiệt sức, huy động, huy hiệu,
huy chương, tùng bách, toản bộ`)

// compounds are everyday words that begin with a middle name: "trần văn phòng" is the ceiling of an office.
var compounds = newList(`
văn phòng, văn hóa, văn hoá, văn bản, văn minh, văn nghệ, văn thư, văn kiện, văn học, thị trường, thị trấn, thị xã, thị sát, thị lực, thị thực,
thị phần, thị giác, thị chính, công an, công ty, công trình, công việc, công khai, công tác, công trường, công nhân, công tơ, công cộng, anh em,
thanh niên, thu gom, minh bạch, đức tính`)

// placeWords come before a name that is a place's or a firm's.
var placeWords = newList(`
phố, đường, ngõ, ngách, hẻm, phường, quận, huyện, xã, chợ, đền, chùa, đình, trường, vườn hoa, công viên, quảng trường, hồ, cầu, bệnh viện, tượng,
tượng đài, rạp, nhà hát, bến xe, ga, khách sạn, cửa hàng, tiệm, quán, nhà hàng, nhà thuốc, nhà thờ, siêu thị, công ty, cty, tnhh, doanh nghiệp,
tòa nhà, toà nhà, thpt, thcs, tiểu học, mầm non, mẫu giáo, di tích, phở, bún, kem, cafe, cà phê, bánh, ngã tư, ngã ba, nút giao, dốc, phủ, miếu,
giải, giải thưởng, tp, thành phố, p, đ, q, đại lộ, bảo tàng, tdp, tổ dân phố, cụm, khu đô thị, chung cư, sân vận động, rạp chiếu phim, hội trường,
học viện, đại học, cao đẳng, thư viện, lớp, đội, chi đội, phong trào, quỹ, gương, khu tập thể, tập thể, nhà xuất bản, đoạn, ngã, góc, số, số nhà,
pho, duong, cho, truong, den, chua, vuon hoa, so nha, so`)

// places are streets of the middle of Hà Nội, its wards and districts of today and before, provinces, and names that
// begin like a person's.
var places = newList(`
lý thái tổ, lý thường kiệt, lý quốc sư, lý nam đế, lý đạo thành, lý văn phúc, lý tự trọng, lý văn phức, lý sơn, đinh liệt, đinh lễ, đinh tiên hoàng,
đinh công tráng, đinh ngang, đinh công hạ, đinh núp, trần hưng đạo, trần quang khải, trần nhật duật, trần phú, trần quốc toản, trần bình trọng,
trần khánh dư, trần nguyên hãn, trần quý cáp, trần nhân tông, trần khát chân, trần xuân soạn, trần cao vân, trần duy hưng, trần đại nghĩa,
trần tế xương, trần vũ, trần thánh tông, trần cung, trần đăng ninh, trần quốc hoàn, trần thái tông, trần kim xuyến, trần bình, trần điền, trần hòa,
trần vỹ, trần quốc vượng, trần văn chuông, trần huy liệu, trần hữu tước, trần quang diệu, trần thủ độ, trần nguyên đán, phan chu trinh,
phan châu trinh, phan bội châu, phan huy chú, phan đình phùng, phan phù tiên, phan văn trường, phan huy ích, phan kế bính, phan văn trị, phan rang,
phan thiết, phan xi păng, lê thái tổ, lê thánh tông, lê lai, lê thạch, lê lợi, lê phụng hiểu, lê duẩn, lê văn hưu, lê văn linh, lê ngọc hân,
lê đại hành, lê quý đôn, lê hồng phong, lê trực, lê đức thọ, lê trọng tấn, lê thanh nghị, lê văn lương, lê quang đạo, lê hoàn, lê gia đỉnh,
lê văn thiêm, lê chân, lê đình dương, lê trọng nghĩa, nguyễn hữu huân, nguyễn siêu, nguyễn thiếp, nguyễn thiện thuật, nguyễn khắc cần, nguyễn xí,
nguyễn khiết, nguyễn gia thiều, nguyễn du, nguyễn thượng hiền, nguyễn thái học, nguyễn chế nghĩa, nguyễn quang bích, nguyễn văn tố, nguyễn tư giản,
nguyễn huy tự, nguyễn cao, nguyễn công trứ, nguyễn khoái, nguyễn trãi, nguyễn huệ, nguyễn khuyến, nguyễn trung trực, nguyễn trường tộ, nguyễn biểu,
nguyễn tri phương, nguyễn cảnh chân, nguyễn khang, nguyễn chí thanh, nguyễn lương bằng, nguyễn văn cừ, nguyễn văn linh, nguyễn văn huyên,
nguyễn phong sắc, nguyễn khánh toàn, nguyễn hoàng tôn, nguyễn đức cảnh, nguyễn an ninh, nguyễn xiển, nguyễn tuân, nguyễn ngọc vũ, nguyễn thị định,
nguyễn thị thập, nguyễn tam trinh, nguyễn bỉnh khiêm, nguyễn đình chiểu, nguyễn phạm tuân, nguyễn phan chánh, nguyễn quyền, nguyễn như đổ,
nguyễn khắc nhu, nguyễn khắc hiếu, nguyễn hòa bình, nguyễn sơn, nguyễn cơ thạch, nguyễn hoàng, nguyễn viết xuân, nguyễn ngọc nại, nguyễn phúc lai,
nguyễn thái bình, nguyễn thị minh khai, nguyễn tất thành, nguyễn đình thi, nguyễn đổng chi, nguyễn văn lộc, nguyễn văn siêu, nguyễn văn ngọc,
nguyễn văn trỗi, nguyễn bình, nguyễn kim, nguyễn sinh, nguyễn ái quốc, nguyễn đức thuận, hoàng diệu, hoàng hoa thám, hoàng mai, hoàng quốc việt,
hoàng văn thụ, hoàng cầu, hoàng ngân, hoàng đạo thúy, hoàng đạo thành, hoàng liệt, hoàng tăng bí, hoàng sâm, hoàng thành, hoàng thành thăng long,
hoàng minh giám, hoàng sa, hoàng thế thiện, hoàng liên sơn, hồ chí minh, hồ xuân hương, hồ hoàn kiếm, hồ gươm, hồ tây, hồ đắc di, hồ tùng mậu,
hồ giám, hồ ba mẫu, hồ thành công, hồ thiền quang, hồ bảy mẫu, hồ trúc bạch, phạm hồng thái, phạm ngũ lão, phạm sư mạnh, phạm đình hổ,
phạm ngọc thạch, phạm hùng, phạm văn đồng, phạm huy thông, phạm tuấn tài, phạm thận duật, phạm ngọc quyến, vũ hữu lợi, vũ thạnh, vũ ngọc phan,
vũ phạm hàm, vũ trọng phụng, vũ tông phan, vũ xuân thiều, vũ đức thận, vũ miên, vũ trọng khánh, võ thị sáu, võ nguyên giáp, võ văn dũng, võ chí công,
võ văn kiệt, võ quý huân, đặng thái thân, đặng dung, đặng tất, đặng tiến đông, đặng văn ngữ, đặng thùy trâm, đặng thai mai, đặng trần côn,
đặng thuỳ trâm, đặng xá, đặng xuân bảng, bùi thị xuân, bùi huy bích, bùi xương trạch, bùi ngọc dương, bùi bằng đoàn, đỗ hạnh, đỗ hành, đỗ quang,
đỗ đức dục, đỗ nhuận, đỗ ngọc du, đỗ thuận, ngô quyền, ngô thì nhậm, ngô thị nhậm, ngô văn sở, ngô gia tự, ngô tất tố, ngô xuân quảng, ngô gia khảm,
ngô sĩ liên, dương đình nghệ, dương quảng hàm, dương khuê, dương nội, dương tự minh, dương hà, dương xá, trịnh hoài đức, trịnh công sơn,
trịnh văn bô, trịnh đình cửu, mai hắc đế, mai dịch, mai xuân thưởng, mai anh tuấn, mai động, mai phúc, mai châu, cao bằng, cao bá quát, cao đạt,
cao thắng, cao lỗ, cao lãnh, cao su, lưu hữu phước, lưu quang vũ, lưu nhân chú, lương ngọc quyến, lương văn can, lương yên, lương thế vinh, lương sử,
lương định của, lương khánh thiện, lương sơn, tạ hiện, tạ quang bửu, hà nội, hà đông, hà trung, hà cầu, hà nam, hà giang, hà tĩnh, hà hồi, hà tiên,
hà huy tập, hà huy giáp, hà kế tấn, hà bổng, hà khẩu, tô hiến thành, tô lịch, tô tịch, tô hiệu, tô hoàng, tô vĩnh diện, tô ngọc vân, đào duy từ,
đào duy anh, đào tấn, đào xá, đào văn tập, chu văn an, chu huy mân, chu mạnh trinh, trương hán siêu, trương định, trương công giai, trương đăng quế,
nghiêm xuân yêm, kiều mai, quách đình bảo, thái phiên, thái thịnh, thái hà, thái nguyên, thái bình, thái lan, thái tổ, thái học, phùng hưng,
phùng khắc khoan, phùng chí kiên, phùng khoang, tống duy tân, lâm hạ, lâm đồng, lâm du, vương thừa vũ, từ liêm, từ sơn, từ hoa, kim mã, kim liên,
kim ngưu, kim đồng, kim giang, kim bài, kim chung, kim nỗ, kim hoa, mạc đĩnh chi, mạc thái tổ, mạc thị bưởi, ninh bình, ninh thuận, ninh hiệp,
triệu việt vương, triệu quốc đạt, văn miếu, văn cao, văn chương, văn điển, văn quán, văn khê, văn phú, văn hóa, văn giang, châu long, châu phong,
châu quỳ, châu âu, châu á, an dương, an dương vương, an xá, an giang, an khánh, an ninh, lãn ông, lương đình của, tuệ tĩnh, đoàn trần nghiệp,
đoàn thị điểm, đoàn nhữ hài, đoàn kết, đoàn kết thị, thể giao, tông đản, tràng tiền, tràng thi, mã mây, gia ngư, nhà chung, nhà thờ, nhà hỏa,
chân cầm, báo khánh, bảo khánh, bảo linh, quán sứ, quang trung, hai bà trưng, hỏa lò, thợ nhuộm, phủ doãn, ngõ huyện, ngõ gạch, ngõ trạm, cầu gỗ,
cầu đông, chợ gạo, đông thái, đồng xuân, đường thành, cửa đông, cửa nam, thanh hà, thanh yên, thanh xuân, thanh trì, thanh nhàn, thanh niên,
thanh oai, thanh lương, long biên, hồng hà, hoàn kiếm, ba đình, đống đa, tây hồ, cầu giấy, bắc từ liêm, nam từ liêm, gia lâm, đông anh, sóc sơn,
ba vì, phúc thọ, đan phượng, hoài đức, quốc oai, thạch thất, chương mỹ, phú xuyên, ứng hòa, mỹ đức, mê linh, sơn tây, phúc tân, chương dương,
chương dương độ, bạch đằng, vạn kiếp, vọng hà, hàm tử quan, cổ tân, lò sũ, lò rèn, bát đàn, bát sứ, tạm thương, yên thái, thuốc bắc, lương y, lê nin,
hải phòng, hải dương, hưng yên, vĩnh phúc, bắc ninh, bắc giang, quảng ninh, nam định, thanh hóa, nghệ an, đà nẵng, sài gòn, việt nam, huế,
trung quốc, nhật bản, hàn quốc, đoàn thanh niên, đoàn phường, đoàn viên, la thành, la khê, trang trí, trần nhà, lê la, đinh ốc, hồ bơi, hồ cá, hồ sơ,
cao tốc, cao điểm, cao tuổi, lưu trú, lưu ý, lưu thông, lương thực, mai táng, hà thành, đoàn công tác, chu kỳ, kim khí, quản lý, quản trị, văn phòng,
văn bản, văn nghệ, an toàn, an sinh, đồng hồ, đồng bộ, viên chức, vi phạm, trang web, tiêu chí, tiêu dùng, tiêu chuẩn, tăng cường, tôn tạo, lại quả,
đông hải, thân thiện, thân nhân, công an, giang văn minh, đinh sửu, đinh mão, đinh tỵ, đinh mùi, đinh dậu, đinh hợi`)
