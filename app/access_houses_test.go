package app_test

import (
	"bytes"
	"context"
	"image"
	"image/png"
	"strings"

	"sonha/engine/files"
	"sonha/ground/civil"
	"sonha/ward/criteria"
	"sonha/ward/doors"
	"sonha/ward/inspections"
	"sonha/ward/logbook"
	"sonha/ward/twins"
)

// visit is a finished inspection with a photo and the measure of its shortcoming.
type visit struct{ inspection, photo, measure string }

// paper is the code of a sheet that was printed for the house.
func (m *maker) paper(_ string, at spot) string {
	m.T.Helper()
	m.campaign("", at)
	run, err := m.Twins.Prepare(m.T.Context(), at.program, twins.Choice{Form: twins.Assessment, House: at.house})
	if err != nil {
		m.T.Fatal(err)
	}
	return string(run.Codes()[0])
}

// logged is an entry of the house's log that is to be followed up.
func (m *maker) logged(_ string, at spot) string { return m.log(at, files.Photo{}) }

// pictured is one with a photo.
func (m *maker) pictured(_ string, at spot) string {
	m.T.Helper()
	var picture bytes.Buffer
	if err := png.Encode(&picture, image.NewGray(image.Rect(0, 0, 8, 8))); err != nil {
		m.T.Fatal(err)
	}
	photo, err := m.Files.SavePhoto(&picture, files.Limits{})
	if err != nil {
		m.T.Fatal(err)
	}
	return m.log(at, photo)
}

func (m *maker) log(at spot, photo files.Photo) string {
	m.T.Helper()
	today := civil.DayOf(m.DB.Now())
	id, err := m.Logbook.Add(m.T.Context(), at.program, at.house, logbook.Draft{Kind: logbook.Infrastructure, On: today, Text: "Đèn cầu thang hỏng", FollowBy: today, Photo: photo})
	if err != nil {
		m.T.Fatal(err)
	}
	return id
}

// inspected is an inspection of the house that found one thing lacking and is finished.
func (m *maker) inspected(at spot) visit {
	m.T.Helper()
	if v, ok := m.visits[at.name]; ok {
		return v
	}
	m.campaign("", at)
	ctx := m.T.Context()
	i, err := m.inspect(ctx, at)
	if err != nil {
		m.T.Fatal(err)
	}
	v := visit{inspection: i.ID, photo: i.Photos[0].ID, measure: m.measureOf(at, i.Shortcomings[0].ID)}
	m.visits[at.name] = v
	return v
}

func (m *maker) inspect(ctx context.Context, at spot) (inspections.Inspection, error) {
	var i inspections.Inspection
	id, err := m.Inspections.Start(ctx, at.program, at.house, inspections.Planned)
	if err != nil {
		return i, err
	}
	var picture bytes.Buffer
	if err := png.Encode(&picture, image.NewGray(image.Rect(0, 0, 8, 8))); err != nil {
		return i, err
	}
	photo, err := m.Files.SavePhoto(&picture, files.Limits{})
	if err != nil {
		return i, err
	}
	if _, err := m.Inspections.AddPhotos(ctx, at.program, id, "TC2", []files.Photo{photo}); err != nil {
		return i, err
	}
	if i, err = m.Inspections.Get(ctx, at.program, id); err != nil {
		return i, err
	}
	found := criteria.Answers(strings.Repeat("2", m.Set.Len())).With(m.Set.Index("TC2"), criteria.Fail)
	i.ResidentSide = "Tổ dân phố: Trần Văn Nam"
	if _, err := m.Inspections.SaveSheet(ctx, at.program, id, inspections.Sheet{Version: i.Version, Opened: i.Found, Filled: found, Visit: i.Visit}); err != nil {
		return i, err
	}
	if i, err = m.Inspections.Get(ctx, at.program, id); err != nil {
		return i, err
	}
	return m.Inspections.Finish(ctx, at.program, id, inspections.Proposal{Class: criteria.Judge(m.Set, i.Known(m.Set)).Class, Version: i.Version})
}

func (m *maker) picture() files.Photo {
	m.T.Helper()
	var picture bytes.Buffer
	err := png.Encode(&picture, image.NewGray(image.Rect(0, 0, 8, 8)))
	if err != nil {
		m.T.Fatal(err)
	}
	photo, err := m.Files.SavePhoto(&picture, files.Limits{})
	if err != nil {
		m.T.Fatal(err)
	}
	return photo
}

// plated is the plate of the house.
func (m *maker) plated(_ string, at spot) string {
	m.T.Helper()
	list, err := m.Doors.Print(m.T.Context(), at.program, doors.Filter{House: at.house})
	if err != nil {
		m.T.Fatal(err)
	}
	return strings.TrimPrefix(doors.Path(at.program.Ward(), list[0].Token), "/d/")
}
