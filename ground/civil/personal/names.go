package personal

// names finds names of persons, by the form of address before them and by family names.
func (s *script) names() []Found {
	var found []Found
	for i := 0; i < len(s.words); {
		from, n := i, s.addressed(i)
		if n == 0 {
			n = s.fullName(i)
		}
		if n == 0 {
			i += max(1, s.place(i))
			continue
		}
		found = append(found, Found{Name, s.words[from].from, s.words[from+n-1].to})
		i += n
	}
	return found
}

// place is how many words at i name a place that begins like a person's name, so that they are passed over together.
func (s *script) place(i int) int {
	if n := legends.match(s.words[i:]); n > 1 && s.legend(s.words[i:]) {
		return n
	}
	if n := places.match(s.words[i:]); n > 1 {
		return n
	}
	return 0
}

// addressed is how many words at i are a form of address and the name after it; 0 for none.
func (s *script) addressed(i int) int {
	w := s.words[i:]
	if n := officeAddress.match(w); n > 0 && len(w) > n {
		if length := s.nameAfter(i, n, false); length > 0 {
			return n + length
		}
	}
	if len(w) < 2 || !w[1].joined && (!w[1].dotted || !short(w[0])) {
		return 0
	}
	if s.legend(w) || s.isTogether(i) || s.afterPlaceWord(i) && w[0].upper {
		return 0
	}
	sure := address.exact(w[0]) || shortAddress.exact(w[0]) && !w[0].upper && !w[0].dotted
	loose := looseAddress.exact(w[0]) || !sure && w[0].ascii && plainAddress.folds(w[0]) && s.unmarkedNear(i)
	switch {
	case sure:
		if n := s.nameAfter(i, 1, true); n > 0 {
			return 1 + n
		}
	case loose:
		if n := s.nameAfter(i, 1, false); n > 0 {
			return 1 + n
		}
	}
	return 0
}

// legend reports whether the words begin with something that has a form of address in it and is no person: Bà Triệu,
// Cô Tô, Bác Hồ. "Bà Triệu Thị Hoa" goes on as a name does and is a person.
func (s *script) legend(w []word) bool {
	n := legends.match(w)
	if n == 2 && sayings.match(w) == n && w[1].upper && !w[1].caps {
		return false // "bà tám" is gossip, "bà Tám" a neighbour
	}
	return n > 0 && (n >= len(w) || !w[n].joined || !gender.has(w[n]) || !w[n].upper)
}

// short reports whether a word is a form of address that is written with a full stop: a., ô., Mr.
func short(w word) bool {
	return len(w.fold) == 1 || w.fold == "mr" || w.fold == "mrs" || w.fold == "ms"
}

// unmarkedNear reports whether the next word is written without marks as well: "ba Lan", "anh Hung", not "Ba Đình".
func (s *script) unmarkedNear(i int) bool { return i+1 < len(s.words) && s.words[i+1].ascii }

// isTogether reports whether the form of address at i ends another word: "bà con", "anh em", "trẻ em".
func (s *script) isTogether(i int) bool {
	return i > 0 && s.words[i].joined && together.match(s.words[i-1:i+1]) == 2
}

// afterPlaceWord reports whether what stands before i says that a place or a firm is named.
func (s *script) afterPlaceWord(i int) bool {
	for n := 1; n <= placeWords.read().most && n <= i; n++ {
		if !s.words[i-n+1].joined && !s.words[i-n+1].dotted {
			return false
		}
		if placeWords.match(s.words[i-n:i]) == n {
			return true
		}
	}
	return false
}

// nameAfter is how many words, from i+skip on, are the name that follows a form of address. After a sure form any
// capital will do; otherwise the word must be a given name that is known, or a family name with what follows it.
func (s *script) nameAfter(i, skip int, sure bool) int {
	w := s.words[i+skip:]
	if len(w) == 0 || !w[0].joined && !w[0].dotted {
		return 0
	}
	first := w[0]
	shouting := first.caps && s.words[i].caps && !short(s.words[i])
	if !first.upper || shouting {
		return s.plainName(i, w, sure)
	}
	if full := s.fullName(i + skip); full > 0 {
		return full
	}
	if !first.ascii && notNames.match(w) > 0 || first.ascii && (notNames.exact(first) || notNames.match(w) > 0 && !givens.exact(first)) ||
		acronyms.has(first) && first.caps || s.isPlaceAfter(i, w) {
		return 0
	}
	if !sure && (!givens.has(first) || places.match(w) > 0) {
		return 0
	}
	return s.capitals(w)
}

