package points

import (
	"errors"
	"slices"
	"strings"

	"sonha/engine/sheet"
	"sonha/ground/civil"
)

// Row is one house number with its point.
type Row struct {
	Sheet  string // empty for CSV
	Row    int    // as Excel shows it
	Street civil.Street
	Number civil.HouseNumber
	At     Point
}

// Address is the house as people say it.
func (r *Row) Address() string { return civil.NFC(r.Number.Text + " " + r.Street.Name) }

// Code says what is wrong with a row; its sentence is "points.problem.<code>".
type Code string

// The codes of refused rows, of the warning Far, and of the repeated row.
const (
	MissingNumber Code = "missing_number"
	MissingStreet Code = "missing_street"
	MissingPoint  Code = "missing_point"
	Swapped       Code = "swapped"
	Metres        Code = "metres"
	Outside       Code = "outside"
	Conflict      Code = "conflict"
	UnknownHouse  Code = "unknown_house"
	Far           Code = "far"
	Duplicate     Code = "duplicate"
)

// Problem is one row that was refused, passed over, or went in with a question.
type Problem struct {
	Sheet string
	Row   int
	Code  Code
	Value string // what the cell holds
	Other int    // the earlier row, or metres
}

// File is what came of reading a file.
type File struct {
	Rows     []Row
	DataRows int // accepted, repeated and refused
	Repeats  []Problem
	Refused  []Problem
	Warnings []Problem
	Skipped  []string
	Headers  map[string]int
}

// The columns of points.
const (
	colSeq     = "seq"
	colNumber  = "number"
	colStreet  = "street"
	colAddress = "address"
	colLat     = "lat"
	colLon     = "lon"
	colPoint   = "point"
)

var headings = map[string]string{
	"stt": colSeq, "tt": colSeq, "so thu tu": colSeq,
	"so nha": colNumber, "sn": colNumber, "nha so": colNumber, "sonha": colNumber, "addr housenumber": colNumber, "housenumber": colNumber, "house number": colNumber,
	"number": colNumber,
	"pho":    colStreet, "duong": colStreet, "ten pho": colStreet, "ten duong": colStreet, "duong pho": colStreet, "pho ngo": colStreet, "addr street": colStreet,
	"street": colStreet, "tuyen pho": colStreet,
	"dia chi": colAddress, "address": colAddress, "addr full": colAddress, "dia chi nha": colAddress, "so nha pho": colAddress,
	"vi do": colLat, "lat": colLat, "latitude": colLat, "vi do lat": colLat, "vi do wgs84": colLat,
	"kinh do": colLon, "lon": colLon, "lng": colLon, "long": colLon, "longitude": colLon, "kinh do lon": colLon, "kinh do lng": colLon, "kinh do wgs84": colLon,
	"toa do": colPoint, "toa do gps": colPoint, "gps": colPoint, "vi tri": colPoint, "latlng": colPoint, "lat lon": colPoint, "lat lng": colPoint,
	"coordinates": colPoint, "vi do kinh do": colPoint,
}

func know(label, _ string) string { return headings[label] }

type parser struct {
	sheet.Reading

	file   *File
	street string
	seen   map[string]int // accepted rows, by the keys of street and number
}

// ParseFile reads all sheets of a book. Errors: *sheet.Error for a file that cannot be read to its end, *sheet.ColumnsError if no sheet holds
// points.
func ParseFile(book *sheet.Book, progress func(done, total int)) (*File, error) {
	p := &parser{file: &File{}, seen: map[string]int{}}
	p.Reading = sheet.Reading{
		Says:   sheet.Refusals{NoHeader: "points.no_header", MissingColumns: "points.missing_columns", MissingInFile: "points.missing_in_file"},
		Titles: map[string]string{colNumber: "Số nhà", colStreet: "Phố", colLat: "Vĩ độ", colLon: "Kinh độ"},
		Know:   know, Begin: func(*sheet.Sheet) { p.street = "" }, Lacks: p.missing, Line: p.line,
	}
	if err := p.Read(book, progress); err != nil {
		return nil, err
	}
	p.file.Headers, p.file.Skipped = p.Headers, p.Skipped
	p.far()
	return p.file, nil
}

