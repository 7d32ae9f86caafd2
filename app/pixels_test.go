package app_test

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"sonha/app/apptest"
	"sonha/engine/db"
	"sonha/engine/db/dbtest"
	"sonha/ground/access"
	"sonha/ground/civil"
)

// printed are the papers of inspections, meetings, training, mediation, reviews and commendations: who prints it, its path, with %s in the
// place of an id that the statement gives, and words that stand on it.
var printed = []struct{ name, person, path, ids, words string }{
	{"inspection", "officer", "/houses/%s/forms.pdf?form=inspection", `select h.id from houses h where {scope h} order by h.sort_key limit 20`, "Phiếu kiểm tra"},
	{"plan", "command", "/plan/plan.pdf", "", "Kế hoạch"},
	{"invitation", "group lead", "/meetings/%s/invitation.pdf",
		`select m.id from meetings m where m.ward_id = {ward} and m.state <> 'cancelled' order by m.id`, "mời"},
	{"minutes", "group lead", "/meetings/%s/minutes.pdf",
		`select m.id from meetings m where m.ward_id = {ward} and m.state = 'minuted' order by m.id`, "Biên bản"},
	{"attended", "command", "/trainings/%s/certificate.pdf",
		`select x.training_id || '/certificate.pdf?house=' || x.house_id from training_houses x where x.ward_id = {ward} order by x.training_id`, "Chứng nhận"},
	{"attendance", "command", "/trainings/%s/sheet.pdf", `select x.id from trainings x where x.ward_id = {ward} and x.state <> 'cancelled' order by x.id`, "tập huấn"},
	{"register", "mediator", "/mediations/book.pdf", "", "hòa giải"},
	{"agreement", "mediator", "/mediations/%s/card.pdf", `select m.id from mediations m where m.ward_id = {ward} and m.state = 'settled' order by m.id`, "thỏa thuận"},
	{"review", "command", "/reviews/%s/review.pdf", `select r.id from reviews r where r.ward_id = {ward} and r.state = 'signed' order by r.id`, "Kết quả thực hiện"},
	{"submission", "command", "/commendations/submission.pdf", "", "khen thưởng"},
	{"certificate", "command", "/commendations/%s/certificate.pdf", `select a.id from awards a where a.ward_id = {ward} and a.state = 'decided' order by a.id`, "Giấy khen"},
	{"posted", "command", "/posted/list.pdf", "", "an toàn"},
}

// TestPrintedFormsAsPixels looks at each printed form as it comes out of the printer: something stands on every page, nothing runs over its
// edge, and the marks of Vietnamese letters are drawn. A text layer can read "Số nhà" while the page shows "So nha". With SONHA_PAPERS it
// leaves the pictures in that folder.
func TestPrintedFormsAsPixels(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("draws every form")
	}
	for _, name := range []string{"pdftoppm", "pdftotext"} {
		if _, err := exec.LookPath(name); err != nil {
			if os.Getenv("CI") != "" || os.Getenv("SONHA_ALL") != "" {
				t.Fatal(name + " is not installed (Debian: poppler-utils), so nobody looked at the papers")
			}
			t.Skip(name + " is not installed")
		}
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.NewDemo(t, d, 60)
		for _, x := range printed {
			t.Run(x.name, func(t *testing.T) {
				file := filepath.Join(t.TempDir(), x.name+".pdf")
				if err := os.WriteFile(file, paperAt(t, s, x.person, x.path, x.ids), 0o600); err != nil {
					t.Fatal(err)
				}
				looksRight(t, file, x.words)
			})
		}
	})
}

// paperAt asks for a paper, with the first id for which the person gets it.
func paperAt(t *testing.T, s *apptest.Demo, person, path, ids string) []byte {
	t.Helper()
	paths := []string{path}
	if ids != "" {
		paths = nil
		if err := s.DB.Read(t.Context(), access.System(s.Ward.ID, "test"), func(tx *db.Tx) error {
			return tx.All(t.Context(), func(scan func(...any) error) error {
				var id string
				err := scan(&id)
				before, after, _ := strings.Cut(path, "%s")
				if strings.Contains(id, "/") {
					after = ""
				}
				paths = append(paths, before+id+after)
				return err
			}, ids)
		}); err != nil {
			t.Fatal(err)
		}
	}
	status := 0
	for _, p := range paths {
		r := httptest.NewRequest(http.MethodGet, p, nil)
		r.Header.Set("Test-Person", person)
		w := httptest.NewRecorder()
		s.Server.ServeHTTP(w, r)
		if status = w.Code; status == http.StatusOK && bytes.HasPrefix(w.Body.Bytes(), []byte("%PDF")) {
			return w.Body.Bytes()
		}
	}
	t.Fatalf("%s prints nothing at %s (%d tried, the last gave %d)", person, path, len(paths), status)
	return nil
}

