package app_test

import (
	"net/url"

	"sonha/engine/db"
	"sonha/ward/campaigns"
	"sonha/ward/criteria"
	"sonha/ward/objections"
	"sonha/ward/results"
)

// objectionThings say how to make what a path of the objections names.
var objectionThings = map[string]func(m *maker, person string, at spot) string{
	"/objections/{id}":            (*maker).objected,
	"/posted/remarks/{id}":        (*maker).postedRemark,
	"/reopenings/{id}":            (*maker).reopening,
	"GET /campaigns/{id}/reopen":  (*maker).closed,
	"POST /campaigns/{id}/reopen": (*maker).closed,
}

// objected is a request of the house that waits for its answer. One that was answered is about a result that stands no more: the
// command has given the house another class since.
func (m *maker) objected(_ string, at spot) string {
	m.T.Helper()
	ctx := m.T.Context()
	m.inspected(at)
	x, err := m.Objections.Of(ctx, at.program, at.house, 0)
	if err == nil && x.Open() != nil {
		return x.Open().ID
	}
	if err == nil {
		err = m.DB.Write(ctx, at.program, func(tx *db.Tx) error {
			tx.Untold("a test")
			_, err := tx.Exec(ctx, `delete from objections as o where {scope o.house} and o.house_id = $1`, at.house)
			return err
		})
	}
	if err == nil && x.Result.Stage != results.Approved {
		class := x.Result.Class
		if class == criteria.NotInspected {
			class = x.Result.Rule
		}
		err = m.Results.Decide(ctx, at.program, x.Campaign.ID, at.house, results.Decision{Class: class, Version: x.Result.Version})
	}
	var id string
	if err == nil {
		id, err = m.Objections.File(ctx, at.program, at.house, objections.New{Content: "Số nhà đã làm đủ."})
	}
	if err != nil {
		m.T.Fatal(err)
	}
	return id
}

// postedRemark is a remark on the posted list that waits for its answer. It is put in place by hand, because the campaign of the test is
// not at publication.
func (m *maker) postedRemark(_ string, at spot) string {
	m.T.Helper()
	ctx, campaign := m.T.Context(), m.campaign("", at)
	var id string
	if err := m.DB.Write(ctx, at.program, func(tx *db.Tx) error {
		tx.Untold("a test")
		id = tx.NewID()
		_, err := tx.Exec(ctx, `insert into posting_remarks (ward_id, id, campaign_id, received_on, channel, house_id, content, answer, answered_on, answered_by, recorded_at,
			recorded_by) values ({ward}, $1, $2, '2026-11-21', 'counter', null, 'Danh sách thiếu một số nhà.', '', '', '', $3, 'test')`, id, campaign, tx.Millis())
		return err
	}); err != nil {
		m.T.Fatal(err)
	}
	return id
}

// reopening is a proposal of nobody who is asked to open the closed campaign of an earlier year.
func (m *maker) reopening(_ string, at spot) string {
	m.T.Helper()
	ctx, campaign := m.T.Context(), m.closed("", at)
	d, err := m.Reopenings.Of(ctx, at.program, campaign)
	if err != nil {
		m.T.Fatal(err)
	}
	if open := d.Open(); open != nil {
		return open.ID
	}
	if d.Campaign.Phase != campaigns.Closed {
		err = m.DB.Write(ctx, at.program, func(tx *db.Tx) error {
			return campaigns.SetPhase(ctx, tx, d.Campaign, campaigns.Closed, d.Campaign.Version)
		})
	}
	var id string
	if err == nil {
		id, err = m.Reopenings.Propose(ctx, at.program, campaign, "Chép nhầm một phiếu giấy.")
	}
	if err != nil {
		m.T.Fatal(err)
	}
	return id
}

// objectionForm is what is sent to the routes of the objections.
func objectionForm(pattern string) url.Values {
	if pattern == "POST /objections/{id}" {
		return url.Values{"version": {"999"}, "outcome": {"upheld"}, "answer": {"Kết quả đúng."}}
	}
	if pattern == "POST /reopenings/{id}" {
		return url.Values{"do": {"decline"}, "note": {"Chưa cần."}}
	}
	return nil
}