// isPlaceAfter reports whether the capitals after a form of address are a place: after a collective ("bà con Đinh
// Liệt") any place is one, after a single person only a street of two words or more.
func (s *script) isPlaceAfter(i int, w []word) bool {
	n := places.match(w)
	if n == 0 {
		return false
	}
	if i > 0 && s.words[i].joined && collective.match(s.words[i-1:i+1]) == 2 {
		return true
	}
	return n > 2
}

// capitals is how many of the words are one name: capitals side by side, five at most.
func (s *script) capitals(w []word) int {
	const most = 5
	n := 1
	for n < len(w) && n < most && w[n].joined && w[n].upper && !w[n].code && !acronyms.has(w[n]) {
		n++
	}
	return n
}

// plainName recognises a name without its capital: "anh tuấn", "ANH TUẤN", "chi lan".
func (s *script) plainName(i int, w []word, sure bool) int {
	if n := s.fullName(i + len(s.words[i:]) - len(w)); n > 0 {
		return n
	}
	first := w[0]
	known := plainGivens.exact(first) || s.plain && plainGivens.folds(first) && (sure || clearAddress.has(s.words[i]))
	if !known || !sure && !looseCalls.has(s.words[i]) && !s.plain || notNames.match(w) > 0 || plainStops.match(w) > 1 {
		return 0
	}
	if first.fold == "hung" && i > 0 && (heroes.has(s.words[i-1]) || len(w) > 1 && w[1].joined && w[1].fold == "liet") {
		return 0
	}
	return 1
}

var (
	heroes       = newWords("nam mẹ tượng vị các những danh hiệu phố truyền thống dân tộc")
	clearAddress = newWords("anh chi ong em")
	looseCalls   = newWords("thầy")
)

// fullName is how many words at i are a family name with the names after it; 0 for none.
func (s *script) fullName(i int) int {
	w := s.words[i:]
	if len(w) < 2 || !w[1].joined || !surnames.has(w[0]) {
		return 0
	}
	if n := places.match(w); n > 1 {
		return 0
	}
	if !w[0].upper || w[0].caps && (w[1].caps || !w[1].upper) {
		if n := s.plainFull(i, w); n > 0 || !w[0].caps || s.shouted(i) {
			return n
		}
	}
	if s.afterPlaceWord(i) {
		return 0
	}
	n := s.capitals(w)
	last := w[n-1]
	switch {
	case n >= 3 && middles.has(w[1]) && (gender.has(w[1]) || givens.has(last) || sureSurnames.has(w[0])):
		return n
	case n >= 3 && sureSurnames.has(w[0]) && (givens.has(last) || givens.has(w[1])):
		return n
	case n >= 3 && givens.has(last) && givens.has(w[1]):
		return n
	case n == 2 && sureSurnames.has(w[0]) && givens.has(last):
		return n
	}
	return 0
}

// shouted reports whether the words around i are all capitals, so that capitals say nothing.
func (s *script) shouted(i int) bool {
	return i+1 < len(s.words) && s.words[i+1].caps && (i == 0 || s.words[i-1].caps)
}

// plainFull recognises a full name without capitals: family name, middle name, given name.
func (s *script) plainFull(i int, w []word) int {
	if !openSurnames.has(w[0]) {
		return 0
	}
	if len(w) > 2 && w[2].joined && middles.has(w[1]) && compounds.match(w[1:]) < 2 && s.given(w[2]) {
		if gender.has(w[1]) || firm.has(w[0]) && plainGivens.has(w[2]) {
			n := 3
			if len(w) > 3 && w[3].joined && givens.exact(w[3]) && givens.exact(w[2]) && w[3].upper {
				n++
			}
			return n
		}
	}
	if firm.has(w[0]) && gender.has(w[1]) && len(w) > 2 && w[2].joined && compounds.match(w[1:]) < 2 && !s.afterPlaceWord(i) {
		return 3
	}
	if firm.has(w[0]) && (w[0].marked != w[0].fold || s.plain) && plainGivens.has(w[1]) && plainStops.match(w[1:]) < 2 && !nguyenWords.has(w[1]) && !s.afterPlaceWord(i) {
		return 2
	}
	return 0
}

var (
	firm        = newWords("nguyễn huỳnh")
	nguyenWords = newWords("nhân")
)

// given reports whether a word can be a given name, as written.
func (s *script) given(w word) bool { return givens.has(w) }
