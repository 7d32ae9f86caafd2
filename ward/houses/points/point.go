// Package points keeps where the house numbers of a ward stand on the map. Coordinates come from a table as people keep it (degrees, or what
// a map on the phone copies), from GeoJSON, or are typed for one house.
//
// Gói points giữ tọa độ của các số nhà để vẽ bản đồ.
package points

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"sonha/ground/civil"
	"sonha/ground/pattern"
)

// Point is a place in WGS 84, in ten-millionths of a degree (about a centimetre).
type Point struct{ Lat, Lon int }

// unit is how many parts a degree has.
const unit = 10_000_000

// The region in which a point of Vietnam can lie, islands included, in degrees.
const (
	south, north = 6, 24
	west, east   = 102, 118
)

// Why a text is no point.
var (
	// ErrNoPoint says that a text holds no two coordinates.
	ErrNoPoint = errors.New("no coordinates")
	// ErrSwapped says that latitude and longitude changed places.
	ErrSwapped = errors.New("latitude and longitude swapped")
	// ErrMetres says that the figures are metres of a projected system, as VN-2000 writes them.
	ErrMetres = errors.New("metres, not degrees")
	// ErrOutside says that the point does not lie in Vietnam.
	ErrOutside = errors.New("outside Vietnam")
)

// String is the point as maps on the phone take it: "21.0332714, 105.8519021".
func (p Point) String() string { return degrees(p.Lat) + ", " + degrees(p.Lon) }

// Latitude is in degrees, as text: "21.0332714".
func (p Point) Latitude() string { return degrees(p.Lat) }

// Longitude is in degrees, as text.
func (p Point) Longitude() string { return degrees(p.Lon) }

func degrees(e7 int) string {
	sign := ""
	if e7 < 0 {
		sign, e7 = "-", -e7
	}
	return fmt.Sprintf("%s%d.%07d", sign, e7/unit, e7%unit)
}

// Metres is the distance between two points that lie in one ward, in metres.
func (p Point) Metres(q Point) int {
	const perDegree = 111_320
	mid := float64(p.Lat+q.Lat) / 2 / unit * math.Pi / 180
	y := float64(p.Lat-q.Lat) / unit * perDegree
	x := float64(p.Lon-q.Lon) / unit * perDegree * math.Cos(mid)
	return int(math.Hypot(x, y))
}

// Parse reads a point from one text with both coordinates: "21.0329, 105.8521", "21,0329; 105,8521", or with minutes and seconds as maps
// copy them: 21°01'58.4"N 105°51'07.6"E. The error is ErrNoPoint, ErrSwapped, ErrMetres or ErrOutside.
func Parse(text string) (Point, error) {
	text = civil.NFC(text)
	if m := sexagesimal().FindAllString(text, -1); len(m) == 2 {
		return Of(m[0], m[1])
	}
	for _, cut := range []string{";", ", ", " ", ","} {
		if lat, lon, ok := strings.Cut(strings.Trim(strings.TrimSpace(text), "()[]"), cut); ok {
			if p, err := Of(strings.Trim(lat, " ,;"), strings.Trim(lon, " ,;")); !errors.Is(err, ErrNoPoint) {
				return p, err
			}
		}
	}
	return Point{}, ErrNoPoint
}

// Of reads a point from its latitude and its longitude. Errors are those of Parse.
func Of(lat, lon string) (Point, error) {
	y, okLat := coordinate(lat)
	x, okLon := coordinate(lon)
	switch {
	case !okLat || !okLon:
		return Point{}, ErrNoPoint
	case math.Abs(y) > 1000 || math.Abs(x) > 1000:
		return Point{}, ErrMetres
	case within(x, y):
		return Point{}, ErrSwapped
	case !within(y, x):
		return Point{}, ErrOutside
	}
	return Point{int(math.Round(y * unit)), int(math.Round(x * unit))}, nil
}

func within(lat, lon float64) bool { return lat >= south && lat <= north && lon >= west && lon <= east }

// sexagesimal is degrees with minutes and seconds, north and east; B and Đ are Bắc and Đông.
var sexagesimal = pattern.Of(`(?i)(\d{1,3})\s*[°º]\s*(\d{1,2}(?:[.,]\d+)?)\s*['’′]\s*(?:(\d{1,2}(?:[.,]\d+)?)\s*(?:["”″]|''|’’)\s*)?([NEBĐ])?`)

// coordinate reads one coordinate, in degrees with a point or a comma, or with minutes and seconds.
func coordinate(text string) (float64, bool) {
	text = strings.TrimSpace(text)
	if m := sexagesimal().FindStringSubmatch(text); m != nil && len(m[0]) == len(text) {
		whole, minutes, seconds := number(m[1]), number(m[2]), 0.0
		if m[3] != "" {
			seconds = number(m[3])
		}
		return whole + minutes/60 + seconds/3600, minutes < 60 && seconds < 60
	}
	text = strings.TrimSpace(strings.TrimRight(text, "°º NEBĐnebđ"))
	value, err := strconv.ParseFloat(strings.Replace(text, ",", ".", 1), 64)
	return value, err == nil && !math.IsNaN(value) && !math.IsInf(value, 0)
}

// number reads what the pattern let through.
func number(text string) float64 {
	value, _ := strconv.ParseFloat(strings.Replace(text, ",", ".", 1), 64)
	return value
}
