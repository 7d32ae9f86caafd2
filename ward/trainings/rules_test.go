package trainings

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"sonha/engine/db"
	"sonha/ground/civil"
	"sonha/ward/criteria"
)

const today = civil.Day("2026-11-21")

func session(title string, on civil.Day, a Audience, topics ...string) Attended {
	x := Attended{ID: "x", Title: title, Topics: topics, Audience: a, On: on, Households: 14}
	if a == Heads {
		x.Head = true
	} else {
		x.Came = 5
	}
	return x
}

func TestEvidenceSaysWhatTheCriteriaAskFor(t *testing.T) {
	both := session("Tái hòa nhập và dữ liệu", "2026-03-10", Heads, Reintegration, Privacy)
	tests := []struct {
		name    string
		since   civil.Day
		list    []Attended
		code    string
		suggest criteria.Value
		said    string
	}{
		{"nothing recorded", "", nil, "VH5", criteria.Unanswered, "Hồ sơ tập huấn chưa ghi buổi nào trong 12 tháng qua."},
		{"children this year", "", []Attended{session("Trẻ em trên mạng", "2026-01-05", Households, Children)}, "VH5", criteria.Pass,
			"Hồ sơ tập huấn: đã dự “Trẻ em trên mạng” ngày 05/01/2026 (5/14 hộ dự)."},
		{"children on the last day", "", []Attended{session("Trẻ em", "2025-11-21", Households, Children)}, "VH5", criteria.Pass, "21/11/2025"},
		{"children a day too long ago", "", []Attended{session("Trẻ em", "2025-11-20", Households, Children)}, "VH5", criteria.Unanswered, "đã quá 12 tháng"},
		{"the head alone is not the families", "", []Attended{session("Trẻ em", "2026-10-01", Heads, Children)}, "VH5", criteria.Unanswered, "chưa ghi"},
		{"the families heard of something else", "", []Attended{session("Lừa đảo", "2026-10-01", Households, Vices)}, "VH5", criteria.Unanswered,
			"Hồ sơ tập huấn chưa ghi buổi nào về nội dung này trong 12 tháng qua."},
		{"fraud half a year ago", "", []Attended{session("Lừa đảo", "2026-05-21", Households, Vices)}, "TN4", criteria.Pass, "đã dự"},
		{"fraud longer ago", "", []Attended{session("Lừa đảo", "2026-05-20", Households, Vices)}, "TN4", criteria.Unanswered, "đã quá 6 tháng"},
		{"both parts in one", "", []Attended{both}, "GD2", criteria.Pass, "đã dự cả hai phần tại buổi “Tái hòa nhập và dữ liệu” ngày 10/03/2026."},
		{"both parts in two", "", []Attended{session("B", "2026-02-01", Heads, Privacy), session("A", "2025-01-10", Heads, Reintegration)}, "GD2", criteria.Pass, "cả hai phần. Tái hòa nhập: “A” ngày 10/01/2025; bảo vệ dữ liệu cá nhân: “B” ngày 01/02/2026."},
		{"one part", "", []Attended{session("B", "2026-02-01", Heads, Privacy, Method)}, "GD2", criteria.Partly, "Chưa dự phần tái hòa nhập."},
		{"one part of two is too old", "", []Attended{session("B", "2026-02-01", Heads, Privacy), session("A", "2024-11-20", Heads, Reintegration)}, "GD2", criteria.Partly, "một phần"},
		{"both too old", "", []Attended{session("A", "2024-11-20", Heads, Reintegration, Privacy)}, "GD2", criteria.Unanswered, "“A” ngày 20/11/2024, đã quá 24 tháng"},
		{"an earlier head", "2026-06-01", []Attended{both}, "GD2", criteria.Unanswered, "Chỉ tính từ khi trưởng số nhà nhận việc, ngày 01/06/2026."},
		{"the same head", "2026-03-10", []Attended{both}, "GD2", criteria.Pass, "cả hai phần"},
		{"an earlier head and the families", "2026-06-01", []Attended{session("Trẻ em", "2026-02-01", Households, Children)}, "VH5", criteria.Pass, "đã dự"},
	}
	for _, x := range tests {
		t.Run(x.name, func(t *testing.T) {
			got := evidence(today, x.since, x.list)[x.code]
			if got.Suggest != x.suggest || !strings.Contains(got.Said.VI, x.said) {
				t.Errorf("%v %q, want %v %q", got.Suggest, got.Said.VI, x.suggest, x.said)
			}
			if got.Said.EN == "" || got.Suggest == criteria.NA {
				t.Errorf("%+v", got)
			}
		})
	}
}

