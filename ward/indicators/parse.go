package indicators

import (
	"slices"
	"strconv"
	"strings"

	"sonha/engine/sheet"
	"sonha/ground/civil"
	"sonha/ground/pattern"
)

// MostCases is the largest count that is taken: no ward or district has more in a year, and a longer number is a slip.
const MostCases = 99_999

// The columns of official counts.
const (
	colSeq        = "seq"
	colYear       = "period" // a year, or a whole period in one cell
	colQuarter    = "quarter"
	colMonth      = "month"
	colSeries     = "series"
	colName       = "name"
	colArea       = "area"
	colValue      = "value"
	colHouseholds = "households"
)

var headings = map[string]string{
	"stt": colSeq, "tt": colSeq, "so tt": colSeq,
	"nam": colYear, "ky": colYear, "thoi gian": colYear, "ky bao cao": colYear, "ky so lieu": colYear, "giai doan": colYear,
	"quy": colQuarter, "thang": colMonth,
	"ma": colSeries, "ma chi so": colSeries, "ma so": colSeries, "ky hieu": colSeries,
	"ten chi so": colName, "chi so": colName, "chi tieu": colName, "loai": colName, "loai an": colName, "linh vuc": colName, "noi dung": colName,
	"don vi hanh chinh": colArea, "don vi": colArea, "dia ban": colArea, "dia gioi": colArea, "phuong": colArea, "quan": colArea,
	"so vu": colValue, "so vu viec": colValue, "tong so vu": colValue, "so lieu": colValue, "gia tri": colValue, "vu": colValue,
	"so ho": colHouseholds, "ho": colHouseholds, "tong so ho": colHouseholds, "so ho dan": colHouseholds,
}

// seriesNames are how files call the two series, as sheet.Label makes it.
var seriesNames = map[string]Code{
	"i3": Crime, "pphs": Crime, "hs": Crime, "pham phap hinh su": Crime, "so vu pham phap hinh su": Crime, "hinh su": Crime, "vu an hinh su": Crime,
	"an hinh su": Crime, "toi pham hinh su": Crime, "so vu hinh su": Crime,
	"i4": Drugs, "mt": Drugs, "ma tuy": Drugs, "so vu ma tuy": Drugs, "vu ma tuy": Drugs, "an ma tuy": Drugs, "toi pham ma tuy": Drugs, "vi pham ma tuy": Drugs,
}

// know names a column from its heading. A heading that names a series stands over its counts.
func know(label, _ string) string {
	if name, ok := headings[label]; ok {
		return name
	}
	if code, ok := seriesNames[label]; ok {
		return colValue + string(code)
	}
	if len(label) <= 60 && strings.HasPrefix(label, "so vu ") {
		return colValue
	}
	return ""
}

type parser struct {
	sheet.Reading

	file  *File
	today civil.Day
	above map[string]string // ditto marks refer to them
	seen  map[countKey]int
}

type countKey struct {
	series       Code
	kind         Kind
	starts, ends civil.Day
}

// Parse reads all sheets of a book: a row a period and series, or a row a period with a column for each series. today
// bounds what can have happened. progress may be nil. Errors: *sheet.Error for a file that cannot be read to its end,
// *sheet.ColumnsError if no sheet holds official counts.
func Parse(book *sheet.Book, today civil.Day, progress func(done, total int)) (*File, error) {
	p := &parser{file: &File{}, today: today, seen: map[countKey]int{}}
	p.Reading = sheet.Reading{
		Says:   sheet.Refusals{NoHeader: "indicators.file.no_header", MissingColumns: "indicators.file.missing_columns", MissingInFile: "indicators.file.missing_in_file"},
		Titles: map[string]string{colYear: "Năm", colSeries: "Mã (hoặc Tên chỉ số)", colValue: "Số vụ"},
		Know:   know, Begin: func(*sheet.Sheet) { p.above = map[string]string{} }, Lacks: p.missing, IsData: p.holdsFigures, Line: p.line,
	}
	if err := p.Read(book, progress); err != nil {
		return nil, err
	}
	p.file.Headers, p.file.Skipped = p.Headers, p.Skipped
	return p.file, nil
}

// holdsFigures reports whether a row is one of data: "Phạm pháp hình sự" is a heading in one file and a name in a row of another.
func (p *parser) holdsFigures(row sheet.Row) bool {
	period := p.Text(row, colYear) + p.Text(row, colQuarter) + p.Text(row, colMonth)
	return strings.ContainsAny(period, "0123456789")
}

// missing lists the columns without which there are no counts.
func (p *parser) missing() []string {
	missing := p.Finder.Missing(colYear, colSeries, colValue)
	wide := p.Finder.Column(colValue+string(Crime)) >= 0 || p.Finder.Column(colValue+string(Drugs)) >= 0
	return slices.DeleteFunc(missing, func(name string) bool {
		switch name {
		case colYear:
			return p.Finder.Column(colMonth) >= 0 || p.Finder.Column(colQuarter) >= 0
		case colSeries:
			return wide || p.Finder.Column(colName) >= 0
		default:
			return wide
		}
	})
}

