package app_test

import (
	"net/http"
	"net/url"
	"time"

	"sonha/app/apptest"
	"sonha/engine/db"
	"sonha/ground/civil"
	"sonha/ward/measures"
	"sonha/ward/proposals"
)

// body is what is sent to a route that names a house in its form: right wherever the house lies, so that nothing but the reach of who
// sends it decides. table has the rows that it makes; empty where it only answers.
type body struct {
	table string
	form  func(m *maker, at spot) url.Values
}

// inBody are the routes that name a house in what is sent, and not in their address.
var inBody = map[string]body{
	"POST /proposals": {"proposals", func(_ *maker, at spot) url.Values {
		f := proposals.Form{House: at.house, Category: "locks", Place: "gate", Title: "Cổng chung không khóa được"}
		return url.Values{"house": {f.House}, "category": {f.Category}, "place": {f.Place}, "title": {f.Title}}
	}},
	"POST /measures": {"measures", func(m *maker, at spot) url.Values {
		return url.Values{"house": {at.house}, "content": {"Thay bóng đèn"}, "owner": {string(measures.ByHouse)}, "due": {string(planOrder(m.DB).To)}}
	}},
	"POST /meetings": {"meetings", func(m *maker, at spot) url.Values {
		starts := m.DB.Now().Add(time.Hour)
		return url.Values{
			"where": {"house:" + at.house}, "title": {"Họp thường kỳ"}, "agenda": {"Khóa cổng chung"}, "place": {"Sân chung"}, "day": {string(civil.DayOf(starts))},
			"clock": {civil.Clock(starts)}, "lasts": {"60"},
		}
	}},
	"POST /data-requests/new": {"data_requests", enteredRequest},
	"POST /doors/plates.pdf":  {"", func(_ *maker, at spot) url.Values { return url.Values{"house": {at.house}} }},
}

// rows counts what lies at the house of the spot in a table.
func (m *maker) rows(table string, at spot) int {
	m.T.Helper()
	n := 0
	m.read(at.program, func(tx *db.Tx) error {
		return tx.One(m.T.Context(), `select count(*) from `+table+` x where {scope x.house} and x.house_id = $1`, at.house).Scan(&n)
	})
	return n
}

// sent gives the mark of a form that names a house: taken, when it made a row or was answered with a file; otherwise refused, however
// politely.
func (m *maker) sent(browser *apptest.Browser, path string, b body, at spot) (mark string, r *apptest.Reply) {
	m.T.Helper()
	before := 0
	if b.table != "" {
		before = m.rows(b.table, at)
	}
	r = browser.Post(path, b.form(m, at))
	switch {
	case r.Status == http.StatusConflict, r.Status == http.StatusUnprocessableEntity, r.Status < 400 && b.table != "" && m.rows(b.table, at) == before:
		return refused, r
	}
	return "", r
}
