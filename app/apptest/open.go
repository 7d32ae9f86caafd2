package apptest

import (
	"log/slog"

	"sonha/app"
)

// Open wires the program once more over the same database, with the gate of its accounts instead of the
// site's own: for tests of signing in. secure says that it is served over https.
func (s *Site) Open(secure bool) *app.Program {
	s.T.Helper()
	p, err := app.Wire(s.DB, app.Settings{Data: s.T.TempDir(), Secure: secure, Testing: true, Log: slog.New(slog.DiscardHandler)})
	s.must(err)
	s.T.Cleanup(p.Accounts.Settle)
	s.T.Cleanup(p.Reads.Stop)
	s.T.Cleanup(p.Jobs.Stop)
	return p
}
