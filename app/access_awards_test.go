package app_test

import (
	"net/url"
	"strconv"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ward/awards"
)

// awardThings say how to make what a path of the commendations names.
var awardThings = map[string]func(m *maker, person string, at spot) string{
	"/commendations/{id}":                     (*maker).proposed,
	"/awards/{token}":                         (*maker).certified,
	"GET /commendations/{id}/certificate.pdf": func(m *maker, _ string, at spot) string { return m.award(at, true) },
	"POST /commendations/{id}/remark":         func(m *maker, _ string, at spot) string { return m.award(at, false) },
}

// proposed is a proposal for the house.
func (m *maker) proposed(_ string, at spot) string {
	m.T.Helper()
	m.campaign("", at)
	var address string
	m.read(at.program, func(tx *db.Tx) error {
		return tx.One(m.T.Context(), `select h.number || ' ' || s.name from houses h join streets s on s.ward_id = h.ward_id and s.id = h.street_id where {scope h} and h.id = $1`, at.house).Scan(&address)
	})
	for _, achievement := range awards.Achievements() {
		id, err := m.Awards.Propose(m.T.Context(), at.program, awards.New{Subject: awards.House, Address: address, Achievement: achievement, Kind: "praise"})
		if err == nil {
			return id
		}
	}
	m.T.Fatal("every achievement of the house has a proposal")
	return ""
}

// award is one that is published, or decided on: the day of publication is put back by hand, because nobody waits ten days.
func (m *maker) award(at spot, decided bool) string {
	m.T.Helper()
	ctx, id := m.T.Context(), m.proposed("", at)
	a, err := m.Awards.Get(ctx, at.program, id)
	if err == nil {
		err = m.Awards.Vote(ctx, at.program, id, a.Figures.AsOf, awards.Votes{Yes: 3})
	}
	if err == nil {
		err = m.Awards.Publish(ctx, at.program, id)
	}
	if err == nil && decided {
		err = m.DB.Write(ctx, at.program, func(tx *db.Tx) error {
			tx.Untold("a test")
			day := a.Figures.AsOf.AddDays(-awards.PublishDays)
			_, err := tx.Exec(ctx, `update awards as a set published_on = $1, publish_until = $2 where a.ward_id = {ward} and a.id = $3`, string(day), string(a.Figures.AsOf), id)
			return err
		})
		if err == nil {
			err = m.Awards.Decide(ctx, at.program, id, "12/QĐ-CAP", a.Figures.AsOf)
		}
	}
	if err != nil {
		m.T.Fatal(err)
	}
	return id
}

// certified is the code of a certificate.
func (m *maker) certified(_ string, at spot) string {
	m.T.Helper()
	id := m.award(at, true)
	a, err := m.Awards.Get(m.T.Context(), at.program, id)
	if err != nil {
		m.T.Fatal(err)
	}
	return strconv.Itoa(at.program.Ward()) + "-" + a.Token
}

// awardForm is what is sent to the routes of the commendations.
func awardForm(pattern string) url.Values {
	if pattern == "POST /commendations/{id}/confirm" {
		return url.Values{"do": {"keep"}}
	}
	if pattern == "POST /commendations/kinds" {
		return url.Values{"name": {"Cờ thi đua"}, "authority": {"Chủ tịch Ủy ban nhân dân phường"}, "decides": {string(access.Committee)}, "basis": {"Quy chế phường"}}
	}
	return nil
}
