package points

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"

	"sonha/engine/sheet"
)

// GeoError says why a GeoJSON file cannot be read.
type GeoError struct {
	File string
	key  string
	text string
	err  error
}

// Key is the catalog key of the sentence for the reader.
func (e *GeoError) Key() string { return e.key }

// Pairs are the values for the sentence.
func (e *GeoError) Pairs() []any { return []any{"File", e.File, "System", e.text} }

// Error is the text for the log.
func (e *GeoError) Error() string { return fmt.Sprintf("%s: %s %s: %v", e.key, e.File, e.text, e.err) }

// Unwrap gives the cause.
func (e *GeoError) Unwrap() error { return e.err }

// collection is what is read of a GeoJSON file (RFC 7946 §3.3; crs is of the older GeoJSON 2008).
type collection struct {
	Type string `json:"type"`
	CRS  *struct {
		Properties struct {
			Name string `json:"name"`
		} `json:"properties"`
	} `json:"crs"`
	Features []struct {
		Properties map[string]any `json:"properties"`
		Geometry   *struct {
			Type        string          `json:"type"`
			Coordinates json.RawMessage `json:"coordinates"`
		} `json:"geometry"`
	} `json:"features"`
}

// isGeoJSON reports whether a file begins as JSON does.
func isGeoJSON(head []byte) bool {
	return bytes.HasPrefix(bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n"), []byte("{"))
}

// Table turns a GeoJSON file into the table that it stands for, a row a feature, so that the rest of the program reads and gives back one kind
// of file. Any other file comes out as it is.
func Table(file io.ReadSeeker, name string) (io.Reader, error) {
	head := make([]byte, 64)
	n, err := io.ReadFull(file, head)
	if err != nil && n == 0 {
		return file, nil // an empty file is refused by who reads the table
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	if !isGeoJSON(head[:n]) {
		return file, nil
	}
	data, err := io.ReadAll(io.LimitReader(file, sheet.MaxFile+1))
	if err != nil {
		return nil, err
	}
	var c collection
	if err := json.Unmarshal(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")), &c); err != nil {
		return nil, &GeoError{File: name, key: "points.geo_broken", err: err}
	}
	if c.Type != "FeatureCollection" {
		return nil, &GeoError{File: name, key: "points.geo_collection", text: c.Type}
	}
	if c.CRS != nil && !degreesSystem(c.CRS.Properties.Name) {
		return nil, &GeoError{File: name, key: "points.geo_system", text: c.CRS.Properties.Name}
	}
	return c.table()
}

// degreesSystem reports whether a coordinate system is WGS 84 in degrees.
func degreesSystem(name string) bool {
	return strings.HasSuffix(name, "CRS84") || strings.HasSuffix(name, ":4326") || name == ""
}

func (c *collection) table() (io.Reader, error) {
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	w.Comma = ';'
	if err := w.Write([]string{"Số nhà", "Phố", "Địa chỉ", "Vĩ độ", "Kinh độ"}); err != nil {
		return nil, err
	}
	for _, f := range c.Features {
		row := make([]string, 5)
		for name, value := range f.Properties {
			if at, ok := map[string]int{colNumber: 0, colStreet: 1, colAddress: 2}[headings[sheet.Label(name)]]; ok && row[at] == "" {
				row[at] = textOf(value)
			}
		}
		var at []float64
		if g := f.Geometry; g != nil && g.Type == "Point" && json.Unmarshal(g.Coordinates, &at) == nil && len(at) >= 2 {
			row[3], row[4] = strconv.FormatFloat(at[1], 'f', -1, 64), strconv.FormatFloat(at[0], 'f', -1, 64)
		}
		if err := w.Write(row); err != nil {
			return nil, err
		}
	}
	w.Flush()
	return &out, w.Error()
}

// textOf is a property as people would write it into a cell.
func textOf(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return ""
}