// line reads a row under the header. A data row has a figure or a series in it and is no totals row.
func (p *parser) line(row sheet.Row) {
	own, first := row.Own()
	if own == 0 || sheet.IsTotal(first) || sheet.IsTotal(p.Text(row, colYear)) || own == 1 && (sheet.IsSignature(first) || p.Text(row, colYear) == "") {
		return
	}
	values := p.values(row)
	if len(values) == 0 {
		return
	}
	period, wrong := p.period(row)
	for _, v := range values {
		p.file.DataRows++
		problem := Problem{Sheet: p.Sheet, Row: row.Number}
		if problem.Code, problem.Value = v.wrong, v.text; wrong.Code != "" {
			problem.Code, problem.Value = wrong.Code, wrong.Value
		}
		if problem.Code != "" {
			p.file.Refused = append(p.file.Refused, problem)
			continue
		}
		p.accept(row, period, v)
	}
}

// counted is one count of a row before its period is known.
type counted struct {
	series Code
	value  int
	wrong  Wrong
	text   string
}

// values reads the counts of a row: that of its series, or one for each column that is a series.
func (p *parser) values(row sheet.Row) []counted {
	var list []counted
	if p.Finder.Column(colValue) < 0 {
		for _, code := range Official() {
			if text := p.Text(row, colValue+string(code)); text != "" {
				c := number(text)
				c.series = code
				list = append(list, c)
			}
		}
		return list
	}
	code := sheet.Repeat(p.Text(row, colSeries), p.aboveOf(colSeries))
	name := sheet.Repeat(p.Text(row, colName), p.aboveOf(colName))
	text := p.Text(row, colValue)
	if code == "" && name == "" && text == "" {
		return nil
	}
	c := number(text)
	byCode, known := seriesNames[sheet.Label(code)]
	byName, named := seriesNames[sheet.Label(name)]
	switch {
	case known && named && byCode != byName:
		c.wrong, c.text = UnknownSeries, code+" – "+name
	case known:
		c.series = byCode
	case named && code == "":
		c.series = byName
	default:
		c.wrong, c.text = UnknownSeries, strings.TrimSpace(code+" "+name)
	}
	return []counted{c}
}

func (p *parser) aboveOf(column string) *string {
	text := p.above[column]
	defer func() { p.above[column] = text }()
	return &text
}

func number(text string) counted {
	if text == "" || strings.Trim(text, "-–— ") == "" {
		return counted{wrong: MissingValue}
	}
	n, err := civil.ParseInt(strings.TrimSuffix(text, ".0"))
	if err != nil || n < 0 || n > MostCases {
		return counted{wrong: BadValue, text: text}
	}
	return counted{value: n}
}

// accept takes a count unless there is one for the series and the days.
func (p *parser) accept(row sheet.Row, period Period, v counted) {
	r := FileRow{Sheet: p.Sheet, Row: row.Number, Series: v.series, Period: period, Value: v.value, Area: areaName(p.Text(row, colArea))}
	key := countKey{r.Series, period.Kind, period.Starts, period.Ends}
	if at, ok := p.seen[key]; ok {
		earlier := &p.file.Rows[at]
		problem := Problem{Sheet: r.Sheet, Row: r.Row, Code: Conflict, Other: earlier.Row}
		if earlier.Value == r.Value && (r.Area == "" || areaKey(earlier.Area) == areaKey(r.Area)) {
			problem.Code = Duplicate
			p.file.Repeats = append(p.file.Repeats, problem)
		} else {
			p.file.Refused = append(p.file.Refused, problem)
		}
		return
	}
	if text := p.Text(row, colHouseholds); text != "" {
		n, err := civil.ParseInt(strings.TrimSuffix(text, ".0"))
		if err != nil || n <= 0 || n > mostHouseholds {
			p.file.Warnings = append(p.file.Warnings, Problem{Sheet: r.Sheet, Row: r.Row, Code: BadHouseholds, Value: text})
		} else {
			r.Households = n
		}
	}
	p.seen[key] = len(p.file.Rows)
	p.file.Rows = append(p.file.Rows, r)
}

const mostHouseholds = 999_999

// period reads the period of a row and cuts it to the days of its area.
func (p *parser) period(row sheet.Row) (Period, Problem) {
	year := strings.TrimSuffix(p.Text(row, colYear), ".0")
	quarter, month := strings.TrimSuffix(p.Text(row, colQuarter), ".0"), strings.TrimSuffix(p.Text(row, colMonth), ".0")
	written := strings.TrimSpace(strings.Join(slices.DeleteFunc([]string{month, quarter, year}, func(s string) bool { return s == "" }), " "))
	period, code := ReadPeriod(year, quarter, month)
	if code != "" {
		return period, Problem{Code: code, Value: written}
	}
	if period.Starts > p.today {
		return period, Problem{Code: Future, Value: written}
	}
	area := p.Text(row, colArea)
	from, to := areaDays(area)
	cut, ok := period.Within(from, to)
	if !ok {
		return period, Problem{Code: BadArea, Value: area}
	}
	return cut, Problem{}
}

