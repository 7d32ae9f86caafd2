package app_test

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"sonha/app/apptest"
	"sonha/app/demo"
	"sonha/engine/db"
	"sonha/engine/db/dbtest"
)

// figurePages are the pages of figures: the board with its items, the indicators and the campaign's report.
func figurePages() []string {
	pages := []string{"/board", "/board/items", "/indicators", "/reports"}
	for n := 1; n <= 12; n++ {
		pages = append(pages, "/indicators/I"+strconv.Itoa(n))
	}
	return pages
}

var (
	figureText = regexp.MustCompile(`^[0-9][0-9.]*$`)
	partOfAll  = regexp.MustCompile(`^([0-9]+)/([0-9]+) hộ$`)
)

// drafted is the address of the review of the ward that is being written.
func (w *figureWalk) drafted() string {
	w.Helper()
	href := w.get("/reviews").Find("main tbody tr").FilterFunction(func(_ int, tr *goquery.Selection) bool {
		return strings.Contains(tr.Text(), "Đang ghi")
	}).Find("a").First().AttrOr("href", "")
	if href == "" {
		w.Fatal("the demo has no review that is being written")
	}
	return href
}

// TestEveryFigureOpensItsRows walks the pages of figures as each role that sees them: a number that is a link opens a list of exactly so many
// rows. Who opens no houses gets no such link, and no list by its address.
func TestEveryFigureOpensItsRows(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("opens every figure of a ward")
	}
	dbtest.EachWith(t, db.Options{Clock: demo.Moment}, func(t *testing.T, d *db.DB) {
		w := &figureWalk{T: t, site: apptest.NewDemo(t, d, 180)}
		for person, codes := range map[string]int{"command": 8, "group lead": 8, "officer": 8} {
			w.person, w.opened, w.counts = person, map[string]bool{}, map[string]int{}
			for _, page := range figurePages() {
				w.page(page)
			}
			for code := range w.opened {
				t.Logf("%s opens %s", person, code)
			}
			if len(w.opened) < codes {
				t.Errorf("%s opens the rows of %d indicators, want %d: %v", person, len(w.opened), codes, w.opened)
			}
		}
		w.person = "command"
		w.get("/reports").Find("main td:not(:first-child)").Each(func(_ int, td *goquery.Selection) {
			households := td.Index() == 2 && strings.Contains(td.Closest("table").Find("thead").Text(), "Số hộ") // of one group
			if figureText.MatchString(strings.TrimSpace(td.Text())) && td.Find("a").Length() == 0 && !households {
				t.Errorf("a figure of the report opens nothing: %q of %q", td.Text(), strings.Join(strings.Fields(td.Parent().Text()), " "))
			}
		})
		review := w.drafted()
		for prefix, want := range map[string]int{"/houses?": 10, "/indicators/I5/rows?": 1, "/measures?": 4} {
			if n := w.get(review).Find(`main td a[href^="` + prefix + `"]`).Length(); n != want {
				t.Errorf("%d figures of a review that is being written open a list at %s, want %d", n, prefix, want)
			}
		}
		w.page(review)
		suggested := w.get(review).Find(`main a[href*="missing="]`)
		suggested.Each(func(_ int, a *goquery.Selection) {
			if got := strconv.Itoa(w.rows(a.AttrOr("href", ""))) + " số nhà"; got != strings.TrimSpace(a.Text()) {
				t.Errorf("a review suggests what %s lack, and %s has %s", a.Text(), a.AttrOr("href", ""), got)
			}
		})
		if suggested.Length() == 0 {
			t.Error("the review suggests nothing that opens its houses")
		}
		w.person, w.opened = "committee", map[string]bool{}
		for _, page := range append(figurePages(), review) {
			doc := w.get(page)
			doc.Find(`main a[href^="/houses"], main a[href*="/rows?"], main a.figure[href^="/measures"]`).Each(func(_ int, a *goquery.Selection) {
				t.Errorf("%s leads the committee to houses or measures: %s %q", page, a.AttrOr("href", ""), a.Text())
			})
		}
		for _, code := range []string{"I5", "I6", "I7", "I8", "I9", "I10", "I11", "I12"} {
			if status, _ := w.ask("/indicators/" + code + "/rows?year=2026"); status != http.StatusNotFound {
				t.Errorf("the committee opens the rows of %s: %d", code, status)
			}
		}
		for _, code := range []string{"I8", "I12"} {
			w.person = "command"
			if status, _ := w.ask("/indicators/" + code + "/rows?year=2026"); status != http.StatusNotFound {
				t.Errorf("the command opens the rows of %s: %d", code, status)
			}
		}
	})
}

type figureWalk struct {
	*testing.T

	site   *apptest.Demo
	person string
	opened map[string]bool // indicators of which a figure was opened
	counts map[string]int  // rows by address
}

func (w *figureWalk) ask(path string) (int, *goquery.Document) {
	w.Helper()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	r.Header.Set("Test-Person", w.person)
	rec := httptest.NewRecorder()
	w.site.Server.ServeHTTP(rec, r)
	doc, err := goquery.NewDocumentFromReader(rec.Body)
	if err != nil {
		w.Fatal(err)
	}
	return rec.Code, doc
}

func (w *figureWalk) get(path string) *goquery.Document {
	w.Helper()
	status, doc := w.ask(path)
	if status != http.StatusOK {
		w.Fatalf("%s: %s answers %d", w.person, path, status)
	}
	return doc
}

// page compares each number of a page that is a link with the rows that it opens.
func (w *figureWalk) page(path string) {
	w.get(path).Find("main a").Each(func(_ int, a *goquery.Selection) {
		text, _, _ := strings.Cut(strings.TrimSpace(a.Text()), " (") // "12 (80,0 %)" opens twelve
		href := a.AttrOr("href", "")
		if !figureText.MatchString(text) || !strings.Contains(href, "/rows?") && !strings.HasPrefix(href, "/houses?") && !strings.HasPrefix(href, "/measures?") {
			return
		}
		want, err := strconv.Atoi(strings.ReplaceAll(text, ".", ""))
		if err != nil {
			w.Fatal(err)
		}
		got := w.rows(href)
		if answers := strings.Contains(href, "differs=1") || strings.Contains(href, "stage=sent") && strings.Contains(href, "state=inspected"); answers {
			if got == 0 || got > want {
				w.Errorf("%s: %s counts %d answers, which %s finds in %d houses", w.person, path, want, href, got)
			}
			return
		}
		if got != want {
			w.Errorf("%s: %s says %d, %s has %d rows", w.person, path, want, href, got)
		}
		if code, ok := strings.CutPrefix(path, "/indicators/"); ok {
			w.opened[code] = true
		}
	})
}

// rows counts the rows of a list over all its pages: of households those that a row counts.
func (w *figureWalk) rows(path string) int {
	first := path
	if n, known := w.counts[first]; known {
		return n
	}
	n := 0
	for path != "" {
		doc := w.get(path)
		doc.Find("main table tbody tr").Each(func(_ int, tr *goquery.Selection) {
			of := partOfAll.FindStringSubmatch(strings.TrimSpace(tr.Find("td").Last().Text()))
			if of == nil {
				n++
				return
			}
			which := 2
			if strings.Contains(first, "part=1") {
				which = 1
			}
			more, err := strconv.Atoi(of[which])
			if err != nil {
				w.Fatal(err)
			}
			n += more
		})
		path = doc.Find(`.pager a[rel="next"]`).AttrOr("href", "")
	}
	w.counts[first] = n
	return n
}