const (
	dpi      = 110          // dots in an inch
	inch     = 72.0         // points
	edge     = 4 * dpi / 25 // dots: four millimetres at the edge of a sheet that printers leave blank
	leastInk = 0.004
	mostInk  = 0.5
)

func looksRight(t *testing.T, file, words string) {
	t.Helper()
	base := strings.TrimSuffix(file, ".pdf")
	for _, args := range [][]string{{"pdftoppm", "-gray", "-r", strconv.Itoa(dpi), file, base}, {"pdftotext", "-bbox", file, base + ".html"}} {
		if out, err := exec.Command(args[0], args[1:]...).CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", args[0], err, out)
		}
	}
	files, _ := filepath.Glob(base + "-*.pgm")
	layer, err := os.ReadFile(base + ".html")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d pages, %v", len(files), err)
	}
	if dir := os.Getenv("SONHA_PAPERS"); dir != "" {
		if out, err := exec.Command("pdftoppm", "-png", "-r", "60", file, filepath.Join(dir, filepath.Base(base))).CombinedOutput(); err != nil {
			t.Errorf("%v\n%s", err, out)
		}
	}
	said, marked := "", 0
	for n, text := range strings.Split(string(layer), "<page ")[1:] {
		page := grey(t, files[n])
		ink := page.ink(0, 0, page.w, page.h)
		if share := float64(ink) / float64(page.w*page.h); share < leastInk || share > mostInk {
			t.Errorf("page %d: %.2f %% ink", n+1, 100*share)
		}
		if inner := page.ink(edge, edge, page.w-edge, page.h-edge); inner != ink {
			t.Errorf("page %d: %d dots at the edge of the sheet", n+1, ink-inner)
		}
		for _, m := range word.FindAllStringSubmatch(text, -1) {
			said += m[5] + " "
			if !low.MatchString(civil.NFC(m[5])) {
				continue
			}
			box := [4]int{}
			for i := range box {
				v, _ := strconv.ParseFloat(m[i+1], 64)
				box[i] = int(v / inch * dpi)
			}
			// The box runs from the ascent of the face to its descent; small letters end some four tenths below its top.
			marked++
			if page.ink(box[0], box[1], box[2], box[1]+(box[3]-box[1])*36/100) == 0 {
				t.Errorf("page %d: %q is printed without its marks", n+1, m[5])
			}
		}
	}
	if !strings.Contains(strings.ToLower(civil.NFC(said)), strings.ToLower(words)) {
		t.Errorf("nobody reads %q on it: %.300s", words, said)
	}
	if marked == 0 {
		t.Error("no word with marks was looked at")
	}
}

// word is a word of the text layer with its box, in points from the top left.
var word = regexp.MustCompile(`<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">([^<]+)</word>`)

// low are words whose letters are all low, but for a mark above one of them.
var low = regexp.MustCompile(`^[acemnorsuvx]*[áàảãấầẩẫắằẳẵéèẻẽếềểễóòỏõốồổỗớờởỡúùủũứừửữ][acemnorsuvx]*$`)

type sheetOfDots struct {
	w, h int
	dots []byte
}

func grey(t *testing.T, file string) sheetOfDots {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var s sheetOfDots
	var most int
	if _, err := fmt.Sscanf(string(data[:32]), "P5\n%d %d\n%d", &s.w, &s.h, &most); err != nil {
		t.Fatal(err)
	}
	s.dots = data[len(data)-s.w*s.h:]
	return s
}

// ink counts the dark dots of a rectangle.
func (s *sheetOfDots) ink(x0, y0, x1, y1 int) int {
	n := 0
	for y := max(y0, 0); y < min(y1, s.h); y++ {
		for x := max(x0, 0); x < min(x1, s.w); x++ {
			if s.dots[y*s.w+x] < 160 {
				n++
			}
		}
	}
	return n
}
