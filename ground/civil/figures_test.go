package civil

import (
	"errors"
	"math"
	"math/big"
	"testing"

	"pgregory.net/rapid"
)

func TestFigures(t *testing.T) {
	for _, test := range []struct{ got, want string }{
		{Int(0), "0"},
		{Int(999), "999"},
		{Int(1586), "1.586"},
		{Int(-1586), "-1.586"},
		{Int(-100), "-100"},
		{Int(2520000), "2.520.000"},
		{Int(math.MinInt), "-9.223.372.036.854.775.808"},
		{IntIn("en", 1586), "1,586"},
		{Money(2520000), "2.520.000\u00a0đ"},
		{MoneyIn("en", 2520000), "2,520,000\u00a0VND"},
		{Decimal1(505), "50,5"},
		{Decimal1(0), "0,0"},
		{Decimal1(-3), "-0,3"},
		{Decimal1(15860), "1.586,0"},
		{Decimal1In("en", 15860), "1,586.0"},
		{Percent(89, 100), "89,0\u00a0%"},
		{Percent(1412, 1586), "89,0\u00a0%"},
		{Percent(1, 3), "33,3\u00a0%"},
		{Percent(2, 3), "66,7\u00a0%"},
		{Percent(1, 2000), "0,1\u00a0%"}, // 0,05 is half: up
		{Percent(-1, 2000), "-0,1\u00a0%"},
		{Percent(1, 2001), "0,0\u00a0%"},
		{Percent(0, 0), "–"},
		{Percent(5, 0), "–"},
		{PercentIn("en", 89, 100), "89.0%"},
		{Change(1000, 495), "giảm 50,5\u00a0%"},
		{Change(100, 112), "tăng 12,0\u00a0%"},
		{Change(7, 7), "không đổi"},
		{Change(0, 0), "không đổi"},
		{Change(0, 3), "không so sánh được"},
		{Change(10000, 10001), "tăng dưới 0,1\u00a0%"},
		{Change(10, 0), "giảm 100,0\u00a0%"},
		{ChangeIn("en", 1000, 495), "down 50.5%"},
		{ChangeIn("en", 100, 112), "up 12.0%"},
		{ChangeIn("en", 100, 100), "no change"},
		{ChangeIn("en", 0, 100), "not comparable"},
		{ChangeIn("en", 10000, 9999), "down less than 0.1%"},
	} {
		if test.got != test.want {
			t.Errorf("got %q, want %q", test.got, test.want)
		}
	}
	for _, test := range []struct{ num, den, want int }{
		{89, 100, 890}, {0, 5, 0}, {5, 0, 0}, {-505, 1000, -505}, {505, -1000, -505}, {1, 2000, 1}, {-1, 2000, -1},
		{math.MaxInt, 1, math.MaxInt}, {math.MinInt, math.MinInt, 1000}, {math.MaxInt, math.MaxInt, 1000},
	} {
		if got := PercentTenths(test.num, test.den); got != test.want {
			t.Errorf("%d/%d: %d, want %d", test.num, test.den, got, test.want)
		}
	}
}

// PercentTenths is num*1000/den rounded half away from zero, reckoned exactly.
func TestPercentTenthsIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		num := rapid.Int32().Draw(t, "num")
		den := rapid.Int32().Filter(func(n int32) bool { return n != 0 }).Draw(t, "den")
		exact := big.NewRat(int64(num)*1000, int64(den))
		got := PercentTenths(int(num), int(den))
		off := new(big.Rat).Sub(big.NewRat(int64(got), 1), exact)
		half := big.NewRat(1, 2)
		switch c := new(big.Rat).Abs(off).Cmp(half); {
		case c > 0:
			t.Fatalf("%d/%d: %d", num, den, got)
		case c == 0 && off.Sign() != exact.Sign():
			t.Fatalf("%d/%d: half rounded towards zero: %d", num, den, got)
		}
	})
}

func TestParseInt(t *testing.T) {
	for in, want := range map[string]int{
		"12": 12, "0": 0, "1586": 1586, "1.586": 1586, " 2.520.000 ": 2520000, "1 586": 1586, "1\u00a0586": 1586,
		"1,586,000": 1586000, "-3": -3, "−3": -3, "-1.586": -1586, "007": 7,
	} {
		if got, err := ParseInt(in); got != want || err != nil {
			t.Errorf("%q: %d %v, want %d", in, got, err, want)
		}
	}
	for _, in := range []string{
		"", "-", "--3", "3-", "1,586", "1.58", "1.5860", "12,0", "1.586,0", "1,586.0", "0.586", ".586", "1..586", "1.586.00",
		"abc", "12a", "1 58", "+3", "99999999999999999999", "1e3", "１２",
	} {
		if got, err := ParseInt(in); got != 0 || !errors.Is(err, ErrNumber) {
			t.Errorf("%q: %d %v, want ErrNumber", in, got, err)
		}
	}
}

func TestIntReadsBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int().Draw(t, "n")
		if got, err := ParseInt(Int(n)); got != n || err != nil {
			t.Fatalf("%s: %d %v", Int(n), got, err)
		}
	})
}