// missing lists the columns without which it is not said which house and where.
func (p *parser) missing() []string {
	missing := p.Finder.Missing(colNumber, colStreet, colLat, colLon)
	return slices.DeleteFunc(missing, func(name string) bool {
		if name == colNumber || name == colStreet {
			return p.Finder.Column(colAddress) >= 0
		}
		return p.Finder.Column(colPoint) >= 0
	})
}

func (p *parser) line(row sheet.Row) {
	parts := civil.AddressParts{Number: p.Text(row, colNumber), Street: sheet.Repeat(p.Text(row, colStreet), &p.street), Whole: p.Text(row, colAddress)}
	lat, lon, both := p.Text(row, colLat), p.Text(row, colLon), p.Text(row, colPoint)
	if parts.Number == "" && parts.Whole == "" && lat == "" && lon == "" && both == "" || sheet.IsTotal(parts.Number) {
		return
	}
	p.file.DataRows++
	r := Row{Sheet: p.Sheet, Row: row.Number}
	problem := Problem{Sheet: p.Sheet, Row: row.Number}
	var err error
	if r.Number, r.Street, err = parts.Parse(); err != nil {
		if problem.Code, problem.Value = MissingNumber, parts.Number; errors.Is(err, civil.ErrNoStreet) {
			problem.Code = MissingStreet
		}
		p.file.Refused = append(p.file.Refused, problem)
		return
	}
	if lat == "" && lon == "" {
		r.At, err = Parse(both)
		problem.Value = both
	} else {
		r.At, err = Of(lat, lon)
		problem.Value = strings.TrimSpace(lat + " " + lon)
	}
	if err != nil {
		problem.Code = codeOf(err)
		p.file.Refused = append(p.file.Refused, problem)
		return
	}
	p.accept(r)
}

func codeOf(err error) Code {
	switch {
	case errors.Is(err, ErrSwapped):
		return Swapped
	case errors.Is(err, ErrMetres):
		return Metres
	case errors.Is(err, ErrOutside):
		return Outside
	}
	return MissingPoint
}

// accept takes a row unless the file has one for the house already.
func (p *parser) accept(r Row) {
	key := r.Street.Key + "\x00" + r.Number.Key
	at, ok := p.seen[key]
	switch {
	case !ok:
		p.seen[key] = len(p.file.Rows)
		p.file.Rows = append(p.file.Rows, r)
	case p.file.Rows[at].At == r.At:
		p.file.Repeats = append(p.file.Repeats, Problem{Sheet: r.Sheet, Row: r.Row, Code: Duplicate, Other: p.file.Rows[at].Row})
	default:
		p.file.Refused = append(p.file.Refused, Problem{Sheet: r.Sheet, Row: r.Row, Code: Conflict, Other: p.file.Rows[at].Row})
	}
}

// farAt is from how many metres off the middle of its file a house is asked about: no ward of a city is as wide.
const farAt = 5000

// far warns of houses that lie away from all others, mostly one wrong figure.
func (p *parser) far() {
	const few = 5
	rows := p.file.Rows
	if len(rows) < few {
		return
	}
	lats, lons := make([]int, len(rows)), make([]int, len(rows))
	for i := range rows {
		lats[i], lons[i] = rows[i].At.Lat, rows[i].At.Lon
	}
	slices.Sort(lats)
	slices.Sort(lons)
	middle := Point{lats[len(lats)/2], lons[len(lons)/2]}
	for i := range rows {
		if m := rows[i].At.Metres(middle); m > farAt {
			p.file.Warnings = append(p.file.Warnings, Problem{Sheet: rows[i].Sheet, Row: rows[i].Row, Code: Far, Value: rows[i].At.String(), Other: m / 1000})
		}
	}
}