// More training never speaks for a worse answer, and nothing recorded never speaks against a house.
func TestMoreTrainingNeverSpeaksAgainst(t *testing.T) {
	one := rapid.Custom(func(t *rapid.T) Attended {
		a := session("Buổi", civil.NewDay(2022, time.Month(rapid.IntRange(1, 12*5).Draw(t, "month")), rapid.IntRange(1, 28).Draw(t, "day")),
			rapid.SampledFrom(Audiences()).Draw(t, "audience"), rapid.SliceOfNDistinct(rapid.SampledFrom(Topics()), 1, 4, rapid.ID).Draw(t, "topics")...)
		return a
	})
	rapid.Check(t, func(t *rapid.T) {
		list := rapid.SliceOfN(one, 0, 6).Draw(t, "attended")
		since := rapid.SampledFrom([]civil.Day{"", "2024-06-01", "2026-06-01"}).Draw(t, "since")
		before := evidence(today, since, list)
		after := evidence(today, since, append(list, one.Draw(t, "one more")))
		for code, e := range before {
			if e.Suggest == criteria.Fail || e.Suggest == criteria.NA {
				t.Fatalf("%s: the record speaks against the house: %v", code, e.Suggest)
			}
			if after[code].Suggest < e.Suggest {
				t.Fatalf("%s fell from %v to %v by more training", code, e.Suggest, after[code].Suggest)
			}
		}
	})
}

func TestMonthsEndWithTheirMonth(t *testing.T) {
	for _, x := range []struct {
		from civil.Day
		n    int
		want civil.Day
	}{{"2026-01-31", 1, "2026-02-28"}, {"2024-01-31", 1, "2024-02-29"}, {"2026-08-31", 6, "2027-02-28"}, {"2026-11-21", -24, "2024-11-21"}, {"2026-03-31", -1, "2026-02-28"}, {"2026-05-15", 0, "2026-05-15"}} {
		if got := addMonths(x.from, x.n); got != x.want {
			t.Errorf("%s and %d months: %s, want %s", x.from, x.n, got, x.want)
		}
	}
	c := Course{Months: 0}
	if c.Due("2026-01-01") != "" {
		t.Error("a course that is taken once is due again")
	}
}

func TestResultsTellOfNobodyAlone(t *testing.T) {
	good := Results{Before: 12, After: 11, Quiz: []Question{{Before: 4, After: 10}, {Before: 0, After: 11}}, Liked: 9, Partly: 1, Disliked: 1, Cost: 350_000, Fund: "ward"}
	if err := good.check(); err != nil {
		t.Fatal(err)
	}
	for name, spoil := range map[string]func(*Results){
		"four slips":             func(r *Results) { r.Before, r.Quiz = 4, nil },
		"three opinions":         func(r *Results) { r.Liked, r.Partly, r.Disliked = 2, 1, 0 },
		"more right than slips":  func(r *Results) { r.Quiz = []Question{{Before: 13}} },
		"fewer than none":        func(r *Results) { r.Cost = -1 },
		"money from nowhere":     func(r *Results) { r.Fund = "" },
		"money from a stranger":  func(r *Results) { r.Fund = "sponsor" },
		"right without any slip": func(r *Results) { r.After, r.Quiz = 0, []Question{{After: 1}} },
	} {
		bad := good
		spoil(&bad)
		if bad.check() == nil {
			t.Errorf("%s was taken", name)
		}
	}
}

func TestCertificatesNameTheirWard(t *testing.T) {
	token := db.NewToken(tokenBytes)
	ward, code, err := parseCheck(strings.TrimPrefix(CheckPath(7, token), "/trained/"))
	if err != nil || ward != 7 || code != token {
		t.Errorf("%d %q %v", ward, code, err)
	}
	for _, bad := range []string{"", "7", "7-", "x-" + token, "-1-" + token, "7-" + token + "0", "7-" + strings.ToUpper(token)[:15] + "u"} {
		if _, _, err := parseCheck(bad); err == nil {
			t.Errorf("%q was read", bad)
		}
	}
}
