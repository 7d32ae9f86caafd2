package app_test

import (
	"net/url"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ward/privacy/breaches"
)

// dataRequestThings say how to make what a path of the requests about data names: for a household its own, for others one of H01 of the
// house of the spot.
var dataRequestThings = map[string]func(m *maker, person string, at spot) string{
	"/breaches/{id}":                        (*maker).breached,
	"/my-data/requests/{id}":                func(m *maker, person string, at spot) string { return m.asked(person, at, "object", false) },
	"GET /my-data/requests/{id}/answer.pdf": func(m *maker, person string, at spot) string { return m.asked(person, at, "view", true) },
	"/data-requests/{id}":                   func(m *maker, person string, at spot) string { return m.asked(person, at, "restrict", false) },
	"GET /data-requests/{id}/answer.pdf":    func(m *maker, person string, at spot) string { return m.asked(person, at, "delete", true) },
	"GET /data-requests/{id}/data.json":     func(m *maker, _ string, at spot) string { return m.handedOver(at, "H98") },
	"GET /data-requests/{id}/data.pdf":      func(m *maker, _ string, at spot) string { return m.handedOver(at, "H99") },
	"POST /data-requests/{id}/answer":       func(m *maker, person string, at spot) string { return m.asked(person, at, "correct", false) },
}

// breached is an entry of the register of breaches of the ward of the spot.
func (m *maker) breached(_ string, at spot) string {
	m.T.Helper()
	id, err := m.Breaches.Enter(m.T.Context(), at.program, breaches.Entry{
		Found: m.DB.Now(), Acts: []string{"seen"}, Houses: 1, Kinds: []string{"log"}, Harms: []string{"none"}, Measures: []string{"cut"}, Body: "Màn hình để mở ở phòng trực.",
		Subjects: breaches.NotNeeded,
	})
	if err != nil {
		m.T.Fatal(err)
	}
	return id
}

// asked is a request of a household, put in place by hand because nobody of the test may enter one in each of the three places.
func (m *maker) asked(person string, at spot, kind string, answered bool) string {
	m.T.Helper()
	label := "H01"
	if who := m.Actor(person); who.Role() == access.Household {
		_, label = who.Household()
	}
	state, outcome, on := "new", "", ""
	if answered {
		state, outcome, on = "answered", "done", "2026-10-19"
	}
	return m.request(at, label, kind, "self", state, outcome, on)
}

// handedOver is a request on paper to see the data, answered today with yes.
func (m *maker) handedOver(at spot, label string) string {
	return m.request(at, label, "view", "paper", "answered", "done", string(civil.DayOf(m.DB.Now())))
}

func (m *maker) request(at spot, label, kind, channel, state, outcome, on string) string {
	m.T.Helper()
	id := db.NewID()
	if err := m.DB.Write(m.T.Context(), at.program, func(tx *db.Tx) error {
		tx.Untold("a test")
		if _, err := tx.Exec(m.T.Context(), `delete from data_requests as q where q.ward_id = {ward} and q.house_id = $1 and q.household = $2 and q.kind = $3`, at.house, label, kind); err != nil {
			return err
		}
		_, err := tx.Exec(m.T.Context(), `insert into data_requests (ward_id, id, house_id, household, kind, channel, state, body, received_on, ack_due_on, due_on, filed_at, filed_by,
				filed_account, acknowledged_at, acknowledged_by, extended_at, extended_by, extended_why, outcome, ground, answer, answered_at, answered_on, answered_by, level,
				climbed_on, version)
			values ({ward}, $1, $2, $3, $4, $9, $5, '', '2026-10-19', '2026-10-21', '2026-11-30', $6, 'test', '', 0, '', 0, '', '', $7, '', 'Đã làm.', $6, $8, 'test', 0, '', 1)`,
			id, at.house, label, kind, state, tx.Millis(), outcome, on, channel)
		return err
	}); err != nil {
		m.T.Fatal(err)
	}
	return id
}

// enteredRequest is what the data protection officer sends for a household of the house of the spot.
func enteredRequest(m *maker, at spot) url.Values {
	return url.Values{
		"street": {m.of(at, "street_id")}, "number": {m.of(at, "number")}, "household": {"3"}, "channel": {"paper"}, "received_on": {string(civil.DayOf(m.DB.Now()))},
		"kind": {"protect"}, "body": {"Hạn chế người xem cam kết của hộ."},
	}
}
