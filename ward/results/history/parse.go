package history

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"sonha/engine/sheet"
	"sonha/ground/civil"
	"sonha/ground/pattern"
)

// The columns of results.
const (
	colSeq         = "seq"
	colNumber      = "number"
	colStreet      = "street"
	colAddress     = "address"
	colDate        = "date"
	colYear        = "year"
	colResult      = "result"
	colShortcoming = "shortcoming"
	// Columns that hold a cross instead of one with words.
	colSafe         = "is_" + string(Safe)
	colConditional  = "is_" + string(Conditional)
	colNotSafe      = "is_" + string(NotSafe)
	colNotInspected = "is_" + string(NotInspected)
)

var headings = map[string]string{
	"stt": colSeq, "tt": colSeq, "so tt": colSeq, "so thu tu": colSeq,
	"so nha": colNumber, "sn": colNumber, "nha so": colNumber, "sonha": colNumber,
	"pho": colStreet, "duong": colStreet, "ten pho": colStreet, "ten duong": colStreet, "duong pho": colStreet, "pho duong": colStreet,
	"pho ngo": colStreet, "tuyen pho": colStreet,
	"dia chi": colAddress, "dia chi nha": colAddress, "dia chi so nha": colAddress, "so nha pho": colAddress,
	"ngay": colDate, "ngay kiem tra": colDate, "ngay kt": colDate, "thoi gian": colDate, "thoi gian kiem tra": colDate, "kiem tra ngay": colDate,
	"nam": colYear, "nam kiem tra": colYear, "nam thi dua": colYear,
	"ket qua": colResult, "kq": colResult, "ket qua kiem tra": colResult, "xep loai": colResult, "phan loai": colResult, "ket luan": colResult,
	"danh gia": colResult, "kq kiem tra": colResult, "kqkt": colResult,
	"ton tai": colShortcoming, "ton tai chinh": colShortcoming, "thieu sot": colShortcoming, "ghi chu": colShortcoming,
	"ly do": colShortcoming, "noi dung ton tai": colShortcoming,
}

// know names a column from its heading. A heading that is itself a result
// ("Đạt", "Chưa đạt") stands over crosses.
func know(label, parent string) string {
	if name, ok := headings[label]; ok {
		return name
	}
	if outcome, ok := outcomes[label]; ok && label != "" {
		return "is_" + string(outcome)
	}
	words := " " + label + " "
	switch {
	case len(label) > 60:
		return ""
	case strings.Contains(words, " ngay kiem tra "):
		return colDate
	case strings.HasPrefix(label, "ket qua "), strings.HasPrefix(label, "xep loai "):
		return colResult
	case strings.Contains(words, " ton tai "), strings.Contains(words, " thieu sot "):
		return colShortcoming
	case strings.Contains(words, " so nha ") && !strings.Contains(words, " truong so nha "):
		return colNumber
	}
	return ""
}

// outcomes are the words of results as sheet.Label makes them.
var outcomes = map[string]Outcome{
	"dat": Safe, "dat an toan": Safe, "dat at": Safe, "an toan": Safe, "at": Safe, "so nha an toan": Safe, "dat tieu chuan": Safe, "dat yeu cau": Safe,

	"dat co dieu kien": Conditional, "dat co dk": Conditional, "co dieu kien": Conditional, "dat dk": Conditional, "co dk": Conditional,
	"dat an toan co dieu kien": Conditional, "dat co d k": Conditional, "an toan co dieu kien": Conditional,

	"chua dat": NotSafe, "khong dat": NotSafe, "chua an toan": NotSafe, "khong an toan": NotSafe, "chua dat an toan": NotSafe,
	"khong dat an toan": NotSafe, "chua dat at": NotSafe, "k dat": NotSafe, "ko dat": NotSafe, "chua dat yeu cau": NotSafe,
	"khong dat yeu cau": NotSafe,

	"chua kiem tra": NotInspected, "khong kiem tra": NotInspected, "chua kt": NotInspected, "vang nha": NotInspected, "vang chu": NotInspected,
	"di vang": NotInspected,
}

// crosses are the columns that hold marks, and what they mean.
var crosses = []struct {
	column  string
	outcome Outcome
}{{colSafe, Safe}, {colConditional, Conditional}, {colNotSafe, NotSafe}, {colNotInspected, NotInspected}}

type parser struct {
	sheet.Reading

	history *History
	year    int // of the sheet; 0 unknown
	street  string
	seen    map[houseYear]int // accepted rows, by index
}

type houseYear struct {
	house string
	year  int
}

// Parse reads all sheets of a book. progress, which may be nil, is called now and
// then with the bytes read and their total. Errors: *sheet.Error for a file that
// cannot be read to its end, *sheet.ColumnsError if no sheet holds results.
func Parse(book *sheet.Book, progress func(done, total int)) (*History, error) {
	p := &parser{history: &History{}, seen: map[houseYear]int{}}
	p.Reading = sheet.Reading{
		Says:   sheet.Refusals{NoHeader: "history.no_header", MissingColumns: "history.missing_columns", MissingInFile: "history.missing_in_file"},
		Titles: map[string]string{colNumber: "Số nhà", colStreet: "Phố", colResult: "Kết quả"},
		Know:   know, Begin: p.begin, Above: p.titleYear, Lacks: p.missing, IsData: p.isData, Line: p.line,
	}
	if err := p.Read(book, progress); err != nil {
		return nil, err
	}
	p.history.Headers, p.history.Skipped = p.Headers, p.Skipped
	return p.history, nil
}

func (p *parser) begin(s *sheet.Sheet) { p.year, p.street = yearIn(s.Name), "" }

