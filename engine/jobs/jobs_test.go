package jobs_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"sonha/app/apptest"
	"sonha/engine/db/dbtest"
	"sonha/engine/jobs"
	"sonha/ground/access"
	"sonha/ground/fault"
)

type told struct {
	Done, Total int
	State, Next string
}

func ask(t *testing.T, b *apptest.Browser, path string) told {
	t.Helper()
	var got told
	if err := json.Unmarshal(b.With("Accept", "application/json").Get(path).OK().Body, &got); err != nil {
		t.Fatal(err)
	}
	return got
}

func TestAJobIsFollowedToItsEnd(t *testing.T) {
	s := apptest.New(t, dbtest.Lite(t))
	b := s.As("command")
	halfway, goOn := make(chan struct{}), make(chan struct{})
	work := func(_ context.Context, p *jobs.Progress) (string, error) {
		p.Set(5, 10)
		close(halfway)
		<-goOn
		p.Set(10, 10)
		return "/imports", nil
	}
	id, own := s.Jobs.Begin(s.Actor("command"), "houses.import_reading", work)
	if !own {
		t.Fatal("the first job was not begun")
	}
	<-halfway
	if again, own := s.Jobs.Begin(s.Actor("command"), "houses.import_reading", work); own || again != id {
		t.Error("a second job of the title runs beside the first")
	}
	path := "/jobs/" + id
	page := b.Get(path).OK().Has("h1", "Đang đọc tệp").Has("[data-progress-count]", "5/10")
	if page.Header.Get("Refresh") == "" {
		t.Error("without JavaScript nobody asks again")
	}
	if got := ask(t, b, path); got != (told{5, 10, "", ""}) {
		t.Errorf("halfway: %+v", got)
	}
	s.As("other command").Get(path).Is(http.StatusNotFound)
	close(goOn)
	for range 20 {
		if got := ask(t, b, path); got.Next != "" {
			if got != (told{10, 10, "Đã xong, đang mở kết quả.", "/imports"}) {
				t.Errorf("at the end: %+v", got)
			}
			break
		}
	}
	if to := b.Get(path).Goes(); to != "/imports" {
		t.Errorf("the page leads to %q", to)
	}
}

func TestAJobThatFailsSaysWhy(t *testing.T) {
	s := apptest.New(t, dbtest.Lite(t))
	b := s.As("command")
	id := s.Jobs.Start(s.Actor("command"), "houses.import_reading", func(context.Context, *jobs.Progress) (string, error) {
		return "", fault.Invalid("file", "sheet.not_a_table", "File", "ảnh.xlsx")
	})
	if got := ask(t, b, "/jobs/"+id); got.Next != "/jobs/"+id {
		t.Errorf("a script is left waiting: %+v", got)
	}
	b.Get("/jobs/"+id).Is(http.StatusUnprocessableEntity).Has("main", "Tệp ảnh.xlsx không phải bảng tính")
}

// An export that takes long has a page of its own, and ends in a file for nobody else.
func TestALongExportIsFollowedToItsFile(t *testing.T) {
	s := apptest.New(t, dbtest.Lite(t))
	b := s.As("command")
	leave := make(chan struct{})
	id := s.Jobs.Export(s.Actor("command"), "dossiers.export.doing", "", access.SeeHouses, jobs.File{Name: "Số nhà.csv", Type: "text/csv"},
		func(_ context.Context, p *jobs.Progress, out io.Writer) error {
			p.Set(500, 1586)
			<-leave
			_, err := io.WriteString(out, "36A;Hàng Bạc\n")
			return err
		})
	path := "/jobs/" + id
	b.Get(path).OK().Has("h1", "Ghi danh sách số nhà ra tệp")
	b.Get(path + "/file").Is(http.StatusNotFound)
	close(leave)
	for range 20 {
		if got := ask(t, b, path); got.Next != "" {
			break
		}
	}
	b.Get(path).OK().Has("a.btn", "Tải tệp về máy")
	if got := string(b.Get(path + "/file").OK().Body); got != "36A;Hàng Bạc\n" {
		t.Errorf("the file holds %q", got)
	}
	s.As("other command").Get(path + "/file").Is(http.StatusNotFound)
	s.As("officer").Get(path + "/file").Is(http.StatusNotFound)
}

// Whoever asks for a file that is not made at once is led to the page that shows how far it is, and from there to the file.
func TestAFileThatTakesLongLeadsToItsProgress(t *testing.T) {
	s := apptest.New(t, dbtest.Lite(t))
	s.Jobs.AtOnce = 0
	b := s.As("command")
	path := b.Get("/houses/export.csv").Goes()
	if !strings.HasPrefix(path, "/jobs/") {
		t.Fatalf("leads to %s", path)
	}
	for range 20 {
		if got := ask(t, b, path); got.Next != "" {
			break
		}
	}
	b.Get(path).OK().Has("a.btn", "Tải tệp về máy")
	if got := string(b.Get(path + "/file").OK().Body); !strings.Contains(got, "36A") {
		t.Errorf("the file holds %q", got)
	}
}
