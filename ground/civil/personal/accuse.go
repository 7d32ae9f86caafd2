package personal

// accusations say of somebody what only the police may look into or what nobody may write down of a neighbour:
// suspicion, addiction, a criminal record (domain.md §5.8: "nhà 3 có đối tượng nghiện mới về").
var accusations = newList(`
đối tượng, con nghiện, thằng nghiện, kẻ nghiện, người nghiện, nghiện mới, nghiện ma túy, nghiện ma tuý, nghiện hút, bị nghiện,
đi cai, cai nghiện về, hút chích, chích hút, tiêm chích, chơi đá,
dùng ma túy, dùng ma tuý, buôn ma túy, buôn ma tuý, bán ma túy, bán ma tuý, chơi ma túy, chơi ma tuý,
sử dụng ma túy, sử dụng ma tuý, tiền án, tiền sự, ra tù, đi tù, mãn hạn tù, mới ra trại, truy nã, gái gọi, gái mại dâm, bán dâm,
nghi phạm, nghi can, bị nghi, tâm thần`)

// warded come before a subject of prevention, which is the work of the house and accuses nobody: "phòng chống ma
// túy", "cam kết không sử dụng ma túy".
var warded = newWords("phòng chống ngừa không tuyên truyền cam kết tác hại nói")

// accused finds what accuses a person.
func (s *script) accused() []Found {
	var found []Found
	for i := 0; i < len(s.words); {
		n := accusations.match(s.words[i:])
		if n < 2 {
			i++
			continue
		}
		if !s.guarded(i) {
			found = append(found, Found{Accusation, s.words[i].from, s.words[i+n-1].to})
		}
		i += n
	}
	return found
}

// guarded reports whether prevention is what the words before i are about.
func (s *script) guarded(i int) bool {
	const look = 6
	for j := max(0, i-look); j < i; j++ {
		if warded.exact(s.words[j]) || s.plain && warded.has(s.words[j]) {
			return true
		}
	}
	return false
}
