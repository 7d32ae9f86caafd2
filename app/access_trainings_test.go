package app_test

import (
	"net/url"
	"strings"
	"time"

	"sonha/engine/db"
	"sonha/engine/files"
	"sonha/ground/civil"
	"sonha/ward/gatherings"
	"sonha/ward/trainings"
)

// trainingThings make the sessions of the access table: each is of the house of the spot, and was invited to.
var trainingThings = map[string]func(m *maker, person string, at spot) string{
	"/trainings/{id}": (*maker).taught,
	"/tr/{token}":     func(m *maker, person string, at spot) string { return m.training(at, m.taught(person, at)).Token },
	"/courses/{id}":   (*maker).lessons,

	"/training-materials/{id}": (*maker).handout,
	"/trained/{token}":         (*maker).attested,

	"GET /trainings/{id}/certificate.pdf": (*maker).attended,
	"POST /trainings/{id}/reopen":         (*maker).attended,
	"POST /trainings/{id}/close":          (*maker).begun,
}

// trainingForm is what a form must hold so that the thing is looked for before anything is refused.
func trainingForm(pattern string) url.Values {
	switch pattern {
	case "POST /courses":
		return url.Values{"title": {"Phòng cháy"}, "topic": {"fire"}, "audience": {"heads"}}
	case "POST /trainings/{id}/cancel":
		return url.Values{"why": {"Trùng lịch tiêm phòng"}}
	}
	return nil
}

// lessons is a course for heads in the ward of the spot.
func (m *maker) lessons(_ string, at spot) string {
	m.T.Helper()
	id, err := m.Trainings.SetCourse(m.T.Context(), at.program, trainings.Course{
		Title: "Phương pháp công tác", Topics: []string{trainings.Method}, Audience: trainings.Heads, Months: 24, Active: true, Questions: []string{"Báo tin qua kênh nào?"},
	})
	if err != nil {
		m.T.Fatal(err)
	}
	return id
}

// handout is a material of a course, a PDF.
func (m *maker) handout(person string, at spot) string {
	m.T.Helper()
	ctx, course := m.T.Context(), m.lessons(person, at)
	kept, err := m.Files.SaveUpload(strings.NewReader("%PDF-1.4"), files.Limits{})
	if err == nil {
		err = m.Trainings.AddMaterial(ctx, at.program, trainings.Material{Course: course, Title: "Sổ tay", Kind: trainings.File, File: kept.Name, As: "so-tay.pdf"})
	}
	if err != nil {
		m.T.Fatal(err)
	}
	_, list, err := m.Trainings.Course(ctx, at.program, course)
	if err != nil {
		m.T.Fatal(err)
	}
	return list[0].ID
}

// taught is a session for the head of the house that begins in an hour.
func (m *maker) taught(person string, at spot) string { return m.teach(person, at, time.Hour) }

// begun is one that began a while ago and to which the head came.
func (m *maker) begun(person string, at spot) string {
	m.T.Helper()
	id := m.teach(person, at, time.Hour)
	err := m.Trainings.TickHeads(m.T.Context(), at.program, id, []string{at.house}, []string{at.house})
	if err == nil {
		err = m.DB.Write(m.T.Context(), at.program, func(tx *db.Tx) error {
			tx.Untold("a test")
			_, err := tx.Exec(m.T.Context(), `update trainings set starts_at = $1 where ward_id = {ward} and id = $2`, m.DB.Now().Add(-2*time.Hour).UnixMilli(), id)
			return err
		})
	}
	if err != nil {
		m.T.Fatal(err)
	}
	return id
}

// attended is one whose attendance is closed.
func (m *maker) attended(person string, at spot) string {
	m.T.Helper()
	id := m.begun(person, at)
	if err := m.Trainings.Close(m.T.Context(), at.program, id); err != nil {
		m.T.Fatal(err)
	}
	return id
}

// attested is the code on the certificate of the house.
func (m *maker) attested(person string, at spot) string {
	m.T.Helper()
	c, err := m.Trainings.Certificate(m.T.Context(), at.program, m.attended(person, at), at.house)
	if err != nil {
		m.T.Fatal(err)
	}
	return strings.TrimPrefix(trainings.CheckPath(at.program.Ward(), c.Token), "/trained/")
}

func (m *maker) teach(person string, at spot, ahead time.Duration) string {
	m.T.Helper()
	starts := m.DB.Now().Add(ahead)
	id, err := m.Trainings.Create(m.T.Context(), at.program, trainings.Plan{
		Plan: gatherings.Plan{Level: gatherings.House, House: at.house, Place: "Nhà sinh hoạt cộng đồng", Day: civil.DayOf(starts), Clock: civil.Clock(starts), Lasts: 60}, Course: m.lessons(person, at), Speaker: "officer",
	})
	if err == nil {
		err = m.Trainings.Invite(m.T.Context(), at.program, id)
	}
	if err != nil {
		m.T.Fatal(err)
	}
	return id
}

func (m *maker) training(at spot, id string) trainings.Training {
	m.T.Helper()
	x, err := m.Trainings.Get(m.T.Context(), at.program, id)
	if err != nil {
		m.T.Fatal(err)
	}
	return x
}
