package points_test

import (
	"errors"
	"testing"

	"pgregory.net/rapid"

	"sonha/ward/houses/points"
)

// Every way in which a map on the phone, a spreadsheet or a clerk writes a place gives the same point.
func TestAPlaceInAnySpelling(t *testing.T) {
	t.Parallel()
	want := points.Point{Lat: 210332714, Lon: 1058519021}
	for _, text := range []string{
		"21.0332714, 105.8519021", "21.0332714,105.8519021", "21.0332714 105.8519021", "21,0332714; 105,8519021", "(21.0332714, 105.8519021)",
		" 21.0332714 ;105.8519021 ", "21.0332714°N, 105.8519021°E", "21.0332714° B; 105.8519021° Đ",
	} {
		if got, err := points.Parse(text); err != nil || got != want {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
	for _, text := range []string{`21°01'59.8"N 105°51'06.8"E`, `21°1′59.8″N, 105°51′6.8″E`, `21° 01' 59,8" B; 105° 51' 06,8" Đ`, `21°01.9967'N 105°51.1133'E`} {
		if got, err := points.Parse(text); err != nil || got.Metres(want) > 5 {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
}

func TestWhatIsNoPlace(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]error{
		"": points.ErrNoPoint, "36A Hàng Bạc": points.ErrNoPoint, "21.03": points.ErrNoPoint, "NaN, NaN": points.ErrNoPoint, "Inf 1": points.ErrNoPoint,
		"105.8519021, 21.0332714": points.ErrSwapped, "2326000.12, 585123.4": points.ErrMetres, "48.8566, 2.3522": points.ErrOutside, "0, 0": points.ErrOutside,
		"-21.03, 105.85": points.ErrOutside,
	} {
		if got, err := points.Parse(text); !errors.Is(err, want) {
			t.Errorf("%q: %v, %v; want %v", text, got, err, want)
		}
	}
}

// A point that was written down is read back as it was, wherever in the country it lies.
func TestAPointReadsBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := points.Point{Lat: rapid.IntRange(6_0000001, 23_9999999).Draw(t, "lat"), Lon: rapid.IntRange(102_0000001, 117_9999999).Draw(t, "lon")}
		if got, err := points.Parse(p.String()); err != nil || got != p {
			t.Fatalf("%v: %v, %v", p, got, err)
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, text := range []string{"21.0332714, 105.8519021", `21°01'59.8"N 105°51'06.8"E`, "2326000 585123", "°'\"", "1e400 1e400"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p, err := points.Parse(text)
		if err != nil {
			return
		}
		if back, err := points.Parse(p.String()); err != nil || back != p {
			t.Errorf("%q: %v is read back as %v, %v", text, p, back, err)
		}
	})
}