// isData reports whether a row has a house and a readable result.
func (p *parser) isData(row sheet.Row) bool {
	_, _, ok := p.outcome(row)
	return ok && (p.Text(row, colNumber) != "" || p.Text(row, colAddress) != "")
}

// missing lists the columns without which there are no results.
func (p *parser) missing() []string {
	missing := p.Finder.Missing(colNumber, colStreet, colResult)
	return slices.DeleteFunc(missing, func(name string) bool {
		if name == colResult {
			return p.Finder.Column(colSafe) >= 0 && p.Finder.Column(colNotSafe) >= 0
		}
		return p.Finder.Column(colAddress) >= 0
	})
}

var yearPattern = pattern.Of(`(?:^|[^0-9])((?:19|20)[0-9]{2})(?:[^0-9]|$)`)

// yearIn finds the year in a sheet's name or title; of several the last, because
// a campaign "2024-2025" is called after the year in which it ends. 0 if none.
func yearIn(s string) int {
	year := 0
	for {
		m := yearPattern().FindStringSubmatchIndex(s)
		if m == nil {
			return year
		}
		year, _ = strconv.Atoi(s[m[2]:m[3]])
		s = s[m[3]:]
	}
}

// titleYear looks for the year in the lines above the header, where the sheet's
// name does not tell: "KẾT QUẢ KIỂM TRA NĂM 2023".
func (p *parser) titleYear(row sheet.Row) {
	if yearIn(p.Sheet) > 0 {
		return
	}
	for _, c := range row.Cells {
		if c.Kind == sheet.Text && strings.Contains(civil.Fold(c.Text), "nam ") {
			if year := yearIn(c.Text); year > 0 {
				p.year = year
			}
		}
	}
}

// line reads a row under the header. A data row has a number, a street or a
// result in it and is no totals row.
func (p *parser) line(row sheet.Row) {
	own, first := row.Own()
	if own == 0 || sheet.IsTotal(first) || sheet.IsTotal(p.Text(row, colNumber)) || own == 1 && sheet.IsSignature(first) {
		return
	}
	parts := civil.AddressParts{Number: p.Text(row, colNumber), Street: sheet.Repeat(p.Text(row, colStreet), &p.street), Whole: p.Text(row, colAddress)}
	outcome, written, known := p.outcome(row)
	if parts.Number == "" && parts.Street == "" && parts.Whole == "" && written == "" {
		return
	}
	p.history.DataRows++
	r := Row{Sheet: p.Sheet, Row: row.Number, Year: p.year, Outcome: outcome, Shortcoming: p.Text(row, colShortcoming)}
	if text := p.Text(row, colYear); text != "" {
		r.Year = yearIn(strings.TrimSuffix(text, ".0"))
	}
	problem := Problem{Sheet: p.Sheet, Row: row.Number}
	var warning *Problem
	var err error
	r.Number, r.Street, err = parts.Parse()
	switch {
	case errors.Is(err, civil.ErrNoStreet):
		problem.Code = MissingStreet
	case err != nil:
		problem.Code, problem.Value = MissingNumber, parts.Number
	case !known:
		problem.Code, problem.Value = BadResult, written
	default:
		if warning = p.date(row, &r); r.Year == 0 {
			problem.Code = BadYear
		}
	}
	if problem.Code != "" {
		p.history.Refused = append(p.history.Refused, problem)
		return
	}
	p.accept(r, warning)
}

// date reads the day of inspection. Without any year so far it gives the year.
func (p *parser) date(row sheet.Row, r *Row) *Problem {
	text := p.Text(row, colDate)
	if text == "" {
		return nil
	}
	iso, _, _ := strings.Cut(text, "T")
	day, err := civil.ParseDay(iso)
	if err == nil && r.Year == 0 {
		r.Year = day.Year()
	}
	// A campaign runs from November to October, and results may come late.
	if err != nil || day.Year() < r.Year-1 || day.Year() > r.Year+1 {
		return &Problem{Sheet: p.Sheet, Row: row.Number, Code: BadDate, Value: text}
	}
	r.InspectedOn = day
	return nil
}

// accept takes a row unless there is one for the house and year.
func (p *parser) accept(r Row, warning *Problem) {
	h := p.history
	key := houseYear{r.Street.Key + "\x00" + r.Number.Key, r.Year}
	at, ok := p.seen[key]
	if !ok {
		p.seen[key] = len(h.Rows)
		h.Rows = append(h.Rows, r)
		if warning != nil {
			h.Warnings = append(h.Warnings, *warning)
		}
		return
	}
	if h.Rows[at].Outcome == r.Outcome {
		h.Duplicates++
		h.Repeats = append(h.Repeats, Problem{Sheet: r.Sheet, Row: r.Row, Code: Duplicate, Other: h.Rows[at].Row})
		return
	}
	h.Refused = append(h.Refused, Problem{Sheet: r.Sheet, Row: r.Row, Code: Conflict, Other: h.Rows[at].Row})
}

// outcome reads the result from its column, or from the one column with a cross.
func (p *parser) outcome(row sheet.Row) (outcome Outcome, written string, ok bool) {
	if written = p.Text(row, colResult); written != "" {
		outcome, ok = outcomes[sheet.Label(written)]
		return outcome, written, ok
	}
	marks := 0
	for _, c := range crosses {
		text := p.Text(row, c.column)
		if text == "" || text == "0" || strings.Trim(text, "-– ") == "" {
			continue
		}
		marks++
		outcome = c.outcome
		written = strings.TrimSpace(written + " " + text)
	}
	return outcome, written, marks == 1
}
