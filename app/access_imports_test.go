package app_test

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"sonha/app/apptest"
	"sonha/engine/sheet"
)

// upload is a roster of one new house, read and not yet decided on.
func (m *maker) upload(_ string, at spot) string {
	m.T.Helper()
	m.rosters++
	return m.send(at, "danh-sach.csv", fmt.Appendf(nil, "Số nhà,Phố,Số hộ,Tổ dân phố,Khu vực\n%d,Hàng Bạc,3,1,1\n", 1000+m.rosters))
}

// workbook is the same as an XLSX file.
func (m *maker) workbook(_ string, at spot) string {
	m.T.Helper()
	m.rosters++
	var file bytes.Buffer
	x, err := sheet.NewXLSX(&file)
	if err == nil {
		err = x.Begin(sheet.Table{Name: "Danh sách", Columns: []sheet.Column{{Title: "Số nhà"}, {Title: "Phố"}, {Title: "Số hộ"}}})
	}
	if err == nil {
		err = x.Row(strconv.Itoa(1000+m.rosters), "Hàng Bạc", 3)
	}
	if err == nil {
		err = x.Close()
	}
	if err != nil {
		m.T.Fatal(err)
	}
	return m.send(at, "danh-sach.xlsx", file.Bytes())
}

// applied is a roster that was taken in and can be taken back.
func (m *maker) applied(person string, at spot) string {
	m.T.Helper()
	id := m.upload(person, at)
	b := m.As(at.command)
	return m.wait(b, b.Post("/imports/"+id+"/apply", nil))
}

func (m *maker) send(at spot, name string, file []byte) string {
	m.T.Helper()
	b := m.As(at.command)
	return m.wait(b, b.Upload("/imports", "file", name, file, url.Values{"kind": {"roster"}}))
}

// wait follows an answer over the page of a job to the import, and gives its id.
func (m *maker) wait(b *apptest.Browser, r *apptest.Reply) string {
	m.T.Helper()
	to := r.Goes()
	for range 200 {
		if id, ok := strings.CutPrefix(to, "/imports/"); ok {
			return id
		}
		if r = b.Get(to); r.Status == http.StatusOK { // still at work
			time.Sleep(10 * time.Millisecond)
			continue
		}
		to = r.Goes()
	}
	m.T.Fatal("the roster is still being read")
	return ""
}