var (
	yearPattern  = pattern.Of(`(?:^|[^0-9])((?:19|20)[0-9]{2})(?:[^0-9]|$)`)
	monthPattern = pattern.Of(`^(?:thang |thg |t)? ?(0?[1-9]|1[0-2])(?: (?:nam )?((?:19|20)[0-9]{2}))?$`)
	isoPattern   = pattern.Of(`^((?:19|20)[0-9]{2}) (0?[1-9]|1[0-2])(?: 0?1(?: 0?0)*)?$`)
	quarterWords = pattern.Of(`^(?:quy |q) ?(iv|iii|ii|i|[1-4])(?: (?:nam )?((?:19|20)[0-9]{2}))?$`)
	bareQuarter  = pattern.Of(`^(iv|iii|ii|i|[1-4])(?: (?:nam )?((?:19|20)[0-9]{2}))?$`)
	yearWords    = pattern.Of(`^(?:ca )?(?:nam )?((?:19|20)[0-9]{2})$`)
	halfWords    = pattern.Of(`(?:^| )(?:6|sau) thang`)
)

// ReadPeriod reads a period as people write it, in one cell or in columns of its own for quarter and month. wrong is
// BadPeriod or HalfYear when it cannot.
func ReadPeriod(year, quarter, month string) (p Period, wrong Wrong) {
	y, q, m := sheet.Label(year), sheet.Label(quarter), sheet.Label(month)
	if halfWords().MatchString(y + " " + q) {
		return p, HalfYear
	}
	of := func(text string) int {
		if found := yearPattern().FindStringSubmatch(text); found != nil {
			n, _ := strconv.Atoi(found[1])
			return n
		}
		return 0
	}
	var kind Kind
	var n int
	in := of(y)
	switch {
	case m != "":
		found := monthPattern().FindStringSubmatch(m)
		if iso := isoPattern().FindStringSubmatch(m); iso != nil {
			found = []string{m, iso[2], iso[1]}
		}
		if found == nil {
			return p, BadPeriod
		}
		kind = Month
		n, _ = strconv.Atoi(found[1])
		in = max(in, of(found[2]))
	case q != "":
		found := bareQuarter().FindStringSubmatch(strings.TrimPrefix(strings.TrimPrefix(q, "quy "), "q"))
		if found == nil {
			return p, BadPeriod
		}
		kind, n, in = Quarter, quarterNumber(found[1]), max(in, of(found[2]))
	default:
		kind, n, in = wholePeriod(y)
	}
	p, ok := NewPeriod(kind, in, n)
	if !ok {
		return Period{}, BadPeriod
	}
	return p, ""
}

// wholePeriod reads a period that stands in one cell.
func wholePeriod(label string) (kind Kind, n, year int) {
	if found := yearWords().FindStringSubmatch(label); found != nil {
		year, _ = strconv.Atoi(found[1])
		return Year, 0, year
	}
	if found := quarterWords().FindStringSubmatch(label); found != nil {
		year, _ = strconv.Atoi(found[2])
		return Quarter, quarterNumber(found[1]), year
	}
	if found := isoPattern().FindStringSubmatch(label); found != nil {
		year, _ = strconv.Atoi(found[1])
		n, _ = strconv.Atoi(found[2])
		return Month, n, year
	}
	if found := monthPattern().FindStringSubmatch(label); found != nil && found[2] != "" {
		year, _ = strconv.Atoi(found[2])
		n, _ = strconv.Atoi(found[1])
		return Month, n, year
	}
	return Year, 0, 0
}

func quarterNumber(text string) int {
	if i := slices.Index([]string{"i", "ii", "iii", "iv"}, text); i >= 0 {
		return i + 1
	}
	n, _ := strconv.Atoi(text)
	return n
}

var (
	sincePattern = pattern.Of(`(?i)(?:từ|kể từ|tu|from|since)\s+(?:ngày\s+|hết\s+)?([0-9]{1,2}[/.-][0-9]{1,2}[/.-][0-9]{4})`)
	untilPattern = pattern.Of(`(?i)(?:đến|den|tới|until|to)\s+(?:hết\s+)?(?:ngày\s+)?([0-9]{1,2}[/.-][0-9]{1,2}[/.-][0-9]{4})`)
	inBrackets   = pattern.Of(`\s*\([^)]*\)`)
)

// areaDays reads from when and until when an area stood: "Quận Hoàn Kiếm (đến 30/06/2025)".
func areaDays(text string) (from, to civil.Day) {
	if found := sincePattern().FindStringSubmatch(text); found != nil {
		from, _ = civil.ParseDay(found[1])
	}
	if found := untilPattern().FindStringSubmatch(text); found != nil {
		to, _ = civil.ParseDay(found[1])
	}
	return from, to
}

// areaName is the name of an area without what stands in brackets behind it.
func areaName(text string) string { return civil.NFC(inBrackets().ReplaceAllString(text, "")) }
