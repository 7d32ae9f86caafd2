package app_test

import "sonha/engine/db"

// readThings make what the pages of who read what name: a case of a house of the spot, for its reader the reader's own.
var readThings = map[string]func(m *maker, person string, at spot) string{
	"/reads/houses/{id}":  func(_ *maker, _ string, at spot) string { return at.house },
	"/reads/unusual/{id}": func(m *maker, _ string, at spot) string { return m.unusual(at, db.NewID()) },
	"/reads/asked/{id}":   func(m *maker, _ string, at spot) string { return m.unusual(at, m.Actor("officer").Account()) },
}

// unusual is reading of an account in the ward of the spot, for which it was asked the reason.
func (m *maker) unusual(at spot, account string) string {
	m.T.Helper()
	id := db.NewID()
	if err := m.DB.Write(m.T.Context(), at.program, func(tx *db.Tx) error {
		tx.Untold("a test")
		_, err := tx.Exec(m.T.Context(), `insert into unusual (ward_id, id, day, account_id, role, place, rule, house_id, measured, usual, state, note, answer, noted_at, answered_at, found_at, version)
			values ({ward}, $1, '2026-10-19', $2, 'officer', 'Khu vực 1', 'again', $3, 9, 0, 'asked', 'Xem nhiều lần', '', 0, 0, 0, 1) on conflict do nothing`, id, account, at.house)
		return err
	}); err != nil {
		m.T.Fatal(err)
	}
	return id
}
