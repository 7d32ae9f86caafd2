package app_test

import (
	"bytes"
	"image"
	"image/png"
	"strings"
	"time"

	"sonha/engine/files"
	"sonha/ground/access"
	"sonha/ward/notices"
)

// announced is an urgent announcement to the house of the spot and its group, from the one who leads that group: its walk has begun.
func (m *maker) announced(person string, at spot) string { return m.announce(person, at, time.Time{}) }

// news is the same from the ward, open to everybody.
func (m *maker) news(_ string, at spot) string {
	m.T.Helper()
	id := m.announcedBy(m.Actor(at.command), true)
	if _, err := m.Notices.Send(m.T.Context(), m.Actor(at.command), id, time.Time{}, 2); err != nil {
		m.T.Fatal(err)
	}
	return strings.TrimPrefix(notices.PublicPath(m.Actor(at.command).Ward(), id), "/n/")
}

// ahead is one that is to be sent tomorrow.
func (m *maker) ahead(person string, at spot) string {
	return m.announce(person, at, m.DB.Now().Add(24*time.Hour))
}

// drafted is one that is not sent.
func (m *maker) drafted(_ string, at spot) string { return m.announcedBy(m.lead(at), false) }

func (m *maker) announce(_ string, at spot, when time.Time) string {
	m.T.Helper()
	id := m.announcedBy(m.lead(at), false)
	if _, err := m.Notices.Send(m.T.Context(), m.lead(at), id, when, 2); err != nil {
		m.T.Fatal(err)
	}
	return id
}

// lead is who leads the group of the spot; in the other ward, which has none, its command.
func (m *maker) lead(at spot) access.Actor {
	switch at.house {
	case m.House["36A Hàng Bạc"]:
		return m.Actor("group lead")
	case m.House["6 bis Đinh Liệt"]:
		return m.Actor("other group lead")
	}
	return m.Actor(at.command)
}

func (m *maker) announcedBy(who access.Actor, public bool) string {
	m.T.Helper()
	id, err := m.Notices.Create(m.T.Context(), who, notices.Write{
		Text:     notices.Text{Title: "Cắt nước sáng thứ Bảy", Body: "Các hộ trữ nước dùng trong buổi sáng.", Urgent: true, Reason: "Đường ống vỡ", Public: public},
		Audience: notices.Audience{Heads: true, Households: true, Officers: true, Leads: true, Area: notices.Whole},
	})
	if err != nil {
		m.T.Fatal(err)
	}
	var picture bytes.Buffer
	if err := png.Encode(&picture, image.NewGray(image.Rect(0, 0, 8, 8))); err != nil {
		m.T.Fatal(err)
	}
	photo, err := m.Files.SavePhoto(&picture, files.Limits{})
	if err == nil {
		_, err = m.Notices.Attach(m.T.Context(), who, id, notices.File{Kind: notices.Photo, Name: photo.Name})
	}
	if err != nil {
		m.T.Fatal(err)
	}
	return id
}
